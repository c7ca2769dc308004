package fr.vigie.inventory.fingerprint;

import fr.vigie.inventory.fingerprint.Prints.Likeness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of equipment, and what points to them. Each rule says: this field, matching this expression, makes the kind so likely. Independent
 * fields add up as {@code 1 − ∏(1 − w)}; several matches within one field count once. A device is of one kind, so kinds compete: with
 * the odds {@code w ÷ (1 − w)} of each, and 1 for none of them, the certainty of a kind is its share. A kind within another ({@code within}
 * in the data) does not compete with it: a room controller is a controller. Below {@link #LEAST}, or with two kinds equally likely, the kind
 * stays unknown: never a silent guess.
 *
 * <p>What a device says and shows goes above who made it and how it behaves: once the former names a kind, the latter may only confirm it.
 * Where a fingerprint knows a value for what it is, a model for one, the general rules about such values are not asked.
 */
public final class Kinds {
  /** The least certainty, of 100, with which a kind is named. */
  public static final int LEAST = 40;
  /** Most facts looked at; more come only from an address that says a thousand things. */
  private static final int MOST_FACTS = 512;

  /** Most facts whose matching rules are kept: devices of one make say the same, and one device is asked for again with each thing that it says. */
  private static final int KEPT = 4096;
  private static final Pattern ANY = Pattern.compile("");

  private final Map<Fact, List<Rule>> answers = new ConcurrentHashMap<>();
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private final Map<String, List<Rule>> rules = new HashMap<>();

  /**
   * A kind of equipment.
   *
   * @param id id, as in the site file and in outputs
   * @param french label in French
   * @param english label in English
   * @param care importance for care, 0..5
   * @param within the wider kind that it is one of, or null
   */
  public record Kind(String id, String french, String english, int care, @Nullable String within) {}

  /**
   * What is known of a device, in the terms of the rules.
   *
   * @param field the field, for example {@code bacnet.model-name}
   * @param value its value
   */
  public record Fact(String field, String value) {
    /** Longest value looked at: what tells a device stands at the beginning, and what an attacker sends is as long as may be. */
    public static final int LONGEST = 256;

    public Fact {
      value = value.length() <= LONGEST ? value : value.substring(0, LONGEST);
    }
  }

  /**
   * What is concluded.
   *
   * @param kind the kind
   * @param confidence 40..99
   * @param because sources of the rules that matched
   */
  public record Conclusion(Kind kind, int confidence, List<String> because) {}

  private record Rule(String kind, String field, Pattern pattern, int weight, String source) {}

  private Kinds() {}

  static Kinds read(@Nullable Path folder) throws IOException {
    Kinds k = new Kinds();
    Table.read(folder, "kinds.tsv", 5, c -> {
      String within = c.length < 6 || c[5].isEmpty() ? null : c[5];
      if (within != null && !k.kinds.containsKey(within)) {
        throw new IllegalArgumentException("there is no kind \"" + within + "\" above it");
      }
      k.kinds.put(c[0], new Kind(c[0], c[1], c[2], number(c[3], 5), within));
    });
    Table.read(folder, "kind_rules.tsv", 5, c -> {
      if (!k.kinds.containsKey(c[0])) {
        throw new IllegalArgumentException("there is no kind \"" + c[0] + "\"");
      }
      k.rules.computeIfAbsent(c[1], f -> new ArrayList<>()).add(new Rule(c[0], c[1], Pattern.compile(c[2]), number(c[3], 99), c[4]));
    });
    return k;
  }

  private static int number(String text, int max) {
    int n = Integer.parseInt(text);
    if (n < 0 || n > max) {
      throw new IllegalArgumentException(n + " is not between 0 and " + max);
    }
    return n;
  }

  /** All kinds, in the order of the data file. */
  public Collection<Kind> all() {
    return Collections.unmodifiableCollection(kinds.values());
  }

  /** The kind with this id, or null. */
  public @Nullable Kind of(String id) {
    return kinds.get(id);
  }

  /** Whether any rule has something to say of this fact. */
  public boolean asks(Fact fact) {
    return !matching(fact).isEmpty();
  }

  /** The kind to which the facts point, or null where they do not suffice. */
  public @Nullable Conclusion conclude(List<Fact> facts) {
    return conclude(facts, List.of());
  }

  /**
   * The kind to which the facts point, or null where they do not suffice.
   *
   * @param likenesses what fingerprints say of the same facts
   */
  public @Nullable Conclusion conclude(List<Fact> facts, List<Likeness> likenesses) {
    // kind → field → heaviest rule that matched
    Map<String, Map<String, Rule>> matched = new TreeMap<>();
    Set<Fact> known = new HashSet<>();
    for (Likeness l : likenesses) {
      String kind = l.kind();
      if (kind != null) {
        known.add(l.fact());
        weigh(matched, new Rule(kind, l.fact().field(), ANY, l.confidence(), l.source()));
      }
    }
    for (Fact f : facts.subList(0, Math.min(facts.size(), MOST_FACTS))) {
      if (!known.contains(f)) {
        matching(f).forEach(r -> weigh(matched, r));
      }
    }
    if (matched.isEmpty()) {
      return null;
    }
    Map<String, Double> odds = odds(matched, true);
    if (odds.isEmpty()) {
      odds = odds(matched, false);
    } else {
      // who sold it and how it behaves may confirm what it says, or say it more narrowly, and never speaks against it
      Set<String> strong = Set.copyOf(odds.keySet());
      for (Map.Entry<String, Double> weak : odds(matched, false).entrySet()) {
        if (strong.stream().anyMatch(s -> within(weak.getKey(), s))) {
          odds.put(weak.getKey(), weak.getValue());
        }
      }
    }
    String best = null;
    int top = 0;
    boolean tie = false;
    for (String kind : odds.keySet()) {
      int share = share(kind, odds);
      boolean narrower = best != null && share >= LEAST && within(kind, best);
      if (narrower || share > top && (best == null || top < LEAST || !within(best, kind))) {
        tie = false;
        best = kind;
        top = share;
      } else if (share == top && best != null && !within(best, kind)) {
        tie = true;
      }
    }
    Kind kind = best == null || tie || top < LEAST ? null : kinds.get(best);
    if (kind == null || best == null) {
      return null;
    }
    Set<String> because = new LinkedHashSet<>();
    matched.getOrDefault(best, Map.of()).values().forEach(r -> because.add(r.field + ": " + r.source));
    return new Conclusion(kind, top, List.copyOf(because));
  }

  private static void weigh(Map<String, Map<String, Rule>> matched, Rule r) {
    matched.computeIfAbsent(r.kind, k -> new TreeMap<>()).merge(r.field, r, (a, b) -> b.weight > a.weight ? b : a);
  }

  /** Whether a kind is one of another, however far below. */
  public boolean within(String kind, String wider) {
    for (Kind k = kinds.get(kind); k != null; k = k.within == null ? null : kinds.get(k.within)) {
      if (k.id.equals(wider)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The odds of each kind.
   *
   * @param strong only of kinds to which something points that the device says or shows, with weight enough to name them by itself, and only
   *     from such facts
   */
  private static Map<String, Double> odds(Map<String, Map<String, Rule>> matched, boolean strong) {
    Map<String, Double> odds = new TreeMap<>();
    matched.forEach((kind, fields) -> {
      double doubt = 1;
      // several facts about the maker are one fact, and so are several ports
      int maker = 0;
      int behaviour = 0;
      for (Rule r : fields.values()) {
        if (maker(r.field)) {
          maker = Math.max(maker, r.weight);
        } else if (Rank.of(r.field) == Rank.BEHAVIOUR) {
          behaviour = Math.max(behaviour, r.weight);
        } else {
          doubt *= 1 - r.weight / 100.0;
        }
      }
      if (!strong) {
        doubt *= (1 - maker / 100.0) * (1 - behaviour / 100.0);
      }
      if (doubt < 1 && (!strong || doubt <= 1 - LEAST / 100.0)) {
        odds.put(kind, (1 - doubt) / Math.max(doubt, 0.01));
      }
    });
    return odds;
  }

  /** Whether such facts tell who made a device, and not what it is. */
  private static boolean maker(String field) {
    return field.equals("oui") || field.endsWith(".vendor-id") || field.endsWith(".vendor") || field.endsWith(".manufacturer");
  }

  /** Its share of the odds of all kinds that it competes with, in hundredths. */
  private int share(String kind, Map<String, Double> odds) {
    double own = odds.getOrDefault(kind, 0.0);
    double all = 1 + own;
    for (Map.Entry<String, Double> other : odds.entrySet()) {
      if (!within(kind, other.getKey()) && !within(other.getKey(), kind)) {
        all += other.getValue();
      }
    }
    return Math.min(99, (int) Math.round(100 * own / all));
  }

  private List<Rule> matching(Fact f) {
    List<Rule> asked = rules.get(f.field);
    if (asked == null) {
      return List.of();
    }
    List<Rule> found = answers.get(f);
    if (found == null) {
      found = asked.stream().filter(r -> Frugal.find(Frugal.matcher(r.pattern, f.value))).toList();
      if (answers.size() >= KEPT) {
        answers.clear();
      }
      answers.put(f, found);
    }
    return found;
  }
}
