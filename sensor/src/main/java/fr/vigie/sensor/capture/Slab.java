package fr.vigie.sensor.capture;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One block of native memory out of a fixed number, held by leases: a slab of a file's pool, or a block of the kernel's packet ring. The
 * source that fills it holds one lease; whoever needs a packet for longer than until the next {@link PacketSource#next} takes another by
 * {@link #retain} and gives it back by {@link #release}, from any thread. With the last lease the slab goes back to where it came from and
 * its octets are worthless (tests overwrite them with 0xA5).
 */
public final class Slab {
  private final Home home;
  private final MemorySegment segment;
  private final AtomicInteger leases = new AtomicInteger();

  /** Where a slab goes when its last lease has ended: a pool, or the kernel. */
  interface Home {
    /** Takes the slab back; on whatever thread gave up the last lease. */
    void giveBack(Slab slab);
  }

  Slab(Home home, MemorySegment segment) {
    this.home = home;
    this.segment = segment;
  }

  /** The memory. */
  public MemorySegment segment() {
    return segment;
  }

  /** Takes one more lease; only whoever holds one (or stands before the next {@code next}) may. */
  public void retain() {
    if (leases.getAndIncrement() <= 0) {
      throw new IllegalStateException("a slab was retained after its last lease had ended");
    }
  }

  /** Gives one lease back. */
  public void release() {
    int left = leases.decrementAndGet();
    if (left == 0) {
      home.giveBack(this);
    } else if (left < 0) {
      throw new IllegalStateException("a slab was released more often than retained");
    }
  }

  /** Whether anybody but the source holds a lease. */
  boolean shared() {
    return leases.get() > 1;
  }

  void lease() {
    leases.set(1);
  }
}
