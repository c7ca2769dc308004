package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.Owner;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reviews of many devices at once, values by hand, campaigns, and the inventory of a date. */
final class ReviewResource {
  /** Longest value by hand, characters. */
  private static final int LONGEST_VALUE = 200;
  private static final int LONGEST_NAME = 100;
  private static final int MOST_REVIEWERS = 20;
  private static final int LARGE = 256 * 1024;

  /** What a person may give a device by hand. */
  static final Set<String> VALUES = new TreeSet<>(List.of("name", "vendor", "model", "firmware", "serial", "kind", "zone", "site", "building",
      "floor", "room", "place", "owner", "supplier", "contract", "care"));

  private final Estate estate;
  private final Reviews reviews;

  ReviewResource(Estate estate) {
    this.estate = estate;
    this.reviews = estate.reviews();
  }

  List<Route> routes() {
    return List.of(
        Route.of(POST, "/reviews", Role.ANALYST, this::review).upTo(LARGE),
        Route.of(PUT, "/assets/{id}/values", Role.ANALYST, this::values),
        Route.of(GET, "/assets/{id}/changes", Role.VIEWER, ask -> Reply.json(found(reviews.changes(ask.id())))),
        Route.of(GET, "/campaigns", Role.VIEWER, ask -> Reply.json(reviews.campaigns())),
        Route.of(POST, "/campaigns", Role.ANALYST, this::open).upTo(LARGE),
        Route.of(GET, "/campaigns/{id}", Role.VIEWER, ask -> Reply.json(found(reviews.campaign(ask.id())))),
        Route.of(POST, "/campaigns/{id}/close", Role.ANALYST, this::close),
        Route.of(GET, "/past/assets", Role.VIEWER, this::past),
        Route.of(GET, "/past/changes", Role.VIEWER, this::between));
  }

