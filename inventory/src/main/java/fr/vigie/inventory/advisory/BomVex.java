package fr.vigie.inventory.advisory;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.Advisory.Vulnerability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CycloneDX document (ECMA-424; JSON, 1.4 to 1.7) that says how its components stand to vulnerabilities, read into an {@link Advisory}: what its
 * {@code vulnerabilities} say in {@code analysis.state} of what {@code affects} names. A component of another document (a BOM-Link) is none that
 * anybody could find a device by, and refuses it, as does a state that the standard does not know.
 */
final class BomVex {
  private static final Pattern SPECIFICATION = Pattern.compile("1\\.[4-7]");
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");
  private static final Set<String> CLEARED = Set.of("resolved", "resolved_with_pedigree", "false_positive", "not_affected");
  private static final Set<String> OPEN = Set.of("exploitable", "in_triage");
  /** Its justifications (analysis.justification) that CSAF has a word for. */
  private static final Map<String, String> JUSTIFIED = Map.of("code_not_present", "vulnerable_code_not_present", "code_not_reachable",
      "vulnerable_code_not_in_execute_path", "requires_configuration", "vulnerable_code_cannot_be_controlled_by_adversary", "protected_by_mitigating_control",
      "inline_mitigations_already_exist", "protected_at_runtime", "inline_mitigations_already_exist", "protected_at_perimeter", "inline_mitigations_already_exist");
  private static final int MOST_COMPONENTS = 50_000;
  private static final int MOST_STATEMENTS = 50_000;
  private static final int MOST_WEAKNESSES = 10_000;
  private static final int DEEPEST = 16;

  private final byte[] bytes;
  private final Map<String, JsonNode> components = new LinkedHashMap<>();
  private final Map<String, Stated> stated = new LinkedHashMap<>();

  /** A component in some versions, with what is said of it. */
  private static final class Stated {
    final JsonNode component;
    final String reference;
    final String versions;
    final Set<String> affected = new LinkedHashSet<>();
    final Set<String> investigated = new LinkedHashSet<>();
    final Set<String> cleared = new LinkedHashSet<>();
    @Nullable String justification;

    Stated(JsonNode component, String reference, String versions) {
      this.component = component;
      this.reference = reference;
      this.versions = versions;
    }

    Leaf leaf() {
      return new Leaf(maker(component), Csaf.cut(component.path("name").asText()), versions.isEmpty() ? Range.everything() : Range.of(versions), List.of(),
          List.copyOf(affected), List.copyOf(investigated), List.copyOf(cleared), true, justification, reference);
    }
  }

