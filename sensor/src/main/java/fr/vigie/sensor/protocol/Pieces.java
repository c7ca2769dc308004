package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Messages that come in pieces, being put together: a fixed number at a time, each of a fixed room, in native memory taken when the first
 * one is met. What has waited longest gives way; who asks for a piece's message and is told that there is none says so.
 */
final class Pieces {
  private final long[] keys;
  private final long[] touched;
  private final int[] length;
  private final int[] mark;
  private final boolean[] used;
  private final int room;
  private final long patience;
  private final Cursor whole = new Cursor();
  private @Nullable MemorySegment memory;

  /**
   * Makes an empty table.
   *
   * @param slots messages at a time
   * @param room octets of the longest message
   * @param patience ns without a piece after which a message is given up
   */
  Pieces(int slots, int room, long patience) {
    keys = new long[slots];
    touched = new long[slots];
    length = new int[slots];
    mark = new int[slots];
    used = new boolean[slots];
    this.room = room;
    this.patience = patience;
  }

  /** Starts a message anew and returns its place. */
  int open(long key, long at) {
    int slot = find(key, at);
    if (slot < 0) {
      slot = 0;
      for (int i = 0; i < used.length && used[slot]; i++) {
        if (!used[i] || touched[i] < touched[slot]) {
          slot = i;
        }
      }
    }
    used[slot] = true;
    keys[slot] = key;
    touched[slot] = at;
    length[slot] = 0;
    mark[slot] = 0;
    return slot;
  }

  /** The place of a message under way, or -1. */
  int find(long key, long at) {
    for (int i = 0; i < used.length; i++) {
      if (used[i] && at - touched[i] > patience) {
        used[i] = false;
      }
      if (used[i] && keys[i] == key) {
        touched[i] = at;
        return i;
      }
    }
    return -1;
  }

  /** Adds octets of the cursor, which moves; false, and the message is given up, where they do not fit or are not all there. */
  boolean add(int slot, Cursor piece, int octets) {
    if (octets < 0 || octets > piece.remaining() || length[slot] + octets > room) {
      used[slot] = false;
      return false;
    }
    piece.copyTo(memory(), (long) slot * room + length[slot], octets);
    length[slot] += octets;
    return true;
  }

  /** A number that the owner keeps with the message, 0 at first. */
  int mark(int slot) {
    return mark[slot];
  }

  void mark(int slot, int value) {
    mark[slot] = value;
  }

  /** Octets so far. */
  int length(int slot) {
    return length[slot];
  }

  /** Gives a message up. */
  void drop(int slot) {
    used[slot] = false;
  }

  /** Ends a message: the cursor over all of it, good until the next {@link #open}. */
  Cursor close(int slot) {
    used[slot] = false;
    return whole.set(memory(), (long) slot * room, length[slot], length[slot]);
  }

  private MemorySegment memory() {
    MemorySegment there = memory;
    if (there == null) {
      there = Arena.ofAuto().allocate((long) used.length * room);
      memory = there;
    }
    return there;
  }
}
