package fr.vigie.sensor.flow;

import java.util.Arrays;

/**
 * The heap of what is due, in the order of (time, scheduling). Times and orders lie in arrays of their own, four children side by side, so
 * that moving an entry touches no timer; a timer that was cancelled or scheduled anew leaves its old entry behind, which is passed over when
 * its turn comes, and swept out when such entries are a quarter, because what they point at cannot be collected before. Bounded by twice the
 * tables whose entries it holds. Single-threaded.
 */
final class Timers {
  private static final int CHILDREN = 4;
  /** So many stale entries are no matter, in each shard. */
  private static final int FEW = 128;

  private long[] dues = new long[256];
  private long[] orders = new long[256];
  private Timer[] timers = new Timer[256];
  private int size;
  private int stale;
  private long scheduled;

  /** Entries that the arrays have room for. */
  int room() {
    return timers.length;
  }

  /** Whether one is due at {@code at}: then {@link #take} takes it. What is not due yet is not looked at, cancelled or not. */
  boolean due(long at) {
    while (size > 0 && dues[0] <= at) {
      if (timers[0].order == orders[0]) {
        return true;
      }
      stale--;
      removeFirst();
    }
    return false;
  }

  void schedule(Timer timer, long due) {
    cancel(timer);
    if (size == timers.length) {
      dues = Arrays.copyOf(dues, size * 2);
      orders = Arrays.copyOf(orders, size * 2);
      timers = Arrays.copyOf(timers, size * 2);
    }
    timer.due = due;
    timer.order = scheduled++;
    up(size++, due, timer.order, timer);
  }

  void cancel(Timer timer) {
    if (timer.order == Timer.IDLE) {
      return;
    }
    timer.order = Timer.IDLE;
    if (++stale > FEW && stale > size / 4) {
      sweep();
    }
  }

  /** Takes away the first one, of which {@link #due} told. */
  Timer take() {
    Timer first = timers[0];
    first.order = Timer.IDLE;
    removeFirst();
    return first;
  }

  private void removeFirst() {
    size--;
    long due = dues[size];
    long order = orders[size];
    Timer last = timers[size];
    clear(size);
    if (size > 0) {
      down(0, due, order, last);
    }
  }

  /** Keeps the entries whose timers still wait for them. */
  private void sweep() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (timers[i].order == orders[i]) {
        put(kept++, dues[i], orders[i], timers[i]);
      }
    }
    for (int i = kept; i < size; i++) {
      clear(i);
    }
    size = kept;
    stale = 0;
    for (int i = (size - 2) / CHILDREN; i >= 0 && size > 1; i--) {
      down(i, dues[i], orders[i], timers[i]);
    }
  }

  private void up(int from, long due, long order, Timer timer) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) / CHILDREN;
      if (!before(due, order, dues[parent], orders[parent])) {
        break;
      }
      put(i, dues[parent], orders[parent], timers[parent]);
      i = parent;
    }
    put(i, due, order, timer);
  }

  private void down(int from, long due, long order, Timer timer) {
    int i = from;
    while (true) {
      int child = CHILDREN * i + 1;
      if (child >= size) {
        break;
      }
      int end = Math.min(child + CHILDREN, size);
      for (int other = child + 1; other < end; other++) {
        if (before(dues[other], orders[other], dues[child], orders[child])) {
          child = other;
        }
      }
      if (!before(dues[child], orders[child], due, order)) {
        break;
      }
      put(i, dues[child], orders[child], timers[child]);
      i = child;
    }
    put(i, due, order, timer);
  }

  private void put(int i, long due, long order, Timer timer) {
    dues[i] = due;
    orders[i] = order;
    timers[i] = timer;
  }

  @SuppressWarnings("NullAway") // an empty place of the heap is null by design
  private void clear(int i) {
    timers[i] = null;
  }

  private static boolean before(long due, long order, long otherDue, long otherOrder) {
    return due != otherDue ? due < otherDue : order < otherOrder;
  }
}
