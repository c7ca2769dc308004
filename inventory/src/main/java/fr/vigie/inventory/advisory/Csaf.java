package fr.vigie.inventory.advisory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.Advisory.Vulnerability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CSAF document (OASIS CSAF 2.0, 2.1) read into an {@link Advisory}: shape checked, product tree walked to whatever depth it has, states
 * taken from {@code product_status}. The bytes are hostile: size, depth, lengths and counts are bounded, and whatever is wrong ends as
 * {@link Refused}. A CycloneDX document is told by its {@code bomFormat} and read by {@link BomVex}.
 */
public final class Csaf {
  /** Largest file, octets. */
  public static final int LARGEST = 32 << 20;

  private static final int DEEPEST = 64;
  private static final int LONGEST_TEXT = 1 << 20;
  /** Most products of one advisory; the largest that is known names 1,300. */
  private static final int MOST_LEAVES = 50_000;
  private static final int MOST_WEAKNESSES = 10_000;
  /** Longest name of a product, vendor or version that is kept, characters. */
  private static final int LONGEST_NAME = 1_000;

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxStringLength(LONGEST_TEXT).maxNumberLength(64)
          .maxNameLength(4_096).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final List<String> AFFECTED = List.of("known_affected", "first_affected", "last_affected");
  private static final List<String> INVESTIGATED = List.of("under_investigation");
  private static final List<String> CLEARED = List.of("fixed", "first_fixed", "known_not_affected");

  private Csaf() {}

  /** A product of the tree, before its states are known. */
  private record Product(String vendor, String name, String version, List<String> numbers) {}

  /**
   * Reads a document.
   *
   * @param origin name of the file, kept with the advisory
   * @param sha256 of the file in hex, kept with the advisory, or null
   * @throws Refused if it is no CSAF document that can be used
   */
  public static Advisory read(byte[] bytes, String origin, @Nullable String sha256) throws Refused {
    if (bytes.length > LARGEST) {
      throw new Refused("too_large", "the file is larger than " + (LARGEST >> 20) + " MB", 0);
    }
    JsonNode root = tree(bytes);
    if (!root.has("document") && (root.has("feed") || root.has("canonical_url") || root.has("aggregator"))) {
      throw new Refused("other", "it is a provider's list, not an advisory", 0);
    }
    if (BomVex.is(root)) {
      return BomVex.read(root, bytes, origin, sha256);
    }
    CsafShape.Fault fault = CsafShape.shipped().fault(root);
    if (fault != null) {
      throw new Refused("schema", (fault.pointer().isEmpty() ? "the document" : fault.pointer()) + " " + fault.reason(), line(bytes, fault.pointer()));
    }
    return advisory(root, bytes, origin, sha256);
  }

  private static JsonNode tree(byte[] bytes) throws Refused {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new Refused("json", "the file is not UTF-8, as CSAF and JSON demand", 0);
    }
    try {
      JsonNode root = MAPPER.readTree(bytes);
      if (!root.isObject()) {
        throw new Refused("json", "the file holds no JSON object", 1);
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new Refused("json", first(String.valueOf(e.getOriginalMessage())), line);
    } catch (IOException e) {
      throw new Refused("unreadable", String.valueOf(e.getMessage()), 0);
    }
  }

