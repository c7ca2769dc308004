package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Incidents as work: alerts of one cause, with what people decided of them. Every decision is in the journal when its method returns. Safe
 * for use by several threads; may block on the disk.
 */
public interface IncidentDesk {
  /** Most incidents that one decision can be about. */
  int MOST = 500;

  /** No incidents. */
  IncidentDesk NONE = new IncidentDesk() {
    @Override
    public Found incidents(Search search) {
      return new Found(0, List.of(), java.util.Map.of());
    }

    @Override
    public @Nullable ObjectNode incident(String id) {
      return null;
    }

    @Override
    public int decide(List<String> ids, Word word) {
      return 0;
    }

    @Override
    public String now() {
      return "";
    }
  };

  /**
   * What somebody decides of incidents.
   *
   * @param who the user's name
   * @param state {@code new}, {@code acknowledged}, {@code in-progress}, {@code closed}, or empty to leave it
   * @param verdict for {@code closed}: {@code true}, {@code false} or {@code accepted}; else empty
   * @param assignee who works on it, empty to take that back, null to leave it
   * @param due the moment until which it is to be done, RFC 3339 UTC, empty to take it back, null to leave it
   * @param comment words, or empty
   */
  record Word(String who, String state, String verdict, @Nullable String assignee, @Nullable String due, String comment) {}

  /** Incidents, the most urgent first. */
  Found incidents(Search search) throws IOException, Estate.BadSearch;

  /** One incident with its history, or null. */
  @Nullable ObjectNode incident(String id) throws IOException;

  /**
   * Takes one decision about incidents, as one act.
   *
   * @return of how many; those that are not there are passed over
   */
  int decide(List<String> ids, Word word) throws IOException;

  /** Capture time, by which ages count, or wall time before the first packet; RFC 3339. */
  String now();
}
