package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.protocol.Decoding;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.record.Track;
import fr.vigie.sensor.wire.Breach;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * From headers to observations: flows, contacts, streams, recognition, of the addresses of one shard. Everything it keeps belongs to it and to
 * one thread, see {@link Shards}; what is due by capture time is fired at marks, in the order (time, scheduling).
 */
final class Pipeline {
  private static final Cite ARP_CITE = new Cite("RFC 826", "Packet Reception");
  private static final Cite ND_CITE = new Cite("RFC 4861", "7.2.3");
  private static final int SIGHTING_SECONDS = 60;
  private static final long SIGHTING = SIGHTING_SECONDS * 1_000_000_000L;
  /** Places of the flow tables of all shards together that are looked at in each quantum. */
  private static final int SWEPT = 256;
  /** Marks from one count of what the tables did to the next. */
  private static final int COUNTED = 8;

  private static final long HANDSHAKE = 30_000_000_000L;

  private final boolean vlansAreIdentity;
  private final Endpoints endpoints;
  private final News sightings;
  private final News bindings;
  private final Handover handover;
  private final Talks talks;
  private final Flows flows;
  private final Readings readings;
  private final Folds folds;
  private final Reporter reporter;
  private final Recognition recognition;
  private final @Nullable Decoding decoding;
  private final @Nullable Track track;
  private final FlowKey key = new FlowKey();
  private final Cursor cursor = new Cursor();
  private final Counters.Counter interned;
  private final int swept;
  private int marks;
  private long refused;
  private String realmName = "";
  /** The flow of the packet under way. */
  private @Nullable Flow tracked;
  private int realm;

  final Current current;
  final Timers timers = new Timers();
  /** The cursor of all streams: none of them needs it for longer than one question. */
  final Cursor octets = new Cursor();

  final Counts counts;
  final Blocks blocks;
  final int messageLimit;
  final int flowMemory;

  Pipeline(SensorOptions options, Counters counters, Counts counts, Blocks blocks, Handover handover,
      @Nullable Track track) {
    this.counts = counts;
    this.blocks = blocks;
    this.handover = handover;
    vlansAreIdentity = options.vlansAreIdentity();
    messageLimit = options.messageLimit();
    flowMemory = options.flowMemory();
    endpoints = new Endpoints(options.interned());
    Counters.Counter forgotten = counters.counter("refused.news_evicted");
    News news = new News(options.news(), 0, forgotten);
    sightings = new News(options.endpoints(), 0, forgotten);
    bindings = new News(options.endpoints(), 1, forgotten);
    News claims = new News(options.endpoints(), 1, forgotten);
    News memory = new News(options.requests(), 2, counters.counter("refused.memory_evicted"));
    News behaviours = new News(options.requests(), 2, counters.counter("refused.behaviours_evicted"));
    current = new Current(endpoints, news, memory, behaviours);
    talks = new Talks(current, handover, timers, options.contacts(), counters);
    flows = new Flows(this, options.flows(), counters);
    readings = new Readings(current, handover, timers, counts, options.points());
    folds = new Folds(current, handover, timers, counts);
    decoding = options.decoding();
    Transcript transcript = decoding == null ? Transcript.OFF : decoding;
    Requests requests = new Requests(current, handover, timers, counts, options.requests());
    reporter = new Reporter(current, handover, counts, requests, readings, folds, news, claims, transcript, options.seals());
    this.track = track;
    reporter.track = track;
    recognition = new Recognition(options.dissectors().get(), counters);
    interned = counters.counter("refused.endpoints_full");
    swept = Math.max(1, SWEPT / options.shards());
  }

  /** Fires what is due up to {@code at}. */
  void advance(long at) {
    while (timers.due(at)) {
      Timer timer = timers.take();
      current.at = Math.max(current.at, timer.due);
      timer.fire(timer.due);
    }
    current.at = at;
  }

  void sweep(long at) {
    flows.sweep(swept, at);
    if (++marks % COUNTED == 0) {
      count();
    }
  }

