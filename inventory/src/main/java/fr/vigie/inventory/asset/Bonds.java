package fr.vigie.inventory.asset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bonds in force, by address: of two that speak of the same pair the later one holds. */
final class Bonds {
  /** Most bonds in force; one more is refused. */
  static final int MOST = 10_000;

  private final List<Bond> all = new ArrayList<>();
  private final Map<String, Set<String>> joined = new HashMap<>();
  private final Map<String, Set<String>> apart = new HashMap<>();

  boolean none() {
    return all.isEmpty();
  }

  boolean add(Bond bond) {
    if (all.size() >= MOST) {
      return false;
    }
    all.add(bond);
    lay(bond);
    return true;
  }

  /** Takes the latest that is equal out of force. */
  boolean remove(Bond bond) {
    int at = all.lastIndexOf(bond);
    if (at < 0) {
      return false;
    }
    all.remove(at);
    joined.clear();
    apart.clear();
    all.forEach(this::lay);
    return true;
  }

  private void lay(Bond bond) {
    for (String l : bond.left()) {
      for (String r : bond.right()) {
        put(joined, l, r, false);
        put(apart, l, r, !bond.one());
      }
    }
    List<String> together = new ArrayList<>(bond.left());
    if (bond.one()) {
      together.addAll(bond.right());
    }
    for (String other : together.subList(1, together.size())) {
      put(joined, together.getFirst(), other, true);
      put(apart, together.getFirst(), other, false);
    }
  }

  private static void put(Map<String, Set<String>> pairs, String a, String b, boolean there) {
    if (there) {
      pairs.computeIfAbsent(a, k -> new LinkedHashSet<>(2)).add(b);
      pairs.computeIfAbsent(b, k -> new LinkedHashSet<>(2)).add(a);
    } else {
      pairs.getOrDefault(a, new HashSet<>()).remove(b);
      pairs.getOrDefault(b, new HashSet<>()).remove(a);
    }
  }

  /** Addresses that are one device with this one because somebody said so. */
  Set<String> joined(String key) {
    return joined.getOrDefault(key, Set.of());
  }

  boolean names(String key) {
    return joined.containsKey(key) || apart.containsKey(key);
  }

  /** Whether the address may stand in one device with those found so far. */
  boolean allows(Collection<Node> found, Node other) {
    Set<String> not = other.former ? Set.of() : apart.getOrDefault(other.key, Set.of());
    if (not.isEmpty()) {
      return true;
    }
    for (Node n : found) {
      if (!n.former && not.contains(n.key)) {
        return false;
      }
    }
    return true;
  }

  /** Whether somebody said that two addresses are not one device. */
  boolean apart(String a, String b) {
    return apart.getOrDefault(a, Set.of()).contains(b);
  }
}
