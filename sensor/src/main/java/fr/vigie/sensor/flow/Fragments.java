package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5): at most 256 datagrams at once, 64 pieces and 65,535 octets each, 30 s of capture
 * time. The first octets to come win; the same octets again are no harm, other octets for the same place are a flaw and void the datagram (RFC
 * 5722 §4). A captured fragment that is shorter than on the wire voids it too. A first fragment too small for its transport header is a flaw
 * and is put together all the same, because the receiver may do so.
 */
final class Fragments {
  private static final int MOST = 256;
  private static final int PIECES = 64;
  private static final long PATIENCE = 30_000_000_000L;

  private final Blocks blocks;
  private final Counters.Counter incomplete;
  private final Counters.Counter evicted;
  private final Counters.Counter cut;
  private final Counters.Counter memory;
  /** Under way in the order of their first fragments; behind them those that can be used again. */
  private final Datagram[] open = new Datagram[MOST + 1];
  private int count;
  private @Nullable Breach breach;

  Fragments(Blocks blocks, Counters counters) {
    this.blocks = blocks;
    incomplete = counters.counter("refused.fragments_incomplete");
    evicted = counters.counter("refused.fragments_evicted");
    cut = counters.counter("refused.fragments_cut");
    memory = counters.counter("refused.fragments_memory");
  }

  /** A datagram under way, or just complete: valid until {@link #done}. */
  static final class Datagram {
    private int realm;
    private int family;
    private int protocol;
    private long identification;
    private long sh;
    private long sl;
    private long th;
    private long tl;
    private long first;
    private long block = Blocks.NONE;
    private int total;
    /** The farthest end of a piece. */
    private int reach;
    private int pieces;
    private boolean void_;
    private final int[] from = new int[PIECES];
    private final int[] to = new int[PIECES];
    int packets;
    long bytes;

    int length() {
      return total;
    }

    /** What its first fragment says it carries. */
    int protocol() {
      return protocol;
    }
  }

  /** What the last {@link #add} found wrong, or null. */
  @Nullable Breach breach() {
    return breach;
  }

  MemorySegment memory(Datagram d) {
    return blocks.segment(d.block);
  }

  long offset(Datagram d) {
    return blocks.offset(d.block);
  }

  /**
   * Takes a fragment; returns the datagram when it is complete, which then belongs to the caller until {@link #done}.
   *
   * @param packets packets that brought the fragment: more than one where it was itself put together
   * @param frames their octets
   */
  @Nullable Datagram add(int realm, Headers h, MemorySegment segment, long at, int packets, long frames) {
    breach = null;
    expire(at);
    int place = find(realm, h);
    if (place < 0) {
      place = begin(realm, h, at);
    }
    Datagram d = open[place];
    d.packets += packets;
    d.bytes += frames;
    if (d.void_) {
      return null;
    }
    if (h.ipPayloadCaptured < h.ipPayloadWire) {
      cut.increment();
      return spoil(d);
    }
    int start = h.fragmentOffset;
    int end = start + h.ipPayloadWire;
    // RFC 791 §3.1, RFC 8200 §3: the total length has 16 bits, in IPv4 with the header
    if (end > (h.family == 4 ? 65_515 : 65_535) || h.moreFragments && (h.ipPayloadWire & 7) != 0 || d.total >= 0 && end > d.total
        || !h.moreFragments && (d.total >= 0 && d.total != end || end < d.reach)) {
      breach = Breach.FRAGMENT_LENGTH;
      return spoil(d);
    }
    if (!room(d, end) || d.pieces == PIECES) {
      memory.increment();
      return spoil(d);
    }
    if (!h.moreFragments) {
      d.total = end;
    }
    if (start == 0) {
      // RFC 8200 §4.5: of the next header fields only the first fragment's counts
      d.protocol = h.protocol;
    }
    if (tiny(h)) {
      breach = Breach.FRAGMENT_TINY;
    }
    d.reach = Math.max(d.reach, end);
    if (!place(d, segment, h.ipPayload, start, end)) {
      breach = Breach.FRAGMENT_OVERLAP;
      return spoil(d);
    }
    if (d.total >= 0 && d.pieces == 1 && d.from[0] == 0 && d.to[0] == d.total) {
      take(place);
      return d;
    }
    return null;
  }

