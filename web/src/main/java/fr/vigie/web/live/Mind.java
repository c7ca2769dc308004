package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.rules.session.Judge;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The ledger and the judge, while no observation passes. Its lock is taken before the estate's: never call it from within the estate's. */
public interface Mind {
  /** Does something with both; nothing of them may be kept. */
  <T> T with(BiFunction<Ledger, Judge, T> work);

  /** What learning detections would have said, as {@code learned.ndjson} writes it. */
  void candidates(Consumer<ObjectNode> taker);
}
