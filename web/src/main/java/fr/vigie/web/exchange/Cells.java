package fr.vigie.web.exchange;

/**
 * How text stands in the cell of a table that a spreadsheet will open. A cell that begins like a formula would be run by whoever opens the
 * file, and names come from packets: such a cell gets an apostrophe before it, which an import takes away again.
 */
final class Cells {
  /** What begins a formula in one spreadsheet or another, full-width forms and the blanks that some skip included. */
  private static final String STARTS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private Cells() {}

  /** Whether a spreadsheet could take the text for a formula. A plain number is none. */
  static boolean formula(String text) {
    String bare = text.stripLeading();
    if (bare.isEmpty() || STARTS.indexOf(text.charAt(0)) < 0 && STARTS.indexOf(bare.charAt(0)) < 0) {
      return false;
    }
    return !text.matches("[+-]?\\d{1,15}([.,]\\d{1,15})?");
  }

  /** The text as it may stand in a cell. */
  static String defused(String text) {
    String clean = visible(text);
    return formula(clean) || clean.startsWith("'") ? "'" + clean : clean;
  }

  /** The text that {@link #defused} was given. */
  static String original(String cell) {
    return cell.startsWith("'") && cell.length() > 1 && (formula(cell.substring(1)) || cell.charAt(1) == '\'') ? cell.substring(1) : cell;
  }

  /** The text without control characters, which no table can hold; each becomes a question mark. */
  static String visible(String text) {
    StringBuilder s = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean bad = c < 0x20 || c == 0x7F || c == 0xFFFE || c == 0xFFFF || Character.isSurrogate(c) && !paired(text, i);
      if (bad && s == null) {
        s = new StringBuilder(text);
      }
      if (bad && s != null) {
        s.setCharAt(i, '?');
      }
    }
    return s == null ? text : s.toString();
  }

  private static boolean paired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c) ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
