package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * DHCP for IPv6 (RFC 8415; names RFC 4704, hardware address of a client RFC 6939, DNS servers RFC 3646).
 *
 * <pre>
 * | type u8 | transaction 3 | option: code u16, length u16, value … |
 * | 12 or 13 u8 | hops u8 | link 16 | peer 16 | options, of which 9 is the message relayed |
 * DUID: | 1 u16 | hardware u16 | time u32 | address |   | 2 u16 | enterprise u32 | identifier |   | 3 u16 | hardware u16 | address |   | 4 u16 | UUID 16 |
 * </pre>
 *
 * What a client says is claimed about the address it speaks from, behind a relay about the peer address that the relay names. The hardware
 * address in a DUID is one of the client's cards, not always the one that speaks.
 */
final class Dhcp6 implements Dissector {
  private static final String STANDARD = "RFC 8415";
  private static final Cite FORMAT = new Cite(STANDARD, "8");
  private static final Cite RELAY = new Cite(STANDARD, "9");
  private static final Cite HOPS = new Cite(STANDARD, "19.1.2");
  private static final Cite VALID = new Cite(STANDARD, "16");
  private static final Cite OPTIONS = new Cite(STANDARD, "21.1");
  private static final Cite DUID = new Cite(STANDARD, "11");
  private static final Cite REQUESTED = new Cite(STANDARD, "21.7");
  private static final Cite VENDOR_CLASS = new Cite(STANDARD, "21.16");
  private static final Cite ADDRESS = new Cite(STANDARD, "21.6");
  private static final Cite FQDN = new Cite("RFC 4704", "4");
  private static final Cite LINK_ADDRESS = new Cite("RFC 6939", "4");

  /** RFC 8415 §7.3. */
  private static final String[] TYPES = {"reserved", "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE", "RECONFIGURE",
      "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL", "LEASEQUERY", "LEASEQUERY-REPLY", "LEASEQUERY-DONE", "LEASEQUERY-DATA", "RECONFIGURE-REQUEST",
      "RECONFIGURE-REPLY", "DHCPV4-QUERY", "DHCPV4-RESPONSE"};

  private static final int ADVERTISE = 2;
  private static final int REPLY = 7;
  private static final int RECONFIGURE = 10;
  private static final int RELAY_FORWARD = 12;
  private static final int RELAY_REPLY = 13;

  /** RFC 8415 §7.6, HOP_COUNT_LIMIT; deeper nesting is not read. */
  private static final int MOST_RELAYS = 8;

  /** Options within options, which the standard nests three deep. */
  private static final int DEEPEST = MOST_RELAYS + 4;

  private static final int NEWS_MAC = 1;
  private static final int NEWS_NAME = 2;
  private static final int NEWS_REQUESTED = 3;
  private static final int NEWS_CLASS = 4;
  private static final int NEWS_DUID = 5;
  private static final int NEWS_ROLE = 6;
  private static final int NEWS_SERVE = 7;
  private static final int NEWS_BINDING = 8;
  private static final int SERVE_AGAIN = 600;
  private static final int BIND_AGAIN = 3600;

  /** Whether claims are told: at the second walk, when the message has proved sound. */
  private boolean telling;

  private int type;
  private boolean clientIdentified;
  private boolean serverIdentified;
  private boolean relayed;
  private long peerHigh;
  private long peerLow;
  private long assignedHigh;
  private long assignedLow;
  private long serverHigh;
  private long serverLow;

  @Override
  public String name() {
    return "dhcpv6";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DHCPv6", "RFC 8415, RFC 3646, RFC 4704, RFC 6939",
        "every message with relays nested, DUIDs of every type, addresses and prefixes, options asked for, names, vendor class, DNS servers, status",
        "vendors' own options and authentication, shown as octets; lease queries are named",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {546, 547};
  }

