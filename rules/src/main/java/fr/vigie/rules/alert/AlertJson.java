package fr.vigie.rules.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.json.Members;
import fr.vigie.inventory.json.Tree;
import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/** Alerts and candidates as outputs write them: lines of {@code alerts.ndjson} and {@code learned.ndjson}, and the same in the API. */
public final class AlertJson {
  private static final long SECOND = 1_000_000_000L;

  private AlertJson() {}

  /** An alert, members in schema order. */
  public static ObjectNode write(Alert a) {
    Detection d = a.detection();
    ObjectNode o = Json.object();
    o.put("v", 1);
    o.put("id", a.id());
    o.putObject("rule").put("id", d.id()).put("version", d.version()).put("sha256", a.sha256());
    o.put("time", Json.time(a.first()));
    o.put("first", Json.time(a.first()));
    o.put("last", Json.time(a.last()));
    o.put("count", Json.whole(a.count()));
    o.put("severity", a.severity().letter());
    o.put("baseSeverity", d.severity().letter());
    strings(o.putArray("raisedBy"), a.reasons());
    ArrayNode techniques = o.putArray("technique");
    for (Technique t : d.techniques()) {
      ObjectNode one = techniques.addObject().put("id", t.id()).put("version", t.version()).put("name", t.name());
      strings(one.putArray("aliases"), t.aliases());
    }
    o.set("who", Json.endpoint(a.who()));
    ArrayNode whom = o.putArray("whom");
    for (Endpoint e : a.whom()) {
      whom.add(Json.endpoint(e, a.port()));
    }
    strings(o.putArray("assets"), a.assets());
    strings(o.putArray("facts"), a.facts());
    o.putObject("explain").put("fr", explain(d.fr())).put("en", explain(d.en()));
    ArrayNode packets = o.putArray("packets");
    for (Proof p : a.packets()) {
      packets.add(proof(p));
    }
    o.put("packetsMore", Json.whole(a.packetsMore()));
    o.put("state", a.state().wireName());
    o.put("incident", a.incident());
    o.putObject("name").put("fr", d.fr().name()).put("en", d.en().name());
    o.putObject("response").put("fr", d.fr().response()).put("en", d.en().response());
    ArrayNode values = o.putArray("values");
    for (ValueChange c : a.changes()) {
      ObjectNode value = values.addObject();
      value.set("whom", Json.endpoint(c.whom(), a.port()));
      value.put("point", c.point());
      value.set("before", told(c.before()));
      value.set("after", told(c.after()));
    }
    return o;
  }

  private static JsonNode told(ValueChange.@Nullable Told told) {
    return told == null ? NullNode.getInstance()
        : Json.object().put("value", told.value()).put("unit", told.unit()).put("time", Json.time(told.at())).put("written", told.written());
  }

  /** The same with what only the console tells: {@code fold{cause, with, after}} and {@code doings[{operation, point}]}. */
  public static ObjectNode live(Alert a) {
    ObjectNode o = write(a);
    Fold fold = a.fold();
    o.putObject("fold").put("cause", fold.cause().wireName()).put("with", fold.with()).put("after", fold.after() / SECOND);
    ArrayNode doings = o.putArray("doings");
    for (Doing d : a.doings()) {
      doings.addObject().put("operation", d.operation()).put("point", d.point());
    }
    o.put("doingsMore", a.doingsMore());
    return o;
  }

  /** A candidate, members in schema order. */
  public static ObjectNode write(Candidate c) {
    Tree tree = new Tree();
    write(c, tree);
    return tree.node();
  }

  /** Writes the members of a candidate, in schema order. */
  public static <X extends Exception> void write(Candidate c, Members<X> o) throws X {
    Detection d = c.detection();
    o.put("v", 1);
    o.open("rule").put("id", d.id()).put("version", d.version()).close();
    o.time("first", c.stamp().at()).time("last", c.last());
    o.whole("count", c.count());
    o.put("severity", d.severity().letter());
    o.endpoint("who", c.who()).endpoint("whom", c.whom());
    o.put("point", c.point());
    o.list("examples", c.examples()).list("facts", c.facts());
    Proof p = c.proof();
    o.open("packet").put("file", p.file()).put("sha256", p.sha256()).whole("index", p.index()).time("time", p.time()).close();
    o.open("name").put("fr", d.fr().name()).put("en", d.en().name()).close();
  }

  private static ObjectNode proof(Proof p) {
    return Json.object().put("file", p.file()).put("sha256", p.sha256()).put("index", Json.whole(p.index()))
        .put("time", Json.time(p.time()));
  }

  private static String explain(Detection.Texts t) {
    return t.meaning();
  }

  private static void strings(ArrayNode to, Iterable<String> values) {
    for (String v : values) {
      to.add(v);
    }
  }
}
