package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * The title of a page (HTML §4.2.2) within the first octets of a body: {@code <title …> text </title>}, found by its tags without allocation.
 * Nothing else of a page is read.
 */
final class HtmlTitle {
  /** Octets of a body in which a title is looked for. */
  static final int WINDOW = 2048;

  /** Characters of a title that are told. */
  private static final int LONGEST = 128;

  private static final String CLOSE = "</title";

  int at;
  int length;

  /** Where the title's end tag ends within what has arrived, or -1. */
  static int end(Cursor m) {
    int close = tag(m, 0, CLOSE);
    return close < 0 || close + CLOSE.length() >= m.length() ? -1 : close + CLOSE.length() + 1;
  }

  /** Looks for the title. */
  boolean find(Cursor m) {
    int open = tag(m, 0, "<title");
    int text = open < 0 ? -1 : m.indexOf('>', open, m.length());
    int close = text < 0 ? -1 : tag(m, text, CLOSE);
    if (close < 0) {
      return false;
    }
    int from = text + 1;
    int to = close;
    while (from < to && m.at(from) <= ' ') {
      from++;
    }
    while (to > from && m.at(to - 1) <= ' ') {
      to--;
    }
    at = from;
    length = to - from;
    return length > 0;
  }

  private static int tag(Cursor m, int from, String lower) {
    int p = m.indexOf('<', from, m.length());
    while (p >= 0) {
      int i = 1;
      while (i < lower.length() && (m.at(p + i) | (lower.charAt(i) == '/' ? 0 : 0x20)) == lower.charAt(i)) {
        i++;
      }
      int next = m.at(p + i);
      if (i == lower.length() && (next == '>' || next <= ' ')) {
        return p;
      }
      p = m.indexOf('<', p + 1, m.length());
    }
    return -1;
  }

  /** The title as people read it: white space folded, the five common entities undone, UTF-8 where it is that; allocates. */
  String text(Cursor m) {
    int back = m.position();
    m.seek(at);
    byte[] octets = m.bytes(Math.min(length, 4 * LONGEST));
    m.seek(back);
    String text = new String(octets, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      text = new String(octets, StandardCharsets.ISO_8859_1);
    }
    String folded = text.replaceAll("\\s+", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&nbsp;", " ").replace("&amp;", "&");
    int end = Math.min(folded.length(), LONGEST);
    return folded.substring(0, end > 0 && end < folded.length() && Character.isHighSurrogate(folded.charAt(end - 1)) ? end - 1 : end);
  }
}
