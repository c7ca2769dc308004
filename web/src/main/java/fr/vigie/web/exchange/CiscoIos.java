package fr.vigie.web.exchange;

import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Conduit;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conduits as extended access lists of Cisco IOS, one for each zone, to be applied inbound on the interface of the zone ({@code ip
 * access-group NAME in}, {@code ipv6 traffic-filter NAME in}). The lists keep no state: what a zone may ask is let out by its server port, and the
 * answers of its servers by theirs, TCP ones only where they are established. Ranges are written as address and wildcard; the same conduits
 * give the same lines in the same order.
 */
final class CiscoIos extends Filter {
  private static final List<String> DAYS = List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final int LONGEST_REMARK = 100;

  CiscoIos(Site site, About about) {
    super(site, about);
  }

  @Override
  String mark() {
    return "!";
  }

  @Override
  String text() {
    head();
    for (Conduit c : site.conduits()) {
      Hours hours = c.hours();
      if (hours != null) {
        range(c, hours);
      }
    }
    for (Zone zone : site.zones()) {
      if (zone.cidr().isEmpty()) {
        comment("zone " + zone.id() + " is known by its VLANs alone: give it address ranges in the site file, or filter it at the switch");
      }
      for (int family : new int[] {4, 6}) {
        if (!ranges(zone, family).isEmpty()) {
          list(zone, family);
        }
      }
    }
    line("end");
    return out.toString();
  }

  private void range(Conduit c, Hours hours) {
    line("!");
    line("time-range " + rangeName(c));
    for (Hours.Span s : hours.spans()) {
      for (int d = 0; d < 7; d++) {
        if ((s.days() >>> d & 1) == 1) {
          boolean overnight = s.to() <= s.from();
          line(" periodic " + DAYS.get(d) + " " + clock(s.from()) + " to " + (overnight && s.to() > 0 ? DAYS.get((d + 1) % 7) + " " + clock(s.to())
              : overnight ? "23:59" : clock(s.to())));
        }
      }
    }
    if (hours.spans().stream().anyMatch(s -> (s.days() & 0x80) != 0)) {
      comment("public holidays cannot be told by a time range");
    }
  }

  private static String rangeName(Conduit c) {
    return "VIGIE-LINE-" + c.line();
  }

  private static String clock(int minute) {
    return minute == 24 * 60 ? "23:59" : String.format(Locale.ROOT, "%d:%02d", minute / 60, minute % 60);
  }

  private void list(Zone zone, int family) {
    String name = "VIGIE-" + zone.id().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_-]", "_") + "-IN" + (family == 4 ? "" : "-V6");
    line("!");
    line(family == 4 ? "ip access-list extended " + name : "ipv6 access-list " + name);
    remark(zone.name());
    Set<String> rules = new LinkedHashSet<>();
    for (Conduit c : site.conduits()) {
      Zone from = end(c.from());
      Zone to = end(c.to());
      boolean asks = from == null || from.id().equals(zone.id());
      boolean answers = to == null || to.id().equals(zone.id());
      if ((asks || answers) && !(c.from().equals(c.to()) && from != null)) {
        Set<String> lines = new LinkedHashSet<>();
        if (asks) {
          permits(lines, c, zone, to, family, true);
        }
        if (answers) {
          permits(lines, c, zone, from, family, false);
        }
        lines.removeAll(rules);
        if (!lines.isEmpty()) {
          remark(title(c));
          portless(c).forEach(p -> remark(p + " has no port of its own here: give it a line by hand"));
          lines.forEach(this::line);
          rules.addAll(lines);
        }
      }
    }
    line(family == 4 ? " deny ip any any log" : " deny ipv6 any any log");
  }

  private void remark(String text) {
    String plain = plain(text);
    line(" remark " + (plain.length() > LONGEST_REMARK ? plain.substring(0, LONGEST_REMARK) : plain));
  }

  private void permits(Set<String> lines, Conduit c, Zone zone, @Nullable Zone peer, int family, boolean asks) {
    String time = c.hours() == null ? "" : " time-range " + rangeName(c);
    for (String own : addresses(zone, family)) {
      for (String other : addresses(peer, family)) {
        if (c.protocols().isEmpty()) {
          lines.add(" permit " + (family == 4 ? "ip " : "ipv6 ") + own + " " + other + time);
        }
        for (String protocol : c.protocols().stream().sorted().toList()) {
          for (Ports.Service s : Ports.of(protocol)) {
            service(lines, s, own, other, asks, time);
          }
        }
      }
    }
  }

  private static void service(Set<String> lines, Ports.Service s, String own, String other, boolean asks, String time) {
    if (s.ports().isEmpty()) {
      lines.add(" permit icmp " + own + " " + other + time);
    }
    for (int port : s.ports()) {
      lines.add(asks ? " permit " + s.transport() + " " + own + " " + other + " eq " + port + time
          : " permit " + s.transport() + " " + own + " eq " + port + " " + other + (s.transport().equals("tcp") ? " established" : "") + time);
    }
  }

  /** A zone's ranges as IOS writes them, or {@code any} for everything; empty where the zone has none of this family. */
  private List<String> addresses(@Nullable Zone zone, int family) {
    if (zone == null) {
      return List.of("any");
    }
    List<String> all = new ArrayList<>();
    for (Cidr c : ranges(zone, family)) {
      String ip = Endpoint.ipText(family, c.high(), c.low());
      if (c.prefix() == 0) {
        all.add("any");
      } else if (c.single()) {
        all.add("host " + ip);
      } else if (family == 6) {
        all.add(ip + "/" + c.prefix());
      } else {
        all.add(ip + " " + Endpoint.ipText(4, 0, 0xFFFFFFFFL >>> c.prefix()));
      }
    }
    return all;
  }
}
