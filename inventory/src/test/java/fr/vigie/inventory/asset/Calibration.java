package fr.vigie.inventory.asset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How often conclusions of a stated certainty are right: in tenths, with the mean gap between the two (expected calibration error). */
final class Calibration {
  private static final int BINS = 10;

  private final int[] all = new int[BINS];
  private final int[] right = new int[BINS];
  private final long[] stated = new long[BINS];

  void add(int confidence, boolean isRight) {
    int bin = Math.min(BINS - 1, confidence / 10);
    all[bin]++;
    right[bin] += isRight ? 1 : 0;
    stated[bin] += confidence;
  }

  void add(Calibration other) {
    for (int i = 0; i < BINS; i++) {
      all[i] += other.all[i];
      right[i] += other.right[i];
      stated[i] += other.stated[i];
    }
  }

  int size() {
    int n = 0;
    for (int i : all) {
      n += i;
    }
    return n;
  }

  int right() {
    int n = 0;
    for (int i : right) {
      n += i;
    }
    return n;
  }

  /** The gap between stated certainty and hits, weighted by how many there are, 0..1. */
  double error() {
    double gap = 0;
    for (int i = 0; i < BINS; i++) {
      gap += all[i] == 0 ? 0 : Math.abs(right[i] - stated[i] / 100.0);
    }
    return gap / Math.max(1, size());
  }

  /** The share by which conclusions are surer than they are right, 0..1: what must stay small. */
  double overconfidence() {
    double gap = 0;
    for (int i = 0; i < BINS; i++) {
      gap += Math.max(0, stated[i] / 100.0 - right[i]);
    }
    return gap / Math.max(1, size());
  }

  /** The interval in which a share lies that was seen among so many, with 95 % by Wilson. */
  static double[] interval(double share, double of) {
    double z = 1.96;
    double middle = (share + z * z / (2 * of)) / (1 + z * z / of);
    double half = z / (1 + z * z / of) * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of));
    return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
  }

  /** One point for each tenth that has any: mean certainty, hits, number. */
  List<double[]> points() {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      if (all[i] > 0) {
        points.add(new double[] {stated[i] / 100.0 / all[i], 1.0 * right[i] / all[i], all[i]});
      }
    }
    return points;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (double[] p : points()) {
      s.append(String.format(Locale.ROOT, "%.0f %% → %.0f %% of %.0f; ", 100 * p[0], 100 * p[1], p[2]));
    }
    return s.append(String.format(Locale.ROOT, "error %.3f, overconfidence %.3f", error(), overconfidence())).toString();
  }
}
