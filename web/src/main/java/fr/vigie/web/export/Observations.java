package fr.vigie.web.export;

import static fr.vigie.web.export.Line.ready;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;

/**
 * How contacts, acts, readings and flaws are written, a line each, member by member in the order of their schemas (docs/schema). A replay writes them
 * straight to its files, without a tree: there are as many of these lines as there is news. Addresses look as {@link Json#endpoint} says.
 */
public final class Observations {
  private static final byte[] V = ready("{\"v\":1,\"seq\":\"");
  private static final byte[] N = ready("\",\"n\":");
  private static final byte[] TIME = ready(",\"time\":\"");
  private static final byte[] PROTOCOL = ready("\",\"protocol\":");
  private static final byte[] ID = ready(",\"id\":");
  private static final byte[] WHO = ready(",\"who\":");
  private static final byte[] WHOM = ready(",\"whom\":");
  private static final byte[] TRANSPORT = ready(",\"transport\":");
  private static final byte[] ANSWER = ready(",\"answer\":");
  private static final byte[] FIRST = ready(",\"first\":\"");
  private static final byte[] LAST_TIME = ready("\",\"last\":\"");
  private static final byte[] PACKETS_OUT = ready("\",\"packetsOut\":\"");
  private static final byte[] BYTES_OUT = ready("\",\"bytesOut\":\"");
  private static final byte[] PACKETS_BACK = ready("\",\"packetsBack\":\"");
  private static final byte[] BYTES_BACK = ready("\",\"bytesBack\":\"");
  private static final byte[] OPERATIONS = ready("\",\"operations\":[");
  private static final byte[] COMMA = ready(",");
  private static final byte[] END_OF_LIST = ready("]}\n");
  private static final byte[] VERB = ready(",\"verb\":");
  private static final byte[] OPERATION = ready(",\"operation\":");
  private static final byte[] POINT = ready(",\"point\":");
  private static final byte[] VALUE = ready(",\"value\":");
  private static final byte[] PRIORITY = ready(",\"priority\":");
  private static final byte[] DETAIL = ready(",\"detail\":");
  private static final byte[] COUNT_OF_POINTS = ready(",\"count\":");
  private static final byte[] OUTCOME = ready(",\"outcome\":");
  private static final byte[] CODE = ready(",\"code\":");
  private static final byte[] CITE = ready(",\"cite\":");
  private static final byte[] FROM = ready(",\"from\":\"");
  private static final byte[] TO = ready("\",\"to\":\"");
  private static final byte[] COUNT = ready("\",\"count\":\"");
  private static final byte[] MINIMUM = ready("\",\"minimum\":");
  private static final byte[] MAXIMUM = ready(",\"maximum\":");
  private static final byte[] MEAN = ready(",\"mean\":");
  private static final byte[] LAST = ready(",\"last\":");
  private static final byte[] UNIT = ready(",\"unit\":");
  private static final byte[] GOOD = ready(",\"good\":");
  private static final byte[] WRITTEN = ready(",\"written\":");
  private static final byte[] KIND = ready(",\"kind\":");
  private static final byte[] OFFSET = ready(",\"offset\":");
  private static final byte[] LENGTH = ready(",\"length\":");
  private static final byte[] COUNT_OF_FLAWS = ready(",\"count\":\"");
  private static final byte[] CITE_OF_FLAW = ready("\",\"cite\":");
  private static final byte[] NULL = ready("null");
  private static final byte[] NULL_TEXT = ready("\"null\"");
  private static final byte[] TRUE = ready("true");
  private static final byte[] FALSE = ready("false");
  private static final byte[] END = ready("}\n");

  private static final byte[][] ANSWERS = names(Contact.Answer.values());
  private static final byte[][] VERBS = names(Verb.values());
  private static final byte[][] STATES = names(Outcome.State.values());

  private Observations() {}

  /** The constants in lower case and quotes, by ordinal. */
  private static byte[][] names(Enum<?>[] constants) {
    byte[][] names = new byte[constants.length][];
    for (Enum<?> c : constants) {
      names[c.ordinal()] = ready('"' + c.name().toLowerCase(Locale.ROOT) + '"');
    }
    return names;
  }

  /** A contact at its end. */
  public static ObjectNode contact(Contact c) {
    return tree(o -> write(o, c));
  }

  /** An act, or its outcome. */
  public static ObjectNode act(Act a) {
    return tree(o -> write(o, a));
  }

