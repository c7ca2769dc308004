package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbered places for the things of addresses, bounded: when there are too many the one longest without news gives its place up, and is
 * counted ({@link Rows}). Whoever remembers something of a thing keeps columns of numbers by place. Single-threaded.
 */
final class Places {
  private final Rows rows;
  private @Nullable Endpoint[] endpoints;
  private long[] things;
  private boolean fresh;

  /** Has given no place yet, and will give at most {@code limit} at a time. */
  Places(int limit) {
    rows = new Rows(limit);
    endpoints = new Endpoint[rows.room()];
    things = new long[rows.room()];
  }

  /** The place of a thing, or -1. Asking is no news. */
  int find(Endpoint e, long thing) {
    return find(e, thing, hash(e, thing));
  }

  private int find(Endpoint e, long thing, int hash) {
    int row = rows.first(hash);
    while (row >= 0 && !(things[row] == thing && e.equals(endpoints[row]))) {
      row = rows.next(row);
    }
    return row;
  }

  /** The place of a thing of which there is news, below {@link #room()}; whoever has a column clears it where the place is {@link #fresh()}. */
  int news(Endpoint e, long thing) {
    int hash = hash(e, thing);
    return news(find(e, thing, hash), e, thing, hash);
  }

  /**
   * The same of a thing that was just looked for.
   *
   * @param found what {@link #find} answered
   */
  int news(int found, Endpoint e, long thing) {
    return news(found, e, thing, found < 0 ? hash(e, thing) : 0);
  }

  private int news(int found, Endpoint e, long thing, int hash) {
    fresh = found < 0;
    if (found >= 0) {
      rows.news(found);
      return found;
    }
    int place = rows.take(hash);
    if (place >= things.length) {
      endpoints = Arrays.copyOf(endpoints, rows.room());
      things = Arrays.copyOf(things, rows.room());
    }
    endpoints[place] = e;
    things[place] = thing;
    return place;
  }

  /** Whether the last news were the first of that thing. */
  boolean fresh() {
    return fresh;
  }

  /** Places are below this number. */
  int room() {
    return rows.room();
  }

  /** How many things had to give up their places. */
  long evicted() {
    return rows.evicted();
  }

  private static int hash(Endpoint e, long thing) {
    long h = (thing ^ ((long) e.hashCode() << 32 | e.hashCode() & 0xFFFFFFFFL)) * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 40);
  }
}
