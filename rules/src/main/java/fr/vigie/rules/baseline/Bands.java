package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;

/**
 * The values that points had, from their readings: the smallest and the largest of each, and for how long it was watched. A band judges once it
 * has seen a whole day, because the values of a building follow the day, and lets pass half its width more, or a twentieth of its largest value
 * where that is wider; and as much more as it saw few values: a set point that is read a thousand times and was moved twice has shown little.
 * Values that it lets pass widen it. Bounded: the point longest without news is forgotten first. Single-threaded.
 */
public final class Bands {
  /** How long a point is watched before its values are judged, ns. */
  public static final long DAY = 24L * 3600 * 1_000_000_000L;
  /** Readings below which nothing is judged. */
  private static final int READINGS = 100;
  /** So many moves of the value double what is let pass; a value that never moved has twenty times the room more. */
  private static final double STILL = 20;
  private static final long HOUR = DAY / 24;

  private final Places places;
  private double[] low;
  private double[] high;
  private int[] readings;
  private long[] first;
  private long[] last;
  private double[] was;
  private int[] moves;
  private int[] hour;
  /** The width that was told last. */
  private double[] told;
  private int latest;

  /** Knows no point yet, and will know at most {@code limit}. */
  public Bands(int limit) {
    places = new Places(limit);
    int room = places.room();
    low = new double[room];
    high = new double[room];
    readings = new int[room];
    first = new long[room];
    last = new long[room];
    was = new double[room];
    moves = new int[room];
    hour = new int[room];
    told = new double[room];
  }

  /** The band of a point of a device, for the questions below until the next values are taken in, or -1. */
  public int find(Endpoint device, long point) {
    return places.find(device, point);
  }

  /** Whether the point of a band, or of none, is known well enough to judge. */
  public boolean judges(int band) {
    return band >= 0 && readings[band] >= READINGS && last[band] - first[band] >= DAY;
  }

  /** Whether the value lies outside what the point ever had and what is close to it. */
  public boolean excludes(int band, double value) {
    double room = Math.max((high[band] - low[band]) / 2, Math.max(Math.abs(low[band]), Math.abs(high[band])) / 20)
        * (1 + STILL / (moves[band] + 1));
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
   * @param found what {@link #find} answered for the point
   * @param at capture time, ns
   * @return whether an hour began for the point, for those who follow how far it is learned
   */
  public boolean take(int found, Endpoint device, long point, double least, double most, long at) {
    int band = places.news(found, device, point);
    if (places.fresh()) {
      room();
      low[band] = least;
      high[band] = most;
      readings[band] = 0;
      first[band] = at;
      last[band] = at;
      was[band] = most;
      moves[band] = 0;
      hour[band] = -1;
      told[band] = 0;
    } else if (judges(band) && (excludes(band, least) || excludes(band, most))) {
      return false;
    }
    if (least != was[band] || most != was[band]) {
      moves[band] = Math.min(moves[band] + 1, Integer.MAX_VALUE - 1);
      was[band] = most;
    }
    low[band] = Math.min(low[band], least);
    high[band] = Math.max(high[band], most);
    readings[band] = Math.min(readings[band] + 1, Integer.MAX_VALUE - 1);
    last[band] = at;
    latest = band;
    int now = (int) (at / HOUR);
    boolean began = now != hour[band];
    hour[band] = now;
    return began;
  }

  /** Whether the band that took values last became wider since this was asked of it, by more than a tenth of its width. */
  public boolean wider() {
    double width = high[latest] - low[latest];
    boolean wider = width > told[latest] * 1.1 + Math.max(Math.abs(low[latest]), Math.abs(high[latest])) / 200;
    if (wider) {
      told[latest] = width;
    }
    return wider;
  }

  /** Points that had to be forgotten. */
  public long evicted() {
    return places.evicted();
  }

  private void room() {
    int room = places.room();
    if (room > low.length) {
      low = Arrays.copyOf(low, room);
      high = Arrays.copyOf(high, room);
      readings = Arrays.copyOf(readings, room);
      first = Arrays.copyOf(first, room);
      last = Arrays.copyOf(last, room);
      was = Arrays.copyOf(was, room);
      moves = Arrays.copyOf(moves, room);
      hour = Arrays.copyOf(hour, room);
      told = Arrays.copyOf(told, room);
    }
  }
}
