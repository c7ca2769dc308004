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
  /** Five milliseconds of 800,000 packets a second. */
  private static final int SLOTS = 1 << 12;

  /** One cache line per slot: key, place, time, origin, length. */
  private static final int WIDTH = 8;

  private static final int RING = 1 << 20;

  private final MemorySegment ring;
  private final long[] slots = new long[SLOTS * WIDTH];
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
    int slot = ((int) (k ^ k >>> 32) & SLOTS - 1) * WIDTH;
    boolean same = slots[slot] == k && Math.abs(packet.at - slots[slot + 2]) <= WINDOW && slots[slot + 4] == octets
        && written - slots[slot + 1] <= RING - 65536;
    if (same && slots[slot + 3] != from) {
      long at = slots[slot + 1] & RING - 1;
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
    slots[slot] = k;
    slots[slot + 1] = written;
    slots[slot + 2] = packet.at;
    slots[slot + 3] = from;
    slots[slot + 4] = octets;
    written += octets;
    return false;
  }
}
