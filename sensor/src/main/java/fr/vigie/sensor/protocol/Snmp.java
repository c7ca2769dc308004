package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * SNMP version 1 (RFC 1157), version 2c (RFC 1901, RFC 3416), and the header of version 3 (RFC 3412 §6, RFC 3414 §2.4) with its PDU
 * where that is not encrypted. What the objects say is {@link SnmpObjects}'s.
 *
 * <pre>
 * SEQUENCE { version INTEGER 0 | 1, community OCTET STRING, PDU }                                            RFC 1901 §3
 * PDU [0..3, 5..8] { request-id, error-status | non-repeaters, error-index | max-repetitions, bindings }     RFC 3416 §3
 * SEQUENCE { version INTEGER 3, SEQUENCE { id, max size, flags, model }, security OCTET STRING, data }       RFC 3412 §6
 * </pre>
 *
 * <p>Communities and user names are secrets: only their length leaves, and whether a community is one of the two that everybody knows.
 */
final class Snmp implements Dissector {
  static final Cite MESSAGE = new Cite("RFC 1901", "3");
  static final Cite PDU = new Cite("RFC 3416", "3");
  private static final Cite TRAP_V1 = new Cite("RFC 1157", "4.1.6");
  private static final Cite SET = new Cite("RFC 3416", "4.2.5");
  private static final Cite V3 = new Cite("RFC 3412", "6");
  private static final Cite ENGINE = new Cite("RFC 3411", "5");
  private static final Cite DEFAULT_COMMUNITY = new Cite("RFC 1157", "3.2.5");

  private static final int GET_REQUEST = 0xA0;
  private static final int GET_NEXT_REQUEST = 0xA1;
  private static final int RESPONSE = 0xA2;
  private static final int SET_REQUEST = 0xA3;
  private static final int TRAP = 0xA4;
  private static final int GET_BULK_REQUEST = 0xA5;
  private static final int INFORM_REQUEST = 0xA6;
  private static final int SNMPV2_TRAP = 0xA7;
  private static final int REPORT = 0xA8;

  private static final int NEWS_READ = 1;
  private static final int NEWS_COMMUNITY = 2;
  private static final int NEWS_ENGINE = 3;
  private static final int AGAIN_SECONDS = 600;

  /** Sub-identifiers that make a group of objects, down to {@code 1.3.6.1.2.1.33.1.2}: reads within it are one behaviour. */
  private static final int GROUP = 9;

  private static final String[] ERROR_NAME = {"noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType",
      "wrongLength", "wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed",
      "authorizationError", "notWritable", "inconsistentName"};
  private static final Outcome[] ERROR = new Outcome[ERROR_NAME.length + 1];

  static {
    for (int i = 0; i < ERROR.length; i++) {
      ERROR[i] = i == 0 ? Outcome.OK : Outcome.error(i < ERROR_NAME.length ? ERROR_NAME[i] : "unknown");
    }
  }

  /** RFC 3412 §6.4: bit 0 authenticated, bit 1 encrypted, never encrypted alone; bit 2 asks for a Report. */
  private static final String[] LEVELS = {"noAuthNoPriv", "authNoPriv", "privacy without authentication", "authPriv"};

  private final SnmpObjects objects = new SnmpObjects();
  private final Oid first = new Oid();

  /** 0 where the message has no community. */
  private int communityOctets;
  private int communityAt;
  private @Nullable String defaultCommunity;
  /** The security level of a version 3 message, or null. */
  private @Nullable String level;

