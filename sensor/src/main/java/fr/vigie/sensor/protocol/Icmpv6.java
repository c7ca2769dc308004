package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * The messages of ICMPv6 that never leave the link: neighbour discovery (RFC 4861; options RFC 4191, RFC 8106) and multicast listener
 * discovery (RFC 2710, RFC 3810).
 *
 * <pre>
 * | type u8 | code u8 = 0 | checksum u16 | body | option: type u8, length u8 in units of 8 octets, value … |
 * 133 router solicitation     | 0 u32 | options |
 * 134 router advertisement    | hop limit u8 | M O H 1 each, preference 2 | lifetime u16 | reachable u32 | retransmit u32 | options |
 * 135 neighbour solicitation  | 0 u32 | target 16 | options |
 * 136 neighbour advertisement | R S O 1 each | target 16 | options |
 * 137 redirect                | 0 u32 | target 16 | destination 16 | options |
 * 130, 131, 132 listener      | delay u16 | 0 u16 | group 16 | version 2 query: S, QRV u8 | QQIC u8 | sources u16 | source 16 … |
 * 143 listener report         | 0 u16 | records u16 | type u8, words u8, sources u16, group 16, source 16 …, auxiliary |
 * </pre>
 *
 * Bindings of solicitations and advertisements of neighbours are sightings of the flow layer; that of a router's advertisement is told here.
 * Echo and errors are contacts. Secure neighbour discovery (RFC 3971) and mobility are passed over.
 */
final class Icmpv6 implements Dissector {
  private static final String ND = "RFC 4861";
  private static final Cite SOLICITATION = new Cite(ND, "6.1.1");
  private static final Cite ADVERTISEMENT = new Cite(ND, "6.1.2");
  private static final Cite NEIGHBOUR_ASKS = new Cite(ND, "7.1.1");
  private static final Cite NEIGHBOUR = new Cite(ND, "7.1.2");
  private static final Cite UNASKED = new Cite(ND, "7.2.6");
  private static final Cite REDIRECT = new Cite(ND, "8.1");
  private static final Cite OPTION = new Cite(ND, "4.6");
  private static final Cite PREFIX = new Cite(ND, "4.6.2");
  private static final Cite DOMAIN_SERVERS = new Cite("RFC 8106", "5.1");
  private static final Cite LISTENER = new Cite("RFC 3810", "5.1");
  private static final Cite LISTENER_SOURCE = new Cite("RFC 3810", "5.1.14");
  private static final Cite LISTENER_REPORT = new Cite("RFC 3810", "5.2");

  private static final int QUERY = 130;
  private static final int REPORT = 131;
  private static final int DONE = 132;
  private static final int ROUTER_SOLICITATION = 133;
  private static final int ROUTER_ADVERTISEMENT = 134;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;
  private static final int REDIRECTION = 137;
  private static final int REPORT_2 = 143;

  private static final String[] NAMES = {"multicast listener query", "multicast listener report", "multicast listener done",
      "router solicitation", "router advertisement", "neighbour solicitation", "neighbour advertisement", "redirect"};

  private static final GroupRecords RECORDS = new GroupRecords(true, LISTENER_REPORT, LISTENER_REPORT, Icmpv6::listens);

  private static final int NEWS_ROUTER = 1;
  private static final int NEWS_BINDING = 2;
  private static final int NEWS_PREFIX = 3;
  private static final int NEWS_DNS = 4;
  private static final int NEWS_SERVE = 5;
  private static final int NEWS_REDIRECT = 6;
  private static final int NEWS_QUERIER = 7;
  private static final int NEWS_GROUP = 8;
  private static final int NEWS_ANNOUNCE = 9;
  private static final int AGAIN_SECONDS = 600;
  private static final int BIND_AGAIN = 3600;

  /** Whether the message under way was sent as its clause demands: of others nothing is believed. */
  private boolean believed;

  /** What the options of the message under way said. */
  private long linkAddress;

  private long prefixHigh;
  private long prefixLow;
  private int prefixLength;
  private long serverHigh;
  private long serverLow;
  private int mtu;

