package fr.vigie.web.policy;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.inventory.terms.Works;
import fr.vigie.inventory.terms.Writers;
import fr.vigie.rules.session.PolicyFiles;
import fr.vigie.rules.session.PolicySet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a change of the policy lets pass that was told before: the lines that make it so, for the second person who is asked. What only tells
 * more is not among them.
 */
final class Looser {
  /** Columns of the tables as people read them. */
  private static final int VERDICT = 5;
  private static final int DEVICES = 3;
  private static final int ASSETS = 4;
  /** Everything, or a range of sixteenths of the Internet and more. */
  private static final Pattern WIDE = Pattern.compile("\\*|.*/(?:\\d|1[0-5])");

  private Looser() {}

  /** Lines {@code + …} that come and {@code - …} that go. */
  static List<String> lines(PolicySet now, PolicySet next, Site site) {
    Terms before = now.terms(site);
    Terms after = next.terms(site);
    List<String> found = new ArrayList<>();
    rules(now, next, found);
    matrix(before.matrix().table(false), after.matrix().table(false), found);
    all("writers", Writers.table(before.writers(), false), Writers.table(after.writers(), false), found);
    works(Works.table(before.works(), before.calendar(), false), Works.table(after.works(), after.calendar(), false), found);
    return found;
  }

  /** Rules that go, and files of rules that are others: what they tell no more is not told from their text. */
  private static void rules(PolicySet now, PolicySet next, List<String> found) {
    Set<String> left = new HashSet<>(next.rules());
    now.rules().stream().filter(r -> !left.contains(r)).forEach(r -> found.add("- rule " + r));
    SortedMap<String, byte[]> was = now.own();
    SortedMap<String, byte[]> is = next.own();
    Set<String> names = new TreeMap<>(was).keySet();
    for (String name : names) {
      if (PolicyFiles.code(name) && !Arrays.equals(was.get(name), is.getOrDefault(name, new byte[0]))) {
        found.add("± " + name);
      }
    }
    is.keySet().stream().filter(n -> PolicyFiles.code(n) && !was.containsKey(n)).forEach(n -> found.add("+ " + n));
  }

  /** What is allowed anew, and what was forbidden or told and is no more; with the last line goes all that no line speaks of. */
  private static void matrix(List<List<String>> before, List<List<String>> after, List<String> found) {
    added(before, after).stream().filter(r -> r.get(VERDICT).equals("allow")).forEach(r -> found.add("+ matrix: " + text(r)));
    added(after, before).stream().filter(r -> !r.get(VERDICT).equals("allow") || after.size() <= 1).forEach(r -> found.add("- matrix: " + text(r)));
  }

  /** Who may write: a line that goes may free a device whose writers were final. */
  private static void all(String table, List<List<String>> before, List<List<String>> after, List<String> found) {
    added(before, after).forEach(r -> found.add("+ " + table + ": " + text(r)));
    added(after, before).forEach(r -> found.add("- " + table + ": " + text(r)));
  }

  /** An intervention is one person's word, unless it is said of everybody or of everything. */
  private static void works(List<List<String>> before, List<List<String>> after, List<String> found) {
    added(before, after).stream().filter(r -> wide(r.get(DEVICES)) || wide(r.get(ASSETS))).forEach(r -> found.add("+ maintenance: " + text(r)));
  }

  private static boolean wide(String parties) {
    return Arrays.stream(parties.split("\\|")).anyMatch(p -> WIDE.matcher(p.strip()).matches());
  }

  /** Rows of the second that the first has not, whatever their comments say. */
  private static List<List<String>> added(List<List<String>> first, List<List<String>> second) {
    Set<List<String>> known = new HashSet<>();
    first.stream().skip(1).forEach(r -> known.add(r.subList(0, r.size() - 1)));
    return second.stream().skip(1).filter(r -> !known.contains(r.subList(0, r.size() - 1))).toList();
  }

  private static String text(List<String> row) {
    return String.join(" · ", row.stream().filter(c -> !c.isEmpty()).toList());
  }
}
