package fr.vigie.sensor.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The bounded native memory of streams and fragments: blocks of 2 KiB to 512 KiB, powers of two, cut from slabs of 512 KiB that are asked for
 * when needed and kept. A handle is {@code slab << 24 | offset / 2048 << 8 | class}. Single-threaded.
 */
final class Blocks {
  /** No block: the memory is used up. */
  static final long NONE = -1;

  private static final int SMALLEST = 11;
  private static final int CLASSES = 9;
  private static final int SLAB = 1 << 19;

  private final Arena arena;
  private final MemorySegment[] slabs;
  private final long[][] free = new long[CLASSES][16];
  private final int[] frees = new int[CLASSES];
  private int slabCount;
  private int slabUsed = SLAB;

  /**
   * Makes an empty pool.
   *
   * @param octets the most it takes, rounded down to whole slabs, at least one
   */
  Blocks(Arena arena, long octets) {
    this.arena = arena;
    slabs = new MemorySegment[(int) Math.max(1, octets / SLAB)];
    Arrays.fill(slabs, MemorySegment.NULL);
  }

  /** A block of at least so many octets, or {@link #NONE}. */
  long take(int octets) {
    int k = 0;
    while (k < CLASSES && 1 << SMALLEST + k < octets) {
      k++;
    }
    if (k == CLASSES) {
      return NONE;
    }
    if (frees[k] > 0) {
      return free[k][--frees[k]];
    }
    int size = 1 << SMALLEST + k;
    if (slabUsed + size > SLAB && slabCount < slabs.length) {
      cutRest();
      slabs[slabCount++] = arena.allocate(SLAB, 64);
      slabUsed = 0;
    }
    if (slabUsed + size <= SLAB) {
      long handle = (long) (slabCount - 1) << 24 | (long) (slabUsed >> SMALLEST) << 8 | k;
      slabUsed += size;
      return handle;
    }
    for (int bigger = k + 1; bigger < CLASSES; bigger++) {
      if (frees[bigger] > 0) {
        return free[bigger][--frees[bigger]];
      }
    }
    return NONE;
  }

  /** Gives what is left of the last slab to the free lists, so that a large block does not waste it. */
  private void cutRest() {
    for (int k = CLASSES - 1; k >= 0 && slabCount > 0; k--) {
      int size = 1 << SMALLEST + k;
      while (slabUsed + size <= SLAB) {
        give((long) (slabCount - 1) << 24 | (long) (slabUsed >> SMALLEST) << 8 | k);
        slabUsed += size;
      }
    }
  }

  void give(long handle) {
    int k = (int) (handle & 0xFF);
    if (frees[k] == free[k].length) {
      free[k] = Arrays.copyOf(free[k], frees[k] * 2);
    }
    free[k][frees[k]++] = handle;
  }

  MemorySegment segment(long handle) {
    return slabs[(int) (handle >>> 24)];
  }

  long offset(long handle) {
    return (handle >>> 8 & 0xFFFF) << SMALLEST;
  }

  int room(long handle) {
    return 1 << SMALLEST + (int) (handle & 0xFF);
  }
}
