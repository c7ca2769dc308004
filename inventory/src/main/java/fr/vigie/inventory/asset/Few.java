package fr.vigie.inventory.asset;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map of a few entries in the order in which they were put, in one array: a third of what a linked hash map takes, for the many addresses
 * that have one or two. A look-up compares each key in turn, so whoever fills it bounds it, to 64 or so. Null is no key and no value.
 *
 * @param <K> keys
 * @param <V> values
 */
final class Few<K, V> extends AbstractMap<K, V> {
  private static final Object[] NOTHING = {};

  /** Keys and values in turn. */
  private @Nullable Object[] entries = NOTHING;

  private int size;

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return place(key) >= 0;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    int i = place(key);
    return i < 0 ? null : value(i);
  }

  @Override
  public @Nullable V put(K key, V value) {
    int i = place(key);
    if (i >= 0) {
      V before = value(i);
      entries[2 * i + 1] = value;
      return before;
    }
    if (2 * size == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(2, 2 * entries.length));
    }
    entries[2 * size] = key;
    entries[2 * size + 1] = value;
    size++;
    return null;
  }

  @Override
  public @Nullable V remove(@Nullable Object key) {
    int i = place(key);
    if (i < 0) {
      return null;
    }
    V before = value(i);
    remove(i);
    return before;
  }

  @Override
  public void clear() {
    entries = NOTHING;
    size = 0;
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> action) {
    for (int i = 0; i < size; i++) {
      action.accept(key(i), value(i));
    }
  }

  @Override
  public Set<Map.Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Map.Entry<K, V>> iterator() {
        return new Entries();
      }
    };
  }

  private void remove(int i) {
    size--;
    System.arraycopy(entries, 2 * i + 2, entries, 2 * i, 2 * (size - i));
    entries[2 * size] = null;
    entries[2 * size + 1] = null;
  }

  private int place(@Nullable Object key) {
    for (int i = 0; i < size; i++) {
      if (key != null && key.equals(entries[2 * i])) {
        return i;
      }
    }
    return -1;
  }

  /** The key at this place, from 0; below the size. */
  @SuppressWarnings({"unchecked", "NullAway"}) // only put writes, and a place below the size is filled
  K key(int i) {
    return (K) entries[2 * i];
  }

  /** Its value. */
  @SuppressWarnings({"unchecked", "NullAway"}) // as above
  V value(int i) {
    return (V) entries[2 * i + 1];
  }

  private final class Entries implements Iterator<Map.Entry<K, V>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < size;
    }

    @Override
    public Map.Entry<K, V> next() {
      if (next >= size) {
        throw new NoSuchElementException();
      }
      int i = next++;
      return Map.entry(key(i), value(i));
    }

    @Override
    public void remove() {
      Few.this.remove(--next);
    }
  }
}
