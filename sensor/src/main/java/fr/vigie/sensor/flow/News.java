package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

/**
 * The novelty filter and short memory: a table of 64-bit fingerprints in sets of eight, each with a time and up to two numbers. When a set
 * is full the table doubles until it has as many places as it may; from then on the oldest entry of the set goes and is counted, and what it
 * stood for is news again. Nothing is allocated but to grow. An entry lies in one piece, and a set as well, so that what little is known of most
 * sets is one line of the processor's cache, and all of a small network's is in it:
 *
 * <pre>
 * | fingerprint | time | first number, if any | second number, if any |     of u64, eight times
 * </pre>
 */
final class News {
  private static final int WAYS = 8;

  /** Places of a new table, if it may have so many. */
  private static final int BEGINNING = 256;

  /** Half as many again from step to step, so that what was told last is never less than half of what is; then by thousands. */
  private static final int[] STEPS = {1, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1000};

  /** Where an entry's time and numbers stand, from its fingerprint. */
  private static final int TIME = 1;

  private static final int FIRST = 2;
  private static final int SECOND = 3;
  private static final int NONE = -1;

  /** Longs of an entry, and of a set. */
  private final int stride;

  private final int width;
  private final int mostSets;
  private final Counters.Counter evicted;
  private long[] table;
  private int mask;
  /** Place of the fingerprint last looked up, or {@link #NONE}; and of the first that is empty in its set. */
  private int found;

  private int empty;
  /** Whether an entry was taken away: then an empty place does not say that there is none behind it. */
  private boolean holes;

  /**
   * Makes an empty table.
   *
   * @param slots the most places, rounded up to a power of two
   * @param numbers how many numbers each entry keeps, 0 to 2
   */
  News(int slots, int numbers, Counters.Counter evicted) {
    int size = Math.max(WAYS, Integer.highestOneBit(Math.max(1, slots - 1)) << 1);
    stride = 2 + numbers;
    width = WAYS * stride;
    mostSets = size / WAYS;
    int sets = Math.min(size, BEGINNING) / WAYS;
    table = new long[sets * width];
    mask = sets - 1;
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

  /** Places there are now. */
  int places() {
    return (mask + 1) * WAYS;
  }

  private boolean lookup(long key) {
    long print = key == 0 ? 1 : key;
    int set = set(print);
    empty = NONE;
    for (int i = set; i < set + width; i += stride) {
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

  /** The upper half alone: {@link Hash#mix} ends by laying it over the lower, so that both together would be what it was before. */
  private int set(long print) {
    return ((int) (print >>> 32) & mask) * width;
  }

  /** Puts in what was just looked up in vain. */
  private void insert(long key, long now) {
    long print = key == 0 ? 1 : key;
    if (empty == NONE) {
      makeRoom(print);
    }
    table[empty] = print;
    table[empty + TIME] = now;
    found = empty;
  }

  /** Finds a place in a set that is full: in a larger table, or that of its oldest entry. */
  private void makeRoom(long print) {
    while (empty == NONE && mask + 1 < mostSets) {
      grow();
      lookup(print);
    }
    if (empty == NONE) {
      empty = oldest(set(print));
      evicted.increment();
    }
  }

  /** Twice as many sets: what is in one is dealt to two, in the order in which it lies. */
  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    mask = 2 * mask + 1;
    holes = false;
    for (int i = 0; i < old.length; i += stride) {
      if (old[i] != 0) {
        int place = set(old[i]);
        while (table[place] != 0) {
          place += stride;
        }
        System.arraycopy(old, i, table, place, stride);
      }
    }
  }

  private int oldest(int set) {
    int place = set;
    for (int i = set + stride; i < set + width; i += stride) {
      if (table[i + TIME] < table[place + TIME]) {
        place = i;
      }
    }
    return place;
  }
}
