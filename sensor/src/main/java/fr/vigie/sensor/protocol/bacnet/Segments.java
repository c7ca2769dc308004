package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Segmented messages being put together (ASHRAE 135-2020 clause 5.2): eight at a time, 64 KiB and 1,024 segments each, in native memory taken when the
 * first one is met. Segments may come in any order, since captures of several interfaces and networks with more than one path mix them; one that
 * comes again is passed over. A message that misses one for a minute, or has no room, is given up, and {@link #lost} counts.
 */
final class Segments {
  private static final int SLOTS = 8;
  private static final int ROOM = 1 << 16;
  private static final int MOST = 1 << 10;

  /** 20.1.2.8: at most 127 segments are under way, so that eight bits of a sequence number name one. */
  private static final int WINDOW = 127;

  /** A message whose next segment has not come for so long is given up, ns: more than any APDU timeout times its retries. */
  private static final long PATIENCE = 60_000_000_000L;

  private final @Nullable Slot[] slots = new Slot[SLOTS];
  private final Cursor whole = new Cursor();
  private @Nullable MemorySegment memory;
  private long lost;

  /** One message. */
  private static final class Slot {
    final int[] starts = new int[MOST];
    final int[] lengths = new int[MOST];
    long key;
    long touched;
    /** Segments from the first that have all come; octets held; the last segment's number, or -1. */
    int next;

    int octets;
    int last;
    boolean used;
    /** Put together: what comes of it now comes again. */
    boolean done;

    void begin(long name) {
      key = name;
      used = true;
      done = false;
      next = 0;
      octets = 0;
      last = -1;
      Arrays.fill(lengths, -1);
    }

    boolean has(int segment) {
      return lengths[segment] >= 0;
    }
  }

  /** Messages given up. */
  long lost() {
    return lost;
  }

  /**
   * Adds the rest of the cursor as one segment.
   *
   * @param key names the message: request key and direction
   * @param sequence sequence number modulo 256
   * @return a cursor over the whole message when nothing is missing any more, else null
   */
  @Nullable Cursor add(long key, int sequence, boolean moreFollows, long at, Cursor c) {
    Slot slot = find(key, at);
    int octets = c.remaining();
    int segment = slot == null || slot.done ? sequence : slot.next + (byte) (sequence - slot.next);
    if (slot == null && sequence >= WINDOW) {
      lost++;
      return null;
    }
    if (slot != null && slot.done && sequence > 0) {
      c.skip(octets);
      return null;
    }
    if (slot == null || slot.done) {
      slot = slot == null ? free() : slot;
      slot.begin(key);
    }
    slot.touched = at;
    if (segment < 0 || segment < slot.next && segment > 0) {
      c.skip(octets);
      return null;
    }
    if (c.cut() || segment >= MOST || slot.octets + octets > ROOM) {
      giveUp(slot);
      return null;
    }
    if (slot.has(segment)) {
      if (segment > 0 || same(slot, segment, c, octets)) {
        c.skip(octets);
        return null;
      }
      // the first segment of another message under the same invoke identifier
      lost++;
      slot.begin(key);
    }
    return put(slot, segment, moreFollows, c, octets);
  }

  private @Nullable Cursor put(Slot slot, int segment, boolean moreFollows, Cursor c, int octets) {
    slot.starts[segment] = slot.octets;
    slot.lengths[segment] = octets;
    c.copyTo(memory(), base(slot) + slot.octets, octets);
    slot.octets += octets;
    if (!moreFollows) {
      slot.last = segment;
    }
    while (slot.next < MOST && slot.has(slot.next)) {
      slot.next++;
    }
    return slot.last >= 0 && slot.next > slot.last ? together(slot) : null;
  }

  private Cursor together(Slot slot) {
    MemorySegment from = memory();
    int to = SLOTS * ROOM;
    int length = 0;
    for (int i = 0; i <= slot.last; i++) {
      MemorySegment.copy(from, base(slot) + slot.starts[i], from, (long) to + length, slot.lengths[i]);
      length += slot.lengths[i];
    }
    slot.done = true;
    return whole.set(from, to, length, length);
  }

  private boolean same(Slot slot, int segment, Cursor c, int octets) {
    long there = base(slot) + slot.starts[segment];
    return slot.lengths[segment] == octets
        && MemorySegment.mismatch(memory(), there, there + octets, c.segment(), c.offset(), c.offset() + octets) < 0;
  }

  private long base(Slot slot) {
    for (int i = 0; i < SLOTS; i++) {
      if (slots[i] == slot) {
        return (long) i * ROOM;
      }
    }
    throw new IllegalStateException("a slot that is none of ours");
  }

  private void giveUp(Slot slot) {
    slot.used = false;
    lost++;
  }

  private @Nullable Slot find(long key, long at) {
    Slot found = null;
    for (Slot slot : slots) {
      if (slot == null || !slot.used) {
        continue;
      }
      if (at - slot.touched > PATIENCE) {
        slot.used = false;
        lost += slot.done ? 0 : 1;
      } else if (slot.key == key) {
        found = slot;
      }
    }
    return found;
  }

  /** A free slot, or the one that is done or has waited longest. */
  private Slot free() {
    Slot oldest = null;
    for (int i = 0; i < SLOTS; i++) {
      Slot slot = slots[i];
      if (slot == null) {
        slot = new Slot();
        slots[i] = slot;
        return slot;
      }
      if (!slot.used) {
        return slot;
      }
      if (oldest == null || slot.done && !oldest.done || slot.done == oldest.done && slot.touched < oldest.touched) {
        oldest = slot;
      }
    }
    Slot given = Objects.requireNonNull(oldest);
    lost += given.done ? 0 : 1;
    return given;
  }

  private MemorySegment memory() {
    MemorySegment there = memory;
    if (there == null) {
      there = Arena.ofAuto().allocate((long) (SLOTS + 1) * ROOM);
      memory = there;
    }
    return there;
  }
}
