package fr.vigie.rules.alert;

/** How much an alert matters, least first; the order is the order of the constants. */
public enum Severity {
  INFORMATION("information", 'I'),
  LOW("low", 'L'),
  MEDIUM("medium", 'M'),
  HIGH("high", 'H'),
  CRITICAL("critical", 'C');

  private final String wireName;
  private final char letter;

  Severity(String wireName, char letter) {
    this.wireName = wireName;
    this.letter = letter;
  }

  /** The name for people, English. */
  public String wireName() {
    return wireName;
  }

  /** The letter of the catalogue, which outputs use: C, H, M, L or I. */
  public String letter() {
    return String.valueOf(letter);
  }

  /** One step up, at most {@link #CRITICAL}. */
  public Severity raised() {
    return this == CRITICAL ? CRITICAL : values()[ordinal() + 1];
  }

  /** One step down, at least {@link #INFORMATION}. */
  public Severity lowered() {
    return this == INFORMATION ? INFORMATION : values()[ordinal() - 1];
  }

  /**
   * The severity of a letter of the catalogue: C, H, M, L or I.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Severity of(String letter) {
    for (Severity s : values()) {
      if (letter.length() == 1 && letter.charAt(0) == s.letter) {
        return s;
      }
    }
    throw new IllegalArgumentException("severity " + letter + ": expected C, H, M, L or I");
  }
}
