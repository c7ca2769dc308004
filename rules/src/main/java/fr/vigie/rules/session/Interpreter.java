package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.Decision;
import fr.vigie.inventory.asset.Evidence;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Bindings;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Arrival;
import fr.vigie.rules.event.Clash;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Meeting;
import fr.vigie.rules.event.Mirror;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns each observation, in order, into the events that rules see: resolves both sides, asks the baseline how it stands, moves the
 * windows. All that depends on order happens here, one observation at a time; rules only look at the result. What a declared maintenance
 * covers makes no event. Single-threaded.
 */
final class Interpreter {
  private static final int ARRIVALS = 200_000;

  private final Site site;
  private final Ledger ledger;
  private final Baseline baseline;
  private final Docket docket;
  private final Bindings bindings;
  private final Windows windows;
  private final Set<String> settled = new HashSet<>();
  private long excused;
  private long arrivalsRefused;

  Interpreter(Site site, Ledger ledger, Baseline baseline, Docket docket) {
    this.site = site;
    this.ledger = ledger;
    this.baseline = baseline;
    this.docket = docket;
    this.bindings = new Bindings(site, Ledger.LIMIT);
    this.windows = new Windows(site, baseline, docket);
  }

  /** Observations that a declared maintenance covered. */
  long excused() {
    return excused;
  }

  /** What had to be forgotten because a table was full. */
  long forgotten() {
    return bindings.evicted() + windows.evicted() + arrivalsRefused;
  }

  /** The addresses of an approved device are known from now on. */
  void approve(Asset asset) {
    settle(asset);
  }

  void sweep(long at) {
    windows.sweep(at);
  }

  void interpret(Observation o, List<AssetChange> changes, List<Event> events) {
    if (o instanceof Lapse lapse) {
      mirror(lapse, events);
      return;
    }
    for (AssetChange change : changes) {
      if (settled.contains(change.asset().id())) {
        learnKeys(change.asset());
      }
    }
    Asset who = ledger.assetOf(o.who());
    arrival(o, who, events);
    bindings.alive(o.who(), o.at());
    switch (o) {
      case Act a -> act(a, who, events);
      case Contact c -> contact(c, who, events);
      case Sighting s -> sighting(s, who, events);
      default -> { }
    }
  }

  /** The capture speaks of itself: no device, nothing to know. */
  private void mirror(Lapse l, List<Event> events) {
    double percent = l.whole() > 0 ? 100.0 * l.part() / l.whole() : 0;
    Endpoint who = l.who();
    String name = who.vlan() == Endpoint.NO_VLAN ? "capture" : "VLAN " + who.vlan();
    Side side = new Side(who, null, name, "", "", 0, Asset.UNKNOWN, "", false);
    events.add(new Mirror(l, side, l.kind().wireName(), l.proof(), percent, docket));
  }

  private void act(Act act, @Nullable Asset who, List<Event> events) {
    Asset whom = ledger.assetOf(act.whom());
    if (!act.request()) {
      windows.outcome(act, side(act.who(), who, false));
      return;
    }
    if (covered(act.at(), act.who(), who, act.whom(), whom)) {
      excused++;
      return;
    }
    Side actor = side(act.who(), who, false);
    Side target = side(act.whom(), whom, act.protocol().equals("http"));
    String point = act.point() == null ? "" : act.point().text();
    String a = actor.key();
    String b = target.key();
    Standing standing = switch (act.verb()) {
      case WRITE, RELINQUISH, COMMAND -> baseline.writer(act, who, whom, a, b, Baseline.object(act.point()));
      case DISCOVER -> baseline.role(Known.Kind.SUPERVISOR, actor.supervisor(), act.at(), a, act.protocol(), "");
      case READ -> baseline.role(Known.Kind.READER, actor.supervisor(), act.at(), a, b, act.protocol());
      case REGISTER, CONNECT -> baseline.client(actor.supervisor() || baseline.paired(act.who(), who, act.whom(), whom),
          actor.zoneKind(), act.at(), a, b, act.protocol());
      default -> Standing.UNKNOWN;
    };
    boolean partly = standing == Standing.UNKNOWN && act.verb() != Verb.READ && baseline.writesTo(act, who, whom, a, b);
    String detail = act.detail().toLowerCase(Locale.ROOT);
    Deed deed = new Deed(act, actor, target, act.protocol(), act.verb(), Deed.plain(act.operation()), act.priority(),
        act.point() instanceof Point.Bacnet p ? p.property() : -1, point, point.isEmpty() ? "" : Deed.page(point),
        act.value() instanceof Value.Text t ? detail + ' ' + t.value().toLowerCase(Locale.ROOT) : detail,
        act.verb() == Verb.DISCOVER && !detail.startsWith("unbounded"), crossing(act.whom(), actor, target), partly, standing, docket);
    events.add(deed);
    windows.deed(deed, whom, events);
  }

