package fr.vigie.web.command;

import fr.vigie.web.report.Inert;
import java.io.PrintWriter;
import java.util.List;

/** Rows of cells, one below the other, as they may stand on a terminal. */
final class Lines {
  private static final int WIDEST = 40;

  private Lines() {}

  /** A text as a cell: on one line, without what a terminal would obey, not wider than a column may be. */
  static String cell(String text) {
    String visible = Inert.visible(text);
    return visible.length() > WIDEST ? visible.substring(0, WIDEST - 1) + "…" : visible;
  }

  /** Prints rows of equally many cells, the first of which are the headings. */
  static void print(List<List<String>> rows, PrintWriter out) {
    int[] widths = new int[rows.getFirst().size()];
    rows.forEach(row -> {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    });
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
