package fr.vigie.rules.session;

import fr.vigie.inventory.terms.Fault;

/**
 * What is wrong with a policy file.
 *
 * @param file file name, or path below the policy folder
 * @param line line from 1, or 0 where it concerns the file as a whole
 * @param column column from 1, or 0 where it concerns the line as a whole
 * @param fr one sentence, French: what is wrong and what to do; what Drools says is quoted in English behind a French lead
 * @param message the same, English
 */
public record Finding(String file, int line, int column, String fr, String message) {
  /** What is wrong with a table. */
  static Finding of(Fault f) {
    return new Finding(f.file(), f.line(), f.column(), f.fr(), f.en());
  }

  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line + (column > 0 ? ":" + column : "") : "") + ": " + message;
  }
}
