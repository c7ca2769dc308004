package fr.vigie.rules.baseline;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of each of many things, bounded: when there are too many the one longest without news goes, and is counted.
 * Single-threaded.
 *
 * @param <K> the thing
 * @param <V> what is remembered of it
 */
public final class Memory<K, V> {
  private final int limit;
  private final LinkedHashMap<K, V> all = new LinkedHashMap<>();
  private long evicted;

  /** Remembers nothing yet, and will remember at most {@code limit} things. */
  public Memory(int limit) {
    this.limit = limit;
  }

  /** What is remembered, or null. Asking is no news. */
  public @Nullable V get(K key) {
    return all.get(key);
  }

  /** Remembers it as the latest news. */
  public void put(K key, V value) {
    if (all.size() >= limit && !all.containsKey(key)) {
      all.pollFirstEntry();
      evicted++;
    }
    all.putLast(key, value);
  }

  /** Forgets a thing. */
  public void forget(K key) {
    all.remove(key);
  }

  /** Things remembered. */
  public int size() {
    return all.size();
  }

  /** How many things had to be forgotten because the limit was reached. */
  public long evicted() {
    return evicted;
  }
}
