package fr.vigie.inventory.fingerprint;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Prints.Likeness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All fingerprints together, with the answers of those that devices of one make have in common. */
public final class Likenesses {
  /** Most facts whose answer is kept. */
  private static final int KEPT = 4096;
  /** Most facts looked at; more come only from an address that says a thousand things. */
  private static final int MOST_FACTS = 512;

  private final Prints prints;
  private final Recog recog;
  private final Map<Fact, List<Likeness>> banners = new ConcurrentHashMap<>();

  Likenesses(Prints prints, Recog recog) {
    this.prints = prints;
    this.recog = recog;
  }

  /** The fingerprints in tables. */
  public Prints prints() {
    return prints;
  }

  /** Whether what fingerprints say of a device may depend on this fact. */
  boolean asks(Fact fact) {
    return prints.asks(fact) || prints.asksBesides(fact) || !banner(fact).isEmpty();
  }

  /** What fingerprints say of a device with these facts, in the order of the facts. */
  public List<Likeness> of(List<Fact> facts) {
    List<Likeness> all = new ArrayList<>();
    for (Fact f : facts.subList(0, Math.min(facts.size(), MOST_FACTS))) {
      all.addAll(prints.of(f, facts));
      all.addAll(banner(f));
    }
    return all;
  }

  private List<Likeness> banner(Fact f) {
    List<Likeness> known = banners.get(f);
    if (known == null) {
      Likeness said = recog.of(f);
      known = said == null ? List.of() : List.of(said);
      if (banners.size() >= KEPT) {
        banners.clear();
      }
      banners.put(f, known);
    }
    return known;
  }
}
