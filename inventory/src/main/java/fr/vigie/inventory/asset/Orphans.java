package fr.vigie.inventory.asset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decisions about devices that are not known, or not yet: kept in the order they were made until a device with one of their names appears. */
final class Orphans {
  private final List<Decision> waiting = new ArrayList<>();
  /** Every id and key that is waited for; may hold some that no longer are, which costs a search. */
  private final Set<String> names = new HashSet<>();

  void add(Decision d) {
    waiting.add(d);
    names.add(d.asset());
    names.addAll(Decision.names(d.keys()));
  }

  List<Decision> list() {
    return List.copyOf(waiting);
  }

  /** Takes out the decisions that name this asset. */
  List<Decision> take(Asset a) {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<String> keys = a.keys();
    if (!names.contains(a.id()) && keys.stream().noneMatch(names::contains)) {
      return List.of();
    }
    List<Decision> taken = new ArrayList<>();
    waiting.removeIf(d -> {
      boolean mine = d.asset().equals(a.id()) || Decision.names(d.keys()).stream().anyMatch(keys::contains);
      if (mine) {
        taken.add(d);
      }
      return mine;
    });
    return taken;
  }
}
