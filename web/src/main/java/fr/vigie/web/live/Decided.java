package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Decision;
import fr.vigie.inventory.past.Difference;
import fr.vigie.inventory.past.Picture;
import fr.vigie.inventory.site.Owner;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.exchange.Imported;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What people decided of alerts and devices: a fold of the journal. Entries of other kinds pass by. A device is found again by an
 * identity key where its id no longer exists. Safe for use by several threads.
 *
 * <p>Members of a device's decision, each of them optional: {@code state}, {@code comment}, {@code owner}, {@code due} (a day), {@code
 * values} (by name; the empty text takes one back), and {@code picture}, the device as it looked to whoever decided. The machine overrules
 * none of it: where an approved device has since changed in a way that matters, it is shown as {@code to-review} with the reason, and its
 * approval stays beside it.
 */
public final class Decided {
  private final Map<String, List<Journal.Entry>> byId = new TreeMap<>();
  private final Map<String, Set<String>> idsByKey = new TreeMap<>();
  private final Campaigns campaigns = new Campaigns();
  private final Identities identities = new Identities();
  private final Casework casework = new Casework();
  private final Imported imported = new Imported();
  private Predicate<String> live = id -> false;
  private long folded;

  /** Takes one entry, in journal order: also what {@link Journal#open} is to be given. */
  public synchronized void replay(Journal.Entry entry) {
    imported.settle(entry).forEach(this::fold);
  }

  private void fold(Journal.Entry entry) {
    folded++;
    String kind = entry.kind();
    if (kind.startsWith("campaign.")) {
      campaigns.replay(entry);
      return;
    }
    if (kind.equals(Casework.KIND)) {
      casework.replay(entry);
      return;
    }
    if (!kind.startsWith("alert.") && !kind.startsWith("asset.")) {
      return;
    }
    identities.replay(entry);
    String id = entry.body().path("id").asText();
    byId.computeIfAbsent(id, k -> new ArrayList<>()).add(entry);
    for (String name : Decision.names(keys(entry.body()))) {
      idsByKey.computeIfAbsent(name, k -> new TreeSet<>()).add(id);
    }
  }

  private static List<String> keys(JsonNode of) {
    List<String> keys = new ArrayList<>();
    of.path("keys").forEach(key -> keys.add(key.asText()));
    return keys;
  }

  /** Tables that people took. */
  Imported imported() {
    return imported;
  }

  /** Rises with every decision. */
  synchronized long folded() {
    return folded;
  }

  /** Of what an import said and nobody has said otherwise since: by device, by name, what people said before; the empty text where nobody had. */
  synchronized Map<String, Map<String, String>> before(String id) {
    Map<String, Map<String, String>> all = new TreeMap<>();
    byId.forEach((device, entries) -> {
      for (Journal.Entry entry : entries) {
        if (entry.kind().equals(Imported.TAKE) && entry.body().path("import").asText().equals(id)) {
          Map<String, String> standing = standing(entry);
          if (!standing.isEmpty()) {
            all.put(device, standing);
          }
        }
      }
    });
    return all;
  }

  private Map<String, String> standing(Journal.Entry taken) {
    SortedMap<String, String> values = new TreeMap<>();
    Map<String, String> standing = new TreeMap<>();
    for (Journal.Entry entry : ofAll(taken.body())) {
      Map<String, String> said = new TreeMap<>();
      entry.body().path("values").properties().forEach(v -> said.put(v.getKey(), v.getValue().asText()));
      if (entry.body().has("owner")) {
        said.put("owner", Owner.kept(entry.body().path("owner").asText()));
      }
      said.forEach((name, value) -> {
        if (entry.seq() == taken.seq()) {
          standing.put(name, values.getOrDefault(name, ""));
        } else {
          standing.remove(name);
        }
        value(values, name, value);
      });
    }
    return standing;
  }

  /** Which ids are devices today: their decisions are theirs alone, whoever has one of their keys by now. */
  synchronized void knowing(Predicate<String> today) {
    live = today;
  }

  /** Every id that somebody decided about. */
  synchronized Set<String> ids() {
    return new TreeSet<>(byId.keySet());
  }

