package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exceptions: list, preview, make, end early. */
final class ExceptionResource {
  private static final int LONGEST = 600;

  private final Estate estate;
  private final Exceptions exceptions;

  ExceptionResource(Estate estate) {
    this.estate = estate;
    this.exceptions = estate.exceptions();
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/exceptions", Role.VIEWER, ask -> Reply.json(exceptions.list())),
        Route.of(POST, "/exceptions", Role.ANALYST, this::make),
        Route.of(POST, "/exceptions/preview", Role.ANALYST, ask -> Reply.json(exceptions.preview(scope(ask)))),
        Route.of(POST, "/exceptions/{id}/end", Role.ANALYST, this::end));
  }

  private Exceptions.Scope scope(Ask ask) {
    String rule = ask.text("rule", 16);
    if (!exceptions.known(rule)) {
      throw Problem.bad("rule", "the catalogue has no detection " + rule);
    }
    Exceptions.Scope scope = new Exceptions.Scope(rule, part(ask, "actor"), part(ask, "target"), part(ask, "operation"), part(ask, "point"), part(ask, "zone"));
    if (scope.whole() && !ask.who().role().covers(Role.ADMINISTRATOR)) {
      throw new Problem(403, "exception_whole", "only an administrator may ask to put a whole rule out of service: narrow the exception");
    }
    return scope;
  }

  private static @Nullable String part(Ask ask, String name) {
    String text = ask.text(name, LONGEST);
    return text.isEmpty() ? null : text;
  }

  private Reply make(Ask ask) throws IOException {
    Exceptions.Scope scope = scope(ask);
    String reason = ask.text("reason", Decision.LONGEST_COMMENT).strip();
    if (reason.isEmpty()) {
      throw Problem.bad("reason", "an exception has a reason");
    }
    Exceptions.Made made = exceptions.make(new Exceptions.Wish(ask.who().name(), scope, until(ask), reason));
    ObjectNode exception = made.exception();
    if (exception != null) {
      return Reply.json(201, exception);
    }
    ObjectNode approval = made.approval();
    if (approval == null) {
      throw new Problem(409, "approvals_full", "there are too many exceptions, or too many wait already");
    }
    return Reply.json(202, approval);
  }

  /** A moment, or a day of the site: then the end of it, whatever the clocks do in that night. */
  private String until(Ask ask) {
    String text = ask.text("until", 40);
    Instant now = Instant.parse(estate.incidents().now());
    Instant until;
    try {
      until = text.length() == 10 ? LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneId.of(estate.site().path("tz").asText("UTC"))).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.bad("until", "until is a day, 2026-12-31, or a time, 2026-12-31T08:00:00Z");
    }
    if (!until.isAfter(now) || until.isAfter(now.plus(Duration.ofDays(Exceptions.LONGEST_DAYS)))) {
      throw Problem.bad("until", "an exception ends after now and within a year");
    }
    return until.toString();
  }

  private Reply end(Ask ask) throws IOException {
    ObjectNode ended = exceptions.end(ask.id(), ask.who().name(), ask.text("comment", Decision.LONGEST_COMMENT));
    if (ended == null) {
      throw Problem.missing();
    }
    return Reply.json(ended);
  }
}
