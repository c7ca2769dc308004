package fr.vigie.rules.session;

import fr.vigie.rules.baseline.Bands;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Memory;
import fr.vigie.rules.baseline.Rhythms;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of points: the values of BACnet objects and the limits they state, the registers that a Modbus device is asked for,
 * the rhythm of KNX group addresses. Bounded. Single-threaded.
 */
final class PointMemory {
  /** 135-2020 clause 21. */
  private static final int MAX_PRES_VALUE = 65;
  private static final int MIN_PRES_VALUE = 69;
  private static final int PRESENT_VALUE = 85;
  /** From this divergence on a rhythm is another one, in bits. */
  private static final double OTHER_RHYTHM = 0.5;

  /** An object of a device. */
  private record Place(Endpoint device, long object) {}

  private record Table(Endpoint device, String table) {}

  /** The addresses of a table that were asked for, from the first to the last. */
  private static final class Range {
    int low;
    int high;

    Range(Point.Modbus p) {
      low = p.address();
      high = p.address() + p.count() - 1;
    }

    void take(Point.Modbus p) {
      low = Math.min(low, p.address());
      high = Math.max(high, p.address() + p.count() - 1);
    }

    boolean holds(Point.Modbus p) {
      return p.address() >= low && p.address() + p.count() - 1 <= high;
    }
  }

  /** What an object says of itself: the smallest and the largest value it may have. */
  private static final class Limits {
    double least = Double.NEGATIVE_INFINITY;
    double most = Double.POSITIVE_INFINITY;

    boolean exclude(double value) {
      return value < least || value > most;
    }
  }

  private final Desk desk;
  private final Bands bands;
  private final Memory<Place, Limits> limits;
  private final Memory<Table, Range> tables;
  private final Rhythms rhythms;

  /**
   * Remembers nothing yet.
   *
   * @param limit the most points of each kind
   */
  PointMemory(Desk desk, int limit) {
    this.desk = desk;
    this.bands = new Bands(limit);
    this.limits = new Memory<>(limit);
    this.tables = new Memory<>(limit);
    this.rhythms = new Rhythms(limit);
  }

  long forgotten() {
    return bands.evicted() + limits.evicted() + tables.evicted() + rhythms.evicted();
  }

  void reading(Reading r, Party who, Agenda agenda) {
    if (!(r.point() instanceof Point.Bacnet p) || p.index() >= 0) {
      return;
    }
    if (p.property() == PRESENT_VALUE) {
      if (r.good()) {
        present(r, p, who, agenda);
      }
    } else if (p.property() == MAX_PRES_VALUE || p.property() == MIN_PRES_VALUE) {
      Place place = new Place(r.who(), object(p));
      Limits stated = limits.get(place);
      if (stated == null) {
        stated = new Limits();
      }
      limits.put(place, stated);
      if (p.property() == MAX_PRES_VALUE) {
        stated.most = r.last();
      } else {
        stated.least = r.last();
      }
    }
  }

  private void present(Reading r, Point.Bacnet p, Party who, Agenda agenda) {
    boolean analog = analog(p.type());
    long object = object(p);
    int band = analog ? bands.find(r.who(), object) : -1;
    if (!r.written()) {
      Limits stated = stated(r.who(), object);
      if (stated != null || bands.judges(band)) {
        judge(stated, band, p, r.minimum(), r, who, null, agenda);
        judge(stated, band, p, r.maximum(), r, who, null, agenda);
      }
    }
    if (analog && bands.take(band, r.who(), object, r.minimum(), r.maximum(), r.at())) {
      desk.baseline.heard(Behaviour.BAND, who.key, bands.wider(), r.at());
    }
  }

  /** Clause 21, objects that have a range: analog input, output, value; integer, large analog, positive integer. A switch has none. */
  private static boolean analog(int type) {
    return type >= 0 && type <= 2 || type == 45 || type == 46 || type == 48;
  }

  /** What the object states, or null. */
  private @Nullable Limits stated(Endpoint device, long object) {
    return limits.size() == 0 ? null : limits.get(new Place(device, object));
  }

  private static long object(Point.Bacnet p) {
    return (long) p.type() << 32 | p.instance() & 0xFFFFFFFFL;
  }

  private void judge(@Nullable Limits stated, int band, Point.Bacnet p, double value, Observation o, Party who, @Nullable Party whom, Agenda agenda) {
    if (stated != null && stated.exclude(value)) {
      departs("value-limits", p, stated.least, stated.most, value, o, who, whom, Standing.UNKNOWN, agenda);
      return;
    }
    if (bands.judges(band) && bands.excludes(band, value)) {
      departs("value-band", p, bands.low(band), bands.high(band), value, o, who, whom, desk.evidenced(o.at()), agenda);
    }
  }

  private void departs(String what, Point.Bacnet p, double least, double most, double value, Observation o, Party who, @Nullable Party whom,
      Standing standing, Agenda agenda) {
    String name = new Point.Bacnet(p.type(), p.instance(), PRESENT_VALUE, -1).text();
    desk.departs(o, who, whom, what, name + " between " + text(least) + " and " + text(most), name + " " + text(value), 0, standing, agenda);
  }

  private static String text(double value) {
    return Double.isInfinite(value) ? "any" : String.format(Locale.ROOT, "%.6g", value);
  }

  void act(Act act, Party who, Party whom, Agenda agenda) {
    switch (act.point()) {
      case Point.Bacnet p when act.verb() == Verb.WRITE && p.property() == PRESENT_VALUE && act.value() instanceof Value.Num n ->
          judge(stated(act.whom(), object(p)), bands.find(act.whom(), object(p)), p, n.value(), act, who, whom, agenda);
      case Point.Modbus p when act.verb() == Verb.READ -> registers(act, p, who, whom, agenda);
      case Point.KnxGroup g when act.verb() == Verb.WRITE -> rhythm(act, g, who, whom, agenda);
      case null, default -> { }
    }
  }

  /** Reads are told in steps: known is the range from the first to the last address, not each of them. */
  private void registers(Act act, Point.Modbus p, Party who, Party whom, Agenda agenda) {
    Table table = new Table(act.whom(), p.table());
    Range range = tables.get(table);
    boolean fresh = range == null || !range.holds(p);
    boolean learning = desk.baseline.learning(Behaviour.POINTS, whom.key, act.at());
    desk.baseline.heard(Behaviour.POINTS, whom.key, fresh, act.at());
    if (learning) {
      if (range == null) {
        tables.put(table, new Range(p));
      } else {
        range.take(p);
        tables.put(table, range);
      }
    } else if (range != null && fresh) {
      desk.departs(act, who, whom, "modbus-registers", p.table() + " " + range.low + " to " + range.high, p.text(), 0, Standing.UNKNOWN, agenda);
    }
  }

  private void rhythm(Act act, Point.KnxGroup group, Party who, Party whom, Agenda agenda) {
    double divergence = rhythms.beat(act.who(), group.address(), act.at());
    desk.baseline.heard(Behaviour.RHYTHM, who.key, !rhythms.learned(), act.at());
    if (divergence >= OTHER_RHYTHM) {
      desk.departs(act, who, whom, "knx-rhythm", "telegrams of " + group.text() + " at regular times",
          String.format(Locale.ROOT, "the last 32 come at others: divergence %.2f of 1", divergence), divergence, desk.evidenced(act.at()), agenda);
    }
  }
}
