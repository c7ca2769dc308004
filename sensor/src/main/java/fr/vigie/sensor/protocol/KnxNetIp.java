package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * KNXnet/IP: KNX 03_08_01 to 03_08_09 (ISO 22510): core, device management, tunnelling, routing, remote configuration, and the secure
 * wrapper as far as it is in the clear. What the telegrams say is {@link Cemi}'s.
 *
 * <pre>
 * | header size u8 = 6 | version u8 = 0x10 | service u16 | total length u16 | body … |          KNX 03_08_02 2.3
 * HPAI: | length u8 = 8 | protocol u8 | IPv4 address | port u16 |                                KNX 03_08_02 7.5.1
 * DIB:  | length u8 | type u8 | … |                                                              KNX 03_08_02 7.5.4
 * </pre>
 */
final class KnxNetIp implements Dissector {
  static final int PORT = 3671;
  static final String CORE = "KNX 03_08_02 v01.05";

  private static final Cite HPAI = new Cite(CORE, "7.5.1");
  private static final Cite CRI = new Cite(CORE, "7.5.2");
  private static final Cite DIB = new Cite(CORE, "7.5.4");
  private static final Cite SEARCH = new Cite(CORE, "7.6.1");
  private static final Cite DESCRIPTION = new Cite(CORE, "7.7.1");
  private static final Cite CONNECT = new Cite(CORE, "7.8.1");
  private static final Cite DISCONNECT = new Cite(CORE, "7.8.5");
  private static final Cite HEADER = new Cite(CORE, "2.3");
  private static final Cite CONNECTION_HEADER = new Cite(CORE, "5.3.1");
  private static final Cite TUNNELLING = new Cite("KNX 03_08_04 v01.05", "4.4");
  private static final Cite REMOTE = new Cite("KNX 03_08_07", "4");
  private static final Cite SECURE = new Cite("KNX 03_08_09", "2.2");

  private static final int SEARCH_REQUEST = 0x0201;
  private static final int SEARCH_RESPONSE = 0x0202;
  private static final int DESCRIPTION_REQUEST = 0x0203;
  private static final int DESCRIPTION_RESPONSE = 0x0204;
  private static final int CONNECT_REQUEST = 0x0205;
  private static final int CONNECT_RESPONSE = 0x0206;
  private static final int CONNECTIONSTATE_REQUEST = 0x0207;
  private static final int CONNECTIONSTATE_RESPONSE = 0x0208;
  private static final int DISCONNECT_REQUEST = 0x0209;
  private static final int DISCONNECT_RESPONSE = 0x020A;
  private static final int SEARCH_REQUEST_EXTENDED = 0x020B;
  private static final int SEARCH_RESPONSE_EXTENDED = 0x020C;
  private static final int DEVICE_CONFIGURATION_REQUEST = 0x0310;
  private static final int DEVICE_CONFIGURATION_ACK = 0x0311;
  private static final int TUNNELLING_REQUEST = 0x0420;
  private static final int TUNNELLING_ACK = 0x0421;
  private static final int TUNNELLING_FEATURE_GET = 0x0422;
  private static final int TUNNELLING_FEATURE_SET = 0x0424;
  private static final int TUNNELLING_FEATURE_INFO = 0x0425;
  private static final int ROUTING_INDICATION = 0x0530;
  private static final int ROUTING_LOST_MESSAGE = 0x0531;
  private static final int ROUTING_BUSY = 0x0532;
  private static final int ROUTING_SYSTEM_BROADCAST = 0x0533;
  private static final int REMOTE_DIAG_REQUEST = 0x0740;
  private static final int REMOTE_CONFIG_REQUEST = 0x0742;
  private static final int REMOTE_RESET_REQUEST = 0x0743;
  private static final int SECURE_WRAPPER = 0x0950;
  private static final int SESSION_REQUEST = 0x0951;
  private static final int SESSION_STATUS = 0x0954;

  private static final int NEWS_DISCOVER = 1;
  private static final int NEWS_DIB = 2;
  private static final int AGAIN_SECONDS = 600;

