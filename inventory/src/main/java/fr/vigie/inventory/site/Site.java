package fr.vigie.inventory.site;

import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.meaning.Meanings;
import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.observe.Endpoint;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people say about the site: the content of {@code site.yaml}, checked. Immutable.
 *
 * @param id short id of the site
 * @param name name for people
 * @param zones zones, in the order of the file
 * @param conduits what may pass between them
 * @param devices devices the site names
 * @param writers the writer matrix
 * @param supervisors who may poll and discover
 * @param servers infrastructure servers
 * @param calendar time zone, named hours and public holidays
 * @param maintenance announced interventions
 * @param vlansExpected VLANs that the mirror must show
 * @param registers Modbus register maps
 * @param redundant sets of MAC addresses that may hold the same IP address: a declared redundant pair
 * @param groups KNX group addresses, as the exports that the file names say
 * @param files the other files that the file names, all of them read
 */
public record Site(String id, String name, List<Zone> zones, List<Conduit> conduits, List<Device> devices, List<Writer> writers,
    List<Party> supervisors, Servers servers, Calendar calendar, List<Maintenance> maintenance, List<Integer> vlansExpected,
    List<Register> registers, List<Set<Long>> redundant, List<GroupAddresses.Group> groups, List<Path> files) {

  /** A site of which nothing is said: everything is learned. */
  public static final Site EMPTY = new Site("", "", List.of(), List.of(), List.of(), List.of(), List.of(), Servers.NONE,
      new Calendar(ZoneOffset.UTC, Map.of(), Set.of()), List.of(), List.of(), List.of(), List.of());

  /** A site that names no other files. */
  public Site(String id, String name, List<Zone> zones, List<Conduit> conduits, List<Device> devices, List<Writer> writers,
      List<Party> supervisors, Servers servers, Calendar calendar, List<Maintenance> maintenance, List<Integer> vlansExpected,
      List<Register> registers, List<Set<Long>> redundant) {
    this(id, name, zones, conduits, devices, writers, supervisors, servers, calendar, maintenance, vlansExpected, registers, redundant, List.of(),
        List.of());
  }

  /** What the site says of values that packets carry without type or unit. */
  public Meanings meanings() {
    List<RegisterMap.Entry> entries = new ArrayList<>();
    for (Register r : registers) {
      Cidr ip = r.device().match().ip();
      if (ip != null) {
        entries.add(new RegisterMap.Entry(ip.high(), ip.low(), r.unit(), r.register()));
      }
    }
    return new Meanings(GroupAddresses.of(groups), RegisterMap.of(entries));
  }

  /** The zone with this id, or null. */
  public @Nullable Zone zone(@Nullable String zoneId) {
    for (Zone z : zones) {
      if (z.id().equals(zoneId)) {
        return z;
      }
    }
    return null;
  }

  /**
   * The zone an address lies in: the one with the longest address range that holds it; else the one that names its VLAN; else null.
   * Between equal ranges the one that also names the VLAN wins, then the first of the file.
   */
  public @Nullable Zone zoneOf(Endpoint e) {
    return zoneOf(e, -1);
  }

  /** The zone whose address range holds the address, whatever VLAN it was seen on, or null. */
  public @Nullable Zone zoneByRange(Endpoint e) {
    return zoneOf(e, 0);
  }

  /** The zone with the greatest rank above this one: 0 is the VLAN alone, more a range. */
  private @Nullable Zone zoneOf(Endpoint e, int above) {
    Zone best = null;
    int rank = above;
    for (Zone z : zones) {
      boolean tagged = e.seenVlan() != Endpoint.NO_VLAN && z.vlan().contains(e.seenVlan());
      int r = tagged ? 0 : -1;
      for (Cidr c : z.cidr()) {
        if (c.contains(e)) {
          r = Math.max(r, 2 * (c.prefix() + 1) + (tagged ? 1 : 0));
        }
      }
      if (r > rank) {
        rank = r;
        best = z;
      }
    }
    return best;
  }

  /**
   * The zone of an address whose device may be known: where a person placed the device, then what the site file states of it, then the
   * address range, for a router has a foot in several zones; then the zone of the device; then the VLAN, which says little of a packet that was routed.
   */
  public @Nullable Zone zoneOf(Endpoint e, @Nullable Identified known) {
    if (known == null) {
      return zoneOf(e);
    }
    Zone placed = known.placed();
    if (placed != null) {
      return placed;
    }
    Device device = known.device();
    Zone stated = device == null ? null : zone(device.zone());
    Zone ranged = stated == null ? zoneByRange(e) : stated;
    Zone z = ranged == null ? known.zone() : ranged;
    return z != null ? z : zoneOf(e);
  }

  /** The first device of the file that this address with these identity keys is, or null. */
  public @Nullable Device deviceOf(Endpoint e, Collection<String> keys) {
    for (Device d : devices) {
      if (d.match().matches(e, keys)) {
        return d;
      }
    }
    return null;
  }

  /** The device with this name, or null. */
  public @Nullable Device device(String deviceName) {
    for (Device d : devices) {
      if (d.name().equals(deviceName)) {
        return d;
      }
    }
    return null;
  }

  /** Whether the site names it a supervisor. */
  public boolean supervisor(Endpoint e, @Nullable Identified known) {
    return Writer.any(supervisors, e, known);
  }

  /** Whether the site names it a gateway. */
  public boolean gateway(Endpoint e, @Nullable Identified known) {
    return Writer.any(servers.gateways(), e, known);
  }

  /** Whether one of the parties is meant: for the lists of {@link #servers()}. */
  public static boolean among(List<Party> parties, Endpoint e, @Nullable Identified known) {
    return Writer.any(parties, e, known);
  }

  /** Whether the site says anything about what may pass between zones. */
  public boolean hasConduits() {
    return !conduits.isEmpty();
  }

  /** The intervention that covers this, or null. */
  public @Nullable Maintenance maintenance(
      long at, Endpoint e, @Nullable Identified known, Endpoint target, @Nullable Identified targetKnown) {
    for (Maintenance m : maintenance) {
      if (m.covers(at, e, known, target, targetKnown)) {
        return m;
      }
    }
    return null;
  }

  /** Whether the site declares these two MAC addresses a redundant pair. */
  public boolean redundant(long mac, long other) {
    for (Set<Long> pair : redundant) {
      if (pair.contains(mac) && pair.contains(other)) {
        return true;
      }
    }
    return false;
  }
}
