package fr.vigie.rules.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Incidents as a fold of their alerts: the same alerts in the same order of first appearance give the same octets, whether they come once, at the
 * end of a replay, or each time they grow. The same thing that happens again is one line that counts up. Takes alerts as {@link AlertJson#live}
 * writes them. Single-threaded; at most so many alerts in all, the incident longest without news is forgotten first and counted.
 */
public final class Incidents {
  /** The most lines an incident lists; further alerts count without one. */
  public static final int LINES = 100;

  private static final int ACTORS = 16;
  private static final int TARGETS = 32;
  private static final int ASSETS = 64;

  private final int most;
  private final LinkedHashMap<String, Open> all = new LinkedHashMap<>();
  private int size;
  private long forgotten;

  /** The same detection, actor and target, as often as it came. */
  private static final class Line {
    final String alert;
    final String rule;
    final JsonNode name;
    final JsonNode fold;
    final JsonNode who;
    final @Nullable JsonNode whom;
    final String first;
    String last;
    /** Of what no exception covers, or empty. */
    String active = "";
    String severity;
    int alerts;
    long events;
    /** Alerts that an exception covers. */
    int silenced;

    Line(ObjectNode alert) {
      this.alert = alert.path("id").asText();
      this.rule = alert.path("rule").path("id").asText();
      this.name = alert.path("name");
      this.fold = alert.path("fold");
      this.who = alert.path("who");
      this.whom = alert.path("whom").get(0);
      this.first = alert.path("first").asText();
      this.last = alert.path("last").asText();
      this.severity = alert.path("severity").asText();
    }
  }

  /** What was counted of an alert. */
  private record Counted(@Nullable Line line, long events, boolean silenced) {}

  private static final class Open {
    final Map<String, Counted> alerts = new HashMap<>();
    final Map<String, Line> lines = new LinkedHashMap<>();
    final Map<String, JsonNode> actors = new LinkedHashMap<>();
    final Map<String, JsonNode> targets = new LinkedHashMap<>();
    final Set<String> assets = new LinkedHashSet<>();
    final Set<String> techniques = new TreeSet<>();
    boolean more;
    String first = "";
    String last = "";
    String severity = "";
    String severityBy = "";
    /** The same of those that an exception covers, shown where nothing else is there. */
    String covered = "";
    String coveredBy = "";
    long events;
    int silenced;
  }

  /** Incidents of so many alerts at most. */
  public Incidents(int most) {
    this.most = most;
  }

  /** Takes an alert that is new or has grown and that no exception covers. */
  public void take(ObjectNode alert) {
    take(alert, false, alert.path("last").asText());
  }

  /**
   * Takes an alert that is new or has grown.
   *
   * @param silenced whether an exception covers it
   * @param active capture time of its last event that no exception covers, or the empty text
   */
  public void take(ObjectNode alert, boolean silenced, String active) {
    String id = alert.path("incident").asText();
    Open one = all.remove(id);
    if (one == null) {
      one = new Open();
      while (size >= most && !all.isEmpty()) {
        size -= all.pollFirstEntry().getValue().alerts.size();
        forgotten++;
      }
    }
    all.put(id, one);
    Counted before = one.alerts.get(alert.path("id").asText());
    Line line = before == null ? line(one, alert) : before.line;
    long events = alert.path("count").asLong();
    count(one, line, before, events, silenced);
    if (one.alerts.put(alert.path("id").asText(), new Counted(line, events, silenced)) == null) {
      size++;
    }
    String last = alert.path("last").asText();
    if (line != null) {
      line.last = later(line.last, last);
      line.active = later(line.active, active);
      line.severity = worse(line.severity, alert.path("severity").asText());
    }
    one.first = one.first.isEmpty() || alert.path("first").asText().compareTo(one.first) < 0 ? alert.path("first").asText() : one.first;
    one.last = later(one.last, last);
    judge(one, alert, silenced);
    gather(one, alert);
  }

  private static @Nullable Line line(Open one, ObjectNode alert) {
    JsonNode fold = alert.path("fold");
    Line again = fold.path("cause").asText().equals(Fold.Cause.AGAIN.wireName()) ? one.lines.get(fold.path("with").asText()) : null;
    if (again != null) {
      return again;
    }
    if (one.lines.size() >= LINES) {
      one.more = true;
      return null;
    }
    Line line = new Line(alert);
    one.lines.put(line.alert, line);
    return line;
  }

  private static void count(Open one, @Nullable Line line, @Nullable Counted before, long events, boolean silenced) {
    long more = events - (before == null ? 0 : before.events);
    int covered = (silenced ? 1 : 0) - (before != null && before.silenced ? 1 : 0);
    one.events += more;
    one.silenced += covered;
    if (line != null) {
      line.alerts += before == null ? 1 : 0;
      line.events += more;
      line.silenced += covered;
    }
  }

  private static void judge(Open one, ObjectNode alert, boolean silenced) {
    String severity = alert.path("severity").asText();
    if (silenced) {
      if (rank(severity) > rank(one.covered)) {
        one.covered = severity;
        one.coveredBy = alert.path("id").asText();
      }
    } else if (rank(severity) > rank(one.severity)) {
      one.severity = severity;
      one.severityBy = alert.path("id").asText();
    }
  }

  private static void gather(Open one, ObjectNode alert) {
    endpoint(one.actors, alert.path("who"), ACTORS);
    alert.path("whom").forEach(w -> endpoint(one.targets, w, TARGETS));
    alert.path("assets").forEach(a -> {
      if (one.assets.size() < ASSETS) {
        one.assets.add(a.asText());
      }
    });
    alert.path("technique").forEach(t -> one.techniques.add(t.path("id").asText()));
  }

  private static void endpoint(Map<String, JsonNode> into, JsonNode endpoint, int most) {
    if (into.size() < most && endpoint instanceof ObjectNode o) {
      ObjectNode bare = o.deepCopy();
      bare.remove("port");
      ObjectNode key = bare.deepCopy();
      if (key.path("ip").isTextual()) { // with and without the MAC address behind it is one
        key.remove(List.of("mac", "vlan"));
      }
      into.putIfAbsent(key.toString(), bare);
    }
  }

  private static String later(String a, String b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static String worse(String a, String b) {
    return rank(a) < rank(b) ? b : a;
  }

  private static int rank(String severity) {
    return severity.isEmpty() ? -1 : Severity.of(severity).ordinal();
  }

  /** Ids of all incidents, sorted. */
  public List<String> ids() {
    return all.keySet().stream().sorted().toList();
  }

  /** Ids of all incidents in the order in which they began. */
  public List<String> byBeginning() {
    return all.entrySet().stream().sorted(Comparator.comparing((Map.Entry<String, Open> e) -> e.getValue().first).thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey).toList();
  }

  /** Incidents that are forgotten because there were too many alerts. */
  public long forgotten() {
    return forgotten;
  }

  /** Forgets everything. */
  public void clear() {
    all.clear();
    size = 0;
  }

  /** The line of {@code incidents.ndjson}, or null where there is no such incident. */
  public @Nullable ObjectNode write(String id) {
    Open one = all.get(id);
    return one == null ? null : written(id, one, false);
  }

  /** The same with what only the console needs: {@code silenced}, and {@code active} and {@code silenced} in each fold. */
  public @Nullable ObjectNode live(String id) {
    Open one = all.get(id);
    return one == null ? null : written(id, one, true);
  }

  private static ObjectNode written(String id, Open one, boolean live) {
    boolean covered = one.severity.isEmpty();
    String by = covered ? one.coveredBy : one.severityBy;
    Counted worst = one.alerts.get(by);
    Line line = worst == null || worst.line == null ? one.lines.values().iterator().next() : worst.line;
    ObjectNode o = Json.object().put("v", 1).put("id", id).put("first", one.first).put("last", one.last).put("severity", covered ? one.covered : one.severity)
        .put("severityBy", by);
    o.set("name", line.name);
    o.put("alerts", Json.whole(one.alerts.size())).put("events", Json.whole(one.events));
    one.actors.values().forEach(o.putArray("actors")::add);
    one.targets.values().forEach(o.putArray("targets")::add);
    one.assets.forEach(o.putArray("assets")::add);
    rules(o.putArray("rules"), one);
    one.techniques.forEach(o.putArray("technique")::add);
    ArrayNode folds = o.putArray("folds");
    for (Line each : one.lines.values()) {
      folds.add(fold(one, each, live));
    }
    o.put("more", one.more);
    if (live) {
      o.put("silenced", one.silenced);
    }
    return o.put("state", "new");
  }

  private static void rules(ArrayNode into, Open one) {
    Map<String, List<Line>> byRule = new TreeMap<>();
    one.lines.values().forEach(l -> byRule.computeIfAbsent(l.rule, r -> new ArrayList<>()).add(l));
    byRule.values().stream().map(lines -> {
      ObjectNode rule = Json.object().put("id", lines.getFirst().rule);
      rule.set("name", lines.getFirst().name);
      return rule.put("severity", lines.stream().map(l -> l.severity).reduce("", Incidents::worse))
          .put("alerts", Json.whole(lines.stream().mapToInt(l -> l.alerts).sum())).put("events", Json.whole(lines.stream().mapToLong(l -> l.events).sum()));
    }).sorted(Comparator.comparing((ObjectNode r) -> -rank(r.path("severity").asText())).thenComparing(r -> r.path("id").asText())).forEach(into::add);
  }

  private static ObjectNode fold(Open one, Line line, boolean live) {
    String with = line.fold.path("with").isTextual() ? line.fold.path("with").asText() : null;
    Counted leaned = with == null ? null : one.alerts.get(with);
    long after = line.fold.path("after").asLong();
    ObjectNode o = Json.object().put("alert", line.alert).put("rule", line.rule);
    o.set("name", line.name);
    o.put("first", line.first).put("last", line.last).put("severity", line.severity).put("alerts", Json.whole(line.alerts))
        .put("events", Json.whole(line.events)).put("cause", line.fold.path("cause").asText()).put("with", with).put("after", Json.whole(after));
    o.set("reason", reason(line.fold.path("cause").asText(), leaned == null || leaned.line == null ? "" : leaned.line.rule, after));
    o.set("who", line.who);
    o.set("whom", line.whom);
    if (live) {
      o.put("active", line.active).put("silenced", line.silenced);
    }
    return o;
  }

  /** Why an alert belongs to the incident, in words. */
  private static ObjectNode reason(String cause, String rule, long after) {
    String fr = span(after, "j");
    String en = span(after, "d");
    String afterFr = rule.isEmpty() ? fr + " après" : fr + " après " + rule;
    String afterEn = rule.isEmpty() ? en + " later" : en + " after " + rule;
    return switch (cause) {
      case "again" -> said("la même chose, revenue après " + fr, "the same thing, back after " + en);
      case "actor" -> said("le même acteur, " + afterFr, "the same actor, " + afterEn);
      case "victim" -> said("son acteur venait d’être modifié par cet incident, " + afterFr, "its actor had just been changed by this incident, " + afterEn);
      case "target" -> said("un autre acteur sur la même cible, " + afterFr, "another actor on the same target, " + afterEn);
      case "campaign" -> said("la même détection par un autre acteur de la même zone, " + fr + " après", "the same detection from another actor of the same zone, "
          + en + " later");
      default -> said("ouvre l’incident", "opens the incident");
    };
  }

  private static ObjectNode said(String fr, String en) {
    return Json.object().put("fr", fr).put("en", en);
  }

  /** Seconds as people say them. */
  private static String span(long seconds, String days) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 86_400 ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min" : seconds / 86_400 + " " + days + " " + seconds % 86_400 / 3600 + " h";
  }
}