  /** Counts what the tables did since they were last asked. */
  private void count() {
    interned.add(endpoints.overflow() - refused);
    refused = endpoints.overflow();
    counts.flowProbes.add(flows.probes());
    counts.contactProbes.add(talks.probes());
    counts.pointProbes.add(readings.probes());
    counts.endpointProbes.add(endpoints.probes());
  }

  /** Ends everything, in a fixed order. */
  void end() {
    flows.end();
    folds.fire(current.at);
    readings.fire(current.at);
    talks.end();
    count();
  }

  /** What follows is of a packet with these headers, of this capture zone. {@link #current} holds its order and time. */
  void begin(Headers h, String realmText, int realmNumber) {
    realmName = realmText;
    realm = vlansAreIdentity ? realmNumber * 4097 + h.vlan + 1 : realmNumber;
    current.vlan = h.vlan;
    current.hops = h.ttl;
    endpoints.seenOn(h.vlan);
  }

  /** Reads a packet whose headers were parsed. */
  void packet(Packet packet, Headers h) {
    if (track == null) {
      read(packet.segment, h, packet.wire, 1, packet.wire);
    } else {
      tracked = null;
      track.begin(packet, h);
      read(packet.segment, h, packet.wire, 1, packet.wire);
      record(track, h);
    }
  }

  /** Reads what fragments put together: a datagram, or what a tunnel within it carries. */
  void whole(MemorySegment memory, Headers h, int wire, int packets, long bytes) {
    read(memory, h, wire, packets, bytes);
  }

  private void read(MemorySegment memory, Headers h, int wire, int packets, long bytes) {
    Breach breach = h.breach;
    if (breach != null) {
      breach(h, breach, wire);
    }
    switch (h.state) {
      case UDP -> datagram(memory, h, packets, bytes);
      case TCP -> stream(memory, h, packets, bytes);
      case ARP -> {
        counts.arp.increment();
        if (h.boundLow == 0) {
          lone(h);
        } else {
          bound(4, 0, h.boundLow, h.boundMac, "arp", ARP_CITE, Sighting.How.ARP);
        }
        resolution(memory, h);
      }
      case LINK -> link(memory, h, packets, bytes);
      case ICMP -> icmp(memory, h, packets, bytes);
      case IP -> {
        counts.otherIp.increment();
        plain(h, IpNames.of(h.protocol), "ip", true, packets, bytes, memory);
      }
      case BROKEN, CUT -> {
        if (breach == null) {
          counts.cutHeaders.increment();
        }
        if (h.family != 0) {
          sight(h);
        } else {
          lone(h);
        }
      }
      case UNKNOWN_LINK -> counts.unknownLink.increment();
      case FRAGMENT -> sight(h);
    }
  }

  /** The packet goes to the recorder, with what is known of it by now. */
  private void record(Track recording, Headers h) {
    Flow flow = tracked;
    if (flow == null) {
      recording.end(h, null, true, true);
      return;
    }
    Known known = flow.known;
    boolean guarded = known != null && known.dissector.secrets();
    flow.treatment = recording.treat(flow.treatment, known == null ? null : known.name, guarded, flow.protocol == Headers.TCP, flow.endA,
        flow.endB, flow.serverPort());
    recording.end(h, flow.treatment, key.side == flow.client, flow.unknown);
  }

  /** Octets of a stream lie in its buffer behind {@code before} others. */
  void joined(long buffer, int before, MemorySegment memory, long offset, int captured) {
    if (track != null) {
      track.joined(blocks.segment(buffer), blocks.offset(buffer) + before, memory, offset, captured);
    }
  }

  /** Octets of a stream are passed over unread. */
  void body(MemorySegment memory, long offset, int octets, boolean secret) {
    if (track != null && !secret) {
      track.body(memory, offset, octets);
    }
  }

  /** Whether the last message said that its body may hold credentials. */
  boolean secretBody() {
    return reporter.secretBody;
  }

  // ---- who

  private int vlanKey() {
    return vlansAreIdentity ? current.vlan : Endpoint.NO_VLAN;
  }

  private Endpoint end(int family, long high, long low) {
    return endpoints.ip(realmName, family, high, low, Endpoint.NO_MAC, vlanKey());
  }

