package fr.vigie.web.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How contacts, acts, readings and flaws are written, member by member in the order of their schemas (docs/schema). */
public final class Observations {
  private Observations() {}

  /** A contact at its end. */
  public static ObjectNode contact(Contact c) {
    ObjectNode o = head(c);
    o.set("who", Json.endpoint(c.who()));
    o.set("whom", Json.endpoint(c.whom(), c.port()));
    o.put("transport", c.transport());
    o.put("answer", lower(c.answer()));
    o.put("first", Json.time(c.first()));
    o.put("last", Json.time(c.last()));
    o.put("packetsOut", Json.whole(c.packetsOut()));
    o.put("bytesOut", Json.whole(c.bytesOut()));
    o.put("packetsBack", Json.whole(c.packetsBack()));
    o.put("bytesBack", Json.whole(c.bytesBack()));
    ArrayNode operations = o.putArray("operations");
    c.operations().forEach(operations::add);
    return o;
  }

  /** An act, or its outcome. */
  public static ObjectNode act(Act a) {
    ObjectNode o = head(a);
    o.put("id", a.id());
    o.set("who", Json.endpoint(a.who()));
    o.set("whom", Json.endpoint(a.whom(), a.port()));
    o.put("verb", lower(a.verb()));
    o.put("operation", a.operation());
    o.put("point", Point.text(a.point()));
    Value value = a.value();
    switch (value) {
      case null -> o.putNull("value");
      case Value.Null ignored -> o.put("value", "null");
      case Value.Num v -> number(o, "value", v.value());
      case Value.Bool v -> o.put("value", v.value());
      default -> o.put("value", value.text());
    }
    if (a.priority() == 0) {
      o.putNull("priority");
    } else {
      o.put("priority", a.priority());
    }
    o.put("detail", a.detail());
    o.put("outcome", lower(a.outcome().state()));
    o.put("code", a.outcome().code());
    o.put("cite", cite(a.cite()));
    return o;
  }

  /** A bucket of readings. */
  public static ObjectNode reading(Reading r) {
    ObjectNode o = head(r);
    o.set("who", Json.endpoint(r.who()));
    o.put("point", r.point().text());
    o.put("from", Json.time(r.from()));
    o.put("to", Json.time(r.to()));
    o.put("count", Json.whole(r.count()));
    number(o, "minimum", r.minimum());
    number(o, "maximum", r.maximum());
    number(o, "mean", r.sum() / r.count());
    number(o, "last", r.last());
    o.put("unit", r.unit());
    o.put("good", r.good());
    o.put("written", r.written());
    return o;
  }

  /** A flaw. */
  public static ObjectNode flaw(Flaw f) {
    ObjectNode o = head(f);
    o.set("who", Json.endpoint(f.who()));
    o.set("whom", Json.endpoint(f.whom()));
    o.put("kind", f.kind());
    o.put("offset", f.offset());
    o.put("length", f.length());
    o.put("count", Json.whole(f.count()));
    o.put("cite", cite(f.cite()));
    return o;
  }

  private static ObjectNode head(Observation observation) {
    ObjectNode o = Json.object();
    o.put("v", 1);
    o.put("seq", Json.whole(observation.seq()));
    o.put("n", observation.n());
    o.put("time", Json.time(observation.at()));
    o.put("protocol", observation.protocol());
    return o;
  }

  /** JSON has no NaN and no infinity: they become null, whole numbers lose their fraction. */
  private static void number(ObjectNode o, String name, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      o.putNull(name);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      o.put(name, (long) value);
    } else {
      o.put(name, value);
    }
  }

  private static @Nullable String cite(@Nullable Cite cite) {
    return cite == null ? null : cite.toString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
