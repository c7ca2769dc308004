package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/**
 * A bounded walk over the elements of an XML message in memory: names without their prefixes and the text right behind a start tag, found by
 * their places and without allocation. Not a parser: entities and namespaces are left alone, and a document type, the door to expansion attacks,
 * ends the walk. The cursor is not moved.
 *
 * <p>{@code while (next()) …} stands at each start tag in turn; {@link #sound} says, at the end, whether every element was closed.
 */
final class Xml {
  /** Deepest nesting that is followed. */
  static final int DEEPEST = 64;

  private Cursor message = new Cursor();
  private int at;
  private int limit;
  private int depth;
  private boolean broken;
  private boolean typed;

  /** Where the element's local name lies. */
  int name;

  int nameOctets;
  /** Where the text right behind its start tag lies, trimmed; 0 octets where another element follows. */
  int text;

  int textOctets;

  /** Starts at the head of the message. */
  Xml over(Cursor m) {
    message = m;
    at = 0;
    limit = m.length();
    depth = 0;
    broken = false;
    typed = false;
    return this;
  }

  /** Whether all that was opened is closed, and nothing was broken. */
  boolean sound() {
    return !broken && depth == 0;
  }

  /** Whether the message has a document type, which SOAP forbids. */
  boolean typed() {
    return typed;
  }

  /** How deep the present element lies, from 1. */
  int depth() {
    return depth;
  }

  /** Moves to the next start tag; false at the end, or where the message is broken. */
  boolean next() {
    while (!broken) {
      int tag = message.indexOf('<', at, limit);
      if (tag < 0) {
        return false;
      }
      int first = message.at(tag + 1);
      if (first == '?') {
        pass(tag, "?>");
      } else if (first == '!' && message.at(tag + 2) == '-') {
        pass(tag, "-->");
      } else if (first == '!' && message.at(tag + 2) == '[') {
        pass(tag, "]]>");
      } else if (first == '!') {
        typed = true;
        broken = true;
      } else if (first == '/') {
        pass(tag, ">");
        depth--;
        broken |= depth < 0;
      } else if (start(tag + 1)) {
        return true;
      }
    }
    return false;
  }

  private void pass(int from, String end) {
    int close = from;
    do {
      close = message.indexOf('>', close + 1, limit);
      if (close < 0) {
        broken = true;
        return;
      }
    } while (!ends(close, end));
    at = close + 1;
  }

  private boolean ends(int close, String end) {
    for (int i = 0; i < end.length(); i++) {
      if (message.at(close - end.length() + 1 + i) != end.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean nameEnds(int c) {
    return c <= ' ' || c == '/' || c == '>';
  }

  /** {@code <prefix:name attribute="value">}; quotes may hold angle brackets. */
  private boolean start(int from) {
    int p = from;
    name = from;
    while (p < limit && !nameEnds(message.at(p))) {
      if (message.at(p) == ':') {
        name = p + 1;
      }
      p++;
    }
    nameOctets = p - name;
    int quote = 0;
    while (p < limit && (quote != 0 || message.at(p) != '>')) {
      int c = message.at(p);
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      p++;
    }
    if (p >= limit || nameOctets == 0) {
      broken = true;
      return false;
    }
    boolean empty = message.at(p - 1) == '/';
    at = p + 1;
    text = at;
    textOctets = 0;
    if (!empty) {
      depth++;
      broken |= depth > DEEPEST;
      trim();
    }
    return !broken;
  }

  private void trim() {
    int end = message.indexOf('<', at, limit);
    int from = at;
    int to = end < 0 ? limit : end;
    while (from < to && message.at(from) <= ' ') {
      from++;
    }
    while (to > from && message.at(to - 1) <= ' ') {
      to--;
    }
    text = from;
    textOctets = to - from;
  }

  /** Whether the element has this local name. */
  boolean named(String ascii) {
    if (nameOctets != ascii.length()) {
      return false;
    }
    for (int i = 0; i < nameOctets; i++) {
      if (message.at(name + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
