package fr.vigie.rules.alert;

import org.jspecify.annotations.Nullable;

/**
 * Why an alert belongs to its incident.
 *
 * @param cause what links it
 * @param with id of the alert it leans on: for {@link Cause#AGAIN} the first of the same thing, else the latest that made the link; null for
 *     {@link Cause#OPENED}
 * @param after how long after that, ns of capture time
 */
public record Fold(Cause cause, @Nullable String with, long after) {
  /** It leans on nothing: an incident begins. */
  public static final Fold OPENING = new Fold(Cause.OPENED, null, 0);

  /** What links an alert to an incident, the strongest first. */
  public enum Cause {
    /** Nothing: it opened the incident. */
    OPENED("opened"),
    /** The same detection, actor and target as an alert of the incident, within seven days. */
    AGAIN("again"),
    /** The same actor within half an hour. */
    ACTOR("actor"),
    /** Its actor was changed by the incident within half an hour. */
    VICTIM("victim"),
    /** Another actor on the same target within half an hour. */
    TARGET("target"),
    /** The same detection from another actor of the same zone within ten minutes. */
    CAMPAIGN("campaign");

    private final String wireName;

    Cause(String wireName) {
      this.wireName = wireName;
    }

    /** The name in outputs. */
    public String wireName() {
      return wireName;
    }
  }
}
