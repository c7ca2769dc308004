package fr.vigie.inventory.weeks;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Eight weeks of a small hospital's building network, as observations, with what really happened in it.
 *
 * <p>Written from docs/contracts.md and the types of {@code sensor.observe} alone, before a line of the inventory was read; it imports
 * nothing of the inventory ({@code EightWeeksTest} holds that). So what it expects is what happened in its own small world, not what the
 * inventory makes of it.
 *
 * <p>The world: a plant segment of BACnet/IP controllers and Modbus meters with fixed addresses; two BACnet routers with MS/TP children
 * behind them; a segment of hosts whose addresses a DHCP server lends; a file server in the plant segment that the hosts reach through a
 * layer 3 switch (one MAC address, an address in each segment). The sensor sees both segments, so a frame of a host is seen in the plant
 * segment with the MAC address of the switch.
 *
 * <p>What happens: arrivals, departures (a device that stops in a week is silent from the next one on), returns, addresses lent anew
 * (that of a host gone; two hosts that change places), firmware (single devices, and a whole line of children at once), swaps (another
 * device with the name, instance and address of a broken one), a service opened, a peer met. In week 7 nothing happens.
 */
public final class EightWeeks {
  /** What can happen to a device. */
  public enum What {
    ARRIVED,
    SILENT,
    RETURNED,
    ADDRESS,
    FIRMWARE,
    SERVICE,
    PEER,
    /** Another device stands at its address, with its name: {@code is} is the new one. */
    SWAPPED
  }

  /**
   * Something that happened.
   *
   * @param week 1..8
   * @param device the code of the device
   * @param was the value before, empty where there is none
   * @param is the value after, or the code of the other device
   */
  public record Event(int week, What what, String device, String was, String is) {
    @Override
    public String toString() {
      return "week " + week + ": " + device + " " + what + (was.isEmpty() ? "" : " " + was) + (is.isEmpty() ? "" : " > " + is);
    }
  }

  /** Weeks of the story. */
  public static final int WEEKS = 8;

  /** A Monday, 00:00 UTC. */
  public static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static final String REALM = "hospital";
  /** In this week nothing happens. */
  public static final int QUIET_WEEK = 7;
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private enum Sort {
    CONTROLLER,
    METER,
    CHILD,
    HOST,
    SERVER,
    SWITCH
  }

  /** One device of the world. */
  private static final class Device {
    final String code;
    final Sort sort;
    final long mac;
    final int net;
    final int node;
    final @Nullable Device router;
    long ip;
    String firmware = "";
    String name = "";
    int instance = -1;
    String serial = "";
    boolean web;
    final TreeSet<String> met = new TreeSet<>();
    /** The first hour in which it speaks, and the first in which it does not any more. */
    int from;
    int until = Integer.MAX_VALUE;
    int goneFrom = Integer.MAX_VALUE;
    int goneUntil = Integer.MAX_VALUE;

    Device(String code, Sort sort, long mac, long ip) {
      this.code = code;
      this.sort = sort;
      this.mac = mac;
      this.ip = ip;
      this.net = 0;
      this.node = 0;
      this.router = null;
    }

    Device(String code, Device router, int net, int node) {
      this.code = code;
      this.sort = Sort.CHILD;
      this.mac = Endpoint.NO_MAC;
      this.net = net;
      this.node = node;
      this.router = router;
      this.ip = router.ip;
    }

    boolean alive(int hour) {
      return hour >= from && hour < until && (hour < goneFrom || hour >= goneUntil);
    }
  }

  private final SplittableRandom random = new SplittableRandom(20260302);
  private final Endpoints endpoints = new Endpoints(100_000);
  private final Map<String, Device> devices = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final Map<Integer, List<Runnable>> due = new LinkedHashMap<>();
  private final Map<Device, String> said = new LinkedHashMap<>();
  private final Map<Device, Long> bound = new LinkedHashMap<>();
  private final Device plant;
  private final Device lender;
  private final Device files;
  private final Device supervisor;
  private int hour;
  private long seq;
  private int n;
  private int macs;
  private int lent = 100;

