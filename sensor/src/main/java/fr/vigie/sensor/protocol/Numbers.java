package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/** Numbers as devices write them in text, read without allocation. */
final class Numbers {
  private Numbers() {}

  /**
   * The next octets as a decimal number ({@code -12}, {@code 21.5}, {@code 1.5e3}), or NaN where they are anything else; does not move.
   *
   * @param octets how many, all of which must belong to the number
   */
  static double decimal(Cursor m, int octets) {
    int i = 0;
    boolean negative = m.peek(0) == '-';
    if (negative || m.peek(0) == '+') {
      i++;
    }
    double value = 0;
    int digits = 0;
    int scale = 0;
    boolean fraction = false;
    for (; i < octets; i++) {
      int c = m.peek(i);
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        digits++;
        scale -= fraction ? 1 : 0;
      } else if (c == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return Double.NaN;
    }
    if (i < octets) {
      if (m.peek(i) != 'e' && m.peek(i) != 'E') {
        return Double.NaN;
      }
      int exponent = exponent(m, i + 1, octets);
      if (exponent == Integer.MIN_VALUE) {
        return Double.NaN;
      }
      scale += exponent;
    }
    double scaled = scale < 0 ? value / Math.pow(10, -scale) : value * Math.pow(10, scale);
    return negative ? -scaled : scaled;
  }

  private static int exponent(Cursor m, int from, int octets) {
    int i = from;
    boolean negative = m.peek(i) == '-';
    if (negative || m.peek(i) == '+') {
      i++;
    }
    int exponent = 0;
    if (i >= octets || octets - i > 3) {
      return Integer.MIN_VALUE;
    }
    for (; i < octets; i++) {
      int c = m.peek(i);
      if (c < '0' || c > '9') {
        return Integer.MIN_VALUE;
      }
      exponent = exponent * 10 + (c - '0');
    }
    return negative ? -exponent : exponent;
  }
}
