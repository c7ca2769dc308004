package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.site.Addresses;
import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.PerEndpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Roll;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inventory: folds observations, in {@code (seq, n)} order, into assets, one for each device. Single-threaded; the same observations
 * give the same ledger. Which addresses are one device is a function of the evidence, not of the order in which it came; only the ids
 * (the oldest address gives the id) and the order of listing remember who was seen first.
 *
 * <p>Bounded: beyond its limit of assets a new address is refused and {@link #refused()} counts. Repeats of what is known cost a look-up.
 */
public final class Ledger {
  /** Default limit of assets. */
  public static final int LIMIT = 100_000;

  /** Characters of evidence kept, for each asset of the limit: in all, not each, so that one device may say much but a flood does not. */
  private static final int TEXT = 2048;

  /** An address that another claims, and whose holder has not been heard for so long, ns, has gone to the other: a device was swapped. */
  private static final long SWAPPED = Duration.ofHours(1).toNanos();

  /** The role that VRRP and HSRP claim of an address that whoever is active holds. */
  private static final String VIRTUAL = "virtual-address";

  private static final Cite VENDORS = new Cite("ASHRAE 135-2020", "23");
  private static final Cite OBJECTS = new Cite("ASHRAE 135-2020", "21");
  /** Life safety, access, lighting and lift objects (135 §21, BACnetObjectType). */
  private static final long TELLING = 1L << 21 | 1L << 22 | 1L << 30 | 31L << 33 | 3L << 54 | 7L << 57;
  private static final Set<String> BUILDING = Set.of("bacnet", "bacnet-sc", "knx", "modbus", "lon", "fox", "s7comm", "snmp", "opcua", "enip",
      "dnp3", "iec104", "mms", "dlms", "profinet", "goose", "coap", "sbus", "mbus", "artnet", "acn", "enocean", "helvarnet", "dali");
  /** Protocols whose routers and gateways join buses below the IP and front no IP addresses. */
  private static final Set<String> BUSES = Set.of("bacnet", "bacnet-sc", "knx", "modbus", "lon", "fox");

  /** Protocols by which one watches over many. */
  static final List<String> POLLED = List.of("bacnet", "modbus", "snmp", "rtsp", "s7comm", "opcua", "enip");

  private final Site site;
  private final int limit;
  private final Knowledge knowledge;
  private final Conclusions conclusions;
  private final Ports ports;
  private final Endpoints own;
  private final Groups groups;
  private final Bonds bonds = new Bonds();
  private final Map<String, Node> byKey = new HashMap<>();
  private final Roll roll;
  /** By the endpoint as observed: the fast way; forgetting it costs time only. */
  private final PerEndpoint<Seat> seats;
  private final PerEndpoint<Pair> pairs;
  private final Map<String, Node> instances = new HashMap<>();
  private final Orphans orphans = new Orphans();
  private final List<AssetChange> changes = new ArrayList<>();
  private long revision;
  private int order;
  private int nodes;
  private long textHeld;
  private long refused;
  private long valuesRefused;

  /**
   * What an endpoint led to: its node, or why it has none, which holds until the next revision. Asked for each observation, so that who is
   * not in the inventory costs no more than who is.
   */
  private static final class Seat {
    /** It has no node. */
    static final int UNKNOWN = 1;
    /** It is nobody's: an Internet host that nothing describes. */
    static final int PASSED = 2;
    /** There was no room for it. */
    static final int REFUSED = 4;

    @Nullable Node node;
    /** Why there was none, at which revision. */
    private int why;

    private long at = -1;

    boolean is(int reason, long revision) {
      return at == revision && (why & reason) != 0;
    }

    void note(int reason, long revision) {
      why = at == revision ? why | reason : reason;
      at = revision;
    }
  }

  /** An IP address and a MAC address that were seen together, and how. */
  private static final class Pair {
    final @Nullable Node ip;
    final @Nullable Node mac;
    int hows;

    Pair(@Nullable Node ip, @Nullable Node mac) {
      this.ip = ip;
      this.mac = mac;
    }

    void touch(long at) {
      if (ip != null) {
        ip.touch(at);
      }
      if (mac != null) {
        mac.touch(at);
      }
      Node.Tie tie = ip == null || mac == null ? null : ip.ties.get(mac);
      if (tie != null) {
        tie.at = Math.max(tie.at, at);
      }
    }
  }

  /** Makes an empty ledger for a site. */
  public Ledger(Site site) {
    this(site, LIMIT, Knowledge.shipped());
  }

  /**
   * Makes an empty ledger.
   *
   * @param limit the most assets it keeps
   * @param knowledge data files about makers and kinds
   */
  public Ledger(Site site, int limit, Knowledge knowledge) {
    this.site = site;
    this.limit = limit;
    this.knowledge = knowledge;
    this.conclusions = new Conclusions(knowledge);
    this.ports = new Ports(knowledge);
    this.own = new Endpoints(4 * limit);
    this.groups = new Groups(site, 4 * limit, this::settle, bonds, byKey::get);
    this.roll = new Roll(4 * limit);
    this.seats = new PerEndpoint<>(roll);
    // not on the roll, which a flood empties: who is known stays paired
    this.pairs = new PerEndpoint<>();
  }

  /** The roll of addresses, for tables of those who keep something for the same ones on the same thread. */
  public Roll roll() {
    return roll;
  }

  /** The site it was made for. */
  public Site site() {
    return site;
  }

  /** Live assets as they are now, sorted by id. */
  public Collection<Asset> assets() {
    return groups.live();
  }

  /** Number of live assets. */
  public int size() {
    return groups.size();
  }

  /** Assets that are and those that were, as far as they are remembered. */
  int remembered() {
    return groups.remembered();
  }

  /** The asset with this id, or the one it was merged into, or null. */
  public @Nullable Asset byId(String id) {
    return groups.byId(id);
  }

  /** The asset behind an address, or null: unknown, refused, a group address, or an Internet host that nothing describes. */
  public @Nullable Asset assetOf(Endpoint e) {
    Node n = known(e);
    return n == null ? null : n.asset;
  }

  /** The asset that has this identity key, or null. */
  public @Nullable Asset byKey(String key) {
    Node n = byKey.get(key);
    return n == null ? null : n.asset;
  }

  /** Observations of addresses that found no room because the ledger was full; a counter to show. */
  public long refused() {
    return refused;
  }

  /** Values of traits refused or replaced because the trait had 16 already; a counter to show. */
  public long valuesRefused() {
    return valuesRefused;
  }

  /** Rises whenever an address may stand for another asset than before; while it stays, {@link #assetOf} answers as before. */
  public long revision() {
    return revision;
  }

  /** Decisions that name no asset that is known, in the order they were made; shown, never lost. */
  public List<Decision> orphans() {
    return orphans.list();
  }

  /**
   * Folds one observation.
   *
   * @return what it changed, in order; empty for nothing. The list is a copy.
   */
  public List<AssetChange> apply(Observation o) {
    own.seenOn(o.who().seenVlan());
    switch (o) {
      case Sighting s -> sighting(s);
      case Claim c -> claim(c);
      case Contact c -> {
        if (c.packetsOut() > 0) {
          speaks(c.who(), c, false);
        }
        if (c.answer() == Contact.Answer.ANSWERED) {
          speaks(c.whom(), c, BUILDING.contains(c.protocol()));
          serves(c);
          polls(c);
        }
      }
      case Act a -> {
        speaks(a.who(), a, false);
        if (a.outcome().state() == Outcome.State.OK || a.outcome().state() == Outcome.State.ERROR) {
          speaks(a.whom(), a, BUILDING.contains(a.protocol()));
        }
      }
      case Reading r -> {
        speaks(r.who(), r, true);
        telling(r);
      }
      case Flaw f -> speaks(f.who(), f, false);
      case Lapse l -> { } // of the capture, not of a device
    }
    return drain();
  }

  private List<AssetChange> drain() {
    if (changes.isEmpty()) {
      return List.of();
    }
    List<AssetChange> out = List.copyOf(changes);
    changes.clear();
    return out;
  }

  /**
   * Takes a person's decision, live or from the journal. It binds to the asset by id, else by the first identity key that resolves; else
   * it waits among the {@link #orphans()} until such a device is seen.
   *
   * @return the asset it bound to, or null
   */
  public @Nullable Asset decide(Decision d) {
    Asset a = groups.byId(d.asset());
    List<String> names = Decision.names(d.keys());
    for (int i = 0; a == null && i < names.size(); i++) {
      a = byKey(names.get(i));
    }
    if (a == null) {
      orphans.add(d);
      return null;
    }
    bind(a, d);
    return a;
  }

  private void bind(Asset a, Decision d) {
    Node at = a.nodes().getFirst();
    for (Node n : a.nodes()) {
      if (d.asset().equals(n.own == null ? null : n.own.id())) {
        at = n;
      }
    }
    at.addDecision(d);
    a.redecide();
  }

  /**
   * Takes a person's word on identity, live or from the journal. It holds for addresses that are not known yet too, and against whatever
   * evidence comes, until it is {@link #loosen taken back}.
   *
   * @return what it changed
   */
  public List<AssetChange> bond(Bond bond) {
    if (!bonds.add(bond)) {
      valuesRefused++;
      return List.of();
    }
    return regroup(bond);
  }

  /** Takes a bond back: what the evidence says holds again. */
  public List<AssetChange> loosen(Bond bond) {
    return bonds.remove(bond) ? regroup(bond) : List.of();
  }

  private List<AssetChange> regroup(Bond bond) {
    Set<Node> seeds = new LinkedHashSet<>();
    for (List<String> side : List.of(bond.left(), bond.right())) {
      for (String key : side) {
        Node n = byKey.get(key);
        if (n != null) {
          seeds.add(n);
        }
      }
    }
    if (!seeds.isEmpty()) {
      regroup(changes, null, seeds.toArray(Node[]::new));
    }
    return drain();
  }

  /** Whether a person said that two devices are not one. */
  boolean apart(Asset a, Asset b) {
    if (!bonds.none()) {
      for (Node n : a.nodes()) {
        for (Node m : b.nodes()) {
          if (bonds.apart(n.key, m.key)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // ---- what observations say ----

  private void sighting(Sighting s) {
    Endpoint e = s.who();
    if (e.below() != null || !Identity.hasMac(e) || !Identity.hasIp(e)) {
      speaks(e, s, false);
      return;
    }
    int how = 1 << s.how().ordinal();
    Pair pair = pairs.get(e);
    if (pair != null && pair.mac != null && (pair.hows & how) != 0 && (s.how() == Sighting.How.FRAME ? current(pair) : tied(pair))) {
      pair.touch(s.at());
      return;
    }
    Endpoint ipOnly = own.ip(e.realm(), e.family(), e.ipHigh(), e.ipLow(), Endpoint.NO_MAC, e.vlan());
    Node mac = node(own.mac(e.realm(), e.mac(), Endpoint.NO_VLAN), s, true);
    Node ip = null;
    if (mac != null) {
      boolean bound = s.how() != Sighting.How.FRAME || Identity.linkLocal(e);
      ip = bound ? bind(ipOnly, mac, s) : front(ipOnly, mac, s);
    }
    remember(e, ip, mac, how);
  }

  private void regroup(List<AssetChange> changed, @Nullable Observation o, Node... seeds) {
    revision++;
    groups.regroup(changed, o, seeds);
  }

  private void remember(Endpoint e, @Nullable Node ip, @Nullable Node mac, int how) {
    if (pairs.size() > 4 * limit) {
      pairs.clear();
    }
    Pair pair = pairs.get(e);
    if (pair == null && mac == null) {
      return; // it was refused, and to remember that would not spare the next look
    }
    if (pair == null || pair.ip != ip || pair.mac != mac) {
      pair = new Pair(ip, mac);
      pairs.put(e, pair);
    }
    pair.hows |= how;
  }

  private static boolean current(Pair pair) {
    return pair.ip == null || !pair.ip.former;
  }

  private static boolean tied(Pair pair) {
    Node ip = pair.ip;
    Node.Tie tie = ip == null || pair.mac == null || ip.former ? null : ip.ties.get(pair.mac);
    return tie != null && tie.proof == Node.Proof.BOUND;
  }

  /** A frame came from this IP address at this MAC address: perhaps its own, perhaps a router's. */
  private @Nullable Node front(Endpoint e, Node mac, Sighting s) {
    String key = Identity.key(e);
    Node ip = byKey.get(key);
    boolean remote = ip == null && Identity.remote(e, site);
    if (ip == null && remote && mac.fronted.isEmpty() && !mac.router() && !full()) {
      ip = make(key, e, null, s.at());
      ip.passing = true;
    } else if (ip == null && !remote && !full()) {
      // grouped once its tie is known, below: an asset for the address alone would live for the length of this method
      ip = make(key, e, null, s.at());
      seat(e).node = ip;
    } else if (ip == null) {
      ip = node(e, s, false);
    } else {
      ip.touch(s.at());
    }
    if (mac.virtual) {
      // who advertises a virtual router does so from its own address under the virtual MAC address
      if (ip != null && ip.asset == null && !ip.passing) {
        regroup(changes, s, ip);
      }
      return ip;
    }
    if (ip != null) {
      spoke(ip, s);
    }
    Node.Tie tie = ip == null ? null : ip.ties.get(mac);
    if (tie != null && tie.proof == Node.Proof.BOUND) {
      return ip;
    }
    boolean news = mac.fronted.size() < Node.MAX_FRONTED && mac.addFronted(e);
    if (ip != null && !mac.router()) {
      news |= Node.tie(ip, mac, Node.Proof.FRAME, s.at());
    }
    if (news) {
      if (ip != null) {
        regroup(changes, s, ip, mac);
      } else {
        regroup(changes, s, mac);
      }
      router(mac, s);
    } else if (ip != null && ip.asset == null && !ip.passing) {
      regroup(changes, s, ip);
    }
    return ip;
  }

  /** ARP, neighbour discovery or DHCP bind this IP address to this MAC address. */
  private @Nullable Node bind(Endpoint e, Node mac, Sighting s) {
    String key = Identity.key(e);
    Node ip = byKey.get(key);
    if (ip == null) {
      // a further address of a device that is known makes no further asset
      if (nodes >= 4 * limit || full() && !mac.takes(e)) {
        refused++;
        return null;
      }
      ip = make(key, e, null, s.at());
      seat(e).node = ip;
    }
    Node holder = holder(ip, mac);
    if (holder == null) {
      ip.touch(s.at()); // else it is not its holder that speaks
    } else {
      if (Identity.virtual(mac.endpoint.mac()) || Identity.virtual(holder.endpoint.mac())
          || site.redundant(mac.endpoint.mac(), holder.endpoint.mac())) {
        regroup(changes, s, ip, mac);
        return ip;
      }
      if (s.how() != Sighting.How.DHCP && !movedAway(ip, holder) && s.at() - holder.last < SWAPPED) {
        regroup(changes, s, ip, mac);
        conflict(Conflict.Kind.IP_AT_TWO_MACS, ip.key, holder, mac, s);
        return ip;
      }
      if (full()) {
        refused++;
        return ip;
      }
      leave(ip, holder, s);
      ip = make(key, e, null, s.at());
    }
    ip.passing = false;
    boolean news = Node.tie(ip, mac, Node.Proof.BOUND, s.at());
    news |= mac.removeFronted(e);
    if (news || ip.asset == null) {
      regroup(changes, s, ip, mac);
      router(mac, s);
    }
    return ip;
  }

  /** Another MAC address that the IP address is bound to, or null. */
  private static @Nullable Node holder(Node ip, Node mac) {
    Node found = null;
    for (int i = 0; i < ip.ties.size(); i++) {
      if (ip.ties.value(i).proof == Node.Proof.BOUND) {
        if (ip.ties.key(i) == mac) {
          return null;
        }
        found = ip.ties.key(i);
      }
    }
    return found;
  }

  /** Whether the MAC address has since taken another address of the same family: it moved, so the old one was free to go. */
  private static boolean movedAway(Node ip, Node mac) {
    Node.Tie old = ip.ties.get(mac);
    for (int i = 0; i < mac.ties.size(); i++) {
      Node other = mac.ties.key(i);
      if (old != null && other != ip && mac.ties.value(i).proof == Node.Proof.BOUND && other.endpoint.family() == ip.endpoint.family()
          && !Identity.linkLocal(other.endpoint) && other.first > old.at) {
        return true;
      }
    }
    return false;
  }

  private void router(Node mac, Observation o) {
    Asset a = mac.asset;
    if (!mac.announcedRouter && a != null && mac.router()) {
      mac.announcedRouter = true;
      if (!a.role("router")) {
        add(mac, Trait.ROLE, new Evidence("router", "ethernet", null, o.at(), o.at(), Evidence.BEHAVIOUR));
      }
      settle(a);
      changes.add(AssetChange.of(AssetChange.Kind.ROUTER, a, o, mac.endpoint));
    }
  }

  private void claim(Claim c) {
    if (!c.who().equals(c.about())) {
      speaks(c.who(), c, false);
    }
    if (c.trait() == Trait.ROLE && c.value().equals(VIRTUAL)) {
      virtual(c);
      return;
    }
    Node n = node(c.about(), c, true);
    if (n == null) {
      return;
    }
    n.touch(c.at());
    Asset a = n.asset;
    if (a == null) {
      return;
    }
    String before = a.trait(c.trait());
    String value = cut(c.value());
    boolean self = c.about().equals(c.who()) || c.about().below() != null;
    int confidence = switch (c.trait()) {
      case BANNER, OS, SERVICE -> Evidence.BANNER;
      default -> self ? Evidence.SELF : Evidence.HEARSAY;
    };
    if (!add(n, c.trait(), Evidence.said(value, c.protocol(), c.cite(), c.stamp(), confidence))) {
      return;
    }
    means(n, c, value);
    Asset now = n.asset;
    if (now != null) {
      settle(now);
      changes.add(new AssetChange(AssetChange.Kind.TRAIT, now, c, c.about(), c.trait(), before, now.trait(c.trait()), null));
    }
  }

  /** A router says that an address is its group's and nobody's own: alone it makes no asset. */
  private void virtual(Claim c) {
    Endpoint plain = plain(c.about());
    if (plain == null || plain.below() != null) {
      return;
    }
    String key = Identity.key(plain);
    Node n = byKey.get(key);
    if (n == null) {
      if (full()) {
        refused++;
        return;
      }
      n = make(key, plain, null, c.at());
    }
    n.touch(c.at());
    boolean news = !n.virtual || n.asset != null;
    n.virtual = true;
    add(n, Trait.ROLE, Evidence.said(VIRTUAL, c.protocol(), c.cite(), c.stamp(), Evidence.HEARSAY));
    if (news) {
      revision++;
      Node router = known(c.who());
      groups.regroup(changes, c, router == null ? null : router.asset, n);
    }
  }

  /** It asks many by one protocol of buildings: so does a supervisor, a recorder or whoever else watches over them. */
  private void polls(Contact c) {
    int protocol = c.phase() != Contact.Phase.OPEN || c.who().below() != null ? -1 : POLLED.indexOf(c.protocol());
    Node n = protocol < 0 ? null : known(c.who());
    if (n == null || n.asset == null) {
      return;
    }
    if (n.polls == null) {
      n.polls = new byte[POLLED.size()];
    }
    if (n.polls[protocol] == Node.POLLER) {
      return;
    }
    n.polls[protocol]++;
    if (n.polls[protocol] == Node.POLLER && add(n, Trait.ROLE, Evidence.said("poller", c.protocol(), null, c.stamp(), Evidence.BEHAVIOUR))) {
      settle(n.asset);
    }
  }

  /** It answers on a port by which a kind of equipment is known. */
  private void serves(Contact c) {
    if (!ports.tell(c.transport(), c.port())) {
      return;
    }
    Node n = known(c.whom());
    if (n != null && n.asset != null && add(n, Trait.SERVICE, Evidence.said(c.transport() + "/" + c.port() + " " + c.protocol(), c.protocol(), null,
        c.stamp(), Evidence.BEHAVIOUR))) {
      settle(n.asset);
    }
  }

  /** Object types that only one kind of equipment has: a device that has such a point is of that kind. */
  private void telling(Reading r) {
    if (r.point() instanceof Point.Bacnet p && p.type() < 64 && (TELLING >>> p.type() & 1) == 1) {
      Node n = known(r.who());
      if (n != null && n.asset != null
          && add(n, Trait.BANNER, Evidence.said("object-type=" + p.type(), r.protocol(), OBJECTS, r.stamp(), Evidence.BANNER))) {
        settle(n.asset);
      }
    }
  }

  /** What a claim says about identity. */
  private void means(Node n, Claim c, String value) {
    switch (c.trait()) {
      case INSTANCE -> instance(n, c, value);
      case SERIAL -> {
        if (further(n, Identity.key("serial", value, n.endpoint))) {
          rename(n);
        }
      }
      case VENDOR_ID -> {
        int vendor = Addresses.decimal(value, 65535);
        if (vendor >= 0 && c.protocol().startsWith("bacnet")) {
          add(n, Trait.VENDOR, Evidence.said(BacnetNames.vendor(vendor), c.protocol(), VENDORS, c.stamp(), Evidence.SELF - 1));
        }
      }
      case ROLE -> {
        if ((value.equals("router") || value.equals("gateway")) && !BUSES.contains(c.protocol()) && n.endpoint.below() == null) {
          n.declaredRouter = true;
          regroup(changes, c, n);
          List.copyOf(n.ties.keySet()).forEach(m -> {
            if (m.isMac()) {
              regroup(changes, c, m);
              router(m, c);
            }
          });
          router(n, c);
        }
      }
      case MAC -> {
        long mac = Addresses.mac(value);
        boolean port = n.isMac() && mac != n.endpoint.mac() && Node.sameBlock(mac, n.endpoint.mac());
        if (mac > 0 && (n.isIp() || port) && !Identity.virtual(mac)) {
          claimed(n, own.mac(n.endpoint.realm(), mac, Endpoint.NO_VLAN), c);
        }
      }
      case ADDRESS -> {
        byte[] ip = Addresses.ip(value);
        if (ip != null && n.isMac()) {
          claimed(n, ip(n.endpoint.realm(), ip, c.about().vlan()), c);
        }
      }
      default -> { }
    }
  }

  private Endpoint ip(String realm, byte[] b, int vlan) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < b.length; i++) {
      if (b.length - i > 8) {
        high = high << 8 | (b[i] & 0xFF);
      } else {
        low = low << 8 | (b[i] & 0xFF);
      }
    }
    return own.ip(realm, b.length == 4 ? 4 : 6, high, low, Endpoint.NO_MAC, vlan);
  }

  private void claimed(Node n, Endpoint other, Claim c) {
    if (!(other.family() == 0 ? Identity.hasMac(other) : Identity.hasIp(other))) {
      return;
    }
    String key = Identity.key(other);
    Node m = byKey.get(key);
    if (m == null) {
      m = full() ? null : make(key, other, null, c.at());
    }
    if (m == null) {
      refused++;
    } else if (Node.tie(n, m, Node.Proof.CLAIMED, c.at())) {
      regroup(changes, c, n, m);
    }
  }

  private void instance(Node n, Claim c, String value) {
    String key = Identity.key("bacnet-instance", value, n.endpoint);
    if (!further(n, key)) {
      return;
    }
    Node holder = instances.putIfAbsent(key, n);
    if (holder != null && holder.former && holder.key.equals(n.key)) {
      // the device at this address was replaced, and the new one took its instance over
      instances.put(key, n);
      byKey.put(key, n);
      rename(n);
    } else if (holder == null || holder == n) {
      byKey.putIfAbsent(key, n);
      rename(n);
    } else {
      rename(n);
      if (holder.asset != n.asset) {
        conflict(Conflict.Kind.INSTANCE_AT_TWO_ADDRESSES, key, holder, n, c);
      }
    }
  }

  private boolean further(Node n, String key) {
    if (n.extraKeys.size() >= Node.MAX_KEYS) {
      valuesRefused++;
      return false;
    }
    return n.addKey(key);
  }

  private void rename(Node n) {
    if (n.asset != null) {
      groups.name(n.asset, n.asset.nodes());
      settle(n.asset);
    }
  }

  private void conflict(Conflict.Kind kind, String key, Node a, Node b, Observation o) {
    conflict(new Conflict(kind, key, a.key, b.key, o.at()), a, o);
    conflict(new Conflict(kind, key, b.key, a.key, o.at()), b, o);
  }

  private void conflict(Conflict c, Node n, Observation o) {
    for (Conflict old : n.conflicts) {
      if (old.kind() == c.kind() && old.key().equals(c.key()) && old.other().equals(c.other())) {
        return;
      }
    }
    if (n.conflicts.size() >= Node.MAX_CONFLICTS) {
      valuesRefused++;
      return;
    }
    n.addConflict(c);
    Asset a = n.asset;
    if (a != null) {
      changes.add(new AssetChange(AssetChange.Kind.CONFLICT, a, o, n.endpoint, null, null, null, c));
    }
  }

  /** Keeps a value. Answers whether it is new at this address. */
  private boolean add(Node n, Trait trait, Evidence e) {
    if (n.asset != null) {
      n.asset.changed();
    }
    List<Evidence> values = n.values(trait);
    int weakest = -1;
    for (int i = 0; i < values.size(); i++) {
      Evidence old = values.get(i);
      if (old.value().equals(e.value()) && old.source().equals(e.source())) {
        values.set(i, old.again(e.last()));
        return false;
      }
      if (weakest < 0 || weaker(old, values.get(weakest))) {
        weakest = i;
      }
    }
    boolean room = textHeld + e.value().length() <= (long) limit * TEXT;
    if (values.size() < Node.MAX_VALUES && room) {
      textHeld += e.value().length();
      values.add(e);
      return true;
    }
    valuesRefused++;
    if (weakest < 0 || !room || values.get(weakest).confidence() > e.confidence()) {
      return false;
    }
    textHeld += e.value().length() - values.remove(weakest).value().length();
    values.add(e);
    return true;
  }

  private static boolean weaker(Evidence a, Evidence b) {
    return a.confidence() != b.confidence() ? a.confidence() < b.confidence() : a.last() < b.last();
  }

  private static String cut(String value) {
    if (value.length() <= Node.MAX_TEXT) {
      return value;
    }
    int end = Character.isHighSurrogate(value.charAt(Node.MAX_TEXT - 1)) ? Node.MAX_TEXT - 1 : Node.MAX_TEXT;
    return value.substring(0, end);
  }

  // ---- nodes ----

  /**
   * The address speaks.
   *
   * @param described whether what it says makes it equipment even where its address is of the Internet
   */
  private void speaks(Endpoint e, Observation o, boolean described) {
    Node n = node(e, o, described);
    if (n != null) {
      n.touch(o.at());
      spoke(n, o);
    }
  }

  /** An address that speaks for itself is somebody's, whatever was said of it before. */
  private void spoke(Node n, Observation o) {
    if (!n.spoke) {
      n.spoke = true;
      if (n.virtual && n.isIp()) {
        regroup(changes, o, n);
      }
    }
  }

  private @Nullable Node known(Endpoint e) {
    Seat seat = seat(e);
    Node n = seat.node;
    if (n != null && !n.former) {
      return n;
    }
    if (seat.is(Seat.UNKNOWN, revision)) {
      return null;
    }
    Endpoint plain = plain(e);
    n = plain == null ? null : byKey.get(Identity.key(plain));
    if (n == null) {
      seat.note(Seat.UNKNOWN, revision);
    }
    return n;
  }

  private Seat seat(Endpoint e) {
    Seat seat = seats.get(e);
    if (seat == null) {
      if (seats.size() > 4 * limit) {
        seats.clear();
      }
      seat = new Seat();
      seats.put(e, seat);
    }
    return seat;
  }

  /** The address as identity sees it: the address below the IP with its gateway's IP; else the IP; else the MAC; or null. */
  private @Nullable Endpoint plain(Endpoint e) {
    if (Identity.hasIp(e)) {
      return e.mac() == Endpoint.NO_MAC ? e : below(own.ip(e.realm(), e.family(), e.ipHigh(), e.ipLow(), Endpoint.NO_MAC,
          e.vlan()), e);
    }
    return Identity.hasMac(e) ? below(own.mac(e.realm(), e.mac(), Endpoint.NO_VLAN), e) : null;
  }

  private Endpoint below(Endpoint gateway, Endpoint e) {
    return switch (e.below()) {
      case null -> gateway;
      case fr.vigie.sensor.observe.Below.Bacnet b -> own.bacnet(gateway, b.net(), b.mac(), b.length());
      case fr.vigie.sensor.observe.Below.Knx k -> own.knx(gateway, k.address());
      case fr.vigie.sensor.observe.Below.Modbus m -> own.modbus(gateway, m.unit());
      case fr.vigie.sensor.observe.Below.Lon l -> own.lon(gateway, l.subnet(), l.node());
    };
  }

  /** The node of an address, made where it is new; null for what cannot be identity or is refused. */
  private @Nullable Node node(Endpoint e, Observation o, boolean described) {
    Seat seat = seat(e);
    Node n = seat.node;
    if (n != null && !n.former && !(n.passing && described) && (n.via == null || !n.via.former)) {
      return n;
    }
    if (!described && seat.is(Seat.PASSED, revision)) {
      return null;
    }
    if (!described && seat.is(Seat.REFUSED, revision)) {
      refused++;
      return null;
    }
    Endpoint plain = plain(e);
    if (plain == null) {
      return null;
    }
    String key = Identity.key(plain);
    n = byKey.get(key);
    if (n != null && n.former) {
      n = null;
    }
    if (n != null && n.via != null && n.via.former) {
      n = behind(n, plain, o);
    }
    if (n != null && n.passing && described) {
      n.passing = false;
      regroup(changes, o, n);
    }
    if (n == null) {
      if (!described && plain.below() == null && plain.family() != 0 && Identity.remote(plain, site)) {
        seat.note(Seat.PASSED, revision);
        return null;
      }
      if (full()) {
        refused++;
        if (!described) {
          seat.note(Seat.REFUSED, revision);
        }
        return null;
      }
      Node via = null;
      if (plain.below() != null) {
        via = node(gateway(plain), o, true);
        if (via == null) {
          return null;
        }
      }
      n = make(key, plain, via, o.at());
      if (via != null && n.isUnit()) {
        via.units++;
        if (via.units == 1 || Node.direct(n)) {
          Node.tie(via, n, Node.Proof.UNIT, o.at());
        }
        regroup(changes, o, via, n);
      } else {
        regroup(changes, o, n);
      }
      if (via != null && via.below.size() == 1 && via.asset != null) {
        settle(via.asset);
      }
    }
    seat.node = n;
    return n;
  }

  /**
   * The router in front was replaced, and the same network and address speak behind the new one: the device behind stays what it is. A Modbus
   * unit does not: its number is the gateway's own.
   */
  private @Nullable Node behind(Node n, Endpoint plain, Observation o) {
    Node via = n.isUnit() ? null : node(gateway(plain), o, true);
    if (via == null) {
      return null;
    }
    Node past = n.via;
    if (past != null && past != via) {
      past.removeBelow(n);
      n.via = via;
      via.addBelow(n);
      for (Asset a : new Asset[] {past.asset, via.asset, n.asset}) {
        if (a != null) {
          settle(a);
        }
      }
    }
    return n;
  }

  private Endpoint gateway(Endpoint e) {
    return e.family() != 0
        ? own.ip(e.realm(), e.family(), e.ipHigh(), e.ipLow(), Endpoint.NO_MAC, e.vlan())
        : own.mac(e.realm(), e.mac(), e.vlan());
  }

  private boolean full() {
    return groups.size() >= limit || nodes >= 4 * limit;
  }

  private Node make(String key, Endpoint e, @Nullable Node via, long at) {
    Node n = new Node(key, e, order++, via, at);
    nodes++;
    if (via != null) {
      via.addBelow(n);
    }
    byKey.put(n.key, n);
    revision++;
    if (via == null && site.gateway(e, null)) {
      n.declaredRouter = true;
    }
    String owner = n.isMac() ? knowledge.oui().owner(e.mac()) : null;
    if (owner != null) {
      add(n, Trait.VENDOR, new Evidence(owner, "oui", null, at, at,
          knowledge.vendors().parts(owner) ? Evidence.PART : Evidence.OUI));
    }
    return n;
  }

  /** The address has gone to another device: what was seen at it stays with the one that held it, for the last 16 addresses it held. */
  private void leave(Node ip, Node holder, Observation o) {
    ip.former = true;
    revision++;
    byKey.remove(ip.key, ip);
    Asset asset = holder.asset;
    List<Node> past = new ArrayList<>();
    for (int i = 0; i < holder.ties.size(); i++) {
      Node n = holder.ties.key(i);
      if (n.former && asset != null && n != asset.nodes().getFirst()) {
        past.add(n);
      }
    }
    if (past.size() > Node.MAX_FORMER) {
      Node oldest = past.getFirst();
      holder.untie(oldest);
      oldest.ties = Node.UNTIED;
      oldest.passing = true;
      nodes--;
      regroup(changes, o, oldest, holder);
    } else {
      regroup(changes, o, ip);
    }
  }

  /** The asset's nodes or traits changed: decisions that waited for it, and what is concluded. */
  private void settle(Asset a) {
    for (Decision d : orphans.take(a)) {
      bind(a, d);
    }
    conclusions.draw(a);
  }
}
