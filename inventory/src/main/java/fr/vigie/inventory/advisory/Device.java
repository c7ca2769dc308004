package fr.vigie.inventory.advisory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a device here: who made it, what it is, what runs on it, each with the packet that said so.
 *
 * @param id the asset's id
 * @param vendors spellings of its maker, the most certain first
 * @param models what it says of its model, the most certain first
 * @param versions its firmware; where it says none, its software
 * @param protocols what it was heard to speak of itself in, in small letters
 */
public record Device(String id, List<Said> vendors, List<Said> models, List<Said> versions, Set<String> protocols) {
  /** Most values of each kind that are looked at. */
  private static final int MOST = 6;
  /** A value below this certainty is no ground for a finding: it is how the device behaves, or a guess. */
  private static final int SURE = 30;

  /**
   * A value with its proof.
   *
   * @param trait name of the trait
   * @param value the value; hostile input
   * @param source protocol, table or person that says it
   * @param cite clause, or null
   * @param time when it was first said, RFC 3339, or null
   * @param origin index of the origin of the packet, or -1
   * @param packet index of the packet, or -1
   * @param confidence 0..100
   */
  public record Said(String trait, String value, String source, @Nullable String cite, @Nullable String time, int origin, long packet,
      int confidence) {}

  public Device {
    vendors = List.copyOf(vendors);
    models = List.copyOf(models);
    versions = List.copyOf(versions);
    protocols = Collections.unmodifiableSet(new TreeSet<>(protocols));
  }

  /** What matters of a device as the inventory writes it ({@code assets.ndjson}, with what people decided folded in). */
  public static Device of(ObjectNode asset) {
    JsonNode traits = asset.path("traits");
    List<Said> vendors = said(asset, traits, "vendor", "vendor");
    List<Said> models = said(asset, traits, "model", "model");
    List<Said> described = heard(traits, "description");
    List<Said> versions = said(asset, traits, "firmware", "firmware");
    if (versions.isEmpty()) {
      versions = heard(traits, "software");
    }
    if (models.stream().noneMatch(m -> m.source().equals("person"))) {
      models = new ArrayList<>(models);
      models.addAll(described);
    }
    Set<String> protocols = new LinkedHashSet<>();
    traits.forEach(values -> values.forEach(v -> {
      String source = v.path("source").asText();
      protocols.add(source.startsWith("bacnet") ? "bacnet" : source);
    }));
    return new Device(asset.path("id").asText(), vendors, models, versions, protocols);
  }

  /** Every value as certain as the best but one step, and the one that the inventory concludes or a person decided. */
  private static List<Said> said(ObjectNode asset, JsonNode traits, String trait, String member) {
    String decided = asset.path("decisions").path("values").path(trait).asText("");
    if (!decided.isEmpty()) {
      return List.of(new Said(trait, decided, "person", null, asset.path("decisions").path("at").asText(null), -1, -1, 100));
    }
    List<Said> list = heard(traits, trait);
    String concluded = asset.path(member).asText("");
    if (list.isEmpty() && !concluded.isEmpty()) {
      return List.of(new Said(trait, concluded, "inventory", null, null, -1, -1, SURE));
    }
    return list;
  }

  private static List<Said> heard(JsonNode traits, String trait) {
    List<Said> list = new ArrayList<>();
    int best = 0;
    for (JsonNode v : traits.path(trait)) {
      int confidence = v.path("confidence").asInt();
      best = Math.max(best, confidence);
      if (confidence >= SURE && confidence >= best - 5 && list.size() < MOST) {
        JsonNode packet = v.path("packet");
        list.add(new Said(trait, v.path("value").asText(), v.path("source").asText(), v.path("cite").isTextual() ? v.path("cite").asText() : null,
            v.path("first").asText(null), packet.path("origin").asInt(-1), packet.path("index").asLong(-1), confidence));
      }
    }
    return list;
  }

  /** Whether the same advisories concern both: nothing that decides differs. */
  boolean alike(Device other) {
    return values(vendors).equals(values(other.vendors)) && values(models).equals(values(other.models))
        && values(versions).equals(values(other.versions)) && protocols.equals(other.protocols);
  }

  /** The values alone, as one key. */
  String key() {
    return String.join("\u0001", values(vendors)) + '\u0002' + String.join("\u0001", values(models)) + '\u0002' + String.join("\u0001", values(versions))
        + '\u0002' + String.join("\u0001", protocols);
  }

  private static List<String> values(List<Said> said) {
    return said.stream().map(Said::value).toList();
  }
}
