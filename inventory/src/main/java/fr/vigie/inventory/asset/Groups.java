package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Observation;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are one asset: the connected parts of the graph whose edges are the ties that hold. The oldest node of a part is its founder
 * and gives the id, so that a merge keeps the older id and a split gives back the id of the key that left.
 */
final class Groups {
  private static final Comparator<Node> OLDEST = Comparator.comparingInt(n -> n.order);

  private final Site site;
  private final Consumer<Asset> settled;
  private final Bonds bonds;
  private final Function<String, @Nullable Node> byKey;
  private final MessageDigest sha256 = Identity.sha256();
  private int living;
  /** Those that live, by id; null where that has changed since it was last asked for, which a flood does and nobody asks in it. */
  private @Nullable List<Asset> sorted;
  /** Groupings and searches so far: nodes and assets bear the number of the last that saw them. Searches are compared by size, so they must not run over. */
  private int turn;

  private long search;
  /** Searches before this turn: what was found since has its part. */
  private long before;
  /** Ids of one address that are numbered by how many it had; further ones are numbered by the node, which costs no search. */
  private static final int GENERATIONS = 16;

  /** Every asset that is, and those that were, as far back as there is room. */
  private final Map<String, Asset> ever = new HashMap<>();
  /** Those that were, in the order in which they ceased to be; one that came back is here for nothing. */
  private final ArrayDeque<Asset> gone = new ArrayDeque<>();
  private final int most;
  private @Nullable Asset inherits;

  /**
   * Makes an empty grouping.
   *
   * @param most the most assets that are remembered once they were merged into others
   * @param settled told of every asset whose nodes changed
   * @param bonds what people decided of identity: it wins over the ties
   * @param byKey the node that has a key now
   */
  Groups(Site site, int most, Consumer<Asset> settled, Bonds bonds, Function<String, @Nullable Node> byKey) {
    this.most = most;
    this.site = site;
    this.settled = settled;
    this.bonds = bonds;
    this.byKey = byKey;
  }

  /** Those that live now, by id. */
  List<Asset> live() {
    List<Asset> all = sorted;
    if (all == null) {
      Asset[] living = ever.values().stream().filter(a -> a.listed).toArray(Asset[]::new);
      Arrays.sort(living, Comparator.comparing(Asset::id));
      all = List.of(living);
      sorted = all;
    }
    return all;
  }

  /** Assets that are and were, as far as they are remembered. */
  int remembered() {
    return ever.size();
  }

  int size() {
    return living;
  }

  /** The live asset with this id, or the one it was merged into, or null. */
  @Nullable Asset byId(String id) {
    Asset a = ever.get(id);
    while (a != null && !a.live()) {
      a = a.mergedInto();
    }
    return a;
  }

  /** The same, where an asset may turn out to be nobody: its id then leads to the heir. */
  void regroup(List<AssetChange> changes, @Nullable Observation o, @Nullable Asset heir, Node seed) {
    inherits = heir;
    regroup(changes, o, seed);
    inherits = null;
  }

  /** Groups anew everything that a change at these nodes can touch. */
  void regroup(List<AssetChange> changes, @Nullable Observation o, Node... seeds) {
    turn++;
    if (seeds.length == 1 && seeds[0].asset == null && seeds[0].ties.isEmpty() && !seeds[0].passing && !seeds[0].nobody()
        && !bonds.names(seeds[0].key)) {
      // the first word of an address, which is most of what happens in a flood of them
      Asset alone = assign(List.of(seeds[0]));
      settled.accept(alone);
      announce(alone, changes, o);
      return;
    }
    List<Node> touched = new ArrayList<>();
    for (Node seed : seeds) {
      touch(touched, seed);
      for (int i = 0; i < seed.ties.size(); i++) {
        touch(touched, seed.ties.key(i));
      }
    }
    List<Asset> owners = new ArrayList<>(1);
    for (List<Node> part : parts(touched)) {
      if (part.size() == 1 && part.getFirst().passing || nobody(part)) {
        part.forEach(n -> n.asset = null);
      } else {
        Asset owner = assign(part);
        if (owner.turn != turn) {
          owner.turn = turn;
          owners.add(owner);
        }
      }
    }
    for (Node n : touched) {
      Asset was = n.was;
      if (was != null && was.turn != turn) {
        was.turn = turn;
        vanish(was, touched, changes, o);
      }
    }
    for (Asset owner : owners) {
      settled.accept(owner);
      announce(owner, changes, o);
    }
    for (Node n : touched) {
      n.was = null;
    }
  }

  private void touch(List<Node> touched, Node n) {
    if (n.touched != turn) {
      note(touched, n);
      if (n.asset != null) {
        for (Node m : n.asset.nodes()) {
          note(touched, m);
        }
      }
    }
  }

  private void note(List<Node> touched, Node n) {
    if (n.touched != turn) {
      n.touched = turn;
      n.was = n.asset;
      touched.add(n);
    }
  }

