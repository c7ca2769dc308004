package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.SortedMap;

/**
 * Values that a person gave a device, over the machine's. The person's stands where everybody looks (the document's own member), the
 * machine's beside it with its proof: {@code decisions.values{name: text}} and {@code decisions.machine{name: {value, source, cite, first,
 * last, confidence} or null}}. Taking the person's back brings the machine's forward again, as it is by then.
 */
final class ByHand {
  private ByHand() {}

  /** The document as the machine has it, whoever wrote what into it: what {@link #lay} is laid on. */
  static void lift(ObjectNode asset) {
    if (!(asset.path("decisions") instanceof ObjectNode decisions)) {
      return;
    }
    if (decisions.remove("machine") instanceof ObjectNode machine) {
      for (Map.Entry<String, JsonNode> own : machine.properties()) {
        put(asset, own.getKey(), own.getValue().path("value").asText(""));
        if (own.getKey().equals("kind")) {
          asset.put("kindConfidence", own.getValue().path("confidence").asInt(0));
        }
      }
    }
    decisions.remove("values");
  }

  /** Lays the person's values over the machine's. */
  static void lay(ObjectNode asset, ObjectNode decisions, SortedMap<String, String> values) {
    if (values.isEmpty()) {
      return;
    }
    ObjectNode said = decisions.putObject("values");
    ObjectNode machine = decisions.putObject("machine");
    values.forEach((name, value) -> {
      said.put(name, value);
      machine.set(name, machine(asset, name));
      put(asset, name, value);
      if (name.equals("kind")) {
        asset.put("kindConfidence", 100);
      }
    });
  }

  /** What the machine says, with the best proof there is for just that value. */
  private static JsonNode machine(ObjectNode asset, String name) {
    JsonNode shown = asset.path(name);
    String value = shown.isMissingNode() || shown.isNull() ? "" : shown.asText();
    JsonNode said = asset.path("traits").path(name);
    if (value.isEmpty() && said instanceof ArrayNode any && !any.isEmpty()) {
      value = any.get(0).path("value").asText();
    }
    if (value.isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode own = JsonNodeFactory.instance.objectNode().put("value", value);
    JsonNode proof = said.path(0);
    for (JsonNode each : said) {
      if (each.path("value").asText().equals(value)) {
        proof = each;
        break;
      }
    }
    for (JsonNode each : asset.path("placed").path(name)) {
      if (each.path("value").asText().equals(value)) {
        proof = each;
        break;
      }
    }
    if (proof.isObject()) {
      for (String member : new String[] {"source", "cite", "first", "last", "confidence"}) {
        if (proof.has(member)) {
          own.set(member, proof.get(member));
        }
      }
    } else if (name.equals("kind")) {
      own.put("source", "knowledge").put("confidence", asset.path("kindConfidence").asInt(0));
    } else if (asset.path("declared").asBoolean(false)) {
      own.put("source", "site").put("confidence", 95);
    }
    return own;
  }

  private static void put(ObjectNode asset, String name, String value) {
    if (name.equals("care")) {
      asset.put("care", value.length() == 1 && Character.isDigit(value.charAt(0)) ? value.charAt(0) - '0' : 0);
    } else if (value.isEmpty()) {
      asset.putNull(name);
    } else {
      asset.put(name, value);
    }
  }
}
