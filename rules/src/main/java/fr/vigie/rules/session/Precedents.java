package fr.vigie.rules.session;

import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Report;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rules said of deeds and counts, so that a deed that is the same in all that they can ask of it, or a count between the same two
 * thresholds, is not judged again: its reports are those of the first, with the observation of the second. Only for what plain rules alone can
 * match ({@link Interest}). Sides are compared by reference:
 * a party about whom anything changed has another one. Bounded: when there are too many all are forgotten, which costs time only.
 */
final class Precedents {
  /** Texts of packets can be made to collide: a chain is no longer than this. */
  private static final int CHAIN = 16;

  /** A deed that was handed to the rules. */
  private static final class Precedent {
    final Deed deed;
    /** What of it they can ask for. */
    final int asked;
    /** What they said, or null while they have not. */
    @Nullable List<Report> reports;
    final @Nullable Precedent next;
    private final int length;

    Precedent(Deed deed, int asked, @Nullable Precedent next) {
      this.deed = deed;
      this.asked = asked;
      this.next = next == null || next.length == CHAIN ? null : next;
      this.length = this.next == null ? 1 : this.next.length + 1;
    }
  }

  /** What makes two counts one to the rules. */
  private record Level(String window, Side who, Standing standing, int band) {}

  /** What the rules said of a count. */
  static final class Answer {
    private final Count count;
    private @Nullable List<Report> reports;
    private boolean alerts;

    private Answer(Count count) {
      this.count = count;
    }

    /** Whether an alert came of it, which lists members. */
    boolean alerts() {
      return alerts;
    }

    /** Adds what the rules would report of another count. */
    void repeat(Count again, List<Said> said) {
      if (reports != null) {
        for (Report r : reports) {
          said.add(new Said(new Report(again, r.detection(), r.severity(), r.fact())));
        }
      }
    }
  }

  /** By hash; the deeds of one hash are a chain. */
  private final Map<Integer, Precedent> all = new HashMap<>();
  private final List<Precedent> waiting = new ArrayList<>();
  private final Map<Level, Answer> counts = new HashMap<>();
  private final List<Answer> counted = new ArrayList<>();
  private final int limit;
  private int size;

  /** Remembers nothing yet, and will remember at most {@code limit} deeds and as many counts. */
  Precedents(int limit) {
    this.limit = limit;
  }

  /**
   * Answers for a deed from what was said before.
   *
   * @param asked what of it rules can ask for
   * @return what the rules would report, of another deed, or null where they must be asked
   */
  @Nullable List<Report> answer(Act act, Side who, Side whom, boolean crossing, Standing standing, boolean partly, int asked) {
    for (Precedent p = all.get(hash(act, who, whom, asked)); p != null; p = p.next) {
      List<Report> said = p.reports;
      Deed deed = p.deed;
      if (said != null && p.asked == asked && deed.standing() == standing && deed.partly() == partly && deed.crossing() == crossing
          && same(deed, act, who, whom, asked)) {
        return said;
      }
    }
    return null;
  }

  /** Takes note of a deed that the rules are about to judge. */
  void expect(Deed deed, int asked) {
    if (size >= limit) {
      forget();
    }
    Precedent p = all.compute(hash(deed.observation(), deed.who(), deed.whom(), asked), (hash, first) -> new Precedent(deed, asked, first));
    size++;
    waiting.add(p);
  }

  /** What was said of a count of the same band, or null. */
  @Nullable Answer answer(String window, Side who, Standing standing, int band) {
    Answer answer = counts.get(new Level(window, who, standing, band));
    return answer == null || answer.reports == null ? null : answer;
  }

  /** Takes note of a count that the rules are about to judge. */
  void expect(Count count, int band) {
    if (counts.size() >= limit) {
      forget();
    }
    Answer answer = new Answer(count);
    counts.put(new Level(count.window(), count.who(), count.standing(), band), answer);
    counted.add(answer);
  }

  /** Takes note of what the rules said of the events that wait for it. */
  void said(List<Report> reports) {
    if (waiting.isEmpty() && counted.isEmpty()) {
      return;
    }
    Map<Event, List<Report>> byEvent = new IdentityHashMap<>();
    for (Report r : reports) {
      byEvent.computeIfAbsent(r.event(), e -> new ArrayList<>(1)).add(r);
    }
    for (Precedent p : waiting) {
      p.reports = byEvent.getOrDefault(p.deed, List.of());
    }
    for (Answer a : counted) {
      List<Report> said = byEvent.getOrDefault(a.count, List.of());
      a.reports = said;
      a.alerts = a.count.standing() != Standing.LEARNING || said.stream().anyMatch(r -> !needs(r));
    }
    waiting.clear();
    counted.clear();
  }

  /** Whether the detection only learns while it does not know. */
  private static boolean needs(Report r) {
    Detection d = Catalogue.shipped().find(r.detection());
    return d != null && d.needs();
  }

  /** Other rules are in force, or not all were heard. */
  void forget() {
    all.clear();
    waiting.clear();
    counts.clear();
    counted.clear();
    size = 0;
  }

  private static boolean same(Deed deed, Act act, Side who, Side whom, int asked) {
    Act before = deed.observation();
    return before.verb() == act.verb() && before.protocol().equals(act.protocol()) && before.operation().equals(act.operation())
        && ((asked & Interest.WHO) == 0 || sameSide(deed.who(), who))
        && ((asked & Interest.WHOM) == 0 || sameSide(deed.whom(), whom))
        && ((asked & Interest.PRIORITY) == 0 || before.priority() == act.priority())
        && ((asked & Interest.PORT) == 0 || before.port() == act.port())
        && ((asked & Interest.PROPERTY) == 0 || property(before) == property(act))
        && ((asked & Interest.POINT) == 0 || Objects.equals(before.point(), act.point()))
        && ((asked & Interest.DETAIL) == 0 || before.detail().equals(act.detail()) && Objects.equals(text(before), text(act)));
  }

  @SuppressWarnings("ReferenceEquality") // on purpose: see the class
  private static boolean sameSide(Side a, Side b) {
    return a == b;
  }

  /** What a rule can see of the value: a word, and of a secret whether everybody knows it. */
  private static @Nullable String text(Act act) {
    return switch (act.value()) {
      case Value.Text t -> t.text();
      case Value.Bool b -> b.text();
      case Value.Secret s when s.known() -> "known default";
      case null, default -> null;
    };
  }

  private static int property(Act act) {
    return act.point() instanceof Point.Bacnet p ? p.property() : -1;
  }

  private static int hash(Act act, Side who, Side whom, int asked) {
    int h = act.operation().hashCode() * 31 + act.verb().ordinal();
    h = (asked & Interest.WHO) == 0 ? h : h * 31 + who.endpoint().hashCode();
    h = (asked & Interest.WHOM) == 0 ? h : h * 31 + whom.endpoint().hashCode();
    h = (asked & Interest.PROPERTY) == 0 ? h : h * 31 + property(act);
    h = (asked & Interest.POINT) == 0 ? h : h * 31 + Objects.hashCode(act.point());
    h = (asked & Interest.DETAIL) == 0 ? h : h * 31 + act.detail().hashCode();
    return (asked & Interest.PRIORITY) == 0 ? h : h * 31 + act.priority();
  }
}
