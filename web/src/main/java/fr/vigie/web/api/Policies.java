package fr.vigie.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The policy of the site as the console asks for it. Safe for use by several threads; may take seconds. */
public interface Policies {
  /** Longest table, octets. */
  int MOST_BYTES = 1 << 20;

  /**
   * What is in force.
   *
   * @return {@code {set, previous, kept[], folder, faults[], rules{}, zones[], matrix{file, editable, lines[], cells[]}, writers{}, maintenance{}, calendar{}}}
   */
  ObjectNode page() throws IOException;

  /**
   * Reads a table and says what it would change; nothing is changed.
   *
   * @param table {@code matrix}, {@code writers}, {@code maintenance} or {@code calendar}
   * @param name name of the file, whose ending tells the format
   * @return {@code {table, file, sha256, sound, faults[], added[], removed[], same, set}}; {@code set} is null; or null where there is no such table
   */
  @Nullable ObjectNode plan(String table, String name, byte[] content) throws IOException;

  /**
   * The same, and puts it in force, all of it or nothing; {@code set} is the number of the set where it is. It is in the journal when this
   * returns. What lets pass that was told before, of this and of the three below, may wait for a second person: then {@code approval} is the
   * decision that waits.
   */
  @Nullable ObjectNode take(String table, String name, byte[] content, String who) throws IOException;

  /** Takes a table of the console away: what the site file says counts again. */
  @Nullable ObjectNode remove(String table, String who) throws IOException;

  /**
   * Announces an intervention.
   *
   * @param work {@code {from, to, contractor, devices, assets, comment}}
   */
  ObjectNode announce(JsonNode work, String who) throws IOException;

  /**
   * Ends an announced intervention now, or takes it back where it has not begun; null where there is none of that place.
   *
   * @param set number of the set in which it has that place, or -1: where another is in force by now, nothing changes
   */
  @Nullable ObjectNode end(int place, long set, String who) throws IOException;

  /** Puts the set of that number in force again, or the one before this one where it is negative; null where it is not kept. */
  @Nullable ObjectNode rollback(long number, String who) throws IOException;

  /** A table as a file, {@code csv} or {@code xlsx}; null where there is no such table. */
  byte @Nullable [] table(String table, String format, boolean french) throws IOException;

  /**
   * Begins to judge what was recorded by a draft and by what is in force; one at a time.
   *
   * @param since capture time from which on it counts, RFC 3339
   * @return {@code {state, faults[]}}, or null where there is no such table
   */
  @Nullable ObjectNode backtest(String table, String name, byte[] content, String since) throws IOException;

  /** {@code {state: none | running | done | failed, result, why}}. */
  ObjectNode backtested();
}
