package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** Tables that people bring: tried first, taken as a whole, taken back as a whole. */
final class ImportResource {
  /** A table in base64, and its name. */
  private static final int LARGEST_UPLOAD = Imports.MOST_BYTES / 3 * 4 + 4096;

  private final Imports imports;

  ImportResource(Imports imports) {
    this.imports = imports;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/imports", Role.VIEWER, ask -> Reply.json(Reply.JSON.createObjectNode().set("taken", imports.taken()))),
        Route.of(POST, "/imports/plan", Role.ANALYST, ask -> Reply.json(imports.plan(ask.text("name", 512), content(ask)))).upTo(LARGEST_UPLOAD),
        Route.of(POST, "/imports", Role.ANALYST, this::take).upTo(LARGEST_UPLOAD),
        Route.of(POST, "/imports/{id}/undo", Role.ANALYST, this::takeBack));
  }

  private Reply take(Ask ask) throws IOException {
    ObjectNode plan = imports.take(ask.text("name", 512), content(ask), ask.who().name());
    return Reply.json(plan.hasNonNull("id") ? 201 : 422, plan);
  }

  private Reply takeBack(Ask ask) throws IOException {
    ObjectNode back = imports.takeBack(ask.id(), ask.who().name());
    if (back == null) {
      throw Problem.missing();
    }
    return Reply.json(back);
  }

  private static byte[] content(Ask ask) {
    try {
      return Base64.getDecoder().decode(ask.text("content", LARGEST_UPLOAD));
    } catch (IllegalArgumentException e) {
      throw Problem.bad("base64", "content is not base64");
    }
  }
}
