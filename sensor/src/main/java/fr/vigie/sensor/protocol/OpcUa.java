package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * OPC UA over TCP with the binary encoding (OPC 10000-6, edition 1.04, chapters 6 and 7; services of OPC 10000-4). Little-endian.
 *
 * <pre>
 * | HEL, ACK, ERR, RHE, OPN, MSG, CLO | F, C or A | size u32 | … |                                                          7.1.2.2
 * OPN: | channel u32 | policy | certificate | thumbprint | sequence u32 | request u32 | body |                               6.7.2
 * MSG, CLO: | channel u32 | token u32 | sequence u32 | request u32 | body: type NodeId, header, … |                          6.7.2
 * </pre>
 *
 * <p>Bodies are read while the channel signs at most: what is encrypted does not begin with the identifier of a service. Chunks behind the first of a
 * message are passed over. Values of Read are readings by their numeric node identifiers. The transcript has every parameter, by {@link OpcUaGrammar}.
 */
final class OpcUa implements Dissector {
  private static final String MAPPINGS = "OPC 10000-6 1.04";
  private static final String SERVICES = "OPC 10000-4 1.04";
  private static final Cite HEADER = new Cite(MAPPINGS, "7.1.2.2");
  private static final Cite HELLO = new Cite(MAPPINGS, "7.1.2.3");
  private static final Cite OPEN = new Cite(SERVICES, "5.5.2");
  private static final Cite SESSION = new Cite(SERVICES, "5.6.2");
  private static final Cite ACTIVATE = new Cite(SERVICES, "5.6.3");
  private static final Cite READ = new Cite(SERVICES, "5.10.2");
  private static final Cite WRITE = new Cite(SERVICES, "5.10.4");
  private static final Cite CALL = new Cite(SERVICES, "5.11.2");
  private static final Cite OTHER = new Cite(SERVICES, "5");

  private static final int HEL = 0x48454C;
  private static final int ACK = 0x41434B;
  private static final int ERR = 0x455252;
  private static final int RHE = 0x524845;
  private static final int OPN = 0x4F504E;
  private static final int MSG = 0x4D5347;
  private static final int CLO = 0x434C4F;

  /** Longer chunks are passed over but for their header. */
  private static final int LONGEST = 1 << 17;

  /** Part 4 §7.24: the attribute that is the value. */
  private static final int VALUE = 13;
  private static final int MOST_NODES = 64;

  private static final int NEWS_CONNECT = 1;
  private static final int NEWS_POLICY = 2;
  private static final int NEWS_REQUEST = 3;
  private static final int NEWS_APPLICATION = 4;
  private static final int NEWS_NODE = 5;
  private static final int AGAIN_SECONDS = 600;

  private static final Outcome UNCERTAIN = Outcome.error("uncertain");
  private static final Outcome[] BAD = new Outcome[0x200];

  static {
    Arrays.setAll(BAD, i -> Outcome.error("0x" + HexFormat.of().toHexDigits(0x8000_0000 | i << 16)));
  }

  private static final Observer.PointMaker POINT = OpcUa::point;

  private long body;

  @Override
  public String name() {
    return "opcua";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("OPC UA binary", "OPC 10000-6 edition 1.04, services of OPC 10000-4",
        "hello, channel with policy and certificate, and while the channel does not encrypt every parameter of every service by its name: sessions, browse, read, write, call, subscriptions",
        "encrypted bodies; chunks behind the first; extension objects but those of sessions and notifications, shown as octets; history",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {4840};
  }

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
    int have = m.length();
    int type = m.at(0) << 16 | m.at(1) << 8 | m.at(2);
    if (have < 3) {
      int first = m.at(0);
      return first == 'H' || first == 'A' || first == 'E' || first == 'R' || first == 'O' || first == 'M' || first == 'C' ? MORE : NOT_MINE;
    }
    int chunk = m.at(3);
    boolean named = switch (type) {
      case HEL, ACK, ERR, RHE -> have < 4 || chunk == 'F';
      case OPN, CLO, MSG -> have < 4 || chunk == 'F' || chunk == 'C' || chunk == 'A';
      default -> false;
    };
    if (!named) {
      return NOT_MINE;
    }
    if (have < 8) {
      return MORE;
    }
    int size = m.at(7) << 24 | m.at(6) << 16 | m.at(5) << 8 | m.at(4);
    boolean plain = type == HEL || type == ACK || type == ERR || type == RHE;
    if (size < (type == ERR || type == RHE ? 16 : plain ? 28 : 24) || plain && size > 8192 + 64 || size > 1 << 28) {
      return NOT_MINE;
    }
    return size > LONGEST ? 24 : size;
  }

