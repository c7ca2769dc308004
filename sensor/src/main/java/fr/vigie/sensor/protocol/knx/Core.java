package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The core services: discovery, description and connections (KNX 03_08_02 7.6 to 7.8).
 *
 * <pre>
 * search:     | HPAI | parameters: length u8, mandatory 1 bit, type 7 bits, … |       extended search only
 * connect:    | HPAI control | HPAI data | CRI: length u8, type u8, … |
 * answer:     | channel u8 | status u8 | HPAI data | CRD: length u8, type u8, … |
 * </pre>
 */
final class Core {
  private static final Cite CRI = new Cite(KnxNetIp.CORE, "7.5.2");
  private static final Cite SEARCH = new Cite(KnxNetIp.CORE, "7.6.1");
  private static final Cite DESCRIPTION = new Cite(KnxNetIp.CORE, "7.7.1");
  private static final Cite CONNECT = new Cite(KnxNetIp.CORE, "7.8.1");
  private static final Cite DISCONNECT = new Cite(KnxNetIp.CORE, "7.8.5");

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

  private static final int TUNNEL = 4;

  private static final int NEWS_DISCOVER = 1;
  private static final int AGAIN_SECONDS = 600;

  private Core() {}

  /** Reads the service; false where it is none of these. */
  static boolean dissect(Cursor m, Exchange x, Observer o, int service) {
    switch (service) {
      case SEARCH_REQUEST, SEARCH_REQUEST_EXTENDED -> searchRequest(m, x, o, service);
      case SEARCH_RESPONSE, SEARCH_RESPONSE_EXTENDED -> {
        KnxNetIp.hpai(m, x, o, "controlEndpoint");
        Dib.all(m, x, o);
      }
      case DESCRIPTION_REQUEST -> {
        KnxNetIp.hpai(m, x, o, "controlEndpoint");
        discover(m, x, o, Telegram.key(x, DESCRIPTION_REQUEST, 0), service, DESCRIPTION);
      }
      case DESCRIPTION_RESPONSE -> {
        Dib.all(m, x, o);
        if (m.ok()) {
          o.outcome(Telegram.key(x, DESCRIPTION_REQUEST, 0), Outcome.OK);
        }
      }
      case CONNECT_REQUEST -> connectRequest(m, x, o);
      case CONNECT_RESPONSE -> connectResponse(m, x, o);
      case CONNECTIONSTATE_REQUEST, DISCONNECT_REQUEST -> {
        int channel = KnxNetIp.channel(m, o);
        o.transcript().field("reserved", m.u8());
        KnxNetIp.hpai(m, x, o, "controlEndpoint");
        if (m.ok() && service == DISCONNECT_REQUEST) {
          KnxNetIp.act(x, o, Telegram.key(x, DISCONNECT_REQUEST, channel), Verb.DISCONNECT, service, DISCONNECT, null, "");
        }
      }
      case CONNECTIONSTATE_RESPONSE, DISCONNECT_RESPONSE -> {
        int channel = KnxNetIp.channel(m, o);
        int status = status(m, o);
        if (m.ok() && service == DISCONNECT_RESPONSE) {
          o.outcome(Telegram.key(x, DISCONNECT_REQUEST, channel), Codes.STATUS[status]);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int status(Cursor m, Observer o) {
    int status = m.u8();
    Transcript t = o.transcript();
    t.field("status", status);
    if (t.on()) {
      t.field("statusName", Codes.status(status));
    }
    return status;
  }

  private static void searchRequest(Cursor m, Exchange x, Observer o, int service) {
    KnxNetIp.hpai(m, x, o, "discoveryEndpoint");
    Transcript t = o.transcript();
    while (m.ok() && service == SEARCH_REQUEST_EXTENDED && m.remaining() > 0) {
      int length = m.u8();
      if (length < 2) {
        m.fail();
      }
      long outer = m.enter(length - 1);
      int type = m.u8();
      t.begin("searchRequestParameter");
      t.field("structureLength", length);
      t.field("mandatory", (type & 0x80) != 0);
      t.field("type", parameter(type & 0x7F));
      t.field("typeId", type & 0x7F);
      if ((type & 0x7F) == 3) {
        t.field("family", m.u8());
        t.field("minimumVersion", m.u8());
      } else {
        t.octets((type & 0x7F) == 2 ? "macAddress" : (type & 0x7F) == 4 ? "descriptionTypes" : "data", m, m.remaining());
      }
      t.close();
      m.leave(outer);
    }
    discover(m, x, o, 0, service, SEARCH);
  }

  /** Extended search parameters (KNX 03_08_02 7.5.6). */
  private static String parameter(int type) {
    return switch (type) {
      case 0 -> "INVALID";
      case 1 -> "SELECT_BY_PROGRAMMING_MODE";
      case 2 -> "SELECT_BY_MAC_ADDRESS";
      case 3 -> "SELECT_BY_SERVICE";
      case 4 -> "REQUEST_DIBS";
      default -> "unknown parameter";
    };
  }

  static void discover(Cursor m, Exchange x, Observer o, long key, int service, Cite cite) {
    if (m.ok() && x.news(x.source(), NEWS_DISCOVER, (long) x.target().hashCode() << 16 ^ service, AGAIN_SECONDS)) {
      KnxNetIp.act(x, o, key, Verb.DISCOVER, service, cite, null, "");
    }
  }

  private static void connectRequest(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    KnxNetIp.hpai(m, x, o, "controlEndpoint");
    KnxNetIp.hpai(m, x, o, "dataEndpoint");
    t.begin("connectionRequestInformation");
    int at = m.position();
    int length = m.u8();
    int type = m.u8();
    connectionType(t, length, type);
    @Nullable String layer = null;
    if (length < 2 || type == TUNNEL && length < 4) {
      m.fail();
    } else if (type == TUNNEL) {
      int code = m.u8();
      layer = Codes.layer(code);
      t.field("knxLayer", layer != null ? layer : "unknown layer");
      t.field("knxLayerId", code);
      t.field("reserved", m.u8());
      if (length >= 6) {
        individualAddress(m, t);
      }
      m.skip(length - (length >= 6 ? 6 : 4));
    } else {
      t.octets("options", m, length - 2);
      m.skip(length - 2);
    }
    t.close();
    if (m.ok()) {
      if (type == TUNNEL && layer == null) {
        o.flaw(x, CRI, "knxLayer", at + 2, m.wireLength());
      }
      String name = Codes.connectionType(type);
      KnxNetIp.act(x, o, Telegram.key(x, CONNECT_REQUEST, 0), Verb.CONNECT, CONNECT_REQUEST, CONNECT, null,
          type == TUNNEL ? name + ", " + (layer != null ? layer : "unknown layer") : name);
    }
  }

  private static void connectionType(Transcript t, int length, int type) {
    t.field("structureLength", length);
    t.field("connectionTypeCode", Codes.connectionType(type));
    t.field("connectionType", type);
  }

  private static void individualAddress(Cursor m, Transcript t) {
    int address = m.u16();
    if (t.on()) {
      t.field("individualAddress", Telegram.individual(address));
    }
  }

  private static void connectResponse(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    KnxNetIp.channel(m, o);
    int status = status(m, o);
    if (status == 0 && m.ok()) {
      KnxNetIp.hpai(m, x, o, "dataEndpoint");
      t.begin("connectionResponseDataBlock");
      int length = m.u8();
      int type = m.u8();
      connectionType(t, length, type);
      if (length < 2 || type == TUNNEL && length < 4) {
        m.fail();
      } else if (type == TUNNEL) {
        individualAddress(m, t);
        m.skip(length - 4);
      } else {
        m.skip(length - 2);
      }
      t.close();
    }
    if (m.ok()) {
      o.outcome(Telegram.key(x, CONNECT_REQUEST, 0), Codes.STATUS[status]);
    }
  }
}
