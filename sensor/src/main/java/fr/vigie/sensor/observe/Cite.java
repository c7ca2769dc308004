package fr.vigie.sensor.observe;

/**
 * The place in a published standard on which an observation rests.
 *
 * @param standard short name and edition, for example {@code "ASHRAE 135-2020"} or {@code "RFC 2131"}
 * @param clause clause, table or section, for example {@code "16.10.1"}
 */
public record Cite(String standard, String clause) {
  /** {@code "ASHRAE 135-2020 §16.10.1"}. */
  @Override
  public String toString() {
    return standard + " §" + clause;
  }
}
