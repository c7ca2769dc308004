package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Kinds;
import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.fingerprint.Prints.Likeness;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is concluded of an asset from what it and others say: values of traits that fingerprints tell, each beside the statement and never
 * above it, its kind, and its maker's usual name. A function of the evidence; taken again whenever that changes. Devices of which the same is
 * known share what it leads to. Single-threaded.
 */
final class Conclusions {
  /** Facts together whose conclusion is kept, so that devices of one model are judged once; when there are too many all are judged anew. */
  private static final int KEPT = 4096;

  private final Knowledge knowledge;
  private final Facts facts;
  private final Map<List<Fact>, Drawn> kept = new HashMap<>();

  /**
   * What facts led to: the same facts lead there again.
   *
   * @param facts the facts, in order
   * @param likenesses what fingerprints say of them
   * @param found the kind that they point to, or null where they do not suffice
   */
  record Drawn(List<Fact> facts, List<Likeness> likenesses, Kinds.@Nullable Conclusion found) {
    /** No fact, no conclusion. */
    static final Drawn NOTHING = new Drawn(List.of(), List.of(), null);
  }

  Conclusions(Knowledge knowledge) {
    this.knowledge = knowledge;
    this.facts = new Facts(knowledge);
  }

  /** Draws them for an asset. */
  void draw(Asset a) {
    Map<Fact, @Nullable Evidence> told = a.described() || a.below() || a.fronts() ? facts.of(a) : Map.of();
    Drawn drawn = told.isEmpty() ? Drawn.NOTHING : a.drawn;
    if (!in(told.keySet(), drawn.facts)) {
      drawn = drawn(List.copyOf(told.keySet()));
    }
    a.drawn = drawn;
    a.concluded(values(a, told, drawn.likenesses));
    kind(a, drawn.found);
    Evidence maker = a.evidence(Trait.VENDOR);
    a.vendor(maker == null || maker.confidence() <= Evidence.PART ? null : knowledge.vendors().name(maker.value()));
  }

  private Drawn drawn(List<Fact> told) {
    Drawn known = kept.get(told);
    if (known == null) {
      List<Likeness> likenesses = knowledge.likenesses().of(told);
      known = new Drawn(told, likenesses, knowledge.kinds().conclude(told, likenesses));
      if (kept.size() >= KEPT) {
        kept.clear();
      }
      kept.put(told, known);
    }
    return known;
  }

  /** Whether these are the facts, in this order. */
  private static boolean in(Set<Fact> told, List<Fact> facts) {
    if (told.size() != facts.size()) {
      return false;
    }
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

  /** The kind that the site file names, else the one found. */
  private void kind(Asset a, Kinds.@Nullable Conclusion found) {
    String named = a.device() == null ? null : a.device().kind();
    if (named != null) {
      Kinds.Kind kind = knowledge.kinds().of(named);
      a.kind(named, Evidence.SITE, kind == null ? 0 : kind.care());
    } else if (found != null) {
      a.kind(found.kind().id(), found.confidence(), found.kind().care());
    } else {
      a.kind(Asset.UNKNOWN, 0, 0);
    }
  }
}