  /**
   * RFC 1858 §3, RFC 7112 §5: a first fragment that leaves the ports or the flags to the next one, which filters then cannot see; nobody's
   * network has an MTU so small (RFC 791 §3.1: 68 octets).
   */
  private static boolean tiny(Headers h) {
    return h.moreFragments && h.fragmentOffset == 0
        && (h.protocol == Headers.TCP && h.ipPayloadWire < 16 || h.protocol == Headers.UDP && h.ipPayloadWire < 8)
        || h.protocol == Headers.TCP && h.fragmentOffset == 8;
  }

  private @Nullable Datagram spoil(Datagram d) {
    d.void_ = true;
    release(d);
    return null;
  }

  /** Lets go of a complete datagram. */
  void done(Datagram d) {
    release(d);
  }

  void end() {
    while (count > 0) {
      lapse(incomplete);
    }
  }

  private void release(Datagram d) {
    if (d.block != Blocks.NONE) {
      blocks.give(d.block);
      d.block = Blocks.NONE;
    }
  }

  private int find(int realm, Headers h) {
    for (int i = 0; i < count; i++) {
      Datagram d = open[i];
      if (d.identification == h.identification && d.sl == h.sourceLow && d.tl == h.targetLow && d.sh == h.sourceHigh && d.th == h.targetHigh
          && d.family == h.family && (d.protocol == h.protocol || h.family == 6) && d.realm == realm) {
        return i;
      }
    }
    return -1;
  }

  private int begin(int realm, Headers h, long at) {
    if (count == MOST) {
      lapse(evicted);
    }
    Datagram d = open[count];
    if (d == null) {
      d = new Datagram();
      open[count] = d;
    }
    d.realm = realm;
    d.family = h.family;
    d.protocol = h.protocol;
    d.identification = h.identification;
    d.sh = h.sourceHigh;
    d.sl = h.sourceLow;
    d.th = h.targetHigh;
    d.tl = h.targetLow;
    d.first = at;
    d.total = -1;
    d.reach = 0;
    d.pieces = 0;
    d.void_ = false;
    d.packets = 0;
    d.bytes = 0;
    return count++;
  }

  private void expire(long at) {
    while (count > 0 && at - open[0].first > PATIENCE) {
      lapse(incomplete);
    }
  }

  /** Gives up the oldest. */
  private void lapse(Counters.Counter why) {
    why.increment();
    release(open[0]);
    take(0);
  }

  /** Takes one from those under way and puts it behind all others, to be used again last: the caller may still read it. */
  private void take(int i) {
    Datagram d = open[i];
    count--;
    System.arraycopy(open, i + 1, open, i, MOST - i);
    open[MOST] = d;
  }

  private boolean room(Datagram d, int octets) {
    if (d.block != Blocks.NONE && blocks.room(d.block) >= octets) {
      return true;
    }
    long bigger = blocks.take(octets);
    if (bigger == Blocks.NONE) {
      return false;
    }
    if (d.block != Blocks.NONE) {
      MemorySegment.copy(blocks.segment(d.block), blocks.offset(d.block), blocks.segment(bigger), blocks.offset(bigger),
          blocks.room(d.block));
      blocks.give(d.block);
    }
    d.block = bigger;
    return true;
  }

  /** Copies a piece to its place and joins it with its neighbours; false where it contradicts what is there. */
  private boolean place(Datagram d, MemorySegment segment, long offset, int start, int end) {
    MemorySegment target = blocks.segment(d.block);
    long base = blocks.offset(d.block);
    for (int i = 0; i < d.pieces; i++) {
      int a = Math.max(start, d.from[i]);
      int b = Math.min(end, d.to[i]);
      if (a < b && MemorySegment.mismatch(segment, offset + a - start, offset + b - start, target, base + a, base + b) >= 0) {
        return false;
      }
    }
    MemorySegment.copy(segment, offset, target, base + start, end - start);
    int from = start;
    int to = end;
    for (int i = d.pieces - 1; i >= 0; i--) {
      if (d.from[i] <= to && d.to[i] >= from) {
        from = Math.min(from, d.from[i]);
        to = Math.max(to, d.to[i]);
        d.pieces--;
        d.from[i] = d.from[d.pieces];
        d.to[i] = d.to[d.pieces];
      }
    }
    d.from[d.pieces] = from;
    d.to[d.pieces++] = to;
    return true;
  }
}
