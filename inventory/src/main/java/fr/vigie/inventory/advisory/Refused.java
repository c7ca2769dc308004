package fr.vigie.inventory.advisory;

/** A file that is not taken: the message is one sentence, the line counts from 1 and is 0 where the whole file is meant. */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  private final String cause;
  private final int line;

  /** Why, by one of a few short names for counters, and where. */
  Refused(String cause, String reason, int line) {
    super(reason, null, false, false); // an expected answer: no stack trace is worth its cost
    this.cause = cause;
    this.line = line;
  }

  /** A short name: {@code too_large}, {@code checksum}, {@code json}, {@code schema}, {@code content}, {@code unreadable}. */
  public String kind() {
    return cause;
  }

  /** Where, from 1, or 0. */
  public int line() {
    return line;
  }

  /** The sentence. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
