package fr.vigie.inventory.site;

import org.jspecify.annotations.Nullable;

/** Reading of addresses as people write them; never asks a name server. Every method answers null or -1 for what it cannot read. */
public final class Addresses {
  private Addresses() {}

  /** The octets of an IPv4 address in four decimal parts or of an IPv6 address (RFC 4291 §2.2, without zone), or null. */
  public static byte @Nullable [] ip(String text) {
    return text.indexOf(':') < 0 ? v4(text) : v6(text);
  }

  private static byte @Nullable [] v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] out = new byte[4];
    for (int i = 0; i < 4; i++) {
      int n = decimal(parts[i], 255);
      if (n < 0) {
        return null;
      }
      out[i] = (byte) n;
    }
    return out;
  }

  private static byte @Nullable [] v6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    byte @Nullable [] head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    byte @Nullable [] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2), true);
    if (head == null || tail == null) {
      return null;
    }
    int size = head.length + tail.length;
    if (gap < 0 ? size != 16 : size > 14) {
      return null;
    }
    byte[] out = new byte[16];
    System.arraycopy(head, 0, out, 0, head.length);
    System.arraycopy(tail, 0, out, 16 - tail.length, tail.length);
    return out;
  }

  /** Groups of hexadecimal digits with single colons, the last one perhaps an IPv4 address. */
  private static byte @Nullable [] groups(String text, boolean v4Allowed) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    if (parts.length > 8) {
      return null;
    }
    byte[] out = new byte[18];
    int at = 0;
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (v4Allowed && i == parts.length - 1 && part.indexOf('.') > 0) {
        byte @Nullable [] four = v4(part);
        if (four == null || at > 12) {
          return null;
        }
        System.arraycopy(four, 0, out, at, 4);
        at += 4;
      } else {
        long n = part.length() > 4 ? -1 : hex(part);
        if (n < 0) {
          return null;
        }
        out[at++] = (byte) (n >>> 8);
        out[at++] = (byte) n;
      }
    }
    return at > 16 ? null : java.util.Arrays.copyOf(out, at);
  }

  /** A MAC address with colons or hyphens between its six octets, in the low 48 bits, or -1. */
  public static long mac(String text) {
    if (text.length() != 17) {
      return -1;
    }
    char gap = text.charAt(2);
    if (gap != ':' && gap != '-') {
      return -1;
    }
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      if (i > 0 && text.charAt(3 * i - 1) != gap) {
        return -1;
      }
      long octet = hex(text.substring(3 * i, 3 * i + 2));
      if (octet < 0) {
        return -1;
      }
      mac = mac << 8 | octet;
    }
    return mac;
  }

  /** A KNX individual address {@code area.line.device} as 16 bits, or -1. */
  public static int knx(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      return -1;
    }
    int area = decimal(parts[0], 15);
    int line = decimal(parts[1], 15);
    int device = decimal(parts[2], 255);
    return area < 0 || line < 0 || device < 0 ? -1 : area << 12 | line << 8 | device;
  }

  /** A plain decimal number without sign or leading zeros, 0..{@code max}, or -1. */
  public static int decimal(String text, int max) {
    if (text.isEmpty() || text.length() > 9 || (text.length() > 1 && text.charAt(0) == '0')) {
      return -1;
    }
    int n = 0;
    for (int i = 0; i < text.length(); i++) {
      int d = text.charAt(i) - '0';
      if (d < 0 || d > 9) {
        return -1;
      }
      n = n * 10 + d;
    }
    return n <= max ? n : -1;
  }

  /** Hexadecimal digits only, at most 15, or -1. */
  static long hex(String text) {
    if (text.isEmpty() || text.length() > 15) {
      return -1;
    }
    long n = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int d = c < 128 ? Character.digit(c, 16) : -1;
      if (d < 0) {
        return -1;
      }
      n = n << 4 | d;
    }
    return n;
  }

  static long big(byte[] b, int from, int length) {
    long n = 0;
    for (int i = 0; i < length; i++) {
      n = n << 8 | (b[from + i] & 0xFF);
    }
    return n;
  }
}
