package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sparkplug B 3.0 (Eclipse): the payload of MQTT messages to {@code spBv1.0/group/type/node[/device]}, a protobuf message.
 *
 * <pre>
 * Payload: timestamp 1, metric 2 …, sequence 3                                                        clause 6.4
 * Metric:  name 1, alias 2, timestamp 3, datatype 4, is_null 7, int 10, long 11, float 12, double 13, boolean 14, string 15
 * field:   | number and wire type, varint | varint, 8 octets, length and octets, or 4 octets |        protobuf encoding
 * </pre>
 *
 * <p>Metrics are readings of the publishing node, under {@code group/node/device/name}; those of NCMD and DCMD are writes. An alias has the name its
 * birth certificate gave it, while that is remembered.
 */
final class Sparkplug {
  private static final Cite METRIC = new Cite("Sparkplug 3.0", "6.4.6");
  private static final Cite TOPIC = new Cite("Sparkplug 3.0", "4.1");
  private static final int MOST_ALIASES = 4096;
  private static final int NEWS_NODE = 16;
  private static final int NEWS_ALIAS = 17;

  private final Map<Long, String> aliases = new HashMap<>();
  private final Observer.PointMaker point = (a, b) -> point(a, b);
  private final Cursor metric = new Cursor();
  private Cursor topic = new Cursor();
  private int topicLength;
  private int groupEnd;
  private int typeEnd;
  private int nameAt;
  private int nameLength;

  /** Reads the payload under the cursor; {@code name} stands at the topic. */
  void payload(Cursor m, Exchange x, Observer o, Cursor name, int length) {
    topic = name;
    topicLength = length;
    groupEnd = slash(8);
    typeEnd = slash(groupEnd + 1);
    if (groupEnd >= length || typeEnd >= length) {
      o.flaw(x, TOPIC, "topic", 0, m.wireLength());
      return;
    }
    boolean birth = word(groupEnd + 2, "BIRTH");
    boolean command = word(groupEnd + 2, "CMD");
    if (word(groupEnd + 2, "DEATH") || !birth && !command && !word(groupEnd + 2, "DATA")) {
      return;
    }
    if (birth && x.fromClient()) {
      identity(x, o);
    }
    Transcript t = o.transcript();
    t.begin("sparkplug");
    long device = device();
    while (m.ok() && m.remaining() > 0) {
      long tag = varint(m);
      if (tag == (2 << 3 | 2)) {
        int octets = (int) Math.min(varint(m), Integer.MAX_VALUE);
        long outer = m.enter(octets);
        metric.rest(m);
        m.leave(outer);
        if (m.ok()) {
          metric(x, o, device, octets, birth, command);
        }
      } else {
        field(m, (int) (tag & 7));
      }
    }
    t.close();
  }

  private int slash(int from) {
    int i = from;
    while (i < topicLength && topic.peek(i) != '/') {
      i++;
    }
    return i;
  }

