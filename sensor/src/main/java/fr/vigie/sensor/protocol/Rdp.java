package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * RDP's connection as far as it is in the clear (MS-RDPBCGR §2.2.1): cookie, security asked for and chosen, and, where that is RDP's own, what the
 * client calls itself. What follows in TLS is read as TLS; pictures and keys are passed over.
 *
 * <pre>
 * | 3 | 0 | length u16 | header length u8 | 0xE0 request, 0xD0 confirm, 0xF0 data | … |                        RFC 1006 §6, X.224 §13
 * request: | … | Cookie: mstshash=name CRLF | 1 | flags u8 | 8 u16 | protocols u32 |, little endian         MS-RDPBCGR §2.2.1.1
 * confirm: | … | 2 | flags u8 | 8 u16 | protocol u32 |, or | 3 | 0 | 8 u16 | failure u32 |                §2.2.1.2
 * client:  | 0x7F65 | … | Duca | length | { type u16 | length u16 | … } |; 0xC001 has the name at 24       §2.2.1.3
 * fast path: | action, two bits 0 | length u8 or u16 | … |                                                 §2.2.9.1.2
 * </pre>
 */
final class Rdp implements Dissector {
  private static final int PORT = 3389;
  private static final Cite TPKT = new Cite("RFC 1006", "6");
  private static final Cite REQUEST = new Cite("MS-RDPBCGR", "2.2.1.1");
  private static final Cite CONFIRM = new Cite("MS-RDPBCGR", "2.2.1.2");
  private static final Cite CORE = new Cite("MS-RDPBCGR", "2.2.1.3.2");

  private static final int CONNECT_REQUEST = 0xE0;
  private static final int CONNECT_CONFIRM = 0xD0;
  private static final int DATA = 0xF0;

  /** Where the variable part of a connect request begins, behind TPKT and the fixed part of X.224. */
  private static final int VARIABLE = 11;

  private static final int LONGEST = 1 << 13;

  private static final int NEWS_CONNECT = 1;
  private static final int NEWS_SECURITY = 2;
  private static final int NEWS_CLIENT = 3;
  private static final int NEWS_SERVICE = 4;
  private static final int AGAIN_SECONDS = 600;

  /** MS-RDPBCGR §2.2.1.2.2. */
  private static final Outcome[] FAILURES = {Outcome.error("refused"), Outcome.error("TLS required"), Outcome.error("TLS not allowed"), Outcome.error("no certificate"),
      Outcome.error("inconsistent flags"), Outcome.error("CredSSP required"), Outcome.error("TLS with user authentication required")};

  private final Tls tls = new Tls();
  private boolean encrypted;
  private long body;

