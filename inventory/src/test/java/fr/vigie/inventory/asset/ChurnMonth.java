package fr.vigie.inventory.asset;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Sighting.How;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A month of five thousand devices and who they really are, kept by the generator itself: it knows addresses and devices, and nothing of the
 * inventory. Times are those of a capture; the sensor sees one segment with two routers.
 *
 * <p>Who is there: forty BACnet routers with fifty MS/TP devices each; BACnet/IP controllers with fixed addresses; hosts that lease their
 * addresses, some with locally administered MAC addresses; devices with two interfaces that name both in LLDP; hosts of other segments, seen
 * only through the routers; two routers with a VRRP address before them, one of which answers ARP for others (proxy ARP).
 *
 * <p>What happens each day: leases are renewed; hosts go away and their addresses are lent to others; they come back with other addresses;
 * controllers fail, and another device takes over address, name and instance; BACnet routers are swapped with all behind them staying; the
 * active router of the VRRP pair changes; frames of hosts elsewhere come by the other router then.
 *
 * <p>One hour of it, in the middle of the month, is packets: who is there speaks as {@link ChurnHour} writes it, and within the hour hosts leave and
 * others are lent their addresses, controllers and a BACnet router are swapped and the VRRP pair changes over. What the sensor makes of them is
 * what the month goes on with.
 */
final class ChurnMonth {
  static final int DAYS = 30;
  /** The day of the hour that is packets; behind its second round. */
  private static final int HOUR_OF = 15;
  private static final int BACNET = 47_808;
  private static final long HOUR = 3_600_000_000_000L;
  private static final long DAY = 24 * HOUR;
  private static final long START = 1_780_000_000_000_000_000L;
  private static final Cite CLAUSE = new Cite("generated", "1");
  private static final long VIRTUAL_MAC = 0x00005E000101L;
  private static final long NETWORK = 10L << 24 | 20L << 16;

  /** A device, with every address below which it can be known for good. */
  static final class Device {
    final String sort;
    final List<Endpoint> lasting = new ArrayList<>();
    long mac;
    long secondMac;
    long ip;
    int instance;
    boolean present = true;
    int away;
    Device router;
    int station;
    /** Whether it holds its address since before the last that it said. */
    boolean leased;
    boolean spoke;

    Device(String sort) {
      this.sort = sort;
    }

    @Override
    public String toString() {
      return sort + " " + Long.toHexString(mac) + " " + Long.toHexString(ip);
    }
  }

  final List<Device> devices = new ArrayList<>();
  private final Endpoints endpoints = new Endpoints(1 << 18);
  private final SplittableRandom random;
  private final Consumer<Observation> to;
  private final TreeSet<Long> free = new TreeSet<>();
  private final ArrayDeque<Long> released = new ArrayDeque<>();
  private final List<Device> hosts = new ArrayList<>();
  private final List<Device> controllers = new ArrayList<>();
  private final List<Device> bacnetRouters = new ArrayList<>();
  private final List<Device> children = new ArrayList<>();
  private final List<Device> pairs = new ArrayList<>();
  private final List<Device> elsewhere = new ArrayList<>();
  private final List<Device> gateways = new ArrayList<>();
  private long nextMac = 0x00A003000100L;
  private long nextIp = NETWORK | 256;
  private long seq;
  private long at = START;
  private int active;
  /** Where packets go while the hour lasts. */
  private @Nullable ChurnHour hour;
  /** Who is there when the hour is over. */
  final List<Device> heard = new ArrayList<>();
  long hourFrom;
  int packets;
  int swaps;
  int readdressed;
  long observations;

