package fr.vigie.samples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What conversations need to know of the network they are held on. */
interface Backbone {
  /** Those who carry BACnet broadcasts from VLAN to VLAN (annex J.4). */
  List<Host> bbmds();

  /** The device that is registered with the first of them, or null. */
  @Nullable Host foreign();

  /** Who gives addresses. */
  Host leases();
}
