package fr.vigie.rules.session;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.alert.Doing;
import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.alert.Origins;
import fr.vigie.rules.alert.Proof;
import fr.vigie.rules.alert.Severity;
import fr.vigie.rules.alert.ValueChange;
import fr.vigie.rules.baseline.Driver;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Arrival;
import fr.vigie.rules.event.Clash;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Departure;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Meeting;
import fr.vigie.rules.event.Mirror;
import fr.vigie.rules.event.Report;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reports to alerts: what the same actor does to the same target again within ten minutes of capture time grows one alert; alerts of one
 * cause are one incident ({@link Causes}); what a detection says that is still learning is a candidate. Bounded, oldest first.
 */
final class Folding {
  /** After how long without another event the next one opens a new alert, ns. */
  static final long QUIET = 10L * 60 * 1_000_000_000L;

  /** The detection whose target is a zone. */
  private static final String ZONES = "NET-07";

  /** Octets of targets, facts and packets that each alert may list, and as many again for each that can grow, whichever lists them. */
  private static final int DETAILS = 1024;

  /** Characters of a fact: what packets say in it is cut by the sensor, and what rules say in it is short. */
  private static final int LONGEST_FACT = 768;

  private static final int RECENT_BITS = 15;

  /** An alert that can still grow. */
  private static final class Open {
    Alert alert;
    final Set<Endpoint> whom = new LinkedHashSet<>();
    final Set<String> assets = new TreeSet<>();
    final Set<String> facts = new LinkedHashSet<>();
    final Set<String> reasons = new LinkedHashSet<>();
    final List<Proof> packets = new ArrayList<>();
    final Set<Doing> doings = new LinkedHashSet<>();
    boolean doingsMore;
    final List<ValueChange> changes = new ArrayList<>(0);
    Stamp counted;
    /** Of what it lists. */
    int octets;
    /** Of what it lists beyond {@link #DETAILS}. */
    int beyond;
    /** It can grow no more, but for the outcome of its last acts. */
    boolean closed;

    Open(Alert alert) {
      this.alert = alert;
      this.counted = alert.stamp();
    }
  }

  /** A candidate that can still grow. */
  private static final class Learned {
    final String key;
    Candidate candidate;
    long last;
    long count = 1;
    List<String> examples;
    /** Whether it has grown in this quantum. */
    boolean grown;
    /** Whether it is still among the candidates. */
    boolean kept = true;

    Learned(String key, Candidate candidate) {
      this.key = key;
      this.candidate = candidate;
      this.last = candidate.last();
      this.examples = candidate.examples();
    }

    Candidate candidate() {
      Candidate c = candidate;
      if (c.count() != count) {
        c = new Candidate(c.detection(), c.stamp(), last, count, c.who(), c.whom(), c.point(), examples, c.facts(), c.proof());
        candidate = c;
      }
      return c;
    }
  }

  /** What was learned of a deed lately. Sides are compared by reference: a party about whom anything changed has another. */
  private record Again(Detection detection, Side who, Side whom, Verb verb, @Nullable Point point, Learned learned) {
    /** Whether a deed of these leads to the same candidate. */
    @SuppressWarnings("ReferenceEquality") // on purpose
    boolean holds(Detection d, Side actor, Side target, Act act) {
      return learned.kept && detection == d && who == actor && whom == target && verb == act.verb() && Objects.equals(point, act.point());
    }

    static int place(Act act) {
      int h = act.who().hashCode() * 31 + act.whom().hashCode();
      h = (h * 31 + Objects.hashCode(act.point())) * 0x9E3779B1;
      return h >>> 32 - RECENT_BITS;
    }
  }

