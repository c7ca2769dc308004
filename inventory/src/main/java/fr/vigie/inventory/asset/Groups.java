package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Observation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are one asset: the connected parts of the graph whose edges are the ties that hold. The oldest node of a part is its founder
 * and gives the id, so that a merge keeps the older id and a split gives back the id of the key that left.
 */
final class Groups {
  private final Site site;
  private final Consumer<Asset> settled;
  private final Bonds bonds;
  private final Function<String, @Nullable Node> byKey;
  private final TreeMap<String, Asset> live = new TreeMap<>();
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

  Collection<Asset> live() {
    return Collections.unmodifiableCollection(live.values());
  }

  /** Assets that are and were, as far as they are remembered. */
  int remembered() {
    return ever.size();
  }

  int size() {
    return live.size();
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
    if (seeds.length == 1 && seeds[0].asset == null && seeds[0].ties.isEmpty() && !seeds[0].passing && !seeds[0].nobody()
        && !bonds.names(seeds[0].key)) {
      // the first word of an address, which is most of what happens in a flood of them
      Asset alone = assign(List.of(seeds[0]));
      settled.accept(alone);
      announce(alone, Map.of(), changes, o);
      return;
    }
    Map<Node, @Nullable Asset> before = new LinkedHashMap<>();
    for (Node seed : seeds) {
      touch(before, seed);
      seed.ties.keySet().forEach(n -> touch(before, n));
    }
    List<Node> sorted = new ArrayList<>(before.keySet());
    sorted.sort(Comparator.comparingInt(n -> n.order));
    Set<Node> done = new LinkedHashSet<>();
    List<List<Node>> parts = new ArrayList<>();
    for (Node n : sorted) {
      if (!done.contains(n)) {
        List<Node> part = connected(n, done);
        part.forEach(m -> touch(before, m));
        done.addAll(part);
        parts.add(part);
      }
    }
    Set<Asset> owners = new LinkedHashSet<>();
    for (List<Node> part : parts) {
      if (part.size() == 1 && part.getFirst().passing || nobody(part)) {
        part.forEach(n -> n.asset = null);
      } else {
        owners.add(assign(part));
      }
    }
    for (Asset was : new LinkedHashSet<>(before.values())) {
      if (was != null && !owners.contains(was)) {
        vanish(was, before, changes, o);
      }
    }
    for (Asset owner : owners) {
      settled.accept(owner);
      announce(owner, before, changes, o);
    }
  }

  private static void touch(Map<Node, @Nullable Asset> before, Node n) {
    if (!before.containsKey(n)) {
      before.put(n, n.asset);
      if (n.asset != null) {
        for (Node m : n.asset.nodes()) {
          before.putIfAbsent(m, m.asset);
        }
      }
    }
  }

  private List<Node> connected(Node start, Set<Node> taken) {
    Set<Node> found = new LinkedHashSet<>();
    ArrayDeque<Node> open = new ArrayDeque<>();
    found.add(start);
    open.add(start);
    for (Node n = open.poll(); n != null; n = open.poll()) {
      Node at = n;
      at.ties.forEach((other, tie) -> {
        if (at.holds(other, tie)) {
          reach(other, found, open, taken);
        }
      });
      for (String key : bonds.none() || at.former ? Set.<String>of() : bonds.joined(at.key)) {
        Node other = byKey.apply(key);
        if (other != null && !other.former) {
          reach(other, found, open, taken);
        }
      }
    }
    Node[] part = found.toArray(Node[]::new);
    Arrays.sort(part, Comparator.comparingInt(n -> n.order));
    return List.of(part);
  }

  private void reach(Node other, Set<Node> found, ArrayDeque<Node> open, Set<Node> taken) {
    if (!found.contains(other) && (bonds.none() || !taken.contains(other) && bonds.allows(found, other))) {
      found.add(other);
      open.add(other);
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
      String id = Identity.id(founder.key);
      for (int generation = 2; ever.containsKey(id) && generation <= GENERATIONS; generation++) {
        id = Identity.id(founder.key + "#" + generation);
      }
      if (ever.containsKey(id)) {
        id = Identity.id(founder.key + "#n" + founder.order);
      }
      owner = new Asset(id, site);
      founder.own = owner;
    }
    ever.put(owner.id(), owner); // it may have been forgotten since it ceased to be
    for (Node n : part) {
      n.asset = owner;
    }
    live.put(owner.id(), owner);
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

  private void vanish(Asset was, Map<Node, @Nullable Asset> before, List<AssetChange> changes, @Nullable Observation o) {
    live.remove(was.id());
    gone.add(was);
    while (gone.size() > most) {
      Asset oldest = gone.remove();
      if (!oldest.live()) {
        ever.remove(oldest.id(), oldest);
      }
    }
    Asset into = null;
    for (Map.Entry<Node, @Nullable Asset> n : before.entrySet()) {
      if (n.getValue() == was && n.getKey().asset != null && (into == null || n.getKey().own == was)) {
        into = n.getKey().asset;
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

  private static void announce(Asset owner, Map<Node, ? extends @Nullable Asset> before, List<AssetChange> changes, @Nullable Observation o) {
    boolean split = false;
    boolean lived = false;
    for (Node n : owner.nodes()) {
      Asset was = before.get(n);
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
      if (before.get(n) == null) {
        changes.add(AssetChange.of(AssetChange.Kind.ADDRESS, owner, o, n.endpoint));
      }
    }
  }
}