  /** A world in which everything of the first week is planned. */
  public EightWeeks() {
    plant = put(new Device("switch", Sort.SWITCH, mac(0x00000C), ip(1, 1)), 0);
    lender = put(new Device("dhcp", Sort.SERVER, mac(0x00155D), ip(1, 5)), 0);
    files = put(new Device("files", Sort.SERVER, mac(0x00155D), ip(1, 6)), 0);
    supervisor = put(new Device("supervisor", Sort.SERVER, mac(0x00155D), ip(1, 10)), 0);
    for (int i = 0; i < 40; i++) {
      controller("ctl-" + i, 20 + i, 1000 + i, 0);
    }
    for (int i = 0; i < 24; i++) {
      put(new Device("meter-" + i, Sort.METER, mac(0x0080F4), ip(1, 100 + i)), 0);
    }
    for (int r = 0; r < 2; r++) {
      Device router = controller("router-" + r, 80 + r, 2000 + r, 0);
      for (int i = 0; i < 20; i++) {
        Device child = put(new Device("child-" + r + "-" + i, router, 2001 + r, 10 + i), 0);
        child.instance = 20_000 + 1000 * r + i;
        child.firmware = "2.4";
        child.name = "VAV " + r + "." + i;
      }
    }
    for (int i = 0; i < 60; i++) {
      host("host-" + i, 0);
    }
    for (Device d : devices.values()) {
      expect(1, What.ARRIVED, d, "", "");
    }
    plan();
  }

  /** All that happens, by week. */
  private void plan() {
    int nextController = 40;
    int nextHost = 60;
    for (int week = 2; week <= WEEKS; week++) {
      if (week == QUIET_WEEK) {
        continue;
      }
      int w = week;
      // Arrivals: the supervisor and the file server meet them.
      for (int i = 0; i < 2; i++, nextController++) {
        Device d = controller("ctl-" + nextController, 20 + nextController, 1000 + nextController, some(w));
        expect(w, What.ARRIVED, d, "", "");
        expect(w, What.PEER, supervisor, "", d.code);
      }
      for (int i = 0; i < 3; i++, nextHost++) {
        Device d = host("host-" + nextHost, some(w));
        expect(w, What.ARRIVED, d, "", "");
        expect(w, What.PEER, files, "", d.code);
      }
      // Departures in this week are silence in the next, but in the last week nobody sees that any more. None before the quiet week.
      if (w + 1 != QUIET_WEEK && w < WEEKS) {
        depart(of("ctl-" + (w * 2)), w);
        depart(of("host-" + (w * 2)), w);
        depart(of("host-" + (w * 2 + 1)), w);
      }
      // A lease that moves to a new address, one that takes the address of a host gone last week, and two that change places.
      lend(of("host-" + (30 + w)), w, free());
      if (w >= 3 && w != 6 && w != 8) {
        lend(of("host-" + (40 + w)), w, of("host-" + ((w - 1) * 2)).ip);
      }
      trade(of("host-" + (50 + w)), of("host-" + (20 + w)), w);
      firmware(of("ctl-" + (20 + w)), w, "5." + w);
    }
    for (int i = 0; i < 20; i++) {
      firmware(of("child-0-" + i), 4, "2.5");
    }
    swap(of("ctl-30"), "ctl-30b", 3);
    swap(of("ctl-31"), "ctl-31b", 5);
    // Silent for two whole weeks.
    away(of("meter-3"), 3, 6);
    away(of("host-18"), 2, 5);
    at(some(6), () -> of("meter-7").web = true);
    expect(6, What.SERVICE, of("meter-7"), "", "tcp/80");
    // A host reads a meter for the first time.
    at(some(8), () -> of("meter-9").met.add("host-17"));
    expect(8, What.PEER, of("meter-9"), "", "host-17");
    expect(8, What.PEER, of("host-17"), "", "meter-9");
  }

  /** What really happened, in the order of weeks. */
  public List<Event> events() {
    return events.stream().sorted(java.util.Comparator.comparingInt(Event::week)).toList();
  }

  /** The end of a week. */
  public static Instant end(int week) {
    return START.plus(Duration.ofDays(7L * week));
  }

  /**
   * The code of the device that owns a MAC address or an address below BACnet.
   *
   * @param key text of a MAC address, or {@code net:0x0a}
   */
  public @Nullable String device(String key) {
    for (Device d : devices.values()) {
      if (d.sort == Sort.CHILD ? key.equals(d.net + ":0x" + hex(d.node)) : key.equals(Endpoint.macText(d.mac))) {
        return d.code;
      }
    }
    return null;
  }

  /** How many devices there ever were. */
  public int devices() {
    return devices.size();
  }

  /** Tells everything of the next week. */
  public void week(Consumer<Observation> sink) {
    for (int end = hour + 24 * 7; hour < end; hour++) {
      for (Runnable r : due.getOrDefault(hour, List.of())) {
        r.run();
      }
      for (Device d : devices.values()) {
        if (d.alive(hour)) {
          speak(d, sink);
        }
      }
    }
  }

