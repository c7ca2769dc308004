package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * Something kept for each endpoint: a column of a {@link Roll}. A look-up allocates nothing. Single-threaded. It grows as far as its roll does:
 * whoever fills it bounds it further, by {@link #size()} and {@link #clear()}.
 *
 * @param <T> what is kept
 */
public final class PerEndpoint<T> {
  private final Roll roll;
  private final int column;
  private int size;

  /** Makes an empty table with a roll of its own. */
  public PerEndpoint() {
    this(Roll.unnoted());
  }

  /** Makes an empty table on a roll; where that has no room for another, on one of its own. */
  public PerEndpoint(Roll shared) {
    roll = shared.room() ? shared : Roll.unnoted();
    column = roll.join(this);
  }

  /** What is kept for the endpoint, or null. */
  @SuppressWarnings("unchecked") // only put writes to this column
  public @Nullable T get(Endpoint e) {
    Roll.Entry entry = roll.find(e);
    return entry == null ? null : (T) entry.kept(column);
  }

  /** Keeps a value for the endpoint in place of what was kept before. */
  public void put(Endpoint e, T value) {
    Roll.Entry entry = roll.of(e);
    if (entry.kept(column) == null) {
      size++;
    }
    entry.keep(column, value);
  }

  /** How many endpoints have something. */
  public int size() {
    return size;
  }

  /** Forgets everything. */
  public void clear() {
    roll.forget(column);
    size = 0;
  }

  /** The roll was emptied. */
  void forgotten() {
    size = 0;
  }
}
