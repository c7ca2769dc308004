package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * A head of text lines in the manner of RFC 9112 §2: a start line, then {@code name: value} lines, then an empty one. Finds fields without
 * allocation; the cursor is not moved. Where it found one, {@link #at} and {@link #length} say where its value lies, trimmed.
 */
final class Heads {
  /** Longest head that is read. */
  static final int LONGEST = 1 << 14;

  int at;
  int length;

  /** Where the head ends that begins at {@code from}, its empty line included; -1 where that is not there yet. */
  static int end(Cursor m, int from) {
    int line = from;
    while (true) {
      int next = m.lineEnd(line);
      if (next < 0) {
        return -1;
      }
      if (next == line + 1 || next == line + 2 && m.at(line) == '\r') {
        return next;
      }
      line = next;
    }
  }

  /**
   * Looks for a field by its name, in lower case, behind the start line; case does not matter in the head (RFC 9110 §5.1).
   *
   * @return whether there is one
   */
  boolean find(Cursor m, String name) {
    return find(m, name, 0);
  }

  /** The next field of the name in the lines behind the one of the last octet before {@code behind}. */
  boolean find(Cursor m, String name, int behind) {
    int line = m.lineEnd(Math.max(0, behind - 1));
    length = 0;
    while (line > 0) {
      int next = m.lineEnd(line);
      int i = 0;
      while (i < name.length() && lower(m.at(line + i)) == name.charAt(i)) {
        i++;
      }
      if (i == name.length() && m.at(line + i) == ':') {
        int from = line + i + 1;
        int to = folded(m, line);
        while (from < to && m.at(from) <= ' ') {
          from++;
        }
        while (to > from && m.at(to - 1) <= ' ') {
          to--;
        }
        at = from;
        length = to - from;
        return true;
      }
      line = next;
    }
    return false;
  }

  /** Where the field ends that begins at an offset: lines that begin with a blank go on with the one before (RFC 3261 §7.3.1, RFC 2326 §15.1). */
  private static int folded(Cursor m, int line) {
    int next = m.lineEnd(line);
    while (next > 0 && (m.at(next) == ' ' || m.at(next) == '\t')) {
      next = m.lineEnd(next);
    }
    return next < 0 ? m.length() : next;
  }

  /** Gives every field, its name in lower case and its value on one line. Allocates: for transcripts. */
  static void each(Cursor m, BiConsumer<String, String> field) {
    int line = m.lineEnd(0);
    while (line > 0 && line < m.length() && m.at(line) != '\r' && m.at(line) != '\n') {
      int end = folded(m, line);
      int colon = m.indexOf(':', line, end);
      if (colon > line) {
        field.accept(slice(m, line, colon - line).strip().toLowerCase(Locale.ROOT), slice(m, colon + 1, end - colon - 1).replaceAll("\\s*\\r?\\n\\s*", " ").strip());
      }
      line = end;
    }
  }

  /** RFC 3986 §3.2.1: who is named in addresses, and with what password, is nobody's business. */
  static String bare(String value) {
    return value.replaceAll("(?<=://)[^/@\\s]*@", "").replaceAll("(?i)(?<=sips?:)([^:@\\s;>]+):[^@\\s;>]*@", "$1@");
  }

  /** Whether a field's name says that its value is a secret: credentials, and what others call theirs. */
  static boolean secret(String name) {
    return name.contains("authorization") || name.contains("authentication-info") || name.contains("cookie") || name.contains("token") || name.contains("password") || name.contains("secret")
        || name.contains("api-key");
  }

  /** Whether what is there begins like the text, as far as it goes. */
  static boolean begins(Cursor m, String text) {
    int octets = Math.min(text.length(), m.length());
    for (int i = 0; i < octets; i++) {
      if (m.at(i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Index of the method of a request's line, also of one that has come only in part; -1 where it is none of these. */
  static int method(Cursor m, String[] methods) {
    for (int i = 0; i < methods.length; i++) {
      if (begins(m, methods[i]) && (m.length() <= methods[i].length() || m.at(methods[i].length()) == ' ')) {
        return i;
      }
    }
    return -1;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /** The value found, as text; allocates. */
  String text(Cursor m) {
    return slice(m, at, length);
  }

  /** A digest of the value found. */
  long digest(Cursor m) {
    return digest(m, at, length);
  }

  /** The value found as a number of at most nine digits, or -1. */
  int number(Cursor m) {
    int value = 0;
    for (int i = 0; i < length; i++) {
      int c = m.at(at + i);
      if (c < '0' || c > '9' || i >= 9) {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return length == 0 ? -1 : value;
  }

  static long digest(Cursor m, int from, int octets) {
    int back = m.position();
    m.seek(from);
    long digest = m.digest(octets);
    m.seek(back);
    return digest;
  }

  static String slice(Cursor m, int from, int octets) {
    int back = m.position();
    m.seek(from);
    String text = m.text(octets, StandardCharsets.ISO_8859_1);
    m.seek(back);
    return text;
  }
}
