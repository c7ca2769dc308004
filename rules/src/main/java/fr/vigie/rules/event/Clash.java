package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Observation;

/**
 * A MAC address claims the IP address of another one that is alive. Addresses shared by design – VRRP, HSRP, GLBP, declared redundant
 * pairs – never clash.
 *
 * @param observation the claim
 * @param who the claimant, with its own IP address where one is known
 * @param whom the holder of the address
 * @param ip the contested address
 * @param gateway whether it is the address of a gateway
 */
public record Clash(Observation observation, Side who, Side whom, String ip, boolean gateway, Standing standing, Docket docket)
    implements Event {
  @Override
  public int port() {
    return 0;
  }
}
