package fr.vigie.inventory.fingerprint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
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
 * fields add up as {@code 1 − ∏(1 − w)}; several matches within one field count once. Below {@link #LEAST}, or with two kinds equally
 * likely, the kind stays unknown: never a silent guess.
 */
public final class Kinds {
  /** The least certainty, of 100, with which a kind is named. */
  public static final int LEAST = 40;
  /** Most facts looked at; more come only from an address that says a thousand things. */
  private static final int MOST_FACTS = 512;

  /** Most facts whose matching rules are kept, and the longest value among them: devices of one make say the same. */
  private static final int KEPT = 8192;

  private static final int LONGEST = 128;

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
   */
  public record Kind(String id, String french, String english, int care) {}

  /**
   * What is known of a device, in the terms of the rules.
   *
   * @param field the field, for example {@code bacnet.model-name}
   * @param value its value
   */
  public record Fact(String field, String value) {}

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
    Table.read(folder, "kinds.tsv", 5, c -> k.kinds.put(c[0], new Kind(c[0], c[1], c[2], number(c[3], 5))));
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

  /** Whether any rule looks at this field. */
  public boolean asks(String field) {
    return rules.containsKey(field);
  }

  /** The kind to which the facts point, or null where they do not suffice. */
  public @Nullable Conclusion conclude(List<Fact> facts) {
    // kind → field → heaviest rule that matched
    Map<String, Map<String, Rule>> matched = new TreeMap<>();
    for (Fact f : facts.subList(0, Math.min(facts.size(), MOST_FACTS))) {
      for (Rule r : matching(f)) {
        matched.computeIfAbsent(r.kind, k -> new TreeMap<>()).merge(r.field, r, (a, b) -> b.weight > a.weight ? b : a);
      }
    }
    String best = null;
    int top = 0;
    boolean tie = false;
    for (Map.Entry<String, Map<String, Rule>> m : matched.entrySet()) {
      int score = score(m.getValue().values());
      tie = score == top || (tie && score < top);
      if (score > top) {
        best = m.getKey();
        top = score;
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

  private List<Rule> matching(Fact f) {
    List<Rule> asked = rules.get(f.field);
    if (asked == null) {
      return List.of();
    }
    List<Rule> found = answers.get(f);
    if (found == null) {
      found = asked.stream().filter(r -> r.pattern.matcher(f.value).find()).toList();
      if (f.value.length() <= LONGEST && answers.size() < KEPT) {
        answers.put(f, found);
      }
    }
    return found;
  }

  private static int score(Collection<Rule> heaviest) {
    double doubt = 1;
    for (Rule r : heaviest) {
      doubt *= 1 - r.weight / 100.0;
    }
    return Math.min(99, (int) Math.round(100 * (1 - doubt)));
  }
}
