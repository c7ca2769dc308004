package fr.vigie.sensor.record;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which flows of a segment an address takes part in: chains of flows by what their addresses come to when they are mixed, so that asking for an
 * address costs what it has and not what the segment has. Two addresses may share a chain: whoever asks looks at the flows themselves. IP flows
 * stand under both IP addresses, others under both MAC addresses. One thread.
 */
final class Parties {
  /** The last entry of each chain, and the one before each entry, plus 1; an entry is twice a flow, or one more for its second address. */
  private final int[] heads;

  private final int[] before;

  /** Room for so many flows. */
  Parties(int flows) {
    heads = new int[Math.max(2, Integer.highestOneBit(Math.max(1, flows)) << 1)];
    before = new int[flows * 2];
  }

  void clear() {
    Arrays.fill(heads, 0);
  }

  /** Adds a flow that was not added yet. */
  void add(int flow, long highA, long lowA, long highB, long lowB) {
    enter(flow * 2, highA, lowA);
    enter(flow * 2 + 1, highB, lowB);
  }

  private void enter(int entry, long high, long low) {
    int chain = chain(high, low);
    before[entry] = heads[chain];
    heads[chain] = entry + 1;
  }

  /** Marks the flows that one of these addresses may take part in; two numbers each, as {@link FlowIndex.Matcher#addresses}. */
  BitSet of(long[] addresses) {
    BitSet flows = new BitSet();
    for (int i = 0; i < addresses.length; i += 2) {
      for (int entry = heads[chain(addresses[i], addresses[i + 1])]; entry > 0; entry = before[entry - 1]) {
        flows.set(entry - 1 >> 1);
      }
    }
    return flows;
  }

  /** Whether a flow with these addresses stands in a chain of one of those. */
  boolean reaches(Key k, long[] addresses) {
    int a = chain(k.highA, k.lowA);
    int b = chain(k.highB, k.lowB);
    for (int i = 0; i < addresses.length; i += 2) {
      int chain = chain(addresses[i], addresses[i + 1]);
      if (chain == a || chain == b) {
        return true;
      }
    }
    return false;
  }

  private int chain(long high, long low) {
    return (int) (Key.mix(high, low) & heads.length - 1);
  }

  /** Octets of heap, about. */
  long octets() {
    return 4L * (heads.length + before.length) + 64;
  }
}
