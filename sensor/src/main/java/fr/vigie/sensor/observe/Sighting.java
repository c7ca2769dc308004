package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * This address is alive. {@code who} carries what was seen together:
 *
 * <ul>
 *   <li>ARP, ND, DHCP: IP address and MAC address, bound on their own segment. Reported when new, when the binding differs from the last
 *       one seen for this IP address (every time: a conflict alternates), and each 60 s of capture time.
 *   <li>FRAME with an IP address: the pair (source IP address, source MAC address) of a frame. The MAC may be a router's: it is evidence
 *       of a path, not of a binding. Reported when new and each 60 s at most.
 *   <li>FRAME without an IP address: a MAC address that speaks below IP.
 * </ul>
 *
 * <p>All other observations of IP traffic carry the endpoint {@code (realm, ip)} with {@link Endpoint#NO_MAC}, one per address, whatever
 * router its frames came through; protocols directly on Ethernet carry {@code (realm, mac)}.
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
