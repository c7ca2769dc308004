package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Match.Reason;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** CSAF documents, whole and broken; all of them made here. */
final class CsafTest {
  private static final String HEAD = """
      {
        "document": {
          "category": "%s",
          "csaf_version": "2.0",
          "publisher": {"category": "vendor", "name": "Maker", "namespace": "https://maker.example"},
          "title": "Weakness in Thing 500",
          "references": [{"category": "self", "summary": "web", "url": "https://maker.example/a-1"}],
          "tracking": {
            "id": "%s", "status": "final", "version": "1",
            "initial_release_date": "2026-01-02T00:00:00Z", "current_release_date": "2026-02-03T00:00:00.000Z",
            "revision_history": [{"date": "2026-01-02T00:00:00Z", "number": "1", "summary": "first"}]
          }
        },
      """;
  private static final String TREE = """
        "product_tree": {
          "branches": [{"category": "vendor", "name": "Maker", "branches": [
            {"category": "product_family", "name": "Things", "branches": [
              {"category": "product_name", "name": "Thing T500", "branches": [
                {"category": "product_version_range", "name": "<2.5", "product": {"name": "Thing T500 <2.5", "product_id": "P1"}},
                {"category": "product_version_range", "name": ">=2.5", "product": {"name": "Thing T500 >=2.5", "product_id": "P2"}}]}]}]}]
        },
      """;
  private static final String WEAK = """
        "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P1"], "fixed": ["P2"]},
          "scores": [{"products": ["P1"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8,
            "baseSeverity": "CRITICAL"}}]}]
      }
      """;
  static final String WHOLE = HEAD.formatted("csaf_security_advisory", "A-1") + TREE + WEAK;

  static Advisory read(String text) {
    try {
      return Csaf.read(text.getBytes(StandardCharsets.UTF_8), "a-1.json", null);
    } catch (Refused e) {
      throw new AssertionError(e.line() + ": " + e.reason(), e);
    }
  }

  private static Refused refused(String text) {
    try {
      Csaf.read(text.getBytes(StandardCharsets.UTF_8), "a-1.json", null);
    } catch (Refused e) {
      return e;
    }
    throw new AssertionError("it was taken: " + text);
  }

  private static List<Match> matches(List<Advisory> advisories, String version) {
    Device device = new Device("a-x", List.of(said("vendor", "Maker")), List.of(said("model", "Thing T500")), List.of(said("firmware", version)),
        Set.of("bacnet"));
    return new Matcher(advisories, Knowledge.shipped().vendors()).matches(device);
  }

  private static Said said(String trait, String value) {
    return MatcherTableTest.said(trait, value);
  }

  @Test
  void aDocumentIsReadToItsLeaves() {
    Advisory a = read(WHOLE);
    assertThat(a.id()).isEqualTo("A-1");
    assertThat(a.revised()).isEqualTo("2026-02-03");
    assertThat(a.url()).isEqualTo("https://maker.example/a-1");
    assertThat(a.score()).isEqualTo(9.8);
    assertThat(a.leaves()).extracting(Leaf::product).containsExactly("Thing T500", "Thing T500");
    assertThat(a.leaves().getFirst().affected()).containsExactly("CVE-2026-0001");
    assertThat(a.leaves().get(1).cleared()).containsExactly("CVE-2026-0001");
  }

  @Test
  void affectedAndFixedRangesOfOneProductAreTwoThings() {
    assertThat(matches(List.of(read(WHOLE)), "2.4")).singleElement().satisfies(m -> {
      assertThat(m.verdict()).isEqualTo(Verdict.MATCH);
      assertThat(m.concerns()).containsExactly("CVE-2026-0001");
      assertThat(m.version()).isNotNull();
    });
    assertThat(matches(List.of(read(WHOLE)), "2.6")).singleElement().satisfies(m -> assertThat(m.verdict()).isEqualTo(Verdict.NOT_AFFECTED));
  }

  @Test
  void aMakersVexTakesTheWeaknessOutOfAnothersAdvisory() {
    String vex = HEAD.formatted("csaf_vex", "V-1") + TREE + """
        "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_not_affected": ["P1"]},
          "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["P1"]}]}]}
        """;
    List<Match> found = matches(List.of(read(WHOLE), read(vex)), "2.4");
    assertThat(found).extracting(Match::verdict).containsOnly(Verdict.NOT_AFFECTED);
    assertThat(found).extracting(Match::reason).containsExactlyInAnyOrder(Reason.VEX, Reason.STATED);
    assertThat(read(vex).leaves().getFirst().justification()).isEqualTo("vulnerable_code_not_present");
  }

