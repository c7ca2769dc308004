package fr.vigie.sensor.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one run. What one of them throws ends all and is thrown on the caller's, and none outlives the run. Threads that wait do so
 * at a {@link Bell} of the shift and look at {@link #over} when they wake.
 */
final class Shift {
  /** How long an ended run waits for a thread that is stuck in its source: a pipe nobody writes to. */
  private static final long PATIENCE_MS = 5_000;

  private final List<Thread> threads = new ArrayList<>();
  private final List<Bell> bells = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean over;

  /** Ends a thread of a run that is over. Nobody sees it. */
  static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1;

    Over() {
      super("the run is over", null, false, false);
    }
  }

  /** A bell that rings when the run ends. Before {@link #start}. */
  Bell bell() {
    Bell bell = new Bell();
    bells.add(bell);
    return bell;
  }

  /** A thread of the run. Before {@link #start}. */
  void add(String name, Runnable body) {
    threads.add(Thread.ofPlatform().daemon().name(name).unstarted(() -> {
      try {
        body.run();
      } catch (Over e) {
        // somebody else has ended the run and says why
      } catch (Throwable t) { // whatever it is, it is the caller's to see
        failure.compareAndSet(null, t);
        end();
      }
    }));
  }

  void start() {
    threads.forEach(Thread::start);
  }

  boolean over() {
    return over;
  }

  /** Ends the run, well or not: wakes everybody. */
  void end() {
    over = true;
    bells.forEach(Bell::ring);
  }

  /** Leaves by {@link Over} where the run has ended. */
  void check() {
    if (over) {
      throw new Over();
    }
  }

  /** The next thing out of a ring, waited for. */
  <T> T wait(Ring<T> ring, Bell bell) {
    T thing = ring.take();
    if (thing != null) {
      return thing;
    }
    bell.listen();
    try {
      while (true) {
        thing = ring.take();
        if (thing != null) {
          return thing;
        }
        check();
        bell.sleep();
      }
    } finally {
      bell.leave();
    }
  }

  /**
   * Waits until every thread has ended, on the caller's.
   *
   * @param well whether they end by themselves; else they are interrupted, because one may be stuck in its source
   */
  void join(boolean well) {
    end();
    boolean kind = well && failure.get() == null;
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
    for (Thread thread : threads) {
      if (!kind) {
        thread.interrupt();
      }
    }
    for (Thread thread : threads) {
      long left = PATIENCE_MS;
      while (thread.isAlive() && left > 0) {
        try {
          thread.join(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Throws what one of the threads threw, if one did. */
  void raise() {
    switch (failure.get()) {
      case null -> { }
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable t -> throw new IllegalStateException(t);
    }
  }
}
