package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * LonWorks over IP: ISO/IEC 14908-4 (ANSI/CEA-852, EIA-852), whose packets the open LonTalk stack of Dialog (Echelon) shows field by field; the
 * LonTalk packet within is {@link LonTalk}'s. One datagram holds one or more packets.
 *
 * <pre>
 * | length u16, of header and body | vendor 1, 0 2, version 5 = 1 | type u8 | extended header u8, in words of 4 | 0 2, secured 1, protocol 5 |
 *   vendor u16 | session u32 | sequence u32 | timestamp u32 | extended header | body | digest 16, behind the length, where secured |
 * registration, configuration: | time u32 | IP flags u8 | router u8 | flags u8 | node u8 | multicasts u8 | 0 | timeout u16 | neuron octets u16 |
 *   port u16 | address u32 | membership time u32 | send list time u32 | configuration server u32 | time servers u32 u32 | their ports u16 u16 u16 |
 *   0 u16 | { address u32 | port u16 | 0 u16 } | neuron 6 … | name u8+text |
 * membership: | time u32 | send list time u32 | 0 u32 | members u16 | 0 u16 | { address u32 | port u16 | 0 u16 | time u32 } |
 * routing: | time u32 | multicast port u16 | port u16 | multicast u32 | address u32 | IP flags u8 | router u8 | flags u8 | node u8 |
 *   neuron octets u16 | 0 u16 | subnet octets u16 | domain octets u16 | neuron 6 … | { subnet u8 | node u8 | domain u16 | neuron u16 } |
 *   { subnets 32 | groups 32 | length u8 | 0 | domain 6 } |
 * send list: | time u32 | addresses u8 | 0 u8 | 0 u16 | { address u32 | port u16 | 0 u16 } |
 * response: | time u32 | code u8 | request u16 | segment u8 |
 * request: | time u32 | reason u8 | request u16 | segment u8 | since u32 | address u32 |
 * </pre>
 */
final class Lon implements Dissector {
  static final int PORT = 1628;
  private static final int SERVER = 1629;

  private static final String STANDARD = "ISO/IEC 14908-4:2012";
  private static final Cite HEADER = new Cite(STANDARD, "common packet header");
  private static final Cite REGISTRATION = new Cite(STANDARD, "device registration packet");
  private static final Cite MEMBERSHIP = new Cite(STANDARD, "channel membership packet");
  private static final Cite ROUTING = new Cite(STANDARD, "channel routing packet");
  private static final Cite SEND_LIST = new Cite(STANDARD, "send list packet");
  private static final Cite REQUESTS = new Cite(STANDARD, "request packets");
  private static final Cite ECHELON = new Cite("open LonTalk stack, LtIpEchPackets", "vendor 1");

  private static final int DATA = 0x01;
  private static final int REGISTER = 0x03;
  private static final int MEMBERS = 0x04;
  private static final int SENDS = 0x06;
  private static final int RESPONSE = 0x07;
  private static final int ROUTES = 0x08;
  private static final int ASK_STATISTICS = 0x60;
  private static final int ASK_CONFIGURATION = 0x63;
  private static final int STATISTICS = 0x70;
  private static final int CONFIGURATION = 0x71;
  private static final int ECHELON_CONFIGURATION = 0xF3;
  private static final int ECHELON_CONTROL = 0xF5;
  private static final int ECHELON_VERSION = 0xF6;
  private static final int ECHELON_MODE = 0xF8;

  private static final int SECURED = 0x20;
  private static final int DIGEST = 16;

  private static final int NEWS_REGISTER = 1;
  private static final int NEWS_IDENTITY = 2;
  private static final int NEWS_REQUEST = 3;
  private static final int NEWS_VERSION = 4;
  private static final int AGAIN_SECONDS = 600;

  private static final @Nullable String[] TYPES = new String[256];
  private static final Outcome[] RESPONSES = {Outcome.OK, Outcome.error("fixed"), Outcome.error("bad message"), Outcome.error("cannot comply"),
      Outcome.error("device refused"), Outcome.error("not supported")};
  private static final int[] AWAITED = {0, CONFIGURATION, MEMBERS, SENDS, ROUTES, STATISTICS};
  private static final Outcome OTHER = Outcome.error("other");

