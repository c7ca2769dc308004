package fr.vigie.rules.session;

import fr.vigie.inventory.site.Site;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Count;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.window.Window;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The windows that the shipped policy counts in: two minutes of capture time unless it says otherwise, bounded, one {@link Count} for each
 * move that a rule can match.
 */
final class Windows {
  /** The span in which sweeps and scans are counted, ns: what the field uses (see {@code docs/policy.md}). */
  static final long SPAN = 120L * 1_000_000_000L;

  /** How long a Modbus unit may think before it counts as silent, ns: serial buses answer within a second or never. */
  private static final long PATIENCE = 1_000_000_000L;

  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long QUARTER = 15 * MINUTE;
  private static final long HOUR = 60 * MINUTE;

  /** The most keys of a window, where nobody says otherwise. */
  static final int KEYS = 4096;
  private static final int MEMBERS = 1024;
  private static final int LISTED = 64;
  /** A power of two. */
  private static final int MET = 1 << 14;
  private static final Set<String> CONTROLLERS = Set.of("bacnet", "bacnet-sc", "modbus", "knx", "lon", "fox", "s7comm", "opcua", "enip", "dnp3", "iec104", "mms",
      "sbus", "helvarnet", "dali");

  /** 135-2020 clause 6.4.4 and 6.4.5. */
  private static final Set<String> REFUSALS = Set.of("rejectmessagetonetwork", "routerbusytonetwork");

  /** A contact that was answered and of which everything is known that can be learned of it. */
  private record Met(Party who, Party whom, int port, boolean tcp, String protocol) {}

  private record Target(Endpoint endpoint, Object what) {}

  /** One window: its name in rules, and the counts that rules ask for. */
  private static final class Gauge {
    final String name;
    final Window<String, Target> window;
    Interest.Counts counts = Interest.Counts.ALL;

    Gauge(String name, long span, int keys, int members) {
      this.name = name;
      this.window = new Window<>(span, keys, MEMBERS, members);
    }
  }

  /** What one message may count at most: a flaw that stands for thousands says no more than a thousand. */
  private static final int AT_ONCE = 1000;

  private final Desk desk;
  private final Site site;
  private final Baseline baseline;
  private final Parties parties;
  private final Precedents precedents;
  private final Docket docket;
  private final Gauge unbounded;
  private final Gauge ranges;
  private final Gauge lists;
  private final Gauge objects;
  private final Gauge units;
  private final Gauge identifications;
  private final Gauge peers;
  private final Gauge controllers;
  private final Gauge ports;
  private final Gauge acknowledgements;
  private final Gauge refusals;
  private final Gauge malformed;
  private final Gauge rejections;
  private final Gauge hops;
  private final Gauge authorisations;
  private final Gauge full;
  private final Gauge lengths;
  private final Gauge exceptions;
  private final Gauge foxLogins;
  private final Gauge rtspLogins;
  private final Gauge calls;
  private final Gauge results;
  private final Gauge commands;
  private final Gauge[] all;
  private final @Nullable String[] tcpPorts = new String[1 << 16];
  private final @Nullable String[] udpPorts = new String[1 << 16];
  /** The contacts met lately, by their hash: a contact speaks up each minute, and what is known stays known. */
  private final @Nullable Met[] met = new Met[MET];

  private long swept = Long.MIN_VALUE;
  /** Stands for an object that was read and is not named, one below the other: those that are named are not negative. */
  private long nameless;