  @Override
  public String name() {
    return "icmpv6";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IPv6 neighbour discovery and MLD",
        "RFC 4861, RFC 4191, RFC 8106, RFC 2710, RFC 3810",
        "solicitations and advertisements of routers and neighbours with prefixes, routes, MTU and DNS servers, redirects, listeners of both versions",
        "secure neighbour discovery, mobility; echo and errors are contacts; checksums",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.IP;
  }

  @Override
  public int[] ports() {
    return new int[] {58};
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int type = m.at(0);
    return (type >= QUERY && type <= REDIRECTION || type == REPORT_2) && m.wireLength() >= 8 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int type = m.u8();
    int code = m.u8();
    int checksum = m.u16();
    String named = type == REPORT_2 ? "multicast listener report v2" : type >= QUERY && type <= REDIRECTION ? NAMES[type - QUERY] : "type unknown";
    if (t.on()) {
      t.message("icmpv6", named);
      t.field("type", type);
      t.field("code", code);
      t.field("checksum", checksum);
    }
    boolean discovery = type >= ROUTER_SOLICITATION && type <= REDIRECTION;
    Cite rules = rules(type);
    believed = code == 0 && x.hops() == (discovery ? 255 : 1);
    if (m.ok() && !believed) {
      o.flaw(x, rules, code != 0 ? "code" : "hops", code != 0 ? 1 : 0, m.wireLength());
    }
    switch (type) {
      case QUERY, REPORT, DONE -> listener(m, x, o, type);
      case ROUTER_SOLICITATION -> routerSolicitation(m, x, o);
      case ROUTER_ADVERTISEMENT -> routerAdvertisement(m, x, o);
      case NEIGHBOUR_SOLICITATION -> neighbourSolicitation(m, x, o);
      case NEIGHBOUR_ADVERTISEMENT -> neighbourAdvertisement(m, x, o);
      case REDIRECTION -> redirect(m, x, o);
      default -> listenerReport(m, x, o);
    }
    if (m.ok()) {
      m.skip(m.remaining());
    }
    if (t.on()) {
      t.end();
    }
  }

  private static Cite rules(int type) {
    return switch (type) {
      case ROUTER_SOLICITATION -> SOLICITATION;
      case ROUTER_ADVERTISEMENT -> ADVERTISEMENT;
      case NEIGHBOUR_SOLICITATION -> NEIGHBOUR_ASKS;
      case NEIGHBOUR_ADVERTISEMENT -> NEIGHBOUR;
      case REDIRECTION -> REDIRECT;
      default -> LISTENER;
    };
  }

  private static boolean linkLocal(long high) {
    return high >>> 54 == 0xFE80 >>> 6;
  }

  private static boolean unspecified(Endpoint e) {
    return e.ipHigh() == 0 && e.ipLow() == 0;
  }

  private void routerSolicitation(Cursor m, Exchange x, Observer o) {
    m.skip(4);
    options(m, x, o);
    if (m.ok() && unspecified(x.source()) && linkAddress != Endpoint.NO_MAC) {
      o.flaw(x, SOLICITATION, "link address of nobody", 8, m.wireLength());
    }
  }

