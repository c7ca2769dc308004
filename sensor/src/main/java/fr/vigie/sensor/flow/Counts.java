package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Counters.Counter;
import fr.vigie.sensor.wire.Breach;
import java.util.Locale;

/** The flow layer's counters, looked up once. What each counts is its name; the groups are told in {@link Counters}. */
final class Counts {
  final Counter packets;
  final Counter bytes;
  final Counter unknownLink;
  final Counter cutHeaders;
  final Counter copies;
  final Counter arp;
  final Counter ipv4;
  final Counter ipv6;
  final Counter udp;
  final Counter tcp;
  final Counter icmp;
  final Counter otherIp;
  final Counter linkOther;
  final Counter fragments;
  final Counter tunnels;
  final Counter cut;
  final Counter tooLong;
  final Counter memory;
  final Counter strays;
  final Counter gaps;
  final Counter lost;
  final Counter held;
  final Counter repeated;
  final Counter midstream;
  final Counter slowMessages;
  final Counter requestsFull;
  final Counter pointsFull;
  final Counter notNumbers;
  final Counter flawsFull;
  final Counter unknownFlows;
  final Counter disowned;
  final Counter claimsCut;
  /** Where the texts of acts and points are kept short. */
  final Texts texts;
  final Counter flowProbes;
  final Counter contactProbes;
  final Counter pointProbes;
  final Counter endpointProbes;
  private final Counter[] breaches = new Counter[Breach.values().length];
  private final Counter[] links = new Counter[512];
  private final Counters all;

  Counts(Counters all) {
    this.all = all;
    packets = all.counter("packets");
    bytes = all.counter("bytes");
    unknownLink = all.counter("refused.link_type_unknown");
    cutHeaders = all.counter("refused.cut_headers");
    copies = all.counter("refused.copies");
    arp = all.counter("layer.arp");
    ipv4 = all.counter("layer.ipv4");
    ipv6 = all.counter("layer.ipv6");
    udp = all.counter("layer.udp");
    tcp = all.counter("layer.tcp");
    icmp = all.counter("layer.icmp");
    otherIp = all.counter("layer.ip_other");
    linkOther = all.counter("layer.link_other");
    fragments = all.counter("layer.fragments");
    tunnels = all.counter("layer.tunnels");
    cut = all.counter("refused.cut_messages");
    tooLong = all.counter("refused.message_too_long");
    memory = all.counter("refused.stream_memory");
    strays = all.counter("refused.tcp_strays");
    gaps = all.counter("flow.stream_gaps");
    lost = all.counter("flow.stream_octets_lost");
    held = all.counter("flow.segments_out_of_order");
    repeated = all.counter("flow.segments_repeated");
    midstream = all.counter("flow.streams_joined_late");
    slowMessages = all.counter("flow.messages_in_tiny_segments");
    requestsFull = all.counter("refused.requests_full");
    pointsFull = all.counter("refused.points_full");
    notNumbers = all.counter("refused.readings_not_finite");
    flawsFull = all.counter("refused.flaws_full");
    unknownFlows = all.counter("flow.unknown");
    disowned = all.counter("flow.disowned");
    claimsCut = all.counter("refused.claims_cut");
    texts = new Texts(all.counter("refused.texts_cut"));
    flowProbes = all.counter("table.flow_probes");
    contactProbes = all.counter("table.contact_probes");
    pointProbes = all.counter("table.point_probes");
    endpointProbes = all.counter("table.endpoint_probes");
    for (Breach b : Breach.values()) {
      breaches[b.ordinal()] = all.counter("refused." + b.name().toLowerCase(Locale.ROOT));
    }
  }

  Counter of(Breach breach) {
    return breaches[breach.ordinal()];
  }

  /** Counts a packet by its LINKTYPE_ value. */
  void link(int type) {
    int i = type < 0 || type >= links.length ? links.length - 1 : type;
    if (links[i] == null) {
      links[i] = all.counter("link." + (i == links.length - 1 ? "other" : Integer.toString(i)));
    }
    links[i].increment();
  }
}
