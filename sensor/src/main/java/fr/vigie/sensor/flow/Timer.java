package fr.vigie.sensor.flow;

/** Something due at a capture time; held by {@link Timers}. */
abstract class Timer {
  /** Capture time at which it is due, ns. */
  long due;

  /** Order in which it was scheduled: decides among equal times, so that runs are alike. */
  long order;

  /** Place in the heap, or -1. */
  int slot = -1;

  /** Capture time has reached {@code at}, which is {@link #due}. */
  abstract void fire(long at);
}
