package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;

/**
 * DNP3 over TCP and UDP (IEEE 1815-2012): data link frames with their checks, transport segments put together, and above them
 * {@link Dnp3Application}. A datagram holds whole frames (13.2.3); of a stream each frame is a message.
 *
 * <pre>
 * | 05 64 | length u8 | control u8 | destination u16le | source u16le | CRC u16le | { up to 16 octets | CRC u16le } |    9.2.4
 * user data: | FIN 1, FIR 1, sequence 6 | … |                                                                          8.2.1
 * </pre>
 *
 * Length counts control, addresses and user data without the checks.
 */
final class Dnp3 implements Dissector {
  static final String STANDARD = "IEEE 1815-2012";
  private static final Cite FRAME = new Cite(STANDARD, "9.2.4.1.1");
  private static final Cite CRC = new Cite(STANDARD, "9.2.4.3");
  private static final Cite CONTROL = new Cite(STANDARD, "9.2.4.1.3");
  private static final Cite TRANSPORT = new Cite(STANDARD, "8.2.2");

  /** 13.2.1: registered with IANA for both transports. */
  private static final int PORT = 20_000;

  /** 9.2.4.1: octets of a header with its check; what length counts of it. */
  private static final int HEADER = 10;
  private static final int COUNTED = 5;
  private static final int BLOCK = 16;

  /** 9.2.4.1.3: control. */
  private static final int FROM_MASTER = 0x80;
  private static final int PRIMARY = 0x40;

  private static final int FINAL = 0x80;
  private static final int FIRST = 0x40;

  /** 5.2: an application fragment is at most 2048 octets unless agreed otherwise; more is given room and no more. */
  private static final int ROOM = 1 << 15;

  private static final long PATIENCE = 60_000_000_000L;
  private static final int NEWS_ROLE = 1;

  /** 9.2.4.3.2: x16 + x13 + x12 + x11 + x10 + x8 + x6 + x5 + x2 + 1. */
  private static final Crc CHECK = Crc.reflected(16, 0xA6BC, 0, true);

  private static final String[] PRIMARY_NAMES = {"RESET_LINK_STATES", "", "TEST_LINK_STATES", "CONFIRMED_USER_DATA", "UNCONFIRMED_USER_DATA", "", "",
      "", "", "REQUEST_LINK_STATUS"};

  private final Transport transport;
  private final Pieces pieces = new Pieces(4, ROOM, PATIENCE);
  private final Dnp3Application application = new Dnp3Application();

  Dnp3(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "dnp3";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DNP3", STANDARD,
        "link frames with their checks, segments put together, every function and object of Annex A; points as readings with their quality, controls, restarts, files and time as acts with their outcome",
        "data sets and device profiles beyond their octets; secure authentication beyond user, sequence and status; virtual terminals",
        "tshark, fields; Zeek and Suricata, messages");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** Two fixed octets and a check of 16 bits over the header prove themselves. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public Cite cite() {
    return FRAME;
  }

  /** Whether the octets before a check sum to it. */
  private static boolean checked(Cursor m, int at, int octets) {
    return CHECK.of(m, at, at + octets) == (m.at(at + octets) | m.at(at + octets + 1) << 8);
  }

  /** Octets of the frame at an offset, all its checks included. */
  private static int octets(Cursor m, int at) {
    int data = m.at(at + 2) - COUNTED;
    return data < 0 ? 0 : HEADER + data + (data + BLOCK - 1) / BLOCK * 2;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    if (transport == Transport.UDP) {
      return datagram(m, x);
    }
    int have = m.length();
    if (have > 0 && m.at(0) != 0x05 || have > 1 && m.at(1) != 0x64 || have > 2 && m.at(2) < COUNTED) {
      return NOT_MINE;
    }
    if (have < HEADER) {
      return m.cut() ? NOT_MINE : MORE;
    }
    return x.recognised() || checked(m, 0, HEADER - 2) ? octets(m, 0) : NOT_MINE;
  }

  private static int datagram(Cursor m, Exchange x) {
    int at = 0;
    while (at < m.wireLength()) {
      if (at + HEADER > m.length()) {
        // the capture cut the datagram: what is there must do
        return m.cut() && at > 0 ? m.wireLength() : NOT_MINE;
      }
      int octets = octets(m, at);
      if (m.at(at) != 0x05 || m.at(at + 1) != 0x64 || octets == 0 || !x.recognised() && !checked(m, at, HEADER - 2)) {
        return NOT_MINE;
      }
      at += octets;
    }
    return at == m.wireLength() && at > 0 ? at : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    do {
      link(m, x, o);
    } while (m.ok() && m.remaining() > 0);
  }

