package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may change what: one line of the writer matrix.
 *
 * @param who the writers
 * @param whom the devices written to
 * @param points patterns of points; empty means every point
 * @param verbs what may be done; empty means every verb that changes something
 * @param priority the strongest BACnet priority allowed, 1..16: a write at a lower number is outside this line; 1 allows all
 * @param comment why, or the empty text
 * @param line line of the file it stands in, from 1
 */
public record Writer(List<Party> who, List<Party> whom, List<PointPattern> points, Set<Verb> verbs, int priority, String comment, int line) {
  /** A line without a comment. */
  public Writer(List<Party> who, List<Party> whom, List<PointPattern> points, Set<Verb> verbs, int priority, int line) {
    this(who, whom, points, verbs, priority, "", line);
  }

  /** Whether this line speaks of the writer. */
  public boolean by(Endpoint e, @Nullable Identified known) {
    return any(who, e, known);
  }

  /** Whether this line speaks of the device written to. */
  public boolean to(Endpoint e, @Nullable Identified known) {
    return any(whom, e, known);
  }

  /** Whether this line speaks of the point; a whole device (null) only where every point is meant. */
  public boolean covers(@Nullable Point point) {
    if (points.isEmpty()) {
      return true;
    }
    return point != null && points.stream().anyMatch(p -> p.matches(point));
  }

  /**
   * Whether this may be done.
   *
   * @param level BACnet priority 1..16, or 0 where there is none
   */
  public boolean permits(Verb verb, int level) {
    return (verbs.isEmpty() || verbs.contains(verb)) && (level == 0 || level >= priority);
  }

  static boolean any(List<Party> parties, Endpoint e, @Nullable Identified known) {
    for (Party p : parties) {
      if (p.matches(e, known)) {
        return true;
      }
    }
    return false;
  }
}