  private Endpoint station(long mac) {
    return endpoints.mac(realmName, mac, vlanKey());
  }

  /** A MAC address that speaks below IP, or whose IP address cannot be told. */
  private void lone(Headers h) {
    if (individual(h.sourceMac) && sightings.fresh(Hash.mix(Hash.mix(realm, h.sourceMac), -1), current.at, SIGHTING_SECONDS)) {
      handover.see(new Sighting(current.stamp(), station(h.sourceMac), carrier(h), null, Sighting.How.FRAME));
    }
  }

  private static String carrier(Headers h) {
    return h.etherType == Headers.MSTP ? "mstp" : "ethernet";
  }

  private static boolean individual(long mac) {
    return mac > 0 && (mac >>> 40 & 1) == 0;
  }

  /** The pair of source addresses of a frame. */
  private void sight(Headers h) {
    boolean address = h.sourceLow != 0 || h.sourceHigh != 0;
    if (!address || groupAddress(h.family, h.sourceHigh, h.sourceLow)) {
      lone(h);
      return;
    }
    long print = Hash.mix(Hash.mix(Hash.mix(realm, h.sourceLow), h.sourceHigh), h.sourceMac);
    if (sightings.fresh(print, current.at, SIGHTING_SECONDS)) {
      long mac = individual(h.sourceMac) ? h.sourceMac : Endpoint.NO_MAC;
      Endpoint who = endpoints.ip(realmName, h.family, h.sourceHigh, h.sourceLow, mac, vlanKey());
      handover.see(new Sighting(current.stamp(), who, "ethernet", null, Sighting.How.FRAME));
    }
  }

  private static boolean groupAddress(int family, long high, long low) {
    return family == 4 ? low >>> 28 == 0xE || low == 0xFFFFFFFFL : high >>> 56 == 0xFF;
  }

  /** An address and the MAC address that claims it: told when new, when it changes, and each 60 s. */
  private void bound(int family, long high, long low, long mac, String protocol, Cite cite, Sighting.How how) {
    if (!individual(mac) || groupAddress(family, high, low)) {
      return;
    }
    long print = Hash.mix(Hash.mix(realm + family, low), high);
    boolean changed = bindings.changed(print, mac, current.at);
    if (sightings.fresh(Hash.mix(Hash.mix(print, mac), how.ordinal() + 1L), current.at, SIGHTING_SECONDS) || changed) {
      Endpoint who = endpoints.ip(realmName, family, high, low, mac, vlanKey());
      handover.see(new Sighting(current.stamp(), who, protocol, cite, how));
    }
  }

  // ---- flaws of headers

  private void breach(Headers h, Breach breach, int wire) {
    counts.of(breach).increment();
    Endpoint who;
    Endpoint whom;
    if (h.family != 0) {
      who = end(h.family, h.sourceHigh, h.sourceLow);
      whom = end(h.family, h.targetHigh, h.targetLow);
    } else if (h.sourceMac != Endpoint.NO_MAC) {
      who = station(h.sourceMac);
      whom = station(h.targetMac);
    } else {
      // nobody can be named: the counter alone tells
      return;
    }
    folds.count(who, whom, breach.layer(), breach.cite(), breach.kind(), h.breachOffset, wire);
  }

  /** A breach that a stream or the fragments found. */
  void breach(Flow flow, int side, Breach breach, int length) {
    counts.of(breach).increment();
    folds.count(flow.end(side), flow.end(1 - side), breach.layer(), breach.cite(), breach.kind(), 0, length);
  }

  void breach(Headers h, Breach breach) {
    breach(h, breach, h.ipPayloadWire);
  }

  // ---- protocols on the link layer

