package fr.vigie.rules.session;

import fr.vigie.inventory.site.Zone;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Bindings;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Learning;
import fr.vigie.rules.baseline.Memory;
import fr.vigie.rules.baseline.Releases;
import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.util.List;
import java.util.Locale;

/**
 * What is remembered of hosts: what they are, in which zone they stand, whether they ever spoke KNX Secure, and whether their release is one
 * that is still mended. Bounded. Single-threaded.
 */
final class HostMemory {
  /** Within so long the same MAC address in another zone is roaming, ns. */
  private static final long DAY = 24L * 3600 * 1_000_000_000L;
  /** Priorities 1 and 2 are those of life safety, 8 is the manual operator (135-2020 table 19-1). */
  private static final int SAFETY = 2;
  private static final int OPERATOR = 8;
  /** The hours of the site file in which operators may override. */
  private static final String HOURS = "operators";

  /** Where a MAC address was last met. */
  private record Home(String zone, Endpoint endpoint, long at) {}

  /** A trait of a device, as one way of telling it has it: names of makers are not spelled alike everywhere. */
  private record Nature(String device, String trait) {}

  /** What was told of it last, in one way and in another, and by which packet. */
  private record Told(String value, String also, long packet) {}

  private final Desk desk;
  private final Memory<Long, Home> homes;
  private final Memory<Nature, Told> natures;
  private final Memory<String, Boolean> secured;

  /**
   * Remembers nothing yet.
   *
   * @param limit the most hosts, and the most traits of them
   */
  HostMemory(Desk desk, int limit) {
    this.desk = desk;
    this.homes = new Memory<>(limit);
    this.natures = new Memory<>(limit);
    this.secured = new Memory<>(limit);
  }

  long forgotten() {
    return homes.evicted() + natures.evicted() + secured.evicted();
  }

  void claim(Claim c, Agenda agenda) {
    switch (c.trait()) {
      case FIRMWARE, OS, VENDOR, MODEL -> nature(c, agenda);
      case SOFTWARE, BANNER -> release(c, agenda);
      case ROLE -> {
        if (c.value().equals("ntp-server")) {
          Party server = desk.parties.of(c.about());
          Standing standing = desk.baseline.server("ntp", c.about(), server.asset, c.at(), server.key);
          desk.departs(c, server, null, "ntp-server", "", "answers as a time server", 0, standing, agenda);
        }
      }
      default -> { }
    }
    if (c.trait() == Trait.SOFTWARE && !c.protocol().equals("fox")) {
      nature(c, agenda);
    }
  }

  private void nature(Claim c, Agenda agenda) {
    Party about = desk.parties.of(c.about());
    String device = about.asset == null ? about.key : about.asset.id();
    String trait = c.trait().wireName() + ' ' + c.protocol() + (c.cite() == null ? "" : ' ' + c.cite().clause());
    Nature nature = new Nature(device, trait);
    Told before = natures.get(nature);
    String value = c.value();
    if (before == null) {
      natures.put(nature, new Told(value, value, c.stamp().packet()));
      desk.baseline.known().learn(Known.Kind.NATURE, device, trait, value);
      return;
    }
    boolean same = before.value.equals(value) || before.also.equals(value) || c.trait() == Trait.VENDOR && maker(before.value).equals(maker(value));
    if (!same && before.packet == c.stamp().packet()) {
      // one message tells it in two ways: a maker by name and by number
      natures.put(nature, new Told(before.value, value, before.packet));
    } else if (same) {
      natures.put(nature, new Told(before.value, before.also, c.stamp().packet()));
    } else {
      natures.put(nature, new Told(value, value, c.stamp().packet()));
      Standing standing = desk.baseline.fact(Known.Kind.NATURE, c.at(), device, trait, value);
      desk.departs(c, about, null, "nature", c.trait().wireName() + " " + before.value, c.trait().wireName() + " " + value, 0, standing, agenda);
    }
  }

  /** The first word of a maker's name: the rest is spelled in many ways, and a number for it has yet another. */
  private static String maker(String name) {
    String[] words = name.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", 3);
    return words[0].isEmpty() && words.length > 1 ? words[1] : words[0];
  }

