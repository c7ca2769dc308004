package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
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
}
