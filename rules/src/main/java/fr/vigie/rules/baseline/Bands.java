package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;

/**
 * The values that points had, from their readings: the smallest and the largest of each, and for how long it was watched. A band judges once it
 * has seen a whole day, because the values of a building follow the day, and lets pass half its width more, or a twentieth of its largest value
 * where that is wider. Values that it lets pass widen it. Bounded: the point longest without news is forgotten first. Single-threaded.
 */
public final class Bands {
  /** How long a point is watched before its values are judged, ns. */
  public static final long DAY = 24L * 3600 * 1_000_000_000L;
  /** Readings below which nothing is judged. */
  private static final int READINGS = 100;

  private final Places places;
  private double[] low;
  private double[] high;
  private int[] readings;
  private long[] first;
  private long[] last;

  /** Knows no point yet, and will know at most {@code limit}. */
  public Bands(int limit) {
    places = new Places(limit);
    int room = places.room();
    low = new double[room];
    high = new double[room];
    readings = new int[room];
    first = new long[room];
    last = new long[room];
  }

  /** The band of a point of a device that is known well enough to judge, for the questions below, or -1. */
  public int judging(Endpoint device, long point) {
    int band = places.find(device, point);
    return band >= 0 && judges(band) ? band : -1;
  }

  /** Whether the value lies outside what the point ever had and what is close to it. */
  public boolean excludes(int band, double value) {
    double room = Math.max((high[band] - low[band]) / 2, Math.max(Math.abs(low[band]), Math.abs(high[band])) / 20);
    return value < low[band] - room || value > high[band] + room;
  }

  /** The smallest value so far. */
  public double low(int band) {
    return low[band];
  }

  /** The largest value so far. */
  public double high(int band) {
    return high[band];
  }

  /**
   * Takes values in, unless the band judges and excludes them.
   *
   * @param at capture time, ns
   */
  public void take(Endpoint device, long point, double least, double most, long at) {
    int band = places.news(device, point);
    if (places.fresh()) {
      room();
      low[band] = least;
      high[band] = most;
      readings[band] = 0;
      first[band] = at;
      last[band] = at;
    } else if (judges(band) && (excludes(band, least) || excludes(band, most))) {
      return;
    }
    low[band] = Math.min(low[band], least);
    high[band] = Math.max(high[band], most);
    readings[band] = Math.min(readings[band] + 1, Integer.MAX_VALUE - 1);
    last[band] = at;
  }

  /** Points that had to be forgotten. */
  public long evicted() {
    return places.evicted();
  }

  private boolean judges(int band) {
    return readings[band] >= READINGS && last[band] - first[band] >= DAY;
  }

  private void room() {
    int room = places.room();
    if (room > low.length) {
      low = Arrays.copyOf(low, room);
      high = Arrays.copyOf(high, room);
      readings = Arrays.copyOf(readings, room);
      first = Arrays.copyOf(first, room);
      last = Arrays.copyOf(last, room);
    }
  }
}
