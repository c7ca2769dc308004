package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.protocol.Observer.PointMaker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The minute under way of every point: count, minimum, maximum, sum, last. Closed minutes are handed over in the order of first values. */
final class Readings extends Timer {
  private static final long MINUTE = 60_000_000_000L;
  private static final int FIRST = 1 << 8;

  private final Current current;
  private final Handover handover;
  private final Timers timers;
  private final Counts counts;
  private final int limit;
  private Bucket[] table = new Bucket[FIRST];
  private int size;
  private Bucket[] active;
  private int activeCount;

  Readings(Current current, Handover handover, Timers timers, Counts counts, int limit) {
    this.current = current;
    this.handover = handover;
    this.timers = timers;
    this.counts = counts;
    this.limit = limit;
    active = new Bucket[Math.min(limit, FIRST)];
  }

  private static final class Bucket {
    final long hash;
    final Endpoint owner;
    final String protocol;
    final long a;
    final long b;
    final Point point;
    long from;
    long count;
    double minimum;
    double maximum;
    double sum;
    double last;
    @Nullable String unit;
    boolean good;
    boolean written;
    long seq;
    int origin;
    long packet;

    Bucket(long hash, Endpoint owner, String protocol, long a, long b, Point point) {
      this.hash = hash;
      this.owner = owner;
      this.protocol = protocol;
      this.a = a;
      this.b = b;
      this.point = point;
    }
  }

  void count(String protocol, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit, boolean good,
      boolean written) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      counts.notNumbers.increment();
      return;
    }
    Bucket k = find(protocol, owner, a, b, maker);
    if (k == null) {
      return;
    }
    if (k.count == 0) {
      k.from = Math.floorDiv(current.at, MINUTE) * MINUTE;
      k.minimum = value;
      k.maximum = value;
      k.sum = 0;
      k.written = false;
      if (activeCount == active.length) {
        active = Arrays.copyOf(active, 2 * activeCount);
      }
      active[activeCount++] = k;
      if (slot < 0) {
        timers.schedule(this, k.from + MINUTE);
      }
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
    long hash = Hash.mix(Hash.mix(Hash.mix(Hash.of(owner), a), b), protocol.hashCode());
    int mask = table.length - 1;
    int i = (int) hash & mask;
    for (Bucket k = table[i]; k != null; i = i + 1 & mask, k = table[i]) {
      if (k.hash == hash && k.a == a && k.b == b && k.owner.equals(owner) && k.protocol.equals(protocol)) {
        return k;
      }
    }
    if (size >= limit) {
      counts.pointsFull.increment();
      return null;
    }
    Bucket made = new Bucket(hash, owner, protocol, a, b, maker.make(a, b));
    table[i] = made;
    if (++size * 2 > table.length) {
      grow();
    }
    return made;
  }

  /** Hands over every minute under way. */
  @Override
  void fire(long at) {
    timers.cancel(this);
    for (int i = 0; i < activeCount; i++) {
      Bucket k = active[i];
      // the merger gives the mark's own number; until then the one of the last value tells which of two shards heard it later
      handover.see(new Reading(current.stamp(k.seq, k.origin, k.packet), k.owner, k.protocol, null, k.point, k.from, k.from + MINUTE, k.count,
          k.minimum, k.maximum, k.sum, k.last, k.unit, k.good, k.written));
      k.count = 0;
    }
    activeCount = 0;
  }

  private void grow() {
    Bucket[] bigger = new Bucket[table.length * 2];
    int mask = bigger.length - 1;
    for (Bucket k : table) {
      if (k != null) {
        int i = (int) k.hash & mask;
        while (bigger[i] != null) {
          i = i + 1 & mask;
        }
        bigger[i] = k;
      }
    }
    table = bigger;
  }
}
