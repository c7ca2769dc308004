package fr.vigie.inventory.advisory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A product's name in an advisory, read as what a device could call itself. Makers bundle: {@code PXC12/22/36-E.D} is three models,
 * {@code 750-88x} ten, {@code BMXP34*} a line of them; {@code (BACnet)} is one of two firmwares, {@code V4.X} one of two releases,
 * {@code with Web module} a condition that no name shows.
 */
final class ProductName {
  /** How well a device's own words fit. */
  enum Fit {
    NONE,
    /** It is of the family, or has words that the name has not: it may be this product. */
    FAMILY,
    /** It is this product. */
    EXACT
  }

  /** Protocols that names have in parentheses where a device is sold with one or another. */
  private static final Pattern PROTOCOL = Pattern.compile("(BACNET|P2|LONWORKS|LONTALK|KNX|MODBUS|N2|PROFINET)(?:[ /].*)?");
  private static final Pattern PARENTHESIS = Pattern.compile("\\(([^()]*)\\)?");
  /** What follows says which of them only. "For" is part of a name: CODESYS Control for PFC200. */
  private static final Pattern WITH = Pattern.compile("\\b(?:with|containing|using|running|only|built upon|that utilize|in which)\\b(?! firmware)", Pattern.CASE_INSENSITIVE);
  private static final Pattern RELEASE = Pattern.compile("V\\d+(?:\\.\\d+)*(?:\\.X)?|\\d+\\.\\d[\\dA-Z.]*|\\d+\\.X");
  private static final Pattern REMARK = Pattern.compile("(?:INCL|ALL|INCLUDING)\\b.*|.*\\b(?:VARIANTS?|PORTS?|SOFTWARE)\\b.*");
  private static final Pattern ALONE = Pattern.compile("\\s+only$", Pattern.CASE_INSENSITIVE);
  private static final Pattern PARTS = Pattern.compile("^part n(?:umbers?|r|o|°)?\\W*", Pattern.CASE_INSENSITIVE);
  /** An x that stands for any sign: small behind a digit or a capital, capital as a pair, behind a digit at the end, or between dash and digit. */
  private static final Pattern WILD = Pattern.compile("(?<=[0-9A-Z/x-])x+(?![a-wyz])|(?<=[0-9A-Za-z-])X{2,}|(?<=[0-9])X(?![A-Za-z0-9])|(?<=-)X(?=\\d)|\\*");
  /** PXC12/22/36-E.D: letters, numbers, what they end in. */
  private static final Pattern NUMBERS = Pattern.compile("([A-Z][A-Z-]*?)(\\d[\\dA-Z.]*?)((?:/\\d[\\d.]*)+)(-?[A-Z(~][A-Z.~]*)?");
  /** Suffixes of an order number that stand for a variant of the same device. */
  private static final Pattern SUFFIXED = Pattern.compile("(\\d{3}-[\\dx]{3,4})/([\\dx]{3}-[\\dx]{3})");
  private static final Pattern MODEL_LIKE = Pattern.compile("\\d{3,4}-[\\dx]{3,4}(?:/[\\dx-]+)?|(?=.*[A-Z]{2})[A-Z0-9][A-Z0-9-]*-?[A-Z0-9X-]*");
  private static final Pattern LIST = Pattern.compile("\\s*(?:\\||,\\s*and\\b|,|\\band\\b)\\s*");
  /** Most names of one product. */
  private static final int MOST_FORMS = 24;

  private final String text;
  /** Ways to say it: the name itself, then other names of the same product. */
  private final List<List<Slot>> forms;
  /** Each written as one word; empty where a word of it can be several. */
  private final List<String> joined;
  /** Words in parentheses without a digit: which of several it is. */
  private final List<String> variants;
  private final @Nullable String protocol;
  private final @Nullable Version release;
  /** A release without a dot, V2: of the software, or a generation of the hardware. */
  private final @Nullable String generation;
  /** Words behind "with" and its like. */
  private final List<String> condition;
  private final Set<String> orders;
  private final boolean series;
  /** The models are named beside the name: it alone is the family. */
  private final boolean bundled;

