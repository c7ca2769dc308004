package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.LiveSource;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.health.Doctor;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Gives each packet its sequence number and its time, removes tunnels, drops copies, puts fragments together and deals what is left to the
 * shards, with a mark at each quantum of capture time. What cannot be dealt stays here: the clock, copies, fragments. One thread runs it. One
 * use: one run.
 */
public final class Dispatcher {
  /** Year 2116: a time beyond it is no time, and the difference of two times within it never overflows. */
  private static final long LATEST = 1L << 62;

  private static final long QUANTUM = 100_000_000L;
  static final int PROGRESS = 1 << 14;

  private final SensorOptions options;
  private final Counters counters;
  private final Doctor doctor;
  private final long firstSequence;
  private final List<String> realms = new ArrayList<>();
  private String[] realmNames = {};
  private int[] realmNumbers = {};
  private final Item trace = new Item();

  /**
   * Makes a dispatcher that counts into {@code counters}.
   *
   * @param doctor told of every packet and of the passing of time
   * @param firstSequence sequence number of the first packet, at least 1
   */
  public Dispatcher(SensorOptions options, Counters counters, Doctor doctor, long firstSequence) {
    this.doctor = doctor;
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
    if (options.room() == 0) {
      run(source, new Merger(options, counters, doctor.outlet(sink)), progress);
    } else {
      Lanes lanes = new Lanes(options.room(), counters);
      lanes.run(() -> run(source, new Merger(options, counters, lanes), progress), doctor.outlet(sink));
    }
  }

  private void run(PacketSource source, Merger merger, LongConsumer progress) {
    if (options.pipelines() > 1) {
      run(source, new Crew(options, counters), merger, progress);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      read(source, new Inline(options, counters, arena, merger), arena, progress);
    }
  }

  /** The same with these threads. */
  void run(PacketSource source, Crew crew, Merger merger, LongConsumer progress) {
    crew.run(deck -> {
      try (Arena arena = Arena.ofConfined()) {
        read(source, deck, arena, packets -> { });
      }
    }, merger, progress);
  }

  /**
   * Reads the source to its end and deals it.
   *
   * @param arena of the same thread
   */
  private void read(PacketSource source, Deck deck, Arena arena, LongConsumer progress) {
    Counts counts = new Counts(counters);
    Recorder recorder = options.recorder();
    if (recorder != null) {
      recorder.counts(source::counted);
    }
    Fragments fragments = new Fragments(new Blocks(arena, options.share().streamMemory()), counters);
    Copies copies = new Copies(arena, counters);
    boolean live = source instanceof LiveSource;
    Clock clock = new Clock(counters, live);
    Counters.Counter timesRefused = counters.counter("refused.time_out_of_range");
    int shards = options.shards();
    long seq = firstSequence - 1;
    long now = 0;
    long quantum = Long.MIN_VALUE;
    Item item = deck.blank();
    while (source.next(item.packet)) {
      Packet packet = item.packet;
      if (packet.origin >= realmNames.length) {
        meet(source);
      }
      if (packet.at < 0 || packet.at > LATEST) {
        timesRefused.increment();
        packet.at = packet.at < 0 ? 0 : LATEST;
      }
      if (live) {
        packet.at += clock.shift(packet.origin);
      }
      long at = clock.accept(packet.at, packet.origin);
      long q = Math.floorDiv(at, QUANTUM);
      if (q != quantum) {
        doctor.due(at, seq);
        if (quantum != Long.MIN_VALUE) {
          deck.mark(Item.Kind.MARK, seq, now, at);
        }
        quantum = q;
      }
      now = at;
      if (packet.tick) {
        doctor.tick(packet.origin);
        deck.flush();
        continue;
      }
      if (packet.stated) {
        stated(source);
      }
      seq++;
      counts.packets.increment();
      counts.bytes.add(packet.wire);
      counts.link(packet.linkType);
      Headers headers = item.headers;
      headers.parse(packet.segment, packet.offset, packet.captured, packet.wire, packet.linkType, packet.vlan);
      count(headers, counts);
      int realm = realmNumbers[packet.origin];
      boolean copy = copies.copy(packet, headers, realm);
      doctor.packet(packet, headers, copy);
      if (copy) {
        counts.copies.increment();
      } else {
        item.kind = Item.Kind.PACKET;
        item.seq = seq;
        item.at = at;
        item.realm = realm;
        item.realmName = realmNames[packet.origin];
        item.shard = Dealing.shard(realm, headers, shards);
        item.part = 0;
        if (headers.state == Headers.State.FRAGMENT) {
          trace.follow(item);
          trace.headers.take(headers);
          MemorySegment memory = packet.segment;
          int wire = packet.wire;
          deck.deal();
          reassemble(deck, memory, wire, fragments, counts);
        } else {
          deck.deal();
        }
        item = deck.blank();
      }
      if ((seq & PROGRESS - 1) == 0) {
        progress.accept(seq);
      }
    }
    fragments.end();
    stated(source);
    doctor.end(now, seq);
    deck.mark(Item.Kind.END, seq, now, now);
    progress.accept(seq);
  }

  /** What the writer of the capture says of its interfaces; one of them may have had no packet yet. */
  private void stated(PacketSource source) {
    for (Statement said = source.statement(); said != null; said = source.statement()) {
      if (said.origin() >= realmNames.length) {
        meet(source);
      }
      doctor.stated(said);
    }
  }

  /** Puts a fragment to the others; what they carry may be a tunnel, and within it a fragment again. {@link #trace} holds its headers. */
  private void reassemble(Deck deck, MemorySegment first, int wire, Fragments fragments, Counts counts) {
    Headers headers = trace.headers;
    MemorySegment memory = first;
    int packets = 1;
    long bytes = wire;
    Fragments.Datagram outer = null;
    while (headers.state == Headers.State.FRAGMENT) {
      counts.fragments.increment();
      Fragments.Datagram whole = fragments.add(trace.realm, headers, memory, trace.at, packets, bytes);
      if (outer != null) {
        fragments.done(outer);
      }
      Breach breach = fragments.breach();
      if (breach != null) {
        follow(deck, Item.Kind.BREACH).late = breach;
        deck.deal();
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
      Item item = follow(deck, Item.Kind.WHOLE);
      item.memory = memory;
      item.offset = fragments.offset(whole);
      item.length = whole.length();
      item.packets = packets;
      item.bytes = bytes;
      deck.deal();
    }
    if (outer != null) {
      fragments.done(outer);
    }
  }

  /** The next item of the packet under {@link #trace}. */
  private Item follow(Deck deck, Item.Kind kind) {
    int shard = Dealing.shard(trace.realm, trace.headers, options.shards());
    if (shard != trace.shard) {
      trace.shard = shard;
      trace.part++;
    }
    Item item = deck.blank();
    item.follow(trace);
    item.headers.take(trace.headers);
    item.kind = kind;
    return item;
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

  /** Learns the realms of origins that appeared since. */
  private void meet(PacketSource source) {
    Recorder recorder = options.recorder();
    if (recorder != null) {
      recorder.origins(source.origins());
    }
    List<String> zones = source.realms();
    realmNames = new String[zones.size()];
    realmNumbers = new int[zones.size()];
    doctor.meet(zones);
    for (int i = 0; i < realmNames.length; i++) {
      String realm = zones.get(i);
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