  /** Devices that somebody decided about and that are not there, neither by id nor by any key: shown as orphans, never lost. */
  synchronized int orphans(Predicate<String> ids, Predicate<String> keys) {
    int orphans = 0;
    for (Map.Entry<String, List<Journal.Entry>> decision : byId.entrySet()) {
      boolean ofDevice = decision.getValue().getFirst().kind().startsWith("asset.");
      boolean found = ids.test(decision.getKey());
      for (Journal.Entry entry : decision.getValue()) {
        for (String name : Decision.names(keys(entry.body()))) {
          found |= keys.test(name);
        }
      }
      if (ofDevice && !found) {
        orphans++;
      }
    }
    return orphans;
  }

  /** Ids under which a document's decisions lie: its own, and those of devices that had one of its keys. */
  private Set<String> idsOf(ObjectNode document) {
    Set<String> ids = new TreeSet<>();
    ids.add(document.path("id").asText());
    for (JsonNode key : document.path("keys")) {
      for (String other : idsByKey.getOrDefault(key.asText(), Set.of())) {
        if (!live.test(other)) {
          ids.add(other);
        }
      }
    }
    return ids;
  }

  /** Folds what people decided into an incident. */
  synchronized void onIncident(ObjectNode incident) {
    casework.onIncident(incident);
  }

  /** Incidents that somebody decided about. */
  synchronized Set<String> incidents() {
    return new TreeSet<>(casework.ids());
  }

  /** Folds triage into an alert: {@code state}, {@code assignee}, {@code timeline}. */
  synchronized void onAlert(ObjectNode alert) {
    String state = "new";
    String assignee = null;
    List<Journal.Entry> all = ofAll(alert);
    List<Journal.Entry> ofIncident = casework.ofAlert(alert);
    if (!ofIncident.isEmpty()) {
      all.addAll(ofIncident);
      all.sort((a, b) -> Long.compare(a.seq(), b.seq()));
    }
    for (Journal.Entry entry : all) {
      String said = entry.kind().equals(Casework.KIND) ? Casework.alertState(entry.body()) : entry.body().path("state").asText();
      if (!said.isEmpty()) {
        state = said;
        assignee = said.equals("new") ? null : entry.author();
      }
    }
    alert.put("state", state);
    alert.put("assignee", assignee);
    alert.set("timeline", timeline(alert));
  }

  /**
   * Folds what people decided into a device: {@code decisions.review}, {@code by}, {@code at}, {@code comment}, {@code due}, {@code values},
   * {@code machine}, {@code approved}, {@code reopened}, and {@code timeline}.
   */
  synchronized void onAsset(ObjectNode asset) {
    ByHand.lift(asset);
    ObjectNode decisions = asset.putObject("decisions").put("review", "new");
    SortedMap<String, String> values = new TreeMap<>();
    Journal.@Nullable Entry approval = null;
    for (Journal.Entry entry : ofAll(asset)) {
      JsonNode body = entry.body();
      String state = body.path("state").asText();
      if (!state.isEmpty()) {
        decisions.put("review", state);
        approval = state.equals("approved") ? entry : approval;
      }
      member(decisions, body, "comment");
      if (body.has("due")) {
        decisions.put("due", body.path("due").asText());
      }
      for (Map.Entry<String, JsonNode> value : body.path("values").properties()) {
        value(values, value.getKey(), value.getValue().asText());
      }
      if (body.has("owner")) {
        value(values, "owner", Owner.kept(body.path("owner").asText()));
      }
      decisions.put("by", entry.author()).put("at", entry.time().toString());
    }
    if (decisions.path("due").asText().isEmpty()) {
      decisions.remove("due");
    }
    ByHand.lay(asset, decisions, values);
    if (approval != null) {
      approved(asset, decisions, approval);
    }
    ArrayNode waiting = asset.putArray("campaigns");
    String id = asset.path("id").asText();
    for (Campaigns.Campaign c : campaigns.openWith(id)) {
      if (!settled(id, c.seq())) {
        waiting.add(c.id());
      }
    }
    asset.set("timeline", timeline(asset));
  }

  /** Whether somebody said after a place in the journal what the device is. */
  private boolean settled(String id, long seq) {
    List<Journal.Entry> own = byId.getOrDefault(id, List.of());
    for (int i = own.size() - 1; i >= 0 && own.get(i).seq() > seq; i--) {
      String state = own.get(i).body().path("state").asText();
      if (!state.isEmpty() && !state.equals("to-review")) {
        return true;
      }
    }
    return false;
  }

  /** Merges and splits, the latest first. */
  synchronized List<Identities.Done> identities() {
    return identities.all();
  }

  /** The merge or split under that number of the journal, or null. */
  synchronized Identities.@Nullable Done identity(long seq) {
    return identities.of(seq);
  }

