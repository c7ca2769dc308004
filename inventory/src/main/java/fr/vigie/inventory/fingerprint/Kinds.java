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
    List<Case> cases = cases(facts, likenesses);
    if (cases.isEmpty()) {
      return null;
    }
    List<Case> competing = competing(cases);
    Case best = null;
    int top = 0;
    boolean tie = false;
    for (int i = 0; i < competing.size(); i++) {
      Case one = competing.get(i);
      int share = share(one, competing);
      boolean narrower = best != null && share >= LEAST && within(one.kind, best.kind);
      if (narrower || share > top && (best == null || top < LEAST || !within(best.kind, one.kind))) {
        tie = false;
        best = one;
        top = share;
      } else if (share == top && best != null && !within(best.kind, one.kind)) {
        tie = true;
      }
    }
    Kind kind = best == null || tie || top < LEAST ? null : kinds.get(best.kind);
    return kind == null || best == null ? null : new Conclusion(kind, top, best.because());
  }

  /** What points to one kind. */
  private static final class Case {
    final String kind;
    /** The heaviest rule of each field, by field. */
    final List<Rule> rules = new ArrayList<>(2);
    /** Its odds, of those that compete. */
    double odds;

    Case(String kind) {
      this.kind = kind;
    }

    void weigh(Rule r) {
      int at = 0;
      int order = 1;
      while (at < rules.size() && (order = rules.get(at).field.compareTo(r.field)) < 0) {
        at++;
      }
      if (at == rules.size() || order != 0) {
        rules.add(at, r);
      } else if (r.weight > rules.get(at).weight) {
        rules.set(at, r);
      }
    }

    List<String> because() {
      Set<String> because = new LinkedHashSet<>();
      for (Rule r : rules) {
        because.add(r.field + ": " + r.source);
      }
      return List.copyOf(because);
    }
  }

  /** What points to each kind, by kind. */
  private List<Case> cases(List<Fact> facts, List<Likeness> likenesses) {
    List<Case> cases = new ArrayList<>();
    Set<Fact> known = likenesses.isEmpty() ? Set.of() : new HashSet<>();
    for (Likeness l : likenesses) {
      String kind = l.kind();
      if (kind != null) {
        known.add(l.fact());
        of(kind, cases).weigh(new Rule(kind, l.fact().field(), ANY, l.confidence(), l.source()));
      }
    }
    for (int i = 0; i < Math.min(facts.size(), MOST_FACTS); i++) {
      List<Rule> matching = known.contains(facts.get(i)) ? List.of() : matching(facts.get(i));
      for (int n = 0; n < matching.size(); n++) {
        of(matching.get(n).kind, cases).weigh(matching.get(n));
      }
    }
    return cases;
  }

  private static Case of(String kind, List<Case> cases) {
    int at = 0;
    int order = 1;
    while (at < cases.size() && (order = cases.get(at).kind.compareTo(kind)) < 0) {
      at++;
    }
    if (at == cases.size() || order != 0) {
      cases.add(at, new Case(kind));
    }
    return cases.get(at);
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

  /** The kinds that compete, with their odds, by kind. */
  private List<Case> competing(List<Case> cases) {
    List<Case> strong = new ArrayList<>(cases.size());
    for (Case one : cases) {
      if (odds(one, true) > 0) {
        strong.add(one);
      }
    }
    List<Case> competing = new ArrayList<>(cases.size());
    for (Case one : cases) {
      // who sold it and how it behaves may confirm what it says, or say it more narrowly, and never speaks against it
      one.odds = strong.isEmpty() || withinAny(one.kind, strong) ? odds(one, false) : 0;
      if (one.odds > 0) {
        competing.add(one);
      }
    }
    return competing;
  }

  private boolean withinAny(String kind, List<Case> wider) {
    for (Case w : wider) {
      if (within(kind, w.kind)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The odds of a kind, or 0 where it does not compete.
   *
   * @param strong only where something points to it that the device says or shows, with weight enough to name it by itself, and only from
   *     such facts
   */
  private static double odds(Case one, boolean strong) {
    double doubt = 1;
    // several facts about the maker are one fact, and so are several ports
    int maker = 0;
    int behaviour = 0;
    for (int i = 0; i < one.rules.size(); i++) {
      Rule r = one.rules.get(i);
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
    return doubt < 1 && (!strong || doubt <= 1 - LEAST / 100.0) ? (1 - doubt) / Math.max(doubt, 0.01) : 0;
  }

  /** Whether such facts tell who made a device, and not what it is. */
  private static boolean maker(String field) {
    return field.equals("oui") || field.endsWith(".vendor-id") || field.endsWith(".vendor") || field.endsWith(".manufacturer");
  }

  /** Its share of the odds of all kinds that it competes with, in hundredths. */
  private int share(Case one, List<Case> competing) {
    double all = 1 + one.odds;
    for (int i = 0; i < competing.size(); i++) {
      Case other = competing.get(i);
      if (!within(one.kind, other.kind) && !within(other.kind, one.kind)) {
        all += other.odds;
      }
    }
    return Math.min(99, (int) Math.round(100 * one.odds / all));
  }

  private List<Rule> matching(Fact f) {
    List<Rule> asked = rules.get(f.field);
    if (asked == null) {
      return List.of();
    }
    List<Rule> found = answers.get(f);
    if (found == null) {
      found = search(asked, f);
      if (answers.size() >= KEPT) {
        answers.clear();
      }
      answers.put(f, found);
    }
    return found;
  }

  private static List<Rule> search(List<Rule> asked, Fact f) {
    return asked.stream().filter(r -> Frugal.find(Frugal.matcher(r.pattern, f.value))).toList();
  }
}
