package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

/**
 * The novelty filter and short memory: a table of 64-bit fingerprints in sets of eight, each with a time and up to two numbers. When a set
 * is full its oldest entry goes and is counted, and what it stood for is news again. Fixed size, no allocation. A set lies in one piece, so that
 * the processor fetches neighbours and not four places far apart:
 *
 * <pre>
 * | fingerprints 8 | times 8 | first numbers 8, if any | second numbers 8, if any |     of u64
 * </pre>
 */
final class News {
  private static final int WAYS = 8;

  /** Half as many again from step to step, so that what was told last is never less than half of what is; then by thousands. */
  private static final int[] STEPS = {1, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1000};

  /** Where an entry's time and numbers stand, from its fingerprint. */
  private static final int TIME = WAYS;

  private static final int FIRST = 2 * WAYS;
  private static final int SECOND = 3 * WAYS;
  private static final int NONE = -1;

  private final long[] table;
  /** Longs of a set. */
  private final int width;

  private final int mask;
  private final Counters.Counter evicted;
  /** Place of the fingerprint last looked up, or {@link #NONE}; and of the first that is empty in its set. */
  private int found;

  private int empty;
  /** Whether an entry was taken away: then an empty place does not say that there is none behind it. */
  private boolean holes;

  /**
   * Makes an empty table.
   *
   * @param slots rounded up to a power of two
   * @param numbers how many numbers each entry keeps, 0 to 2
   */
  News(int slots, int numbers, Counters.Counter evicted) {
    int size = Math.max(WAYS, Integer.highestOneBit(Math.max(1, slots - 1)) << 1);
    width = WAYS * (2 + numbers);
    table = new long[size / WAYS * width];
    mask = size / WAYS - 1;
    this.evicted = evicted;
  }

  /** Whether the fact was not told in the last {@code seconds}; if so it is noted as told at {@code now}. */
  boolean fresh(long print, long now, int seconds) {
    if (lookup(print)) {
      if (seconds == Integer.MAX_VALUE || now - table[found + TIME] < seconds * 1_000_000_000L) {
        return false;
      }
      table[found + TIME] = now;
      return true;
    }
    insert(print, now);
    return true;
  }

  /** Whether the number kept under the key differs from {@code value}, or there is none; keeps it. */
  boolean changed(long key, long value, long now) {
    if (lookup(key)) {
      boolean other = table[found + FIRST] != value;
      table[found + FIRST] = value;
      table[found + TIME] = now;
      return other;
    }
    insert(key, now);
    table[found + FIRST] = value;
    return true;
  }

  /** Whether another number than {@code value} was kept under the key; keeps it. */
  boolean replaced(long key, long value, long now) {
    boolean known = lookup(key);
    if (!known) {
      insert(key, now);
    }
    boolean other = known && table[found + FIRST] != value;
    table[found + FIRST] = value;
    table[found + TIME] = now;
    return other;
  }

  /**
   * Counts one more under the key, from 1 again {@code seconds} after the first.
   *
   * @return by how much the count has grown since it was last told, where it is to be told now, at one of {@link #STEPS}; else 0
   */
  int steps(long key, long now, int seconds) {
    if (!lookup(key) || now - table[found + TIME] >= seconds * 1_000_000_000L) {
      if (found == NONE) {
        insert(key, now);
      }
      table[found + TIME] = now;
      table[found + FIRST] = 1;
      table[found + SECOND] = 1;
      return 1;
    }
    int count = (int) Math.min(Integer.MAX_VALUE, ++table[found + FIRST]);
    int told = (int) table[found + SECOND];
    if (count < step(told)) {
      return 0;
    }
    table[found + SECOND] = count;
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
      table[found + TIME] = now;
    } else {
      insert(key, now);
    }
    table[found + FIRST] = a;
    table[found + SECOND] = b;
  }

  /** Finds an entry and takes it away; {@link #first()} and {@link #second()} answer until the next call. */
  boolean take(long key) {
    if (!lookup(key)) {
      return false;
    }
    table[found] = 0;
    holes = true;
    return true;
  }

  long first() {
    return table[found + FIRST];
  }

  long second() {
    return table[found + SECOND];
  }

  private boolean lookup(long key) {
    long print = key == 0 ? 1 : key;
    int set = set(print);
    empty = NONE;
    for (int i = set; i < set + WAYS; i++) {
      long there = table[i];
      if (there == print) {
        found = i;
        return true;
      }
      if (there == 0 && empty == NONE) {
        empty = i;
        if (!holes) {
          break;
        }
      }
    }
    found = NONE;
    return false;
  }

  private int set(long print) {
    return ((int) (print >>> 32 ^ print) & mask) * width;
  }

  /** Puts in what was just looked up in vain. */
  private void insert(long key, long now) {
    long print = key == 0 ? 1 : key;
    int place = empty;
    if (place == NONE) {
      place = oldest(set(print));
      evicted.increment();
    }
    table[place] = print;
    table[place + TIME] = now;
    found = place;
  }

  private int oldest(int set) {
    int place = set;
    for (int i = set + 1; i < set + WAYS; i++) {
      if (table[i + TIME] < table[place + TIME]) {
        place = i;
      }
    }
    return place;
  }
}
