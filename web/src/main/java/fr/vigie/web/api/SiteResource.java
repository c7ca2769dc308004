package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.web.access.Role;
import java.util.List;

/** The first page's figures, capture health, and the API's own description. */
final class SiteResource {
  private final Estate estate;
  private final JsonNode description;

  SiteResource(Estate estate, JsonNode description) {
    this.estate = estate;
    this.description = description;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/overview", Role.VIEWER, ask -> Reply.json(estate.overview())),
        Route.of(GET, "/health", Role.VIEWER, ask -> Reply.json(estate.health())),
        Route.of(GET, "/capture", Role.VIEWER, ask -> Reply.json(estate.capture())),
        Route.open(GET, "/openapi.json", ask -> Reply.json(description)));
  }
}
