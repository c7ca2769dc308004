package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

/**
 * The novelty filter and short memory: a table of 64-bit fingerprints in sets of eight, each with a time and up to two numbers. When a set
 * is full its oldest entry goes and is counted, and what it stood for is news again. Fixed size, no allocation.
 */
final class News {
  private static final int WAYS = 8;

  /** Half as many again from step to step, so that what was told last is never less than half of what is; then by thousands. */
  private static final int[] STEPS = {1, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1000};

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

  /**
   * Counts one more under the key, from 1 again {@code seconds} after the first.
   *
   * @return by how much the count has grown since it was last told, where it is to be told now, at one of {@link #STEPS}; else 0
   */
  int steps(long key, long now, int seconds) {
    if (!lookup(key) || now - times[found] >= seconds * 1_000_000_000L) {
      if (found < 0) {
        insert(key, now);
      }
      times[found] = now;
      first[found] = 1;
      second[found] = 1;
      return 1;
    }
    int count = (int) Math.min(Integer.MAX_VALUE, ++first[found]);
    int told = (int) second[found];
    if (count < step(told)) {
      return 0;
    }
    second[found] = count;
    return count - told;
  }

  /** The step after {@code told}. */
  private static int step(int told) {
    for (int step : STEPS) {
      if (step > told) {
        return step;
      }
    }
    return told + STEPS[STEPS.length - 1];
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
    found = -1;
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
