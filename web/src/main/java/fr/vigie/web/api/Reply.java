package fr.vigie.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer.
 *
 * @param status HTTP status
 * @param type media type, empty where there is no body
 * @param headers further headers
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers) {
  static final ObjectMapper JSON = new ObjectMapper();

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
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return new Reply(200, type, content, Map.of("Content-Disposition", "attachment; filename=\"" + safe + "\""));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, type, body, more);
  }
}
