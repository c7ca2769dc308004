package fr.vigie.web.command;

import java.time.Duration;

/**
 * A fixed amount of work, by which machines and minutes are compared: arithmetic in registers, and a walk through 16 MiB in an order that no
 * prefetcher guesses, in equal parts of the time or so. Never change it: every baseline is a ratio to it.
 */
final class Loop {
  private static final int CELLS = 1 << 21;
  private static final int STEPS = 12_000_000;
  /** What the work must come to; anything else means that it was not done. */
  static final long RESULT = work();

  private Loop() {}

  /** Processor seconds that the work takes now, at most 10 ms off. */
  static double seconds() {
    Duration before = spent();
    long result = work();
    if (result != RESULT) {
      throw new IllegalStateException("the loop came to " + result);
    }
    return Math.max(0.01, spent().minus(before).toMillis() / 1000.0);
  }

  private static Duration spent() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow(() -> new IllegalStateException("this system does not tell processor times"));
  }

  private static long work() {
    long[] cells = new long[CELLS];
    long x = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < CELLS; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      cells[i] = x;
    }
    long sum = 0;
    int at = 0;
    for (int i = 0; i < STEPS; i++) {
      sum += Long.rotateLeft(cells[at] * 0xBF58476D1CE4E5B9L, 27);
      at = (int) (sum ^ i) & CELLS - 1;
    }
    for (int i = 0; i < STEPS * 6; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      sum += x;
    }
    return sum;
  }
}
