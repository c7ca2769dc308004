package fr.vigie.sensor.observe;

/**
 * When and where something was observed: the order key {@code (seq, n)} and the packet that proves it.
 *
 * @param seq sequence number the dispatcher gave the packet, from 1, in merged order over all sources
 * @param n index of the observation within that packet, from 0
 * @param at capture time, nanoseconds since 1970-01-01T00:00:00Z
 * @param origin index into the sensor's table of origins (a file or an interface of it)
 * @param packet index of the packet within its file or live session, from 0
 */
public record Stamp(long seq, int n, long at, int origin, long packet) implements Comparable<Stamp> {
  @Override
  public int compareTo(Stamp other) {
    int bySeq = Long.compare(seq, other.seq);
    return bySeq != 0 ? bySeq : Integer.compare(n, other.n);
  }
}
