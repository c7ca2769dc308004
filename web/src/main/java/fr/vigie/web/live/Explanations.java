package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an alert rests on: the text of its rule as it was, the points it touched with their values before and after, who else changes them,
 * and why it belongs to its incident. All of it is read when asked, from what the estate has.
 */
final class Explanations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  /** Most documents looked at for one point, and most writers told. */
  private static final int LOOKED_AT = 200;
  private static final int WRITERS = 12;

  private final LiveEstate estate;
  private final Indexes indexes;
  private volatile @Nullable RuleShelf shelf;

  Explanations(LiveEstate estate, Indexes indexes) {
    this.estate = estate;
    this.indexes = indexes;
  }

  void shelf(RuleShelf texts) {
    shelf = texts;
  }

  @Nullable ObjectNode of(String id) throws IOException {
    estate.freshTraffic();
    ObjectNode alert = indexes.alerts().get(id);
    if (alert == null) {
      return null;
    }
    ObjectNode node = JSON.objectNode().put("id", id);
    rule(node.putObject("rule"), alert);
    incident(node, alert);
    ArrayNode values = node.putArray("values");
    ArrayNode writers = node.putArray("writers");
    for (JsonNode doing : alert.path("doings")) {
      if (doing.path("point").isTextual()) {
        point(values, writers, alert, doing);
      }
    }
    return node;
  }

  private void rule(ObjectNode to, ObjectNode alert) throws IOException {
    JsonNode rule = alert.path("rule");
    to.put("id", rule.path("id").asText()).put("version", rule.path("version").asInt()).put("sha256", rule.path("sha256").asText());
    RuleShelf texts = shelf;
    RuleShelf.Text text = texts == null ? null : texts.find(rule.path("sha256").asText(), rule.path("id").asText());
    to.put("file", text == null || text.file().isEmpty() ? null : text.file()).put("text", text == null ? null : text.rules())
        .put("inForce", text != null && !text.file().isEmpty());
  }

  private void incident(ObjectNode node, ObjectNode alert) throws IOException {
    ObjectNode incident = indexes.incidents().get(alert.path("incident").asText());
    if (incident == null) {
      node.putNull("incident");
      return;
    }
    ObjectNode to = node.putObject("incident").put("id", incident.path("id").asText());
    to.set("name", incident.path("name"));
    to.put("alerts", incident.path("alerts").asText()).put("state", incident.path("state").asText());
    JsonNode fold = alert.path("fold");
    boolean again = fold.path("cause").asText().equals("again");
    String line = again ? fold.path("with").asText() : alert.path("id").asText();
    to.putNull("reason");
    for (JsonNode each : incident.path("folds")) {
      if (each.path("alert").asText().equals(line)) {
        to.set("reason", each.path("reason"));
      }
    }
    to.put("again", again);
  }

  /** Values of a point of each device before and after, and who changes it. */
  private void point(ArrayNode values, ArrayNode writers, ObjectNode alert, JsonNode doing) throws IOException {
    String point = doing.path("point").asText();
    String actor = LiveExceptions.address(alert.path("who"));
    List<ObjectNode> acts = new ArrayList<>();
    for (ObjectNode act : search(indexes.acts(), point)) {
      if (act.path("point").asText().equals(point) && concerns(alert, act.path("whom"))) {
        acts.add(act);
      }
    }
    acts.sort(Comparator.comparing((ObjectNode a) -> a.path("time").asText()).reversed());
    Map<String, JsonNode> devices = new LinkedHashMap<>();
    for (JsonNode change : alert.path("values")) {
      if (change.path("point").asText().equals(point)) {
        devices.put(LiveExceptions.address(change.path("whom")), change.path("whom"));
      }
    }
    for (ObjectNode act : acts) {
      devices.putIfAbsent(LiveExceptions.address(act.path("whom")), act.path("whom"));
      if (writers.size() < WRITERS) {
        writer(writers, act, LiveExceptions.address(act.path("who")).equals(actor), point);
      }
    }
    boolean only = alert.path("whom").size() == 1;
    if (devices.isEmpty()) {
      JsonNode whom = only ? alert.path("whom").path(0) : JSON.nullNode();
      devices.put(LiveExceptions.address(whom), whom);
    }
    List<ObjectNode> heard = readings(alert, point);
    for (Map.Entry<String, JsonNode> device : devices.entrySet()) {
      ObjectNode value = values.addObject().put("operation", doing.path("operation").asText());
      value.set("whom", device.getValue().isObject() ? device.getValue() : JSON.nullNode());
      value.put("point", point);
      sides(value, alert, acts, device.getKey());
      value.set("reading", reading(heard, only ? null : device.getKey()));
    }
  }

  /** The value before and after of a point of a device. A write that was not confirmed, though the protocol confirms, says of neither. */
  private static void sides(ObjectNode value, ObjectNode alert, List<ObjectNode> acts, String device) {
    String first = alert.path("first").asText();
    String actor = LiveExceptions.address(alert.path("who"));
    ObjectNode before = null;
    ObjectNode after = null;
    for (ObjectNode act : acts) {
      if (!LiveExceptions.address(act.path("whom")).equals(device)) {
        continue;
      }
      boolean own = LiveExceptions.address(act.path("who")).equals(actor);
      String time = act.path("time").asText();
      if (own && time.compareTo(first) >= 0) {
        after = after == null && counts(act) ? said(act, "value", "time") : after;
        if (act.has("was") && act.path("wasTime").asText().compareTo(first) < 0) {
          before = later(before, said(act, "was", "wasTime"));
        }
      } else if (time.compareTo(first) < 0 && counts(act)) {
        before = later(before, said(act, "value", "time"));
      }
    }
    for (JsonNode change : alert.path("values")) {
      if (change.path("point").equals(value.path("point")) && LiveExceptions.address(change.path("whom")).equals(device)) {
        // what the judge knew at that very moment is the better word
        before = change.path("before").isObject() ? told(change.path("before"), before) : before;
        after = change.path("after").isObject() ? told(change.path("after"), after) : after;
      }
    }
    value.set("before", before == null ? JSON.nullNode() : before);
    value.set("after", after == null ? JSON.nullNode() : after);
  }

  /** Whether the device took what an act wrote, as far as the protocol says so. */
  static boolean counts(JsonNode act) {
    String outcome = act.path("outcome").asText();
    return outcome.equals("ok") || outcome.equals("unconfirmed");
  }

  /** What the alert says of a value, with who was seen writing it at that time. */
  private static ObjectNode told(JsonNode said, @Nullable ObjectNode seen) {
    ObjectNode told = JSON.objectNode();
    ObjectNode same = seen != null && seen.path("time").equals(said.path("time")) ? seen : null;
    told.set("value", same != null ? same.path("value") : said.path("value"));
    told.set("unit", said.path("unit"));
    told.set("time", said.path("time"));
    told.set("written", said.path("written"));
    told.set("who", same != null ? same.path("who") : JSON.nullNode());
    return told;
  }

  private static @Nullable ObjectNode later(@Nullable ObjectNode a, ObjectNode b) {
    return a == null || a.path("time").asText().compareTo(b.path("time").asText()) < 0 ? b : a;
  }

  private static ObjectNode said(ObjectNode act, String value, String time) {
    ObjectNode said = JSON.objectNode();
    said.set("value", act.path(value).isMissingNode() ? JSON.nullNode() : act.path(value));
    said.putNull("unit");
    said.put("time", act.path(time).asText()).put("written", true);
    said.set("who", act.path("who"));
    return said;
  }

  private static void writer(ArrayNode writers, ObjectNode act, boolean own, String point) {
    ObjectNode writer = writers.addObject().put("point", point).put("operation", act.path("operation").asText()).put("times", act.path("times").asLong())
        .put("first", act.path("first").asText()).put("last", act.path("time").asText()).put("own", own)
        .put("asset", act.path("from").isTextual() ? act.path("from").asText() : null);
    writer.set("who", act.path("who"));
    writer.set("value", act.path("value").isMissingNode() ? JSON.nullNode() : act.path("value"));
  }

  private static boolean concerns(ObjectNode alert, JsonNode whom) {
    String address = LiveExceptions.address(whom);
    for (JsonNode each : alert.path("whom")) {
      if (LiveExceptions.address(each).equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** What was heard of the point, asset by asset, the latest of each first. */
  private List<ObjectNode> readings(ObjectNode alert, String point) throws IOException {
    List<ObjectNode> heard = new ArrayList<>();
    for (JsonNode asset : alert.path("assets")) {
      for (ObjectNode reading : estate.readings(asset.asText(), 0, LOOKED_AT).items()) {
        if (reading.path("point").asText().equals(point)) {
          heard.add(reading);
        }
      }
    }
    return heard;
  }

  /** The latest of a device, or of whoever said it where the alert is about one only; or null. */
  private static JsonNode reading(List<ObjectNode> heard, @Nullable String device) {
    for (ObjectNode reading : heard) {
      if (device == null || LiveExceptions.address(reading.path("who")).equals(device)) {
        return JSON.objectNode().put("from", reading.path("from").asText()).put("to", reading.path("to").asText()).<ObjectNode>set("last", reading.path("last"))
            .set("unit", reading.path("unit").isMissingNode() ? JSON.nullNode() : reading.path("unit"));
      }
    }
    return JSON.nullNode();
  }

  private static List<ObjectNode> search(fr.vigie.inventory.store.Index acts, String point) throws IOException {
    try {
      return acts.search(Lookup.exactly("point", point), "-last", 0, LOOKED_AT, List.of()).documents();
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("the estate's own query", e);
    }
  }
}
