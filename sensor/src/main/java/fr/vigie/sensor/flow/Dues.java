package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Observation;
import java.util.Arrays;

/**
 * What fell due at one mark, put in the order of (time, n), in which shards hold their number. Each shard says its own in that order, so what
 * comes is a few long runs, and they are merged two by two. Times and numbers lie in arrays of their own: comparing touches no observation.
 * Belongs to one thread; keeps its arrays.
 */
final class Dues {
  private long[] times = {};
  private int[] numbers = {};
  private int[] order = {};
  private int[] spare = {};
  /** Where each run begins, and behind the last of them the end. */
  private int[] runs = new int[64];

  /** Puts the first {@code count} of them in order; equal ones stay as they came. */
  void sort(Observation[] due, int count) {
    room(count);
    int found = runs(due, count);
    if (found == 1) {
      return;
    }
    while (found > 1) {
      found = pass(found);
    }
    Observation[] sorted = new Observation[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = due[order[i]];
    }
    System.arraycopy(sorted, 0, due, 0, count);
  }

  private void room(int count) {
    if (times.length < count) {
      int size = Math.max(256, Integer.highestOneBit(count) * 2);
      times = new long[size];
      numbers = new int[size];
      order = new int[size];
      spare = new int[size];
    }
  }

  private int runs(Observation[] due, int count) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      Observation o = due[i];
      times[i] = o.at();
      numbers[i] = o.n();
      order[i] = i;
      if (i == 0 || !inOrder(i - 1, i)) {
        if (found + 2 > runs.length) {
          runs = Arrays.copyOf(runs, 2 * runs.length);
        }
        runs[found++] = i;
      }
    }
    runs[found] = count;
    return found;
  }

  private boolean inOrder(int a, int b) {
    return times[a] != times[b] ? times[a] < times[b] : numbers[a] <= numbers[b];
  }

  /** Merges each two neighbours; returns how many are left. */
  private int pass(int found) {
    int left = 0;
    for (int r = 0; r < found; r += 2) {
      int from = runs[r];
      int middle = runs[Math.min(r + 1, found)];
      int to = runs[Math.min(r + 2, found)];
      merge(from, middle, to);
      runs[left++] = from;
    }
    runs[left] = runs[found];
    int[] merged = spare;
    spare = order;
    order = merged;
    return left;
  }

  private void merge(int from, int middle, int to) {
    int a = from;
    int b = middle;
    for (int i = from; i < to; i++) {
      boolean first = b == to || a < middle && inOrder(order[a], order[b]);
      spare[i] = order[first ? a++ : b++];
    }
  }
}
