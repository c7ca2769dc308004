package fr.vigie.inventory.advisory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version as devices and advisories spell it: numbers and marks in the order they are written. {@code V6.00.204}, {@code 02.07.07(10)},
 * {@code 4.4u2}, {@code V4.7 SP10 HF5}, {@code 5.4.0 build 160414}, {@code FW14}, {@code January 31 2014}.
 *
 * <p>Two versions are compared only as far as both say the same kind of thing. Leading zeros and a leading V mean nothing; a service pack, an
 * update, a hot fix or a letter behind a number comes after the same version without it; a build number, an unknown word or another count of
 * numbers altogether cannot be compared, and that is an answer of its own: nobody is told that a device is affected, or safe, by a guess.
 */
public final class Version {
  /** How one version stands to another. */
  public enum Order {
    LESS,
    EQUAL,
    GREATER,
    /** They cannot be compared. */
    UNKNOWN
  }

  private static final int LONGEST = 96;
  private static final int MOST_PARTS = 24;
  /** Longest number, digits: what a long holds. */
  private static final int LONGEST_NUMBER = 18;

  /** Words in front of a version that only say that one follows. */
  private static final Pattern LEAD = Pattern.compile(
      "^(?:(?:application|web|boot|main|system)?\\s*(?:firmware|software|version|versions|release|revision|ver\\.?|rev\\.?|fw|sw|sv|v)(?=[\\s:=._-]*v?\\.?[\\s]*\\d)[\\s:=._-]*)+",
      Pattern.CASE_INSENSITIVE);
  private static final Pattern MARKED = Pattern.compile("\\s[vV](?=\\d)");
  private static final Pattern PART = Pattern.compile("\\d+|[a-z]+");
  private static final Map<String, String> SAME = Map.ofEntries(Map.entry("update", "u"), Map.entry("upd", "u"), Map.entry("up", "u"),
      Map.entry("hotfix", "hf"), Map.entry("patch", "p"), Map.entry("bld", "build"), Map.entry("rel", "release"), Map.entry("v", ""),
      Map.entry("servicepack", "sp"));
  /** Marks that come after the same version without them. */
  private static final Set<String> LATER = Set.of("u", "sp", "hf", "p", "qu", "cu", "sr", "qf", "mp");
  private static final Map<String, Integer> MONTHS = Map.ofEntries(Map.entry("january", 1), Map.entry("february", 2), Map.entry("march", 3),
      Map.entry("april", 4), Map.entry("may", 5), Map.entry("june", 6), Map.entry("july", 7), Map.entry("august", 8), Map.entry("september", 9),
      Map.entry("october", 10), Map.entry("november", 11), Map.entry("december", 12));
  private static final Pattern MONTH_FIRST = Pattern.compile("([a-z]+)[\\s/.,]+(?:(\\d{1,2})[\\s/.,]+)?((?:19|20)\\d\\d)");
  private static final Pattern DAY_FIRST = Pattern.compile("(\\d{1,2})[\\s/.,-]+([a-z]+)[\\s/.,-]+((?:19|20)\\d\\d)");
  private static final Pattern ISO = Pattern.compile("((?:19|20)\\d\\d)-(\\d\\d)-(\\d\\d)");

  private final String text;
  /** Numbers as {@link Long}, marks as {@link String}; the mark {@code x} behind a dot or a digit stands for anything. */
  private final List<Object> parts;
  /** Whether it is a day or a month, which is compared with its like only. */
  private final boolean date;

  private Version(String text, List<Object> parts, boolean date) {
    this.text = text;
    this.parts = parts;
    this.date = date;
  }

  /** The version in a text, or null where there is none: no digit, or more than a version. */
  public static @Nullable Version of(String said) {
    String text = said.strip();
    if (text.isEmpty() || text.length() > LONGEST) {
      return null;
    }
    String lower = clean(text);
    Version day = day(text, lower);
    if (day != null) {
      return day;
    }
    List<Object> parts = new ArrayList<>();
    Matcher m = PART.matcher(lower);
    boolean number = false;
    while (m.find()) {
      String part = m.group();
      if (parts.size() == MOST_PARTS || part.length() > LONGEST_NUMBER) {
        return null;
      }
      if (Character.isDigit(part.charAt(0))) {
        parts.add(Long.valueOf(part));
        number = true;
      } else {
        String mark = SAME.getOrDefault(part, part);
        if (mark.equals("service") || mark.equals("pack")) {
          mark = mark.equals("pack") ? "sp" : "";
        }
        if (!mark.isEmpty()) {
          parts.add(mark);
        }
      }
    }
    return number ? new Version(text, List.copyOf(parts), false) : null;
  }

  /** What is compared: in small letters, without what stands in front of the version, and without remarks behind it. */
  private static String clean(String text) {
    String s = text.replace('_', ' ').strip();
    int remark = s.indexOf(" (");
    if (remark > 0) {
      String inside = s.substring(remark + 2);
      s = inside.toLowerCase(Locale.ROOT).startsWith("build") ? s.replace('(', ' ').replace(')', ' ') : s.substring(0, remark);
    }
    int next = s.indexOf(';');
    s = next > 0 ? s.substring(0, next) : s;
    Matcher marked = MARKED.matcher(s);
    if (marked.find()) {
      s = s.substring(marked.start() + 1);
    }
    return LEAD.matcher(s).replaceFirst("").toLowerCase(Locale.ROOT);
  }