  @Override
  public long skip(Exchange exchange) {
    return body;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    body = 0;
    int type = m.u24();
    int chunk = m.u8();
    int size = (int) m.u32le();
    t.message("opcua", text(type));
    t.field("transportType", text(type));
    t.field("chunk", chunk);
    t.field("size", size);
    if (size > LONGEST && m.wireLength() == 24) {
      body = size - 24L;
    } else if (size != m.wireLength()) {
      m.fail();
    }
    if (m.ok()) {
      o.operation(text(type));
    }
    if (m.cut()) {
      // half a message: nothing in it is sure
      m.fail();
    }
    if (m.ok()) {
      switch (type) {
        case HEL -> hello(m, x, o);
        case ACK -> {
          buffers(m, t);
          if (m.ok()) {
            o.outcome(x.flow(), Outcome.OK);
          }
        }
        case ERR -> error(m, x, o);
        case RHE -> {
          string(m, o, "serverUri");
          string(m, o, "endpointUrl");
        }
        case OPN -> open(m, x, o);
        default -> message(m, x, o, type, chunk);
      }
      if (m.ok() && m.remaining() > 0) {
        if (type == HEL || type == ACK || type == ERR) {
          o.flaw(x, HELLO, "length", m.position(), m.wireLength());
        }
        m.skip(m.remaining());
      }
    }
    t.end();
  }

  private static String text(int type) {
    return switch (type) {
      case HEL -> "HEL";
      case ACK -> "ACK";
      case ERR -> "ERR";
      case RHE -> "RHE";
      case OPN -> "OPN";
      case CLO -> "CLO";
      default -> "MSG";
    };
  }

  /** Part 6 §5.2.2.4: a length of 32 bits, −1 for none. */
  private static void string(Cursor m, Observer o, String field) {
    int octets = (int) m.u32le();
    if (octets < 0) {
      return;
    }
    if (o.transcript().on() && octets <= m.remaining()) {
      o.transcript().field(field, m.text(octets));
    } else {
      m.skip(octets);
    }
  }

  private static void skipString(Cursor m) {
    int octets = (int) m.u32le();
    m.skip(Math.max(0, octets));
  }

  private static void buffers(Cursor m, Transcript t) {
    t.field("protocolVersion", m.u32le());
    t.field("receiveBufferSize", m.u32le());
    t.field("sendBufferSize", m.u32le());
    t.field("maxMessageSize", m.u32le());
    t.field("maxChunkCount", m.u32le());
  }

  /** §7.1.2.3: {@code | version u32 | buffers u32 u32 | message u32 | chunks u32 | endpoint |}. */
  private static void hello(Cursor m, Exchange x, Observer o) {
    buffers(m, o.transcript());
    int octets = (int) m.u32le();
    if (octets > m.remaining()) {
      m.fail();
    }
    if (!m.ok()) {
      return;
    }
    int at = m.position();
    long digest = octets > 0 ? m.digest(octets) : 0;
    boolean news = x.news(x.source(), NEWS_CONNECT, digest * 31 + x.target().hashCode(), AGAIN_SECONDS);
    if (octets > 0 && (news || o.transcript().on())) {
      String endpoint = m.text(octets);
      o.transcript().field("endpointUrl", endpoint);
      if (news) {
        o.request(x.flow(), Acts.pending(x, "opcua", HELLO, Verb.CONNECT, "Hello", new Point.Named("endpoint", endpoint), null, ""));
      }
    }
    m.seek(at + Math.max(0, octets));
  }

  /** §7.1.2.5: {@code | error u32 | reason |}. */
  private static void error(Cursor m, Exchange x, Observer o) {
    long code = m.u32le();
    o.transcript().field("error", code);
    string(m, o, "reason");
    if (m.ok()) {
      o.outcome(x.flow(), status(code));
    }
  }

  /** Part 4 §7.34: the two highest bits of a status are its severity; part 6 annex A.2: the codes, none of which is beyond 0x81FF0000. */
  private static Outcome status(long code) {
    return switch ((int) (code >>> 30)) {
      case 0 -> Outcome.OK;
      case 1 -> UNCERTAIN;
      default -> BAD[(int) (code >>> 16) & BAD.length - 1];
    };
  }

