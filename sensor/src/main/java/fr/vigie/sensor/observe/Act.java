package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * One endpoint did something to another. Every act that changes something counts; reads and subscriptions fold into the behaviour of who reads whom, and
 * repeated ones into the contact. The request is reported at once with outcome PENDING (or UNCONFIRMED), its outcome as a second act with
 * the same {@code id}.
 *
 * @param id the act: {@code (seq, n)} of the request as its shard numbered it, as {@code "seq.n"}; unique
 * @param whom the target, with its address below the IP where there is one
 * @param port server port, or 0
 * @param verb what was done
 * @param operation the service by the protocol's name, for example {@code writeProperty}
 * @param point what it was done to, or null for the device as a whole
 * @param value the value written, or null
 * @param priority BACnet priority 1..16, or 0 where there is none
 * @param detail what else an analyst needs, short, by the protocol's names, for example {@code disable, indefinite, no password}; may be empty
 * @param count how many distinct points the act stands for, {@code point} being the last of them: 1, but for reads and subscriptions told in steps
 * @param outcome how it ended so far
 */
public record Act(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, String id, Endpoint whom, int port, Verb verb,
    String operation, @Nullable Point point, @Nullable Value value, int priority, String detail, int count, Outcome outcome)
    implements Observation {

  /** An act on one point. */
  public Act(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, String id, Endpoint whom, int port, Verb verb,
      String operation, @Nullable Point point, @Nullable Value value, int priority, String detail, Outcome outcome) {
    this(stamp, who, protocol, cite, id, whom, port, verb, operation, point, value, priority, detail, 1, outcome);
  }

  /** The second report of this act, with its outcome. */
  public Act ended(Stamp when, Outcome how) {
    return new Act(when, who, protocol, cite, id, whom, port, verb, operation, point, value, priority, detail, count, how);
  }

  /** Whether this is the first report of the act, not its outcome. */
  public boolean request() {
    return outcome.state() == Outcome.State.PENDING || outcome.state() == Outcome.State.UNCONFIRMED;
  }
}
