package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * The Cisco Discovery Protocol, versions 1 and 2, over SNAP 00-00-0C/2000. No standard is public; items are named by their types, as the maker's
 * manuals and other readers of the protocol list them.
 *
 * <pre>
 * | version u8 | time to live u8, s | checksum u16 | type u16 | length u16, these four octets included | value | …
 * addresses: | count u32 | protocol type u8 | length u8 | protocol | length u16 | address | …
 * </pre>
 *
 * The sender speaks of itself, so every claim is about the source.
 */
final class Cdp implements Dissector {
  private static final String PROTOCOL = "Cisco Discovery Protocol";
  private static final Cite HEADER = new Cite(PROTOCOL, "header");
  private static final Cite LENGTH = new Cite(PROTOCOL, "item length");
  private static final Cite DEVICE = new Cite(PROTOCOL, "type 0x0001");
  private static final Cite ADDRESSES = new Cite(PROTOCOL, "type 0x0002");
  private static final Cite PORT = new Cite(PROTOCOL, "type 0x0003");
  private static final Cite CAPABILITIES = new Cite(PROTOCOL, "type 0x0004");
  private static final Cite VERSION = new Cite(PROTOCOL, "type 0x0005");
  private static final Cite PLATFORM = new Cite(PROTOCOL, "type 0x0006");
  private static final Cite DOMAIN = new Cite(PROTOCOL, "type 0x0009");
  private static final Cite NATIVE = new Cite(PROTOCOL, "type 0x000a");
  private static final Cite SYSTEM_NAME = new Cite(PROTOCOL, "type 0x0014");
  private static final Cite LOCATION = new Cite(PROTOCOL, "type 0x0017");

  /** The bits of type 4, where they are a role. */
  private static final String[] ROLES = {"router", "bridge", "bridge", "switch", "host", "", "repeater", "telephone", "", "", "two-port-mac-relay"};

  private static final int NEWS_TEXT = 100;
  private static final int NEWS_ROLE = 1;
  private static final int NEWS_ADDRESS = 2;
  private static final int NEWS_NATIVE = 3;

  /** ISO/IEC TR 9577: the network layer identifier of IPv4. */
  private static final int NLPID_IP = 0xCC;

