package fr.vigie.sensor.flow;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue with one thread that puts and one that takes. It never waits: whoever puts knows that there is room, because no more things
 * go round than it holds; whoever takes waits at a {@link Bell}.
 */
final class Ring<T> {
  private final AtomicReferenceArray<@Nullable T> slots;
  private final int mask;
  private final AtomicLong put = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();

  /**
   * Makes an empty ring.
   *
   * @param room things it holds at least
   */
  Ring(int room) {
    int size = Integer.highestOneBit(Math.max(1, room - 1)) << 1;
    slots = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  /** For the one thread that puts. */
  void put(T thing) {
    long place = put.getPlain();
    if (place - taken.getAcquire() > mask) {
      throw new IllegalStateException("more things go round than the ring holds");
    }
    slots.setPlain((int) place & mask, thing);
    // volatile: the bell is looked at after it
    put.set(place + 1);
  }

  /** The oldest, for the one thread that takes; null if there is none. */
  @Nullable T take() {
    long place = taken.getPlain();
    if (place == put.get()) {
      return null;
    }
    T thing = slots.getPlain((int) place & mask);
    slots.setPlain((int) place & mask, null);
    taken.setRelease(place + 1);
    return thing;
  }

  /** How many were ever put. */
  long puts() {
    return put.get();
  }

  /** How many were ever taken. */
  long takes() {
    return taken.getAcquire();
  }
}
