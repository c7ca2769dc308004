package fr.vigie.web.api;

/**
 * What a person decided of an alert or of a device.
 *
 * @param act what was decided
 * @param id the alert's or the device's id
 * @param who the user's name
 * @param state the new state, empty where the act has none
 * @param comment the person's words, empty where there are none, at most 4,000 characters
 */
public record Decision(Act act, String id, String who, String state, String comment) {
  /** Longest comment, characters. */
  public static final int LONGEST_COMMENT = 4_000;

  /** The kinds of decision, each with its name in the journal. */
  public enum Act {
    /** Somebody looks after the alert. */
    ACKNOWLEDGE("alert.acknowledge"),
    /** The alert is {@code new}, {@code acknowledged}, {@code investigating}, {@code resolved} or {@code false-positive}. */
    STATE("alert.state"),
    /** Words on an alert. */
    COMMENT_ALERT("alert.comment"),
    /** The device is {@code to-review}, {@code approved}, {@code refused} or {@code to-decommission}. */
    REVIEW("asset.review"),
    /** Words on a device. */
    COMMENT_ASSET("asset.comment");

    private final String kind;

    Act(String kind) {
      this.kind = kind;
    }

    /** The kind of the journal entry. */
    public String kind() {
      return kind;
    }

    /** Whether it is about an alert; else about a device. */
    public boolean ofAlert() {
      return this == ACKNOWLEDGE || this == STATE || this == COMMENT_ALERT;
    }
  }
}