  private void speak(Device d, Consumer<Observation> sink) {
    // Most speak in each third hour, so that 8 weeks stay small; a device of its own hour, so that order differs from the table's.
    boolean turn = (hour + d.code.hashCode() % 3 + 3) % 3 == 0 || hour == d.from;
    if (!turn) {
      return;
    }
    switch (d.sort) {
      case SWITCH -> {
        seen(d, ip(1, 1), Sighting.How.ARP, sink);
        seen(d, ip(64, 1), Sighting.How.ARP, sink);
      }
      case HOST -> {
        Endpoint client = endpoints.mac(REALM, d.mac, Endpoint.NO_VLAN);
        if (!Long.valueOf(d.ip).equals(bound.put(d, d.ip))) {
          sighted(d.mac, d.ip, Sighting.How.DHCP, "dhcp", sink);
          claim(client, Trait.ADDRESS, Endpoint.ipText(4, 0, d.ip), "dhcp", sink);
        }
        news(d, client, "dhcp", sink);
        seen(d, d.ip, Sighting.How.ARP, sink);
        // In the plant segment its frames carry the MAC address of the switch.
        sighted(plant.mac, d.ip, Sighting.How.FRAME, "ethernet", sink);
        contact(d.ip, files.ip, "smb", "tcp", 445, sink);
      }
      case CONTROLLER -> {
        seen(d, d.ip, Sighting.How.ARP, sink);
        news(d, address(d.ip), "bacnet", sink);
        contact(supervisor.ip, d.ip, "bacnet", "udp", 47808, sink);
      }
      case METER -> {
        seen(d, d.ip, Sighting.How.ARP, sink);
        contact(supervisor.ip, d.ip, "modbus", "tcp", 502, sink);
        if (d.web) {
          contact(supervisor.ip, d.ip, "http", "tcp", 80, sink);
        }
        for (String other : d.met) {
          contact(of(other).ip, d.ip, "modbus", "tcp", 502, sink);
        }
      }
      case CHILD -> {
        Endpoint child = endpoints.bacnet(address(java.util.Objects.requireNonNull(d.router).ip), d.net, d.node, 1);
        news(d, child, "bacnet", sink);
        Stamp s = packet();
        sink.accept(new Act(s, child, "bacnet", null, s.seq() + "." + s.n(), endpoints.ip(REALM, 4, 0, 0xFFFFFFFFL, Endpoint.NO_MAC, -1), 47808,
            Verb.ANNOUNCE, "iAm", null, null, 0, "", Outcome.UNCONFIRMED));
      }
      case SERVER -> seen(d, d.ip, Sighting.How.ARP, sink);
    }
  }

  /** What the device says of itself, where it differs from what it said last. */
  private void news(Device d, Endpoint who, String protocol, Consumer<Observation> sink) {
    String text = d.name + '|' + d.firmware + '|' + d.instance + '|' + d.serial;
    if (text.equals(said.put(d, text))) {
      return;
    }
    if (d.sort == Sort.HOST) {
      claim(who, Trait.MAC, Endpoint.macText(d.mac), protocol, sink);
      claim(who, Trait.HOSTNAME, d.name, protocol, sink);
      return;
    }
    claim(who, Trait.INSTANCE, Integer.toString(d.instance), protocol, sink);
    claim(who, Trait.VENDOR_ID, "5", protocol, sink);
    claim(who, Trait.VENDOR, "Johnson Controls, Inc.", protocol, sink);
    claim(who, Trait.MODEL, d.sort == Sort.CHILD ? "VMA1630" : "NAE55", protocol, sink);
    claim(who, Trait.FIRMWARE, d.firmware, protocol, sink);
    claim(who, Trait.NAME, d.name, protocol, sink);
    if (!d.serial.isEmpty()) {
      claim(who, Trait.SERIAL, d.serial, protocol, sink);
    }
  }

  private void seen(Device d, long ip, Sighting.How how, Consumer<Observation> sink) {
    sighted(d.mac, ip, how, how == Sighting.How.ARP ? "arp" : "ethernet", sink);
    sighted(d.mac, ip, Sighting.How.FRAME, "ethernet", sink);
  }

  private void sighted(long mac, long ip, Sighting.How how, String protocol, Consumer<Observation> sink) {
    sink.accept(new Sighting(packet(), endpoints.ip(REALM, 4, 0, ip, mac, Endpoint.NO_VLAN), protocol, null, how));
  }

  private void claim(Endpoint about, Trait trait, String value, String protocol, Consumer<Observation> sink) {
    sink.accept(new Claim(packet(), about, protocol, null, about, trait, value));
  }

