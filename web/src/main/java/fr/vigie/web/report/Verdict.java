package fr.vigie.web.report;

/**
 * What passive observation can honestly say of a control. Never "compliant": a monitor sees gaps, or sees none where it could have seen
 * them, or cannot see.
 */
public enum Verdict {
  GAP("gap observed", "écart constaté"),
  NO_GAP("no gap observed", "aucun écart constaté"),
  NOT_OBSERVABLE("not observable", "non observable");

  private final Words words;

  Verdict(String en, String fr) {
    words = new Words(fr, en);
  }

  /** The wording in reports. */
  public Words words() {
    return words;
  }
}