  /**
   * Windows that have counted nothing.
   *
   * @param keys the most keys of each window
   * @param members the most members of each window, of all keys together
   */
  Windows(Desk desk, Precedents precedents, Docket docket, int keys, int members) {
    this.desk = desk;
    this.site = desk.site;
    this.baseline = desk.baseline;
    this.parties = desk.parties;
    this.precedents = precedents;
    this.docket = docket;
    this.unbounded = new Gauge("bacnet-who-is-unbounded", SPAN, keys, members);
    this.ranges = new Gauge("bacnet-who-is-ranges", SPAN, keys, members);
    this.lists = new Gauge("bacnet-lists-read", SPAN, keys, members);
    this.objects = new Gauge("bacnet-objects-read", SPAN, keys, members);
    this.units = new Gauge("modbus-units", SPAN, keys, members);
    this.identifications = new Gauge("modbus-identifications", SPAN, keys, members);
    this.peers = new Gauge("new-peers", SPAN, keys, members);
    this.controllers = new Gauge("new-controllers", SPAN, keys, members);
    this.ports = new Gauge("unanswered-ports", SPAN, keys, members);
    this.acknowledgements = new Gauge("bacnet-acknowledgements", SPAN, keys, members);
    this.refusals = new Gauge("bacnet-router-refusals", MINUTE, keys, members);
    this.malformed = new Gauge("bacnet-malformed", SPAN, keys, members);
    this.rejections = new Gauge("bacnet-rejections", SPAN, keys, members);
    this.hops = new Gauge("bacnet-hops-used-up", SPAN, keys, members);
    this.authorisations = new Gauge("knx-authorisations", MINUTE, keys, members);
    this.full = new Gauge("knx-connections-refused", SPAN, keys, members);
    this.lengths = new Gauge("knx-lengths", SPAN, keys, members);
    this.exceptions = new Gauge("modbus-exceptions", HOUR, keys, members);
    this.foxLogins = new Gauge("fox-logins-refused", SPAN, keys, members);
    this.rtspLogins = new Gauge("rtsp-logins-refused", SPAN, keys, members);
    this.calls = new Gauge("sip-calls", SPAN, keys, members);
    this.results = new Gauge("hl7-altered", SPAN, keys, members);
    this.commands = new Gauge("commands-before-battery", QUARTER, keys, members);
    this.all = new Gauge[] {unbounded, ranges, lists, objects, units, identifications, peers, controllers, ports, acknowledgements, refusals, malformed, rejections, hops, authorisations, full, lengths, exceptions, foxLogins, rtspLogins, calls, results, commands};
  }

  /** Other rules are in force: they look at other counts. */
  void serve(Interest interest) {
    for (Gauge g : all) {
      g.counts = interest.counts(g.name);
    }
  }

  long evicted() {
    long sum = 0;
    for (Gauge g : all) {
      sum += g.window.evicted();
    }
    return sum;
  }

  /** Forgets what is too old, once a second of capture time. */
  void sweep(long at) {
    long second = at / SECOND;
    if (second != swept) {
      swept = second;
      for (Gauge g : all) {
        g.window.sweep(at);
      }
    }
  }

  /** An act was requested. */
  void act(Act act, Party who, Party whom, Standing standing, Agenda agenda) {
    switch (act.protocol()) {
      case "bacnet" -> bacnet(act, who, whom, standing, agenda);
      case "modbus" -> modbus(act, who, whom, standing, agenda);
      case "knx" -> {
        if (act.verb() == Verb.AUTHENTICATE && Deed.plain(act.operation()).equals("aauthorizerequest")) {
          counted(authorisations, who.key + ' ' + whom.key, act, who, whom, act.id(), 1, Standing.UNKNOWN, agenda);
        }
      }
      case "sip" -> {
        if (act.operation().equals("INVITE")) {
          counted(calls, who.key, act, who, whom, act.point() == null ? "" : act.point().text(), 1, Standing.UNKNOWN, agenda);
        }
      }
      case "snmp" -> power(act, who, whom, agenda);
      default -> { }
    }
    commanded(act, standing);
  }

  /** What might be meant to take the power away, or the eyes of those who watch it: remembered for a battery that takes over. */
  private void commanded(Act act, Standing standing) {
    boolean power = act.protocol().equals("snmp") && act.verb() == Verb.COMMAND;
    boolean building = act.protocol().equals("bacnet") && standing == Standing.UNKNOWN && switch (act.verb()) {
      case WRITE, DISABLE, RESTART, DOWNLOAD, COMMAND, CONFIGURE -> true;
      default -> false;
    };
    if (power || building) {
      commands.window.add(act.who().realm(), new Target(act.whom(), act.id()), act.at());
    }
  }

