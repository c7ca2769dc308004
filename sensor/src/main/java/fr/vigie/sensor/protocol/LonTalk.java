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
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The LonTalk packet of ISO/IEC 14908-1 (EN 14908-1, ANSI/CEA-709.1) from its link header on, as {@link Lon} carries it: without preamble and CRC.
 * Names of network management and diagnostics as the open LonTalk stack of Dialog (Echelon) and Wireshark have them.
 *
 * <pre>
 * | priority 1, alternate path 1, backlog 6 | version 2 = 0, PDU format 2, address format 2, domain length 2 |
 *   source subnet u8 | 1, source node 7 | destination | domain 0, 1, 3 or 6 | PDU |
 * destination: 0 subnet u8 (broadcast) | 1 group u8 | 2 subnet u8, 1 and node 7 | 2 with first bit of the source node 0: and group u8, member u8 |
 *              3 subnet u8, neuron 6
 * PDU 0 transport, 1 session: | authenticated 1, type 3, transaction 4 | members u8, … with type 4, 5 | APDU |
 * PDU 2 authentication: | address format 2, type 2, transaction 4 | random or digest 8 | group u8 with format 1 |
 * APDU: | 1, direction 1, selector 14 | value | or | code u8 | data |
 * </pre>
 */
final class LonTalk {
  static final String STANDARD = "ISO/IEC 14908-1:2012";
  private static final Cite PACKET = new Cite(STANDARD, "8 (network layer)");
  private static final Cite TRANSPORT = new Cite(STANDARD, "9 (transport and session)");
  private static final Cite VARIABLE = new Cite(STANDARD, "11 (network variables)");
  private static final Cite MANAGEMENT = new Cite(STANDARD, "13 (network management)");

  private static final int ACKNOWLEDGED = 0;
  private static final int REPEATED = 1;
  private static final int ACKNOWLEDGEMENT = 2;
  private static final int REMINDER = 4;
  private static final int REMINDER_MESSAGE = 5;

  private static final int REQUEST = 0;
  private static final int RESPONSE = 2;

  private static final int NM = 0x60;
  private static final int UPDATE_DOMAIN = 0x63;
  private static final int UPDATE_KEY = 0x65;
  private static final int SET_NODE_MODE = 0x6C;
  private static final int SERVICE_PIN = 0x7F;
  private static final int QUERY_DOMAIN = 0x6A;

  private static final String[] NAMES = new String[0x80];
  private static final Verb[] VERBS = new Verb[0x80];
  private static final Outcome[] FAILED = new Outcome[0x20];

  static {
    Arrays.setAll(NAMES, i -> i < 0x40 ? "applicationMessage" : i < 0x50 ? "foreignFrame" : i < NM ? "diagnostic" : "management");
    Arrays.fill(VERBS, Verb.REQUEST);
    Arrays.setAll(FAILED, i -> Outcome.error("failed 0x" + HexFormat.of().toHexDigits((byte) i)));
    name(0x51, "queryStatus", Verb.READ);
    name(0x52, "proxyCommand", Verb.COMMAND);
    name(0x53, "clearStatus", Verb.COMMAND);
    name(0x54, "queryTransceiver", Verb.READ);
    name(0x61, "queryId", Verb.DISCOVER);
    name(0x62, "respondToQuery", Verb.CONFIGURE);
    name(UPDATE_DOMAIN, "updateDomain", Verb.CONFIGURE);
    name(0x64, "leaveDomain", Verb.CONFIGURE);
    name(UPDATE_KEY, "updateKey", Verb.CONFIGURE);
    name(0x66, "updateAddress", Verb.CONFIGURE);
    name(0x67, "queryAddress", Verb.READ);
    name(0x68, "queryNetworkVariableConfig", Verb.READ);
    name(0x69, "updateGroupAddress", Verb.CONFIGURE);
    name(QUERY_DOMAIN, "queryDomain", Verb.READ);
    name(0x6B, "updateNetworkVariableConfig", Verb.CONFIGURE);
    name(SET_NODE_MODE, "setNodeMode", Verb.CONFIGURE);
    name(0x6D, "readMemory", Verb.UPLOAD);
    name(0x6E, "writeMemory", Verb.DOWNLOAD);
    name(0x6F, "checksumRecalculate", Verb.COMMAND);
    name(0x70, "wink", Verb.COMMAND);
    name(0x71, "memoryRefresh", Verb.COMMAND);
    name(0x72, "querySnvt", Verb.READ);
    name(0x73, "networkVariableFetch", Verb.READ);
    name(SERVICE_PIN, "servicePin", Verb.ANNOUNCE);
  }