  private static @Nullable Version day(String text, String lower) {
    Matcher iso = ISO.matcher(lower);
    if (iso.matches()) {
      return date(text, iso.group(1), Integer.valueOf(iso.group(2)), iso.group(3));
    }
    Matcher month = MONTH_FIRST.matcher(lower);
    if (month.matches()) {
      return date(text, month.group(3), MONTHS.get(month.group(1)), month.group(2));
    }
    Matcher first = DAY_FIRST.matcher(lower);
    return first.matches() ? date(text, first.group(3), MONTHS.get(first.group(2)), first.group(1)) : null;
  }

  private static @Nullable Version date(String text, String year, @Nullable Integer month, @Nullable String day) {
    if (month == null) {
      return null;
    }
    List<Object> parts = new ArrayList<>(List.of(Long.valueOf(year), Long.valueOf(month)));
    if (day != null) {
      parts.add(Long.valueOf(day));
    }
    return new Version(text, List.copyOf(parts), true);
  }

  /** As it was written. */
  public String text() {
    return text;
  }

  /** How this version stands to another. */
  public Order compare(Version other) {
    if (date != other.date || date && parts.size() != other.parts.size()) {
      return Order.UNKNOWN;
    }
    int mine = numbers();
    int theirs = other.numbers();
    if (Math.min(mine, theirs) == 1 && Math.max(mine, theirs) >= 3 && !wild() && !other.wild()) {
      return Order.UNKNOWN; // the 14 of "FW14" is not the 1 of 01.04.14: one number counts releases, several name them
    }
    if (fraction(other)) {
      return Order.UNKNOWN;
    }
    int i = 0;
    int j = 0;
    while (i < parts.size() || j < other.parts.size()) {
      Object a = i < parts.size() ? parts.get(i) : null;
      Object b = j < other.parts.size() ? other.parts.get(j) : null;
      if (any(a, i) || any(b, j)) {
        return Order.EQUAL;
      }
      if (a instanceof Long x && b instanceof Long y) {
        if (!x.equals(y)) {
          return x < y ? Order.LESS : Order.GREATER;
        }
        i++;
        j++;
      } else if (a instanceof String x && b instanceof String y) {
        if (!x.equals(y)) {
          return letter(x) && letter(y) ? x.compareTo(y) < 0 ? Order.LESS : Order.GREATER : Order.UNKNOWN;
        }
        i++;
        j++;
      } else if (a instanceof Long x) {
        // the other has ended, or goes on with a mark: what is written out as zero is what is left out
        if (x != 0) {
          return b == null ? Order.GREATER : Order.UNKNOWN;
        }
        i++;
      } else if (b instanceof Long y) {
        if (y != 0) {
          return a == null ? Order.LESS : Order.UNKNOWN;
        }
        j++;
      } else if (a instanceof String x) {
        return later(x, i, parts) ? Order.GREATER : Order.UNKNOWN;
      } else if (b instanceof String y) {
        return later(y, j, other.parts) ? Order.LESS : Order.UNKNOWN;
      }
    }
    return Order.EQUAL;
  }

  /**
   * Whether two versions of two numbers stand otherwise as decimal fractions than as counts, and one is written as fractions are: some makers'
   * 2.80 comes before 2.9, and others' 2.10 after it.
   */
  private boolean fraction(Version other) {
    if (parts.size() != 2 || other.parts.size() != 2 || !parts.getFirst().equals(other.parts.getFirst())
        || !(parts.get(1) instanceof Long a) || !(other.parts.get(1) instanceof Long b)) {
      return false;
    }
    long small = Math.min(a, b);
    long large = Math.max(a, b);
    return small > 0 && small < 10 && large >= 10 && large < 100 && large % 10 == 0 && large / 10 <= small;
  }

  /** Whether a part stands for anything: {@code 7.x}. */
  private static boolean any(@Nullable Object part, int at) {
    return at > 0 && part instanceof String s && s.equals("x");
  }

  private boolean wild() {
    return any(parts.getLast(), parts.size() - 1);
  }

  private static boolean letter(String mark) {
    return mark.length() == 1;
  }

  /** Whether a version with this mark comes after the same without it. */
  private static boolean later(String mark, int at, List<Object> in) {
    boolean numbered = at + 1 < in.size() && in.get(at + 1) instanceof Long n && n > 0;
    return LATER.contains(mark) ? numbered : letter(mark) && at > 0 && at == in.size() - 1;
  }

  /** How many numbers it begins with. */
  private int numbers() {
    int n = 0;
    while (n < parts.size() && parts.get(n) instanceof Long) {
      n++;
    }
    return n;
  }

  /** Whether both are numbers alone, two or more and as many. */
  boolean like(Version other) {
    return numbers() >= 2 && numbers() == other.numbers() && numbers() == parts.size() && other.numbers() == other.parts.size();
  }

  /** Whether it is one number. */
  boolean single() {
    return numbers() == 1 && parts.size() == 1;
  }

  /** How many numbers both begin with alike: how near two releases are in their maker's tree. */
  int common(Version other) {
    int n = 0;
    while (n < parts.size() && n < other.parts.size() && parts.get(n) instanceof Long && parts.get(n).equals(other.parts.get(n))) {
      n++;
    }
    return n;
  }

  /** Whether this version says all that another says, and more: 9.6.3 of 9.6. */
  boolean details(Version other) {
    return parts.size() > other.parts.size() && parts.subList(0, other.parts.size()).equals(other.parts);
  }

  /** Whether this version lies in the branch that begins so: 4.3.7 in 4 and in 4.3, not in 4.30. */
  boolean within(Version branch) {
    for (int i = 0; i < branch.parts.size() && branch.parts.get(i) instanceof Long; i++) {
      if (i >= parts.size() ? !Long.valueOf(0).equals(branch.parts.get(i)) : !branch.parts.get(i).equals(parts.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
