package fr.vigie.web.report;

/** Makes text from packets harmless where it is about to be read by another program. */
public final class Inert {
  private Inert() {}

  /**
   * A CSV cell that no spreadsheet takes for a formula: what starts with {@code = + - @} or a control character gets an apostrophe before
   * it (OWASP, CSV Injection); control and direction characters become visible escapes.
   */
  static String cell(String text) {
    String visible = visible(text);
    return !visible.isEmpty() && "=+-@\t\r\n".indexOf(visible.charAt(0)) >= 0 ? "'" + visible : visible;
  }

  /** Text with control characters (but line feeds) and bidirectional overrides as visible {@code \}{@code uXXXX}. */
  public static String visible(String text) {
    StringBuilder s = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
      boolean lone = Character.isSurrogate(c) && !(Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1)))
          && !(Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
      if (c != '\n' && (Character.isISOControl(c) || direction || lone || c == 0xFFFE || c == 0xFFFF)) {
        s.append("\\u%04x".formatted((int) c));
      } else {
        s.append(c);
      }
    }
    return s.toString();
  }

  /** Text for one line: {@link #visible}, and line feeds as escapes too. */
  public static String line(String text) {
    return visible(text).replace("\n", "\\u000a");
  }

  /** Text as XHTML character data. */
  static String html(String text) {
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
