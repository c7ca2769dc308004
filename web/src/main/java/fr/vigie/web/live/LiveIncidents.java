package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.alert.Incidents;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.IncidentDesk;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Incidents over the live estate: folded from alerts as they come, with what people decided of them. Whatever changes them is called under the
 * estate's lock; documents are written when the estate brings its own to the indexes.
 */
final class LiveIncidents implements IncidentDesk {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> FACETS = List.of("severity", "state", "verdict", "assignee", "zone", "rule");
  /** Alerts of all incidents that are counted. */
  private static final int MOST_ALERTS = 200_000;

  private final LiveEstate estate;
  private final Index index;
  private final Journal journal;
  private final Decided decided;
  private final LiveExceptions exceptions;
  private final Broadcast broadcast;
  private final Incidents fold = new Incidents(MOST_ALERTS);
  private final Set<String> dirty = new LinkedHashSet<>();

  LiveIncidents(LiveEstate estate, Index index, Journal journal, Decided decided, LiveExceptions exceptions, Broadcast broadcast) {
    this.estate = estate;
    this.index = index;
    this.journal = journal;
    this.decided = decided;
    this.exceptions = exceptions;
    this.broadcast = broadcast;
  }

  /** Takes an alert as the console shows it. */
  void take(ObjectNode alert) {
    fold.take(alert, alert.hasNonNull("exception"), exceptions.active(alert));
    dirty.add(alert.path("incident").asText());
  }

  /** Brings what changed to the index. */
  void flush() throws IOException {
    if (dirty.isEmpty()) {
      return;
    }
    for (String id : dirty) {
      ObjectNode incident = fold.live(id);
      if (incident != null) {
        lay(incident);
        estate.cases().lay(id, incident);
      }
    }
    dirty.clear();
    broadcast.desk();
  }

  private void lay(ObjectNode incident) {
    decided.onIncident(incident);
    estate.roster().zones(incident);
    incident.put("_urgency", Urgency.of(incident));
  }

  /** Everything is to be taken anew. */
  void begin() {
    fold.clear();
    dirty.clear();
  }

  /** Everything was taken: what is in the index and nowhere else goes. */
  void end() throws IOException {
    flush();
    Set<String> now = new TreeSet<>(fold.ids());
    List<String> gone = new ArrayList<>();
    estate.cases().show();
    index.each(incident -> {
      if (!now.contains(incident.path("id").asText())) {
        gone.add(incident.path("id").asText());
      }
    });
    for (String id : gone) {
      estate.cases().delete(id);
    }
  }

  /** What was decided after the last commit of the index is in the journal: what is on disk catches up. */
  void reconcile() throws IOException {
    for (String id : decided.incidents()) {
      ObjectNode incident = estate.cases().find(id);
      if (incident != null) {
        relay(incident);
      }
    }
  }

  /** Lays decisions over an incident that is in the index, and over its alerts. */
  private void relay(ObjectNode incident) throws IOException {
    String id = incident.path("id").asText();
    JsonNode zones = incident.remove("zones"); // as they were, and where they stand: the devices may not be recalled yet
    decided.onIncident(incident);
    incident.set("zones", zones);
    incident.remove("_urgency");
    incident.put("_urgency", Urgency.of(incident));
    estate.cases().put(id, incident);
    estate.relayAlerts(id);
  }

  /** Incidents whose alerts are too many to be counted. */
  long forgotten() {
    return fold.forgotten();
  }

  @Override
  public Found incidents(Search search) throws IOException, Estate.BadSearch {
    estate.fresh();
    Found found = Lookup.find(index, search, "-urgency", FACETS);
    found.items().forEach(this::present);
    return found;
  }

  @Override
  public @Nullable ObjectNode incident(String id) throws IOException {
    estate.fresh();
    ObjectNode incident = estate.cases().find(id);
    if (incident != null) {
      present(incident);
    }
    return incident;
  }

  /** The document without what only the index needs, with the names of its devices as they are now and until when it is to be done. */
  private void present(ObjectNode incident) {
    incident.remove("_urgency");
    incident.set("devices", estate.roster().devicesOf(incident, incident.path("actors")));
    String state = incident.path("state").asText();
    boolean open = !state.equals("closed") && !state.equals("silenced");
    String due = incident.path("due").asText();
    boolean byHand = !due.isEmpty();
    if (!byHand && open) {
      due = usualDue(incident);
    }
    incident.put("dueBy", byHand ? "person" : due.isEmpty() ? "none" : "severity");
    if (!due.isEmpty()) {
      incident.put("due", due);
    }
    incident.put("late", open && !due.isEmpty() && due.compareTo(now()) < 0);
  }

