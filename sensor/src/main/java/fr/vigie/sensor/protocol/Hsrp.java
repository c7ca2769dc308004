package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * HSRP version 1 (RFC 2281) and version 2, of which no standard is public: its items are named by their types.
 *
 * <pre>
 * | 0 u8 | operation u8 | state u8 | hello u8 | hold u8 | priority u8 | group u8 | 0 u8 | authentication 8 | virtual address u32 |   version 1
 * | type u8 | length u8 | value | …                                                                                           version 2
 * 1 group state: | version u8 = 2 | operation u8 | state u8 | family u8 | group u16 | identifier 6 | priority u32 | hello u32 | hold u32 | address 16 |
 * 2 interface: | active groups u16 | passive groups u16 |   3: | authentication 8 |   4: digest
 * </pre>
 *
 * As with VRRP, the address and the MAC address of the group (00-00-0C-07-AC, version 2 00-00-0C-9F-F, IPv6 00-05-73-A0-0) are claimed to be virtual.
 */
final class Hsrp implements Dissector {
  private static final Cite PACKET = new Cite("RFC 2281", "5.1");
  private static final Cite MAC = new Cite("RFC 2281", "6");
  private static final Cite HOPS = new Cite("RFC 2281", "5");
  private static final Cite ITEMS = new Cite("HSRP version 2", "type 1");

  private static final String[] OPERATIONS = {"hello", "coup", "resign", "advertise"};

  /** The password that RFC 2281 §5.1 proposes, padded. */
  private static final long DEFAULT = 0x636973636F000000L;

  private static final int NEWS_ROLE = 1;
  private static final int NEWS_GROUP = 2;
  private static final int NEWS_ADDRESS = 3;
  private static final int NEWS_MAC = 4;
  private static final int NEWS_STATE = 5;
  private static final int NEWS_DEFAULT = 6;
  private static final int AGAIN_SECONDS = 3600;

  @Override
  public String name() {
    return "hsrp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("HSRP versions 1 and 2", "RFC 2281; version 2 has no public standard",
        "hello, coup, resign, group and interface state for IPv4 and IPv6; which addresses are virtual; whether the password is the proposed one",
        "authentication data are a secret; digests",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {1985, 2029};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int length = m.wireLength();
    if (length < 4) {
      return NOT_MINE;
    }
    if (m.at(0) == 0) {
      return m.at(1) < 3 && length >= 20 || m.at(1) == 3 && length >= 16 ? length : NOT_MINE;
    }
    // items that end with the datagram
    int at = 0;
    while (at < m.length()) {
      if (m.at(at) < 1 || m.at(at) > 8) {
        return NOT_MINE;
      }
      at += 2 + m.at(at + 1);
    }
    return at == length || m.cut() ? length : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    if (m.peek(0) == 0) {
      first(m, x, o);
    } else {
      second(m, x, o);
    }
    if (m.ok()) {
      m.skip(m.remaining());
    }
    o.transcript().end();
  }

  private static void first(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(1);
    int operation = m.u8();
    String named = operation < OPERATIONS.length ? OPERATIONS[operation] : "operation unknown";
    t.message("hsrp", named);
    t.field("version", 0);
    t.field("operation", operation);
    if (operation == 3) {
      advertise(m, t);
      if (m.ok()) {
        o.operation(named);
      }
      return;
    }
    int state = m.u8();
    int hello = m.u8();
    int hold = m.u8();
    int priority = m.u8();
    int group = m.u8();
    m.skip(1);
    if (t.on()) {
      t.field("state", state);
      t.field("helloTime", hello);
      t.field("holdTime", hold);
      t.field("priority", priority);
      t.field("group", group);
      t.secret("authenticationData", 8);
    }
    o.secret(m.position(), 8);
    boolean proposed = m.u64() == DEFAULT;
    long address = m.u32();
    if (t.on()) {
      t.field("virtualAddress", Endpoint.ipText(4, 0, address));
    }
    if (!m.ok()) {
      return;
    }
    o.operation(named);
    if (operation > 3) {
      o.flaw(x, PACKET, "operation", 1, m.wireLength());
      return;
    }
    if (x.hops() != 1 && x.hops() != 255) {
      o.flaw(x, HOPS, "hops", 0, m.wireLength());
    }
    if (proposed && x.news(x.source(), NEWS_DEFAULT, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "hsrp-authentication=default", PACKET);
    }
    claims(x, o, PACKET, named, state, priority, group, 4, 0, address, 0x00000C07AC00L | group);
  }