  /** RFC 4861 §4.2: who offers itself as a router, and what hosts are to believe. */
  private void routerAdvertisement(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int hopLimit = m.u8();
    int bits = m.u8();
    int lifetime = m.u16();
    long reachable = m.u32();
    long retransmit = m.u32();
    if (t.on()) {
      t.field("currentHopLimit", hopLimit);
      t.field("managed", (bits & 0x80) != 0);
      t.field("otherConfiguration", (bits & 0x40) != 0);
      // RFC 6275 §7.1; RFC 4389 §4.1.3.3
      t.field("homeAgent", (bits & 0x20) != 0);
      t.field("proxy", (bits & 0x04) != 0);
      t.field("preference", bits >>> 3 & 3);
      t.field("routerLifetime", lifetime);
      t.field("reachableTime", reachable);
      t.field("retransmissionTimer", retransmit);
    }
    options(m, x, o);
    if (!m.ok() || !believed) {
      return;
    }
    Endpoint source = x.source();
    if (!linkLocal(source.ipHigh())) {
      o.flaw(x, ADVERTISEMENT, "source is not of the link", 0, m.wireLength());
      return;
    }
    if (linkAddress != Endpoint.NO_MAC && x.news(source, NEWS_BINDING, linkAddress, BIND_AGAIN)) {
      o.see(new Sighting(x.stamp(), x.endpoints().ip(source.realm(), 6, source.ipHigh(), source.ipLow(), linkAddress, source.vlan()), "icmpv6",
          ADVERTISEMENT, Sighting.How.ND));
    }
    // §6.2.5: a lifetime of 0 says that it is no default router, or no longer
    if (lifetime != 0 && x.news(source, NEWS_ROUTER, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "router", ADVERTISEMENT);
    }
    if (prefixLength >= 0 && x.news(source, NEWS_PREFIX, prefixHigh * 31 + prefixLow + prefixLength, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "ra-prefix=" + Endpoint.ipText(6, prefixHigh, prefixLow) + "/" + prefixLength, PREFIX);
    }
    boolean serves = serverHigh != 0 || serverLow != 0;
    if (serves && x.news(source, NEWS_DNS, serverHigh * 31 + serverLow, Exchange.FOREVER)) {
      o.claim(x, source, Trait.BANNER, "ra-dns=" + Endpoint.ipText(6, serverHigh, serverLow), DOMAIN_SERVERS);
    }
    long said = ((prefixHigh * 31 + prefixLow) * 31 + serverHigh) * 31 + serverLow + (lifetime == 0 ? 1 : 0) + (bits & 0xD8) * 64L;
    if (x.news(source, NEWS_SERVE, said, AGAIN_SECONDS)) {
      StringBuilder detail = new StringBuilder("lifetime ").append(lifetime).append(" s");
      if (prefixLength >= 0) {
        detail.append(", prefix ").append(Endpoint.ipText(6, prefixHigh, prefixLow)).append('/').append(prefixLength);
      }
      if (serves) {
        detail.append(", dns ").append(Endpoint.ipText(6, serverHigh, serverLow));
      }
      if (mtu != 0) {
        detail.append(", mtu ").append(mtu);
      }
      o.see(Acts.act(x, "icmpv6", ADVERTISEMENT, Verb.SERVE, "router advertisement", null, null, detail.toString(), Outcome.UNCONFIRMED));
    }
  }

  private void neighbourSolicitation(Cursor m, Exchange x, Observer o) {
    m.skip(4);
    target(m, x, o, NEIGHBOUR_ASKS);
    options(m, x, o);
    if (m.ok() && unspecified(x.source()) && linkAddress != Endpoint.NO_MAC) {
      o.flaw(x, NEIGHBOUR_ASKS, "link address of nobody", 24, m.wireLength());
    }
  }

  private void neighbourAdvertisement(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int bits = m.u8();
    m.skip(3);
    if (t.on()) {
      t.field("router", (bits & 0x80) != 0);
      t.field("solicited", (bits & 0x40) != 0);
      t.field("override", (bits & 0x20) != 0);
    }
    int at = m.position();
    long high = m.u64();
    long low = m.u64();
    m.seek(at);
    target(m, x, o, NEIGHBOUR);
    options(m, x, o);
    if (!m.ok() || !believed) {
      return;
    }
    Endpoint source = x.source();
    boolean group = x.target().group();
    if (group && (bits & 0x40) != 0) {
      o.flaw(x, NEIGHBOUR, "solicited by a group", 4, m.wireLength());
    }
    if ((bits & 0x80) != 0 && x.news(source, NEWS_ROUTER, 0, Exchange.FOREVER)) {
      o.claim(x, source, Trait.ROLE, "router", NEIGHBOUR);
    }
    if (group && linkAddress != Endpoint.NO_MAC && x.news(source, NEWS_ANNOUNCE, (high * 31 + low) * 31 + linkAddress, AGAIN_SECONDS)) {
      o.see(Acts.act(x, "icmpv6", UNASKED, Verb.ANNOUNCE, "neighbour advertisement", null, null,
          Endpoint.ipText(6, high, low) + " at " + Endpoint.macText(linkAddress), Outcome.UNCONFIRMED));
    }
  }

