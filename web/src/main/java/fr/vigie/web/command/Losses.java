package fr.vigie.web.command;

import fr.vigie.web.report.Facts;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a report calls lost: packets that the card, the kernel or Vigie dropped, and packets and messages that were refused; and apart from them, what
 * tables that were full forgot or did not take, of packets that were read.
 */
final class Losses {
  private static final String REFUSED = "refused.";
  private static final String DROPPED = "capture.dropped_";

  /** Told in figures of their own, or no loss: the same bytes were read elsewhere. */
  private static final Set<String> ELSEWHERE = Set.of("refused.cut_messages", "refused.copies");

  /** Refusals of the sensor that cost a fact, a memory or a name, and no packet. */
  private static final Set<String> FACTS = Set.of("refused.behaviours_evicted", "refused.claims_cut", "refused.contacts_full", "refused.endpoints_full", "refused.flaws_full",
      "refused.flows_collided", "refused.joins", "refused.memory_evicted", "refused.news_evicted", "refused.points_full", "refused.readings_not_finite", "refused.requests_full",
      "refused.texts_cut");

  private Losses() {}

  /**
   * Losses by cause.
   *
   * @param counters all of them
   * @param behind those of the tables behind the sensor
   */
  static SortedMap<String, Long> of(SortedMap<String, Long> counters, Set<String> behind) {
    SortedMap<String, Long> losses = new TreeMap<>();
    counters.forEach((name, count) -> {
      if (count > 0 && name.startsWith(DROPPED)) {
        losses.put(name.substring("capture.".length()), count);
      } else if (name.startsWith(REFUSED) && !ELSEWHERE.contains(name)) {
        losses.put((FACTS.contains(name) || behind.contains(name) ? Facts.Capture.TABLES : "") + name.substring(REFUSED.length()), count);
      }
    });
    return losses;
  }
}