  private Reply review(Ask ask) throws IOException {
    try {
      Reviews.Selection selection = selection(ask.body());
      if (ask.body().path("preview").asBoolean(false)) {
        return Reply.json(reviews.preview(selection));
      }
      Reviews.Verdict verdict = verdict(ask);
      int expected = ask.body().path("expect").isInt() ? ask.body().path("expect").intValue() : -1;
      if (expected < 0 && selection.search() != null) {
        throw Problem.bad("expect", "a decision about all that a search finds says with expect how many that is");
      }
      int count = reviews.review(selection, verdict, expected);
      if (count < 0) {
        throw new Problem(409, "selection_changed", "the search finds other devices by now: look at the preview again");
      }
      return Reply.json(Reply.JSON.createObjectNode().put("count", count));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  /** State, owner, day and comment as the body has them; at least one must be there. */
  static Reviews.Verdict verdict(Ask ask) {
    String state = ask.text("state", 32);
    if (!state.isEmpty() && !AssetResource.REVIEWS.contains(state)) {
      throw Problem.bad("state", "state must be one of to-review, approved, refused, to-decommission");
    }
    String owner = ask.body().has("owner") ? owner(ask.text("owner", LONGEST_VALUE).strip()) : null;
    String due = ask.body().has("due") ? day(ask.text("due", 10), true) : null;
    String comment = ask.text("comment", Decision.LONGEST_COMMENT);
    if (state.isEmpty() && owner == null && due == null && comment.isBlank()) {
      throw Problem.bad("body", "a decision says state, owner, due or comment");
    }
    return new Reviews.Verdict(ask.who().name(), state, owner, due, comment);
  }

  /** The id of who is meant; empty takes it back. */
  private static String owner(String text) {
    Owner owner = Owner.of(text);
    if (owner == null && !text.isEmpty()) {
      throw Problem.bad("value", "nobody of that name answers for devices; it is " + Owner.all());
    }
    return owner == null ? "" : owner.wireName();
  }

  private static String day(String text, boolean none) {
    if (text.isEmpty() && none) {
      return "";
    }
    try {
      return LocalDate.parse(text).toString();
    } catch (DateTimeException e) {
      throw Problem.bad("due", "a day is written 2026-12-31");
    }
  }

  private static Reviews.Selection selection(JsonNode body) {
    List<String> ids = texts(body.path("ids"), Reviews.NAMED, "ids");
    if (!ids.isEmpty()) {
      return new Reviews.Selection(ids, null);
    }
    if (!body.has("q") && !body.has("facets")) {
      throw Problem.bad("body", "say which devices: ids, or q and facets");
    }
    Map<String, List<String>> facets = new LinkedHashMap<>();
    body.path("facets").properties().forEach(f -> facets.put(f.getKey(), texts(f.getValue(), 32, "facets")));
    String text = body.path("q").asText("");
    if (facets.size() > 32 || text.length() > 2_000) {
      throw Problem.bad("too_long", "the search is too long");
    }
    return new Reviews.Selection(List.of(), new Search(text, facets, "", 0, Search.MOST));
  }

  private static List<String> texts(JsonNode list, int most, String name) {
    if (list.size() > most) {
      throw Problem.bad("too_long", name + " has more than " + most + " entries");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      if (!each.isTextual() || each.textValue().isBlank() || each.textValue().length() > 500) {
        throw Problem.bad("body", name + " must be texts of 1 to 500 characters");
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  private Reply values(Ask ask) throws IOException {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : ask.body().path("values").properties()) {
      String name = each.getKey();
      String value = each.getValue().isTextual() ? each.getValue().textValue().strip() : "";
      if (!VALUES.contains(name) || !each.getValue().isTextual()) {
        throw Problem.bad("value", "there is no value " + name + " to give by hand; there are " + String.join(", ", VALUES));
      }
      if (value.length() > LONGEST_VALUE) {
        throw Problem.bad("too_long", name + " is longer than " + LONGEST_VALUE + " characters");
      }
      if (name.equals("care") && !value.isEmpty() && !value.matches("[0-5]")) {
        throw Problem.bad("value", "care is a figure from 0 to 5");
      }
      if (name.equals("owner")) {
        value = owner(value);
      }
      if (name.equals("zone") && !value.isEmpty() && !zone(value)) {
        throw Problem.bad("value", "the site has no zone " + value);
      }
      values.put(name, value);
    }
    if (values.isEmpty()) {
      throw Problem.bad("body", "values names at least one value");
    }
    return Reply.json(found(reviews.values(ask.id(), ask.who().name(), values, ask.text("comment", Decision.LONGEST_COMMENT))));
  }

  private boolean zone(String id) {
    for (JsonNode zone : estate.site().path("zones")) {
      if (zone.path("id").asText().equals(id)) {
        return true;
      }
    }
    return false;
  }

  private Reply open(Ask ask) throws IOException {
    String name = ask.text("name", LONGEST_NAME).strip();
    if (name.isEmpty()) {
      throw Problem.bad("name", "a campaign has a name");
    }
    try {
      ObjectNode campaign = reviews.openCampaign(ask.who().name(), name, selection(ask.body()), day(ask.text("due", 10), false),
          texts(ask.body().path("reviewers"), MOST_REVIEWERS, "reviewers"));
      if (campaign == null) {
        throw Problem.bad("selection_empty", "no device is meant: nothing was opened");
      }
      return Reply.json(201, campaign);
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply close(Ask ask) throws IOException {
    return Reply.json(found(reviews.closeCampaign(ask.id(), ask.who().name(), ask.text("comment", Decision.LONGEST_COMMENT))));
  }

  private Reply past(Ask ask) {
    return Reply.json(reviews.past(time(ask, "at"), ask.param("q", ""), ask.number("offset", 0, 0, 1_000_000),
        ask.number("limit", 100, 1, Search.MOST)));
  }

  private Reply between(Ask ask) {
    long from = time(ask, "from");
    long to = time(ask, "to");
    if (from >= to) {
      throw Problem.bad("parameter", "from lies before to");
    }
    return Reply.json(reviews.between(from, to));
  }

  /** A moment, RFC 3339, or a day of the site: then the end of it. */
  private long time(Ask ask, String name) {
    String text = ask.param(name, "");
    try {
      if (text.length() == 10) {
        ZoneId zone = ZoneId.of(estate.site().path("tz").asText("UTC"));
        return Math.multiplyExact(LocalDate.parse(text).plusDays(1).atStartOfDay(zone).toEpochSecond(), 1_000_000_000L) - 1;
      }
      return Math.addExact(Math.multiplyExact(OffsetDateTime.parse(text).toEpochSecond(), 1_000_000_000L), OffsetDateTime.parse(text).getNano());
    } catch (DateTimeException | ArithmeticException e) {
      throw Problem.bad("parameter", name + " is a time (2026-03-02T08:00:00Z) or a day (2026-03-02)");
    }
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
