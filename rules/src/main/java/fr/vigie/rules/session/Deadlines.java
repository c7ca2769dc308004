package fr.vigie.rules.session;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Times by which something has to happen. Moving a deadline further away costs nothing: it is looked at again when the earlier one comes.
 * Bounded: what finds no room is counted and not watched. Single-threaded.
 *
 * @param <K> what is waited for
 */
final class Deadlines<K> {
  /** When to look at a thing; ties by the order in which they were set. */
  private record Look(long at, long order) implements Comparable<Look> {
    @Override
    public int compareTo(Look other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final int limit;
  private final Map<K, Long> due = new HashMap<>();
  private final PriorityQueue<Look> looks = new PriorityQueue<>();
  private final Map<Look, K> things = new HashMap<>();
  private final ArrayDeque<K> ready = new ArrayDeque<>();
  private long order;
  private long refused;

  /** Watches nothing yet, and will watch at most {@code limit} things. */
  Deadlines(int limit) {
    this.limit = limit;
  }

  /** Sets or moves the deadline of a thing; never to an earlier time than before. */
  void set(K thing, long at) {
    Long before = due.get(thing);
    if (before != null) {
      due.put(thing, Math.max(before, at));
    } else if (due.size() >= limit) {
      refused++;
    } else {
      due.put(thing, at);
      look(thing, at);
    }
  }

  /** Takes out the next thing whose deadline has passed, or null; call until it answers null. */
  @Nullable K passed(long now) {
    while (ready.isEmpty()) {
      Look next = looks.peek();
      if (next == null || next.at > now) {
        return null;
      }
      looks.remove();
      K thing = things.remove(next);
      Long at = thing == null ? null : due.get(thing);
      if (thing == null || at == null) {
        continue;
      }
      if (at > next.at) {
        look(thing, at);
      } else {
        due.remove(thing);
        ready.add(thing);
      }
    }
    return ready.poll();
  }

  /** The deadline of a thing that waits, or {@link Long#MAX_VALUE}. */
  long due(K thing) {
    return due.getOrDefault(thing, Long.MAX_VALUE);
  }

  /** Things that found no room. */
  long refused() {
    return refused;
  }

  private void look(K thing, long at) {
    Look look = new Look(at, order++);
    looks.add(look);
    things.put(look, thing);
  }
}
