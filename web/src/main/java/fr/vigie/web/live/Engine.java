package fr.vigie.web.live;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.past.Past;
import java.util.function.BiFunction;

/** The ledger and its past, while no observation passes. Its lock is taken before the estate's: never call it from within the estate's. */
public interface Engine {
  /** Does something with both; nothing of them may be kept. */
  <T> T with(BiFunction<Ledger, Past, T> work);
}
