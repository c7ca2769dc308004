package fr.vigie.inventory.site;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * The calendar of the site.
 *
 * @param tz time zone in which hours are meant; where clocks are put forward an hour is missing, where they are put back one comes twice
 * @param hours named hours
 * @param holidays public holidays of the site alone: on a holiday only hours that name {@code hol} count
 * @param publicHolidays those that follow from the law
 */
public record Calendar(ZoneId tz, Map<String, Hours> hours, Set<LocalDate> holidays, PublicHolidays publicHolidays) {
  /** A calendar of which only the days named are holidays. */
  public Calendar(ZoneId tz, Map<String, Hours> hours, Set<LocalDate> holidays) {
    this(tz, hours, holidays, PublicHolidays.NONE);
  }

  /** Whether the day is a public holiday. */
  public boolean holiday(LocalDate day) {
    return holidays.contains(day) || publicHolidays.contain(day);
  }
}
