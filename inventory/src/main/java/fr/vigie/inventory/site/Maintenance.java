package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An announced intervention.
 *
 * @param from start, ns UTC
 * @param to end, exclusive, ns UTC
 * @param who who works
 * @param whom on what
 * @param line line of the site file, from 1
 */
public record Maintenance(long from, long to, List<Party> who, List<Party> whom, int line) {
  /** Whether the intervention covers what {@code who} does to {@code whom} at this time. */
  public boolean covers(long at, Endpoint e, @Nullable Identified known, Endpoint target, @Nullable Identified targetKnown) {
    return at >= from && at < to && Writer.any(who, e, known) && Writer.any(whom, target, targetKnown);
  }
}