  /** §6.7.2.3: the header of an OPN names the policy and, where it signs, the sender's certificate. */
  private static void open(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("secureChannelId", m.u32le());
    int octets = (int) m.u32le();
    if (octets < 0 || octets > m.remaining()) {
      m.fail();
      return;
    }
    int at = m.position();
    boolean none = octets > 4 && m.peek(octets - 5) == '#' && m.peek(octets - 4) == 'N' && m.peek(octets - 1) == 'e';
    long digest = m.digest(octets);
    boolean news = x.news(x.source(), NEWS_POLICY, digest, Exchange.FOREVER);
    if (news || t.on()) {
      String policy = m.text(octets);
      t.field("securityPolicyUri", policy);
      if (news) {
        o.claim(x, x.source(), Trait.BANNER, "opcua-security=" + policy.substring(policy.indexOf('#') + 1), OPEN);
      }
    }
    m.seek(at + octets);
    int certificate = (int) m.u32le();
    if (certificate > 0 && certificate <= m.remaining() && (t.on() || x.news(x.source(), NEWS_APPLICATION, m.digest(certificate), Exchange.FOREVER))) {
      certificate(m, x, o, certificate);
    } else {
      m.skip(Math.max(0, certificate));
    }
    skipString(m);
    if (none) {
      t.field("sequenceNumber", m.u32le());
      t.field("requestId", m.u32le());
      int service = node(m);
      t.field("serviceNodeId", service);
      if (t.on() && m.ok()) {
        OpcUaGrammar.tell(m, t, service, service == 449);
      }
    } else {
      m.skip(m.remaining());
    }
  }

  private static void certificate(Cursor m, Exchange x, Observer o, int octets) {
    int at = m.position();
    X509 certificate = X509.read(m, octets);
    m.seek(at + octets);
    if (certificate != null) {
      o.transcript().field("certificateSubject", certificate.subject());
      o.claim(x, x.source(), Trait.BANNER, "opcua-certificate=" + certificate.subject() + "; " + certificate.names() + "; until "
          + certificate.until() + "; sha256 " + certificate.sha256(), OPEN);
    }
  }

  /** Part 6 §5.2.2.9: the numeric identifier of namespace 0 where it is one, else −1; passes over every form. */
  private static int node(Cursor m) {
    int form = m.u8();
    int id = -1;
    switch (form & 0x3F) {
      case 0 -> id = m.u8();
      case 1 -> id = m.u8() == 0 ? m.u16le() : skipped(m, 2);
      case 2 -> id = m.u16le() == 0 ? (int) m.u32le() : skipped(m, 4);
      case 3, 5 -> {
        m.skip(2);
        skipString(m);
      }
      case 4 -> m.skip(18);
      default -> m.fail();
    }
    if ((form & 0x80) != 0) {
      skipString(m);
    }
    if ((form & 0x40) != 0) {
      m.skip(4);
    }
    return id;
  }

  private static int skipped(Cursor m, int octets) {
    m.skip(octets);
    return -1;
  }

