package fr.vigie.inventory.site;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What is known of the device behind an address, as far as the site file's patterns look at it; the inventory's assets are such. */
public interface Identified {
  /** Identity keys, for example {@code ip=10.1.2.3}, {@code bacnet-instance=1001}; without realm suffix only in the nameless realm. */
  Collection<String> keys();

  /** The zone it stands in, or null. */
  @Nullable Zone zone();

  /** The zone in which a person placed it, whatever address and site file say, or null. */
  default @Nullable Zone placed() {
    return null;
  }

  /** The device of the site file that it is, or null. */
  @Nullable Device device();
}
