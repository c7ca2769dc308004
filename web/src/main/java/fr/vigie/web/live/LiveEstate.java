package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Index.Kind;
import fr.vigie.inventory.store.Index.Spec;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Query;
import fr.vigie.inventory.store.QueryParser;
import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.web.access.Audit;
import fr.vigie.web.api.Advisories;
import fr.vigie.web.api.Decision;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Exceptions;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.IncidentDesk;
import fr.vigie.web.api.Normal;
import fr.vigie.web.api.Relations;
import fr.vigie.web.api.Reviews;
import fr.vigie.web.api.Search;
import fr.vigie.web.capture.CaptureJson;
import fr.vigie.web.exchange.Ballot;
import fr.vigie.web.exchange.Devices;
import fr.vigie.web.exchange.Imported;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The estate behind the console: four indexes that the engine feeds, and the journal that people's decisions go to first. The engine calls
 * {@code on…} from its one thread; pages ask from many. What people decided is folded into every document as it passes, so that a search
 * finds it and a restart has it.
 */
public final class LiveEstate implements Estate {
  /** Documents of a kind that wait for their index: whole ones, some kilobytes each. */
  private static final int MOST_LAID = 1_000;
  /** Severities H and C. */
  private static final long GRAVE = 4;
  /** How old what a page sees of what devices say to each other may be: no page is told of it. */
  private static final long STALE_MS = 250;

  /** Identity keys that are remembered to tell decisions that found their device from orphans. */
  private static final int MOST_KEYS = 1 << 18;
  private static final List<String> ALERT_FACETS = List.of("severity", "state", "rule", "zone", "technique");
  private static final List<String> ASSET_FACETS = List.of("review", "kind", "zone", "vendor");
  /** Triage states of an alert that still wants somebody. */
  static final List<String> OPEN = List.of("new", "acknowledged", "investigating");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Indexes indexes;
  private final Journal journal;
  private final Decided decided;
  private final Broadcast broadcast;
  private final ObjectNode site;
  private final List<Consumer<Journal.Entry>> listeners = new CopyOnWriteArrayList<>();
  private final LiveReviews reviews;
  private final FourEyes fourEyes;
  private final LiveIncidents incidents;
  private final LiveExceptions exceptions;
  private final Explanations explanations;
  private final Map<String, Brief> briefs = new HashMap<>();
  private final Set<String> keys = new HashSet<>();
  /** Devices that became part of others: what an alert said of them is said of those. */
  private final Map<String, String> merged = new HashMap<>();
  private final Intake alerts;
  private final Intake assets;
  private final Intake cases;
  private final Traffic traffic;
  private final Object writing = new Object();
  private final AtomicLong trimmed = new AtomicLong();
  private volatile @Nullable AdvisoryDesk advisories;
  private volatile Normal normal = Normal.NONE;
  private volatile Supplier<String> metrics = () -> "";
  private volatile ObjectNode health = JSON.objectNode();
  private volatile ObjectNode capture = CaptureJson.page(Diagnosis.NONE, List.of());

  /** The indexes the estate searches; each made with the fields that this class names. */
  public record Indexes(Index alerts, Index assets, Index contacts, Index readings, Index acts, Index incidents) {
    /** In memory: a replay that nobody keeps. */
    public static Indexes inMemory() throws IOException {
      return new Indexes(Index.inMemory(alertFields()), Index.inMemory(assetFields()), Index.inMemory(contactFields()),
          Index.inMemory(readingFields()), Index.inMemory(actFields()), Index.inMemory(incidentFields()));
    }

    /** All of them. */
    public List<Index> all() {
      return List.of(alerts, assets, contacts, readings, acts, incidents);
    }
  }

  /**
   * Opens the estate.
   *
   * @param decided the fold of that journal, already replayed: {@code Journal.open(file, decided::replay)}
   * @param site {@code {id, name, tz, zones[{id, name, kind, care}]}}
   */
  public LiveEstate(Indexes indexes, Journal journal, Decided decided, Broadcast broadcast, ObjectNode site) throws IOException {
    this(indexes, journal, decided, broadcast, site, true);
  }

  /**
   * The same.
   *
   * @param recalling false where {@link #recall} is called later, since somebody waits for the first page: until then alerts name no devices
   */
  public LiveEstate(Indexes indexes, Journal journal, Decided decided, Broadcast broadcast, ObjectNode site, boolean recalling) throws IOException {
    this.indexes = indexes;
    this.journal = journal;
    this.decided = decided;
    this.broadcast = broadcast;
    this.site = site.deepCopy();
    AtomicLong seq = new AtomicLong();
    this.alerts = new Intake(indexes.alerts, seq, MOST_LAID);
    this.assets = new Intake(indexes.assets, seq, MOST_LAID);
    this.cases = new Intake(indexes.incidents, seq, MOST_LAID);
    this.traffic = new Traffic(indexes, seq);
    this.reviews = new LiveReviews(this, journal, decided);
    this.fourEyes = new FourEyes(journal, Clock.systemUTC(), broadcast::desk);
    this.explanations = new Explanations(this, indexes);
    this.exceptions = new LiveExceptions(this, indexes.alerts, journal, fourEyes, broadcast);
    this.incidents = new LiveIncidents(this, indexes.incidents, journal, decided, exceptions, broadcast);
    fourEyes.moments(() -> Json.time(Json.nanos(incidents.now())));
    decided.knowing(briefs::containsKey);
    if (recalling) {
      recall();
    }
    reconcile();
  }

