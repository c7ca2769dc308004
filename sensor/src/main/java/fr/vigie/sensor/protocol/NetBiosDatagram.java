package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * NetBIOS datagrams (RFC 1002 §4.4) and, in them, what Windows machines announce of themselves to the browsers of their network (MS-BRWS §2.2).
 *
 * <pre>
 * | type u8 | flags u8 | id u16 | source u32 | port u16 | length u16 | offset u16 | source name | target name | data |        0x10 to 0x12
 * data: | FF 53 4D 42 25 … 32 octets | words u8 = 17 | … offset of data at 24, u16 | setup 3 words | count u16 | mailslot name |
 * announcement: | 1, 12 or 15 u8 | updates u8 | period u32 | name 16 | major u8 | minor u8 | server type u32 | … u32 | comment |   little-endian
 * </pre>
 */
final class NetBiosDatagram implements Dissector {
  private static final Cite NAMES = new Cite("RFC 1002", "4.4.2");
  private static final Cite ANNOUNCEMENT = new Cite("MS-BRWS", "2.2.1");
  private static final Cite ELECTION = new Cite("MS-BRWS", "2.2.3");

  private static final String[] TYPES = {"direct unique", "direct group", "broadcast", "error", "query", "positive query response", "negative query response"};
  private static final String MAILSLOT = "\\MAILSLOT\\BROWSE";

  private static final int HOST = 1;
  private static final int REQUEST_ELECTION = 8;
  private static final int DOMAIN = 12;
  private static final int LOCAL_MASTER = 15;

  /** MS-BRWS §2.2.1 and MS-SRVS SV_TYPE: bits that are a role. */
  private static final int[] BITS = {0x4, 0x8, 0x10, 0x200, 0x40000, 0x80000, 0x8000000};

  private static final String[] ROLES = {"sql-server", "domain-controller", "domain-controller", "print-server", "master-browser", "domain-master-browser", "terminal-server"};
  private static final int NEWS_NAME = 1;
  private static final int NEWS_OS = 2;
  private static final int NEWS_ROLE = 3;
  private static final int NEWS_COMMENT = 4;

  private final NetBiosName name = new NetBiosName();