  /** RFC 4861 §8: a router names a better first hop; nobody else may. */
  private void redirect(Cursor m, Exchange x, Observer o) {
    m.skip(4);
    int at = m.position();
    long high = m.u64();
    long low = m.u64();
    long toHigh = m.u64();
    long toLow = m.u64();
    m.seek(at);
    address(m, o.transcript(), "target");
    address(m, o.transcript(), "destination");
    options(m, x, o);
    if (!m.ok() || !believed) {
      return;
    }
    if (!linkLocal(x.source().ipHigh())) {
      o.flaw(x, REDIRECT, "source is not of the link", 0, m.wireLength());
    } else if (toHigh >>> 56 == 0xFF) {
      o.flaw(x, REDIRECT, "destination is a group", 24, m.wireLength());
    }
    if (x.news(x.source(), NEWS_REDIRECT, ((high * 31 + low) * 31 + toHigh) * 31 + toLow ^ x.target().print(), AGAIN_SECONDS)) {
      o.see(Acts.act(x, "icmpv6", REDIRECT, Verb.CONFIGURE, "redirect", null, null,
          Endpoint.ipText(6, toHigh, toLow) + " by way of " + Endpoint.ipText(6, high, low), Outcome.UNCONFIRMED));
    }
  }

  private static void target(Cursor m, Exchange x, Observer o, Cite cite) {
    int at = m.position();
    boolean group = m.peek(0) == 0xFF;
    address(m, o.transcript(), "target");
    if (m.ok() && group) {
      o.flaw(x, cite, "target is a group", at, m.wireLength());
    }
  }

  private static void address(Cursor m, Transcript t, String name) {
    long high = m.u64();
    long low = m.u64();
    if (t.on()) {
      t.field(name, Endpoint.ipText(6, high, low));
    }
  }

