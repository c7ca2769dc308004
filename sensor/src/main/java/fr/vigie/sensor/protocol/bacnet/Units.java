package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import org.jspecify.annotations.Nullable;

/**
 * What unit a point has, as far as a read of its units property (117) showed: open addressing over primitive arrays, bounded, a full
 * neighbourhood forgets its first entry. Keys are mixed with the flow, so that what is known does not depend on how flows are dealt.
 */
final class Units {
  private static final int SLOTS = 1 << 14;
  private static final int PROBES = 8;

  private static final @Nullable String[] NAMES = new String[512];

  private final long[] keys = new long[SLOTS];
  private final int[] units = new int[SLOTS];
  private boolean empty = true;

  /** Remembers the unit of a point. */
  void put(long key, int unit) {
    int home = (int) key & SLOTS - 1;
    int free = home;
    for (int i = 0; i < PROBES; i++) {
      int slot = home + i & SLOTS - 1;
      if (keys[slot] == key || keys[slot] == 0) {
        free = slot;
        break;
      }
    }
    empty = false;
    keys[free] = key;
    units[free] = unit;
  }

  /** Name of the point's unit, or null where no read of it was seen or the list of units has no name. */
  @Nullable String of(long key) {
    if (empty) {
      return null;
    }
    int home = (int) key & SLOTS - 1;
    for (int i = 0; i < PROBES; i++) {
      int slot = home + i & SLOTS - 1;
      if (keys[slot] == key) {
        return name(units[slot]);
      }
    }
    return null;
  }

  /** The same instance for the same unit, without allocating. */
  static @Nullable String name(int unit) {
    if (unit < 0 || unit >= NAMES.length) {
      return null;
    }
    String name = NAMES[unit];
    if (name == null) {
      name = BacnetNames.unit(unit);
      NAMES[unit] = name;
    }
    return name;
  }
}