  static {
    TYPES[DATA] = "data";
    TYPES[REGISTER] = "deviceRegistration";
    TYPES[MEMBERS] = "channelMembership";
    TYPES[SENDS] = "sendList";
    TYPES[RESPONSE] = "response";
    TYPES[ROUTES] = "channelRouting";
    TYPES[ASK_STATISTICS] = "statisticsRequest";
    TYPES[ASK_CONFIGURATION] = "deviceConfigurationRequest";
    TYPES[0x64] = "channelMembershipRequest";
    TYPES[0x66] = "sendListRequest";
    TYPES[0x68] = "channelRoutingRequest";
    TYPES[STATISTICS] = "statistics";
    TYPES[CONFIGURATION] = "deviceConfiguration";
    TYPES[0x7F] = "segment";
    TYPES[0xF1] = "timeSynchRequest";
    TYPES[0xF2] = "timeSynchResponse";
    TYPES[ECHELON_CONFIGURATION] = "echelonConfiguration";
    TYPES[0xF4] = "echelonConfigurationRequest";
    TYPES[ECHELON_CONTROL] = "echelonControl";
    TYPES[ECHELON_VERSION] = "echelonVersion";
    TYPES[0xF7] = "echelonVersionRequest";
    TYPES[ECHELON_MODE] = "echelonMode";
    TYPES[0xF9] = "echelonModeRequest";
    TYPES[0xFA] = "echelonDeviceId";
    TYPES[0xFB] = "echelonDeviceIdRequest";
  }

  private final LonTalk lontalk = new LonTalk();

  @Override
  public String name() {
    return "lon";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("LonWorks over IP", "ISO/IEC 14908-4 (CEA-852, EIA-852) and ISO/IEC 14908-1 (CEA-709.1), by the open LonTalk stack and Wireshark",
        "every packet of 852 (data, registration, configuration, membership, routing, send list, requests, responses; Echelon's version, control); in data"
            + " the addresses, transport, session and authentication headers, network variables by selector, management and diagnostics by name",
        "types and units of network variables (only the site's database has them); data of management messages beyond addresses; statistics,"
            + " segments and bodies of aggregated private packets; keys are secrets",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT, SERVER};
  }