  @Override
  public String name() {
    return "nbdgm";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("NetBIOS datagrams and browser announcements", "RFC 1002 §4.4, MS-BRWS",
        "headers with their names; host, domain and local master announcements, elections",
        "other mailslots (net logon among them); lists of browsers; fragmented datagrams",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {138};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int type = m.at(0);
    return m.wireLength() >= 11 && type >= 0x10 && type <= 0x16 && (m.at(1) & 0xF0) == 0 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int type = m.u8();
    int flags = m.u8();
    int id = m.u16();
    long address = m.u32();
    int port = m.u16();
    String named = type >= 0x10 && type <= 0x16 ? TYPES[type - 0x10] : "type unknown";
    if (t.on()) {
      t.message("nbdgm", named);
      t.field("type", type);
      t.field("flags", flags);
      t.field("id", id);
      t.field("sourceAddress", Endpoint.ipText(4, 0, address));
      t.field("sourcePort", port);
    }
    if (type == 0x13) {
      t.field("error", m.u8());
    } else if (type > 0x13) {
      shown(m, t, "targetName");
    } else {
      int length = m.u16();
      int offset = m.u16();
      if (t.on()) {
        t.field("length", length);
        t.field("offset", offset);
      }
      shown(m, t, "sourceName");
      shown(m, t, "targetName");
      // a first and only fragment (§4.4.1: bit 1 first, bit 0 more)
      if (m.ok() && (flags & 3) == 2) {
        transaction(m, x, o);
      }
    }
    if (m.ok()) {
      o.operation(named);
      m.skip(m.remaining());
    }
    if (t.on()) {
      t.end();
    }
  }

  private void shown(Cursor m, Transcript t, String field) {
    name.read(m);
    if (t.on() && m.ok()) {
      t.field(field, name.text());
    }
  }

  /** SMB_COM_TRANSACTION to a mailslot (MS-CIFS §2.2.4.33, MS-MAIL §2.2.1). */
  private static void transaction(Cursor m, Exchange x, Observer o) {
    int start = m.position();
    boolean transaction = m.peek(0) == 0xFF && m.peek(1) == 'S' && m.peek(2) == 'M' && m.peek(3) == 'B' && m.peek(4) == 0x25 && m.peek(32) == 17;
    if (!transaction) {
      return;
    }
    // word 12 of the parameters: where the data begin, from the head of the SMB
    int data = m.peek(33 + 24) | m.peek(33 + 25) << 8;
    m.skip(33 + 34 + 2);
    boolean browse = m.startsWith(MAILSLOT);
    if (o.transcript().on() && m.ok()) {
      int end = m.indexOf(0, m.position(), m.length());
      if (end >= 0) {
        o.transcript().field("mailslot", m.text(end - m.position(), StandardCharsets.US_ASCII));
      }
    }
    if (browse) {
      m.seek(start + data);
      announcement(m, x, o);
    }
  }

  private static void announcement(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int command = m.u8();
    t.field("command", command);
    if (command == REQUEST_ELECTION) {
      election(m, x, o);
    }
    if (command != HOST && command != DOMAIN && command != LOCAL_MASTER) {
      return;
    }
    int update = m.u8();
    long period = m.u32le();
    int at = m.position();
    int length = octets(m, at, 16);
    m.skip(16);
    int major = m.u8();
    int minor = m.u8();
    long kind = m.u32le();
    int protocolMajor = m.u8();
    int protocolMinor = m.u8();
    int signature = m.u16le();
    int comment = m.position();
    int words = octets(m, comment, 43);
    if (t.on()) {
      t.field("updateCount", update);
      t.field("period", period);
      t.field("serverName", Heads.slice(m, at, length));
      t.field("osMajor", major);
      t.field("osMinor", minor);
      t.field("serverType", kind);
      t.field("browserMajor", protocolMajor);
      t.field("browserMinor", protocolMinor);
      t.field("signature", signature);
      t.field("comment", Heads.slice(m, comment, words));
    }
    if (!m.ok() || command == DOMAIN) {
      return;
    }
    Endpoint source = x.source();
    if (length > 0 && x.news(source, NEWS_NAME, Heads.digest(m, at, length), Exchange.FOREVER)) {
      o.claim(x, source, Trait.HOSTNAME, Heads.slice(m, at, length), ANNOUNCEMENT);
    }
    // Samba announces a version of its choice
    if (x.news(source, NEWS_OS, major * 256L + minor, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "browser-os=" + major + "." + minor, ANNOUNCEMENT);
    }
    if (words > 0 && x.news(source, NEWS_COMMENT, Heads.digest(m, comment, words), Exchange.FOREVER)) {
      o.claim(x, source, Trait.DESCRIPTION, Heads.slice(m, comment, words), ANNOUNCEMENT);
    }
    for (int i = 0; i < BITS.length; i++) {
      if ((kind & BITS[i]) != 0 && x.news(source, NEWS_ROLE, i, Exchange.FOREVER)) {
        o.claim(x, source, Trait.ROLE, ROLES[i], ANNOUNCEMENT);
      }
    }
  }

  /** {@code | 8 | version u8 | criteria u32 | uptime u32, ms | 0 u32 | name |}. */
  private static void election(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u8();
    long criteria = m.u32le();
    long uptime = m.u32le();
    m.skip(4);
    int at = m.position();
    int length = octets(m, at, 16);
    if (t.on()) {
      t.field("electionVersion", version);
      t.field("criteria", criteria);
      t.field("uptime", uptime);
      t.field("serverName", Heads.slice(m, at, length));
    }
    if (m.ok() && length > 0 && x.news(x.source(), NEWS_NAME, Heads.digest(m, at, length), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.HOSTNAME, Heads.slice(m, at, length), ELECTION);
    }
  }

  private static int octets(Cursor m, int at, int most) {
    int n = 0;
    while (n < most && m.at(at + n) != 0) {
      n++;
    }
    return n;
  }

  @Override
  public Cite cite() {
    return NAMES;
  }
}