  private void link(MemorySegment memory, Headers h, int packets, long bytes) {
    lone(h);
    Known[] candidates = recognition.link(h.etherType);
    if (candidates.length == 0 || h.sourceMac == Endpoint.NO_MAC) {
      counts.linkOther.increment();
      return;
    }
    portless(station(h.sourceMac), station(h.targetMac), Hash.mix(Math.min(h.sourceMac, h.targetMac), Math.max(h.sourceMac, h.targetMac)));
    for (Known known : candidates) {
      cursor.set(memory, h.payload, h.payloadCaptured, h.payloadWire);
      current.protocol = known.number;
      int length = recognition.frame(known, cursor, current);
      if (length > 0) {
        Talk talk = talks.find(current.source, current.target, 0, known.name, carrier(h), (h.targetMac >>> 40 & 1) == 1);
        if (talk != null) {
          talks.count(talk, true, packets, bytes);
        }
        dissect(known, talk, memory, h.payload, Math.min(length, h.payloadCaptured), length);
        if (talk != null) {
          talks.open(talk);
        }
        return;
      }
      known.unframed.increment();
    }
  }

  /** Who speaks to whom without ports. */
  private void portless(Endpoint source, Endpoint target, long flow) {
    current.source = source;
    current.target = target;
    current.sourcePort = 0;
    current.targetPort = 0;
    current.serverPort = 0;
    current.fromClient = true;
    current.gap = false;
    current.recognised = false;
    current.flow = flow;
  }

  /** ARP is no contact: its bindings are sightings, and what else it says is for its dissector. */
  private void resolution(MemorySegment memory, Headers h) {
    Known[] candidates = recognition.link(Headers.ARP);
    if (candidates.length != 0 && h.sourceMac != Endpoint.NO_MAC) {
      portless(station(h.sourceMac), station(h.targetMac), Hash.mix(h.boundLow, h.askedLow));
      portless(candidates[0], null, memory, h);
    }
  }

  /** The one message of a packet without ports; the exchange is set. */
  private void portless(Known known, @Nullable Talk talk, MemorySegment memory, Headers h) {
    cursor.set(memory, h.payload, h.payloadCaptured, h.payloadWire);
    current.protocol = known.number;
    int length = recognition.frame(known, cursor, current);
    if (length > 0) {
      dissect(known, talk, memory, h.payload, Math.min(length, h.payloadCaptured), length);
    } else {
      known.unframed.increment();
    }
  }

  // ---- flows

  private Flow flow(Headers h) {
    key.set(realm, h);
    return flow(h, flows.find(key), false);
  }

  /**
   * The flow of the packet, whose key is set.
   *
   * @param found what the table has under the key
   * @param anew whether the packet opens another one all the same
   */
  private Flow flow(Headers h, @Nullable Flow found, boolean anew) {
    Flow flow = found;
    if (flow != null && (anew || Flows.over(flow, current.at))) {
      flows.remove(flow);
      ended(flow);
      flow = null;
    }
    if (flow == null) {
      long id = Hash.mix(key.hash, current.seq);
      Endpoint source = end(h.family, h.sourceHigh, h.sourceLow);
      Endpoint target = end(h.family, h.targetHigh, h.targetLow);
      flow = key.side == 0 ? new Flow(this, key, id, source, target, current.at) : new Flow(this, key, id, target, source, current.at);
      flow.group = groupAddress(h.family, h.targetHigh, h.targetLow) || h.targetMac != Endpoint.NO_MAC && (h.targetMac >>> 40 & 1) == 1;
      flow.client = client(h, flow.group);
      flow.firstOrigin = current.origin;
      flow.firstPacket = current.packet;
      flows.add(flow);
    }
    tracked = flow;
    flow.last = current.at;
    flow.lastOrigin = current.origin;
    flow.lastPacket = current.packet;
    if (key.side == 0) {
      if (flow.macA != h.sourceMac || current.at >= flow.sightA) {
        flow.macA = h.sourceMac;
        flow.sightA = current.at + SIGHTING;
        sight(h);
      }
    } else if (flow.macB != h.sourceMac || current.at >= flow.sightB) {
      flow.macB = h.sourceMac;
      flow.sightB = current.at + SIGHTING;
      sight(h);
    }
    return flow;
  }

