package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Conduit;
import fr.vigie.inventory.site.Device;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Match;
import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.Servers;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Writer;
import fr.vigie.inventory.site.Zone;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A small site and what happens on it, as observations; judged by the shipped policy or another. */
final class Scene {
  static final long START = 1_790_000_000_000_000_000L;
  static final long SECOND = 1_000_000_000L;
  static final Zone PLANT = new Zone("plant", "Plant", List.of(cidr("10.1.0.0/16")), List.of(), "building", 3);
  static final Zone THEATRE = new Zone("theatre", "Theatre", List.of(cidr("10.2.0.0/16")), List.of(), "building", 5);
  static final Zone OFFICE = new Zone("office", "Office", List.of(cidr("10.9.0.0/16")), List.of(), "it", 0);
  static final Zone WARD = new Zone("ward", "Ward", List.of(cidr("10.3.0.0/16")), List.of(), "clinical", 5);
  static final Zone GUEST = new Zone("guest", "Guests", List.of(cidr("172.16.0.0/16")), List.of(), "guest", 0);

  final Endpoints endpoints = new Endpoints(100_000);
  final List<Observation> story = new ArrayList<>();
  private long at = START;
  private long seq;
  private List<Conduit> conduits = List.of();
  private List<Maintenance> maintenance = List.of();
  private List<Set<Long>> redundant = List.of();
  private List<Device> devices = List.of();
  private Map<String, Hours> hours = Map.of();
  private boolean named;
  private long learnUntil = Baseline.NEVER;
  private Map<String, Long> counters = Map.of();

  static Cidr cidr(String text) {
    Cidr c = Cidr.parse(text);
    if (c == null) {
      throw new IllegalArgumentException(text);
    }
    return c;
  }

  static List<Party> party(String text) {
    return List.of(new Party.Range(cidr(text)));
  }

  /** A site that names its supervisor 10.1.0.5 and that only it and 10.1.0.6 (at priority 8) write to the theatre. */
  Scene named() {
    named = true;
    return this;
  }

  Scene conduit(String from, String to, String... protocols) {
    List<Conduit> all = new ArrayList<>(conduits);
    all.add(new Conduit(from, to, Set.of(protocols), Set.of(), null, 1));
    conduits = List.copyOf(all);
    return this;
  }

  Scene maintenance(String who, String whom) {
    maintenance = List.of(new Maintenance(START, START + 3600 * SECOND, party(who), party(whom), 1));
    return this;
  }

  /** The site names a device of a kind of equipment at an address. */
  Scene device(String ip, String kind) {
    List<Device> all = new ArrayList<>(devices);
    all.add(new Device(new Match(cidr(ip), Endpoint.NO_MAC, -1, null, -1, -1, null), "device " + ip, kind, null, null, null, null, 1));
    devices = List.copyOf(all);
    return this;
  }

  /** The site says in which hours operators may override. */
  Scene operators(String hours) {
    Hours parsed = Hours.parse(hours);
    if (parsed == null) {
      throw new IllegalArgumentException(hours);
    }
    this.hours = Map.of("operators", parsed);
    return this;
  }

  Scene redundant(long a, long b) {
    redundant = List.of(Set.of(a, b));
    return this;
  }

  /** What was told so far is learned; what comes is judged. */
  Scene learned() {
    pause(60);
    learnUntil = at;
    return this;
  }

  Site site() {
    if (!named && conduits.isEmpty() && maintenance.isEmpty() && redundant.isEmpty()) {
      return Site.EMPTY;
    }
    List<Writer> writers = named
        ? List.of(new Writer(party("10.1.0.5"), party("10.2.0.0/16"), List.of(), Set.of(), 1, 1),
            new Writer(party("10.1.0.6"), party("10.2.0.0/16"), List.of(), Set.of(), 8, 2))
        : List.of();
    return new Site("s", "Site", List.of(PLANT, THEATRE, WARD, OFFICE, GUEST), conduits, devices, writers,
        named ? party("10.1.0.5") : List.of(),
        new Servers(List.of(), List.of(), List.of(), party("10.1.0.1")), new Calendar(ZoneOffset.UTC, hours, Set.of()), maintenance,
        List.of(), List.of(), redundant);
  }

  Scene pause(long seconds) {
    at += seconds * SECOND;
    return this;
  }

  Scene millis(long ms) {
    at += ms * 1_000_000;
    return this;
  }

  Stamp stamp() {
    seq++;
    return new Stamp(seq, 0, at, 0, seq - 1);
  }

  long packet() {
    return seq - 1;
  }