  private final Catalogue catalogue;
  private final Origins origins;
  private final AlertSink sink;
  private final UnaryOperator<String> sha256;
  private final Function<Supplier<? extends Event>, @Nullable Maintenance> announced;
  private final Function<Act, @Nullable ValueChange> changed;
  private final Limits limits;
  private final LinkedHashMap<String, Open> open = new LinkedHashMap<>();
  private final LinkedHashMap<String, Learned> candidates = new LinkedHashMap<>();
  /** By the hash of their sides and points. */
  private final @Nullable Again[] recent = new Again[1 << RECENT_BITS];
  private final Causes causes;
  private final LinkedHashMap<String, List<Open>> byAct = new LinkedHashMap<>();
  /** What changed in this quantum, to be handed over in order. */
  private final TreeMap<String, Open> grown = new TreeMap<>();

  private final List<Learned> learned = new ArrayList<>();
  private long evicted;
  private long candidatesEvicted;
  /** Of what open alerts list beyond {@link #DETAILS} each. */
  private long beyond;
  private long detailsRefused;

  /**
   * Folds reports.
   *
   * @param sha256 digest of the policy file of a detection
   * @param announced the announced intervention that covers what an event is about, or null
   * @param changed what an act found and left, or null
   */
  Folding(Catalogue catalogue, Origins origins, AlertSink sink, UnaryOperator<String> sha256, Function<Supplier<? extends Event>, @Nullable Maintenance> announced,
      Function<Act, @Nullable ValueChange> changed, Limits limits) {
    this.catalogue = catalogue;
    this.origins = origins;
    this.sink = sink;
    this.sha256 = sha256;
    this.announced = announced;
    this.changed = changed;
    this.limits = limits;
    this.causes = new Causes(limits.open());
  }

  /** Alerts, and their acts under way, that can grow no more because there were too many. */
  long evicted() {
    return evicted;
  }

  /** What linked alerts to incidents and is forgotten because there was too much. */
  long linksEvicted() {
    return causes.evicted();
  }

  /** Candidates that can grow no more because there were too many. */
  long candidatesEvicted() {
    return candidatesEvicted;
  }

  /** Targets, facts and packets that alerts do not list because all of them together list too many. */
  long detailsRefused() {
    return detailsRefused;
  }

  /**
   * Folds the reports and the ended acts of a quantum in order of their observations, whatever order rules fired in.
   *
   * @param repeated reports that the rules need not make again
   */
  void fold(List<Report> reports, List<Said> repeated, List<Act> ended) {
    if (reports.isEmpty() && repeated.isEmpty() && byAct.isEmpty()) {
      return;
    }
    int next = 0;
    List<Said> sorted = new ArrayList<>(reports.size() + repeated.size());
    for (int i = 0; i < reports.size(); i++) {
      sorted.add(new Said(reports.get(i)));
    }
    sorted.addAll(repeated);
    sorted.sort(null);
    for (Said s : sorted) {
      while (next < ended.size() && ended.get(next).stamp().compareTo(s.observation.stamp()) < 0) {
        outcome(ended.get(next++));
      }
      Detection d = catalogue.find(s.detection);
      if (d == null) {
        continue;
      }
      if (d.needs() && s.standing == Standing.LEARNING) {
        learn(d, s);
      } else {
        raise(d, s.report());
      }
    }
    while (next < ended.size()) {
      outcome(ended.get(next++));
    }
  }

  /** An act ended: the alerts it raised say how. */
  private void outcome(Act act) {
    if (byAct.isEmpty()) {
      return;
    }
    List<Open> raised = byAct.remove(act.id());
    if (raised == null) {
      return;
    }
    Outcome o = act.outcome();
    String how = switch (o.state()) {
      case OK -> "outcome: carried out, the target confirmed it";
      case ERROR -> "outcome: refused by the target" + (o.code() == null ? "" : " (" + o.code() + ")");
      case UNANSWERED -> "outcome: the target did not answer";
      default -> "outcome: unknown";
    };
    ValueChange left = o.state() == Outcome.State.OK ? changed.apply(act) : null;
    for (Open one : raised) {
      boolean more = change(one, left);
      if (one.facts.size() < Alert.FACTS_LIMIT && !one.facts.contains(how) && room(one, Alert.octets(how))) {
        one.facts.add(how);
        more = true;
      }
      if (more) {
        one.alert = alert(one, one.alert.last(), one.alert.count(), one.alert.severity(), one.alert.packetsMore());
        grown.put(one.alert.id(), one);
      }
    }
  }