  /**
   * One word of the name with what it can be.
   *
   * @param literal squashed
   * @param alike plurals and singulars of words without a digit
   * @param wild over squashed words
   * @param dashed the same as written, for names that begin so
   * @param code whether it has a digit or stands for one
   */
  private record Slot(Set<String> literal, Set<String> alike, List<Pattern> wild, Set<String> dashed, boolean code) {
    boolean is(String squashed) {
      if (literal.contains(squashed) || alike.contains(squashed)) {
        return true;
      }
      for (int i = 0; i < wild.size(); i++) {
        if (wild.get(i).matcher(squashed).matches()) {
          return true;
        }
      }
      return false;
    }

    /** The plurals of words, and the words whose plurals they are, of five letters or more. */
    private static Set<String> alike(Set<String> literal) {
      Set<String> alike = new LinkedHashSet<>();
      for (String word : literal) {
        alike.add(word + "S");
        if (word.endsWith("S") && !word.endsWith("SS")) {
          alike.add(word.substring(0, word.length() - 1));
        }
      }
      alike.removeIf(w -> w.length() <= 4);
      return Set.copyOf(alike);
    }

    /** Whether a word is one of these with a variant's suffix behind a dash or stroke. */
    boolean begins(Phrase said, int at) {
      List<String> beginnings = said.beginnings(at);
      for (int i = 0; i < beginnings.size(); i++) {
        if (is(beginnings.get(i))) {
          return true;
        }
      }
      String word = said.words().get(at);
      if (word.indexOf('.') > 0) {
        for (String d : dashed) {
          if (word.length() > d.length() + 1 && word.charAt(d.length()) == '.' && word.startsWith(d)) {
            return true;
          }
        }
      }
      return false;
    }

    /** Whether the word is a member of a line that has this as its first letters: RUT955 of the RUT models. */
    boolean leads(String squashed) {
      for (String l : literal) {
        if (!code && l.length() >= 3 && squashed.length() > l.length() && squashed.startsWith(l) && Character.isDigit(squashed.charAt(l.length()))) {
          return true;
        }
      }
      return false;
    }

    /** Whether the word only goes on where this ends, as DS-KH6320 does from DS-KH63. */
    boolean grows(String squashed) {
      for (String l : literal) {
        if (code && l.length() >= 5 && squashed.startsWith(l)) {
          return true;
        }
      }
      return false;
    }
  }

  private ProductName(String text, List<List<Slot>> forms, List<String> variants, @Nullable String protocol, @Nullable Version release,
      @Nullable String generation, List<String> condition, Set<String> orders, boolean series, boolean bundled) {
    this.text = text;
    this.forms = forms;
    this.joined = forms.stream().map(ProductName::joined).toList();
    this.variants = variants;
    this.protocol = protocol;
    this.release = release;
    this.generation = generation;
    this.condition = condition;
    this.orders = orders;
    this.series = series;
    this.bundled = bundled;
  }

  /** Whether a text that stands where a version should is a list of models: {@code LNL-X2210}, {@code 750-82xx/xxx-xxx}. */
  static List<String> models(String text) {
    List<String> models = new ArrayList<>();
    for (String part : LIST.split(text.strip())) {
      if (!part.isEmpty()) {
        if (part.length() < 5 || !Names.digit(part) || !MODEL_LIKE.matcher(part).matches()) {
          return List.of();
        }
        models.add(part);
      }
    }
    return models;
  }

