package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Query;
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
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The estate behind the console: the indexes that the engine feeds, and the journal that people's decisions go to first. The engine calls
 * {@code on…} from its one thread; pages ask from many. What people decided is folded into every document as it passes, so that a search
 * finds it and a restart has it.
 */
public final class LiveEstate implements Estate {
  /** Documents of a kind that wait for their index: whole ones, some kilobytes each. */
  private static final int MOST_LAID = 1_000;
  /** Alerts and incidents are made visible so often although nobody asks: a disk that is full can still show them then. */
  private static final long SHOWN_MS = 1_000;
  /** Severities H and C. */
  private static final long GRAVE = 4;
  /** How old what a page sees of what devices say to each other may be: no page is told of it. */
  private static final long STALE_MS = 250;

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
  private final Roster roster = new Roster();
  private final LiveDecisions decisions;
  private final LiveReviews reviews;
  private final FourEyes fourEyes;
  private final LiveIncidents incidents;
  private final LiveExceptions exceptions;
  private final Explanations explanations;
  private final Intake alerts;
  private final Intake assets;
  private final Intake cases;
  private final Traffic traffic;
  private final Object writing = new Object();
  private final AtomicLong trimmed = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private volatile @Nullable AdvisoryDesk advisories;
  private volatile Normal normal = Normal.NONE;
  private volatile Supplier<String> metrics = () -> "";
  private volatile ObjectNode health = JSON.objectNode();
  private volatile ObjectNode capture = CaptureJson.page(Diagnosis.NONE, List.of());

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
    this.alerts = new Intake(indexes.alerts(), seq, MOST_LAID);
    this.assets = new Intake(indexes.assets(), seq, MOST_LAID);
    this.cases = new Intake(indexes.incidents(), seq, MOST_LAID);
    this.traffic = new Traffic(indexes, seq);
    this.decisions = new LiveDecisions(this, alerts, assets, journal, decided, broadcast);
    this.reviews = new LiveReviews(this, journal, decided);
    this.fourEyes = new FourEyes(journal, Clock.systemUTC(), broadcast::desk);
    this.explanations = new Explanations(this, indexes);
    this.exceptions = new LiveExceptions(this, indexes.alerts(), journal, fourEyes, broadcast);
    this.incidents = new LiveIncidents(this, indexes.incidents(), journal, decided, exceptions, broadcast);
    fourEyes.moments(() -> Json.time(Json.nanos(incidents.now())));
    decided.knowing(roster::shows);
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

  /** Calls back after each decision, once it is in the journal: the engine tells the ledger and the rules. */
  public void onDecision(Consumer<Journal.Entry> listener) {
    decisions.onDecision(listener);
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
    broadcast.alert(alert.path("id").asText(), Urgency.rank(alert.path("severity").asText()) >= GRAVE);
  }

  /** A device came or changed; the document is as {@code assets.ndjson} writes it and is not kept. */
  public void onAsset(ObjectNode asset) throws IOException {
    String id = asset.path("id").asText();
    synchronized (writing) {
      ObjectNode mine = asset.deepCopy();
      decided.onAsset(mine);
      roster.take(mine);
      advise(mine);
      assets.lay(id, mine);
    }
    broadcast.asset(id);
  }

