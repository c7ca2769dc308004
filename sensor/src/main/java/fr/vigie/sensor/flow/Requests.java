package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The acts that await an answer, by key, each for 30 s of capture time: then they are reported as unanswered, in the order in which they were
 * asked. Fixed arrays, so that asking for a key that is not there allocates nothing; what finds no place is counted. Single-threaded.
 *
 * <p>Places are linked in the order of asking, so the first is always the next to run out and one timer does for all. Where a key is taken
 * over, what it named before can no longer be answered: its own 30 s run out.
 */
final class Requests extends Timer {
  private static final long PATIENCE = 30_000_000_000L;
  private static final int NONE = -1;

  private final Current current;
  private final Handover handover;
  private final Timers timers;
  private final Counts counts;

  /** Open addressing: place plus one, 0 where there is none. */
  private int[] table = new int[64];

  private final long[] keys;
  private final long[] until;
  private final @Nullable Act[] acts;
  private final int[] earlier;
  private final int[] later;
  private int first = NONE;
  private int last = NONE;
  private int free = NONE;
  private int used;
  private int open;

  /**
   * Makes an empty table.
   *
   * @param most acts it holds, at least 1
   */
  Requests(Current current, Handover handover, Timers timers, Counts counts, int most) {
    this.current = current;
    this.handover = handover;
    this.timers = timers;
    this.counts = counts;
    keys = new long[most];
    until = new long[most];
    acts = new Act[most];
    earlier = new int[most];
    later = new int[most];
  }

  /** Acts that wait. */
  int open() {
    return open;
  }

  /** The act waits for its answer under this key. */
  void put(long key, Act act) {
    if (open == keys.length) {
      counts.requestsFull.increment();
      return;
    }
    int place = free;
    if (place == NONE) {
      place = used++;
    } else {
      free = later[place];
    }
    keys[place] = key;
    until[place] = current.at + PATIENCE;
    acts[place] = act;
    earlier[place] = last;
    later[place] = NONE;
    if (last == NONE) {
      first = place;
      timers.schedule(this, until[place]);
    } else {
      later[last] = place;
    }
    last = place;
    if (++open * 2 > table.length) {
      grow();
    }
    table[find(key)] = place + 1;
  }

  /** Twice as many slots: of acts that a later one took the key of, none stands there. */
  private void grow() {
    int[] old = table;
    table = new int[2 * old.length];
    for (int place : old) {
      if (place != 0) {
        table[find(keys[place - 1])] = place;
      }
    }
  }

  /** Takes the act under the key out; null where there is none. */
  @Nullable Act take(long key) {
    if (open == 0) {
      return null;
    }
    int slot = find(key);
    if (table[slot] == 0) {
      return null;
    }
    int place = table[slot] - 1;
    clear(slot);
    return release(place);
  }

  @Override
  void fire(long at) {
    while (first != NONE && until[first] <= at) {
      int place = first;
      int slot = find(keys[place]);
      if (table[slot] == place + 1) {
        clear(slot);
      }
      Act act = release(place);
      handover.see(act.ended(current.stamp(act.stamp().origin(), act.stamp().packet()), Outcome.UNANSWERED));
    }
    if (first != NONE) {
      timers.schedule(this, until[first]);
    }
  }

  private Act release(int place) {
    Act act = acts[place];
    if (act == null) {
      throw new IllegalStateException("a free place was linked");
    }
    acts[place] = null;
    if (earlier[place] == NONE) {
      first = later[place];
    } else {
      later[earlier[place]] = later[place];
    }
    if (later[place] == NONE) {
      last = earlier[place];
    } else {
      earlier[later[place]] = earlier[place];
    }
    later[place] = free;
    free = place;
    open--;
    if (open == 0) {
      timers.cancel(this);
    }
    return act;
  }

  /** Slot of the key, or the empty one where it belongs. */
  private int find(long key) {
    int mask = table.length - 1;
    int slot = (int) key & mask;
    while (table[slot] != 0 && keys[table[slot] - 1] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** Empties a slot and moves back what was displaced past it. */
  private void clear(int from) {
    int mask = table.length - 1;
    int hole = from;
    int slot = from;
    while (true) {
      slot = slot + 1 & mask;
      if (table[slot] == 0) {
        break;
      }
      int home = (int) keys[table[slot] - 1] & mask;
      if ((slot - home & mask) >= (slot - hole & mask)) {
        table[hole] = table[slot];
        hole = slot;
      }
    }
    table[hole] = 0;
  }
}