  /** A datagram is DHCPv6 if its type is known and its options walk to its end. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int first = m.at(0);
    int length = m.wireLength();
    boolean relay = first == RELAY_FORWARD || first == RELAY_REPLY;
    if (first == 0 || first >= TYPES.length || length < (relay ? 34 : 4)) {
      return NOT_MINE;
    }
    m.skip(relay ? 34 : 4);
    while (m.ok() && m.remaining() > 0) {
      m.skip(2);
      m.skip(m.u16());
    }
    return m.ok() || m.cut() ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    type = 0;
    clientIdentified = false;
    serverIdentified = false;
    relayed = false;
    peerHigh = 0;
    peerLow = 0;
    assignedHigh = 0;
    assignedLow = 0;
    serverHigh = 0;
    serverLow = 0;
    telling = false;
    Transcript t = o.transcript();
    int outermost = m.peek(0);
    if (t.on()) {
      t.message("dhcpv6", name(outermost));
    }
    message(m, x, o, t, 0);
    if (m.ok()) {
      o.operation(name(outermost));
      judge(m, x, o, outermost);
      telling = true;
      m.seek(0);
      message(m, x, o, Transcript.OFF, 0);
      roles(x, o, outermost);
    }
    if (t.on()) {
      t.end();
    }
  }

  private static String name(int type) {
    return type < TYPES.length ? TYPES[type] : "type unknown";
  }

  private static boolean server(int type) {
    return type == ADVERTISE || type == REPLY || type == RECONFIGURE;
  }

  private void message(Cursor m, Exchange x, Observer o, Transcript t, int depth) {
    type = m.u8();
    boolean relay = type == RELAY_FORWARD || type == RELAY_REPLY;
    if (t.on()) {
      t.field("messageType", type);
    }
    if (relay) {
      int hops = m.u8();
      long linkHigh = m.u64();
      long linkLow = m.u64();
      peerHigh = m.u64();
      peerLow = m.u64();
      relayed = true;
      if (t.on()) {
        t.field("hopCount", hops);
        t.field("linkAddress", Endpoint.ipText(6, linkHigh, linkLow));
        t.field("peerAddress", Endpoint.ipText(6, peerHigh, peerLow));
      }
      if (m.ok() && !telling && hops > MOST_RELAYS) {
        o.flaw(x, HOPS, "hop count", 1, m.wireLength());
      }
    } else {
      int transaction = m.u24();
      if (t.on()) {
        t.field("transaction", transaction);
      }
    }
    options(m, x, o, t, depth);
  }

  /** RFC 8415 §16: who must name itself. */
  private void judge(Cursor m, Exchange x, Observer o, int outermost) {
    if (server(type)) {
      if (!serverIdentified) {
        o.flaw(x, VALID, "no server identifier", 0, m.wireLength());
      }
    } else if (type >= 1 && type <= 9 && !clientIdentified) {
      o.flaw(x, VALID, "no client identifier", 0, m.wireLength());
    }
    if (outermost == RELAY_FORWARD && server(type) || outermost == RELAY_REPLY && !server(type) && type < RELAY_FORWARD) {
      o.flaw(x, RELAY, "relayed the wrong way", 0, m.wireLength());
    }
  }

  private Endpoint client(Exchange x, boolean answer) {
    Endpoint source = x.source();
    return relayed ? x.endpoints().ip(source.realm(), 6, peerHigh, peerLow, Endpoint.NO_MAC, source.vlan()) : answer ? x.target() : source;
  }

  private void roles(Exchange x, Observer o, int outermost) {
    Endpoint source = x.source();
    if (outermost == RELAY_FORWARD) {
      if (x.news(source, NEWS_ROLE, 1, Exchange.FOREVER)) {
        o.claim(x, source, Trait.ROLE, "dhcp-relay", RELAY);
      }
      return;
    }
    if (!server(type)) {
      return;
    }
    if (x.news(source, NEWS_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "dhcp-server", FORMAT);
    }
    Endpoint client = client(x, true);
    boolean assigned = assignedHigh != 0 || assignedLow != 0;
    if (type == REPLY && assigned && !client.group() && x.news(client, NEWS_BINDING, assignedHigh * 31 + assignedLow, BIND_AGAIN)) {
      o.claim(x, client, Trait.ADDRESS, Endpoint.ipText(6, assignedHigh, assignedLow), ADDRESS);
    }
    if (x.news(source, NEWS_SERVE, client.print() + type * 31L ^ (assignedHigh * 31 + assignedLow) * 31 + serverHigh * 31 + serverLow, SERVE_AGAIN)) {
      StringBuilder detail = new StringBuilder();
      if (assigned) {
        detail.append("address ").append(Endpoint.ipText(6, assignedHigh, assignedLow));
      }
      if (serverHigh != 0 || serverLow != 0) {
        detail.append(assigned ? ", " : "").append("dns ").append(Endpoint.ipText(6, serverHigh, serverLow));
      }
      o.see(Acts.act(x, "dhcpv6", FORMAT, Verb.SERVE, name(type), null, null, detail.toString(), Outcome.UNCONFIRMED));
    }
  }