  /** The side that opened the flow, as far as its first packet tells. */
  private int client(Headers h, boolean group) {
    int sender = key.side;
    int other = 1 - sender;
    if (group) {
      return sender;
    }
    boolean tcp = h.protocol == Headers.TCP;
    if (tcp && (h.flags & 2) != 0) {
      return (h.flags & 16) != 0 ? other : sender;
    }
    if (tcp && (h.flags & 4) != 0 && h.sequence == 0) {
      // a reset that answers a SYN
      return other;
    }
    boolean namesSource = recognition.names(tcp, h.sourcePort);
    boolean namesTarget = recognition.names(tcp, h.targetPort);
    if (namesSource != namesTarget) {
      return namesTarget ? sender : other;
    }
    if (namesTarget) {
      return sender;
    }
    return h.sourcePort < h.targetPort ? other : sender;
  }

  private void speak(Flow flow, int side) {
    current.source = flow.end(side);
    current.target = flow.end(1 - side);
    current.sourcePort = flow.port(side);
    current.targetPort = flow.port(1 - side);
    current.serverPort = flow.serverPort();
    current.fromClient = side == flow.client;
    current.flow = flow.id;
    current.gap = false;
    current.recognised = flow.known != null;
  }

  private void datagram(MemorySegment memory, Headers h, int packets, long bytes) {
    counts.udp.increment();
    Flow flow = flow(h);
    int side = key.side;
    speak(flow, side);
    Known found = null;
    int length = 0;
    if (h.payloadWire > 0 && h.payloadCaptured > 0) {
      cursor.set(memory, h.payload, h.payloadCaptured, h.payloadWire);
      found = flow.known;
      if (found != null) {
        current.protocol = found.number;
        length = recognition.frame(found, cursor, current);
        if (length <= 0) {
          found.unframed.increment();
          found = null;
        }
      }
      if (found == null && flow.known == null) {
        found = recognition.ask(false, cursor, current, flow.serverPort(), flow.clientPort(), !flow.unknown);
        length = recognition.answer();
        if (found == null && !flow.unknown && flow.tried(side)) {
          flow.unknown = true;
          counts.unknownFlows.increment();
        }
      }
      if (found == null && flow.known != null && flow.missed(false)) {
        flow.known = null;
        counts.disowned.increment();
      }
    }
    if (found != null) {
      flow.known = found;
      flow.unknown = false;
      flow.hit();
    }
    Talk talk = talk(flow, found != null ? found.name : flow.known != null ? flow.known.name : "udp", "udp");
    if (talk != null) {
      tally(talk, flow, side, packets, bytes);
    }
    if (found != null) {
      dissect(found, talk, memory, h.payload, Math.min(length, h.payloadCaptured), length);
    }
    if (talk != null) {
      talks.open(talk);
    }
  }

  /** The contact of a flow under this name. */
  private @Nullable Talk talk(Flow flow, String name, String transport) {
    Talk talk = flow.talk;
    if (talk == null || talk.closed || !talk.protocol.equals(name)) {
      int side = flow.client;
      int port = flow.protocol == Headers.UDP || flow.protocol == Headers.TCP ? flow.serverPort() : 0;
      talk = talks.find(flow.end(side), flow.end(1 - side), port, name, transport, flow.group);
      flow.talk = talk;
    }
    return talk;
  }

  private void tally(Talk talk, Flow flow, int side, long packets, long bytes) {
    talks.count(talk, side == flow.client, packets, bytes);
    if (side != flow.client) {
      talks.answer(talk, Contact.Answer.ANSWERED);
    }
  }

  /** Protocols without ports; {@code memory} where a dissector may read them. */
  private void plain(Headers h, String name, String transport, boolean fromClient, int packets, long bytes, @Nullable MemorySegment memory) {
    h.sourcePort = 0;
    h.targetPort = 0;
    Flow flow = flow(h);
    int side = key.side;
    if (flow.talk == null) {
      flow.client = fromClient ? side : 1 - side;
    }
    Talk talk = talk(flow, name, transport);
    if (talk != null) {
      tally(talk, flow, side, packets, bytes);
    }
    Known known = memory == null ? null : recognition.protocol(h.protocol);
    if (known != null && memory != null) {
      speak(flow, side);
      portless(known, talk, memory, h);
    }
    if (talk != null) {
      talks.open(talk);
    }
  }

