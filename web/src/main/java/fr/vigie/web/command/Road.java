package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.AssetJson;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.alert.Incidents;
import fr.vigie.rules.alert.Origins;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Roll;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.report.Facts;
import fr.vigie.web.report.FactsFold;
import fr.vigie.web.report.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one road behind the sensor: every observation passes the judge (and through it the ledger), the facts of reports, and whoever else
 * listens. Replay, demo and watch drive on it alike. Its methods may be called by several threads; observations come from one.
 */
final class Road implements Sink {

  private final Site site;
  private final boolean siteFile;
  private final Ledger ledger;
  private final Judge judge;
  private final FactsFold facts;
  private final AlertLog log;
  private final long learnUntil;
  private final Consumer<Observation> tap;
  private final Listener listener;
  private long last;

  /** Who wants to know what the road makes of it. Called on the sensor's thread. */
  interface Listener {
    /** An alert is new or has grown. */
    default void alert(Alert alert) {}

    /** The inventory changed. */
    default void asset(AssetChange change) {}
  }

  /** Nobody. */
  static final Listener NOBODY = new Listener() {};

  /**
   * Builds the road.
   *
   * @param site the site, or null where there is no site file
   * @param bounds how much is kept
   * @param options how to judge; the tables of the rules are those of {@code bounds}
   * @param tap takes every observation after it was judged
   */
  Road(@Nullable Site site, Bounds bounds, PolicySet policy, Judge.Options options, Origins origins, Consumer<Observation> tap,
      Listener listener) {
    this.siteFile = site != null;
    this.site = site != null ? site : Site.EMPTY;
    this.ledger = new Ledger(this.site, bounds.devices(), Home.knowledge());
    this.facts = new FactsFold(bounds.reported());
    this.log = new AlertLog(bounds.alerts(), bounds.candidates());
    this.learnUntil = options.learnUntil();
    this.tap = tap;
    this.listener = listener;
    this.judge = new Judge(this.site, ledger, policy, options.within(bounds.rules()).telling(listener::asset), origins, new Verdicts());
  }

  /** Keeps everything in the log; tells the listener what found a place there. */
  private final class Verdicts implements AlertSink {
    @Override
    public void alert(Alert alert) {
      if (log.keep(alert)) {
        listener.alert(alert);
      }
    }

    @Override
    public void learned(Candidate candidate) {
      log.learned(candidate);
    }

    @Override
    public boolean wants(Detection detection) {
      return log.wants(detection);
    }

    @Override
    public void disabled(DisabledRule rule) {
      log.disabled(rule);
      System.err.println("vigie: the rule " + rule.rule() + " (" + rule.file() + ") was taken out of service: " + rule.cause());
    }
  }

  @Override
  public synchronized void accept(Observation observation) {
    last = Math.max(last, observation.at());
    judge.accept(observation);
    facts.fold(observation);
    tap.accept(observation);
  }

  @Override
  public synchronized void quantum(long seq, long at) {
    last = Math.max(last, at);
    judge.quantum(seq, at);
  }

  /** The roll of addresses of this road. */
  Roll roll() {
    return ledger.roll();
  }

  /** Judges what is left. */
  synchronized void finish() {
    judge.finish();
  }

  /** Does something with the ledger while no observation passes. */
  synchronized <T> T with(BiFunction<Ledger, Judge, T> work) {
    return work.apply(ledger, judge);
  }

  /** Devices as written, by id. */
  synchronized List<ObjectNode> assets() {
    List<ObjectNode> all = new ArrayList<>();
    for (Asset asset : ledger.assets()) {
      all.add(AssetJson.write(asset));
    }
    return all;
  }

  /**
   * Hands over devices, by id.
   *
   * @return how many there are
   */
  synchronized int assets(Consumer<Asset> taker) {
    ledger.assets().forEach(taker);
    return ledger.size();
  }

  /** Gives every alert, in the order of their first event. */
  synchronized void eachAlert(Consumer<Alert> to) {
    log.alerts().forEach(to);
  }

  /** Hands over the alerts as written, in the order of their first event, one at a time. */
  synchronized void alerts(Consumer<ObjectNode> taker) {
    log.alerts().forEach(alert -> taker.accept(AlertJson.write(alert)));
  }