  /** Part 6 annex A.3: identifiers of the default binary encoding of the services; an answer's is three higher. */
  private static @Nullable String service(int id) {
    return switch (id) {
      case 397 -> "ServiceFault";
      case 422 -> "FindServersRequest";
      case 425 -> "FindServersResponse";
      case 428 -> "GetEndpointsRequest";
      case 431 -> "GetEndpointsResponse";
      case 437 -> "RegisterServerRequest";
      case 440 -> "RegisterServerResponse";
      case 446 -> "OpenSecureChannelRequest";
      case 449 -> "OpenSecureChannelResponse";
      case 452 -> "CloseSecureChannelRequest";
      case 455 -> "CloseSecureChannelResponse";
      case 461 -> "CreateSessionRequest";
      case 464 -> "CreateSessionResponse";
      case 467 -> "ActivateSessionRequest";
      case 470 -> "ActivateSessionResponse";
      case 473 -> "CloseSessionRequest";
      case 476 -> "CloseSessionResponse";
      case 479 -> "CancelRequest";
      case 482 -> "CancelResponse";
      case 488 -> "AddNodesRequest";
      case 491 -> "AddNodesResponse";
      case 494 -> "AddReferencesRequest";
      case 497 -> "AddReferencesResponse";
      case 500 -> "DeleteNodesRequest";
      case 503 -> "DeleteNodesResponse";
      case 506 -> "DeleteReferencesRequest";
      case 509 -> "DeleteReferencesResponse";
      case 527 -> "BrowseRequest";
      case 530 -> "BrowseResponse";
      case 533 -> "BrowseNextRequest";
      case 536 -> "BrowseNextResponse";
      case 554 -> "TranslateBrowsePathsToNodeIdsRequest";
      case 557 -> "TranslateBrowsePathsToNodeIdsResponse";
      case 560 -> "RegisterNodesRequest";
      case 563 -> "RegisterNodesResponse";
      case 566 -> "UnregisterNodesRequest";
      case 569 -> "UnregisterNodesResponse";
      case 615 -> "QueryFirstRequest";
      case 618 -> "QueryFirstResponse";
      case 621 -> "QueryNextRequest";
      case 624 -> "QueryNextResponse";
      case 631 -> "ReadRequest";
      case 634 -> "ReadResponse";
      case 664 -> "HistoryReadRequest";
      case 667 -> "HistoryReadResponse";
      case 673 -> "WriteRequest";
      case 676 -> "WriteResponse";
      case 700 -> "HistoryUpdateRequest";
      case 703 -> "HistoryUpdateResponse";
      case 712 -> "CallRequest";
      case 715 -> "CallResponse";
      case 751 -> "CreateMonitoredItemsRequest";
      case 754 -> "CreateMonitoredItemsResponse";
      case 763 -> "ModifyMonitoredItemsRequest";
      case 766 -> "ModifyMonitoredItemsResponse";
      case 769 -> "SetMonitoringModeRequest";
      case 772 -> "SetMonitoringModeResponse";
      case 775 -> "SetTriggeringRequest";
      case 778 -> "SetTriggeringResponse";
      case 781 -> "DeleteMonitoredItemsRequest";
      case 784 -> "DeleteMonitoredItemsResponse";
      case 787 -> "CreateSubscriptionRequest";
      case 790 -> "CreateSubscriptionResponse";
      case 793 -> "ModifySubscriptionRequest";
      case 796 -> "ModifySubscriptionResponse";
      case 799 -> "SetPublishingModeRequest";
      case 802 -> "SetPublishingModeResponse";
      case 826 -> "PublishRequest";
      case 829 -> "PublishResponse";
      case 832 -> "RepublishRequest";
      case 835 -> "RepublishResponse";
      case 841 -> "TransferSubscriptionsRequest";
      case 844 -> "TransferSubscriptionsResponse";
      case 847 -> "DeleteSubscriptionsRequest";
      case 850 -> "DeleteSubscriptionsResponse";
      default -> null;
    };
  }

  private void message(Cursor m, Exchange x, Observer o, int type, int chunk) {
    Transcript t = o.transcript();
    t.field("secureChannelId", m.u32le());
    t.field("securityTokenId", m.u32le());
    t.field("sequenceNumber", m.u32le());
    int request = (int) m.u32le();
    t.field("requestId", request);
    // OPC 10000-6 §5.2.2.9: services of namespace 0 come as four octets, 1 0 id
    int id = m.remaining() >= 4 && m.peek(0) == 1 && m.peek(1) == 0 ? m.peek(2) | m.peek(3) << 8 : -1;
    String service = body > 0 ? null : service(id);
    if (service == null || !m.ok()) {
      String what = chunk == 'A' ? "abort" : "opaque";
      t.operation(what);
      m.skip(m.remaining());
      if (m.ok()) {
        o.operation(what);
      }
      return;
    }
    m.skip(4);
    t.operation(service);
    t.field("serviceNodeId", id);
    o.operation(service);
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ request & 0xFFFFFFFFL;
    boolean answers = service.endsWith("Response") || id == 397;
    if (t.on() && m.ok() && chunk != 'C') {
      OpcUaGrammar.tell(m, t, id, answers);
    }
    if (chunk == 'C') {
      // the rest comes in chunks that are not put together
      m.skip(m.remaining());
    } else if (answers) {
      response(m, x, o, id, key);
    } else if (type != CLO) {
      request(m, x, o, id, service, key);
    }
  }

  /** Part 4 §7.28: {@code | token NodeId | time i64 | handle u32 | diagnostics u32 | audit | timeout u32 | ExtensionObject |}. */
  private static void requestHeader(Cursor m) {
    node(m);
    m.skip(16);
    skipString(m);
    m.skip(4);
    extension(m);
  }

  /** Part 6 §5.2.2.15: {@code | type NodeId | encoding u8 | length and body |}; returns the type. */
  private static int extension(Cursor m) {
    int id = node(m);
    if (m.u8() != 0) {
      skipString(m);
    }
    return id;
  }