  private void icmp(MemorySegment memory, Headers h, int packets, long bytes) {
    counts.icmp.increment();
    boolean v4 = h.protocol == Headers.ICMP;
    if (!v4 && h.type >= 130 && h.type <= 143) {
      sight(h);
      if ((h.type == 135 || h.type == 136) && (h.boundLow != 0 || h.boundHigh != 0)) {
        bound(6, h.boundHigh, h.boundLow, h.boundMac, "icmpv6", ND_CITE, Sighting.How.ND);
      }
      Known known = recognition.protocol(Headers.ICMPV6);
      if (known != null) {
        portless(end(6, h.sourceHigh, h.sourceLow), end(6, h.targetHigh, h.targetLow), Hash.mix(h.sourceLow, h.targetLow));
        portless(known, null, memory, h);
      }
      return;
    }
    boolean unreachable = v4 ? h.type == 3 && h.code != 4 : h.type == 1;
    if (unreachable || (v4 ? h.type == 3 || h.type == 4 || h.type == 5 || h.type == 11 || h.type == 12 : h.type <= 4)) {
      sight(h);
      if (unreachable && h.causeFamily != 0) {
        refused(h);
      }
      return;
    }
    boolean reply = v4 ? h.type == 0 || h.type == 14 : h.type == 129;
    plain(h, v4 ? "icmp" : "icmpv6", "icmp", !reply, packets, bytes, null);
  }

  /** RFC 792: the packet in the error says which contact was refused; believed only of a flow that was seen. */
  private void refused(Headers h) {
    boolean ports = h.causeProtocol == Headers.UDP || h.causeProtocol == Headers.TCP;
    key.set(realm, h.causeProtocol, h.causeFamily, h.causeSourceHigh, h.causeSourceLow, h.causeTargetHigh, h.causeTargetLow,
        ports ? h.causeSourcePort : 0, ports ? h.causeTargetPort : 0);
    Flow flow = flows.find(key);
    if (flow != null && key.side == flow.client) {
      Talk talk = flow.talk;
      if (talk == null && flow.protocol == Headers.TCP) {
        settle(flow, "tcp", Contact.Answer.REFUSED);
      } else if (talk != null && talk.answer != Contact.Answer.ANSWERED) {
        talks.answer(talk, Contact.Answer.REFUSED);
      }
    }
  }

  // ---- streams

  private void stream(MemorySegment memory, Headers h, int packets, long bytes) {
    counts.tcp.increment();
    boolean syn = (h.flags & 2) != 0;
    boolean ack = (h.flags & 16) != 0;
    key.set(realm, h);
    Flow before = flows.find(key);
    // a SYN with another sequence number, or after the end, opens a new connection between the same ports
    boolean anew = before != null && syn && !ack
        && (before.closed || (before.syn ? before.synSequence != h.sequence : before.joined(key.side, h.sequence + 1)));
    Flow flow = flow(h, before, anew);
    int side = key.side;
    if (syn && !ack) {
      flow.client = side;
      flow.syn = true;
      flow.synSequence = h.sequence;
    }
    speak(flow, side);
    if (flow.talk == null) {
      if (side == 0) {
        flow.packetsA += packets;
        flow.bytesA += bytes;
      } else {
        flow.packetsB += packets;
        flow.bytesB += bytes;
      }
      if (!flow.waits() && flow.packetsA + flow.packetsB == packets) {
        timers.schedule(flow, current.at + Talks.SILENCE);
      }
    } else {
      Talk talk = talk(flow, flow.talk.protocol, "tcp");
      if (talk != null) {
        tally(talk, flow, side, packets, bytes);
      }
    }
    boolean reset = (h.flags & 4) != 0;
    if (!reset && (syn || h.payloadWire > 0)) {
      segment(flow, side, memory, h, syn);
    }
    if (reset) {
      reset(flow, side);
    } else if ((h.flags & 1) != 0) {
      if (side == 0) {
        flow.finA = true;
      } else {
        flow.finB = true;
      }
      flow.closed = flow.finA && flow.finB;
      if (flow.closed && flow.talk == null) {
        settle(flow, "tcp", null);
      }
    }
    Talk talk = flow.talk;
    if (talk != null) {
      talks.open(talk);
    }
  }

