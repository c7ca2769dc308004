package fr.vigie.sensor.flow;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.MemorySegment;

/**
 * One direction of a TCP connection (RFC 9293 §3.4): puts segments in order and cuts the stream into messages. Segments that arrive in order
 * are read where they lie; what comes too early is held (at most 32 segments and {@code flowMemory} octets, at most one second of capture
 * time), then what is missing is given up as lost and the reading goes on behind it with {@code gap()}. Of overlapping segments the first
 * wins, and a contradiction is a flaw wherever the first one's octets are still there to compare: held, or among the last four delivered.
 *
 * <p>A message of which nobody can say how long it is, is looked at from its beginning with each segment. When that has cost 64 KiB, it waits
 * until a quarter more is there, or the other side speaks, or the connection ends: so that a long message in tiny segments costs no more than
 * a few times its length.
 */
final class Stream extends Timer {
  /** RFC 7323 §2.3: no window is wider than 2^30 octets; what lies further ahead is astray, and no difference of two places overflows. */
  private static final int WIDEST = 1 << 30;

  private static final int MOST_HELD = 32;
  private static final long PATIENCE = 1_000_000_000L;
  /** Farther from what is expected than any window that building equipment opens: believed only when it goes on. */
  private static final int FAR = 4 << 20;
  private static final int STRAYS = 4;
  private static final int RECENT = 4;
  /** Octets that are looked at for one message before it waits for more of them: a dozen segments. */
  private static final int PROMPT = 64 << 10;
  /** Octets that are looked at for one message because the other side spoke, at most: two that conspire do not get round the waiting. */
  private static final int PROMPTED = 4 << 20;
  private static final long[] NONE = {};
  private static final Held NOTHING = new Held(0);

  private final Pipeline pipeline;
  private final Flow flow;
  private final int side;
  private boolean started;
  /** Met under way, with this sequence number first. */
  private boolean joined;
  private int joinedAt;
  private int next;
  private boolean gap;
  /** Whether the gap is the capture's doing, so that what follows may begin anywhere in a message. */
  private boolean outOfStep;
  private long skip;
  /** Whether what is skipped may hold credentials. */
  private boolean secret;
  private int strays;

  private long buffer = Blocks.NONE;
  private int buffered;
  /** Octets the message under way needs in all, or 0 where that is not known. */
  private int need;
  /** Octets looked at for the message under way, and how many of it must be there before it is looked at again. */
  private int looked;

  private int lookAt;

  private int held;
  private int heldOctets;
  private Held early = NOTHING;

  /** Of the segments last delivered, sequence number and length as one number, and the digest behind it. */
  private long[] recents = NONE;

  private int recent;

  /** What came too early, in order; most streams never hold anything, and what many have is kept small. */
  private static final class Held {
    final int[] sequence;
    final int[] wire;
    final int[] captured;
    final long[] block;
    final int[] origin;
    final long[] packet;

    Held(int most) {
      sequence = new int[most];
      wire = new int[most];
      captured = new int[most];
      block = new long[most];
      origin = new int[most];
      packet = new long[most];
    }

    /** Makes room in front of a place. */
    void open(int place, int count) {
      move(place, place + 1, count - place);
    }

    /** Forgets the first. */
    void shift(int left) {
      move(1, 0, left);
    }

    private void move(int from, int to, int count) {
      System.arraycopy(sequence, from, sequence, to, count);
      System.arraycopy(wire, from, wire, to, count);
      System.arraycopy(captured, from, captured, to, count);
      System.arraycopy(block, from, block, to, count);
      System.arraycopy(origin, from, origin, to, count);
      System.arraycopy(packet, from, packet, to, count);
    }
  }

  Stream(Pipeline pipeline, Flow flow, int side) {
    this.pipeline = pipeline;
    this.flow = flow;
    this.side = side;
  }

  /** The connection opens here. */
  void open(int sequence) {
    if (!started) {
      started = true;
      next = sequence + 1;
    }
  }

  /** Whether the stream was met under way, and elsewhere than at {@code sequence}. */
  boolean joined(int sequence) {
    return joined && joinedAt != sequence;
  }

  /** A segment with payload. */
  void segment(int sequence, MemorySegment memory, long offset, int captured, int wire) {
    if (!started) {
      started = true;
      joined = true;
      joinedAt = sequence;
      next = sequence;
      gap = true;
      outOfStep = true;
      pipeline.counts.midstream.increment();
    }
    if (flow.unknown) {
      next = sequence + wire;
      return;
    }
    int ahead = sequence - next;
    if (ahead < 0 || ahead > WIDEST) {
      // 2^31 away is both ahead and behind, and has no negative
      late(sequence, ahead > 0 || ahead == Integer.MIN_VALUE ? Integer.MAX_VALUE : -ahead, memory, offset, captured, wire);
    } else if (ahead > 0) {
      hold(sequence, memory, offset, captured, wire);
    } else {
      inOrder(memory, offset, captured, wire);
    }
  }

