package fr.vigie.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IndexTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<Index.Spec> SPECS =
      List.of(
          new Index.Spec("severity", "/severity", Index.Kind.KEYWORD),
          new Index.Spec("rule.id", "/rule/id", Index.Kind.KEYWORD),
          new Index.Spec("vendor", "/traits/vendor/*/value", Index.Kind.KEYWORD),
          new Index.Spec("count", "/count", Index.Kind.NUMBER),
          new Index.Spec("time", "/time", Index.Kind.TIME));
  private Index index;
  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    index = Index.inMemory(SPECS);
    put("1", "H", "BAC-01", "Siemens", 3, "2026-03-10T06:00:00.000000001Z", "Écriture non autorisée, bloc opératoire");
    put("2", "C", "BAC-09", "Sauter", 1, "2026-03-10T07:00:00Z", "Communication coupée");
    put("3", "M", "NET-01", "Trend Control", 12, "2026-03-11T08:00:00Z", "nouvel appareil <script>alert(1)</script>");
    index.refresh();
  }

  private void put(String id, String severity, String rule, String vendor, int count, String time, String text) throws IOException {
    ObjectNode doc = MAPPER.createObjectNode().put("id", id).put("severity", severity).put("count", count).put("time", time).put("text", text);
    doc.putObject("rule").put("id", rule);
    doc.putObject("traits").putArray("vendor").addObject().put("value", vendor);
    index.put(id, 1, doc);
  }

  @AfterEach
  void close() throws IOException {
    index.close();
  }

  private List<String> ids(String query) throws Exception {
    return index.search(QueryParser.parse(query), "", 0, 10, List.of()).documents().stream().map(d -> d.get("id").asText()).toList();
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
    "''; 1 2 3", "severity:h; 1", "severity:H OR severity:C; 1 2", "rule.id:bac-*; 1 2", "-rule.id:BAC-*; 3", "ecriture; 1", "opératoire; 1",
    "\"communication coupee\"; 2", "count>=3; 1 3", "count>3; 3", "count:12; 3", "count:[1 TO 3]; 1 2", "count:[* TO 1]; 2",
    "time>=2026-03-10T07:00; 2 3", "time<2026-03-11; 1 2", "vendor:\"Trend Control\"; 3", "(severity:H OR severity:M) AND -vendor:trend*; 1",
    "NOT severity:H; 2 3", "comm*; 2", "severity:H AND severity:C; ''", "script; 3"
  })
  void queriesFindWhatTheySay(String query, String expected) throws Exception {
    assertThat(String.join(" ", ids(query))).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"(; 2", "); 1", "a); 2", "\"open; 1", "severity:; 10", "-; 2", "nofield:x; 1", "count:abc; 7", "time>=yesterday; 7", "count:[1 2]; 10", "[; 1", "a OR; 5",
      "severity:H nofield:x; 12", "severity:H -count:abc; 19"})
  void brokenQueriesAreErrorsWithAColumn(String query, int column) {
    assertThatThrownBy(() -> ids(query)).isInstanceOfSatisfying(Query.SyntaxError.class, e -> assertThat(e.column(query)).isEqualTo(column));
  }

  @Test
  void depthAndLengthAreBounded() {
    assertThatThrownBy(() -> QueryParser.parse("(".repeat(500))).isInstanceOf(Query.SyntaxError.class);
    assertThatThrownBy(() -> QueryParser.parse("-".repeat(500) + "a")).isInstanceOf(Query.SyntaxError.class);
    assertThatThrownBy(() -> QueryParser.parse("a ".repeat(500))).isInstanceOf(Query.SyntaxError.class);
    assertThatThrownBy(() -> QueryParser.parse("a".repeat(5000))).isInstanceOf(Query.SyntaxError.class);
  }

  @Test
  void facetsCountSortsAndPagesFollow() throws Exception {
    var page = index.search(QueryParser.parse(""), "-time", 0, 2, List.of("severity", "vendor"));
    assertThat(page.total()).isEqualTo(3);
    assertThat(page.documents()).extracting(d -> d.get("id").asText()).containsExactly("3", "2");
    assertThat(page.facets().get("severity")).containsEntry("H", 1L).containsEntry("C", 1L);
    assertThat(page.facets().get("vendor")).containsKey("Trend Control");
    assertThat(index.search(QueryParser.parse(""), "-time", 2, 2, List.of()).documents()).hasSize(1);
    assertThat(index.search(QueryParser.parse(""), "count", 0, 1, List.of()).documents().get(0).get("id").asText()).isEqualTo("2");
  }

  @Test
  void theLikestComeFirstAndNeverTheOneItself() throws Exception {
    put("4", "H", "BAC-01", "Siemens", 9, "2026-03-12T06:00:00Z", "a");
    put("5", "H", "BAC-02", "Siemens", 9, "2026-03-12T06:00:00Z", "a");
    put("6", "H", "NET-01", "Trend Control", 9, "2026-03-12T06:00:00Z", "a");
    index.refresh();
    var page = index.search(QueryParser.parse("like:1"), Index.LIKENESS, 0, 10, List.of());
    assertThat(page.documents()).extracting(d -> d.get("id").asText()).containsExactly("4", "5", "6");
    assertThat(ids("like:1 -severity:H")).isEmpty();
    assertThatThrownBy(() -> ids("like:nobody")).isInstanceOf(Query.SyntaxError.class).hasMessageContaining("nobody");
  }

  @Test
  void groupsAddUpOverSegments() throws Exception {
    put("4", "H", "BAC-01", "Siemens", 9, "2026-03-12T06:00:00Z", "a");
    index.refresh();
    var groups = index.groups(QueryParser.parse(""), List.of("severity", "rule.id"), "count", "time", "time", 2);
    assertThat(groups.left()).isEqualTo(1);
    assertThat(groups.groups()).extracting(g -> g.values() + " " + g.documents() + " " + g.sum())
        .containsExactly("[h, bac-01] 2 12", "[m, net-01] 1 12");
    assertThat(groups.groups().getFirst().greatest()).isEqualTo(1_773_295_200_000_000_000L);
    assertThatThrownBy(() -> index.groups(QueryParser.parse(""), List.of("count"), "count", "time", "time", 2)).isInstanceOf(Query.SyntaxError.class);
  }

  @Test
  void sortingBySomethingOfManyTakesTheFirst() throws Exception {
    var page = index.search(QueryParser.parse(""), "vendor", 0, 2, List.of());
    assertThat(page.documents()).extracting(d -> d.get("id").asText()).containsExactly("2", "1");
    assertThat(index.search(QueryParser.parse(""), "-severity", 0, 1, List.of()).documents().getFirst().get("id").asText()).isEqualTo("3");
  }

  @Test
  void anEmptyIndexAnswersNothingAndPutReplaces() throws Exception {
    try (Index empty = Index.inMemory(SPECS)) {
      assertThat(empty.search(QueryParser.parse(""), "", 0, 10, List.of("severity")).total()).isZero();
    }
    put("1", "L", "BAC-01", "Siemens", 4, "2026-03-10T06:00:00Z", "x");
    index.refresh();
    assertThat(index.size()).isEqualTo(3);
    assertThat(index.get("1").get("severity").asText()).isEqualTo("L");
  }

  @Test
  void whatWasCommittedIsThereAfterReopening() throws Exception {
    try (Index disk = Index.open(folder, SPECS)) {
      disk.put("a", 7, MAPPER.createObjectNode().put("severity", "H"));
      disk.commit(7);
    }
    try (Index disk = Index.open(folder, SPECS)) {
      assertThat(disk.committed()).isEqualTo(7);
      assertThat(disk.get("a")).isNotNull();
    }
  }

  @Test
  void theOldestDocumentsGoUntilThereAreFewEnough() throws Exception {
    try (Index many = Index.inMemory(List.of(new Index.Spec("last", "/last", Index.Kind.TIME)))) {
      for (int i = 0; i < 10; i++) {
        many.put("d" + i, i, MAPPER.createObjectNode().put("n", i).put("last", "2026-03-10T06:00:0" + (9 - i) + "Z"));
      }
      many.refresh();
      assertThat(many.trim("last", 10)).isZero();
      assertThat(many.trim("last", 4)).isEqualTo(6);
      many.refresh();
      List<Integer> left = new ArrayList<>();
      many.each(d -> left.add(d.path("n").asInt()));
      assertThat(left).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }
}