  ChurnMonth(long seed, Consumer<Observation> to) {
    this.random = new SplittableRandom(seed);
    this.to = to;
    for (int i = 0; i < 2; i++) {
      gateways.add(add("gateway", fixed(new Device("gateway"))));
    }
    for (int r = 0; r < 40; r++) {
      Device router = add("bacnet-router", fixed(new Device("bacnet-router")));
      router.instance = 100_000 + r;
      bacnetRouters.add(router);
      for (int s = 0; s < 50; s++) {
        Device child = new Device("child");
        child.router = router;
        child.station = s + 1;
        child.instance = 200_000 + 50 * r + s;
        devices.add(child);
        children.add(child);
      }
    }
    for (int i = 0; i < 858; i++) {
      Device c = add("controller", fixed(new Device("controller")));
      c.instance = 1_000 + i;
      controllers.add(c);
    }
    for (int i = 0; i < 100; i++) {
      Device p = fixed(new Device("two interfaces"));
      p.secondMac = p.mac + 1;
      pairs.add(add("two interfaces", p));
      p.lasting.add(endpoints.mac("", p.secondMac, Endpoint.NO_VLAN));
    }
    for (long i = 0; i < 1_700; i++) {
      free.add(NETWORK | 0x8000 | i);
    }
    for (int i = 0; i < 1_500; i++) {
      Device h = new Device("host");
      h.mac = i % 8 == 0 ? 0x020000000000L | random.nextLong(1L << 40) : mac();
      hosts.add(add("host", h));
      h.ip = lease();
    }
    for (int i = 0; i < 500; i++) {
      Device e = new Device("elsewhere");
      e.ip = 10L << 24 | 30L << 16 | i + 1;
      devices.add(e);
      e.lasting.add(ip(e.ip));
      elsewhere.add(e);
    }
  }

  private Device add(String sort, Device d) {
    devices.add(d);
    d.lasting.add(endpoints.mac("", d.mac, Endpoint.NO_VLAN));
    return d;
  }

  private Device fixed(Device d) {
    d.mac = mac();
    d.ip = nextIp++;
    return d;
  }

  private long mac() {
    nextMac += 16 + random.nextInt(64);
    return nextMac;
  }

  private long lease() {
    // servers lend what was free longest; under pressure soon again
    long lent = free.isEmpty() ? released.remove() : free.pollFirst();
    return lent;
  }

  /** What reads a capture and gives what it says. */
  interface Reader {
    /** Reads it. */
    void read(Path capture, Consumer<Observation> to) throws IOException;
  }

  /** Plays the month; the capture of the hour is written to the file and read back. */
  void play(Path capture, Reader reader) throws IOException {
    for (int day = 0; day < DAYS; day++) {
      at = START + day * DAY;
      if (day > 0) {
        happen(day);
      }
      for (int round = 0; round < 3; round++) {
        at = START + day * DAY + round * 8 * HOUR;
        speak(day == 0 && round == 0 || round == 1 && day % 7 == 0);
        if (day == HOUR_OF && round == 1) {
          at += HOUR;
          hour(capture, reader);
        }
      }
    }
  }

  private void hour(Path capture, Reader reader) throws IOException {
    hour = new ChurnHour();
    hourFrom = at;
    for (int half = 0; half < 2; half++) {
      List<Device> order = new ArrayList<>(devices);
      Collections.shuffle(order, new java.util.Random(random.nextLong()));
      vrrp();
      for (Device d : order) {
        at += HOUR / 3 / order.size();
        if (d.present) {
          utter(hour, d);
          d.spoke = true;
        }
      }
      if (half == 0) {
        come();
        swap(controllers);
        swap(controllers);
        swap(bacnetRouters);
        active = 1 - active;
        at += HOUR / 20;
      }
    }
    devices.stream().filter(d -> d.present).forEach(heard::add);
    packets = hour.packets;
    hour.write(capture);
    hour = null;
    reader.read(capture, this::say);
  }

