package fr.vigie.rules.alert;

/**
 * Alerts that one actor caused: an actor that is quiet for 30 minutes of capture time starts a new one.
 *
 * @param id {@code i-} and base32 of 80 bits over the id of its first alert
 * @param last capture time of its last alert, ns UTC
 */
public record Incident(String id, long last) {
  /** After how long without an alert of the actor the next one starts a new incident, ns. */
  public static final long QUIET = 30L * 60 * 1_000_000_000L;
}