  private static void request(Cursor m, Exchange x, Observer o, int id, String service, long key) {
    requestHeader(m);
    if (!m.ok()) {
      return;
    }
    switch (id) {
      case 461 -> createSession(m, x, o, service, key);
      case 467 -> activateSession(m, x, o, service, key);
      case 631 -> read(m, x, o, service, key);
      case 673 -> write(m, x, o, service, key);
      case 712 -> call(m, x, o, service, key);
      case 422, 428 -> simple(x, o, Verb.DISCOVER, service, key);
      case 488, 494 -> act(x, o, Verb.CREATE, OTHER, service, key, null, null);
      case 500, 506 -> act(x, o, Verb.DELETE, OTHER, service, key, null, null);
      case 700 -> act(x, o, Verb.WRITE, OTHER, service, key, null, null);
      case 527, 554, 664 -> simple(x, o, Verb.READ, service, key);
      case 751, 787 -> simple(x, o, Verb.SUBSCRIBE, service, key);
      default -> {
        // keeps the contact's list of operations, no act
      }
    }
    m.skip(m.remaining());
  }

  private static void act(Exchange x, Observer o, Verb verb, Cite cite, String service, long key, @Nullable Point point, @Nullable Value value) {
    o.request(key, Acts.pending(x, "opcua", cite, verb, service, point, value, ""));
  }

  /** A request whose repetition is no news. */
  private static void simple(Exchange x, Observer o, Verb verb, String service, long key) {
    if (x.news(x.source(), NEWS_REQUEST, service.length() * 31L + verb.ordinal() + service.charAt(0) * 7919L + x.target().hashCode() * 65_537L,
        AGAIN_SECONDS)) {
      act(x, o, verb, OTHER, service, key, null, null);
    }
  }

  /** Part 4 §7.1 ApplicationDescription: URI, product URI, name, type, …. */
  private static void application(Cursor m, Exchange x, Observer o) {
    int at = m.position();
    skipString(m);
    skipString(m);
    int end = m.position();
    localized(m);
    m.skip(4);
    skipString(m);
    skipString(m);
    int urls = (int) m.u32le();
    for (int i = 0; i < urls && i < MOST_NODES && m.ok(); i++) {
      skipString(m);
    }
    if (!m.ok()) {
      return;
    }
    int after = m.position();
    m.seek(at);
    boolean news = x.news(x.source(), NEWS_APPLICATION, m.digest(end - at), Exchange.FOREVER);
    if (news) {
      String uri = value(m);
      String product = value(m);
      int mask = m.u8();
      if ((mask & 1) != 0) {
        skipString(m);
      }
      String name = (mask & 2) != 0 ? value(m) : "";
      if (!uri.isEmpty()) {
        o.claim(x, x.source(), Trait.BANNER, "opcua-application=" + uri, SESSION);
      }
      if (!product.isEmpty()) {
        o.claim(x, x.source(), Trait.SOFTWARE, product, SESSION);
      }
      if (!name.isEmpty()) {
        o.claim(x, x.source(), Trait.NAME, name, SESSION);
      }
    }
    m.seek(after);
  }

  private static String value(Cursor m) {
    int octets = (int) m.u32le();
    return octets <= 0 ? "" : m.text(octets);
  }

  /** Part 6 §5.2.2.14: a mask of locale and text. */
  private static void localized(Cursor m) {
    int mask = m.u8();
    if ((mask & 1) != 0) {
      skipString(m);
    }
    if ((mask & 2) != 0) {
      skipString(m);
    }
  }

  /** Part 4 §5.6.2. */
  private static void createSession(Cursor m, Exchange x, Observer o, String service, long key) {
    application(m, x, o);
    skipString(m);
    skipString(m);
    skipString(m);
    if (m.ok() && x.news(x.source(), NEWS_CONNECT, x.target().hashCode() ^ 461L, AGAIN_SECONDS)) {
      act(x, o, Verb.CONNECT, SESSION, service, key, null, null);
    }
  }

