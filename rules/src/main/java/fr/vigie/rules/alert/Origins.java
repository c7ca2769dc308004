package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Origin;
import org.jspecify.annotations.Nullable;

/** Where packets came from, by the index that stamps carry: the wiring gives the sensor's table. */
@FunctionalInterface
public interface Origins {
  /** The origin, or null where the index is not known. */
  @Nullable Origin origin(int index);
}