  private void link(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("dnp3", "frame");
    int at = m.position();
    int start = m.u16();
    int length = m.u8();
    int control = m.u8();
    int destination = m.u16le();
    int source = m.u16le();
    int check = m.u16le();
    t.field("startOctets", start);
    t.field("length", length);
    t.field("control", control);
    boolean primary = (control & PRIMARY) != 0;
    t.field("direction", (control & FROM_MASTER) != 0 ? "from master" : "from outstation");
    t.field(primary ? "primaryFunction" : "secondaryFunction", control & 15);
    if (primary) {
      t.field("frameCountBit", (control & 0x20) != 0);
      t.field("frameCountValid", (control & 0x10) != 0);
    } else {
      t.field("dataFlowControl", (control & 0x10) != 0);
    }
    t.field("destination", destination);
    t.field("source", source);
    t.field("headerCheck", check);
    if (start != 0x0564 || length < COUNTED || octets(m, at) > m.length() - at) {
      // half a frame: nothing in it is sure
      m.fail();
    }
    if (m.ok()) {
      String name = function(primary, control & 15);
      t.operation(name);
      boolean sound = checked(m, at, HEADER - 2);
      if (!sound) {
        o.flaw(x, CRC, "header check", at + HEADER - 2, 2);
      }
      if (primary && (control & 15) != 3 && (control & 15) != 4 && (control & 15) != 0 && (control & 15) != 2 && (control & 15) != 9) {
        o.flaw(x, CONTROL, "function", at + 3, 1);
      }
      boolean carries = primary && ((control & 15) == 3 || (control & 15) == 4);
      if (length > COUNTED && !carries) {
        // 9.2.4.1.3: no other function has user data, and who gets some with it throws it away
        o.flaw(x, CONTROL, "user data", at + 3, 1);
        m.skip(octets(m, at) - HEADER);
        o.operation(name);
      } else if (length > COUNTED) {
        user(m, x, o, length - COUNTED, sound, control, destination, source);
      } else {
        o.operation(name);
      }
    }
    t.end();
  }

  /** 9.2.4.1.3.5, function codes of primary and secondary stations. */
  private static String function(boolean primary, int code) {
    if (primary) {
      return code < PRIMARY_NAMES.length && !PRIMARY_NAMES[code].isEmpty() ? PRIMARY_NAMES[code] : "unknown link function";
    }
    return switch (code) {
      case 0 -> "ACK";
      case 1 -> "NACK";
      case 11 -> "LINK_STATUS";
      case 15 -> "NOT_SUPPORTED";
      default -> "unknown link function";
    };
  }

  /** The user data without its checks is a transport segment; a fragment whose last one it is goes to the application. */
  private void user(Cursor m, Exchange x, Observer o, int octets, boolean sound, int control, int destination, int source) {
    Transcript t = o.transcript();
    int at = m.position();
    int head = m.peek(0);
    t.field("transportControl", head);
    t.field("transportFinal", (head & FINAL) != 0);
    t.field("transportFirst", (head & FIRST) != 0);
    t.field("transportSequence", head & 63);
    boolean first = (head & FIRST) != 0;
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ (long) source << 32 ^ destination;
    int slot = first ? pieces.open(key, x.at()) : pieces.find(key, x.at());
    if (slot >= 0 && !first && pieces.mark(slot) != (head & 63)) {
      pieces.drop(slot);
      slot = -1;
    }
    if (slot < 0 && !x.gap()) {
      o.flaw(x, TRANSPORT, "segment out of sequence", at, 1);
    }
    boolean good = sound;
    int done = 0;
    while (done < octets) {
      int block = Math.min(BLOCK, octets - done);
      if (!checked(m, m.position(), block)) {
        good = false;
        o.flaw(x, CRC, "data check", m.position() + block, 2);
      }
      int skipped = done == 0 ? 1 : 0;
      m.skip(skipped);
      if (slot >= 0 && !pieces.add(slot, m, block - skipped)) {
        o.flaw(x, TRANSPORT, "fragment too long", at, octets);
        slot = -1;
        m.skip(block - skipped);
      } else if (slot < 0) {
        m.skip(block - skipped);
      }
      m.skip(2);
      done += block;
    }
    if (slot >= 0 && !good) {
      // 9.2.7: a frame whose check fails is thrown away
      pieces.drop(slot);
      slot = -1;
    }
    if (slot < 0 || !m.ok()) {
      return;
    }
    if (first && Dnp3Application.secret(m.at(at + 2))) {
      o.secret(at, m.position() - at);
    }
    pieces.mark(slot, (head & 63) + 1 & 63);
    if ((head & FINAL) == 0) {
      t.operation("SEGMENT");
      o.operation("SEGMENT");
      return;
    }
    boolean master = (control & FROM_MASTER) != 0;
    if (x.news(x.source(), NEWS_ROLE, master ? 1 : 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, master ? "dnp3-master" : "dnp3-outstation", CONTROL);
    }
    application.read(pieces.close(slot), x, o, master, master ? destination : source);
  }
}
