package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Origins;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.KnownFile;
import fr.vigie.rules.baseline.Learning;
import fr.vigie.rules.event.Docket;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.kie.api.KieBase;

/**
 * The judgement of a site: folds observations into the ledger, learns, counts, lets the policy judge a quantum of capture time at a time,
 * and hands alerts and candidates over in order. It is the end of the road for the merger: nothing else applies observations to its
 * ledger. Single-threaded; the same observations give the same alerts, however they were batched.
 */
public final class Judge implements Sink {
  /** What a quantum is allowed to hold before it is judged early: order and results stay the same. */
  private static final int EARLY = 1000;

  private final Site site;
  private final Ledger ledger;
  private final AlertSink sink;
  private final Docket docket = new Docket();
  private final List<Object> residents = new ArrayList<>();
  private final Baseline baseline;
  private final Interpreter interpreter;
  private final Folding folding;
  private final Consumer<AssetChange> assets;
  private final Agenda agenda = new Agenda();
  private final List<Act> ended = new ArrayList<>();
  private final Map<String, String> disabled = new LinkedHashMap<>();
  private PolicySet policy;
  private Engine engine;
  private long clock;
  private long events;

  /**
   * How to judge.
   *
   * @param learnUntil capture time at which learning ends, ns UTC, or {@link Baseline#NEVER}
   * @param limits the most that each table holds
   * @param assets who else wants to know what changed in the inventory, called on this thread
   * @param known what people decided before of what was learned
   */
  public record Options(long learnUntil, Limits limits, Consumer<AssetChange> assets, List<KnownFile.Fact> known) {
    /** Learning without end, room for everything, nobody else listening. */
    public static final Options DEFAULT = new Options(Baseline.NEVER, Limits.AMPLE, change -> { }, List.of());

    /** The same with an end of learning. */
    public Options until(long time) {
      return new Options(time, limits, assets, known);
    }

    /** The same with other tables. */
    public Options within(Limits most) {
      return new Options(learnUntil, most, assets, known);
    }

    /** The same with a listener to the inventory. */
    public Options telling(Consumer<AssetChange> listener) {
      return new Options(learnUntil, limits, listener, known);
    }

    /** The same with what people decided before. */
    public Options knowing(List<KnownFile.Fact> facts) {
      return new Options(learnUntil, limits, assets, List.copyOf(facts));
    }
  }

  /**
   * A judge over a ledger that it alone feeds.
   *
   * @param origins the sensor's table of origins, for the proof of alerts
   */
  public Judge(Site site, Ledger ledger, PolicySet policy, Options options, Origins origins, AlertSink sink) {
    this.ledger = ledger;
    this.policy = policy;
    this.sink = sink;
    this.assets = options.assets();
    this.baseline = new Baseline(site, new Known(options.limits().known()), new Learning(options.limits().parties()), options.learnUntil());
    options.known().forEach(f -> baseline.known().decide(f.kind(), f.a(), f.b(), f.c(), f.origin()));
    this.interpreter = new Interpreter(site, ledger, baseline, docket, policy.interest(), options.limits());
    this.folding = new Folding(Catalogue.shipped(), origins, sink, detection -> this.policy.sha256(detection), interpreter::announced,
        interpreter.values()::change, options.limits());
    this.site = site;
    lay(policy);
    this.engine = new Engine(policy.base(), residents, docket, this::disable);
  }

  /** Applies the observation to the ledger, learns and counts; judgement comes with the quantum. */
  @Override
  public void accept(Observation o) {
    clock = Math.max(clock, o.at());
    baseline.known().at(clock);
    List<AssetChange> changes = ledger.apply(o);
    for (int i = 0; i < changes.size(); i++) {
      assets.accept(changes.get(i));
    }
    interpreter.interpret(o, changes, agenda);
    if (o instanceof Act act && !act.request()) {
      ended.add(act);
    }
    if (agenda.size() >= EARLY) {
      judge();
    }
  }

  @Override
  public void quantum(long seq, long at) {
    clock = Math.max(clock, at);
    interpreter.sweep(clock, agenda);
    judge();
  }

  /** Judges what is left and ends the session. */
  public void finish() {
    judge();
    engine.close();
  }

  /**
   * Puts another policy in force from the next quantum on, as a whole or not at all: windows, what was learned and open alerts stay. Rules that were disabled
   * get another chance where the rules are others; where only tables changed, nothing is compiled.
   */
  public void use(PolicySet next) {
    judge();
    if (next.sameRules(policy)) {
      lay(next);
      engine.reside();
    } else {
      KieBase base = next.base();
      lay(next);
      engine.close();
      engine = new Engine(base, residents, docket, this::disable);
      disabled.clear();
    }
    policy = next;
  }

  /** Lays down what the tables of a policy say: new resident facts, other writers, interventions and hours. */
  private void lay(PolicySet next) {
    Terms terms = next.terms(site);
    Passages passages = new Passages(site, terms, next.matrixFile());
    residents.clear();
    residents.addAll(site.zones());
    residents.addAll(passages.facts());
    interpreter.serve(next.interest(), terms, passages);
  }

  /** What is normal, as far as it is known and learned. Asked on this thread only. */
  public Baseline baseline() {
    return baseline;
  }

  /** A person decided about something learned: what rules said before is no longer what they would say. False where there is no room for it. */
  public boolean decide(Known.Kind kind, String a, String b, String c, Known.Origin origin) {
    interpreter.forgetPrecedents();
    return baseline.known().decide(kind, a, b, c, origin);
  }

  /** Capture time, ns: that of the latest observation or quantum. */
  public long clock() {
    return clock;
  }

  /** A person approved the device: it is known from now on. */
  public void approve(Asset asset) {
    interpreter.approve(asset);
  }

  /** The rules that were taken out of service, with the cause, in the order it happened. */
  public Map<String, String> disabledRules() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(disabled));
  }

  /** Counters for the summary, by name. */
  public Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    counters.put("rule_events", events);
    counters.put("rule_announced", interpreter.announced());
    counters.put("rule_known", (long) baseline.known().size());
    counters.put("rule_learning", (long) baseline.learning().size());
    counters.put("refused.known", baseline.known().refused());
    counters.put("refused.learning", baseline.learning().forgotten());
    counters.put("refused.windows", interpreter.windowsEvicted());
    counters.put("refused.memories", interpreter.memoriesEvicted());
    counters.put("refused.bindings", interpreter.bindingsEvicted());
    counters.put("refused.arrivals", interpreter.arrivalsRefused());
    counters.put("refused.open_alerts", folding.evicted());
    counters.put("refused.incident_links", folding.linksEvicted());
    counters.put("refused.open_candidates", folding.candidatesEvicted());
    counters.put("refused.alert_details", folding.detailsRefused());
    counters.put("refused.reports", docket.refused());
    counters.put("rules_disabled", (long) disabled.size());
    return counters;
  }

  private void judge() {
    if (!agenda.events.isEmpty()) {
      events += agenda.events.size();
      int taken = disabled.size();
      long refused = docket.refused();
      engine.judge(agenda.events, clock);
      interpreter.said(docket.reports());
      if (disabled.size() != taken || docket.refused() != refused) {
        interpreter.forgetPrecedents();
      }
      agenda.events.clear();
    }
    folding.fold(docket.reports(), agenda.said, ended);
    docket.clear();
    agenda.said.clear();
    interpreter.values().judged();
    ended.clear();
    folding.deliver();
  }

  private void disable(String rule, String cause) {
    disabled.put(rule, cause);
    sink.disabled(new AlertSink.DisabledRule(rule, policy.file(rule), clock, cause));
  }
}