  /** A UPS says that it runs on its battery (RFC 1628 upsTrapOnBattery, PowerNet upsOnBattery). */
  private void power(Act act, Party who, Party whom, Agenda agenda) {
    String detail = act.verb() == Verb.NOTIFY ? act.detail().toLowerCase(Locale.ROOT) : "";
    if (!detail.contains("onbattery")) {
      return;
    }
    int count = commands.window.count(act.who().realm(), act.at());
    if (count >= Math.max(1, commands.counts.least())) {
      agenda.events.add(new Count(act, parties.side(who, false), parties.side(whom, false), commands.name, count, 0, listed(commands, act.who().realm()),
          Standing.UNKNOWN, docket));
    }
  }

  /** A message broke a clause. */
  void flaw(Flaw flaw, Party who, Party whom, Agenda agenda) {
    Gauge gauge = switch (flaw.protocol()) {
      case "bacnet" -> flaw.kind().equals("hop-count") ? hops : flaw.kind().equals("clear-text") ? null : malformed;
      // KNX 03_07_02: a value that does not fit the type of its group address
      case "knx" -> flaw.kind().equals("length") && flaw.cite() != null && flaw.cite().standard().contains("03_07_02") ? lengths : null;
      case "hl7" -> flaw.kind().equals("control-id-reused") ? results : null;
      default -> null;
    };
    if (gauge != null) {
      counted(gauge, who.key, flaw, who, whom, "", (int) Math.min(flaw.count(), AT_ONCE), Standing.UNKNOWN, agenda);
    }
  }

  /** Counts several of a kind that have no name of their own, or one that has. */
  private void counted(Gauge gauge, String key, Observation o, Party who, Party whom, Object what, int times, Standing standing, Agenda agenda) {
    if (what.equals("") && times > 1) {
      gauge.window.addAll(key, new Target(whom.endpoint, --nameless), times - 1, o.at());
    }
    int count = gauge.window.add(key, new Target(whom.endpoint, what.equals("") ? (Object) (--nameless) : what), o.at());
    if (count >= gauge.counts.least()) {
      agenda.events.add(new Count(o, parties.side(who, false), parties.side(whom, false), gauge.name, count, 0, List.of(), standing, docket));
    }
  }

  private void bacnet(Act act, Party who, Party whom, Standing standing, Agenda agenda) {
    if (act.verb() == Verb.ANNOUNCE && REFUSALS.contains(Deed.plain(act.operation()))) {
      counted(refusals, who.key, act, who, whom, act.id(), 1, Standing.UNKNOWN, agenda);
    }
    if (standing == Standing.KNOWN) {
      return;
    }
    if (act.verb() == Verb.ACKNOWLEDGE) {
      counted(acknowledgements, who.key, act, who, whom, act.id(), 1, standing, agenda);
    }
    if (act.verb() == Verb.DISCOVER && Deed.plain(act.operation()).equals("whois")) {
      if (Deed.bounded(act)) {
        moved(ranges, act, who, null, act.detail().toLowerCase(Locale.ROOT), standing, agenda);
      } else {
        moved(unbounded, act, who, null, act.id(), standing, agenda);
      }
    } else if (act.verb() == Verb.READ && act.point() instanceof Point.Bacnet p) {
      if (sweeping(p.property())) {
        moved(lists, act, who, whom, "", standing, agenda);
      }
      // reads are told in steps: the point is the last of several, and the others count as much
      if (act.count() > 1) {
        objects.window.addAll(who.key, new Target(whom.endpoint, --nameless), act.count() - 1, act.at());
      }
      moved(objects, act, who, whom, (long) p.type() << 32 | p.instance(), standing, agenda);
    }
  }

  /** Properties that sweep a device: all, object-list, optional, required (135-2020 clause 21). */
  private static boolean sweeping(int property) {
    return property == 8 || property == 76 || property == 80 || property == 105;
  }

  private void modbus(Act act, Party who, Party whom, Standing standing, Agenda agenda) {
    if (act.verb() == Verb.DISCOVER && standing != Standing.KNOWN) {
      moved(identifications, act, who, whom, "", standing, agenda);
    }
    if (!unitKnown(whom)) {
      String key = who.key + ' ' + server(act.whom());
      int tried = units.window.add(key, new Target(act.whom(), ""), act.at());
      if (tried >= units.counts.least()) {
        int waiting = units.window.countBefore(key, act.at(), act.at() - PATIENCE);
        agenda.events.add(new Count(act, parties.side(who, false), null, units.name, tried, waiting, listed(units, key), Standing.UNKNOWN, docket));
      }
    }
  }

