package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Verb;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may pass from one zone to another (IEC 62443-3-2: conduit). The client stands in {@code from}.
 *
 * @param from zone id, or {@code *}
 * @param to zone id, or {@code *}
 * @param protocols protocol names; empty means every protocol
 * @param verbs what may be done; empty means every verb
 * @param hours when, or null for always
 * @param line line of the site file, from 1
 */
public record Conduit(String from, String to, Set<String> protocols, Set<Verb> verbs, @Nullable Hours hours, int line) {
  /** Whether the conduit joins these zones, in this direction. */
  public boolean joins(String fromZone, String toZone) {
    return (from.equals("*") || from.equals(fromZone)) && (to.equals("*") || to.equals(toZone));
  }

  /** Whether the protocol may pass. */
  public boolean carries(String protocol) {
    return protocols.isEmpty() || protocols.contains(protocol);
  }

  /** Whether the verb may pass. */
  public boolean permits(Verb verb) {
    return verbs.isEmpty() || verbs.contains(verb);
  }

  /** Whether the conduit is open at this time. */
  public boolean open(long at, Calendar calendar) {
    return hours == null || hours.contain(at, calendar);
  }
}
