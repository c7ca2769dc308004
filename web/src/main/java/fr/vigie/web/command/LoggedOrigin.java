package fr.vigie.web.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The table of origins as a record of the log: an octet 0, which no observation begins with, and a JSON array. */
final class LoggedOrigin {
  private LoggedOrigin() {}

  static ByteBuffer write(List<Origin> origins) throws IOException {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (Origin o : origins) {
      all.addObject().put("index", o.index()).put("realm", o.realm()).put("file", o.file()).put("sha256", o.sha256()).put("name", o.name())
          .put("linkType", o.linkType());
    }
    byte[] text = Json.MAPPER.writeValueAsBytes(all);
    return ByteBuffer.allocate(text.length + 1).put((byte) 0).put(text).flip();
  }

  /** Reads the record; an unreadable one leaves the table as it was. */
  static List<Origin> read(ByteBuffer payload, List<Origin> before) {
    ByteBuffer text = payload.duplicate().position(payload.position() + 1);
    List<Origin> origins = new ArrayList<>();
    try {
      for (JsonNode o : Json.MAPPER.readTree(StandardCharsets.UTF_8.decode(text).toString())) {
        origins.add(new Origin(o.path("index").asInt(), o.path("realm").asText(), o.path("file").asText(),
            o.path("sha256").isTextual() ? o.path("sha256").asText() : null, o.path("name").isTextual() ? o.path("name").asText() : null,
            o.path("linkType").asInt()));
      }
    } catch (JsonProcessingException e) {
      System.getLogger(LoggedOrigin.class.getName()).log(System.Logger.Level.WARNING, "a table of origins in the log cannot be read: {0}", e.getMessage());
      return before;
    }
    return List.copyOf(origins);
  }
}