  /** Part 4 §5.6.3: signature, certificates, locales, then the identity: 321 nobody, 324 user and password, 327 certificate, 940 issued token. */
  private static void activateSession(Cursor m, Exchange x, Observer o, String service, long key) {
    skipString(m);
    skipString(m);
    int certificates = (int) m.u32le();
    for (int i = 0; i < certificates && i < MOST_NODES && m.ok(); i++) {
      skipString(m);
      skipString(m);
    }
    int locales = (int) m.u32le();
    for (int i = 0; i < locales && i < MOST_NODES && m.ok(); i++) {
      skipString(m);
    }
    int identity = node(m);
    String who = switch (identity) {
      case 321 -> "anonymous";
      case 324 -> "user name";
      case 327 -> "certificate";
      case 940 -> "issued token";
      default -> "other";
    };
    int secret = -1;
    int secretAt = -1;
    if (m.u8() != 0) {
      int octets = (int) m.u32le();
      long outer = m.enter(Math.max(0, octets));
      if (identity == 940) {
        o.secret(m.position(), Math.max(0, octets));
      }
      if (identity == 324) {
        skipString(m);
        int user = Math.max(0, (int) m.u32le());
        o.secret(m.position(), user);
        m.skip(user);
        int password = Math.max(0, (int) m.u32le());
        o.secret(m.position(), password);
        secretAt = m.position();
        m.skip(password);
        secret = password;
      }
      m.leave(outer);
    }
    o.transcript().field("identity", who);
    if (m.ok() && x.news(x.source(), NEWS_CONNECT, (x.target().hashCode() * 31L + identity) * 31 ^ 467L, AGAIN_SECONDS)) {
      Value value = secret < 0 ? null : o.sealed(Seals.Kind.PASSWORD, m, secretAt, secret);
      o.request(key, Acts.pending(x, "opcua", ACTIVATE, Verb.AUTHENTICATE, service, null, value, who));
    }
  }

  /** The key of a node: its namespace and number, or a digest of its text with the sign bit set; passes over it. */
  private static long nodeKey(Cursor m) {
    int at = m.position();
    int form = m.peek(0) & 0x3F;
    switch (form) {
      case 0 -> {
        m.skip(1);
        return m.u8();
      }
      case 1 -> {
        m.skip(1);
        return (long) m.u8() << 32 | m.u16le();
      }
      case 2 -> {
        m.skip(1);
        return (long) m.u16le() << 32 | m.u32le();
      }
      default -> {
        node(m);
        if (!m.ok()) {
          return -1;
        }
        int end = m.position();
        m.seek(at);
        long digest = m.digest(end - at) | Long.MIN_VALUE;
        m.seek(end);
        return digest;
      }
    }
  }

  /** Part 6 §5.3.1.10: namespace 0 is not written. */
  static String space(long index) {
    return index == 0 ? "" : "ns=" + index + ";";
  }

  private static Point point(long node, long attribute) {
    return new Point.Named("node", space(node >>> 32) + "i=" + (node & 0xFFFFFFFFL) + (attribute == VALUE ? "" : "@" + attribute));
  }

  /** A node as Part 6 §5.3.1.10 writes it; allocates. */
  private static Point named(Cursor m, int at, int attribute) {
    int back = m.position();
    m.seek(at);
    int form = m.u8() & 0x3F;
    String text = switch (form) {
      case 0 -> "i=" + m.u8();
      case 1 -> space(m.u8()) + "i=" + m.u16le();
      case 2 -> space(m.u16le()) + "i=" + m.u32le();
      case 3 -> space(m.u16le()) + "s=" + value(m);
      case 4 -> space(m.u16le()) + "g=" + HexFormat.of().formatHex(m.bytes(16));
      default -> space(m.u16le()) + "b=" + HexFormat.of().formatHex(m.bytes(Math.clamp(m.u32le(), 0, 64)));
    };
    m.seek(back);
    return new Point.Named("node", text + (attribute == VALUE ? "" : "@" + attribute));
  }

  /** Part 4 §5.10.2: {@code | max age f64 | timestamps u32 | { NodeId | attribute u32 | range | encoding } |}. */
  private static void read(Cursor m, Exchange x, Observer o, String service, long key) {
    m.skip(12);
    int nodes = (int) m.u32le();
    boolean told = false;
    for (int i = 0; i < nodes && m.ok(); i++) {
      int at = m.position();
      long node = nodeKey(m);
      int attribute = (int) m.u32le();
      skipString(m);
      m.skip(2);
      skipString(m);
      if (!m.ok()) {
        return;
      }
      if (i < MOST_NODES) {
        x.remember(key + i * 0x51ED270BL, node, attribute);
      }
      if (x.news(x.source(), NEWS_NODE, (node * 31 + attribute) * 31 + x.target().hashCode(), AGAIN_SECONDS) && !told) {
        told = true;
        act(x, o, Verb.READ, READ, service, key, named(m, at, attribute), null);
      }
    }
  }