  private void options(Cursor m, Exchange x, Observer o, Transcript t, int depth) {
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int code = m.u16();
      int length = m.u16();
      long outer = m.enter(length);
      if (m.ok()) {
        if (t.on()) {
          t.field("option", code);
        }
        if (depth < DEEPEST) {
          option(m, x, o, t, code, length, depth);
        } else if (!telling) {
          o.flaw(x, OPTIONS, "nesting", at, m.wireLength());
        }
      }
      m.leave(outer);
    }
  }

  private void option(Cursor m, Exchange x, Observer o, Transcript t, int code, int length, int depth) {
    switch (code) {
      case 1 -> {
        clientIdentified = true;
        duid(m, x, o, t, "clientIdentifier", length, true);
      }
      case 2 -> {
        serverIdentified = true;
        duid(m, x, o, t, "serverIdentifier", length, false);
      }
      // | identifier u32 | T1 u32 | T2 u32 | options |: addresses; prefixes
      case 3, 25 -> {
        t.field("identityAssociation", m.u32());
        t.field("t1", m.u32());
        t.field("t2", m.u32());
        options(m, x, o, t, depth + 1);
      }
      case 4 -> {
        t.field("identityAssociation", m.u32());
        options(m, x, o, t, depth + 1);
      }
      // | address 16 | preferred u32 | valid u32 | options |
      case 5 -> {
        assignedHigh = m.u64();
        assignedLow = m.u64();
        if (t.on()) {
          t.field("address", Endpoint.ipText(6, assignedHigh, assignedLow));
        }
        t.field("preferredLifetime", m.u32());
        t.field("validLifetime", m.u32());
        options(m, x, o, t, depth + 1);
      }
      case 6 -> requested(m, x, o, t, length);
      case 7 -> t.field("preference", m.u8());
      case 8 -> t.field("elapsedTime", m.u16());
      case 9 -> message(m, x, o, t, depth + 1);
      case 13 -> {
        t.field("status", m.u16());
        text(m, t, "statusMessage", length - 2);
      }
      case 16 -> vendorClass(m, x, o, t, length);
      // | enterprise u32 | … |
      case 17, 37 -> {
        t.field(code == 17 ? "vendorOptions" : "remoteIdEnterprise", m.u32());
        if (t.on()) {
          t.octets("value", m, length - 4);
        }
      }
      case 23 -> {
        for (int left = length; left >= 16; left -= 16) {
          long high = m.u64();
          long low = m.u64();
          if (serverHigh == 0 && serverLow == 0) {
            serverHigh = high;
            serverLow = low;
          }
          if (t.on()) {
            t.field("dnsServer", Endpoint.ipText(6, high, low));
          }
        }
      }
      case 24 -> {
        while (t.on() && m.ok() && m.remaining() > 0) {
          t.field("domain", labels(m));
        }
      }
      // | preferred u32 | valid u32 | length u8 | prefix 16 | options |
      case 26 -> {
        t.field("preferredLifetime", m.u32());
        t.field("validLifetime", m.u32());
        t.field("prefixLength", m.u8());
        long high = m.u64();
        long low = m.u64();
        if (t.on()) {
          t.field("prefix", Endpoint.ipText(6, high, low));
        }
        options(m, x, o, t, depth + 1);
      }
      case 39 -> fqdn(m, x, o, t, length);
      case 59 -> text(m, t, "bootFileUrl", length);
      case 79 -> linkAddress(m, x, o, t, length);
      default -> {
        if (t.on() && length > 0) {
          t.octets("value", m, length);
        }
      }
    }
  }

  private static void text(Cursor m, Transcript t, String name, int length) {
    if (t.on() && length > 0) {
      t.field(name, m.text(length));
    }
  }

  /** RFC 8415 §11.2 to 11.5. */
  private void duid(Cursor m, Exchange x, Observer o, Transcript t, String name, int length, boolean client) {
    int start = m.position();
    if (t.on()) {
      t.octets(name, m, length);
    }
    int kind = m.u16();
    if (t.on()) {
      t.field("duidType", kind);
    }
    int hardware = (kind == 1 || kind == 3) && length >= 4 ? m.u16() : 0;
    boolean byLink = (kind == 1 && length == 14 || kind == 3 && length == 10) && hardware == 1;
    if (t.on() && (kind == 1 || kind == 3)) {
      t.field("hardwareType", hardware);
    }
    if (byLink && kind == 1) {
      long time = m.u32();
      if (t.on()) {
        t.field("duidTime", time);
      }
    }
    long mac = byLink ? m.u48() : 0;
    if (t.on() && byLink) {
      t.field("linkLayerAddress", Endpoint.macText(mac));
    }
    if (!telling || !m.ok()) {
      return;
    }
    // a server's names itself only where the server sends it
    Endpoint whose = client ? client(x, server(type)) : x.source();
    if (client ? server(type) : !server(type)) {
      return;
    }
    if (mac != 0 && (mac >>> 40 & 1) == 0 && x.news(whose, NEWS_MAC, mac, Exchange.FOREVER)) {
      o.claim(x, whose, Trait.MAC, Endpoint.macText(mac), DUID);
    }
    m.seek(start);
    if (length <= 130 && x.news(whose, NEWS_DUID, m.digest(length), Exchange.FOREVER)) {
      o.claim(x, whose, Trait.BANNER, "duid=" + HexFormat.of().formatHex(m.bytes(length)), DUID);
    }
  }

  private void requested(Cursor m, Exchange x, Observer o, Transcript t, int length) {
    boolean news = telling && length >= 2 && !server(type) && x.news(client(x, false), NEWS_REQUESTED, m.digest(length), Exchange.FOREVER);
    if (news || t.on()) {
      StringBuilder list = new StringBuilder();
      for (int left = length; left >= 2; left -= 2) {
        list.append(list.isEmpty() ? "" : ",").append(m.u16());
      }
      t.field("requestedOptions", list.toString());
      if (news) {
        o.claim(x, client(x, false), Trait.BANNER, "dhcp6-6=" + list, REQUESTED);
      }
    }
  }

  /** {@code | enterprise u32 | length u16, text | … |}. */
  private void vendorClass(Cursor m, Exchange x, Observer o, Transcript t, int length) {
    int start = m.position();
    long enterprise = m.u32();
    int octets = m.u16();
    boolean news = telling && m.ok() && !server(type) && octets <= m.remaining();
    if (news) {
      m.seek(start);
      news = x.news(client(x, false), NEWS_CLASS, m.digest(length), Exchange.FOREVER);
      m.skip(6);
    }
    if (t.on() || news) {
      String text = m.text(octets);
      t.field("enterprise", enterprise);
      t.field("vendorClass", text);
      if (news) {
        o.claim(x, client(x, false), Trait.BANNER, "dhcp6-16=" + text.replace("\0", ""), VENDOR_CLASS);
      }
    }
  }

  /** RFC 4704 §4: {@code | flags u8 | name in DNS form |}. */
  private void fqdn(Cursor m, Exchange x, Observer o, Transcript t, int length) {
    int flags = m.u8();
    boolean news = telling && length > 1 && !server(type) && x.news(client(x, false), NEWS_NAME, m.digest(length - 1), Exchange.FOREVER);
    if (t.on() || news) {
      String name = labels(m);
      t.field("fqdnFlags", flags);
      t.field("fqdn", name);
      if (news && m.ok() && !name.isEmpty()) {
        o.claim(x, client(x, false), Trait.HOSTNAME, name, FQDN);
      }
    }
  }

  /** RFC 1035 §3.1 without pointers (RFC 8415 §10). */
  private static String labels(Cursor m) {
    StringBuilder name = new StringBuilder();
    while (m.ok() && m.remaining() > 0) {
      int octets = m.u8();
      if (octets == 0 || octets > 63 || name.length() > 255) {
        break;
      }
      name.append(name.isEmpty() ? "" : ".").append(m.text(Math.min(octets, m.remaining()), StandardCharsets.UTF_8));
    }
    return name.toString();
  }

  /** RFC 6939 §4: what a relay saw the client's frame come from. */
  private void linkAddress(Cursor m, Exchange x, Observer o, Transcript t, int length) {
    int hardware = m.u16();
    if (hardware != 1 || length != 8) {
      return;
    }
    long mac = m.u48();
    if (t.on()) {
      t.field("clientLinkLayerAddress", Endpoint.macText(mac));
    }
    if (telling && mac != 0 && x.news(client(x, false), NEWS_MAC, mac, Exchange.FOREVER)) {
      o.claim(x, client(x, false), Trait.MAC, Endpoint.macText(mac), LINK_ADDRESS);
    }
  }

  @Override
  public Cite cite() {
    return OPTIONS;
  }
}
