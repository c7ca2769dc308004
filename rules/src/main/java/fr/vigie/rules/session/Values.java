package fr.vigie.rules.session;

import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.ValueChange;
import fr.vigie.rules.baseline.LastValues;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What acts found when they changed a point: looked up at the observation itself, kept until its quantum was judged. So an alert says the same
 * however observations are batched. Bounded. Single-threaded.
 */
final class Values {
  /** Characters of a value. */
  private static final int LONGEST = 256;

  private final LastValues last;
  private final int limit;
  /** By the stamp of the act or of its outcome, of this quantum: whether both are in one is chance. */
  private final Map<Stamp, ValueChange.Told> before = new HashMap<>();
  private long refused;

  /** Knows no value yet, and will know those of at most so many points. */
  Values(int limit) {
    this.limit = limit;
    this.last = new LastValues(limit);
  }

  /**
   * A reading of a device that confirms writes is none where something was written: it may be what the device refused, and the act says it
   * better.
   */
  void reading(Reading r) {
    if (!r.written() || !(r.point() instanceof Point.Bacnet || r.point() instanceof Point.Modbus)) {
      last.said(r.who(), r.point(), r.last(), r.unit(), r.to(), r.written());
    }
  }

  /** An act comes: what it changes is looked up first. */
  void act(Act act) {
    Point point = act.point();
    if (point == null || !changes(act.verb())) {
      return;
    }
    look(act, point);
    if (act.outcome().state() == Outcome.State.UNCONFIRMED) {
      done(act, point);
    }
  }

  /** An act ended: what it changed, where it did, is looked up first. */
  void ended(Act act) {
    Point point = act.point();
    if (point == null || !changes(act.verb())) {
      return;
    }
    look(act, point);
    if (act.outcome().state() == Outcome.State.OK) {
      done(act, point);
    }
  }

  private void look(Act act, Point point) {
    LastValues.Heard heard = last.of(act.whom(), point);
    if (heard == null) {
      return;
    }
    if (before.size() < limit) {
      before.put(act.stamp(), new ValueChange.Told(Alert.cut(heard.value().text(), LONGEST), heard.unit(), heard.at(), heard.written()));
    } else {
      refused++;
    }
  }

  private void done(Act act, Point point) {
    Value value = act.value();
    if (act.verb() == Verb.RELINQUISH || value instanceof Value.Null) {
      last.unknown(act.whom(), point);
    } else if (value != null) {
      last.written(act.whom(), point, value, act.at());
    }
  }

  private static boolean changes(Verb verb) {
    return verb == Verb.WRITE || verb == Verb.RELINQUISH || verb == Verb.COMMAND;
  }

  /**
   * What an act, or an outcome, of this quantum changed, or null where nothing is known of it. What was asked is no value after: the device may refuse.
   */
  @Nullable ValueChange change(Act act) {
    Point point = act.point();
    Value value = act.value();
    if (point == null || !changes(act.verb())) {
      return null;
    }
    ValueChange.Told was = before.get(act.stamp());
    if (was == null && value == null || point.text().isEmpty()) {
      return null;
    }
    Outcome.State state = act.outcome().state();
    boolean counts = state == Outcome.State.OK || state == Outcome.State.UNCONFIRMED;
    ValueChange.Told now = value == null || !counts ? null
        : new ValueChange.Told(Alert.cut(value.text(), LONGEST), was == null || !(point instanceof Point.Bacnet) ? null : was.unit(), act.at(), true);
    return new ValueChange(act.whom(), Alert.cut(point.text(), LONGEST), was, now);
  }

  /** The quantum was judged. */
  void judged() {
    before.clear();
  }

  /** Points and acts that found no room. */
  long forgotten() {
    return last.displaced() + refused;
  }
}
