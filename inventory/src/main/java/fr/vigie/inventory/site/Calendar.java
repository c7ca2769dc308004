package fr.vigie.inventory.site;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * The calendar of the site.
 *
 * @param tz time zone in which hours are meant
 * @param hours named hours
 * @param holidays public holidays: on them only hours that name {@code hol} count
 */
public record Calendar(ZoneId tz, Map<String, Hours> hours, Set<LocalDate> holidays) {}
