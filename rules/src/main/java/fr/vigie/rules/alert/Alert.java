package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Stamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule found something that people must look at. Immutable: when the same thing happens again a newer alert with the same id replaces
 * it. What people decide about it ({@code state}) comes from the journal, not from here.
 *
 * @param id {@code al-} and base32 of 80 bits of SHA-256 over detection, fold key and first packet; never reused
 * @param detection what was detected
 * @param sha256 SHA-256 of the policy file whose rule fired, in hex
 * @param stamp order and time of the first event
 * @param last capture time of the last event, ns UTC
 * @param count events, at least 1
 * @param severity after care impact, zone and what the rule itself found
 * @param reasons why the severity differs from the detection's; empty where it does not
 * @param who the actor
 * @param whom its targets in the order they were met, at most {@link #WHOM_LIMIT}
 * @param port server port, or 0
 * @param assets ids of the assets of actor and targets, sorted
 * @param facts what matched, readable, English, at most {@link #FACTS_LIMIT}
 * @param packets the proof, at most {@link #PACKETS_LIMIT}
 * @param packetsMore proving packets that are not listed
 * @param state triage state
 * @param incident id of the incident, {@code i-…}
 */
public record Alert(String id, Detection detection, String sha256, Stamp stamp, long last, long count, Severity severity,
    List<String> reasons, Endpoint who, List<Endpoint> whom, int port, List<String> assets, List<String> facts, List<Proof> packets,
    long packetsMore, State state, String incident) {
  /** The most targets an alert lists. */
  public static final int WHOM_LIMIT = 64;

  /** The most facts an alert lists. */
  public static final int FACTS_LIMIT = 32;

  /** The most packets an alert lists. */
  public static final int PACKETS_LIMIT = 20;

  /** Capture time of the first event, ns UTC. */
  public long first() {
    return stamp.at();
  }

  /** The first target, or null where the act has none of its own, such as a broadcast. */
  public @Nullable Endpoint target() {
    return whom.isEmpty() ? null : whom.getFirst();
  }

  /** The same alert in another triage state. */
  public Alert in(State other) {
    return new Alert(id, detection, sha256, stamp, last, count, severity, reasons, who, whom, port, assets, facts, packets, packetsMore,
        other, incident);
  }

  /** Where triage stands. */
  public enum State {
    NEW("new"),
    ACKNOWLEDGED("acknowledged"),
    INVESTIGATING("investigating"),
    RESOLVED("resolved"),
    FALSE_POSITIVE("false-positive");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs and in the journal. */
    public String wireName() {
      return wireName;
    }

    /** The state with this name, or null. */
    public static @Nullable State of(String name) {
      for (State s : values()) {
        if (s.wireName.equals(name)) {
          return s;
        }
      }
      return null;
    }
  }
}
