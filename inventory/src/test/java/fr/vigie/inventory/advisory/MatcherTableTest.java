package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The matcher against {@code devices.tsv}, which a person wrote, over all 224 advisories of the shared reference. */
final class MatcherTableTest {
  /** A line of the table. */
  private record Row(int line, Device device, Map<Verdict, Set<String>> expected, String text) {}

  @Test
  void noMatchIsFalseAndAtLeast98PercentAreFound() throws Exception {
    List<Advisory> advisories = Reference.advisories();
    assertThat(advisories).hasSize(224);
    Matcher matcher = new Matcher(advisories, Knowledge.shipped().vendors());
    List<Row> rows = rows();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(120);
    List<String> falseMatches = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    List<String> otherwise = new ArrayList<>();
    Map<Verdict, int[]> figures = new EnumMap<>(Verdict.class);
    for (Row row : rows) {
      Map<Verdict, Set<String>> found = found(matcher.matches(row.device));
      for (Verdict v : List.of(Verdict.MATCH, Verdict.POSSIBLE, Verdict.NOT_AFFECTED)) {
        int[] f = figures.computeIfAbsent(v, k -> new int[3]);
        Set<String> expected = row.expected.get(v);
        for (String id : expected) {
          f[0]++;
          if (found.get(v).contains(id)) {
            f[1]++;
          } else {
            (v == Verdict.MATCH ? missed : otherwise).add(row.line + " " + row.text + ": " + v + " " + id + " was " + verdict(found, id));
          }
        }
        for (String id : found.get(v)) {
          if (!expected.contains(id)) {
            f[2]++;
            (v == Verdict.MATCH ? falseMatches : otherwise).add(row.line + " " + row.text + ": " + v + " " + id + " and none of that was expected");
          }
        }
      }
    }
    figures.forEach((v, f) -> System.out.println("advisories: " + v.wireName() + ": " + f[0] + " expected, " + f[1] + " found, " + f[2] + " more"));
    System.out.println("advisories: " + rows.size() + " devices; missed matches: " + missed + "\nother differences: " + String.join("\n  ", otherwise));
    assertThat(falseMatches).isEmpty();
    int[] match = figures.getOrDefault(Verdict.MATCH, new int[] {1, 0, 0});
    assertThat(match[1] / (double) match[0]).as("recall; missed: %s", missed).isGreaterThanOrEqualTo(0.98);
  }

  private static String verdict(Map<Verdict, Set<String>> found, String id) {
    return found.entrySet().stream().filter(e -> e.getValue().contains(id)).map(e -> e.getKey().wireName()).findFirst().orElse("nothing");
  }

  private static Map<Verdict, Set<String>> found(List<Match> matches) {
    Map<Verdict, Set<String>> found = new EnumMap<>(Verdict.class);
    for (Verdict v : Verdict.values()) {
      found.put(v, new TreeSet<>());
    }
    matches.forEach(m -> found.getOrDefault(m.verdict(), new TreeSet<>()).add(m.advisory().id()));
    return found;
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = MatcherTableTest.class.getResourceAsStream("devices.tsv");
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      int n = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        n++;
        if (!line.startsWith("#")) {
          String[] c = line.split("\t", -1);
          Device device = new Device("a-" + n, List.of(said("vendor", c[0])), List.of(said("model", c[1])),
              c[2].isEmpty() ? List.of() : List.of(said("firmware", c[2])), Set.of(c[3]));
          rows.add(new Row(n, device, Map.of(Verdict.MATCH, ids(c[4]), Verdict.POSSIBLE, ids(c[5]), Verdict.NOT_AFFECTED, ids(c[6])),
              String.join(" | ", c[0], c[1], c[2])));
        }
      }
    }
    return rows;
  }

  private static Set<String> ids(String cell) {
    return cell.isEmpty() ? Set.of() : new TreeSet<>(List.of(cell.split(",")));
  }

  static Said said(String trait, String value) {
    return new Said(trait, value, "bacnet", "ASHRAE 135-2020 §12.11", "2026-03-10T06:00:00.000000000Z", 0, 7, 90);
  }
}
