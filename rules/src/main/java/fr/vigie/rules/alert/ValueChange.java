package fr.vigie.rules.alert;

import org.jspecify.annotations.Nullable;

/**
 * What an alert says of a point that somebody changed: what it was before the first time, and what was written last.
 *
 * @param point the point
 * @param before the last value known at the moment of the first change, or null where none was
 * @param after what was written last, or null where the act names no value
 */
public record ValueChange(String point, @Nullable Told before, @Nullable Told after) {
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
