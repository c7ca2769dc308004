package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.protocol.Observer.PointMaker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The minute under way of every point: count, minimum, maximum, sum, last. Closed minutes are handed over in the order of first values, and
 * then the table is empty: it is bounded by the points that speak within one minute, and what is kept of them lies side by side in the order
 * in which they spoke. A value that finds no place is counted.
 */
final class Readings extends Timer {
  private static final long MINUTE = 60_000_000_000L;
  private static final int CHUNK = 1 << 8;

  private final Current current;
  private final Handover handover;
  private final Timers timers;
  private final Counts counts;
  private final int limit;

  /** Open addressing by hash. */
  private @Nullable Bucket[] table = new Bucket[1 << 9];

  private Bucket[] buckets = {};
  private int size;
  private long from;
  private long probes;

  Readings(Current current, Handover handover, Timers timers, Counts counts, int limit) {
    this.current = current;
    this.handover = handover;
    this.timers = timers;
    this.counts = counts;
    this.limit = limit;
  }

  /** The account of one point; used again for another in the next minute. */
  private static final class Bucket {
    long hash;
    long a;
    long b;
    long count;
    double minimum;
    double maximum;
    double sum;
    double last;
    long packet;
    int origin;
    boolean good;
    boolean written;
    long seq;
    Endpoint owner;
    String protocol;
    Point point;
    @Nullable String unit;

    Bucket(Endpoint owner, String protocol, Point point) {
      this.owner = owner;
      this.protocol = protocol;
      this.point = point;
    }
  }

  /** Places looked at for values since this was last asked. */
  long probes() {
    long looked = probes;
    probes = 0;
    return looked;
  }

  void count(String protocol, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit, boolean good,
      boolean written) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      counts.notNumbers.increment();
      return;
    }
    Bucket k = find(protocol, owner, a, b, maker);
    if (k == null) {
      counts.pointsFull.increment();
      return;
    }
    if (k.count == 0) {
      k.minimum = value;
      k.maximum = value;
    }
    k.count++;
    k.minimum = Math.min(k.minimum, value);
    k.maximum = Math.max(k.maximum, value);
    k.sum += value;
    k.last = value;
    k.good = good;
    k.written |= written;
    if (unit != null) {
      k.unit = unit;
    }
    k.seq = current.seq;
    k.origin = current.origin;
    k.packet = current.packet;
  }

  private @Nullable Bucket find(String protocol, Endpoint owner, long a, long b, PointMaker maker) {
    long hash = Hash.mix(Hash.mix(Hash.of(owner) ^ protocol.hashCode(), a), b);
    int mask = table.length - 1;
    int i = (int) hash & mask;
    int looked = 1;
    probes++;
    for (Bucket k = table[i]; k != null && looked <= Flows.PROBES; k = table[i]) {
      if (k.hash == hash && k.a == a && k.b == b && k.owner.equals(owner) && k.protocol.equals(protocol)) {
        return k;
      }
      i = i + 1 & mask;
      probes++;
      looked++;
    }
    return size >= limit || looked > Flows.PROBES ? null : begin(i, hash, protocol, owner, a, b, maker);
  }

  private Bucket begin(int slot, long hash, String protocol, Endpoint owner, long a, long b, PointMaker maker) {
    // now and not when the minute closes: a maker may read the message that is under its cursor
    Point point = counts.texts.point(maker.make(a, b));
    if (size == buckets.length) {
      buckets = Arrays.copyOf(buckets, size + CHUNK);
      for (int i = size; i < buckets.length; i++) {
        buckets[i] = new Bucket(owner, protocol, point);
      }
    }
    Bucket k = buckets[size];
    k.hash = hash;
    k.owner = owner;
    k.protocol = protocol;
    k.point = point;
    k.a = a;
    k.b = b;
    k.count = 0;
    k.sum = 0;
    k.unit = null;
    k.written = false;
    table[slot] = k;
    size++;
    if (size * 2 > table.length) {
      grow();
    }
    if (!waits()) {
      from = Math.floorDiv(current.at, MINUTE) * MINUTE;
      timers.schedule(this, from + MINUTE);
    }
    return k;
  }

  /** Hands over every minute under way. */
  @Override
  void fire(long at) {
    timers.cancel(this);
    Arrays.fill(table, null);
    for (int i = 0; i < size; i++) {
      Bucket k = buckets[i];
      // the merger gives the mark's own number; until then the one of the last value tells which of two shards heard it later
      handover.see(new Reading(current.stamp(k.seq, k.origin, k.packet), k.owner, k.protocol, null, k.point, from, from + MINUTE, k.count,
          k.minimum, k.maximum, k.sum, k.last, k.unit, k.good, k.written));
    }
    size = 0;
  }

  private void grow() {
    table = new Bucket[table.length * 2];
    int mask = table.length - 1;
    for (int n = 0; n < size; n++) {
      int i = (int) buckets[n].hash & mask;
      while (table[i] != null) {
        i = i + 1 & mask;
      }
      table[i] = buckets[n];
    }
  }
}
