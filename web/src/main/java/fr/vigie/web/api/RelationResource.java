package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;

/** The resources of who speaks with whom: the map, contacts, acts, and the neighbours of a device. */
final class RelationResource {
  private static final int LONGEST = 2_000;

  private final Relations relations;

  RelationResource(Relations relations) {
    this.relations = relations;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/map", Role.VIEWER, this::map),
        Route.of(GET, "/contacts", Role.VIEWER, ask -> list(ask, relations::contacts)),
        Route.of(GET, "/acts", Role.VIEWER, ask -> list(ask, relations::acts)),
        Route.of(GET, "/assets/{id}/relations", Role.VIEWER, this::of));
  }

  private interface Searched {
    Found by(Search search) throws IOException, Estate.BadSearch;
  }

  private static Reply list(Ask ask, Searched searched) throws IOException {
    try {
      return Reply.json(Lists.json(searched.by(Lists.search(ask))));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply map(Ask ask) throws IOException {
    try {
      return Reply.json(relations.map(text(ask, "q"), text(ask, "contacts")));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private static String text(Ask ask, String name) {
    String text = ask.param(name, "");
    if (text.length() > LONGEST) {
      throw Problem.search("the search is longer than 2,000 characters", LONGEST);
    }
    return text;
  }

  private Reply of(Ask ask) throws IOException {
    ObjectNode found = relations.of(ask.id());
    if (found == null) {
      throw Problem.missing();
    }
    return Reply.json(found);
  }
}