  private BomVex(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether a document says that it is one. */
  static boolean is(JsonNode root) {
    return root.path("bomFormat").asText().equals("CycloneDX");
  }

  static Advisory read(JsonNode root, byte[] bytes, String origin, @Nullable String sha256) throws Refused {
    return new BomVex(bytes).advisory(root, origin, sha256);
  }

  private Advisory advisory(JsonNode root, String origin, @Nullable String sha256) throws Refused {
    if (!SPECIFICATION.matcher(root.path("specVersion").asText()).matches()) {
      throw refused("/specVersion", "must be 1.4, 1.5, 1.6 or 1.7");
    }
    if (root.path("vulnerabilities").isEmpty()) {
      throw new Refused("other", "it is a bill of materials without vulnerabilities, not an advisory", 0);
    }
    JsonNode metadata = root.path("metadata");
    component(metadata.path("component"), "/metadata/component", 0);
    components(root.path("components"), "/components", 0);
    List<Vulnerability> weak = new ArrayList<>();
    double most = -1;
    JsonNode all = root.path("vulnerabilities");
    for (int i = 0; i < all.size(); i++) {
      if (i == MOST_WEAKNESSES) {
        throw refused("/vulnerabilities", "names more than " + MOST_WEAKNESSES);
      }
      Vulnerability one = weakness(all.path(i), "/vulnerabilities/" + i);
      weak.add(one);
      most = Math.max(most, one.score());
      state(all.path(i), one.id(), "/vulnerabilities/" + i);
    }
    String time = metadata.path("timestamp").asText("");
    String day = DAY.matcher(time).matches() ? time.substring(0, 10) : "";
    String serial = root.path("serialNumber").asText("");
    String subject = metadata.path("component").path("name").asText("");
    return new Advisory(serial.isEmpty() ? "cyclonedx-" + (sha256 == null ? origin : sha256.substring(0, 16)) : Csaf.cut(serial),
        Csaf.cut("VEX (CycloneDX)" + (subject.isEmpty() ? "" : ": " + subject)), publisher(metadata), day, day, Advisory.CYCLONEDX_VEX, null, most, List.copyOf(weak),
        stated.values().stream().map(Stated::leaf).toList(), origin, sha256);
  }

  private static String publisher(JsonNode metadata) {
    for (String by : new String[] {"supplier", "manufacturer", "manufacture"}) {
      if (metadata.path(by).hasNonNull("name")) {
        return Csaf.cut(metadata.path(by).path("name").asText());
      }
    }
    return maker(metadata.path("component"));
  }

  /** Who made a component: as 1.6 says it, as earlier versions do, at last by the group of its name. */
  private static String maker(JsonNode component) {
    for (String by : new String[] {"manufacturer", "supplier"}) {
      if (component.path(by).hasNonNull("name")) {
        return Csaf.cut(component.path(by).path("name").asText());
      }
    }
    for (String by : new String[] {"publisher", "author", "group"}) {
      if (!component.path(by).asText("").isEmpty()) {
        return Csaf.cut(component.path(by).asText());
      }
    }
    return "";
  }

  private void components(JsonNode list, String at, int depth) throws Refused {
    for (int i = 0; i < list.size(); i++) {
      component(list.path(i), at + "/" + i, depth);
    }
  }

  private void component(JsonNode one, String at, int depth) throws Refused {
    if (depth > DEEPEST || components.size() > MOST_COMPONENTS) {
      throw refused(at, depth > DEEPEST ? "lies deeper than " + DEEPEST + " components" : "is one of more than " + MOST_COMPONENTS + " components");
    }
    String reference = one.path("bom-ref").asText("");
    if (!reference.isEmpty() && components.putIfAbsent(reference, one) != null) {
      throw refused(at + "/bom-ref", "is there twice");
    }
    components(one.path("components"), at + "/components", depth + 1);
  }

  private Vulnerability weakness(JsonNode v, String at) throws Refused {
    if (!v.path("id").isTextual() || v.path("id").asText().isBlank()) {
      throw refused(at, "must have an id");
    }
    double score = -1;
    String vector = null;
    for (JsonNode rating : v.path("ratings")) {
      double s = rating.path("score").asDouble(-1);
      if (rating.path("method").asText().startsWith("CVSS") && s <= 10 && s > score) {
        score = s;
        vector = rating.hasNonNull("vector") ? Csaf.cut(rating.path("vector").asText()) : null;
      }
    }
    return new Vulnerability(Csaf.cut(v.path("id").asText().strip()), score, vector);
  }

  /** What one vulnerability says of what it affects. */
  private void state(JsonNode v, String id, String at) throws Refused {
    String state = v.path("analysis").path("state").asText("");
    if (!state.isEmpty() && !CLEARED.contains(state) && !OPEN.contains(state)) {
      throw refused(at + "/analysis/state", "is no state that CycloneDX knows");
    }
    JsonNode affects = v.path("affects");
    for (int i = 0; i < affects.size(); i++) {
      String reference = affects.path(i).path("ref").asText("");
      JsonNode component = components.get(reference);
      if (component == null) {
        throw refused(at + "/affects/" + i, reference.startsWith("urn:cdx:") ? "is a component of another document, which is not here" : "is a component that the document does not define");
      }
      if (component.path("name").asText("").isBlank()) {
        throw refused(at + "/affects/" + i, "is a component without a name");
      }
      JsonNode versions = affects.path(i).path("versions");
      if (versions.isEmpty()) {
        say(component, reference, component.path("version").asText(""), state, id, v);
      }
      for (JsonNode version : versions) {
        String status = version.path("status").asText("affected");
        String range = version.hasNonNull("range") ? version.path("range").asText() : version.path("version").asText("");
        say(component, reference, range, CLEARED.contains(state) || status.equals("unaffected") ? "not_affected" : status.equals("unknown") ? "in_triage" : state, id, v);
      }
    }
  }

  private void say(JsonNode component, String reference, String versions, String state, String id, JsonNode v) throws Refused {
    if (stated.size() >= MOST_STATEMENTS) {
      throw refused("/vulnerabilities", "speak of more than " + MOST_STATEMENTS + " components and versions");
    }
    Stated one = stated.computeIfAbsent(reference + '\u0001' + versions, k -> new Stated(component, Csaf.cut(reference), Csaf.cut(versions)));
    if (CLEARED.contains(state)) {
      one.cleared.add(id);
      String why = v.path("analysis").path("justification").asText("");
      one.justification = one.justification == null && !why.isEmpty() ? JUSTIFIED.getOrDefault(why, Csaf.cut(why)) : one.justification;
    } else if (state.equals("in_triage")) {
      one.investigated.add(id);
    } else {
      one.affected.add(id); // exploitable, or nobody has said otherwise
    }
  }

  private Refused refused(String pointer, String reason) {
    return new Refused("schema", pointer + " " + reason, Csaf.line(bytes, pointer));
  }
}
