package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What people decided of alerts and devices: a fold of the journal. Entries of other kinds pass by. A device is found again by an
 * identity key where its id no longer exists. Safe for use by several threads.
 */
public final class Decided {
  private final Map<String, List<Journal.Entry>> byId = new TreeMap<>();
  private final Map<String, String> idByKey = new TreeMap<>();

  /** Takes one entry, in journal order: also what {@link Journal#open} is to be given. */
  public synchronized void replay(Journal.Entry entry) {
    String kind = entry.kind();
    if (!kind.startsWith("alert.") && !kind.startsWith("asset.")) {
      return;
    }
    String id = entry.body().path("id").asText();
    byId.computeIfAbsent(id, k -> new ArrayList<>()).add(entry);
    for (JsonNode key : entry.body().path("keys")) {
      idByKey.put(key.asText(), id);
    }
  }

  /** Every id that somebody decided about. */
  synchronized Set<String> ids() {
    return new TreeSet<>(byId.keySet());
  }

  /** Devices that somebody decided about and that are not there, neither by id nor by any key: shown as orphans, never lost. */
  synchronized int orphans(Set<String> ids, Set<String> keys) {
    int orphans = 0;
    for (Map.Entry<String, List<Journal.Entry>> decision : byId.entrySet()) {
      boolean ofDevice = decision.getValue().getFirst().kind().startsWith("asset.");
      boolean found = ids.contains(decision.getKey());
      for (Journal.Entry entry : decision.getValue()) {
        for (JsonNode key : entry.body().path("keys")) {
          found |= keys.contains(key.asText());
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
      String other = idByKey.get(key.asText());
      if (other != null) {
        ids.add(other);
      }
    }
    return ids;
  }

  /** Folds triage into an alert: {@code state}, {@code assignee}, {@code timeline}. */
  synchronized void onAlert(ObjectNode alert) {
    String state = "new";
    String assignee = null;
    for (Journal.Entry entry : ofAll(alert)) {
      String said = entry.body().path("state").asText();
      if (!said.isEmpty()) {
        state = said;
        assignee = said.equals("new") ? null : entry.author();
      }
    }
    alert.put("state", state);
    alert.put("assignee", assignee);
    alert.set("timeline", timeline(alert));
  }

  /** Folds reviews into a device: {@code decisions.review}, {@code by}, {@code at}, {@code comment}, and {@code timeline}. */
  synchronized void onAsset(ObjectNode asset) {
    ObjectNode decisions = asset.path("decisions") instanceof ObjectNode o ? o : asset.putObject("decisions");
    if (!decisions.has("review")) {
      decisions.put("review", "new");
    }
    for (Journal.Entry entry : ofAll(asset)) {
      String state = entry.body().path("state").asText();
      if (!state.isEmpty()) {
        decisions.put("review", state);
      }
      String comment = entry.body().path("comment").asText();
      if (!comment.isEmpty()) {
        decisions.put("comment", comment);
      }
      decisions.put("by", entry.author()).put("at", entry.time().toString());
    }
    asset.set("timeline", timeline(asset));
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
      timeline.addObject().put("time", entry.time().toString()).put("who", entry.author()).put("kind", entry.kind())
          .put("state", entry.body().path("state").asText()).put("comment", entry.body().path("comment").asText());
    }
    return timeline;
  }
}
