package fr.vigie.sensor.record;

import java.util.ArrayList;
import java.util.List;

/**
 * When recording dropped packets, and why: the last stretches of it. Drops of one cause within a second of each other are one stretch; of
 * more stretches than are kept the oldest is forgotten. Thread-safe.
 */
final class Holes {
  private static final int MOST = 1024;
  private static final long TOGETHER = 1_000_000_000L;
  private static final int CAUSES = 3;

  private final Drop[] cause = new Drop[MOST];
  private final long[] from = new long[MOST];
  private final long[] to = new long[MOST];
  private final long[] packets = new long[MOST];
  private int next;
  private int kept;

  /** Why a packet was not recorded. */
  enum Drop {
    /** The disk is slower than the capture: no memory was free. */
    SLOW_DISK,
    /** The disk is full, or only the reserve is left. */
    FULL_DISK,
    /** The disk failed otherwise. */
    DISK_ERROR;

    String key() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A stretch of capture time in which packets were dropped.
   *
   * @param packets how many
   */
  record Hole(Drop cause, long from, long to, long packets) {}

  synchronized void add(Drop why, long at) {
    for (int i = 1; i <= Math.min(kept, CAUSES); i++) {
      int last = Math.floorMod(next - i, MOST);
      if (cause[last] == why && at - to[last] <= TOGETHER && from[last] - at <= TOGETHER) {
        from[last] = Math.min(from[last], at);
        to[last] = Math.max(to[last], at);
        packets[last]++;
        return;
      }
    }
    cause[next] = why;
    from[next] = at;
    to[next] = at;
    packets[next] = 1;
    next = (next + 1) % MOST;
    kept = Math.min(kept + 1, MOST);
  }

  /** The stretches that touch a time. */
  synchronized List<Hole> within(long start, long end) {
    List<Hole> all = new ArrayList<>();
    for (int i = kept; i > 0; i--) {
      int at = Math.floorMod(next - i, MOST);
      if (from[at] <= end && to[at] >= start) {
        all.add(new Hole(cause[at], from[at], to[at], packets[at]));
      }
    }
    return all;
  }
}
