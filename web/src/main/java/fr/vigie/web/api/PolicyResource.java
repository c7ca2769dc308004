package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policy: what is in force, tables tried and taken, interventions, the sets before. Tables are data; rules never come this way. */
final class PolicyResource {
  /** A table in base64, and its name. */
  private static final int LARGEST_UPLOAD = Policies.MOST_BYTES / 3 * 4 + 4096;
  private static final String XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  private final Policies policies;

  PolicyResource(Policies policies) {
    this.policies = policies;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/policy", Role.VIEWER, ask -> Reply.json(policies.page())),
        Route.of(GET, "/policy/tables/{id}", Role.VIEWER, this::table),
        Route.of(POST, "/policy/tables/{id}/plan", Role.ADMINISTRATOR, ask -> found(policies.plan(ask.id(), ask.text("name", 512), content(ask)))).upTo(LARGEST_UPLOAD),
        Route.of(POST, "/policy/tables/{id}", Role.ADMINISTRATOR, ask -> taken(policies.take(ask.id(), ask.text("name", 512), content(ask), ask.who().name()))).upTo(LARGEST_UPLOAD),
        Route.of(POST, "/policy/tables/{id}/remove", Role.ADMINISTRATOR, ask -> taken(policies.remove(ask.id(), ask.who().name()))),
        Route.of(POST, "/policy/maintenance", Role.ADMINISTRATOR, ask -> taken(policies.announce(ask.body(), ask.who().name()))),
        Route.of(POST, "/policy/maintenance/{id}/end", Role.ADMINISTRATOR, ask -> taken(policies.end(place(ask), number(ask, "set"), ask.who().name()))),
        Route.of(POST, "/policy/rollback", Role.ADMINISTRATOR, ask -> taken(policies.rollback(number(ask, "number"), ask.who().name()))),
        Route.of(GET, "/policy/backtest", Role.VIEWER, ask -> Reply.json(policies.backtested())),
        Route.of(POST, "/policy/tables/{id}/backtest", Role.ADMINISTRATOR,
            ask -> found(policies.backtest(ask.id(), ask.text("name", 512), content(ask), ask.text("since", 64)))).upTo(LARGEST_UPLOAD));
  }

  private static Reply found(@Nullable ObjectNode answer) {
    if (answer == null) {
      throw Problem.missing();
    }
    return Reply.json(answer);
  }

  private static Reply taken(@Nullable ObjectNode answer) {
    if (answer == null) {
      throw Problem.missing();
    }
    return Reply.json(answer.hasNonNull("set") ? 201 : answer.has("approval") ? 202 : 422, answer);
  }

  private Reply table(Ask ask) throws IOException {
    String format = ask.param("format", "csv");
    if (!format.equals("csv") && !format.equals("xlsx")) {
      throw Problem.bad("format", "format is csv or xlsx");
    }
    byte[] content = policies.table(ask.id(), format, ask.param("lang", "").equals("fr"));
    if (content == null) {
      throw Problem.missing();
    }
    return Reply.file(ask.id() + "." + format, format.equals("csv") ? "text/csv" : XLSX, content);
  }

  /** A set's number in the body, or -1 where it says none. */
  private static long number(Ask ask, String name) {
    JsonNode number = ask.body().path(name);
    if (number.isMissingNode() || number.isNull()) {
      return -1;
    }
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
      throw Problem.bad("body", name + " is the number of a set");
    }
    return number.longValue();
  }

  private static int place(Ask ask) {
    try {
      return Integer.parseInt(ask.id());
    } catch (NumberFormatException e) {
      throw Problem.missing();
    }
  }

  private static byte[] content(Ask ask) {
    try {
      return Base64.getDecoder().decode(ask.text("content", LARGEST_UPLOAD));
    } catch (IllegalArgumentException e) {
      throw Problem.bad("base64", "content is not base64");
    }
  }
}
