package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5): at most 256 datagrams at once, 64 fragments each, 30 s of capture time. The first
 * octets to come win; other octets for the same place are a flaw and void the datagram (RFC 5722 §4). A captured fragment that is shorter
 * than on the wire voids it too.
 */
final class Fragments {
  private static final int MOST = 256;
  private static final int PIECES = 64;
  private static final long PATIENCE = 30_000_000_000L;

  private final Blocks blocks;
  private final Counters.Counter incomplete;
  private final Counters.Counter cut;
  private final Counters.Counter memory;
  private final Datagram[] open = new Datagram[MOST];
  private int count;
  private @Nullable Breach breach;

  Fragments(Blocks blocks, Counters counters) {
    this.blocks = blocks;
    incomplete = counters.counter("refused.fragments_incomplete");
    cut = counters.counter("refused.fragments_cut");
    memory = counters.counter("refused.fragments_memory");
  }

  /** A datagram under way, or just complete: valid until {@link #done}. */
  static final class Datagram {
    private int realm;
    private int protocol;
    private long identification;
    private long sh;
    private long sl;
    private long th;
    private long tl;
    private long first;
    private long block = Blocks.NONE;
    private int total = -1;
    private int pieces;
    private boolean void_;
    private final int[] from = new int[PIECES];
    private final int[] to = new int[PIECES];
    int packets;
    long bytes;

    int length() {
      return total;
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

  /** Takes a fragment; returns the datagram when it is complete. */
  @Nullable Datagram add(int realm, Headers h, MemorySegment segment, long at, int frame) {
    breach = null;
    expire(at);
    Datagram d = find(realm, h);
    if (d == null) {
      d = begin(realm, h, at);
    }
    d.packets++;
    d.bytes += frame;
    if (d.void_) {
      return null;
    }
    if (h.ipPayloadCaptured < h.ipPayloadWire) {
      cut.increment();
      d.void_ = true;
      return null;
    }
    int start = h.fragmentOffset;
    int end = start + h.ipPayloadWire;
    if (end > 65535 || h.moreFragments && (h.ipPayloadWire & 7) != 0 || d.total >= 0 && end > d.total
        || !h.moreFragments && d.total >= 0 && d.total != end) {
      breach = Breach.FRAGMENT_LENGTH;
      d.void_ = true;
      return null;
    }
    if (!room(d, end) || d.pieces == PIECES) {
      memory.increment();
      d.void_ = true;
      return null;
    }
    if (!h.moreFragments) {
      d.total = end;
    }
    if (!place(d, segment, h.ipPayload, start, end)) {
      breach = Breach.FRAGMENT_OVERLAP;
      d.void_ = true;
      return null;
    }
    return d.total >= 0 && d.pieces == 1 && d.from[0] == 0 && d.to[0] == d.total ? d : null;
  }

  /** Lets go of a complete datagram. */
  void done(Datagram d) {
    for (int i = 0; i < count; i++) {
      if (open[i].equals(d)) {
        remove(i);
        return;
      }
    }
  }

  void end() {
    while (count > 0) {
      lapse(0);
    }
  }

  private @Nullable Datagram find(int realm, Headers h) {
    for (int i = 0; i < count; i++) {
      Datagram d = open[i];
      if (d.identification == h.identification && d.sl == h.sourceLow && d.tl == h.targetLow && d.sh == h.sourceHigh && d.th == h.targetHigh
          && d.protocol == h.protocol && d.realm == realm) {
        return d;
      }
    }
    return null;
  }

  private Datagram begin(int realm, Headers h, long at) {
    if (count == MOST) {
      lapse(0);
    }
    Datagram d = new Datagram();
    d.realm = realm;
    d.protocol = h.protocol;
    d.identification = h.identification;
    d.sh = h.sourceHigh;
    d.sl = h.sourceLow;
    d.th = h.targetHigh;
    d.tl = h.targetLow;
    d.first = at;
    open[count++] = d;
    return d;
  }

  private void expire(long at) {
    while (count > 0 && at - open[0].first > PATIENCE) {
      lapse(0);
    }
  }

  private void lapse(int i) {
    incomplete.increment();
    remove(i);
  }

  /** Entries stay in the order of their first fragments. */
  private void remove(int i) {
    if (open[i].block != Blocks.NONE) {
      blocks.give(open[i].block);
    }
    count--;
    System.arraycopy(open, i + 1, open, i, count - i);
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
