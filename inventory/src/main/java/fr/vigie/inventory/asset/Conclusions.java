package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.fingerprint.Prints.Likeness;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is concluded of an asset from what it and others say: values of traits that fingerprints tell, each beside the statement and never
 * above it, its kind, and its maker's usual name. A function of the evidence; taken again whenever that changes.
 */
final class Conclusions {
  private final Knowledge knowledge;
  private final Facts facts = new Facts();

  /**
   * What an asset's facts led to: the same facts lead there again.
   *
   * @param facts the facts
   * @param likenesses what fingerprints say of them
   * @param named whether the site file named the kind, so that nothing was concluded
   */
  record Drawn(List<Fact> facts, List<Likeness> likenesses, boolean named) {
    /** Nothing yet. */
    static final Drawn NOTHING = new Drawn(List.of(), List.of(), true);
  }

  Conclusions(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  /** Draws them for an asset. */
  void draw(Asset a) {
    Map<Fact, @Nullable Evidence> told = a.described() || a.below() || a.fronts() ? facts.of(a) : Map.of();
    Drawn before = a.drawn;
    boolean same = !told.isEmpty() && told.size() == before.facts.size() && in(told.keySet(), before.facts);
    List<Fact> known = same ? before.facts : List.copyOf(told.keySet());
    List<Likeness> likenesses = same ? before.likenesses : knowledge.likenesses().of(known);
    String named = a.device() == null ? null : a.device().kind();
    a.concluded(values(a, told, likenesses));
    if (!same || named != null || before.named) {
      kind(a, named, known, likenesses);
      a.drawn = new Drawn(known, likenesses, named != null);
    }
    Evidence maker = a.evidence(Trait.VENDOR);
    a.vendor(maker == null || maker.confidence() <= Evidence.PART ? null : knowledge.vendors().name(maker.value()));
  }

  /** Whether these are the facts, in this order. */
  private static boolean in(Set<Fact> told, List<Fact> facts) {
    int i = 0;
    for (Fact f : told) {
      if (!f.equals(facts.get(i++))) {
        return false;
      }
    }
    return true;
  }

  private static Map<Trait, List<Evidence>> values(Asset a, Map<Fact, @Nullable Evidence> told, List<Likeness> likenesses) {
    if (likenesses.isEmpty()) {
      return Map.of();
    }
    Map<Trait, List<Evidence>> all = new EnumMap<>(Trait.class);
    for (Likeness l : likenesses) {
      Evidence of = told.get(l.fact());
      l.values().forEach((trait, value) -> {
        for (Node n : a.nodes()) {
          if (says(n.traits.getOrDefault(trait, List.of()), value, l.certainty())) {
            return;
          }
        }
        List<Evidence> list = all.computeIfAbsent(trait, t -> new ArrayList<>(1));
        String source = "print:" + l.fact().field() + " (" + l.source() + ")";
        Evidence e = of == null ? new Evidence(value, source, null, a.first(), a.last(), l.certainty())
            : new Evidence(value, source, null, of.first(), of.last(), l.certainty(), of.origin(), of.packet());
        if (!says(list, value, e.confidence())) {
          list.removeIf(weaker -> weaker.value().equalsIgnoreCase(value));
          if (list.size() < Node.MAX_VALUES) {
            list.add(e);
          }
        }
      });
    }
    return all;
  }

  /** Whether the value is there already, at least as certain. */
  private static boolean says(List<Evidence> list, String value, int confidence) {
    for (Evidence e : list) {
      if (e.confidence() >= confidence && e.value().equalsIgnoreCase(value)) {
        return true;
      }
    }
    return false;
  }

  private void kind(Asset a, @Nullable String named, List<Fact> facts, List<Likeness> likenesses) {
    Kinds.Conclusion found = named == null && !facts.isEmpty() ? knowledge.kinds().conclude(facts, likenesses) : null;
    if (found != null) {
      a.kind(found.kind().id(), found.confidence(), found.kind().care());
    } else if (named != null) {
      Kinds.Kind kind = knowledge.kinds().of(named);
      a.kind(named, Evidence.SITE, kind == null ? 0 : kind.care());
    } else {
      a.kind(Asset.UNKNOWN, 0, 0);
    }
  }
}
