package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an alert rests on: its rule as it was, values, writers, its incident, and its packets as messages. */
final class ExplanationResource {
  private final Estate estate;
  private final Evidence evidence;

  ExplanationResource(Estate estate, Evidence evidence) {
    this.estate = estate;
    this.evidence = evidence;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/alerts/{id}/explanation", Role.VIEWER, ask -> Reply.json(found(estate.explanation(ask.id())))),
        Route.of(GET, "/alerts/{id}/messages", Role.VIEWER, ask -> Reply.json(evidence.messages(found(estate.alert(ask.id()))))));
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