  private static String first(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  /** The line on which a pointer's value stands, or 0. */
  static int line(byte[] bytes, String pointer) {
    JsonPointer wanted = JsonPointer.compile(pointer);
    try (JsonParser parser = MAPPER.getFactory().createParser(bytes)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isStructStart() || parser.currentToken().isScalarValue()) {
          JsonPointer here = parser.currentToken().isStructStart() ? parser.getParsingContext().getParent().pathAsPointer() : parser.getParsingContext().pathAsPointer();
          if (here.equals(wanted)) {
            return parser.currentTokenLocation().getLineNr();
          }
        }
      }
    } catch (IOException e) {
      return 0; // it was read once already; where exactly is a courtesy
    }
    return 0;
  }

  private static Advisory advisory(JsonNode root, byte[] bytes, String origin, @Nullable String sha256) throws Refused {
    JsonNode document = root.path("document");
    JsonNode tracking = document.path("tracking");
    Map<String, Product> products = new LinkedHashMap<>();
    JsonNode tree = root.path("product_tree");
    branches(tree.path("branches"), "", "", products);
    for (JsonNode p : tree.path("full_product_names")) {
      put(products, p, "", cut(p.path("name").asText()), "");
    }
    Map<String, List<String>> groups = new HashMap<>();
    for (JsonNode g : tree.path("product_groups")) {
      List<String> ids = new ArrayList<>();
      g.path("product_ids").forEach(i -> ids.add(i.asText()));
      groups.put(g.path("group_id").asText(), ids);
    }
    related(tree, products);
    if (products.size() > MOST_LEAVES) {
      throw new Refused("content", "the document names more than " + MOST_LEAVES + " products", line(bytes, "/product_tree"));
    }
    Map<String, Set<String>> affected = new HashMap<>();
    Map<String, Set<String>> investigated = new HashMap<>();
    Map<String, Set<String>> cleared = new HashMap<>();
    Set<String> listed = new LinkedHashSet<>();
    Map<String, String> why = new HashMap<>();
    List<Vulnerability> weaknesses = new ArrayList<>();
    double most = -1;
    int n = 0;
    for (JsonNode v : root.path("vulnerabilities")) {
      if (++n > MOST_WEAKNESSES) {
        throw new Refused("content", "the document names more than " + MOST_WEAKNESSES + " vulnerabilities", line(bytes, "/vulnerabilities"));
      }
      Vulnerability one = weakness(v, n);
      weaknesses.add(one);
      most = Math.max(most, one.score());
      JsonNode status = v.path("product_status");
      take(status, AFFECTED, one.id(), affected, listed, products.keySet(), bytes, n);
      take(status, INVESTIGATED, one.id(), investigated, listed, products.keySet(), bytes, n);
      take(status, CLEARED, one.id(), cleared, listed, products.keySet(), bytes, n);
      status.path("recommended").forEach(id -> listed.add(id.asText()));
      for (JsonNode flag : v.path("flags")) {
        ids(flag, groups).forEach(id -> why.putIfAbsent(id, flag.path("label").asText()));
      }
      for (JsonNode threat : v.path("threats")) {
        if (threat.path("category").asText().equals("impact")) {
          ids(threat, groups).forEach(id -> why.putIfAbsent(id, cut(threat.path("details").asText())));
        }
      }
    }
    List<Leaf> leaves = new ArrayList<>();
    products.forEach((id, p) -> leaves.add(new Leaf(p.vendor, p.name, p.version.isEmpty() ? Range.everything() : Range.of(p.version), p.numbers,
        List.copyOf(affected.getOrDefault(id, Set.of())), List.copyOf(investigated.getOrDefault(id, Set.of())),
        List.copyOf(cleared.getOrDefault(id, Set.of())), listed.contains(id), why.get(id), id)));
    return new Advisory(cut(tracking.path("id").asText()), cut(document.path("title").asText()), cut(document.path("publisher").path("name").asText()),
        day(tracking.path("initial_release_date")), day(tracking.path("current_release_date")), cut(document.path("category").asText()), url(document),
        most, List.copyOf(weaknesses), List.copyOf(leaves), origin, sha256);
  }

  private static String day(JsonNode time) {
    return time.asText().substring(0, 10);
  }

  static String cut(String text) {
    return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
  }

  /** Where people read it: the page if the document names one beside itself, else itself. Nothing but https and http. */
  private static @Nullable String url(JsonNode document) {
    String best = null;
    for (JsonNode r : document.path("references")) {
      String url = r.path("url").asText();
      boolean web = url.startsWith("https://") || url.startsWith("http://");
      if (web && url.length() <= LONGEST_NAME && r.path("category").asText().equals("self") && (best == null || best.endsWith(".json"))) {
        best = url;
      }
    }
    return best;
  }

  /** Branches nest as deep as their writer likes: vendor, families, name, version, in that order or not. */
  private static void branches(JsonNode branches, String vendor, String name, Map<String, Product> into) {
    for (JsonNode b : branches) {
      String said = cut(b.path("name").asText());
      String ofVendor = vendor;
      String ofName = name;
      String version = "";
      switch (b.path("category").asText()) {
        case "vendor" -> ofVendor = said;
        case "product_name" -> ofName = said;
        case "product_family" -> ofName = name.isEmpty() ? said : name;
        case "product_version", "product_version_range" -> version = said;
        default -> ofName = name.isEmpty() ? said : name + " " + said;
      }
      if (b.has("product")) {
        put(into, b.path("product"), ofVendor, ofName, version);
      }
      branches(b.path("branches"), ofVendor, ofName, into);
    }
  }

  private static void put(Map<String, Product> into, JsonNode product, String vendor, String name, String version) {
    List<String> numbers = new ArrayList<>();
    JsonNode helper = product.path("product_identification_helper");
    helper.path("model_numbers").forEach(m -> numbers.add(cut(m.asText())));
    helper.path("skus").forEach(m -> numbers.add(cut(m.asText())));
    into.putIfAbsent(product.path("product_id").asText(), new Product(vendor, name, version, List.copyOf(numbers)));
  }

  /** A firmware on a device is the device with that version; of anything else the two stand together under the name of the first. */
  private static void related(JsonNode tree, Map<String, Product> products) {
    for (JsonNode r : tree.path("relationships")) {
      relate(products, r.path("full_product_name"), r.path("product_reference").asText(), r.path("category").asText(),
          r.path("relates_to_product_reference").asText());
    }
    for (JsonNode path : tree.path("product_paths")) {
      JsonNode last = path.path("subpaths").path(path.path("subpaths").size() - 1);
      relate(products, path.path("full_product_name"), path.path("beginning_product_reference").asText(), last.path("category").asText(),
          last.path("next_product_reference").asText());
    }
  }

  private static void relate(Map<String, Product> products, JsonNode named, String reference, String category, String other) {
    Product first = products.get(reference);
    Product second = products.get(other);
    if (first == null || second == null) {
      return;
    }
    boolean runsOn = category.equals("installed_on") || category.endsWith("component_of");
    Product together = runsOn
        ? new Product(second.vendor.isEmpty() ? first.vendor : second.vendor, second.name, first.version.isEmpty() ? second.version : first.version,
            second.numbers)
        : first;
    products.putIfAbsent(named.path("product_id").asText(), together);
  }

  private static Vulnerability weakness(JsonNode v, int n) {
    String id = v.path("cve").asText("");
    if (id.isEmpty()) {
      id = cut(v.path("ids").path(0).path("text").asText(""));
    }
    if (id.isEmpty()) {
      id = cut(v.path("title").asText("#" + n));
    }
    double score = -1;
    String vector = null;
    List<JsonNode> all = new ArrayList<>();
    v.path("scores").forEach(all::add);
    v.path("metrics").forEach(m -> all.add(m.path("content")));
    for (JsonNode s : all) {
      for (String kind : List.of("cvss_v4", "cvss_v3", "cvss_v2")) {
        double base = s.path(kind).path("baseScore").asDouble(-1);
        if (base > score) {
          score = base;
          vector = cut(s.path(kind).path("vectorString").asText());
        }
      }
    }
    return new Vulnerability(id, score, vector);
  }

  private static void take(JsonNode status, List<String> names, String weakness, Map<String, Set<String>> into, Set<String> listed,
      Set<String> products, byte[] bytes, int n) throws Refused {
    for (String name : names) {
      JsonNode ids = status.path(name);
      for (int i = 0; i < ids.size(); i++) {
        String id = ids.get(i).asText();
        if (!products.contains(id)) {
          // CSAF 2.0 §6.1.1: every product that is spoken of must be one of the tree
          throw new Refused("content", "the product " + cut(id) + " is spoken of and not defined",
              line(bytes, "/vulnerabilities/" + (n - 1) + "/product_status/" + name + "/" + i));
        }
        into.computeIfAbsent(id, p -> new LinkedHashSet<>()).add(weakness);
        listed.add(id);
      }
    }
  }

  private static List<String> ids(JsonNode node, Map<String, List<String>> groups) {
    List<String> ids = new ArrayList<>();
    node.path("product_ids").forEach(i -> ids.add(i.asText()));
    node.path("group_ids").forEach(g -> ids.addAll(groups.getOrDefault(g.asText(), List.of())));
    return ids;
  }
}