  @Override
  public String name() {
    return "snmp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SNMP v1, v2c, v3", "RFC 1157, 1901, 3411, 3412, 3414, 3416, 3418, 1628, 6933",
        "all PDUs of v1 and v2c; system, entity, UPS and PDU objects; writes to 775 control objects of UPSs, power strips, generators and cooling by name and effect; of v3 the header, and the PDU where it is not encrypted",
        "encrypted PDUs; communities and user names (length, and whether everybody knows it)",
        "tshark, fields; Net-SNMP's agent over loopback");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {161, 162};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  /** A SEQUENCE that is exactly the datagram and begins with a version there is. */
  @Override
  public int frame(Cursor m, Exchange exchange) {
    int octets = m.at(1) < 0x80 ? 0 : m.at(1) & 0x7F;
    if (m.at(0) != Ber.SEQUENCE || octets > 4 || m.at(1) == 0x80 || m.length() < octets + 6) {
      return NOT_MINE;
    }
    long length = octets == 0 ? m.at(1) : 0;
    for (int i = 0; i < octets; i++) {
      length = length << 8 | m.at(2 + i);
    }
    int at = 2 + octets;
    int version = m.at(at + 2);
    boolean mine = m.at(at) == Ber.INTEGER && m.at(at + 1) == 1
        && (version <= 1 && m.at(at + 3) == Ber.OCTET_STRING || version == 3 && m.at(at + 3) == Ber.SEQUENCE);
    return mine && at + length == m.wireLength() ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("snmp", "message");
    long outer = Ber.enter(m, Ber.SEQUENCE);
    int version = (int) Ber.integer(m);
    t.field("version", version);
    communityOctets = 0;
    defaultCommunity = null;
    level = null;
    if (version == 3) {
      version3(m, x, o);
    } else {
      community(m, t, o);
      pdu(m, x, o);
    }
    if (m.ok() && m.remaining() > 0) {
      o.flaw(x, version == 3 ? V3 : MESSAGE, "length", m.position(), m.wireLength());
    }
    t.end();
    m.leave(outer);
  }

  private void community(Cursor m, Transcript t, Observer o) {
    communityOctets = Ber.expect(m, Ber.OCTET_STRING);
    o.secret(m.position(), communityOctets);
    communityAt = m.position();
    if (communityOctets == 6 && m.startsWith("public")) {
      defaultCommunity = "public";
    } else if (communityOctets == 7 && m.startsWith("private")) {
      defaultCommunity = "private";
    }
    t.secret("community", communityOctets);
    t.field("communityIsDefault", defaultCommunity != null);
    m.skip(communityOctets);
  }

  /** RFC 3412 §6 and RFC 3414 §2.4. */
  private void version3(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long header = Ber.enter(m, Ber.SEQUENCE);
    t.field("msgID", Ber.integer(m));
    t.field("msgMaxSize", Ber.integer(m));
    int flagOctets = Ber.expect(m, Ber.OCTET_STRING);
    int flags = flagOctets == 1 ? m.u8() : 0;
    t.field("msgFlags", flags);
    level = LEVELS[flags & 3];
    t.field("securityLevel", LEVELS[flags & 3]);
    if (m.ok() && flagOctets != 1) {
      o.flaw(x, V3, "msgFlags", m.position(), m.wireLength());
      m.skip(flagOctets);
    }
    long model = Ber.integer(m);
    t.field("msgSecurityModel", model);
    m.leave(header);
    int security = Ber.expect(m, Ber.OCTET_STRING);
    long inner = m.enter(security);
    if (model == 3 && security > 0) {
      long usm = Ber.enter(m, Ber.SEQUENCE);
      int engine = Ber.expect(m, Ber.OCTET_STRING);
      t.octets("msgAuthoritativeEngineID", m, engine);
      engine(m, x, o, engine);
      t.field("msgAuthoritativeEngineBoots", Ber.integer(m));
      t.field("msgAuthoritativeEngineTime", Ber.integer(m));
      int user = Ber.expect(m, Ber.OCTET_STRING);
      t.secret("msgUserName", user);
      o.secret(m.position(), user);
      m.skip(user);
      int authentication = Ber.expect(m, Ber.OCTET_STRING);
      t.secret("msgAuthenticationParameters", authentication);
      m.skip(authentication);
      int privacy = Ber.expect(m, Ber.OCTET_STRING);
      t.secret("msgPrivacyParameters", privacy);
      m.leave(usm);
    }
    m.leave(inner);
    if (!m.ok()) {
      return;
    }
    if ((flags & 3) == 2) {
      o.flaw(x, V3, "msgFlags", m.position(), m.wireLength());
    }
    if ((flags & 2) != 0) {
      int octets = Ber.expect(m, Ber.OCTET_STRING);
      t.operation("encryptedPDU");
      t.field("encryptedOctets", octets);
      m.skip(octets);
      if (m.ok()) {
        o.operation("encryptedPDU");
      }
      return;
    }
    long scoped = Ber.enter(m, Ber.SEQUENCE);
    int engine = Ber.expect(m, Ber.OCTET_STRING);
    t.octets("contextEngineID", m, engine);
    m.skip(engine);
    int name = Ber.expect(m, Ber.OCTET_STRING);
    t.octets("contextName", m, name);
    m.skip(name);
    pdu(m, x, o);
    m.leave(scoped);
  }

