package fr.vigie.web.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import fr.vigie.inventory.advisory.Csaf;
import fr.vigie.inventory.advisory.Refused;
import fr.vigie.inventory.advisory.Statement;
import fr.vigie.inventory.advisory.Statement.Status;
import fr.vigie.inventory.advisory.Vex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is read and written as CSAF against the schemas of OASIS, which lie in the shared reference and are not shipped. */
final class CsafAgreementTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path reference() {
    for (String named : new String[] {System.getProperty("vigie.reference"), System.getenv("VIGIE_REFERENCE")}) {
      if (named != null && Files.isDirectory(Path.of(named))) {
        return Path.of(named);
      }
    }
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve("shared/reference/csaf"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "the shared reference is not here (VIGIE_REFERENCE)");
    return at.resolve("shared/reference");
  }

  /** The schema of an edition, what it refers to taken from the same folder. */
  private static Schema schema(String file) throws IOException {
    Path folder = reference().resolve("schemas/csaf");
    Map<String, String> known = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        ObjectNode one = (ObjectNode) JSON.readTree(each.toFile());
        String id = one.path("$id").asText(one.path("id").asText());
        if (each.getFileName().toString().startsWith("csaf-2.1")) {
          one.put("$schema", "https://json-schema.org/draft/2020-12/schema"); // its own dialect adds only that formats are asserted
        }
        if (!id.isEmpty()) {
          known.put(id.replaceAll("\\?.*", ""), one.toString());
        }
      }
    }
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, b -> b.schemas(known));
    return registry.getSchema(SchemaLocation.of(JSON.readTree(folder.resolve(file).toFile()).path("$id").asText()));
  }

  private static boolean valid(Schema schema, JsonNode document) {
    return schema.validate(document.toString(), InputFormat.JSON).isEmpty();
  }

  private static String taken(JsonNode document) {
    try {
      Csaf.read(document.toString().getBytes(StandardCharsets.UTF_8), "x", null);
      return "";
    } catch (Refused e) {
      return e.kind() + ": " + e.reason();
    }
  }

  @Test
  void documentsAndTheirFaultsAreJudgedAsTheSchemaOf20DoesOrMoreStrictly() throws Exception {
    Schema schema = schema("csaf_json_schema.json");
    List<Path> files;
    try (Stream<Path> all = Files.list(reference().resolve("csaf/fixtures"))) {
      files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).hasSize(224);
    int agreed = 0;
    int stricter = 0;
    List<String> laxer = new ArrayList<>();
    Random random = new Random(20);
    int step = Integer.getInteger("vigie.csaf.step", 12);
    for (int i = 0; i < files.size(); i++) {
      JsonNode document = JSON.readTree(files.get(i).toFile());
      assertThat(taken(document)).as(files.get(i).toString()).isEmpty();
      if (i % step != 0) {
        continue;
      }
      for (int n = 0; n < 40; n++) {
        ObjectNode changed = document.deepCopy();
        String what = spoil(changed, random);
        boolean right = valid(schema, changed);
        String said = taken(changed);
        if (right == said.isEmpty()) {
          agreed++;
        } else if (right) {
          stricter++;
        } else {
          laxer.add(files.get(i).getFileName() + " " + what);
        }
      }
    }
    System.out.println("advisories: " + agreed + " spoiled documents judged as the schema does, " + stricter + " refused that it allows, " + laxer.size()
        + " taken that it refuses " + laxer);
    assertThat(agreed).isPositive();
    assertThat(laxer).isEmpty();
  }

  /** Takes away, empties or replaces one value anywhere in the document. */
  private static String spoil(ObjectNode root, Random random) {
    JsonNode at = root;
    String path = "";
    while (true) {
      List<String> names = new ArrayList<>();
      if (at instanceof ObjectNode o) {
        o.fieldNames().forEachRemaining(names::add);
      } else {
        for (int i = 0; i < at.size(); i++) {
          names.add(Integer.toString(i));
        }
      }
      String name = names.get(random.nextInt(names.size()));
      JsonNode child = at instanceof ObjectNode o ? o.get(name) : at.get(Integer.parseInt(name));
      path += "/" + name;
      if (!child.isContainerNode() || child.isEmpty() || random.nextInt(4) == 0) {
        JsonNode other = switch (random.nextInt(5)) {
          case 0 -> null;
          case 1 -> JSON.getNodeFactory().textNode("");
          case 2 -> JSON.getNodeFactory().numberNode(-7);
          case 3 -> JSON.createObjectNode();
          default -> JSON.createArrayNode();
        };
        if (at instanceof ObjectNode o) {
          if (other == null) {
            o.remove(name);
          } else {
            o.set(name, other);
          }
        } else if (at instanceof ArrayNode a) {
          if (other == null) {
            a.remove(Integer.parseInt(name));
          } else {
            a.set(Integer.parseInt(name), other);
          }
        }
        return path + " = " + other;
      }
      at = child;
    }
  }

  private static Statement statement(String device, String weakness, Status status, String justification, String comment, int minute) {
    return new Statement(device, "CTA " + device, "Siemens", "PXC36-E.D", device.equals("a-3") ? "" : "V5.10.050", device.equals("a-1") ? "S-77" : "",
        "ICSA-18-025-02B", "CISA", "https://www.cisa.gov/news-events/ics-advisories/icsa-18-025-02", List.of(weakness), status, justification, comment,
        status == Status.OPEN ? "" : "rssi", status == Status.OPEN ? null : Instant.parse("2026-11-26T05:00:00Z").plusSeconds(minute * 60L));
  }

  @Test
  void theStatementOfASiteIsACsafVexDocument() throws Exception {
    List<Statement> statements = new ArrayList<>(List.of(statement("a-1", "CVE-2018-4834", Status.NOT_AFFECTED, "vulnerable_code_not_present", "", 1),
        statement("a-2", "CVE-2018-4834", Status.ACCEPTED, "", "replaced in 2027", 2), statement("a-3", "CVE-2018-4834", Status.OPEN, "", "", 0),
        statement("a-4", "CVE-2018-4834", Status.FIXED, "", "", 4), statement("a-5", "CVE-2018-4834", Status.NOT_AFFECTED, "", "no web server", 5),
        statement("a-6", "CVE-2018-4834", Status.AFFECTED, "", "", 6), statement("a-1", "VU#1", Status.INVESTIGATING, "", "", 7),
        // the same weakness of the same device through another advisory, decided later: one status only
        statement("a-2", "CVE-2018-4834", Status.FIXED, "", "", 9)));
    ObjectNode vex = Vex.write(statements, "chu", "CHU Saint-Éloi", Instant.parse("2026-11-26T06:00:00Z"), "0.1.0");
    assertThat(vex).isNotNull();
    if (vex == null) {
      return;
    }
    Schema schema = schema("csaf_json_schema.json");
    assertThat(schema.validate(vex.toString(), InputFormat.JSON)).isEmpty();
    assertThat(taken(vex)).isEmpty();
    profile(vex);
    JsonNode status = vex.at("/vulnerabilities/0/product_status");
    assertThat(status.path("fixed").toString()).contains("a-2").contains("a-4");
    assertThat(status.path("known_affected").toString()).isEqualTo("[\"a-6\"]");
    assertThat(status.path("under_investigation").toString()).isEqualTo("[\"a-3\"]");
    assertThat(Vex.write(List.of(), "chu", "", Instant.EPOCH, "0")).isNull();
  }

  /** Profile 5 (CSAF 2.0 §4.5), and mandatory tests 6.1.1 and 6.1.6. */
  private static void profile(ObjectNode vex) {
    assertThat(vex.at("/document/category").asText()).isEqualTo("csaf_vex");
    Set<String> products = new HashSet<>();
    vex.path("product_tree").findValues("product").forEach(p -> products.add(p.path("product_id").asText()));
    for (JsonNode v : vex.path("vulnerabilities")) {
      assertThat(v.has("cve") || v.has("ids")).isTrue();
      assertThat(v.path("notes")).isNotEmpty();
      Set<String> seen = new HashSet<>();
      v.path("product_status").forEach(ids -> ids.forEach(id -> {
        assertThat(products).contains(id.asText());
        assertThat(seen.add(id.asText())).as(id + " stands in two groups").isTrue();
      }));
      Set<String> acted = new HashSet<>();
      v.path("remediations").forEach(r -> r.path("product_ids").forEach(id -> acted.add(id.asText())));
      v.path("product_status").path("known_affected").forEach(id -> assertThat(acted).contains(id.asText()));
      Set<String> reasons = new HashSet<>();
      v.path("flags").forEach(f -> f.path("product_ids").forEach(id -> reasons.add(id.asText())));
      v.path("threats").forEach(f -> f.path("product_ids").forEach(id -> reasons.add(id.asText())));
      v.path("product_status").path("known_not_affected").forEach(id -> assertThat(reasons).contains(id.asText()));
    }
  }
}
