package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.Decision;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Bindings;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Learning;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Arrival;
import fr.vigie.rules.event.Clash;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Meeting;
import fr.vigie.rules.event.Mirror;
import fr.vigie.rules.event.Report;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.session.Passages.Way;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns each observation, in order, into the events that rules see: resolves both sides, asks the baseline how it stands, moves the
 * windows. All that depends on order happens here, one observation at a time; rules only look at the result. Of what an announced
 * intervention covers nothing is learned. Single-threaded.
 */
final class Interpreter {
  private final Site site;
  private final Baseline baseline;
  private final Docket docket;
  private final Bindings bindings;
  private final Parties parties;
  private final Windows windows;
  private final Desk desk;
  private final BacnetMemory bacnet;
  private final PointMemory points;
  private final Values values;
  private final HostMemory hosts;
  private final ChannelMemory channels;
  private final Precedents precedents;
  private final Set<String> settled = new HashSet<>();
  private final int arrivals;
  private Interest interest;
  private Passages passages;
  private @Nullable Stamp last;
  private long arrivalsRefused;

  Interpreter(Site site, Ledger ledger, Baseline baseline, Docket docket, Interest interest, Limits limits) {
    this.site = site;
    this.baseline = baseline;
    this.docket = docket;
    this.interest = interest;
    this.passages = new Passages(site, Terms.of(site), "site.yaml");
    this.arrivals = limits.arrivals();
    this.precedents = new Precedents(limits.precedents());
    this.bindings = new Bindings(site, limits.bindings());
    this.parties = new Parties(site, ledger, baseline, limits.parties());
    this.desk = new Desk(site, baseline, parties, docket, interest);
    this.windows = new Windows(desk, precedents, docket, Windows.KEYS, limits.members());
    this.bacnet = new BacnetMemory(desk, limits.memories());
    this.points = new PointMemory(desk, limits.points());
    this.values = new Values(limits.points());
    this.hosts = new HostMemory(desk, limits.memories());
    this.channels = new ChannelMemory(desk, limits.memories());
    windows.serve(interest);
  }

  /** Other rules are in force, or something else is laid down. */
  void serve(Interest next, Terms terms, Passages ways) {
    interest = next;
    passages = ways;
    baseline.expect(terms.writers());
    windows.serve(next);
    desk.serve(next, terms);
    precedents.forget();
  }

  /** The announced intervention that covers what an event is about, or null. */
  @Nullable Maintenance announced(Supplier<? extends Event> e) {
    return desk.works() ? desk.announced(e.get()) : null;
  }

  /** What acts of this quantum found and left. */
  Values values() {
    return values;
  }

  /** What rules said before is no longer what they would say, or not all of it was heard. */
  void forgetPrecedents() {
    precedents.forget();
  }

  /** What the rules said of the events that were handed to them. */
  void said(List<Report> reports) {
    precedents.said(reports);
  }

  /** Observations that an announced intervention covered. */
  long announced() {
    return desk.announced();
  }

  /** Sources and members of windows that had to go because there were too many. */
  long windowsEvicted() {
    return windows.evicted();
  }

  /** Holders of addresses that had to go because there were too many. */
  long bindingsEvicted() {
    return bindings.evicted();
  }

  /** Arrivals that found no place among those that were told. */
  long arrivalsRefused() {
    return arrivalsRefused;
  }

  /** What the memories of rules had to forget because there was too much. */
  long memoriesEvicted() {
    return bacnet.forgotten() + points.forgotten() + values.forgotten() + hosts.forgotten() + channels.forgotten();
  }

  /** The addresses of an approved device are known from now on. */
  void approve(Asset asset) {
    settle(asset);
  }

  /** The clock stands at this time: windows lose what is too old, silences that have lasted too long are told. */
  void sweep(long at, Agenda agenda) {
    windows.sweep(at);
    due(at, agenda);
  }

  private void due(long at, Agenda agenda) {
    Stamp before = last;
    if (before != null) {
      bacnet.due(at, before, agenda);
      channels.due(at, before, agenda);
    }
  }

  /**
   * Interprets an observation.
   *
   * @param changes what it changed in the inventory
   * @param agenda takes what rules have to judge
   */
  void interpret(Observation o, List<AssetChange> changes, Agenda agenda) {
    if (o instanceof Lapse lapse) {
      mirror(lapse, agenda);
      return;
    }
    for (int i = 0; i < changes.size(); i++) {
      Asset asset = changes.get(i).asset();
      if (settled.contains(asset.id())) {
        learnKeys(asset);
      }
    }
    due(o.at(), agenda);
    last = o.stamp();
    Party who = parties.of(o.who());
    who.heard = o.at();
    arrival(o, who, agenda);
    bindings.alive(o.who(), who.binding, o.at());
    switch (o) {
      case Reading r -> {
        values.reading(r);
        points.reading(r, who, agenda);
      }
      case Act a -> act(a, who, agenda);
      case Contact c -> contact(c, who, agenda);
      case Sighting s -> sighting(s, who, agenda);
      case Claim c -> {
        bacnet.claim(c, agenda);
        hosts.claim(c, agenda);
      }
      case Flaw f -> windows.flaw(f, who, parties.of(f.whom()), agenda);
      default -> { }
    }
    baseline.known().hold(false);
  }

