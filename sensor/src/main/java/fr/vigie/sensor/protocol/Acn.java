package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;

/**
 * The root layer of ACN (ANSI E1.17) and what lighting carries in it: streaming ACN (ANSI E1.31-2018, UDP 5568), and RDMnet (ANSI E1.33-2019): its
 * discovery LLRP (UDP 5569) and the broker's TCP connections, which have no port of their own.
 *
 * <pre>
 * UDP: | preamble u16 = 16 | postamble u16 = 0 | "ASC-E1.17" 000 | blocks |          TCP: | "ASC-E1.17" 000 | length u32 | blocks |
 * block: | L 1, V 1, H 1, D 1, length 12, or 20 where L | vector | header | data |
 * root vectors: 4 E1.31 data, 8 E1.31 extended, 9 broker, 5 RPT, 10 LLRP; header: | component identifier 16 |
 * E1.31 framing: vector u32 2: | source name 64 | priority u8 | synchronization u16 | sequence u8 | preview, terminated, forced, 5 | universe u16 |
 *   DMP: vector u8 2: | type u8 = A1 | first u16 = 0 | step u16 = 1 | count u16 | start code u8, levels |
 *   extended 1: | sequence u8 | synchronization u16 | 2 |     2: | source name 64 | 4 | block, vector u32 1: | page u8 | last u8 | universe u16 … |
 * broker: vector u16 6: | scope 63 | version u16 | domain 231 | flags u8 | client entry |          7: | code u16 | version u16 | UID 6 | UID 6 |
 * RPT: vector u32: | source UID 6 | endpoint u16 | UID 6 | endpoint u16 | sequence u32 | 1 | block, vector u32 | block, vector u8 = CC, RDM |
 * LLRP: vector u32: | component 16 | transaction u32 | block: vector u8 1: UID 6 | UID 6 | … or UID 6 | MAC 6 | type u8 |, or CC, RDM |
 * </pre>
 */
final class Acn implements Dissector {
  static final int PORT = 5568;
  static final int LLRP = 5569;

  private static final Cite ROOT = new Cite("ANSI E1.17-2015", "root layer");
  private static final Cite DATA = new Cite("ANSI E1.31-2018", "6.2");
  private static final Cite DISCOVERY = new Cite("ANSI E1.31-2018", "8");
  private static final Cite BROKER = new Cite("ANSI E1.33-2019", "6.3");
  private static final Cite LOW_LEVEL = new Cite("ANSI E1.33-2019", "5");

  private static final String ID = "ASC-E1.17\0\0\0";

