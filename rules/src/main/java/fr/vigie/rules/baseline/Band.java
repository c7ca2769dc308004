package fr.vigie.rules.baseline;

/**
 * The values a point had, from its readings: the smallest and the largest, and for how long it was watched. It judges once it has seen a
 * whole day, because the values of a building follow the day, and lets pass half its width more, or a twentieth of its largest value
 * where that is wider. Values that it lets pass widen it. Single-threaded.
 */
public final class Band {
  /** How long a point is watched before its values are judged, ns. */
  public static final long DAY = 24L * 3600 * 1_000_000_000L;
  /** Readings below which nothing is judged. */
  private static final int READINGS = 100;

  private double low;
  private double high;
  private int readings;
  private long first;
  private long last;

  /** Whether the band is known well enough to judge. */
  public boolean judges() {
    return readings >= READINGS && last - first >= DAY;
  }

  /** Whether the value lies outside what the point ever had and what is close to it. */
  public boolean excludes(double value) {
    double room = Math.max((high - low) / 2, Math.max(Math.abs(low), Math.abs(high)) / 20);
    return value < low - room || value > high + room;
  }

  /**
   * Takes values in.
   *
   * @param at capture time, ns
   */
  public void take(double least, double most, long at) {
    if (readings == 0) {
      low = least;
      high = most;
      first = at;
    }
    low = Math.min(low, least);
    high = Math.max(high, most);
    readings = Math.min(readings + 1, Integer.MAX_VALUE - 1);
    last = at;
  }

  /** The smallest value so far. */
  public double low() {
    return low;
  }

  /** The largest value so far. */
  public double high() {
    return high;
  }
}