  /**
   * RFC 3411 §5, SnmpEngineID: {@code | 1 bit, enterprise 31 bits | format u8 | … |}; format 1 is an IPv4 address, 3 a MAC address. Only the agent's
   * own port speaks of itself: others repeat what they were told.
   */
  private static void engine(Cursor m, Exchange x, Observer o, int octets) {
    int end = m.position() + octets;
    boolean own = x.sourcePort() == 161 && octets >= 9 && m.peek(0) >= 0x80;
    int format = m.peek(4);
    if (own && (format == 1 && octets == 9 || format == 3 && octets == 11) && x.news(x.source(), NEWS_ENGINE, m.digest(octets), Exchange.FOREVER)) {
      m.skip(5);
      if (format == 3) {
        o.claim(x, x.source(), Trait.MAC, Endpoint.macText(m.u48()), ENGINE);
      } else {
        o.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(4, 0, m.u32()), ENGINE);
      }
    }
    m.seek(end);
  }

  private void pdu(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    int type = m.u8();
    long outer = m.enter(Ber.length(m));
    String name = name(type);
    t.operation(name);
    if (m.ok()) {
      o.operation(name);
      if (type < GET_REQUEST || type > REPORT) {
        o.flaw(x, PDU, "type", at, m.wireLength());
        t.octets("pdu", m, m.remaining());
      } else if (type == TRAP) {
        trap(m, x, o);
      } else {
        common(m, x, o, type);
      }
    }
    m.leave(outer);
  }

  /** RFC 3416 §3. */
  private void common(Cursor m, Exchange x, Observer o, int type) {
    Transcript t = o.transcript();
    long request = Ber.integer(m);
    t.field("requestId", request);
    int status = (int) Ber.integer(m);
    long index = Ber.integer(m);
    if (type == GET_BULK_REQUEST) {
      t.field("nonRepeaters", status);
      t.field("maxRepetitions", index);
    } else {
      boolean known = status >= 0 && status < ERROR_NAME.length;
      t.field("errorStatus", status);
      t.field("errorStatusName", known ? ERROR_NAME[status] : "unknown");
      if (m.ok() && !known) {
        o.flaw(x, PDU, "errorStatus", m.position(), m.wireLength());
      }
      t.field("errorIndex", index);
    }
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ request << 16;
    boolean acts = type == SET_REQUEST;
    int bindings = acts && !sound(m) ? 0 : bindings(m, x, o, type, key, t);
    if (!m.ok()) {
      return;
    }
    switch (type) {
      case GET_REQUEST, GET_NEXT_REQUEST, GET_BULK_REQUEST -> read(m, x, o, key, type);
      case SET_REQUEST -> x.remember(key, bindings, 0);
      case RESPONSE -> response(x, o, key, status);
      case INFORM_REQUEST, SNMPV2_TRAP -> notification(m, x, o, type == INFORM_REQUEST ? key : 0, type);
      default -> {
        // A Report says only that a version 3 message was not understood.
      }
    }
  }

  /** Whether the bindings can be read to the end: acts of a message that cannot are not reported. The cursor stays or fails. */
  private boolean sound(Cursor m) {
    int start = m.position();
    long list = Ber.enter(m, Ber.SEQUENCE);
    while (m.ok() && m.remaining() > 0) {
      long binding = Ber.enter(m, Ber.SEQUENCE);
      m.skip(Ber.expect(m, Ber.OBJECT_IDENTIFIER));
      m.u8();
      m.skip(Ber.length(m));
      m.leave(binding);
    }
    m.leave(list);
    m.seek(start);
    return m.ok();
  }

  /** RFC 3416 §3, VarBindList; returns how many. */
  private int bindings(Cursor m, Exchange x, Observer o, int type, long key, Transcript t) {
    int count = 0;
    long list = Ber.enter(m, Ber.SEQUENCE);
    objects.begin();
    first.clear();
    while (m.ok() && m.remaining() > 0) {
      t.begin("binding");
      long binding = Ber.enter(m, Ber.SEQUENCE);
      int at = m.position();
      int octets = Ber.expect(m, Ber.OBJECT_IDENTIFIER);
      Oid oid = objects.name();
      boolean good = oid.read(m, octets);
      if (m.ok() && !good) {
        o.flaw(x, SnmpObjects.OBJECT_NAME, "subidentifier", at, m.wireLength());
      }
      if (count == 0 && m.ok()) {
        m.seek(at);
        first.read(m, Ber.expect(m, Ber.OBJECT_IDENTIFIER));
      }
      if (t.on()) {
        t.field("name", oid.text());
        int place = good ? SnmpNames.find(oid) : -1;
        if (place >= 0) {
          t.field("object", SnmpNames.at(place).name());
        }
      }
      boolean said = type == RESPONSE || type == SNMPV2_TRAP || type == INFORM_REQUEST || type == TRAP;
      Value value = objects.value(m, x, o, said && good, type == SET_REQUEST);
      if (m.ok() && m.remaining() > 0) {
        o.flaw(x, PDU, "length", m.position(), m.wireLength());
      }
      m.leave(binding);
      t.close();
      if (m.ok() && type == SET_REQUEST) {
        set(m, x, o, key ^ count, oid, value);
      }
      count++;
    }
    m.leave(list);
    return count;
  }

  /** RFC 3416 §4.2.5. Where the object is known the act names it, and what the device does when it is a command. */
  private void set(Cursor m, Exchange x, Observer o, long key, Oid oid, @Nullable Value value) {
    int place = SnmpNames.find(oid);
    Verb verb = Verb.WRITE;
    String detail = "";
    if (place >= 0) {
      SnmpNames.Named object = SnmpNames.at(place);
      verb = object.kind() == SnmpNames.Kind.COMMAND ? Verb.COMMAND : Verb.WRITE;
      String said = value instanceof Value.Num n ? label(object, (long) n.value()) : value == null ? null : objects.identifierName();
      detail = (object.does().isEmpty() ? "" : object.does() + ": ") + object.name() + (said == null ? "" : " " + said);
    }
    act(m, x, o, key, verb, SET_REQUEST, SET, new Point.Named("oid", oid.text()), value, detail);
  }

  /** RFC 1628 §4, upsControl: a delay of -1 takes the countdown back, 0 means at once. */
  private static @Nullable String label(SnmpNames.Named object, long value) {
    boolean countdown = object.oid().startsWith("1.3.6.1.2.1.33.1.8.") && object.kind() == SnmpNames.Kind.COMMAND;
    return countdown ? value < 0 ? "abort" : value + " s" : object.label(value);
  }

  private void read(Cursor m, Exchange x, Observer o, long key, int type) {
    long digest = (long) x.target().hashCode() << 32 ^ first.digest(GROUP) ^ type;
    if (x.news(x.source(), NEWS_READ, digest, AGAIN_SECONDS)) {
      act(m, x, o, key, Verb.READ, type, PDU, first.size() == 0 ? null : new Point.Named("oid", first.text()), null, "");
    }
  }

  private void response(Exchange x, Observer o, long key, int status) {
    Outcome outcome = ERROR[status >= 0 && status < ERROR_NAME.length ? status : ERROR_NAME.length];
    long acts = x.recall(key) ? Math.clamp(x.recalledA(), 1, 64) : 1;
    for (int i = 0; i < acts; i++) {
      o.outcome(key ^ i, outcome);
    }
    String known = defaultCommunity;
    if (known != null && x.news(x.source(), NEWS_COMMUNITY, known.length(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "snmp-default-community=known", DEFAULT_COMMUNITY);
    }
  }

  /** RFC 3416 §4.2.6: the second binding, snmpTrapOID.0, says what happened. */
  private void notification(Cursor m, Exchange x, Observer o, long key, int type) {
    String what = objects.trap();
    String name = objects.trapName();
    act(m, x, o, key, Verb.NOTIFY, type, PDU, what == null ? null : new Point.Named("oid", what), null, name == null ? "" : name);
  }

  /** RFC 1157 §4.1.6; what a specific trap is called by RFC 3584 §3.1: enterprise, 0, specific, or without the 0 where it was made of a v2 one. */
  private void trap(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    first.read(m, Ber.expect(m, Ber.OBJECT_IDENTIFIER));
    String enterpriseText = m.ok() ? first.text() : "";
    Point enterprise = m.ok() ? new Point.Named("oid", enterpriseText) : null;
    t.field("enterprise", enterpriseText);
    int address = Ber.expect(m, 0x40);
    if (address != 4) {
      m.fail();
    }
    long agent = m.u32();
    t.field("agentAddr", Endpoint.ipText(4, 0, agent));
    long generic = Ber.integer(m);
    long specific = Ber.integer(m);
    t.field("genericTrap", generic(generic));
    t.field("specificTrap", specific);
    t.field("timeStamp", Ber.integer(m, Ber.expect(m, 0x43)));
    bindings(m, x, o, TRAP, 0, t);
    if (m.ok()) {
      String known = generic == 6 ? SnmpNames.specific(enterpriseText, specific) : null;
      String detail = generic == 6 ? "enterpriseSpecific " + specific + (known == null ? "" : " " + known) : generic(generic);
      act(m, x, o, 0, Verb.NOTIFY, TRAP, TRAP_V1, enterprise, null, detail + ", agent " + Endpoint.ipText(4, 0, agent));
    }
  }

  private static String generic(long trap) {
    return switch ((int) trap) {
      case 0 -> "coldStart";
      case 1 -> "warmStart";
      case 2 -> "linkDown";
      case 3 -> "linkUp";
      case 4 -> "authenticationFailure";
      case 5 -> "egpNeighborLoss";
      case 6 -> "enterpriseSpecific";
      default -> "unknown";
    };
  }

  private void act(Cursor m, Exchange x, Observer o, long key, Verb verb, int type, Cite cite, @Nullable Point point, @Nullable Value value,
      String detail) {
    Stamp stamp = x.stamp();
    String community = communityOctets > 0 ? "community " + o.sealed(Seals.Kind.COMMUNITY, m, communityAt, communityOctets).text()
        : level != null ? "version 3 " + level : "";
    String said = detail.isEmpty() || community.isEmpty() ? detail + community : detail + ", " + community;
    Act act = new Act(stamp, x.source(), "snmp", cite, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, name(type), point,
        value, 0, said, key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }

  private static String name(int type) {
    return switch (type) {
      case GET_REQUEST -> "GetRequest";
      case GET_NEXT_REQUEST -> "GetNextRequest";
      case RESPONSE -> "Response";
      case SET_REQUEST -> "SetRequest";
      case TRAP -> "Trap";
      case GET_BULK_REQUEST -> "GetBulkRequest";
      case INFORM_REQUEST -> "InformRequest";
      case SNMPV2_TRAP -> "SNMPv2-Trap";
      case REPORT -> "Report";
      default -> "unknown PDU";
    };
  }
}