  /** The packets of one device. */
  private void utter(ChurnHour out, Device d) {
    Device first = controllers.getFirst();
    Device router = gateways.get(active);
    switch (d.sort) {
      case "host" -> {
        out.lease(at, d, !d.leased, gateways.getFirst(), "host-" + Long.toHexString(d.mac));
        d.leased = true;
        out.arp(at + 3_000_000, d.ip, d.mac, first.ip);
        ask(out, d, d.mac, first);
      }
      case "controller" -> {
        out.arp(at, d.ip, d.mac, first.ip);
        out.iAm(at + 3_000_000, d);
        out.name(at + 4_000_000, first, BACNET, first.mac, d, d.sort + "-" + d.instance);
      }
      case "bacnet-router" -> {
        out.arp(at, d.ip, d.mac, first.ip);
        out.iAm(at + 3_000_000, d);
        out.iAmRouter(at + 4_000_000, d, network(d));
        out.name(at + 5_000_000, first, BACNET, first.mac, d, d.sort + "-" + d.instance);
      }
      case "child" -> out.iAm(at, d, network(d.router));
      case "two interfaces" -> {
        out.arp(at, d.ip, d.mac, first.ip);
        out.arp(at + 1_000_000, d.ip + 0x4000, d.secondMac, first.ip);
        out.lldp(at + 2_000_000, d.mac, d.mac);
        out.lldp(at + 3_000_000, d.secondMac, d.mac);
        ask(out, d, d.mac, first);
      }
      case "elsewhere" -> ask(out, d, router.mac, first);
      case "gateway" -> {
        out.arp(at, d.ip, d.mac, first.ip);
        if (d == gateways.getFirst()) {
          for (int i = 0; i < 60; i++) {
            out.answer(at + 1_000_000L * (i + 1), elsewhere.get(i).ip, d.mac, first.ip, first.mac);
          }
        }
      }
      default -> throw new IllegalStateException(d.sort);
    }
  }

  private void ask(ChurnHour out, Device d, long firstHop, Device asked) {
    out.name(at + 5_000_000, d, 50_000 + random.nextInt(10_000), firstHop, asked, asked.sort + "-" + asked.instance);
  }

  private int network(Device router) {
    return 2_000 + bacnetRouters.indexOf(router);
  }

  private void happen(int day) {
    come();
    for (int i = 0; i < 4; i++) {
      swap(controllers);
    }
    if (day % 5 == 0) {
      swap(bacnetRouters);
    }
    if (day % 3 == 0) {
      active = 1 - active;
    }
  }

  /** Hosts come back with another address, and hosts go. */
  private void come() {
    for (Device h : hosts) {
      if (!h.present && --h.away <= 0) {
        h.present = true;
        h.ip = lease();
        h.leased = false;
        readdressed++;
      } else if (h.present && random.nextInt(10) == 0) {
        h.present = false;
        h.away = 1 + random.nextInt(6);
        released.add(h.ip);
      }
    }
  }

  /** One fails; another takes its place with address, name and instance. What stands behind stays what it is. */
  private void swap(List<Device> list) {
    int place = random.nextInt(list.size());
    while (!list.get(place).spoke) { // of one that came and went without a word nobody could know
      place = random.nextInt(list.size());
    }
    Device old = list.get(place);
    Device anew = new Device(old.sort);
    anew.mac = mac();
    anew.ip = old.ip;
    anew.instance = old.instance;
    old.present = false;
    old.ip = 0;
    list.set(place, anew);
    add(anew.sort, anew);
    children.forEach(c -> c.router = c.router == old ? anew : c.router);
    swaps++;
  }

  private void speak(boolean introduce) {
    List<Device> order = new ArrayList<>(devices);
    Collections.shuffle(order, new java.util.Random(random.nextLong()));
    vrrp();
    for (Device d : order) {
      at += 1_000_000_000L + random.nextLong(2_000_000_000L);
      if (d.present) {
        speak(d, introduce);
        d.spoke = true;
      }
    }
  }

