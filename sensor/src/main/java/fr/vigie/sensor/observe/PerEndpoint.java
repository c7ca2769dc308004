package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * Something kept for each endpoint: an open-addressing table, keys and values side by side in one array. Endpoints are interned, so a
 * look-up is most often one comparison of references; it allocates nothing. Single-threaded. It grows without end: whoever fills it bounds
 * it, by {@link #size()} and {@link #clear()}.
 *
 * @param <T> what is kept
 */
public final class PerEndpoint<T> {
  private static final int SMALLEST = 256;

  /** Key at {@code 2 i}, value at {@code 2 i + 1}. */
  private @Nullable Object[] table = new Object[2 * SMALLEST];
  private int size;
  /** Where the last two that were looked for are: an act and its outcome, and the values of one device, ask for the same again. */
  private int latest;

  private int before;

  /** Makes an empty table. */
  public PerEndpoint() {}

  /** What is kept for the endpoint, or null. */
  @SuppressWarnings("unchecked") // only put writes values
  public @Nullable T get(Endpoint e) {
    return (T) table[place(e) + 1];
  }

  /** Keeps a value for the endpoint in place of what was kept before. */
  public void put(Endpoint e, T value) {
    int i = place(e);
    if (table[i] == null) {
      table[i] = e;
      if (++size * 4 > table.length) {
        grow();
        i = place(e);
      }
    }
    table[i + 1] = value;
  }

  /** How many endpoints have something. */
  public int size() {
    return size;
  }

  /** Forgets everything. */
  public void clear() {
    table = new Object[2 * SMALLEST];
    size = 0;
    latest = 0;
    before = 0;
  }

  /** Where the endpoint is, or where it would go. */
  @SuppressWarnings("ReferenceEquality") // the same object is the same address; any other is searched for
  private int place(Endpoint e) {
    if (table[latest] == e) {
      return latest;
    }
    if (table[before] == e) {
      return before;
    }
    int i = search(e);
    before = latest;
    latest = i;
    return i;
  }

  private int search(Endpoint e) {
    int mask = table.length - 2;
    int i = e.hashCode() << 1 & mask;
    for (Object key = table[i]; key != null && !e.equals(key); key = table[i]) {
      i = i + 2 & mask;
    }
    return i;
  }

  private void grow() {
    @Nullable Object[] old = table;
    table = new Object[old.length * 2];
    latest = 0;
    before = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] instanceof Endpoint e) {
        int to = search(e);
        table[to] = e;
        table[to + 1] = old[i + 1];
      }
    }
  }
}
