package fr.vigie.sensor.flow;

import fr.vigie.sensor.wire.Headers;

/**
 * The choice of the shard: by capture zone and the pair of inner addresses, the same both ways. Not by ports, because contacts, requests and
 * answers live by addresses. An ICMP error goes where the packet it quotes went; what binds an address to a MAC address goes by that address,
 * so that one shard sees every claim to it; frames without addresses go by their MAC addresses.
 */
final class Dealing {
  private Dealing() {}

  /** The shard of a packet, 0 to {@code shards - 1}. */
  static int shard(int realm, Headers h, int shards) {
    long key;
    if (h.family == 0) {
      boolean binds = h.state == Headers.State.ARP && h.boundLow != 0;
      key = binds ? one(0, h.boundLow) : pair(0, h.sourceMac, 0, h.targetMac);
    } else if (h.state != Headers.State.ICMP) {
      key = pair(h.sourceHigh, h.sourceLow, h.targetHigh, h.targetLow);
    } else if (h.causeFamily != 0) {
      key = pair(h.causeSourceHigh, h.causeSourceLow, h.causeTargetHigh, h.causeTargetLow);
    } else if (h.boundHigh != 0 || h.boundLow != 0) {
      key = one(h.boundHigh, h.boundLow);
    } else {
      key = pair(h.sourceHigh, h.sourceLow, h.targetHigh, h.targetLow);
    }
    // the upper half of the product: without a division, and even for any number of shards
    return (int) ((Hash.mix(key, realm) >>> 32) * shards >>> 32);
  }

  private static long one(long high, long low) {
    return Hash.mix(high, low);
  }

  /** Sum and difference of two do not know which came first, and together name both. */
  private static long pair(long highA, long lowA, long highB, long lowB) {
    long a = lowA + highA * 0x9E3779B97F4A7C15L;
    long b = lowB + highB * 0x9E3779B97F4A7C15L;
    return Hash.mix(a + b, a ^ b);
  }
}
