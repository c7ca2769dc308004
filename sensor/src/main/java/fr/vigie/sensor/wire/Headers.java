package fr.vigie.sensor.wire;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The view of one packet's link, network and transport headers, tunnels removed: innermost addresses, outermost nothing. Mutable, reused,
 * single-threaded; allocates nothing. Checksums are not verified: a mirror port sees frames whose checksums the sender's card fills in
 * later. Lengths are those the headers state (IP total length, UDP length), never those of a padded frame.
 *
 * <p>{@link #parse} ends in one of {@link #state}'s values; when headers cannot be, {@link #breach} names the clause and what was read up
 * to there stays readable.
 */
public final class Headers {
  /** LINKTYPE_ values understood; the registry is pcap-linktype(7). */
  public static final int LINK_NULL = 0;

  public static final int LINK_ETHERNET = 1;
  public static final int LINK_RAW_BSD = 12;
  public static final int LINK_RAW_OPENBSD = 14;
  public static final int LINK_RAW = 101;
  public static final int LINK_LOOP = 108;
  public static final int LINK_LINUX_SLL = 113;
  public static final int LINK_BACNET_MS_TP = 165;
  public static final int LINK_IPV4 = 228;
  public static final int LINK_IPV6 = 229;
  public static final int LINK_LINUX_SLL2 = 276;

  /** Added to {@code DSAP << 8 | SSAP} of an IEEE 802.2 LLC frame that is not SNAP. */
  public static final int LLC = 0x10000;

  /** Added to the protocol identifier of a SNAP frame of another organisation than 00-00-00. */
  public static final int SNAP = 0x20000;

  /** {@link #etherType} of a BACnet MS/TP frame, which names no protocol: it is BACnet. */
  public static final int MSTP = 0x30000;

  /**
   * Added to an MS/TP station's address of one octet to make the locally administered MAC address {@code 02:4d:53:54:50:xx} (the letters MSTP), by
   * which it is known wherever stations are known by MAC addresses.
   */
  public static final long MSTP_STATION = 0x024D_5354_5000L;

  /** ASHRAE 135 9.1.1.2: the broadcast address of MS/TP. */
  private static final int MSTP_BROADCAST = 255;

  private static final long EVERYBODY = 0xFFFF_FFFF_FFFFL;

  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;

  /** EtherType of ARP (RFC 826). */
  public static final int ARP = 0x0806;

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86DD;
  /** No packet has more VLAN tags, labels and tunnels than this; more is an attempt to exhaust the parser. */
  private static final int MOST_LAYERS = 16;
  /** RFC 8200 §4.1 lists seven extension headers, one of them twice. */
  private static final int MOST_EXTENSIONS = 8;

  /** How far the headers were understood. */
  public enum State {
    /** A link type this sensor does not know. */
    UNKNOWN_LINK,
    /** The headers broke a clause: {@link Headers#breach}. */
    BROKEN,
    /** The capture ends inside the headers. */
    CUT,
    /** A protocol directly on the link layer; the payload is under the payload fields. */
    LINK,
    ARP,
    /** A fragment that needs the others. */
    FRAGMENT,
    /** IP with a protocol that has no ports. */
    IP,
    ICMP,
    UDP,
    TCP
  }

  private final Cursor cursor = new Cursor();
  private final Tunnels tunnel = new Tunnels();
  private MemorySegment segment = MemorySegment.NULL;
  private int layers;
  /** Whether what only ARP, ICMP and neighbour discovery say may have been said; at first it was not even forgotten. */
  private boolean seldom = true;

  /** How far the headers were understood. */
  public State state = State.CUT;

  /** The clause broken, or null. */
  public @Nullable Breach breach;

  /** Offset of the breach within the packet, octets. */
  public int breachOffset;

  /** Source and destination MAC address, or -1 where the link has none. */
  public long sourceMac;

  public long targetMac;

  /** Innermost VLAN identifier, or -1; priority tags (identifier 0) are no VLAN. */
  public int vlan;

  /** EtherType, or {@link #LLC} or {@link #SNAP} with what names the protocol there. */
  public int etherType;

  /** 4, 6, or 0 where there is no IP. */
  public int family;

  public long sourceHigh;
  public long sourceLow;
  public long targetHigh;
  public long targetLow;
  public int ttl;
  /** IP protocol of what follows the last IP header understood. */
  public int protocol;

  /** IP identification, of 16 bits in IPv4 and of 32 in an IPv6 fragment header; 0 where there is none. */
  public long identification;

  /** Offset of the fragment within its datagram, octets. */
  public int fragmentOffset;

  public boolean moreFragments;
  /** Where the IP payload starts, behind extension headers: absolute, in the packet's memory. */
  public long ipPayload;

  public int ipPayloadCaptured;
  public int ipPayloadWire;
  public int sourcePort;
  public int targetPort;
  public int sequence;
  public int acknowledgment;
  /** TCP flags: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
  public int flags;

  public int tcpChecksum;
  /** Where the payload starts, absolute; how much of it was captured, and how much the wire had. */
  public long payload;

  public int payloadCaptured;
  public int payloadWire;
  /** ICMP type and code; ARP operation in {@link #type}. */
  public int type;

  public int code;
  /** ICMP errors: the packet that caused it, as far as it can be read; family 0 where it cannot. */
  public int causeFamily;

  public int causeProtocol;
  public long causeSourceHigh;
  public long causeSourceLow;
  public long causeTargetHigh;
  public long causeTargetLow;
  public int causeSourcePort;
  public int causeTargetPort;
  /** ARP sender, or the address an ND message binds: hardware address or -1, protocol address. */
  public long boundMac;

  public long boundHigh;
  public long boundLow;
  /** ARP target protocol address. */
  public long askedLow;

  /** Number of tunnels removed. */
  public int tunnels;

  /** Digest of the tunnels removed, by their outer senders and sessions: which mirror the packet came through; 0 without a tunnel. */
  public long way;

  /**
   * Reads the headers of a packet.
   *
   * @param memory native memory that holds it
   * @param offset its first octet
   * @param captured octets captured
   * @param wire octets on the wire
   * @param linkType LINKTYPE_ value
   * @param strippedVlan VLAN identifier the capture driver took off, or -1
   */
  public void parse(MemorySegment memory, long offset, int captured, int wire, int linkType, int strippedVlan) {
    segment = memory;
    cursor.set(memory, offset, captured, wire);
    forget();
    vlan = strippedVlan;
    state = State.CUT;
    switch (linkType) {
      case LINK_ETHERNET -> ethernet();
      case LINK_LINUX_SLL -> cooked();
      case LINK_LINUX_SLL2 -> cooked2();
      case LINK_RAW, LINK_RAW_BSD, LINK_RAW_OPENBSD, LINK_IPV4, LINK_IPV6 -> raw();
      case LINK_NULL, LINK_LOOP -> loopback();
      case LINK_BACNET_MS_TP -> tokenPassing();
      default -> state = State.UNKNOWN_LINK;
    }
    if (state == State.CUT) {
      if (!cursor.cut() && breach == null) {
        breach(Breach.HEADER_SHORT);
      }
    }
    cursor.clear();
    segment = MemorySegment.NULL;
  }

  /**
   * Reads on above the IP header of the last packet, on its payload put together from fragments.
   *
   * @param memory native memory that holds the payload
   * @param octets its length
   */
  public void resume(MemorySegment memory, long offset, int octets) {
    segment = memory;
    cursor.set(memory, offset, octets, octets);
    breach = null;
    fragmentOffset = 0;
    moreFragments = false;
    state = State.CUT;
    if (family == 6) {
      extensions(protocol);
    } else {
      transport();
    }
    if (state == State.CUT && breach == null) {
      breach(Breach.HEADER_SHORT);
    }
    cursor.clear();
    segment = MemorySegment.NULL;
  }

  /** Takes over everything another one says; both then point into the same memory. */
  public void take(Headers other) {
    layers = other.layers;
    seldom = other.seldom;
    state = other.state;
    breach = other.breach;
    breachOffset = other.breachOffset;
    sourceMac = other.sourceMac;
    targetMac = other.targetMac;
    vlan = other.vlan;
    etherType = other.etherType;
    family = other.family;
    sourceHigh = other.sourceHigh;
    sourceLow = other.sourceLow;
    targetHigh = other.targetHigh;
    targetLow = other.targetLow;
    ttl = other.ttl;
    protocol = other.protocol;
    identification = other.identification;
    fragmentOffset = other.fragmentOffset;
    moreFragments = other.moreFragments;
    ipPayload = other.ipPayload;
    ipPayloadCaptured = other.ipPayloadCaptured;
    ipPayloadWire = other.ipPayloadWire;
    sourcePort = other.sourcePort;
    targetPort = other.targetPort;
    sequence = other.sequence;
    acknowledgment = other.acknowledgment;
    flags = other.flags;
    tcpChecksum = other.tcpChecksum;
    payload = other.payload;
    payloadCaptured = other.payloadCaptured;
    payloadWire = other.payloadWire;
    type = other.type;
    code = other.code;
    causeFamily = other.causeFamily;
    causeProtocol = other.causeProtocol;
    causeSourceHigh = other.causeSourceHigh;
    causeSourceLow = other.causeSourceLow;
    causeTargetHigh = other.causeTargetHigh;
    causeTargetLow = other.causeTargetLow;
    causeSourcePort = other.causeSourcePort;
    causeTargetPort = other.causeTargetPort;
    boundMac = other.boundMac;
    boundHigh = other.boundHigh;
    boundLow = other.boundLow;
    askedLow = other.askedLow;
    tunnels = other.tunnels;
    way = other.way;
  }

  /** The same headers on memory that lies {@code octets} further on: moves what is absolute. */
  public void move(long octets) {
    ipPayload += octets;
    payload += octets;
  }

  private void forget() {
    tunnel.forget();
    breach = null;
    breachOffset = 0;
    layers = 0;
    tunnels = 0;
    way = 0;
    sourceMac = -1;
    targetMac = -1;
    etherType = 0;
    family = 0;
    sourceHigh = 0;
    sourceLow = 0;
    targetHigh = 0;
    targetLow = 0;
    ttl = 0;
    protocol = 0;
    identification = 0;
    fragmentOffset = 0;
    moreFragments = false;
    ipPayload = 0;
    ipPayloadCaptured = 0;
    ipPayloadWire = 0;
    sourcePort = 0;
    targetPort = 0;
    sequence = 0;
    acknowledgment = 0;
    flags = 0;
    tcpChecksum = 0;
    payload = 0;
    payloadCaptured = 0;
    payloadWire = 0;
    if (seldom) {
      forgetSeldom();
    }
  }

  private void forgetSeldom() {
    seldom = false;
    type = 0;
    code = 0;
    causeFamily = 0;
    causeProtocol = 0;
    causeSourceHigh = 0;
    causeSourceLow = 0;
    causeTargetHigh = 0;
    causeTargetLow = 0;
    causeSourcePort = 0;
    causeTargetPort = 0;
    boundMac = -1;
    boundHigh = 0;
    boundLow = 0;
    askedLow = 0;
  }

  private void breach(Breach what) {
    breach = what;
    breachOffset = cursor.position();
    state = State.BROKEN;
  }

  /** Notes a breach that does not stop the reading: what the headers say otherwise still counts. */
  private void remark(Breach what) {
    if (breach == null) {
      breach = what;
      breachOffset = cursor.position();
    }
  }

  /** {@code | destination 6 | source 6 | type or length u16 | …} IEEE 802.3-2018 §3.2.6: values from 0x0600 are types. */
  private void ethernet() {
    targetMac = cursor.u48();
    sourceMac = cursor.u48();
    int typeOrLength = cursor.u16();
    if (!cursor.ok()) {
      return;
    }
    if (typeOrLength >= 0x0600) {
      network(typeOrLength);
    } else {
      logicalLink(typeOrLength);
    }
  }

  /** IEEE 802.2 §3.2: {@code | DSAP u8 | SSAP u8 | control u8 | … |}; AA-AA-03 is SNAP: {@code | organisation 3 | protocol u16 |}. */
  private void logicalLink(int length) {
    int wire = Math.min(length, cursor.wireRemaining());
    int start = cursor.position();
    int sap = cursor.u16();
    int control = cursor.u8();
    if (!cursor.ok()) {
      return;
    }
    if (sap == 0xAAAA && control == 3) {
      int organisation = cursor.u24();
      int inner = cursor.u16();
      if (!cursor.ok()) {
        return;
      }
      if (organisation == 0) {
        network(inner);
      } else {
        link(SNAP | inner, wire - (cursor.position() - start));
      }
      return;
    }
    link(LLC | sap, wire - (cursor.position() - start));
  }

  /** Linux cooked v1: {@code | packet type u16 | ARPHRD u16 | length u16 | address 8 | protocol u16 |}. */
  private void cooked() {
    cursor.skip(4);
    int length = cursor.u16();
    long address = cursor.u48();
    cursor.skip(2);
    int inner = cursor.u16();
    if (!cursor.ok()) {
      return;
    }
    if (length == 6) {
      sourceMac = address;
    }
    cookedProtocol(inner);
  }

  /** Linux cooked v2: {@code | protocol u16 | 0 u16 | interface u32 | ARPHRD u16 | packet type u8 | length u8 | address 8 |}. */
  private void cooked2() {
    int inner = cursor.u16();
    cursor.skip(9);
    int length = cursor.u8();
    long address = cursor.u48();
    cursor.skip(2);
    if (!cursor.ok()) {
      return;
    }
    if (length == 6) {
      sourceMac = address;
    }
    cookedProtocol(inner);
  }

  /** The kernel's protocol field: 4 means an 802.2 frame, 1 an 802.3 frame without LLC, all from 0x0600 an EtherType. */
  private void cookedProtocol(int inner) {
    if (inner == 4) {
      logicalLink(cursor.wireRemaining());
    } else {
      network(inner);
    }
  }

  private void raw() {
    int version = cursor.peek(0) >>> 4;
    if (cursor.remaining() == 0) {
      return;
    }
    if (version == 4) {
      ipv4();
    } else if (version == 6) {
      ipv6();
    } else {
      breach(Breach.IPV4_VERSION);
    }
  }

  /** BSD loopback: the address family in the byte order of the machine that captured, or (LOOP) of the network; 2 is IPv4. */
  private void loopback() {
    long family32 = cursor.u32();
    if (!cursor.ok()) {
      return;
    }
    int addressFamily = (int) (family32 > 0xFFFF ? Integer.reverseBytes((int) family32) : family32);
    switch (addressFamily) {
      case 2 -> network(IPV4);
      case 10, 24, 28, 30 -> network(IPV6);
      default -> link(addressFamily & 0xFFFF, cursor.wireRemaining());
    }
  }

  /** ASHRAE 135 9.3: {@code | 55 FF | type u8 | destination u8 | source u8 | … |}; the payload is the whole frame, since its checksums cover it. */
  private void tokenPassing() {
    int target = cursor.peek(3);
    int source = cursor.peek(4);
    if (cursor.remaining() < 5) {
      return;
    }
    targetMac = target == MSTP_BROADCAST ? EVERYBODY : MSTP_STATION | target;
    sourceMac = MSTP_STATION | source;
    link(MSTP, cursor.wireRemaining());
  }

  private void link(int key, int wire) {
    etherType = key;
    payload = cursor.offset();
    payloadWire = Math.max(0, wire);
    payloadCaptured = Math.min(cursor.remaining(), payloadWire);
    state = State.LINK;
  }

  /** What an EtherType announces. */
  private void network(int first) {
    int next = first;
    while (true) {
      etherType = next;
      if (++layers > MOST_LAYERS) {
        breach(Breach.NESTING);
        return;
      }
      switch (next) {
        case IPV4 -> {
          ipv4();
          return;
        }
        case IPV6 -> {
          ipv6();
          return;
        }
        case ARP -> {
          arp();
          return;
        }
        // 802.1Q, 802.1ad and the tags used before it: | priority 3, drop 1, identifier 12 | type u16 |
        case 0x8100, 0x88A8, 0x9100, 0x9200 -> {
          int tag = cursor.u16() & 0xFFF;
          next = cursor.u16();
          if (!cursor.ok()) {
            return;
          }
          if (tag != 0) {
            vlan = tag;
          }
          if (next < 0x0600) {
            logicalLink(next);
            return;
          }
        }
        case 0x8847, 0x8848 -> {
          labels();
          return;
        }
        case 0x8864 -> {
          pppoe();
          return;
        }
        case Tunnels.ETHERNET -> {
          // the VLAN of a frame within a tunnel is its own, or the one the mirror kept beside it, never that of the road
          vlan = tunnel.vlan;
          ethernet();
          return;
        }
        // IEEE 802.1Q-2018 §9.7, a backbone service tag: | priority 3, drop 1, flags 4, service 24 |, then the customer's frame
        case 0x88E7 -> {
          tunnel.forget();
          tunnel.session = (int) cursor.u32() & 0xFFFFFF;
          within(Tunnels.ETHERNET);
          return;
        }
        default -> {
          link(next, cursor.wireRemaining());
          return;
        }
      }
    }
  }

  /** RFC 3032 §2.1: {@code | label 20, class 3, bottom 1, ttl 8 | … |}. */
  private void labels() {
    boolean bottom;
    long entry;
    do {
      entry = cursor.u32();
      if (!cursor.ok()) {
        return;
      }
      if (++layers > MOST_LAYERS) {
        breach(Breach.NESTING);
        return;
      }
      bottom = (entry >>> 8 & 1) == 1;
    } while (!bottom);
    int inner = tunnel.pseudowire(cursor);
    tunnel.session = (int) (entry >>> 12);
    if (!cursor.ok()) {
      return;
    }
    if (inner == Tunnels.NONE) {
      tunnels++;
      link(Tunnels.MPLS, cursor.wireRemaining());
    } else {
      within(inner);
    }
  }

  /** RFC 2516 §4: {@code | version 4, type 4 | code u8 | session u16 | length u16 | PPP protocol u16 |}; the length bounds what follows it. */
  private void pppoe() {
    cursor.skip(2);
    int session = cursor.u16();
    int length = cursor.u16();
    int room = cursor.wireRemaining();
    int inner = cursor.u16();
    if (!cursor.ok()) {
      return;
    }
    if (length < 2 || length > room) {
      remark(Breach.PPPOE_LENGTH);
      length = room;
    }
    tunnel.forget();
    tunnel.session = session;
    bound(length - 2);
    switch (inner) {
      case 0x0021 -> within(IPV4);
      case 0x0057 -> within(IPV6);
      // RFC 3032 §4.3
      case 0x0281 -> within(Tunnels.MPLS);
      default -> {
        tunnels++;
        link(0x8864, cursor.wireRemaining());
      }
    }
  }

  /** RFC 826: {@code | hardware u16 | protocol u16 | lengths u8 u8 | operation u16 | sha 6 | spa 4 | tha 6 | tpa 4 |}. */
  private void arp() {
    seldom = true;
    int hardware = cursor.u16();
    int over = cursor.u16();
    int lengths = cursor.u16();
    type = cursor.u16();
    if (!cursor.ok()) {
      return;
    }
    payload = cursor.offset() - 8;
    // 1 is Ethernet, 6 is IEEE 802 (RFC 5342 §3); anything else is no binding of an IPv4 address to a MAC address
    if (hardware != 1 && hardware != 6 || over != IPV4 || lengths != 0x0604) {
      breach(Breach.ARP_FORMAT);
      return;
    }
    boundMac = cursor.u48();
    boundLow = cursor.u32();
    cursor.skip(6);
    askedLow = cursor.u32();
    if (cursor.ok()) {
      state = State.ARP;
      payloadCaptured = 28;
      payloadWire = 28;
    }
  }

  /** RFC 791 §3.1. */
  private void ipv4() {
    int start = cursor.position();
    int first = cursor.u8();
    cursor.skip(1);
    int total = cursor.u16();
    identification = cursor.u16();
    int fragment = cursor.u16();
    ttl = cursor.u8();
    protocol = cursor.u8();
    cursor.skip(2);
    long source = cursor.u32();
    long target = cursor.u32();
    if (!cursor.ok()) {
      return;
    }
    int header = (first & 15) * 4;
    if (first >>> 4 != 4) {
      breach(Breach.IPV4_VERSION);
      return;
    }
    if (header < 20) {
      breach(Breach.IPV4_HEADER_LENGTH);
      return;
    }
    int wire = cursor.wireRemaining() + 20;
    // a total length of 0 is what a card's segmentation offload leaves: then the frame's length counts
    if (total == 0) {
      total = wire;
    }
    if (total < header || total > wire) {
      remark(Breach.IPV4_TOTAL_LENGTH);
      if (total < header) {
        state = State.BROKEN;
        return;
      }
      total = wire;
    }
    family = 4;
    sourceHigh = 0;
    targetHigh = 0;
    sourceLow = source;
    targetLow = target;
    moreFragments = (fragment & 0x2000) != 0;
    fragmentOffset = (fragment & 0x1FFF) * 8;
    cursor.seek(start + header);
    if (!cursor.ok()) {
      return;
    }
    bound(total - header);
    groupSource((source >>> 28) == 0xE || source == 0xFFFFFFFFL);
    if (moreFragments || fragmentOffset != 0) {
      state = State.FRAGMENT;
    } else {
      transport();
    }
  }

  private void groupSource(boolean group) {
    if (group) {
      remark(Breach.GROUP_SOURCE);
    }
  }

  /** Narrows the cursor to the IP payload, so that padding is never read as payload. */
  private void bound(int wire) {
    ipPayload = cursor.offset();
    ipPayloadWire = wire;
    ipPayloadCaptured = Math.min(cursor.remaining(), wire);
    int position = cursor.position();
    cursor.set(segment, ipPayload - position, position + ipPayloadCaptured, position + wire);
    cursor.seek(position);
  }

  /** RFC 8200 §3. */
  private void ipv6() {
    long first = cursor.u32();
    int length = cursor.u16();
    int next = cursor.u8();
    ttl = cursor.u8();
    long sh = cursor.u64();
    long sl = cursor.u64();
    long th = cursor.u64();
    long tl = cursor.u64();
    if (!cursor.ok()) {
      return;
    }
    if (first >>> 28 != 6) {
      breach(Breach.IPV6_VERSION);
      return;
    }
    family = 6;
    sourceHigh = sh;
    sourceLow = sl;
    targetHigh = th;
    targetLow = tl;
    identification = 0;
    fragmentOffset = 0;
    moreFragments = false;
    int wire = cursor.wireRemaining();
    // 0 is a jumbogram (RFC 2675) or what segmentation offload leaves
    if (length == 0) {
      length = wire;
    }
    if (length > wire) {
      remark(Breach.IPV6_PAYLOAD_LENGTH);
      length = wire;
    }
    bound(length);
    groupSource(sh >>> 56 == 0xFF);
    extensions(next);
  }

  /** RFC 8200 §4: hop-by-hop 0, routing 43, fragment 44, destination 60, authentication 51 (RFC 4302), mobility 135. */
  private void extensions(int first) {
    int next = first;
    for (int i = 0; i <= MOST_EXTENSIONS; i++) {
      protocol = next;
      switch (next) {
        case 0, 43, 60, 135 -> {
          next = cursor.u8();
          cursor.skip(cursor.u8() * 8 + 6);
        }
        case 51 -> {
          next = cursor.u8();
          cursor.skip(cursor.u8() * 4 + 6);
        }
        case 44 -> {
          next = cursor.u8();
          cursor.skip(1);
          int fragment = cursor.u16();
          identification = cursor.u32();
          fragmentOffset = fragment & 0xFFF8;
          moreFragments = (fragment & 1) != 0;
          if (cursor.ok() && (moreFragments || fragmentOffset != 0)) {
            protocol = next;
            rebound();
            state = State.FRAGMENT;
            return;
          }
        }
        default -> {
          rebound();
          transport();
          return;
        }
      }
      if (!cursor.ok()) {
        if (!cursor.cut()) {
          breach(Breach.IPV6_EXTENSIONS);
        }
        return;
      }
    }
    breach(Breach.IPV6_EXTENSIONS);
  }

  private void rebound() {
    ipPayload = cursor.offset();
    ipPayloadWire = cursor.wireRemaining();
    ipPayloadCaptured = cursor.remaining();
  }

  private void transport() {
    payload = cursor.offset();
    payloadCaptured = cursor.remaining();
    payloadWire = cursor.wireRemaining();
    switch (protocol) {
      case UDP -> udp();
      case TCP -> tcp();
      case ICMP -> icmp(Breach.ICMP_SHORT);
      case ICMPV6 -> icmp(Breach.ICMPV6_SHORT);
      case 4 -> within(IPV4);
      case 41 -> within(IPV6);
      case 47, 97 -> carried();
      // RFC 4023 §3
      case 137 -> within(Tunnels.MPLS);
      default -> state = State.IP;
    }
  }

  /** What the packet so far was wrapped around; its addresses and ports are forgotten, the innermost count. */
  private void within(int inner) {
    tunnels++;
    way = ((way + sourceLow + sourceHigh) * 31 + tunnel.session) * 31 + 1;
    family = 0;
    sourceHigh = 0;
    sourceLow = 0;
    targetHigh = 0;
    targetLow = 0;
    protocol = 0;
    identification = 0;
    sourcePort = 0;
    targetPort = 0;
    network(inner);
  }

  /** A tunnel over IP: GRE, or Ethernet in IP (RFC 3378 §3: {@code | version 4 = 3, reserved 12 |}). */
  private void carried() {
    int inner;
    if (protocol == 47) {
      inner = tunnel.gre(cursor);
    } else {
      tunnel.forget();
      inner = cursor.u16() == 0x3000 ? Tunnels.ETHERNET : Tunnels.NONE;
    }
    if (!cursor.ok()) {
      return;
    }
    if (inner == Tunnels.NONE) {
      state = State.IP;
    } else {
      within(inner);
    }
  }

  /** A datagram to a tunnel's port; what is no such tunnel stays a datagram. */
  private void carriedByUdp() {
    int start = cursor.position();
    int inner = tunnel.udp(cursor, targetPort);
    if (inner == Tunnels.NONE || !cursor.ok() || cursor.remaining() == 0) {
      return;
    }
    int header = cursor.position() - start;
    state = State.CUT;
    bound(payloadWire - header);
    within(inner);
  }

  /** RFC 768: {@code | source u16 | destination u16 | length u16 | checksum u16 |}. */
  private void udp() {
    int room = cursor.wireRemaining();
    sourcePort = cursor.u16();
    targetPort = cursor.u16();
    int length = cursor.u16();
    cursor.skip(2);
    if (!cursor.ok()) {
      return;
    }
    // RFC 2675 §4: 0 in a jumbogram; also what segmentation offload leaves
    if (length == 0) {
      length = room;
    }
    if (length < 8 || length > room) {
      remark(Breach.UDP_LENGTH);
      if (length < 8) {
        state = State.BROKEN;
        return;
      }
      length = room;
    }
    payload = cursor.offset();
    payloadWire = length - 8;
    payloadCaptured = Math.min(cursor.remaining(), payloadWire);
    state = State.UDP;
    if (Tunnels.port(targetPort) && payloadCaptured > 0) {
      carriedByUdp();
    }
  }

  /** RFC 9293 §3.1. */
  private void tcp() {
    sourcePort = cursor.u16();
    targetPort = cursor.u16();
    sequence = (int) cursor.u32();
    acknowledgment = (int) cursor.u32();
    int bits = cursor.u16();
    cursor.skip(2);
    tcpChecksum = cursor.u16();
    cursor.skip(2);
    if (!cursor.ok()) {
      return;
    }
    int header = (bits >>> 12) * 4;
    flags = bits & 0x3F;
    if (header < 20 || header - 20 > cursor.wireRemaining()) {
      breach(Breach.TCP_OFFSET);
      return;
    }
    if ((flags & 2) != 0 && (flags & 5) != 0) {
      remark(Breach.TCP_FLAGS);
    }
    int options = Math.min(header - 20, cursor.remaining());
    int wire = cursor.wireRemaining() - (header - 20);
    cursor.skip(options);
    payload = cursor.offset();
    payloadCaptured = Math.min(cursor.remaining(), wire);
    payloadWire = wire;
    state = State.TCP;
  }

  /** RFC 792, RFC 4443 §2.1: {@code | type u8 | code u8 | checksum u16 | body |}. */
  private void icmp(Breach tooShort) {
    seldom = true;
    type = cursor.u8();
    code = cursor.u8();
    cursor.skip(2);
    if (!cursor.ok()) {
      if (!cursor.cut()) {
        breach(tooShort);
      }
      return;
    }
    state = State.ICMP;
    if (protocol == ICMP && type == 3 || protocol == ICMPV6 && type == 1) {
      cursor.skip(4);
      cause();
    } else if (protocol == ICMPV6 && (type == 135 || type == 136)) {
      neighbour();
    }
  }

  /** The packet that caused an ICMP error; hosts send as little of it as they like. */
  private void cause() {
    int start = cursor.position();
    if (protocol == ICMP) {
      int header = (cursor.u8() & 15) * 4;
      cursor.skip(8);
      causeProtocol = cursor.u8();
      cursor.skip(2);
      causeSourceHigh = 0;
      causeTargetHigh = 0;
      causeSourceLow = cursor.u32();
      causeTargetLow = cursor.u32();
      cursor.seek(start + header);
    } else {
      cursor.skip(6);
      causeProtocol = cursor.u8();
      cursor.skip(1);
      causeSourceHigh = cursor.u64();
      causeSourceLow = cursor.u64();
      causeTargetHigh = cursor.u64();
      causeTargetLow = cursor.u64();
    }
    causeSourcePort = cursor.u16();
    causeTargetPort = cursor.u16();
    if (cursor.ok()) {
      causeFamily = family;
    }
  }

  /**
   * RFC 4861 §4.3, §4.4: {@code | reserved or flags u32 | target 16 | options |}; a solicitation binds its source to option 1, an
   * advertisement its target to option 2.
   */
  private void neighbour() {
    cursor.skip(4);
    boundHigh = cursor.u64();
    boundLow = cursor.u64();
    int wanted = type == 135 ? 1 : 2;
    if (type == 135) {
      boundHigh = sourceHigh;
      boundLow = sourceLow;
    }
    while (cursor.ok() && cursor.remaining() >= 2) {
      int option = cursor.u8();
      int length = cursor.u8() * 8;
      if (length == 0) {
        remark(Breach.ND_OPTION);
        return;
      }
      if (option == wanted && length == 8) {
        long mac = cursor.u48();
        if (cursor.ok()) {
          boundMac = mac;
        }
      } else {
        cursor.skip(length - 2);
      }
    }
    if (!cursor.ok() && !cursor.cut()) {
      remark(Breach.ND_OPTION);
    }
  }

}
