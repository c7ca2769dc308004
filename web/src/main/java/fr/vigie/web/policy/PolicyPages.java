package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.inventory.terms.MatrixLine;
import fr.vigie.inventory.terms.Terms;
import fr.vigie.inventory.terms.Works;
import fr.vigie.inventory.terms.Writers;
import java.time.Instant;
import java.time.LocalDate;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is laid down for a site, as the console shows it. */
final class PolicyPages {
  /** Zones of the grid; beyond it the table alone is shown. */
  private static final int MOST_ZONES = 60;

  private PolicyPages() {}

  static void zones(ArrayNode into, Site site) {
    site.zones().forEach(z -> into.addObject().put("id", z.id()).put("name", z.name()).put("kind", z.kind()).put("care", z.care()));
  }

  /** The lines, and for each pair of zones the places of the lines that speak of it. */
  static void matrix(ObjectNode into, Terms terms, Site site) {
    ArrayNode lines = into.putArray("lines");
    for (MatrixLine l : terms.matrix().lines()) {
      Hours hours = l.hours();
      ObjectNode line = lines.addObject().put("line", l.line()).put("from", l.from()).put("to", l.to());
      ArrayNode protocols = line.putArray("protocols");
      new TreeSet<>(l.protocols()).forEach(protocols::add);
      line.put("operations", l.verbs().isEmpty() ? "" : verbs(l)).put("hours", hours == null ? "" : hours.text())
          .put("verdict", l.verdict().wireName()).put("comment", l.comment());
    }
    ArrayNode cells = into.putArray("cells");
    List<Zone> zones = site.zones().size() > MOST_ZONES || terms.matrix().isEmpty() ? List.of() : site.zones();
    for (Zone from : zones) {
      for (Zone to : zones) {
        if (!from.id().equals(to.id())) {
          ArrayNode of = cells.addObject().put("from", from.id()).put("to", to.id()).putArray("lines");
          for (int i = 0; i < terms.matrix().lines().size(); i++) {
            if (terms.matrix().lines().get(i).joins(from.id(), to.id())) {
              of.add(i);
            }
          }
        }
      }
    }
  }

  private static String verbs(MatrixLine l) {
    return String.join(", ", new TreeSet<>(l.verbs().stream().map(v -> v.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')).toList()));
  }

  static void writers(ObjectNode into, Terms terms) {
    ArrayNode lines = into.putArray("lines");
    List<List<String>> rows = Writers.table(terms.writers(), false);
    for (List<String> row : rows.subList(1, rows.size())) {
      lines.addObject().put("who", row.get(0)).put("devices", row.get(1)).put("points", row.get(2)).put("operations", row.get(3)).put("priority", row.get(4)).put("comment", row.get(5));
    }
  }

  static void works(ObjectNode into, Terms terms, long now) {
    ArrayNode lines = into.putArray("lines");
    List<List<String>> rows = Works.table(terms.works(), terms.calendar(), false);
    for (int i = 0; i < terms.works().size(); i++) {
      Maintenance m = terms.works().get(i);
      List<String> row = rows.get(i + 1);
      lines.addObject().put("place", i).put("from", Json.time(m.from())).put("to", Json.time(m.to())).put("contractor", m.contractor()).put("devices", row.get(3))
          .put("assets", row.get(4)).put("comment", m.comment()).put("state", now < m.from() ? "announced" : now < m.to() ? "open" : "over");
    }
  }

  static void calendar(ObjectNode into, Terms terms, long now) {
    Calendar c = terms.calendar();
    Instant moment = Instant.ofEpochSecond(Math.floorDiv(now, 1_000_000_000L));
    LocalDate today = moment.atZone(c.tz()).toLocalDate();
    into.put("tz", c.tz().getId()).put("publicHolidays", c.publicHolidays().wireName()).put("today", today.toString()).put("holiday", c.holiday(today)).put("year", today.getYear());
    ArrayNode hours = into.putArray("hours");
    new TreeMap<>(c.hours()).forEach((name, h) -> hours.addObject().put("name", name).put("text", h.text()).put("open", h.contain(now, c)));
    ArrayNode holidays = into.putArray("holidays");
    TreeMap<LocalDate, String[]> days = new TreeMap<>();
    for (int year = today.getYear(); year <= today.getYear() + 1; year++) {
      c.publicHolidays().of(year).forEach(h -> days.put(h.date(), new String[] {h.fr(), h.en()}));
    }
    c.holidays().stream().filter(d -> d.getYear() >= today.getYear() && d.getYear() <= today.getYear() + 1).forEach(d -> days.putIfAbsent(d, new String[] {"jour du site", "day of the site"}));
    days.forEach((day, names) -> holidays.addObject().put("day", day.toString()).put("fr", names[0]).put("en", names[1]));
    ArrayNode changes = into.putArray("clockChanges");
    Instant from = moment;
    for (int i = 0; i < 2; i++) {
      ZoneOffsetTransition t = c.tz().getRules().nextTransition(from);
      if (t == null) {
        return;
      }
      changes.addObject().put("at", t.getInstant().toString()).put("minutes", t.getDuration().toMinutes());
      from = t.getInstant();
    }
  }
}
