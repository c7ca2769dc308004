package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * Remote diagnosis and configuration: whoever listens on the multicast address is addressed by a selector, without a connection and without a
 * password (KNX 03_08_07).
 *
 * <pre>
 * diagnosis:     | HPAI | selector |              answer: | selector | DIB … |
 * configuration: | HPAI | selector | DIB … |
 * reset:         | selector | command u8 | reserved u8 |
 * selector:      | length u8 | type u8 | MAC address where type = 2 |
 * </pre>
 */
final class Remote {
  private static final Cite CLAUSE = new Cite("KNX 03_08_07", "4");

  private static final int DIAGNOSTIC_REQUEST = 0x0740;
  private static final int DIAGNOSTIC_RESPONSE = 0x0741;
  private static final int CONFIGURATION_REQUEST = 0x0742;
  private static final int RESET_REQUEST = 0x0743;

  private Remote() {}

  /** Reads the service; false where it is none of these. */
  static boolean dissect(Cursor m, Exchange x, Observer o, int service) {
    switch (service) {
      case DIAGNOSTIC_REQUEST -> {
        KnxNetIp.hpai(m, x, o, "discoveryEndpoint");
        selector(m, x, o);
        Core.discover(m, x, o, 0, service, CLAUSE);
      }
      case DIAGNOSTIC_RESPONSE -> {
        selector(m, x, o);
        Dib.all(m, x, o);
      }
      case CONFIGURATION_REQUEST -> {
        KnxNetIp.hpai(m, x, o, "discoveryEndpoint");
        long chosen = selector(m, x, o);
        // what is configured is the receiver's description, not the sender's: told, never claimed
        Dib.tell(m, x, o);
        if (m.ok()) {
          KnxNetIp.act(x, o, 0, Verb.CONFIGURE, service, CLAUSE, null, chosen(chosen));
        }
      }
      case RESET_REQUEST -> {
        long chosen = selector(m, x, o);
        int command = m.u8();
        o.transcript().field("command", command);
        o.transcript().field("commandName", command == 1 ? "restart" : command == 2 ? "master reset" : "unknown");
        o.transcript().field("reserved", m.u8());
        if (m.ok()) {
          if (command != 1 && command != 2) {
            o.flaw(x, CLAUSE, "command", m.position() - 2, m.wireLength());
          }
          KnxNetIp.act(x, o, 0, Verb.RESTART, service, CLAUSE, null, (command == 2 ? "master reset, " : "") + chosen(chosen));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The MAC address that is selected, or -1: every device in programming mode. */
  private static long selector(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    t.begin("selector");
    int length = m.u8();
    int type = m.u8();
    t.field("structureLength", length);
    t.field("type", type == 1 ? "PROGRAMMING_MODE" : type == 2 ? "MAC_ADDRESS" : "unknown selector");
    t.field("typeId", type);
    long mac = -1;
    if (length < 2) {
      m.fail();
    } else if (type == 2 && length == 8) {
      mac = m.u48();
      if (t.on()) {
        t.field("macAddress", Endpoint.macText(mac));
      }
    } else {
      m.skip(length - 2);
    }
    t.close();
    if (m.ok() && (type != 1 && type != 2 || length != (type == 1 ? 2 : 8))) {
      o.flaw(x, CLAUSE, "selector", at, m.wireLength());
    }
    return mac;
  }

  private static String chosen(long mac) {
    return mac < 0 ? "devices in programming mode" : "device " + Endpoint.macText(mac);
  }
}
