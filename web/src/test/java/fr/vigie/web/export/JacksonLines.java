package fr.vigie.web.export;

import com.fasterxml.jackson.core.JsonGenerator;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The reference for {@link LineTest}: the same lines written through Jackson's generator, field by field, in UTF-8. */
final class JacksonLines {
  /** What Jackson leaves as it is and a terminal would obey. */
  private static final Pattern OBEYED = Pattern.compile("[\\x7F-\\x9F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF]");

  private JacksonLines() {}

  static byte[] of(Observation observation) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (JsonGenerator o = Json.MAPPER.createGenerator(new OutputStreamWriter(octets, StandardCharsets.UTF_8))) {
      switch (observation) {
        case Contact c -> write(o, c);
        case Act a -> write(o, a);
        case Reading r -> write(o, r);
        case Flaw f -> write(o, f);
        default -> throw new IllegalArgumentException("no output has a line for " + observation);
      }
      o.writeRaw('\n');
    }
    return OBEYED.matcher(octets.toString(StandardCharsets.UTF_8)).replaceAll(m -> "\\\\u%04X".formatted((int) m.group().charAt(0)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator o, Contact c) throws IOException {
    head(o, c);
    endpoint(o, "who", c.who(), 0);
    endpoint(o, "whom", c.whom(), c.port());
    o.writeStringField("transport", c.transport());
    o.writeStringField("answer", lower(c.answer()));
    o.writeStringField("first", Json.time(c.first()));
    o.writeStringField("last", Json.time(c.last()));
    o.writeStringField("packetsOut", Json.whole(c.packetsOut()));
    o.writeStringField("bytesOut", Json.whole(c.bytesOut()));
    o.writeStringField("packetsBack", Json.whole(c.packetsBack()));
    o.writeStringField("bytesBack", Json.whole(c.bytesBack()));
    o.writeArrayFieldStart("operations");
    for (String operation : c.operations()) {
      o.writeString(operation);
    }
    o.writeEndArray();
    o.writeEndObject();
  }

  private static void write(JsonGenerator o, Act a) throws IOException {
    head(o, a);
    o.writeStringField("id", a.id());
    endpoint(o, "who", a.who(), 0);
    endpoint(o, "whom", a.whom(), a.port());
    o.writeStringField("verb", lower(a.verb()));
    text(o, "operation", a.operation());
    text(o, "point", Point.text(a.point()));
    Value value = a.value();
    switch (value) {
      case null -> o.writeNullField("value");
      case Value.Null ignored -> o.writeStringField("value", "null");
      case Value.Num v -> number(o, "value", v.value());
      case Value.Bool v -> o.writeBooleanField("value", v.value());
      default -> text(o, "value", value.text());
    }
    if (a.priority() == 0) {
      o.writeNullField("priority");
    } else {
      o.writeNumberField("priority", a.priority());
    }
    text(o, "detail", a.detail());
    if (a.count() > 1) {
      o.writeNumberField("count", a.count());
    }
    o.writeStringField("outcome", lower(a.outcome().state()));
    text(o, "code", a.outcome().code());
    text(o, "cite", cite(a.cite()));
    o.writeEndObject();
  }

  private static void write(JsonGenerator o, Reading r) throws IOException {
    head(o, r);
    endpoint(o, "who", r.who(), 0);
    text(o, "point", r.point().text());
    o.writeStringField("from", Json.time(r.from()));
    o.writeStringField("to", Json.time(r.to()));
    o.writeStringField("count", Json.whole(r.count()));
    number(o, "minimum", r.minimum());
    number(o, "maximum", r.maximum());
    number(o, "mean", r.sum() / r.count());
    number(o, "last", r.last());
    text(o, "unit", r.unit());
    o.writeBooleanField("good", r.good());
    o.writeBooleanField("written", r.written());
    o.writeEndObject();
  }

  private static void write(JsonGenerator o, Flaw f) throws IOException {
    head(o, f);
    endpoint(o, "who", f.who(), 0);
    endpoint(o, "whom", f.whom(), 0);
    o.writeStringField("kind", f.kind());
    o.writeNumberField("offset", f.offset());
    o.writeNumberField("length", f.length());
    o.writeStringField("count", Json.whole(f.count()));
    text(o, "cite", cite(f.cite()));
    o.writeEndObject();
  }

  private static void head(JsonGenerator o, Observation observation) throws IOException {
    o.writeStartObject();
    o.writeNumberField("v", 1);
    o.writeStringField("seq", Json.whole(observation.seq()));
    o.writeNumberField("n", observation.n());
    o.writeStringField("time", Json.time(observation.at()));
    o.writeStringField("protocol", observation.protocol());
  }

  private static void endpoint(JsonGenerator o, String name, Endpoint e, int port) throws IOException {
    o.writeObjectFieldStart(name);
    if (!Json.plain(e.realm())) {
      o.writeStringField("realm", e.realm());
    }
    text(o, "ip", e.ip());
    text(o, "mac", e.macText());
    int vlan = e.vlan() != Endpoint.NO_VLAN ? e.vlan() : e.seenVlan();
    if (vlan != Endpoint.NO_VLAN) {
      o.writeNumberField("vlan", vlan);
    }
    if (port != 0) {
      o.writeNumberField("port", port);
    }
    Below below = e.below();
    switch (below) {
      case null -> { }
      case Below.Modbus unit -> o.writeNumberField(unit.scheme(), unit.unit());
      case Below.Bacnet b -> o.writeStringField(b.scheme(), b.text());
      case Below.Knx k -> o.writeStringField(k.scheme(), k.text());
      case Below.Lon l -> o.writeStringField(l.scheme(), l.text());
    }
    o.writeEndObject();
  }

  private static void text(JsonGenerator o, String name, @Nullable String value) throws IOException {
    if (value == null) {
      o.writeNullField(name);
    } else {
      o.writeStringField(name, value);
    }
  }

  /** JSON has no NaN and no infinity: they become null, whole numbers lose their fraction. */
  private static void number(JsonGenerator o, String name, double value) throws IOException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      o.writeNullField(name);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      o.writeNumberField(name, (long) value);
    } else {
      o.writeNumberField(name, value);
    }
  }

  private static @Nullable String cite(@Nullable Cite cite) {
    return cite == null ? null : cite.toString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
