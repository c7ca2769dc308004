package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.api.Decision;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Search;
import fr.vigie.web.exchange.Ballot;
import fr.vigie.web.exchange.Devices;
import fr.vigie.web.exchange.Imported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What people decide of the alerts and devices of the live estate: first into the journal, then laid over the documents, then told to whoever
 * listens; all of it under the estate's lock, so that nobody sees one without the other.
 */
final class LiveDecisions implements Ballot {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final LiveEstate estate;
  private final Intake alerts;
  private final Intake assets;
  private final Journal journal;
  private final Decided decided;
  private final Broadcast broadcast;
  private final List<Consumer<Journal.Entry>> listeners = new CopyOnWriteArrayList<>();

  LiveDecisions(LiveEstate estate, Intake alerts, Intake assets, Journal journal, Decided decided, Broadcast broadcast) {
    this.estate = estate;
    this.alerts = alerts;
    this.assets = assets;
    this.journal = journal;
    this.decided = decided;
    this.broadcast = broadcast;
  }

  /** Calls back after each decision, once it is in the journal. */
  void onDecision(Consumer<Journal.Entry> listener) {
    listeners.add(listener);
  }

  /** Takes one decision; answers the document as it is then, or null where there is none of that id. */
  @Nullable ObjectNode decide(Decision decision) throws IOException {
    ObjectNode said = JSON.objectNode();
    if (!decision.state().isEmpty()) {
      said.put("state", decision.state());
    }
    if (!decision.act().ofAlert()) {
      int count = decideAll(decision.who(), decision.act().kind(), List.of(decision.id()), said, decision.comment());
      return count == 0 ? null : estate.asset(decision.id());
    }
    ObjectNode body = JSON.objectNode().put("id", decision.id());
    body.setAll(said);
    if (!decision.comment().isBlank()) {
      body.put("comment", decision.comment());
    }
    String followed = null;
    synchronized (estate.lock()) {
      estate.fresh();
      ObjectNode document = alerts.find(decision.id());
      if (document == null) {
        return null;
      }
      Journal.Entry entry = journal.append(decision.who(), decision.act().kind(), body);
      decided.replay(entry);
      estate.relayAlert(document);
      shown(List.of(entry));
      if (!decision.state().isEmpty()) {
        followed = estate.follow(document, decision);
      }
    }
    broadcast.alert(decision.id());
    broadcast.desk();
    ObjectNode now = estate.alert(decision.id());
    return now == null || followed == null ? now : now.put("followed", followed);
  }

  /**
   * Takes one decision about devices, as one act: of all of them it is in the journal when this returns, or of none.
   *
   * @param said what is decided, the same of each
   * @return of how many devices; those that are not there are passed over
   */
  int decideAll(String who, String kind, List<String> ids, ObjectNode said, String comment) throws IOException {
    List<ObjectNode> each = new ArrayList<>();
    for (String id : ids) {
      ObjectNode body = JSON.objectNode().put("id", id);
      body.setAll(said);
      if (!comment.isBlank()) {
        body.put("comment", comment);
      }
      each.add(body);
    }
    return decideEach(who, kind, each, -1);
  }

  /**
   * The same, where of each device something else is decided.
   *
   * @param said one a device: {@code id}, and what is decided
   * @param asOf what {@link Decided#folded} was when this was made up, or -1 where that does not matter
   * @return of how many devices; -1 where others have decided meanwhile, and nothing was done
   */
  private int decideEach(String who, String kind, List<ObjectNode> said, long asOf) throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    synchronized (estate.lock()) {
      if (asOf >= 0 && decided.folded() != asOf) {
        return -1;
      }
      estate.fresh();
      List<ObjectNode> bodies = new ArrayList<>();
      for (ObjectNode one : said) {
        ObjectNode document = assets.find(one.path("id").asText());
        if (document != null) {
          documents.add(document);
          bodies.add(body(one, document));
        }
      }
      if (asOf >= 0 && bodies.size() < said.size()) {
        return -1; // a device has gone meanwhile
      }
      List<Journal.Entry> entries = journal.appendAll(who, kind, bodies);
      entries.forEach(decided::replay);
      for (ObjectNode document : documents) {
        estate.relayAsset(document);
      }
      shown(entries);
    }
    documents.forEach(d -> broadcast.asset(d.path("id").asText()));
    return documents.size();
  }

  /** What the journal keeps: the decision, the keys by which the device is found again, and what it looked like to whoever decided. */
  private static ObjectNode body(ObjectNode said, ObjectNode document) {
    ObjectNode body = JSON.objectNode().put("id", said.path("id").asText());
    if (document.has("keys")) {
      body.set("keys", document.get("keys"));
    }
    body.setAll(said);
    String state = body.path("state").asText();
    if (!state.isEmpty() && !state.equals("to-review") && document.has("picture")) {
      body.set("picture", document.get("picture"));
    }
    return body;
  }

  /** Tells whoever listens of an entry that is in the journal already, once its devices are shown anew. */
  void taken(Journal.Entry entry, List<String> ids) throws IOException {
    synchronized (estate.lock()) {
      estate.fresh();
      decided.replay(entry);
      for (String id : ids) {
        ObjectNode document = assets.find(id);
        if (document != null) {
          estate.relayAsset(document);
        }
      }
      shown(List.of(entry));
    }
    ids.forEach(broadcast::asset);
  }

  private void shown(List<Journal.Entry> entries) throws IOException {
    estate.fresh();
    for (Journal.Entry entry : entries) {
      listeners.forEach(l -> l.accept(entry));
    }
  }

  // ---- tables that become decisions ----------------------------------------------------------------------------------------------------

  @Override
  public Devices devices() {
    return walk -> {
      try {
        estate.eachAsset(new Search("", Map.of(), "", 0, 1), walk::take);
      } catch (Estate.BadSearch e) {
        throw new IllegalStateException("everything is always a search", e);
      }
    };
  }

  @Override
  public Imported imported() {
    return decided.imported();
  }

  @Override
  public long moment() {
    return decided.folded();
  }

  @Override
  public long next() {
    return journal.size() + 1;
  }

  @Override
  public boolean take(String who, String kind, List<ObjectNode> said, long asOf) throws IOException {
    return decideEach(who, kind, said, asOf) == said.size();
  }

  @Override
  public Map<String, Map<String, String>> before(String id) {
    return decided.before(id);
  }
}
