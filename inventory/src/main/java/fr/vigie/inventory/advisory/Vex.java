package fr.vigie.inventory.advisory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.advisory.Statement.Status;
import fr.vigie.inventory.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The VEX statement of a site: what people decided of its devices, as a CSAF 2.0 document of profile 5, {@code csaf_vex} (§4.5). Each device is a
 * product of the tree; each weakness says which of them it concerns, which not and why, which are mended. A machine's match without a
 * person's decision is {@code under_investigation}, never {@code known_affected}.
 */
public final class Vex {
  private static final Pattern CVE = Pattern.compile("CVE-[0-9]{4}-[0-9]{4,}");
  private static final Pattern NOT_ID = Pattern.compile("[^A-Za-z0-9]+");

  private Vex() {}

  /**
   * Writes it.
   *
   * @param site id of the site
   * @param name the site's name, who publishes
   * @param version of the program
   * @return the document, or null where there is nothing to state
   */
  public static @Nullable ObjectNode write(List<Statement> statements, String site, String name, Instant now, String version) {
    Map<String, Map<String, Statement>> byWeakness = new TreeMap<>();
    Map<String, Statement> devices = new TreeMap<>();
    List<Statement> inOrder = new ArrayList<>(statements);
    inOrder.sort(Comparator.comparing(Vex::weight).thenComparing(Vex::when));
    for (Statement s : inOrder) {
      for (String w : s.weaknesses()) {
        byWeakness.computeIfAbsent(w, k -> new TreeMap<>()).put(s.device(), s); // the latest that a person decided stays
        devices.put(s.device(), s);
      }
    }
    if (byWeakness.isEmpty()) {
      return null;
    }
    ObjectNode root = Json.object();
    document(root.putObject("document"), site, name, now.truncatedTo(ChronoUnit.SECONDS), version);
    tree(root.putObject("product_tree"), devices);
    ArrayNode weaknesses = root.putArray("vulnerabilities");
    byWeakness.forEach((id, ofDevice) -> weakness(weaknesses.addObject(), id, ofDevice));
    return root;
  }

  private static int weight(Statement s) {
    return s.status() == Status.OPEN ? 0 : 1;
  }

  private static Instant when(Statement s) {
    Instant at = s.at();
    return at == null ? Instant.EPOCH : at;
  }

  private static void document(ObjectNode d, String site, String name, Instant now, String version) {
    String time = now.toString();
    d.put("category", "csaf_vex").put("csaf_version", "2.0");
    d.putObject("distribution").putObject("tlp").put("label", "AMBER");
    d.putObject("publisher").put("category", "user").put("name", name.isBlank() ? "Vigie" : name)
        .put("namespace", "urn:vigie:site:" + plain(site));
    d.put("title", "Vulnerability statements of " + (name.isBlank() ? "the site" : name));
    ObjectNode t = d.putObject("tracking").put("current_release_date", time);
    t.putObject("generator").put("date", time).putObject("engine").put("name", "Vigie").put("version", version);
    t.put("id", "VIGIE-" + plain(site) + "-" + plain(time)).put("initial_release_date", time);
    t.putArray("revision_history").addObject().put("date", time).put("number", "1").put("summary", "As decided at this time.");
    t.put("status", "final").put("version", "1");
  }

  private static String plain(String text) {
    String s = NOT_ID.matcher(Makers.folded(text)).replaceAll("-").replaceAll("^-+|-+$", "");
    return s.isEmpty() ? "site" : s;
  }

  private static void tree(ObjectNode tree, Map<String, Statement> devices) {
    Map<String, Map<String, Map<String, List<Statement>>>> sorted = new TreeMap<>();
    for (Statement s : devices.values()) {
      sorted.computeIfAbsent(said(s.vendor()), v -> new TreeMap<>()).computeIfAbsent(said(s.model()), m -> new TreeMap<>())
          .computeIfAbsent(said(s.version()), v -> new ArrayList<>()).add(s);
    }
    ArrayNode vendors = tree.putArray("branches");
    sorted.forEach((vendor, models) -> {
      ArrayNode ofVendor = branch(vendors, "vendor", vendor).putArray("branches");
      models.forEach((model, versions) -> {
        ArrayNode ofModel = branch(ofVendor, "product_name", model).putArray("branches");
        versions.forEach((version, list) -> {
          // a branch holds one product: further devices of the same version stand as branches of their own below it
          ObjectNode one = branch(ofModel, "product_version", version);
          if (list.size() == 1) {
            product(one, list.getFirst());
          } else {
            ArrayNode each = one.putArray("branches");
            list.forEach(s -> product(branch(each, "host_name", said(s.name())), s));
          }
        });
      });
    });
  }