  /** An act ended. A Modbus unit that answered is known; one for which its gateway answered, or nobody, stays in the window. */
  void outcome(Act act, Party who, Party whom, Agenda agenda) {
    if (act.outcome().state() == Outcome.State.ERROR) {
      refused(act, who, whom, agenda);
    }
    if (!whom.answered && act.protocol().equals("modbus") && act.outcome().state() != Outcome.State.UNANSWERED && !gatewayFault(act.outcome())) {
      baseline.known().learn(Known.Kind.UNIT, server(act.whom()), unit(act.whom()), "");
      whom.answered = baseline.known().has(Known.Kind.UNIT, server(act.whom()), unit(act.whom()), "");
      units.window.remove(who.key + ' ' + server(act.whom()), new Target(act.whom(), ""));
    }
  }

  /** An act was refused: counted for those whose refusals in numbers mean something. */
  private void refused(Act act, Party who, Party whom, Agenda agenda) {
    String code = act.outcome().code() == null ? "" : act.outcome().code().toLowerCase(Locale.ROOT);
    switch (act.protocol()) {
      case "bacnet" -> {
        if (code.startsWith("reject") || code.startsWith("abort")) {
          counted(rejections, who.key, act, who, whom, act.id(), 1, Standing.UNKNOWN, agenda);
        }
      }
      case "knx" -> {
        if (act.verb() == Verb.CONNECT && code.contains("no_more_connections")) {
          counted(full, whom.key, act, who, whom, act.id(), 1, Standing.UNKNOWN, agenda);
        }
      }
      case "modbus" -> {
        if (!gatewayFault(act.outcome())) {
          counted(exceptions, server(act.whom()), act, who, whom, "", Math.min(act.count(), AT_ONCE), Standing.UNKNOWN, agenda);
        }
      }
      case "fox" -> {
        if (act.verb() == Verb.AUTHENTICATE) {
          counted(foxLogins, who.key + ' ' + whom.key, act, who, whom, "", Math.min(act.count(), AT_ONCE), Standing.UNKNOWN, agenda);
        }
      }
      case "rtsp" -> {
        // told in steps of different credentials, beside the outcome of the first request
        if (act.verb() == Verb.AUTHENTICATE && act.detail().equals("credentials refused")) {
          counted(rtspLogins, who.key + ' ' + whom.key, act, who, whom, "", Math.min(act.count(), AT_ONCE), Standing.UNKNOWN, agenda);
        }
      }
      default -> { }
    }
  }

