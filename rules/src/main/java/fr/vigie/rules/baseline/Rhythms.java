package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rhythms of what comes again and again from addresses. Bounded: the one longest without news is forgotten first. What came once takes no
 * more than the time it came. Single-threaded.
 */
public final class Rhythms {
  private final Places places;
  private long[] last;
  private @Nullable Rhythm[] rhythms;
  private boolean learned;

  /** Knows none yet, and will know at most {@code limit}. */
  public Rhythms(int limit) {
    places = new Places(limit);
    last = new long[places.room()];
    rhythms = new Rhythm[places.room()];
  }

  /**
   * A thing came again.
   *
   * @param at capture time, ns
   * @return the divergence of the last 32 intervals, in bits from 0 to 1, or -1 where there is nothing to compare yet
   */
  public double beat(Endpoint from, long thing, long at) {
    int place = places.news(from, thing);
    if (places.room() > last.length) {
      last = Arrays.copyOf(last, places.room());
      rhythms = Arrays.copyOf(rhythms, places.room());
    }
    if (places.fresh()) {
      rhythms[place] = null;
      last[place] = at;
      learned = false;
      return -1;
    }
    Rhythm rhythm = rhythms[place];
    if (rhythm == null) {
      rhythm = new Rhythm();
      rhythms[place] = rhythm;
    }
    double divergence = rhythm.interval(at - last[place]);
    last[place] = at;
    learned = rhythm.learned();
    return divergence;
  }

  /** Whether the one that came last has a rhythm that is learned. */
  public boolean learned() {
    return learned;
  }

  /** Rhythms that had to be forgotten. */
  public long evicted() {
    return places.evicted();
  }
}
