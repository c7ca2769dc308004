package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

/**
 * Capture time: monotone, follows accepted packets. A jump of more than five minutes is held until 16 packets or another interface confirm
 * it; until then the odd packet is judged at the watermark and counted as {@code refused.clock_jump}. Time that runs back is judged at the
 * watermark too: by less than five minutes it counts as {@code flow.reordered}, by more as a jump.
 */
final class Clock {
  /** What is a jump, ns. */
  static final long JUMP = 300_000_000_000L;

  /** Packets that confirm a jump. */
  static final int CONFIRM = 16;

  private final Counters.Counter jumps;
  private final Counters.Counter reordered;
  private boolean started;
  private long now;
  private int held;
  private int heldOrigin;

  Clock(Counters counters) {
    jumps = counters.counter("refused.clock_jump");
    reordered = counters.counter("flow.reordered");
  }

  /** The watermark, ns. */
  long now() {
    return now;
  }

  /** Judges a packet's time and returns the watermark with it. */
  long accept(long at, int origin) {
    if (!started) {
      started = true;
      now = at;
    } else if (at - now > JUMP) {
      ahead(at, origin);
    } else {
      held = 0;
      if (at >= now) {
        now = at;
      } else if (now - at > JUMP) {
        jumps.increment();
      } else {
        reordered.increment();
      }
    }
    return now;
  }

  private void ahead(long at, int origin) {
    if (held == 0) {
      heldOrigin = origin;
    }
    if (++held >= CONFIRM || held > 1 && origin != heldOrigin) {
      now = at;
      held = 0;
    } else {
      jumps.increment();
    }
  }
}
