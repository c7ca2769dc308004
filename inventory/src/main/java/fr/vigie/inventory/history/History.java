package fr.vigie.inventory.history;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of points over time: for each point of each address the last closed buckets, and the first and last time it spoke.
 * Single-threaded. Bounded twice: so many points, so many buckets each; a point beyond the bound displaces the one that has been silent
 * longest, and {@link #displaced()} counts.
 */
public final class History {
  /** Default limit of points. */
  public static final int POINTS = 65_536;
  /** Default limit of buckets of a point: two days of minutes would be 2880; a screen shows four hours. */
  public static final int BUCKETS = 240;

  private final int points;
  private final int buckets;
  /** In the order of the last bucket, so that the first is the one silent longest; asking for a point is no use of it. */
  private final SequencedMap<Key, Series> series = new LinkedHashMap<>();
  private final Map<Endpoint, Set<Point>> pointsOf = new HashMap<>();
  private long displaced;
  private long late;

  private record Key(Endpoint who, Point point) {}

  /** Makes an empty history with the default limits. */
  public History() {
    this(POINTS, BUCKETS);
  }

  /**
   * Makes an empty history.
   *
   * @param points the most points kept, at least 1
   * @param buckets the most buckets kept of a point, at least 1
   */
  public History(int points, int buckets) {
    if (points < 1 || buckets < 1) {
      throw new IllegalArgumentException("a history keeps at least one bucket of one point");
    }
    this.points = points;
    this.buckets = buckets;
  }

  /**
   * A closed bucket, or a single value where {@code from == to}.
   *
   * @param from start, ns UTC
   * @param to end, exclusive, ns UTC
   * @param count number of values, at least 1
   * @param minimum smallest value
   * @param maximum largest value
   * @param sum sum of the values
   * @param last last value
   * @param good whether the last value was reported without fault
   * @param written whether any value was written rather than measured
   * @param seq packet that closed it
   */
  public record Bucket(long from, long to, long count, double minimum, double maximum, double sum, double last, boolean good,
      boolean written, long seq) {
    /** Mean of the values. */
    public double mean() {
      return sum / count;
    }
  }

  /**
   * What is known of one point.
   *
   * @param who the address that has the point
   * @param point the point
   * @param protocol protocol that said it
   * @param unit unit by the protocol's name, or null
   * @param first capture time of its first value, ns UTC; older than the first bucket once buckets were let go
   * @param last capture time of its last value, ns UTC
   * @param count values ever seen
   * @param lastValue its last value
   * @param buckets the last buckets, oldest first
   */
  public record Track(Endpoint who, Point point, String protocol, @Nullable String unit, long first, long last, long count,
      double lastValue, List<Bucket> buckets) {}

  /** A ring of buckets that starts small and grows to the limit: most points of a flood never get a fifth bucket. */
  private static final class Series {
    final String protocol;
    @Nullable Bucket[] ring;
    @Nullable String unit;
    int start;
    int size;
    long first;
    long last;
    long count;
    double lastValue;

    Series(Reading r, int limit) {
      this.ring = new Bucket[Math.min(4, limit)];
      this.protocol = r.protocol();
      this.first = r.from();
      this.last = r.from();
    }

    void put(Bucket b, int limit) {
      if (size == ring.length && ring.length < limit) {
        @Nullable Bucket[] bigger = new Bucket[Math.min(limit, ring.length * 2)];
        for (int i = 0; i < size; i++) {
          bigger[i] = ring[(start + i) % ring.length];
        }
        ring = bigger;
        start = 0;
      }
      if (size < ring.length) {
        ring[(start + size++) % ring.length] = b;
      } else {
        ring[start] = b;
        start = (start + 1) % ring.length;
      }
    }

    List<Bucket> list() {
      List<Bucket> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        Bucket b = ring[(start + i) % ring.length];
        if (b != null) {
          list.add(b);
        }
      }
      return Collections.unmodifiableList(list);
    }
  }

  /** Keeps a reading. A bucket that starts before the point's last one is kept in its order of arrival and counted as late. */
  public void add(Reading r) {
    Key key = new Key(r.who(), r.point());
    Series s = series.get(key);
    if (s == null) {
      if (series.size() >= points) {
        displace();
      }
      s = new Series(r, buckets);
      pointsOf.computeIfAbsent(r.who(), e -> new LinkedHashSet<>(2)).add(r.point());
    } else if (r.from() < s.last) {
      late++;
    }
    series.putLast(key, s);
    s.first = Math.min(s.first, r.from());
    if (r.to() >= s.last) {
      s.last = r.to();
      s.lastValue = r.last();
    }
    s.count += r.count();
    s.unit = r.unit() == null ? s.unit : r.unit();
    s.put(new Bucket(r.from(), r.to(), r.count(), r.minimum(), r.maximum(), r.sum(), r.last(), r.good(), r.written(), r.seq()), buckets);
  }

  private void displace() {
    Key eldest = series.keySet().iterator().next();
    series.remove(eldest);
    Set<Point> left = pointsOf.get(eldest.who);
    if (left != null && left.remove(eldest.point) && left.isEmpty()) {
      pointsOf.remove(eldest.who);
    }
    displaced++;
  }

  /** What is known of a point, or null where nothing is. */
  public @Nullable Track track(Endpoint who, Point point) {
    Series s = series.get(new Key(who, point));
    return s == null ? null : track(who, point, s);
  }

  /** The points of an address, in the order they were first seen. */
  public List<Track> tracks(Endpoint who) {
    List<Track> list = new ArrayList<>();
    for (Point p : pointsOf.getOrDefault(who, Set.of())) {
      Series s = series.get(new Key(who, p));
      if (s != null) {
        list.add(track(who, p, s));
      }
    }
    return Collections.unmodifiableList(list);
  }

  private static Track track(Endpoint who, Point point, Series s) {
    return new Track(who, point, s.protocol, s.unit, s.first, s.last, s.count, s.lastValue, s.list());
  }

  /** Number of points kept. */
  public int size() {
    return series.size();
  }

  /** Points let go because others came; a counter to show. */
  public long displaced() {
    return displaced;
  }

  /** Buckets that came after a later one of the same point; a counter to show. */
  public long late() {
    return late;
  }
}
