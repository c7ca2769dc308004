package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Something departs from what was known of it. What was known is kept in Java, bounded; the event says what it was and what it is now.
 *
 * @param observation what shows the departure; for a silence the last word before it, at the time when the silence was too long
 * @param who the actor, or the device that changed
 * @param whom the target, or null where there is none of its own
 * @param memory name of what was known: see {@code docs/policy.md}
 * @param before what was known, readable
 * @param after what is now, readable
 * @param degree how far it departs, in the unit of its memory; 0 where that cannot be told
 */
public record Departure(Observation observation, Side who, @Nullable Side whom, String memory, String before, String after, double degree,
    Standing standing, Docket docket) implements Event {
  @Override
  public int port() {
    // a contact that was never there before is one with a port; of the others the port says nothing
    return memory.equals("peers") && observation instanceof Contact c ? c.port() : 0;
  }
}
