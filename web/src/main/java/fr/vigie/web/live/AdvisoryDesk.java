package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.advisory.Advisory;
import fr.vigie.inventory.advisory.Advisory.Leaf;
import fr.vigie.inventory.advisory.AdvisoryFolder;
import fr.vigie.inventory.advisory.Device;
import fr.vigie.inventory.advisory.Device.Said;
import fr.vigie.inventory.advisory.Kev;
import fr.vigie.inventory.advisory.Match;
import fr.vigie.inventory.advisory.Match.Verdict;
import fr.vigie.inventory.advisory.Matcher;
import fr.vigie.inventory.advisory.Shipped;
import fr.vigie.inventory.advisory.Statement;
import fr.vigie.inventory.advisory.Statement.Status;
import fr.vigie.inventory.advisory.Vex;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.api.Advisories;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Advisories beside the inventory while Vigie runs: what is shipped and what lies in a folder, matched with every device as it changes and with
 * all of them when the folder does; what people decided of a match is a fold of the journal. Devices come from the engine's thread, the folder
 * is read by whoever calls {@link #follow}, pages ask from many.
 */
public final class AdvisoryDesk implements Advisories {
  private static final String KIND = "advisory.decision";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  /** Most products of an advisory that are listed. */
  private static final int MOST_PRODUCTS = 200;
  private static final List<String> FACETS = List.of("verdict", "exploited", "severity", "decided", "origin");

  private final Journal journal;
  private final Path folder;
  private final boolean tables;
  private final String site;
  private final String name;
  private final String version;
  private final Clock clock;
  private final Map<String, Held> devices = new ConcurrentHashMap<>();
  private final Map<String, Decided> decisions = new ConcurrentHashMap<>();
  private volatile IntFunction<@Nullable Origin> origins = i -> null;
  private volatile Known known = new Known(List.of(), Map.of(), null, null, List.of(), new TreeMap<>(), 0);
  private volatile int reading;
  private volatile String fault = "";
  private @Nullable List<ObjectNode> listed;
  private final AtomicLong changes = new AtomicLong();
  private long listedAt = -1;
  private String seen = "never";

  /** Everything that one reading of tables and folder gave. */
  private record Known(List<Advisory> all, Map<String, Advisory> byId, @Nullable Matcher matcher, @Nullable Kev kev,
      List<AdvisoryFolder.Refusal> refused, SortedMap<String, Long> counters, int shipped) {
    boolean exploited(List<String> weaknesses) {
      Kev catalogue = kev;
      return catalogue != null && weaknesses.stream().anyMatch(catalogue::has);
    }
  }

  /** A device with what concerns it, and who found that; null while nobody looked. */
  private record Held(Device device, ObjectNode brief, List<Match> matches, @Nullable Matcher by) {}

  /** The latest decision on a match. */
  private record Decided(Status status, String justification, String comment, String by, Instant at) {}

  /**
   * Takes what was decided from the journal.
   *
   * @param folder folder of CSAF files that is followed; need not be there
   * @param tables whether the tables that are shipped count too
   * @param site {@code {id, name, …}} of the site
   * @param version of the program
   */
  public AdvisoryDesk(Journal journal, Path folder, boolean tables, ObjectNode site, String version, Clock clock) throws IOException {
    this.journal = journal;
    this.folder = folder;
    this.tables = tables;
    this.site = site.path("id").asText("site");
    this.name = site.path("name").asText("");
    this.version = version;
    this.clock = clock;
    for (Journal.Entry entry : journal.entries()) {
      if (entry.kind().equals(KIND)) {
        apply(entry);
      }
    }
  }

  /** Who knows which file or interface an origin is. */
  public void origins(IntFunction<@Nullable Origin> table) {
    origins = table;
  }

  private void apply(Journal.Entry entry) {
    ObjectNode body = entry.body();
    Status status = Status.of(body.path("status").asText());
    if (status == null) {
      return;
    }
    Decided decided = new Decided(status, body.path("justification").asText(""), body.path("comment").asText(""), entry.author(), entry.time());
    String advisory = body.path("advisory").asText().toLowerCase(Locale.ROOT);
    put(body.path("id").asText() + '\u0001' + advisory, decided);
    body.path("keys").forEach(k -> put(k.asText() + '\u0001' + advisory, decided));
  }

  private void put(String key, Decided decided) {
    if (decided.status == Status.OPEN) {
      decisions.remove(key);
    } else {
      decisions.put(key, decided);
    }
  }

  /** The decision on a match: under the device's id, else under any of its identity keys. */
  private @Nullable Decided decided(Held held, Match match) {
    String advisory = '\u0001' + match.advisory().id().toLowerCase(Locale.ROOT);
    Decided found = decisions.get(held.device.id() + advisory);
    if (found == null && !decisions.isEmpty()) {
      for (var key : held.brief.path("keys")) {
        Decided other = decisions.get(key.asText() + advisory);
        found = found == null || other != null && other.at.isAfter(found.at) ? other : found;
      }
    }
    return found;
  }

  /**
   * Reads tables and folder if they changed since they were last read, and matches every device again. Takes a second or two; by one thread at
   * a time.
   *
   * @return whether anything was read
   */
  public synchronized boolean follow() {
    String now = AdvisoryFolder.state(folder);
    if (now.equals(seen)) {
      return false;
    }
    seen = now;
    try {
      List<Advisory> shipped = tables ? Shipped.read() : List.of();
      AdvisoryFolder.Content content = Files.isDirectory(folder) ? AdvisoryFolder.read(folder, n -> reading = n)
          : new AdvisoryFolder.Content(Map.of(), List.of(), new TreeMap<>());
      List<Advisory> all = AdvisoryFolder.together(shipped, content.advisories().values());
      Map<String, Advisory> byId = new HashMap<>();
      all.forEach(a -> byId.put(a.id(), a));
      Matcher matcher = new Matcher(all, Knowledge.shipped().vendors());
      known = new Known(all, byId, matcher, Kev.shipped(), content.refused(), content.counters(), shipped.size());
      fault = "";
      for (String id : List.copyOf(devices.keySet())) {
        devices.computeIfPresent(id, (k, held) -> new Held(held.device, held.brief, matcher.matches(held.device), matcher));
      }
      changes.incrementAndGet();
    } catch (IOException e) {
      fault = String.valueOf(e.getMessage());
    } finally {
      reading = 0;
    }
    return true;
  }

  /** A device came or changed; the document is as the inventory writes it, with what people decided folded in, and is not kept. */
  public void device(ObjectNode asset) {
    Device device = Device.of(asset);
    ObjectNode brief = brief(asset);
    Held before = devices.get(device.id());
    Matcher by;
    List<Match> matches;
    do {
      by = known.matcher; // a folder read meanwhile matched the devices that were there; this one follows it
      matches = by == null ? List.of() : before != null && before.by == by && before.device.equals(device) ? before.matches : by.matches(device);
      devices.put(device.id(), new Held(device, brief, matches, by));
    } while (by != known.matcher);
    if (before == null || !before.matches.isEmpty() || !matches.isEmpty()) {
      changes.incrementAndGet();
    }
  }

  /** A device is no more. */
  public void gone(String id) {
    if (devices.remove(id) != null) {
      changes.incrementAndGet();
    }
  }

  private static ObjectNode brief(ObjectNode asset) {
    ObjectNode brief = JSON.objectNode().put("id", asset.path("id").asText());
    for (String member : List.of("name", "kind", "zone", "vendor", "model", "firmware", "serial")) {
      brief.put(member, asset.path(member).isTextual() ? asset.path(member).asText() : null);
    }
    brief.set("keys", asset.path("keys").deepCopy());
    return brief;
  }

  // ---- being asked

  @Override
  public ObjectNode state() {
    Known k = known;
    Kev kev = k.kev;
    ObjectNode state = JSON.objectNode().put("ready", k.matcher != null).put("advisories", k.all.size())
        .put("imported", k.all.stream().filter(a -> !a.origin().equals(Advisory.SHIPPED)).count()).put("reading", reading)
        .put("folder", folder.toString());
    if (!fault.isEmpty()) {
      state.put("fault", fault);
    }
    state.putObject("shipped").put("day", Shipped.DAY).put("advisories", k.shipped);
    state.putObject("kev").put("day", kev == null ? "" : kev.day()).put("entries", kev == null ? 0 : kev.size());
    ObjectNode counters = state.putObject("counters");
    k.counters.forEach(counters::put);
    ArrayNode refused = state.putArray("refused");
    k.refused.forEach(r -> refused.addObject().put("file", r.file()).put("line", r.line()).put("kind", r.kind()).put("reason", r.reason()));
    return state;
  }

  /** Figures by name, for the page of counters. */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>();
    known.counters.forEach((cause, value) -> all.put("advisories." + cause, value));
    all.put("advisories.known", (long) known.all.size());
    return all;
  }

  private static String severity(double score) {
    return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : score > 0 ? "low" : "none";
  }

  private static int rank(String verdict) {
    return switch (verdict) {
      case "match" -> 0;
      case "possible" -> 1;
      case "not-affected" -> 2;
      default -> 3;
    };
  }

  /** Every advisory as the list shows it, relevant ones first; made again when anything changed. */
  private List<ObjectNode> all() {
    synchronized (devices) {
      long now = changes.get();
      List<ObjectNode> made = listed;
      if (made != null && listedAt == now) {
        return made;
      }
      listedAt = now;
      Known k = known;
      Map<String, int[]> counts = new HashMap<>();
      for (Held held : devices.values()) {
        for (Match m : held.matches) {
          int[] c = counts.computeIfAbsent(m.advisory().id(), id -> new int[4]);
          c[m.verdict().ordinal()]++;
          if ((m.verdict() == Verdict.MATCH || m.verdict() == Verdict.POSSIBLE) && decided(held, m) == null) {
            c[3]++;
          }
        }
      }
      List<ObjectNode> items = new ArrayList<>();
      for (Advisory a : k.all) {
        int[] c = counts.getOrDefault(a.id(), new int[4]);
        ObjectNode item = summary(k, a);
        item.put("verdict", c[0] > 0 ? "match" : c[1] > 0 ? "possible" : c[2] > 0 ? "not-affected" : "none");
        item.putObject("devices").put("match", c[0]).put("possible", c[1]).put("notAffected", c[2]).put("open", c[3]);
        items.add(item);
      }
      items.sort(Comparator.<ObjectNode>comparingInt(i -> rank(i.path("verdict").asText())).thenComparingInt(i -> i.path("exploited").isEmpty() ? 1 : 0)
          .thenComparingDouble(i -> -i.path("score").asDouble(-1)).thenComparing(i -> i.path("id").asText(), Comparator.reverseOrder()));
      listed = List.copyOf(items);
      return items;
    }
  }

  private static ObjectNode summary(Known k, Advisory a) {
    ObjectNode item = JSON.objectNode().put("id", a.id()).put("title", a.title()).put("publisher", a.publisher()).put("released", a.released())
        .put("revised", a.revised()).put("category", a.category());
    if (a.score() >= 0) {
      item.put("score", a.score());
    } else {
      item.putNull("score");
    }
    item.put("severity", severity(a.score())).put("url", a.url()).put("origin", a.origin().equals(Advisory.SHIPPED) ? "shipped" : "imported");
    ArrayNode weaknesses = item.putArray("weaknesses");
    a.weaknesses().forEach(weaknesses::add);
    exploited(k, a.weaknesses(), item.putArray("exploited"));
    return item;
  }

  private static void exploited(Known k, List<String> weaknesses, ArrayNode into) {
    Kev kev = k.kev;
    if (kev != null) {
      for (String w : weaknesses) {
        Kev.Entry e = kev.entry(w);
        if (e != null) {
          into.addObject().put("cve", w).put("added", e.added()).put("due", e.due()).put("ransomware", e.ransomware());
        }
      }
    }
  }

  private static String facet(ObjectNode item, String field) {
    return switch (field) {
      case "exploited" -> item.path("exploited").isEmpty() ? "no" : "yes";
      case "decided" -> item.path("verdict").asText().equals("none") || item.path("verdict").asText().equals("not-affected") ? "none"
          : item.path("devices").path("open").asInt() > 0 ? "open" : "done";
      default -> item.path(field).asText();
    };
  }

  private static boolean chosen(ObjectNode item, Map<String, List<String>> facets, String without) {
    for (Map.Entry<String, List<String>> f : facets.entrySet()) {
      if (!f.getKey().equals(without) && FACETS.contains(f.getKey()) && !f.getValue().contains(facet(item, f.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean says(ObjectNode item, String[] words) {
    String text = (item.path("id").asText() + ' ' + item.path("title").asText() + ' ' + item.path("publisher").asText() + ' ' + item.path("weaknesses"))
        .toLowerCase(Locale.ROOT);
    for (String word : words) {
      if (!text.contains(word)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Found list(Search search, double score) {
    String[] words = search.text().isBlank() ? new String[0] : search.text().toLowerCase(Locale.ROOT).strip().split("\\s+");
    List<ObjectNode> fitting = new ArrayList<>();
    for (ObjectNode item : all()) {
      if (item.path("score").asDouble(-1) >= (score == 0 ? -1 : score) && says(item, words)) {
        fitting.add(item);
      }
    }
    Map<String, Map<String, Long>> facets = new LinkedHashMap<>();
    for (String field : FACETS) {
      Map<String, Long> counts = new TreeMap<>();
      for (ObjectNode item : fitting) {
        if (chosen(item, search.facets(), field)) {
          counts.merge(facet(item, field), 1L, Long::sum);
        }
      }
      facets.put(field, counts);
    }
    List<ObjectNode> shown = new ArrayList<>(fitting.stream().filter(i -> chosen(i, search.facets(), "")).toList());
    order(shown, search.sort());
    List<ObjectNode> page = shown.stream().skip(search.offset()).limit(search.limit()).map(ObjectNode::deepCopy).toList();
    return new Found(shown.size(), page, facets);
  }

  private static void order(List<ObjectNode> items, String sort) {
    boolean down = sort.startsWith("-");
    String field = down ? sort.substring(1) : sort;
    Comparator<ObjectNode> by = switch (field) {
      case "score" -> Comparator.comparingDouble(i -> i.path("score").asDouble(-1));
      case "revised", "released", "id", "title" -> Comparator.comparing(i -> i.path(field).asText());
      default -> null;
    };
    if (by != null) {
      items.sort(down ? by.reversed() : by);
    }
  }

  @Override
  public @Nullable ObjectNode advisory(String id, int offset, int limit) {
    Known k = known;
    Advisory a = k.byId.get(id);
    if (a == null) {
      return null;
    }
    ObjectNode node = summary(k, a);
    node.put("file", a.origin().equals(Advisory.SHIPPED) ? null : a.origin()).put("sha256", a.sha256());
    ArrayNode scores = node.putArray("scores");
    a.vulnerabilities().forEach(v -> {
      if (v.score() >= 0) {
        scores.addObject().put("id", v.id()).put("score", v.score()).put("vector", v.vector());
      }
    });
    ArrayNode products = node.putArray("products");
    a.leaves().stream().limit(MOST_PRODUCTS).forEach(l -> products.addObject().put("vendor", l.vendor()).put("product", l.product())
        .put("versions", l.range().text()).put("status", status(l)).put("understood", l.range().readable() && !l.range().conditional()));
    node.put("productsMore", Math.max(0, a.leaves().size() - MOST_PRODUCTS));
    List<ObjectNode> concerned = new ArrayList<>();
    for (Held held : devices.values()) {
      for (Match m : held.matches) {
        if (m.advisory().id().equals(id)) {
          concerned.add(match(k, held, m, true));
        }
      }
    }
    concerned.sort(Comparator.<ObjectNode>comparingInt(m -> rank(m.path("verdict").asText())).thenComparing(m -> m.path("device").path("name").asText())
        .thenComparing(m -> m.path("device").path("id").asText()));
    node.put("total", concerned.size());
    node.putArray("matches").addAll(concerned.stream().skip(offset).limit(limit).toList());
    return node;
  }

  private static String status(Leaf l) {
    return !l.affected().isEmpty() ? l.cleared().isEmpty() ? "affected" : "partly" : !l.investigated().isEmpty() ? "investigated"
        : !l.cleared().isEmpty() ? "not-affected" : "unsaid";
  }

  private ObjectNode match(Known k, Held held, Match m, boolean ofDevice) {
    ObjectNode node = JSON.objectNode();
    if (ofDevice) {
      ObjectNode device = held.brief.deepCopy();
      device.remove("keys");
      node.set("device", device);
    } else {
      node.set("advisory", summary(k, m.advisory()));
    }
    node.put("verdict", m.verdict().wireName()).put("reason", m.reason().wireName()).put("product", m.product()).put("versions", m.versions());
    node.put("score", m.advisory().score(m.concerns()) < 0 ? null : m.advisory().score(m.concerns()));
    m.concerns().forEach(node.putArray("concerns")::add);
    ArrayNode exploited = node.putArray("exploited");
    if (m.verdict() == Verdict.MATCH || m.verdict() == Verdict.POSSIBLE) {
      exploited(k, m.concerns(), exploited);
    }
    node.put("vex", m.vex());
    ObjectNode proof = node.putObject("proof");
    proof.set("vendor", said(m.vendor()));
    proof.set("model", said(m.model()));
    proof.set("version", said(m.version()));
    Decided d = decided(held, m);
    ObjectNode decision = node.putObject("decision").put("status", d == null ? Status.OPEN.wireName() : d.status.wireName());
    decision.put("justification", d == null ? "" : d.justification).put("comment", d == null ? "" : d.comment).put("by", d == null ? null : d.by)
        .put("at", d == null ? null : d.at.toString());
    return node;
  }

  /** A value with what says it, and the packet that did where one did. */
  private @Nullable ObjectNode said(@Nullable Said s) {
    if (s == null) {
      return null;
    }
    ObjectNode node = JSON.objectNode().put("value", s.value()).put("source", s.source()).put("cite", s.cite()).put("time", s.time())
        .put("confidence", s.confidence());
    Origin origin = s.origin() < 0 ? null : origins.apply(s.origin());
    if (s.packet() >= 0) {
      node.putObject("packet").put("file", origin == null ? null : origin.file()).put("sha256", origin == null ? null : origin.sha256())
          .put("index", Json.whole(s.packet()));
    } else {
      node.putNull("packet");
    }
    return node;
  }

  @Override
  public @Nullable ObjectNode ofDevice(String id, boolean all) {
    Held held = devices.get(id);
    if (held == null) {
      return null;
    }
    Known k = known;
    Matcher matcher = k.matcher;
    ObjectNode node = JSON.objectNode().put("ready", matcher != null);
    List<Match> matches = new ArrayList<>(held.matches);
    node.put("total", matches.size());
    node.put("vendorOnly", matcher == null ? 0 : Math.max(0, matcher.ofMaker(held.device) - matches.size()));
    if (all && matcher != null) {
      matches.addAll(matcher.vendorOnly(held.device));
    }
    ArrayNode items = node.putArray("items");
    matches.stream().limit(500).forEach(m -> items.add(match(k, held, m, false)));
    return node;
  }

  @Override
  public @Nullable ObjectNode proof(String device, String advisory) {
    Held held = devices.get(device);
    Match match = held == null ? null : find(held, advisory);
    if (match == null) {
      return null;
    }
    ObjectNode node = JSON.objectNode().put("id", device + " " + advisory);
    node.putObject("rule").put("id", "advisory");
    ArrayNode packets = node.putArray("packets");
    for (@Nullable Said s : new @Nullable Said[] {match.vendor(), match.model(), match.version()}) {
      Origin origin = s == null || s.origin() < 0 ? null : origins.apply(s.origin());
      if (s != null && origin != null && s.packet() >= 0) {
        packets.addObject().put("file", origin.file()).put("sha256", origin.sha256()).put("index", Json.whole(s.packet())).put("time", s.time());
      }
    }
    return node;
  }

  private static @Nullable Match find(Held held, String advisory) {
    return held.matches.stream().filter(m -> m.advisory().id().equals(advisory)).findFirst().orElse(null);
  }

  @Override
  public @Nullable ObjectNode vex() {
    List<Statement> statements = new ArrayList<>();
    for (Held held : devices.values()) {
      for (Match m : held.matches) {
        Decided d = decided(held, m);
        if (d != null || m.verdict() == Verdict.MATCH || m.verdict() == Verdict.POSSIBLE) {
          ObjectNode b = held.brief;
          statements.add(new Statement(held.device.id(), b.path("name").asText(""), text(b, "vendor"), text(b, "model"), text(b, "firmware"), text(b, "serial"),
              m.advisory().id(), m.advisory().publisher(), m.advisory().url(), m.concerns().isEmpty() ? m.advisory().weaknesses() : m.concerns(),
              d == null ? Status.OPEN : d.status, d == null ? "" : d.justification, d == null ? "" : d.comment, d == null ? "" : d.by,
              d == null ? null : d.at));
        }
      }
    }
    return Vex.write(statements, site, name, clock.instant(), version);
  }

  private static String text(ObjectNode node, String member) {
    return node.path(member).isTextual() ? node.path(member).asText() : "";
  }

  @Override
  public @Nullable ObjectNode decide(String who, String device, String advisory, String status, String justification, String comment) throws IOException {
    Held held = devices.get(device);
    Match match = held == null ? null : find(held, advisory);
    if (held == null || match == null) {
      return null;
    }
    ObjectNode body = JSON.objectNode().put("id", device);
    body.set("keys", held.brief.path("keys").deepCopy());
    body.put("advisory", advisory).put("status", status).put("verdict", match.verdict().wireName());
    if (!justification.isEmpty()) {
      body.put("justification", justification);
    }
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    apply(journal.append(who, KIND, body));
    changes.incrementAndGet();
    return match(known, held, match, false);
  }

  /**
   * Adds to a device's document, for reports, how it stands: {@code advisories{known, match, possible, exploited}}, without what people
   * cleared; nothing while the advisories are not read.
   */
  public void onReport(ObjectNode asset) {
    Held held = devices.get(asset.path("id").asText());
    Known k = known;
    if (held == null || k.matcher == null) {
      return;
    }
    int match = 0;
    int possible = 0;
    int exploited = 0;
    for (Match m : held.matches) {
      Decided d = decided(held, m);
      boolean cleared = d != null && (d.status == Status.NOT_AFFECTED || d.status == Status.FIXED);
      if (!cleared && m.verdict() == Verdict.MATCH) {
        match++;
        exploited += k.exploited(m.concerns()) ? 1 : 0;
      } else if (!cleared && m.verdict() == Verdict.POSSIBLE) {
        possible++;
      }
    }
    asset.putObject("advisories").put("known", k.all.size()).put("match", match).put("possible", possible).put("exploited", exploited);
  }
}
