package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An announced intervention.
 *
 * @param from start, ns UTC
 * @param to end, exclusive, ns UTC
 * @param who with which devices
 * @param whom on what
 * @param contractor whose intervention it is, or the empty text
 * @param comment what for, or the empty text
 * @param line line of the file it stands in, from 1; 0 where it was announced in the console
 */
public record Maintenance(long from, long to, List<Party> who, List<Party> whom, String contractor, String comment, int line) {
  /** An intervention of which no more is said. */
  public Maintenance(long from, long to, List<Party> who, List<Party> whom, int line) {
    this(from, to, who, whom, "", "", line);
  }

  /**
   * A moment as people write it: {@code 2026-11-24T22:00} is time of the site, {@code 2026-11-24T21:00:00Z} and {@code …+01:00} say their own.
   *
   * @return ns UTC
   * @throws DateTimeException where the text is no time
   * @throws ArithmeticException where it lies centuries away
   */
  public static long time(String written, ZoneId tz) {
    String text = written.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) ", "$1T");
    Instant t = text.matches(".*(Z|[+-]\\d\\d:\\d\\d)$") && text.indexOf('T') > 0
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(tz).toInstant();
    return Math.addExact(Math.multiplyExact(t.getEpochSecond(), 1_000_000_000L), t.getNano());
  }

  /** Whether the intervention covers what {@code who} does to {@code whom} at this time. */
  public boolean covers(long at, Endpoint e, @Nullable Identified known, Endpoint target, @Nullable Identified targetKnown) {
    return at >= from && at < to && Writer.any(who, e, known) && Writer.any(whom, target, targetKnown);
  }
}
