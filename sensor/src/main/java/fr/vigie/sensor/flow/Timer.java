package fr.vigie.sensor.flow;

/** Something due at a capture time; held by {@link Timers}. */
abstract class Timer {
  /** {@link #order} of a timer that is not scheduled. */
  static final long IDLE = -1;

  /** Capture time at which it is due, ns. */
  long due;

  /** Order in which it was scheduled: decides among equal times, so that runs are alike. */
  long order = IDLE;

  /** Whether it is scheduled. */
  final boolean waits() {
    return order != IDLE;
  }

  /** Capture time has reached {@code at}, which is {@link #due}. */
  abstract void fire(long at);
}
