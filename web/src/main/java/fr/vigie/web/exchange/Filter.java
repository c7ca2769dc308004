package fr.vigie.web.exchange;

import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Conduit;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What proposals for filters have in common: the conduits of the site file, and what of them addresses and ports can say at all. */
abstract class Filter {
  final Site site;
  final About about;
  final StringBuilder out = new StringBuilder();

  Filter(Site site, About about) {
    this.site = site;
    this.about = about;
  }

  abstract String text();

  /** Begins a comment of the format. */
  abstract String mark();

  void line(String text) {
    out.append(text).append('\n');
  }

  void comment(String text) {
    line(mark() + " " + plain(text));
  }

  /** What people wrote in the site file, on one line and without anything that a filter's reader could take for its own. */
  static String plain(String text) {
    return text.codePoints().map(c -> c < 0x20 || c == 0x7F || c == '"' || c == '\\' ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }

  void head() {
    comment("Proposed by Vigie " + about.version() + " from the conduits of the site file of " + (site.name().isEmpty() ? "this site" : site.name())
        + (about.at().isEmpty() ? "" : ", " + about.second()) + ".");
    comment("Read it before you load it: it lets pass what the conduits say and drops everything else between zones.");
    comment("A filter of addresses and ports cannot tell reading from writing: where a conduit names verbs, the filter is wider than the conduit.");
  }

  /** The addresses of a zone of one family: its ranges without what longer ranges of other zones take out of them, as zones are told apart everywhere. */
  List<Cidr> ranges(Zone zone, int family) {
    List<Cidr> holes = new ArrayList<>();
    for (Zone other : site.zones()) {
      if (!other.id().equals(zone.id())) {
        holes.addAll(other.cidr());
      }
    }
    List<Cidr> left = new ArrayList<>();
    for (Cidr range : zone.cidr()) {
      if (range.family() == family) {
        without(range, holes.stream().filter(h -> h.prefix() > range.prefix() && range.contains(h)).toList(), left);
      }
    }
    return left;
  }

  private static void without(Cidr range, List<Cidr> holes, List<Cidr> left) {
    if (holes.isEmpty()) {
      left.add(range);
      return;
    }
    for (Cidr hole : holes) {
      if (hole.contains(range)) {
        return;
      }
    }
    int next = range.prefix() + 1;
    long bit = 1L << (range.family() == 4 ? 32 - next : (128 - next) % 64);
    boolean upper = range.family() == 6 && next <= 64;
    Cidr low = new Cidr(range.family(), range.high(), range.low(), next);
    Cidr high = new Cidr(range.family(), upper ? range.high() | bit : range.high(), upper ? range.low() : range.low() | bit, next);
    for (Cidr half : List.of(low, high)) {
      without(half, holes.stream().filter(half::contains).toList(), left);
    }
  }

  /** The zone that an end of a conduit names, or null for all of them. */
  @Nullable Zone end(String name) {
    return name.equals("*") ? null : site.zone(name);
  }

  String title(Conduit c) {
    StringBuilder s = new StringBuilder("line ").append(c.line()).append(": ").append(c.from()).append(" -> ").append(c.to());
    s.append(c.protocols().isEmpty() ? ", every protocol" : ", " + String.join(" ", new TreeSet<>(c.protocols())));
    if (!c.verbs().isEmpty()) {
      s.append("; only ").append(c.verbs().stream().map(v -> v.name().toLowerCase(Locale.ROOT).replace('_', '-')).sorted().collect(Collectors.joining(" ")));
    }
    if (c.hours() != null) {
      s.append("; hours ").append(c.hours().text()).append(" (").append(site.calendar().tz()).append(")");
    }
    return s.toString();
  }

  /** Protocols of a conduit that have no port of their own. */
  static List<String> portless(Conduit c) {
    return c.protocols().stream().filter(p -> Ports.of(p).isEmpty()).sorted().toList();
  }
}
