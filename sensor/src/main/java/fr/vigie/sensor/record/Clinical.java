package fr.vigie.sensor.record;

import fr.vigie.sensor.observe.Endpoint;

/** Says which addresses stand in a clinical zone; the site file knows. Called on capture threads, once a flow. */
@FunctionalInterface
public interface Clinical {
  /** No zone is clinical. */
  Clinical NOWHERE = endpoint -> false;

  /** Whether patients' data may be expected at this address. */
  boolean at(Endpoint endpoint);
}
