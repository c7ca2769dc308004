package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.protocol.knx.Telegram.Carrier;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;


/**
 * KNXnet/IP: KNX 03_08_01 to 03_08_09 (ISO 22510): its header, tunnelling, routing and device management here; {@link Core}, {@link Remote} and
 * {@link Secure} have services of their own. What the telegrams say is {@link Cemi}'s.
 *
 * <pre>
 * | header size u8 = 6 | version u8 = 0x10 | service u16 | total length u16 | body … |          KNX 03_08_02 2.3
 * HPAI: | length u8 = 8 | protocol u8 | IPv4 address | port u16 |                                KNX 03_08_02 7.5.1
 * DIB:  | length u8 | type u8 | … |                                                              KNX 03_08_02 7.5.4
 * </pre>
 */
public final class KnxNetIp implements Dissector {
  /** The port of KNXnet/IP. */
  public static final int PORT = 3671;
  static final String CORE = "KNX 03_08_02 v01.05";

  private static final Cite HPAI = new Cite(CORE, "7.5.1");
  private static final Cite HEADER = new Cite(CORE, "2.3");
  private static final Cite CONNECTION_HEADER = new Cite(CORE, "5.3.1");
  private static final Cite TUNNELLING = new Cite("KNX 03_08_04 v01.05", "4.4");

  private static final int DEVICE_CONFIGURATION_REQUEST = 0x0310;
  private static final int DEVICE_CONFIGURATION_ACK = 0x0311;
  private static final int TUNNELLING_REQUEST = 0x0420;
  private static final int TUNNELLING_ACK = 0x0421;
  private static final int TUNNELLING_FEATURE_GET = 0x0422;
  private static final int TUNNELLING_FEATURE_RESPONSE = 0x0423;
  private static final int TUNNELLING_FEATURE_SET = 0x0424;
  private static final int TUNNELLING_FEATURE_INFO = 0x0425;
  private static final int ROUTING_INDICATION = 0x0530;
  private static final int ROUTING_LOST_MESSAGE = 0x0531;
  private static final int ROUTING_BUSY = 0x0532;
  private static final int ROUTING_SYSTEM_BROADCAST = 0x0533;
  private static final int FIRST_REMOTE = 0x0740;

  private final Transport transport;
  private final Cemi cemi;

  /** KNXnet/IP over UDP, or over TCP (version 2 of KNX 03_08_02: the same messages one after the other), where nothing is known of the site. */
  public KnxNetIp(Transport transport) {
    this(transport, GroupAddresses.NONE);
  }

  /** The same with what the site says of its group addresses. */
  public KnxNetIp(Transport transport, GroupAddresses groups) {
    this.transport = transport;
    cemi = new Cemi(new Application(groups));
  }

