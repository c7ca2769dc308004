package fr.vigie.sensor.observe;

/** Where observations go: called by one thread, in {@code (seq, n)} order. */
public interface Sink {
  /** Takes one observation. */
  void accept(Observation observation);

  /**
   * Capture time has reached {@code at}: everything up to {@code seq} has been handed over. Called at least once per 100 ms of capture
   * time in which packets arrived, and once at the end.
   */
  void quantum(long seq, long at);
}
