package fr.vigie.inventory.asset;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What people decided about one asset, taken together: for each thing the latest decision.
 *
 * @param review state of the review; {@code NEW} where nobody decided
 * @param owner who answers for the device, or null
 * @param comment latest comment, or null
 * @param values values that win over the machine's, by name, sorted
 * @param by who decided last, or null where nobody did
 * @param at wall time of the latest decision, ns UTC, or 0
 */
public record Decisions(Decision.Review review, @Nullable String owner, @Nullable String comment, Map<String, String> values,
    @Nullable String by, long at) {
  /** Nobody decided anything. */
  public static final Decisions NONE = new Decisions(Decision.Review.NEW, null, null, Map.of(), null, 0);

  Decisions then(Decision d) {
    Map<String, String> merged = new TreeMap<>(values);
    d.values().forEach((name, value) -> {
      if (value.isEmpty()) {
        merged.remove(name);
      } else {
        merged.put(name, value);
      }
    });
    Decision.Review r = d.review();
    return new Decisions(r == null ? review : r, d.owner() == null ? owner : d.owner().isEmpty() ? null : d.owner(), d.comment() == null ? comment : d.comment(),
        Collections.unmodifiableMap(merged), d.by(), d.at());
  }

  /** Whether nobody decided anything. */
  public boolean none() {
    return by == null;
  }
}
