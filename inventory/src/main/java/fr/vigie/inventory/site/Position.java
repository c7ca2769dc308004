package fr.vigie.inventory.site;

import org.jspecify.annotations.Nullable;

/**
 * Where a device stands, from the outside in; what is not known is null. Words as people use them: a floor may be {@code 2} or {@code R+2}.
 *
 * @param site hospital or campus, where the file covers several
 * @param building building, wing or pavilion
 * @param floor level
 * @param room room or plant room
 */
public record Position(@Nullable String site, @Nullable String building, @Nullable String floor, @Nullable String room) {
  /** Nothing is known. */
  public static final Position NONE = new Position(null, null, null, null);

  /** Whether nothing is known. */
  public boolean none() {
    return equals(NONE);
  }
}