  @Test
  void csaf21IsReadToo() {
    String text = WHOLE.replace("{\n  \"document\"", "{\"$schema\": \"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json\", \"document\"")
        .replace("\"2.0\"", "\"2.1\"").replace("\"title\": \"W", "\"distribution\": {\"tlp\": {\"label\": \"CLEAR\"}}, \"title\": \"W")
        .replace("\"scores\": [{\"products\": [\"P1\"], \"cvss_v3\": {", "\"metrics\": [{\"products\": [\"P1\"], \"content\": {\"cvss_v3\": {")
        .replace("\"CRITICAL\"}}]", "\"CRITICAL\"}}}]");
    Advisory a = read(text);
    assertThat(a.score()).isEqualTo(9.8);
    assertThat(refused(text.replace("\"title\": \"W", "\"novelty\": 1, \"title\": \"W")).reason()).contains("CSAF 2.1 does not know");
  }

  @Test
  void aFirmwareOnADeviceIsTheDeviceWithThatVersion() {
    String text = HEAD.formatted("csaf_security_advisory", "A-2") + """
        "product_tree": {"branches": [{"category": "vendor", "name": "Maker", "branches": [
            {"category": "product_name", "name": "Thing T500", "product": {"name": "Thing T500", "product_id": "H"}},
            {"category": "product_name", "name": "Firmware", "branches": [
              {"category": "product_version_range", "name": "<2.5", "product": {"name": "Firmware <2.5", "product_id": "F"}}]}]}],
          "relationships": [{"category": "installed_on", "product_reference": "F", "relates_to_product_reference": "H",
            "full_product_name": {"name": "Firmware on Thing", "product_id": "F-H"}}]},
        "vulnerabilities": [{"cve": "CVE-2026-0002", "product_status": {"known_affected": ["F-H"]}}]}
        """;
    assertThat(matches(List.of(read(text)), "2.4")).extracting(Match::verdict).contains(Verdict.MATCH);
    assertThat(matches(List.of(read(text)), "2.5")).extracting(Match::verdict).doesNotContain(Verdict.MATCH);
  }

  @Test
  void whatIsWrongIsNamedWithItsLine() {
    assertThat(refused(WHOLE.replace("\"final\"", "\"finished\""))).satisfies(r -> {
      assertThat(r.kind()).isEqualTo("schema");
      assertThat(r.reason()).isEqualTo("/document/tracking/status is none of the values it may have");
      assertThat(r.line()).isEqualTo(9);
    });
    assertThat(refused(WHOLE.replace("\"known_affected\": [\"P1\"]", "\"known_affected\": [\"P9\"]"))).satisfies(r -> {
      assertThat(r.kind()).isEqualTo("content");
      assertThat(r.reason()).contains("P9").contains("not defined");
      assertThat(r.line()).isPositive();
    });
    assertThat(refused("{\n\"document\":\n{\"title\": \"x\", }").line()).isEqualTo(3);
    assertThat(refused("{\"a\":1,\n\"a\":2}").reason()).contains("uplicate");
  }

  @Test
  void hostileFilesAreRefusedAndNothingMore() {
    assertThat(refused("[".repeat(100_000)).kind()).isEqualTo("json");
    assertThat(refused("{\"a\":".repeat(5_000)).kind()).isEqualTo("json");
    assertThat(refused("").kind()).isEqualTo("json");
    assertThat(refused("null").kind()).isEqualTo("json");
    assertThat(refused("{\"document\": " + "9".repeat(10_000) + "}").kind()).isEqualTo("json");
    assertThat(refused("{\"a\": \"" + "x".repeat(2 << 20) + "\"}").kind()).isEqualTo("json");
    assertThat(refused(WHOLE + "{}").kind()).isEqualTo("json");
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> Csaf.read(new byte[] {'{', (byte) 0xff, '}'}, "x", null));
    assertThatExceptionOfType(Refused.class).isThrownBy(() -> Csaf.read(new byte[Csaf.LARGEST + 1], "x", null))
        .satisfies(r -> assertThat(r.kind()).isEqualTo("too_large"));
  }

  @Test
  void noChangeOfADocumentBreaksTheReader() {
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    int taken = 0;
    for (int i = 0; i < 6_000; i++) {
      byte[] changed = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int n = 1 + random.nextInt(4); n > 0 && changed.length > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(128);
      }
      try {
        Csaf.read(changed, "x", null);
        taken++;
      } catch (Refused e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
    assertThat(taken).isLessThan(6_000);
  }
}