  Endpoint host(String ip) {
    Cidr c = cidr(ip);
    return endpoints.ip("", c.family(), c.high(), c.low(), Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  Endpoint host(String ip, long mac) {
    Cidr c = cidr(ip);
    return endpoints.ip("", c.family(), c.high(), c.low(), mac, Endpoint.NO_VLAN);
  }

  static Endpoint broadcast(Scene s) {
    return s.host("255.255.255.255");
  }

  Act act(String who, Endpoint whom, String protocol, int port, Verb verb, String operation, @Nullable Point point,
      @Nullable Value value, int priority, String detail) {
    Stamp s = stamp();
    Act act = new Act(s, host(who), protocol, null, s.seq() + "." + s.n(), whom, port, verb, operation, point, value, priority, detail,
        Outcome.PENDING);
    story.add(act);
    return act;
  }

  Act bacnet(String who, String whom, Verb verb, String operation, @Nullable Point point, int priority, String detail) {
    return act(who, host(whom), "bacnet", 47808, verb, operation, point, null, priority, detail);
  }

  Act write(String who, String whom, int instance, int priority) {
    return act(who, host(whom), "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, instance, 85, -1), new Value.Num(21.5),
        priority, "");
  }

  Act whoIs(String who, String detail) {
    return act(who, broadcast(this), "bacnet", 47808, Verb.DISCOVER, "whoIs", null, null, 0, detail);
  }

  void end(Act act, Outcome outcome) {
    story.add(act.ended(stamp(), outcome));
  }

  void contact(String who, String whom, String protocol, int port, Contact.Answer answer) {
    contact(who, whom, protocol, port, Contact.Phase.OPEN, answer);
  }

  void ended(String who, String whom, String protocol, int port, Contact.Answer answer) {
    contact(who, whom, protocol, port, Contact.Phase.CLOSE, answer);
  }

  private void contact(String who, String whom, String protocol, int port, Contact.Phase phase, Contact.Answer answer) {
    story.add(new Contact(stamp(), host(who), protocol, null, host(whom), "tcp", port, phase, answer, at, at, 1, 60, 0, 0, List.of()));
  }

  void arp(String ip, long mac) {
    story.add(new Sighting(stamp(), host(ip, mac), "arp", null, Sighting.How.ARP));
  }

  void claim(String who, Trait trait, String value) {
    story.add(new Claim(stamp(), host(who), "http", null, host(who), trait, value));
  }

  void claim(String who, String protocol, Trait trait, String value) {
    story.add(new Claim(stamp(), host(who), protocol, null, host(who), trait, value));
  }

  void flaw(String who, String whom, String protocol, @Nullable Cite cite, String kind, long count) {
    story.add(new Flaw(stamp(), host(who), protocol, cite, host(whom), kind, 0, 10, count));
  }

  /** A bucket of a minute of a BACnet analog value. */
  void reading(String who, int instance, int property, double value) {
    story.add(new Reading(stamp(), host(who), "bacnet", null, new Point.Bacnet(2, instance, property, -1), at, at, 1, value, value, value, value, null, true, false));
  }

  /** A contact with so many packets so far each way. */
  void talk(String who, Endpoint whom, String protocol, String transport, int port, Contact.Phase phase, long out, long back, String... operations) {
    story.add(new Contact(stamp(), host(who), protocol, null, whom, transport, port, phase, back > 0 ? Contact.Answer.ANSWERED : Contact.Answer.PENDING,
        at, at, out, 60 * out, back, 60 * back, List.of(operations)));
  }

  /** Somebody asks for and gets an answer once a minute. */
  void polls(String who, String whom, String protocol, int port, int from, int minutes) {
    for (int i = 0; i < minutes; i++) {
      talk(who, host(whom), protocol, "tcp", port, from + i == 0 ? Contact.Phase.OPEN : Contact.Phase.UPDATE, 1 + 10L * (from + i), 1 + 10L * (from + i));
      pause(60);
    }
  }

  void lapse(Lapse.Kind kind, int from, int vlan, long part, long whole, String proof, long hidden, Lapse.Basis basis) {
    story.add(new Lapse(stamp(), endpoints.mac("", Endpoint.NO_MAC, vlan), kind, from, vlan, -1, -1, part, whole, at - 300 * SECOND, at, hidden, basis,
        proof));
  }

  AlertLog judge() {
    return judge(PolicySet.shipped(), 100 * 1_000_000L);
  }

  /** Judges the story in quanta of that many ns; 0 judges each observation alone. */
  AlertLog judge(PolicySet policy, long quantum) {
    return judge(policy, quantum, alert -> {});
  }

  /** The same; each alert is told as often as it comes or grows. */
  AlertLog judge(PolicySet policy, long quantum, Consumer<Alert> told) {
    AlertLog log = new AlertLog(40_000, 40_000);
    AlertSink sink = new AlertSink() {
      @Override
      public void alert(Alert alert) {
        log.alert(alert);
        told.accept(alert);
      }

      @Override
      public void learned(Candidate candidate) {
        log.learned(candidate);
      }

      @Override
      public void disabled(DisabledRule rule) {
        log.disabled(rule);
      }
    };
    Site site = site();
    Judge judge = new Judge(site, new Ledger(site), policy, Judge.Options.DEFAULT.until(learnUntil),
        i -> new Origin(i, "", "story.pcap", "ab".repeat(32), null, 1), sink);
    long open = START;
    for (Observation o : story) {
      while (o.at() >= open + quantum && quantum > 0) {
        judge.quantum(o.seq() - 1, open + quantum);
        open += Math.max(quantum, (o.at() - open) / quantum * quantum);
      }
      judge.accept(o);
      if (quantum == 0) {
        judge.quantum(o.seq(), o.at());
      }
    }
    judge.quantum(seq, at);
    judge.finish();
    counters = judge.counters();
    return log;
  }

  /** The counters of the last judgement. */
  Map<String, Long> counters() {
    return counters;
  }

  /** {@code DETECTION severity who > target}, one for each alert, without the arrivals of the actors themselves. */
  static List<String> said(AlertLog log) {
    return log.alerts().stream().filter(a -> !a.detection().id().equals("NET-01")).map(Scene::line).toList();
  }

  static String line(Alert a) {
    Endpoint target = a.target();
    return a.detection().id() + " " + a.severity().wireName() + " " + a.who().ip() + " > " + (target == null ? "-" : target.ip());
  }

  static List<String> json(AlertLog log) {
    List<String> lines = new ArrayList<>();
    log.alerts().forEach(a -> lines.add(AlertJson.write(a).toString()));
    log.candidates().forEach(c -> lines.add(AlertJson.write(c).toString()));
    return lines;
  }
}
