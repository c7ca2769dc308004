package fr.vigie.rules.event;

import java.util.ArrayList;
import java.util.List;

/** The reports of one quantum. Bounded: what does not fit is counted. Single-threaded. */
public final class Docket {
  private static final int LIMIT = 100_000;

  private final List<Report> reports = new ArrayList<>();
  private long refused;

  void take(Report report) {
    if (reports.size() < LIMIT) {
      reports.add(report);
    } else {
      refused++;
    }
  }

  /** The reports so far. */
  public List<Report> reports() {
    return reports;
  }

  /** Forgets the reports. */
  public void clear() {
    reports.clear();
  }

  /** How many reports did not fit. */
  public long refused() {
    return refused;
  }
}
