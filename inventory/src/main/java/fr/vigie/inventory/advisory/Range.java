package fr.vigie.inventory.advisory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The versions that one line of an advisory is about, read from the text that its writer chose. Makers write ranges in a dozen dialects:
 * {@code vers:all/<V7.0.3}, {@code All versions < V6.00.204}, {@code >= 10.0 | <= 10.4}, {@code 10 | 11}, {@code 2.3.6 and below},
 * {@code >FW16_up_to_and_including_FW26}. What cannot be read is {@link #readable() not readable}, and then nothing is certain.
 *
 * <p>A bar between a lower and an upper bound means both; between bare versions, either.
 */
public final class Range {
  private static final int LONGEST = 512;
  private static final Pattern ALL = Pattern.compile("(?:vers:[^/]*/)?\\*|(?:all|any)(?: (?:firmware|software|known))?(?: versions?)?", Pattern.CASE_INSENSITIVE);
  private static final Pattern LEAD = Pattern.compile("^(?:(?:all|any)(?: (?:firmware|software))? )?versions? (?=[<>=]|prior|before|up to)", Pattern.CASE_INSENSITIVE);
  private static final Pattern SCHEME = Pattern.compile("^vers:[^/]*/", Pattern.CASE_INSENSITIVE);
  private static final Pattern BOUND = Pattern.compile("(<=|>=|<|>|=)\\s*([^<>=|]*)");
  private static final Pattern BELOW = Pattern.compile("^(.*\\S)\\s+(?:and|or)\\s+(?:below|prior|earlier|older|lower)(?: versions?)?$", Pattern.CASE_INSENSITIVE);
  private static final Pattern ABOVE = Pattern.compile("^(.*\\S)\\s+(?:and|or)\\s+(?:above|later|newer|higher)(?: versions?)?$", Pattern.CASE_INSENSITIVE);
  private static final Pattern PRIOR = Pattern.compile("^(?:prior to|before)\\s+", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNTIL = Pattern.compile("^up to(?: and including)?\\s+", Pattern.CASE_INSENSITIVE);
  private static final Pattern INCLUDING = Pattern.compile("\\s+up to and including\\s+", Pattern.CASE_INSENSITIVE);
  /** A remark that says which devices only: a range with one is no more than a possibility. */
  private static final Pattern CONDITION = Pattern.compile(
      "\\b(?:with|without|only|if|when|using|running|installed|unless|except|windows|linux|option|shipped|including|between)\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern REMARK = Pattern.compile("\\s\\([^()]*\\)?|\\s*\\[[^\\[\\]]*\\]?");
  private static final Pattern LIST = Pattern.compile("\\s*(?:\\||,\\s*and\\b|,|\\band\\b)\\s*", Pattern.CASE_INSENSITIVE);

  /** What a range says of a version. */
  enum Holds {
    YES,
    NO,
    UNKNOWN
  }

  /** From {@code low} to {@code high}; a side that is null is open. */
  record Interval(@Nullable Version low, boolean withLow, @Nullable Version high, boolean withHigh) {
    Holds holds(Version v) {
      Holds above = low == null ? Holds.YES : side(v.compare(low), Version.Order.GREATER, withLow);
      Holds below = high == null ? Holds.YES : side(v.compare(high), Version.Order.LESS, withHigh);
      if (above == Holds.NO || below == Holds.NO) {
        // 9.6.3 is not 9.6, but whoever wrote "9.6" or "up to 9.6" may have meant it: more is said than the bound says
        return withHigh && high != null && (above != Holds.NO || high.equals(low)) && v.details(high) ? Holds.UNKNOWN : Holds.NO;
      }
      return above == Holds.YES && below == Holds.YES ? Holds.YES : Holds.UNKNOWN;
    }

    private static Holds side(Version.Order order, Version.Order right, boolean equal) {
      return switch (order) {
        case UNKNOWN -> Holds.UNKNOWN;
        case EQUAL -> equal ? Holds.YES : Holds.NO;
        default -> order == right ? Holds.YES : Holds.NO;
      };
    }

    /** Whether only an upper bound is named: such bounds belong to release branches. */
    boolean openBelow() {
      return low == null && high != null;
    }
  }

  private final String text;
  private final boolean all;
  private final boolean conditional;
  private final List<Interval> intervals;

  private Range(String text, boolean all, boolean conditional, List<Interval> intervals) {
    this.text = text;
    this.all = all;
    this.conditional = conditional;
    this.intervals = intervals;
  }

  /** Reads a range; never fails. */
  public static Range of(String said) {
    String text = said.strip();
    if (text.length() > LONGEST) {
      return new Range(text.substring(0, LONGEST), false, false, List.of());
    }
    String s = text.replace('_', ' ').replace('\u2264', '<').replace("=<", "<=").replace("=>", ">=").replaceAll("\\s+", " ").strip();
    if (text.indexOf('\u2264') >= 0) {
      s = s.replace("<", "<=");
    }
    Matcher remark = REMARK.matcher(s);
    boolean conditional = false;
    StringBuilder plain = new StringBuilder();
    while (remark.find()) {
      String inside = remark.group();
      boolean build = inside.toLowerCase(Locale.ROOT).startsWith(" (build");
      conditional |= CONDITION.matcher(inside).find();
      remark.appendReplacement(plain, build ? Matcher.quoteReplacement(inside.replace('(', ' ').replace(')', ' ')) : "");
    }
    s = remark.appendTail(plain).toString().strip();
    conditional |= CONDITION.matcher(INCLUDING.matcher(UNTIL.matcher(s).replaceAll("")).replaceAll(" ")).find();
    if (ALL.matcher(s).matches()) {
      return new Range(text, true, conditional, List.of());
    }
    s = LEAD.matcher(SCHEME.matcher(s).replaceFirst("")).replaceFirst("");
    List<Interval> read = s.indexOf('<') >= 0 || s.indexOf('>') >= 0 ? bounds(s) : bare(s);
    boolean everything = read == null && List.of(s.split("\\|")).stream().anyMatch(p -> p.strip().equals("*"));
    return new Range(text, everything, conditional, read == null ? List.of() : read);
  }

  /** A range that the lines of a table give: all versions. */
  static Range everything() {
    return new Range("*", true, false, List.of());
  }

  private static @Nullable List<Interval> bare(String s) {
    Matcher below = BELOW.matcher(s);
    if (below.matches()) {
      return one(null, below.group(1), true);
    }
    Matcher above = ABOVE.matcher(s);
    if (above.matches()) {
      Version low = Version.of(above.group(1));
      return low == null ? null : List.of(new Interval(low, true, null, false));
    }
    if (PRIOR.matcher(s).find()) {
      return one(null, PRIOR.matcher(s).replaceFirst(""), false);
    }
    if (UNTIL.matcher(s).find()) {
      return one(null, UNTIL.matcher(s).replaceFirst(""), true);
    }
    Matcher span = SPAN.matcher(s);
    if (span.matches()) {
      Version low = Version.of(span.group(1));
      Version high = Version.of(span.group(2));
      boolean spaced = s.indexOf(' ') > 0;
      if (low != null && high != null && (spaced || low.like(high)) && low.compare(high) == Version.Order.LESS) {
        return List.of(new Interval(low, true, high, true));
      }
      if (spaced || low != null && high != null && low.single() && high.single() && low.compare(high) == Version.Order.LESS) {
        return null; // 2014-2016 is years, or builds, or a version with a dash
      }
    }
    List<Interval> list = new ArrayList<>();
    for (String part : LIST.split(s)) {
      if (!part.isBlank()) {
        Version v = Version.of(part);
        if (v == null || !likeVersion(part)) {
          return null;
        }
        list.add(new Interval(v, true, v, true));
      }
    }
    return list.isEmpty() ? null : List.copyOf(list);
  }

  private static @Nullable List<Interval> one(@Nullable Version low, String high, boolean with) {
    Version v = Version.of(high);
    return v == null ? null : List.of(new Interval(low, true, v, with));
  }

  private static @Nullable List<Interval> bounds(String s) {
    List<Interval> list = new ArrayList<>();
    @Nullable Version low = null;
    boolean withLow = false;
    int from = 0;
    Matcher m = BOUND.matcher(s);
    while (m.find()) {
      if (!empty(s.substring(from, m.start()))) {
        List<Interval> between = bare(strip(s.substring(from, m.start())));
        if (between == null) {
          return null;
        }
        list.addAll(between);
      }
      from = m.end();
      String sign = m.group(1);
      String what = strip(m.group(2));
      if (sign.startsWith(">")) {
        Matcher both = INCLUDING.matcher(what);
        if (both.find()) {
          Version l = Version.of(what.substring(0, both.start()));
          Version h = Version.of(what.substring(both.end()));
          if (l == null || h == null) {
            return null;
          }
          list.add(new Interval(l, sign.equals(">="), h, true));
          continue;
        }
      }
      Version v = Version.of(what);
      if (v == null || !likeVersion(what)) {
        return null;
      }
      switch (sign) {
        case ">", ">=" -> {
          if (low != null) {
            list.add(new Interval(low, withLow, null, false));
          }
          low = v;
          withLow = sign.equals(">=");
        }
        case "<", "<=" -> {
          list.add(new Interval(low, withLow, v, sign.equals("<=")));
          low = null;
        }
        default -> list.add(new Interval(v, true, v, true));
      }
    }
    if (low != null) {
      int upper = list.isEmpty() ? -1 : list.size() - 1;
      Version high = upper < 0 ? null : list.get(upper).high();
      if (high != null && list.get(upper).low() == null && low.compare(high) == Version.Order.LESS) {
        list.set(upper, new Interval(low, withLow, high, list.get(upper).withHigh())); // "<= 3.1 | >= 2.0"
      } else {
        list.add(new Interval(low, withLow, null, false));
      }
    }
    String rest = strip(s.substring(from));
    if (!rest.isEmpty()) {
      List<Interval> after = bare(rest);
      if (after == null) {
        return null;
      }
      list.addAll(after);
    }
    return list.isEmpty() ? null : List.copyOf(list);
  }

  private static boolean empty(String s) {
    return strip(s).isEmpty();
  }

  /** Without bars and commas at the ends. */
  private static String strip(String s) {
    String t = s.strip();
    while (!t.isEmpty() && "|,".indexOf(t.charAt(0)) >= 0) {
      t = t.substring(1).strip();
    }
    while (!t.isEmpty() && "|,".indexOf(t.charAt(t.length() - 1)) >= 0) {
      t = t.substring(0, t.length() - 1).strip();
    }
    return AND.matcher(t).replaceAll("");
  }

  /** Whether a text is a version and not a sentence with a number in it: at most two words of three letters or more. */
  private static boolean likeVersion(String s) {
    int words = 0;
    Matcher m = WORD.matcher(s);
    while (m.find()) {
      words++;
    }
    return words <= 2;
  }

  private static final Pattern AND = Pattern.compile("^(?:and|or)\\s+|\\s+(?:and|or)$", Pattern.CASE_INSENSITIVE);
  /** From one to another: spaced, or between versions that are alike. */
  private static final Pattern SPAN = Pattern.compile("(?:versions? )?(\\S+)(?:\\s+(?:to|through|thru|-)\\s*|-)(\\S+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern WORD = Pattern.compile("[A-Za-z]{3,}");

  /** As it was written. */
  public String text() {
    return text;
  }

  /** Whether every version is meant. */
  public boolean all() {
    return all;
  }

  /** Whether the text names a condition that no packet shows: what it says is then no more than possible. */
  public boolean conditional() {
    return conditional;
  }

  /** Whether the text could be read as versions. */
  public boolean readable() {
    return all || !intervals.isEmpty();
  }

  List<Interval> intervals() {
    return intervals;
  }

  /** Whether a version lies in it, taken alone. */
  Holds holds(Version v) {
    if (all) {
      return Holds.YES;
    }
    Holds so = intervals.isEmpty() ? Holds.UNKNOWN : Holds.NO;
    for (Interval i : intervals) {
      Holds h = i.holds(v);
      if (h == Holds.YES) {
        return h;
      }
      so = h == Holds.UNKNOWN ? h : so;
    }
    return so;
  }

  /**
   * What the ranges of one product in one advisory say together of a version. Upper bounds alone are ends of release branches: of several, the
   * one that shares the most leading numbers with the version decides; only where none shares the first, the largest.
   */
  static Holds together(List<Range> ranges, Version v) {
    List<Interval> ends = new ArrayList<>();
    Holds so = Holds.NO;
    for (Range r : ranges) {
      if (r.all) {
        return Holds.YES;
      }
      so = r.intervals.isEmpty() ? Holds.UNKNOWN : so;
      for (Interval i : r.intervals) {
        if (i.openBelow()) {
          ends.add(i);
        } else if (i.holds(v) == Holds.YES) {
          return Holds.YES;
        } else if (i.holds(v) == Holds.UNKNOWN) {
          so = Holds.UNKNOWN;
        }
      }
    }
    Interval end = end(ends, v);
    Holds last = end == null ? Holds.NO : end.holds(v);
    return last == Holds.NO ? so : last;
  }

  private static @Nullable Interval end(List<Interval> ends, Version v) {
    Interval best = null;
    int shared = -1;
    for (Interval i : ends) {
      Version high = i.high();
      if (high == null) {
        continue;
      }
      int common = v.common(high);
      Version best_ = best == null ? null : best.high();
      if (common > shared || common == shared && best_ != null && high.compare(best_) == Version.Order.GREATER) {
        best = i;
        shared = common;
      }
    }
    return best;
  }

  @Override
  public String toString() {
    return text;
  }
}
