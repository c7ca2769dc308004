package fr.vigie.inventory.advisory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How names of products and models are cut into words, the same for what a device says and for what an advisory says. */
final class Names {
  /** Words that tell no product from another. */
  private static final Set<String> FILLING = Set.of("THE", "A", "ALL", "SERIES", "SERIE", "FAMILY", "FIRMWARE", "DEVICE", "DEVICES", "PRODUCT", "PRODUCTS",
      "VERSION", "VERSIONS", "MODEL", "MODELS", "CONTROLLER", "CONTROLLERS", "FW", "SW", "ENGINE", "ENGINES", "SYSTEM", "VARIANT", "VARIANTS", "INCL",
      "TYPE", "SERVER", "SERVERS", "UNIT", "UNITS", "PLC", "CPU", "CPUS", "CAMERA", "CAMERAS", "OF", "AND", "STATION", "MODULE", "PANEL", "SWITCH",
      "GATEWAY", "ROUTER", "ROUTERS", "READER", "READERS", "BM", "WITH", "DOOR", "THERMOSTAT", "METER", "METERS", "ENCODER", "DRIVE");
  private static final Pattern SPLIT = Pattern.compile("[\\s,;:|()\\[\\]\"'\u00ae\u2122\u00a9]+");
  private static final Pattern ORDER = Pattern.compile("[0-9][A-Z]{2}[0-9]{4}-?[0-9A-Z]{5}(?:-?[0-9A-Z]{4})?|[0-9][A-Z]{2}[0-9]{4}[0-9A-Z]{5}(?:[0-9A-Z]{4})?");
  /** 6ES7 315-2EH14-0AB0: Siemens' order numbers are written with and without the blank. */
  private static final Pattern ORDER_SPACED = Pattern.compile("\\b([0-9][A-Z]{2}[0-9]) ?([0-9]{3}-[0-9A-Z]{5}(?:-[0-9A-Z]{4})?)\\b");
  private static final int MOST_WORDS = 48;

  private Names() {}

  /** In capitals, without accents; the dots that stand for a dash in some names are dashes. */
  static String folded(String text) {
    String s = Makers.folded(Makers.mended(text)).replace('\u2022', '-').replace('\u25cf', '-').replace('_', ' ').replace('\u2013', '-').toUpperCase(Locale.ROOT);
    return ORDER_SPACED.matcher(s).replaceAll("$1$2").replace("DS- 2", "DS-2");
  }

  /** The words of a folded text, filling words among them. */
  static List<String> words(String folded) {
    List<String> words = new ArrayList<>();
    for (String w : SPLIT.split(folded)) {
      String word = trimmed(w);
      if (!word.isEmpty() && words.size() < MOST_WORDS) {
        words.add(word);
      }
    }
    return words;
  }

  private static String trimmed(String w) {
    int from = 0;
    int to = w.length();
    while (from < to && "-./!*&".indexOf(w.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && "-./!".indexOf(w.charAt(to - 1)) >= 0) {
      to--;
    }
    return w.substring(from, to);
  }

  /** Without anything but letters and digits: {@code X204-2} and {@code X2042} are one; a plus tells models apart. */
  static String squashed(String word) {
    StringBuilder kept = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
        kept.append(c);
      } else if (c == '+') {
        kept.append("PLUS");
      }
    }
    return kept.length() == word.length() ? word : kept.toString();
  }

  static boolean filling(String word) {
    return FILLING.contains(word);
  }

  static boolean digit(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) >= '0' && word.charAt(i) <= '9') {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a word is enough to know a model by, without the words around it: a digit and a letter in four characters or more, or an order
   * number of five digits or more with its dashes.
   */
  static boolean telling(String word) {
    String s = squashed(word);
    boolean letter = false;
    for (int i = 0; i < s.length(); i++) {
      letter |= s.charAt(i) >= 'A';
    }
    return digit(s) && (letter ? s.length() >= 4 : s.length() >= 5 && s.length() < word.length());
  }

  /** Order numbers in a folded text, squashed. */
  static Set<String> orders(String folded) {
    Set<String> found = new LinkedHashSet<>();
    Matcher m = ORDER.matcher(folded);
    while (m.find() && found.size() < 16) {
      found.add(squashed(m.group()));
    }
    return found;
  }

  static boolean order(String word) {
    return ORDER.matcher(word).matches();
  }
}
