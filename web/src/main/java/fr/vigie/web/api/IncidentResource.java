package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import fr.vigie.web.access.User;
import fr.vigie.web.access.Users;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Incidents: list, detail, decisions about one or many, and who can be given one. */
final class IncidentResource {
  private static final Set<String> STATES = Set.of("new", "acknowledged", "in-progress", "closed");
  private static final Set<String> VERDICTS = Set.of("true", "false", "accepted");

  /** Times are compared as texts, and indexed as 64-bit nanoseconds: both need years of four digits. */
  private static final Duration FARTHEST = Duration.ofDays(3_652);

  private final IncidentDesk desk;
  private final Users users;

  IncidentResource(IncidentDesk desk, Users users) {
    this.desk = desk;
    this.users = users;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/incidents", Role.VIEWER, this::list),
        Route.of(GET, "/incidents/{id}", Role.VIEWER, this::read),
        Route.of(POST, "/incidents/decide", Role.ANALYST, this::decide),
        Route.of(GET, "/people", Role.VIEWER, this::people));
  }

  private Reply list(Ask ask) throws IOException {
    try {
      return Reply.json(Lists.json(desk.incidents(Lists.search(ask))).put("now", desk.now()));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply read(Ask ask) throws IOException {
    ObjectNode incident = desk.incident(ask.id());
    if (incident == null) {
      throw Problem.missing();
    }
    return Reply.json(incident.put("now", desk.now()));
  }

  private Reply decide(Ask ask) throws IOException {
    List<String> ids = new ArrayList<>();
    for (JsonNode id : ask.body().path("ids")) {
      if (!id.isTextual() || ids.size() >= IncidentDesk.MOST) {
        throw Problem.bad("body", "ids names 1 to " + IncidentDesk.MOST + " incidents");
      }
      ids.add(id.textValue());
    }
    String state = ask.text("state", 32);
    String verdict = ask.text("verdict", 32);
    if (!state.isEmpty() && !STATES.contains(state)) {
      throw Problem.bad("state", "state must be one of new, acknowledged, in-progress, closed");
    }
    if (state.equals("closed") ? !VERDICTS.contains(verdict) : !verdict.isEmpty()) {
      throw Problem.bad("verdict", "what is closed is true, false or accepted; nothing else has a verdict");
    }
    String assignee = ask.body().has("assignee") ? ask.text("assignee", 64) : null;
    if (assignee != null && !assignee.isEmpty() && !works(assignee)) {
      throw Problem.bad("assignee", "nobody of that name may work on incidents");
    }
    String due = ask.body().has("due") ? due(ask.text("due", 40)) : null;
    String comment = ask.text("comment", Decision.LONGEST_COMMENT);
    if (ids.isEmpty() || state.isEmpty() && assignee == null && due == null && comment.isBlank()) {
      throw Problem.bad("body", "a decision says of which incidents (ids) and what: state, assignee, due or comment");
    }
    int count = desk.decide(ids, new IncidentDesk.Word(ask.who().name(), state, verdict, assignee, due, comment));
    if (count == 0) {
      throw Problem.missing();
    }
    return Reply.json(Reply.JSON.createObjectNode().put("count", count));
  }

  private @Nullable String due(String text) {
    if (text.isEmpty()) {
      return text;
    }
    Instant due;
    try {
      due = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.bad("due", "due is a time, 2026-03-02T08:00:00Z");
    }
    if (Duration.between(Instant.parse(desk.now()), due).abs().compareTo(FARTHEST) > 0) {
      throw Problem.bad("due", "due is within ten years of now");
    }
    return due.toString();
  }

  private boolean works(String name) {
    return users.all().stream().anyMatch(u -> u.name().equals(name) && u.enabled() && u.role().covers(Role.ANALYST));
  }

  private Reply people(Ask ask) {
    ObjectNode node = Reply.JSON.createObjectNode();
    var items = node.putArray("items");
    for (User user : users.all()) {
      if (user.enabled() && user.role().covers(Role.ANALYST)) {
        items.add(user.name());
      }
    }
    return Reply.json(node);
  }
}
