package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;

/**
 * DLMS/COSEM, the protocol of meters, in its two framings over TCP and UDP: the wrapper (IEC 62056-47:2006) and HDLC (IEC 62056-46:2007). What a
 * frame carries is {@link DlmsApdu}'s.
 *
 * <pre>
 * wrapper: | 1 u16 | source port u16 | destination port u16 | length u16 | APDU |                                                  -47 §6.3
 * HDLC: | 7E | format 4 = A, segmented 1, length 11 | destination 1, 2, 4 | source 1, 2, 4 | control u8 | HCS u16 | E6 E6|E7 00 APDU | FCS u16 | 7E |   -46 §6.4
 * </pre>
 */
final class Dlms implements Dissector {
  private static final Cite WRAPPER = new Cite("IEC 62056-47:2006", "6.3");
  private static final Cite HDLC = new Cite("IEC 62056-46:2007", "6.4");

  /** IANA, dlms/cosem, for both transports. */
  private static final int PORT = 4059;

  private static final int FLAG = 0x7E;
  /** -46 §6.4.2.2: the format field of type 3 begins with these four bits. */
  private static final int TYPE_3 = 0xA0;
  private static final int SEGMENTED = 0x08;
  /** Format, two addresses of an octet, control, FCS. */
  private static final int SHORTEST = 7;

  /** -46 §6.4.5: x16 + x12 + x5 + 1 of ISO/IEC 13239. */
  private static final Crc CHECK = Crc.reflected(16, 0x8408, 0xFFFF, true);

  private final Transport transport;
  private final DlmsApdu apdu = new DlmsApdu();

