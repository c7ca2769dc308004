package fr.vigie.sensor.capture;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pool of slabs of one source: a fixed number, allocated when first needed, freed together. When every slab is leased the source
 * waits: a replay loses nothing. Thread-safe.
 */
final class Slabs implements Slab.Home, AutoCloseable {
  /** Octets of a slab: four times the largest packet ({@link CaptureFile#MAXIMUM_CAPTURED}), so that few packets cross its end. */
  static final long SIZE = 1 << 20;

  /** Slabs beyond the ones under the readers: what pipelines may hold on to. */
  static final int LEASES = 16;

  /** After so long without a slab the leases are taken for lost, and the wait ends in an error instead of never. */
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private final Arena arena = Arena.ofShared();
  private final ArrayDeque<Slab> free = new ArrayDeque<>();
  private final boolean poison;
  private int capacity;
  private int made;
  private boolean closed;

  /**
   * Makes an empty pool.
   *
   * @param leases slabs beyond the ones under the readers
   * @param poison whether returned slabs are filled with 0xA5
   */
  Slabs(int leases, boolean poison) {
    this.capacity = leases;
    this.poison = poison;
  }

  /** A pool as production has it; {@code -Dvigie.poison=true} fills returned slabs with 0xA5. */
  static Slabs standard() {
    return new Slabs(LEASES, Boolean.getBoolean("vigie.poison"));
  }

  boolean poison() {
    return poison;
  }

  /** One reader more: it brings a slab of its own, so readers never wait for each other. */
  synchronized void more() {
    capacity++;
  }

  /** One reader less. */
  synchronized void fewer() {
    capacity--;
  }

  /** Takes a slab, waiting until one comes back if need be. */
  synchronized Slab take() throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (free.isEmpty() && made >= capacity) {
      if (closed) {
        throw new IOException("the capture source is closed");
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IOException("all " + capacity + " slabs stay leased: a pipeline does not return them");
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (InterruptedIOException) new InterruptedIOException("reading was interrupted").initCause(e);
      }
    }
    @Nullable Slab slab = free.pollLast();
    if (slab == null) {
      slab = new Slab(this, arena.allocate(SIZE, 64));
      made++;
    }
    slab.lease();
    return slab;
  }

  @Override
  public synchronized void giveBack(Slab slab) {
    if (closed) {
      return;
    }
    if (poison) {
      poison(slab.segment(), 0);
    }
    free.addLast(slab);
    notifyAll();
  }

  /** Overwrites a segment from an offset on, so that whoever still reads it is found out. */
  static void poison(MemorySegment segment, long from) {
    segment.asSlice(from).fill((byte) 0xA5);
  }

  /** Frees all memory; leases still held end with it. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      free.clear();
      notifyAll();
    }
    arena.close();
  }

}