  private void segment(Flow flow, int side, MemorySegment memory, Headers h, boolean syn) {
    if (flow.unknown) {
      return;
    }
    Stream stream = side == 0 ? flow.streamA : flow.streamB;
    if (stream == null) {
      stream = new Stream(this, flow, side);
      if (side == 0) {
        flow.streamA = stream;
      } else {
        flow.streamB = stream;
      }
    }
    int sequence = h.sequence;
    if (syn) {
      stream.open(sequence);
      sequence++;
    }
    if (h.payloadWire > 0) {
      Stream other = side == 0 ? flow.streamB : flow.streamA;
      if (other != null) {
        other.prompt();
        speak(flow, side);
      }
      stream.segment(sequence, memory, h.payload, h.payloadCaptured, h.payloadWire);
    }
  }

  private void reset(Flow flow, int side) {
    flow.closed = true;
    Talk talk = flow.talk;
    boolean byServer = side != flow.client;
    boolean first = (side == 0 ? flow.packetsA : flow.packetsB) <= 1;
    if (talk == null) {
      settle(flow, "tcp", byServer && first ? Contact.Answer.REFUSED : null);
    }
  }

  /** Gives a flow whose protocol nobody knows, or will know, its contact. */
  private void settle(Flow flow, String name, Contact.@Nullable Answer answer) {
    Talk talk = talk(flow, name, "tcp");
    timers.cancel(flow);
    if (talk == null) {
      return;
    }
    boolean answered = flow.answered();
    boolean clientIsA = flow.client == 0;
    talks.begin(talk, flow);
    talks.carry(talk, flow, clientIsA ? flow.packetsA : flow.packetsB, clientIsA ? flow.bytesA : flow.bytesB,
        clientIsA ? flow.packetsB : flow.packetsA, clientIsA ? flow.bytesB : flow.bytesA);
    flow.packetsA = 0;
    flow.packetsB = 0;
    flow.bytesA = 0;
    flow.bytesB = 0;
    if (answer != null) {
      talks.answer(talk, answer);
    } else if (answered) {
      talks.answer(talk, Contact.Answer.ANSWERED);
    }
    talks.open(talk);
  }

  /** A TCP flow without a protocol has waited: silent, or open without a word. */
  void undetermined(Flow flow) {
    if (flow.talk != null) {
      return;
    }
    boolean answered = flow.answered();
    if (answered && current.at - flow.first < HANDSHAKE) {
      timers.schedule(flow, flow.first + HANDSHAKE);
      return;
    }
    locate(flow);
    settle(flow, "tcp", answered ? null : Contact.Answer.SILENT);
  }

  /** What surrounds a flow that is handled outside of a packet of its own: its realm, and its last packet as proof. */
  private void locate(Flow flow) {
    realmName = flow.endA.realm();
    endpoints.seenOn(Endpoint.NO_VLAN);
    current.vlan = Endpoint.NO_VLAN;
    current.origin = flow.lastOrigin;
    current.packet = flow.lastPacket;
  }

  /**
   * What the framing of the flow's protocol says of a stream; recognises it where it is not known yet.
   *
   * @param gap whether something is missing in front
   * @param outOfStep whether it is the capture that lacks it: then the rest of a long message is no sign of another protocol
   */
  int frame(Flow flow, int side, Cursor there, boolean gap, boolean outOfStep) {
    speak(flow, side);
    current.gap = gap;
    Known known = flow.known;
    if (known != null) {
      current.protocol = known.number;
      int length = recognition.frame(known, there, current);
      if (length < 0) {
        known.unframed.increment();
        if (flow.missed(outOfStep)) {
          flow.known = null;
          flow.unknown = true;
          counts.disowned.increment();
        }
      }
      return length;
    }
    Known found = recognition.ask(true, there, current, flow.serverPort(), flow.clientPort(), true);
    int length = recognition.answer();
    if (length > 0) {
      flow.known = found;
      flow.hit();
    } else if (flow.tried(side)) {
      flow.unknown = true;
      counts.unknownFlows.increment();
      settle(flow, "tcp", null);
      return Dissector.NOT_MINE;
    }
    return length;
  }