  @Override
  public String name() {
    return "cdp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("CDP", "no public standard: the maker's manuals",
        "device, addresses, port, capabilities, software, platform, VTP domain, native and voice VLAN, duplex, power, MTU, trust, system name, location",
        "hellos but that of clusters, EnergyWise and other items are shown as octets; checksums",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x22000};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() >= 8 && (m.at(0) == 1 || m.at(0) == 2) ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u8();
    int lifetime = m.u8();
    int checksum = m.u16();
    if (t.on()) {
      t.message("cdp", "announcement");
      t.field("version", version);
      t.field("timeToLive", lifetime);
      t.field("checksum", checksum);
    }
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int type = m.u16();
      int length = m.u16();
      if (m.ok() && length < 4) {
        o.flaw(x, LENGTH, "item length", at, m.wireLength());
        m.fail();
        break;
      }
      long outer = m.enter(length - 4);
      if (m.ok()) {
        item(m, x, o, type, length - 4);
      }
      m.leave(outer);
    }
    if (m.ok()) {
      o.operation("announcement");
    }
    if (t.on()) {
      t.end();
    }
  }

  private static void item(Cursor m, Exchange x, Observer o, int type, int length) {
    Transcript t = o.transcript();
    if (t.on()) {
      t.field("item", type);
    }
    switch (type) {
      case 0x01 -> text(m, x, o, "deviceId", Trait.NAME, DEVICE, length);
      case 0x02 -> addresses(m, x, o, "address");
      case 0x03 -> text(m, x, o, "portId", Trait.PORT, PORT, length);
      case 0x04 -> capabilities(m, x, o);
      case 0x05 -> text(m, x, o, "softwareVersion", Trait.DESCRIPTION, VERSION, length);
      case 0x06 -> text(m, x, o, "platform", Trait.MODEL, PLATFORM, length);
      case 0x07 -> prefixes(m, t, length);
      case 0x08 -> hello(m, t, length);
      case 0x09 -> banner(m, x, o, "vtpDomain", "vtp-domain=", DOMAIN, length);
      case 0x0A -> nativeVlan(m, x, o);
      case 0x0B -> t.field("fullDuplex", m.u8());
      // | data u8 | VLAN u16 |: what a telephone is told, and asks for
      case 0x0E, 0x0F -> {
        m.skip(1);
        t.field("voiceVlan", length >= 3 ? m.u16() : 0);
      }
      case 0x10 -> t.field("powerConsumption", m.u16());
      case 0x11 -> t.field("mtu", m.u32());
      case 0x12 -> t.field("trust", m.u8());
      case 0x13 -> t.field("untrustedCos", m.u8());
      case 0x14 -> text(m, x, o, "systemName", Trait.HOSTNAME, SYSTEM_NAME, length);
      case 0x16 -> addresses(m, x, o, "managementAddress");
      case 0x17 -> {
        m.skip(1);
        text(m, x, o, "location", Trait.LOCATION, LOCATION, length - 1);
      }
      case 0x19 -> power(m, t, "powerRequested", length);
      case 0x1A -> power(m, t, "powerAvailable", length);
      default -> {
        if (t.on()) {
          t.octets("value", m, length);
        }
      }
    }
  }

  /**
   * A protocol's hello; that of clusters, 00-00-0C/0112, is
   * {@code | master 4 | mask 4 | version u8 | sub-version u8 | status u8 | u8 | commander 6 | switch 6 | u8 | management VLAN u16 |}.
   */
  private static void hello(Cursor m, Transcript t, int length) {
    int maker = m.u24();
    int protocol = m.u16();
    if (!t.on()) {
      return;
    }
    t.field("helloMaker", maker);
    t.field("helloProtocol", protocol);
    if (maker != 0x00000C || protocol != 0x0112 || length < 32) {
      t.octets("value", m, length - 5);
      return;
    }
    t.field("clusterMaster", Endpoint.ipText(4, 0, m.u32()));
    t.field("clusterMask", Endpoint.ipText(4, 0, m.u32()));
    t.field("clusterVersion", m.u8());
    t.field("clusterSubVersion", m.u8());
    t.field("clusterStatus", m.u8());
    m.skip(1);
    t.field("clusterCommander", Endpoint.macText(m.u48()));
    t.field("clusterSwitch", Endpoint.macText(m.u48()));
    m.skip(1);
    t.field("clusterVlan", m.u16());
  }

  /** {@code | request u16 | management u16 | mW u32 … |}. */
  private static void power(Cursor m, Transcript t, String name, int length) {
    t.field("powerRequest", m.u16());
    t.field("powerManagement", m.u16());
    for (int left = length - 4; left >= 4 && m.ok(); left -= 4) {
      t.field(name, m.u32());
    }
  }

  private static void prefixes(Cursor m, Transcript t, int length) {
    // four octets are the gateway of a stub (on-demand routing), five are a prefix and its length
    if (length == 4) {
      long gateway = m.u32();
      if (t.on()) {
        t.field("gateway", Endpoint.ipText(4, 0, gateway));
      }
      return;
    }
    for (int left = length; left >= 5 && m.ok(); left -= 5) {
      long prefix = m.u32();
      int bits = m.u8();
      if (t.on()) {
        t.field("prefix", Endpoint.ipText(4, 0, prefix));
        t.field("prefixLength", bits);
      }
    }
  }

  private static void nativeVlan(Cursor m, Exchange x, Observer o) {
    int vlan = m.u16();
    o.transcript().field("nativeVlan", vlan);
    if (m.ok() && x.news(x.source(), NEWS_NATIVE, vlan, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "native-vlan=" + vlan, NATIVE);
    }
  }

  private static void capabilities(Cursor m, Exchange x, Observer o) {
    long bits = m.u32();
    o.transcript().field("capabilities", bits);
    if (!m.ok()) {
      return;
    }
    for (int bit = 0; bit < ROLES.length; bit++) {
      if ((bits >>> bit & 1) != 0 && !ROLES[bit].isEmpty() && x.news(x.source(), NEWS_ROLE, bit, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.ROLE, ROLES[bit], CAPABILITIES);
      }
    }
  }

  /** Addresses of IPv4 (0xCC) and of IPv6 (802.2: AA-AA-03-00-00-00-86-DD); others are shown by their octets. */
  private static void addresses(Cursor m, Exchange x, Observer o, String name) {
    Transcript t = o.transcript();
    long count = m.u32();
    t.field("addresses", count);
    for (long i = 0; i < count && m.ok(); i++) {
      t.field("protocolType", m.u8());
      int octets = m.u8();
      if (t.on() && octets <= m.remaining()) {
        t.octets("protocol", m, octets);
      }
      boolean four = octets == 1 && m.peek(0) == NLPID_IP;
      boolean six = octets == 8 && m.peek(6) == 0x86 && m.peek(7) == 0xDD;
      m.skip(octets);
      int length = m.u16();
      long outer = m.enter(length);
      if (m.ok() && (four && length == 4 || six && length == 16)) {
        long high = six ? m.u64() : 0;
        long low = six ? m.u64() : m.u32();
        if (t.on()) {
          t.field(name, Endpoint.ipText(six ? 6 : 4, high, low));
        }
        if ((high != 0 || low != 0) && x.news(x.source(), NEWS_ADDRESS, high * 31 + low, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(six ? 6 : 4, high, low), ADDRESSES);
        }
      } else if (t.on() && m.ok()) {
        t.octets(name, m, length);
      }
      m.leave(outer);
    }
  }

  private static void text(Cursor m, Exchange x, Observer o, String name, Trait trait, Cite cite, int length) {
    boolean news = m.ok() && length > 0 && x.news(x.source(), NEWS_TEXT + trait.ordinal(), m.digest(length), Exchange.FOREVER);
    if (news || o.transcript().on()) {
      String value = m.text(length, StandardCharsets.UTF_8).replace("\0", "");
      o.transcript().field(name, value);
      if (news && m.ok() && !value.isBlank()) {
        o.claim(x, x.source(), trait, value.strip(), cite);
      }
    }
  }

  private static void banner(Cursor m, Exchange x, Observer o, String name, String prefix, Cite cite, int length) {
    boolean news = m.ok() && length > 0 && x.news(x.source(), NEWS_TEXT + Trait.BANNER.ordinal(), m.digest(length), Exchange.FOREVER);
    if (news || o.transcript().on()) {
      String value = m.text(length, StandardCharsets.UTF_8).replace("\0", "");
      o.transcript().field(name, value);
      if (news && m.ok() && !value.isBlank()) {
        o.claim(x, x.source(), Trait.BANNER, prefix + value.strip(), cite);
      }
    }
  }

  @Override
  public Cite cite() {
    return HEADER;
  }
}