  /** Every campaign. */
  synchronized List<Campaigns.Campaign> campaigns() {
    return campaigns.all();
  }

  /** Devices of a campaign of which nobody has said since what they are, in its order. */
  synchronized List<String> left(Campaigns.Campaign c) {
    return c.members().stream().filter(id -> !settled(id, c.seq())).toList();
  }

  private static void value(SortedMap<String, String> values, String name, String value) {
    if (value.isEmpty()) {
      values.remove(name);
    } else {
      values.put(name, value);
    }
  }

  private static void member(ObjectNode to, JsonNode body, String name) {
    String text = body.path(name).asText();
    if (!text.isEmpty()) {
      to.put(name, text);
    }
  }

  /** The approval stays on record; what has changed since in a way that matters makes the device one to review. */
  private static void approved(ObjectNode asset, ObjectNode decisions, Journal.Entry approval) {
    decisions.putObject("approved").put("by", approval.author()).put("at", approval.time().toString());
    if (!decisions.path("review").asText().equals("approved")) {
      return;
    }
    List<Difference> since = since(asset, approval);
    ArrayNode reasons = JsonNodeFactory.instance.arrayNode();
    for (Difference d : since) {
      if (d.matters()) {
        reasons.add(d.json());
      }
    }
    if (!reasons.isEmpty()) {
      decisions.put("review", "to-review").set("reopened", reasons);
    }
  }

  private static List<Difference> since(ObjectNode asset, Journal.Entry review) {
    JsonNode before = review.body().path("picture");
    JsonNode now = asset.path("picture");
    return before.isObject() && now.isObject() ? Difference.between(Picture.of(before), Picture.of(now)) : List.of();
  }

  /**
   * What changed since somebody last said what the device is (approved, refused, to be decommissioned): {@code review} with {@code state},
   * {@code by} and {@code at}, or null where nobody did; {@code before} and {@code now}, the pictures; {@code changes}.
   */
  synchronized ObjectNode sinceReview(ObjectNode asset) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    Journal.@Nullable Entry review = null;
    for (Journal.Entry entry : ofAll(asset)) {
      String state = entry.body().path("state").asText();
      if (!state.isEmpty() && !state.equals("to-review")) {
        review = entry;
      }
    }
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    if (review == null) {
      node.putNull("review").putNull("before");
    } else {
      node.putObject("review").put("state", review.body().path("state").asText()).put("by", review.author()).put("at", review.time().toString());
      JsonNode before = review.body().path("picture");
      node.set("before", before.isObject() ? before.deepCopy() : JsonNodeFactory.instance.nullNode());
      since(asset, review).forEach(d -> changes.add(d.json()));
    }
    node.set("now", asset.path("picture").isObject() ? asset.path("picture").deepCopy() : JsonNodeFactory.instance.nullNode());
    node.set("changes", changes);
    return node;
  }

  /** State of the review as it was at a time: decisions taken later are left out. */
  synchronized String reviewAt(String id, Iterable<String> keys, Instant at) {
    ObjectNode name = JsonNodeFactory.instance.objectNode().put("id", id);
    keys.forEach(name.putArray("keys")::add);
    String state = "new";
    for (Journal.Entry entry : ofAll(name)) {
      String said = entry.body().path("state").asText();
      if (!said.isEmpty() && !entry.time().isAfter(at)) {
        state = said;
      }
    }
    return state;
  }

  private List<Journal.Entry> ofAll(ObjectNode document) {
    List<Journal.Entry> all = new ArrayList<>();
    for (String id : idsOf(document)) {
      @Nullable List<Journal.Entry> own = byId.get(id);
      if (own != null) {
        all.addAll(own);
      }
    }
    all.sort((a, b) -> Long.compare(a.seq(), b.seq()));
    return all;
  }

  private ArrayNode timeline(ObjectNode document) {
    ArrayNode timeline = JsonNodeFactory.instance.arrayNode();
    for (Journal.Entry entry : ofAll(document)) {
      JsonNode body = entry.body();
      ObjectNode step = timeline.addObject().put("time", entry.time().toString()).put("who", entry.author()).put("kind", entry.kind())
          .put("state", body.path("state").asText()).put("comment", body.path("comment").asText());
      for (String further : new String[] {"owner", "due", "values"}) {
        if (body.has(further)) {
          step.set(further, body.get(further).deepCopy());
        }
      }
    }
    return timeline;
  }
}
