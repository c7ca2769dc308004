package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The last word on every alert and candidate of a run, in the order outputs want: for replay, the console and tests. Single-threaded.
 *
 * <p>Bounded in all and for each detection, so that a flood of one kind takes the room of no other: a detection may have a quarter of all
 * places, and a 256th is kept for each whatever the others have. Where there is no place, that of the detection's oldest alert is taken if it
 * has not grown for a day of capture time; else what comes is refused, and counted. Where all together list too much, what comes is cut
 * short, and counted.
 */
public final class AlertLog implements AlertSink {
  private static final Comparator<Stamp> ORDER = Comparator.naturalOrder();
  private static final long DAY = 24L * 3600 * 1_000_000_000L;
  /** What one detection may have of all places: a quarter of those of alerts, half of those of candidates. */
  private static final int PART = 4;

  private static final int LEARNED_PART = 2;
  /** Octets of what alerts list, for each of all places. */
  private static final int DETAILS = 1024;
  /** What is kept for each detection. */
  private static final int FLOOR = 256;

  private final int most;
  private final int mostLearned;
  /** By detection, then id; the oldest first. */
  private final Map<String, LinkedHashMap<String, Alert>> alerts = new HashMap<>();
  private final Map<String, Map<Stamp, Candidate>> candidates = new HashMap<>();
  private final List<DisabledRule> disabled = new ArrayList<>();
  private int size;
  private int learned;
  private long dropped;
  private long candidatesDropped;
  private long aged;
  private long octets;
  private long cut;

  /** A log that keeps about so many alerts and candidates at most. */
  public AlertLog(int alerts, int candidates) {
    this.most = alerts;
    this.mostLearned = candidates;
  }

  @Override
  public void alert(Alert alert) {
    keep(alert);
  }

  /** The same; answers whether it found a place. */
  public boolean keep(Alert alert) {
    LinkedHashMap<String, Alert> own = alerts.computeIfAbsent(alert.detection().id(), id -> new LinkedHashMap<>());
    Alert before = own.get(alert.id());
    if (before != null) {
      octets -= before.octets();
      own.put(alert.id(), weighed(alert));
      return true;
    }
    if (!room(size, own.size(), most, PART)) {
      Map.Entry<String, Alert> oldest = own.firstEntry();
      if (oldest == null || alert.stamp().at() - oldest.getValue().last() < DAY) {
        dropped++;
        return false;
      }
      own.pollFirstEntry();
      octets -= oldest.getValue().octets();
      size--;
      aged++;
    }
    own.put(alert.id(), weighed(alert));
    size++;
    return true;
  }

  private Alert weighed(Alert alert) {
    Alert kept = alert;
    if (octets + alert.octets() > (long) most * DETAILS) {
      cut++;
      kept = alert.brief();
    }
    octets += kept.octets();
    return kept;
  }

  @Override
  public void learned(Candidate c) {
    // in the order they came, which is nearly the order in which they are asked for
    Map<Stamp, Candidate> own = candidates.computeIfAbsent(c.detection().id(), id -> new LinkedHashMap<>());
    if (own.replace(c.stamp(), c) != null) {
      return;
    }
    if (room(learned, own.size(), mostLearned, LEARNED_PART)) {
      own.put(c.stamp(), c);
      learned++;
    } else {
      candidatesDropped++;
    }
  }

  @Override
  public boolean wants(Detection detection) {
    Map<Stamp, Candidate> own = candidates.get(detection.id());
    if (room(learned, own == null ? 0 : own.size(), mostLearned, LEARNED_PART)) {
      return true;
    }
    candidatesDropped++;
    return false;
  }

  private static boolean room(int all, int own, int most, int part) {
    return own < Math.max(1, most / FLOOR) || all < most && own < Math.max(1, most / part);
  }

  @Override
  public void disabled(DisabledRule rule) {
    disabled.add(rule);
  }

  /** How many alerts there are. */
  public int size() {
    return size;
  }

  /** The alerts by {@code (seq, n)}, then detection, then id. */
  public List<Alert> alerts() {
    return alerts.values().stream().flatMap(own -> own.values().stream())
        .sorted(Comparator.comparing(Alert::stamp, ORDER).thenComparing(a -> a.detection().id()).thenComparing(Alert::id))
        .toList();
  }

  /** The candidates by {@code (seq, n)}, then detection. */
  public List<Candidate> candidates() {
    return learned().sorted(Comparator.comparing(Candidate::stamp, ORDER).thenComparing(c -> c.detection().id())).toList();
  }

  /** The candidates in no order. */
  public Stream<Candidate> learned() {
    return candidates.values().stream().flatMap(own -> own.values().stream());
  }

  /** The rules that were taken out of service, in the order it happened. */
  public List<DisabledRule> disabledRules() {
    return List.copyOf(disabled);
  }

  /** How many alerts found no place; each time one that has none grows counts again. */
  public long dropped() {
    return dropped;
  }

  /** The same of candidates. */
  public long candidatesDropped() {
    return candidatesDropped;
  }

  /** How often an alert was cut short because all together list too much. */
  public long cut() {
    return cut;
  }

  /** How many alerts made room for later ones of their detection. */
  public long aged() {
    return aged;
  }
}
