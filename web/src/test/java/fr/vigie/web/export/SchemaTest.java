package fr.vigie.web.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import fr.vigie.web.command.Typed;
import fr.vigie.web.report.Facts;
import fr.vigie.web.report.Framework;
import fr.vigie.web.report.Report;
import fr.vigie.web.report.ReportRoom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds everything that Vigie writes about the sample hospital against docs/schema, and the schemas against what they must refuse. */
final class SchemaTest {
  private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final List<String> FILES = List.of("assets", "alerts", "incidents", "contacts", "acts", "readings", "flaws", "learned");
  private static final int MOST_TOLD = 5;

  @TempDir private static Path folder;
  private static Path out;
  private static Path decoded;
  private static long messages;

  @BeforeAll
  static void replay() throws IOException {
    out = folder.resolve("out");
    assertThat(Typed.command("replay", hospital(Hospital.CAPTURE).toString(), "--site", hospital(Hospital.SITE).toString(), "--learn-until",
        Hospital.LEARN_UNTIL.toString(), "--out", out.toString(), "--quiet")).isZero();
    decoded = folder.resolve("decode.ndjson");
    try (Writer text = Files.newBufferedWriter(decoded)) {
      messages = Typed.decode(hospital(Hospital.CAPTURE), text);
    }
  }

  @Test
  void everySchemaIsOneOfTheDialectItNames() throws IOException {
    Schema dialect = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    for (Path file : schemas()) {
      assertThat(dialect.validate(Files.readString(file), InputFormat.JSON)).as(file.toString()).isEmpty();
    }
    assertThat(dialect.validate("{\"type\":\"text\"}", InputFormat.JSON)).isNotEmpty();
    assertThat(schemas()).hasSize(FILES.size() + 3);
  }

  @Test
  void aDefinitionOfOneNameIsTheSameInEverySchema() throws IOException {
    Map<String, JsonNode> known = new TreeMap<>();
    for (Path file : schemas()) {
      for (Map.Entry<String, JsonNode> definition : Json.MAPPER.readTree(file.toFile()).path("$defs").properties()) {
        JsonNode other = known.putIfAbsent(definition.getKey(), definition.getValue());
        assertThat(definition.getValue()).as(file + " " + definition.getKey()).isEqualTo(other == null ? definition.getValue() : other);
      }
    }
    assertThat(known).containsKeys("time", "whole", "endpoint");
  }

  @Test
  void everyLineOfAReplayIsAsItsSchemaSays() throws IOException {
    JsonNode lines = first("summary").at("/result/lines");
    for (String name : FILES) {
      assertThat(hold(schema(name), out.resolve(name + ".ndjson"))).as(name).isEqualTo(lines.path(name).asLong()).isPositive();
    }
  }

  @Test
  void everyDecodedMessageIsAsItsSchemaSays() throws IOException {
    assertThat(hold(schema("decode"), decoded)).isEqualTo(messages).isGreaterThan(10_000);
  }

  @Test
  void theSummaryIsAsItsSchemaSays() throws IOException {
    assertThat(errors("summary", first("summary"))).isEmpty();
  }

  @Test
  void reportsOfEveryFrameworkInBothLanguagesAreAsTheirSchemaSays() throws Exception {
    Facts facts = Typed.facts(hospital(Hospital.CAPTURE), hospital(Hospital.SITE));
    for (Framework framework : Framework.values()) {
      Report report = new Report(framework, facts);
      for (String language : List.of("fr", "en")) {
        String text = new String(ReportRoom.content(report, "json", language), StandardCharsets.UTF_8);
        assertThat(schema("report").validate(text, InputFormat.JSON)).as(framework + " " + language).isEmpty();
        refusesWhatIsForeignOrMissing("report", (ObjectNode) Json.MAPPER.readTree(text));
      }
      assertThat(errors("report", report.json("fr").put("language", "en"))).as("French labels in an English report").isNotEmpty();
    }
  }

  @Test
  void whatIsForeignOrMissingIsRefused() throws IOException {
    for (String name : FILES) {
      refusesWhatIsForeignOrMissing(name, first(name));
    }
    refusesWhatIsForeignOrMissing("decode", first("decode"));
    refusesWhatIsForeignOrMissing("summary", first("summary"));
  }

  @Test
  void numbersTimesAndNamesAreHeldToTheirForm() throws IOException {
    assertThat(errors("contacts", first("contacts").put("packetsOut", 1))).as("a number for a 64-bit integer").isNotEmpty();
    assertThat(errors("contacts", first("contacts").put("packetsOut", "01"))).as("a leading zero").isNotEmpty();
    assertThat(errors("contacts", first("contacts").put("first", "2026-03-10T06:00:00Z"))).as("a time without fraction").isNotEmpty();
    assertThat(errors("contacts", first("contacts").put("first", "2026-03-10T06:00:00.000000000+01:00"))).as("another zone").isNotEmpty();
    assertThat(errors("contacts", first("contacts").put("answer", "maybe"))).as("an answer that does not exist").isNotEmpty();
    assertThat(errors("acts", first("acts").put("verb", "WRITE"))).as("a verb in capitals").isNotEmpty();
    assertThat(errors("acts", first("acts").put("priority", 17))).as("priority 17").isNotEmpty();
    assertThat(errors("alerts", first("alerts").put("severity", "high"))).as("a severity in words").isNotEmpty();
    assertThat(errors("alerts", first("alerts").put("incident", "a-aaaaaaaaaaaaaaaa"))).as("a device for an incident").isNotEmpty();
    assertThat(errors("assets", first("assets").put("id", "a-AAAAAAAAAAAAAAAA"))).as("an id in capitals").isNotEmpty();
  }

