package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;

import java.util.Arrays;

/**
 * Capture time: monotone, follows accepted packets. A jump of more than five minutes is held until 16 packets or another interface confirm
 * it; until then the odd packet is judged at the watermark and counted as {@code refused.clock_jump}. Time that runs back is judged at the
 * watermark too: by less than five minutes it counts as {@code flow.reordered}, by more as a jump.
 *
 * <p>Where interfaces are listened to, a clock that somebody set back by more than that would stop capture time, and with it all that is told,
 * until it comes where it was. So 16 packets or ticks of an interface confirm that too: from then on its times are shifted by as much as they lag
 * behind, counted as {@code flow.clock_set_back}. When its clock is set forward again the shift goes, with the first packet that is in time without
 * it. Files are not shifted: they end, and their times are evidence.
 */
final class Clock {
  /** What is a jump, ns. */
  static final long JUMP = 300_000_000_000L;

  /** Packets that confirm a jump. */
  static final int CONFIRM = 16;

  private final boolean live;
  private final Counters.Counter jumps;
  private final Counters.Counter reordered;
  private final Counters.Counter setBack;
  private boolean started;
  private long now;
  private int held;
  private int heldOrigin;
  /** By origin: how far its times are shifted, ns, and how many in a row were behind. */
  private long[] shifts = {};

  private int[] behind = {};

  /**
   * Makes a clock that has not begun.
   *
   * @param live whether packets come as they are captured
   */
  Clock(Counters counters, boolean live) {
    this.live = live;
    jumps = counters.counter("refused.clock_jump");
    reordered = counters.counter("flow.reordered");
    setBack = counters.counter("flow.clock_set_back");
  }

  /** The watermark, ns. */
  long now() {
    return now;
  }

  /** How far the times of an origin are to be shifted before they are judged, ns. */
  long shift(int origin) {
    return origin < shifts.length ? shifts[origin] : 0;
  }

  /** Judges a packet's time, shifted, and returns the watermark with it. */
  long accept(long at, int origin) {
    if (!started) {
      started = true;
      now = at;
    } else if (at - now > JUMP) {
      long shift = shift(origin);
      if (shift != 0 && Math.abs(at - shift - now) <= JUMP) {
        shifts[origin] = 0; // without the shift it is in time: its clock is right again
        return accept(at - shift, origin);
      }
      ahead(at, origin);
    } else {
      held = 0;
      if (at >= now) {
        now = at;
        inTime(origin);
      } else if (now - at > JUMP) {
        jumps.increment();
        behind(at, origin);
      } else {
        reordered.increment();
        inTime(origin);
      }
    }
    return now;
  }

  private void ahead(long at, int origin) {
    if (held == 0) {
      heldOrigin = origin;
    }
    if (++held >= CONFIRM || held > 1 && origin != heldOrigin) {
      long shift = shift(origin);
      if (shift != 0) {
        shifts[origin] = 0; // its clock is right again
      }
      now = Math.max(now, at - shift);
      held = 0;
    } else {
      jumps.increment();
    }
  }

  private void inTime(int origin) {
    if (origin < behind.length) {
      behind[origin] = 0;
    }
  }

  private void behind(long at, int origin) {
    if (!live) {
      return;
    }
    if (origin >= behind.length) {
      behind = Arrays.copyOf(behind, origin + 1);
      shifts = Arrays.copyOf(shifts, origin + 1);
    }
    if (++behind[origin] >= CONFIRM) {
      behind[origin] = 0;
      shifts[origin] += now - at;
      setBack.increment();
    }
  }
}