  @Override
  public String name() {
    return "rdp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("RDP", "MS-RDPBCGR, RFC 1006, ITU-T X.224",
        "length of the user's name in the cookie, security asked for and chosen, failures; the client's name and build under RDP's own security; what TLS shows",
        "all within TLS and CredSSP, logins among it; the name in the cookie, which is a person's; pictures, keys and channels; RDP over UDP",
        "messages of the standard, tshark");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** Under RDP's own security keys and logins follow, which are not read. */
  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int first = m.at(0);
    if (first >= 20 && first <= 23 && x.recognised() && (m.length() < 2 || m.at(1) == 3)) {
      return tls.frame(m, x);
    }
    if (first == 3) {
      return tpkt(m, x);
    }
    if (!x.recognised() || (first & 3) != 0) {
      return NOT_MINE;
    }
    // §2.2.9.1.2: fast path, whose length has one octet or two
    return m.length() < 3 ? MORE : (m.at(1) & 0x80) != 0 ? 3 : m.at(1) < 2 ? NOT_MINE : 2;
  }

  private static int tpkt(Cursor m, Exchange x) {
    int have = m.length();
    if (have > 1 && m.at(1) != 0) {
      return NOT_MINE;
    }
    if (have < 9) {
      return x.recognised() || x.serverPort() == PORT ? MORE : NOT_MINE;
    }
    int length = m.at(2) << 8 | m.at(3);
    int type = m.at(5) & 0xF0;
    if (length < 7 || m.at(4) > length - 5 || m.at(4) < 2) {
      return NOT_MINE;
    }
    boolean known = x.recognised() || x.serverPort() == PORT;
    return switch (type) {
      case CONNECT_REQUEST, CONNECT_CONFIRM -> {
        if (length < VARIABLE || length > 1024) {
          yield NOT_MINE;
        }
        if (have < length && !m.cut()) {
          yield known || have > VARIABLE && first(m, type, Math.min(have, length)) ? length : NOT_MINE;
        }
        yield x.serverPort() == PORT || x.recognised() || first(m, type, length) ? length : NOT_MINE;
      }
      case DATA -> !x.recognised() && (x.serverPort() != PORT || m.at(7) != 0x7F) || m.at(4) != 2 ? NOT_MINE : m.at(7) == 0x7F && length <= LONGEST ? length : 7;
      default -> x.recognised() && length <= 1024 ? length : NOT_MINE;
    };
  }

  /** Whether the variable part is RDP's: a cookie, or a negotiation of eight octets that ends the message. */
  private static boolean first(Cursor m, int type, int length) {
    boolean request = type == CONNECT_REQUEST;
    boolean cookie = request && cookie(m);
    int at = length - 8;
    boolean negotiation = at >= VARIABLE && m.at(at + 2) == 8 && m.at(at + 3) == 0 && (request ? m.at(at) == 1 : m.at(at) == 2 || m.at(at) == 3);
    return cookie || negotiation && (at == VARIABLE || cookie);
  }

  private static boolean cookie(Cursor m) {
    String words = "Cookie: mst";
    for (int i = 0; i < words.length(); i++) {
      if (m.at(VARIABLE + i) != words.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long skip(Exchange x) {
    return encrypted ? tls.skip(x) : body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    body = 0;
    int first = m.peek(0);
    encrypted = first >= 20 && first <= 23;
    if (encrypted) {
      tls.dissect(m, x, o);
      return;
    }
    Transcript t = o.transcript();
    t.message("rdp", "fastPath");
    if (first == 3) {
      header(m, x, o);
    } else {
      m.skip(1);
      int length = m.u8();
      if ((length & 0x80) != 0) {
        length = (length & 0x7F) << 8 | m.u8();
      }
      if (m.ok()) {
        o.operation("fastPath");
        body = Math.max(0, length - m.position());
        o.secretBody();
      }
    }
    t.end();
  }

  private void header(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    int length = m.u16();
    int indicator = m.u8();
    int type = m.u8() & 0xF0;
    t.field("length", length);
    t.field("pduType", type);
    if (m.wireLength() == 7 && type == DATA) {
      operation(m, o, "data");
      m.skip(1);
      body = Math.max(0, length - 7L);
      o.secretBody();
      return;
    }
    if (length != m.wireLength() || m.cut() || indicator > length - 5) {
      // half a message: nothing in it is sure
      m.fail();
    }
    switch (type) {
      case CONNECT_REQUEST -> request(m, x, o);
      case CONNECT_CONFIRM -> confirm(m, x, o);
      case DATA -> {
        m.skip(1);
        connectInitial(m, x, o);
      }
      default -> {
        operation(m, o, "disconnect");
        m.skip(m.remaining());
      }
    }
  }

  private static void operation(Cursor m, Observer o, String name) {
    o.transcript().operation(name);
    if (m.ok()) {
      o.operation(name);
    }
  }

  private static void request(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(5);
    operation(m, o, "connectRequest");
    int cookie = 0;
    int cookieAt = 0;
    boolean person = false;
    if (m.startsWith("Cookie: ")) {
      int end = m.lineEnd(m.position());
      if (end < 0) {
        m.fail();
        return;
      }
      int equals = m.indexOf('=', m.position(), end);
      cookieAt = equals < 0 ? m.position() + 8 : equals + 1;
      cookie = Math.max(0, end - 2 - cookieAt);
      // mstshash is what the user typed for a name; msts is the address of a server of the farm
      person = equals >= 0 && m.startsWith("Cookie: mstshash");
      if (person) {
        o.secret(cookieAt, cookie);
        t.secret("cookie", cookie);
      } else if (t.on()) {
        t.field("cookie", Heads.slice(m, cookieAt, cookie));
      }
      m.seek(end);
    }
    long protocols = 0;
    if (m.remaining() >= 8 && m.peek(0) == 1) {
      m.skip(1);
      t.field("negotiationFlags", m.u8());
      if (m.u16le() != 8) {
        o.flaw(x, REQUEST, "length", m.position() - 2, m.wireLength());
      }
      protocols = m.u32le();
      t.field("requestedProtocols", protocols);
    }
    m.skip(m.remaining());
    if (m.ok() && x.news(x.source(), NEWS_CONNECT, Heads.digest(m, cookieAt, cookie) * 31 + protocols + x.target().hashCode() * 65_537L, AGAIN_SECONDS)) {
      String detail = "asks for " + security(protocols) + (cookie == 0 ? "" : person ? ", a user's name of " + cookie + " octets" : ", cookie " + Heads.slice(m, cookieAt, cookie));
      o.request(x.flow() ^ 1L << 40, Acts.pending(x, "rdp", REQUEST, Verb.CONNECT, "connectRequest", null, null, detail));
    }
  }

  /** MS-RDPBCGR §2.2.1.1.1: bits of the protocols. */
  private static String security(long protocols) {
    if (protocols == 0) {
      return "RDP";
    }
    StringBuilder s = new StringBuilder();
    String[] names = {"TLS", "CredSSP", "RDSTLS", "CredSSP with early authorization", "AAD"};
    for (int i = 0; i < names.length; i++) {
      if ((protocols >>> i & 1) != 0) {
        s.append(s.isEmpty() ? "" : ", ").append(names[i]);
      }
    }
    return s.toString();
  }

  private static void confirm(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(5);
    operation(m, o, "connectConfirm");
    long selected = 0;
    if (m.remaining() >= 8) {
      int type = m.u8();
      int flags = m.u8();
      m.skip(2);
      long value = m.u32le();
      if (type == 3) {
        t.field("failureCode", value);
        o.outcome(x.flow() ^ 1L << 40, FAILURES[value < FAILURES.length ? (int) value : 0]);
        m.skip(m.remaining());
        return;
      }
      selected = value;
      t.field("negotiationAnswerFlags", flags);
      t.field("selectedProtocol", selected);
    }
    m.skip(m.remaining());
    if (!m.ok()) {
      return;
    }
    o.outcome(x.flow() ^ 1L << 40, Outcome.OK);
    if (x.news(x.source(), NEWS_SECURITY, selected, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "rdp-security=" + security(selected), CONFIRM);
    }
    if (x.news(x.source(), NEWS_SERVICE, x.serverPort(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "tcp/" + x.serverPort() + " rdp", CONFIRM);
    }
  }

  /**
   * T.125's Connect-Initial in BER, T.124's request in PER within its last octets, the client's blocks within those. The key {@code Duca} is the
   * client's (MS-RDPBCGR §2.2.1.3).
   */
  private static void connectInitial(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    operation(m, o, "connectInitial");
    int at = m.position();
    m.skip(2);
    Ber.length(m);
    // the two selectors, a truth value and three sequences of parameters go before the user's data
    for (int i = 0; i < 6 && m.ok(); i++) {
      m.u8();
      m.skip(Ber.length(m));
    }
    int data = Ber.expect(m, Ber.OCTET_STRING);
    long outer = m.enter(data);
    m.skip(7);
    per(m);
    m.skip(8);
    boolean duca = m.startsWith("Duca");
    m.skip(4);
    per(m);
    while (duca && m.ok() && m.remaining() >= 4) {
      int from = m.position();
      int type = m.u16le();
      int octets = m.u16le();
      if (octets < 4 || octets - 4 > m.remaining()) {
        o.flaw(x, CORE, "length", from + 2, m.wireLength());
        m.fail();
        break;
      }
      if (type == 0xC001 && octets >= 56) {
        core(m, x, o, from);
      }
      t.field("clientData", type);
      m.seek(from + octets);
    }
    if (!duca && m.ok()) {
      o.flaw(x, CORE, "user-data", at, m.wireLength());
    }
    m.leave(outer);
    m.skip(m.remaining());
  }

  /** X.691 §10.9: a length of one octet, or of two with the highest bit. */
  private static int per(Cursor m) {
    int first = m.u8();
    return first < 0x80 ? first : (first & 0x7F) << 8 | m.u8();
  }

  /** §2.2.1.3.2: {@code | type | length | version u32 | width | height | depth | sequence u16 each | keyboard u32 | build u32 | name 32 | … |}. */
  private static void core(Cursor m, Exchange x, Observer o, int from) {
    Transcript t = o.transcript();
    t.field("clientVersion", m.u32le());
    m.skip(8);
    t.field("keyboardLayout", m.u32le());
    long build = m.u32le();
    t.field("clientBuild", build);
    int name = from + 24;
    int octets = 0;
    while (octets < 30 && (m.at(name + octets) != 0 || m.at(name + octets + 1) != 0)) {
      octets += 2;
    }
    m.seek(name);
    if (t.on()) {
      t.field("clientName", new Cursor().rest(m).text(octets, StandardCharsets.UTF_16LE));
    }
    if (m.ok() && octets > 0 && x.news(x.source(), NEWS_CLIENT, m.digest(octets) + build, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.NAME, m.text(octets, StandardCharsets.UTF_16LE), CORE);
      o.claim(x, x.source(), Trait.BANNER, "rdp-client-build=" + build, CORE);
    }
  }

  @Override
  public Cite cite() {
    return TPKT;
  }
}
