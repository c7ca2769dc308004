package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last value of each point, as it was heard: what somebody who changes the point found there. KNX group addresses and topics belong to
 * nobody: whoever says their value says it for all of the capture zone. Bounded: the point that was silent longest goes and is counted.
 * Single-threaded.
 */
public final class LastValues {
  /** In the order of the last value: asking for a point is no use of it. */
  private final Rows rows;
  /** Where each point is: an endpoint, or the name of a capture zone. */
  private @Nullable Object[] wheres;
  private @Nullable Point[] points;
  private double[] numbers;
  /** What is no number, or null. */
  private @Nullable Value[] others;
  private @Nullable String[] units;
  private long[] times;
  private boolean[] writes;

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
    rows = new Rows(limit);
    int room = rows.room();
    wheres = new Object[room];
    points = new Point[room];
    numbers = new double[room];
    others = new Value[room];
    units = new String[room];
    times = new long[room];
    writes = new boolean[room];
  }

  /** The device said that its point has this value. */
  public void said(Endpoint device, Point point, double value, @Nullable String unit, long at, boolean written) {
    int row = news(device, point);
    numbers[row] = value;
    others[row] = null;
    units[row] = unit == null ? units[row] : unit;
    times[row] = at;
    writes[row] = written;
  }

  /** Somebody wrote this value, and nothing says that the device refused it. */
  public void written(Endpoint device, Point point, Value value, long at) {
    int row = news(device, point);
    others[row] = value instanceof Value.Num ? null : value;
    numbers[row] = value instanceof Value.Num n ? n.value() : 0;
    times[row] = at;
    writes[row] = true;
  }

  /** The row of a point of which there is news. */
  private int news(Endpoint device, Point point) {
    Object where = where(device, point);
    int hash = hash(where, point);
    int row = find(where, point, hash);
    if (row >= 0) {
      rows.news(row);
      return row;
    }
    row = rows.take(hash);
    if (row >= wheres.length) {
      grow();
    }
    wheres[row] = where;
    points[row] = point;
    units[row] = null;
    return row;
  }

  /** Nobody knows any more what value the point has: what somebody had commanded was given back. */
  public void unknown(Endpoint device, Point point) {
    int row = find(device, point);
    if (row >= 0) {
      rows.free(row);
      wheres[row] = null;
      points[row] = null;
      others[row] = null;
    }
  }

  /** The last value of a point, or null where none is known. */
  public @Nullable Heard of(Endpoint device, Point point) {
    int row = find(device, point);
    if (row < 0) {
      return null;
    }
    Value other = others[row];
    return new Heard(other == null ? new Value.Num(numbers[row]) : other, units[row], times[row], writes[row]);
  }

  private int find(Endpoint device, Point point) {
    Object where = where(device, point);
    return find(where, point, hash(where, point));
  }

  private int find(Object where, Point point, int hash) {
    int row = rows.first(hash);
    while (row >= 0 && !(point.equals(points[row]) && where.equals(wheres[row]))) {
      row = rows.next(row);
    }
    return row;
  }

  private static Object where(Endpoint device, Point point) {
    boolean shared = point instanceof Point.KnxGroup || point instanceof Point.Named n && n.scheme().equals("topic");
    return shared ? device.realm() : device;
  }

  private static int hash(Object where, Point point) {
    return Rows.mixed(where.hashCode() * 31 + point.hashCode());
  }

  private void grow() {
    int room = rows.room();
    wheres = Arrays.copyOf(wheres, room);
    points = Arrays.copyOf(points, room);
    numbers = Arrays.copyOf(numbers, room);
    others = Arrays.copyOf(others, room);
    units = Arrays.copyOf(units, room);
    times = Arrays.copyOf(times, room);
    writes = Arrays.copyOf(writes, room);
  }

  /** Points that are known. */
  public int size() {
    return rows.size();
  }

  /** Points that had to go because others came. */
  public long displaced() {
    return rows.evicted();
  }
}
