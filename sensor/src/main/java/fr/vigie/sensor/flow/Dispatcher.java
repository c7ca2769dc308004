package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Gives each packet its sequence number and its time, removes tunnels, drops copies, puts fragments together and feeds the pipeline. One
 * thread runs all of it. One use: one run.
 */
public final class Dispatcher {
  /** Year 2116: a time beyond it is no time, and the difference of two times within it never overflows. */
  private static final long LATEST = 1L << 62;

  private static final long QUANTUM = 100_000_000L;
  private static final int PROGRESS = 1 << 14;

  private final SensorOptions options;
  private final Counters counters;
  private final long firstSequence;
  private final List<String> realms = new ArrayList<>();
  private String[] realmNames = {};
  private int[] realmNumbers = {};

  /** Makes a dispatcher that counts into {@code counters}. */
  public Dispatcher(SensorOptions options, Counters counters) {
    this(options, counters, 1);
  }

  /**
   * The same, numbering packets from another number on.
   *
   * @param firstSequence sequence number of the first packet, at least 1
   */
  public Dispatcher(SensorOptions options, Counters counters, long firstSequence) {
    this.options = options;
    this.counters = counters;
    this.firstSequence = firstSequence;
  }

  /**
   * Reads the source to its end.
   *
   * @param progress told, every 16,384 packets, how many have been read
   */
  public void run(PacketSource source, Sink sink, LongConsumer progress) {
    try (Arena arena = Arena.ofConfined()) {
      run(source, sink, progress, arena);
    }
  }

  private void run(PacketSource source, Sink sink, LongConsumer progress, Arena arena) {
    Counts counts = new Counts(counters);
    Blocks blocks = new Blocks(arena, options.streamMemory());
    Handover handover = new Handover(sink, counters);
    Pipeline pipeline = new Pipeline(options, counters, counts, blocks, handover);
    Fragments fragments = new Fragments(blocks, counters);
    Copies copies = new Copies(arena, counters);
    Clock clock = new Clock(counters);
    Headers headers = new Headers();
    Packet packet = new Packet();
    Current current = pipeline.current;
    current.seq = firstSequence - 1;
    Counters.Counter timesRefused = counters.counter("refused.time_out_of_range");
    long quantum = Long.MIN_VALUE;
    while (source.next(packet)) {
      if (packet.origin >= realmNames.length) {
        meet(source.origins());
      }
      if (packet.at < 0 || packet.at > LATEST) {
        timesRefused.increment();
        packet.at = packet.at < 0 ? 0 : LATEST;
      }
      long at = clock.accept(packet.at, packet.origin);
      pipeline.advance(at);
      long q = Math.floorDiv(at, QUANTUM);
      if (q != quantum) {
        if (quantum != Long.MIN_VALUE) {
          pipeline.sweep(at);
          handover.quantum(current.seq, at);
        }
        quantum = q;
      }
      if (packet.tick) {
        continue;
      }
      current.seq++;
      current.n = 0;
      current.origin = packet.origin;
      current.packet = packet.index;
      counts.packets.increment();
      counts.bytes.add(packet.wire);
      counts.link(packet.linkType);
      headers.parse(packet.segment, packet.offset, packet.captured, packet.wire, packet.linkType, packet.vlan);
      count(headers, counts);
      int realm = realmNumbers[packet.origin];
      if (copies.copy(packet, headers, realm)) {
        counts.copies.increment();
      } else {
        String realmName = realmNames[packet.origin];
        pipeline.packet(packet, headers, realmName, realm);
        if (headers.state == Headers.State.FRAGMENT) {
          reassemble(packet, headers, pipeline, fragments, realm);
        }
      }
      if ((current.seq & PROGRESS - 1) == 0) {
        progress.accept(current.seq);
      }
    }
    fragments.end();
    pipeline.end();
    handover.quantum(current.seq, current.at);
    progress.accept(current.seq);
  }

  private static void count(Headers h, Counts counts) {
    if (h.family == 4) {
      counts.ipv4.increment();
    } else if (h.family == 6) {
      counts.ipv6.increment();
    }
    if (h.tunnels > 0) {
      counts.tunnels.increment();
    }
  }

  /** Puts a fragment to the others; what they carry may be a tunnel, and within it a fragment again. */
  private static void reassemble(Packet packet, Headers headers, Pipeline pipeline, Fragments fragments, int realm) {
    MemorySegment memory = packet.segment;
    int packets = 1;
    long bytes = packet.wire;
    Fragments.Datagram outer = null;
    while (headers.state == Headers.State.FRAGMENT) {
      pipeline.counts.fragments.increment();
      Fragments.Datagram whole = fragments.add(realm, headers, memory, pipeline.current.at, packets, bytes);
      if (outer != null) {
        fragments.done(outer);
      }
      Breach breach = fragments.breach();
      if (breach != null) {
        pipeline.breach(headers, breach);
      }
      if (whole == null) {
        return;
      }
      outer = whole;
      memory = fragments.memory(whole);
      packets = whole.packets;
      bytes = whole.bytes;
      headers.protocol = whole.protocol();
      headers.resume(memory, fragments.offset(whole), whole.length());
      pipeline.whole(memory, headers, whole.length(), packets, bytes);
    }
    if (outer != null) {
      fragments.done(outer);
    }
  }

  /** Learns the realms of origins that appeared since. */
  private void meet(List<Origin> origins) {
    realmNames = new String[origins.size()];
    realmNumbers = new int[origins.size()];
    for (int i = 0; i < realmNames.length; i++) {
      String realm = origins.get(i).realm();
      int number = realms.indexOf(realm);
      if (number < 0) {
        number = realms.size();
        realms.add(realm);
      }
      realmNames[i] = realms.get(number);
      realmNumbers[i] = number;
    }
  }
}