  private boolean unitKnown(Party whom) {
    return (whom.asset != null && whom.asset.device() != null) || whom.answered
        || baseline.known().has(Known.Kind.UNIT, server(whom.endpoint), unit(whom.endpoint), "");
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

  void contact(Contact c, Party who, Party whom, Agenda agenda) {
    boolean tcp = c.transport().equals("tcp");
    if (c.whom().group() || c.answer() == Contact.Answer.GROUP || !(tcp || c.transport().equals("udp"))) {
      return;
    }
    boolean answered = c.answer() == Contact.Answer.ANSWERED;
    int place = place(who, whom, c.port());
    if (answered && met(met[place], c, who, whom, tcp)) {
      baseline.heard(Behaviour.PEERS, who.key, false, c.at());
      return;
    }
    Known known = baseline.known();
    String a = who.key;
    String b = whom.key;
    String port = port(tcp, c.port());
    boolean learning = baseline.learning(c.at());
    if (known.learn(Known.Kind.PEER, a, b, "") && !parties.side(who, false).supervisor()
        && (site.zones().isEmpty() || !parties.side(whom, false).zone().isEmpty())) {
      Standing standing = baseline.role(Known.Kind.PEER, false, c.at(), a, "", "") == Standing.LEARNING
          ? Standing.LEARNING : Standing.UNKNOWN;
      moved(peers, c, who, whom, "", standing, agenda);
      if (CONTROLLERS.contains(c.protocol()) || known.has(Known.Kind.CONTROLLER, b, "", "")) {
        moved(controllers, c, who, whom, "", standing, agenda);
      }
    }
    switch (c.answer()) {
      case ANSWERED -> {
        boolean judged = !baseline.learning(Behaviour.PEERS, a, c.at());
        boolean fresh = known.learn(Known.Kind.PEER, a, b, port);
        baseline.heard(Behaviour.PEERS, a, fresh, c.at());
        if (fresh && judged) {
          stranger(c, who, whom, port, agenda);
        }
        boolean controller = CONTROLLERS.contains(c.protocol());
        if (controller) {
          known.learn(Known.Kind.CONTROLLER, b, "", "");
        }
        if (known.has(Known.Kind.PEER, a, b, "") && known.has(Known.Kind.PEER, a, b, port)
            && (!controller || known.has(Known.Kind.CONTROLLER, b, "", ""))) {
          met[place] = new Met(who, whom, c.port(), tcp, c.protocol());
        }
      }
      case REFUSED, SILENT -> {
        // its end is no new try: it was counted when the server refused or stayed silent. Whose message is read over TCP was answered before,
        // though the capture lacks that side
        boolean expected = c.phase() == Contact.Phase.CLOSE || tcp && c.answer() == Contact.Answer.SILENT && !c.protocol().equals("tcp")
            || whom.asset != null && whom.asset.device() != null && parties.side(who, false).supervisor();
        if (!expected && !known.has(Known.Kind.PEER, a, b, port)) {
          if (learning && baseline.ends()) {
            known.learn(Known.Kind.PEER, a, b, port);
          }
          moved(ports, c, who, whom, port, Standing.UNKNOWN, agenda);
        }
      }
      default -> { }
    }
  }

  /** Two of the house spoke by a service as they never did before. Where the site file has a matrix, that says what may pass. */
  private void stranger(Contact c, Party who, Party whom, String port, Agenda agenda) {
    Side actor = parties.side(who, false);
    Side target = parties.side(whom, false);
    if (!site.hasConduits() && !actor.supervisor() && !actor.outside() && !target.outside()
        && !baseline.paired(c.who(), who.asset, c.whom(), whom.asset)) {
      desk.departs(c, who, whom, "peers", "never spoke by " + port, c.protocol() + " by " + port, 0, Standing.UNKNOWN, agenda);
    }
  }

  private static int place(Party who, Party whom, int port) {
    int h = who.endpoint.hashCode() * 31 + whom.endpoint.hashCode() + port * 0x9E3779B1;
    return (h ^ h >>> 15) & MET - 1;
  }

  @SuppressWarnings("ReferenceEquality") // the same objects are the same contact; any others are asked about anew
  private static boolean met(@Nullable Met m, Contact c, Party who, Party whom, boolean tcp) {
    return m != null && m.who == who && m.whom == whom && m.port == c.port() && m.tcp == tcp && m.protocol == c.protocol();
  }

  /** {@code tcp502}, made once. */
  private String port(boolean tcp, int port) {
    @Nullable String[] texts = tcp ? tcpPorts : udpPorts;
    String text = texts[port];
    if (text == null) {
      text = (tcp ? "tcp" : "udp") + port;
      texts[port] = text;
    }
    return text;
  }

  /** Counts a member; the members are listed, and the event made, only where a rule can match it. */
  private void moved(Gauge gauge, Observation o, Party who, @Nullable Party whom, Object what, Standing standing, Agenda agenda) {
    int count = gauge.window.add(who.key, new Target(whom == null ? who.endpoint : whom.endpoint, what), o.at());
    if (count < gauge.counts.least()) {
      return;
    }
    Side side = parties.side(who, false);
    int band = gauge.counts.band(count);
    Precedents.Answer answer = band < 0 ? null : precedents.answer(gauge.name, side, standing, band);
    List<Endpoint> members = whom == null || answer != null && !answer.alerts() ? List.of() : listed(gauge, who.key);
    Count made = new Count(o, side, null, gauge.name, count, 0, members, standing, docket);
    if (answer != null) {
      answer.repeat(made, agenda.said);
      return;
    }
    agenda.events.add(made);
    if (band >= 0) {
      precedents.expect(made, band);
    }
  }

  private static List<Endpoint> listed(Gauge gauge, String key) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    for (Target t : gauge.window.members(key, LISTED)) {
      endpoints.add(t.endpoint());
    }
    return List.copyOf(endpoints);
  }
}
