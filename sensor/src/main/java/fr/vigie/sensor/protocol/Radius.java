package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * RADIUS (RFC 2865), its accounting (RFC 2866) and orders to the access device (RFC 5176).
 *
 * <pre>
 * | code u8 | identifier u8 | length u16 | authenticator 16 | attribute: type u8, length u8, value … |
 * </pre>
 *
 * Which access device asks, whether it was let in, and at which port a device hangs: the access device names the station and its port. Who
 * the person is, passwords, keys and EAP messages go nowhere; that a user name is there is told, and its length.
 */
final class Radius implements Dissector {
  private static final String STANDARD = "RFC 2865";
  private static final Cite PACKET = new Cite(STANDARD, "3");
  private static final Cite ATTRIBUTE = new Cite(STANDARD, "5");
  private static final Cite ADDRESS = new Cite(STANDARD, "5.4");
  private static final Cite PORT = new Cite(STANDARD, "5.5");
  private static final Cite IDENTIFIER = new Cite(STANDARD, "5.32");
  private static final Cite REQUEST = new Cite(STANDARD, "4.1");
  private static final Cite ACCOUNTING = new Cite("RFC 2866", "4.1");
  private static final Cite ORDER = new Cite("RFC 5176", "2");

  private static final int ACCESS_REQUEST = 1;
  private static final int ACCESS_ACCEPT = 2;
  private static final int ACCESS_REJECT = 3;
  private static final int ACCOUNTING_REQUEST = 4;
  private static final int ACCESS_CHALLENGE = 11;
  private static final int DISCONNECT_REQUEST = 40;
  private static final int COA_REQUEST = 43;

  private static final int NEWS_IDENTIFIER = 1;
  private static final int NEWS_ADDRESS = 2;
  private static final int NEWS_PORT = 3;
  private static final int NEWS_ROLE = 4;

  /** Attributes whose octets are credentials, keys or persons: RFC 2865 §5, RFC 2868 §3.5, RFC 3579 §3, RFC 4675. */
  private static boolean secret(int type) {
    return switch (type) {
      case 1, 2, 3, 24, 25, 33, 60, 69, 79, 80, 89, 102, 103 -> true;
      default -> false;
    };
  }

  private static final Outcome REJECTED = Outcome.error("Access-Reject");
  private static final Outcome NO_DISCONNECT = Outcome.error("Disconnect-NAK");
  private static final Outcome NO_CHANGE = Outcome.error("CoA-NAK");

  private long user;
  private long station;
  private int portAt;
  private int portOctets;
  private long portNumber;
  private int portType;
  private int nasAt;
  private int nasOctets;
  private int status;