  private void inOrder(MemorySegment memory, long offset, int captured, int wire) {
    strays = 0;
    if (held == 0) {
      deliver(memory, offset, captured, wire);
      return;
    }
    int until = early.sequence[0] - next;
    if (wire <= until) {
      deliver(memory, offset, captured, wire);
      drain();
      return;
    }
    compare(next, memory, offset, captured);
    int start = next;
    deliver(memory, offset, Math.min(captured, until), until);
    drain();
    int done = next - start;
    if (done < wire) {
      segment(next, memory, offset + done, Math.max(0, captured - done), wire - done);
    }
  }

  private void late(int sequence, int behind, MemorySegment memory, long offset, int captured, int wire) {
    if (behind >= wire) {
      // RFC 9293 §3.8.4: a keep-alive repeats one octet
      if (wire == 1 && behind == 1) {
        return;
      }
      pipeline.counts.repeated.increment();
      if (repeats(sequence, memory, offset, captured, wire)) {
        return;
      }
      if (behind > FAR && ++strays >= STRAYS) {
        restart(sequence);
        segment(sequence, memory, offset, captured, wire);
      }
      return;
    }
    segment(next, memory, offset + behind, Math.max(0, captured - behind), wire - behind);
  }

  /** Compares a repeated segment with the one delivered, where that is still known. */
  private boolean repeats(int sequence, MemorySegment memory, long offset, int captured, int wire) {
    long place = (long) sequence << 32 | captured;
    for (int i = 0; captured == wire && i < recents.length; i += 2) {
      if (recents[i] == place) {
        if (recents[i + 1] != pipeline.octets.set(memory, offset, captured, wire).fold(captured)) {
          pipeline.breach(flow, side, Breach.TCP_OVERLAP, wire);
        }
        return true;
      }
    }
    return false;
  }

  private void restart(int sequence) {
    pipeline.counts.strays.increment();
    drop();
    release();
    next = sequence;
    gap = true;
    outOfStep = true;
    strays = 0;
  }

  private void deliver(MemorySegment memory, long offset, int captured, int wire) {
    if (captured == wire) {
      if (recents.length == 0) {
        recents = new long[2 * RECENT];
      }
      recents[recent] = (long) next << 32 | captured;
      recents[recent + 1] = pipeline.octets.set(memory, offset, captured, wire).fold(captured);
      recent = recent + 2 & 2 * RECENT - 1;
    }
    next += wire;
    feed(memory, offset, captured, wire);
  }

  /** Takes octets in order. */
  private void feed(MemorySegment memory, long from, int capturedOctets, int wireOctets) {
    long offset = from;
    int captured = capturedOctets;
    int wire = wireOctets;
    if (skip > 0) {
      int passed = (int) Math.min(skip, wire);
      pipeline.body(memory, offset, Math.min(passed, captured), secret);
      skip -= skip == Dissector.UNTIL_CLOSE ? 0 : passed;
      offset += passed;
      captured = Math.max(0, captured - passed);
      wire -= passed;
      if (wire == 0) {
        return;
      }
    }
    if (buffered == 0) {
      run(memory, offset, captured, wire, 0, false);
      return;
    }
    int total = buffered + wire;
    int boundary = buffered;
    if (!append(memory, offset, captured)) {
      abandon(total);
      return;
    }
    if ((need == 0 ? total >= lookAt : total >= need) || captured < wire) {
      int have = buffered;
      pipeline.joined(buffer, have - captured, memory, offset, captured);
      run(pipeline.blocks.segment(buffer), pipeline.blocks.offset(buffer), have, total, boundary, true);
    }
  }

  /**
   * Cuts what is there into messages and keeps the rest.
   *
   * @param boundary where the last segment begins: senders begin messages with segments, so what cannot be read is left there
   */
  private void run(MemorySegment memory, long offset, int captured, int wire, int boundary, boolean inBuffer) {
    int done = 0;
    need = 0;
    while (done < wire) {
      int have = captured - done;
      if (have <= 0 || flow.unknown) {
        gap = true;
        outOfStep = true;
        done = wire;
        break;
      }
      boolean nobodys = flow.known == null;
      int length = frame(memory, offset + done, have, wire - done);
      if (length < 0) {
        if (nobodys) {
          pipeline.body(memory, offset + done, done < boundary && !flow.unknown ? Math.min(have, boundary - done) : have, false);
        }
        gap = true;
        if (done < boundary && !flow.unknown) {
          done = boundary;
          continue;
        }
        done = wire;
        break;
      }
      if (length == Dissector.MORE) {
        if (have < wire - done) {
          pipeline.counts.cut.increment();
          gap = true;
          outOfStep = true;
          done = wire;
        } else {
          lookLater(have);
        }
        break;
      }
      looked = 0;
      lookAt = 0;
      int there = wire - done;
      if (length > there && have == there && length <= pipeline.messageLimit) {
        need = length;
        break;
      }
      if (length > there && have == there) {
        pipeline.counts.tooLong.increment();
        skip = (long) length - there;
        secret = true;
        gap = true;
        done = wire;
        break;
      }
      long body = pipeline.message(flow, side, memory, offset + done, Math.min(have, length), length, gap);
      gap = false;
      outOfStep = false;
      secret = pipeline.secretBody();
      if (length > there) {
        skip = (long) length - there;
        secret = true;
        done = wire;
        break;
      }
      done += length;
      if (body > 0) {
        int passed = (int) Math.min(body, wire - done);
        pipeline.body(memory, offset + done, Math.min(passed, captured - done), secret);
        done += passed;
        skip = body == Dissector.UNTIL_CLOSE ? body : body - passed;
      }
    }
    keep(memory, offset + done, wire - done, inBuffer);
  }

