package fr.vigie.rules.session;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.session.Passages.Way;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the rules in force can possibly look at, read from their words: so that an event no rule can match is not made, and one that
 * happened before need not be judged again. It errs on one side only: a condition it does not understand may match anything.
 *
 * <p>Understood are the conditions that a pattern of one event sets with constants: {@code protocol ==}, {@code verb ==}, {@code window ==},
 * {@code memory ==} (with {@code ||} between several), {@code standing ==} and {@code !=}, {@code crossing ==}, {@code count >=} and {@code >}, of deeds
 * {@code operation ==} and {@code page ==}, and of deeds and meetings what {@link Condition} understands. A rule is
 * <i>plain</i> when one such pattern is all it has and it does not ask for the observation: then its answer follows from the event's own
 * members, which for the same deed of the same parties are the same.
 */
final class Interest {
  /** How an event has to be judged. */
  enum Look {
    /** No rule can match it. */
    NONE,
    /** Rules can match it, and all of them are plain. */
    PLAIN,
    /** A rule can match it that also looks elsewhere, for example at the hour. */
    WHOLE
  }

  private static final Pattern STRING_OR_COMMENT = Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)*+\"|//[^\\n]*|/\\*(?s:.*?)\\*/");
  private static final Pattern RULE = Pattern.compile("\\brule\\s+\"_*\"\\s*\\bwhen\\b(?s:(.*?))\\bthen\\b(?s:(.*?))\\bend\\b");
  private static final Pattern ANY_RULE = Pattern.compile("\\brule\\b");
  private static final Pattern EVENT = Pattern.compile("\\b(Deed|Meeting|Arrival|Clash|Count|Departure|Mirror)\\s*\\(");
  private static final Pattern ALONE = Pattern.compile("\\s*(?:\\$\\w+\\s*:\\s*)?(?:Deed|Meeting|Arrival|Clash|Count|Departure|Mirror)\\s*\\(");
  /** A consequence of constants: it names nothing of the event but the event. */
  private static final Pattern CONSTANT = Pattern.compile("(?:\\s*report\\s*\\(\\s*\\$\\w+\\s*(?:,\\s*(?:\"_*\"|Severity\\.\\w+)\\s*)+\\)\\s*;)+\\s*");
  private static final Pattern EQUAL = Pattern.compile("([\\w.]+)\\s*==\\s*(\"[^\"\\\\]*\"|[\\w.]+)");
  private static final Pattern UNEQUAL = Pattern.compile("(\\w+)\\s*!=\\s*([\\w.]+)");
  private static final Pattern LEAST = Pattern.compile("count\\s*(>=?)\\s*(\\d{1,9})");
  /** A passage that is asked for nothing but what keeps a crossing from being allowed in silence. */
  private static final Pattern UNSETTLED = Pattern.compile("\\s*(?:not\\s+Passage\\s*\\([^()]*mentions\\(\\$\\w+\\)\\s*\\)"
      + "|\\$\\w+\\s*:\\s*Passage\\s*\\([^()]*(?:forbids|tells)\\(\\$\\w+\\)\\s*\\))\\s*");
  private static final int STANDINGS = Standing.values().length;
  private static final Way[] WAYS = Way.values();
  /** Members of a deed that a rule may ask for, as bits; operation, protocol, verb, standing, crossing and whether it is known in part always count. */
  static final int WHO = 1;

  static final int WHOM = 2;
  static final int POINT = 4;
  static final int DETAIL = 8;
  static final int PRIORITY = 16;
  static final int PORT = 32;
  static final int PROPERTY = 64;
  static final int EVERYTHING = 127;

  private static final Pattern WORD = Pattern.compile("[A-Za-z_$]\\w*");
  private static final Map<String, Integer> MEMBERS = Map.of("who", WHO, "whom", WHOM, "point", POINT, "page", POINT, "property", PROPERTY, "detail", DETAIL,
      "bounded", DETAIL, "priority", PRIORITY, "port", PORT);
  /** Words that ask for nothing more: what always counts, what stands behind a dot of {@code who} and {@code whom}, and the language's own. */
  private static final Set<String> NEUTRAL = Set.of("protocol", "verb", "operation", "standing", "crossing", "partly", "Verb", "Standing", "kind", "zone",
      "zoneKind", "care", "supervisor", "evidence", "outside", "matches", "contains", "not", "in", "true", "false");

  /** The key of protocols that no rule names. */
  private static final String OTHER = "";

  /** The conditions of one rule that are understood; null means any. */
  private static final class Clause {
    @Nullable String event;
    @Nullable Set<String> protocols;
    @Nullable Set<String> windows;
    @Nullable Set<String> operations;
    @Nullable Set<String> pages;
    /** What can be asked of a deed or a meeting before it is made. */
    final List<Condition> conditions = new ArrayList<>(0);
    Set<Verb> verbs = EnumSet.allOf(Verb.class);
    Set<Standing> standings = EnumSet.allOf(Standing.class);
    @Nullable Boolean crossing;
    /** It asks the passages only for what is not allowed in silence. */
    boolean unsettled;
    int least;
    boolean plain;
    /** What of a deed it asks for. */
    int asked = EVERYTHING;
    /** Every condition is understood. */
    boolean whole;

    boolean of(String name) {
      return event == null || event.equals(name);
    }

    /** Whether it asks for certain operations or pages, or for what else can be asked of a deed. */
    boolean narrow() {
      return operations != null || pages != null || !conditions.isEmpty();
    }

    /** Whether all that can be asked before the event is made may hold. */
    boolean may(@Nullable Act act, int port, Side who, Side whom) {
      for (int i = 0; i < conditions.size(); i++) {
        if (!conditions.get(i).may(act, port, who, whom)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Operations whose plain text is kept; they are constants of the dissectors, a few hundred. */
  private static final int OPERATIONS = 4096;

  private final List<Clause> clauses = new ArrayList<>();
  private final Map<String, String> operations = new HashMap<>();
  /** The clauses that may match deeds of a protocol where all of them ask for operations or pages, else null; at {@link #place}. */
  private final Map<String, Clause[][]> narrowed = new HashMap<>();
  /** The clauses that may match meetings of a protocol, at {@link #place}. */
  private final Map<String, Clause[][]> met = new HashMap<>();
  /** Looks at deeds and meetings by protocol, at {@link #place}. */
  private final Map<String, Look[]> deeds = new HashMap<>();
  /** What is asked of deeds by protocol, at {@link #place}. */
  private final Map<String, int[]> asked = new HashMap<>();
  private final Map<String, Look[]> meetings = new HashMap<>();

  /** Reads the rules of these files. */
  Interest(List<PolicyFile> files) {
    Set<String> protocols = new HashSet<>(Set.of(OTHER));
    for (PolicyFile file : files) {
      read(file.text());
    }
    for (Clause c : clauses) {
      if (c.protocols != null) {
        protocols.addAll(c.protocols);
      }
    }
    for (String protocol : protocols) {
      List<Clause> ofDeeds = of("Deed", protocol);
      deeds.put(protocol, looks(ofDeeds, true));
      asked.put(protocol, asked(ofDeeds));
      narrowed.put(protocol, narrowed(ofDeeds));
      List<Clause> ofMeetings = of("Meeting", protocol);
      meetings.put(protocol, looks(ofMeetings, false));
      met.put(protocol, met(ofMeetings));
    }
  }

  /** The clauses that may match an event of a protocol at all: a handful of the hundreds there are, so that tables are made in a moment. */
  private List<Clause> of(String event, String protocol) {
    List<Clause> all = new ArrayList<>();
    for (Clause c : clauses) {
      if (c.of(event) && (c.protocols == null || c.protocols.contains(protocol))) {
        all.add(c);
      }
    }
    return all;
  }

  /** How a deed of one to another has to be judged. */
  Look deed(Act act, Standing standing, Way way, Side who, Side whom) {
    Look look = look(deeds, act.protocol(), act.verb(), standing, way);
    Clause[][] places = look == Look.NONE ? null : of(narrowed, act.protocol());
    Clause[] asking = places == null ? null : places[place(act.verb(), standing, way)];
    if (asking == null) {
      return look;
    }
    String operation = plain(act.operation());
    String page = null;
    for (Clause c : asking) {
      if (c.operations != null && !c.operations.contains(operation)) {
        continue;
      }
      if (c.pages != null) {
        page = page != null ? page : act.point() == null ? "" : Deed.page(act.point().text());
        if (!c.pages.contains(page)) {
          continue;
        }
      }
      if (c.may(act, act.port(), who, whom)) {
        return look;
      }
    }
    return Look.NONE;
  }

  /** How a deed has to be judged that does any operation on any page. */
  Look deed(String protocol, Verb verb, Standing standing, boolean crossing) {
    return look(deeds, protocol, verb, standing, crossing ? Way.OPEN : Way.WITHIN);
  }

  /** What of a deed that is {@link Look#PLAIN} the rules can ask for, as bits: two that are alike in it are one to them. */
  int asked(Act act, Standing standing, Way way) {
    int[] bits = of(asked, act.protocol());
    return bits == null ? EVERYTHING : bits[place(act.verb(), standing, way)];
  }

  private static int[] asked(List<Clause> deeds) {
    int[] bits = new int[Verb.values().length * STANDINGS * WAYS.length];
    for (Verb verb : Verb.values()) {
      for (Standing standing : Standing.values()) {
        for (Way way : WAYS) {
          for (Clause c : deeds) {
            bits[place(verb, standing, way)] |= may(c, verb, standing, way) ? c.asked : 0;
          }
        }
      }
    }
    return bits;
  }

  private String plain(String operation) {
    String plain = operations.get(operation);
    if (plain == null) {
      plain = Deed.plain(operation);
      if (operations.size() < OPERATIONS) {
        operations.put(operation, plain);
      }
    }
    return plain;
  }

  /** How a meeting of two at a server's port has to be judged. */
  Look meeting(String protocol, int port, Standing standing, boolean crossing, Side who, Side whom) {
    return meeting(protocol, port, standing, crossing ? Way.OPEN : Way.WITHIN, who, whom);
  }

  /** The same, where the matrix was asked. */
  Look meeting(String protocol, int port, Standing standing, Way way, Side who, Side whom) {
    Look look = look(meetings, protocol, Verb.READ, standing, way);
    Clause[][] places = look == Look.NONE ? null : of(met, protocol);
    if (places == null) {
      return look;
    }
    Look nearest = Look.NONE;
    for (Clause c : places[place(Verb.READ, standing, way)]) {
      if (c.may(null, port, who, whom)) {
        if (!c.plain) {
          return Look.WHOLE;
        }
        nearest = Look.PLAIN;
      }
    }
    return nearest;
  }

  /**
   * The counts of a window that rules ask for.
   *
   * @param thresholds the smallest counts of the rules, ascending; none where no rule looks at the window
   * @param bands whether all that rules ask of a count is its window, its standing and a threshold: then counts between the same two
   *     thresholds are one to them
   */
  record Counts(List<Integer> thresholds, boolean bands) {
    /** Any count may matter. */
    static final Counts ALL = new Counts(List.of(0), false);

    /** The smallest count that a rule can match, {@link Integer#MAX_VALUE} where none can. */
    int least() {
      return thresholds.isEmpty() ? Integer.MAX_VALUE : thresholds.getFirst();
    }

    /** How many thresholds the count has reached, or -1 where that does not settle what rules say of it. */
    int band(int count) {
      int band = 0;
      while (band < thresholds.size() && count >= thresholds.get(band)) {
        band++;
      }
      return bands ? band : -1;
    }
  }

  /** The counts of a window that rules ask for. */
  Counts counts(String window) {
    TreeSet<Integer> thresholds = new TreeSet<>();
    boolean bands = true;
    for (Clause c : clauses) {
      if (c.of("Count") && (c.windows == null || c.windows.contains(window))) {
        thresholds.add(c.least);
        bands &= c.plain && c.whole;
      }
    }
    return new Counts(List.copyOf(thresholds), bands);
  }

  /** Whether a rule looks at departures from this memory. */
  boolean departures(String memory) {
    for (Clause c : clauses) {
      if (c.of("Departure") && (c.windows == null || c.windows.contains(memory))) {
        return true;
      }
    }
    return false;
  }

  private static Look look(Map<String, Look[]> all, String protocol, Verb verb, Standing standing, Way way) {
    Look[] looks = of(all, protocol);
    return looks == null ? Look.WHOLE : looks[place(verb, standing, way)];
  }

  private static <T> @Nullable T of(Map<String, T> all, String protocol) {
    T own = all.get(protocol);
    return own == null ? all.get(OTHER) : own;
  }

  private static int place(Verb verb, Standing standing, Way way) {
    return (verb.ordinal() * STANDINGS + standing.ordinal()) * WAYS.length + way.ordinal();
  }

  /**
   * The looks at events of a protocol.
   *
   * @param acts whether they are deeds, which have a verb
   */
  private static Look[] looks(List<Clause> clauses, boolean acts) {
    Look[] looks = new Look[Verb.values().length * STANDINGS * WAYS.length];
    for (Verb verb : Verb.values()) {
      for (Standing standing : Standing.values()) {
        for (Way way : WAYS) {
          looks[place(verb, standing, way)] = look(clauses, acts ? verb : null, standing, way);
        }
      }
    }
    return looks;
  }

  private static Look look(List<Clause> clauses, @Nullable Verb verb, Standing standing, Way way) {
    Look look = Look.NONE;
    for (Clause c : clauses) {
      boolean may = may(c, verb, standing, way);
      if (may && !c.plain) {
        return Look.WHOLE;
      }
      look = may ? Look.PLAIN : look;
    }
    return look;
  }

  /** Whether a clause of its event and protocol may match; a meeting has no verb. */
  private static boolean may(Clause c, @Nullable Verb verb, Standing standing, Way way) {
    return c.standings.contains(standing) && (c.crossing == null || c.crossing == (way != Way.WITHIN)) && !(c.unsettled && way == Way.SETTLED)
        && (verb == null || c.verbs.contains(verb));
  }

  private static Clause[][] met(List<Clause> clauses) {
    Clause[][] all = new Clause[Verb.values().length * STANDINGS * WAYS.length][];
    for (Verb verb : Verb.values()) {
      for (Standing standing : Standing.values()) {
        for (Way way : WAYS) {
          all[place(verb, standing, way)] = clauses.stream().filter(c -> may(c, null, standing, way)).toArray(Clause[]::new);
        }
      }
    }
    return all;
  }

  private static Clause[][] narrowed(List<Clause> clauses) {
    Clause[][] narrow = new Clause[Verb.values().length * STANDINGS * WAYS.length][];
    for (Verb verb : Verb.values()) {
      for (Standing standing : Standing.values()) {
        for (Way way : WAYS) {
          List<Clause> may = clauses.stream().filter(c -> may(c, verb, standing, way)).toList();
          if (may.stream().allMatch(Clause::narrow)) {
            narrow[place(verb, standing, way)] = may.toArray(new Clause[0]);
          }
        }
      }
    }
    return narrow;
  }

  private void read(String text) {
    String masked = masked(text);
    int understood = 0;
    for (Matcher rule = RULE.matcher(masked); rule.find(); understood++) {
      Clause clause = new Clause();
      conditions(clause, text.substring(rule.start(1), rule.end(1)), rule.group(1));
      clause.plain &= CONSTANT.matcher(rule.group(2)).matches();
      clauses.add(clause);
    }
    if (ANY_RULE.matcher(masked).results().count() != understood) {
      clauses.add(new Clause());
    }
  }

  /** The text with a mark for each character within a string, and blanks for comments: words stand where they stood, and only words. */
  private static String masked(String text) {
    StringBuilder s = new StringBuilder(text);
    for (Matcher m = STRING_OR_COMMENT.matcher(text); m.find();) {
      boolean string = m.group().startsWith("\"");
      for (int i = m.start() + (string ? 1 : 0); i < m.end() - (string ? 1 : 0); i++) {
        s.setCharAt(i, string ? '_' : ' ');
      }
    }
    return s.toString();
  }

  /** Understands what stands between when and then, if it begins with one pattern of an event and has no other. */
  private static void conditions(Clause clause, String text, String masked) {
    Matcher event = EVENT.matcher(masked);
    if (!event.find()) {
      return;
    }
    String name = event.group(1);
    int from = event.end();
    int end = end(masked, from);
    if (end == masked.length() || !ALONE.matcher(masked.substring(0, from)).matches() || event.find(from)
        || Pattern.compile("\\bor\\b").matcher(masked.substring(end)).find()) {
      return;
    }
    clause.event = name;
    String own = masked.substring(from, end);
    clause.unsettled = UNSETTLED.matcher(masked.substring(end + 1)).matches();
    clause.plain = masked.substring(end + 1).isBlank() && !own.contains("observation") && !own.contains("$");
    clause.whole = true;
    clause.asked = asked(own);
    int start = from;
    int depth = 0;
    for (int i = from; i <= end; i++) {
      char c = masked.charAt(i);
      if (i == end || c == ',' && depth == 0) {
        clause.whole &= understand(clause, text.substring(start, i));
        start = i + 1;
      }
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    }
  }

  /** What of a deed these conditions ask for. */
  private static int asked(String conditions) {
    int asked = 0;
    for (Matcher word = WORD.matcher(conditions); word.find();) {
      String w = word.group();
      boolean constant = w.equals(w.toUpperCase(Locale.ROOT)); // of an enumeration, or what masks a text
      asked |= MEMBERS.getOrDefault(w, constant || NEUTRAL.contains(w) ? 0 : EVERYTHING);
    }
    return asked;
  }

  /** Index of the parenthesis that closes the one before {@code from}, or the length where none does. */
  private static int end(String masked, int from) {
    int depth = 1;
    for (int i = from; i < masked.length(); i++) {
      depth += masked.charAt(i) == '(' ? 1 : masked.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return masked.length();
  }

  /** Takes note of a condition. Answers whether all it says was understood. */
  private static boolean understand(Clause clause, String condition) {
    Matcher least = LEAST.matcher(condition.strip());
    if (least.matches()) {
      clause.least = Math.max(clause.least, Integer.parseInt(least.group(2)) + (least.group(1).equals(">") ? 1 : 0));
      return true;
    }
    Matcher unequal = UNEQUAL.matcher(condition.strip());
    if (unequal.matches() && unequal.group(1).equals("standing")) {
      Set<Standing> named = constants(Set.of(unequal.group(2)), Standing.class);
      return named.size() == 1 && clause.standings.removeAll(named);
    }
    Condition asked = Condition.of(condition);
    if (asked != null) {
      clause.conditions.add(asked);
      return false;
    }
    String field = null;
    Set<String> values = new HashSet<>();
    for (String one : condition.split("\\|\\|", -1)) {
      Matcher equal = EQUAL.matcher(one.strip());
      if (!equal.matches() || field != null && !field.equals(equal.group(1))) {
        return false;
      }
      field = equal.group(1);
      values.add(equal.group(2));
    }
    return field != null && equal(clause, field, values);
  }

  private static boolean equal(Clause clause, String field, Set<String> values) {
    switch (field) {
      case "protocol" -> clause.protocols = texts(values, clause.protocols);
      case "window", "memory" -> clause.windows = texts(values, clause.windows);
      case "operation" -> clause.operations = texts(values, clause.operations);
      case "page" -> clause.pages = texts(values, clause.pages);
      case "verb" -> clause.verbs.retainAll(constants(values, Verb.class));
      case "standing" -> clause.standings.retainAll(constants(values, Standing.class));
      case "crossing" -> {
        if (values.equals(Set.of("true")) || values.equals(Set.of("false"))) {
          clause.crossing = values.contains("true");
        }
      }
      default -> {
        return false;
      }
    }
    return field.equals("window") && clause.windows != null || field.equals("standing");
  }

  /** The texts in quotes; any where one of them is something else. */
  private static @Nullable Set<String> texts(Set<String> values, @Nullable Set<String> before) {
    Set<String> texts = new HashSet<>();
    for (String v : values) {
      if (!v.startsWith("\"")) {
        return before;
      }
      texts.add(v.substring(1, v.length() - 1));
    }
    return texts;
  }

  /** The constants by their names behind the last dot; all where one of them is something else. */
  private static <E extends Enum<E>> Set<E> constants(Set<String> values, Class<E> type) {
    Set<E> constants = EnumSet.noneOf(type);
    Set<E> all = EnumSet.allOf(type);
    for (String v : values) {
      String name = v.substring(v.lastIndexOf('.') + 1);
      if (all.stream().noneMatch(c -> c.name().equals(name))) {
        return all;
      }
      constants.add(Enum.valueOf(type, name));
    }
    return constants;
  }
}