  /** A bucket of readings. */
  public static ObjectNode reading(Reading r) {
    return tree(o -> write(o, r));
  }

  /** A flaw. */
  public static ObjectNode flaw(Flaw f) {
    return tree(o -> write(o, f));
  }

  private interface Text {
    void to(Line o) throws IOException;
  }

  /** What the API shows is what the files say. */
  private static ObjectNode tree(Text text) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(512);
    try (Line line = Line.single(octets)) {
      text.to(line);
      line.flush();
      return (ObjectNode) Json.MAPPER.readTree(octets.toByteArray());
    } catch (IOException e) {
      throw new IllegalStateException("memory is always writable", e);
    }
  }

  static void write(Line o, Contact c) throws IOException {
    head(o, c.stamp(), c.protocol());
    o.put(WHO).endpoint(c.who(), 0).put(WHOM).endpoint(c.whom(), c.port());
    o.put(TRANSPORT).text(c.transport()).put(ANSWER).put(ANSWERS[c.answer().ordinal()]);
    o.put(FIRST).time(c.first()).put(LAST_TIME).time(c.last());
    o.put(PACKETS_OUT).whole(c.packetsOut()).put(BYTES_OUT).whole(c.bytesOut());
    o.put(PACKETS_BACK).whole(c.packetsBack()).put(BYTES_BACK).whole(c.bytesBack());
    o.put(OPERATIONS);
    for (int i = 0; i < c.operations().size(); i++) {
      (i > 0 ? o.put(COMMA) : o).text(c.operations().get(i));
    }
    o.put(END_OF_LIST);
  }

  static void write(Line o, Act a) throws IOException {
    head(o, a.stamp(), a.protocol());
    o.put(ID).text(a.id());
    o.put(WHO).endpoint(a.who(), 0).put(WHOM).endpoint(a.whom(), a.port());
    o.put(VERB).put(VERBS[a.verb().ordinal()]).put(OPERATION).text(a.operation()).put(POINT).point(a.point()).put(VALUE);
    Value value = a.value();
    switch (value) {
      case null -> o.put(NULL);
      case Value.Null ignored -> o.put(NULL_TEXT);
      case Value.Num v -> o.number(v.value());
      case Value.Bool v -> o.put(v.value() ? TRUE : FALSE);
      default -> o.text(value.text());
    }
    o.put(PRIORITY);
    if (a.priority() == 0) {
      o.put(NULL);
    } else {
      o.whole(a.priority());
    }
    o.put(DETAIL).text(a.detail());
    if (a.count() > 1) {
      o.put(COUNT_OF_POINTS).whole(a.count());
    }
    o.put(OUTCOME).put(STATES[a.outcome().state().ordinal()]).put(CODE).text(a.outcome().code());
    o.put(CITE).cite(a.cite()).put(END);
  }

  static void write(Line o, Reading r) throws IOException {
    head(o, r.stamp(), r.protocol());
    o.put(WHO).endpoint(r.who(), 0).put(POINT).point(r.point());
    o.put(FROM).time(r.from()).put(TO).time(r.to()).put(COUNT).whole(r.count());
    o.put(MINIMUM).number(r.minimum()).put(MAXIMUM).number(r.maximum()).put(MEAN).number(r.sum() / r.count());
    o.put(LAST).number(r.last()).put(UNIT).text(r.unit());
    o.put(GOOD).put(r.good() ? TRUE : FALSE).put(WRITTEN).put(r.written() ? TRUE : FALSE).put(END);
  }

  static void write(Line o, Flaw f) throws IOException {
    head(o, f.stamp(), f.protocol());
    o.put(WHO).endpoint(f.who(), 0).put(WHOM).endpoint(f.whom(), 0);
    o.put(KIND).text(f.kind()).put(OFFSET).whole(f.offset()).put(LENGTH).whole(f.length());
    o.put(COUNT_OF_FLAWS).whole(f.count()).put(CITE_OF_FLAW).cite(f.cite()).put(END);
  }

  /** The members that every line begins with; asked of each kind for itself, because an observation of any kind is dearer to ask. */
  private static void head(Line o, Stamp stamp, String protocol) throws IOException {
    o.put(V).whole(stamp.seq()).put(N).whole(stamp.n());
    o.put(TIME).time(stamp.at()).put(PROTOCOL).text(protocol);
  }
}