  /** The capture speaks of itself: no device, nothing to know. */
  private void mirror(Lapse l, Agenda agenda) {
    double percent = l.whole() > 0 ? 100.0 * l.part() / l.whole() : 0;
    Endpoint who = l.who();
    String name = who.vlan() == Endpoint.NO_VLAN ? "capture" : "VLAN " + who.vlan();
    Side side = new Side(who, null, name, "", "", 0, Asset.UNKNOWN, "", false);
    agenda.events.add(new Mirror(l, side, l.kind().wireName(), l.proof(), percent, docket));
  }

  private void act(Act act, Party who, Agenda agenda) {
    Party whom = parties.of(act.whom());
    if (!act.request()) {
      values.ended(act);
      windows.outcome(act, who, whom, agenda);
      return;
    }
    values.act(act);
    desk.announces(act.at(), act.who(), who.asset, act.whom(), whom.asset);
    Side actor = parties.side(who, false);
    Side target = parties.side(whom, act.protocol().equals("http") || act.protocol().equals("ftp"));
    String a = who.key;
    String b = whom.key;
    Standing standing = switch (act.verb()) {
      case WRITE, RELINQUISH, COMMAND -> act.point() instanceof Point.KnxGroup group ? baseline.member(act, who.asset, group, who.sender())
          : baseline.writer(act, who.asset, whom.asset, a, b);
      case DISCOVER -> baseline.role(Known.Kind.SUPERVISOR, actor.supervisor(), act.at(), a, act.protocol(), "");
      case READ -> baseline.role(Known.Kind.READER, actor.supervisor(), act.at(), a, b, act.protocol());
      case REGISTER, CONNECT -> baseline.client(actor.supervisor() || baseline.paired(act.who(), who.asset, act.whom(), whom.asset)
          || act.verb() == Verb.REGISTER && act.protocol().equals("bacnet") && named(who.asset, actor), actor.zoneKind(), act.at(), a, b, act.protocol());
      case SERVE -> baseline.server(service(act), act.who(), who.asset, act.at(), a);
      case ACKNOWLEDGE -> baseline.role(Known.Kind.OPERATOR, actor.supervisor() || baseline.paired(act.who(), who.asset, act.whom(), whom.asset), act.at(), a,
          act.protocol(), "acknowledges");
      case REQUEST -> act.detail().contains("action ")
          ? baseline.role(Known.Kind.ENGINEER, actor.supervisor() || baseline.paired(act.who(), who.asset, act.whom(), whom.asset), act.at(), a, b, act.protocol())
          : Standing.UNKNOWN;
      case CONFIGURE, DOWNLOAD, UPLOAD, CREATE, DELETE, RESTART, DISABLE, SET_TIME -> baseline.role(Known.Kind.ENGINEER,
          actor.supervisor() || baseline.paired(act.who(), who.asset, act.whom(), whom.asset), act.at(), a, b, act.protocol());
      default -> Standing.UNKNOWN;
    };
    boolean crossing = crossing(act.whom(), actor, target);
    Way way = crossing ? passages.act(actor.zone(), target.zone(), act) : Way.WITHIN;
    Interest.Look look = interest.deed(act, standing, way, actor, target);
    if (look != Interest.Look.NONE) {
      boolean partly = standing == Standing.UNKNOWN && act.verb() != Verb.READ && baseline.writesTo(act, who.asset, whom.asset, a, b);
      int asked = interest.asked(act, standing, way);
      List<Report> said = look == Interest.Look.WHOLE ? null : precedents.answer(act, actor, target, crossing, standing, partly, asked);
      if (said == null) {
        Deed deed = Said.deed(act, actor, target, crossing, partly, standing, docket);
        agenda.events.add(deed);
        if (look == Interest.Look.PLAIN) {
          precedents.expect(deed, asked);
        }
      } else if (!said.isEmpty()) {
        Said.Again again = new Said.Again(act, actor, target, crossing, partly, standing, docket);
        for (int i = 0; i < said.size(); i++) {
          agenda.said.add(new Said(said.get(i), again));
        }
      }
    }
    windows.act(act, who, whom, standing, agenda);
    points.act(act, who, whom, agenda);
    if (act.protocol().equals("bacnet")) {
      bacnet.act(act, who, whom, agenda);
      hosts.act(act, who, whom, standing, agenda);
    }
  }

  /** The list of the site file in which a server of this protocol stands. */
  private static String service(Act act) {
    return switch (act.protocol()) {
      case "dhcp", "dhcpv6" -> "dhcp";
      case "dns" -> "dns";
      case "ntp" -> "ntp";
      default -> "gateway";
    };
  }

