package fr.vigie.inventory.terms;

/**
 * What is wrong with a table, and where, for people; the table is not used.
 *
 * @param file name of the file
 * @param line line of the file, from 1, or 0 for the file as a whole
 * @param column column of the table, from 1, or 0 for the line as a whole
 * @param fr one sentence, French: what is wrong and what to do
 * @param en the same, English
 */
public record Fault(String file, int line, int column, String fr, String en) {
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line + (column > 0 ? ":" + column : "") : "") + ": " + en;
  }
}
