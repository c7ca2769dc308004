package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * Spanning tree in its forms (IEEE 802.1D-2004 clause 9, IEEE 802.1Q-2018 clause 14): configuration, rapid, multiple; over LLC 0x42, and over
 * SNAP 00-00-0C/010B as some makers send one tree for each VLAN.
 *
 * <pre>
 * | protocol u16 = 0 | version u8 | type u8 |                                                                       0x80: topology change
 * | flags u8 | root 8 | path cost u32 | bridge 8 | port u16 | message age u16 | maximum age u16 | hello u16 | delay u16 | 0x00
 * | version 1 length u8 = 0 |                                                                                      0x02, rapid
 * | version 3 length u16 | selector u8 | region 32 | revision u16 | digest 16 | internal cost u32 | bridge 8 | hops u8 |
 *   instance: | flags u8 | regional root 8 | cost u32 | bridge priority u8 | port priority u8 | hops u8 | …          multiple
 * identifier: | priority 4 bits, system 12 bits | MAC address 6 |        times in 1/256 s
 * SNAP: … | type u16 = 0 | length u16 = 2 | VLAN u16 |
 * </pre>
 *
 * Who is the root decides the way of all frames: a bridge that claims to be the root is told. Shortest path bridging (version 4) is passed
 * over behind its length.
 */
final class Stp implements Dissector {
  private static final String BRIDGES = "IEEE 802.1D-2004";
  private static final Cite PROTOCOL = new Cite(BRIDGES, "9.3");
  private static final Cite VALIDATION = new Cite(BRIDGES, "9.3.4");
  private static final Cite IDENTIFIER = new Cite(BRIDGES, "9.2.5");
  private static final Cite CHANGE = new Cite(BRIDGES, "9.3.2");
  private static final Cite REGION = new Cite("IEEE 802.1Q-2018", "13.8");
  private static final Cite MULTIPLE = new Cite("IEEE 802.1Q-2018", "14.4");

  private static final int CONFIGURATION = 0;
  private static final int RAPID = 2;
  private static final int TOPOLOGY_CHANGE = 0x80;

  /** Octets of a configuration, of a rapid one, and of the fixed part of a multiple one behind its length. */
  private static final int CONFIGURATION_OCTETS = 35;

  private static final int RAPID_OCTETS = 36;
  private static final int MULTIPLE_OCTETS = 64;
  private static final int INSTANCE_OCTETS = 16;

  private static final long SYSTEM = 0x0FFFL << 48;
  private static final int NEWS_ROLE = 1;
  private static final int NEWS_ROOT_ROLE = 2;
  private static final int NEWS_ROOT = 3;
  private static final int NEWS_BRIDGE = 4;
  /** Length, configuration identifier and the first octet of the agreement. */
  private static final int SHORTEST_OCTETS = 2 + 51 + 1;

  private static final int NEWS_REGION = 5;
  private static final int NEWS_CHANGE = 6;
  private static final int AGAIN_SECONDS = 600;

