package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.window.Window;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The windows that the shipped policy counts in: two minutes of capture time, bounded, one {@link Count} for each move. */
final class Windows {
  /** The span in which sweeps and scans are counted, ns: what the field uses (see {@code docs/policy.md}). */
  static final long SPAN = 120L * 1_000_000_000L;

  /** How long a Modbus unit may think before it counts as silent, ns: serial buses answer within a second or never. */
  private static final long PATIENCE = 1_000_000_000L;

  private static final int KEYS = 4096;
  private static final int MEMBERS = 1024;
  private static final int LISTED = 64;
  /** Properties that sweep a device: all, object-list, optional, required (135-2020 clause 21). */
  private static final Set<Integer> SWEEPING = Set.of(8, 76, 80, 105);
  private static final Set<String> CONTROLLERS = Set.of("bacnet", "bacnet-sc", "modbus", "knx", "lon", "fox", "s7", "opcua", "enip");

  private record Target(Endpoint endpoint, String what) {}

  private final Site site;
  private final Baseline baseline;
  private final Docket docket;
  private final Window<String, Target> unbounded = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> ranges = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> lists = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> objects = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> units = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> identifications = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> peers = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> controllers = new Window<>(SPAN, KEYS, MEMBERS);
  private final Window<String, Target> ports = new Window<>(SPAN, KEYS, MEMBERS);
  private final List<Window<String, Target>> all =
      List.of(unbounded, ranges, lists, objects, units, identifications, peers, controllers, ports);

  Windows(Site site, Baseline baseline, Docket docket) {
    this.site = site;
    this.baseline = baseline;
    this.docket = docket;
  }

  long evicted() {
    long sum = 0;
    for (Window<String, Target> w : all) {
      sum += w.evicted();
    }
    return sum;
  }

  void sweep(long at) {
    for (Window<String, Target> w : all) {
      w.sweep(at);
    }
  }

  void deed(Deed d, @Nullable Asset whom, List<Event> events) {
    switch (d.protocol()) {
      case "bacnet" -> bacnet(d, events);
      case "modbus" -> modbus(d, whom, events);
      default -> { }
    }
  }

  private void bacnet(Deed d, List<Event> events) {
    if (d.standing() == Standing.KNOWN) {
      return;
    }
    Act act = d.observation();
    if (d.operation().equals("whois")) {
      if (d.bounded()) {
        moved("bacnet-who-is-ranges", ranges, act, d.who(), null, d.detail(), d.standing(), events);
      } else {
        moved("bacnet-who-is-unbounded", unbounded, act, d.who(), null, act.id(), d.standing(), events);
      }
    } else if (d.verb() == Verb.READ && act.point() instanceof Point.Bacnet p) {
      if (SWEEPING.contains(p.property())) {
        moved("bacnet-lists-read", lists, act, d.who(), d.whom(), "", d.standing(), events);
      }
      // reads are told in steps: the point is the last of several, and the others count as much
      for (int other = 1; other < act.count(); other++) {
        objects.add(d.who().key(), new Target(d.whom().endpoint(), act.id() + '+' + other), act.at());
      }
      moved("bacnet-objects-read", objects, act, d.who(), d.whom(), p.type() + "," + p.instance(), d.standing(), events);
    }
  }

  private void modbus(Deed d, @Nullable Asset whom, List<Event> events) {
    Act act = d.observation();
    if (d.verb() == Verb.DISCOVER && d.standing() != Standing.KNOWN) {
      moved("modbus-identifications", identifications, act, d.who(), d.whom(), "", d.standing(), events);
    }
    String server = server(act.whom());
    if (!unitKnown(act, whom)) {
      String key = d.who().key() + ' ' + server;
      int tried = units.add(key, new Target(act.whom(), ""), act.at());
      int waiting = units.countBefore(key, act.at(), act.at() - PATIENCE);
      events.add(new Count(act, d.who(), null, "modbus-units", tried, waiting, listed(units, key), Standing.UNKNOWN, docket));
    }
  }