  private void contact(Contact c, Party who, Agenda agenda) {
    Party whom = parties.of(c.whom());
    boolean announced = desk.announces(c.at(), c.who(), who.asset, c.whom(), whom.asset);
    if (c.phase() == Contact.Phase.OPEN) {
      Side actor = parties.side(who, c.protocol().equals("syslog"));
      Side target = parties.side(whom, false);
      boolean crossing = (c.transport().equals("tcp") || c.transport().equals("udp")) && crossing(c.whom(), actor, target) && !again(c, who, whom);
      Standing standing = peer(c, who, whom, actor, target);
      Way way = crossing ? passages.contact(actor.zone(), target.zone(), c) : Way.WITHIN;
      if (interest.meeting(c.protocol(), c.port(), standing, way, actor, target) != Interest.Look.NONE) {
        agenda.events.add(new Meeting(c, actor, target, c.protocol(), c.port(), crossing, standing, docket));
      }
    }
    windows.contact(c, who, whom, agenda);
    if (announced) {
      return; // who comes to work and goes again is no habit
    }
    bacnet.contact(c, who, whom, agenda);
    hosts.contact(c, who, whom, agenda);
    channels.contact(c, who, whom, agenda);
  }

  /**
   * How a contact stands: who met before, or is named to each other by the site file, knows each other; everybody knows a group; the Internet is
   * never learned.
   */
  private Standing peer(Contact c, Party who, Party whom, Side actor, Side target) {
    if (c.whom().group() || c.answer() == Contact.Answer.GROUP || actor.supervisor() || baseline.known().has(Known.Kind.PEER, who.key, whom.key, "")
        || baseline.paired(c.who(), who.asset, c.whom(), whom.asset)) {
      return Standing.KNOWN;
    }
    return baseline.learning(Behaviour.PEERS, who.key, c.at()) && !actor.outside() && !target.outside() ? Standing.LEARNING : Standing.UNKNOWN;
  }

  private void sighting(Sighting s, Party who, Agenda agenda) {
    hosts.sighting(s, who, agenda);
    Endpoint holder = bindings.claim(s, s.at());
    if (holder == null) {
      return;
    }
    Endpoint own = bindings.first(s.who().mac());
    Party claimant = own == null ? who : parties.of(own);
    Party held = parties.of(holder);
    desk.announces(s.at(), claimant.endpoint, claimant.asset, holder, held.asset);
    String ip = s.who().ip();
    agenda.events.add(new Clash(s, parties.side(claimant, false), parties.side(held, false), ip == null ? "" : ip,
        site.gateway(holder, held.asset), Standing.UNKNOWN, docket));
  }

  /** Whether the site file names the device, or a person approved it, and it stands in the building: BAC-24 is about others. */
  private static boolean named(@Nullable Asset asset, Side side) {
    return asset != null && side.zoneKind().equals("building")
        && (asset.device() != null || asset.decisions().review() == Decision.Review.APPROVED);
  }

  /** Whether a server is only tried again that answered on this port before, and was judged then: silent, it has no other name than its transport. */
  private boolean again(Contact c, Party who, Party whom) {
    return (c.answer() == Contact.Answer.SILENT || c.answer() == Contact.Answer.REFUSED) && c.protocol().equals(c.transport())
        && baseline.known().has(Known.Kind.PEER, who.key, whom.key, c.transport() + c.port());
  }

  /** A device speaks for the first time. It is settled, known or judged, as soon as it stands in a zone, or at once without zones. */
  private void arrival(Observation o, Party who, Agenda agenda) {
    Asset asset = who.asset;
    if (asset == null || asset.equals(who.arrived)) {
      return;
    }
    if (o.who().group() || o.who().below() instanceof Below.Modbus || settled.contains(asset.id())) {
      who.arrived = asset;
      return;
    }
    Side side = parties.side(who, false);
    if (!site.zones().isEmpty() && (side.zone().isEmpty() || !baseline.monitored(side.zoneKind()))) {
      return;
    }
    boolean known = asset.device() != null || asset.decisions().review() == Decision.Review.APPROVED;
    for (String key : asset.keys()) {
      known |= baseline.known().has(Known.Kind.DEVICE, key, "", "");
    }
    if (known) {
      settle(asset);
      who.arrived = asset;
      return;
    }
    desk.announces(o.at(), o.who(), asset, null, null);
    settle(asset);
    who.arrived = asset;
    baseline.heard(Behaviour.DEVICES, Learning.SITE, true, o.at());
    Standing standing = baseline.learning(Behaviour.DEVICES, Learning.SITE, o.at()) ? Standing.LEARNING : Standing.UNKNOWN;
    agenda.events.add(new Arrival(o, side, side.zone(), o.who().below() != null, standing, docket));
  }

  private void settle(Asset asset) {
    if (settled.size() < arrivals) {
      settled.add(asset.id());
    } else {
      arrivalsRefused++;
    }
    learnKeys(asset);
  }

  private void learnKeys(Asset asset) {
    for (String key : asset.keys()) {
      baseline.known().learn(Known.Kind.DEVICE, key, "", "");
    }
  }

  private boolean crossing(Endpoint target, Side from, Side to) {
    return passages.judge() && !target.group() && !from.zone().isEmpty() && !to.zone().isEmpty() && !from.zone().equals(to.zone());
  }
}