  /**
   * Reads a name.
   *
   * @param vendor the vendor's spelling, whose words are no part of the name
   * @param numbers model or order numbers beside the name
   * @param models where not empty, the names of the models that are meant, instead of the name
   */
  static ProductName of(String name, String vendor, List<String> numbers, List<String> models) {
    String mended = Makers.folded(Makers.mended(name).replace("n°", "no")).replace('\u2022', '-').replace('\u25cf', '-').replace('_', ' ').replace("DS- 2", "DS-2");
    Set<String> orders = new LinkedHashSet<>(Names.orders(Names.folded(name)));
    numbers.forEach(n -> orders.add(Names.squashed(Names.folded(n))));
    List<String> variants = new ArrayList<>();
    List<String> aliases = new ArrayList<>(models);
    @Nullable String protocol = null;
    Matcher m = PARENTHESIS.matcher(mended);
    StringBuilder plain = new StringBuilder();
    while (m.find()) {
      String inside = ALONE.matcher(m.group(1).strip()).replaceFirst("");
      if (m.start() > 0 && mended.charAt(m.start() - 1) != ' ' && !inside.isEmpty()) {
        m.appendReplacement(plain, Matcher.quoteReplacement("~" + inside.replace(' ', '-') + "~")); // R04(EN)CPU: with and without
        continue;
      }
      m.appendReplacement(plain, " ");
      String upper = Names.folded(inside);
      Matcher p = PROTOCOL.matcher(upper);
      if (p.matches()) {
        protocol = p.group(1).toLowerCase(Locale.ROOT);
      } else if (PARTS.matcher(inside).find()) {
        aliases.addAll(List.of(PARTS.matcher(inside).replaceFirst("").split(",|\\band\\b|\\s")));
      } else if (!Names.orders(upper).isEmpty() || REMARK.matcher(upper).matches() || inside.split("[\\s,]+").length > 3) {
        continue;
      } else if (Names.digit(inside)) {
        aliases.addAll(List.of(inside.split("[,\\s]+")));
      } else {
        List<String> words = Names.words(upper).stream().filter(w -> !Names.filling(w)).toList();
        boolean initials = words.size() == 1 && initials(plain.toString(), words.getFirst());
        if (!initials) {
          variants.addAll(words);
        }
        if (words.size() == 1 && (initials || words.getFirst().length() >= 4)) {
          aliases.add(inside);
        }
      }
    }
    String core = m.appendTail(plain).toString();
    List<String> condition = List.of();
    Matcher with = WITH.matcher(core);
    if (with.find() && with.start() > 0) {
      condition = Names.words(Names.folded(core.substring(with.end()))).stream().filter(w -> !Names.filling(w)).toList();
      condition = condition.isEmpty() ? List.of(with.group().toUpperCase(Locale.ROOT)) : condition;
      core = core.substring(0, with.start());
    }
    Reading reading = new Reading(vendor);
    reading.words(core);
    List<List<Slot>> forms = new ArrayList<>();
    if (!reading.slots.isEmpty() || !models.isEmpty()) {
      forms.add(List.copyOf(reading.slots));
    }
    for (String alias : aliases) {
      String word = alias.strip();
      boolean known = Names.telling(Names.folded(word)) || word.indexOf('*') >= 0 || !Names.digit(word) && word.length() >= 3 || models.contains(alias);
      if (known && forms.size() < MOST_FORMS) {
        forms.add(List.of(slot(word)));
      }
    }
    boolean series = core.toUpperCase(Locale.ROOT).matches(".*\\b(SERIES|FAMILY|MODELS?|PRODUCTS|DEVICES)\\b.*");
    return new ProductName(name, List.copyOf(forms), List.copyOf(variants), protocol, reading.release, reading.generation, condition,
        Set.copyOf(orders), series, !models.isEmpty());
  }

  /** Whether a word is the initials of the words before it: Intelligent Power Protector (IPP). */
  private static boolean initials(String before, String word) {
    StringBuilder first = new StringBuilder();
    for (String w : Names.words(Names.folded(before))) {
      first.append(w.charAt(0));
    }
    return first.toString().endsWith(word) || word.length() > 2 && first.toString().contains(word);
  }

  /** The reading of the words outside parentheses. */
  private static final class Reading {
    private final Set<String> ofVendor;
    private final List<Slot> slots = new ArrayList<>();
    private @Nullable Version release;
    private @Nullable String generation;
    private String before = "";

    Reading(String vendor) {
      ofVendor = new LinkedHashSet<>(Names.words(Names.folded(vendor)));
    }