  /** Hands over what is new or has grown, in order. */
  void deliver() {
    if (grown.isEmpty() && learned.isEmpty()) {
      return;
    }
    if (!grown.isEmpty()) {
      List<Open> alerts = new ArrayList<>(grown.values());
      alerts.sort(Folding::compare);
      for (Open o : alerts) {
        sink.alert(o.alert);
      }
    }
    if (learned.size() > 1) {
      learned.sort(Folding::compare);
    }
    for (Learned l : learned) {
      l.grown = false;
      sink.learned(l.candidate());
    }
    grown.clear();
    learned.clear();
  }

  private static int compare(Open a, Open b) {
    int order = compare(a.alert.stamp(), a.alert.detection(), b.alert.stamp(), b.alert.detection());
    return order != 0 ? order : a.alert.id().compareTo(b.alert.id());
  }

  private static int compare(Learned a, Learned b) {
    int order = compare(a.candidate.stamp(), a.candidate.detection(), b.candidate.stamp(), b.candidate.detection());
    return order != 0 ? order : a.key.compareTo(b.key);
  }

  private static int compare(Stamp a, Detection ofA, Stamp b, Detection ofB) {
    int order = a.compareTo(b);
    return order != 0 ? order : ofA.id().compareTo(ofB.id());
  }

  private void raise(Detection d, Report r) {
    Event e = r.event();
    Observation o = e.observation();
    String key = d.id() + ' ' + key(d, e);
    Open one = open.remove(key);
    Proof proof = proof(o);
    Severity severity = severity(d, r);
    boolean fresh = false;
    if (one != null && o.at() - one.alert.last() > QUIET) {
      close(one);
      one = null;
    }
    if (one == null) {
      fresh = true;
      String first = (proof.sha256() == null ? proof.file() + ' ' + proof.time() : proof.sha256()) + ' ' + proof.index();
      String id = Ids.of("al-", d.id(), key(d, e), first);
      Causes.Place place = causes.place(d.id(), key, e, id, o.at());
      one = new Open(new Alert(id, d, sha256.apply(d.id()), o.stamp(), o.at(), 1, severity, List.of(), e.who().endpoint(), List.of(),
          e.port(), List.of(), List.of(), List.of(), 0, Alert.State.NEW, place.incident(), place.fold(), List.of(), false, List.of()));
      if (open.size() >= limits.open()) {
        close(open.pollFirstEntry().getValue());
        evicted++;
      }
    }
    open.put(key, one);
    boolean another = fresh || one.counted.compareTo(o.stamp()) != 0;
    long more = one.alert.packetsMore();
    if (another && !one.packets.contains(proof)) {
      if (one.packets.size() < Alert.PACKETS_LIMIT && room(one, Alert.PROOF)) {
        one.packets.add(proof);
      } else {
        more++;
      }
    }
    one.counted = o.stamp();
    gather(one, d, r);
    if (!fresh) {
      causes.again(d.id(), key, e, one.alert.incident(), one.alert.id(), o.at());
    }
    one.alert = alert(one, Math.max(one.alert.last(), o.at()), one.alert.count() + (another && !fresh ? 1 : 0),
        severity.compareTo(one.alert.severity()) > 0 ? severity : one.alert.severity(), more);
    grown.put(one.alert.id(), one);
    if (o instanceof Act act && act.request()) {
      if (byAct.size() >= limits.open()) {
        byAct.pollFirstEntry();
        evicted++;
      }
      byAct.computeIfAbsent(act.id(), id -> new ArrayList<>(1)).add(one);
    }
  }

