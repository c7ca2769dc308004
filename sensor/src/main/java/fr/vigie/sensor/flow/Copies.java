package fr.vigie.sensor.flow;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.CopyPair;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Knows mirrored copies: the same bytes from another origin (interface, VLAN, TTL, MAC or mirror session changed) of the same capture zone
 * within 5 ms, and counts them per pair of origins. Repeats from one origin are traffic: a packet that came n times from one origin has at
 * most n copies from another. An IP identification proves nothing by itself: the payload of each packet is kept in 1 MiB of pages and
 * compared octet by octet, because a guess would let a forged packet hide another; what was overwritten before 5 ms are over is taken for
 * traffic.
 */
final class Copies {
  private static final long WINDOW = 5_000_000;
  /** Five milliseconds of 800,000 packets a second. */
  private static final int SLOTS = 1 << 12;

  private static final int RING = 1 << 20;
  private static final int LONGEST = 1 << 16;
  /**
   * The ring is written page by page, always in the first page that the window has left behind: at the pace of most captures two pages do,
   * and the processor's cache is left to others.
   */
  private static final int PAGE_BITS = 14;

  private static final int PAGE = 1 << PAGE_BITS;

  private static final int PAGES = RING >>> PAGE_BITS;

  /** Slots are taken leaf by leaf in the same way: those that the captures of most networks need stay in the processor's nearest cache. */
  private static final int LEAF_BITS = 5;

  private static final int LEAVES = SLOTS >>> LEAF_BITS;

  /**
   * Longs of a slot, two cache lines: what a packet without a copy touches is in the first. Then for each of three origins its place, its
   * road (MAC addresses and mirror session) and how often it brought the packet, but for the first origin's, which is in the first line.
   */
  private static final int WIDTH = 16;

  private static final int KEY = 0;
  private static final int PLACE = 1;
  private static final int TIME = 2;
  private static final int OCTETS = 3;
  private static final int KNOWN = 4;
  private static final int ORIGIN = 5;
  private static final int ORIGINS = 3;

  private static final int PAIRS = 64;
  private static final long NEVER = -1L << 61;

  private final MemorySegment ring;
  private final long[] slots = new long[SLOTS * WIDTH];
  /** By the lower bits of a key, the upper half of the last such and the number of its slot. */
  private final int[] tags = new int[SLOTS];

  private final int[] numbers = new int[SLOTS];
  /** Next free slot of the leaf under way, and its end; when each leaf was last needed. */
  private int freeSlot;

  private int endSlot;
  private final long[] leafTimes = new long[LEAVES];

  private final Cursor bytes = new Cursor();
  /** Next free octet of the page under way, and its end. */
  private int free;

  private int end;
  /** When each page was last needed, and how often it was begun: an entry is worth something until its page begins anew. */

  private final long[] pageTimes = new long[PAGES];
  private final int[] pageRounds = new int[PAGES];

  private final Counters counters;
  private final long[] pairs = new long[PAIRS];
  private final Counters.Counter[] pairCounts = new Counters.Counter[PAIRS];
  private final Counters.Counter otherPairs;
  private int pairCount;

  Copies(Arena arena, Counters counters) {
    ring = arena.allocate(RING, 64);
    Arrays.fill(pageTimes, NEVER);
    Arrays.fill(leafTimes, NEVER);
    this.counters = counters;
    otherPairs = counters.counter("copies.other");
  }

  /**
   * Whether the packet is a copy of one just seen; then it is counted for its pair.
   *
   * @param realm number of the packet's capture zone
   */
  boolean copy(Packet packet, Headers h, int realm) {
    MemorySegment memory = packet.segment;
    long start;
    int octets;
    long k;
    if (h.family != 0) {
      start = h.ipPayload;
      octets = h.ipPayloadCaptured;
      k = (h.sourceLow ^ h.sourceHigh * 31) * 0x9E3779B97F4A7C15L + (h.targetLow ^ h.targetHigh * 17) * 0xC2B2AE3D27D4EB4FL
          + (h.identification << 24 ^ (long) h.fragmentOffset << 8 ^ h.protocol) * 0x165667B19E3779F9L;
    } else {
      boolean known = h.state == Headers.State.LINK || h.state == Headers.State.ARP;
      start = known ? h.payload : packet.offset;
      octets = known ? h.payloadCaptured : packet.captured;
      k = (h.sourceMac ^ (long) h.etherType << 20) * 0x9E3779B97F4A7C15L + h.targetMac * 0xC2B2AE3D27D4EB4FL;
    }
    bytes.set(memory, start, octets, octets);
    if (octets >= 20) {
      // ports, sequence and checksum of TCP; ports, length, checksum and the first octets of UDP
      long first = Long.reverseBytes(bytes.u64());
      long second = Long.reverseBytes(bytes.u64());
      // the last four of the second and the four behind
      long third = second >>> 32 | Integer.toUnsignedLong(Integer.reverseBytes((int) bytes.u32())) << 32;
      k += first * 0xBF58476D1CE4E5B9L + second * 0x94D049BB133111EBL ^ third;
      bytes.seek(0);
    }
    k = Hash.mix(k, (long) realm << 32 | octets);
    long place = ((long) packet.origin << 13 | h.vlan + 1) << 8 | h.ttl;
    long road = h.sourceMac * 31 + h.targetMac + h.way;
    int home = (int) k & SLOTS - 1;
    int tag = (int) (k >>> 32);
    if (tags[home] == tag) {
      int known = numbers[home] * WIDTH;
      if (slots[known + KEY] == k && kept(known, memory, start, octets, packet.at)) {
        return again(known, place, road, packet.at);
      }
    }
    if (octets > LONGEST) {
      return false;
    }
    int at = room(octets, packet.at);
    bytes.copyTo(ring, at, octets);
    int number = slot(packet.at);
    int slot = number * WIDTH;
    tags[home] = tag;
    numbers[home] = number;
    slots[slot + KEY] = k;
    slots[slot + PLACE] = (long) round(at, octets) << 32 | at;
    slots[slot + TIME] = packet.at;
    slots[slot + OCTETS] = octets;
    slots[slot + KNOWN] = 1;
    slots[slot + ORIGIN] = place;
    slots[slot + ORIGIN + 1] = road;
    slots[slot + ORIGIN + 2] = 1;
    return false;
  }