  /** RFC 4861 §4.6: what is known is read, what is not is passed over by its length, which is never 0. */
  private void options(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    linkAddress = Endpoint.NO_MAC;
    prefixLength = -1;
    prefixHigh = 0;
    prefixLow = 0;
    serverHigh = 0;
    serverLow = 0;
    mtu = 0;
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int type = m.u8();
      int length = m.u8() * 8;
      if (m.ok() && length == 0) {
        o.flaw(x, OPTION, "option length", at, m.wireLength());
        m.fail();
        return;
      }
      long outer = m.enter(length - 2);
      if (m.ok()) {
        if (t.on()) {
          t.begin("option");
          t.field("optionType", type);
        }
        option(m, t, type, length);
        if (t.on()) {
          t.close();
        }
      }
      m.leave(outer);
    }
  }

  private void option(Cursor m, Transcript t, int type, int length) {
    switch (type) {
      // §4.6.1: source and target link-layer address
      case 1, 2 -> {
        if (length == 8) {
          linkAddress = m.u48();
          if (t.on()) {
            t.field("linkLayerAddress", Endpoint.macText(linkAddress));
          }
        }
      }
      // §4.6.2: | length u8 | L A 1 each | valid u32 | preferred u32 | 0 u32 | prefix 16 |
      case 3 -> {
        int octets = m.u8();
        int bits = m.u8();
        long valid = m.u32();
        long preferred = m.u32();
        m.skip(4);
        prefixHigh = m.u64();
        prefixLow = m.u64();
        prefixLength = octets;
        if (t.on()) {
          t.field("prefixLength", octets);
          t.field("onLink", (bits & 0x80) != 0);
          t.field("autonomous", (bits & 0x40) != 0);
          t.field("validLifetime", valid);
          t.field("preferredLifetime", preferred);
          t.field("prefix", Endpoint.ipText(6, prefixHigh, prefixLow));
        }
      }
      // §4.6.4
      case 5 -> {
        m.skip(2);
        mtu = (int) m.u32();
        t.field("mtu", mtu & 0xFFFFFFFFL);
      }
      // RFC 4191 §2.3, a route: | prefix length u8 | 0 3, preference 2, 0 3 | lifetime u32 | prefix 0, 8 or 16 |
      case 24 -> {
        int octets = m.u8();
        int bits = m.u8();
        long lifetime = m.u32();
        if (t.on()) {
          long high = length > 8 ? m.u64() : 0;
          long low = length > 16 ? m.u64() : 0;
          t.field("routeLength", octets);
          t.field("routePreference", bits >>> 3 & 3);
          t.field("routeLifetime", lifetime);
          t.field("route", Endpoint.ipText(6, high, low));
        }
      }
      // RFC 8106 §5.1: | 0 u16 | lifetime u32 | address 16 … |
      case 25 -> {
        m.skip(2);
        t.field("serverLifetime", m.u32());
        for (int left = length - 8; left >= 16; left -= 16) {
          long high = m.u64();
          long low = m.u64();
          if (serverHigh == 0 && serverLow == 0) {
            serverHigh = high;
            serverLow = low;
          }
          if (t.on()) {
            t.field("recursiveDnsServer", Endpoint.ipText(6, high, low));
          }
        }
      }
      default -> {
        if (t.on()) {
          t.octets("value", m, length - 2);
        }
      }
    }
  }

  /** RFC 2710 §3, and the longer query of RFC 3810 §5.1. */
  private void listener(Cursor m, Exchange x, Observer o, int type) {
    Transcript t = o.transcript();
    int delay = m.u16();
    m.skip(2);
    int at = m.position();
    long high = m.u64();
    long low = m.u64();
    m.seek(at);
    t.field("maximumResponseDelay", delay);
    address(m, t, "group");
    if (type == QUERY && m.wireLength() >= 28) {
      int bits = m.u8();
      int interval = m.u8();
      int sources = m.u16();
      if (t.on()) {
        t.field("suppress", (bits & 8) != 0);
        t.field("robustness", bits & 7);
        t.field("queryInterval", interval);
        t.field("sources", sources);
      }
      GroupRecords.sources(m, t, true, sources);
    }
    if (!m.ok() || !believed) {
      return;
    }
    fromTheLink(m, x, o, type == REPORT);
    boolean general = high == 0 && low == 0;
    if (high >>> 56 != 0xFF && !(type == QUERY && general)) {
      o.flaw(x, LISTENER, "group", 8, m.wireLength());
    } else if (type == QUERY) {
      if (x.news(x.source(), NEWS_QUERIER, 0, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.ROLE, "multicast-querier", LISTENER);
      }
    } else if (type == REPORT) {
      listens(x, o, high, low);
    }
  }

  /** RFC 3810 §5.1.14, §5.2.13: from a link-local address; a report may come from none while the address is being tried. */
  private static void fromTheLink(Cursor m, Exchange x, Observer o, boolean report) {
    if (!linkLocal(x.source().ipHigh()) && !(report && unspecified(x.source()))) {
      o.flaw(x, LISTENER_SOURCE, "source is not of the link", 0, m.wireLength());
    }
  }

  private void listenerReport(Cursor m, Exchange x, Observer o) {
    m.skip(2);
    int start = m.position();
    int records = RECORDS.tell(m, o);
    if (m.ok() && believed) {
      fromTheLink(m, x, o, true);
      RECORDS.claim(m, x, o, start, records);
    }
  }

  /** Groups of the link's own control (ff02::1 to ff02::ff) and of a neighbour being sought (ff02::1:ff00:0/104) say nothing of the device. */
  private static void listens(Exchange x, Observer o, long high, long low) {
    boolean control = high == 0xFF02L << 48 && (low >>> 8 == 0 || low >>> 24 == 0x1FF);
    if (!control && !unspecified(x.source()) && x.news(x.source(), NEWS_GROUP, high * 31 + low, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "multicast-group=" + Endpoint.ipText(6, high, low), LISTENER_REPORT);
    }
  }

  @Override
  public Cite cite() {
    return OPTION;
  }
}
