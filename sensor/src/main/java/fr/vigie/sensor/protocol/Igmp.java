package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;

/**
 * IGMP versions 1 to 3 (RFC 1112 appendix I, RFC 2236, RFC 3376).
 *
 * <pre>
 * | type u8 | maximum response time u8 | checksum u16 | group u32 |                                            versions 1 and 2
 * query 0x11: | … | reserved 4, S 1, QRV 3 | QQIC u8 | sources u16 | source u32 … |                          version 3
 * report 0x22: | type u8 | 0 u8 | checksum u16 | 0 u16 | records u16 | record … |
 * record: | type u8 | auxiliary words u8 | sources u16 | group u32 | source u32 … | auxiliary data |
 * </pre>
 *
 * Which groups a device listens to tells what it is: 224.0.23.12 is KNXnet/IP, 239.255.255.250 is UPnP and WS-Discovery. DVMRP, PIM version 1
 * and multicast router discovery, which share the protocol number, are left to contacts.
 */
final class Igmp implements Dissector {
  private static final Cite MESSAGE = new Cite("RFC 2236", "2");
  private static final Cite QUERY = new Cite("RFC 3376", "4.1");
  private static final Cite REPORT = new Cite("RFC 3376", "4.2");
  private static final Cite RECORD = new Cite("RFC 3376", "4.2.12");
  private static final Cite HOPS = new Cite("RFC 3376", "4");

  private static final int MEMBERSHIP_QUERY = 0x11;
  private static final int REPORT_1 = 0x12;
  private static final int REPORT_2 = 0x16;
  private static final int LEAVE = 0x17;
  private static final int REPORT_3 = 0x22;

  private static final GroupRecords RECORDS = new GroupRecords(false, RECORD, REPORT, (x, o, high, low) -> listens(x, o, low, REPORT));

  private static final int NEWS_QUERIER = 1;
  private static final int NEWS_GROUP = 2;

  @Override
  public String name() {
    return "igmp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IGMP versions 1 to 3",
        "RFC 1112 appendix I, RFC 2236, RFC 3376",
        "queries, reports, leaves, records with their sources",
        "DVMRP, PIM version 1, router discovery; checksums",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.IP;
  }

  @Override
  public int[] ports() {
    return new int[] {2};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int type = m.at(0);
    boolean known = type == MEMBERSHIP_QUERY || type == REPORT_1 || type == REPORT_2 || type == LEAVE || type == REPORT_3;
    return known && m.wireLength() >= 8 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int type = m.u8();
    int time = m.u8();
    int checksum = m.u16();
    int version = version(type, time, m.wireLength());
    String named = named(type);
    if (t.on()) {
      t.message("igmp", named);
      t.field("version", version);
      t.field("type", type);
      if (version != 1 && type != REPORT_3) {
        t.field("maximumResponseTime", time);
      }
      t.field("checksum", checksum);
    }
    // a message that a router passed on is told as a flaw and not believed
    boolean believed = x.hops() == 1;
    if (!believed) {
      o.flaw(x, HOPS, "hops", 0, m.wireLength());
    }
    if (type == REPORT_3) {
      report(m, x, o, believed);
    } else {
      message(m, x, o, type, version, believed);
    }
    if (m.ok()) {
      o.operation(named);
      m.skip(m.remaining());
    }
    if (t.on()) {
      t.end();
    }
  }

  private static String named(int type) {
    return switch (type) {
      case MEMBERSHIP_QUERY -> "membership query";
      case LEAVE -> "leave group";
      default -> "membership report";
    };
  }

  /** RFC 3376 §7.1: a query's version is told by its length and its response time. */
  private static int version(int type, int time, int length) {
    return switch (type) {
      case REPORT_1 -> 1;
      case REPORT_2, LEAVE -> 2;
      case REPORT_3 -> 3;
      default -> length >= 12 ? 3 : time == 0 ? 1 : 2;
    };
  }

  private static void message(Cursor m, Exchange x, Observer o, int type, int version, boolean believed) {
    Transcript t = o.transcript();
    long group = m.u32();
    if (t.on()) {
      t.field("group", Endpoint.ipText(4, 0, group));
    }
    if (type == MEMBERSHIP_QUERY && version == 3) {
      int bits = m.u8();
      int interval = m.u8();
      int sources = m.u16();
      if (t.on()) {
        t.field("suppress", (bits & 8) != 0);
        t.field("robustness", bits & 7);
        t.field("queryInterval", interval);
        t.field("sources", sources);
      }
      GroupRecords.sources(m, t, false, sources);
    }
    if (!m.ok() || !believed) {
      return;
    }
    boolean query = type == MEMBERSHIP_QUERY;
    if (group >>> 28 != 0xE && !(query && group == 0)) {
      o.flaw(x, query ? QUERY : MESSAGE, "group", 4, m.wireLength());
    } else if (query) {
      // RFC 4541 §2.1.1: a snooping switch that is no querier asks from 0.0.0.0
      if (x.source().ipLow() != 0 && x.news(x.source(), NEWS_QUERIER, version, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.ROLE, "multicast-querier", QUERY);
      }
    } else if (type != LEAVE) {
      listens(x, o, group, MESSAGE);
    }
  }

  private static void report(Cursor m, Exchange x, Observer o, boolean believed) {
    m.skip(2);
    int start = m.position();
    int records = RECORDS.tell(m, o);
    if (m.ok() && believed) {
      RECORDS.claim(m, x, o, start, records);
    }
  }

  /** Groups of the local network's own control (224.0.0.0/24, RFC 5771 §4) say nothing of the device. */
  private static void listens(Exchange x, Observer o, long group, Cite cite) {
    if (group >>> 8 != 0xE00000 && x.news(x.source(), NEWS_GROUP, group, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "multicast-group=" + Endpoint.ipText(4, 0, group), cite);
    }
  }

  @Override
  public Cite cite() {
    return MESSAGE;
  }
}
