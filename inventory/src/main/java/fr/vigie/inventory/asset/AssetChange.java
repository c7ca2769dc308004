package fr.vigie.inventory.asset;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Trait;
import org.jspecify.annotations.Nullable;

/**
 * What an observation changed in the inventory.
 *
 * @param kind what changed
 * @param asset the asset after the change
 * @param observation what changed it, or null for a decision of a person
 * @param endpoint the address concerned, or null
 * @param trait the trait, for {@code TRAIT}; else null
 * @param before the trait's best value before, or null where there was none; for {@code MERGED} the id that is no more
 * @param after the trait's best value after, or null; for {@code MERGED} the id that remains
 * @param conflict the conflict, for {@code CONFLICT}; else null
 */
public record AssetChange(Kind kind, Asset asset, @Nullable Observation observation, @Nullable Endpoint endpoint, @Nullable Trait trait,
    @Nullable String before, @Nullable String after, @Nullable Conflict conflict) {
  /** What changed. */
  public enum Kind {
    /** A device never seen before. */
    NEW,
    /** A trait has a new value; {@code before} and {@code after} are equal when the new value is not the best one. */
    TRAIT,
    /** The device has a further address. */
    ADDRESS,
    /** Something is claimed twice. */
    CONFLICT,
    /** Two assets proved to be one: this is the one that remains. */
    MERGED,
    /** One asset proved to be several: this is the one that left. */
    SPLIT,
    /** It fronts the addresses of others. */
    ROUTER,
    /** A person decided something. */
    DECIDED
  }

  static AssetChange of(Kind kind, Asset asset, @Nullable Observation o, @Nullable Endpoint e) {
    return new AssetChange(kind, asset, o, e, null, null, null, null);
  }
}