  /** A device is no more: merged into another. */
  public void onAssetGone(String id) throws IOException {
    synchronized (writing) {
      roster.gone(id);
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
    roster.merged(gone, into);
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
    all.put("console.stale_answers", stale.get());
    all.put("refused.console_documents", alerts.lost() + assets.lost() + cases.lost() + traffic.lost());
    all.put("refused.exceptions_over", exceptions.forgotten());
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

  /** Brings what the engine laid down of what devices say to each other: for a thread of its own that comes round, since there is much of it. */
  public void bringTraffic() throws IOException {
    traffic.bring();
  }

  /** Brings to the indexes what else the engine laid down: for a thread that comes round, so that neither the engine nor a page has to. */
  public void bring() throws IOException {
    flush();
    alerts.show(SHOWN_MS);
    cases.show(SHOWN_MS);
  }

  /**
   * Makes the indexes durable.
   *
   * @param folded every document that comes of observations up to this sequence number was brought here
   * @param mark what the documents are a fold of
   */
  public void commit(long folded, String mark) throws IOException {
    bringTraffic();
    bring();
    for (Index index : indexes.all()) { // not under the lock: the engine does not wait for a disk, and what comes meanwhile may be in or not
      index.commit(folded, mark);
    }
  }

  /** Devices that are shown. */
  public int devices() throws IOException {
    refresh();
    try {
      return (int) indexes.assets().search(new Query.All(), "", 0, 0, List.of()).total();
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
      indexes.alerts().each(alert -> {
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
    return roster.othersThan(ids);
  }

  /** Learns from the index which devices there are. */
  public void recall() throws IOException {
    indexes.assets().each(asset -> {
      synchronized (writing) {
        decided.onAsset(asset);
        advise(asset);
        roster.recall(asset);
      }
    });
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

  /**
   * Opens anew what a full disk has broken, as it was committed last.
   *
   * @return whether something was; then all that is known is to be brought once more
   * @throws IOException where there is still no room
   */
  public boolean mend() throws IOException {
    boolean mended = false;
    for (Index index : indexes.all()) {
      mended |= index.mend();
    }
    return mended;
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
      indexes.alerts().each(new Query.Has("incident", incident), own::add);
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

  /** Lays anew over an alert what people decided; under the lock. */
  void relayAlert(ObjectNode alert) throws IOException {
    decided.onAlert(alert);
    dress(alert);
    alerts.put(alert.path("id").asText(), alert);
  }

  /** The same for a device. */
  void relayAsset(ObjectNode asset) throws IOException {
    decided.onAsset(asset);
    advise(asset);
    roster.take(asset);
    assets.put(asset.path("id").asText(), asset);
  }

  /** The devices that are shown, in short. */
  Roster roster() {
    return roster;
  }

  /** What whoever changes documents holds. */
  Object lock() {
    return writing;
  }

  /** Capture time, or empty before the first packet. */
  String clock() {
    return health.path("clock").asText();
  }

  /** Adds what only the console needs: the zones of the devices, and the order in which people should look. */
  private void dress(ObjectNode alert) {
    roster.zones(alert);
    if (alert.hasNonNull("exception") && alert.path("state").asText().equals("new") && alert.path("assignee").isNull() && !decidedOf(alert)) {
      alert.put("state", "silenced");
    }
    alert.put("_urgency", Urgency.of(alert));
  }

  private static boolean decidedOf(ObjectNode alert) {
    for (JsonNode step : alert.path("timeline")) {
      if (!step.path("state").asText().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Makes alerts, devices and incidents visible as they are: a page that was told of one asks at once, and only once. */
  private void refresh() throws IOException {
    synchronized (writing) {
      incidents.flush();
    }
    try {
      alerts.show(0);
      cases.show(0);
      assets.show(0);
    } catch (IOException e) {
      stale.incrementAndGet(); // the disk takes nothing, which whoever brings documents tells: people see what there was
    }
  }

  @Override
  public Found alerts(Search search) throws IOException, BadSearch {
    refresh();
    Found found = Lookup.find(indexes.alerts(), search, "-urgency", ALERT_FACETS);
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
    alert.set("devices", roster.devicesOf(alert, JSON.arrayNode().add(alert.path("who"))));
  }

  @Override
  public Found assets(Search search) throws IOException, BadSearch {
    refresh();
    return Lookup.find(indexes.assets(), search, "name", ASSET_FACETS);
  }

  @Override
  public void eachAsset(Search search, Walk walk) throws IOException, BadSearch {
    refresh();
    try {
      indexes.assets().each(Lookup.filter(search, ""), walk::take);
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
    List<String> family = new ArrayList<>();
    family.add(asset.path("parent").asText(""));
    asset.path("children").forEach(c -> family.add(c.asText()));
    roster.into(asset.putArray("family"), family);
    return asset;
  }

  @Override
  public Found contacts(String assetId, int offset, int limit) throws IOException {
    freshTraffic();
    Found found = Lookup.ofAsset(indexes.contacts(), assetId, "-last", offset, limit);
    for (ObjectNode contact : found.items()) {
      List<String> peers = new ArrayList<>();
      contact.path("assets").forEach(id -> peers.add(id.asText()));
      peers.removeIf(assetId::equals);
      roster.into(contact.putArray("peers"), peers);
    }
    return found;
  }

  @Override
  public Found readings(String assetId, int offset, int limit) throws IOException {
    freshTraffic();
    return Lookup.ofAsset(indexes.readings(), assetId, "-to", offset, limit);
  }

  @Override
  public Relations relations() {
    return new LiveRelations(this, indexes);
  }

  /** Makes what came visible to searches. */
  void fresh() throws IOException {
    refresh();
  }

  /** The same, and what devices said to each other. */
  void freshTraffic() throws IOException {
    refresh();
    try {
      traffic.show(STALE_MS);
    } catch (IOException e) {
      stale.incrementAndGet(); // as above
    }
  }

  @Override
  public ObjectNode overview() throws IOException {
    return Overview.of(this);
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
      int orphans = decided.orphans(roster::shows, roster::hasKey);
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

  /** An alert was decided: its incident may go along. Answers the incident's new state, or null; under the lock. */
  @Nullable String follow(ObjectNode alert, Decision decision) throws IOException {
    return incidents.follow(alert, decision.who(), decision.comment());
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
    return decisions.decide(decision);
  }

  /** Where people's decisions are taken. */
  LiveDecisions decisions() {
    return decisions;
  }

  /** Where tables become decisions. */
  public Ballot ballot() {
    return decisions;
  }

  /** Ids of all devices that a search finds, in its order. */
  List<String> idsOf(Search search, int most) throws IOException, BadSearch {
    refresh();
    try {
      List<String> ids = new ArrayList<>();
      String sort = search.sort().isEmpty() ? "name" : search.sort();
      for (ObjectNode found : indexes.assets().search(Lookup.filter(search, ""), sort, 0, most, List.of()).documents()) {
        ids.add(found.path("id").asText());
      }
      return ids;
    } catch (Query.SyntaxError e) {
      throw new BadSearch(String.valueOf(e.getMessage()), e.column(search.text()));
    }
  }
}