  /** Whether the slot's packet is within the window, still in the ring, and of the same octets; then it is needed for a window more. */
  private boolean kept(int slot, MemorySegment memory, long start, int octets, long now) {
    if (Math.abs(now - slots[slot + TIME]) > WINDOW || slots[slot + OCTETS] != octets || !intact(slots[slot + PLACE], octets)) {
      return false;
    }
    long at = (int) slots[slot + PLACE];
    if (MemorySegment.mismatch(ring, at, at + octets, memory, start, start + octets) >= 0) {
      return false;
    }
    touch((int) at, octets, now);
    leafTimes[slot / WIDTH >>> LEAF_BITS] = now;
    return true;
  }

  /** A free slot: of the leaf under way, else of the first that the window has left behind, or of the next where there is none. */
  private int slot(long now) {
    if (freeSlot == endSlot) {
      int leaf = 0;
      while (leaf < LEAVES && Math.abs(now - leafTimes[leaf]) <= WINDOW) {
        leaf++;
      }
      freeSlot = leaf < LEAVES ? leaf << LEAF_BITS : endSlot & SLOTS - 1;
      endSlot = freeSlot + (1 << LEAF_BITS);
    }
    leafTimes[freeSlot >>> LEAF_BITS] = now;
    return freeSlot++;
  }

  /** Place for so many octets side by side: in the page under way, else in the first pages that the window has left behind. */
  private int room(int octets, long now) {
    if (Math.max(octets, 1) > end - free) {
      int wanted = Math.max(1, octets + PAGE - 1 >>> PAGE_BITS);
      int page = old(wanted, now);
      for (int begun = page; begun < page + wanted; begun++) {
        pageRounds[begun]++;
      }
      free = page << PAGE_BITS;
      end = page + wanted << PAGE_BITS;
    }
    int at = free;
    free += octets;
    touch(at, octets, now);
    return at;
  }

  private int old(int wanted, long now) {
    int run = 0;
    for (int page = 0; page < PAGES; page++) {
      run = Math.abs(now - pageTimes[page]) > WINDOW ? run + 1 : 0;
      if (run == wanted) {
        return page + 1 - wanted;
      }
    }
    // more than the ring holds within the window: the next pages, whatever they hold
    int next = end >>> PAGE_BITS;
    return next + wanted <= PAGES ? next : 0;
  }

  private void touch(int at, int octets, long now) {
    for (int page = at >>> PAGE_BITS; page <= last(at, octets); page++) {
      pageTimes[page] = now;
    }
  }

  private static int last(int at, int octets) {
    return at + Math.max(octets, 1) - 1 >>> PAGE_BITS;
  }

  /** The sum of the rounds of the pages that hold the octets: another one as soon as any of them begins anew. */
  private int round(int at, int octets) {
    int sum = 0;
    for (int page = at >>> PAGE_BITS; page <= last(at, octets); page++) {
      sum += pageRounds[page];
    }
    return sum;
  }

  private boolean intact(long place, int octets) {
    return round((int) place, octets) == (int) (place >>> 32);
  }

  /** The same bytes once more: a copy as long as another origin brought them more often. */
  private boolean again(int slot, long place, long road, long at) {
    int known = (int) slots[slot + KNOWN];
    int mine = -1;
    int most = -1;
    for (int i = 0; i < known; i++) {
      int o = slot + ORIGIN + 3 * i;
      if (slots[o] == place && slots[o + 1] == road) {
        mine = o;
      } else if (most < 0 || slots[o + 2] > slots[most + 2]) {
        most = o;
      }
    }
    if (mine < 0) {
      if (known == ORIGINS) {
        // a fourth way of the same packet: a copy of the first, whatever the others did
        count(slots[slot + ORIGIN], place);
        return true;
      }
      mine = slot + ORIGIN + 3 * known;
      slots[mine] = place;
      slots[mine + 1] = road;
      slots[mine + 2] = 0;
      slots[slot + KNOWN] = known + 1L;
    }
    slots[mine + 2]++;
    if (most >= 0 && slots[mine + 2] <= slots[most + 2]) {
      count(slots[most], place);
      return true;
    }
    slots[slot + TIME] = at;
    return false;
  }

  private void count(long first, long other) {
    long pair = first >>> 8 << 32 | other >>> 8;
    for (int i = 0; i < pairCount; i++) {
      if (pairs[i] == pair) {
        pairCounts[i].increment();
        return;
      }
    }
    // an origin's index takes part with 19 bits: more interfaces than a machine has
    if (pairCount == PAIRS) {
      otherPairs.increment();
      return;
    }
    CopyPair name = new CopyPair((int) (first >>> 21), (int) (first >>> 8 & 0x1FFF) - 1, (int) (other >>> 21), (int) (other >>> 8 & 0x1FFF) - 1);
    pairs[pairCount] = pair;
    pairCounts[pairCount] = counters.counter(name.counter());
    pairCounts[pairCount++].increment();
  }
}
