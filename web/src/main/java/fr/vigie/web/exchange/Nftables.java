package fr.vigie.web.exchange;

import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Conduit;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The conduits as a table of nftables for a router between the zones: a set of addresses for each zone and family, a chain at {@code forward} that
 * lets answers and conduits pass and drops the rest. {@code nft -c -f} checks it.
 */
final class Nftables extends Filter {
  private static final List<String> DAYS = List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private final Map<String, String> names = new HashMap<>();

  Nftables(Site site, About about) {
    super(site, about);
    Set<String> taken = new HashSet<>();
    for (Zone zone : site.zones()) {
      String base = "z_" + zone.id().replaceAll("[^A-Za-z0-9_]", "_");
      String name = base;
      for (int n = 2; !taken.add(name); n++) {
        name = base + "_" + n;
      }
      names.put(zone.id(), name);
    }
  }

  @Override
  String mark() {
    return "#";
  }

  @Override
  String text() {
    line("#!/usr/sbin/nft -f");
    head();
    line("");
    line("table inet vigie_conduits");
    line("delete table inet vigie_conduits");
    line("table inet vigie_conduits {");
    for (Zone zone : site.zones()) {
      set(zone, 4);
      set(zone, 6);
      if (zone.cidr().isEmpty()) {
        comment("zone " + zone.id() + " is known by its VLANs alone: give it address ranges in the site file, or filter it at the switch");
      }
    }
    line("  chain conduits {");
    line("    type filter hook forward priority filter; policy drop;");
    line("    ct state established,related accept");
    line("    ct state invalid drop");
    for (Conduit c : site.conduits()) {
      conduit(c);
    }
    line("    limit rate 10/minute log prefix \"vigie conduits: \"");
    line("  }");
    line("}");
    return out.toString();
  }

  private void set(Zone zone, int family) {
    List<Cidr> ranges = ranges(zone, family);
    if (!ranges.isEmpty()) {
      line("  # " + plain(zone.name()));
      line("  set " + names.get(zone.id()) + "_" + family + " {");
      line("    type ipv" + family + "_addr; flags interval; auto-merge;");
      line("    elements = { " + ranges.stream().map(Cidr::text).collect(Collectors.joining(", ")) + " }");
      line("  }");
    }
  }

  private void conduit(Conduit c) {
    line("");
    line("    # " + plain(title(c)));
    for (String protocol : portless(c)) {
      line("    # " + protocol + " has no port of its own here: give it a rule by hand");
    }
    if (c.hours() != null) {
      line("    # hours are those of this machine's clock: set it to " + site.calendar().tz() + (holiday(c.hours()) ? "; public holidays cannot be told" : ""));
    }
    List<String> what = services(c);
    List<String> when = c.hours() == null ? List.of("") : times(c.hours());
    for (int family : new int[] {4, 6}) {
      String ends = ends(c, family);
      if (ends != null && !(family == 6 && ends.isEmpty())) {
        for (String service : what) {
          for (String time : when) {
            line("    " + ends + service + time + "counter accept comment \"line " + c.line() + "\"");
          }
        }
      }
    }
  }

  /** The addresses of both ends; null where there are none of this family. */
  private @Nullable String ends(Conduit c, int family) {
    StringBuilder s = new StringBuilder();
    String ip = family == 4 ? "ip" : "ip6";
    for (boolean source : new boolean[] {true, false}) {
      Zone zone = end(source ? c.from() : c.to());
      if (zone != null) {
        if (ranges(zone, family).isEmpty()) {
          return null;
        }
        s.append(ip).append(source ? " saddr @" : " daddr @").append(names.get(zone.id())).append('_').append(family).append(' ');
      }
    }
    return s.toString();
  }

  private static List<String> services(Conduit c) {
    if (c.protocols().isEmpty()) {
      return List.of("");
    }
    Map<String, Set<Integer>> ports = new TreeMap<>();
    for (String protocol : c.protocols()) {
      for (Ports.Service s : Ports.of(protocol)) {
        ports.computeIfAbsent(s.transport(), t -> new TreeSet<>()).addAll(s.ports());
      }
    }
    List<String> rules = new ArrayList<>();
    ports.forEach((transport, numbers) -> rules.add(transport.equals("icmp") ? "meta l4proto { icmp, ipv6-icmp } "
        : transport + " dport { " + numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " } "));
    return rules;
  }

  private static boolean holiday(Hours hours) {
    return hours.spans().stream().anyMatch(s -> (s.days() & 0x80) != 0);
  }

  /** One text for each span; one that runs past midnight is two. */
  private static List<String> times(Hours hours) {
    List<String> times = new ArrayList<>();
    for (Hours.Span s : hours.spans()) {
      int days = s.days() & 0x7F;
      if (days != 0) {
        boolean overnight = s.to() <= s.from();
        time(times, days, s.from(), overnight ? 24 * 60 : s.to());
        if (overnight && s.to() > 0) {
          time(times, (days << 1 | days >>> 6) & 0x7F, 0, s.to());
        }
      }
    }
    return times;
  }

  private static void time(List<String> times, int days, int from, int to) {
    List<String> named = new ArrayList<>();
    for (int d = 0; d < 7; d++) {
      if ((days >>> d & 1) == 1) {
        named.add('"' + DAYS.get(d) + '"');
      }
    }
    String day = days == 0x7F ? "" : "meta day { " + String.join(", ", named) + " } ";
    String hour = from == 0 && to == 24 * 60 ? "" : "meta hour \"" + clock(from) + "\"-\"" + (to == 24 * 60 ? "23:59:59" : clock(to)) + "\" ";
    times.add(day + hour);
  }

  private static String clock(int minute) {
    return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
  }
}
