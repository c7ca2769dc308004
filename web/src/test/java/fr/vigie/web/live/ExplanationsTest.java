package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import fr.vigie.web.exchange.SheetFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads an alert can see on what it rests, long after the rule was changed. */
final class ExplanationsTest {
  @TempDir Path folder;

  @Test
  void valuesBeforeAndAfterAndWhoElseWritesAreTold() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      String id = s.estate.alerts(new Search("rule:BAC-02", Map.of(), "", 0, 1)).items().getFirst().path("id").asText();
      JsonNode why = Objects.requireNonNull(s.estate.explanation(id));
      JsonNode value = why.path("values").get(0);
      assertThat(value.path("before").path("value").asDouble()).isEqualTo(21.5);
      assertThat(value.path("before").path("who").path("ip").asText()).isEqualTo("10.20.10.10");
      assertThat(value.path("after").path("value").asDouble()).isEqualTo(35.0);
      assertThat(why.path("writers")).hasSize(2);
      assertThat(why.path("rule").path("text").asText()).startsWith("rule \"BAC-02 ").endsWith("end");
      assertThat(why.path("rule").path("inForce").asBoolean()).isTrue();
      assertThat(why.path("incident").path("reason").path("en").asText()).isEqualTo("opens the incident");
      assertThat(s.estate.explanation("al-none")).isNull();
    }
  }

  private static ObjectNode at(String ip) {
    return JsonNodeFactory.instance.objectNode().put("ip", ip);
  }

  private static ObjectNode told(String value, String time) {
    return JsonNodeFactory.instance.objectNode().put("value", value).putNull("unit").put("time", time).put("written", true);
  }

  private static void act(SampleEstate s, String key, int seq, String whom, double value, String outcome) throws Exception {
    ObjectNode act = JsonNodeFactory.instance.objectNode().put("v", 1).put("id", seq + ".1").put("time", "2026-03-10T07:41:0" + seq + ".000000000Z").put("verb", "write")
        .put("operation", "Write Single Register").put("point", "holding-register:10").put("value", value).put("outcome", outcome);
    act.set("who", at("10.30.4.77"));
    act.set("whom", at(whom));
    s.estate.onAct(key, "a-laptop0000001a", "a-froid0000000001", seq, 1, false, value, act::deepCopy);
  }

  @Test
  void eachDeviceHasValuesOfItsOwnAndARefusedWriteIsNoneOfThem() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      ObjectNode alert = s.estate.alerts(new Search("rule:MOD-01", Map.of(), "", 0, 1)).items().getFirst().deepCopy();
      alert.putArray("doings").addObject().put("operation", "Write Single Register").put("point", "holding-register:10");
      alert.putArray("whom").add(at("10.20.30.11")).add(at("10.20.30.12")).add(at("10.20.30.13"));
      ObjectNode value = alert.putArray("values").addObject();
      value.set("whom", at("10.20.30.13"));
      value.put("point", "holding-register:10");
      value.set("before", told("7", "2026-03-10T07:40:00.000000000Z"));
      value.set("after", told("8", "2026-03-10T07:41:09.000000000Z"));
      s.estate.onAlert(alert);
      act(s, "m1", 1, "10.20.30.11", 500, "ok");
      act(s, "m1", 2, "10.20.30.11", 501, "ok");
      act(s, "m1", 3, "10.20.30.11", 999, "error");
      act(s, "m2", 4, "10.20.30.12", 60, "unconfirmed");
      s.estate.show();
      Map<String, String> sides = new TreeMap<>();
      for (JsonNode v : Objects.requireNonNull(s.estate.explanation(alert.path("id").asText())).path("values")) {
        sides.put(v.path("whom").path("ip").asText(), v.path("before").path("value").asText() + " > " + v.path("after").path("value").asText());
      }
      assertThat(sides).isEqualTo(Map.of("10.20.30.11", " > ", "10.20.30.12", " > 60.0", "10.20.30.13", "7 > 8"));
    }
  }

  @Test
  void theTextOfARuleIsTheOneThatFiredAndATamperedFileIsNotBelieved() throws Exception {
    PolicySet shipped = PolicySet.shipped();
    PolicySet.Source source = shipped.sources().stream().filter(f -> f.text().contains("rule \"BAC-09 ")).findFirst().orElseThrow();
    RuleShelf shelf = new RuleShelf(folder.resolve("rules"));
    shelf.keep(shipped);
    RuleShelf again = new RuleShelf(folder.resolve("rules"));
    RuleShelf.Text text = Objects.requireNonNull(again.find(source.sha256(), "BAC-09"));
    assertThat(text.rules()).startsWith("rule \"BAC-09 ").doesNotContain("rule \"BAC-08 ");
    assertThat(text.file()).as("in force no more: nothing was put on this shelf since it was opened").isEmpty();
    Files.writeString(folder.resolve("rules").resolve(source.sha256()), "rule \"BAC-09 other\"\nend\n");
    assertThat(again.find(source.sha256(), "BAC-09")).isNull();
    assertThat(again.find("../../etc/passwd", "BAC-09")).isNull();
  }

  private static PolicySet house(String... files) {
    SortedMap<String, byte[]> own = new TreeMap<>();
    for (int i = 0; i < files.length; i += 2) {
      own.put(files[i], files[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    PolicySet.Loaded loaded = PolicySet.of(own, new Ground(Site.EMPTY, Set.of("bacnet"), SheetFile::read));
    assertThat(loaded.findings()).isEmpty();
    return Objects.requireNonNull(loaded.policy());
  }

  private static String rule(String name, String operation) {
    return """
        package fr.vigie.rules.policy;
        import fr.vigie.rules.event.Deed;
        import function fr.vigie.rules.event.Report.report;
          rule "%s"
          when
            $d : Deed(protocol == "bacnet", operation == "%s")
          then
            report($d, "BAC-09", "house rule");
          end
        """.formatted(name, operation);
  }

  private static String digest(PolicySet policy, String file) {
    return policy.sources().stream().filter(s -> s.file().equals(file)).findFirst().orElseThrow().sha256();
  }

  @Test
  void theTextStaysWhatItWasThroughAChangeAndARollback() throws Exception {
    RuleShelf shelf = new RuleShelf(folder.resolve("rules"));
    PolicySet first = house("bacnet.drl", rule("BAC-09 first", "first"));
    PolicySet second = house("bacnet.drl", rule("BAC-09 second", "second"));
    String one = digest(first, "bacnet.drl");
    String two = digest(second, "bacnet.drl");
    shelf.keep(first);
    shelf.keep(second);
    assertThat(Objects.requireNonNull(shelf.find(one, "BAC-09")).rules()).startsWith("rule \"BAC-09 first\"").contains("\"first\"").endsWith("end");
    assertThat(Objects.requireNonNull(shelf.find(one, "BAC-09")).file()).as("replaced since").isEmpty();
    assertThat(Objects.requireNonNull(shelf.find(two, "BAC-09")).file()).isEqualTo("bacnet.drl");
    shelf.keep(first);
    assertThat(Objects.requireNonNull(shelf.find(one, "BAC-09")).file()).as("in force again").isEqualTo("bacnet.drl");
    assertThat(Objects.requireNonNull(shelf.find(two, "BAC-09")).rules()).contains("\"second\"");
  }

  @Test
  void rulesOfADetectionThatStandInSeveralFilesAreAllShown() throws Exception {
    PolicySet policy = house("a.drl", rule("BAC-09 house", "a"), "b.drl", rule("BAC-09 ward", "b"));
    PolicySet.Source all = policy.sources().stream().filter(s -> s.file().startsWith("a.drl, b.drl")).findFirst().orElseThrow();
    RuleShelf shelf = new RuleShelf(folder.resolve("rules"));
    shelf.keep(policy);
    RuleShelf.Text text = Objects.requireNonNull(shelf.find(all.sha256(), "BAC-09"));
    assertThat(text.rules()).contains("rule \"BAC-09 house\"", "rule \"BAC-09 ward\"", "rule \"BAC-09 device told to be silent\"").doesNotContain("BAC-08");
    assertThat(text.file()).startsWith("a.drl, b.drl, bacnet");
  }

  @Test
  void aDecisionTableIsExplainedByTheRulesItBecame() throws Exception {
    PolicySet policy = house("house.drl.csv", """
        RuleSet;house rules
        Import;fr.vigie.rules.event.Deed
        RuleTable UPS-02 tools
        CONDITION;ACTION
        $d : Deed;
        operation == "$param";report($d, "UPS-02", "$param")
        operation;what is told
        one;first
        two;second
        """);
    PolicySet.Source source = policy.sources().stream().filter(s -> s.file().contains("house.drl.csv")).findFirst().orElseThrow();
    RuleShelf shelf = new RuleShelf(folder.resolve("rules"));
    shelf.keep(policy);
    assertThat(Objects.requireNonNull(shelf.find(source.sha256(), "UPS-02")).rules()).contains("rule \"UPS-02 tools row 8\"", "\"second\"");
  }
}