  /** Lengths that end with the datagram, a version, a list of types and octets that must be 0. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int wire = m.wireLength();
    int at = 0;
    while (at < wire) {
      int length = m.at(at) << 8 | m.at(at + 1);
      boolean there = at + 8 <= m.length();
      // what the capture cut off cannot be asked
      if (!there) {
        return at > 0 && m.cut() ? wire : NOT_MINE;
      }
      if (length < 20 || length > wire - at || (m.at(at + 2) & 0x7F) != 1 || TYPES[m.at(at + 3)] == null || (m.at(at + 5) & ~SECURED) != 0
          || 20 + 4 * m.at(at + 4) > length || m.at(at + 6) != 0 || m.at(at + 7) > 1) {
        return NOT_MINE;
      }
      at += length + ((m.at(at + 5) & SECURED) != 0 ? DIGEST : 0);
    }
    return at == wire && at > 0 ? wire : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    while (m.ok() && m.remaining() > 0) {
      packet(m, x, o);
    }
  }

  private void packet(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int length = m.u16();
    int version = m.u8();
    int type = m.u8();
    String name = TYPES[type] == null ? "packet" : TYPES[type];
    t.message("lon", name);
    int extended = m.u8();
    int flags = m.u8();
    int vendor = m.u16();
    t.field("packetLength", length);
    t.field("version", version);
    t.field("packetType", type);
    t.field("extendedHeaderSize", extended);
    t.field("secured", (flags & SECURED) != 0);
    t.field("protocolCode", flags & 0x1F);
    t.field("vendorCode", vendor);
    t.field("sessionId", m.u32());
    t.field("sequenceNumber", m.u32());
    t.field("timeStamp", m.u32());
    m.skip(4 * extended);
    int body = length - 20 - 4 * extended;
    boolean secured = (flags & SECURED) != 0;
    if (secured && m.remaining() < body + DIGEST) {
      m.fail();
    }
    long outer = m.enter(body);
    if (m.ok()) {
      if (type != DATA) {
        o.operation(name);
      }
      body(m, x, o, type);
    }
    m.leave(outer);
    if (secured) {
      // made with the channel's key; it proves and does not reveal
      t.octets("digest", m, DIGEST);
      m.skip(DIGEST);
    }
    t.end();
  }

  private void body(Cursor m, Exchange x, Observer o, int type) {
    Transcript t = o.transcript();
    switch (type) {
      case DATA -> lontalk.dissect(m, x, o);
      case REGISTER, CONFIGURATION -> registration(m, x, o, type);
      case MEMBERS -> membership(m, x, o);
      case ROUTES -> routing(m, x, o);
      case SENDS -> sendList(m, x, o);
      case RESPONSE -> response(m, x, o);
      case STATISTICS -> {
        t.octets("statistics", m, m.remaining());
        m.skip(m.remaining());
        answered(x, o, STATISTICS);
      }
      case ECHELON_CONTROL -> control(m, x, o);
      case ECHELON_VERSION -> version(m, x, o);
      case ECHELON_CONFIGURATION, ECHELON_MODE -> {
        t.octets("body", m, m.remaining());
        boolean whole = m.remaining() >= 8;
        m.skip(m.remaining());
        if (whole) {
          o.see(Acts.act(x, "lon", ECHELON, Verb.CONFIGURE, name(type), null, null, "", Outcome.UNCONFIRMED));
        }
      }
      case 0xF1, 0xF2, 0xFA, 0x7F -> {
        t.octets("body", m, m.remaining());
        m.skip(m.remaining());
      }
      default -> request(m, x, o, type);
    }
    if (m.ok() && m.remaining() > 0) {
      t.octets("rest", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  private static String name(int type) {
    String name = TYPES[type];
    return name == null ? "packet" : name;
  }

  /** What is awaited of a flow: the answer of this type, or (0) the response to what was configured. */
  private static long key(Exchange x, int type) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ type;
  }

  /** The type that answers a request: 0x63 is answered by 0x71, the others by their own number without the bits 5 and 6. */
  private static int answer(int type) {
    return type == ASK_CONFIGURATION ? CONFIGURATION : type == ASK_STATISTICS ? STATISTICS : type & 0x0F;
  }

  /** Whether this is the answer that was asked for. */
  private static boolean answered(Exchange x, Observer o, int type) {
    boolean asked = x.recall(key(x, type));
    if (asked) {
      o.outcome(key(x, type), Outcome.OK);
    }
    return asked;
  }

  /** A device tells a configuration server of itself; or the server tells a device what it is to be. */
  private static void registration(Cursor m, Exchange x, Observer o, int type) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    int at = m.position();
    int ipFlags = m.u8();
    int router = m.u8();
    int flags = m.u8();
    int node = m.u8();
    int multicasts = m.u8();
    m.skip(1);
    int timeout = m.u16();
    int neuronOctets = m.u16();
    int port = m.u16();
    long address = m.u32();
    t.field("ipFlags", ipFlags);
    t.field("routerType", router);
    t.field("lonTalkFlags", flags);
    t.field("nodeType", node);
    t.field("channelTimeout", timeout);
    t.field("unicastPort", port);
    address(t, "unicastAddress", address);
    t.field("membershipDateTime", m.u32());
    t.field("sendListDateTime", m.u32());
    address(t, "configurationServer", m.u32());
    address(t, "timeServer", m.u32());
    address(t, "secondTimeServer", m.u32());
    t.field("configurationServerPort", m.u16());
    t.field("timeServerPort", m.u16());
    t.field("secondTimeServerPort", m.u16());
    m.skip(2);
    addresses(m, t, "multicast", multicasts, 8);
    int neuronAt = m.position();
    for (int i = 0; i + 6 <= neuronOctets && m.ok(); i += 6) {
      t.octets("neuronId", m, 6);
      m.skip(6);
    }
    m.skip(neuronOctets % 6);
    int nameLength = m.u8();
    int nameAt = m.position();
    m.skip(nameLength);
    if (t.on() && m.ok()) {
      t.field("name", Heads.slice(m, nameAt, nameLength));
    }
    if (!m.ok()) {
      return;
    }
    long digest = (Heads.digest(m, at, 16) * 31 + Heads.digest(m, neuronAt, neuronOctets)) * 31 + Heads.digest(m, nameAt, nameLength);
    boolean own = type == REGISTER || x.source().family() == 4 && x.source().ipLow() == address;
    if (own && x.news(x.source(), NEWS_IDENTITY, digest, Exchange.FOREVER)) {
      identity(m, x, o, node, router, neuronAt, neuronOctets, nameAt, nameLength);
    }
    if (type == REGISTER) {
      x.remember(key(x, 0), 0, 0);
      if (x.news(x.source(), NEWS_REGISTER, digest * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
        o.request(key(x, 0), Acts.pending(x, "lon", REGISTRATION, Verb.REGISTER, "deviceRegistration", null, null,
            nameLength == 0 ? "" : Heads.slice(m, nameAt, nameLength)));
      }
    } else if (!answered(x, o, CONFIGURATION) && !own) {
      x.remember(key(x, 0), 0, 0);
      o.request(key(x, 0), Acts.pending(x, "lon", REGISTRATION, Verb.CONFIGURE, "deviceConfiguration", null, null,
          nameLength == 0 ? "" : Heads.slice(m, nameAt, nameLength)));
    }
  }

  private static void identity(Cursor m, Exchange x, Observer o, int node, int router, int neuronAt, int neuronOctets, int nameAt, int nameLength) {
    Endpoint self = x.source();
    if (nameLength > 0) {
      int back = m.position();
      m.seek(nameAt);
      String name = m.text(nameLength, StandardCharsets.UTF_8).replace("\0", "").strip();
      m.seek(back);
      if (!name.isEmpty()) {
        o.claim(x, self, Trait.NAME, name, REGISTRATION);
      }
    }
    if (neuronOctets >= 6) {
      int back = m.position();
      m.seek(neuronAt);
      o.claim(x, self, Trait.SERIAL, HexFormat.of().formatHex(m.bytes(6)), REGISTRATION);
      m.seek(back);
    }
    String kind = switch (node) {
      case 1 -> "router";
      case 3 -> "proxy";
      case 4 -> "ip-router";
      default -> "node";
    };
    o.claim(x, self, Trait.BANNER, "lon-node=" + kind + (node != 1 ? "" : switch (router) {
      case 0 -> ", configured";
      case 1 -> ", learning";
      case 2 -> ", bridge";
      default -> ", repeater";
    }), REGISTRATION);
    if (node == 1) {
      o.claim(x, self, Trait.ROLE, "router", REGISTRATION);
    }
  }

  private static void address(Transcript t, String name, long address) {
    if (t.on()) {
      t.field(name, Endpoint.ipText(4, 0, address));
    }
  }

  /** Addresses and ports, in a time too where they take 12 octets. */
  private static void addresses(Cursor m, Transcript t, String name, int count, int octets) {
    for (int i = 0; i < count && m.ok(); i++) {
      t.begin(name);
      address(t, "address", m.u32());
      t.field("port", m.u16());
      m.skip(octets - 6);
      t.close();
    }
  }

  private static void membership(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    t.field("sendListDateTime", m.u32());
    m.skip(4);
    int members = m.u16();
    t.field("members", members);
    m.skip(2);
    addresses(m, t, "member", members, 12);
    if (m.ok()) {
      configure(x, o, MEMBERSHIP, MEMBERS, members);
    }
  }

  /** What was not asked for changes the device that gets it. */
  private static void configure(Exchange x, Observer o, Cite cite, int type, int addresses) {
    if (!answered(x, o, type)) {
      x.remember(key(x, 0), 0, 0);
      o.request(key(x, 0), Acts.pending(x, "lon", cite, Verb.CONFIGURE, name(type), null, null, addresses + " addresses"));
    }
  }

  private static void routing(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    t.field("multicastPort", m.u16());
    t.field("unicastPort", m.u16());
    address(t, "multicastAddress", m.u32());
    long address = m.u32();
    address(t, "unicastAddress", address);
    t.field("ipFlags", m.u8());
    t.field("routerType", m.u8());
    t.field("lonTalkFlags", m.u8());
    t.field("nodeType", m.u8());
    int neuronOctets = m.u16();
    m.skip(2);
    int subnetOctets = m.u16();
    int domainOctets = m.u16();
    for (int i = 0; i + 6 <= neuronOctets && m.ok(); i += 6) {
      t.octets("neuronId", m, 6);
      m.skip(6);
    }
    m.skip(neuronOctets % 6);
    for (int i = 0; i + 6 <= subnetOctets && m.ok(); i += 6) {
      t.begin("subnetNode");
      t.field("subnet", m.u8());
      t.field("node", m.u8());
      t.field("domainIndex", m.u16());
      t.field("neuronIndex", m.u16());
      t.close();
    }
    m.skip(subnetOctets % 6);
    for (int i = 0; i + 72 <= domainOctets && m.ok(); i += 72) {
      t.begin("domain");
      t.octets("subnets", m, 32);
      m.skip(32);
      t.octets("groups", m, 32);
      m.skip(32);
      int length = m.u8();
      m.skip(1);
      t.field("domainLength", length);
      t.octets("domainId", m, Math.min(length, 6));
      m.skip(6);
      t.close();
    }
    m.skip(domainOctets % 72);
    if (!m.ok()) {
      return;
    }
    // a device tells its own routes; another's come from the server
    boolean own = x.source().family() == 4 && x.source().ipLow() == address;
    if (!answered(x, o, ROUTES)) {
      if (!own) {
        x.remember(key(x, 0), 0, 0);
        o.request(key(x, 0), Acts.pending(x, "lon", ROUTING, Verb.CONFIGURE, "channelRouting", null, null, "routes of " + Endpoint.ipText(4, 0, address)));
      } else if (x.news(x.source(), NEWS_REGISTER, x.target().hashCode() + (long) ROUTES << 32, AGAIN_SECONDS)) {
        o.see(Acts.act(x, "lon", ROUTING, Verb.ANNOUNCE, "channelRouting", null, null, "", Outcome.UNCONFIRMED));
      }
    }
  }

  private static void sendList(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    int count = m.u8();
    t.field("addresses", count);
    m.skip(3);
    addresses(m, t, "sendTo", count, 8);
    if (m.ok()) {
      configure(x, o, SEND_LIST, SENDS, count);
    }
  }

  private static void response(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    int code = m.u8();
    t.field("responseCode", code);
    t.field("requestId", m.u16());
    t.field("segmentId", m.u8());
    if (!m.ok()) {
      return;
    }
    Outcome outcome = code < RESPONSES.length ? RESPONSES[code] : OTHER;
    // of each kind at most one waits, what configures first
    for (int type : AWAITED) {
      if (x.recall(key(x, type))) {
        o.outcome(key(x, type), outcome);
        return;
      }
    }
  }

  private static void request(Cursor m, Exchange x, Observer o, int type) {
    Transcript t = o.transcript();
    t.field("dateTime", m.u32());
    t.field("reason", m.u8());
    t.field("requestId", m.u16());
    t.field("segmentId", m.u8());
    t.field("sinceDateTime", m.u32());
    address(t, "aboutAddress", m.u32());
    if (!m.ok()) {
      return;
    }
    x.remember(key(x, answer(type)), 0, 0);
    if (x.news(x.source(), NEWS_REQUEST, (long) type << 32 ^ x.target().hashCode(), AGAIN_SECONDS)) {
      o.request(key(x, answer(type)), Acts.pending(x, "lon", REQUESTS, Verb.READ, name(type), null, null, ""));
    }
  }

  /** {@code | time u32 | flags u32 |}: 1 restart, 2 stop the web server, 4 start it. */
  private static void control(Cursor m, Exchange x, Observer o) {
    o.transcript().field("dateTime", m.u32());
    long flags = m.u32();
    o.transcript().field("flags", flags);
    if (m.ok()) {
      Verb verb = (flags & 1) != 0 ? Verb.RESTART : Verb.COMMAND;
      String detail = (flags & 1) != 0 ? "reboot" : (flags & 2) != 0 ? "stop web server" : (flags & 4) != 0 ? "start web server" : "flags " + flags;
      o.see(Acts.act(x, "lon", ECHELON, verb, "echelonControl", null, null, detail, Outcome.UNCONFIRMED));
    }
  }

  /** {@code | time u32 | product 16 | major u16 | minor u16 | build u16 | … |}. */
  private static void version(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(4);
    int at = m.position();
    m.skip(16);
    int major = m.u16();
    int minor = m.u16();
    int build = m.u16();
    t.field("majorVersion", major);
    t.field("minorVersion", minor);
    t.field("buildNumber", build);
    if (!m.ok()) {
      return;
    }
    boolean news = x.news(x.source(), NEWS_VERSION, Heads.digest(m, at, 22), Exchange.FOREVER);
    if (news || t.on()) {
      String product = Heads.slice(m, at, 16);
      int end = product.indexOf('\0');
      product = (end < 0 ? product : product.substring(0, end)).strip();
      t.field("product", product);
      if (news) {
        if (!product.isEmpty()) {
          o.claim(x, x.source(), Trait.MODEL, product, ECHELON);
        }
        o.claim(x, x.source(), Trait.FIRMWARE, major + "." + minor + "." + build, ECHELON);
      }
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