  /** What the console needs to know of the site file. */
  public static ObjectNode describe(Site site) {
    ObjectNode node = JSON.objectNode().put("id", site.id()).put("name", site.name()).put("tz", site.calendar().tz().getId());
    var zones = node.putArray("zones");
    for (Zone zone : site.zones()) {
      zones.addObject().put("id", zone.id()).put("name", zone.name()).put("kind", zone.kind()).put("care", zone.care());
    }
    return node;
  }

  /** Fields of alerts, for the query language. */
  public static List<Spec> alertFields() {
    return List.of(new Spec("id", "/id", Kind.KEYWORD), new Spec("rule", "/rule/id", Kind.KEYWORD), new Spec("severity", "/severity", Kind.KEYWORD),
        new Spec("state", "/state", Kind.KEYWORD), new Spec("technique", "/technique/*/id", Kind.KEYWORD),
        new Spec("zone", "/zones/*", Kind.KEYWORD), new Spec("asset", "/assets/*", Kind.KEYWORD), new Spec("who", "/who/ip", Kind.KEYWORD),
        new Spec("whom", "/whom/*/ip", Kind.KEYWORD), new Spec("vlan", "/who/vlan", Kind.KEYWORD), new Spec("incident", "/incident", Kind.KEYWORD),
        new Spec("exception", "/exception", Kind.KEYWORD), new Spec("cause", "/fold/cause", Kind.KEYWORD),
        new Spec("assignee", "/assignee", Kind.KEYWORD), new Spec("time", "/time", Kind.TIME), new Spec("first", "/first", Kind.TIME),
        new Spec("last", "/last", Kind.TIME), new Spec("count", "/count", Kind.NUMBER), new Spec("urgency", "/_urgency", Kind.NUMBER));
  }

