package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Contact;

/**
 * A contact was opened.
 *
 * @param observation the contact
 * @param crossing whether it goes from one zone to another of a site that says what may pass
 */
public record Meeting(Contact observation, Side who, Side whom, String protocol, int port, boolean crossing, Standing standing,
    Docket docket) implements Event {}
