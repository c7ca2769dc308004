package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Segmented messages being put together (ASHRAE 135-2020 clause 5.2): eight at a time, 64 KiB each, in native memory taken when the first
 * one is met. Segments are taken in order; a repeated one is passed over, a missing one gives the message up, and {@link #lost} counts.
 */
final class Segments {
  private static final int SLOTS = 8;
  private static final int ROOM = 1 << 16;

  /** A message whose next segment has not come for so long is given up, ns: more than any APDU timeout times its retries. */
  private static final long PATIENCE = 60_000_000_000L;

  private final long[] keys = new long[SLOTS];
  private final long[] touched = new long[SLOTS];
  private final int[] next = new int[SLOTS];
  private final int[] length = new int[SLOTS];
  private final boolean[] used = new boolean[SLOTS];
  private final Cursor whole = new Cursor();
  private @Nullable MemorySegment memory;
  private long lost;

  /** Messages given up. */
  long lost() {
    return lost;
  }

  /**
   * Adds the rest of the cursor as one segment.
   *
   * @param key names the message: request key and direction
   * @param sequence sequence number modulo 256
   * @return a cursor over the whole message when this was the last segment, else null
   */
  @Nullable Cursor add(long key, int sequence, boolean moreFollows, long at, Cursor segment) {
    int slot = find(key, at);
    if (slot < 0) {
      if (sequence != 0) {
        lost++;
        return null;
      }
      slot = free();
      used[slot] = true;
      keys[slot] = key;
      next[slot] = 0;
      length[slot] = 0;
    }
    touched[slot] = at;
    int octets = segment.remaining();
    if (sequence != (next[slot] & 0xFF)) {
      boolean repeated = (next[slot] - sequence & 0xFF) < 128;
      if (!repeated) {
        giveUp(slot);
      }
      segment.skip(octets);
      return null;
    }
    if (segment.cut() || length[slot] + octets > ROOM) {
      giveUp(slot);
      return null;
    }
    MemorySegment target = memory();
    segment.copyTo(target, (long) slot * ROOM + length[slot], octets);
    length[slot] += octets;
    next[slot]++;
    if (moreFollows) {
      return null;
    }
    used[slot] = false;
    return whole.set(target, (long) slot * ROOM, length[slot], length[slot]);
  }

  private void giveUp(int slot) {
    used[slot] = false;
    lost++;
  }

  private int find(long key, long at) {
    for (int i = 0; i < SLOTS; i++) {
      if (used[i] && at - touched[i] > PATIENCE) {
        giveUp(i);
      }
      if (used[i] && keys[i] == key) {
        return i;
      }
    }
    return -1;
  }

  /** A free slot, or the one that has waited longest. */
  private int free() {
    int oldest = 0;
    for (int i = 0; i < SLOTS; i++) {
      if (!used[i]) {
        return i;
      }
      if (touched[i] < touched[oldest]) {
        oldest = i;
      }
    }
    lost++;
    return oldest;
  }

  private MemorySegment memory() {
    MemorySegment there = memory;
    if (there == null) {
      there = Arena.ofAuto().allocate((long) SLOTS * ROOM);
      memory = there;
    }
    return there;
  }
}
