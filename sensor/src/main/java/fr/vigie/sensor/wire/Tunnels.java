package fr.vigie.sensor.wire;

/**
 * The headers between an outer packet and the packet or frame it carries. Each method starts behind the header that announced the tunnel,
 * reads one tunnel header and says what follows, as an EtherType; {@link #NONE} means no tunnel that is understood here. A read past the
 * end leaves the cursor failed. Mutable and reused with its {@link Headers}.
 */
final class Tunnels {
  /** No tunnel, or one whose contents nobody here can read. */
  static final int NONE = 0;

  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86DD;
  static final int MPLS = 0x8847;

  /** EtherType of Transparent Ethernet Bridging (RFC 1701 §4): a whole Ethernet frame follows. */
  static final int ETHERNET = 0x6558;

  static final int VXLAN = 4789;
  static final int VXLAN_GPE = 4790;
  static final int GENEVE = 6081;
  static final int TZSP = 37008;

  private static final int ERSPAN = 0x88BE;
  private static final int ERSPAN_III = 0x22EB;

  /** Session, network or key of the tunnel read last, 0 where it has none. */
  int session;

  /** VLAN the mirrored frame had where it was taken (ERSPAN keeps it beside the frame), or -1. */
  int vlan = -1;

  void forget() {
    session = 0;
    vlan = -1;
  }

  /**
   * RFC 2784 §2.1 with the key and sequence of RFC 2890: {@code | C, R, K, S, version | protocol u16 | checksum, reserved u32? | key u32? |
   * sequence u32? |}. Version 1 is PPTP (RFC 2637), R is the source routing of RFC 1701 that RFC 2784 §2.3 says to discard: neither is read.
   */
  int gre(Cursor c) {
    forget();
    int bits = c.u16();
    int protocol = c.u16();
    if ((bits & 0x4007) != 0) {
      return NONE;
    }
    if ((bits & 0x8000) != 0) {
      c.skip(4);
    }
    if ((bits & 0x2000) != 0) {
      session = (int) c.u32();
    }
    boolean sequenced = (bits & 0x1000) != 0;
    if (sequenced) {
      c.skip(4);
    }
    return switch (protocol) {
      case IPV4, IPV6, ETHERNET, MPLS, 0x8848 -> protocol;
      // type I has neither a header of its own nor the sequence number in front of it
      case ERSPAN -> sequenced ? erspan(c) : ETHERNET;
      case ERSPAN_III -> erspan(c);
      default -> NONE;
    };
  }

  /**
   * draft-foschiano-erspan-03 §4.2: {@code | version 4, VLAN 12 | class 3, encapsulation 2, truncated 1, session 10 | reserved 12, index 20 |},
   * and §4.3, version 2: {@code | … the same 4 octets | timestamp u32 | group u16 | P 1, frame type 5, hardware 6, D 1, granularity 2, O 1 |
   * platform subheader 8? |}.
   */
  private int erspan(Cursor c) {
    int first = c.u16();
    session = c.u16() & 0x3FF;
    int frame = 0;
    switch (first >>> 12) {
      case 1 -> c.skip(4);
      case 2 -> {
        c.skip(6);
        int bits = c.u16();
        frame = bits >>> 10 & 31;
        if ((bits & 1) != 0) {
          c.skip(8);
        }
      }
      default -> {
        return NONE;
      }
    }
    int tag = first & 0xFFF;
    vlan = tag == 0 ? -1 : tag;
    // frame type 0 is Ethernet, 2 an IP packet without its link header
    return switch (frame) {
      case 0 -> ETHERNET;
      case 2 -> c.peek(0) >>> 4 == 6 ? IPV6 : IPV4;
      default -> NONE;
    };
  }

  /** Whether a UDP port is one of the tunnels'. */
  static boolean port(int port) {
    return port == VXLAN || port == VXLAN_GPE || port == GENEVE || port == TZSP;
  }

  /** What a datagram to one of the tunnels' ports carries. */
  int udp(Cursor c, int port) {
    forget();
    return switch (port) {
      case VXLAN, VXLAN_GPE -> vxlan(c, port == VXLAN_GPE);
      case GENEVE -> geneve(c);
      default -> tzsp(c);
    };
  }

