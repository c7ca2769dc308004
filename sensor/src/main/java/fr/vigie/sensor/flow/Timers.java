package fr.vigie.sensor.flow;

import java.util.Arrays;

/** The heap of what is due, in the order of (time, scheduling). Bounded by the tables whose entries it holds. Single-threaded. */
final class Timers {
  private Timer[] heap = new Timer[256];
  private int size;
  private long orders;

  /** Time of the first one due, or {@link Long#MAX_VALUE}. */
  long next() {
    return size == 0 ? Long.MAX_VALUE : heap[0].due;
  }

  void schedule(Timer timer, long due) {
    cancel(timer);
    timer.due = due;
    timer.order = orders++;
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    up(size++, timer);
  }

  void cancel(Timer timer) {
    int i = timer.slot;
    if (i < 0) {
      return;
    }
    timer.slot = -1;
    Timer last = heap[--size];
    if (i < size) {
      if (i > 0 && before(last, heap[(i - 1) >>> 1])) {
        up(i, last);
      } else {
        down(i, last);
      }
    }
  }

  /** Takes the first one away. */
  Timer take() {
    Timer first = heap[0];
    cancel(first);
    return first;
  }

  private void up(int from, Timer timer) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (!before(timer, heap[parent])) {
        break;
      }
      put(i, heap[parent]);
      i = parent;
    }
    put(i, timer);
  }

  private void down(int from, Timer timer) {
    int i = from;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], timer)) {
        break;
      }
      put(i, heap[child]);
      i = child;
    }
    put(i, timer);
  }

  private void put(int i, Timer timer) {
    heap[i] = timer;
    timer.slot = i;
  }

  private static boolean before(Timer a, Timer b) {
    return a.due != b.due ? a.due < b.due : a.order < b.order;
  }
}
