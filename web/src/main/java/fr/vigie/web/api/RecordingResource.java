package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;

/** The recorder: how it stands, and what is kept whole by an administrator's choice. */
final class RecordingResource {
  private final Recording recording;

  RecordingResource(Recording recording) {
    this.recording = recording;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/recording", Role.VIEWER, ask -> Reply.json(recording.state())),
        Route.of(PUT, "/recording/keep", Role.ADMINISTRATOR, this::keep));
  }

  private Reply keep(Ask ask) throws IOException {
    String reason = ask.text("reason", Decision.LONGEST_COMMENT);
    if (reason.isBlank()) {
      throw Problem.bad("reason_empty", "keeping payload whole, or no longer, needs a reason");
    }
    ObjectNode state = recording.keep(ask.who().name(), flag(ask, "clinical"), flag(ask, "bulk"), flag(ask, "secrets"), reason);
    if (state == null) {
      throw new Problem(404, "not_recording", "nothing is recorded here");
    }
    return Reply.json(state);
  }

  private static boolean flag(Ask ask, String name) {
    JsonNode node = ask.body().path(name);
    if (!node.isBoolean()) {
      throw Problem.bad("body", name + " must be true or false");
    }
    return node.booleanValue();
  }
}