  private static Alert alert(Open one, long last, long count, Severity severity, long more) {
    Alert a = one.alert;
    return new Alert(a.id(), a.detection(), a.sha256(), a.stamp(), last, count, severity, List.copyOf(one.reasons), a.who(),
        List.copyOf(one.whom), a.port(), List.copyOf(one.assets), List.copyOf(one.facts), List.copyOf(one.packets), more, a.state(),
        a.incident(), a.fold(), List.copyOf(one.doings), one.doingsMore, List.copyOf(one.changes));
  }

  /** The severity of the catalogue or of the rule, raised or lowered by what stands at stake. */
  private Severity severity(Detection d, Report r) {
    Severity s = r.severity() == null ? d.severity() : r.severity();
    for (Stake stake : stakes(r.event())) {
      s = switch (stake.change) {
        case RAISED -> s.raised();
        case LOWERED -> s.lowered();
        case LOW -> s.compareTo(Severity.LOW) > 0 ? Severity.LOW : s;
      };
    }
    return s;
  }

  /** One step up, one step down, or low and no more. */
  private enum Change { RAISED, LOWERED, LOW }

  private record Stake(Change change, String reason) {}

  /** Care impact of the target, trust in the actor's zone, and whether somebody announced that he works there. */
  private List<Stake> stakes(Event e) {
    List<Stake> stakes = new ArrayList<>(2);
    Side whom = e.whom();
    if (whom != null && !whom.endpoint().group()) {
      if (whom.care() >= 4) {
        stakes.add(new Stake(Change.RAISED, "raised: care importance " + whom.care() + " of 5 of the target"));
      } else if (whom.care() == 1) {
        stakes.add(new Stake(Change.LOWERED, "lowered: care importance 1 of 5 of the target"));
      }
      String zone = e.who().zoneKind();
      if (zone.equals("internet") || zone.equals("guest") || zone.equals("external")) {
        stakes.add(new Stake(Change.RAISED, "raised: the actor stands in a zone of kind " + zone));
      }
    }
    Maintenance work = announced.apply(() -> e);
    if (work != null) {
      stakes.add(new Stake(Change.LOW, announced(work)));
    }
    return stakes;
  }

  private static String announced(Maintenance work) {
    return "lowered: announced intervention" + (work.contractor().isEmpty() ? "" : " of " + work.contractor())
        + (work.comment().isEmpty() ? "" : " (" + work.comment() + ")") + " until " + Json.time(work.to());
  }

  private void gather(Open one, Detection d, Report r) {
    Event e = r.event();
    Severity said = r.severity();
    if (said != null && said != d.severity()) {
      one.reasons.add((said.compareTo(d.severity()) > 0 ? "raised: " : "lowered: ") + r.fact());
    }
    stakes(e).forEach(s -> one.reasons.add(s.reason));
    Side whom = e.whom();
    if (whom != null) {
      target(one, whom.endpoint());
      asset(one, whom.asset());
    }
    if (e instanceof Count c) {
      c.members().forEach(m -> target(one, m));
    }
    asset(one, e.who().asset());
    if (e.observation() instanceof Act a) {
      doing(one, new Doing(a.operation(), a.point() == null ? null : Alert.cut(a.point().text(), LONGEST_FACT)));
      change(one, changed.apply(a));
    }
    if (!r.fact().isEmpty()) {
      fact(one, r.fact());
    }
    if (e instanceof Mirror m) {
      if (one.facts.size() <= 1) { // each window has figures of its own: those of the first stand
        mirror(m.observation()).forEach(f -> fact(one, f));
      }
    } else {
      facts(e).forEach(f -> fact(one, f));
    }
  }

  /** Where the capture fails, and the figures. */
  private List<String> mirror(Lapse l) {
    List<String> facts = new ArrayList<>();
    facts.add(place(l.from(), l.vlan()));
    if (l.kind() == Lapse.Kind.TWICE && l.otherFrom() >= 0) {
      facts.add("first seen on " + place(l.otherFrom(), l.otherVlan()));
    }
    if (l.whole() > 0) {
      facts.add(l.part() + " of " + l.whole());
    }
    if (l.hidden() > 0) {
      facts.add("about " + l.hidden() + " devices cannot be seen (" + l.basis().wireName() + ")");
    }
    return facts;
  }