  @Override
  public String name() {
    return "stp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Spanning tree: STP, RSTP, MSTP, PVST+", "IEEE 802.1D-2004 clause 9, IEEE 802.1Q-2018 clauses 13 and 14; PVST+ has no public standard",
        "every field of configuration, rapid and multiple BPDUs, their instances, the VLAN of PVST+; who is root; topology changes",
        "the agreement digest of shortest path bridging; GARP, which shares the LLC address",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x14242, 0x2010B};
  }

  /** GARP (IEEE 802.1D-2004 §12.10) shares the LLC address; its protocol identifier is 1. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int type = m.at(3);
    boolean known = type == CONFIGURATION || type == RAPID || type == TOPOLOGY_CHANGE;
    return m.wireLength() >= 4 && m.at(0) == 0 && m.at(1) == 0 && m.at(2) <= 4 && known ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int protocol = m.u16();
    int version = m.u8();
    int type = m.u8();
    boolean change = type == TOPOLOGY_CHANGE;
    String named = change ? "topology change notification" : type == CONFIGURATION ? "configuration" : version >= 3 ? "multiple" : "rapid";
    if (t.on()) {
      t.message("stp", named);
      t.field("protocol", protocol);
      t.field("version", version);
      t.field("type", type);
    }
    if (change) {
      if (m.ok()) {
        o.operation(named);
        bridge(x, o);
        change(x, o, "notification");
      }
    } else {
      configuration(m, x, o, version, type, named);
    }
    if (m.ok()) {
      m.skip(m.remaining());
    }
    if (t.on()) {
      t.end();
    }
  }

  private static void configuration(Cursor m, Exchange x, Observer o, int version, int type, String named) {
    Transcript t = o.transcript();
    int flags = m.u8();
    long root = m.u64();
    long cost = m.u32();
    long sender = m.u64();
    int port = m.u16();
    int age = m.u16();
    int maximumAge = m.u16();
    int hello = m.u16();
    int delay = m.u16();
    if (t.on()) {
      t.field("flags", flags);
      identifier(t, "root", root);
      t.field("rootPathCost", cost);
      identifier(t, "bridge", sender);
      t.field("port", port);
      t.field("messageAge", age / 256.0);
      t.field("maximumAge", maximumAge / 256.0);
      t.field("helloTime", hello / 256.0);
      t.field("forwardDelay", delay / 256.0);
    }
    long own = sender;
    if (type == RAPID) {
      int first = m.u8();
      t.field("version1Length", first);
      if (m.ok() && first != 0) {
        o.flaw(x, VALIDATION, "version 1 length", CONFIGURATION_OCTETS, m.wireLength());
      } else if (version >= 3 && m.remaining() >= 2) {
        own = multiple(m, x, o, own);
      }
    }
    vlan(m, t, type);
    if (!m.ok()) {
      return;
    }
    o.operation(named);
    if (age >= maximumAge) {
      // a bridge must not believe it: 9.3.4
      o.flaw(x, VALIDATION, "message age", 27, m.wireLength());
      return;
    }
    bridge(x, o);
    if (x.news(x.source(), NEWS_BRIDGE, own & ~SYSTEM, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.MAC, Endpoint.macText(own & 0xFFFFFFFFFFFFL), IDENTIFIER);
    }
    // the system identifier is the VLAN or the instance: the root is told once for all that agree
    if (x.news(x.source(), NEWS_ROOT, root & ~SYSTEM, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "stp-root=" + (root >>> 60 << 12) + " " + Endpoint.macText(root & 0xFFFFFFFFFFFFL), IDENTIFIER);
    }
    if (root == sender && cost == 0 && x.news(x.source(), NEWS_ROOT_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, "root-bridge", IDENTIFIER);
    }
    // §9.2.2: the first bit of the flags
    if ((flags & 1) != 0) {
      change(x, o, "flag");
    }
  }

  private static void bridge(Exchange x, Observer o) {
    if (x.news(x.source(), NEWS_ROLE, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, "bridge", PROTOCOL);
    }
  }

  private static void change(Exchange x, Observer o, String how) {
    if (x.news(x.source(), NEWS_CHANGE, 0, AGAIN_SECONDS)) {
      o.see(Acts.act(x, "stp", CHANGE, Verb.NOTIFY, "topology change", null, null, how, Outcome.UNCONFIRMED));
    }
  }

  private static void identifier(Transcript t, String name, long identifier) {
    t.begin(name);
    t.field("priority", identifier >>> 60 << 12);
    t.field("system", identifier >>> 48 & 0xFFF);
    t.field("address", Endpoint.macText(identifier & 0xFFFFFFFFFFFFL));
    t.close();
  }

  /** IEEE 802.1Q-2018 §14.4: what makes a tree of a region. Answers the identifier of the bridge that sent it. */
  private static long multiple(Cursor m, Exchange x, Observer o, long regionalRoot) {
    Transcript t = o.transcript();
    int length = m.u16();
    t.field("version3Length", length);
    if (length < MULTIPLE_OCTETS || length > m.remaining()) {
      if (!m.cut()) {
        o.flaw(x, MULTIPLE, "version 3 length", RAPID_OCTETS, m.wireLength());
      }
      return regionalRoot;
    }
    long outer = m.enter(length);
    int at = m.position() + 1;
    int octets = 0;
    while (octets < 32 && m.at(at + octets) != 0) {
      octets++;
    }
    int revision = configuration(m, t, at, octets);
    long cost = m.u32();
    long bridge = m.u64();
    int hops = m.u8();
    if (t.on()) {
      t.field("internalRootPathCost", cost);
      identifier(t, "cistBridge", bridge);
      t.field("remainingHops", hops);
    }
    for (int left = length - MULTIPLE_OCTETS; left >= INSTANCE_OCTETS && m.ok(); left -= INSTANCE_OCTETS) {
      int flags = m.u8();
      long root = m.u64();
      long instanceCost = m.u32();
      int bridgePriority = m.u8();
      int portPriority = m.u8();
      int instanceHops = m.u8();
      if (t.on()) {
        t.begin("instance");
        t.field("instanceFlags", flags);
        t.field("instancePriority", root >>> 60 << 12);
        t.field("instanceSystem", root >>> 48 & 0xFFF);
        t.field("instanceRoot", Endpoint.macText(root & 0xFFFFFFFFFFFFL));
        t.field("instanceCost", instanceCost);
        t.field("bridgePriority", bridgePriority);
        t.field("portPriority", portPriority);
        t.field("instanceHops", instanceHops);
        t.close();
      }
    }
    m.leave(outer);
    if (t.on() && m.ok() && m.remaining() >= SHORTEST_OCTETS) {
      shortest(m, t);
    }
    if (m.ok() && octets > 0 && x.news(x.source(), NEWS_REGION, Heads.digest(m, at, octets) * 31 + revision, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "stp-region=" + Heads.slice(m, at, octets) + " revision " + revision, REGION);
    }
    return bridge;
  }

  /** IEEE 802.1Q-2018 §13.8: {@code | selector u8 | name 32 | revision u16 | digest 16 |}; answers the revision. */
  private static int configuration(Cursor m, Transcript t, int at, int octets) {
    int selector = m.u8();
    m.skip(32);
    int revision = m.u16();
    if (t.on()) {
      t.field("selector", selector);
      t.field("region", Heads.slice(m, at, octets));
      t.field("revision", revision);
      t.octets("digest", m, 16);
    }
    m.skip(16);
    return revision;
  }

  /** IEEE 802.1Q-2018 §14.4, version 4: the auxiliary configuration identifier, and the first octet of the agreement. */
  private static void shortest(Cursor m, Transcript t) {
    t.field("version4Length", m.u16());
    t.begin("auxiliary");
    int at = m.position() + 1;
    int octets = 0;
    while (octets < 32 && m.at(at + octets) != 0) {
      octets++;
    }
    configuration(m, t, at, octets);
    t.close();
    int bits = m.u8();
    t.field("agreementNumber", bits & 3);
    t.field("discardedAgreementNumber", bits >>> 2 & 3);
    t.field("agreementValid", bits >>> 4 & 1);
    t.field("restrictedRole", bits >>> 5 & 1);
  }

  /** The TLV that makers of one tree for each VLAN put behind the BPDU, after an octet that makes its length even. */
  private static void vlan(Cursor m, Transcript t, int type) {
    if (m.ok() && type == CONFIGURATION && m.remaining() == 7) {
      m.skip(1);
    }
    if (m.ok() && m.remaining() == 6 && m.peek(0) == 0 && m.peek(1) == 0 && m.peek(2) == 0 && m.peek(3) == 2) {
      m.skip(4);
      t.field("originatingVlan", m.u16());
    }
  }

  @Override
  public Cite cite() {
    return VALIDATION;
  }
}