  /** The nodes in connected parts, each node once; what the parts reach besides is touched too. */
  private List<List<Node>> parts(List<Node> touched) {
    Node[] sorted = touched.toArray(Node[]::new);
    Arrays.sort(sorted, OLDEST);
    List<List<Node>> parts = new ArrayList<>(1);
    before = search;
    for (Node n : sorted) {
      if (n.found <= before) {
        List<Node> part = connected(n);
        part.forEach(m -> touch(touched, m));
        parts.add(part);
      }
    }
    return parts;
  }

  private List<Node> connected(Node start) {
    search++;
    List<Node> found = new ArrayList<>(2);
    start.found = search;
    found.add(start);
    for (int next = 0; next < found.size(); next++) {
      Node at = found.get(next);
      for (int i = 0; i < at.ties.size(); i++) {
        if (at.holds(at.ties.key(i), at.ties.value(i))) {
          reach(at.ties.key(i), found);
        }
      }
      if (!bonds.none() && !at.former) {
        joined(at, found);
      }
    }
    Node[] part = found.toArray(Node[]::new);
    Arrays.sort(part, OLDEST);
    return List.of(part);
  }

  private void joined(Node at, List<Node> found) {
    for (String key : bonds.joined(at.key)) {
      Node other = byKey.apply(key);
      if (other != null && !other.former) {
        reach(other, found);
      }
    }
  }

  private void reach(Node other, List<Node> found) {
    if (other.found != search && (bonds.none() || other.found <= before && bonds.allows(found, other))) {
      other.found = search;
      found.add(other);
    }
  }

  private static boolean nobody(List<Node> part) {
    for (Node n : part) {
      if (!n.nobody()) {
        return false;
      }
    }
    return true;
  }

  private Asset assign(List<Node> part) {
    Node founder = part.getFirst();
    Asset owner = founder.own;
    if (owner == null) {
      String id = Identity.id(founder.key, sha256);
      for (int generation = 2; ever.containsKey(id) && generation <= GENERATIONS; generation++) {
        id = Identity.id(founder.key + "#" + generation, sha256);
      }
      if (ever.containsKey(id)) {
        id = Identity.id(founder.key + "#n" + founder.order, sha256);
      }
      owner = new Asset(id, site);
      founder.own = owner;
    }
    ever.put(owner.id(), owner); // it may have been forgotten since it ceased to be
    for (Node n : part) {
      n.asset = owner;
    }
    if (!owner.listed) {
      owner.listed = true;
      living++;
      sorted = null;
    }
    name(owner, part);
    return owner;
  }

  /** Looks the asset up in the site file again: its keys have changed. */
  void name(Asset asset, List<Node> part) {
    asset.regroup(part, null, null);
    Collection<String> keys = site.devices().isEmpty() ? List.of() : asset.keys();
    Device device = null;
    Zone ranged = null;
    Zone tagged = null;
    for (Node n : part) {
      if (device == null && !n.former) {
        device = site.deviceOf(n.endpoint, keys);
      }
      if (ranged == null && !n.former) {
        ranged = site.zoneByRange(n.endpoint);
      }
      if (tagged == null && !n.former) {
        tagged = site.zoneOf(n.endpoint);
      }
    }
    Zone stated = device == null ? null : site.zone(device.zone());
    // a MAC address, often known before its IP address, can only offer the zone of its VLAN: an address range says more
    Zone stands = ranged != null ? ranged : tagged;
    asset.regroup(part, device, stated != null ? stated : stands);
  }

  private void vanish(Asset was, List<Node> touched, List<AssetChange> changes, @Nullable Observation o) {
    if (was.listed) {
      was.listed = false;
      living--;
      sorted = null;
    }
    gone.add(was);
    while (gone.size() > most) {
      Asset oldest = gone.remove();
      if (!oldest.live()) {
        ever.remove(oldest.id(), oldest);
      }
    }
    Asset into = null;
    for (Node n : touched) {
      if (n.was == was && n.asset != null && (into == null || n.own == was)) {
        into = n.asset;
      }
    }
    if (into == null && inherits != was) {
      into = inherits;
    }
    if (into == null || !into.live()) {
      was.merge(was);
      return;
    }
    was.merge(into);
    if (was.announced) {
      changes.add(new AssetChange(AssetChange.Kind.MERGED, into, o, null, null, was.id(), into.id(), null));
    }
  }

  private void announce(Asset owner, List<AssetChange> changes, @Nullable Observation o) {
    boolean split = false;
    boolean lived = false;
    for (Node n : owner.nodes()) {
      Asset was = n.touched == turn ? n.was : null;
      lived |= was == owner;
      split |= was != null && was != owner && was.announced && was.live();
    }
    if (!owner.announced || !lived) {
      boolean known = owner.announced;
      owner.announced = true;
      changes.add(AssetChange.of(split || known ? AssetChange.Kind.SPLIT : AssetChange.Kind.NEW, owner, o,
          owner.nodes().getFirst().endpoint));
      return;
    }
    for (Node n : owner.nodes()) {
      if (n.touched != turn || n.was == null) {
        changes.add(AssetChange.of(AssetChange.Kind.ADDRESS, owner, o, n.endpoint));
      }
    }
  }
}