    void words(String core) {
      boolean list = false;
      boolean and = false;
      for (String raw : core.strip().split("\\s+")) {
        boolean comma = raw.endsWith(",");
        String word = raw.replaceAll("[,;:]+$", "");
        String upper = Names.folded(word);
        if (upper.equals("AND") || upper.equals("&") || upper.equals("OR")) {
          and = true;
        } else if (word.isEmpty() || Names.squashed(upper).isEmpty() || ofVendor.contains(upper) || Names.filling(upper)) {
          list |= comma;
        } else if (RELEASE.matcher(upper).matches() && !slots.isEmpty()) {
          release = upper.indexOf('.') > 0 ? Version.of(upper) : release;
          generation = upper.indexOf('.') > 0 ? generation : upper;
        } else {
          add(slot(word), and || list && alike(upper) || word.length() >= 4 && word.chars().allMatch(Character::isDigit));
          list = comma;
          and = false;
          before = upper;
        }
      }
    }

    /** Whether a word begins with the letters of the one before: "KT1 Door Controller, Rev01" is no list. */
    private boolean alike(String upper) {
      int n = 0;
      while (n < upper.length() && n < before.length() && upper.charAt(n) == before.charAt(n)) {
        n++;
      }
      return n >= 2;
    }

    /** "PXC00-E.D, PXC50-E.D" and "5210 5230 and 5232": one of them is meant, not all. */
    private void add(Slot slot, boolean listed) {
      Slot last = slots.isEmpty() ? null : slots.getLast();
      boolean either = last != null && (last.code && slot.code || slots.size() == 1 && !last.code && !slot.code);
      if (last == null || !listed || !either) {
        slots.add(slot);
        return;
      }
      Set<String> literal = new LinkedHashSet<>(last.literal);
      literal.addAll(slot.literal);
      List<Pattern> wild = new ArrayList<>(last.wild);
      wild.addAll(slot.wild);
      Set<String> dashed = new LinkedHashSet<>(last.dashed);
      dashed.addAll(slot.dashed);
      slots.set(slots.size() - 1, new Slot(literal, last.code ? Set.of() : Slot.alike(literal), wild, dashed, last.code));
    }
  }

  /** A word with all that it stands for. */
  private static Slot slot(String word) {
    Set<String> written = new LinkedHashSet<>();
    int optional = word.indexOf('~');
    int end = word.lastIndexOf('~');
    if (optional >= 0 && end > optional) {
      bundle(word.substring(0, optional) + word.substring(end + 1), written);
      bundle(word.substring(0, optional) + word.substring(optional + 1, end) + word.substring(end + 1), written);
    } else {
      bundle(word, written);
    }
    Set<String> literal = new LinkedHashSet<>();
    List<Pattern> wild = new ArrayList<>();
    Set<String> dashed = new LinkedHashSet<>();
    for (String one : written) {
      String upper = Names.folded(one);
      literal.add(Names.squashed(upper));
      if (WILD.matcher(one).find() && Names.squashed(upper).length() >= 4) {
        wild.add(wild(one));
      } else if (Names.digit(upper)) {
        dashed.add(upper);
      }
    }
    literal.remove("");
    boolean code = !wild.isEmpty() || literal.stream().anyMatch(Names::digit);
    return new Slot(Set.copyOf(literal), code ? Set.of() : Slot.alike(literal), List.copyOf(wild), Set.copyOf(dashed), code);
  }

  private static void bundle(String word, Set<String> into) {
    if (SUFFIXED.matcher(word).matches()) {
      into.add(word);
      return;
    }
    Matcher numbers = NUMBERS.matcher(word.toUpperCase(Locale.ROOT));
    if (word.indexOf('/') > 0 && numbers.matches()) {
      String suffix = numbers.group(4) == null ? "" : numbers.group(4);
      into.add(numbers.group(1) + numbers.group(2) + suffix);
      for (String n : numbers.group(3).substring(1).split("/")) {
        into.add(numbers.group(1) + n + suffix);
      }
      return;
    }
    into.add(word);
    if (word.indexOf('/') > 0 && !word.toUpperCase(Locale.ROOT).matches("BACNET/IP|I/O.*|.*\\d/\\d.*-.*")) {
      for (String part : word.split("/")) {
        if (part.length() > 1 || Names.digit(part)) {
          into.add(part);
        }
      }
    }
  }

