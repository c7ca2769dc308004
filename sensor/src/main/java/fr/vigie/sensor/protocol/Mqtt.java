package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;

/**
 * MQTT 3.1, 3.1.1 and 5.0 (OASIS standards; the clauses of version 5 are cited), with the payloads of Sparkplug B by {@link Sparkplug}.
 *
 * <pre>
 * | type 4 bits, flags 4 bits | remaining length: 1 to 4 octets of 7 bits | variable header | payload |                        2.1
 * CONNECT: | name u16+text | version u8 | flags u8 | keep alive u16 | properties (5) | client | will… | user | password |      3.1
 * PUBLISH: | topic u16+text | packet u16 (QoS 1, 2) | properties (5) | payload |                                              3.3
 * </pre>
 *
 * <p>Whether a flow speaks version 5 is remembered from its CONNECT; of a flow met later it is taken to be 3.1.1. User names and passwords are
 * secrets. A payload that is a number is a reading of the publisher; a value for a topic that ends in {@code set} or {@code cmnd} is a command.
 */
final class Mqtt implements Dissector {
  static final int PORT = 1883;

  static final String STANDARD = "MQTT 5.0";
  private static final Cite FIXED_HEADER = new Cite(STANDARD, "2.1");
  private static final Cite PROPERTIES = new Cite(STANDARD, "2.2.2");
  private static final Cite CONNECT_CITE = new Cite(STANDARD, "3.1");
  private static final Cite CONNACK_CITE = new Cite(STANDARD, "3.2");
  static final Cite PUBLISH_CITE = new Cite(STANDARD, "3.3");
  private static final Cite SUBSCRIBE_CITE = new Cite(STANDARD, "3.8");

  private static final int CONNECT = 1;
  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int PUBREL = 6;
  private static final int SUBSCRIBE = 8;
  private static final int SUBACK = 9;
  private static final int UNSUBSCRIBE = 10;
  private static final int UNSUBACK = 11;
  private static final int DISCONNECT = 14;
  private static final int AUTH = 15;

