package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import fr.vigie.web.access.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** What was learned: how far, which lines, decisions on them, and the export. */
final class NormalResource {
  private static final int LONGEST = 300;
  private static final int MOST = 200;
  private static final int LAST = 1_000_000;
  private static final int DAYS = 30;

  private final Normal normal;

  NormalResource(Normal normal) {
    this.normal = normal;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/normal", Role.VIEWER, ask -> Reply.json(normal.overview(ask.number("days", 7, 1, DAYS)))),
        Route.of(GET, "/normal/devices", Role.VIEWER, ask -> Reply.json(normal.devices(filter(ask, Set.of("", "learning", "ended"))))),
        Route.of(GET, "/normal/lines", Role.VIEWER, ask -> Reply.json(normal.lines(filter(ask, Set.of("", "learned", "approved", "rejected"))))),
        Route.of(POST, "/normal/lines", Role.ANALYST, this::decide),
        Route.of(POST, "/normal/learning", Role.ANALYST, this::learning),
        Route.of(GET, "/normal/export", Role.VIEWER, this::export));
  }

  private static Normal.Filter filter(Ask ask, Set<String> states) {
    String behaviour = ask.param("behaviour", "");
    String state = ask.param("state", "");
    if (!behaviour.isEmpty() && !Normal.BEHAVIOURS.contains(behaviour)) {
      throw Problem.bad("parameter", "behaviour must be one of " + Normal.BEHAVIOURS.stream().sorted().toList());
    }
    if (!states.contains(state)) {
      throw Problem.bad("parameter", "state must be one of " + states.stream().filter(s -> !s.isEmpty()).sorted().toList());
    }
    String text = ask.param("q", "");
    String device = ask.param("device", "");
    if (text.length() > LONGEST || device.length() > LONGEST) {
      throw Problem.bad("too_long", "q and device are no longer than " + LONGEST + " characters");
    }
    return new Normal.Filter(device, behaviour, state, text, ask.number("offset", 0, 0, LAST), ask.number("limit", 50, 1, MOST));
  }

  private Reply decide(Ask ask) throws IOException {
    Normal.Line line = new Normal.Line(ask.text("kind", LONGEST), ask.text("who", LONGEST), ask.text("whom", LONGEST), ask.text("what", LONGEST));
    String verdict = ask.text("verdict", LONGEST);
    if (!Normal.KINDS.contains(line.kind()) || line.who().isBlank()) {
      throw Problem.bad("kind", "a line says kind, one of " + Normal.KINDS.stream().sorted().toList() + ", and who");
    }
    if (!verdict.equals("approve") && !verdict.equals("reject")) {
      throw Problem.bad("verdict", "verdict must be approve or reject");
    }
    return switch (normal.decide(ask.who().name(), line, verdict.equals("approve"), ask.text("comment", Decision.LONGEST_COMMENT))) {
      case DONE -> Reply.json(Reply.JSON.createObjectNode().put("waits", false));
      case WAITS, WAITING -> Reply.json(202, Reply.JSON.createObjectNode().put("waits", true));
      case FULL -> throw new Problem(409, "normal_full", "there is no room for this line, or too many decisions wait");
    };
  }

  private Reply learning(Ask ask) throws IOException {
    String behaviour = ask.text("behaviour", LONGEST);
    String act = ask.text("act", LONGEST);
    if (!Normal.BEHAVIOURS.contains(behaviour)) {
      throw Problem.bad("behaviour", "behaviour must be one of " + Normal.BEHAVIOURS.stream().sorted().toList());
    }
    if (!act.equals("end") && !act.equals("again")) {
      throw Problem.bad("act", "act must be end or again");
    }
    Normal.Taken taken = normal.learning(ask.who().name(), ask.text("subject", LONGEST), behaviour, act.equals("again"), ask.text("comment", Decision.LONGEST_COMMENT));
    if (taken == null) {
      throw Problem.missing();
    }
    return switch (taken) {
      case DONE -> Reply.none();
      case WAITS, WAITING -> Reply.json(202, Reply.JSON.createObjectNode().put("waits", true));
      case FULL -> throw new Problem(409, "normal_full", "too many decisions wait");
    };
  }

  private Reply export(Ask ask) {
    String format = ask.param("format", "tsv");
    if (!format.equals("tsv") && !format.equals("yaml")) {
      throw Problem.bad("parameter", "format must be tsv or yaml");
    }
    boolean site = format.equals("yaml");
    String text = normal.export(site);
    if (text == null) {
      throw Problem.missing();
    }
    return Reply.file(site ? "learned.yaml" : "normal.tsv", site ? "application/yaml" : "text/tab-separated-values", text.getBytes(StandardCharsets.UTF_8));
  }
}
