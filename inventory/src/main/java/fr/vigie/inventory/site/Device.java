package fr.vigie.inventory.site;

import org.jspecify.annotations.Nullable;

/**
 * A device that the site names.
 *
 * @param match what it is recognised by
 * @param name name for people, unique in the site
 * @param kind kind of equipment (an id of the equipment classes), or null
 * @param place room or plant, or null
 * @param zone id of its zone, or null to conclude it from its address
 * @param owner who answers for it, an id of {@link Owner}, or null
 * @param supplier who maintains it, or null
 * @param position site, building, floor and room
 * @param contract number or name of the maintenance contract, or null
 * @param care importance for care 0..5, or -1 to conclude it from its zone and kind
 * @param line line of the site file, from 1
 */
public record Device(Match match, String name, @Nullable String kind, @Nullable String place, @Nullable String zone,
    @Nullable String owner, @Nullable String supplier, Position position, @Nullable String contract, int care, int line) {
  /** A device of which no more is said. */
  public Device(Match match, String name, @Nullable String kind, @Nullable String place, @Nullable String zone, @Nullable String owner,
      @Nullable String supplier, int line) {
    this(match, name, kind, place, zone, owner, supplier, Position.NONE, null, -1, line);
  }
}
