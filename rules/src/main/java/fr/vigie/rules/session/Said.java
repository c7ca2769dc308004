package fr.vigie.rules.session;

import fr.vigie.rules.alert.Severity;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Report;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the rules said of an observation, or would say again. Of a deed that is one with an earlier one to them the event is made only when
 * somebody asks for it: most such only add to a candidate. In the order of observations, then detections. Single-threaded.
 */
final class Said implements Comparable<Said> {
  final Observation observation;
  final String detection;
  final Standing standing;
  private final @Nullable Severity severity;
  private final String fact;
  private @Nullable Event event;
  private @Nullable Again again;

  /** A deed that is one with an earlier one to the rules, before its event is made. */
  record Again(Act act, Side who, Side whom, boolean crossing, boolean partly, Standing standing, Docket docket) {
    Deed deed() {
      return Said.deed(act, who, whom, crossing, partly, standing, docket);
    }
  }

  /** What rules reported. */
  Said(Report report) {
    this.observation = report.event().observation();
    this.detection = report.detection();
    this.standing = report.event().standing();
    this.severity = report.severity();
    this.fact = report.fact();
    this.event = report.event();
  }

  /** What rules reported of a deed, and would report of another. */
  Said(Report before, Again again) {
    this.observation = again.act;
    this.detection = before.detection();
    this.standing = again.standing;
    this.severity = before.severity();
    this.fact = before.fact();
    this.again = again;
  }

  /** What rules add; may be empty. */
  String fact() {
    return fact;
  }

  /** The deed whose event was not made, or null. */
  @Nullable Again again() {
    return again;
  }

  /** The event, made now where it was not yet. */
  Event event() {
    Event made = event;
    Again deed = again;
    if (made == null) {
      if (deed == null) {
        throw new IllegalStateException("what is said is said of something");
      }
      made = deed.deed();
      event = made;
      again = null;
    }
    return made;
  }

  /** The same as a report. */
  Report report() {
    return new Report(event(), detection, severity, fact);
  }

  @Override
  public int compareTo(Said other) {
    int order = observation.stamp().compareTo(other.observation.stamp());
    order = order != 0 ? order : detection.compareTo(other.detection);
    return order != 0 ? order : fact.compareTo(other.fact);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  /** The event of an act that was requested. */
  static Deed deed(Act act, Side actor, Side target, boolean crossing, boolean partly, Standing standing, Docket docket) {
    String point = act.point() == null ? "" : act.point().text();
    String detail = act.detail().toLowerCase(Locale.ROOT);
    return new Deed(act, actor, target, act.protocol(), act.verb(), Deed.plain(act.operation()), act.priority(),
        act.point() instanceof Point.Bacnet p ? p.property() : -1, point, point.isEmpty() ? "" : Deed.page(point),
        shown(act, detail),
        Deed.bounded(act), crossing, partly, standing, docket);
  }

  /** The detail, with the value where that is a word, and with what may be said of a secret. */
  private static String shown(Act act, String detail) {
    return switch (act.value()) {
      case Value.Text t -> detail + ' ' + t.value().toLowerCase(Locale.ROOT);
      case Value.Bool b -> detail + ' ' + b.text();
      case Value.Secret known when known.known() -> detail + " known default";
      case null, default -> detail;
    };
  }
}
