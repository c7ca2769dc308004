package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * A device describes itself or a device behind it. A repeat is not news and does not leave the sensor.
 *
 * @param about whom it describes: the speaker itself or a device behind it
 * @param trait what it says
 * @param value the value, at most 512 characters; hostile input, never markup
 */
public record Claim(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, Endpoint about, Trait trait, String value)
    implements Observation {}