  private void speak(Device d, boolean introduce) {
    switch (d.sort) {
      case "host" -> {
        say(new Sighting(stamp(), pair(d.ip, d.mac), "dhcp", CLAUSE, How.DHCP));
        d.leased = true;
        if (introduce) {
          claim(pair(d.ip, d.mac), pair(d.ip, d.mac), "dhcp", Trait.HOSTNAME, "host-" + Long.toHexString(d.mac));
        }
        frame(d);
        talk(d);
      }
      case "controller", "bacnet-router" -> {
        arp(d);
        if (introduce || random.nextInt(4) == 0) {
          Endpoint self = pair(d.ip, d.mac);
          claim(self, self, "bacnet", Trait.INSTANCE, Integer.toString(d.instance));
          claim(self, self, "bacnet", Trait.VENDOR_ID, "7");
          claim(self, self, "bacnet", Trait.NAME, d.sort + "-" + d.instance);
          if (d.sort.equals("bacnet-router")) {
            claim(self, self, "bacnet", Trait.ROLE, "router");
          }
        }
        talk(d);
      }
      case "child" -> {
        Endpoint self = child(d);
        claim(self, self, "bacnet", Trait.INSTANCE, Integer.toString(d.instance));
      }
      case "two interfaces" -> {
        arp(d);
        Endpoint one = endpoints.mac("", d.mac, Endpoint.NO_VLAN);
        Endpoint two = endpoints.mac("", d.secondMac, Endpoint.NO_VLAN);
        claim(one, one, "lldp", Trait.MAC, Endpoint.macText(d.secondMac));
        claim(two, two, "lldp", Trait.MAC, Endpoint.macText(d.mac));
        say(new Sighting(stamp(), pair(d.ip + 0x4000, d.secondMac), "arp", CLAUSE, How.ARP));
        talk(d);
      }
      case "elsewhere" -> {
        say(new Sighting(stamp(), pair(d.ip, gateways.get(active).mac), "ethernet", null, How.FRAME));
        if (introduce) {
          claim(ip(d.ip), ip(d.ip), "http", Trait.BANNER, "http-server=x");
        }
      }
      case "gateway" -> {
        arp(d);
        claim(pair(d.ip, d.mac), pair(d.ip, d.mac), "vrrp", Trait.ROLE, "vrrp-router");
        if (d == gateways.get(0)) {
          // proxy ARP: it answers for many that are elsewhere
          for (int i = 0; i < 60; i++) {
            say(new Sighting(stamp(), pair(elsewhere.get(i).ip, d.mac), "arp", CLAUSE, How.ARP));
          }
        }
      }
      default -> throw new IllegalStateException(d.sort);
    }
  }

  /** The active router holds the virtual address under the virtual MAC address and forwards from its own. */
  private void vrrp() {
    Device router = gateways.get(active);
    long virtual = NETWORK | 1;
    if (hour != null) {
      hour.vrrp(at, router, VIRTUAL_MAC, virtual);
      hour.answer(at + 1_000_000, virtual, VIRTUAL_MAC, controllers.getFirst().ip, controllers.getFirst().mac);
      return;
    }
    claim(pair(router.ip, VIRTUAL_MAC), ip(virtual), "vrrp", Trait.ROLE, "virtual-address");
    say(new Sighting(stamp(), pair(virtual, VIRTUAL_MAC), "arp", CLAUSE, How.ARP));
    say(new Sighting(stamp(), pair(router.ip, VIRTUAL_MAC), "ethernet", null, How.FRAME));
  }

  private void arp(Device d) {
    say(new Sighting(stamp(), pair(d.ip, d.mac), "arp", CLAUSE, How.ARP));
    frame(d);
  }

  private void frame(Device d) {
    say(new Sighting(stamp(), pair(d.ip, d.mac), "ethernet", null, How.FRAME));
  }

  private void talk(Device d) {
    Stamp s = stamp();
    say(new Contact(s, pair(d.ip, d.mac), "bacnet", null, pair(controllers.getFirst().ip, controllers.getFirst().mac), "udp", 47808, Contact.Phase.OPEN,
        Contact.Answer.ANSWERED, s.at(), s.at(), 1, 60, 1, 60, List.of()));
  }

  private void claim(Endpoint who, Endpoint about, String protocol, Trait trait, String value) {
    say(new Claim(stamp(), who, protocol, CLAUSE, about, trait, value));
  }

  private void say(Observation o) {
    observations++;
    to.accept(o);
  }

  private Stamp stamp() {
    seq++;
    return new Stamp(seq, 0, at, 0, seq - 1);
  }

  private Endpoint pair(long ip, long mac) {
    return endpoints.ip("", 4, 0, ip, mac, Endpoint.NO_VLAN);
  }

  private Endpoint ip(long ip) {
    return pair(ip, Endpoint.NO_MAC);
  }

  Endpoint child(Device d) {
    return endpoints.bacnet(ip(d.router.ip), network(d.router), d.station, 1);
  }

  /** Addresses that mean this device at the end: those for good, and the address that it holds. */
  List<Endpoint> addresses(Device d) {
    List<Endpoint> all = new ArrayList<>(d.lasting);
    if (d.sort.equals("child")) {
      all.add(child(d));
    } else if (d.present && d.ip != 0) {
      all.add(ip(d.ip));
    }
    return all;
  }
}