  private static final int NEWS_SOURCE = 1;
  private static final int NEWS_STREAM = 2;
  private static final int NEWS_UNIVERSES = 3;
  private static final int NEWS_PROBE = 4;
  private static final int NEWS_DEVICE = 5;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] BROKERS = {"brokerMessage", "fetchClientList", "connectedClientList", "clientAdd", "clientRemove", "clientEntryChange", "connect",
      "connectReply", "clientEntryUpdate", "redirectV4", "redirectV6", "disconnect", "null", "requestDynamicUids", "assignedDynamicUids",
      "fetchDynamicUids"};

  private static final Outcome REFUSED = Outcome.error("refused");

  private final Transport transport;

  Acn(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "acn";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Streaming ACN (sACN) and RDMnet", "ANSI E1.17, E1.31-2018, E1.33-2019, E1.20",
        "streams by source, priority and universe, their end, synchronisation, universes offered; RDMnet's broker connections, RPT and LLRP with the RDM"
            + " messages within",
        "levels of the 512 channels as readings (they are in `decode` as octets); SDT and DMP of E1.17 itself, EPT, client lists, RDM data beyond labels",
        "tshark, messages");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return transport == Transport.UDP ? new int[] {PORT, LLRP} : new int[0];
  }

  /** Twelve octets of name. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int at = transport == Transport.UDP ? 4 : 0;
    if (at == 4 && (have < 38 || m.at(0) != 0 || m.at(1) != 16 || m.at(2) != 0 || m.at(3) != 0)) {
      return NOT_MINE;
    }
    for (int i = 0; i < 12 && at + i < have; i++) {
      if (m.at(at + i) != ID.charAt(i)) {
        return NOT_MINE;
      }
    }
    if (at == 0) {
      long length = (long) m.at(12) << 24 | m.at(13) << 16 | m.at(14) << 8 | m.at(15);
      return have < 16 ? MORE : length > 1 << 20 ? NOT_MINE : 16 + (int) length;
    }
    int length = length(m, 16);
    return length >= 22 && 16 + length <= m.wireLength() ? m.wireLength() : NOT_MINE;
  }

  /** Length of the block at an offset. */
  private static int length(Cursor m, int at) {
    int flags = m.at(at);
    return (flags & 0x80) != 0 ? (flags & 15) << 16 | m.at(at + 1) << 8 | m.at(at + 2) : (flags & 15) << 8 | m.at(at + 1);
  }

  /** Enters a block behind its flags and length; a length that cannot be makes the cursor fail. */
  private static long enter(Cursor m) {
    int at = m.position();
    int octets = (m.peek(0) & 0x80) != 0 ? 3 : 2;
    int length = length(m, at) - octets;
    m.skip(octets);
    return m.enter(length < 0 ? m.remaining() + 1 : length);
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("acn", "packet");
    if (m.cut()) {
      m.fail();
    }
    m.skip(16);
    if (transport == Transport.TCP && m.ok() && m.wireLength() != 16 + ((long) m.at(12) << 24 | m.at(13) << 16 | m.at(14) << 8 | m.at(15))) {
      m.fail();
    }
    while (m.ok() && m.remaining() > 0) {
      root(m, x, o);
    }
    t.end();
  }

  private static void root(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long outer = enter(m);
    long vector = m.u32();
    int cid = m.position();
    t.field("rootVector", vector);
    t.octets("cid", m, 16);
    m.skip(16);
    if (m.ok()) {
      switch ((int) vector) {
        case 4 -> stream(m, x, o, cid);
        case 8 -> extended(m, x, o, cid);
        case 9 -> broker(m, x, o);
        case 5 -> remote(m, x, o);
        case 10 -> lowLevel(m, x, o, cid);
        default -> {
          operation(o, vector == 1 ? "sdt" : vector == 11 ? "ept" : "packet");
          rest(m, t);
        }
      }
    }
    m.leave(outer);
  }

  private static void operation(Observer o, String name) {
    o.operation(name);
    o.transcript().operation(name);
  }

  private static void rest(Cursor m, Transcript t) {
    if (m.ok() && m.remaining() > 0) {
      t.octets("rest", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  private static void name(Cursor m, Transcript t, String field, int octets) {
    int at = m.position();
    m.skip(octets);
    if (t.on() && m.ok()) {
      t.field(field, zeroEnded(m, at, octets));
    }
  }

  private static String zeroEnded(Cursor m, int at, int octets) {
    String text = Heads.slice(m, at, octets);
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  private static void source(Cursor m, Exchange x, Observer o, int cid, int at) {
    if (x.news(x.source(), NEWS_SOURCE, Heads.digest(m, cid, 16) * 31 + Heads.digest(m, at, 64), Exchange.FOREVER)) {
      String name = zeroEnded(m, at, 64);
      if (!name.isEmpty()) {
        o.claim(x, x.source(), Trait.NAME, name, DATA);
      }
      o.claim(x, x.source(), Trait.BANNER, "acn-cid=" + hex(m, cid, 16), DATA);
    }
  }

  private static String hex(Cursor m, int at, int octets) {
    int back = m.position();
    m.seek(at);
    String text = HexFormat.of().formatHex(m.bytes(octets));
    m.seek(back);
    return text;
  }

  /** E1.31 6.2: levels come up to 44 times a second; who sends to which universe is told each ten minutes, and the end of a stream. */
  private static void stream(Cursor m, Exchange x, Observer o, int cid) {
    Transcript t = o.transcript();
    long outer = enter(m);
    long vector = m.u32();
    int at = m.position();
    name(m, t, "sourceName", 64);
    int priority = m.u8();
    int synchronization = m.u16();
    int sequence = m.u8();
    int options = m.u8();
    int universe = m.u16();
    t.field("framingVector", vector);
    t.field("priority", priority);
    t.field("synchronization", synchronization);
    t.field("sequence", sequence);
    t.field("options", options);
    t.field("universe", universe);
    long inner = enter(m);
    int dmp = m.u8();
    int type = m.u8();
    int first = m.u16();
    int step = m.u16();
    int count = m.u16();
    int start = m.peek(0);
    t.field("dmpVector", dmp);
    t.field("addressType", type);
    t.field("firstAddress", first);
    t.field("increment", step);
    t.field("count", count);
    t.octets("levels", m, count);
    if (m.ok() && (dmp != 2 || type != 0xA1 || count > 513 || count != m.remaining())) {
      o.flaw(x, DATA, "dmp", m.position() - 8, m.wireLength());
      m.skip(m.remaining());
      return;
    }
    m.skip(count);
    m.leave(inner);
    m.leave(outer);
    if (!m.ok() || vector != 2) {
      return;
    }
    boolean ended = (options & 0x40) != 0;
    operation(o, ended ? "streamTerminated" : "streamData");
    // 6.2.3: 200 is the highest priority
    if (priority > 200) {
      o.flaw(x, DATA, "priority", at + 64, m.wireLength());
    }
    source(m, x, o, cid, at);
    if (x.news(x.source(), NEWS_STREAM, (long) universe << 16 ^ (ended ? 1 : 0) ^ (long) start << 8, AGAIN_SECONDS)) {
      Point point = new Point.Named("dmx", "universe," + universe);
      o.see(Acts.act(x, "acn", DATA, ended ? Verb.RELINQUISH : Verb.WRITE, ended ? "streamTerminated" : "streamData", point, null,
          "priority " + priority + (start == 0 ? "" : ", start code " + start) + ((options & 0x80) != 0 ? ", preview" : ""), Outcome.UNCONFIRMED));
    }
  }

  /** E1.31 6.3 and 8. */
  private static void extended(Cursor m, Exchange x, Observer o, int cid) {
    Transcript t = o.transcript();
    long outer = enter(m);
    long vector = m.u32();
    t.field("framingVector", vector);
    if (vector == 1) {
      t.field("sequence", m.u8());
      t.field("synchronization", m.u16());
      m.skip(2);
      if (m.ok()) {
        operation(o, "synchronization");
      }
    } else if (vector == 2) {
      int at = m.position();
      name(m, t, "sourceName", 64);
      m.skip(4);
      long inner = enter(m);
      t.field("discoveryVector", m.u32());
      int page = m.u8();
      t.field("page", page);
      t.field("lastPage", m.u8());
      int list = m.position();
      int octets = m.remaining() & ~1;
      while (m.ok() && m.remaining() >= 2) {
        t.field("universe", m.u16());
      }
      m.leave(inner);
      if (m.ok()) {
        operation(o, "universeDiscovery");
        source(m, x, o, cid, at);
        if (x.news(x.source(), NEWS_UNIVERSES, Heads.digest(m, list, octets) + page, AGAIN_SECONDS)) {
          o.see(Acts.act(x, "acn", DISCOVERY, Verb.ANNOUNCE, "universeDiscovery", null, null, octets / 2 + " universes", Outcome.UNCONFIRMED));
        }
      }
    } else {
      rest(m, t);
    }
    m.leave(outer);
  }

  private static long key(Exchange x) {
    return x.flow() * 0x9E3779B97F4A7C15L;
  }

  /** E1.33 6.3.1. */
  private static void broker(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long outer = enter(m);
    int vector = m.u16();
    t.field("brokerVector", vector);
    String name = vector < BROKERS.length ? BROKERS[vector] : BROKERS[0];
    int scope = m.position();
    if (vector == 6) {
      name(m, t, "scope", 63);
      t.field("version", m.u16());
      name(m, t, "searchDomain", 231);
      t.field("flags", m.u8());
    } else if (vector == 7) {
      int code = m.u16();
      t.field("connectionCode", code);
      t.field("version", m.u16());
      if (m.ok()) {
        o.outcome(key(x), code == 0 ? Outcome.OK : REFUSED);
      }
    }
    rest(m, t);
    if (m.ok()) {
      operation(o, name);
      if (vector == 6) {
        o.request(key(x), Acts.pending(x, "acn", BROKER, Verb.CONNECT, "connect", null, null, "scope " + zeroEnded(m, scope, 63)));
      } else if (vector == 11) {
        o.see(Acts.act(x, "acn", BROKER, Verb.DISCONNECT, "disconnect", null, null, "", Outcome.UNCONFIRMED));
      }
    }
    m.leave(outer);
  }

  /** E1.33 7: a request and a notification hold RDM messages. */
  private static void remote(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long outer = enter(m);
    long vector = m.u32();
    t.field("rptVector", vector);
    m.skip(6);
    t.field("sourceEndpoint", m.u16());
    m.skip(6);
    t.field("destinationEndpoint", m.u16());
    t.field("sequence", m.u32());
    m.skip(1);
    operation(o, vector == 1 ? "rptRequest" : vector == 3 ? "rptNotification" : "rptStatus");
    if (vector == 1 || vector == 3) {
      long inner = enter(m);
      m.skip(4);
      while (m.ok() && m.remaining() > 0) {
        command(m, x, o);
      }
      m.leave(inner);
    } else {
      rest(m, t);
    }
    m.leave(outer);
  }

  /** A block whose vector is RDM's start code. */
  private static void command(Cursor m, Exchange x, Observer o) {
    long outer = enter(m);
    if (m.u8() == 0xCC && m.ok()) {
      Rdm.dissect(m, x, o, "acn");
    }
    m.leave(outer);
  }

  /** E1.33 5.4: every device answers here, configured or not. */
  private static void lowLevel(Cursor m, Exchange x, Observer o, int cid) {
    Transcript t = o.transcript();
    long outer = enter(m);
    long vector = m.u32();
    t.field("llrpVector", vector);
    t.octets("destinationCid", m, 16);
    m.skip(16);
    t.field("transaction", m.u32());
    if (vector == 3) {
      operation(o, "llrpCommand");
      command(m, x, o);
    } else {
      long inner = enter(m);
      m.skip(1);
      int at = m.position();
      if (vector == 1) {
        m.skip(14);
        rest(m, t);
        if (m.ok()) {
          operation(o, "llrpProbeRequest");
          if (x.news(x.source(), NEWS_PROBE, x.target().hashCode(), AGAIN_SECONDS)) {
            o.see(Acts.act(x, "acn", LOW_LEVEL, Verb.DISCOVER, "llrpProbeRequest", null, null, "", Outcome.UNCONFIRMED));
          }
        }
      } else if (vector == 2) {
        m.skip(12);
        int kind = m.u8();
        t.field("componentType", kind);
        if (m.ok()) {
          operation(o, "llrpProbeReply");
          if (x.news(x.source(), NEWS_DEVICE, Heads.digest(m, at, 12) + Heads.digest(m, cid, 16), Exchange.FOREVER)) {
            o.claim(x, x.source(), Trait.BANNER, "rdmnet=" + Rdm.uid(m, at) + ", " + (kind == 0 ? "device" : kind == 1 ? "controller" : "broker"), LOW_LEVEL);
            o.claim(x, x.source(), Trait.MAC, hex(m, at + 6, 6).replaceAll("..(?!$)", "$0:"), LOW_LEVEL);
          }
        }
      } else {
        rest(m, t);
      }
      m.leave(inner);
    }
    m.leave(outer);
  }

  @Override
  public Cite cite() {
    return ROOT;
  }
}
