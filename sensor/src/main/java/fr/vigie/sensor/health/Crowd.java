package fr.vigie.sensor.health;

/**
 * How many different addresses were met, estimated by linear counting (Whang, Vander-Zanden and Taylor, 1990) in 1 KiB: within about 2 %
 * up to some thousand, and never above {@link #MOST}. Allocates nothing after it is made.
 */
final class Crowd {
  private static final int BITS = 1 << 13;
  /** The most it can tell: every bit but one is set. */
  static final long MOST = Math.round(BITS * Math.log(BITS));

  private final long[] words = new long[BITS >>> 6];

  /**
   * Meets an address.
   *
   * @param print its digest, well mixed in the low 32 bits
   */
  void meet(int print) {
    words[print >>> 6 & words.length - 1] |= 1L << print;
  }

  /** Whether an address with this digest may have been met. */
  boolean met(int print) {
    return (words[print >>> 6 & words.length - 1] >>> print & 1) == 1;
  }

  /** How many were met, about. */
  long size() {
    int empty = 0;
    for (long word : words) {
      empty += 64 - Long.bitCount(word);
    }
    return empty == 0 ? MOST : Math.round(BITS * Math.log((double) BITS / empty));
  }

  void clear() {
    java.util.Arrays.fill(words, 0);
  }
}
