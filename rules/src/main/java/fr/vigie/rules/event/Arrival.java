package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Observation;
import org.jspecify.annotations.Nullable;

/**
 * A device spoke that was not known.
 *
 * @param observation what showed it first
 * @param zone id of its zone, or the empty text
 * @param below whether it stands behind a router or gateway: it may have been there in silence
 */
public record Arrival(Observation observation, Side who, String zone, boolean below, Standing standing, Docket docket)
    implements Event {
  @Override
  public @Nullable Side whom() {
    return null;
  }

  @Override
  public int port() {
    return 0;
  }
}
