package fr.vigie.sensor.health;

import fr.vigie.sensor.capture.Statement;

/**
 * The account of what the writer of a capture file says of one interface: its counts are since it began to listen, judged is what came between two
 * statements, or before the first.
 */
final class Stated {
  private static final long DAY = 86_400_000_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private long at = NEVER;
  private long receivedBefore;
  private long interfaceBefore;
  private long systemBefore;
  private long seenBefore;
  /** Losses told with single packets since the last statement. */
  private long withPackets;

  /** What the last statement covers begins here, ns. */
  private long from;

  private long byInterface;
  private long bySystem;
  private long all;
  private boolean quiet;

  /** Whether a statement speaks of the time of this capture. */
  static boolean fits(Statement s, long start, long now) {
    return start != NEVER && s.at() >= start - DAY && s.at() <= now + DAY;
  }

  /** Losses that came with a packet: the next statement will count them too. */
  void lost(long frames) {
    long sum = withPackets + frames; // both are a file's word
    withPackets = sum < 0 ? Long.MAX_VALUE : sum;
  }

  /**
   * Takes a statement.
   *
   * @param start capture time of the first packet, ns
   * @param seen frames of the interface that were seen so far
   * @return false where it speaks of a time before that of the statement before it: a writer's counts only grow, and so does its time
   */
  boolean take(Statement s, long start, long now, long seen) {
    if (at != NEVER && s.at() < at) {
      return false;
    }
    from = at != NEVER ? at : s.start() == Statement.UNSAID ? start : Math.clamp(s.start(), start - DAY, now + DAY);
    long received = Math.max(0, s.received() - receivedBefore);
    byInterface = Math.max(0, s.droppedByInterface() - interfaceBefore);
    bySystem = Math.max(0, s.droppedBySystem() - systemBefore);
    long told = Math.min(withPackets, byInterface);
    byInterface -= told;
    bySystem -= Math.min(withPackets - told, bySystem);
    long came = Math.max(received, seen - seenBefore);
    all = came + byInterface + bySystem;
    quiet = s.received() != Statement.UNSAID && came == 0;
    at = s.at();
    receivedBefore = Math.max(receivedBefore, s.received());
    interfaceBefore = Math.max(interfaceBefore, s.droppedByInterface());
    systemBefore = Math.max(systemBefore, s.droppedBySystem());
    seenBefore = seen;
    withPackets = 0;
    return true;
  }

  long from() {
    return from;
  }

  /** Length of what the last statement covers, ns. */
  long span() {
    return at - from;
  }

  /** Frames that the interface lost in it, but for those told with packets. */
  long byInterface() {
    return byInterface;
  }

  /** Frames that the system lost in it, but for those told with packets. */
  long bySystem() {
    return bySystem;
  }

  /** Frames that came or were lost in it. */
  long all() {
    return all;
  }

  /** Whether the writer says that nothing was received in it, and nothing is there. */
  boolean quiet() {
    return quiet;
  }
}
