package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks of a Vigie that runs: to put an earlier policy in force. A file in its data folder, which belongs to its user alone,
 * and the answer beside it.
 *
 * @param number the set, or -1 for the one before
 * @param who who asks, for the journal
 */
record PolicyWish(long number, String who) {
  private static final String WISH = "policy-wish.json";
  private static final String ANSWER = "policy-answer.json";

  /** Asks. */
  void write(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(ANSWER));
    put(data.resolve(WISH), Json.object().put("number", number).put("who", who));
  }

  /** What is asked, once; null where nothing is. */
  static @Nullable PolicyWish take(Path data) throws IOException {
    Path file = data.resolve(WISH);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode wish = Json.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    Files.delete(file);
    return new PolicyWish(wish.path("number").asLong(-1), wish.path("who").asText("command line"));
  }

  /** Answers. */
  void answer(Path data, @Nullable ObjectNode done) throws IOException {
    put(data.resolve(ANSWER), done == null ? Json.object().putNull("set") : done);
  }

  /** The answer, once; null while there is none. */
  static @Nullable JsonNode answered(Path data) throws IOException {
    Path file = data.resolve(ANSWER);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode answer = Json.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    Files.delete(file);
    return answer;
  }

  private static void put(Path file, ObjectNode content) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.writeString(part, Json.line(content), StandardCharsets.UTF_8);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
