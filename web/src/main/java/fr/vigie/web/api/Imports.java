package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What people bring in their tables, as the console asks for it. Safe for use by several threads; may take seconds. */
public interface Imports {
  /** Longest table, octets. */
  int MOST_BYTES = 8 << 20;

  /**
   * Reads a table and says what it would change; nothing is changed.
   *
   * @return {@code {file, sha256, rows, changes, values, same, refused, unread[], refusals[{row, fr, en}], items[{row, id, name, values[{field, from, to}]}], id}}; {@code
   *     id} is null, {@code refusals} and {@code items} hold at most 500 each
   */
  ObjectNode plan(String name, byte[] content) throws IOException;

  /**
   * The same, and takes what it says as decisions of a person, all of them or none; they are in the journal when this returns.
   *
   * @return the plan, with {@code id} where it was taken: nothing is taken where a row is refused or nothing changes
   */
  ObjectNode take(String name, byte[] content, String who) throws IOException;

  /** Imports that were taken, the latest first: {@code [{id, time, who, file, sha256, devices, values, undone}]}; {@code undone} is null or {@code {time, who}}. */
  ArrayNode taken();

  /**
   * Takes back what an import said and nobody has said otherwise since; null where there is no such import, or it was taken back before.
   *
   * @return {@code {id, devices, values, kept}}; {@code kept} values were decided anew since and stay
   */
  @Nullable ObjectNode takeBack(String id, String who) throws IOException;
}
