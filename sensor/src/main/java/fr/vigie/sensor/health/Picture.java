package fr.vigie.sensor.health;

import java.util.List;

/**
 * The time axis of the picture: 144 bins that begin at one second and double as the capture grows, up to ten minutes, so that they hold a
 * day; from then on the oldest go.
 */
final class Picture {
  static final int BINS = 144;
  private static final long SECOND = 1_000_000_000L;
  private static final long WIDEST = 600 * SECOND;
  /** Seconds; each divides the next, so that whole bins merge. */
  private static final long[] WIDTHS = {1, 2, 4, 12, 60, 120, 600};

  private int width;
  private long start;
  private int bin;
  private final long[] lost = new long[BINS];
  private long lostDrawn;

  void begin(long at) {
    start = at;
  }

  /** Start of the first bin, ns. */
  long start() {
    return start;
  }

  /** Width of a bin, ns. */
  long step() {
    return WIDTHS[width] * SECOND;
  }

  /** When the present bin ends, ns. */
  long end() {
    return start + (bin + 1) * step();
  }

  /** Bins begun. */
  int size() {
    return bin + 1;
  }

  long[] lost() {
    return lost;
  }

  /** Draws what was counted since the last call into the present bin, then moves to the bin of {@code at}. */
  void draw(List<Line> lines, long lostSoFar, long at) {
    for (int i = 0; i < lines.size(); i++) { // by index: each second, and an iterator would be an object
      Line line = lines.get(i);
      line.packetsByBin[bin] += line.packets - line.packetsDrawn;
      line.bytesByBin[bin] += line.bytes - line.bytesDrawn;
      line.packetsDrawn = line.packets;
      line.bytesDrawn = line.bytes;
    }
    lost[bin] += lostSoFar - lostDrawn;
    lostDrawn = lostSoFar;
    while ((at - start) / step() >= BINS && step() < WIDEST) {
      widen(lines);
    }
    long to = (at - start) / step();
    if (to >= BINS) {
      long gone = to - BINS + 1;
      int shift = (int) Math.min(gone, BINS);
      slide(lost, shift);
      for (int i = 0; i < lines.size(); i++) {
        Line line = lines.get(i);
        slide(line.packetsByBin, shift);
        slide(line.bytesByBin, shift);
      }
      start += gone * step();
      to = BINS - 1;
    }
    bin = (int) Math.max(bin > to ? 0 : bin, to);
  }

  private void widen(List<Line> lines) {
    int factor = (int) (WIDTHS[width + 1] / WIDTHS[width]);
    fold(lost, factor);
    for (Line line : lines) {
      fold(line.packetsByBin, factor);
      fold(line.bytesByBin, factor);
    }
    bin /= factor;
    width++;
  }

  private static void fold(long[] bins, int factor) {
    for (int i = 0; i < BINS; i++) {
      long sum = 0;
      for (int j = i * factor; j < Math.min(BINS, (i + 1) * factor); j++) {
        sum += bins[j];
      }
      bins[i] = sum;
    }
  }

  private static void slide(long[] bins, int shift) {
    System.arraycopy(bins, shift, bins, 0, BINS - shift);
    java.util.Arrays.fill(bins, BINS - shift, BINS, 0);
  }
}