  private static final @Nullable String[] SERVICE = new @Nullable String[0x1000];
  private static final String UNKNOWN_SERVICE = "unknown service";
  private static final Names MANUFACTURERS = Names.load("knx/knx_manufacturers.tsv", "manufacturer");
  private static final Outcome[] STATUS = new Outcome[256];

  static {
    Names services = Names.load("knx/knxnetip_service_types.tsv", "service");
    Arrays.setAll(SERVICE, services::find);
    Arrays.setAll(STATUS, status -> status == 0 ? Outcome.OK : Outcome.error(status(status)));
  }

  private final Transport transport;
  private final Cemi cemi = new Cemi();

  /** KNXnet/IP over UDP, or over TCP (version 2 of KNX 03_08_02: the same messages one after the other). */
  KnxNetIp(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "knx";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("KNXnet/IP", "ISO 22510; KNX 03_08_01 to 03_08_09, cEMI 03_06_03",
        "core, device management, tunnelling, routing, remote configuration; cEMI down to the application layer; of KNX Secure what is in the clear",
        "what KNX Secure encrypts; datapoint types, which are not on the wire",
        "tshark, fields");
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
    boolean named = find(m.at(2) << 8 | m.at(3)) != null;
    if (total < 6 || !home && !named) {
      return NOT_MINE;
    }
    return transport == Transport.TCP || total == m.wireLength() ? total : NOT_MINE;
  }