  /** Hands over the alerts as the console shows them, in the same order. */
  synchronized void liveAlerts(Consumer<ObjectNode> taker) {
    log.alerts().forEach(alert -> taker.accept(AlertJson.live(alert)));
  }

  /**
   * Hands over the incidents as written, in the order in which they began.
   *
   * @return how many there are
   */
  synchronized int incidents(Consumer<ObjectNode> taker) {
    Incidents incidents = new Incidents(Integer.MAX_VALUE); // the log is bounded
    log.alerts().forEach(alert -> incidents.take(AlertJson.live(alert)));
    List<String> ids = incidents.byBeginning();
    for (String id : ids) {
      ObjectNode incident = incidents.write(id);
      if (incident != null) {
        taker.accept(incident);
      }
    }
    return ids.size();
  }

  /** Hands over what learning detections would have said, in the order of the first event. */
  synchronized void learned(Consumer<Candidate> taker) {
    log.candidates().forEach(taker);
  }

  /** How many candidates each learning detection has. */
  synchronized SortedMap<String, Long> learnedByRule() {
    SortedMap<String, Long> counts = new TreeMap<>();
    log.learned().forEach(c -> counts.merge(c.detection().id(), 1L, Long::sum));
    return counts;
  }

  /** Rules that were taken out of service. */
  synchronized List<AlertSink.DisabledRule> disabled() {
    return log.disabledRules();
  }

  /** Counters of rules and tables of this side of the sensor. */
  synchronized SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>(judge.counters());
    all.put("assets", (long) ledger.size());
    all.put("refused.assets", ledger.refused());
    all.put("refused.traits", ledger.valuesRefused());
    all.put("refused.alerts", log.dropped());
    all.put("refused.candidates", log.candidatesDropped());
    all.put("refused.alerts_cut_short", log.cut());
    all.put("alerts_aged", log.aged());
    all.put("refused.report_flows", facts.flowsRefused());
    all.put("knowledge.overruns", Knowledge.overruns());
    all.values().removeIf(v -> v == 0);
    return all;
  }

  /** Capture time reached, ns. */
  synchronized long clock() {
    return last;
  }

  /**
   * The facts of a report as they stand.
   *
   * @param reviewed the devices with what people decided
   * @param triaged the alerts with what people decided
   * @param counters every counter
   */
  Facts facts(List<ObjectNode> reviewed, List<ObjectNode> triaged, SortedMap<String, Long> counters, List<Origin> origins, String journalHead) {
    return facts.snapshot(setting(reviewed, triaged, counters, origins, journalHead));
  }

  /** What the capture does not show; empty before the first packet. */
  List<Words> blindSpots(SortedMap<String, Long> counters, List<Origin> origins) {
    return counters.getOrDefault("packets", 0L) == 0 ? List.of() : facts.blindSpots(setting(List.of(), List.of(), counters, origins, ""));
  }

  private FactsFold.Setting setting(List<ObjectNode> reviewed, List<ObjectNode> triaged, SortedMap<String, Long> counters, List<Origin> origins,
      String journalHead) {
    SortedMap<String, Long> losses = Losses.of(counters, counters().keySet());
    Map<String, String> sources = new LinkedHashMap<>();
    for (Origin origin : origins) {
      String sha = origin.sha256();
      sources.put(origin.file(), sha == null ? "" : sha);
    }
    SortedSet<String> judging = new TreeSet<>();
    SortedSet<String> learning = new TreeSet<>();
    for (Detection detection : Catalogue.shipped().all()) {
      judging.add(detection.id());
    }
    if (!siteFile && learnUntil > clock()) {
      learning.addAll(learnedByRule().keySet());
      judging.removeAll(learning);
    }
    return new FactsFold.Setting(site.name().isEmpty() ? "Vigie" : site.name(), site.calendar().tz(), siteFile, reviewed, triaged,
        judging, learning, counters.getOrDefault("packets", 0L), counters.getOrDefault("bytes", 0L), losses,
        counters.getOrDefault("refused.cut_messages", 0L), sources, new TreeSet<>(site.vlansExpected()), journalHead);
  }
}