  private static Pattern wild(String word) {
    Matcher suffixed = SUFFIXED.matcher(word);
    String base = suffixed.matches() ? suffixed.group(1) : word;
    StringBuilder regex = new StringBuilder();
    Matcher m = WILD.matcher(base);
    int from = 0;
    while (m.find()) {
      regex.append(Names.squashed(Names.folded(base.substring(from, m.start()))));
      boolean capitals = m.group().charAt(0) == 'X';
      int n = m.group().length();
      if (m.group().equals("*")) {
        regex.append("[0-9A-Z]*");
      } else if (capitals && n == 1 && m.end() < base.length()) {
        regex.append("[0-9]{1,2}");
      } else {
        // a pair of capitals or more at the end stands for the rest of the name, however long makers let it grow
        boolean rest = capitals && n > 1 && m.end() == base.length();
        regex.append("[0-9A-Z]{").append(rest ? 1 : n).append(',').append(rest ? n + 4 : n).append('}');
      }
      from = m.end();
    }
    regex.append(Names.squashed(Names.folded(base.substring(from))));
    if (suffixed.matches()) {
      String variant = Names.squashed(Names.folded(suffixed.group(2)));
      regex.append(variant.indexOf('X') >= 0 ? "([0-9]{6})?" : variant);
    }
    return Pattern.compile(regex.toString());
  }

  /** As it was written. */
  String text() {
    return text;
  }

  /** Order numbers, squashed; empty where the name has none. */
  Set<String> orders() {
    return orders;
  }

  /** The protocol it is sold with, in small letters, or null where the name does not say. */
  @Nullable String protocol() {
    return protocol;
  }

  /** The release it is about, or null. */
  @Nullable Version release() {
    return release;
  }

  /** A release or generation without a dot, {@code V2}, or null. */
  @Nullable String generation() {
    return generation;
  }

  /** Whether the name tells a variant apart, in parentheses, that the device has not told. */
  boolean otherVariant(Phrase said) {
    return !variants.isEmpty() && variants.stream().noneMatch(said::has) && said.orders().stream().noneMatch(orders::contains);
  }

  /** Whether the name has a condition that what the device says does not meet. */
  boolean unmet(Phrase said) {
    return !condition.isEmpty() && !(condition.stream().anyMatch(Names::digit) && said.words().containsAll(condition));
  }

