package fr.vigie.sensor.health;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Lapse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong or was, by kind and place; bounded, what does not fit is counted. Safe for several threads. */
final class Findings {
  private static final int MOST = 256;
  private static final Comparator<Diagnosis.Finding> ORDER = Comparator.comparingLong(Diagnosis.Finding::since)
      .thenComparing(f -> f.lapse().kind()).thenComparingInt(f -> f.lapse().from()).thenComparingInt(f -> f.lapse().vlan())
      .thenComparing(f -> f.lapse().proof()).thenComparingLong(f -> f.lapse().part());

  private record Key(Lapse.Kind kind, int from, int vlan, long other) {
    static Key of(Lapse l) {
      long other = switch (l.kind()) {
        case NETWORK_ABSENT -> l.part();
        case TWICE -> (long) l.otherFrom() << 32 | l.otherVlan() & 0xFFFFFFFFL;
        default -> l.proof().hashCode();
      };
      return new Key(l.kind(), l.from(), l.vlan(), other);
    }
  }

  private final Map<Key, Diagnosis.Finding> all = new LinkedHashMap<>();
  private final Counters.Counter refused;

  Findings(Counters counters) {
    refused = counters.counter("doctor.findings_refused");
    counters.counter("doctor.findings_limit").add(MOST);
  }

  /** Takes a lapse; false where there is no place for another. */
  synchronized boolean take(Lapse lapse) {
    Key key = Key.of(lapse);
    Diagnosis.Finding before = all.get(key);
    if (before == null && all.size() >= MOST) {
      refused.increment();
      return false;
    }
    all.put(key, before == null ? new Diagnosis.Finding(lapse, lapse.first(), 1, true)
        : new Diagnosis.Finding(lapse, before.since(), before.times() + 1, true));
    return true;
  }

  /** The kind is no longer so at that place, whatever proved it. */
  synchronized void over(Lapse.Kind kind, int from, int vlan) {
    if (!all.isEmpty()) {
      all.replaceAll((key, finding) -> key.kind == kind && key.from == from && key.vlan == vlan ? past(finding) : finding);
    }
  }

  /** The kind with this proof is no longer so at that place; found by its key, so for any kind but TWICE and NETWORK_ABSENT. */
  synchronized void over(Lapse.Kind kind, int from, int vlan, String proof) {
    all.computeIfPresent(new Key(kind, from, vlan, proof.hashCode()), (key, finding) -> past(finding));
  }

  private static Diagnosis.Finding past(Diagnosis.Finding finding) {
    return finding.lasting() ? new Diagnosis.Finding(finding.lapse(), finding.since(), finding.times(), false) : finding;
  }

  /** Something came from a network that had been missed. */
  synchronized void heard(int number) {
    all.replaceAll((key, finding) -> key.kind == Lapse.Kind.NETWORK_ABSENT && finding.lapse().part() == number
        ? past(finding) : finding);
  }

  /** In the order of the time they were first so, whatever thread told them. */
  synchronized List<Diagnosis.Finding> list() {
    List<Diagnosis.Finding> list = new ArrayList<>(all.values());
    list.sort(ORDER);
    return List.copyOf(list);
  }
}
