package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Observation;
import java.util.Arrays;

/** Where the shards of one thread put what they say, in the order they say it, until somebody takes it on. Belongs to that thread. */
final class Handover {
  private static final int FIRST = 256;
  /** A larger one is let go of once it was emptied: it was a flood. */
  private static final int KEPT = 1 << 16;

  private Observation[] said = new Observation[FIRST];
  private int count;

  void see(Observation observation) {
    if (count == said.length) {
      said = Arrays.copyOf(said, 2 * count);
    }
    said[count++] = observation;
  }

  int count() {
    return count;
  }

  Observation at(int i) {
    return said[i];
  }

  /** The array under it, filled up to {@link #count}; good until the next {@link #see}. */
  Observation[] all() {
    return said;
  }

  /** Gives the array away, see {@link #all}, and begins anew in another. */
  Observation[] exchange(Observation[] empty) {
    Observation[] full = said;
    said = empty;
    count = 0;
    return full;
  }

  /** Forgets everything. */
  @SuppressWarnings("NullAway") // a place beyond the count is null by design
  void clear() {
    if (said.length > KEPT) {
      said = new Observation[FIRST];
    } else {
      Arrays.fill(said, 0, count, null);
    }
    count = 0;
  }
}
