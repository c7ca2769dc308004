package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Point;

/**
 * A pattern of points: the canonical text of a point with {@code *} for any run of characters and {@code ?} for one;
 * {@code holding-register:100-199} holds every register range that lies within it.
 *
 * @param text as written
 */
public record PointPattern(String text) {
  /** Whether the point is meant. */
  public boolean matches(Point point) {
    return (point instanceof Point.Modbus m && within(m)) || glob(text, point.text());
  }

  private boolean within(Point.Modbus m) {
    int colon = text.indexOf(':');
    if (colon < 0 || !text.substring(0, colon).equals(m.table())) {
      return false;
    }
    String range = text.substring(colon + 1);
    int dash = range.indexOf('-');
    int from = Addresses.decimal(dash < 0 ? range : range.substring(0, dash), 65535);
    int to = dash < 0 ? from : Addresses.decimal(range.substring(dash + 1), 65535);
    return from >= 0 && to >= 0 && m.address() >= from && m.address() + m.count() - 1 <= to;
  }

  /** Greedy match with one point to fall back to: linear in practice, at worst the product of the lengths, never exponential. */
  static boolean glob(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
