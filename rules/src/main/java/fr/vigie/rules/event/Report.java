package fr.vigie.rules.event;

import fr.vigie.rules.alert.Severity;
import org.jspecify.annotations.Nullable;

/**
 * What a rule said: the only thing a consequence can make.
 *
 * @param event the event it judged
 * @param detection id of the detection
 * @param severity severity the rule found, or null for the detection's own
 * @param fact what the rule adds, English, readable; may be empty
 */
public record Report(Event event, String detection, @Nullable Severity severity, String fact) {
  /** Reports a detection as the catalogue has it. */
  public static void report(Event event, String detection) {
    event.docket().take(new Report(event, detection, null, ""));
  }

  /** Reports a detection and says what the rule saw. */
  public static void report(Event event, String detection, String fact) {
    event.docket().take(new Report(event, detection, null, fact));
  }

  /** Reports a detection with another severity than the catalogue's, and the reason. */
  public static void report(Event event, String detection, Severity severity, String fact) {
    event.docket().take(new Report(event, detection, severity, fact));
  }
}