  /** A whole message of a stream, or what the capture has of it; returns how many octets of body follow that nobody reads. */
  long message(Flow flow, int side, MemorySegment memory, long offset, int captured, int length, boolean gap) {
    Known known = flow.known;
    if (known == null) {
      return 0;
    }
    speak(flow, side);
    current.gap = gap;
    flow.hit();
    Talk talk = flow.talk;
    if (talk == null) {
      talk = talk(flow, known.name, "tcp");
      if (talk != null) {
        long packets = flow.packetsA + flow.packetsB;
        if (packets > 0) {
          name(flow, talk);
        }
      }
    } else if (!talk.protocol.equals(known.name)) {
      talk = talk(flow, known.name, "tcp");
    }
    dissect(known, talk, memory, offset, captured, length);
    long body = known.dissector.skip(current);
    if (talk != null) {
      talks.open(talk);
    }
    return Math.max(0, body);
  }

  /** Moves what a flow counted so far into its contact, which {@link #message} opens after the first message. */
  private void name(Flow flow, Talk talk) {
    timers.cancel(flow);
    boolean clientIsA = flow.client == 0;
    talks.begin(talk, flow);
    talks.carry(talk, flow, clientIsA ? flow.packetsA : flow.packetsB, clientIsA ? flow.bytesA : flow.bytesB,
        clientIsA ? flow.packetsB : flow.packetsA, clientIsA ? flow.bytesB : flow.bytesA);
    if (flow.answered()) {
      talks.answer(talk, Contact.Answer.ANSWERED);
    }
    flow.packetsA = 0;
    flow.packetsB = 0;
    flow.bytesA = 0;
    flow.bytesB = 0;
  }

  /** A stream has waited long enough for what is missing. */
  void resume(Flow flow, int side, Stream stream) {
    locate(flow);
    speak(flow, side);
    stream.giveUp();
  }

  /** A flow leaves the table. */
  void ended(Flow flow) {
    // a packet may be under way that pushed this flow out
    String realmUnderWay = realmName;
    int vlan = current.vlan;
    int origin = current.origin;
    long packet = current.packet;
    locate(flow);
    Stream a = flow.streamA;
    Stream b = flow.streamB;
    if (a != null) {
      a.end();
    }
    if (b != null) {
      b.end();
    }
    // a cancelled timer may keep the flow for a while, and it is the streams that are large
    flow.streamA = null;
    flow.streamB = null;
    if (flow.talk == null && flow.protocol == Headers.TCP) {
      settle(flow, "tcp", null);
    }
    timers.cancel(flow);
    realmName = realmUnderWay;
    current.vlan = vlan;
    endpoints.seenOn(vlan);
    current.origin = origin;
    current.packet = packet;
  }

  // ---- messages

  private void dissect(Known known, @Nullable Talk talk, MemorySegment memory, long offset, int captured, int length) {
    current.protocol = known.number;
    reporter.protocol = known.name;
    reporter.talk = talk;
    if (decoding != null) {
      decoding.about(current.at, current.origin, current.packet, current.vlan, current.source, current.sourcePort, current.target,
          current.targetPort);
    }
    cursor.set(memory, offset, captured, length);
    reporter.secretBody = false;
    reporter.part = false;
    if (track != null) {
      track.message(memory, offset);
    }
    known.dissector.dissect(cursor, current, reporter);
    if (!reporter.part) {
      known.messages.increment();
    }
    if (track != null) {
      track.read(memory, offset, cursor.ok() ? captured : cursor.failedAt());
    }
    if (!cursor.ok()) {
      if (cursor.cut() || captured < length) {
        counts.cut.increment();
      } else {
        folds.count(current.source, current.target, known.name, known.dissector.cite(), "short", cursor.failedAt(), length);
      }
    }
    cursor.clear();
  }
}
