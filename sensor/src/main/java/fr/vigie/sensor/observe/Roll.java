package fr.vigie.sensor.observe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that some tables know, each once, with what up to {@link #COLUMNS} of those tables keep for it side by side. What leaves the
 * sensor passes several of them in turn, and an address is another object in each shard that heard it: so an endpoint notes where it stands on
 * the roll of its road, and whoever asks next finds it without a search. Bounded: when there are too many endpoints all tables forget
 * everything, which must cost their owners time only. Single-threaded, and so are the tables on it.
 */
public final class Roll {
  /** Tables that a roll has room for. */
  static final int COLUMNS = 4;

  private static final int SMALLEST = 256;
  /** Addresses can be made to collide: so many places are looked at, then all is forgotten as when there are too many. */
  private static final int PROBES = 512;

  private final int limit;
  private final boolean noted;
  private final List<PerEndpoint<?>> columns = new ArrayList<>(COLUMNS);
  /** Open addressing by the endpoint's hash. */
  private @Nullable Entry[] table = new Entry[SMALLEST];

  private int size;

  /** An endpoint on the roll. */
  static final class Entry {
    final Endpoint endpoint;
    /** The roll it stands on; null once that was emptied. */
    @Nullable Roll roll;

    private @Nullable Object first;
    private @Nullable Object second;
    private @Nullable Object third;
    private @Nullable Object fourth;

    private Entry(Endpoint endpoint, Roll roll) {
      this.endpoint = endpoint;
      this.roll = roll;
    }

    /** What the table with this number keeps, or null. */
    @Nullable Object kept(int column) {
      return switch (column) {
        case 0 -> first;
        case 1 -> second;
        case 2 -> third;
        default -> fourth;
      };
    }

    void keep(int column, @Nullable Object value) {
      switch (column) {
        case 0 -> first = value;
        case 1 -> second = value;
        case 2 -> third = value;
        default -> fourth = value;
      }
    }

    /** It stands on no roll any more. Endpoints may note it for long, and must not hold on to what was kept in it. */
    private void strike() {
      roll = null;
      first = null;
      second = null;
      third = null;
      fourth = null;
    }
  }

  /**
   * Makes the empty roll of a road: endpoints note their place on it, so there is one such for all tables that they pass.
   *
   * @param most the most endpoints
   */
  public Roll(int most) {
    this(most, true);
  }

  private Roll(int most, boolean noted) {
    this.limit = most;
    this.noted = noted;
  }

  /** Makes an empty roll for one table that bounds itself and that endpoints take no note of. */
  static Roll unnoted() {
    return new Roll(Integer.MAX_VALUE, false);
  }

  /** Whether another table finds room on it. */
  boolean room() {
    return columns.size() < COLUMNS;
  }

  /** Takes a table; returns its number. */
  int join(PerEndpoint<?> column) {
    columns.add(column);
    return columns.size() - 1;
  }

  /** The entry of an endpoint, or null. */
  @Nullable Entry find(Endpoint e) {
    Entry known = e.entry;
    if (known != null && known.roll == this) {
      return known;
    }
    int place = place(e);
    Entry found = place < 0 ? null : table[place];
    if (found != null && noted) {
      e.entry = found;
    }
    return found;
  }

  /** The entry of an endpoint, which it gets if it has none. */
  Entry of(Endpoint e) {
    Entry found = find(e);
    if (found != null) {
      return found;
    }
    if (size >= limit) {
      clear();
    } else if (2 * size >= table.length) {
      grow();
    }
    int place = place(e);
    if (place < 0) {
      clear();
      place = place(e);
    }
    Entry made = new Entry(e, this);
    table[place] = made;
    size++;
    if (noted) {
      e.entry = made;
    }
    return made;
  }

  /** A table forgets what it keeps; one that is alone on the roll empties it. */
  void forget(int column) {
    if (columns.size() == 1) {
      clear();
      return;
    }
    for (Entry entry : table) {
      if (entry != null) {
        entry.keep(column, null);
      }
    }
  }

  private void clear() {
    for (Entry entry : table) {
      if (entry != null) {
        entry.strike();
      }
    }
    table = new Entry[SMALLEST];
    size = 0;
    columns.forEach(PerEndpoint::forgotten);
  }

  /** Where the endpoint is, or where it would go, or -1 where that is too far. */
  private int place(Endpoint e) {
    int mask = table.length - 1;
    int i = e.hashCode() & mask;
    for (int looked = 0; looked < PROBES; looked++) {
      Entry there = table[i];
      if (there == null || e.equals(there.endpoint)) {
        return i;
      }
      i = i + 1 & mask;
    }
    return -1;
  }

  private void grow() {
    @Nullable Entry[] old = table;
    table = new Entry[2 * old.length];
    for (Entry entry : old) {
      int place = entry == null ? -1 : place(entry.endpoint);
      if (place >= 0) {
        table[place] = entry;
      } else if (entry != null) {
        entry.strike();
        size--;
      }
    }
  }
}
