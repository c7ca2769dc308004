package fr.vigie.inventory.asset;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about an asset; a line of the journal. It names the asset by id and by its identity keys at that moment, so
 * that it finds the device again even where the id no longer exists.
 *
 * @param at wall time of the decision, ns UTC
 * @param by who decided
 * @param asset id of the asset
 * @param keys identity keys of the asset at that moment
 * @param review state of the review, or null to leave it
 * @param owner who answers for the device, the empty text to take that back, or null to leave it
 * @param comment comment, or null to leave it
 * @param values values that win over the machine's, by name: a trait's wire name, or {@code kind place care site building floor room zone
 *     owner supplier contract}; the empty text takes a value back
 */
public record Decision(long at, String by, String asset, List<String> keys, @Nullable Review review, @Nullable String owner,
    @Nullable String comment, Map<String, String> values) {
  /** Kinds of identity key, the surest first: another device may come to an IP address, and to a dead one's instance. */
  private static final List<List<String>> SURE = List.of(List.of("mac=", "serial="), List.of("bacnet=", "knx=", "unit=", "lon="),
      List.of("bacnet-instance="));

  /** Of a device's identity keys those by which it may be found again once its id is gone: the surest kind that it has. */
  public static List<String> names(List<String> keys) {
    for (List<String> kinds : SURE) {
      List<String> sure = keys.stream().filter(key -> kinds.stream().anyMatch(key::startsWith)).toList();
      if (!sure.isEmpty()) {
        return sure;
      }
    }
    return keys;
  }

  /** Where the review of an asset stands. */
  public enum Review {
    NEW("new"),
    TO_REVIEW("to-review"),
    APPROVED("approved"),
    REFUSED("refused"),
    /** It is to be taken out of service. */
    TO_DECOMMISSION("to-decommission");

    private final String wireName;

    Review(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }
}