  private void contact(Contact c, @Nullable Asset who, List<Event> events) {
    Asset whom = ledger.assetOf(c.whom());
    if (covered(c.at(), c.who(), who, c.whom(), whom)) {
      excused++;
      return;
    }
    Side actor = side(c.who(), who, false);
    Side target = side(c.whom(), whom, false);
    if (c.phase() == Contact.Phase.OPEN) {
      boolean crossing = crossing(c.whom(), actor, target) && (c.transport().equals("tcp") || c.transport().equals("udp"));
      events.add(new Meeting(c, actor, target, c.protocol(), c.port(), crossing, Standing.UNKNOWN, docket));
    }
    windows.contact(c, actor, target, whom, events);
  }

  private void sighting(Sighting s, @Nullable Asset who, List<Event> events) {
    Endpoint holder = bindings.claim(s, s.at());
    if (holder == null) {
      return;
    }
    Endpoint own = bindings.first(s.who().mac());
    Endpoint claimant = own == null ? s.who() : own;
    Asset claimantAsset = claimant.equals(s.who()) ? who : ledger.assetOf(claimant);
    Asset holderAsset = ledger.assetOf(holder);
    if (covered(s.at(), claimant, claimantAsset, holder, holderAsset)) {
      excused++;
      return;
    }
    String ip = s.who().ip();
    events.add(new Clash(s, side(claimant, claimantAsset, false), side(holder, holderAsset, false), ip == null ? "" : ip,
        site.gateway(holder, holderAsset), Standing.UNKNOWN, docket));
  }

  /** A device speaks for the first time. It is settled, known or judged, as soon as it stands in a zone, or at once without zones. */
  private void arrival(Observation o, @Nullable Asset asset, List<Event> events) {
    if (asset == null || o.who().group() || o.who().below() instanceof Below.Modbus
        || settled.contains(asset.id())) {
      return;
    }
    Side side = side(o.who(), asset, false);
    if (!site.zones().isEmpty() && (side.zone().isEmpty() || !baseline.monitored(side.zoneKind()))) {
      return;
    }
    boolean known = asset.device() != null || asset.decisions().review() == Decision.Review.APPROVED;
    for (String key : asset.keys()) {
      known |= baseline.known().has(Known.Kind.DEVICE, key, "", "");
    }
    if (known) {
      settle(asset);
      return;
    }
    if (covered(o.at(), o.who(), asset, null, null)) {
      excused++;
      return;
    }
    settle(asset);
    Standing standing = baseline.learning(o.at()) ? Standing.LEARNING : Standing.UNKNOWN;
    events.add(new Arrival(o, side, side.zone(), o.who().below() != null, standing, docket));
  }

  private void settle(Asset asset) {
    if (settled.size() < ARRIVALS) {
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

  /** Whether a declared maintenance covers it. What has no target of its own is covered by who does it. */
  private boolean covered(long at, Endpoint e, @Nullable Asset asset, @Nullable Endpoint target, @Nullable Asset targetAsset) {
    for (Maintenance m : site.maintenance()) {
      if (at >= m.from() && at < m.to() && Site.among(m.who(), e, asset)
          && (target == null || target.group() || Site.among(m.whom(), target, targetAsset))) {
        return true;
      }
    }
    return false;
  }

  private boolean crossing(Endpoint target, Side from, Side to) {
    return site.hasConduits() && !target.group() && !from.zone().isEmpty() && !to.zone().isEmpty() && !from.zone().equals(to.zone());
  }

  private Side side(Endpoint e, @Nullable Asset asset, boolean evidence) {
    Zone zone = site.zoneOf(e, asset);
    String name = asset == null ? Side.key(e).substring(e.realm().length() + 1) : asset.displayName();
    int care = Math.max(zone == null ? 0 : zone.care(), asset == null ? 0 : asset.care());
    return new Side(e, asset == null ? null : asset.id(), name, zone == null ? "" : zone.id(),
        zone == null ? "" : zone.kind().toLowerCase(Locale.ROOT), care, asset == null ? Asset.UNKNOWN : asset.kind(),
        evidence && asset != null ? evidence(asset) : "", baseline.supervisor(e, asset));
  }

  private static String evidence(Asset asset) {
    StringBuilder s = new StringBuilder();
    for (Trait trait : List.of(Trait.VENDOR, Trait.MODEL, Trait.BANNER, Trait.DESCRIPTION, Trait.SOFTWARE, Trait.FIRMWARE, Trait.NAME)) {
      for (Evidence e : asset.values(trait)) {
        s.append(e.value().toLowerCase(Locale.ROOT)).append('\n');
      }
    }
    return s.toString();
  }
}
