package fr.vigie.rules.session;

import fr.vigie.inventory.site.Zone;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Memory;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import java.util.Locale;

/**
 * What is remembered of BACnet: which device holds an instance, which router a network, who subscribed where and must therefore be told,
 * which networks have a broadcast manager, and which nodes speak BACnet/SC. Bounded. Single-threaded.
 */
final class BacnetMemory {
  /** How long a holder is there before another that claims the same is more than a double by mistake, ns. */
  static final long ESTABLISHED = 600L * 1_000_000_000L;
  /** A holder silent for longer has left: the next one takes over, ns. */
  static final long GONE = 1800L * 1_000_000_000L;
  /** A subscribed device may stay silent for three lifetimes, and for so long at least, ns. */
  private static final long PATIENCE = 900L * 1_000_000_000L;

  /** Who holds something, and since when. */
  private record Holder(Endpoint endpoint, long since) {}

  /** Somebody subscribed at a device, and hears of it by then. */
  private record Subscription(Act act, long due) {}

  private final Desk desk;
  private final Memory<String, Holder> instances;
  private final Memory<String, Holder> networks;
  private final Memory<String, Holder> managers;
  private final Memory<String, Endpoint> hubs;
  private final Memory<String, String> certificates;
  private final Memory<Endpoint, Subscription> subscriptions;
  private final Deadlines<Endpoint> silences;

  /**
   * Remembers nothing yet.
   *
   * @param limit the most devices, networks, subscriptions each
   */
  BacnetMemory(Desk desk, int limit) {
    this.desk = desk;
    this.instances = new Memory<>(limit);
    this.networks = new Memory<>(limit);
    this.managers = new Memory<>(limit);
    this.hubs = new Memory<>(limit);
    this.certificates = new Memory<>(limit);
    this.subscriptions = new Memory<>(limit);
    this.silences = new Deadlines<>(limit);
  }

  /** What had to be forgotten or could not be watched because a table was full. */
  long forgotten() {
    return instances.evicted() + networks.evicted() + managers.evicted() + hubs.evicted() + certificates.evicted() + subscriptions.evicted()
        + silences.refused();
  }

  void claim(Claim c, Agenda agenda) {
    switch (c.trait()) {
      case INSTANCE -> held(instances, c, c.about().realm() + '|' + c.value(), "device instance " + c.value(), "bacnet-instance", agenda);
      // a network is reached by one router on each link, and by others on the links behind it
      case ROUTES -> held(networks, c, link(c.about()) + '|' + c.value(), "network " + c.value(), "bacnet-network", agenda);
      case ROLE -> role(c, agenda);
      case BANNER -> certificate(c, agenda);
      default -> { }
    }
  }

  private void role(Claim c, Agenda agenda) {
    if (c.value().equals("bbmd")) {
      held(managers, c, link(c.about()), "broadcast manager of " + link(c.about()).substring(c.about().realm().length() + 1), "bacnet-bbmd", agenda);
    } else if (c.value().startsWith("bacnet-sc-")) {
      hubs.put(key(c.about()), c.about());
    }
  }

  /** One thing that only one device can hold. */
  private void held(Memory<String, Holder> holders, Claim c, String key, String thing, String memory, Agenda agenda) {
    Endpoint claimant = c.about();
    Holder holder = holders.get(key);
    if (holder == null) {
      holders.put(key, new Holder(claimant, c.at()));
      return;
    }
    if (device(holder.endpoint).equals(device(claimant))) {
      return;
    }
    Party held = desk.parties.of(holder.endpoint);
    if (c.at() - Math.max(held.heard, holder.since) > GONE) {
      holders.put(key, new Holder(claimant, c.at()));
      return;
    }
    boolean taken = c.at() - holder.since >= ESTABLISHED && desk.evidenced(c.at()) == Standing.UNKNOWN;
    desk.departs(c, desk.parties.of(claimant), held, taken ? memory : memory + "-twice", thing + " at " + place(holder.endpoint),
        thing + " at " + place(claimant), 0, Standing.UNKNOWN, agenda);
  }

  /** A server's certificate, where the server is a hub. */
  private void certificate(Claim c, Agenda agenda) {
    String mark = "tls-certificate=";
    if (!c.value().startsWith(mark) || hubs.get(key(c.about())) == null) {
      return;
    }
    String now = c.value().substring(mark.length());
    String before = certificates.get(key(c.about()));
    certificates.put(key(c.about()), now);
    if (before != null && !before.equals(now)) {
      desk.departs(c, desk.parties.of(c.about()), null, "bacnet-sc-certificate", before, now, 0, desk.evidenced(c.at()), agenda);
    }
  }

  void act(Act act, Party who, Party whom, Agenda agenda) {
    if (act.verb() == Verb.SUBSCRIBE) {
      subscribed(act, who, whom);
    } else if (act.verb() == Verb.NOTIFY) {
      notified(act, who, whom, agenda);
    }
  }

  private void subscribed(Act act, Party who, Party whom) {
    desk.baseline.known().learn(Known.Kind.SUBSCRIBER, who.key, whom.key, "");
    if (act.detail().startsWith("cancel")) {
      subscriptions.forget(whom.endpoint);
      return;
    }
    long lifetime = number(act.detail(), "lifetime ");
    if (lifetime > 0) {
      long due = act.at() + Math.max(PATIENCE, Math.min(lifetime, 86_400) * 3_000_000_000L);
      subscriptions.put(whom.endpoint, new Subscription(act, due));
      silences.set(whom.endpoint, due);
    }
  }

