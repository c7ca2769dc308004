package fr.vigie.sensor.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waiting for several descriptors at once: {@code struct pollfd} | descriptor s32 | events s16 | answer s16 |. One thread. */
final class Poll implements AutoCloseable {
  /** Descriptor that is not waited for. */
  static final int NONE = -1;

  private static final short POLLIN = 1; // poll.h
  private static final int POLLERR = 8;
  private static final int POLLHUP = 0x10;
  private static final int WIDTH = 8;

  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc(arena);
  private final MemorySegment descriptors;

  Poll(int most) {
    descriptors = arena.allocate((long) WIDTH * most, 8);
    for (int i = 0; i < most; i++) {
      watch(i, NONE);
    }
  }

  /** Which descriptor the next {@link #await} waits for at this place. */
  void watch(int place, int descriptor) {
    descriptors.set(ValueLayout.JAVA_INT, (long) WIDTH * place, descriptor);
    descriptors.set(ValueLayout.JAVA_SHORT, (long) WIDTH * place + 4, POLLIN);
    descriptors.set(ValueLayout.JAVA_SHORT, (long) WIDTH * place + 6, (short) 0);
  }

  /** Waits until one can be read or is in trouble; false when the time is over or a signal came. */
  boolean await(int milliseconds) {
    return libc.poll(descriptors, milliseconds) > 0;
  }

  /** Whether an error was told of, or the other end is gone. */
  boolean troubled(int place) {
    return (descriptors.get(ValueLayout.JAVA_SHORT, (long) WIDTH * place + 6) & (POLLERR | POLLHUP)) != 0;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