  /** So many octets are no whole message. */
  private void lookLater(int have) {
    boolean prompt = looked <= PROMPT;
    looked += have;
    if (looked > PROMPT) {
      lookAt = have + have / 4;
      if (prompt) {
        pipeline.counts.slowMessages.increment();
      }
    }
  }

  /** The other side speaks, or the connection ends: what waits for more octets may be whole after all. */
  void prompt() {
    if (need == 0 && buffered > 0 && buffered < lookAt && looked < PROMPTED) {
      run(pipeline.blocks.segment(buffer), pipeline.blocks.offset(buffer), buffered, buffered, buffered, true);
    }
  }

  private int frame(MemorySegment memory, long offset, int have, int there) {
    return pipeline.frame(flow, side, pipeline.octets.set(memory, offset, have, there), gap, outOfStep);
  }

  /** Keeps the last octets for the next segment. */
  private void keep(MemorySegment memory, long offset, int octets, boolean inBuffer) {
    if (octets == 0) {
      drop();
      return;
    }
    if (inBuffer) {
      long start = pipeline.blocks.offset(buffer);
      if (offset != start) {
        MemorySegment.copy(memory, offset, memory, start, octets);
      }
      buffered = octets;
      if (octets > pipeline.messageLimit) {
        abandon(octets);
      }
      return;
    }
    buffered = 0;
    if (!append(memory, offset, octets)) {
      abandon(octets);
    }
  }

  private boolean append(MemorySegment memory, long offset, int octets) {
    int wanted = Math.max(buffered + octets, need);
    if (buffer == Blocks.NONE || wanted > pipeline.blocks.room(buffer)) {
      if (wanted > pipeline.messageLimit + 65536 || wanted + heldOctets > pipeline.flowMemory + 65536) {
        return false;
      }
      long bigger = pipeline.blocks.take(wanted);
      if (bigger == Blocks.NONE) {
        pipeline.counts.memory.increment();
        return false;
      }
      if (buffer != Blocks.NONE) {
        MemorySegment.copy(pipeline.blocks.segment(buffer), pipeline.blocks.offset(buffer), pipeline.blocks.segment(bigger),
            pipeline.blocks.offset(bigger), buffered);
        pipeline.blocks.give(buffer);
      }
      buffer = bigger;
    }
    MemorySegment.copy(memory, offset, pipeline.blocks.segment(buffer), pipeline.blocks.offset(buffer) + buffered, octets);
    buffered += octets;
    return true;
  }

  /** Gives up the message under way; where its length is known the stream stays in step. */
  private void abandon(int octetsThere) {
    pipeline.counts.tooLong.increment();
    int wanted = need;
    drop();
    gap = true;
    skip = Math.max(0L, (long) wanted - octetsThere);
    secret = true;
  }

  private void drop() {
    if (buffer != Blocks.NONE) {
      pipeline.blocks.give(buffer);
      buffer = Blocks.NONE;
    }
    buffered = 0;
    need = 0;
    looked = 0;
    lookAt = 0;
  }

  private void hold(int sequence, MemorySegment memory, long offset, int captured, int wire) {
    compare(sequence, memory, offset, captured);
    int from = sequence;
    int end = sequence + wire;
    for (int i = 0; i < held && end - from > 0; i++) {
      int start = early.sequence[i];
      if (start - from > 0) {
        int part = Math.min(start - from, end - from);
        int before = held;
        insert(i, from, memory, offset + (from - sequence), captured - (from - sequence), part);
        i += held - before;
      }
      if (i < held && early.sequence[i] == start && start + early.wire[i] - from > 0) {
        from = start + early.wire[i];
      }
    }
    if (end - from > 0) {
      insert(held, from, memory, offset + (from - sequence), captured - (from - sequence), end - from);
    }
    if (held >= MOST_HELD || heldOctets + buffered > pipeline.flowMemory) {
      lose();
    }
  }

