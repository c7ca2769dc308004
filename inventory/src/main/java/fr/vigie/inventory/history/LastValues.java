package fr.vigie.inventory.history;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The last value of each point, as it was heard: what somebody who changes the point found there. KNX group addresses and topics belong to
 * nobody: whoever says their value says it for all of the capture zone. Bounded: the point that was silent longest goes and is counted.
 * Single-threaded.
 */
public final class LastValues {
  private final int limit;
  /** In the order of the last value, so that the first is the one silent longest; asking for a point is no use of it. */
  private final SequencedMap<Key, Last> points = new LinkedHashMap<>();
  private long displaced;

  /** Where a point is: an endpoint, or the name of a capture zone. */
  private record Key(Object where, Point point) {
    static Key of(Endpoint device, Point point) {
      boolean shared = point instanceof Point.KnxGroup || point instanceof Point.Named n && n.scheme().equals("topic");
      return new Key(shared ? device.realm() : device, point);
    }
  }

  /** Changed in place: most points say the same again each minute. */
  private static final class Last {
    double number;
    /** What is no number, or null. */
    @Nullable Value other;
    @Nullable String unit;
    long at;
    boolean written;
  }

  /**
   * A value as it was heard.
   *
   * @param unit unit by the protocol's name, or null
   * @param at capture time at the latest, ns UTC: readings are told by the minute
   * @param written whether somebody wrote it, rather than the device said it
   */
  public record Heard(Value value, @Nullable String unit, long at, boolean written) {}

  /**
   * Knows no point yet.
   *
   * @param limit the most points, at least 1
   */
  public LastValues(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("there is room for one point at least");
    }
    this.limit = limit;
  }

  /** The device said that its point has this value. */
  public void said(Endpoint device, Point point, double value, @Nullable String unit, long at, boolean written) {
    Last last = last(device, point);
    last.number = value;
    last.other = null;
    last.unit = unit == null ? last.unit : unit;
    last.at = at;
    last.written = written;
  }

  /** Somebody wrote this value, and nothing says that the device refused it. */
  public void written(Endpoint device, Point point, Value value, long at) {
    Last last = last(device, point);
    last.other = value instanceof Value.Num ? null : value;
    last.number = value instanceof Value.Num n ? n.value() : 0;
    last.at = at;
    last.written = true;
  }

  private Last last(Endpoint device, Point point) {
    Key key = Key.of(device, point);
    Last last = points.remove(key);
    if (last == null) {
      if (points.size() >= limit) {
        points.pollFirstEntry();
        displaced++;
      }
      last = new Last();
    }
    points.putLast(key, last);
    return last;
  }

  /** Nobody knows any more what value the point has: what somebody had commanded was given back. */
  public void unknown(Endpoint device, Point point) {
    points.remove(Key.of(device, point));
  }

  /** The last value of a point, or null where none is known. */
  public @Nullable Heard of(Endpoint device, Point point) {
    Last last = points.get(Key.of(device, point));
    if (last == null) {
      return null;
    }
    Value other = last.other;
    return new Heard(other == null ? new Value.Num(last.number) : other, last.unit, last.at, last.written);
  }

  /** Points that are known. */
  public int size() {
    return points.size();
  }

  /** Points that had to go because others came. */
  public long displaced() {
    return displaced;
  }
}
