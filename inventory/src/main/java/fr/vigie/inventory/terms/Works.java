package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Maintenance;
import fr.vigie.inventory.site.Party;
import fr.vigie.inventory.site.Site;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The table of announced interventions: who works, for which contractor, with which device, on what, from when to when. */
public final class Works {
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();
  /** Day 0 of dates in spreadsheets. */
  private static final LocalDate DAY_ZERO = LocalDate.of(1899, 12, 30);
  /** Longest intervention: what lasts longer is how the site works, and belongs to the writers and the matrix. */
  private static final long LONGEST_NS = 92L * 24 * 3600 * 1_000_000_000L;

  static {
    HEADINGS.put("from", List.of("from", "début", "start", "de"));
    HEADINGS.put("to", List.of("to", "fin", "end", "à"));
    HEADINGS.put("contractor", List.of("contractor", "prestataire"));
    HEADINGS.put("who", List.of("devices", "postes", "who", "qui"));
    HEADINGS.put("whom", List.of("assets", "équipements", "whom", "cible"));
    HEADINGS.put("comment", List.of("comment", "commentaire", "remarque"));
  }

  private Works() {}

  /**
   * Reads a table.
   *
   * @param calendar whose time zone is that of times without one
   * @param faults takes what is wrong; the answer is then not to be used
   */
  public static List<Maintenance> read(Sheet sheet, Site site, Calendar calendar, List<Fault> faults) {
    Reading r = Reading.of(sheet, HEADINGS, List.of("from", "to", "contractor", "who", "whom"), faults);
    if (!r.sound()) {
      return List.of();
    }
    List<Maintenance> all = new ArrayList<>();
    for (Sheet.Row row : r.rows()) {
      OptionalLong from = time(r, row, "from", calendar.tz());
      OptionalLong to = time(r, row, "to", calendar.tz());
      String contractor = r.cell(row, "contractor");
      if (contractor.isEmpty()) {
        r.refuse(row, "contractor", "dites de quel prestataire il s’agit", "say which contractor works");
      }
      List<Party> who = r.parties(row, "who", site);
      List<Party> whom = r.parties(row, "whom", site);
      for (Party party : who) {
        if (party instanceof Party.Anyone) {
          r.refuse(row, "who", "une intervention est faite par quelqu’un : nommez le poste", "an intervention is somebody's: name the device");
        }
      }
      if (from.isPresent() && to.isPresent()) {
        long length = to.getAsLong() - from.getAsLong();
        if (length <= 0) {
          r.refuse(row, "to", "la fin n’est pas après le début", "the end is not after the start");
        } else if (length > LONGEST_NS) {
          r.refuse(row, "to", "plus de 92 jours : ce n’est plus une intervention", "more than 92 days: that is no intervention any more");
        }
        all.add(new Maintenance(from.getAsLong(), to.getAsLong(), who, whom, contractor, r.cell(row, "comment"), row.line()));
      }
    }
    return List.copyOf(all);
  }

  private static OptionalLong time(Reading r, Sheet.Row row, String field, ZoneId tz) {
    String text = r.cell(row, field);
    try {
      if (text.matches("[2-7]\\d{4}([.,]\\d{1,12})?")) { // a date of a spreadsheet: days, to the minute
        double days = Double.parseDouble(text.replace(',', '.'));
        LocalDateTime local = DAY_ZERO.atStartOfDay().plusMinutes(Math.round(days * 24 * 60));
        return OptionalLong.of(local.atZone(tz).toInstant().getEpochSecond() * 1_000_000_000L);
      }
      return OptionalLong.of(Maintenance.time(text, tz));
    } catch (DateTimeException | ArithmeticException e) {
      r.refuse(row, field, text.isEmpty() ? "une date manque ici" : "« " + Reading.shown(text) + " » n’est pas une date ; écrivez 2026-11-24 22:00 (heure du site) ou 2026-11-24T21:00:00Z",
          text.isEmpty() ? "a time is missing here" : "\"" + Reading.shown(text) + "\" is no time; write 2026-11-24 22:00 (time of the site) or 2026-11-24T21:00:00Z");
      return OptionalLong.empty();
    }
  }

  /** The interventions as a table, heading first, as {@link #read} takes it; times with their distance from UTC, so that none means two moments. */
  public static List<List<String>> table(List<Maintenance> works, Calendar calendar, boolean french) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS.values().stream().map(w -> w.get(french ? 1 : 0)).toList());
    for (Maintenance m : works) {
      rows.add(List.of(text(m.from(), calendar.tz()), text(m.to(), calendar.tz()), m.contractor().isEmpty() ? "–" : m.contractor(), Writers.parties(m.who()),
          Writers.parties(m.whom()), m.comment()));
    }
    return rows;
  }

  private static String text(long ns, ZoneId tz) {
    Instant t = Instant.ofEpochSecond(Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L));
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(t.atZone(tz).truncatedTo(ChronoUnit.SECONDS));
  }
}