  private void insert(int place, int sequence, MemorySegment memory, long offset, int capturedOctets, int wire) {
    int captured = Math.min(Math.max(0, capturedOctets), wire);
    if (held >= MOST_HELD) {
      pipeline.counts.memory.increment();
      return;
    }
    long block = pipeline.blocks.take(Math.max(1, captured));
    if (block == Blocks.NONE) {
      pipeline.counts.memory.increment();
      return;
    }
    if (early == NOTHING) {
      early = new Held(MOST_HELD);
    }
    early.open(place, held);
    MemorySegment.copy(memory, offset, pipeline.blocks.segment(block), pipeline.blocks.offset(block), captured);
    early.sequence[place] = sequence;
    early.wire[place] = wire;
    early.captured[place] = captured;
    early.block[place] = block;
    early.origin[place] = pipeline.current.origin;
    early.packet[place] = pipeline.current.packet;
    heldOctets += pipeline.blocks.room(block);
    if (held++ == 0) {
      pipeline.timers.schedule(this, pipeline.current.at + PATIENCE);
    }
    pipeline.counts.held.increment();
  }

  /** Compares a segment with what is held of the same place. */
  private void compare(int sequence, MemorySegment memory, long offset, int captured) {
    for (int i = 0; i < held; i++) {
      int from = Math.max(0, early.sequence[i] - sequence);
      int to = Math.min(captured, early.sequence[i] + early.captured[i] - sequence);
      if (from < to) {
        MemorySegment there = pipeline.blocks.segment(early.block[i]);
        long start = pipeline.blocks.offset(early.block[i]) + (sequence + from - early.sequence[i]);
        if (MemorySegment.mismatch(memory, offset + from, offset + to, there, start, start + to - from) >= 0) {
          pipeline.breach(flow, side, Breach.TCP_OVERLAP, captured);
          return;
        }
      }
    }
  }

  /** Delivers what is held and has become due in order. */
  private void drain() {
    while (held > 0 && early.sequence[0] - next <= 0) {
      int behind = next - early.sequence[0];
      int wire = early.wire[0];
      int captured = early.captured[0];
      long block = early.block[0];
      int origin = pipeline.current.origin;
      long packet = pipeline.current.packet;
      pipeline.current.origin = early.origin[0];
      pipeline.current.packet = early.packet[0];
      shift();
      if (behind < wire) {
        deliver(pipeline.blocks.segment(block), pipeline.blocks.offset(block) + behind, Math.max(0, captured - behind), wire - behind);
      }
      pipeline.blocks.give(block);
      pipeline.current.origin = origin;
      pipeline.current.packet = packet;
    }
    if (held == 0) {
      pipeline.timers.cancel(this);
    } else if (!waits()) {
      pipeline.timers.schedule(this, pipeline.current.at + PATIENCE);
    }
  }

  private void shift() {
    heldOctets -= pipeline.blocks.room(early.block[0]);
    held--;
    early.shift(held);
  }

  /** Gives up what is missing in front of the first held segment and goes on with it. */
  private void lose() {
    if (held == 0) {
      return;
    }
    long missing = early.sequence[0] - next & 0xFFFFFFFFL;
    if (missing > FAR && held == 1 && ++strays < STRAYS) {
      // one stray far ahead must not move the stream: a forged segment would blind us; several in a row, each alone, are a long outage
      pipeline.counts.strays.increment();
      pipeline.blocks.give(early.block[0]);
      shift();
      return;
    }
    strays = 0;
    pipeline.counts.gaps.increment();
    pipeline.counts.lost.add(missing);
    passOver(missing);
    next = early.sequence[0];
    drain();
  }

  private void passOver(long missing) {
    if (buffered > 0 && need > buffered) {
      pipeline.message(flow, side, pipeline.blocks.segment(buffer), pipeline.blocks.offset(buffer), buffered, need, gap);
      skip = (long) need - buffered;
      secret = true;
    }
    drop();
    if (skip == Dissector.UNTIL_CLOSE) {
      return;
    }
    long passed = Math.min(skip, missing);
    skip -= passed;
    if (passed < missing) {
      gap = true;
      outOfStep = true;
    }
  }

  @Override
  void fire(long at) {
    pipeline.resume(flow, side, this);
  }

  /** Patience is over, or the flow is: goes on behind what is missing. */
  void giveUp() {
    lose();
  }

  /** The flow is over: delivers what is held and gives all memory back. */
  void end() {
    prompt();
    while (held > 0) {
      lose();
    }
    prompt();
    release();
    drop();
  }

  private void release() {
    while (held > 0) {
      pipeline.blocks.give(early.block[0]);
      shift();
    }
    pipeline.timers.cancel(this);
  }
}
