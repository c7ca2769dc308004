package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Audit;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compliance reports: what can be made, what was made, make one, take it, check one. */
final class ReportResource {
  /** A report and its signature in base64, with room for a large site. */
  private static final int LARGEST_UPLOAD = 24 * 1024 * 1024;

  private static final Set<String> FORMATS = Set.of("pdf", "csv", "json");

  private final Reports reports;
  private final Audit audit;

  ReportResource(Reports reports, Audit audit) {
    this.reports = reports;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/reports", Role.VIEWER, this::list),
        Route.of(POST, "/reports", Role.ANALYST, this::make),
        Route.of(GET, "/reports/{id}/file", Role.VIEWER, ask -> give(reports.file(ask.id()))),
        Route.of(GET, "/reports/{id}/signature", Role.VIEWER, ask -> give(reports.signature(ask.id()))),
        Route.of(POST, "/reports/verify", Role.VIEWER, this::verify).upTo(LARGEST_UPLOAD));
  }

  private Reply list(Ask ask) throws IOException {
    ObjectNode node = Reply.JSON.createObjectNode();
    node.set("frameworks", reports.frameworks());
    node.set("made", reports.made());
    return Reply.json(node);
  }

  private Reply make(Ask ask) throws IOException {
    String framework = ask.text("framework", 64);
    String format = ask.text("format", 8);
    String language = ask.text("language", 2);
    boolean known = false;
    for (JsonNode node : reports.frameworks()) {
      known |= node.path("id").asText().equals(framework);
    }
    if (!known) {
      throw Problem.bad("framework", "there is no such framework");
    }
    if (!FORMATS.contains(format)) {
      throw Problem.bad("format", "format must be pdf, csv or json");
    }
    if (!language.equals("fr") && !language.equals("en")) {
      throw Problem.bad("language", "language must be fr or en");
    }
    String from = time(ask.text("from", 40));
    String to = time(ask.text("to", 40));
    if (!from.isEmpty() && !to.isEmpty() && !OffsetDateTime.parse(from).isBefore(OffsetDateTime.parse(to))) {
      throw Problem.bad("period", "the period ends before it begins");
    }
    ObjectNode made = reports.make(new Reports.Order(framework, format, language, from, to, ask.who().name()));
    audit.record("report.make", ask.who().name(), made.deepCopy());
    return Reply.json(201, made);
  }

  private static String time(String text) {
    if (text.isEmpty()) {
      return text;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toString();
    } catch (DateTimeException e) {
      throw Problem.bad("time", "times are RFC 3339, for example 2026-03-10T06:00:00Z");
    }
  }

  private static Reply give(Reports.@Nullable Download download) {
    if (download == null) {
      throw Problem.missing();
    }
    return Reply.file(download.name(), download.type(), download.content());
  }

  private Reply verify(Ask ask) throws IOException {
    byte[] report = bytes(ask, "report");
    if (report.length == 0) {
      throw Problem.bad("report_empty", "report holds the file in base64");
    }
    byte[] signature = bytes(ask, "signature");
    return Reply.json(reports.verify(report, signature.length == 0 ? null : signature));
  }

  private static byte[] bytes(Ask ask, String name) {
    try {
      return Base64.getDecoder().decode(ask.text(name, LARGEST_UPLOAD));
    } catch (IllegalArgumentException e) {
      throw Problem.bad("base64", name + " is not base64");
    }
  }
}