  Dlms(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "dlms";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DLMS/COSEM", "IEC 62056-46:2007, IEC 62056-47:2006, IEC 62056-5-3:2017",
        "wrapper and HDLC frames; associations with their level of security; get, set and action by object and attribute with their result; numbers of registers as readings",
        "ciphered messages beyond their name; lists, blocks and segmented frames beyond the first; short names; serial lines; passwords (length only)",
        "messages of public captures read by hand: tshark 4.0.17 does not know it");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** An association request whose two lengths agree, or an HDLC frame whose check sums up. */
  @Override
  public boolean anyPort() {
    return transport == Transport.TCP;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public Cite cite() {
    return WRAPPER;
  }

  private static boolean checked(Cursor m, int from, int to) {
    return CHECK.of(m, from, to) == (m.at(to) | m.at(to + 1) << 8);
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (transport == Transport.UDP && m.at(0) == FLAG) {
      return datagram(m);
    }
    if (transport == Transport.UDP) {
      int due = (m.at(6) << 8 | m.at(7)) + 8;
      return have >= 9 && m.at(0) == 0 && m.at(1) == 1 && due == m.wireLength() && DlmsApdu.known(m.at(8)) ? due : NOT_MINE;
    }
    if (have > 0 && m.at(0) != 0 && m.at(0) != FLAG) {
      return NOT_MINE;
    }
    return m.at(0) == FLAG ? hdlc(m) : wrapper(m, x);
  }

  /** Whole frames to its end, each with checks that sum up; a frame's last flag may be the next one's first (ISO/IEC 13239 §4.2.1). */
  private static int datagram(Cursor m) {
    int at = 0;
    while (at + 2 < m.wireLength()) {
      int octets = octets(m, at);
      if (octets < 0 || at + octets > m.length()) {
        return NOT_MINE;
      }
      at += octets;
      at -= at < m.wireLength() && m.at(at) != FLAG ? 1 : 0;
    }
    return at == m.wireLength() ? at : NOT_MINE;
  }

  /** Octets of the sound frame at an offset of a datagram, both flags among them; -1 where there is none. */
  private static int octets(Cursor m, int at) {
    int length = (m.at(at + 1) & 7) << 8 | m.at(at + 2);
    boolean framed = m.at(at) == FLAG && (m.at(at + 1) & 0xF0) == TYPE_3 && length >= SHORTEST && at + length + 2 <= m.length() && m.at(at + length + 1) == FLAG;
    return framed && checked(m, at + 1, at + length - 1) ? length + 2 : -1;
  }

  private static int hdlc(Cursor m) {
    int have = m.length();
    if (have > 1 && (m.at(1) & 0xF0) != TYPE_3) {
      return NOT_MINE;
    }
    if (have < 3) {
      return m.cut() ? NOT_MINE : MORE;
    }
    int length = (m.at(1) & 7) << 8 | m.at(2);
    if (length < SHORTEST) {
      return NOT_MINE;
    }
    if (have < length + 2) {
      return m.cut() ? NOT_MINE : MORE;
    }
    return m.at(length + 1) == FLAG && checked(m, 1, length - 1) ? length + 2 : NOT_MINE;
  }

  private static int wrapper(Cursor m, Exchange x) {
    int have = m.length();
    if (have > 1 && m.at(1) != 1) {
      return NOT_MINE;
    }
    if (have < 10) {
      return m.cut() || x.recognised() && have == 9 ? NOT_MINE : MORE;
    }
    int length = m.at(6) << 8 | m.at(7);
    boolean known = x.recognised() || x.serverPort() == PORT ? DlmsApdu.known(m.at(8)) : m.at(8) == DlmsApdu.ASSOCIATE && m.at(9) == length - 2;
    return known && length >= 2 ? length + 8 : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    if (m.peek(0) == FLAG && m.cut()) {
      // half a frame: nothing in it is sure
      m.skip(m.wireLength());
    }
    if (transport == Transport.UDP && m.peek(0) == FLAG) {
      frames(m, x, o);
    } else {
      one(m, x, o);
    }
  }

  /** A datagram holds one frame or several. */
  private void frames(Cursor m, Exchange x, Observer o) {
    while (m.ok() && m.remaining() > 2) {
      int octets = octets(m, m.position());
      if (octets < 0) {
        m.fail();
      }
      int next = m.position() + octets;
      long outer = m.enter(Math.max(0, octets));
      one(m, x, o);
      m.leave(outer);
      m.seek(m.remaining() > 0 && m.peek(0) != FLAG ? next - 1 : next);
    }
  }

  private void one(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("dlms", "frame");
    if (m.peek(0) == FLAG) {
      frame(m, x, o);
    } else {
      t.field("version", m.u16());
      t.field("sourceWPort", m.u16());
      t.field("destinationWPort", m.u16());
      int length = m.u16();
      t.field("length", length);
      if (length != m.remaining()) {
        // half a message: nothing in it is sure
        m.fail();
      }
      apdu.read(m, x, o);
    }
    t.end();
  }

  private void frame(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(1);
    int format = m.u16();
    int length = format & 0x7FF;
    if (length - 1 != m.remaining() || length < SHORTEST) {
      m.fail();
    }
    long outer = m.enter(length - 4);
    t.field("destinationAddress", address(m));
    t.field("sourceAddress", address(m));
    int control = m.u8();
    t.field("control", control);
    String name = control(control);
    t.operation(name);
    if (m.ok()) {
      o.operation(name);
    }
    boolean information = (control & 1) == 0;
    if (m.ok() && m.remaining() >= 2) {
      m.skip(2);
      if (information && m.remaining() > 3) {
        // -46 §5.3.2: the logical link control of COSEM
        boolean cosem = m.u8() == 0xE6 && (m.u8() | 1) == 0xE7 && m.u8() == 0;
        if (!cosem) {
          o.flaw(x, HDLC, "logical link control", m.position() - 3, 3);
        } else if ((format >>> 8 & SEGMENTED) != 0) {
          DlmsApdu.name(m, o);
        } else {
          apdu.read(m, x, o);
        }
      }
    }
    m.skip(m.remaining());
    m.leave(outer);
    m.skip(3);
  }

  /** -46 §6.4.2.3: the last octet of an address has its lowest bit set; seven bits count in each. */
  private static long address(Cursor m) {
    long address = 0;
    for (int i = 0; i < 4 && m.ok(); i++) {
      int octet = m.u8();
      address = address << 7 | octet >>> 1;
      if ((octet & 1) != 0) {
        break;
      }
    }
    return address;
  }

  /** -46 §6.4.3: the poll and final bit counts for nothing here. */
  private static String control(int control) {
    if ((control & 1) == 0) {
      return "I";
    }
    return switch (control & 0xEF) {
      case 0x83 -> "SNRM";
      case 0x63 -> "UA";
      case 0x43 -> "DISC";
      case 0x0F -> "DM";
      case 0x03 -> "UI";
      case 0x87 -> "FRMR";
      default -> (control & 15) == 1 ? "RR" : (control & 15) == 5 ? "RNR" : "unknown HDLC frame";
    };
  }
}
