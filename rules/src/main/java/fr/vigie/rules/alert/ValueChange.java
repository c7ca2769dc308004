package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What an alert says of a point of a device that somebody changed: what it was before the first time, and what was written last.
 *
 * @param whom the device
 * @param point the point
 * @param before the last value known at the moment of the first change, or null where none was
 * @param after what was written last, and confirmed, or needs no confirmation; its time is that of the confirmation. Null where nothing was confirmed so far or
 *     the act names no value
 */
public record ValueChange(Endpoint whom, String point, @Nullable Told before, @Nullable Told after) {
  /**
   * A value.
   *
   * @param value as outputs and screens write it
   * @param unit by the protocol's name, or null
   * @param at capture time at the latest, ns UTC: readings are told by the minute
   * @param written whether somebody wrote it, rather than the device said it
   */
  public record Told(String value, @Nullable String unit, long at, boolean written) {}
}
