package fr.vigie.inventory.site;

/** What is wrong with a site file, and where: one sentence that says how to mend it. The file is not used. */
public final class SiteError extends Exception {
  private static final long serialVersionUID = 1;

  private final String file;
  private final int line;
  private final int column;
  private final String sentence;

  /**
   * Makes an error.
   *
   * @param file name of the file as given
   * @param line line, from 1
   * @param column column, from 1
   * @param sentence what is wrong
   */
  SiteError(String file, int line, int column, String sentence) {
    super(file + ":" + line + ":" + column + ": " + sentence);
    this.file = file;
    this.line = line;
    this.column = column;
    this.sentence = sentence;
  }

  /** Name of the file as given. */
  public String file() {
    return file;
  }

  /** Line, from 1. */
  public int line() {
    return line;
  }

  /** Column, from 1. */
  public int column() {
    return column;
  }

  /** What is wrong, without the place. */
  public String sentence() {
    return sentence;
  }
}