  /** By when an incident of its severity should be done where nobody said otherwise; counted from its first event, or from where it reopened. */
  private static String usualDue(ObjectNode incident) {
    Duration time = switch (incident.path("severity").asText()) {
      case "C" -> Duration.ofHours(4);
      case "H" -> Duration.ofDays(1);
      case "M" -> Duration.ofDays(7);
      case "L" -> Duration.ofDays(30);
      default -> Duration.ZERO;
    };
    JsonNode from = incident.path("reopened").has("at") ? incident.path("reopened").path("at") : incident.path("first");
    try {
      return time.isZero() ? "" : Instant.parse(from.asText()).plus(time).toString();
    } catch (DateTimeException e) {
      return "";
    }
  }

  @Override
  public int decide(List<String> ids, Word word) throws IOException {
    int count;
    synchronized (estate.lock()) {
      estate.fresh();
      List<ObjectNode> found = new ArrayList<>();
      List<ObjectNode> bodies = new ArrayList<>();
      for (String id : new LinkedHashSet<>(ids)) {
        ObjectNode incident = estate.cases().find(id);
        if (incident != null) {
          found.add(incident);
          bodies.add(body(incident, word));
        }
      }
      if (bodies.isEmpty()) {
        return 0;
      }
      List<Journal.Entry> entries = journal.appendAll(word.who(), Casework.KIND, bodies);
      entries.forEach(decided::replay);
      for (ObjectNode incident : found) {
        relay(incident);
      }
      estate.fresh();
      count = found.size();
    }
    broadcast.desk();
    return count;
  }

  /**
   * The incident goes with its alerts: closed with the last of them, open again with any of them. Under the estate's lock, once the alert is
   * in the index as it was decided.
   *
   * @param comment the person's words about the alert
   * @return the incident's new state, or null where it stays as it was
   */
  @Nullable String follow(ObjectNode alert, String who, String comment) throws IOException {
    ObjectNode incident = estate.cases().find(alert.path("incident").asText());
    if (incident == null) {
      return null;
    }
    String state = alert.path("state").asText();
    boolean open = LiveEstate.OPEN.contains(state);
    boolean closed = incident.path("state").asText().equals("closed");
    if (open != closed || incident.path("state").asText().equals("silenced")) {
      return null;
    }
    String verdict = "";
    if (!open) {
      Map<String, Long> states = states(incident.path("id").asText());
      if (LiveEstate.OPEN.stream().anyMatch(s -> states.getOrDefault(s, 0L) > 0)) {
        return null;
      }
      verdict = states.getOrDefault("resolved", 0L) > 0 ? "true" : "false";
    }
    String said = !open ? "closed" : state.equals("investigating") ? "in-progress" : state;
    ObjectNode body = body(incident, new Word(who, said, verdict, null, null, comment)).put("follows", alert.path("id").asText());
    decided.replay(journal.append(who, Casework.KIND, body));
    relay(incident);
    return said;
  }

  /** How many alerts of an incident are in which state. */
  private Map<String, Long> states(String incident) throws IOException {
    try {
      return estate.alerts(new Search("", Map.of("incident", List.of(incident)), "", 0, 1)).facets().getOrDefault("state", Map.of());
    } catch (Estate.BadSearch e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }

  private static ObjectNode body(ObjectNode incident, Word word) {
    ObjectNode body = JSON.objectNode().put("id", incident.path("id").asText());
    if (!word.state().isEmpty()) {
      body.put("state", word.state());
      if (!word.verdict().isEmpty()) {
        body.put("verdict", word.verdict());
      }
      Casework.seen(body, incident);
    }
    if (word.assignee() != null) {
      body.put("assignee", word.assignee());
    }
    if (word.due() != null) {
      body.put("due", word.due());
    }
    if (!word.comment().isBlank()) {
      body.put("comment", word.comment());
    }
    return body;
  }

  @Override
  public String now() {
    String clock = estate.clock();
    return clock.isEmpty() ? Instant.now().toString() : clock;
  }
}
