package fr.vigie.sensor.flow;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread sleeps until another has something for it. The sleeper calls {@link #listen}, looks once more, and only then
 * {@link #sleep}: what came in between wakes it at once.
 */
final class Bell {
  /** Nobody sleeps longer than this without looking up, whatever went wrong elsewhere. */
  private static final long NAP_NS = 50_000_000L;

  private volatile @Nullable Thread sleeper;

  /** From now on {@link #ring} wakes the calling thread. */
  void listen() {
    sleeper = Thread.currentThread();
  }

  /** Sleeps until the bell rings, or a moment. */
  void sleep() {
    LockSupport.parkNanos(this, NAP_NS);
  }

  /** Nobody listens any more. */
  void leave() {
    sleeper = null;
  }

  /** Wakes whoever listens. */
  void ring() {
    Thread thread = sleeper;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