  @Test
  void aTraitOrADecisionThatCannotBeIsRefused() throws IOException {
    ObjectNode trait = first("assets");
    trait.withObject("traits").putArray("colour");
    assertThat(errors("assets", trait)).as("a trait that does not exist").isNotEmpty();
    ObjectNode decided = first("assets");
    decided.withObject("decisions").put("review", "approved");
    assertThat(errors("assets", decided)).as("a decision by nobody").isNotEmpty();
    decided.withObject("decisions").putNull("owner").put("comment", "fiche 12").put("by", "admin").put("at", "2026-03-10T09:00:00.000000000Z")
        .putObject("values").put("care", "4");
    assertThat(errors("assets", decided)).isEmpty();
  }

  @Test
  void addressesWithAllTheirMembersAreAllowedAndWithTwoBelowIpRefused() throws IOException {
    ObjectNode line = first("acts");
    line.set("who", Json.object().put("realm", "nord").putNull("ip").put("mac", "00:0a:b3:96:ce:76").put("vlan", 210).put("bacnet", "2001:0x0a"));
    line.set("whom", Json.object().put("ip", "fd00::1").putNull("mac").put("port", 502).put("unit", 3));
    assertThat(errors("acts", line)).isEmpty();
    line.withObject("whom").put("knx", "1.1.1");
    assertThat(errors("acts", line)).isNotEmpty();
  }

  @Test
  void theExamplesOfTheReadmeAreAsTheirSchemasSay() throws IOException {
    String name = "";
    int examples = 0;
    for (String line : Files.readAllLines(above("docs/schema").resolve("README.md"))) {
      if (line.matches("`[a-z]+`")) {
        name = line.substring(1, line.length() - 1);
      } else if (line.startsWith("{")) {
        assertThat(schema(name).validate(line, InputFormat.JSON)).as(line).isEmpty();
        examples++;
      }
    }
    assertThat(examples).isEqualTo(FILES.size() + 1);
  }

  /** Takes every member away in turn, and puts a foreign one into the document and into every object right below it. */
  private static void refusesWhatIsForeignOrMissing(String name, ObjectNode document) throws IOException {
    assertThat(errors(name, document)).as(name).isEmpty();
    List<String> members = new ArrayList<>();
    document.fieldNames().forEachRemaining(members::add);
    assertThat(members).hasSizeGreaterThan(3);
    assertThat(errors(name, document.deepCopy().put("zz", 1))).as(name + " with a foreign member").isNotEmpty();
    for (String member : members) {
      ObjectNode without = document.deepCopy();
      without.remove(member);
      assertThat(errors(name, without)).as(name + " without " + member).isNotEmpty();
      ObjectNode foreign = document.deepCopy();
      JsonNode inner = foreign.get(member) instanceof ArrayNode list ? list.path(0) : foreign.get(member);
      if (inner instanceof ObjectNode object && !member.equals("fields")) {
        object.put("zz", 1);
        assertThat(errors(name, foreign)).as(name + " with a foreign member in " + member).isNotEmpty();
      }
    }
  }

  /** Validates each line; answers how many there are. */
  private static long hold(Schema schema, Path file) throws IOException {
    List<String> wrong = new ArrayList<>();
    long count = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        count++;
        List<Error> errors = schema.validate(line, InputFormat.JSON);
        if (!errors.isEmpty() && wrong.size() < MOST_TOLD) {
          wrong.add(errors + " in " + line);
        }
      }
    }
    assertThat(wrong).as(file.getFileName().toString()).isEmpty();
    return count;
  }

  private static ObjectNode first(String name) throws IOException {
    if (name.equals("summary")) {
      return (ObjectNode) Json.MAPPER.readTree(out.resolve("summary.json").toFile());
    }
    try (BufferedReader lines = Files.newBufferedReader(name.equals("decode") ? decoded : out.resolve(name + ".ndjson"))) {
      return (ObjectNode) Json.MAPPER.readTree(lines.readLine());
    }
  }

  private static List<Error> errors(String schema, JsonNode document) throws IOException {
    return schema(schema).validate(document.toString(), InputFormat.JSON);
  }

  private static Schema schema(String name) throws IOException {
    return REGISTRY.getSchema(Files.readString(above("docs/schema").resolve(name + ".schema.json")), InputFormat.JSON);
  }

  private static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.list(above("docs/schema"))) {
      return files.filter(f -> f.toString().endsWith(".schema.json")).sorted().toList();
    }
  }

  private static Path hospital(String file) {
    return above("samples/hospital").resolve(file);
  }

  /** A folder of the repository, wherever the test is started. */
  private static Path above(String name) {
    Path at = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (at != null && !Files.isDirectory(at.resolve(name))) {
      at = at.getParent();
    }
    return Objects.requireNonNull(at, "no " + name + " above the working folder").resolve(name);
  }
}