  /**
   * RFC 7348 §5: {@code | flags u8, I 0x08 | reserved 3 | network 3 | reserved 1 |}, then an Ethernet frame. The generic extension
   * (draft-ietf-nvo3-vxlan-gpe-13 §3.1) has its version in flags 0x30, P 0x04 and the next protocol in the fourth octet.
   */
  private int vxlan(Cursor c, boolean generic) {
    int flags = c.u8();
    c.skip(2);
    int next = c.u8();
    session = c.u24();
    c.skip(1);
    if ((flags & 0x08) == 0 || generic && (flags & 0x30) != 0) {
      return NONE;
    }
    if (!generic || (flags & 0x04) == 0) {
      return ETHERNET;
    }
    return switch (next) {
      case 1 -> IPV4;
      case 2 -> IPV6;
      case 3 -> ETHERNET;
      case 5 -> MPLS;
      default -> NONE;
    };
  }

  /** RFC 8926 §3.4: {@code | version 2, options length 6 (words) | O, C, reserved | protocol u16 | network 3 | reserved 1 | options |}. */
  private int geneve(Cursor c) {
    int first = c.u8();
    c.skip(1);
    int protocol = c.u16();
    session = c.u24();
    c.skip(1);
    c.skip((first & 0x3F) * 4);
    if (first >>> 6 != 0) {
      return NONE;
    }
    return switch (protocol) {
      case IPV4, IPV6, ETHERNET, MPLS -> protocol;
      default -> NONE;
    };
  }

  /**
   * TaZmen Sniffer Protocol, version 1: {@code | version u8 | type u8 | protocol u16 | tags | frame |}; type 0 is a packet received, 1 one
   * sent; a tag is {@code | kind u8 | length u8 | … |}, but for 0 (padding) and 1 (the end), which are that octet alone. Protocol 1 is
   * Ethernet, 2 an IP packet.
   */
  private int tzsp(Cursor c) {
    int version = c.u8();
    int type = c.u8();
    int protocol = c.u16();
    if (version != 1 || type > 1) {
      return NONE;
    }
    while (c.ok()) {
      int tag = c.u8();
      if (tag == 1) {
        break;
      }
      if (tag != 0) {
        c.skip(c.u8());
      }
    }
    return switch (protocol) {
      case 1 -> ETHERNET;
      case 2 -> c.peek(0) >>> 4 == 6 ? IPV6 : IPV4;
      default -> NONE;
    };
  }

  /**
   * What follows the bottom label of MPLS, known by its first four bits: 4 and 6 are IP (RFC 3032 §3.6 leaves no better way), 1 an
   * associated channel (RFC 4385 §5). The rest is an Ethernet pseudowire (RFC 4448 §4.6): behind a control word where the bits are 0 (RFC
   * 4385 §3) unless only the reading without one shows a type an Ethernet frame can have, without one elsewhere where there is such a type.
   */
  int pseudowire(Cursor c) {
    forget();
    return switch (c.peek(0) >>> 4) {
      case 4 -> IPV4;
      case 6 -> IPV6;
      case 0 -> {
        if (!frameAt(c, 0) || frameAt(c, 4)) {
          c.skip(4);
        }
        yield ETHERNET;
      }
      case 1 -> NONE;
      default -> frameAt(c, 0) ? ETHERNET : NONE;
    };
  }

  /** Whether the octets so far ahead can be an Ethernet frame, by its type. */
  private static boolean frameAt(Cursor c, int ahead) {
    int type = c.peek(ahead + 12) << 8 | c.peek(ahead + 13);
    return switch (type) {
      case IPV4, IPV6, MPLS, 0x0806, 0x8100, 0x88A8, 0x8864, 0x88CC, 0x8892, 0x88B8 -> true;
      // IEEE 802.3 §3.2.6: a length, which the frame must have room for
      default -> type > 2 && type <= 1500 && ahead + 14 + type <= c.wireRemaining();
    };
  }
}