  private String place(int from, int vlan) {
    Origin o = from < 0 ? null : origins.origin(from);
    String name = o == null ? "the capture" : "interface " + (o.name() == null ? o.file() : o.name());
    return vlan < 0 ? name : name + ", VLAN " + vlan;
  }

  private void target(Open one, Endpoint e) {
    if (one.whom.size() < Alert.WHOM_LIMIT && !one.whom.contains(e) && room(one, Alert.TARGET)) {
      one.whom.add(e);
    }
  }

  /** The actor, and a target for each that is listed. */
  private static void asset(Open one, @Nullable String id) {
    if (id != null && one.assets.size() <= Alert.WHOM_LIMIT) {
      one.assets.add(id);
    }
  }

  private void fact(Open one, String fact) {
    if (one.facts.size() < Alert.FACTS_LIMIT) {
      String kept = Alert.cut(fact, LONGEST_FACT);
      if (!one.facts.contains(kept) && room(one, Alert.octets(kept))) {
        one.facts.add(kept);
      }
    }
  }

  private void doing(Open one, Doing doing) {
    if (!one.doings.contains(doing)) {
      if (one.doings.size() < Alert.DOINGS_LIMIT && room(one, Alert.octets(doing))) {
        one.doings.add(doing);
      } else {
        one.doingsMore = true;
      }
    }
  }

  /** A point of a device as it was before the first change, and as the last one that was confirmed left it. Whether that says anything new. */
  private boolean change(Open one, @Nullable ValueChange change) {
    if (change == null) {
      return false;
    }
    for (int i = 0; i < one.changes.size(); i++) {
      ValueChange first = one.changes.get(i);
      if (first.point().equals(change.point()) && first.whom().equals(change.whom())) {
        if (change.after() == null || change.after().equals(first.after())) {
          return false;
        }
        ValueChange next = new ValueChange(first.whom(), first.point(), first.before(), change.after());
        int more = Alert.octets(next) - Alert.octets(first);
        // without room for the last value, none: the one before it would be taken for the last
        one.changes.set(i, more <= 0 || room(one, more) ? next : new ValueChange(first.whom(), first.point(), first.before(), null));
        return true;
      }
    }
    if (one.changes.size() < Alert.CHANGES_LIMIT && room(one, Alert.octets(change))) {
      one.changes.add(change);
      return true;
    }
    return false;
  }

  /** Whether the alert may list one thing more: few always, many while all together list few. Asked right before it does. */
  private boolean room(Open one, int octets) {
    int over = Math.max(0, one.octets + octets - DETAILS) - one.beyond;
    if (over > 0 && (one.closed || beyond + over > (long) limits.open() * DETAILS)) {
      detailsRefused++;
      return false;
    }
    one.octets += octets;
    one.beyond += over;
    beyond += over;
    return true;
  }

  private void close(Open one) {
    one.closed = true;
    beyond -= one.beyond;
  }

  /** What matched, readable, in a fixed order. Text from packets is quoted as it is: outputs escape it. */
  private static List<String> facts(Event e) {
    List<String> facts = new ArrayList<>();
    switch (e) {
      case Deed d -> deed(facts, d.observation(), Point.text(d.observation().point()), d.crossing(), d.who(), d.whom());
      case Meeting m -> {
        facts.add("protocol " + m.protocol() + ", " + m.observation().transport() + " port " + m.port());
        zones(facts, m.crossing(), m.who(), m.whom());
      }
      case Arrival a -> facts.add(a.zone().isEmpty() ? "device " + a.who().name() : "device " + a.who().name() + " in zone " + a.zone());
      case Clash c -> facts.add("address " + c.ip() + ": held by " + mac(c.whom().endpoint()) + ", claimed by "
          + mac(c.observation().who()));
      case Count c -> { }
      case Departure p -> {
        if (!p.before().isEmpty()) {
          facts.add("before: " + p.before());
        }
        if (!p.after().isEmpty()) {
          facts.add("now: " + p.after());
        }
      }
      case Mirror m -> { }
    }
    if (!(e instanceof Count)) {
      clause(facts, e.observation());
    }
    driven(facts, e.observation().protocol().equals("bacnet") && e.standing() != Standing.KNOWN ? driver(e) : null);
    return facts;
  }

