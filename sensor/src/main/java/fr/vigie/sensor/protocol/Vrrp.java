package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * VRRP version 2 (RFC 3768, authentication RFC 2338) and version 3 for IPv4 and IPv6 (RFC 9568).
 *
 * <pre>
 * | version 4 bits, type 4 bits = 1 | virtual router u8 | priority u8 | addresses u8 |
 * | authentication u8 | interval u8, s | checksum u16 | address u32 … | authentication data 8 |      version 2
 * | 0 4 bits, interval 12 bits, 1/100 s | checksum u16 | address u32 or 16 … |                     version 3
 * </pre>
 *
 * The addresses are nobody's own: whoever is master answers for them, under the MAC address 00-00-5E-00-01 (IPv6: -02) and the number of the
 * virtual router (RFC 9568 §7.3). So both are claimed to be virtual, except where an owner (priority 255) puts up its own. CARP, which shares
 * the protocol number, is left to contacts.
 */
final class Vrrp implements Dissector {
  private static final String STANDARD = "RFC 9568";
  private static final Cite PACKET = new Cite(STANDARD, "5.2");
  private static final Cite HOPS = new Cite(STANDARD, "5.1.1.3");
  private static final Cite ROUTER = new Cite(STANDARD, "5.2.3");
  private static final Cite COUNT = new Cite(STANDARD, "5.2.5");
  private static final Cite MAC = new Cite(STANDARD, "7.3");
  private static final Cite PRIORITY = new Cite(STANDARD, "5.2.4");
  private static final Cite AUTHENTICATION = new Cite("RFC 2338", "5.3.6");

  private static final long MAC_4 = 0x00005E000100L;
  private static final long MAC_6 = 0x00005E000200L;
  private static final int NEWS_ROLE = 1;
  private static final int NEWS_GROUP = 2;
  private static final int NEWS_ADDRESS = 3;
  private static final int NEWS_MAC = 4;
  private static final int NEWS_MASTER = 5;
  private static final int NEWS_AUTHENTICATION = 6;
  private static final int AGAIN_SECONDS = 3600;

  @Override
  public String name() {
    return "vrrp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("VRRP versions 2 and 3", "RFC 9568, RFC 3768, RFC 2338",
        "advertisements for IPv4 and IPv6; which addresses are virtual, who is master and who resigns",
        "authentication data are a secret, their type is told; CARP; checksums",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.IP;
  }

  @Override
  public int[] ports() {
    return new int[] {112};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int first = m.at(0);
    int addresses = m.at(3);
    int length = m.wireLength();
    if (length < 8 || (first & 0xF) != 1) {
      return NOT_MINE;
    }
    boolean mine = switch (first >>> 4) {
      // RFC 3768 §5.3.10: the authentication data stay, as zeros
      case 2 -> length == 16 + 4 * addresses;
      case 3 -> length == 8 + (x.source().family() == 6 ? 16 : 4) * addresses;
      default -> false;
    };
    return mine ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    int version = first >>> 4;
    int router = m.u8();
    int priority = m.u8();
    int addresses = m.u8();
    int authentication = version == 2 ? m.u8() : 0;
    int interval = version == 2 ? m.u8() : m.u16() & 0xFFF;
    int checksum = m.u16();
    boolean six = version != 2 && x.source().family() == 6;
    if (t.on()) {
      t.message("vrrp", "advertisement");
      t.field("version", version);
      t.field("type", first & 0xF);
      t.field("virtualRouter", router);
      t.field("priority", priority);
      t.field("addresses", addresses);
      if (version == 2) {
        t.field("authenticationType", authentication);
      }
      t.field("interval", interval);
      t.field("checksum", checksum);
    }
    int at = m.position();
    for (int i = 0; i < addresses && m.ok(); i++) {
      long high = six ? m.u64() : 0;
      long low = six ? m.u64() : m.u32();
      if (t.on() && m.ok()) {
        t.field("address", Endpoint.ipText(six ? 6 : 4, high, low));
      }
    }
    if (version == 2) {
      o.secret(m.position(), 8);
      if (authentication != 0) {
        t.secret("authenticationData", 8);
      }
      m.skip(8);
    }
    if (m.ok()) {
      o.operation("advertisement");
      judge(m, x, o, router, addresses);
      if (x.hops() == 255) {
        claims(m, x, o, six, at, addresses, router, priority, version == 2 ? authentication : 0);
      }
    }
    if (t.on()) {
      t.end();
    }
  }

  /** An address that a router can have: no group, not of the host alone, not none at all. */
  static boolean unicast(boolean six, long high, long low) {
    return six ? high >>> 56 != 0xFF && high != 0 : low >>> 28 < 0xE && low >>> 24 != 0 && low >>> 24 != 127;
  }

  private static void judge(Cursor m, Exchange x, Observer o, int router, int addresses) {
    if (x.hops() != 255) {
      o.flaw(x, HOPS, "hops", 0, m.wireLength());
    }
    if (router == 0) {
      o.flaw(x, ROUTER, "virtual router", 1, m.wireLength());
    }
    if (addresses == 0) {
      o.flaw(x, COUNT, "no address", 3, m.wireLength());
    }
  }

  private static void claims(Cursor m, Exchange x, Observer o, boolean six, int at, int addresses, int router, int priority, int authentication) {
    Endpoint source = x.source();
    if (x.news(source, NEWS_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "vrrp-router", PACKET);
    }
    if (x.news(source, NEWS_GROUP, router, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "vrrp-group=" + router, ROUTER);
    }
    // authentication 1 is a password in the clear
    if (authentication == 1 && x.news(source, NEWS_AUTHENTICATION, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "vrrp-authentication=clear text", AUTHENTICATION);
    }
    long mac = (six ? MAC_6 : MAC_4) | router;
    if (x.news(source, NEWS_MAC, mac, Exchange.FOREVER)) {
      o.claim(x, x.endpoints().mac(source.realm(), mac, source.vlan()), Trait.ROLE, "virtual-address", MAC);
    }
    m.seek(at);
    for (int i = 0; i < addresses; i++) {
      long high = six ? m.u64() : 0;
      long low = six ? m.u64() : m.u32();
      boolean own = source.ipHigh() == high && source.ipLow() == low;
      if (!own && unicast(six, high, low) && x.news(source, NEWS_ADDRESS, high * 31 + low, Exchange.FOREVER)) {
        o.claim(x, x.endpoints().ip(source.realm(), six ? 6 : 4, high, low, Endpoint.NO_MAC, source.vlan()), Trait.ROLE, "virtual-address", PACKET);
      }
    }
    m.seek(m.length());
    // §5.2.4: 0 says that the master gives up, 255 that the addresses are its own
    if (x.news(source, NEWS_MASTER, router * 256L + priority, AGAIN_SECONDS)) {
      o.see(Acts.act(x, "vrrp", PRIORITY, Verb.ANNOUNCE, priority == 0 ? "resign" : "master", null, null, "virtual router " + router + ", priority " + priority,
          Outcome.UNCONFIRMED));
    }
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
