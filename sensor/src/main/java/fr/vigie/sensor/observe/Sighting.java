package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * This address is alive.
 *
 * @param how what showed it
 */
public record Sighting(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, How how) implements Observation {
  /** What showed the address. ARP, ND and DHCP bind an IP address to a MAC address on its own segment; a frame may come through a router. */
  public enum How {
    FRAME,
    ARP,
    ND,
    DHCP
  }
}