  private static final String[] TYPE = {"reserved", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE",
      "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};

  /** Payloads of longer messages are passed over. */
  private static final int LONGEST_READ = 1 << 16;

  private static final int NEWS_CLIENT = 1;
  private static final int NEWS_BROKER = 2;
  private static final int NEWS_CONNECT = 3;
  private static final int NEWS_SUBSCRIBE = 4;
  private static final int AGAIN_SECONDS = 600;
  private static final long VERSION = 0x4D51545456455253L;

  /** 3.1.1 §3.2.2.3 for 1 to 5, 5.0 §3.2.2.2 from 128 on. */
  private static final Outcome[] REFUSED = new Outcome[256];

  static {
    Arrays.setAll(REFUSED, i -> Outcome.error(reason(i)));
  }

  private static String reason(int code) {
    return switch (code) {
      case 1, 0x84 -> "unsupported protocol version";
      case 2, 0x85 -> "client identifier not valid";
      case 3, 0x88 -> "server unavailable";
      case 4, 0x86 -> "bad user name or password";
      case 5, 0x87 -> "not authorized";
      case 0x80 -> "unspecified error";
      case 0x81 -> "malformed packet";
      case 0x82 -> "protocol error";
      case 0x83 -> "implementation specific error";
      case 0x89 -> "server busy";
      case 0x8A -> "banned";
      case 0x8C -> "bad authentication method";
      case 0x8F -> "topic filter invalid";
      case 0x90 -> "topic name invalid";
      case 0x95 -> "packet too large";
      case 0x97 -> "quota exceeded";
      case 0x9C -> "use another server";
      case 0x9D -> "server moved";
      case 0x9F -> "connection rate exceeded";
      default -> "reason " + code;
    };
  }

  private final Sparkplug sparkplug = new Sparkplug();
  private final Observer.PointMaker topicPoint = (a, b) -> topic();
  private final Cursor name = new Cursor();
  private int topicLength;
  private long body;

  @Override
  public String name() {
    return "mqtt";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("MQTT 3.1, 3.1.1, 5.0 and Sparkplug B", "OASIS MQTT 3.1.1 and 5.0; Eclipse Sparkplug 3.0",
        "every packet and property; numbers as readings, commands as acts; Sparkplug B metrics by name and alias",
        "user names and passwords; payloads that are neither numbers nor Sparkplug",
        "tshark, fields");
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

  @Override
  public boolean secrets() {
    return true;
  }

  /** On a foreign port a flow must begin with a CONNECT that names the protocol. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    int type = m.at(0) >>> 4;
    int flags = m.at(0) & 15;
    if (type == 0 || !x.recognised() && !flagsHold(type, flags)) {
      return NOT_MINE;
    }
    int octets = 0;
    int remaining = 0;
    int more;
    do {
      if (++octets >= have) {
        return MORE;
      }
      if (octets > 4) {
        return NOT_MINE;
      }
      more = m.at(octets);
      remaining |= (more & 0x7F) << 7 * (octets - 1);
    } while (more >= 0x80);
    int head = 1 + octets;
    if (!x.recognised()) {
      if (type == CONNECT) {
        // | 0 4 M Q T T | or version 3.1's | 0 6 M Q I s d p |
        if (have < head + 6) {
          return remaining < 10 ? NOT_MINE : MORE;
        }
        int first = m.at(head) << 24 | m.at(head + 1) << 16 | m.at(head + 2) << 8 | m.at(head + 3);
        boolean named = first == 0x00044D51 && m.at(head + 4) == 'T' && m.at(head + 5) == 'T' || first == 0x00064D51 && m.at(head + 4) == 'I';
        if (!named) {
          return NOT_MINE;
        }
      } else if (x.serverPort() != PORT || !lengthHolds(m, type, flags, head, remaining, have)) {
        return x.serverPort() == PORT && type == PUBLISH && have < head + 2 ? MORE : NOT_MINE;
      }
    }
    if (head + remaining <= LONGEST_READ || type != PUBLISH) {
      return head + remaining;
    }
    if (have < head + 2) {
      return MORE;
    }
    return Math.min(head + remaining, head + 2 + (m.at(head) << 8 | m.at(head + 1)) + ((flags & 6) != 0 ? 2 : 0));
  }

  /** 2.1.3: of the flags only PUBLISH's mean something; 3.3.1.2: its quality of service is not 3. */
  private static boolean flagsHold(int type, int flags) {
    return switch (type) {
      case PUBLISH -> (flags & 6) != 6;
      case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> flags == 2;
      default -> flags == 0;
    };
  }

  /** Whether a message of a flow met under way can have this length. */
  private static boolean lengthHolds(Cursor m, int type, int flags, int head, int remaining, int have) {
    return switch (type) {
      case 12, 13 -> remaining == 0;
      case PUBLISH -> have >= head + 2 && remaining >= 2 + (m.at(head) << 8 | m.at(head + 1)) + ((flags & 6) != 0 ? 2 : 0);
      case DISCONNECT, AUTH -> remaining < 1024;
      default -> remaining >= 2 && remaining < LONGEST_READ;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    int first = m.u8();
    int type = first >>> 4;
    int flags = first & 15;
    t.message("mqtt", TYPE[type]);
    t.field("flags", flags);
    int remaining = variable(m);
    t.field("remainingLength", remaining);
    long all = (long) m.position() + remaining;
    boolean large = type == PUBLISH && all > LONGEST_READ && all > m.wireLength() && !m.cut();
    if (large) {
      body = all - m.wireLength();
    } else if (remaining != m.wireRemaining()) {
      m.fail();
    }
    if (m.ok()) {
      o.operation(TYPE[type]);
    }
    if (m.cut() && !large) {
      // half a packet: nothing in it is sure
      m.fail();
    }
    if (m.ok()) {
      if (!flagsHold(type, flags)) {
        o.flaw(x, FIXED_HEADER, "flags", 0, m.wireLength());
      }
      switch (type) {
        case CONNECT -> connect(m, x, o);
        case CONNACK -> connectAcknowledged(m, x, o, remaining);
        case PUBLISH -> publish(m, x, o, flags, large);
        case SUBSCRIBE -> subscribe(m, x, o);
        case SUBACK, UNSUBACK -> subscribed(m, x, o);
        case UNSUBSCRIBE -> unsubscribe(m, x, o);
        case DISCONNECT, AUTH -> reason(m, x, o, remaining, 0);
        case 12, 13 -> {
          // 3.12, 3.13: nothing follows
        }
        default -> reason(m, x, o, remaining, 2);
      }
      if (m.ok() && m.remaining() > 0 && !large) {
        t.octets("rest", m, m.remaining());
        if (type == 12 || type == 13) {
          o.flaw(x, FIXED_HEADER, "length", m.position(), m.wireLength());
        }
        m.skip(m.remaining());
      }
    }
    t.end();
    name.clear();
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  /** 1.5.5: at most four octets of seven bits, low ones first. */
  private static int variable(Cursor m) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int octet = m.u8();
      value |= (octet & 0x7F) << 7 * i;
      if (octet < 0x80) {
        return value;
      }
    }
    m.fail();
    return 0;
  }

  private static void text(Cursor m, Observer o, String field) {
    int octets = m.u16();
    if (o.transcript().on() && octets <= m.remaining()) {
      o.transcript().field(field, m.text(octets));
    } else {
      m.skip(octets);
    }
  }

  /** 3.1.2, 3.1.3. */
  private void connect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    text(m, o, "protocolName");
    int version = m.u8();
    int flags = m.u8();
    int keepAlive = m.u16();
    t.field("protocolVersion", version);
    t.field("connectFlags", flags);
    t.field("keepAlive", keepAlive);
    if (m.ok() && (flags & 1) != 0) {
      o.flaw(x, CONNECT_CITE, "connect-flags", m.position() - 3, m.wireLength());
    }
    if (version >= 5) {
      properties(m, x, o);
    }
    int clientLength = m.u16();
    int clientAt = m.position();
    if (t.on() && clientLength <= m.remaining()) {
      t.field("clientIdentifier", m.text(clientLength));
    } else {
      m.skip(clientLength);
    }
    if ((flags & 4) != 0) {
      if (version >= 5) {
        properties(m, x, o);
      }
      text(m, o, "willTopic");
      int will = m.u16();
      t.octets("willPayload", m, Math.min(will, m.remaining()));
      m.skip(will);
    }
    int user = secret(m, o, "userName", (flags & 0x80) != 0);
    int password = secret(m, o, "password", (flags & 0x40) != 0);
    int passwordAt = m.position() - Math.max(0, password);
    if (!m.ok()) {
      return;
    }
    remember(x, version);
    int end = m.position();
    m.seek(clientAt);
    long client = m.digest(clientLength);
    if (clientLength > 0 && x.news(x.source(), NEWS_CLIENT, client, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "mqtt-client=" + m.text(clientLength), CONNECT_CITE);
      m.seek(clientAt);
    }
    if (x.news(x.source(), NEWS_CONNECT, client * 31 + x.target().hashCode() * 17L + flags, AGAIN_SECONDS)) {
      // what the client chose stands last: rules look at the beginning
      String detail = (user < 0 ? "no user name" : "user name in clear (" + user + " octets)")
          + (password < 0 ? "" : ", password in clear (" + password + " octets)") + ", client " + m.text(clientLength);
      o.request(x.flow(), Acts.pending(x, "mqtt", CONNECT_CITE, Verb.CONNECT, "CONNECT", null,
          password < 0 ? null : o.sealed(Seals.Kind.PASSWORD, m, passwordAt, password), detail));
    }
    m.seek(end);
  }

  private static int secret(Cursor m, Observer o, String field, boolean present) {
    if (!present) {
      return -1;
    }
    int octets = m.u16();
    o.secret(m.position(), octets);
    m.skip(octets);
    if (m.ok()) {
      o.transcript().secret(field, octets);
    }
    return octets;
  }

  private static void remember(Exchange x, int version) {
    if (version >= 5) {
      x.remember(x.flow() ^ VERSION, version, 0);
    } else {
      x.recall(x.flow() ^ VERSION);
    }
  }

  private static boolean version5(Exchange x) {
    if (x.recall(x.flow() ^ VERSION)) {
      x.remember(x.flow() ^ VERSION, 5, 0);
      return true;
    }
    return false;
  }

  /** 3.2.2: {@code | session present u8 | reason u8 | properties (5) |}. */
  private static void connectAcknowledged(Cursor m, Exchange x, Observer o, int remaining) {
    o.transcript().field("acknowledgeFlags", m.u8());
    int code = m.u8();
    o.transcript().field("reasonCode", code);
    if (remaining > 2) {
      properties(m, x, o);
    }
    if (!m.ok()) {
      return;
    }
    o.outcome(x.flow(), code == 0 ? Outcome.OK : REFUSED[code]);
    if (code == 0 && x.news(x.source(), NEWS_BROKER, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, "mqtt-broker", CONNACK_CITE);
    }
  }

  /** PUBACK to PUBCOMP, DISCONNECT and AUTH: packet identifier where there is one, and in version 5 a reason and properties. */
  private static void reason(Cursor m, Exchange x, Observer o, int remaining, int identifier) {
    if (identifier > 0) {
      o.transcript().field("packetIdentifier", m.u16());
    }
    if (remaining > identifier) {
      o.transcript().field("reasonCode", m.u8());
    }
    if (remaining > identifier + 1) {
      properties(m, x, o);
    }
  }

  /** 3.3.2, 3.3.3. */
  private void publish(Cursor m, Exchange x, Observer o, int flags, boolean large) {
    Transcript t = o.transcript();
    t.field("qos", flags >>> 1 & 3);
    t.field("retain", (flags & 1) != 0);
    topicLength = m.u16();
    int topicAt = m.position();
    if (topicLength > m.remaining()) {
      m.fail();
      return;
    }
    name.rest(m);
    if (t.on()) {
      t.field("topic", m.text(topicLength));
    } else {
      m.skip(topicLength);
    }
    wildcard(m, x, o, topicAt);
    if ((flags & 6) != 0) {
      t.field("packetIdentifier", m.u16());
    }
    if (large) {
      return;
    }
    if (version5(x)) {
      properties(m, x, o);
    }
    if (!m.ok()) {
      return;
    }
    int octets = m.remaining();
    t.octets("payload", m, octets);
    if (topicLength > 8 && name.startsWith("spBv1.0/")) {
      sparkplug.payload(m, x, o, name, topicLength);
    } else {
      value(m, x, o, octets);
    }
    m.skip(m.remaining());
  }

  /** 4.7.1: a topic name holds no wildcard. */
  private void wildcard(Cursor m, Exchange x, Observer o, int topicAt) {
    for (int i = 0; i < topicLength; i++) {
      int c = name.peek(i);
      if (c == '#' || c == '+' || c == 0) {
        o.flaw(x, PUBLISH_CITE, "topic-name", topicAt + i, m.wireLength());
        return;
      }
    }
  }

  private Point topic() {
    return new Point.Named("topic", new Cursor().rest(name).text(Math.min(topicLength, name.remaining())));
  }

  /** A payload that is a number, alone, is the topic's value. The broker only repeats what publishers say. */
  private void value(Cursor m, Exchange x, Observer o, int octets) {
    if (!x.fromClient() || topicLength == 0) {
      return;
    }
    double number = octets > 0 && octets <= 24 ? Numbers.decimal(m, octets) : Double.NaN;
    boolean command = ends("/set") || ends("/cmnd") || ends("/command") || name.startsWith("cmnd/");
    if (!Double.isNaN(number)) {
      o.reading(x, x.source(), name.digest(topicLength), topicLength, topicPoint, number, null, true, command);
    }
    if (command) {
      Value value = Double.isNaN(number) ? octets <= 64 ? new Value.Text(m.text(octets)) : new Value.Octets(m.bytes(64), octets)
          : new Value.Num(number);
      o.see(Acts.act(x, "mqtt", PUBLISH_CITE, Verb.COMMAND, "PUBLISH", topic(), value, "", Outcome.UNCONFIRMED));
    }
  }

  private boolean ends(String tail) {
    for (int i = 0; i < tail.length(); i++) {
      if (topicLength < tail.length() || name.peek(topicLength - tail.length() + i) != tail.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** 3.8.2, 3.8.3: {@code | packet u16 | properties (5) | { filter u16+text | options u8 } |}. */
  private static void subscribe(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int packet = m.u16();
    t.field("packetIdentifier", packet);
    if (version5(x)) {
      properties(m, x, o);
    }
    if (m.ok() && m.remaining() == 0) {
      o.flaw(x, SUBSCRIBE_CITE, "no-topic-filter", m.position(), m.wireLength());
    }
    for (int filter = 0; m.ok() && m.remaining() > 0; filter++) {
      int octets = m.u16();
      int at = m.position();
      if (t.on() && octets <= m.remaining()) {
        t.field("topicFilter", m.text(octets));
      } else {
        m.skip(octets);
      }
      int options = m.u8();
      t.field("options", options);
      if (!m.ok()) {
        return;
      }
      int end = m.position();
      m.seek(at);
      if (x.news(x.source(), NEWS_SUBSCRIBE, m.digest(octets) + x.target().hashCode(), AGAIN_SECONDS)) {
        o.request(key(x, packet, filter), Acts.pending(x, "mqtt", SUBSCRIBE_CITE, Verb.SUBSCRIBE, "SUBSCRIBE",
            new Point.Named("topic", m.text(octets)), null, ""));
      }
      m.seek(end);
    }
  }

  private static long key(Exchange x, int packet, int filter) {
    return (x.flow() ^ 1) * 0x9E3779B97F4A7C15L + packet * 65_537L + filter;
  }

  /** 3.9, 3.11: one reason for each filter; UNSUBACK has reasons from version 5 on. */
  private static void subscribed(Cursor m, Exchange x, Observer o) {
    int packet = m.u16();
    o.transcript().field("packetIdentifier", packet);
    if (version5(x)) {
      properties(m, x, o);
    }
    for (int filter = 0; m.ok() && m.remaining() > 0; filter++) {
      int code = m.u8();
      o.transcript().field("reasonCode", code);
      o.outcome(key(x, packet, filter), code >= 0x80 ? REFUSED[code] : Outcome.OK);
    }
  }

  /** 3.10. */
  private static void unsubscribe(Cursor m, Exchange x, Observer o) {
    o.transcript().field("packetIdentifier", m.u16());
    if (version5(x)) {
      properties(m, x, o);
    }
    while (m.ok() && m.remaining() > 0) {
      text(m, o, "topicFilter");
    }
  }

  /** 2.2.2.2: the length of all, then each with its identifier; what the identifier means says how long it is. */
  private static void properties(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int all = variable(m);
    long outer = m.enter(all);
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int identifier = variable(m);
      switch (identifier) {
        case 1, 23, 25, 36, 37, 40, 41, 42 -> t.field(property(identifier), m.u8());
        case 19, 33, 34, 35 -> t.field(property(identifier), m.u16());
        case 2, 17, 24, 39 -> t.field(property(identifier), m.u32());
        case 11 -> t.field(property(identifier), variable(m));
        case 3, 8, 18, 21, 26, 28, 31 -> text(m, o, property(identifier));
        case 9 -> {
          int octets = m.u16();
          t.octets(property(identifier), m, Math.min(octets, m.remaining()));
          m.skip(octets);
        }
        case 22 -> {
          int octets = m.u16();
          o.secret(m.position(), octets);
          m.skip(octets);
          t.secret(property(identifier), octets);
        }
        case 38 -> {
          text(m, o, "userPropertyName");
          text(m, o, "userPropertyValue");
        }
        default -> {
          if (m.ok()) {
            o.flaw(x, PROPERTIES, "property", at, m.wireLength());
          }
          m.skip(m.remaining());
        }
      }
    }
    m.leave(outer);
  }

  private static String property(int identifier) {
    return switch (identifier) {
      case 1 -> "payloadFormatIndicator";
      case 2 -> "messageExpiryInterval";
      case 3 -> "contentType";
      case 8 -> "responseTopic";
      case 9 -> "correlationData";
      case 11 -> "subscriptionIdentifier";
      case 17 -> "sessionExpiryInterval";
      case 18 -> "assignedClientIdentifier";
      case 19 -> "serverKeepAlive";
      case 21 -> "authenticationMethod";
      case 22 -> "authenticationData";
      case 23 -> "requestProblemInformation";
      case 24 -> "willDelayInterval";
      case 25 -> "requestResponseInformation";
      case 26 -> "responseInformation";
      case 28 -> "serverReference";
      case 31 -> "reasonString";
      case 33 -> "receiveMaximum";
      case 34 -> "topicAliasMaximum";
      case 35 -> "topicAlias";
      case 36 -> "maximumQos";
      case 37 -> "retainAvailable";
      case 39 -> "maximumPacketSize";
      case 40 -> "wildcardSubscriptionAvailable";
      case 41 -> "subscriptionIdentifierAvailable";
      default -> "sharedSubscriptionAvailable";
    };
  }

  @Override
  public Cite cite() {
    return FIXED_HEADER;
  }
}
