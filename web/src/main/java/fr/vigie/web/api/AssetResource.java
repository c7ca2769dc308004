package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Devices: list, detail with evidence, whom they speak with, what their points say, and what people decide of them. */
final class AssetResource {
  /** What a review can say; {@code new} is where every device begins and is never decided. */
  static final Set<String> REVIEWS = Set.of("to-review", "approved", "refused", "to-decommission");

  private final Estate estate;

  AssetResource(Estate estate) {
    this.estate = estate;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/assets", Role.VIEWER, this::list),
        Route.of(GET, "/assets/{id}", Role.VIEWER, this::read),
        Route.of(GET, "/assets/{id}/contacts", Role.VIEWER, this::contacts),
        Route.of(GET, "/assets/{id}/readings", Role.VIEWER, this::readings),
        Route.of(PUT, "/assets/{id}/review", Role.ANALYST, this::review),
        Route.of(POST, "/assets/{id}/comments", Role.ANALYST, this::comment));
  }

  private Reply list(Ask ask) throws IOException {
    try {
      return Reply.json(Lists.json(estate.assets(Lists.search(ask))));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply read(Ask ask) throws IOException {
    return Reply.json(found(estate.asset(ask.id())));
  }

  private Reply contacts(Ask ask) throws IOException {
    found(estate.asset(ask.id()));
    return Reply.json(Lists.json(estate.contacts(ask.id(), ask.number("offset", 0, 0, Search.FURTHEST),
        ask.number("limit", 50, 1, Search.MOST))));
  }

  private Reply readings(Ask ask) throws IOException {
    found(estate.asset(ask.id()));
    return Reply.json(Lists.json(estate.readings(ask.id(), ask.number("offset", 0, 0, Search.FURTHEST),
        ask.number("limit", 50, 1, Search.MOST))));
  }

  private Reply review(Ask ask) throws IOException, Estate.BadSearch {
    if (estate.reviews().review(new Reviews.Selection(List.of(ask.id()), null), ReviewResource.verdict(ask), -1) == 0) {
      throw Problem.missing();
    }
    return read(ask);
  }

  private Reply comment(Ask ask) throws IOException {
    String text = ask.text("comment", Decision.LONGEST_COMMENT);
    if (text.isBlank()) {
      throw Problem.bad("comment_empty", "a comment needs words");
    }
    return decide(ask, Decision.Act.COMMENT_ASSET, "", text);
  }

  private Reply decide(Ask ask, Decision.Act act, String state, String comment) throws IOException {
    return Reply.json(found(estate.decide(new Decision(act, ask.id(), ask.who().name(), state, comment))));
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