  /** The same of a deed whose event was not made. */
  private static List<String> facts(Act act, @Nullable String point, boolean crossing, Side who, Side whom, Standing standing) {
    List<String> facts = new ArrayList<>();
    deed(facts, act, point, crossing, who, whom);
    clause(facts, act);
    driven(facts, act.protocol().equals("bacnet") && standing != Standing.KNOWN ? Driver.of(act) : null);
    return facts;
  }

  private static void deed(List<String> facts, Act act, @Nullable String point, boolean crossing, Side who, Side whom) {
    facts.add("operation " + act.operation() + (point == null ? "" : " on " + point));
    if (act.value() != null) {
      facts.add("value " + act.value().text());
    }
    if (act.priority() > 0) {
      facts.add("priority " + act.priority());
    }
    if (!act.detail().isEmpty()) {
      facts.add(act.detail());
    }
    zones(facts, crossing, who, whom);
  }

  private static void clause(List<String> facts, Observation o) {
    if (o.cite() != null) {
      facts.add("clause " + o.cite());
    }
  }

  private static void driven(List<String> facts, @Nullable Driver driver) {
    if (driver != null) {
      facts.add(switch (driver) {
        case TIME -> "departs from what comes by the clock";
        case PEOPLE -> "departs from what people do";
        case EVENT -> "departs from what happens in the plant";
      });
    }
  }

  /** What drives such traffic, where that can be told. */
  private static @Nullable Driver driver(Event e) {
    return switch (e) {
      case Deed d -> Driver.of(d.observation());
      case Departure p -> Driver.of(p.memory());
      default -> null;
    };
  }

  private static void zones(List<String> facts, boolean crossing, Side from, Side to) {
    if (crossing) {
      facts.add("from zone " + from.zone() + " to zone " + to.zone());
    }
  }

  private static String mac(Endpoint e) {
    String text = e.macText();
    return text == null ? "an unknown MAC address" : text;
  }

  private void learn(Detection d, Said s) {
    Said.Again deed = s.again();
    if (deed != null) {
      learn(d, s, deed.who(), deed.whom(), deed.act());
    } else if (s.event() instanceof Deed made) {
      learn(d, s, made.who(), made.whom(), made.observation());
    } else {
      grow(d, s);
    }
  }

  private void learn(Detection d, Said s, Side who, Side whom, Act act) {
    int place = Again.place(act);
    Again again = recent[place];
    if (again != null && again.holds(d, who, whom, act)) {
      grow(again.learned, act, false);
    } else {
      Learned grown = grow(d, s);
      recent[place] = grown == null ? null : new Again(d, who, whom, act.verb(), act.point(), grown);
    }
  }

