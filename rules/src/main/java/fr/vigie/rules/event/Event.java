package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Observation;
import org.jspecify.annotations.Nullable;

/** One thing a rule may judge, complete in itself: a rule joins one event with what is resident, never two events. */
public sealed interface Event permits Deed, Meeting, Arrival, Clash, Count, Departure, Mirror {
  /** The observation that proves it. */
  Observation observation();

  /** The actor. */
  Side who();

  /** The target, or null where there is none of its own. */
  @Nullable Side whom();

  /** How the event stands to what is known. */
  Standing standing();

  /** Where its reports go. */
  Docket docket();

  /** Server port, or 0. */
  int port();
}
