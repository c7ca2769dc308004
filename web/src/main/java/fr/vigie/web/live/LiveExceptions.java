package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.store.Query;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import fr.vigie.rules.alert.Severity;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Exceptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions over the live estate: a fold of the journal's {@code exception.make}, {@code exception.end} and of what two people granted. An
 * exception holds from the capture time at which it came into force to its end, by the times of events: so a restart that folds the log again
 * silences the same alerts. One that two people did not grant covers nothing of severity C or H. Those that are over are remembered for what
 * they covered, the latest of them; those that ended before anything could happen only as long as they are listed; the journal has all.
 */
final class LiveExceptions implements Exceptions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String MAKE = "exception.make";
  private static final String END = "exception.end";
  private static final String ASK = "exception";
  private static final String DISABLE = "rule.disable";
  /** Most exceptions in force. */
  private static final int MOST = 1_000;
  /** Most of those that are over that still tell what they covered when the log is folded again. */
  private static final int OVER = 10_000;
  /** Most of those that are over that are listed. */
  private static final int LISTED = 200;
  /** How far back a preview looks, days. */
  private static final int BACK = 30;
  private static final int SAMPLE = 5;

  private final LiveEstate estate;
  private final Index alerts;
  private final Journal journal;
  private final FourEyes fourEyes;
  private final Broadcast broadcast;
  private final Map<String, Silence> byId = new LinkedHashMap<>();
  /** By rule and actor; the empty actor is everybody. Lists are replaced, never changed: the engine reads them while people decide. */
  private final Map<String, List<Silence>> byPlace = new ConcurrentHashMap<>();
  /** Those that ended before anything could happen, the eldest first: listed for a while. */
  private final ArrayDeque<Silence> idle = new ArrayDeque<>();
  private long refused;
  private long forgotten;

  /** One exception. Times are capture times, RFC 3339 with nine digits. */
  private static final class Silence {
    final String id;
    final Scope scope;
    final String from;
    final String until;
    /** Whether it covers severity C and H. */
    final boolean grave;
    final String author;
    final Instant made;
    final String reason;
    final @Nullable String second;
    volatile Journal.@Nullable Entry end;

    Silence(String id, ObjectNode said, String from, String author, Instant made, @Nullable String second) {
      this.id = id;
      this.scope = new Scope(said.path("rule").asText(), text(said, "actor"), text(said, "target"), text(said, "operation"), text(said, "point"), text(said, "zone"));
      this.from = from;
      this.until = said.path("until").asText();
      this.grave = second != null;
      this.author = author;
      this.made = made;
      this.reason = said.path("reason").asText();
      this.second = second;
    }

    /** When it ends, or ended. */
    String over() {
      Journal.Entry ended = end;
      String early = ended == null ? until : ended.body().path("moment").asText();
      return early.compareTo(until) < 0 ? early : until;
    }

    boolean at(String time) {
      return time.compareTo(from) > 0 && time.compareTo(over()) < 0;
    }

    private static @Nullable String text(JsonNode said, String name) {
      return said.path(name).isTextual() ? said.path(name).asText() : null;
    }
  }

  LiveExceptions(LiveEstate estate, Index alerts, Journal journal, FourEyes fourEyes, Broadcast broadcast) throws IOException {
    this.estate = estate;
    this.alerts = alerts;
    this.journal = journal;
    this.fourEyes = fourEyes;
    this.broadcast = broadcast;
    List<Journal.Entry> ends = new ArrayList<>();
    for (Journal.Entry entry : journal.entries()) {
      if (entry.kind().equals(MAKE)) {
        Silence s = new Silence("x-" + entry.seq(), entry.body(), entry.body().path("moment").asText(), entry.author(), entry.time(), null);
        byId.put(s.id, s);
      } else if (entry.kind().equals(END)) {
        ends.add(entry);
      }
    }
    fourEyes.on(ASK, Role.ANALYST, this::granted);
    fourEyes.on(DISABLE, Role.ADMINISTRATOR, this::granted);
    ends.forEach(this::ended);
    byId.values().stream().filter(s -> s.end == null || s.over().compareTo(s.from) > 0).forEach(this::place);
    bound();
  }

  private synchronized void granted(FourEyes.Asked asked, Journal.Entry grant) {
    enter(new Silence("x-" + grant.seq(), asked.said(), grant.body().path("moment").asText(), asked.author(), grant.time(), grant.author()));
  }

  private void enter(Silence s) {
    byId.put(s.id, s);
    place(s);
    bound();
  }

  private static String place(String rule, @Nullable String actor) {
    return actor == null ? rule : rule + ' ' + actor;
  }

  private void place(Silence s) {
    byPlace.merge(place(s.scope.rule(), s.scope.actor()), List.of(s), (all, one) -> Stream.concat(all.stream(), one.stream()).toList());
  }

  private void ended(Journal.Entry entry) {
    Silence s = byId.get(entry.body().path("id").asText());
    if (s != null && s.end == null) {
      s.end = entry;
      if (s.over().compareTo(s.from) <= 0) {
        unplace(s); // it was over before the next event: there is nothing it could have covered
        idle.add(s);
        if (idle.size() > LISTED) {
          byId.remove(idle.remove().id);
        }
      }
    }
  }

  /** Lets go of those longest over. */
  private void bound() {
    if (byId.size() <= MOST + OVER) {
      return;
    }
    String now = byId.values().stream().map(s -> s.from).max(Comparator.naturalOrder()).orElse(""); // at a start nobody else knows the time yet
    List<Silence> over = byId.values().stream().filter(s -> !state(s, now).equals("active")).sorted(Comparator.comparing(Silence::over)).toList();
    for (Silence s : over.subList(0, Math.min(over.size(), byId.size() - MOST - OVER + LISTED))) {
      forget(s);
      forgotten++;
    }
  }

  private void forget(Silence s) {
    byId.remove(s.id);
    unplace(s);
  }

  private void unplace(Silence s) {
    byPlace.computeIfPresent(place(s.scope.rule(), s.scope.actor()), (at, all) -> {
      List<Silence> left = all.stream().filter(o -> o != s).toList();
      return left.isEmpty() ? null : left;
    });
  }

  // ---- what is covered -------------------------------------------------------------------------------------------------------------------

  /** Marks a new alert with the exception that covers it, as of its first event. */
  void lay(ObjectNode alert) {
    Silence s = covering(alert, alert.path("first").asText());
    if (s != null) {
      alert.put("exception", s.id);
    }
  }

  /** Time of the alert's last event that no exception covers, or the empty text. */
  String active(ObjectNode alert) {
    if (alert.hasNonNull("exception")) {
      return "";
    }
    String last = alert.path("last").asText();
    Silence s = covering(alert, last);
    return s == null ? last : alert.path("first").asText(); // when it last came before the exception is not known after a restart
  }

  private @Nullable Silence covering(ObjectNode alert, String time) {
    String rule = alert.path("rule").path("id").asText();
    Silence narrow = covering(byPlace.getOrDefault(place(rule, address(alert.path("who"))), List.of()), alert, time);
    return narrow != null ? narrow : covering(byPlace.getOrDefault(rule, List.of()), alert, time);
  }

  private @Nullable Silence covering(List<Silence> all, ObjectNode alert, String time) {
    for (Silence s : all) {
      if (s.at(time) && (s.grave || !grave(alert)) && matches(s.scope, alert)) {
        return s;
      }
    }
    return null;
  }

  private static boolean grave(JsonNode alert) {
    return Urgency.rank(alert.path("severity").asText()) >= Urgency.rank("H");
  }

  private boolean matches(Scope scope, ObjectNode alert) {
    return (scope.actor() == null || scope.actor().equals(address(alert.path("who")))) && target(scope.target(), alert.path("whom")) && doings(scope, alert)
        && (scope.zone() == null || Set.of(scope.zone()).equals(estate.roster().targetZones(alert)));
  }

  private static boolean target(@Nullable String target, JsonNode whom) {
    if (target == null) {
      return true;
    }
    for (JsonNode each : whom) {
      if (!target.equals(address(each))) {
        return false;
      }
    }
    return !whom.isEmpty();
  }

  private static boolean doings(Scope scope, ObjectNode alert) {
    if (scope.operation() == null && scope.point() == null) {
      return true;
    }
    for (JsonNode each : alert.path("doings")) {
      if (scope.operation() != null && !scope.operation().equals(each.path("operation").asText())
          || scope.point() != null && !scope.point().equals(each.path("point").asText(null))) {
        return false;
      }
    }
    return !alert.path("doings").isEmpty() && !alert.path("doingsMore").asBoolean();
  }

  /** The address of an endpoint as scopes name it: capture zone where it has a name, IP or MAC, and what stands below. */
  static String address(JsonNode endpoint) {
    StringBuilder s = new StringBuilder();
    if (endpoint.path("realm").isTextual()) {
      s.append(endpoint.path("realm").asText()).append('|');
    }
    s.append(endpoint.path("ip").isTextual() ? endpoint.path("ip").asText() : endpoint.path("mac").asText(""));
    for (String below : new String[] {"bacnet", "knx", "unit", "lon"}) {
      if (endpoint.hasNonNull(below)) {
        s.append(' ').append(below).append(' ').append(endpoint.path(below).asText());
      }
    }
    return s.toString();
  }

  // ---- what people do --------------------------------------------------------------------------------------------------------------------

  @Override
  public boolean known(String rule) {
    return Catalogue.shipped().find(rule) != null;
  }

  private String moment() {
    return nine(estate.incidents().now());
  }

  private static String nine(String time) {
    return Json.time(Json.nanos(time));
  }

  @Override
  public ObjectNode preview(Scope scope) throws IOException {
    Detection d = Catalogue.shipped().of(scope.rule());
    String since = Json.time(Json.nanos(moment()) - Duration.ofDays(BACK).toNanos());
    int[] counts = new int[2];
    Set<String> incidents = new HashSet<>();
    ArrayNode sample = JSON.arrayNode();
    estate.fresh();
    try {
      alerts.each(new Query.Has("rule", scope.rule()), alert -> {
        if (alert.path("last").asText().compareTo(since) >= 0 && matches(scope, alert)) {
          counts[0]++;
          counts[1] += grave(alert) ? 1 : 0;
          incidents.add(alert.path("incident").asText());
          if (sample.size() < SAMPLE) {
            ObjectNode one = sample.addObject().put("id", alert.path("id").asText()).put("severity", alert.path("severity").asText())
                .put("last", alert.path("last").asText());
            one.set("who", alert.path("who"));
            one.set("whom", alert.path("whom").get(0));
          }
        }
      });
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
    ObjectNode node = JSON.objectNode();
    ObjectNode rule = node.putObject("rule").put("id", d.id()).put("severity", d.severity().letter());
    rule.putObject("name").put("fr", d.fr().name()).put("en", d.en().name());
    node.put("since", since).put("days", BACK).put("count", counts[0]).put("grave", counts[1]).put("incidents", incidents.size());
    node.set("sample", sample);
    return node.put("two", scope.whole() || counts[1] > 0 || d.severity().compareTo(Severity.HIGH) >= 0);
  }

  @Override
  public Made make(Wish wish) throws IOException {
    ObjectNode preview = preview(wish.scope());
    ObjectNode said = said(wish);
    if (preview.path("two").asBoolean()) {
      JsonNode name = preview.path("rule").path("name");
      boolean whole = wish.scope().whole();
      ObjectNode title = FourEyes.said((whole ? "Mettre hors service la règle " : "Exception à ") + wish.scope().rule() + " – " + name.path("fr").asText(),
          (whole ? "Put out of service the rule " : "Exception to ") + wish.scope().rule() + " – " + name.path("en").asText());
      List<ObjectNode> details = new ArrayList<>(words(wish.scope()));
      details.add(FourEyes.said("jusqu’au " + wish.until() + " (UTC)", "until " + wish.until() + " (UTC)"));
      details.add(FourEyes.said("aurait tu " + preview.path("count").asInt() + " alertes des " + BACK + " derniers jours, dont " + preview.path("grave").asInt()
          + " critiques ou élevées", "would have silenced " + preview.path("count").asInt() + " alerts of the last " + BACK + " days, " + preview.path("grave").asInt()
          + " of them critical or high"));
      synchronized (this) {
        return new Made(null, full() ? null : fourEyes.ask(whole ? DISABLE : ASK, wish.who(), title, details, said, wish.reason()));
      }
    }
    Silence made;
    synchronized (this) {
      if (full()) {
        return new Made(null, null);
      }
      String moment = moment();
      Journal.Entry entry = journal.append(wish.who(), MAKE, said.put("moment", moment));
      made = new Silence("x-" + entry.seq(), entry.body(), moment, entry.author(), entry.time(), null);
      enter(made);
    }
    broadcast.desk();
    return new Made(written(made), null);
  }

  private static ObjectNode said(Wish wish) {
    Scope scope = wish.scope();
    ObjectNode said = JSON.objectNode().put("rule", scope.rule());
    Map<String, @Nullable String> parts = new LinkedHashMap<>();
    parts.put("actor", scope.actor());
    parts.put("target", scope.target());
    parts.put("operation", scope.operation());
    parts.put("point", scope.point());
    parts.put("zone", scope.zone());
    parts.forEach((name, value) -> {
      if (value != null) {
        said.put(name, value);
      }
    });
    return said.put("until", nine(wish.until())).put("reason", wish.reason());
  }

  private static List<ObjectNode> words(Scope scope) {
    List<ObjectNode> words = new ArrayList<>();
    add(words, "acteur ", "actor ", scope.actor());
    add(words, "cible ", "target ", scope.target());
    add(words, "opération ", "operation ", scope.operation());
    add(words, "point ", "point ", scope.point());
    add(words, "zone ", "zone ", scope.zone());
    if (scope.whole()) {
      words.add(FourEyes.said("partout, pour tous", "everywhere, for everybody"));
    }
    return words;
  }

  private static void add(List<ObjectNode> words, String fr, String en, @Nullable String value) {
    if (value != null) {
      words.add(FourEyes.said(fr + value, en + value));
    }
  }

  @Override
  public @Nullable ObjectNode end(String id, String who, String comment) throws IOException {
    Silence s;
    synchronized (this) {
      s = byId.get(id);
      if (s == null || !state(s, moment()).equals("active")) {
        return null;
      }
      ObjectNode body = JSON.objectNode().put("id", id).put("moment", moment());
      if (!comment.isBlank()) {
        body.put("comment", comment);
      }
      ended(journal.append(who, END, body));
    }
    broadcast.desk();
    return written(s);
  }

  /** Whether those in force, and those that a second person may put in force, are as many as there may be. One more is counted as refused. */
  private boolean full() {
    String now = moment();
    boolean full = byId.values().stream().filter(s -> state(s, now).equals("active")).count() + fourEyes.waiting(Set.of(ASK, DISABLE)) >= MOST;
    refused += full ? 1 : 0;
    return full;
  }

  private static String state(Silence s, String now) {
    return s.end != null ? "ended" : now.compareTo(s.until) >= 0 ? "expired" : "active";
  }

  @Override
  public ObjectNode list() throws IOException {
    List<Silence> all;
    synchronized (this) {
      all = new ArrayList<>(byId.values());
    }
    Map<String, String> states = new HashMap<>();
    String now = moment();
    all.forEach(s -> states.put(s.id, state(s, now)));
    List<Silence> active = all.stream().filter(s -> Objects.equals(states.get(s.id), "active")).sorted(Comparator.comparing((Silence s) -> s.until)).toList();
    List<Silence> over = all.stream().filter(s -> !Objects.equals(states.get(s.id), "active")).sorted(Comparator.comparing((Silence s) -> s.over()).reversed())
        .limit(LISTED).toList();
    ObjectNode node = JSON.objectNode().put("now", estate.incidents().now());
    estate.fresh();
    Map<String, Long> silenced;
    try {
      silenced = alerts.values("exception", MOST + OVER);
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
    ArrayNode items = node.putArray("items");
    active.forEach(s -> items.add(written(s, now).put("silenced", silenced.getOrDefault(s.id, 0L))));
    over.forEach(s -> items.add(written(s, now).put("silenced", silenced.getOrDefault(s.id, 0L))));
    return node;
  }

  private ObjectNode written(Silence s) throws IOException {
    estate.fresh();
    try {
      return written(s, moment()).put("silenced", alerts.search(new Query.Has("exception", s.id), "", 0, 0, List.of()).total());
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }

  private static ObjectNode written(Silence s, String now) {
    ObjectNode node = JSON.objectNode().put("id", s.id);
    Detection d = Catalogue.shipped().find(s.scope.rule());
    ObjectNode rule = node.putObject("rule").put("id", s.scope.rule());
    rule.putObject("name").put("fr", d == null ? s.scope.rule() : d.fr().name()).put("en", d == null ? s.scope.rule() : d.en().name());
    node.put("actor", s.scope.actor()).put("target", s.scope.target()).put("operation", s.scope.operation()).put("point", s.scope.point())
        .put("zone", s.scope.zone()).put("from", s.from).put("until", s.until).put("grave", s.grave).put("author", s.author).put("made", s.made.toString())
        .put("reason", s.reason).put("second", s.second).put("state", state(s, now));
    Journal.Entry end = s.end;
    if (end == null) {
      node.putNull("ended");
    } else {
      node.putObject("ended").put("by", end.author()).put("at", end.time().toString()).put("comment", end.body().path("comment").asText());
    }
    return node;
  }

  /** Exceptions that are over and so many that what they covered is told anew when the log is folded again. */
  synchronized long forgotten() {
    return forgotten;
  }

  /** Exceptions that were turned away because too many are in force. */
  synchronized long refused() {
    return refused;
  }
}
