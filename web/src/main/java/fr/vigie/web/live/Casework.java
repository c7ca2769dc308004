package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What people decided of incidents: a fold of the journal's {@code incident.decide}, whose members are {@code id} and, each optional, {@code
 * state}, {@code verdict}, {@code assignee}, {@code due}, {@code comment}; with {@code to} and {@code seen}, how the incident stood when they
 * decided, and {@code follows}, the alert whose own decision the incident only goes along with. What was closed as true or false is open again once its cause struck after that; what was accepted once something new struck. Not
 * safe for threads: {@link Decided} guards it.
 */
final class Casework {
  static final String KIND = "incident.decide";

  private final Map<String, List<Journal.Entry>> byId = new TreeMap<>();

  void replay(Journal.Entry entry) {
    byId.computeIfAbsent(entry.body().path("id").asText(), id -> new ArrayList<>(2)).add(entry);
  }

  Set<String> ids() {
    return byId.keySet();
  }

  /** How an incident stands, to be kept with a decision about it: what struck until now. */
  static void seen(ObjectNode body, ObjectNode incident) {
    body.put("to", incident.path("last").asText());
    ObjectNode seen = body.putObject("seen");
    for (JsonNode fold : incident.path("folds")) {
      seen.putObject(fold.path("alert").asText()).put("last", fold.path("active").asText()).put("severity", fold.path("severity").asText());
    }
    if (incident.path("reopened").isObject()) {
      body.set("reopened", incident.get("reopened").deepCopy());
    }
  }

  /** Lays what was decided over an incident: {@code state}, {@code verdict}, {@code assignee}, {@code due}, {@code reopened}, {@code timeline}. */
  void onIncident(ObjectNode incident) {
    String state = incident.path("silenced").asInt() > 0 && incident.path("silenced").asLong() == incident.path("alerts").asLong() ? "silenced" : "new";
    String verdict = "";
    String assignee = "";
    String due = "";
    Journal.@Nullable Entry closing = null;
    ArrayNode timeline = incident.putArray("timeline");
    for (Journal.Entry entry : byId.getOrDefault(incident.path("id").asText(), List.of())) {
      JsonNode body = entry.body();
      if (body.path("reopened").isObject()) {
        reopening(timeline, body.path("reopened"));
      }
      String said = body.path("state").asText();
      if (!said.isEmpty()) {
        state = said;
        verdict = body.path("verdict").asText();
        closing = said.equals("closed") ? entry : null;
      }
      assignee = body.has("assignee") ? body.path("assignee").asText() : assignee;
      due = body.has("due") ? body.path("due").asText() : due;
      step(timeline, entry);
    }
    incident.remove(List.of("reopened", "verdict", "assignee", "due"));
    if (closing != null) {
      JsonNode strike = strike(incident, closing.body());
      if (strike != null) {
        ObjectNode reopened = incident.putObject("reopened").put("at", strike.path("active").asText()).put("alert", strike.path("alert").asText())
            .put("rule", strike.path("rule").asText()).put("verdict", verdict).put("closed", closing.time().toString());
        reopening(timeline, reopened);
        state = "new";
        verdict = "";
      }
    }
    incident.put("state", state);
    put(incident, "verdict", verdict);
    put(incident, "assignee", assignee);
    put(incident, "due", due);
  }

  private static void put(ObjectNode incident, String name, String value) {
    if (!value.isEmpty()) {
      incident.put(name, value);
    }
  }

  private static void step(ArrayNode timeline, Journal.Entry entry) {
    JsonNode body = entry.body();
    ObjectNode step = timeline.addObject().put("time", entry.time().toString()).put("who", entry.author()).put("kind", KIND)
        .put("state", body.path("state").asText()).put("comment", body.path("comment").asText());
    for (String further : new String[] {"verdict", "assignee", "due", "follows"}) {
      if (body.has(further)) {
        step.put(further, body.path(further).asText());
      }
    }
  }

  private static void reopening(ArrayNode timeline, JsonNode reopened) {
    timeline.addObject().put("time", reopened.path("at").asText()).put("who", "vigie").put("kind", "incident.reopen").put("state", "new").put("comment", "")
        .put("verdict", reopened.path("verdict").asText()).put("rule", reopened.path("rule").asText()).put("alert", reopened.path("alert").asText());
  }

  /** The fold that struck after the incident was closed, or null. */
  private static @Nullable JsonNode strike(ObjectNode incident, JsonNode closing) {
    boolean accepted = closing.path("verdict").asText().equals("accepted");
    for (JsonNode fold : incident.path("folds")) {
      String active = fold.path("active").asText();
      JsonNode seen = closing.path("seen").path(fold.path("alert").asText());
      if (active.isEmpty()) {
        continue;
      }
      boolean worse = Urgency.rank(fold.path("severity").asText()) > Urgency.rank(seen.path("severity").asText());
      if (seen.isMissingNode() || worse || !accepted && active.compareTo(seen.path("last").asText()) > 0) {
        return fold;
      }
    }
    return null;
  }

  /**
   * Decisions about the incident of an alert that hold for the alert too: those that were taken when it was there, and an acceptance of the
   * same thing. What only follows an alert says nothing of the others.
   */
  List<Journal.Entry> ofAlert(ObjectNode alert) {
    List<Journal.Entry> all = byId.getOrDefault(alert.path("incident").asText(), List.of());
    if (all.isEmpty()) {
      return all;
    }
    JsonNode fold = alert.path("fold");
    String line = fold.path("cause").asText().equals("again") ? fold.path("with").asText() : alert.path("id").asText();
    List<Journal.Entry> own = new ArrayList<>();
    for (Journal.Entry entry : all) {
      JsonNode body = entry.body();
      JsonNode seen = body.path("seen").path(line);
      boolean accepted = body.path("verdict").asText().equals("accepted") && !seen.isMissingNode()
          && Urgency.rank(alert.path("severity").asText()) <= Urgency.rank(seen.path("severity").asText());
      if (body.has("state") && !body.has("follows") && (accepted || alert.path("first").asText().compareTo(body.path("to").asText()) <= 0)) {
        own.add(entry);
      }
    }
    return own;
  }

  /** The triage state of alerts under a decision about their incident. */
  static String alertState(JsonNode body) {
    return switch (body.path("state").asText()) {
      case "acknowledged" -> "acknowledged";
      case "in-progress" -> "investigating";
      case "closed" -> body.path("verdict").asText().equals("false") ? "false-positive" : "resolved";
      default -> "new";
    };
  }
}