  private void release(Claim c, Agenda agenda) {
    String product = c.protocol().equals("fox") && c.trait() == Trait.SOFTWARE ? "niagara " + c.value() : c.value();
    Releases.Verdict verdict = Releases.shipped().judge(product);
    if (verdict != null) {
      desk.departs(c, desk.parties.of(c.about()), null, "release", verdict.product() + " " + verdict.version(), verdict.wanted(), 0, Standing.UNKNOWN,
          agenda);
    }
  }

  void sighting(Sighting s, Party who, Agenda agenda) {
    Endpoint e = s.who();
    if (s.how() == Sighting.How.FRAME || e.family() != 4 || e.mac() == Endpoint.NO_MAC || Bindings.virtual(e.mac()) || desk.site.gateway(e, who.asset)) {
      return;
    }
    Zone zone = desk.site.zoneOf(e);
    if (zone == null || !desk.baseline.monitored(zone.kind())) {
      return;
    }
    desk.baseline.heard(Behaviour.DEVICES, Learning.SITE, false, s.at());
    Home before = homes.get(e.mac());
    homes.put(e.mac(), new Home(zone.id(), e, s.at()));
    boolean fresh = desk.baseline.known().learn(Known.Kind.HOME, e.realm() + '|' + e.macText(), zone.id(), "");
    if (before != null && fresh && !before.zone.equals(zone.id()) && s.at() - before.at < DAY && !roams(who)) {
      Standing standing = desk.baseline.learning(Behaviour.DEVICES, Learning.SITE, s.at()) ? Standing.LEARNING : Standing.UNKNOWN;
      desk.departs(s, who, null, "zone", "zone " + before.zone + " at " + before.endpoint.ip(), "zone " + zone.id() + " at " + e.ip(), 0, standing, agenda);
    }
  }

  /** A switch or a router stands in every zone by its trade. */
  private static boolean roams(Party p) {
    return p.asset != null && (p.asset.kind().equals("network-switch") || p.asset.values(Trait.ROLE).stream().anyMatch(v -> v.value().contains("router")));
  }

  /** KNX 03_08_09: who has spoken within a secure session has no reason to speak in the clear again. */
  void contact(Contact c, Party who, Party whom, Agenda agenda) {
    if (!c.protocol().equals("knx")) {
      return;
    }
    List<String> said = c.operations();
    int wrapped = said.indexOf("SECURE_WRAPPER");
    if (wrapped >= 0) {
      secured.put(who.key, true);
      if (!whom.endpoint.group()) {
        secured.put(whom.key, true);
      }
    }
    for (String plain : List.of("TUNNELLING_REQUEST", "ROUTING_INDICATION")) {
      int at = said.indexOf(plain);
      boolean before = secured.get(who.key) != null && (wrapped < 0 || at > wrapped);
      if (at >= 0 && before) {
        desk.departs(c, who, whom, "knx-secure", "SECURE_WRAPPER", plain + " in clear", 0, desk.evidenced(c.at()), agenda);
      }
    }
  }

  /** A known writer commands at the priority of an operator. */
  void act(Act act, Party who, Party whom, Standing standing, Agenda agenda) {
    if (act.verb() != Verb.WRITE || act.priority() <= SAFETY || act.priority() > OPERATOR) {
      return;
    }
    if (standing == Standing.LEARNING) {
      desk.baseline.known().learn(Known.Kind.OPERATOR, who.key, whom.key, "");
    }
    if (standing != Standing.KNOWN) {
      return;
    }
    Standing operator = desk.baseline.operator(act, who.asset, whom.asset, who.key, whom.key);
    desk.departs(act, who, whom, "operator", "writes at other priorities", "overrides at priority " + act.priority(), act.priority(), operator, agenda);
    var hours = desk.terms().calendar().hours().get(HOURS);
    if (hours != null && !hours.contain(act.at(), desk.terms().calendar())) {
      desk.departs(act, who, whom, "operator-hours", "operators override " + hours.text(), "overrides at priority " + act.priority() + " outside these hours",
          act.priority(), Standing.UNKNOWN, agenda);
    }
  }
}