  /** What a router says of its interface: {@code | type u16 | length u16 | state u8 | 0 u8 | active u16 | passive u16 | 0 u32 |}. */
  private static void advertise(Cursor m, Transcript t) {
    int type = m.u16();
    int length = m.u16();
    int state = m.u8();
    m.skip(1);
    int active = m.u16();
    int passive = m.u16();
    if (t.on()) {
      t.field("type", type);
      t.field("length", length);
      t.field("advertisedState", state);
      t.field("activeGroups", active);
      t.field("passiveGroups", passive);
    }
  }

  private static void second(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("hsrp", "state");
    while (m.ok() && m.remaining() > 0) {
      int type = m.u8();
      int length = m.u8();
      long outer = m.enter(length);
      if (m.ok()) {
        switch (type) {
          case 1 -> groupState(m, x, o);
          case 2 -> {
            t.field("activeGroups", m.u16());
            t.field("passiveGroups", m.u16());
          }
          case 3, 4 -> {
            o.secret(m.position(), length);
            t.secret(type == 3 ? "authenticationData" : "digest", length);
            boolean proposed = type == 3 && length == 8 && m.u64() == DEFAULT;
            if (proposed && x.news(x.source(), NEWS_DEFAULT, 0, Exchange.FOREVER)) {
              o.claim(x, x.source(), Trait.BANNER, "hsrp-authentication=default", PACKET);
            }
          }
          default -> t.octets("item" + type, m, length);
        }
      }
      m.leave(outer);
    }
  }

  private static void groupState(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u8();
    int operation = m.u8();
    int state = m.u8();
    int family = m.u8();
    int group = m.u16();
    long identifier = m.u48();
    long priority = m.u32();
    long hello = m.u32();
    long hold = m.u32();
    boolean six = family == 6;
    long high = six ? m.u64() : 0;
    long low = six ? m.u64() : m.u32();
    String named = operation < OPERATIONS.length ? OPERATIONS[operation] : "operation unknown";
    if (t.on()) {
      t.operation(named);
      t.field("version", version);
      t.field("operation", operation);
      t.field("state", state);
      t.field("family", family);
      t.field("group", group);
      t.field("identifier", Endpoint.macText(identifier));
      t.field("priority", priority);
      t.field("helloTime", hello);
      t.field("holdTime", hold);
      t.field("virtualAddress", Endpoint.ipText(six ? 6 : 4, high, low));
    }
    if (!m.ok()) {
      return;
    }
    o.operation(named);
    long mac = six ? 0x000573A00000L | group & 0xFFF : 0x00000C9FF000L | group & 0xFFF;
    claims(x, o, ITEMS, named, state, (int) Math.min(priority, 0xFFFF), group, six ? 6 : 4, high, low, mac);
  }

  private static void claims(Exchange x, Observer o, Cite cite, String named, int state, int priority, int group, int family, long high, long low, long mac) {
    Endpoint source = x.source();
    if (x.news(source, NEWS_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "hsrp-router", cite);
    }
    if (x.news(source, NEWS_GROUP, group, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "hsrp-group=" + group, cite);
    }
    if (x.news(source, NEWS_MAC, mac, Exchange.FOREVER)) {
      o.claim(x, x.endpoints().mac(source.realm(), mac, source.vlan()), Trait.ROLE, "virtual-address", MAC);
    }
    // RFC 2281 §5.1: 0 where the router does not know it yet
    boolean known = Vrrp.unicast(family == 6, high, low) && (x.hops() == 1 || x.hops() == 255);
    if (known && !(source.ipHigh() == high && source.ipLow() == low) && x.news(source, NEWS_ADDRESS, high * 31 + low, Exchange.FOREVER)) {
      o.claim(x, x.endpoints().ip(source.realm(), family, high, low, Endpoint.NO_MAC, source.vlan()), Trait.ROLE, "virtual-address", cite);
    }
    if (x.news(source, NEWS_STATE, ((long) group << 32 | (long) state << 16 | priority) * 4 + named.length(), AGAIN_SECONDS)) {
      o.see(Acts.act(x, "hsrp", cite, Verb.ANNOUNCE, named, null, null, "group " + group + ", state " + state + ", priority " + priority, Outcome.UNCONFIRMED));
    }
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