  @Override
  public String name() {
    return "radius";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("RADIUS", "RFC 2865, RFC 2866, RFC 2868, RFC 2869, RFC 5176",
        "access, accounting and orders with their outcomes; access device, its port and the station at it; every other attribute in its form",
        "user names, passwords, keys, EAP messages and state are secrets; vendors' attributes are shown by their number",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {1812, 1813, 1645, 1646, 3799};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  private static String named(int code) {
    return switch (code) {
      case ACCESS_REQUEST -> "Access-Request";
      case ACCESS_ACCEPT -> "Access-Accept";
      case ACCESS_REJECT -> "Access-Reject";
      case ACCOUNTING_REQUEST -> "Accounting-Request";
      case 5 -> "Accounting-Response";
      case ACCESS_CHALLENGE -> "Access-Challenge";
      case 12 -> "Status-Server";
      case 13 -> "Status-Client";
      case DISCONNECT_REQUEST -> "Disconnect-Request";
      case 41 -> "Disconnect-ACK";
      case 42 -> "Disconnect-NAK";
      case COA_REQUEST -> "CoA-Request";
      case 44 -> "CoA-ACK";
      case 45 -> "CoA-NAK";
      default -> "";
    };
  }

  /** RFC 2865 §3: a known code, a length of 20 to 4,096 octets that the datagram has; octets behind it are padding. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int stated = m.at(2) << 8 | m.at(3);
    boolean fits = stated >= 20 && stated <= 4096 && stated <= m.wireLength();
    return m.length() >= 4 && fits && !named(m.at(0)).isEmpty() ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    user = -1;
    station = 0;
    portAt = -1;
    portNumber = -1;
    portType = -1;
    nasAt = -1;
    status = 0;
    Transcript t = o.transcript();
    int code = m.u8();
    int identifier = m.u8();
    int length = m.u16();
    String named = named(code);
    if (t.on()) {
      t.message("radius", named);
      t.field("code", code);
      t.field("identifier", identifier);
      t.field("length", length);
      t.secret("authenticator", 16);
    }
    o.secret(m.position(), 16);
    m.skip(16);
    long outer = m.enter(length - 20);
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int type = m.u8();
      int octets = m.u8();
      if (m.ok() && octets < 2) {
        o.flaw(x, ATTRIBUTE, "attribute length", at, m.wireLength());
        m.fail();
        break;
      }
      long rest = m.enter(octets - 2);
      if (m.ok()) {
        attribute(m, x, o, type, octets - 2);
      }
      m.leave(rest);
    }
    m.leave(outer);
    if (m.ok()) {
      o.operation(named);
      tell(m, x, o, code, identifier, named);
      m.seek(m.length());
    }
    if (t.on()) {
      t.end();
    }
  }

  /** RFC 2865 §5: addresses and numbers are of 32 bits. */
  private static boolean four(int type) {
    return switch (type) {
      case 4, 5, 6, 8, 40, 61 -> true;
      default -> false;
    };
  }

  private void attribute(Cursor m, Exchange x, Observer o, int type, int octets) {
    Transcript t = o.transcript();
    int at = m.position();
    if (t.on()) {
      t.field("attribute", type);
    }
    if (secret(type)) {
      o.secret(at, octets);
      if (type == 1) {
        user = octets;
      }
      if (t.on()) {
        t.secret(type == 1 ? "userName" : "value", octets);
      }
      return;
    }
    if (octets != 4 && four(type)) {
      o.flaw(x, ATTRIBUTE, "attribute length", at - 2, m.wireLength());
      if (t.on()) {
        t.octets("value", m, octets);
      }
      return;
    }
    switch (type) {
      case 4 -> {
        long address = m.u32();
        if (t.on()) {
          t.field("nasAddress", Endpoint.ipText(4, 0, address));
        }
        boolean own = x.source().family() == 4 && x.source().ipLow() == address;
        if (m.ok() && address != 0 && !own && x.serverPort() == x.targetPort() && x.news(x.source(), NEWS_ADDRESS, address, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(4, 0, address), ADDRESS);
        }
      }
      case 5 -> {
        portNumber = m.u32();
        t.field("nasPort", portNumber);
      }
      case 6 -> t.field("serviceType", m.u32());
      case 8 -> {
        long address = m.u32();
        if (t.on()) {
          t.field("framedAddress", Endpoint.ipText(4, 0, address));
        }
      }
      case 30 -> text(m, t, "calledStation", octets);
      case 31 -> {
        station = mac(m, at, octets);
        text(m, t, "callingStation", octets);
      }
      case 32 -> {
        nasAt = at;
        nasOctets = octets;
        text(m, t, "nasIdentifier", octets);
      }
      case 40 -> {
        status = (int) m.u32();
        t.field("accountingStatus", status);
      }
      case 61 -> {
        portType = (int) m.u32();
        t.field("nasPortType", portType);
      }
      // RFC 2868: | tag u8 | … |
      case 81 -> text(m, t, "tunnelPrivateGroup", octets);
      case 87 -> {
        portAt = at;
        portOctets = octets;
        text(m, t, "nasPortId", octets);
      }
      case 26 -> {
        t.field("vendor", m.u32());
        // what vendors put here is often a key (RFC 2548)
        o.secret(m.position(), octets - 4);
        t.secret("vendorValue", octets - 4);
      }
      default -> {
        if (t.on()) {
          t.octets("value", m, octets);
        }
      }
    }
  }

  private static void text(Cursor m, Transcript t, String name, int octets) {
    if (t.on()) {
      t.field(name, m.text(octets));
    }
  }

  /** RFC 3580 §3.21: {@code 00-10-A4-23-19-C0}; colons, dots and neither are seen too. 0 where it is none. */
  private static long mac(Cursor m, int at, int octets) {
    long mac = 0;
    int digits = 0;
    for (int i = 0; i < octets; i++) {
      int c = m.at(at + i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit >= 0) {
        mac = mac << 4 | digit;
        digits++;
      } else if (c != '-' && c != ':' && c != '.') {
        return 0;
      }
    }
    return digits == 12 ? mac : 0;
  }

  private void tell(Cursor m, Exchange x, Observer o, int code, int identifier, String named) {
    long key = x.flow() * 31 + identifier * 256L;
    switch (code) {
      case ACCESS_REQUEST, ACCOUNTING_REQUEST -> {
        nas(m, x, o);
        // where the answer never comes, the act says so
        if (code == ACCESS_REQUEST) {
          String detail = (user >= 0 ? "user of " + user + " octets" : "no user") + (station == 0 ? "" : ", station " + Endpoint.macText(station));
          o.request(key + 1, Acts.pending(x, "radius", REQUEST, Verb.AUTHENTICATE, named, null, null, detail));
        } else if (status == 1 || status == 2) {
          o.request(key + 4, Acts.pending(x, "radius", ACCOUNTING, status == 1 ? Verb.CONNECT : Verb.DISCONNECT, named, null, null,
              station == 0 ? "" : "station " + Endpoint.macText(station)));
        }
      }
      case ACCESS_ACCEPT, ACCESS_CHALLENGE -> {
        server(x, o);
        o.outcome(key + 1, Outcome.OK);
      }
      case ACCESS_REJECT -> {
        server(x, o);
        o.outcome(key + 1, REJECTED);
      }
      case 5 -> {
        server(x, o);
        o.outcome(key + 4, Outcome.OK);
      }
      case DISCONNECT_REQUEST, COA_REQUEST -> o.request(key + 40, Acts.pending(x, "radius", ORDER, code == COA_REQUEST ? Verb.CONFIGURE : Verb.COMMAND, named, null,
          null, station == 0 ? "" : "station " + Endpoint.macText(station)));
      case 41, 44 -> o.outcome(key + 40, Outcome.OK);
      case 42, 45 -> o.outcome(key + 40, code == 42 ? NO_DISCONNECT : NO_CHANGE);
      default -> {
        // status is no act
      }
    }
  }

  private static void server(Exchange x, Observer o) {
    if (x.news(x.source(), NEWS_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, "radius-server", PACKET);
    }
  }

  /** What the access device says of itself, and which station hangs at which of its ports. */
  private void nas(Cursor m, Exchange x, Observer o) {
    Endpoint source = x.source();
    if (x.news(source, NEWS_ROLE, 1, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "access-device", REQUEST);
    }
    boolean named = nasAt >= 0 && nasOctets > 0;
    if (named && x.news(source, NEWS_IDENTIFIER, Heads.digest(m, nasAt, nasOctets), Exchange.FOREVER)) {
      o.claim(x, source, Trait.NAME, Heads.slice(m, nasAt, nasOctets), IDENTIFIER);
    }
    // RFC 2865 §5.41: 15 is Ethernet, 19 is wireless, which has no port
    if (station != 0 && (station >>> 40 & 1) == 0 && portType == 15 && (portAt >= 0 || portNumber >= 0)) {
      Endpoint device = x.endpoints().mac(source.realm(), station, source.vlan());
      long port = portAt >= 0 ? Heads.digest(m, portAt, portOctets) : portNumber;
      if (x.news(device, NEWS_PORT, port * 31 + source.print(), Exchange.FOREVER)) {
        String at = named ? Heads.slice(m, nasAt, nasOctets) : String.valueOf(source.ip());
        o.claim(x, device, Trait.PORT, at + " " + (portAt >= 0 ? Heads.slice(m, portAt, portOctets) : "port " + portNumber), PORT);
      }
    }
  }

  @Override
  public Cite cite() {
    return ATTRIBUTE;
  }
}
