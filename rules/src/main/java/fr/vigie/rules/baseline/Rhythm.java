package fr.vigie.rules.baseline;

import org.jspecify.annotations.Nullable;

/**
 * The rhythm of something that comes again and again: how often which interval lay between two of them, by powers of two from 16 ms on.
 * The first 64 intervals are what it is used to; each 32 further ones are compared with those by the divergence of Jensen and Shannon, 0 for the same
 * mixture and 1 for two that have nothing in common. Only what comes at regular times is compared: nine of ten intervals it is used to lie in
 * two neighbouring steps. What is compared and found alike is added to what it is used to. Single-threaded.
 */
final class Rhythm {
  /** Intervals learned first. */
  private static final int USED = 64;
  /** Intervals compared at a time. */
  private static final int SAMPLE = 32;
  /** 16 ms to 19 hours, doubling. */
  private static final int BINS = 24;

  private final int[] usual = new int[BINS];
  private int @Nullable [] compared;
  private int learned;
  private int sampled;

  /**
   * It came again.
   *
   * @param nanos since it came before
   * @return the divergence of the last 32 intervals, in bits from 0 to 1, or -1 where there is nothing to compare yet
   */
  double interval(long nanos) {
    int bin = bin(nanos);
    if (learned < USED) {
      usual[bin]++;
      learned++;
      return -1;
    }
    int[] sample = compared == null ? new int[BINS] : compared;
    compared = sample;
    sample[bin]++;
    if (++sampled < SAMPLE) {
      return -1;
    }
    double divergence = regular() ? divergence(sample) : -1;
    for (int i = 0; i < BINS; i++) {
      if (divergence < 0.5 && learned < 1 << 20) {
        usual[i] += sample[i];
        learned += sample[i];
      }
      sample[i] = 0;
    }
    sampled = 0;
    return divergence;
  }

  /** Whether it has learned what it is used to. */
  boolean learned() {
    return learned >= USED;
  }

  private boolean regular() {
    int most = 0;
    for (int i = 0; i + 1 < BINS; i++) {
      most = Math.max(most, usual[i] + usual[i + 1]);
    }
    return most >= learned - learned / 10;
  }

  private static int bin(long nanos) {
    long units = Math.max(1, nanos / 16_000_000L);
    return Math.min(BINS - 1, 63 - Long.numberOfLeadingZeros(units));
  }

  /** J. Lin, Divergence measures based on the Shannon entropy, 1991: the entropy of the mean less the mean of the entropies. */
  private double divergence(int[] sample) {
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
      double p = (double) usual[i] / learned;
      double q = (double) sample[i] / SAMPLE;
      double mean = (p + q) / 2;
      sum += share(p, mean) + share(q, mean);
    }
    return sum / 2;
  }

  private static double share(double p, double mean) {
    return p == 0 ? 0 : p * Math.log(p / mean) / Math.log(2);
  }
}
