package fr.vigie.rules.session;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Times by which something has to happen. Moving a deadline further away costs a look-up: it is looked at again when the earlier one comes.
 * Bounded: what finds no room is counted and not watched. Single-threaded.
 *
 * @param <K> what is waited for
 */
final class Deadlines<K> {
  /** A thing that is waited for, and when to look at it; ties by the order in which they were set. */
  private static final class Watch<K> implements Comparable<Watch<K>> {
    final K thing;
    long due;
    long look;
    long order;

    Watch(K thing, long due) {
      this.thing = thing;
      this.due = due;
    }

    @Override
    public int compareTo(Watch<K> other) {
      int byTime = Long.compare(look, other.look);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final int limit;
  private final Map<K, Watch<K>> watches = new HashMap<>();
  private final PriorityQueue<Watch<K>> looks = new PriorityQueue<>();
  /** When the next look is due. */
  private long next = Long.MAX_VALUE;
  private long order;
  private long refused;

  /** Watches nothing yet, and will watch at most {@code limit} things. */
  Deadlines(int limit) {
    this.limit = limit;
  }

  /** Sets or moves the deadline of a thing; never to an earlier time than before. */
  void set(K thing, long at) {
    Watch<K> watch = watches.get(thing);
    if (watch != null) {
      watch.due = Math.max(watch.due, at);
    } else if (watches.size() >= limit) {
      refused++;
    } else {
      watch = new Watch<>(thing, at);
      watches.put(thing, watch);
      look(watch);
    }
  }

  /** Takes out the next thing whose deadline has passed, or null; call until it answers null. */
  @Nullable K passed(long now) {
    while (next <= now) {
      Watch<K> watch = looks.remove();
      next = looks.isEmpty() ? Long.MAX_VALUE : looks.element().look;
      if (watch.due <= watch.look) {
        watches.remove(watch.thing);
        return watch.thing;
      }
      look(watch);
    }
    return null;
  }

  /** Things that found no room. */
  long refused() {
    return refused;
  }

  private void look(Watch<K> watch) {
    watch.look = watch.due;
    watch.order = order++;
    looks.add(watch);
    next = Math.min(next, watch.look);
  }
}
