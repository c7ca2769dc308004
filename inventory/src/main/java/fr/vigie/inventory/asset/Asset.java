package fr.vigie.inventory.asset;

import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Identified;
import fr.vigie.inventory.site.Position;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A device: a group of addresses that evidence ties together, with all that is known and decided about it. Read it on the thread that
 * feeds the {@link Ledger}, or take {@link AssetJson#write(Asset)} there; it changes as the network speaks.
 */
public final class Asset implements Identified {
  /** The kind of a device about which nothing is known. */
  public static final String UNKNOWN = "unknown";

  private static final Comparator<Evidence> BEST = (a, b) -> better(a, b) ? -1 : better(b, a) ? 1 : 0;

  private final String id;
  private final Site site;
  /** Founder first; empty once merged into another. */
  private List<Node> nodes = List.of();
  private @Nullable Asset mergedInto;
  private @Nullable Device device;
  private @Nullable Zone zone;
  private String kind = UNKNOWN;
  private int kindConfidence;
  private int kindCare;
  private @Nullable String vendor;
  private Decisions decisions = Decisions.NONE;
  private long revision;
  /** What fingerprints conclude from what is stated. */
  private Map<Trait, List<Evidence>> concluded = Map.of();
  /** From what that was concluded. */
  Conclusions.Drawn drawn = Conclusions.Drawn.NOTHING;

  boolean announced;
  /** For {@link Groups} alone: whether it is listed, and the turn that saw to it. */
  boolean listed;
  int turn;

  Asset(String id, Site site) {
    this.id = id;
    this.site = site;
  }

  /** {@code a-} and the base32 text of 80 bits; never reused. */
  public String id() {
    return id;
  }

  /** Identity keys, the founding one first. */
  @Override
  public List<String> keys() {
    boolean plain = nodes.size() <= 2;
    for (Node n : nodes) {
      plain &= n.extraKeys.isEmpty();
    }
    if (plain) {
      // most devices: a MAC address and an IP address
      return nodes.isEmpty() ? List.of() : nodes.size() == 1 || nodes.getFirst().key.equals(nodes.getLast().key)
          ? List.of(nodes.getFirst().key) : List.of(nodes.getFirst().key, nodes.getLast().key);
    }
    Set<String> keys = new LinkedHashSet<>();
    for (Node n : nodes) {
      keys.add(n.key);
      keys.addAll(n.extraKeys);
    }
    return List.copyOf(keys);
  }

  /** Rises whenever anything but the times of its addresses may have changed. */
  public long revision() {
    return revision;
  }

  void changed() {
    revision++;
  }

  /** Whether this is still an asset of its own, not merged into another. */
  public boolean live() {
    return !nodes.isEmpty();
  }

  /** The asset it was merged into, or null while it is its own. */
  public @Nullable Asset mergedInto() {
    return mergedInto;
  }

  /** The best value of a trait: what a person decided, else the most certain and then the latest; null where nothing is known. */
  public @Nullable String trait(Trait trait) {
    String decided = decisions.values().get(trait.wireName());
    if (decided != null) {
      return decided;
    }
    if (trait == Trait.NAME && device != null) {
      return device.name();
    }
    Evidence best = evidence(trait);
    return best == null ? null : best.value();
  }

  /** The machine's best evidence of a trait, whatever people decided, or null. */
  public @Nullable Evidence evidence(Trait trait) {
    Evidence best = null;
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      List<Evidence> values = !n.tells(trait) ? List.of() : n.traits.getOrDefault(trait, List.of());
      for (int j = 0; j < values.size(); j++) {
        Evidence e = values.get(j);
        if (best == null || better(e, best)) {
          best = e;
        }
      }
    }
    for (Evidence e : concluded.isEmpty() ? List.<Evidence>of() : concluded.getOrDefault(trait, List.of())) {
      if (best == null || better(e, best)) {
        best = e;
      }
    }
    return best;
  }

  private static boolean better(Evidence e, Evidence best) {
    if (e.confidence() != best.confidence()) {
      return e.confidence() > best.confidence();
    }
    if (e.last() != best.last()) {
      return e.last() > best.last();
    }
    return e.value().compareTo(best.value()) < 0;
  }

  /**
   * All that the machine knows, best first; at most 16 values of a trait for each address, and as many that fingerprints conclude. What people
   * decided stands beside it.
   */
  public Map<Trait, List<Evidence>> traits() {
    Map<Trait, List<Evidence>> all = stated();
    concluded.forEach((trait, values) -> all.computeIfAbsent(trait, t -> new ArrayList<>()).addAll(values));
    all.values().forEach(list -> list.sort(BEST));
    return Collections.unmodifiableMap(all);
  }

  /** What was said and seen, without what fingerprints conclude from it. */
  Map<Trait, List<Evidence>> stated() {
    Map<Trait, List<Evidence>> all = new EnumMap<>(Trait.class);
    for (Node n : nodes) {
      n.traits.forEach((trait, values) -> all.computeIfAbsent(trait, t -> new ArrayList<>()).addAll(values));
    }
    return all;
  }

  void concluded(Map<Trait, List<Evidence>> values) {
    if (!values.equals(concluded)) {
      changed();
      concluded = values;
    }
  }

  /** Whether any trait is known. */
  boolean described() {
    for (Node n : nodes) {
      if (!n.traits.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Every value of a trait, best first; empty where nothing is known. */
  public List<Evidence> values(Trait trait) {
    List<Evidence> all = null;
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      if (n.tells(trait)) {
        all = with(all, n.traits.getOrDefault(trait, List.of()));
      }
    }
    if (!concluded.isEmpty()) {
      all = with(all, concluded.getOrDefault(trait, List.of()));
    }
    if (all == null) {
      return List.of();
    }
    if (all.size() > 1) {
      all.sort(BEST);
    }
    return all;
  }

  private static @Nullable List<Evidence> with(@Nullable List<Evidence> some, List<Evidence> more) {
    if (more.isEmpty()) {
      return some;
    }
    List<Evidence> all = some == null ? new ArrayList<>(more.size()) : some;
    all.addAll(more);
    return all;
  }

  /** Whether the device takes this role by protocol, for example {@code router}. */
  public boolean role(String role) {
    for (Evidence e : values(Trait.ROLE)) {
      if (e.value().equals(role)) {
        return true;
      }
    }
    return false;
  }

  /** The maker, by its usual name where its spelling is known, else as it was said; null where nothing is known. */
  public @Nullable String vendor() {
    String decided = decisions.values().get(Trait.VENDOR.wireName());
    return decided != null ? decided : vendor;
  }

  /** Kind of equipment: an id of the equipment classes, or {@link #UNKNOWN}. */
  public String kind() {
    String decided = decisions.values().get("kind");
    return decided != null ? decided : kind;
  }

  /** How sure the kind is, 0..100. */
  public int kindConfidence() {
    return decisions.values().containsKey("kind") ? Evidence.PERSON : kindConfidence;
  }

  /** Importance for care, 0 (not stated) to 5: what a person decided, else what the site file says of it, else the greater of its zone's and its kind's. */
  public int care() {
    String decided = decisions.values().get("care");
    if (decided != null && decided.length() == 1 && decided.charAt(0) >= '0' && decided.charAt(0) <= '5') {
      return decided.charAt(0) - '0';
    }
    if (device != null && device.care() >= 0) {
      return device.care();
    }
    Zone stands = zone();
    return Math.max(stands == null ? 0 : stands.care(), kindCare);
  }

  @Override
  public @Nullable Zone zone() {
    Zone placed = placed();
    return placed != null ? placed : zone;
  }

  @Override
  public @Nullable Zone placed() {
    String decided = decisions.values().get("zone");
    return decided == null ? null : site.zone(decided);
  }

  @Override
  public @Nullable Device device() {
    return device;
  }

  /** Room or plant, as people say it, or null. */
  public @Nullable String place() {
    String decided = decisions.values().get("place");
    return decided != null ? decided : device == null ? null : device.place();
  }

  /** Who answers for it, as people say it, or null. */
  public @Nullable String owner() {
    String decided = decisions.values().get("owner");
    if (decided != null) {
      return decided;
    }
    return decisions.owner() != null ? decisions.owner() : device == null ? null : device.owner();
  }

  /** Who maintains it, as people say it, or null. */
  public @Nullable String supplier() {
    String decided = decisions.values().get("supplier");
    return decided != null ? decided : device == null ? null : device.supplier();
  }

  /** Number or name of its maintenance contract, or null. */
  public @Nullable String contract() {
    String decided = decisions.values().get("contract");
    return decided != null ? decided : device == null ? null : device.contract();
  }

  /** Where it stands: for each part what a person decided, else the site file, else what the device's own words suggest. */
  public Position position() {
    Placing placing = placing();
    return new Position(placing.best(Placing.Part.SITE), placing.best(Placing.Part.BUILDING), placing.best(Placing.Part.FLOOR), placing.best(Placing.Part.ROOM));
  }

  /** What is said of where it stands, with who says it. */
  Placing placing() {
    return Placing.of(this);
  }

  /** Name for people: decided, of the site file, of the device itself, or its first address. */
  public String displayName() {
    String name = trait(Trait.NAME);
    if (name == null) {
      name = trait(Trait.HOSTNAME);
    }
    if (name != null) {
      return name;
    }
    String key = nodes.isEmpty() ? id : nodes.getFirst().key;
    for (Node n : nodes) {
      if (n.isIp() && !n.former) {
        key = n.key;
        break;
      }
    }
    return key.substring(key.indexOf('=') + 1);
  }

  /** The router or gateway in front of it, or null. */
  public @Nullable Asset parent() {
    for (Node n : nodes) {
      Node via = n.via;
      if (via != null && via.asset != null && via.asset != this) {
        return via.asset;
      }
    }
    return null;
  }

  /** The devices behind it, by id. */
  public List<Asset> children() {
    if (!fronts()) {
      return List.of();
    }
    Map<String, Asset> found = new TreeMap<>();
    for (Node n : nodes) {
      for (Node b : n.below) {
        Asset a = b.asset;
        if (a != null && a != this) {
          found.put(a.id, a);
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** Its addresses, in the order they were seen. */
  public List<Address> addresses() {
    List<Address> list = new ArrayList<>(nodes.size());
    for (Node n : nodes) {
      list.add(new Address(n.endpoint, n.key, !n.former, n.first, n.last));
    }
    return Collections.unmodifiableList(list);
  }

  /**
   * An address of an asset.
   *
   * @param endpoint the address
   * @param key its identity key
   * @param current false where the address has gone to another device
   * @param first capture time it was first seen, ns UTC
   * @param last capture time it was last seen, ns UTC
   */
  public record Address(Endpoint endpoint, String key, boolean current, long first, long last) {}

  /** What is claimed by this asset and another, in the order it was seen. */
  public List<Conflict> conflicts() {
    List<Conflict> list = new ArrayList<>(0);
    for (Node n : nodes) {
      list.addAll(n.conflicts);
    }
    return Collections.unmodifiableList(list);
  }

  /** Whether it fronts the addresses of others. */
  public boolean router() {
    for (Node n : nodes) {
      if (n.isMac() && n.router()) {
        return true;
      }
    }
    return false;
  }

  /** Whether anything stands below one of its addresses. */
  boolean fronts() {
    for (Node n : nodes) {
      if (!n.below.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Whether it stands below an IP address: on a BACnet network behind a router, a KNX line, a serial bus. */
  public boolean below() {
    return !nodes.isEmpty() && nodes.getFirst().endpoint.below() != null
        && !(nodes.getFirst().endpoint.below() instanceof Below.Modbus && parent() == null);
  }

  /** Capture time it was first seen, ns UTC. */
  public long first() {
    long t = Long.MAX_VALUE;
    for (Node n : nodes) {
      t = Math.min(t, n.first);
    }
    return t;
  }

  /** Capture time it was last seen, ns UTC. */
  public long last() {
    long t = Long.MIN_VALUE;
    for (Node n : nodes) {
      t = Math.max(t, n.last);
    }
    return t;
  }

  /** What people decided, taken together. */
  public Decisions decisions() {
    return decisions;
  }

  /** What the machine alone would answer, had nobody decided anything. */
  public <T> T machine(Function<Asset, T> question) {
    Decisions kept = decisions;
    decisions = Decisions.NONE;
    try {
      return question.apply(this);
    } finally {
      decisions = kept;
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  /** The group changed: other nodes, another device of the site file, another zone. */
  void regroup(List<Node> group, @Nullable Device named, @Nullable Zone stands) {
    nodes = group;
    mergedInto = null;
    device = named;
    zone = stands;
    redecide();
  }

  void merge(Asset into) {
    changed();
    nodes = List.of();
    mergedInto = into;
    device = null;
    zone = null;
    concluded = Map.of();
    decisions = Decisions.NONE;
  }

  void kind(String concluded, int confidence, int care) {
    if (concluded.equals(kind) && confidence == kindConfidence && care == kindCare) {
      return;
    }
    changed();
    kind = concluded;
    kindConfidence = confidence;
    kindCare = care;
  }

  void vendor(@Nullable String name) {
    if (!Objects.equals(name, vendor)) {
      changed();
      vendor = name;
    }
  }

  void redecide() {
    changed();
    boolean decided = false;
    for (Node n : nodes) {
      decided |= !n.decisions.isEmpty();
    }
    if (!decided) {
      decisions = Decisions.NONE;
      return;
    }
    List<Decision> all = new ArrayList<>();
    for (Node n : nodes) {
      all.addAll(n.decisions);
    }
    all.sort((a, b) -> Long.compare(a.at(), b.at()));
    Decisions d = Decisions.NONE;
    for (Decision one : all) {
      d = d.then(one);
    }
    decisions = d;
  }

  @Override
  public String toString() {
    return id + " " + displayName();
  }
}
