package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window moved: what it held right after this observation. A snapshot for each change, so that a threshold fires at the very
 * observation that reached it, whatever the batch.
 *
 * @param observation the observation that moved it
 * @param window name of the window: see {@code docs/policy.md}
 * @param count distinct members in the window
 * @param part how many of them failed, where the window says so
 * @param members the targets among the members, at most 64
 */
public record Count(Observation observation, Side who, @Nullable Side whom, String window, int count, int part, List<Endpoint> members,
    Standing standing, Docket docket) implements Event {
  @Override
  public int port() {
    return 0;
  }
}
