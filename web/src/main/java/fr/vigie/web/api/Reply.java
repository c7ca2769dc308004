package fr.vigie.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer.
 *
 * @param status HTTP status
 * @param type media type, empty where there is no body
 * @param headers further headers
 * @param stream writes the body while it is sent; null where the body is there already
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers, Exchange.@Nullable Body stream) {
  static final ObjectMapper JSON = new ObjectMapper();

  Reply(int status, String type, byte[] body, Map<String, String> headers) {
    this(status, type, body, headers, null);
  }

  static Reply json(JsonNode node) {
    return json(200, node);
  }

  static Reply json(int status, JsonNode node) {
    try {
      return new Reply(status, "application/json", JSON.writeValueAsBytes(node), Map.of());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a text", e);
    }
  }

  static Reply none() {
    return new Reply(204, "", new byte[0], Map.of());
  }

  /** A file that the browser saves and never shows. */
  static Reply file(String name, String type, byte[] content) {
    return new Reply(200, type, content, saved(name));
  }

  /** The same for a file that is made while it leaves. */
  static Reply file(Exchange.Parcel parcel) {
    return new Reply(200, parcel.type(), new byte[0], saved(parcel.name()), parcel.body());
  }

  private static Map<String, String> saved(String name) {
    return Map.of("Content-Disposition", "attachment; filename=\"" + name.replaceAll("[^A-Za-z0-9._-]", "_") + "\"");
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, body, more, stream);
  }
}
