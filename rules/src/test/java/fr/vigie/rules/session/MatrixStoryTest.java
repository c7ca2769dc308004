package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Matrix;
import fr.vigie.inventory.terms.MatrixLine;
import fr.vigie.inventory.terms.MatrixLine.Verdict;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Contact.Answer;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The matrix of zones and conduits, joined by the fixed rules: what it allows, what it wants told, what it forbids, what it does not know. */
final class MatrixStoryTest {
  private final Scene scene = new Scene().named();

  private static MatrixLine line(int number, String from, String to, Set<String> protocols, Set<Verb> verbs, @Nullable String hours, Verdict verdict) {
    return new MatrixLine(from, to, protocols, verbs, hours == null ? null : Hours.parse(hours), verdict, "", number);
  }

  private AlertLog judge(MatrixLine... lines) {
    Terms of = Terms.of(scene.site());
    return scene.judge(PolicySet.shipped().with(new Terms(new Matrix(List.of(lines)), of.writers(), of.works(), of.calendar()), "matrix.csv"), 100_000_000L);
  }

  private static List<String> crossings(AlertLog log) {
    return log.alerts().stream().filter(a -> a.detection().id().equals("NET-07")).map(a -> a.severity().wireName() + " " + a.facts().getFirst()).toList();
  }

  @Test
  void theVerdictOfTheMatrixIsToldWithItsLine() {
    scene.contact("10.1.0.5", "10.2.0.1", "bacnet", 47808, Answer.ANSWERED);
    scene.pause(1).contact("10.9.0.1", "10.1.0.5", "http", 80, Answer.ANSWERED);
    scene.pause(1).contact("10.9.0.1", "10.2.0.1", "http", 80, Answer.ANSWERED);
    scene.pause(1).contact("10.3.0.1", "10.1.0.5", "http", 80, Answer.ANSWERED);
    assertThat(crossings(judge(line(2, "plant", "*", Set.of("bacnet"), Set.of(), null, Verdict.ALLOW), line(3, "office", "*", Set.of(), Set.of(), null, Verdict.DENY),
        line(4, "office", "plant", Set.of("http"), Set.of(), null, Verdict.ALERT)))).containsExactly(
            "medium the matrix says alert: matrix.csv line 4", "critical the matrix says deny: matrix.csv line 3",
            "high no line of the matrix lets this pass between the two zones");
  }

  @Test
  void anOperationCanBeForbiddenWhereTheContactIsAllowed() {
    scene.contact("10.1.0.5", "10.2.0.1", "bacnet", 47808, Answer.ANSWERED);
    scene.bacnet("10.1.0.5", "10.2.0.1", Verb.READ, "readProperty", new Point.Bacnet(2, 1, 85, -1), 0, "");
    scene.pause(1).write("10.1.0.5", "10.2.0.1", 3, 8);
    assertThat(crossings(judge(line(2, "plant", "theatre", Set.of("bacnet"), Set.of(), null, Verdict.ALLOW),
        line(3, "plant", "theatre", Set.of("bacnet"), Set.of(Verb.WRITE), null, Verdict.DENY)))).containsExactly("critical the matrix says deny: matrix.csv line 3");
  }

  /** The story begins on 2026-09-21 at 14:13:20 UTC, a Monday. */
  @Test
  void hoursOpenAndShutAConduit() {
    scene.write("10.1.0.5", "10.2.0.1", 3, 8);
    scene.pause(3600).write("10.1.0.5", "10.2.0.1", 3, 8);
    assertThat(crossings(judge(line(2, "plant", "theatre", Set.of("bacnet"), Set.of(), "mon-fri 07:00-15:00", Verdict.ALLOW))))
        .containsExactly("critical no line of the matrix lets this be done between the two zones");
  }

  @Test
  void whatTheMatrixAllowsDoesNotComeBeforeTheRules() {
    for (int i = 0; i < 100; i++) {
      scene.bacnet("10.1.0.5", "10.2.0.1", Verb.READ, "readProperty", new Point.Bacnet(2, i, 85, -1), 0, "");
    }
    assertThat(crossings(judge(line(2, "plant", "theatre", Set.of("bacnet"), Set.of(), null, Verdict.ALLOW)))).isEmpty();
    long events = scene.counters().getOrDefault("rule_events", 0L);
    assertThat(events).isLessThan(10);
  }

  @Test
  void aMatrixOfManyLinesIsAskedByZonesAndNotLineByLine() {
    Site site = scene.site();
    Passages passages = new Passages(site, new Terms(new Matrix(List.of(line(2, "*", "*", Set.of(), Set.of(), null, Verdict.DENY))), List.of(), List.of(), site.calendar()), "m");
    assertThat(passages.facts()).hasSize(site.zones().size() * (site.zones().size() - 1));
  }
}
