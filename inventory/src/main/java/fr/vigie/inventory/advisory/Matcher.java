package fr.vigie.inventory.advisory;

import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Match.Reason;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.advisory.ProductName.Fit;
import fr.vigie.inventory.advisory.Range.Holds;
import fr.vigie.inventory.fingerprint.Vendors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which advisories concern a device. Built once over a set of advisories and not changed after: products are found by maker and by the words
 * of their names, so a device costs what it resembles, not what is published. Safe for use by several threads.
 *
 * <p>How a verdict is reached: products whose maker is the device's and whose name fits its model; of these the exact ones, where there are
 * any. Leaves of one product are judged together ({@link Range#together}); products that the advisory tells apart and the device does not
 * must agree, or the match is possible at most. Nothing that is guessed, conditional or unreadable ever makes a {@link Verdict#MATCH}.
 */
public final class Matcher {
  /** Most fitting names, and most names of models, that are kept. */
  private static final long MOST_KEPT = 400_000;

  private final Makers makers;
  private final Map<String, Fitting> fittings = new ConcurrentHashMap<>();
  private final AtomicLong kept = new AtomicLong();
  private final Map<String, Maker> byMaker = new HashMap<>();
  private final int advisories;

  /** A leaf with its name read; each is itself alone, since to compare what is in it would cost more than to look at it. */
  private static final class Item {
    /** Of its advisory, and of itself among all leaves. */
    final int order;
    final int place;
    final Advisory advisory;
    final Leaf leaf;
    final ProductName name;
    /** The same for leaves of one product. */
    final int product;

    Item(int order, int place, Advisory advisory, Leaf leaf, ProductName name, int product) {
      this.order = order;
      this.place = place;
      this.advisory = advisory;
      this.leaf = leaf;
      this.name = name;
      this.product = product;
    }
  }

  /** A product's name with everything that one maker's advisories say of it: read, looked up and compared once, in however many it stands. */
  private static final class Named {
    final ProductName name;
    final List<Item> items = new ArrayList<>(2);

    Named(ProductName name) {
      this.name = name;
    }
  }

  /** A name of a product that stands for digits, with the names that have it. */
  private record Wild(String begin, Pattern pattern, List<Named> names) {}

  /**
   * A leaf whose name fits, with what can be said of it before anything is known of the device but its model.
   *
   * @param step which of the looks at the index found it
   * @param unsaid whether its name has a generation that the device's words have not
   * @param major that generation as a version
   * @param late the doubt that is left where no other is
   */
  private record Fitted(Item item, Fit fit, int step, boolean unsaid, @Nullable Version major, @Nullable Reason late) {
    static Fitted of(Item item, Fit fit, int step, Phrase phrase) {
      String generation = item.name.generation();
      boolean unsaid = generation != null && !phrase.has(generation);
      Reason late = item.name.otherVariant(phrase) ? Reason.VARIANT_UNKNOWN
          : item.leaf.range().conditional() || item.name.unmet(phrase) ? Reason.CONDITION : null;
      return new Fitted(item, fit, step, unsaid, unsaid && generation != null ? Version.of(generation) : null, late);
    }
  }

  /** Names that may fit, each with the look that found it first. */
  private static final class Candidates {
    final Map<Named, Integer> found = new LinkedHashMap<>();
    private int step;

    void take(@Nullable List<Named> names) {
      if (names != null) {
        step++;
        for (int i = 0; i < names.size(); i++) {
          found.putIfAbsent(names.get(i), step);
        }
      }
    }
  }

  /** All whose names fit one thing that a device says of its model: advisory by advisory, in each as they were found. */
  private record Fitting(Phrase phrase, List<Fitted> all) {}

  /** Everything that names one maker. */
  private static final class Maker {
    final Map<ProductName, Named> names = new HashMap<>();
    final Map<String, List<Named>> byWord = new HashMap<>();
    /** By the first sign of what they match; those that may begin with any under 0. */
    final Map<Character, List<Wild>> wild = new HashMap<>();
    final Map<Integer, Advisory> advisories = new TreeMap<>();
  }

  /** A device with its versions read, each once. */
  private record Subject(Device device, List<Optional<Version>> versions) {
    static Subject of(Device device) {
      return new Subject(device, device.versions().stream().map(v -> Optional.ofNullable(Version.of(v.value()))).toList());
    }
  }

  /** What one leaf is for the device at hand. */
  private record Hit(Item item, Fit fit, Said model, @Nullable Reason doubt) {}

  /** What one product of an advisory says: how it stands, why, of what. */
  private record Opinion(Holds holds, Reason reason, List<String> concerns, List<String> cleared, Hit hit, String versions) {}

  /** Reads all names. */
  public Matcher(Collection<Advisory> all, Vendors vendors) {
    makers = new Makers(vendors);
    int order = 0;
    int place = 0;
    Map<String, ProductName> names = new HashMap<>();
    Map<String, Integer> products = new HashMap<>();
    for (Advisory a : all) {
      for (Leaf leaf : a.leaves()) {
        List<String> models = ProductName.models(leaf.range().text());
        String key = leaf.vendor() + '\u0001' + leaf.product() + '\u0001' + leaf.numbers() + '\u0001' + models;
        ProductName name = names.computeIfAbsent(key, k -> ProductName.of(leaf.product(), leaf.vendor(), leaf.numbers(), models));
        Leaf read = models.isEmpty() ? leaf : new Leaf(leaf.vendor(), leaf.product() + " " + leaf.range().text(), Range.everything(), leaf.numbers(),
            leaf.affected(), leaf.investigated(), leaf.cleared(), leaf.listed(), leaf.justification(), leaf.productId());
        Item item = new Item(order, place++, a, read, name, products.computeIfAbsent(read.product() + '\u0001' + read.numbers(), k -> products.size()));
        for (String maker : makers.named(leaf.vendor())) {
          add(byMaker.computeIfAbsent(maker, m -> new Maker()), item);
        }
      }
      order++;
    }
    advisories = order;
  }

  private static void add(Maker maker, Item item) {
    Named known = maker.names.get(item.name);
    if (known == null) {
      known = new Named(item.name);
      maker.names.put(item.name, known);
      enter(maker, known);
    }
    known.items.add(item);
    maker.advisories.put(item.order, item.advisory);
  }

  /** Makes a name findable. */
  private static void enter(Maker maker, Named named) {
    for (String key : named.name.keys()) {
      if (!key.isEmpty()) {
        maker.byWord.computeIfAbsent(key, k -> new ArrayList<>(2)).add(named);
      }
    }
    for (Pattern p : named.name.wild()) {
      String begin = begin(p.pattern());
      List<Wild> alike = maker.wild.computeIfAbsent(begin.isEmpty() ? 0 : begin.charAt(0), c -> new ArrayList<>());
      Wild known = alike.stream().filter(w -> w.pattern.pattern().equals(p.pattern())).findFirst().orElse(null);
      if (known == null) {
        known = new Wild(begin, p, new ArrayList<>(2));
        alike.add(known);
      }
      known.names.add(named);
    }
  }

  /** What everything that a pattern matches begins with. */
  private static String begin(String pattern) {
    int n = 0;
    while (n < pattern.length() && Character.isLetterOrDigit(pattern.charAt(n)) && (n + 1 == pattern.length() || "*?{".indexOf(pattern.charAt(n + 1)) < 0)) {
      n++;
    }
    return pattern.substring(0, n);
  }

  /** How many advisories it knows. */
  public int size() {
    return advisories;
  }

  /** How many advisories name the device's maker: those of {@link Verdict#VENDOR_ONLY}, beside whatever else they are. */
  public int ofMaker(Device device) {
    Set<Integer> all = new HashSet<>();
    for (Said vendor : device.vendors()) {
      for (String id : publishing(vendor)) {
        Maker maker = byMaker.get(id);
        if (maker != null) {
          all.addAll(maker.advisories.keySet());
        }
      }
    }
    return all.size();
  }

  /** What concerns the device, gravest first, then by advisory; those of the maker alone are left out. */
  public List<Match> matches(Device device) {
    Subject subject = Subject.of(device);
    @Nullable Said by = null;
    List<String> vendors = device.vendors().stream().map(Said::value).toList();
    List<Look> looks = new ArrayList<>();
    for (Said vendor : device.vendors()) {
      for (String id : publishing(vendor)) {
        Maker maker = byMaker.get(id);
        if (maker != null) {
          by = by == null ? vendor : by;
          for (Said model : device.models()) {
            for (String breath : breaths(model.value())) {
              looks.add(new Look(id, model, fitting(id, maker, vendors, breath)));
            }
          }
        }
      }
    }
    if (by == null) {
      return List.of();
    }
    List<Hit> hits = looks.size() == 1 ? hits(looks.getFirst(), subject) : hits(looks, subject);
    List<Match> found = new ArrayList<>();
    for (int from = 0, to; from < hits.size(); from = to) {
      for (to = from + 1; to < hits.size() && hits.get(to).item.order == hits.get(from).item.order; to++) { }
      Match m = judge(subject, by, hits.subList(from, to));
      if (m != null) {
        found.add(m);
      }
    }
    return sorted(cleared(found));
  }

  /** Those of the maker alone. */
  public List<Match> vendorOnly(Device device) {
    Set<String> seen = new HashSet<>();
    matches(device).forEach(m -> seen.add(m.advisory().id()));
    List<Match> rest = new ArrayList<>();
    for (Said vendor : device.vendors()) {
      for (String id : publishing(vendor)) {
        Maker maker = byMaker.get(id);
        if (maker != null) {
          for (Advisory a : maker.advisories.values()) {
            if (seen.add(a.id())) {
              rest.add(new Match(a, Verdict.VENDOR_ONLY, Reason.VENDOR, "", "", List.of(), vendor, null, null, null));
            }
          }
        }
      }
    }
    return rest;
  }

  /** Ids under which advisories about a maker are found; a name that is an id by itself is that maker's. */
  private Set<String> publishing(Said vendor) {
    Set<String> ids = new LinkedHashSet<>();
    for (String id : makers.publishing(vendor.value())) {
      ids.add(id.startsWith("=") && !byMaker.containsKey(id) ? id.substring(1) : id);
    }
    return ids;
  }

  /** One maker asked about one thing that a device says of its model. */
  private record Look(String id, Said model, Fitting fitting) {}

  /** What a device that says one thing hits, advisory by advisory: most do, and nothing has to be put together. */
  private static List<Hit> hits(Look look, Subject subject) {
    List<Fitted> all = look.fitting.all;
    List<Hit> hits = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      Hit hit = limited(all.get(i), look.model, look.fitting.phrase, subject);
      if (hit != null) {
        hits.add(hit);
      }
    }
    return hits;
  }

  /** The same of several: of each leaf the best hit under a maker, and the first maker's. */
  private static List<Hit> hits(List<Look> looks, Subject subject) {
    Map<Item, Hit> all = new LinkedHashMap<>();
    Map<Item, Hit> best = new LinkedHashMap<>();
    for (int i = 0; i < looks.size(); i++) {
      Look look = looks.get(i);
      for (Fitted f : look.fitting.all) {
        Hit known = best.get(f.item);
        if (known == null || known.fit.compareTo(f.fit) < 0) {
          Hit hit = limited(f, look.model, look.fitting.phrase, subject);
          if (hit != null && (known == null || known.fit.compareTo(hit.fit) < 0)) {
            best.put(f.item, hit);
          }
        }
      }
      if (i + 1 == looks.size() || !looks.get(i + 1).id.equals(look.id)) {
        best.forEach(all::putIfAbsent);
        best.clear();
      }
    }
    List<Hit> hits = new ArrayList<>(all.values());
    hits.sort(Comparator.comparingInt(h -> h.item.order));
    return hits;
  }

  /** What fits a model's name; looked up once for each name, since a site has some hundreds of models however many devices. */
  private Fitting fitting(String id, Maker maker, List<String> vendors, String breath) {
    String key = id + '\u0001' + vendors + '\u0001' + breath;
    Fitting known = fittings.get(key);
    if (known != null) {
      return known;
    }
    Phrase phrase = Phrase.of(breath, vendors, word -> makers.named(word).contains(id));
    List<Fitted> found = new ArrayList<>();
    candidates(maker, phrase).found.forEach((named, step) -> {
      Fit fit = named.name.fit(phrase);
      if (fit != Fit.NONE) {
        named.items.forEach(item -> found.add(Fitted.of(item, fit, step, phrase)));
      }
    });
    found.sort(Comparator.<Fitted>comparingInt(f -> f.item.order).thenComparingInt(Fitted::step).thenComparingInt(f -> f.item.place));
    Fitting fitting = new Fitting(phrase, List.copyOf(found));
    if (kept.addAndGet(found.size() + 1) <= MOST_KEPT) {
      fittings.put(key, fitting);
    }
    return fitting;
  }

  /** The whole text, and what stands between its commas: a description names vendor, family, model and order number in a row. */
  private static List<String> breaths(String text) {
    List<String> all = new ArrayList<>();
    all.add(text);
    if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0) {
      for (String part : text.split("[,;]")) {
        if (!part.isBlank() && all.size() < 12) {
          all.add(part);
        }
      }
    }
    return all;
  }

  private static Candidates candidates(Maker maker, Phrase phrase) {
    Candidates found = new Candidates();
    List<String> words = phrase.words();
    for (int i = 0; i < words.size(); i++) {
      String s = phrase.squashed(i);
      found.take(maker.byWord.get(s));
      StringBuilder joined = new StringBuilder(s);
      for (int j = i + 1; j < Math.min(words.size(), i + 4); j++) {
        joined.append(phrase.squashed(j));
        found.take(maker.byWord.get(joined.toString()));
      }
      String w = words.get(i);
      for (int cut = w.length() - 1; cut > 1; cut--) {
        if (w.charAt(cut) == '-' || w.charAt(cut) == '/' || w.charAt(cut) == '.') {
          String begin = Names.squashed(w.substring(0, cut));
          found.take(maker.byWord.get(begin));
          wild(maker, begin, found);
        } else if (Character.isDigit(w.charAt(cut))) {
          found.take(maker.byWord.get(Names.squashed(w.substring(0, cut)))); // RUT955, DS-KH6320
        }
      }
      wild(maker, s, found);
      if (i + 2 < words.size()) {
        wild(maker, s + phrase.squashed(i + 1) + phrase.squashed(i + 2), found);
      }
    }
    for (String order : phrase.orders()) {
      found.take(maker.byWord.get(order));
    }
    return found;
  }

  private static void wild(Maker maker, String word, Candidates into) {
    if (!word.isEmpty() && !maker.wild.isEmpty()) {
      wild(maker.wild.get(word.charAt(0)), word, into);
      wild(maker.wild.get((char) 0), word, into);
    }
  }

  private static void wild(@Nullable List<Wild> some, String word, Candidates into) {
    if (some != null) {
      for (Wild wild : some) {
        if (word.startsWith(wild.begin) && wild.pattern.matcher(word).matches()) {
          into.take(wild.names);
        }
      }
    }
  }

  /** The hit, no better than what the rest of the name allows; null where the name is of another release or protocol. */
  private static @Nullable Hit limited(Fitted fitted, Said model, Phrase phrase, Subject subject) {
    ProductName name = fitted.item.name;
    @Nullable Reason doubt = fitted.fit == Fit.FAMILY ? Reason.FAMILY : null;
    String protocol = name.protocol();
    if (protocol != null && !subject.device.protocols().contains(protocol)) {
      if (subject.device.protocols().contains("bacnet") || phrase.has("BACNET")) {
        return null; // sold with one or the other, and it speaks the other
      }
      doubt = doubt == null ? Reason.VARIANT_UNKNOWN : doubt;
    }
    Version release = name.release();
    if (release != null) {
      boolean inside = false;
      boolean known = false;
      for (Optional<Version> version : subject.versions) {
        known |= version.isPresent();
        inside |= version.isPresent() && version.get().within(release);
      }
      if (known && !inside) {
        return null;
      }
    }
    if (fitted.unsaid) {
      boolean same = false;
      for (Optional<Version> version : subject.versions) {
        same |= fitted.major != null && version.isPresent() && version.get().within(fitted.major);
      }
      doubt = same || doubt != null ? doubt : Reason.VARIANT_UNKNOWN;
    }
    doubt = doubt == null ? fitted.late : doubt;
    return new Hit(fitted.item, doubt == null ? Fit.EXACT : Fit.FAMILY, model, doubt);
  }

  private static @Nullable Match judge(Subject subject, Said vendor, List<Hit> hits) {
    boolean exact = false;
    for (int i = 0; i < hits.size(); i++) {
      exact |= hits.get(i).fit == Fit.EXACT;
    }
    List<Opinion> opinions = new ArrayList<>(1);
    for (List<Hit> ofProduct : products(hits, exact)) {
      Opinion o = opinion(subject, ofProduct);
      if (o != null) {
        opinions.add(o);
      }
    }
    if (opinions.isEmpty()) {
      return null;
    }
    Opinion first = opinions.getFirst();
    Union concerns = new Union();
    boolean yes = false;
    boolean no = true;
    boolean all = true;
    for (Opinion o : opinions) {
      yes |= o.holds == Holds.YES;
      all &= o.holds == Holds.YES;
      no &= o.holds == Holds.NO;
      concerns.add(o.concerns);
      first = o.holds == Holds.YES && first.holds != Holds.YES || o.holds == Holds.UNKNOWN && first.holds == Holds.NO ? o : first;
    }
    Said version = subject.device.versions().isEmpty() ? null : subject.device.versions().getFirst();
    if (no) {
      return exact ? made(first, Verdict.NOT_AFFECTED, first.reason, vendor, version, first.cleared) : null;
    }
    Reason doubt = first.hit.doubt;
    if (doubt != null) {
      return made(first, Verdict.POSSIBLE, doubt, vendor, version, concerns.list());
    }
    if (yes && all) {
      return made(first, Verdict.MATCH, first.reason, vendor, version, concerns.list());
    }
    return made(first, Verdict.POSSIBLE, yes ? Reason.VARIANT_UNKNOWN : first.reason, vendor, version, concerns.list());
  }

  /** The hits of each product, in the order in which products come; of all hits, or of the exact ones. */
  private static Collection<List<Hit>> products(List<Hit> hits, boolean exact) {
    boolean one = true;
    for (int i = 0; i < hits.size() && one; i++) {
      one = (!exact || hits.get(i).fit == Fit.EXACT) && hits.get(i).item.product == hits.getFirst().item.product;
    }
    if (one) {
      return List.of(hits);
    }
    Map<Integer, List<Hit>> products = new LinkedHashMap<>();
    for (Hit h : hits) {
      if (!exact || h.fit == Fit.EXACT) {
        products.computeIfAbsent(h.item.product, p -> new ArrayList<>()).add(h);
      }
    }
    return products.values();
  }

  /** Lists put together, each thing once; a list that comes alone, or only with its like, stays itself. */
  private static final class Union {
    private List<String> only = List.of();
    private @Nullable Set<String> all;

    void add(List<String> more) {
      if (all != null) {
        all.addAll(more);
      } else if (only.isEmpty()) {
        only = more;
      } else if (!more.isEmpty() && !more.equals(only)) {
        all = new LinkedHashSet<>(only);
        all.addAll(more);
      }
    }

    List<String> list() {
      return all == null ? only : List.copyOf(all);
    }
  }

  private static Match made(Opinion o, Verdict verdict, Reason reason, Said vendor, @Nullable Said version, List<String> concerns) {
    return new Match(o.hit.item.advisory, verdict, reason, o.hit.item.leaf.product(), o.versions, concerns, vendor, o.hit.model, version, null);
  }

  /** What the leaves of one product say together; null where they say nothing of weakness. */
  private static @Nullable Opinion opinion(Subject device, List<Hit> hits) {
    List<Range> affected = new ArrayList<>(hits.size());
    List<Range> silent = List.of();
    Set<String> cleared = Set.of();
    boolean stated = false;
    boolean unclear = false;
    for (int i = 0; i < hits.size(); i++) {
      Leaf leaf = hits.get(i).item.leaf;
      if (!leaf.affected().isEmpty()) {
        affected.add(leaf.range());
      } else if (!leaf.investigated().isEmpty() || !leaf.listed()) {
        silent = silent.isEmpty() ? new ArrayList<>() : silent;
        silent.add(leaf.range());
      }
      if (!leaf.cleared().isEmpty() && holds(device, leaf.range()) == Holds.YES) {
        cleared = cleared.isEmpty() ? new LinkedHashSet<>() : cleared;
        cleared.addAll(leaf.cleared());
        stated |= leaf.affected().isEmpty();
      }
    }
    Holds so = affected.isEmpty() ? Holds.NO : holds(device, affected);
    if (so == Holds.NO && !silent.isEmpty()) {
      Holds maybe = holds(device, silent);
      so = maybe == Holds.NO ? so : Holds.UNKNOWN;
      unclear = maybe != Holds.NO;
    }
    Hit first = hits.getFirst();
    if (so == Holds.NO) {
      if (affected.isEmpty() && !stated && silent.isEmpty()) {
        return null;
      }
      Union safe = new Union();
      safe.add(List.copyOf(cleared));
      hits.forEach(h -> safe.add(h.item.leaf.affected()));
      return new Opinion(Holds.NO, stated ? Reason.STATED : Reason.OUT_OF_RANGE, List.of(), safe.list(), first, versions(hits));
    }
    List<String> concerns = concerns(device, hits, affected.size());
    List<String> safe = List.copyOf(cleared);
    if (!safe.isEmpty()) {
      Set<String> without = cleared;
      concerns = concerns.stream().filter(c -> !without.contains(c)).toList();
      if (concerns.isEmpty()) {
        return new Opinion(Holds.NO, Reason.STATED, List.of(), safe, first, versions(hits));
      }
    }
    boolean every = affected.stream().anyMatch(Range::all);
    Reason reason = so == Holds.YES ? every ? Reason.EVERY_VERSION : Reason.IN_RANGE
        : unclear ? Reason.NO_STATUS : device.versions.isEmpty() ? Reason.VERSION_UNKNOWN : Reason.NOT_COMPARABLE;
    return new Opinion(so, reason, concerns, safe, first, versions(hits));
  }

  /** The weaknesses of the leaves in which the device may lie; of all where one alone says that something is affected. */
  private static List<String> concerns(Subject device, List<Hit> hits, int affected) {
    Union concerns = new Union();
    for (int i = 0; i < hits.size(); i++) {
      Leaf leaf = hits.get(i).item.leaf;
      List<String> more = affected == 0 && leaf.affected().isEmpty() ? leaf.investigated() : leaf.affected();
      if (!more.isEmpty() && (affected == 1 || holds(device, leaf.range()) != Holds.NO)) {
        concerns.add(more);
      }
    }
    return concerns.list();
  }

  /** The ranges of those that speak of weakness, as they were written. */
  private static String versions(List<Hit> hits) {
    @Nullable String only = null;
    @Nullable StringBuilder several = null;
    for (int i = 0; i < hits.size(); i++) {
      Leaf leaf = hits.get(i).item.leaf;
      if (!leaf.affected().isEmpty() || !leaf.investigated().isEmpty() || !leaf.listed()) {
        if (only == null) {
          only = leaf.range().text();
        } else {
          several = several == null ? new StringBuilder(only) : several;
          several.append(" ; ").append(leaf.range().text());
        }
      }
    }
    return several != null ? several.toString() : only == null ? "" : only;
  }

  /** Whether what runs on the device lies in the ranges: if it says several versions, all must. */
  private static Holds holds(Subject device, List<Range> ranges) {
    for (Range r : ranges) {
      if (r.all()) {
        return Holds.YES;
      }
    }
    @Nullable Holds so = null;
    for (Optional<Version> version : device.versions) {
      Holds one = version.isEmpty() ? Holds.UNKNOWN : Range.together(ranges, version.get());
      so = so == null || so == one ? one : Holds.UNKNOWN;
    }
    return so == null ? Holds.UNKNOWN : so;
  }

  private static Holds holds(Subject device, Range range) {
    return holds(device, List.of(range));
  }

  /** What VEX statements say of the device takes weaknesses out of what other advisories say of it. */
  private static List<Match> cleared(List<Match> found) {
    Map<String, String> safe = new HashMap<>();
    for (Match m : found) {
      if (m.advisory().vex() && m.verdict() == Verdict.NOT_AFFECTED && m.reason() == Reason.STATED) {
        m.concerns().forEach(c -> safe.put(c, m.advisory().id()));
      }
    }
    if (safe.isEmpty()) {
      return found;
    }
    List<Match> all = new ArrayList<>();
    for (Match m : found) {
      boolean touched = m.verdict() != Verdict.NOT_AFFECTED && m.concerns().stream().anyMatch(safe::containsKey);
      List<String> left = m.concerns().stream().filter(c -> !safe.containsKey(c)).toList();
      if (!touched) {
        all.add(m);
      } else if (left.isEmpty()) {
        all.add(new Match(m.advisory(), Verdict.NOT_AFFECTED, Reason.VEX, m.product(), m.versions(), m.concerns(), m.vendor(), m.model(), m.version(),
            safe.get(m.concerns().getFirst())));
      } else {
        all.add(new Match(m.advisory(), m.verdict(), m.reason(), m.product(), m.versions(), left, m.vendor(), m.model(), m.version(), null));
      }
    }
    return all;
  }

  private static List<Match> sorted(List<Match> found) {
    List<Match> all = new ArrayList<>(found);
    all.sort((a, b) -> a.verdict() != b.verdict() ? a.verdict().compareTo(b.verdict())
        : a.advisory().score() != b.advisory().score() ? Double.compare(b.advisory().score(), a.advisory().score())
            : a.advisory().id().compareTo(b.advisory().id()));
    return List.copyOf(all);
  }
}
