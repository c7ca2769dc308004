package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the source counted of its interfaces, divided among the segments: each segment says what came and what was lost since the one before it
 * ended, so that the sums over segments are the source's. Safe for several threads.
 */
final class Tally {
  private final Supplier<List<Statement>> counted;
  private final Map<Integer, Statement> told = new HashMap<>();

  Tally(Supplier<List<Statement>> counted) {
    this.counted = counted;
  }

  /** What has been counted since it was last {@link #told}, by interface; empty where the source counts nothing. */
  synchronized List<Statement> since() {
    return counted.get().stream().map(s -> less(s, told.get(s.origin()))).toList();
  }

  /** It stands on disk, so the next segment says only what comes later. */
  synchronized void told(Statement part) {
    told.merge(part.origin(), part, Tally::sum);
  }

  private static Statement less(Statement all, @Nullable Statement before) {
    // a card whose counters begin anew has counted nothing, and not less than that
    return before == null ? all : new Statement(all.origin(), all.at(), before.at(), Math.max(0, all.received() - before.received()),
        Math.max(0, all.droppedByInterface() - before.droppedByInterface()), Math.max(0, all.droppedBySystem() - before.droppedBySystem()), 0);
  }

  /** Two parts of one time, of one interface. */
  static Statement sum(Statement a, Statement b) {
    return new Statement(a.origin(), Math.max(a.at(), b.at()), Math.min(a.start(), b.start()), a.received() + b.received(),
        a.droppedByInterface() + b.droppedByInterface(), a.droppedBySystem() + b.droppedBySystem(), 0);
  }
}
