package fr.vigie.inventory.fingerprint;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fingerprints: what a fact about a device says of its maker, family, model, firmware, operating system and kind. A row of a data file is one
 * fingerprint, and a new model is a new row:
 *
 * <pre>
 * field  match  and  vendor  family  model  firmware  os  kind  confidence  source
 * </pre>
 *
 * {@code match} is a regular expression that the value must contain, {@code is:} and the whole value, or {@code prefix:} and how it begins
 * (an object identifier by whole arcs; the longest prefix alone answers). {@code and} is empty, or {@code field~regular expression} that
 * another fact of the same device must hold too. {@code $1} to {@code $9} stand for groups of the expression. {@code confidence} is how
 * often of 100 the row is right; {@code source} is where it is known from and never a capture alone.
 *
 * <p>The shipped files are {@link #FILES}. A folder of the site replaces each by a file of the same name, and adds to them every other file
 * that is called {@code prints-…tsv}.
 */
public final class Prints {
  /** The shipped files of fingerprints. */
  static final List<String> FILES = List.of("prints_models.tsv", "prints_snmp.tsv", "prints_dhcp.tsv", "prints_discovery.tsv",
      "prints_hello.tsv", "prints_makers.tsv");

  private static final int COLUMNS = 11;
  private static final Trait[] TRAITS = {Trait.VENDOR, Trait.FAMILY, Trait.MODEL, Trait.FIRMWARE, Trait.OS};
  private static final String IS = "is:";
  private static final String PREFIX = "prefix:";
  private static final int MOST_VALUE = 128;
  /** Most facts whose answer is kept: devices of one make say the same, and one device is asked for again with each thing that it says. */
  private static final int KEPT = 4096;

  private final Map<Fact, List<Hit>> answers = new ConcurrentHashMap<>();
  private final Map<String, Field> fields = new HashMap<>();
  /** What rows ask of a second fact: field, then expression, each once. */
  private final Map<String, Map<String, Pattern>> seconds = new HashMap<>();
  private final Set<String> sources = new TreeSet<>();
  private int rows;

  /** The rows of one field, by how they match. */
  private static final class Field {
    final Map<String, List<Print>> whole = new HashMap<>();
    final TreeMap<String, List<Print>> prefixes = new TreeMap<>();
    final List<Print> expressions = new ArrayList<>();
  }

  /** A row. */
  private record Print(@Nullable Pattern pattern, @Nullable String andField, @Nullable Pattern and, Map<Trait, String> values, @Nullable String kind,
      int confidence, String source) {}

  /** A row that matches a fact, and what it says then. */
  private record Hit(Print print, Likeness likeness) {}

  /**
   * What a fingerprint says of a device.
   *
   * @param fact the fact that matched
   * @param values what it says, by trait; may be empty
   * @param kind kind of equipment, or null
   * @param confidence how often of 100 such a conclusion is right
   * @param source where the fingerprint is known from
   */
  public record Likeness(Fact fact, Map<Trait, String> values, @Nullable String kind, int confidence, String source) {
    /** The certainty of a value of a trait: the fingerprint's, and no more than the rank of the fact allows. */
    public int certainty() {
      return Math.min(confidence, Rank.of(fact.field()).most());
    }
  }

  private Prints() {}

  static Prints read(@Nullable Path folder, Kinds kinds) throws IOException {
    Prints prints = new Prints();
    boolean otherKinds = Table.replaced(folder, "kinds.tsv");
    for (String file : FILES) {
      // shipped rows speak of shipped kinds: where a site has kinds of its own, they keep what else they say
      boolean lenient = otherKinds && !Table.replaced(folder, file);
      Table.read(folder, file, COLUMNS, cells -> prints.add(cells, kinds, lenient));
    }
    if (folder != null && Files.isDirectory(folder)) {
      List<Path> own = new ArrayList<>();
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "prints-*.tsv")) {
        found.forEach(own::add);
      }
      Collections.sort(own);
      for (Path file : own) {
        Table.read(folder, String.valueOf(file.getFileName()), COLUMNS, cells -> prints.add(cells, kinds, false));
      }
    }
    return prints;
  }

  private void add(String[] cells, Kinds kinds, boolean lenient) {
    String kind = cells[8].isEmpty() || lenient && kinds.of(cells[8]) == null ? null : cells[8];
    if (kind != null && kinds.of(kind) == null) {
      throw new IllegalArgumentException("there is no kind \"" + kind + "\"");
    }
    int confidence = Integer.parseInt(cells[9]);
    if (confidence < 1 || confidence > 99) {
      throw new IllegalArgumentException(confidence + " is not between 1 and 99");
    }
    if (cells[10].isBlank()) {
      throw new IllegalArgumentException("a fingerprint names its source");
    }
    Map<Trait, String> values = new EnumMap<>(Trait.class);
    for (int i = 0; i < TRAITS.length; i++) {
      if (!cells[3 + i].isEmpty()) {
        values.put(TRAITS[i], cells[3 + i]);
      }
    }
    int tilde = cells[2].indexOf('~');
    if (tilde < 0 && !cells[2].isEmpty()) {
      throw new IllegalArgumentException("\"" + cells[2] + "\" is no field~expression");
    }
    Pattern and = tilde < 0 ? null : Pattern.compile(cells[2].substring(tilde + 1));
    String andField = tilde < 0 ? null : cells[2].substring(0, tilde);
    if (andField != null && and != null) {
      seconds.computeIfAbsent(andField, f -> new HashMap<>()).put(and.pattern(), and);
    }
    Field field = fields.computeIfAbsent(cells[0], f -> new Field());
    String match = cells[1];
    if (match.startsWith(IS)) {
      put(field.whole, match.substring(IS.length()), new Print(null, andField, and, values, kind, confidence, cells[10]));
    } else if (match.startsWith(PREFIX)) {
      put(field.prefixes, match.substring(PREFIX.length()), new Print(null, andField, and, values, kind, confidence, cells[10]));
    } else {
      field.expressions.add(new Print(Pattern.compile(match), andField, and, values, kind, confidence, cells[10]));
    }
    sources.add(cells[10]);
    rows++;
  }

  private static void put(Map<String, List<Print>> map, String key, Print print) {
    map.computeIfAbsent(key, k -> new ArrayList<>(1)).add(print);
  }

  /** Number of fingerprints. */
  public int size() {
    return rows;
  }

  /** Every source that a row names, sorted. */
  public Collection<String> sources() {
    return Collections.unmodifiableSet(sources);
  }

  /** Whether any fingerprint may have something to say of this fact. */
  public boolean asks(Fact fact) {
    return !hits(fact).isEmpty();
  }

  /** Whether a row about another fact asks for this one besides. */
  boolean asksBesides(Fact fact) {
    Map<String, Pattern> asked = seconds.get(fact.field());
    if (asked != null) {
      for (Pattern and : asked.values()) {
        if (Frugal.find(Frugal.matcher(and, fact.value()))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * What the fingerprints of a fact's field say.
   *
   * @param all every fact of the device, for rows that ask for a second one
   */
  public List<Likeness> of(Fact fact, List<Fact> all) {
    List<Hit> hits = hits(fact);
    if (hits.isEmpty()) {
      return List.of();
    }
    List<Likeness> found = new ArrayList<>(hits.size());
    for (Hit h : hits) {
      if (h.print.and == null || holds(h.print.andField, h.print.and, all)) {
        found.add(h.likeness);
      }
    }
    return found;
  }

  /** The rows that match a fact, whatever else is known of the device. */
  private List<Hit> hits(Fact fact) {
    Field f = fields.get(fact.field());
    if (f == null) {
      return List.of();
    }
    List<Hit> known = answers.get(fact);
    if (known == null) {
      known = search(f, fact);
      if (answers.size() >= KEPT) {
        answers.clear();
      }
      answers.put(fact, known);
    }
    return known;
  }

  private static List<Hit> search(Field f, Fact fact) {
    String value = fact.value();
    List<Hit> found = new ArrayList<>(2);
    for (Print p : f.whole.getOrDefault(value, List.of())) {
      found.add(hit(p, fact, null));
    }
    if (!f.prefixes.isEmpty()) {
      for (Print p : longest(f.prefixes, value)) {
        found.add(hit(p, fact, null));
      }
    }
    for (Print p : f.expressions) {
      Matcher m = p.pattern == null ? null : Frugal.matcher(p.pattern, value);
      if (m != null && Frugal.find(m)) {
        found.add(hit(p, fact, m));
      }
    }
    return List.copyOf(found);
  }

  /** The rows of the longest prefix, which ends where an arc of the value ends. */
  private static List<Print> longest(TreeMap<String, List<Print>> prefixes, String value) {
    for (String at = value; !at.isEmpty();) {
      List<Print> found = prefixes.get(at);
      if (found != null) {
        return found;
      }
      int dot = at.lastIndexOf('.');
      at = dot < 0 ? "" : at.substring(0, dot);
    }
    return List.of();
  }

  private static Hit hit(Print p, Fact fact, @Nullable Matcher m) {
    Map<Trait, String> values = p.values;
    if (m != null && !values.isEmpty()) {
      values = new EnumMap<>(Trait.class);
      for (Map.Entry<Trait, String> e : p.values.entrySet()) {
        String filled = fill(e.getValue(), m);
        if (!filled.isEmpty()) {
          values.put(e.getKey(), filled);
        }
      }
    }
    return new Hit(p, new Likeness(fact, values, p.kind, p.confidence, p.source));
  }

  private static boolean holds(@Nullable String field, Pattern and, List<Fact> all) {
    for (Fact f : all) {
      if (f.field().equals(field) && Frugal.find(Frugal.matcher(and, f.value()))) {
        return true;
      }
    }
    return false;
  }

  /** The template with its groups; a group that took no part is empty. */
  private static String fill(String template, Matcher m) {
    if (template.indexOf('$') < 0) {
      return template;
    }
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      int group = c == '$' && i + 1 < template.length() ? template.charAt(i + 1) - '0' : -1;
      if (group >= 1 && group <= m.groupCount()) {
        String taken = m.group(group);
        s.append(taken == null ? "" : taken);
        i++;
      } else {
        s.append(c);
      }
    }
    String filled = s.toString().strip();
    return filled.length() <= MOST_VALUE ? filled : filled.substring(0, MOST_VALUE);
  }
}