  private static final int NEWS_VARIABLE = 16;
  private static final int NEWS_MANAGEMENT = 17;
  private static final int NEWS_SERVICE_PIN = 18;
  private static final int AGAIN_SECONDS = 600;

  private int sourceSubnet;
  private int sourceNode;
  private int addressFormat;
  /** Subnet and node, or the group, or the subnet of a broadcast. */
  private int targetSubnet;
  private int targetNode;
  private int group;

  private static void name(int code, String name, Verb verb) {
    NAMES[code] = name;
    VERBS[code] = verb;
  }

  /** Reads one packet, which ends where the cursor does. */
  void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int link = m.u8();
    int network = m.u8();
    t.field("priority", link >>> 7);
    t.field("alternatePath", link >>> 6 & 1);
    t.field("deltaBacklog", link & 0x3F);
    int format = network >>> 4 & 3;
    addressFormat = network >>> 2 & 3;
    t.field("lonVersion", network >>> 6);
    t.field("pduFormat", format);
    t.field("addressFormat", addressFormat);
    t.field("domainLength", network & 3);
    address(m, t);
    int domain = (network & 3) == 3 ? 6 : (network & 3) == 2 ? 3 : network & 3;
    t.octets("domain", m, domain);
    m.skip(domain);
    if (m.ok() && network >>> 6 != 0) {
      o.flaw(x, PACKET, "version", m.position(), m.wireLength());
      return;
    }
    switch (format) {
      case 0 -> transport(m, x, o);
      case 1 -> session(m, x, o);
      case 2 -> authentication(m, o);
      default -> application(m, x, o, Verb.WRITE, 0);
    }
    rest(m, t);
  }

  private static void rest(Cursor m, Transcript t) {
    if (m.ok() && m.remaining() > 0) {
      t.octets("data", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  private void address(Cursor m, Transcript t) {
    sourceSubnet = m.u8();
    int first = m.u8();
    sourceNode = first & 0x7F;
    targetSubnet = 0;
    targetNode = 0;
    group = -1;
    t.field("sourceSubnet", sourceSubnet);
    t.field("sourceNode", sourceNode);
    switch (addressFormat) {
      case 0 -> {
        targetSubnet = m.u8();
        t.field("destinationSubnet", targetSubnet);
      }
      case 1 -> {
        group = m.u8();
        t.field("destinationGroup", group);
      }
      case 2 -> {
        targetSubnet = m.u8();
        targetNode = m.u8() & 0x7F;
        t.field("destinationSubnet", targetSubnet);
        t.field("destinationNode", targetNode);
        if ((first & 0x80) == 0) {
          group = m.u8();
          t.field("group", group);
          t.field("groupMember", m.u8());
        }
      }
      default -> {
        targetSubnet = m.u8();
        t.field("destinationSubnet", targetSubnet);
        t.octets("neuronId", m, 6);
        m.skip(6);
      }
    }
  }

  private void transport(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    int type = first >>> 4 & 7;
    t.field("authenticated", first >>> 7);
    t.field("tpduType", type);
    t.field("transaction", first & 15);
    switch (type) {
      case ACKNOWLEDGED, REPEATED -> application(m, x, o, Verb.WRITE, 0);
      case ACKNOWLEDGEMENT -> operation(m, o, "acknowledgement");
      case REMINDER -> {
        members(m, t);
        operation(m, o, "reminder");
      }
      case REMINDER_MESSAGE -> {
        members(m, t);
        application(m, x, o, Verb.WRITE, 0);
      }
      default -> unknown(m, x, o);
    }
  }

  private void session(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    int type = first >>> 4 & 7;
    int transaction = first & 15;
    t.field("authenticated", first >>> 7);
    t.field("spduType", type);
    t.field("transaction", transaction);
    long there = (long) sourceSubnet << 24 | sourceNode << 16 | targetSubnet << 8 | targetNode;
    long back = (long) targetSubnet << 24 | targetNode << 16 | sourceSubnet << 8 | sourceNode;
    switch (type) {
      case REQUEST -> application(m, x, o, Verb.READ, key(x, there, transaction));
      case RESPONSE -> response(m, o, key(x, back, transaction));
      case REMINDER -> {
        members(m, t);
        operation(m, o, "reminder");
      }
      case REMINDER_MESSAGE -> {
        members(m, t);
        application(m, x, o, Verb.READ, key(x, there, transaction));
      }
      default -> unknown(m, x, o);
    }
  }

  private static void unknown(Cursor m, Exchange x, Observer o) {
    if (m.ok()) {
      o.flaw(x, TRANSPORT, "type", m.position() - 1, m.wireLength());
    }
  }

  /** Never 0, which stands for a message that has no answer. */
  private static long key(Exchange x, long pair, int transaction) {
    return ((x.flow() ^ pair * 0x9E3779B97F4A7C15L) * 0xC2B2AE3D27D4EB4FL ^ transaction) | 1L << 62;
  }

  /** Which members of the group have not answered yet, a bit each. */
  private static void members(Cursor m, Transcript t) {
    int octets = m.u8();
    t.octets("memberList", m, octets);
    m.skip(octets);
  }

  private static void authentication(Cursor m, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    t.field("authenticationAddressFormat", first >>> 6);
    t.field("authenticationType", first >>> 4 & 3);
    t.field("transaction", first & 15);
    // random number, or the digest made of it and the key
    m.skip(8);
    t.field("authenticationOctets", 8);
    if (first >>> 6 == 1) {
      t.field("authenticationGroup", m.u8());
    }
    operation(m, o, (first >>> 4 & 3) == 0 ? "challenge" : "challengeReply");
  }

  private static void operation(Cursor m, Observer o, String name) {
    if (m.ok()) {
      o.operation(name);
      o.transcript().operation(name);
    }
  }

  private void response(Cursor m, Observer o, long key) {
    Transcript t = o.transcript();
    int code = m.u8();
    if (code >= 0x80) {
      t.field("direction", code >>> 6 & 1);
      t.field("selector", (code & 0x3F) << 8 | m.u8());
      operation(m, o, "networkVariableResponse");
      if (m.ok()) {
        o.outcome(key, Outcome.OK);
      }
      return;
    }
    t.field("code", code);
    // the answer to queryDomain holds the domain's key: identifier 6, subnet, node, length, key 6
    if ((code | 0x40) == QUERY_DOMAIN && m.remaining() >= 15) {
      o.secret(m.position() + 9, 6);
      t.octets("domainEntry", m, 9);
      t.secret("key", 6);
      m.skip(15);
    }
    operation(m, o, "response");
    if (m.ok()) {
      // 0x2n and 0x3n succeed, 0x0n and 0x1n fail
      o.outcome(key, code >= 0x20 ? Outcome.OK : FAILED[code & 0x1F]);
    }
  }

  /**
   * A network variable or a coded message.
   *
   * @param key what request and response share, or 0
   */
  private void application(Cursor m, Exchange x, Observer o, Verb kind, long key) {
    int code = m.u8();
    if (code >= 0x80) {
      variable(m, x, o, code, kind, key);
      return;
    }
    Transcript t = o.transcript();
    t.field("code", code);
    int at = m.position();
    int mode = code == SET_NODE_MODE ? m.peek(0) : -1;
    switch (code) {
      case UPDATE_DOMAIN -> {
        // index u8, identifier 6, subnet, node, length, key 6
        t.octets("domainEntry", m, 10);
        m.skip(10);
        key(m, o);
      }
      case UPDATE_KEY -> {
        t.field("domainIndex", m.u8());
        key(m, o);
      }
      case SET_NODE_MODE -> t.field("mode", m.u8());
      case SERVICE_PIN -> servicePin(m, x, o);
      default -> rest(m, t);
    }
    operation(m, o, NAMES[code]);
    if (!m.ok() || code < 0x50 || code == SERVICE_PIN) {
      return;
    }
    Verb verb = code == SET_NODE_MODE ? mode(mode) : VERBS[code];
    boolean asks = verb == Verb.READ || verb == Verb.DISCOVER || verb == Verb.REQUEST || verb == Verb.UPLOAD;
    long fact = ((long) code << 40 ^ x.target().hashCode()) * 31 + targetSubnet * 128L + targetNode;
    if (asks && !x.news(x.source(), NEWS_MANAGEMENT, fact, AGAIN_SECONDS)) {
      return;
    }
    String detail = code == SET_NODE_MODE ? modeName(mode) : code == 0x6E || code == 0x6D ? memory(m, at) : "";
    act(x, o, key, MANAGEMENT, verb, NAMES[code], null, null, detail);
  }

  private static void key(Cursor m, Observer o) {
    o.secret(m.position(), 6);
    o.transcript().secret("key", 6);
    m.skip(6);
  }

  private static Verb mode(int mode) {
    return switch (mode) {
      case 0 -> Verb.DISABLE;
      case 1 -> Verb.ENABLE;
      case 2 -> Verb.RESTART;
      default -> Verb.CONFIGURE;
    };
  }

  private static String modeName(int mode) {
    return switch (mode) {
      case 0 -> "offline";
      case 1 -> "online";
      case 2 -> "reset";
      case 3 -> "change state";
      default -> "mode " + mode;
    };
  }

  /** Mode u8, offset u16, count u8. */
  private static String memory(Cursor m, int at) {
    int back = m.position();
    m.seek(at);
    int mode = m.u8();
    int offset = m.u16();
    int count = m.u8();
    m.seek(back);
    return (mode == 0 ? "address 0x" : "mode " + mode + ", offset 0x") + HexFormat.of().toHexDigits((short) offset) + ", " + count + " octets";
  }

  /** The button on the node: neuron identifier 6, program identifier 8. */
  private void servicePin(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    t.octets("neuronId", m, 6);
    m.skip(6);
    t.octets("programId", m, 8);
    m.skip(8);
    if (!m.ok()) {
      return;
    }
    if (!x.news(x.source(), NEWS_SERVICE_PIN, Heads.digest(m, at, 14) + sourceSubnet * 128L + sourceNode, AGAIN_SECONDS)) {
      return;
    }
    int end = m.position();
    m.seek(at);
    String neuron = HexFormat.of().formatHex(m.bytes(6));
    String program = HexFormat.of().formatHex(m.bytes(8));
    m.seek(end);
    // a node that has no address yet speaks as 0/0, as all of them do
    if (sourceSubnet != 0) {
      Endpoint node = x.endpoints().lon(x.source(), sourceSubnet, sourceNode);
      o.claim(x, node, Trait.SERIAL, neuron, MANAGEMENT);
      o.claim(x, node, Trait.BANNER, "lon-program=" + program, MANAGEMENT);
    }
    act(x, o, 0, MANAGEMENT, Verb.ANNOUNCE, "servicePin", null, null, "neuron " + neuron + ", program " + program);
  }

  /** An update writes the receivers' variables bound to the selector; what type its value has, only the site's database says. */
  private void variable(Cursor m, Exchange x, Observer o, int first, Verb kind, long key) {
    Transcript t = o.transcript();
    int selector = (first & 0x3F) << 8 | m.u8();
    t.field("direction", first >>> 6 & 1);
    t.field("selector", selector);
    int at = m.position();
    int octets = m.remaining();
    t.octets("value", m, octets);
    m.skip(octets);
    String name = kind == Verb.READ ? "networkVariablePoll" : "networkVariableUpdate";
    operation(m, o, name);
    if (!m.ok()) {
      return;
    }
    long pair = ((long) sourceSubnet << 24 | sourceNode << 16 | targetSubnet << 8 | targetNode) * 31 + group;
    long fact = (pair << 16 ^ selector << 2 ^ kind.ordinal()) * 31 + x.target().hashCode();
    if (x.news(x.source(), NEWS_VARIABLE, fact, AGAIN_SECONDS)) {
      Value value = null;
      if (kind != Verb.READ && octets > 0) {
        m.seek(at);
        value = new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
        m.seek(at + octets);
      }
      act(x, o, key, VARIABLE, kind, name, new Point.Named("nv", "nv-selector," + selector), value, "");
    }
  }

  private void act(Exchange x, Observer o, long key, Cite cite, Verb verb, String name, @Nullable Point point, @Nullable Value value, String detail) {
    Endpoint who = x.endpoints().lon(x.source(), sourceSubnet, sourceNode);
    Endpoint whom = addressFormat == 2 ? x.endpoints().lon(x.target(), targetSubnet, targetNode) : x.target();
    String to = switch (addressFormat) {
      case 0 -> targetSubnet == 0 ? "broadcast to the domain" : "broadcast to subnet " + targetSubnet;
      case 1 -> "to group " + group;
      case 3 -> "to a neuron identifier";
      default -> "";
    };
    String said = to.isEmpty() ? detail : detail.isEmpty() ? to : detail + ", " + to;
    Stamp stamp = x.stamp();
    Act act = new Act(stamp, who, "lon", cite, stamp.seq() + "." + stamp.n(), whom, x.serverPort(), verb, name, point, value, 0, said,
        key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }
}