  private static String said(String text) {
    return text.isBlank() ? "unknown" : text;
  }

  private static ObjectNode branch(ArrayNode in, String category, String name) {
    return in.addObject().put("category", category).put("name", name);
  }

  private static void product(ObjectNode branch, Statement s) {
    ObjectNode product = branch.putObject("product").put("name", said(s.name()) + " (" + said(s.vendor()) + " " + said(s.model()) + " " + said(s.version()) + ")")
        .put("product_id", s.device());
    if (!s.serial().isBlank()) {
      product.putObject("product_identification_helper").putArray("serial_numbers").add(s.serial());
    }
  }

  private static void weakness(ObjectNode v, String id, Map<String, Statement> ofDevice) {
    if (CVE.matcher(id).matches()) {
      v.put("cve", id);
    } else {
      v.putArray("ids").addObject().put("system_name", said(ofDevice.values().iterator().next().publisher())).put("text", id);
    }
    Set<String> sources = new LinkedHashSet<>();
    Map<String, String> references = new LinkedHashMap<>();
    Map<String, List<String>> status = new TreeMap<>();
    for (Statement s : ofDevice.values()) {
      sources.add(s.publisher() + " " + s.advisory());
      if (s.url() != null) {
        references.putIfAbsent(s.url(), s.publisher() + " " + s.advisory());
      }
      status.computeIfAbsent(group(s.status()), g -> new ArrayList<>()).add(s.device());
    }
    v.putArray("notes").addObject().put("category", "summary").put("title", "Source").put("text", "As published in " + String.join(", ", sources) + ".");
    ObjectNode groups = v.putObject("product_status");
    status.forEach((group, ids) -> ids.forEach(groups.putArray(group)::add));
    if (!references.isEmpty()) {
      ArrayNode all = v.putArray("references");
      references.forEach((url, text) -> all.addObject().put("category", "external").put("summary", text).put("url", url));
    }
    reasons(v, ofDevice);
  }

  private static String group(Status status) {
    return switch (status) {
      case OPEN, INVESTIGATING -> "under_investigation";
      case AFFECTED, ACCEPTED -> "known_affected";
      case NOT_AFFECTED -> "known_not_affected";
      case FIXED -> "fixed";
    };
  }

  /** §4.5: what is affected needs an action, what is not affected a flag or an impact statement. */
  private static void reasons(ObjectNode v, Map<String, Statement> ofDevice) {
    for (Statement s : ofDevice.values()) {
      @Nullable String date = s.at() == null ? null : s.at().truncatedTo(ChronoUnit.SECONDS).toString();
      if (s.status() == Status.NOT_AFFECTED && !s.justification().isEmpty()) {
        ObjectNode flag = v.withArray("flags").addObject();
        dated(flag, date).put("label", s.justification()).putArray("product_ids").add(s.device());
      }
      if (s.status() == Status.NOT_AFFECTED && (s.justification().isEmpty() || !s.comment().isBlank())) {
        ObjectNode threat = v.withArray("threats").addObject().put("category", "impact");
        dated(threat, date).put("details", s.comment().isBlank() ? "Not affected, as " + said(s.by()) + " decided." : s.comment()).putArray("product_ids").add(s.device());
      }
      if (s.status() == Status.AFFECTED || s.status() == Status.ACCEPTED) {
        boolean accepted = s.status() == Status.ACCEPTED;
        String words = accepted ? "The risk is accepted by " + said(s.by()) + "." : "Act as the advisory " + s.advisory() + " says.";
        ObjectNode action = v.withArray("remediations").addObject().put("category", accepted ? "no_fix_planned" : "mitigation");
        dated(action, date).put("details", s.comment().isBlank() ? words : words + " " + s.comment()).putArray("product_ids").add(s.device());
        if (!accepted && s.url() != null) {
          action.put("url", s.url());
        }
      }
    }
  }

  private static ObjectNode dated(ObjectNode node, @Nullable String date) {
    return date == null ? node : node.put("date", date);
  }
}