  @Override
  public String name() {
    return "knx";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("KNXnet/IP", "ISO 22510; KNX 03_08_01 to 03_08_09, cEMI 03_06_03, application layer 03_03_07, datapoint types 03_07_02",
        "core, device management, tunnelling and its features, routing, remote diagnosis and configuration; cEMI with additional information, bus"
            + " monitor and raw frames; every service of the application layer; group values by the site's ETS export",
        "what KNX Secure encrypts; keys; the meaning of memory, of properties and of enumerations",
        "tshark, fields; knxd as a peer");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** KNX 03_08_02 2.3: on foreign ports the service must be a named one. */
  @Override
  public int frame(Cursor m, Exchange exchange) {
    int have = m.length();
    if (have > 0 && m.at(0) != 6 || have > 1 && m.at(1) != 0x10) {
      return NOT_MINE;
    }
    if (have < 6) {
      return transport == Transport.TCP ? MORE : NOT_MINE;
    }
    int total = m.at(4) << 8 | m.at(5);
    boolean home = exchange.sourcePort() == PORT || exchange.targetPort() == PORT;
    boolean named = Codes.ipService(m.at(2) << 8 | m.at(3)) != null;
    if (total < 6 || !home && !named) {
      return NOT_MINE;
    }
    return transport == Transport.TCP || total == m.wireLength() ? total : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int size = m.u8();
    int version = m.u8();
    int service = m.u16();
    int total = m.u16();
    String name = Codes.ipService(service);
    t.message("knx", name != null ? name : Codes.UNKNOWN_SERVICE);
    t.field("headerSize", size);
    t.field("version", version);
    t.field("serviceType", service);
    t.field("totalLength", total);
    long outer = m.enter(Math.max(0, total - 6));
    if (m.ok()) {
      o.operation(name != null ? name : Codes.UNKNOWN_SERVICE);
      if (name == null) {
        o.flaw(x, HEADER, "serviceType", 2, m.wireLength());
      }
      body(m, x, o, service);
      if (m.ok() && m.remaining() > 0) {
        t.octets("rest", m, m.remaining());
        if (name != null && service < FIRST_REMOTE) {
          o.flaw(x, HEADER, "length", m.position(), m.wireLength());
        }
      }
    }
    t.end();
    m.leave(outer);
  }

  private void body(Cursor m, Exchange x, Observer o, int service) {
    Transcript t = o.transcript();
    switch (service) {
      case TUNNELLING_REQUEST -> {
        connectionHeader(m, x, o, "reserved");
        cemi.dissect(m, x, o, Carrier.TUNNEL);
      }
      case DEVICE_CONFIGURATION_REQUEST -> {
        connectionHeader(m, x, o, "reserved");
        cemi.dissect(m, x, o, Carrier.MANAGEMENT);
      }
      case DEVICE_CONFIGURATION_ACK, TUNNELLING_ACK -> connectionHeader(m, x, o, "status");
      case ROUTING_INDICATION, ROUTING_SYSTEM_BROADCAST -> cemi.dissect(m, x, o, Carrier.ROUTING);
      case ROUTING_LOST_MESSAGE -> {
        structure(m, x, o, 4);
        t.field("deviceState", m.u8());
        t.field("numberOfLostMessages", m.u16());
      }
      case ROUTING_BUSY -> {
        structure(m, x, o, 6);
        t.field("deviceState", m.u8());
        t.field("routingBusyWaitTime", m.u16());
        t.field("routingBusyControl", m.u16());
      }
      case TUNNELLING_FEATURE_GET, TUNNELLING_FEATURE_RESPONSE, TUNNELLING_FEATURE_SET, TUNNELLING_FEATURE_INFO -> feature(m, x, o, service);
      default -> {
        if (!Core.dissect(m, x, o, service) && !Remote.dissect(m, x, o, service) && !Secure.dissect(m, x, o, service)) {
          t.octets("body", m, m.remaining());
          m.skip(m.remaining());
        }
      }
    }
  }

  /** KNX 03_08_04: features of the interface, asked and set over the tunnel. */
  private static void feature(Cursor m, Exchange x, Observer o, int service) {
    Transcript t = o.transcript();
    connectionHeader(m, x, o, "reserved");
    int feature = m.u8();
    t.field("featureIdentifier", feature);
    t.field("featureName", Codes.feature(feature));
    int code = m.u8();
    t.field("returnCode", code);
    t.octets("featureValue", m, m.remaining());
    m.skip(m.remaining());
    long key = Telegram.key(x, TUNNELLING_FEATURE_SET, feature);
    if (m.ok() && service == TUNNELLING_FEATURE_SET) {
      act(x, o, key, Verb.CONFIGURE, service, TUNNELLING, null, "interface feature " + feature);
    } else if (m.ok() && service == TUNNELLING_FEATURE_RESPONSE) {
      o.outcome(key, Codes.RETURN[code]);
    }
  }

  static int channel(Cursor m, Observer o) {
    int channel = m.u8();
    o.transcript().field("communicationChannelId", channel);
    return channel;
  }

  /** KNX 03_08_02 5.3.1: length 4, channel, sequence counter, and an octet that is reserved or the status. */
  private static void connectionHeader(Cursor m, Exchange x, Observer o, String last) {
    Transcript t = o.transcript();
    structure(m, x, o, 4);
    channel(m, o);
    t.field("sequenceCounter", m.u8());
    t.field(last, m.u8());
  }

  private static void structure(Cursor m, Exchange x, Observer o, int due) {
    int at = m.position();
    int length = m.u8();
    o.transcript().field("structureLength", length);
    if (m.ok() && length != due) {
      o.flaw(x, CONNECTION_HEADER, "structureLength", at, m.wireLength());
    }
  }

  /** KNX 03_08_02 7.5.1: where the other side listens. */
  static void hpai(Cursor m, Exchange x, Observer o, String name) {
    Transcript t = o.transcript();
    int at = m.position();
    int length = m.u8();
    int protocol = m.u8();
    long ip = m.u32();
    int port = m.u16();
    if (t.on()) {
      t.begin(name);
      t.field("structureLength", length);
      t.field("hostProtocol", protocol == 1 ? "IPV4_UDP" : protocol == 2 ? "IPV4_TCP" : "unknown-" + protocol);
      t.field("ipAddress", Endpoint.ipText(4, 0, ip));
      t.field("port", port);
      t.close();
    }
    if (m.ok() && length != 8) {
      o.flaw(x, HPAI, "structureLength", at, m.wireLength());
    }
  }

  /** An act of the sender on the receiver; with a key it awaits its outcome, with 0 it has none. */
  static void act(Exchange x, Observer o, long key, Verb verb, int service, Cite cite, @Nullable Value value, String detail) {
    String name = Codes.ipService(service);
    Telegram.act(x, o, key, x.source(), verb, x.target(), name != null ? name : Codes.UNKNOWN_SERVICE, cite, null, value, detail, 1);
  }
}
