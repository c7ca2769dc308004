package fr.vigie.inventory.fingerprint;

import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text that a regular expression may look at so often and no more. What it reads was written by whoever sends packets, and an expression that
 * goes back and forth over it must not stop the house: then it has found nothing, and {@link #overruns()} counts.
 */
final class Frugal implements CharSequence {
  /** Most characters looked at in one search. */
  private static final int MOST = 200_000;

  private static final LongAdder OVERRUNS = new LongAdder();

  private final CharSequence text;
  private final int[] left;

  private Frugal(CharSequence text, int[] left) {
    this.text = text;
    this.left = left;
  }

  static Matcher matcher(Pattern pattern, String text) {
    return pattern.matcher(new Frugal(text, new int[] {MOST}));
  }

  /** Whether the expression finds something; false where it looked too often. */
  static boolean find(Matcher m) {
    try {
      return m.find();
    } catch (Overrun | StackOverflowError e) {
      OVERRUNS.increment();
      return false;
    }
  }

  /** Searches given up; a counter to show. */
  static long overruns() {
    return OVERRUNS.sum();
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (--left[0] < 0) {
      throw new Overrun();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private static final class Overrun extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overrun() {
      super("the expression looked too often", null, false, false);
    }
  }
}
