package fr.vigie.inventory.site;

import java.util.List;

/**
 * The infrastructure servers of the site; an empty list says nothing about who may serve.
 *
 * @param dhcp DHCP servers
 * @param dns DNS servers
 * @param ntp time servers
 * @param gateways IP gateways, by IP or MAC address
 */
public record Servers(List<Party> dhcp, List<Party> dns, List<Party> ntp, List<Party> gateways) {
  /** Nothing said. */
  public static final Servers NONE = new Servers(List.of(), List.of(), List.of(), List.of());
}
