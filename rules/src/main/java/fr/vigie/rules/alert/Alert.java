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
 * @param incident id of the incident, {@code i-} and base32 of 80 bits over the id of the alert that opened it
 * @param fold why it belongs to that incident
 * @param doings what was done to which points, at most {@link #DOINGS_LIMIT}
 * @param doingsMore whether there was more than is listed
 * @param changes the points that were changed, with their values before and after, at most {@link #CHANGES_LIMIT}
 */
public record Alert(String id, Detection detection, String sha256, Stamp stamp, long last, long count, Severity severity,
    List<String> reasons, Endpoint who, List<Endpoint> whom, int port, List<String> assets, List<String> facts, List<Proof> packets,
    long packetsMore, State state, String incident, Fold fold, List<Doing> doings, boolean doingsMore,
    List<ValueChange> changes) {
  /** The most targets an alert lists. */
  public static final int WHOM_LIMIT = 64;

  /** The most facts an alert lists. */
  public static final int FACTS_LIMIT = 32;

  /** The most things done that an alert lists. */
  public static final int DOINGS_LIMIT = 16;

  /** The most changed points an alert lists. */
  public static final int CHANGES_LIMIT = 16;

  private static final int BRIEF = 4;
  private static final int BRIEF_FACT = 96;

  /** The most packets an alert lists. */
  public static final int PACKETS_LIMIT = 20;

  /** About what a target takes, octets. */
  public static final int TARGET = 16;

  /** About what a packet takes, octets. */
  public static final int PROOF = 48;

  /** About what a fact takes, octets. */
  public static int octets(String fact) {
    return 64 + fact.length();
  }

  /** About what a thing done takes, octets. */
  public static int octets(Doing doing) {
    String point = doing.point();
    return 64 + doing.operation().length() + (point == null ? 0 : point.length());
  }

  /** About what a change takes, octets. */
  public static int octets(ValueChange change) {
    return 128 + TARGET + change.point().length() + octets(change.before()) + octets(change.after());
  }

  private static int octets(ValueChange.@Nullable Told told) {
    return told == null ? 0 : 64 + told.value().length();
  }

  /** The first {@code most} characters of a text, whole ones. */
  public static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  /** About what the lists take, octets. */
  public int octets() {
    int sum = (whom.size() + assets.size()) * TARGET + packets.size() * PROOF;
    for (String fact : facts) {
      sum += octets(fact);
    }
    for (Doing d : doings) {
      sum += octets(d);
    }
    for (ValueChange c : changes) {
      sum += octets(c);
    }
    return sum;
  }

  /** The same alert that lists little: who did it and what, but few of the targets and one packet. */
  public Alert brief() {
    List<String> first = facts.subList(0, Math.min(BRIEF, facts.size())).stream()
        .map(f -> cut(f, BRIEF_FACT)).toList();
    return new Alert(id, detection, sha256, stamp, last, count, severity, reasons, who, few(whom), port, few(assets), first,
        packets.subList(0, Math.min(1, packets.size())), packetsMore + Math.max(0, packets.size() - 1), state, incident, fold,
        doings.size() > 1 ? List.of() : doings, doingsMore || doings.size() > 1,
        changes.size() > 1 ? List.of() : changes);
  }

  private static <T> List<T> few(List<T> all) {
    return List.copyOf(all.subList(0, Math.min(BRIEF, all.size())));
  }

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
        other, incident, fold, doings, doingsMore, changes);
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
