package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/** The order in which people should look at alerts and incidents, as one number of an index. */
final class Urgency {
  private Urgency() {
  }

  /** The order in which people should look: what waits, by severity, the latest first. */
  static long of(ObjectNode document) {
    long waiting = switch (document.path("state").asText()) {
      case "new" -> 2;
      case "acknowledged", "investigating", "in-progress" -> 1;
      default -> 0;
    };
    // 2^44 seconds and six bits: exact as a double, which is what an index number passes through
    return (waiting * 8 + rank(document.path("severity").asText())) * (1L << 40) + seconds(document.path("last").asText());
  }

  /** The order of severities: 5 the worst, 0 where it is none of them. */
  static long rank(String severity) {
    return switch (severity.isEmpty() ? "" : severity.substring(0, 1).toUpperCase(Locale.ROOT)) {
      case "C" -> 5;
      case "H" -> 4;
      case "M" -> 3;
      case "L" -> 2;
      case "I" -> 1;
      default -> 0;
    };
  }

  private static long seconds(String time) {
    try {
      return Math.clamp(Instant.parse(time).getEpochSecond(), 0, (1L << 40) - 1);
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
