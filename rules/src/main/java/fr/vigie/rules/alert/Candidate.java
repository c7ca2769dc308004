package fr.vigie.rules.alert;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Stamp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a detection that is still learning would have said: a line of {@code learned.ndjson}. It raises nothing.
 *
 * @param detection the learning detection
 * @param stamp order and time of the first event
 * @param last capture time of the last event, ns UTC
 * @param count events, at least 1
 * @param who the actor
 * @param whom the target, or null
 * @param point the point, or null
 * @param examples for what was counted, such as objects read: the first of the things counted; else empty
 * @param facts what matched
 * @param proof the first packet
 */
public record Candidate(Detection detection, Stamp stamp, long last, long count, Endpoint who, @Nullable Endpoint whom,
    @Nullable String point, List<String> examples, List<String> facts, Proof proof) {
  /** The most examples kept. */
  public static final int EXAMPLES_LIMIT = 8;
}
