package fr.vigie.sensor.capture;

/**
 * What the writer of a capture file says of one interface beside its packets: an interface statistics block or the drop count of a packet
 * (draft-ietf-opsawg-pcapng §4.6 and §4.3). Counts are since the writer began to listen; {@link #UNSAID} where it does not say.
 *
 * @param origin index of the interface
 * @param at capture time for which it holds, ns
 * @param start capture time at which the writer began to listen, ns, or {@link #UNSAID}
 * @param received frames that the interface received
 * @param droppedByInterface frames that the interface had no room for
 * @param droppedBySystem frames that the operating system dropped
 * @param lost frames lost by either between a packet and the one before it of the same interface; then nothing else is said
 */
public record Statement(int origin, long at, long start, long received, long droppedByInterface, long droppedBySystem, long lost) {
  /** The writer says nothing of it. */
  public static final long UNSAID = -1;

  static Statement lost(int origin, long at, long count) {
    return new Statement(origin, at, UNSAID, UNSAID, UNSAID, UNSAID, count);
  }
}
