package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbered places for the things of addresses, bounded: when there are too many the one longest without news gives its place up, and is
 * counted. No thing is an object here: whoever remembers something of it keeps columns of numbers by place, so that a building with more
 * points than places costs the collector nothing. Single-threaded.
 */
final class Places {
  private static final int SMALLEST = 256;
  /** Addresses can be made to collide: where so many stand already, the one that came first goes. */
  private static final int CHAIN = 64;

  private final int limit;
  /** First place of each chain, by hash, or -1. */
  private int[] heads = new int[SMALLEST];
  /** The next place of the same chain, or -1. */
  private int[] next = new int[SMALLEST];
  private int[] newer = new int[SMALLEST];
  private int[] older = new int[SMALLEST];
  private @Nullable Endpoint[] endpoints = new Endpoint[SMALLEST];
  private long[] things = new long[SMALLEST];
  private int newest = -1;
  private int oldest = -1;
  private int size;
  private boolean fresh;
  private long evicted;

  /** Has given no place yet, and will give at most {@code limit} at a time. */
  Places(int limit) {
    this.limit = limit;
    Arrays.fill(heads, -1);
  }

  /** The place of a thing, or -1. Asking is no news. */
  int find(Endpoint e, long thing) {
    for (int i = heads[chain(e, thing)]; i >= 0; i = next[i]) {
      if (is(i, e, thing)) {
        return i;
      }
    }
    return -1;
  }

  /** The place of a thing of which there is news, below {@link #room()}; whoever has a column clears it where the place is {@link #fresh()}. */
  int news(Endpoint e, long thing) {
    int found = find(e, thing);
    fresh = found < 0;
    if (found < 0) {
      found = take(e, thing);
    } else if (found != newest) {
      unlink(found);
      link(found);
    }
    return found;
  }

  /** Whether the last news were the first of that thing. */
  boolean fresh() {
    return fresh;
  }

  /** Places are below this number. */
  int room() {
    return things.length;
  }

  /** How many things had to give up their places. */
  long evicted() {
    return evicted;
  }

  private int take(Endpoint e, long thing) {
    if (size == things.length && size < limit) {
      grow();
    }
    int chain = chain(e, thing);
    int length = 0;
    int first = -1;
    for (int i = heads[chain]; i >= 0; i = next[i]) {
      length++;
      first = i;
    }
    int place = length >= CHAIN ? first : size >= limit ? oldest : size;
    if (place < size) {
      drop(place);
    } else {
      size++;
    }
    endpoints[place] = e;
    things[place] = thing;
    next[place] = heads[chain];
    heads[chain] = place;
    link(place);
    return place;
  }

  /** Takes a thing off its place. */
  private void drop(int place) {
    Endpoint e = endpoints[place];
    if (e != null) {
      int chain = chain(e, things[place]);
      if (heads[chain] == place) {
        heads[chain] = next[place];
      } else {
        int i = heads[chain];
        while (next[i] != place) {
          i = next[i];
        }
        next[i] = next[place];
      }
    }
    unlink(place);
    evicted++;
  }

  private void link(int place) {
    older[place] = newest;
    newer[place] = -1;
    if (newest >= 0) {
      newer[newest] = place;
    } else {
      oldest = place;
    }
    newest = place;
  }

  private void unlink(int place) {
    int before = older[place];
    int after = newer[place];
    if (before >= 0) {
      newer[before] = after;
    } else {
      oldest = after;
    }
    if (after >= 0) {
      older[after] = before;
    } else {
      newest = before;
    }
  }

  private boolean is(int place, Endpoint e, long thing) {
    return things[place] == thing && e.equals(endpoints[place]);
  }

  private int chain(Endpoint e, long thing) {
    long h = (thing ^ ((long) e.hashCode() << 32 | e.hashCode() & 0xFFFFFFFFL)) * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 40) & heads.length - 1;
  }

  private void grow() {
    int room = 2 * things.length;
    next = Arrays.copyOf(next, room);
    newer = Arrays.copyOf(newer, room);
    older = Arrays.copyOf(older, room);
    endpoints = Arrays.copyOf(endpoints, room);
    things = Arrays.copyOf(things, room);
    heads = new int[room];
    Arrays.fill(heads, -1);
    for (int place = oldest; place >= 0; place = newer[place]) {
      Endpoint e = endpoints[place];
      if (e != null) {
        int chain = chain(e, things[place]);
        next[place] = heads[chain];
        heads[chain] = place;
      }
    }
  }
}
