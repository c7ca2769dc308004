package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/** Where messages of HTTP/1 end (RFC 9112 §2, §7.1): heads, size lines of chunks, and the first octets of a page whose title is looked for. */
final class HttpFraming {
  /** Longest head that is read; what is longer is not taken for HTTP. Servers refuse earlier. */
  private static final int LONGEST_HEAD = 1 << 16;

  /** Octets behind a version that are taken for a strange version. */
  private static final int STRANGE_VERSION = 8;

  private HttpFraming() {}

  /** The octets of a body up to its title's end, or as many as are looked at. */
  static int page(Cursor m, long left) {
    int window = (int) Math.min(left, HtmlTitle.WINDOW);
    int end = HtmlTitle.end(m);
    if (end > 0 && end <= window) {
      return end;
    }
    return m.length() >= window || m.cut() ? window : Dissector.MORE;
  }

  /** RFC 9112 §7.1: the size line; the last chunk includes the trailer section and the blank line. */
  static int chunk(Cursor m) {
    int length = m.length();
    int at = 0;
    boolean zero = true;
    while (at < length && at <= 16 && digit(m.at(at)) >= 0) {
      zero &= m.at(at) == '0';
      at++;
    }
    if (at > 16 || at == 0 && length > 0) {
      return Dissector.NOT_MINE;
    }
    if (at == length) {
      return m.cut() ? Dissector.NOT_MINE : Dissector.MORE;
    }
    int c = m.at(at);
    if (c != '\r' && c != '\n' && c != ';' && c != ' ' && c != '\t') {
      return Dissector.NOT_MINE;
    }
    int line = m.lineEnd(at);
    if (line < 0) {
      return length > LONGEST_HEAD ? Dissector.NOT_MINE : Dissector.MORE;
    }
    return zero ? blank(m, line) : line;
  }

  static int head(Cursor m) {
    int length = m.length();
    int at = 0;
    // RFC 9112 §2.2: a server ignores empty lines before the request line.
    while (at < length && at < 8 && (m.at(at) == '\r' || m.at(at) == '\n')) {
      at++;
    }
    if (!starts(m, at)) {
      return Dissector.NOT_MINE;
    }
    int line = m.lineEnd(at);
    if (line < 0) {
      return length > LONGEST_HEAD || !plain(m, at, length) ? Dissector.NOT_MINE : Dissector.MORE;
    }
    if (m.at(at) == 'H' && m.at(at + 4) == '/') {
      // the status line proved itself
    } else if (version(m, at, line) < 0) {
      return Dissector.NOT_MINE;
    }
    return blank(m, line);
  }

  /** Where the blank line after this offset ends. */
  static int blank(Cursor m, int from) {
    int at = from;
    while (true) {
      int next = m.lineEnd(at);
      if (next < 0) {
        return m.length() - from > LONGEST_HEAD ? Dissector.NOT_MINE : Dissector.MORE;
      }
      int c = m.at(at);
      if (c == '\n' || c == '\r' && next == at + 2) {
        return next;
      }
      at = next;
    }
  }

  /** Whether what is there may become {@code HTTP/1.x NNN} or {@code METHOD SP}. */
  private static boolean starts(Cursor m, int at) {
    int left = m.length() - at;
    int status = 0;
    while (status < 7 && status < left && m.at(at + status) == "HTTP/1.".charAt(status)) {
      status++;
    }
    if (status == 7) {
      return (left <= 7 || decimal(m.at(at + 7))) && (left <= 8 || m.at(at + 8) == ' ') && (left <= 9 || decimal(m.at(at + 9)))
          && (left <= 10 || decimal(m.at(at + 10))) && (left <= 11 || decimal(m.at(at + 11)));
    }
    int i = 0;
    while (i < left && i <= 16 && (m.at(at + i) >= 'A' && m.at(at + i) <= 'Z' || i > 0 && (m.at(at + i) == '-' || m.at(at + i) == '_'))) {
      i++;
    }
    return i <= 16 && (i == left || i >= 3 && m.at(at + i) == ' ');
  }

  /** A request line holds no control characters, so a binary stream does not wait for more. */
  private static boolean plain(Cursor m, int from, int to) {
    for (int i = from; i < to; i++) {
      int c = m.at(i);
      if (c < ' ' && c != '\r' && c != '\t' || c == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /**
   * Offset of the space before {@code HTTP/1.} at the end of a request line, or -1. RFC 9112 §2.3 wants one digit more and the end of the
   * line; weather stations send {@code HTTP/1.0.8}, so some octets more are a flaw and not another protocol.
   */
  static int version(Cursor m, int from, int lineEnd) {
    int end = trimmed(m, lineEnd);
    for (int at = end - 9; at > from && at > end - 9 - STRANGE_VERSION; at--) {
      int i = 0;
      while (i < 8 && m.at(at + i) == " HTTP/1.".charAt(i)) {
        i++;
      }
      if (i == 8 && decimal(m.at(at + 8))) {
        return at;
      }
    }
    return -1;
  }

  /** The end of a line without CR and LF. */
  static int trimmed(Cursor m, int lineEnd) {
    int end = lineEnd - 1;
    return end > 0 && m.at(end - 1) == '\r' ? end - 1 : end;
  }

  static boolean decimal(int c) {
    return c >= '0' && c <= '9';
  }

  static int digit(int c) {
    if (decimal(c)) {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