  /** The candidate of what was said, new or grown, or null where nobody would keep it. */
  private @Nullable Learned grow(Detection d, Said s) {
    Observation o = s.observation;
    Said.Again deed = s.again();
    Event e = deed == null ? s.event() : null;
    // who reads widely is one candidate, not one for each object
    String point = o instanceof Act a && !(e instanceof Count) ? Point.text(a.point()) : null;
    String key = d.id() + ' ' + (deed != null ? key(d, deed.who(), deed.whom(), deed.act()) : key(d, s.event())) + (point == null ? "" : ' ' + point);
    Learned one = candidates.get(key);
    if (one != null) {
      grow(one, o, e instanceof Count);
      return one;
    }
    if (!sink.wants(d)) {
      return null;
    }
    if (candidates.size() >= limits.candidates()) {
      candidates.pollFirstEntry().getValue().kept = false;
      candidatesEvicted++;
    }
    List<String> facts = new ArrayList<>();
    if (!s.fact().isEmpty()) {
      facts.add(s.fact());
    }
    List<String> matched = deed != null ? facts(deed.act(), point, deed.crossing(), deed.who(), deed.whom(), s.standing) : facts(s.event());
    for (int i = 0; i < matched.size(); i++) {
      facts.add(Alert.cut(matched.get(i), LONGEST_FACT));
    }
    Maintenance work = announced.apply(s::event);
    if (work != null) {
      facts.add(Alert.cut(announced(work), LONGEST_FACT));
    }
    Side whom = deed != null ? deed.whom() : s.event().whom();
    Side who = deed != null ? deed.who() : s.event().who();
    one = new Learned(key, new Candidate(d, o.stamp(), o.at(), 1, who.endpoint(), whom == null ? null : whom.endpoint(), point,
        e instanceof Count ? examples(List.of(), o) : List.of(), List.copyOf(facts), proof(o)));
    candidates.put(key, one);
    hand(one);
    return one;
  }

  private void grow(Learned one, Observation o, boolean counted) {
    one.last = Math.max(one.last, o.at());
    one.count++;
    if (counted) {
      one.examples = examples(one.examples, o);
    }
    hand(one);
  }

  private void hand(Learned one) {
    if (!one.grown) {
      one.grown = true;
      learned.add(one);
    }
  }

  /** The examples with what this observation counted, while there are few. */
  private static List<String> examples(List<String> before, Observation o) {
    if (before.size() >= Candidate.EXAMPLES_LIMIT) {
      return before;
    }
    String example = switch (o) {
      case Act a -> place(a.whom()) + (a.point() == null ? "" : ' ' + a.point().text());
      case Contact c -> place(c.whom()) + ' ' + c.transport() + '/' + c.port();
      default -> "";
    };
    if (example.isEmpty() || before.contains(example)) {
      return before;
    }
    List<String> more = new ArrayList<>(before);
    more.add(example);
    return List.copyOf(more);
  }

  private static String place(Endpoint e) {
    return Side.key(e).substring(e.realm().length() + 1);
  }

  /** What makes two events the same thing happening again: the actor and its target, or the zone it should not reach. */
  private static String key(Detection d, Event e) {
    String who = e.who().key();
    Side whom = e.whom();
    if (d.id().equals(ZONES) && whom != null && !whom.zone().isEmpty()) {
      return who + " zone " + whom.zone();
    }
    return switch (e) {
      case Deed deed -> key(d, deed.who(), deed.whom(), deed.observation());
      case Meeting m -> who + " " + m.whom().key();
      case Clash c -> c.ip();
      case Arrival a -> who;
      case Count c -> who;
      case Departure p -> whom == null ? who : who + " " + whom.key();
      case Mirror m -> m.key();
    };
  }

  /** The same of a deed. */
  private static String key(Detection d, Side who, Side whom, Act act) {
    if (d.id().equals(ZONES) && !whom.zone().isEmpty()) {
      return who.key() + " zone " + whom.zone();
    }
    return whom.endpoint().group() || act.verb() == Verb.DISCOVER ? who.key() : who.key() + " " + whom.key();
  }

  /** The packet that proves an observation, with its own time: a contact is also reported when nothing came for a while. */
  private Proof proof(Observation observation) {
    Stamp s = observation.stamp();
    long time = observation instanceof Contact c ? c.phase() == Contact.Phase.OPEN ? c.first() : c.last() : s.at();
    Origin o = origins.origin(s.origin());
    return o == null ? new Proof("-", null, s.packet(), time) : new Proof(o.file(), o.sha256(), s.packet(), time);
  }
}