  private boolean word(int at, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (topic.peek(at + i) != word.charAt(i)) {
        return false;
      }
    }
    return at + word.length() == typeEnd;
  }

  /** A digest of group, node and device: the topic without the type of message. */
  private long device() {
    Cursor c = topic;
    long h = 17;
    for (int i = 8; i < topicLength; i++) {
      if (i <= groupEnd || i > typeEnd) {
        h = (h ^ c.peek(i)) * 0x9E3779B97F4A7C15L;
        h ^= h >>> 29;
      }
    }
    return h;
  }

  private String deviceText() {
    String all = new Cursor().rest(topic).text(Math.min(topicLength, topic.remaining()));
    return all.substring(8, Math.min(groupEnd + 1, all.length())) + all.substring(Math.min(typeEnd + 1, all.length()));
  }

  private void identity(Exchange x, Observer o) {
    if (x.news(x.source(), NEWS_NODE, device(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "sparkplug=" + deviceText(), TOPIC);
    }
  }

  private void metric(Exchange x, Observer o, long device, int octets, boolean birth, boolean command) {
    Cursor c = metric;
    Transcript t = o.transcript();
    nameLength = 0;
    long alias = -1;
    int type = 0;
    double number = Double.NaN;
    int textAt = -1;
    int textLength = 0;
    t.begin("metric");
    while (c.ok() && c.remaining() > 0) {
      long tag = varint(c);
      switch ((int) Math.min(tag, Integer.MAX_VALUE)) {
        case 1 << 3 | 2 -> {
          nameLength = length(c);
          nameAt = c.position();
          if (t.on()) {
            t.field("name", c.text(nameLength));
          } else {
            c.skip(nameLength);
          }
        }
        case 2 << 3 -> {
          alias = varint(c);
          t.field("alias", alias);
        }
        case 4 << 3 -> {
          type = (int) varint(c);
          t.field("datatype", type);
        }
        case 10 << 3 -> number = integer((int) varint(c), type);
        case 11 << 3 -> {
          long value = varint(c);
          number = type == 8 || type == 13 ? unsigned(value) : value;
        }
        case 12 << 3 | 5 -> number = Float.intBitsToFloat((int) c.u32le());
        case 13 << 3 | 1 -> number = Double.longBitsToDouble(Long.reverseBytes(c.u64()));
        case 14 << 3 -> number = varint(c) != 0 ? 1 : 0;
        case 15 << 3 | 2 -> {
          textLength = length(c);
          textAt = c.position();
          c.skip(textLength);
        }
        default -> field(c, (int) (tag & 7));
      }
    }
    if (c.ok() && !Double.isNaN(number)) {
      t.field("value", number);
    }
    t.close();
    if (!c.ok()) {
      if (!c.cut()) {
        o.flaw(x, METRIC, "metric", c.failedAt(), octets);
      }
      return;
    }
    if (birth && nameLength > 0 && alias >= 0 && x.news(x.source(), NEWS_ALIAS, device ^ alias * 31 + digest(), 600)
        && (aliases.size() < MOST_ALIASES || aliases.containsKey(device ^ alias))) {
      aliases.put(device ^ alias, name());
    }
    if (!x.fromClient()) {
      return;
    }
    long key = alias >= 0 ? alias : digest() | Long.MIN_VALUE;
    if (command) {
      Value value = textAt >= 0 ? new Value.Text(text(textAt, textLength)) : Double.isNaN(number) ? new Value.Null() : new Value.Num(number);
      o.see(Acts.act(x, "mqtt", METRIC, Verb.WRITE, "Sparkplug command", point(device, key), value, "", Outcome.UNCONFIRMED));
    } else if (!Double.isNaN(number)) {
      o.reading(x, x.source(), device, key, point, number, null, true, false);
    }
  }

  private static int length(Cursor c) {
    long octets = varint(c);
    if (octets < 0 || octets > c.remaining()) {
      c.fail();
      return 0;
    }
    return (int) octets;
  }

  /** Clause 6.4.16: Int8, Int16 and Int32 lie in 32 unsigned bits. */
  private static double integer(int value, int type) {
    return type >= 1 && type <= 3 ? value : value & 0xFFFFFFFFL;
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : (value >>> 1) * 2.0;
  }

  private long digest() {
    if (nameLength == 0) {
      return 0;
    }
    int back = metric.position();
    metric.seek(nameAt);
    long digest = metric.digest(nameLength);
    metric.seek(back);
    return digest;
  }

  private @Nullable String nameOrNull() {
    return nameLength == 0 ? null : text(nameAt, nameLength);
  }

  private String name() {
    String name = nameOrNull();
    return name == null ? "" : name;
  }

  private String text(int at, int octets) {
    int back = metric.position();
    metric.seek(at);
    String text = metric.text(Math.min(octets, 256));
    metric.seek(back);
    return text;
  }

  private Point point(long device, long key) {
    String name = nameOrNull();
    if (name == null) {
      name = aliases.getOrDefault(device ^ key, "alias " + key);
    }
    return new Point.Named("sparkplug", deviceText() + "/" + name);
  }

  /** Protocol Buffers: seven bits an octet, low ones first, at most ten octets. */
  private static long varint(Cursor m) {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int octet = m.u8();
      value |= (long) (octet & 0x7F) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    m.fail();
    return 0;
  }

  /** Passes over a field of a wire type. */
  private static void field(Cursor m, int wireType) {
    switch (wireType) {
      case 0 -> varint(m);
      case 1 -> m.skip(8);
      case 2 -> m.skip(length(m));
      case 5 -> m.skip(4);
      default -> m.fail();
    }
  }
}
