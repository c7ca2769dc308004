package fr.vigie.inventory.terms;

import java.util.List;

/**
 * A table as the reader of its format found it: texts alone, bounded, the heading first.
 *
 * @param file name of the file
 * @param rows its rows, without empty ones
 */
public record Sheet(String file, List<Row> rows) {
  /** Most rows behind the heading. */
  public static final int MOST_ROWS = 5_000;
  /** Longest cell, characters. */
  public static final int LONGEST = 512;

  /**
   * One row.
   *
   * @param line line of the file, from 1; of a workbook its row
   * @param cells its cells, without blanks around them
   */
  public record Row(int line, List<String> cells) {}

  /** Reads a table of a format that this room does not know. */
  @FunctionalInterface
  public interface Reader {
    /**
     * The rows of a table.
     *
     * @param name its file name, which tells the format
     * @param faults takes what is wrong with it as a file; the answer is then not to be used
     */
    Sheet read(String name, byte[] content, List<Fault> faults);
  }
}
