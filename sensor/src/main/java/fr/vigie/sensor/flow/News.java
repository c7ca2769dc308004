package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

/**
 * The novelty filter and short memory: a table of 64-bit fingerprints in sets of eight, each with a time and up to two numbers. When a set
 * is full its oldest entry goes and is counted, and what it stood for is news again. Fixed size, no allocation.
 */
final class News {
  private static final int WAYS = 8;

  private final long[] prints;
  private final long[] times;
  private final long[] first;
  private final long[] second;
  private final int mask;
  private final Counters.Counter evicted;
  private int found;

  /**
   * Makes an empty table.
   *
   * @param slots rounded up to a power of two
   * @param numbers how many numbers each entry keeps, 0 to 2
   */
  News(int slots, int numbers, Counters.Counter evicted) {
    int size = Math.max(WAYS, Integer.highestOneBit(Math.max(1, slots - 1)) << 1);
    prints = new long[size];
    times = new long[size];
    first = new long[numbers > 0 ? size : 0];
    second = new long[numbers > 1 ? size : 0];
    mask = size / WAYS - 1;
    this.evicted = evicted;
  }

  /** Whether the fact was not told in the last {@code seconds}; if so it is noted as told at {@code now}. */
  boolean fresh(long print, long now, int seconds) {
    if (lookup(print)) {
      if (seconds == Integer.MAX_VALUE || now - times[found] < seconds * 1_000_000_000L) {
        return false;
      }
      times[found] = now;
      return true;
    }
    insert(print, now);
    return true;
  }

  /** Whether the number kept under the key differs from {@code value}, or there is none; keeps it. */
  boolean changed(long key, long value, long now) {
    if (lookup(key)) {
      boolean other = first[found] != value;
      first[found] = value;
      times[found] = now;
      return other;
    }
    insert(key, now);
    first[found] = value;
    return true;
  }

  /** Whether another number than {@code value} was kept under the key; keeps it. */
  boolean replaced(long key, long value, long now) {
    boolean known = lookup(key);
    if (!known) {
      insert(key, now);
    }
    boolean other = known && first[found] != value;
    first[found] = value;
    times[found] = now;
    return other;
  }

  void put(long key, long a, long b, long now) {
    if (lookup(key)) {
      times[found] = now;
    } else {
      insert(key, now);
    }
    first[found] = a;
    second[found] = b;
  }

  /** Finds an entry and takes it away; {@link #first()} and {@link #second()} answer until the next call. */
  boolean take(long key) {
    if (!lookup(key)) {
      return false;
    }
    prints[found] = 0;
    return true;
  }

  long first() {
    return first[found];
  }

  long second() {
    return second[found];
  }

  private boolean lookup(long key) {
    long print = key == 0 ? 1 : key;
    int set = ((int) (print >>> 32 ^ print) & mask) * WAYS;
    for (int i = set; i < set + WAYS; i++) {
      if (prints[i] == print) {
        found = i;
        return true;
      }
    }
    return false;
  }

  private void insert(long key, long now) {
    long print = key == 0 ? 1 : key;
    int set = ((int) (print >>> 32 ^ print) & mask) * WAYS;
    int place = set;
    for (int i = set; i < set + WAYS; i++) {
      if (prints[i] == 0) {
        place = i;
        break;
      }
      if (times[i] < times[place]) {
        place = i;
      }
    }
    if (prints[place] != 0) {
      evicted.increment();
    }
    prints[place] = print;
    times[place] = now;
    found = place;
  }
}
