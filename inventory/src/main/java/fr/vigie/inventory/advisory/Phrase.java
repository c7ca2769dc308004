package fr.vigie.inventory.advisory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a device says of its model in one breath, cut into words: without the words of its maker and those that tell nothing. */
final class Phrase {
  /** Words that are no part of a name: a part number, a version, its mark, a protocol. */
  private static final Pattern EXPLAINED = Pattern.compile(
      "(?=(?:.*[0-9]){4})(?=(?:.*[A-Z]){2})[A-Z0-9]{8,}|V?\\d+(?:\\.\\d+)+[A-Z]?\\d*(?:-\\d+)?|V\\d+|(?:HW|FW|SW|REV|R|VER|BUILD)[.:=]?V?\\d*(?:\\.\\d+)*|BACNET(?:/IP)?|MS/TP|IP|ETHERNET|P2|KNX|MODBUS|SIMATIC|NET|S7");

  /** Most words that a code may be spread over. */
  static final int MOST_JOINED = 3;

  private final List<String> words;
  private final List<String> squashed;
  /** What each word begins with in front of a dash or stroke, squashed, longest first. */
  private final List<List<String>> beginnings;
  private final boolean[] explained;
  private final boolean[] telling;
  private final Set<String> orders;
  private final Set<String> maker;
  private final String joined;
  /** What follows each word, written together with it: of two words, of three. */
  private final List<List<String>> runs;

  private Phrase(List<String> words, List<String> squashed, Set<String> orders, Set<String> maker) {
    this.words = words;
    this.squashed = squashed;
    this.orders = orders;
    this.maker = maker;
    this.joined = String.join("", squashed);
    this.runs = List.of(squashed, runs(squashed, 2), runs(squashed, MOST_JOINED));
    this.beginnings = words.stream().map(Phrase::beginnings).toList();
    this.explained = new boolean[words.size()];
    this.telling = new boolean[words.size()];
    for (int i = 0; i < explained.length; i++) {
      String w = words.get(i);
      explained[i] = EXPLAINED.matcher(w).matches() || Names.order(w) || orders.contains(squashed.get(i));
      telling[i] = Names.telling(w);
    }
  }

  private static List<String> runs(List<String> squashed, int width) {
    List<String> all = new ArrayList<>(squashed.size());
    for (int i = 0; i + width <= squashed.size(); i++) {
      all.add(String.join("", squashed.subList(i, i + width)));
    }
    return all;
  }

  private static List<String> beginnings(String word) {
    List<String> all = new ArrayList<>(0);
    for (int cut = word.length() - 1; cut > 1; cut--) {
      if (word.charAt(cut) == '-' || word.charAt(cut) == '/') {
        all.add(Names.squashed(word.substring(0, cut)));
      }
    }
    return all;
  }

  /**
   * Cuts a text.
   *
   * @param vendors spellings of its maker
   * @param brand whether a word alone is a name of its maker
   */
  static Phrase of(String text, List<String> vendors, Predicate<String> brand) {
    String folded = Names.folded(text);
    List<String> words = new ArrayList<>();
    List<String> squashed = new ArrayList<>();
    Set<String> ofVendor = new LinkedHashSet<>();
    vendors.forEach(v -> ofVendor.addAll(Names.words(Names.folded(v))));
    for (String w : Names.words(folded)) {
      String s = Names.squashed(w);
      if (!s.isEmpty() && !Names.digit(w) && !ofVendor.contains(w) && brand.test(w)) {
        ofVendor.add(w);
      }
      if (!s.isEmpty() && !Names.filling(w) && !ofVendor.contains(w) && !Makers.plain(w.toLowerCase(Locale.ROOT)).isEmpty()) {
        words.add(w);
        squashed.add(s);
      }
    }
    return new Phrase(List.copyOf(words), List.copyOf(squashed), Names.orders(folded), ofVendor);
  }

  /** In capitals. */
  List<String> words() {
    return words;
  }

  String squashed(int at) {
    return squashed.get(at);
  }

  /** Some words from one on, together, squashed. */
  String joined(int from, int width) {
    return runs.get(width - 1).get(from);
  }

  /** All words together, squashed. */
  String joined() {
    return joined;
  }

  /** Order numbers it names, squashed. */
  Set<String> orders() {
    return orders;
  }

  /** Whether a word is one of its maker's name, which it need not repeat. */
  boolean ofMaker(String squashed) {
    return maker.contains(squashed);
  }

  boolean has(String word) {
    return words.contains(word);
  }

  /** Whether a word needs no place in a product's name. */
  boolean explained(int at) {
    return explained[at];
  }

  /** Whether a word alone is enough to know a model by. */
  boolean telling(int at) {
    return telling[at];
  }

  /** What a word begins with in front of its dashes and strokes, squashed. */
  List<String> beginnings(int at) {
    return beginnings.get(at);
  }
}
