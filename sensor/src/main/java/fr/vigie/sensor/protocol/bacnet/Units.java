package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import org.jspecify.annotations.Nullable;

/**
 * What unit a point has, as far as a read of its units property (117) showed: open addressing over primitive arrays that grow with what is
 * known, since most shards never hear of a unit; bounded: at their largest a full neighbourhood forgets its first entry. Keys are mixed with
 * the flow, so that what is known does not depend on how flows are dealt.
 */
final class Units {
  private static final int SMALLEST = 1 << 4;
  private static final int LARGEST = 1 << 14;
  private static final int PROBES = 8;

  private static final @Nullable String[] NAMES = new String[512];

  private long[] keys = {};
  private int[] units = {};

  /** Remembers the unit of a point. */
  void put(long key, int unit) {
    int slot = slot(key);
    while (slot < 0 && keys.length < LARGEST) {
      grow();
      slot = slot(key);
    }
    if (slot < 0) {
      slot = (int) key & LARGEST - 1;
    }
    keys[slot] = key;
    units[slot] = unit;
  }

  /** Where the point is, or would go; -1 where its neighbourhood is full. */
  private int slot(long key) {
    int mask = keys.length - 1;
    for (int i = 0; i < PROBES && i <= mask; i++) {
      int slot = (int) key + i & mask;
      if (keys[slot] == key || keys[slot] == 0) {
        return slot;
      }
    }
    return -1;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldUnits = units;
    keys = new long[Math.max(SMALLEST, 2 * oldKeys.length)];
    units = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      int slot = oldKeys[i] == 0 ? -1 : slot(oldKeys[i]);
      if (slot >= 0) {
        keys[slot] = oldKeys[i];
        units[slot] = oldUnits[i];
      }
    }
  }

  /** Name of the point's unit, or null where no read of it was seen or the list of units has no name. */
  @Nullable String of(long key) {
    int mask = keys.length - 1;
    for (int i = 0; i < PROBES && i <= mask; i++) {
      int slot = (int) key + i & mask;
      if (keys[slot] == key) {
        return name(units[slot]);
      }
      if (keys[slot] == 0) {
        return null;
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