  /** Part 4 §5.10.4: {@code | { NodeId | attribute u32 | range | DataValue } |}. */
  private static void write(Cursor m, Exchange x, Observer o, String service, long key) {
    int nodes = (int) m.u32le();
    for (int i = 0; i < nodes && m.ok(); i++) {
      int at = m.position();
      nodeKey(m);
      int attribute = (int) m.u32le();
      skipString(m);
      int valueAt = m.position();
      double number = dataValue(m, 0);
      if (!m.ok()) {
        return;
      }
      int octets = m.position() - valueAt;
      Point point = named(m, at, attribute);
      Value value;
      if (Double.isNaN(number)) {
        int back = m.position();
        m.seek(valueAt);
        value = written(m, octets);
        m.seek(back);
      } else {
        value = new Value.Num(number);
      }
      act(x, o, Verb.WRITE, WRITE, service, key + i * 0x51ED270BL, point, value);
    }
  }

  /** A value that is no number: text as text, else its octets. */
  private static Value written(Cursor m, int octets) {
    if ((m.peek(0) & 1) != 0 && m.peek(1) == 12) {
      m.skip(2);
      return new Value.Text(value(m));
    }
    return new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
  }

  /** Part 4 §5.11.2: {@code | { object NodeId | method NodeId | inputs } |}. */
  private static void call(Cursor m, Exchange x, Observer o, String service, long key) {
    int methods = (int) m.u32le();
    for (int i = 0; i < methods && m.ok(); i++) {
      nodeKey(m);
      int at = m.position();
      nodeKey(m);
      int inputs = (int) m.u32le();
      for (int k = 0; k < inputs && m.ok(); k++) {
        variant(m, 0);
      }
      if (m.ok()) {
        Point method = named(m, at, VALUE);
        act(x, o, Verb.COMMAND, CALL, service, key + i * 0x51ED270BL, method, null);
      }
    }
  }

  /** Part 4 §7.29: {@code | time i64 | handle u32 | result u32 | diagnostics | strings | ExtensionObject |}. */
  private static void response(Cursor m, Exchange x, Observer o, int id, long key) {
    m.skip(12);
    long result = m.u32le();
    diagnostics(m, 0);
    int strings = (int) m.u32le();
    for (int i = 0; i < strings && m.ok(); i++) {
      skipString(m);
    }
    extension(m);
    if (!m.ok()) {
      return;
    }
    if (result >>> 30 != 0) {
      o.outcome(key, status(result));
    } else {
      switch (id) {
        case 634 -> readings(m, x, o, key);
        case 676 -> results(m, o, key, false);
        case 715 -> results(m, o, key, true);
        case 464 -> session(m, x, o, key);
        case 431 -> endpoints(m, x, o, key);
        default -> o.outcome(key, Outcome.OK);
      }
    }
    m.skip(m.remaining());
  }

  private static void readings(Cursor m, Exchange x, Observer o, long key) {
    int results = (int) m.u32le();
    o.outcome(key, Outcome.OK);
    for (int i = 0; i < results && m.ok(); i++) {
      double number = dataValue(m, 0);
      if (m.ok() && i < MOST_NODES && x.recall(key + i * 0x51ED270BL) && x.recalledB() == VALUE && x.recalledA() >= 0 && !Double.isNaN(number)) {
        o.reading(x, x.source(), x.recalledA(), VALUE, POINT, number, null, true, false);
      }
    }
  }

  /** A status for each written node or called method; a method's is followed by the arguments' and the outputs. */
  private static void results(Cursor m, Observer o, long key, boolean methods) {
    int results = (int) m.u32le();
    for (int i = 0; i < results && m.ok(); i++) {
      long code = m.u32le();
      if (m.ok()) {
        o.outcome(key + i * 0x51ED270BL, status(code));
      }
      if (methods) {
        m.skip(Math.max(0, (int) m.u32le()) * 4);
        int diagnostics = (int) m.u32le();
        for (int k = 0; k < diagnostics && m.ok(); k++) {
          diagnostics(m, 0);
        }
        int outputs = (int) m.u32le();
        for (int k = 0; k < outputs && m.ok(); k++) {
          variant(m, 0);
        }
      }
    }
  }

