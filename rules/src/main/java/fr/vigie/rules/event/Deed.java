package fr.vigie.rules.event;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Verb;
import java.util.Locale;

/**
 * An act was requested.
 *
 * @param observation the act
 * @param operation the service, lower case, letters and digits only: {@code writeproperty}, {@code akeywrite}
 * @param property BACnet property, or -1
 * @param point text of the point, or the empty text
 * @param page for a path: its last segment, lower case, without query: {@code u.htm}; else empty
 * @param detail detail of the act, and its written value where that is text or a truth value; lower case
 * @param bounded for a discovery: whether it asks for a limited range
 * @param crossing whether it goes from one zone to another of a site that says what may pass
 * @param partly for a write of unknown standing: the writer is known on other points of this device
 */
public record Deed(Act observation, Side who, Side whom, String protocol, Verb verb, String operation, int priority, int property,
    String point, String page, String detail, boolean bounded, boolean crossing, boolean partly, Standing standing, Docket docket)
    implements Event {
  @Override
  public int port() {
    return observation.port();
  }

  /** Whether an act is a discovery that asks for a limited range. */
  public static boolean bounded(Act act) {
    return act.verb() == Verb.DISCOVER && !act.detail().toLowerCase(Locale.ROOT).startsWith("unbounded");
  }

  /** Lower case, letters and digits only. */
  public static String plain(String operation) {
    StringBuilder s = new StringBuilder(operation.length());
    for (int i = 0; i < operation.length(); i++) {
      char c = operation.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        s.append(Character.toLowerCase(c));
      }
    }
    return s.toString();
  }

  /** The last segment of a path, lower case, without query, fragment or parameters. */
  public static String page(String path) {
    int end = path.length();
    for (int i = 0; i < end; i++) {
      if (path.charAt(i) == '?' || path.charAt(i) == '#' || path.charAt(i) == ';') {
        end = i;
      }
    }
    return path.substring(path.lastIndexOf('/', end - 1) + 1, end).toLowerCase(Locale.ROOT);
  }
}
