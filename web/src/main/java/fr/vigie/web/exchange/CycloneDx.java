package fr.vigie.web.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.fingerprint.KindClasses;
import fr.vigie.inventory.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The inventory as a CycloneDX 1.6 bill of materials (ECMA-424): a component of type {@code device} each, its firmware a component of type
 * {@code firmware} within it with the proof of its version, and what CycloneDX has no word for as properties in the name space {@code vigie:}.
 */
final class CycloneDx {
  private static final String[] PROPERTIES = {"kind", "zone", "site", "building", "floor", "room", "place", "owner", "supplier", "contract", "care",
      "parent", "first", "last"};

  private CycloneDx() {}

  static void write(Devices devices, About about, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
      json.writeStringField("bomFormat", "CycloneDX");
      json.writeStringField("specVersion", "1.6");
      json.writeStringField("serialNumber", "urn:uuid:" + serial(about));
      json.writeNumberField("version", 1);
      json.writeFieldName("metadata");
      json.writeTree(metadata(about));
      json.writeArrayFieldStart("components");
      devices.each(device -> {
        json.writeTree(component(device));
        json.writeRaw('\n');
      });
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  /** The same for the same inventory at the same time. */
  private static UUID serial(About about) {
    return UUID.nameUUIDFromBytes((about.site() + '\n' + about.at() + '\n' + about.whole()).getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode metadata(About about) {
    ObjectNode metadata = Json.object().put("timestamp", about.second());
    metadata.putArray("lifecycles").addObject().put("phase", "discovery");
    metadata.putObject("tools").putArray("components").addObject().put("type", "application").put("name", "Vigie").put("version", about.version());
    metadata.putObject("component").put("type", "platform").put("bom-ref", "site").put("name", about.name().isEmpty() ? "site" : about.name());
    return metadata;
  }

  private static ObjectNode component(JsonNode device) {
    ObjectNode component = Json.object().put("type", "device").put("bom-ref", device.path("id").asText()).put("name", device.path("name").asText());
    String firmware = device.path("firmware").asText("");
    String model = device.path("model").asText("");
    if (device.hasNonNull("firmware")) {
      component.put("version", firmware);
    }
    if (device.hasNonNull("vendor")) {
      component.putObject("manufacturer").put("name", device.path("vendor").asText());
    }
    if (device.hasNonNull("model")) {
      component.put("description", model);
    }
    ArrayNode properties = component.putArray("properties");
    for (String name : PROPERTIES) {
      property(properties, name, device.path(name));
    }
    KindClasses.Classes classes = KindClasses.shipped().of(device.path("kind").asText());
    if (classes != null) {
      properties.addObject().put("name", "vigie:brick").put("value", classes.brick());
    }
    property(properties, "model", device.path("model"));
    property(properties, "serial", device.path("serial"));
    property(properties, "review", device.path("decisions").path("review"));
    for (JsonNode key : device.path("keys")) {
      property(properties, "key", key);
    }
    if (device.hasNonNull("firmware")) {
      ObjectNode inner = component.putArray("components").addObject().put("type", "firmware").put("bom-ref", device.path("id").asText() + "/firmware")
          .put("name", model.isEmpty() || !device.hasNonNull("model") ? "firmware" : model + " firmware").put("version", firmware);
      proof(inner, device.path("traits").path("firmware"), firmware);
    }
    return component;
  }

  private static void property(ArrayNode properties, String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull() && !value.asText().isEmpty()) {
      properties.addObject().put("name", "vigie:" + name).put("value", value.asText());
    }
  }

  /** Who said the version, where the machine knows: a value of a person alone has no proof of this kind. */
  private static void proof(ObjectNode firmware, JsonNode said, String version) {
    for (JsonNode evidence : said) {
      if (evidence.path("value").asText().equals(version)) {
        double confidence = evidence.path("confidence").asInt(0) / 100.0;
        ObjectNode identity = firmware.putObject("evidence").putArray("identity").addObject().put("field", "version").put("confidence", confidence);
        String cite = evidence.hasNonNull("cite") ? ", " + evidence.path("cite").asText() : "";
        identity.putArray("methods").addObject().put("technique", "other").put("confidence", confidence)
            .put("value", "heard on the network: " + evidence.path("source").asText() + cite);
        return;
      }
    }
  }
}
