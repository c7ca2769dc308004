package fr.vigie.rules.alert;

/** Where judgements go. Called on the rules thread at the end of a quantum, in {@code (seq, n, detection)} order. */
public interface AlertSink {
  /** Takes an alert that is new or has grown: same id, newer content. */
  void alert(Alert alert);

  /** Takes what a learning detection would have said, new or grown: same detection and stamp, newer content. */
  void learned(Candidate candidate);

  /** Whether a candidate of the detection that is new now would be kept; where not, none is made. Whoever keeps none counts. */
  default boolean wants(Detection detection) {
    return true;
  }

  /** A rule threw or overran and judges no more. */
  void disabled(DisabledRule rule);

  /**
   * A rule that was taken out of service.
   *
   * @param rule its name
   * @param file policy file it stands in
   * @param at capture time, ns UTC
   * @param cause why, one line
   */
  record DisabledRule(String rule, String file, long at, String cause) {}
}
