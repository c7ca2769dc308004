package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Devices made one and made several by people: proposed with the evidence, previewed, done, taken back. */
final class IdentityResource {
  private static final int MOST_KEYS = 64;

  private final Reviews reviews;

  IdentityResource(Estate estate) {
    this.reviews = estate.reviews();
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/identity", Role.VIEWER, ask -> Reply.json(reviews.identity())),
        Route.of(POST, "/identity/merge", Role.ANALYST, this::merge),
        Route.of(POST, "/identity/split", Role.ANALYST, this::split),
        Route.of(POST, "/identity/{id}/undo", Role.ANALYST, this::undo));
  }

  private Reply merge(Ask ask) throws IOException {
    return done(reviews.merge(ask.text("id", 64), ask.text("other", 64), ask.who().name(), ask.text("comment", Decision.LONGEST_COMMENT),
        ask.body().path("preview").asBoolean(false)));
  }

  private Reply split(Ask ask) throws IOException {
    List<String> keys = new ArrayList<>();
    for (JsonNode key : ask.body().path("keys")) {
      keys.add(key.asText());
    }
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw Problem.bad("body", "keys names 1 to " + MOST_KEYS + " addresses");
    }
    return done(reviews.split(ask.text("id", 64), keys, ask.who().name(), ask.text("comment", Decision.LONGEST_COMMENT),
        ask.body().path("preview").asBoolean(false)));
  }

  private Reply undo(Ask ask) throws IOException {
    long seq;
    try {
      seq = Long.parseLong(ask.id());
    } catch (NumberFormatException e) {
      throw Problem.missing();
    }
    if (!reviews.undo(seq, ask.who().name(), ask.text("comment", Decision.LONGEST_COMMENT))) {
      throw Problem.missing();
    }
    return Reply.none();
  }

  private static Reply done(@Nullable ObjectNode result) {
    if (result == null) {
      throw new Problem(422, "identity", "these addresses cannot be taken together or apart like that");
    }
    return Reply.json(result);
  }
}