  private void notified(Act act, Party who, Party whom, Agenda agenda) {
    long device = number(act.detail(), "initiating device ");
    Holder holder = device < 0 ? null : instances.get(who.endpoint.realm() + '|' + device);
    if (holder != null && !device(holder.endpoint).equals(device(who.endpoint))) {
      Party held = desk.parties.of(holder.endpoint);
      if (act.at() - Math.max(held.heard, holder.since) <= GONE) {
        desk.departs(act, who, whom, "bacnet-notifier", "device " + device + " at " + place(holder.endpoint),
            "device " + device + " at " + place(who.endpoint), 0, desk.evidenced(act.at()), agenda);
        return;
      }
    }
    // 135-2020 clause 13.1: what nobody subscribed to goes to everybody, or to process 0
    if (whom.endpoint.group() || number(act.detail(), "process ") == 0 || !act.operation().toLowerCase(Locale.ROOT).contains("covnotification")) {
      return;
    }
    boolean asked = desk.baseline.known().has(Known.Kind.SUBSCRIBER, whom.key, who.key, "");
    if (asked) {
      desk.baseline.known().learn(Known.Kind.NOTIFIER, who.key, whom.key, "");
      return;
    }
    // a subscription may be older than the capture: while learning, who is told is taken for granted
    if (desk.baseline.fact(Known.Kind.NOTIFIER, act.at(), who.key, whom.key, "") == Standing.UNKNOWN) {
      desk.departs(act, who, whom, "bacnet-subscription", "no subscription by " + place(whom.endpoint), "a notification of a change", 0,
          Standing.UNKNOWN, agenda);
    }
  }

  /** BACnet/SC is within TLS: seen are its hub's address and what is not within. */
  void contact(Contact c, Party who, Party whom, Agenda agenda) {
    if (c.phase() != Contact.Phase.OPEN || c.whom().group()) {
      return;
    }
    boolean hub = c.transport().equals("tcp") && c.protocol().equals("tls") && (c.port() >= 47808 && c.port() <= 47823 || hubs.get(key(c.whom())) != null);
    if (hub) {
      String known = key(c.who());
      boolean node = desk.baseline.known().has(Known.Kind.SERVER, known, "bacnet-sc", "");
      Standing standing = desk.baseline.fact(Known.Kind.SERVER, c.at(), known, "bacnet-sc", key(c.whom()));
      hubs.put(key(c.whom()), c.whom());
      if (desk.baseline.known().learn(Known.Kind.SERVER, known, "bacnet-sc", "") || !node) {
        return;
      }
      desk.departs(c, who, whom, "bacnet-sc-hub", "other hubs", "hub " + place(c.whom()), 0, standing, agenda);
    } else if (c.protocol().equals("bacnet") && c.transport().equals("udp") && desk.baseline.known().has(Known.Kind.SERVER, key(c.who()), "bacnet-sc", "")) {
      desk.departs(c, who, whom, "bacnet-sc-plain", "BACnet/SC, within TLS", "BACnet/IP in clear", 0, desk.evidenced(c.at()), agenda);
    }
  }

  /** Subscribed devices that said nothing by their deadline: each new subscription asks for the present value at once (clause 13.14). */
  void due(long now, Stamp last, Agenda agenda) {
    for (Endpoint device = silences.passed(now); device != null; device = silences.passed(now)) {
      Subscription s = subscriptions.get(device);
      if (s == null) {
        continue;
      }
      subscriptions.forget(device);
      Party silent = desk.parties.of(device);
      if (silent.heard <= s.act.at()) {
        long at = Math.max(last.at(), s.due);
        Act told = Silences.again(s.act, last, at);
        desk.departs(told, silent, desk.parties.of(s.act.who()), "bacnet-silence", s.act.detail(),
            "nothing since the subscription " + (at - s.act.at()) / 1_000_000_000L + " s ago", 0, desk.evidenced(at), agenda);
      }
    }
  }

  /**
   * The device behind an address, whatever router or link it was seen through: its network and address there, or the IP address where that
   * address is one (135-2020 annex J.1.2: six octets).
   */
  static String device(Endpoint e) {
    if (e.below() instanceof Below.Bacnet b) {
      return b.length() == 6 ? Endpoint.ipText(4, 0, b.mac() >>> 16) : b.text();
    }
    return e.family() != 0 ? String.valueOf(e.ip()) : String.valueOf(e.macText());
  }

  /** The link an address stands on as far as it shows: its zone, or the first 24 bits of the address. */
  private String link(Endpoint e) {
    Zone zone = desk.site.zoneOf(e);
    // a zone may stand on several networks: each range of addresses is one
    String link;
    if (zone == null) {
      link = e.family() == 4 ? Endpoint.ipText(4, 0, e.ipLow() & 0xFFFFFF00L) + "/24" : "this link";
    } else {
      link = zone.cidr().size() < 2 ? zone.id() : zone.cidr().stream().filter(c -> c.contains(e)).findFirst().map(c -> zone.id() + ' ' + c.text()).orElse(zone.id());
    }
    return e.realm() + '|' + link;
  }

  private static String key(Endpoint e) {
    return Side.key(e);
  }

  private static String place(Endpoint e) {
    return key(e).substring(e.realm().length() + 1);
  }

  /** The number behind a word of a detail, or -1. */
  static long number(String detail, String word) {
    int at = detail.indexOf(word);
    if (at < 0) {
      return -1;
    }
    long n = 0;
    int i = at + word.length();
    int first = i;
    while (i < detail.length() && i - first < 10 && Character.isDigit(detail.charAt(i))) {
      n = n * 10 + detail.charAt(i++) - '0';
    }
    return i == first ? -1 : n;
  }
}
