package fr.vigie.inventory.asset;

import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a person might decide of identity, with the evidence. The machine never does it by itself: a serial number can be typed twice, two
 * controllers can be given one instance.
 *
 * @param merge whether two devices may be one; else one may be several
 * @param assets the devices, the older id first: two to merge, or the one to split
 * @param leaves identity keys of the addresses that would leave; empty to merge
 * @param reason {@code serial}, {@code instance}, {@code hostname} or {@code name}
 * @param proofs what says so, with the address it was said at
 * @param confidence 0..100
 */
public record Proposal(boolean merge, List<String> assets, List<String> leaves, String reason, List<Proof> proofs, int confidence) {
  /** Most proposals at a time. */
  public static final int MOST = 200;

  /** One piece of evidence: a value at an address. */
  public record Proof(String asset, String key, Trait trait, Evidence evidence) {}

  /** What the ledger's evidence suggests and nobody has decided yet, surest first. */
  public static List<Proposal> of(Ledger ledger) {
    List<Proposal> all = new ArrayList<>();
    Map<String, Map<String, List<Proof>>> serials = new TreeMap<>();
    Map<String, Map<String, List<Proof>>> instances = new TreeMap<>();
    Map<String, Map<String, List<Proof>>> names = new TreeMap<>();
    Map<String, Map<String, List<Proof>>> hostnames = new TreeMap<>();
    Map<String, Asset> byId = new HashMap<>();
    for (Asset a : ledger.assets()) {
      byId.put(a.id(), a);
      gather(a, Trait.SERIAL, serials);
      gather(a, Trait.INSTANCE, instances);
      gather(a, Trait.NAME, names);
      gather(a, Trait.HOSTNAME, hostnames);
      split(a, Trait.SERIAL, "serial", 80, all);
      split(a, Trait.INSTANCE, "instance", 60, all);
    }
    merges(serials, "serial", 85, byId, ledger, all);
    merges(instances, "instance", 55, byId, ledger, all);
    merges(hostnames, "hostname", 50, byId, ledger, all);
    merges(names, "name", 35, byId, ledger, all);
    Map<List<String>, Proposal> once = new LinkedHashMap<>();
    all.sort(Comparator.comparingInt(Proposal::confidence).reversed().thenComparing(p -> p.assets.getFirst()).thenComparing(p -> p.assets.getLast()));
    all.forEach(p -> once.putIfAbsent(p.assets, p)); // the surest reason of two devices
    return once.values().stream().limit(MOST).toList();
  }

  private static void gather(Asset a, Trait trait, Map<String, Map<String, List<Proof>>> into) {
    for (Node n : a.nodes()) {
      for (Evidence e : n.traits.getOrDefault(trait, List.of())) {
        if (e.confidence() >= Evidence.HEARSAY && e.value().length() > 2) {
          into.computeIfAbsent(e.value().toLowerCase(Locale.ROOT), k -> new TreeMap<>()).computeIfAbsent(a.id(), k -> new ArrayList<>())
              .add(new Proof(a.id(), n.key, trait, e));
        }
      }
    }
  }

  /** Two devices and no more say the same: a value that many say is a default. */
  private static void merges(Map<String, Map<String, List<Proof>>> said, String reason, int confidence, Map<String, Asset> byId, Ledger ledger,
      List<Proposal> all) {
    for (Map<String, List<Proof>> by : said.values()) {
      if (by.size() != 2) {
        continue;
      }
      List<Asset> two = by.keySet().stream().map(byId::get).sorted(Comparator.comparingInt((Asset a) -> a.nodes().getFirst().order)).toList();
      Asset a = two.getFirst();
      Asset b = two.getLast();
      String one = a.trait(Trait.MODEL);
      String other = b.trait(Trait.MODEL);
      if (one != null && other != null && !one.equalsIgnoreCase(other) || a.parent() == b || b.parent() == a || ledger.apart(a, b)) {
        continue;
      }
      List<Proof> proofs = new ArrayList<>();
      by.values().forEach(p -> proofs.add(p.getFirst()));
      all.add(new Proposal(true, List.of(a.id(), b.id()), List.of(), reason, List.copyOf(proofs), one != null && one.equals(other) ? confidence + 10 : confidence));
    }
  }

  /** One device says two values where there can be one, at addresses that differ. */
  private static void split(Asset a, Trait trait, String reason, int confidence, List<Proposal> all) {
    Map<String, List<Proof>> byValue = new LinkedHashMap<>();
    Set<Node> ties = new LinkedHashSet<>();
    for (Node n : a.nodes()) {
      for (Evidence e : n.former ? List.<Evidence>of() : n.traits.getOrDefault(trait, List.of())) {
        if (e.confidence() >= Evidence.HEARSAY) {
          byValue.computeIfAbsent(e.value().toLowerCase(Locale.ROOT), k -> new ArrayList<>()).add(new Proof(a.id(), n.key, trait, e));
          ties.add(n);
        }
      }
    }
    if (byValue.size() < 2 || ties.size() < 2) {
      return;
    }
    List<List<Proof>> values = List.copyOf(byValue.values());
    List<String> leaves = values.getLast().stream().map(Proof::key).distinct().toList();
    if (values.getFirst().stream().noneMatch(p -> leaves.contains(p.key))) {
      List<Proof> proofs = new ArrayList<>();
      values.forEach(v -> proofs.add(v.getFirst()));
      all.add(new Proposal(false, List.of(a.id()), leaves, reason, List.copyOf(proofs), confidence));
    }
  }
}