  /** An act ended. A Modbus unit that answered is known; one for which its gateway answered, or nobody, stays in the window. */
  void outcome(Act act, Side who) {
    if (act.protocol().equals("modbus") && act.outcome().state() != Outcome.State.UNANSWERED && !gatewayFault(act.outcome())) {
      baseline.known().learn(Known.Kind.UNIT, server(act.whom()), unit(act.whom()), "");
      units.remove(who.key() + ' ' + server(act.whom()), new Target(act.whom(), ""));
    }
  }

  private boolean unitKnown(Act act, @Nullable Asset whom) {
    return (whom != null && whom.device() != null)
        || baseline.known().has(Known.Kind.UNIT, server(act.whom()), unit(act.whom()), "");
  }

  /** AP clause 7: exceptions 0x0A and 0x0B come from the gateway, not from the unit. */
  private static boolean gatewayFault(Outcome outcome) {
    String code = outcome.code() == null ? "" : outcome.code().toLowerCase(Locale.ROOT);
    return outcome.state() == Outcome.State.ERROR && (code.contains("gateway") || code.equals("10") || code.equals("11"));
  }

  private static String server(Endpoint e) {
    return e.realm() + '|' + e.ip();
  }

  private static String unit(Endpoint e) {
    return e.below() instanceof Below.Modbus m ? Integer.toString(m.unit()) : "";
  }

  void contact(Contact c, Side who, Side whom, @Nullable Asset whomAsset, List<Event> events) {
    if (c.whom().group() || c.answer() == Contact.Answer.GROUP || !(c.transport().equals("tcp") || c.transport().equals("udp"))) {
      return;
    }
    Known known = baseline.known();
    String a = who.key();
    String b = whom.key();
    String port = c.transport() + c.port();
    boolean learning = baseline.learning(c.at());
    if (known.learn(Known.Kind.PEER, a, b, "") && !who.supervisor() && (site.zones().isEmpty() || !whom.zone().isEmpty())) {
      Standing standing = baseline.role(Known.Kind.PEER, false, c.at(), a, "", "") == Standing.LEARNING
          ? Standing.LEARNING : Standing.UNKNOWN;
      moved("new-peers", peers, c, who, whom, "", standing, events);
      if (CONTROLLERS.contains(c.protocol()) || known.has(Known.Kind.CONTROLLER, b, "", "")) {
        moved("new-controllers", controllers, c, who, whom, "", standing, events);
      }
    }
    switch (c.answer()) {
      case ANSWERED -> {
        known.learn(Known.Kind.PEER, a, b, port);
        if (CONTROLLERS.contains(c.protocol())) {
          known.learn(Known.Kind.CONTROLLER, b, "", "");
        }
      }
      case REFUSED, SILENT -> {
        // its end is no new try: it was counted when the server refused or stayed silent
        boolean expected = c.phase() == Contact.Phase.CLOSE || who.supervisor() && whomAsset != null && whomAsset.device() != null;
        if (!expected && !known.has(Known.Kind.PEER, a, b, port)) {
          if (learning && baseline.ends()) {
            known.learn(Known.Kind.PEER, a, b, port);
          }
          moved("unanswered-ports", ports, c, who, whom, port, Standing.UNKNOWN, events);
        }
      }
      default -> { }
    }
  }

  private void moved(String name, Window<String, Target> window, Observation o, Side who, @Nullable Side whom, String what,
      Standing standing, List<Event> events) {
    String key = who.key();
    int count = window.add(key, new Target(whom == null ? o.who() : whom.endpoint(), what), o.at());
    List<Endpoint> members = whom == null ? List.of() : listed(window, key);
    events.add(new Count(o, who, null, name, count, 0, members, standing, docket));
  }

  private static List<Endpoint> listed(Window<String, Target> window, String key) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    for (Target t : window.members(key, LISTED)) {
      endpoints.add(t.endpoint());
    }
    return List.copyOf(endpoints);
  }
}
