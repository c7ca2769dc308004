package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The last word on every alert and candidate of a run, in the order outputs want: for replay and tests. Single-threaded. Bounded: what
 * comes when it is full is counted in {@link #dropped()}.
 */
public final class AlertLog implements AlertSink {
  private static final Comparator<Stamp> ORDER = Comparator.naturalOrder();

  private final int limit;
  private final Map<String, Alert> alerts = new HashMap<>();
  private final Map<String, Candidate> candidates = new HashMap<>();
  private final List<DisabledRule> disabled = new ArrayList<>();
  private long dropped;

  /** A log that keeps at most {@code limit} alerts and as many candidates. */
  public AlertLog(int limit) {
    this.limit = limit;
  }

  @Override
  public void alert(Alert alert) {
    if (alerts.size() < limit || alerts.containsKey(alert.id())) {
      alerts.put(alert.id(), alert);
    } else {
      dropped++;
    }
  }

  @Override
  public void learned(Candidate c) {
    String key = c.detection().id() + ' ' + c.stamp().seq() + ' ' + c.stamp().n();
    if (candidates.size() < limit || candidates.containsKey(key)) {
      candidates.put(key, c);
    } else {
      dropped++;
    }
  }

  @Override
  public void disabled(DisabledRule rule) {
    disabled.add(rule);
  }

  /** The alerts by {@code (seq, n)}, then detection, then id. */
  public List<Alert> alerts() {
    return alerts.values().stream()
        .sorted(Comparator.comparing(Alert::stamp, ORDER).thenComparing(a -> a.detection().id()).thenComparing(Alert::id))
        .toList();
  }

  /** The candidates by {@code (seq, n)}, then detection. */
  public List<Candidate> candidates() {
    return candidates.values().stream()
        .sorted(Comparator.comparing(Candidate::stamp, ORDER).thenComparing(c -> c.detection().id()))
        .toList();
  }

  /** The rules that were taken out of service, in the order it happened. */
  public List<DisabledRule> disabledRules() {
    return List.copyOf(disabled);
  }

  /** How many alerts and candidates found no place. */
  public long dropped() {
    return dropped;
  }
}
