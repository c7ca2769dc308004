package fr.vigie.web.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import fr.vigie.inventory.json.Json;
import java.io.IOException;
import java.io.OutputStream;

/** The inventory as one JSON document: {@code {v, site, name, at, whole, devices[]}}, each device as the API gives it, a line each. */
final class InventoryJson {
  private InventoryJson() {}

  static void write(Devices devices, About about, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("v", 1);
      json.writeStringField("site", about.site());
      json.writeStringField("name", about.name());
      json.writeStringField("at", about.at());
      json.writeBooleanField("whole", about.whole());
      json.writeArrayFieldStart("devices");
      devices.each(device -> {
        json.writeTree(device);
        json.writeRaw('\n');
      });
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
