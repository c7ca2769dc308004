package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Match.Reason;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CycloneDX documents that say how products stand. */
final class BomVexTest {
  private static final String BOM = """
      {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 2,
       "metadata": {"timestamp": "2026-03-01T09:00:00Z", "component": {"bom-ref": "device", "type": "device", "name": "Thing T500", "version": "2.4",
         "manufacturer": {"name": "Maker"}}},
       "components": [{"bom-ref": "web", "type": "library", "name": "webserver", "version": "1.0", "components": [{"bom-ref": "inner", "type": "library", "name": "inner"}]}],
       "vulnerabilities": [
        {"id": "CVE-2026-0001", "ratings": [{"score": 9.8, "method": "CVSSv31", "vector": "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
         "analysis": {"state": "%s", "justification": "code_not_reachable"}, "affects": [{"ref": "device"%s}]}]}
      """;

  private static final String CSAF = """
      {"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "W", "publisher": {"category": "vendor", "name": "Other", "namespace": "https://o.example"},
        "tracking": {"id": "A-1", "status": "final", "version": "1", "initial_release_date": "2026-02-01T00:00:00Z", "current_release_date": "2026-02-01T00:00:00Z",
          "revision_history": [{"date": "2026-02-01T00:00:00Z", "number": "1", "summary": "first"}]}},
       "product_tree": {"branches": [{"category": "vendor", "name": "Maker", "branches": [{"category": "product_name", "name": "Thing T500", "branches": [
          {"category": "product_version_range", "name": "<2.5", "product": {"name": "Thing T500 <2.5", "product_id": "P1"}}]}]}]},
       "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P1"]}}]}
      """;

  private static Advisory read(String text) throws Refused {
    return Csaf.read(text.getBytes(StandardCharsets.UTF_8), "bom.json", "ab".repeat(32));
  }

  private static String bom(String state, String versions) {
    return BOM.formatted(state, versions);
  }

  private static Refused refused(String text) {
    try {
      read(text);
    } catch (Refused e) {
      return e;
    }
    throw new AssertionError("it was taken: " + text);
  }

  private static List<Match> matches(List<Advisory> advisories, String version) {
    return new Matcher(advisories, Knowledge.shipped().vendors()).matches(new Device("a-x", List.of(said("vendor", "Maker")), List.of(said("model", "Thing T500")),
        List.of(said("firmware", version)), Set.of("bacnet")));
  }

  private static Said said(String trait, String value) {
    return MatcherTableTest.said(trait, value);
  }

  @Test
  void whatIsExploitableInItsVersionIsAMatch() throws Refused {
    Advisory a = read(bom("exploitable", ""));
    assertThat(a.id()).isEqualTo("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79");
    assertThat(a.revised()).isEqualTo("2026-03-01");
    assertThat(a.publisher()).isEqualTo("Maker");
    assertThat(a.score()).isEqualTo(9.8);
    assertThat(a.vex()).isTrue();
    assertThat(matches(List.of(a), "2.4")).singleElement().satisfies(m -> assertThat(m.verdict()).isEqualTo(Verdict.MATCH));
    assertThat(matches(List.of(a), "2.6")).noneMatch(m -> m.verdict() == Verdict.MATCH);
    assertThat(matches(List.of(read(bom("in_triage", ""))), "2.4")).noneMatch(m -> m.verdict() == Verdict.MATCH);
  }

  @Test
  void whatIsClearedIsTakenOutOfWhatOthersSay() throws Refused {
    for (String state : List.of("not_affected", "resolved", "resolved_with_pedigree", "false_positive")) {
      Advisory vex = read(bom(state, ""));
      List<Match> found = matches(List.of(read(CSAF), vex), "2.4");
      assertThat(found).as(state).extracting(Match::verdict).containsOnly(Verdict.NOT_AFFECTED);
      assertThat(found).as(state).extracting(Match::reason).contains(Reason.VEX);
      assertThat(vex.leaves().getFirst().justification()).isEqualTo("vulnerable_code_not_in_execute_path");
      assertThat(matches(List.of(read(CSAF), vex), "2.3")).as("it speaks of 2.4 alone").anyMatch(m -> m.verdict() == Verdict.MATCH);
    }
  }

  @Test
  void versionsHaveStatesOfTheirOwn() throws Refused {
    Advisory a = read(bom("exploitable", ", \"versions\": [{\"range\": \"vers:generic/<2.4\", \"status\": \"affected\"}, {\"version\": \"2.4\", \"status\": \"unaffected\"}]"));
    assertThat(a.leaves()).hasSize(2);
    assertThat(matches(List.of(a), "2.3")).anyMatch(m -> m.verdict() == Verdict.MATCH);
    assertThat(matches(List.of(a), "2.4")).noneMatch(m -> m.verdict() == Verdict.MATCH);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(refused(bom("perhaps", "")).reason()).isEqualTo("/vulnerabilities/0/analysis/state is no state that CycloneDX knows");
    assertThat(refused(bom("perhaps", "")).line()).isEqualTo(7);
    assertThat(refused(bom("exploitable", "").replace("\"ref\": \"device\"", "\"ref\": \"nobody\"")).reason()).contains("does not define");
    assertThat(refused(bom("exploitable", "").replace("\"ref\": \"device\"", "\"ref\": \"urn:cdx:1/1#x\"")).reason()).contains("another document");
    assertThat(refused(bom("exploitable", "").replace("\"1.6\"", "\"2.0\"")).reason()).contains("/specVersion");
    assertThat(refused(bom("exploitable", "").replace("\"inner\", \"type\"", "\"web\", \"type\"")).reason()).contains("twice");
    assertThat(refused("{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": []}").kind()).isEqualTo("other");
    assertThat(refused("{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"vulnerabilities\": {\"a\": {}}}").reason()).contains("must have an id");
  }

  @Test
  void anySpoiledDocumentIsReadOrRefusedAndNeverAnException() {
    Random random = new Random(9);
    byte[] good = bom("exploitable", ", \"versions\": [{\"version\": \"2.4\"}]").getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      for (int k = 0; k <= i % 4; k++) {
        bad[random.nextInt(bad.length)] = (byte) (random.nextBoolean() ? "{}[]\",:0".charAt(random.nextInt(8)) : random.nextInt(256));
      }
      try {
        Csaf.read(bad, "bom.json", null);
      } catch (Refused e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void itLiesInTheFolderBesideCsaf(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a.json"), CSAF);
    Files.writeString(folder.resolve("vex.cdx.json"), bom("not_affected", ""));
    Files.writeString(folder.resolve("bom.json"), "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\"}");
    AdvisoryFolder.Content content = AdvisoryFolder.read(folder, n -> { });
    assertThat(content.refused()).isEmpty();
    assertThat(content.advisories()).hasSize(2);
    assertThat(content.counters()).containsEntry("skipped.no_advisory", 1L);
    Path to = folder.resolve("kept");
    assertThat(AdvisoryFolder.copy(folder, content.advisories().values(), to)).isEqualTo(2);
    assertThat(AdvisoryFolder.read(to, n -> { }).advisories()).hasSize(2);
  }
}