  /** Part 4 §5.6.2: {@code | session NodeId | token NodeId | timeout f64 | nonce | certificate | endpoints … |}: the server describes itself. */
  private static void session(Cursor m, Exchange x, Observer o, long key) {
    node(m);
    node(m);
    m.skip(8);
    skipString(m);
    skipString(m);
    endpoints(m, x, o, key);
  }

  /** Part 4 §7.10: each endpoint describes its server: {@code | URL | ApplicationDescription | … |}; the first is read. */
  private static void endpoints(Cursor m, Exchange x, Observer o, long key) {
    int endpoints = (int) m.u32le();
    o.outcome(key, Outcome.OK);
    if (m.ok() && endpoints > 0) {
      skipString(m);
      application(m, x, o);
    }
  }

  // ---- values

  /** Part 6 §5.2.2.17: a mask of value, status, two times and their picoseconds. The number, or NaN. */
  private static double dataValue(Cursor m, int depth) {
    int mask = m.u8();
    double number = (mask & 1) != 0 ? variant(m, depth) : Double.NaN;
    boolean good = true;
    if ((mask & 2) != 0) {
      good = m.u32le() >>> 30 == 0;
    }
    m.skip(((mask & 4) != 0 ? 8 : 0) + ((mask & 16) != 0 ? 2 : 0) + ((mask & 8) != 0 ? 8 : 0) + ((mask & 32) != 0 ? 2 : 0));
    return good ? number : Double.NaN;
  }

  /** Part 6 §5.2.2.16: type in six bits, 0x80 an array, 0x40 its dimensions. The number of a scalar, or NaN. */
  private static double variant(Cursor m, int depth) {
    int encoding = m.u8();
    int type = encoding & 0x3F;
    if ((encoding & 0x80) == 0) {
      return scalar(m, type, depth);
    }
    int count = (int) m.u32le();
    if (type == 0 && count > 0) {
      // nothing, many times over, would be endless
      m.fail();
    }
    for (int i = 0; i < count && m.ok(); i++) {
      scalar(m, type, depth);
    }
    if ((encoding & 0x40) != 0) {
      m.skip(Math.clamp(m.u32le(), 0, 1 << 20) * 4);
    }
    return Double.NaN;
  }

  private static double scalar(Cursor m, int type, int depth) {
    switch (type) {
      case 0 -> {
        return Double.NaN;
      }
      case 1 -> {
        return m.u8() != 0 ? 1 : 0;
      }
      case 2 -> {
        return (byte) m.u8();
      }
      case 3 -> {
        return m.u8();
      }
      case 4 -> {
        return (short) m.u16le();
      }
      case 5 -> {
        return m.u16le();
      }
      case 6 -> {
        return (int) m.u32le();
      }
      case 7 -> {
        return m.u32le();
      }
      case 8 -> {
        return Long.reverseBytes(m.u64());
      }
      case 9 -> {
        long value = Long.reverseBytes(m.u64());
        return value >= 0 ? value : (value >>> 1) * 2.0;
      }
      case 10 -> {
        return Float.intBitsToFloat((int) m.u32le());
      }
      case 11 -> {
        return Double.longBitsToDouble(Long.reverseBytes(m.u64()));
      }
      case 12, 15, 16 -> skipString(m);
      case 13 -> m.skip(8);
      case 14 -> m.skip(16);
      case 17, 18 -> node(m);
      case 19 -> m.skip(4);
      case 20 -> {
        m.skip(2);
        skipString(m);
      }
      case 21 -> localized(m);
      case 22 -> extension(m);
      case 23, 24, 25 -> nested(m, type, depth);
      default -> m.fail();
    }
    return Double.NaN;
  }

  private static void nested(Cursor m, int type, int depth) {
    if (depth > 8) {
      m.fail();
    } else if (type == 23) {
      dataValue(m, depth + 1);
    } else if (type == 24) {
      variant(m, depth + 1);
    } else {
      diagnostics(m, depth + 1);
    }
  }

  /** Part 6 §5.2.2.12: a mask of four numbers, a text, a status and an inner one. */
  private static void diagnostics(Cursor m, int depth) {
    int mask = m.u8();
    m.skip(4 * Integer.bitCount(mask & 0x0F));
    if ((mask & 0x10) != 0) {
      skipString(m);
    }
    if ((mask & 0x20) != 0) {
      m.skip(4);
    }
    if ((mask & 0x40) != 0) {
      if (depth > 8) {
        m.fail();
      } else {
        diagnostics(m, depth + 1);
      }
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
