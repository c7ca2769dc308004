package fr.vigie.web.report;

/**
 * One sentence in the two languages of the house.
 *
 * @param fr French
 * @param en English
 */
public record Words(String fr, String en) {
  /** The sentence in a language, {@code fr} or anything else for English. */
  public String in(String language) {
    return language.equals("fr") ? fr : en;
  }
}
