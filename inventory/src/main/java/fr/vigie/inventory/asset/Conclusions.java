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
import org.jspecify.annotations.Nullable;

/**
 * What is concluded of an asset from what it and others say: values of traits that fingerprints tell, each beside the statement and never
 * above it, its kind, and its maker's usual name. A function of the evidence; taken again whenever that changes.
 */
final class Conclusions {
  private final Knowledge knowledge;

  Conclusions(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  /** Draws them for an asset. */
  void draw(Asset a) {
    Map<Fact, @Nullable Evidence> told = a.described() || a.below() || a.fronts() ? Facts.of(a) : Map.of();
    List<Fact> facts = List.copyOf(told.keySet());
    List<Likeness> likenesses = knowledge.likenesses().of(facts);
    a.concluded(values(a, told, likenesses));
    kind(a, facts, likenesses);
    Evidence maker = a.evidence(Trait.VENDOR);
    a.vendor(maker == null || maker.confidence() <= Evidence.PART ? null : knowledge.vendors().name(maker.value()));
  }

  private static Map<Trait, List<Evidence>> values(Asset a, Map<Fact, @Nullable Evidence> told, List<Likeness> likenesses) {
    if (likenesses.isEmpty()) {
      return Map.of();
    }
    Map<Trait, List<Evidence>> all = new EnumMap<>(Trait.class);
    Map<Trait, List<Evidence>> stated = a.stated();
    for (Likeness l : likenesses) {
      Evidence of = told.get(l.fact());
      l.values().forEach((trait, value) -> {
        if (says(stated.getOrDefault(trait, List.of()), value, l.certainty())) {
          return;
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

  private void kind(Asset a, List<Fact> facts, List<Likeness> likenesses) {
    String named = a.device() == null ? null : a.device().kind();
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