  private static @Nullable String find(int service) {
    return service < SERVICE.length ? SERVICE[service] : null;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int size = m.u8();
    int version = m.u8();
    int service = m.u16();
    int total = m.u16();
    String name = find(service);
    t.message("knx", name != null ? name : UNKNOWN_SERVICE);
    t.field("headerSize", size);
    t.field("version", version);
    t.field("serviceType", service);
    t.field("totalLength", total);
    long outer = m.enter(Math.max(0, total - 6));
    if (m.ok()) {
      o.operation(name != null ? name : UNKNOWN_SERVICE);
      if (name == null) {
        o.flaw(x, HEADER, "serviceType", 2, m.wireLength());
      }
      body(m, x, o, service);
      if (m.ok() && m.remaining() > 0) {
        t.octets("rest", m, m.remaining());
        if (name != null && service < REMOTE_DIAG_REQUEST) {
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
      case SEARCH_REQUEST, SEARCH_REQUEST_EXTENDED -> searchRequest(m, x, o, service);
      case SEARCH_RESPONSE, SEARCH_RESPONSE_EXTENDED -> {
        hpai(m, x, o, "controlEndpoint");
        descriptions(m, x, o);
      }
      case DESCRIPTION_REQUEST -> descriptionRequest(m, x, o);
      case DESCRIPTION_RESPONSE -> {
        descriptions(m, x, o);
        if (m.ok()) {
          o.outcome(key(x, DESCRIPTION_REQUEST, 0), Outcome.OK);
        }
      }
      case CONNECT_REQUEST -> connectRequest(m, x, o);
      case CONNECT_RESPONSE -> connectResponse(m, x, o);
      case CONNECTIONSTATE_REQUEST, DISCONNECT_REQUEST -> {
        int channel = channel(m, o);
        t.field("reserved", m.u8());
        hpai(m, x, o, "controlEndpoint");
        if (m.ok() && service == DISCONNECT_REQUEST) {
          act(x, o, key(x, DISCONNECT_REQUEST, channel), Verb.DISCONNECT, x.target(), service, DISCONNECT, null, null, "");
        }
      }
      case CONNECTIONSTATE_RESPONSE, DISCONNECT_RESPONSE -> {
        int channel = channel(m, o);
        int status = m.u8();
        t.field("status", status);
        if (m.ok() && service == DISCONNECT_RESPONSE) {
          o.outcome(key(x, DISCONNECT_REQUEST, channel), STATUS[status]);
        }
      }
      case DEVICE_CONFIGURATION_REQUEST, TUNNELLING_REQUEST -> {
        connectionHeader(m, x, o, "reserved");
        cemi.dissect(m, x, o, service == TUNNELLING_REQUEST ? Cemi.TUNNEL : Cemi.MANAGEMENT);
      }
      case DEVICE_CONFIGURATION_ACK, TUNNELLING_ACK -> connectionHeader(m, x, o, "status");
      case ROUTING_INDICATION, ROUTING_SYSTEM_BROADCAST -> cemi.dissect(m, x, o, Cemi.ROUTING);
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
      default -> otherServices(m, x, o, service);
    }
  }

  private static void otherServices(Cursor m, Exchange x, Observer o, int service) {
    Transcript t = o.transcript();
    if (service >= TUNNELLING_FEATURE_GET && service <= TUNNELLING_FEATURE_INFO) {
      connectionHeader(m, x, o, "reserved");
      int feature = m.u8();
      t.field("featureIdentifier", feature);
      t.field("returnCode", m.u8());
      t.octets("featureValue", m, m.remaining());
      m.skip(m.remaining());
      if (m.ok() && service == TUNNELLING_FEATURE_SET) {
        act(x, o, 0, Verb.CONFIGURE, x.target(), service, TUNNELLING, null, null, "interface feature " + feature);
      }
    } else if (service == REMOTE_DIAG_REQUEST || service == REMOTE_CONFIG_REQUEST || service == REMOTE_RESET_REQUEST) {
      hpai(m, x, o, "discoveryEndpoint");
      t.octets("selector", m, m.remaining());
      m.skip(m.remaining());
      if (m.ok() && service == REMOTE_DIAG_REQUEST) {
        discover(x, o, service, REMOTE);
      } else if (m.ok()) {
        Verb verb = service == REMOTE_RESET_REQUEST ? Verb.RESTART : Verb.CONFIGURE;
        act(x, o, 0, verb, x.target(), service, REMOTE, null, null, "");
      }
    } else if (service == SECURE_WRAPPER) {
      t.field("secureSessionIdentifier", m.u16());
      t.octets("sequenceInformation", m, 6);
      m.skip(6);
      t.octets("serialNumber", m, 6);
      m.skip(6);
      t.field("messageTag", m.u16());
      t.field("encryptedOctets", Math.max(0, m.remaining() - 16));
      if (m.ok() && m.remaining() < 16 + 6) {
        o.flaw(x, SECURE, "length", m.position(), m.wireLength());
      }
      m.skip(m.remaining());
    } else if (service == SESSION_REQUEST) {
      hpai(m, x, o, "controlEndpoint");
      t.octets("publicKey", m, m.remaining());
      m.skip(32);
      if (m.ok()) {
        act(x, o, 0, Verb.CONNECT, x.target(), service, SECURE, null, null, "secure session");
      }
    } else if (service == SESSION_STATUS) {
      t.field("status", m.u8());
      t.field("reserved", m.u8());
    } else {
      t.octets("body", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  // ---- core

  private static void searchRequest(Cursor m, Exchange x, Observer o, int service) {
    hpai(m, x, o, "discoveryEndpoint");
    while (m.ok() && service == SEARCH_REQUEST_EXTENDED && m.remaining() > 0) {
      int length = m.u8();
      o.transcript().octets("searchRequestParameter", m, length - 1);
      if (length < 2) {
        m.fail();
      }
      m.skip(length - 1);
    }
    if (m.ok()) {
      discover(x, o, service, SEARCH);
    }
  }

  private static void discover(Exchange x, Observer o, int service, Cite cite) {
    if (x.news(x.source(), NEWS_DISCOVER, (long) x.target().hashCode() << 16 ^ service, AGAIN_SECONDS)) {
      act(x, o, 0, Verb.DISCOVER, x.target(), service, cite, null, null, "");
    }
  }

  private static void descriptionRequest(Cursor m, Exchange x, Observer o) {
    hpai(m, x, o, "controlEndpoint");
    if (m.ok() && x.news(x.source(), NEWS_DISCOVER, (long) x.target().hashCode() << 16 ^ DESCRIPTION_REQUEST, AGAIN_SECONDS)) {
      act(x, o, key(x, DESCRIPTION_REQUEST, 0), Verb.DISCOVER, x.target(), DESCRIPTION_REQUEST, DESCRIPTION, null, null, "");
    }
  }

  private static void connectRequest(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    hpai(m, x, o, "controlEndpoint");
    hpai(m, x, o, "dataEndpoint");
    t.begin("connectionRequestInformation");
    int at = m.position();
    int length = m.u8();
    int type = m.u8();
    t.field("connectionTypeCode", connectionType(type));
    int layer = 0;
    if (length < 2 || type == 4 && length < 4) {
      m.fail();
    } else if (type == 4) {
      layer = m.u8();
      t.field("knxLayer", layer(layer));
      t.field("reserved", m.u8());
      if (length >= 6) {
        int address = m.u16();
        if (t.on()) {
          t.field("individualAddress", Cemi.individual(address));
        }
      }
      m.skip(length - (length >= 6 ? 6 : 4));
    } else {
      t.octets("options", m, length - 2);
      m.skip(length - 2);
    }
    t.close();
    if (m.ok()) {
      if (layer(layer).startsWith("unknown") && type == 4) {
        o.flaw(x, CRI, "knxLayer", at + 2, m.wireLength());
      }
      String detail = type == 4 ? connectionType(type) + ", " + layer(layer) : connectionType(type);
      act(x, o, key(x, CONNECT_REQUEST, 0), Verb.CONNECT, x.target(), CONNECT_REQUEST, CONNECT, null, null, detail);
    }
  }

  private static void connectResponse(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    channel(m, o);
    int status = m.u8();
    t.field("status", status(status));
    if (status == 0 && m.ok()) {
      hpai(m, x, o, "dataEndpoint");
      t.begin("connectionResponseDataBlock");
      int length = m.u8();
      int type = m.u8();
      t.field("connectionTypeCode", connectionType(type));
      if (length < 2 || type == 4 && length < 4) {
        m.fail();
      } else if (type == 4) {
        int address = m.u16();
        if (t.on()) {
          t.field("individualAddress", Cemi.individual(address));
        }
        m.skip(length - 4);
      } else {
        m.skip(length - 2);
      }
      t.close();
    }
    if (m.ok()) {
      o.outcome(key(x, CONNECT_REQUEST, 0), STATUS[status]);
    }
  }

  private static int channel(Cursor m, Observer o) {
    int channel = m.u8();
    o.transcript().field("communicationChannelId", channel);
    return channel;
  }

  /** KNX 03_08_02 5.3.1: length 4, channel, sequence counter, and an octet that is reserved or the status. */
  private static void connectionHeader(Cursor m, Exchange x, Observer o, String last) {
    Transcript t = o.transcript();
    int at = m.position();
    int length = m.u8();
    t.field("structureLength", length);
    channel(m, o);
    t.field("sequenceCounter", m.u8());
    t.field(last, m.u8());
    if (m.ok() && length != 4) {
      o.flaw(x, CONNECTION_HEADER, "structureLength", at, m.wireLength());
    }
  }

  private static void structure(Cursor m, Exchange x, Observer o, int due) {
    int at = m.position();
    int length = m.u8();
    o.transcript().field("structureLength", length);
    if (m.ok() && length != due) {
      o.flaw(x, CONNECTION_HEADER, "structureLength", at, m.wireLength());
    }
  }

  private static void hpai(Cursor m, Exchange x, Observer o, String name) {
    Transcript t = o.transcript();
    int at = m.position();
    int length = m.u8();
    int protocol = m.u8();
    long ip = m.u32();
    int port = m.u16();
    if (t.on()) {
      t.begin(name);
      t.field("hostProtocol", protocol == 1 ? "IPV4_UDP" : protocol == 2 ? "IPV4_TCP" : "unknown-" + protocol);
      t.field("ipAddress", Endpoint.ipText(4, 0, ip));
      t.field("port", port);
      t.close();
    }
    if (m.ok() && length != 8) {
      o.flaw(x, HPAI, "structureLength", at, m.wireLength());
    }
  }

  // ---- description information blocks

  private static void descriptions(Cursor m, Exchange x, Observer o) {
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int length = m.u8();
      int type = m.u8();
      if (length < KnxDib.shortest(type)) {
        o.flaw(x, DIB, "structureLength", at, m.wireLength());
        m.fail();
        return;
      }
      long digest = m.digest(Math.min(length - 2, m.remaining())) * 31 + type;
      long outer = m.enter(length - 2);
      if (m.ok()) {
        boolean news = x.news(x.source(), NEWS_DIB, digest, Exchange.FOREVER);
        KnxDib.dissect(m, x, o, type, news, MANUFACTURERS);
      }
      m.leave(outer);
    }
  }

  // ---- shared

  static long key(Exchange x, int service, long part) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ (long) service << 40 ^ part;
  }

  /** Reports an act; with a key it awaits its outcome, with 0 it has none. */
  static void act(Exchange x, Observer o, long key, Verb verb, Endpoint whom, int service, Cite cite, @Nullable Point point,
      @Nullable Value value, String detail) {
    String name = find(service);
    act(x, o, key, x.source(), verb, whom, name != null ? name : UNKNOWN_SERVICE, cite, point, value, detail);
  }

  static void act(Exchange x, Observer o, long key, Endpoint who, Verb verb, Endpoint whom, String operation, Cite cite,
      @Nullable Point point, @Nullable Value value, String detail) {
    act(x, o, key, who, verb, whom, operation, cite, point, value, detail, 1);
  }

  static void act(Exchange x, Observer o, long key, Endpoint who, Verb verb, Endpoint whom, String operation, Cite cite,
      @Nullable Point point, @Nullable Value value, String detail, int points) {
    Stamp stamp = x.stamp();
    Act act = new Act(stamp, who, "knx", cite, stamp.seq() + "." + stamp.n(), whom, x.serverPort(), verb, operation, point, value, 0,
        detail, points, key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }

  /** KNX 03_08_02 7.5.2 and KNX 03_08_01: connection types. */
  private static String connectionType(int type) {
    return switch (type) {
      case 3 -> "DEVICE_MGMT_CONNECTION";
      case 4 -> "TUNNEL_CONNECTION";
      case 6 -> "REMLOG_CONNECTION";
      case 7 -> "REMCONF_CONNECTION";
      case 8 -> "OBJSVR_CONNECTION";
      default -> "unknown connection type";
    };
  }

  /** KNX 03_08_04 4.4.4: tunnelling layers. */
  private static String layer(int layer) {
    return switch (layer) {
      case 0x02 -> "TUNNEL_LINKLAYER";
      case 0x04 -> "TUNNEL_RAW";
      case 0x80 -> "TUNNEL_BUSMONITOR";
      default -> "unknown layer";
    };
  }

  /** KNX 03_08_01, common error codes, and those of connections. */
  private static String status(int status) {
    return switch (status) {
      case 0x00 -> "E_NO_ERROR";
      case 0x01 -> "E_HOST_PROTOCOL_TYPE";
      case 0x02 -> "E_VERSION_NOT_SUPPORTED";
      case 0x04 -> "E_SEQUENCE_NUMBER";
      case 0x21 -> "E_CONNECTION_ID";
      case 0x22 -> "E_CONNECTION_TYPE";
      case 0x23 -> "E_CONNECTION_OPTION";
      case 0x24 -> "E_NO_MORE_CONNECTIONS";
      case 0x25 -> "E_NO_MORE_UNIQUE_CONNECTIONS";
      case 0x26 -> "E_DATA_CONNECTION";
      case 0x27 -> "E_KNX_CONNECTION";
      case 0x28 -> "E_AUTHORISATION_ERROR";
      case 0x29 -> "E_TUNNELLING_LAYER";
      case 0x2D -> "E_NO_TUNNELLING_ADDRESS";
      case 0x2E -> "E_CONNECTION_IN_USE";
      default -> "0x" + HexFormat.of().toHexDigits((byte) status);
    };
  }
}
