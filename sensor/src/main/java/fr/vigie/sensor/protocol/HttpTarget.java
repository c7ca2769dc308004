package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/**
 * The target of a request and what else is written like one (RFC 9112 §3.2, RFC 3986): where its path and its query are, and what of it may be told. A
 * query may carry keys, an authority a password, and some interfaces have the key in the path.
 */
final class HttpTarget {
  /** Octets of the path of a front page. */
  private static final int LONGEST_FRONT = 40;

  /** Octets from which on a part of a path is taken for a key or a session. */
  private static final int TOKEN = 24;

  /** The query that opens some cameras of 2013 to 2017 to anybody: it is public, so no secret (CVE-2017-7921). */
  static final String BACKDOOR = "auth=YWRtaW46MTEK";

  private HttpTarget() {}

  /**
   * Whether a path is that of a front page, which names the device: short, not deep, without a query and without a number. Pages further in may
   * have a person's name for a title.
   */
  static boolean front(Cursor m, int from, int to, int end) {
    if (to != end || to - from > LONGEST_FRONT) {
      return false;
    }
    int digits = 0;
    int slashes = 0;
    for (int at = from; at < to; at++) {
      int c = m.at(at);
      digits += HttpFraming.decimal(c) ? 1 : 0;
      slashes += c == '/' ? 1 : 0;
    }
    return slashes <= 2 && digits < 4;
  }

  /** Of a request's target: what stands before the host, what looks like a key in the path, and the query. */
  static void veil(Cursor m, Observer observer, int target, int path, int query, int end) {
    for (int at = target; at < path; at++) {
      if (m.at(at) == '@') {
        observer.secret(target, at - target);
      }
    }
    tokens(m, observer, path, query);
    if (!contains(m, query, end, BACKDOOR)) {
      observer.secret(query + 1, end - query - 1);
    }
  }

  /** Words of a path that {@link #veiled} would not tell either. */
  static void tokens(Cursor m, Observer observer, int from, int to) {
    int word = from;
    for (int at = from; at <= to; at++) {
      int c = at < to ? m.at(at) : '/';
      boolean inside = HttpFraming.digit(c) >= 0 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_';
      if (!inside) {
        if (at - word >= TOKEN) {
          observer.secret(word, at - word);
        }
        word = at + 1;
      }
    }
  }

  /**
   * A path, with each word that holds 24 or more letters and digits on end, at least four of both, as its length alone: some interfaces
   * carry their key or session in the path (the Hue bridge, {@code ;jsessionid=}), and such a name says nothing to a person.
   */
  static String veiled(Cursor m, int from, int to) {
    String path = Http.text(m, from, to);
    StringBuilder s = new StringBuilder(path.length());
    int word = 0;
    int letters = 0;
    int digits = 0;
    boolean token = false;
    for (int i = 0; i <= path.length(); i++) {
      char c = i < path.length() ? path.charAt(i) : '/';
      if (HttpFraming.decimal(c)) {
        digits++;
        continue;
      }
      if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
        letters++;
        continue;
      }
      token |= letters + digits >= TOKEN && digits >= 4 && letters >= 4;
      letters = 0;
      digits = 0;
      if (c != '-' && c != '_') {
        if (token) {
          s.append('(').append(i - word).append(" octets)");
        } else {
          s.append(path, word, i);
        }
        if (i < path.length()) {
          s.append(c);
        }
        word = i + 1;
        token = false;
      }
    }
    return s.toString();
  }

  static int queryless(Cursor m, int from, int to) {
    int at = m.indexOf('?', from, to);
    return at < 0 ? to : at;
  }

  /** RFC 9112 §3.2.2: of an absolute form the path, since the authority may hold a password. */
  static int path(Cursor m, int from, int to) {
    if (m.at(from) == '/' || m.at(from) == '*') {
      return from;
    }
    for (int at = from; at + 2 < to && at < from + 16; at++) {
      if (m.at(at) == ':' && m.at(at + 1) == '/' && m.at(at + 2) == '/') {
        int path = at + 3;
        while (path < to && m.at(path) != '/' && m.at(path) != '?') {
          path++;
        }
        return path;
      }
    }
    return from;
  }

  /** Behind the last {@code @}, if there is one. */
  static int userless(Cursor m, int from, int to) {
    for (int at = to - 1; at > from; at--) {
      if (m.at(at) == '@') {
        return at + 1;
      }
    }
    return from;
  }

  static boolean contains(Cursor m, int from, int to, String ascii) {
    int at = m.indexOf(ascii.charAt(0), from, to);
    while (at >= 0 && at + ascii.length() <= to && !equal(m, at, ascii)) {
      at = m.indexOf(ascii.charAt(0), at + 1, to);
    }
    return at >= 0 && at + ascii.length() <= to;
  }

  private static boolean equal(Cursor m, int at, String ascii) {
    int i = 0;
    while (i < ascii.length() && m.at(at + i) == ascii.charAt(i)) {
      i++;
    }
    return i == ascii.length();
  }
}
