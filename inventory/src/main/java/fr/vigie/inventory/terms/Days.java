package fr.vigie.inventory.terms;

import fr.vigie.inventory.site.Calendar;
import fr.vigie.inventory.site.Hours;
import fr.vigie.inventory.site.PublicHolidays;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The table of the site's calendar. Each row says one thing: {@code time-zone}, {@code public-holidays} ({@code none}, {@code france},
 * {@code alsace-moselle}), {@code hours} of a name, or a {@code holiday} of the site alone.
 */
public final class Days {
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("what", List.of("what", "quoi"));
    HEADINGS.put("name", List.of("name", "nom"));
    HEADINGS.put("value", List.of("value", "valeur"));
  }

  private Days() {}

  /**
   * Reads a table.
   *
   * @param otherwise whose time zone counts where the table names none
   * @param faults takes what is wrong; the answer is then not to be used
   */
  public static Calendar read(Sheet sheet, Calendar otherwise, List<Fault> faults) {
    Reading r = Reading.of(sheet, HEADINGS, List.of("what", "value"), faults);
    ZoneId tz = otherwise.tz();
    Map<String, Hours> hours = new TreeMap<>();
    Set<LocalDate> holidays = new TreeSet<>();
    PublicHolidays law = PublicHolidays.NONE;
    boolean zoned = false;
    boolean lawful = false;
    for (Sheet.Row row : r.sound() ? r.rows() : List.<Sheet.Row>of()) {
      String value = r.cell(row, "value");
      switch (r.cell(row, "what").toLowerCase(Locale.ROOT)) {
        case "time-zone", "fuseau" -> {
          if (zoned) {
            r.refuse(row, "what", "le fuseau horaire est donné deux fois", "the time zone is given twice");
          }
          zoned = true;
          try {
            tz = ZoneId.of(value);
          } catch (DateTimeException e) {
            r.refuse(row, "value", "« " + Reading.shown(value) + " » n’est pas un fuseau horaire ; écrivez par exemple Europe/Paris", "\"" + Reading.shown(value)
                + "\" is no time zone; write for example Europe/Paris");
          }
        }
        case "public-holidays", "jours-fériés" -> {
          PublicHolidays named = PublicHolidays.of(value);
          if (named == null || lawful) {
            r.refuse(row, lawful ? "what" : "value", lawful ? "les jours fériés sont donnés deux fois" : "écrivez none, france ou alsace-moselle",
                lawful ? "public holidays are given twice" : "write none, france or alsace-moselle");
          } else {
            law = named;
          }
          lawful = true;
        }
        case "hours", "horaires" -> {
          String name = r.cell(row, "name");
          Hours read = Hours.parse(value);
          if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            r.refuse(row, "name", "donnez un nom : lettres, chiffres, « - », « _ » et « . »", "give a name: letters, digits, \"-\", \"_\" and \".\"");
          } else if (read == null) {
            r.refuse(row, "value", "« " + Reading.shown(value) + " » n’est pas un horaire ; écrivez par exemple lun-ven 07:00-19:00, sam 08:00-12:00", "\"" + Reading.shown(value)
                + "\" are no hours; write for example mon-fri 07:00-19:00, sat 08:00-12:00");
          } else if (hours.put(name, read) != null) {
            r.refuse(row, "name", "l’horaire « " + name + " » est donné deux fois", "the hours \"" + name + "\" are given twice");
          }
        }
        case "holiday", "férié" -> {
          try {
            if (!holidays.add(LocalDate.parse(value))) {
              r.refuse(row, "value", "ce jour est donné deux fois", "this day is given twice");
            }
          } catch (DateTimeParseException e) {
            r.refuse(row, "value", "« " + Reading.shown(value) + " » n’est pas un jour ; écrivez par exemple 2026-12-24", "\"" + Reading.shown(value)
                + "\" is no day; write for example 2026-12-24");
          }
        }
        default -> r.refuse(row, "what", "écrivez fuseau, jours-fériés, horaires ou férié", "write time-zone, public-holidays, hours or holiday");
      }
    }
    return new Calendar(tz, Map.copyOf(hours), Set.copyOf(holidays), law);
  }

  /** The calendar as a table, heading first, as {@link #read} takes it. */
  public static List<List<String>> table(Calendar calendar, boolean french) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS.values().stream().map(w -> w.get(french ? 1 : 0)).toList());
    rows.add(List.of(french ? "fuseau" : "time-zone", "", calendar.tz().getId()));
    rows.add(List.of(french ? "jours-fériés" : "public-holidays", "", calendar.publicHolidays().wireName()));
    new TreeMap<>(calendar.hours()).forEach((name, hours) -> rows.add(List.of(french ? "horaires" : "hours", name, hours.text())));
    new TreeSet<>(calendar.holidays()).forEach(day -> rows.add(List.of(french ? "férié" : "holiday", "", day.toString())));
    return rows;
  }
}
