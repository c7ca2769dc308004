package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * How an act ended, as far as the network showed it.
 *
 * @param state what is known
 * @param code the protocol's own code or name for an error, or null
 */
public record Outcome(State state, @Nullable String code) {
  /** The states of an outcome. */
  public enum State {
    PENDING,
    OK,
    ERROR,
    UNANSWERED,
    /** No answer is awaited: a broadcast, an unconfirmed service, or further points of a reading whose first answer was told. */
    UNCONFIRMED
  }

  public static final Outcome PENDING = new Outcome(State.PENDING, null);
  public static final Outcome OK = new Outcome(State.OK, null);
  public static final Outcome UNANSWERED = new Outcome(State.UNANSWERED, null);
  public static final Outcome UNCONFIRMED = new Outcome(State.UNCONFIRMED, null);

  /** An error answer. */
  public static Outcome error(String code) {
    return new Outcome(State.ERROR, code);
  }
}
