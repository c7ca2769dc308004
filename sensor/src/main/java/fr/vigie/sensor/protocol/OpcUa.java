package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

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
 * message are passed over. Values of Read are readings by their numeric node identifiers. The services are in {@link OpcUaServices},
 * what they are made of in {@link OpcUaTypes}; the transcript has every parameter, by {@link OpcUaGrammar}.
 */
final class OpcUa implements Dissector {
  private static final String MAPPINGS = "OPC 10000-6 1.04";
  private static final Cite HEADER = new Cite(MAPPINGS, "7.1.2.2");
  private static final Cite HELLO = new Cite(MAPPINGS, "7.1.2.3");
  private static final Cite OPEN = new Cite("OPC 10000-4 1.04", "5.5.2");

  private static final int HEL = 0x48454C;
  private static final int ACK = 0x41434B;
  private static final int ERR = 0x455252;
  private static final int RHE = 0x524845;
  private static final int OPN = 0x4F504E;
  private static final int MSG = 0x4D5347;
  private static final int CLO = 0x434C4F;

  /** Longer chunks are passed over but for their header. */
  private static final int LONGEST = 1 << 17;

  /** Kinds of news; those of the services are in {@link OpcUaServices}. */
  static final int NEWS_CONNECT = 1;

  private static final int NEWS_POLICY = 2;
  static final int NEWS_APPLICATION = 4;

  static final int AGAIN_SECONDS = 600;

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
          OpcUaTypes.string(m, o, "serverUri");
          OpcUaTypes.string(m, o, "endpointUrl");
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
    OpcUaTypes.string(m, o, "reason");
    if (m.ok()) {
      o.outcome(x.flow(), OpcUaTypes.status(code));
    }
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
    OpcUaTypes.skipString(m);
    if (none) {
      t.field("sequenceNumber", m.u32le());
      t.field("requestId", m.u32le());
      int service = OpcUaTypes.node(m);
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

  private void message(Cursor m, Exchange x, Observer o, int type, int chunk) {
    Transcript t = o.transcript();
    t.field("secureChannelId", m.u32le());
    t.field("securityTokenId", m.u32le());
    t.field("sequenceNumber", m.u32le());
    int request = (int) m.u32le();
    t.field("requestId", request);
    // OPC 10000-6 §5.2.2.9: services of namespace 0 come as four octets, 1 0 id
    int id = m.remaining() >= 4 && m.peek(0) == 1 && m.peek(1) == 0 ? m.peek(2) | m.peek(3) << 8 : -1;
    String service = body > 0 ? null : OpcUaServices.service(id);
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
      OpcUaServices.response(m, x, o, id, key);
    } else if (type != CLO) {
      OpcUaServices.request(m, x, o, id, service, key);
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