  /** Words under which it is looked up: squashed. */
  Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>(orders);
    for (List<Slot> form : forms) {
      StringBuilder joined = new StringBuilder();
      boolean code = false;
      // whatever fits covers a telling word, or every code: where one code is telling, the short ones need not be looked up
      boolean telling = form.stream().anyMatch(s -> s.code && s.literal.stream().anyMatch(ProductName::tells));
      for (Slot s : form) {
        if (s.code && (!telling || s.literal.stream().anyMatch(l -> l.length() >= 5 || tells(l))) || series && !s.code) {
          keys.addAll(s.literal);
        }
        code |= s.code;
        joined.append(s.literal.isEmpty() ? "" : s.literal.iterator().next());
      }
      keys.add(joined.toString());
      if (!code && !form.isEmpty()) {
        keys.addAll(form.getFirst().literal);
        keys.addAll(form.getLast().literal); // the first may be a brand, which the device need not repeat
      }
    }
    return keys;
  }

  /** A digit and a letter in four signs or more. */
  private static boolean tells(String literal) {
    return literal.length() >= 4 && Names.digit(literal) && literal.chars().anyMatch(c -> c >= 'A');
  }

  /** Patterns of words under which it is looked up, where it has any. */
  List<Pattern> wild() {
    List<Pattern> all = new ArrayList<>();
    forms.forEach(form -> form.forEach(s -> all.addAll(s.wild)));
    return all;
  }

  /** How well words of a device fit. */
  Fit fit(Phrase said) {
    if (!orders.isEmpty() && !said.orders().isEmpty()) {
      for (String o : said.orders()) {
        if (orders.contains(o)) {
          return Fit.EXACT;
        }
      }
      return Fit.NONE; // the device says which of them it is
    }
    Fit best = Fit.NONE;
    for (int i = 0; i < forms.size(); i++) {
      Fit f = fit(forms.get(i), joined.get(i), said);
      f = bundled && i == 0 && f == Fit.EXACT ? Fit.FAMILY : f;
      if (f.compareTo(best) > 0) {
        best = f;
      }
    }
    return best;
  }

  private Fit fit(List<Slot> form, String oneWord, Phrase said) {
    List<String> words = said.words();
    if (words.isEmpty() || form.isEmpty()) {
      return Fit.NONE;
    }
    boolean[] used = new boolean[words.size()];
    int at = 0;
    int covered = 0;
    int first = -1;
    boolean codes = true;
    boolean telling = false;
    boolean loose = false;
    boolean run = true;
    for (int i = 0; i < form.size(); i++) {
      Slot slot = form.get(i);
      Place place = place(slot, said, at);
      if (place == null) {
        boolean maker = !slot.code && slot.literal.stream().anyMatch(said::ofMaker);
        codes &= !slot.code;
        run &= first < 0 || maker;
        covered += maker ? 1 : 0;
        continue;
      }
      for (int k = place.from; k < place.from + place.width; k++) {
        used[k] = true;
      }
      telling |= slot.code && (place.width > 1 || said.telling(place.from));
      loose |= place.loose;
      at = place.from + place.width;
      covered++;
      first = first < 0 ? i : first;
    }
    if (first < 0) {
      return oneWord.equals(said.joined()) ? Fit.EXACT : Fit.NONE;
    }
    boolean whole = covered == form.size();
    boolean known = telling || covered >= 2 && codes && coded(form);
    boolean rest = (whole || codes && known && run) && rest(said, used);
    rest &= !(series && whole && (form.size() > 1 || telling)); // a member of the line is named more exactly than the line
    if (whole) {
      return rest || loose ? Fit.FAMILY : Fit.EXACT;
    }
    // left out are at most the words in front of what is there: X204-2 is SCALANCE X204-2 and not X204-2 FM
    if (oneWord.equals(said.joined()) || codes && known && run && !rest && !loose) {
      return Fit.EXACT;
    }
    return telling || codes && known && run ? Fit.FAMILY : Fit.NONE;
  }

  private static boolean coded(List<Slot> form) {
    for (int i = 0; i < form.size(); i++) {
      if (form.get(i).code) {
        return true;
      }
    }
    return false;
  }

  /** Whether the device says a word that neither the name nor anything else explains. */
  private boolean rest(Phrase said, boolean[] used) {
    for (int j = 0; j < used.length; j++) {
      if (!used[j] && !said.explained(j) && !named(said, j)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word stands anywhere in the name: in parentheses, as its release, as a condition, in another way to say it. */
  private boolean named(Phrase said, int at) {
    String word = said.words().get(at);
    return variants.contains(word) || word.equals(generation) || condition.contains(word) || inAnyForm(said.squashed(at));
  }

  private boolean inAnyForm(String squashed) {
    for (int i = 0; i < forms.size(); i++) {
      List<Slot> form = forms.get(i);
      for (int j = 0; j < form.size(); j++) {
        if (form.get(j).is(squashed)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Where a word of the name stands in what a device says. */
  private record Place(int from, int width, boolean loose) {}

  private @Nullable Place place(Slot slot, Phrase said, int at) {
    List<String> words = said.words();
    for (int j = at; j < words.size(); j++) {
      int fits = 0;
      for (int width = 1; width <= (slot.code ? Phrase.MOST_JOINED : 1) && j + width <= words.size(); width++) {
        fits = slot.is(said.joined(j, width)) ? width : fits;
      }
      if (fits > 0) {
        return new Place(j, fits, false);
      }
      if (slot.code && slot.begins(said, j)) {
        return new Place(j, 1, !series || words.get(j).indexOf('.') > 0);
      }
      if (series && slot.leads(said.squashed(j))) {
        return new Place(j, 1, false);
      }
      if (series && slot.grows(said.squashed(j))) {
        return new Place(j, 1, true);
      }
    }
    return null;
  }

  private static String joined(List<Slot> form) {
    StringBuilder all = new StringBuilder();
    for (Slot s : form) {
      if (s.literal.size() != 1) {
        return "";
      }
      all.append(s.literal.iterator().next());
    }
    return all.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
