package fr.vigie.sensor.flow;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Knows mirrored copies: the same bytes from another origin (interface, VLAN, TTL or MAC changed) within 5 ms. Repeats from one origin are
 * traffic. Exact, because a guess would let a forged packet hide another: the payload of each packet is kept in a ring of 1 MiB and compared
 * octet by octet; what was overwritten before 5 ms are over is taken for traffic.
 */
final class Copies {
  private static final long WINDOW = 5_000_000;
  private static final int SLOTS = 1 << 14;
  private static final int RING = 1 << 20;

  private final MemorySegment ring;
  private final long[] key = new long[SLOTS];
  private final long[] place = new long[SLOTS];
  private final long[] time = new long[SLOTS];
  private final long[] origin = new long[SLOTS];
  private final int[] length = new int[SLOTS];
  private long written;

  Copies(Arena arena) {
    ring = arena.allocate(RING, 64);
  }

  /** Whether the packet is a copy of one just seen. */
  boolean copy(Packet packet, Headers h) {
    long start;
    int octets;
    long k;
    long from = Hash.mix(packet.origin * 4097L + h.vlan, h.ttl);
    if (h.family != 0) {
      start = h.ipPayload;
      octets = h.ipPayloadCaptured;
      k = Hash.mix(h.sourceLow ^ h.sourceHigh * 31, h.targetLow ^ h.targetHigh * 17);
      k = Hash.mix(k, h.identification << 24 ^ (long) h.fragmentOffset << 8 ^ h.protocol);
      k = Hash.mix(k, (long) h.sequence << 32 | (long) h.ipPayloadWire << 1 | (h.moreFragments ? 1 : 0));
      k = Hash.mix(k, (long) h.tcpChecksum << 32 | (long) h.sourcePort << 16 | h.targetPort);
      from = Hash.mix(Hash.mix(from, h.sourceMac), h.targetMac);
    } else {
      start = packet.offset;
      octets = packet.captured;
      k = Hash.mix(h.sourceMac, h.targetMac ^ packet.wire);
      if (h.state == Headers.State.LINK) {
        start = h.payload;
        octets = h.payloadCaptured;
      } else if (h.state == Headers.State.ARP) {
        octets = Math.min(octets, 28);
        start = packet.offset + packet.captured - octets;
        k = Hash.mix(k, h.boundLow << 16 ^ h.askedLow ^ h.boundMac);
      }
    }
    int slot = (int) (k ^ k >>> 32) & SLOTS - 1;
    boolean same = key[slot] == k && packet.at - time[slot] <= WINDOW && time[slot] - packet.at <= WINDOW && length[slot] == octets
        && written - place[slot] <= RING - 65536;
    if (same && origin[slot] != from) {
      long at = place[slot] & RING - 1;
      if (MemorySegment.mismatch(ring, at, at + octets, packet.segment, start, start + octets) < 0) {
        return true;
      }
    }
    if (octets > 65536) {
      return false;
    }
    long at = written & RING - 1;
    if (at + octets > RING) {
      written += RING - at;
      at = 0;
    }
    MemorySegment.copy(packet.segment, start, ring, at, octets);
    key[slot] = k;
    place[slot] = written;
    time[slot] = packet.at;
    origin[slot] = from;
    length[slot] = octets;
    written += octets;
    return false;
  }
}