  /** Fields of incidents, for the query language. */
  public static List<Spec> incidentFields() {
    return List.of(new Spec("id", "/id", Kind.KEYWORD), new Spec("severity", "/severity", Kind.KEYWORD), new Spec("state", "/state", Kind.KEYWORD),
        new Spec("verdict", "/verdict", Kind.KEYWORD), new Spec("assignee", "/assignee", Kind.KEYWORD), new Spec("rule", "/rules/*/id", Kind.KEYWORD),
        new Spec("cause", "/folds/*/cause", Kind.KEYWORD), new Spec("technique", "/technique/*", Kind.KEYWORD), new Spec("zone", "/zones/*", Kind.KEYWORD),
        new Spec("asset", "/assets/*", Kind.KEYWORD), new Spec("who", "/actors/*/ip", Kind.KEYWORD), new Spec("whom", "/targets/*/ip", Kind.KEYWORD),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME), new Spec("alerts", "/alerts", Kind.NUMBER),
        new Spec("events", "/events", Kind.NUMBER), new Spec("urgency", "/_urgency", Kind.NUMBER));
  }

  /** Fields of devices, for the query language. */
  public static List<Spec> assetFields() {
    return List.of(new Spec("id", "/id", Kind.IDENTIFIER), new Spec("name", "/name", Kind.IDENTIFIER), new Spec("kind", "/kind", Kind.KEYWORD),
        new Spec("zone", "/zone", Kind.KEYWORD), new Spec("place", "/place", Kind.KEYWORD), new Spec("vendor", "/vendor", Kind.KEYWORD),
        new Spec("model", "/model", Kind.KEYWORD), new Spec("firmware", "/firmware", Kind.KEYWORD), new Spec("serial", "/serial", Kind.IDENTIFIER),
        new Spec("review", "/decisions/review", Kind.KEYWORD),
        new Spec("due", "/decisions/due", Kind.KEYWORD), new Spec("service", "/picture/services/*", Kind.KEYWORD),
        new Spec("peer", "/picture/peers/*", Kind.IDENTIFIER), new Spec("changed", "/decisions/reopened/*/field", Kind.KEYWORD),
        new Spec("campaign", "/campaigns/*", Kind.KEYWORD), new Spec("owner", "/owner", Kind.KEYWORD), new Spec("supplier", "/supplier", Kind.KEYWORD),
        new Spec("contract", "/contract", Kind.KEYWORD), new Spec("site", "/site", Kind.KEYWORD), new Spec("building", "/building", Kind.KEYWORD),
        new Spec("floor", "/floor", Kind.KEYWORD), new Spec("room", "/room", Kind.KEYWORD), new Spec("key", "/keys/*", Kind.IDENTIFIER),
        new Spec("ip", "/addresses/*/ip", Kind.IDENTIFIER), new Spec("mac", "/addresses/*/mac", Kind.IDENTIFIER),
        new Spec("vlan", "/addresses/*/vlan", Kind.KEYWORD), new Spec("parent", "/parent", Kind.IDENTIFIER), new Spec("care", "/care", Kind.NUMBER),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME));
  }

  /** Fields of contacts, for the query language. */
  public static List<Spec> contactFields() {
    return List.of(new Spec("asset", "/assets/*", Kind.IDENTIFIER), new Spec("from", "/from", Kind.IDENTIFIER), new Spec("to", "/to", Kind.IDENTIFIER),
        new Spec("who", "/who/ip", Kind.IDENTIFIER), new Spec("whom", "/whom/ip", Kind.IDENTIFIER), new Spec("port", "/whom/port", Kind.NUMBER),
        new Spec("vlan", "/who/vlan", Kind.KEYWORD), new Spec("protocol", "/protocol", Kind.KEYWORD), new Spec("transport", "/transport", Kind.KEYWORD),
        new Spec("answer", "/answer", Kind.KEYWORD), new Spec("operation", "/operations/*", Kind.KEYWORD), new Spec("packets", "/packets", Kind.NUMBER),
        new Spec("bytes", "/bytes", Kind.NUMBER), new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME));
  }

  /** Fields of readings. */
  public static List<Spec> readingFields() {
    return List.of(new Spec("asset", "/asset", Kind.IDENTIFIER), new Spec("to", "/to", Kind.TIME));
  }

  /** Fields of what devices do to each other's points, for the query language. */
  public static List<Spec> actFields() {
    return List.of(new Spec("asset", "/assets/*", Kind.IDENTIFIER), new Spec("from", "/from", Kind.IDENTIFIER), new Spec("to", "/to", Kind.IDENTIFIER),
        new Spec("who", "/who/ip", Kind.IDENTIFIER), new Spec("whom", "/whom/ip", Kind.IDENTIFIER), new Spec("protocol", "/protocol", Kind.KEYWORD),
        new Spec("verb", "/verb", Kind.KEYWORD), new Spec("operation", "/operation", Kind.KEYWORD), new Spec("point", "/point", Kind.IDENTIFIER),
        new Spec("priority", "/priority", Kind.NUMBER), new Spec("outcome", "/outcome", Kind.KEYWORD), new Spec("count", "/times", Kind.NUMBER),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/time", Kind.TIME));
  }

  /** Calls back after each decision, once it is in the journal: the engine tells the ledger and the rules. */
  public void onDecision(Consumer<Journal.Entry> listener) {
    listeners.add(listener);
  }

  /** Who answers for what only the ledger and its past know; without one there is no past. */
  public void onEngine(Engine engine) {
    reviews.engine(engine);
  }

  /** The audit trail of access, in the same journal. */
  public Audit audit() {
    return (kind, who, what) -> journal.append(who, kind, what);
  }

  /** An alert came or changed; the document is as {@code alerts.ndjson} writes it and is not kept. */
  public void onAlert(ObjectNode alert) throws IOException {
    synchronized (writing) {
      ObjectNode mine = alert.deepCopy();
      exceptions.lay(mine);
      decided.onAlert(mine);
      dress(mine);
      alerts.lay(mine.path("id").asText(), mine);
      incidents.take(mine);
    }
    broadcast.alert(alert.path("id").asText(), rank(alert.path("severity").asText()) >= GRAVE);
  }

  /** A device came or changed; the document is as {@code assets.ndjson} writes it and is not kept. */
  public void onAsset(ObjectNode asset) throws IOException {
    String id = asset.path("id").asText();
    synchronized (writing) {
      ObjectNode mine = asset.deepCopy();
      decided.onAsset(mine);
      briefs.put(id, brief(mine));
      remember(mine);
      advise(mine);
      assets.lay(id, mine);
    }
    broadcast.asset(id);
  }

  /** A device is no more: merged into another. */
  public void onAssetGone(String id) throws IOException {
    synchronized (writing) {
      briefs.remove(id);
      assets.delete(id);
      AdvisoryDesk desk = advisories;
      if (desk != null) {
        desk.gone(id);
      }
    }
    broadcast.asset(id);
  }

  /** Tells every device that came or comes to whoever knows advisories; to be called before the first. */
  public void onAdvisories(AdvisoryDesk desk) {
    advisories = desk;
  }

  private void advise(ObjectNode asset) {
    AdvisoryDesk desk = advisories;
    if (desk != null) {
      desk.device(asset);
    }
  }

  @Override
  public Advisories advisories() {
    AdvisoryDesk desk = advisories;
    return desk == null ? Advisories.NONE : desk;
  }

  /** A device became part of another; while it does not come back, alerts that name it mean the other. */
  public void merged(String gone, String into) {
    synchronized (writing) {
      merged.put(gone, into);
    }
  }

  /** The id by which a device is shown now. */
  private String shown(String id) {
    String now = id;
    for (int hops = 0; hops < 16 && !briefs.containsKey(now) && merged.containsKey(now); hops++) {
      now = merged.getOrDefault(now, now);
    }
    return now;
  }

  /**
   * A contact between devices came or changed.
   *
   * @param contact makes the document, the caller's own, once it is wanted; on any thread
   * @param from the device that asks, or null where it is none
   * @param to the device that answers, or null where it is none
   */
  public void onContact(String key, @Nullable String from, @Nullable String to, Supplier<ObjectNode> contact) throws IOException {
    traffic.contact(key, from, to, contact);
  }

  /**
   * A device changed something of another. The same of the same to the same point is one document, which counts them and shows the last.
   *
   * @param key who, whom, verb and point
   * @param seq packet of the act, and {@code n} its place there
   * @param again whether this only tells how an act that was counted ended
   * @param value what was written, or null: two that are equal are no change
   * @param act makes the document, the caller's own, once it is wanted; on any thread
   */
  public void onAct(String key, @Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value,
      Supplier<ObjectNode> act) throws IOException {
    traffic.act(key, from, to, seq, n, again, value, act);
  }

  /** Acts that are in the log and are not shown, since as many others as fit are. */
  public long unshownActs() {
    return traffic.unshown();
  }

  /** What people decide among themselves and what was turned away of it, by name. */
  public SortedMap<String, Long> deskCounters() {
    SortedMap<String, Long> all = new TreeMap<>();
    all.put("refused.approvals", fourEyes.refused());
    all.put("refused.incidents", incidents.forgotten());
    all.put("refused.exceptions", exceptions.refused());
    all.put("refused.console_documents", alerts.lost() + assets.lost() + cases.lost() + traffic.lost());
    return all;
  }

  /** A bucket of readings of a device's point was closed; the document is made once it is wanted, on any thread. */
  public void onReading(String key, String asset, Supplier<ObjectNode> reading) throws IOException {
    traffic.reading(key, asset, reading);
  }

  /**
   * How capture stands.
   *
   * @param clock capture time, RFC 3339, or empty before the first packet
   * @param state {@code waiting}, {@code restoring}, {@code restored}, {@code playing}, {@code live} or {@code done}
   * @param findings sentences {@code {level, fr, en}} about what the mirror misses
   */
  public void onHealth(String clock, String state, SortedMap<String, Long> counters, List<ObjectNode> findings) {
    ObjectNode node = JSON.objectNode().put("clock", clock).put("state", state);
    ObjectNode figures = node.putObject("counters");
    counters.forEach(figures::put);
    node.putArray("findings").addAll(findings);
    health = node;
  }

  /** Who writes the counters in the text format of Prometheus when they are asked for; by any thread. */
  public void onMetrics(Supplier<String> writer) {
    metrics = writer;
  }

  @Override
  public String metrics() {
    return metrics.get();
  }

  /** What the capture carries and fails to deliver, as the API gives it. */
  public void onCapture(ObjectNode document) {
    capture = document;
  }

  @Override
  public ObjectNode capture() {
    return capture.deepCopy();
  }

  /** Makes everything that came so far visible at once: for the end of a replay. */
  public void show() throws IOException {
    refresh();
    traffic.show(0);
  }

  /** Brings to the indexes what the engine laid down: for a thread that comes round, so that neither the engine nor a page has to. */
  public void bring() throws IOException {
    traffic.bring();
    flush();
  }

  /**
   * Makes the indexes durable.
   *
   * @param folded every document that comes of observations up to this sequence number was brought here
   * @param mark what the documents are a fold of
   */
  public void commit(long folded, String mark) throws IOException {
    bring();
    for (Index index : indexes.all()) { // not under the lock: the engine does not wait for a disk, and what comes meanwhile may be in or not
      index.commit(folded, mark);
    }
  }

  /** Devices that are shown. */
  public int devices() throws IOException {
    refresh();
    try {
      return (int) indexes.assets.search(new Query.All(), "", 0, 0, List.of()).total();
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("everything is always a query", e);
    }
  }

  /**
   * A device as the fold of the whole log has it, after a start from indexes that were kept: put only where it stands otherwise there.
   *
   * @return whether it stood otherwise
   */
  public boolean settleAsset(ObjectNode asset) throws IOException {
    synchronized (writing) {
      ObjectNode mine = asset.deepCopy();
      decided.onAsset(mine);
      if (Json.line(mine).equals(lineOf(assets.find(mine.path("id").asText())))) {
        advise(mine); // no other than before: it costs a comparison, and nobody need know whether it was told at the start
        return false;
      }
    }
    onAsset(asset);
    return true;
  }

  /** The same for an alert. */
  public boolean settleAlert(ObjectNode alert) throws IOException {
    synchronized (writing) {
      ObjectNode mine = alert.deepCopy();
      exceptions.lay(mine);
      decided.onAlert(mine);
      dress(mine);
      if (Json.line(mine).equals(lineOf(alerts.find(mine.path("id").asText())))) {
        incidents.take(mine);
        return false;
      }
    }
    onAlert(alert);
    return true;
  }

  private static String lineOf(@Nullable ObjectNode document) {
    return document == null ? "" : Json.line(document);
  }

  /** The fold of the log begins to be compared: incidents are made again of the alerts that {@link #settleAlert} takes. */
  public void beginIncidents() {
    synchronized (writing) {
      incidents.begin();
    }
  }

  /** All alerts were compared. */
  public void endIncidents() throws IOException {
    synchronized (writing) {
      flush();
      incidents.end();
    }
  }

  /** Takes away every alert that is not among these ids; answers how many. */
  public int forgetAlertsBut(Set<String> ids) throws IOException {
    synchronized (writing) {
      refresh();
      List<String> others = new ArrayList<>();
      indexes.alerts.each(alert -> {
        String id = alert.path("id").asText();
        if (!ids.contains(id)) {
          others.add(id);
        }
      });
      for (String id : others) {
        alerts.delete(id);
      }
      return others.size();
    }
  }

  /** Devices that are shown and are not among these ids. */
  public List<String> othersThan(Set<String> ids) {
    synchronized (writing) {
      return briefs.keySet().stream().filter(id -> !ids.contains(id)).sorted().toList();
    }
  }

  /** Learns from the index which devices there are. */
  public void recall() throws IOException {
    indexes.assets.each(asset -> {
      synchronized (writing) {
        decided.onAsset(asset);
        advise(asset);
        briefs.putIfAbsent(asset.path("id").asText(), brief(asset));
        remember(asset);
      }
    });
  }

  private void remember(ObjectNode asset) {
    for (JsonNode key : asset.path("keys")) {
      if (keys.size() < MOST_KEYS) {
        keys.add(key.asText());
      }
    }
  }

  /**
   * Lets go of documents about contacts and points, those longest without news first, until there are at most so many of each; of one more than
   * a few thousand at a time.
   */
  public void trim(int most) throws IOException {
    trimmed.addAndGet(traffic.trim(most));
  }

  /** Documents about contacts and points that had to go because there were too many. */
  public long trimmed() {
    return trimmed.get();
  }

  /** Decisions taken after the last commit of an index are in the journal: what is on disk catches up. */
  private void reconcile() throws IOException {
    synchronized (writing) {
      refresh();
      for (String id : decided.ids()) {
        ObjectNode alert = alerts.find(id);
        if (alert != null) {
          JsonNode zones = alert.path("zones").deepCopy(); // as they were: the devices may not be recalled yet
          decided.onAlert(alert);
          dress(alert);
          alert.set("zones", zones);
          alerts.put(id, alert);
        }
        ObjectNode asset = assets.find(id);
        if (asset != null) {
          decided.onAsset(asset);
          assets.put(id, asset);
        }
      }
      incidents.reconcile();
      refresh();
    }
  }

  /** A text member; empty where it is null or missing. */
  private static String text(ObjectNode node, String member) {
    return node.path(member).isTextual() ? node.path(member).asText() : "";
  }

  private static Brief brief(ObjectNode asset) {
    String address = "";
    int best = 0;
    for (JsonNode at : asset.path("addresses")) {
      boolean ip = at.path("ip").isTextual();
      int worth = (ip ? 2 : 1) + (at.path("current").asBoolean() ? 2 : 0);
      if (worth > best) {
        best = worth;
        address = ip ? at.path("ip").asText() : at.path("mac").isTextual() ? at.path("mac").asText() : "";
      }
    }
    return new Brief(text(asset, "name"), address, text(asset, "kind"), text(asset, "zone"),
        asset.path("decisions").path("review").asText("new"));
  }

  private void flush() throws IOException {
    synchronized (writing) {
      incidents.flush();
    }
    assets.bring();
    alerts.bring();
    cases.bring();
  }

  /** The way of incidents into their index. */
  Intake cases() {
    return cases;
  }

  /** Lays anew over the alerts of an incident what people decided; under the lock. */
  void relayAlerts(String incident) throws IOException {
    List<ObjectNode> own = new ArrayList<>();
    try {
      indexes.alerts.each(new Query.Has("incident", incident), own::add);
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
    for (ObjectNode alert : own) {
      JsonNode zones = alert.path("zones").deepCopy(); // as they were: the devices may not be recalled yet
      decided.onAlert(alert);
      dress(alert);
      if (zones.isArray()) {
        alert.set("zones", zones);
      }
      alerts.put(alert.path("id").asText(), alert);
      broadcast.alert(alert.path("id").asText());
    }
  }

  /** What whoever changes documents holds. */
  Object lock() {
    return writing;
  }

  /** Capture time, or empty before the first packet. */
  String clock() {
    return health.path("clock").asText();
  }

  /** Adds the zones of the devices that a document names in {@code assets}. */
  void zones(ObjectNode document) {
    var zones = document.putArray("zones");
    List<String> seen = new ArrayList<>();
    for (JsonNode id : document.path("assets")) {
      Brief brief = briefs.get(shown(id.asText()));
      if (brief != null && !brief.zone().isEmpty() && !seen.contains(brief.zone())) {
        seen.add(brief.zone());
        zones.add(brief.zone());
      }
    }
  }

  /** Zones of the devices that an alert names beside its actor, or of the actor where it names no other. */
  Set<String> targetZones(ObjectNode alert) {
    Set<String> targets = new HashSet<>();
    Set<String> actor = new HashSet<>();
    String who = alert.path("who").path("ip").asText();
    synchronized (writing) {
      for (JsonNode id : alert.path("assets")) {
        Brief brief = briefs.get(shown(id.asText()));
        if (brief != null) {
          (brief.address().equals(who) ? actor : targets).add(brief.zone());
        }
      }
    }
    return targets.isEmpty() ? actor : targets;
  }

  /** What lists say of the devices that a document names in {@code assets}; those at one of these addresses first. */
  ArrayNode devicesOf(ObjectNode document, JsonNode first) {
    ArrayNode devices = JSON.arrayNode();
    Set<String> addresses = new HashSet<>();
    first.forEach(e -> addresses.add(e.path("ip").asText()));
    synchronized (writing) {
      int at = 0;
      for (JsonNode id : document.path("assets")) {
        Brief brief = briefs.get(shown(id.asText()));
        if (brief != null) {
          ObjectNode device = brief.into(JSON.objectNode(), shown(id.asText()));
          devices.insert(addresses.contains(brief.address()) ? at++ : devices.size(), device);
        }
      }
    }
    return devices;
  }

  /** Adds what only the console needs: the zones of the devices, and the order in which people should look. */
  private void dress(ObjectNode alert) {
    zones(alert);
    if (alert.hasNonNull("exception") && alert.path("state").asText().equals("new") && alert.path("assignee").isNull() && !decidedOf(alert)) {
      alert.put("state", "silenced");
    }
    alert.put("_urgency", urgency(alert));
  }

  private static boolean decidedOf(ObjectNode alert) {
    for (JsonNode step : alert.path("timeline")) {
      if (!step.path("state").asText().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The order in which people should look: what waits, by severity, the latest first. */
  static long urgency(ObjectNode document) {
    long waiting = switch (document.path("state").asText()) {
      case "new" -> 2;
      case "acknowledged", "investigating", "in-progress" -> 1;
      default -> 0;
    };
    // 2^44 seconds and six bits: exact as a double, which is what an index number passes through
    return (waiting * 8 + rank(document.path("severity").asText())) * (1L << 40) + seconds(document.path("last").asText());
  }

  static long rank(String severity) {
    return switch (severity.isEmpty() ? "" : severity.substring(0, 1).toUpperCase(Locale.ROOT)) {
      case "C" -> 5;
      case "H" -> 4;
      case "M" -> 3;
      case "L" -> 2;
      case "I" -> 1;
      default -> 0;
    };
  }

  private static long seconds(String time) {
    try {
      return Math.clamp(Instant.parse(time).getEpochSecond(), 0, (1L << 40) - 1);
    } catch (DateTimeException e) {
      return 0;
    }
  }

  /** Makes alerts, devices and incidents visible as they are: a page that was told of one asks at once, and only once. */
  private void refresh() throws IOException {
    synchronized (writing) {
      incidents.flush();
    }
    alerts.show(0);
    cases.show(0);
    assets.show(0);
  }

  @Override
  public Found alerts(Search search) throws IOException, BadSearch {
    refresh();
    Found found = find(indexes.alerts, search, "-urgency", ALERT_FACETS);
    found.items().forEach(this::present);
    return found;
  }

  @Override
  public @Nullable ObjectNode alert(String id) throws IOException {
    ObjectNode alert = alerts.find(id);
    if (alert != null) {
      present(alert);
    }
    return alert;
  }

  /** The document without what only the index needs, with the names of its devices as they are now. */
  private void present(ObjectNode alert) {
    alert.remove("_urgency");
    alert.set("devices", devicesOf(alert, JSON.arrayNode().add(alert.path("who"))));
  }

  @Override
  public Found assets(Search search) throws IOException, BadSearch {
    refresh();
    return find(indexes.assets, search, "name", ASSET_FACETS);
  }

  @Override
  public void eachAsset(Search search, Walk walk) throws IOException, BadSearch {
    refresh();
    try {
      indexes.assets.each(filter(search, ""), walk::take);
    } catch (Query.SyntaxError e) {
      throw new BadSearch(String.valueOf(e.getMessage()), e.column());
    }
  }

  @Override
  public @Nullable ObjectNode asset(String id) throws IOException {
    ObjectNode asset = assets.find(id);
    if (asset == null) {
      return null;
    }
    var family = asset.putArray("family");
    synchronized (writing) {
      List<String> ids = new ArrayList<>();
      ids.add(asset.path("parent").asText(""));
      asset.path("children").forEach(c -> ids.add(c.asText()));
      for (String other : ids) {
        Brief brief = briefs.get(other);
        if (brief != null) {
          brief.into(family.addObject(), other);
        }
      }
    }
    return asset;
  }

  @Override
  public Found contacts(String assetId, int offset, int limit) throws IOException {
    traffic.show(STALE_MS);
    Found found = ofAsset(indexes.contacts, assetId, "-last", offset, limit);
    synchronized (writing) {
      for (ObjectNode contact : found.items()) {
        var peers = contact.putArray("peers");
        for (JsonNode id : contact.path("assets")) {
          Brief brief = briefs.get(id.asText());
          if (brief != null && !id.asText().equals(assetId)) {
            brief.into(peers.addObject(), id.asText());
          }
        }
      }
    }
    return found;
  }

  @Override
  public Found readings(String assetId, int offset, int limit) throws IOException {
    traffic.show(STALE_MS);
    return ofAsset(indexes.readings, assetId, "-to", offset, limit);
  }

  private static Found ofAsset(Index index, String assetId, String sort, int offset, int limit) throws IOException {
    try {
      Index.Page page = index.search(new Query.Has("asset", assetId), sort, offset, limit, List.of());
      return new Found(page.total(), page.documents(), Map.of());
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }

  static Found find(Index index, Search search, String usual, List<String> facets) throws IOException, BadSearch {
    try {
      Query query = filter(search, "");
      String sort = !search.sort().isEmpty() ? search.sort() : query.likens() ? Index.LIKENESS : usual;
      Index.Page page = index.search(query, sort, search.offset(), search.limit(), facets);
      Map<String, Map<String, Long>> counts = new LinkedHashMap<>(page.facets());
      for (String facet : facets) {
        if (search.facets().containsKey(facet)) {
          // what else could be chosen beside the chosen values: counted without this facet's own choice
          counts.put(facet, index.search(filter(search, facet), "", 0, 0, List.of(facet)).facets().getOrDefault(facet, Map.of()));
        }
      }
      return new Found(page.total(), page.documents(), counts);
    } catch (Query.SyntaxError e) {
      throw new BadSearch(String.valueOf(e.getMessage()), e.column(search.text()));
    }
  }

  private static Query filter(Search search, String without) throws Query.SyntaxError {
    List<Query> parts = new ArrayList<>();
    Query words = QueryParser.parse(search.text());
    if (!(words instanceof Query.All)) {
      parts.add(words);
    }
    search.facets().forEach((field, values) -> {
      if (!field.equals(without)) {
        List<Query> any = new ArrayList<>();
        values.forEach(v -> any.add(exactly(field, v)));
        parts.add(any.size() == 1 ? any.getFirst() : new Query.Or(any));
      }
    });
    return parts.isEmpty() ? new Query.All() : parts.size() == 1 ? parts.getFirst() : new Query.And(parts);
  }

  /** A facet value is what the network said: a star in it is a star. */
  static Query exactly(String field, String value) {
    return value.indexOf('*') < 0 ? new Query.Has(field, value) : new Query.Between(field, value, true, value, true);
  }

  @Override
  public Relations relations() {
    return new LiveRelations(this, indexes);
  }

  /** What is known in short of a device, or null where there is none. */
  @Nullable Brief brief(String id) {
    synchronized (writing) {
      return briefs.get(id);
    }
  }

  /** Makes what came visible to searches. */
  void fresh() throws IOException {
    refresh();
  }

  /** The same, and what devices said to each other. */
  void freshTraffic() throws IOException {
    refresh();
    traffic.show(STALE_MS);
  }

  @Override
  public ObjectNode overview() throws IOException {
    try {
      ObjectNode node = JSON.objectNode();
      Found open = alerts(new Search("", Map.of("state", OPEN), "", 0, 6));
      Found all = alerts(new Search("", Map.of(), "", 0, 1));
      ObjectNode alerts = node.putObject("alerts").put("open", open.total()).put("total", all.total());
      figures(alerts.putObject("severity"), open.facets().get("severity"));
      figures(alerts.putObject("state"), all.facets().get("state"));
      alerts.putArray("urgent").addAll(open.items());
      Found cases = incidents.incidents(new Search("", Map.of("state", List.of("new", "acknowledged", "in-progress")), "", 0, 5));
      ObjectNode work = node.putObject("incidents").put("open", cases.total());
      figures(work.putObject("state"), cases.facets().get("state"));
      figures(work.putObject("severity"), cases.facets().get("severity"));
      work.putArray("urgent").addAll(cases.items());
      Found assets = assets(new Search("", Map.of(), "", 0, 1));
      ObjectNode devices = node.putObject("devices").put("total", assets.total());
      figures(devices.putObject("review"), assets.facets().get("review"));
      figures(devices.putObject("kind"), assets.facets().get("kind"));
      var zones = node.putArray("zones");
      Map<String, Long> byZone = assets.facets().getOrDefault("zone", Map.of());
      Map<String, Long> alarmed = open.facets().getOrDefault("zone", Map.of());
      for (JsonNode zone : site.path("zones")) {
        zone(zones.addObject(), zone.path("id").asText(), zone, byZone, alarmed);
      }
      for (String id : byZone.keySet()) {
        boolean named = false;
        for (JsonNode zone : site.path("zones")) {
          named |= zone.path("id").asText().equals(id);
        }
        if (!named) {
          zone(zones.addObject(), id, JSON.objectNode(), byZone, alarmed);
        }
      }
      node.set("health", health());
      return node;
    } catch (BadSearch e) {
      throw new IllegalStateException("the overview's own queries", e);
    }
  }

  private void zone(ObjectNode to, String id, JsonNode said, Map<String, Long> devices, Map<String, Long> alarmed)
      throws IOException, BadSearch {
    long open = alarmed.getOrDefault(id, 0L);
    String worst = "";
    if (open > 0) {
      Found first = alerts(new Search("", Map.of("zone", List.of(id), "state", OPEN), "-urgency", 0, 1));
      worst = first.items().isEmpty() ? "" : first.items().getFirst().path("severity").asText();
    }
    to.put("id", id).put("name", said.path("name").asText(id)).put("kind", said.path("kind").asText(""))
        .put("care", said.path("care").asInt(0)).put("devices", devices.getOrDefault(id, 0L)).put("open", open).put("worst", worst);
  }

  private static void figures(ObjectNode to, @Nullable Map<String, Long> counts) {
    if (counts != null) {
      counts.forEach(to::put);
    }
  }

  @Override
  public ObjectNode health() {
    ObjectNode node = health.deepCopy();
    if (!node.has("counters")) {
      node.put("clock", "").put("state", "waiting").putObject("counters");
      node.putArray("findings");
    }
    String state = node.path("state").asText();
    if (state.equals("done") || state.equals("live")) {
      int orphans;
      synchronized (writing) {
        orphans = decided.orphans(briefs.keySet(), keys);
      }
      if (orphans > 0) {
        node.withArray("findings").addObject().put("level", "warning")
            .put("fr", orphans + " décision(s) portent sur des équipements qui n’ont pas été revus ; elles restent au journal et s’appliqueront à leur retour.")
            .put("en", orphans + " decision(s) concern devices not seen again; they stay in the journal and apply when the devices return.");
      }
    }
    return node;
  }

  @Override
  public ObjectNode site() {
    return site.deepCopy();
  }

  /** Who answers for what was learned. */
  public void onNormal(Normal learned) {
    normal = learned;
  }

  @Override
  public Normal normal() {
    return normal;
  }

  /** Who has the texts of rules as they were. */
  public void onRules(RuleShelf texts) {
    explanations.shelf(texts);
  }

  @Override
  public @Nullable ObjectNode explanation(String alert) throws IOException {
    return explanations.of(alert);
  }

  @Override
  public Exceptions exceptions() {
    return exceptions;
  }

  @Override
  public IncidentDesk incidents() {
    return incidents;
  }

  @Override
  public FourEyes approvals() {
    return fourEyes;
  }

  @Override
  public Reviews reviews() {
    return reviews;
  }

  @Override
  public @Nullable ObjectNode decide(Decision decision) throws IOException {
    if (!decision.act().ofAlert()) {
      ObjectNode body = JSON.objectNode();
      if (!decision.state().isEmpty()) {
        body.put("state", decision.state());
      }
      return decideAll(decision.who(), decision.act().kind(), List.of(decision.id()), body, decision.comment()) == 0 ? null : asset(decision.id());
    }
    synchronized (writing) {
      refresh();
      ObjectNode document = alerts.find(decision.id());
      if (document == null) {
        return null;
      }
      ObjectNode body = JSON.objectNode().put("id", decision.id());
      if (!decision.state().isEmpty()) {
        body.put("state", decision.state());
      }
      if (!decision.comment().isBlank()) {
        body.put("comment", decision.comment());
      }
      Journal.Entry entry = journal.append(decision.who(), decision.act().kind(), body);
      decided.replay(entry);
      decided.onAlert(document);
      dress(document);
      alerts.put(decision.id(), document);
      refresh();
      listeners.forEach(l -> l.accept(entry));
    }
    broadcast.alert(decision.id());
    return alert(decision.id());
  }

  /**
   * Takes one decision about devices, as one act: of all of them it is in the journal when this returns, or of none.
   *
   * @param said what is decided, the same of each
   * @return of how many devices; those that are not there are passed over
   */
  int decideAll(String who, String kind, List<String> ids, ObjectNode said, String comment) throws IOException {
    List<ObjectNode> each = new ArrayList<>();
    for (String id : ids) {
      ObjectNode body = JSON.objectNode().put("id", id);
      body.setAll(said);
      if (!comment.isBlank()) {
        body.put("comment", comment);
      }
      each.add(body);
    }
    return decideEach(who, kind, each, -1);
  }

  /**
   * The same, where of each device something else is decided.
   *
   * @param said one a device: {@code id}, and what is decided
   * @param asOf what {@link Decided#folded} was when this was made up, or -1 where that does not matter
   * @return of how many devices; -1 where others have decided meanwhile, and nothing was done
   */
  int decideEach(String who, String kind, List<ObjectNode> said, long asOf) throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    synchronized (writing) {
      if (asOf >= 0 && decided.folded() != asOf) {
        return -1;
      }
      refresh();
      List<ObjectNode> bodies = new ArrayList<>();
      for (ObjectNode one : said) {
        ObjectNode document = assets.find(one.path("id").asText());
        if (document == null) {
          continue;
        }
        ObjectNode body = JSON.objectNode().put("id", one.path("id").asText());
        if (document.has("keys")) {
          body.set("keys", document.get("keys"));
        }
        body.setAll(one);
        String state = body.path("state").asText();
        if (!state.isEmpty() && !state.equals("to-review") && document.has("picture")) {
          body.set("picture", document.get("picture")); // what it looked like to whoever decided
        }
        documents.add(document);
        bodies.add(body);
      }
      if (asOf >= 0 && bodies.size() < said.size()) {
        return -1; // a device has gone meanwhile
      }
      List<Journal.Entry> entries = journal.appendAll(who, kind, bodies);
      entries.forEach(decided::replay);
      for (ObjectNode document : documents) {
        decided.onAsset(document);
        advise(document);
        String id = document.path("id").asText();
        briefs.put(id, brief(document));
        assets.put(id, document);
      }
      refresh();
      for (Journal.Entry entry : entries) {
        listeners.forEach(l -> l.accept(entry));
      }
    }
    documents.forEach(d -> broadcast.asset(d.path("id").asText()));
    return documents.size();
  }

  /** Where tables become decisions. */
  public Ballot ballot() {
    return new Ballot() {
      @Override
      public Devices devices() {
        return walk -> {
          try {
            eachAsset(new Search("", Map.of(), "", 0, 1), walk::take);
          } catch (BadSearch e) {
            throw new IllegalStateException("everything is always a search", e);
          }
        };
      }

      @Override
      public Imported imported() {
        return decided.imported();
      }

      @Override
      public long moment() {
        return decided.folded();
      }

      @Override
      public long next() {
        return journal.size() + 1;
      }

      @Override
      public boolean take(String who, String kind, List<ObjectNode> said, long asOf) throws IOException {
        return decideEach(who, kind, said, asOf) == said.size();
      }

      @Override
      public Map<String, Map<String, String>> before(String id) {
        return decided.before(id);
      }
    };
  }

  /** Tells whoever listens of an entry that is in the journal already, once its devices are shown anew. */
  void taken(Journal.Entry entry, List<String> ids) throws IOException {
    synchronized (writing) {
      refresh();
      decided.replay(entry);
      for (String id : ids) {
        ObjectNode document = assets.find(id);
        if (document != null) {
          decided.onAsset(document);
          advise(document);
          assets.put(id, document);
        }
      }
      refresh();
      listeners.forEach(l -> l.accept(entry));
    }
    ids.forEach(broadcast::asset);
  }

  /** Ids of all devices that a search finds, in its order. */
  List<String> idsOf(Search search, int most) throws IOException, BadSearch {
    refresh();
    try {
      List<String> ids = new ArrayList<>();
      String sort = search.sort().isEmpty() ? "name" : search.sort();
      for (ObjectNode found : indexes.assets.search(filter(search, ""), sort, 0, most, List.of()).documents()) {
        ids.add(found.path("id").asText());
      }
      return ids;
    } catch (Query.SyntaxError e) {
      throw new BadSearch(String.valueOf(e.getMessage()), e.column(search.text()));
    }
  }

  /** What lists say of devices, by id; of those that are not there nothing. */
  ObjectNode named(Iterable<String> ids) {
    ObjectNode names = JSON.objectNode();
    synchronized (writing) {
      for (String id : ids) {
        Brief brief = briefs.get(id);
        if (brief != null) {
          brief.into(names.putObject(id), id);
        }
      }
    }
    return names;
  }
}