  private void contact(long from, long to, String protocol, String transport, int port, Consumer<Observation> sink) {
    Stamp s = packet();
    sink.accept(new Contact(s, address(from), protocol, null, address(to), transport, port, Contact.Phase.OPEN, Contact.Answer.ANSWERED, s.at(),
        s.at(), 1, 90, 1, 90, List.of()));
    Stamp end = packet();
    sink.accept(new Contact(end, address(from), protocol, null, address(to), transport, port, Contact.Phase.CLOSE, Contact.Answer.ANSWERED,
        s.at(), end.at(), 4, 400, 4, 600, List.of()));
  }

  private Endpoint address(long ip) {
    return endpoints.ip(REALM, 4, 0, ip, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  /** The next packet: a fifth of a second after the one before, within its hour (18,000 packets an hour at most). */
  private Stamp packet() {
    long base = START.getEpochSecond() * 1_000_000_000L + hour * HOUR;
    n = base == last ? n + 1 : 0;
    last = base;
    seq++;
    return new Stamp(seq, 0, base + n * 200_000_000L, 0, seq - 1);
  }

  private long last;

  // ---- planning

  private Device controller(String code, int host, int instance, int from) {
    Device d = put(new Device(code, Sort.CONTROLLER, mac(0x00108D), ip(1, host)), from);
    d.instance = instance;
    d.firmware = "5.0";
    d.name = "DDC " + code;
    d.serial = "SN" + (700_000 + macs);
    return d;
  }

  private Device host(String code, int from) {
    Device d = put(new Device(code, Sort.HOST, mac(0x001B21), free()), from);
    d.name = "PC-" + code.toUpperCase(java.util.Locale.ROOT);
    return d;
  }

  private Device put(Device d, int from) {
    d.from = from;
    devices.put(d.code, d);
    return d;
  }

  private void depart(Device d, int week) {
    d.until = some(week);
    expect(week + 1, What.SILENT, d, "", "");
  }

  /** Stops in one week, and is back in another; silent from the whole week between on. */
  private void away(Device d, int week, int back) {
    d.goneFrom = some(week);
    d.goneUntil = some(back);
    expect(week + 1, What.SILENT, d, "", "");
    expect(back, What.RETURNED, d, "", "");
  }

  private void lend(Device d, int week, long ip) {
    long was = planned.getOrDefault(d, d.ip);
    planned.put(d, ip);
    at(some(week), () -> d.ip = ip);
    expect(week, What.ADDRESS, d, Endpoint.ipText(4, 0, was), Endpoint.ipText(4, 0, ip));
  }

  private final Map<Device, Long> planned = new LinkedHashMap<>();

  private void trade(Device a, Device b, int week) {
    long ofA = planned.getOrDefault(a, a.ip);
    long ofB = planned.getOrDefault(b, b.ip);
    int when = some(week);
    planned.put(a, ofB);
    planned.put(b, ofA);
    at(when, () -> {
      a.ip = ofB;
      b.ip = ofA;
    });
    expect(week, What.ADDRESS, a, Endpoint.ipText(4, 0, ofA), Endpoint.ipText(4, 0, ofB));
    expect(week, What.ADDRESS, b, Endpoint.ipText(4, 0, ofB), Endpoint.ipText(4, 0, ofA));
  }

  private void firmware(Device d, int week, String version) {
    String was = d.sort == Sort.CHILD ? "2.4" : "5.0";
    at(some(week), () -> d.firmware = version);
    expect(week, What.FIRMWARE, d, was, version);
  }

  private void swap(Device old, String code, int week) {
    int when = some(week);
    old.until = when;
    Device d = controller(code, (int) (old.ip & 0xFF), old.instance, when + 1);
    d.name = old.name;
    expect(week, What.ARRIVED, d, "", "");
    expect(week, What.SWAPPED, old, "", d.code);
    expect(week, What.PEER, supervisor, "", d.code);
    expect(week + 1, What.SILENT, old, "", "");
  }

  private void expect(int week, What what, Device d, String was, String is) {
    events.add(new Event(week, what, d.code, was, is));
  }

  private void at(int when, Runnable what) {
    due.computeIfAbsent(when, h -> new ArrayList<>()).add(what);
  }

  /** An hour of a week, from its Tuesday to its Friday. */
  private int some(int week) {
    return (week - 1) * 168 + 24 + random.nextInt(96);
  }

  private Device of(String code) {
    return java.util.Objects.requireNonNull(devices.get(code), code);
  }

  private long free() {
    lent++;
    return ip(64 + lent / 250, lent % 250 + 2);
  }

  private long mac(int vendor) {
    macs++;
    return (long) vendor << 24 | 0x100000 + macs * 7L;
  }

  private static long ip(int third, int fourth) {
    return 10L << 24 | 20L << 16 | (long) third << 8 | fourth;
  }

  private static String hex(int octet) {
    return java.util.HexFormat.of().toHexDigits((byte) octet);
  }
}
