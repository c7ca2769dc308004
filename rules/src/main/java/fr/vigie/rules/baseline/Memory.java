package fr.vigie.rules.baseline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of each of many things, bounded: when there are too many the one longest without news goes, and is counted.
 * Single-threaded.
 *
 * @param <K> the thing
 * @param <V> what is remembered of it
 */
public final class Memory<K, V> {
  private final Rows rows;
  private @Nullable Object[] keys;
  private @Nullable Object[] values;
  /** The thing that was asked for last, and its row or -1: whoever has news of something mostly asked for it first. */
  private @Nullable Object asked;
  private int found;

  /** Remembers nothing yet, and will remember at most {@code limit} things. */
  public Memory(int limit) {
    rows = new Rows(limit);
    keys = new Object[rows.room()];
    values = new Object[rows.room()];
  }

  /** What is remembered, or null. Asking is no news. */
  @SuppressWarnings("unchecked") // only put writes values
  public @Nullable V get(K key) {
    int row = find(key);
    return row < 0 ? null : (V) values[row];
  }

  /** Remembers it as the latest news. */
  public void put(K key, V value) {
    int row = find(key);
    if (row >= 0) {
      rows.news(row);
    } else {
      row = rows.take(hash(key));
      if (row >= keys.length) {
        keys = Arrays.copyOf(keys, rows.room());
        values = Arrays.copyOf(values, rows.room());
      }
      keys[row] = key;
      asked = null;
    }
    values[row] = value;
  }

  /** Forgets a thing. */
  public void forget(K key) {
    int row = find(key);
    if (row >= 0) {
      rows.free(row);
      keys[row] = null;
      values[row] = null;
      asked = null;
    }
  }

  /** Things remembered. */
  public int size() {
    return rows.size();
  }

  /** How many things had to be forgotten because the limit was reached. */
  public long evicted() {
    return rows.evicted();
  }

  @SuppressWarnings("ReferenceEquality") // the same object is the same thing; any other is searched for
  private int find(K key) {
    if (key != asked) {
      int row = rows.first(hash(key));
      while (row >= 0 && !key.equals(keys[row])) {
        row = rows.next(row);
      }
      asked = key;
      found = row;
    }
    return found;
  }

  private static int hash(Object key) {
    return Rows.mixed(key.hashCode());
  }
}
