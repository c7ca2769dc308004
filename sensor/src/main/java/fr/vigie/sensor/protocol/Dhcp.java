package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * DHCP and BOOTP for IPv4 (RFC 2131, RFC 2132, RFC 951; FQDN option RFC 4702, relay information RFC 3046).
 *
 * <pre>
 * | op u8 | htype u8 | hlen u8 | hops u8 | xid u32 | secs u16 | flags u16 | ciaddr u32 | yiaddr u32 | siaddr u32 | giaddr u32 |
 * | chaddr 16 octets | sname 64 octets | file 128 octets | magic cookie u32 = 0x63825363 | options: code u8, length u8, value … 255 |
 * </pre>
 *
 * What a client says is claimed about its hardware address, since it speaks from 0.0.0.0 before it has another. An acknowledged address
 * is a {@link Sighting} that binds it. A server that offers or acknowledges is an act {@link Verb#SERVE}, told once per client, type and
 * ten minutes; where a relay passes it on, the server is the one the server identifier names. Options split over several instances
 * (RFC 3396) are read instance by instance.
 */
final class Dhcp implements Dissector {
  private static final Cite MESSAGE = new Cite("RFC 2131", "2");
  private static final Cite SERVER = new Cite("RFC 2131", "4.3.1");
  private static final Cite ACK = new Cite("RFC 2131", "3.1");
  private static final Cite TYPES = new Cite("RFC 2131", "4.1");
  private static final Cite END = new Cite("RFC 2132", "3.2");
  private static final Cite HOST_NAME = new Cite("RFC 2132", "3.14");
  private static final Cite FQDN = new Cite("RFC 4702", "2");
  private static final Cite PARAMETERS = new Cite("RFC 2132", "9.8");
  private static final Cite VENDOR_CLASS = new Cite("RFC 2132", "9.13");
  private static final Cite RELAY = new Cite("RFC 2131", "4.1");
  private static final Cite OPTION = new Cite("RFC 2132", "2");
  private static final Cite CLIENT_ID = new Cite("RFC 2132", "9.14");
  private static final Cite NODE_ID = new Cite("RFC 4361", "6.1");
  private static final Cite USER_CLASS = new Cite("RFC 3004", "4");
  private static final Cite CIRCUIT = new Cite("RFC 3046", "3.1");
  private static final Cite MACHINE = new Cite("RFC 4578", "2.3");
  private static final Cite ENTERPRISE_CLASS = new Cite("RFC 3925", "3");

  /** RFC 2131 §3: the first four octets of the options field. */
  private static final long COOKIE = 0x63825363L;

  /** Octets up to the options: RFC 2131 §2. */
  private static final int FIXED = 236;

  /** RFC 951 §3: the vendor area of a BOOTP message without options has 64 octets. */
  private static final int BOOTP = 300;

  /** RFC 2132 §9.6, RFC 3203 §4, RFC 4388 §6.1. */
  private static final String[] TYPE_NAMES = {"BOOTP", "DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPDECLINE", "DHCPACK", "DHCPNAK",
      "DHCPRELEASE", "DHCPINFORM", "DHCPFORCERENEW", "DHCPLEASEQUERY",
      "DHCPLEASEUNASSIGNED", "DHCPLEASEUNKNOWN", "DHCPLEASEACTIVE"};

  private static final int OFFER = 2;
  private static final int ACKNOWLEDGE = 5;
  private static final int INFORM = 8;

  /** Bit n says that type n is a server's (RFC 2131 §4.3.1: OFFER, ACK, NAK). */
  private static final int SERVER_TYPES = 1 << 2 | 1 << 5 | 1 << 6;

  private static final int NEWS_MAC = 1;
  private static final int NEWS_HOST_NAME = 2;
  private static final int NEWS_FQDN = 3;
  private static final int NEWS_PARAMETERS = 4;
  private static final int NEWS_CLASS = 5;
  private static final int NEWS_SERVE = 6;
  private static final int NEWS_ROLE = 7;
  private static final int NEWS_BINDING = 8;
  private static final int NEWS_RELAY = 9;
  private static final int NEWS_IDENTIFIER = 10;
  private static final int NEWS_USER_CLASS = 11;
  private static final int NEWS_CIRCUIT = 12;
  private static final int NEWS_MACHINE = 13;
  private static final int NEWS_ENTERPRISE = 14;

  /** RFC 4361 §6.1: what follows is an association and a DUID. */
  private static final int NODE_SPECIFIC = 255;

  /** Seconds after which the same service to the same client is told again. */
  private static final int SERVE_AGAIN = 600;

  /** Seconds after which the same binding is told again. */
  private static final int BIND_AGAIN = 3600;

  private int type;
  private int overload;
  private long serverId;
  private long router;
  private long domainServer;
  private boolean ended;

  @Override
  public String name() {
    return "dhcp";
  }

  /** RFC 3118: authentication carries a token or a digest. */
  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DHCP and BOOTP", "RFC 2131, 2132, 951, 3004, 3046, 3396, 3442, 3925, 4361, 4578, 4702",
        "every option of RFC 2132 in its form; names, classes, parameter list, identifiers and DUID, the relay's port of a client, machine UUID",
        "authentication is a secret; options of vendors are shown as octets",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {67, 68};
  }

  @Override
  public int frame(Cursor m, Exchange exchange) {
    int op = m.at(0);
    int length = m.wireLength();
    if (length < FIXED + 4 || op < 1 || op > 2 || m.at(2) > 16) {
      return NOT_MINE;
    }
    if (m.length() < FIXED + 4) {
      return m.cut() ? length : NOT_MINE;
    }
    m.seek(FIXED);
    long cookie = m.u32();
    return cookie == COOKIE || cookie == 0 && length >= BOOTP ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange exchange, Observer observer) {
    Transcript t = observer.transcript();
    int op = m.u8();
    int htype = m.u8();
    int hlen = m.u8();
    int hops = m.u8();
    long xid = m.u32();
    int secs = m.u16();
    int flags = m.u16();
    long ciaddr = m.u32();
    long yiaddr = m.u32();
    long siaddr = m.u32();
    long giaddr = m.u32();
    long chaddr = m.u48();
    m.skip(10 + 64 + 128);
    type = 0;
    overload = 0;
    serverId = 0;
    router = 0;
    domainServer = 0;
    ended = false;
    if (t.on()) {
      t.message("dhcp", "BOOTP");
      t.field("op", op);
      t.field("htype", htype);
      t.field("hlen", hlen);
      t.field("hops", hops);
      t.field("xid", xid);
      t.field("secs", secs);
      t.field("flags", flags);
      t.field("ciaddr", Endpoint.ipText(4, 0, ciaddr));
      t.field("yiaddr", Endpoint.ipText(4, 0, yiaddr));
      t.field("siaddr", Endpoint.ipText(4, 0, siaddr));
      t.field("giaddr", Endpoint.ipText(4, 0, giaddr));
      t.field("chaddr", Endpoint.macText(chaddr));
    }
    Endpoint source = exchange.source();
    boolean ethernet = htype == 1 && hlen == 6 && chaddr != 0;
    boolean request = op == 1;
    Endpoint client = ethernet ? exchange.endpoints().mac(source.realm(), chaddr, source.vlan()) : null;
    boolean dhcp = m.u32() == COOKIE;
    if (m.ok() && dhcp) {
      options(m, exchange, observer, request ? client : null);
      // RFC 2131 §4.1: options may go on in file, then in sname.
      if (ended && (overload & 1) != 0) {
        part(m, exchange, observer, request ? client : null, FIXED - 128, 128);
      }
      if (ended && (overload & 2) != 0) {
        part(m, exchange, observer, request ? client : null, FIXED - 192, 64);
      }
    }
    if (type < TYPE_NAMES.length) {
      t.operation(TYPE_NAMES[type]);
      if (m.ok()) {
        observer.operation(TYPE_NAMES[type]);
      }
    }
    if (m.ok()) {
      if (dhcp && !ended && !m.cut()) {
        observer.flaw(exchange, END, "no end option", m.length(), 0);
      }
      if (type >= 1 && type <= INFORM && (SERVER_TYPES >>> type & 1) == (request ? 1 : 0)) {
        observer.flaw(exchange, TYPES, "message type against op", 0, 1);
      } else if (ended || !dhcp && m.length() >= BOOTP) {
        if (client != null && exchange.news(client, NEWS_MAC, 0, Exchange.FOREVER)) {
          observer.claim(exchange, client, Trait.MAC, Endpoint.macText(chaddr), MESSAGE);
        }
        if (!request && (type == OFFER || type == ACKNOWLEDGE || !dhcp)) {
          serve(exchange, observer, client, chaddr, type == ACKNOWLEDGE && yiaddr == 0 ? ciaddr : yiaddr, giaddr, siaddr);
        }
      }
    }
    if (t.on()) {
      t.end();
    }
  }

  private void part(Cursor m, Exchange exchange, Observer observer, @Nullable Endpoint client, int offset, int length) {
    int back = m.position();
    m.seek(offset);
    long outer = m.enter(length);
    ended = false;
    options(m, exchange, observer, client);
    m.leave(outer);
    m.seek(back);
  }

  private void options(Cursor m, Exchange exchange, Observer observer, @Nullable Endpoint client) {
    Transcript t = observer.transcript();
    while (m.remaining() > 0) {
      int code = m.u8();
      if (code == 0) {
        continue;
      }
      if (code == 255) {
        ended = true;
        break;
      }
      int length = m.u8();
      long outer = m.enter(length);
      if (!m.ok()) {
        m.leave(outer);
        break;
      }
      int due = DhcpOptions.octets(code);
      if (due != 0 && length != due) {
        observer.flaw(exchange, OPTION, "option length", m.position() - 2, m.wireLength());
      }
      if (code == DhcpOptions.AUTHENTICATION) {
        observer.secret(m.position(), length);
      }
      if (t.on()) {
        DhcpOptions.transcribe(t, m, code, length);
      }
      option(m, exchange, observer, client, code, length);
      m.leave(outer);
    }
  }

  private void option(Cursor m, Exchange x, Observer observer, @Nullable Endpoint client, int code, int length) {
    switch (code) {
      case 3 -> router = length >= 4 ? m.u32() : 0;
      case 6 -> domainServer = length >= 4 ? m.u32() : 0;
      case 52 -> overload = length == 1 ? m.u8() & 3 : 0;
      case 53 -> type = length == 1 ? m.u8() : 0;
      case 54 -> serverId = length == 4 ? m.u32() : 0;
      case 12 -> {
        if (client != null && length > 0 && x.news(client, NEWS_HOST_NAME, m.digest(length), Exchange.FOREVER)) {
          observer.claim(x, client, Trait.HOSTNAME, text(m, length), HOST_NAME);
        }
      }
      case 81 -> {
        if (client != null && length > 3 && x.news(client, NEWS_FQDN, m.digest(length), Exchange.FOREVER)) {
          String fqdn = fqdn(m, length);
          if (!fqdn.isEmpty()) {
            observer.claim(x, client, Trait.HOSTNAME, fqdn, FQDN);
          }
        }
      }
      case 55 -> {
        if (client != null && length > 0 && x.news(client, NEWS_PARAMETERS, m.digest(length), Exchange.FOREVER)) {
          observer.claim(x, client, Trait.BANNER, "dhcp-55=" + list(m, length), PARAMETERS);
        }
      }
      case 60 -> {
        if (client != null && length > 0 && x.news(client, NEWS_CLASS, m.digest(length), Exchange.FOREVER)) {
          observer.claim(x, client, Trait.BANNER, "dhcp-60=" + text(m, length), VENDOR_CLASS);
        }
      }
      case 61 -> identifier(m, x, observer, client, length);
      case 77 -> {
        if (client != null && length > 0 && x.news(client, NEWS_USER_CLASS, m.digest(length), Exchange.FOREVER)) {
          observer.claim(x, client, Trait.BANNER, "dhcp-77=" + DhcpOptions.userClass(m, length), USER_CLASS);
        }
      }
      case 82 -> circuit(m, x, observer, client);
      // | 0 u8 | UUID 16 |: what the machine's firmware calls itself when it boots from the network
      case 97 -> {
        if (client != null && length == 17 && x.news(client, NEWS_MACHINE, m.digest(length), Exchange.FOREVER)) {
          m.skip(1);
          observer.claim(x, client, Trait.BANNER, "dhcp-97=" + HexFormat.of().formatHex(m.bytes(16)), MACHINE);
        }
      }
      // | enterprise u32 | length u8, text | … |
      case 124 -> {
        if (client != null && length > 5 && x.news(client, NEWS_ENTERPRISE, m.digest(length), Exchange.FOREVER)) {
          long enterprise = m.u32();
          observer.claim(x, client, Trait.BANNER, "dhcp-124=" + enterprise + " " + text(m, Math.min(m.u8(), m.remaining())), ENTERPRISE_CLASS);
        }
      }
      default -> {
        // in the transcript only
      }
    }
  }

  /**
   * RFC 2132 §9.14: the hardware address again, or a name of the client's own making; RFC 4361 §6.1: its DUID, the one it has in DHCPv6 as well.
   */
  private static void identifier(Cursor m, Exchange x, Observer observer, @Nullable Endpoint client, int length) {
    int kind = m.u8();
    if (client == null || length < 2 || kind == 1 && length == 7 || !x.news(client, NEWS_IDENTIFIER, m.digest(length - 1), Exchange.FOREVER)) {
      return;
    }
    if (kind == NODE_SPECIFIC && length > 7) {
      m.skip(4);
      observer.claim(x, client, Trait.BANNER, "duid=" + HexFormat.of().formatHex(m.bytes(length - 5)), NODE_ID);
    } else {
      observer.claim(x, client, Trait.BANNER, "dhcp-61=" + DhcpOptions.shown(m, length - 1), CLIENT_ID);
    }
  }

  /** RFC 3046 §2: {@code | sub-option u8 | length u8 | value | …}; the first names the port of the relay at which the client hangs. */
  private static void circuit(Cursor m, Exchange x, Observer observer, @Nullable Endpoint client) {
    while (client != null && m.ok() && m.remaining() >= 2) {
      int kind = m.u8();
      int octets = m.u8();
      long outer = m.enter(octets);
      if (m.ok() && kind == 1 && octets > 0 && x.news(client, NEWS_CIRCUIT, m.digest(octets) + x.source().print(), Exchange.FOREVER)) {
        observer.claim(x, client, Trait.PORT, (x.source().ipLow() == 0 ? "" : x.source().ip() + " ") + DhcpOptions.circuit(m, octets), CIRCUIT);
      }
      m.leave(outer);
    }
  }

  /** RFC 2131 §4.3.1. A relay (giaddr set, or a speaker that is not the server identifier) passes on what another serves. */
  private void serve(Exchange x, Observer observer, @Nullable Endpoint client, long chaddr, long address, long giaddr, long siaddr) {
    Endpoint source = x.source();
    boolean relayed = serverId != 0 && source.family() == 4 && source.ipLow() != serverId;
    Endpoint server = relayed ? x.endpoints().ip(source.realm(), 4, 0, serverId, Endpoint.NO_MAC, source.vlan()) : source;
    if (x.news(server, NEWS_ROLE, 0, Exchange.FOREVER)) {
      observer.claim(x, server, Trait.ROLE, "dhcp-server", SERVER);
    }
    if (relayed && giaddr == source.ipLow() && x.news(source, NEWS_RELAY, 0, Exchange.FOREVER)) {
      observer.claim(x, source, Trait.ROLE, "dhcp-relay", RELAY);
    }
    if (client != null && type == ACKNOWLEDGE && address != 0
        && x.news(client, NEWS_BINDING, address, BIND_AGAIN)) {
      Endpoint bound = x.endpoints().ip(source.realm(), 4, 0, address, chaddr, source.vlan());
      observer.see(new Sighting(x.stamp(), bound, name(), ACK, Sighting.How.DHCP));
      observer.claim(x, client, Trait.ADDRESS, Endpoint.ipText(4, 0, address), ACK);
    }
    if (x.news(server, NEWS_SERVE, chaddr * 31 + type * 0x9E3779B97F4A7C15L ^ router << 32 ^ domainServer, SERVE_AGAIN)) {
      Stamp stamp = x.stamp();
      StringBuilder detail = new StringBuilder("address ").append(Endpoint.ipText(4, 0, address));
      if (router != 0) {
        detail.append(", router ").append(Endpoint.ipText(4, 0, router));
      }
      if (domainServer != 0) {
        detail.append(", dns ").append(Endpoint.ipText(4, 0, domainServer));
      }
      if (siaddr != 0) {
        detail.append(", next server ").append(Endpoint.ipText(4, 0, siaddr));
      }
      Endpoint whom = client != null ? client : x.target();
      String operation = TYPE_NAMES[type];
      observer.see(new Act(stamp, server, name(), SERVER, stamp.seq() + "." + stamp.n(), whom, x.sourcePort(), Verb.SERVE, operation, null,
          null, 0, detail.toString(), Outcome.UNCONFIRMED));
    }
  }

  /** Text without the NULs that some clients add (RFC 2132 §2 forbids them). */
  static String text(Cursor m, int length) {
    int n = length;
    int start = m.position();
    while (n > 0 && m.at(start + n - 1) == 0) {
      n--;
    }
    return m.text(n);
  }

  /** RFC 4702 §2.1: flags, two dead octets, then the name: in DNS form where the E bit is set, else ASCII (deprecated). */
  static String fqdn(Cursor m, int length) {
    int flags = m.u8();
    m.skip(2);
    if ((flags & 4) == 0) {
      return text(m, length - 3);
    }
    StringBuilder name = new StringBuilder();
    while (m.remaining() > 0) {
      int label = m.u8();
      if (label == 0 || label > 63 || label > m.remaining()) {
        break;
      }
      if (!name.isEmpty()) {
        name.append('.');
      }
      name.append(m.text(label, StandardCharsets.UTF_8));
    }
    return name.toString();
  }

  static String list(Cursor m, int length) {
    StringBuilder s = new StringBuilder(length * 4);
    for (int i = 0; i < length; i++) {
      if (i > 0) {
        s.append(',');
      }
      s.append(m.u8());
    }
    return s.toString();
  }
}
