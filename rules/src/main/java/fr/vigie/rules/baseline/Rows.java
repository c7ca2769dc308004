package fr.vigie.rules.baseline;

import java.util.Arrays;

/**
 * Numbered rows for the things of a table, bounded: found by hash, in the order of their news. When there are too many the row longest without
 * news is given to another, and that is counted. Whoever owns the table keeps a column for each thing it remembers and tells the things of one
 * hash apart; no thing is an object here, and one that comes and goes costs the collector nothing. Single-threaded.
 */
final class Rows {
  private static final int SMALLEST = 256;
  /** Things can be made to collide: where so many share a chain already, the one that came first goes. */
  private static final int CHAIN = 64;

  /** A row in {@link #links}: its hash, the next row of its chain or of those that are free, and its neighbours in the order of news; -1 is none. */
  private static final int STRIDE = 4;
  private static final int NEXT = 1;
  private static final int NEWER = 2;
  private static final int OLDER = 3;

  private final int limit;
  /** First row of each chain, or -1; a power of two. */
  private int[] heads = new int[SMALLEST];
  private int[] links = new int[STRIDE * SMALLEST];
  private int newest = -1;
  private int oldest = -1;
  private int free = -1;
  /** Rows that were ever given away. */
  private int used;
  private int size;
  private long evicted;

  /** Has given no row away, and will give at most {@code limit} at a time. */
  Rows(int limit) {
    this.limit = limit;
    Arrays.fill(heads, -1);
  }

  /** A hash whose low bits depend on all bits of another. */
  static int mixed(int hash) {
    int h = hash * 0x9E3779B1;
    return h ^ h >>> 16;
  }

  /** The newest row of this hash, or -1. */
  int first(int hash) {
    return among(heads[hash & heads.length - 1], hash);
  }

  /** The next row of the same hash, or -1. */
  int next(int row) {
    return among(links[STRIDE * row + NEXT], links[STRIDE * row]);
  }

  private int among(int from, int hash) {
    int row = from;
    while (row >= 0 && links[STRIDE * row] != hash) {
      row = links[STRIDE * row + NEXT];
    }
    return row;
  }

  /** There is news of the thing in this row. */
  void news(int row) {
    if (row != newest) {
      unlink(row);
      link(row);
    }
  }

  /** A row for a thing that has none, below {@link #room()}: one that was never used, or that of another thing, which its owner overwrites. */
  int take(int hash) {
    int row = crowded(hash);
    if (row >= 0 || size >= limit) {
      row = row >= 0 ? row : oldest;
      drop(row);
      evicted++;
    } else if (free >= 0) {
      row = free;
      free = links[STRIDE * row + NEXT];
    } else {
      if (used == room()) {
        grow();
      }
      row = used++;
    }
    size++;
    int chain = hash & heads.length - 1;
    links[STRIDE * row] = hash;
    links[STRIDE * row + NEXT] = heads[chain];
    heads[chain] = row;
    link(row);
    return row;
  }

  /** The last row of a chain that is too long, or -1. */
  private int crowded(int hash) {
    int length = 0;
    int last = -1;
    for (int row = heads[hash & heads.length - 1]; row >= 0; row = links[STRIDE * row + NEXT]) {
      length++;
      last = row;
    }
    return length >= CHAIN ? last : -1;
  }

  /** The thing in this row is forgotten: another may have it. */
  void free(int row) {
    drop(row);
    links[STRIDE * row + NEXT] = free;
    free = row;
  }

  /** The row longest without news, or -1. */
  int oldest() {
    return oldest;
  }

  /** The row whose news came next, or -1. */
  int newer(int row) {
    return links[STRIDE * row + NEWER];
  }

  /** Things that have a row. */
  int size() {
    return size;
  }

  /** Rows are below this number, which grows. */
  int room() {
    return links.length / STRIDE;
  }

  /** How many things had to give up their rows. */
  long evicted() {
    return evicted;
  }

  private void drop(int row) {
    int chain = links[STRIDE * row] & heads.length - 1;
    int after = links[STRIDE * row + NEXT];
    if (heads[chain] == row) {
      heads[chain] = after;
    } else {
      int i = heads[chain];
      while (links[STRIDE * i + NEXT] != row) {
        i = links[STRIDE * i + NEXT];
      }
      links[STRIDE * i + NEXT] = after;
    }
    unlink(row);
    size--;
  }

  private void link(int row) {
    links[STRIDE * row + OLDER] = newest;
    links[STRIDE * row + NEWER] = -1;
    if (newest >= 0) {
      links[STRIDE * newest + NEWER] = row;
    } else {
      oldest = row;
    }
    newest = row;
  }

  private void unlink(int row) {
    int before = links[STRIDE * row + OLDER];
    int after = links[STRIDE * row + NEWER];
    if (before >= 0) {
      links[STRIDE * before + NEWER] = after;
    } else {
      oldest = after;
    }
    if (after >= 0) {
      links[STRIDE * after + OLDER] = before;
    } else {
      newest = before;
    }
  }

  private void grow() {
    links = Arrays.copyOf(links, 2 * links.length);
    heads = new int[room()];
    Arrays.fill(heads, -1);
    for (int row = oldest; row >= 0; row = newer(row)) {
      int chain = links[STRIDE * row] & heads.length - 1;
      links[STRIDE * row + NEXT] = heads[chain];
      heads[chain] = row;
    }
  }
}
