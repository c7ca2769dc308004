package fr.vigie.inventory.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The one way addresses, times and lines are written in every NDJSON output and in the API. */
public final class Json {
  /** The shared mapper; immutable use only. */
  public static final ObjectMapper MAPPER = new ObjectMapper();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final long SECOND = 1_000_000_000L;
  /** The shape of a time as it is written here. */
  private static final String OWN = "0000-00-00T00:00:00.000000000Z";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Json() {}

  /** An empty object whose members keep the order in which they are put. */
  public static ObjectNode object() {
    return NODES.objectNode();
  }

  /**
   * An address as outputs write it: {@code {"realm"?,"ip","mac","vlan"?,"port"?,"bacnet"|"knx"|"unit"|"lon"?}}. {@code ip} and
   * {@code mac} are null where there is none; the realm is left out where there is only the nameless one.
   */
  public static ObjectNode endpoint(Endpoint e) {
    return endpoint(e, 0);
  }

  /**
   * An address with its server port.
   *
   * @param port the port, or 0 to leave it out
   */
  public static ObjectNode endpoint(Endpoint e, int port) {
    Tree tree = new Tree();
    endpoint(e, port, tree);
    return tree.node();
  }

  /** Writes the members of an address, into an object that may have further ones. */
  public static <X extends Exception> void endpoint(Endpoint e, Members<X> o) throws X {
    endpoint(e, 0, o);
  }

  private static <X extends Exception> void endpoint(Endpoint e, int port, Members<X> o) throws X {
    if (!plain(e.realm())) {
      o.put("realm", e.realm());
    }
    o.put("ip", e.ip());
    o.put("mac", e.macText());
    int vlan = e.vlan() != Endpoint.NO_VLAN ? e.vlan() : e.seenVlan();
    if (vlan != Endpoint.NO_VLAN) {
      o.put("vlan", vlan);
    }
    if (port != 0) {
      o.put("port", port);
    }
    switch (e.below()) {
      case null -> { }
      case Below.Modbus unit -> o.put(unit.scheme(), unit.unit());
      case Below.Bacnet b -> o.put(b.scheme(), b.text());
      case Below.Knx k -> o.put(k.scheme(), k.text());
      case Below.Lon l -> o.put(l.scheme(), l.text());
    }
  }

  /** Whether a realm is the nameless one, which outputs and identity keys leave out. */
  public static boolean plain(String realm) {
    return realm.isEmpty() || realm.equals("default");
  }

  /**
   * A time in RFC 3339, UTC, always nine digits of fraction.
   *
   * @param ns nanoseconds since 1970-01-01T00:00:00Z
   */
  public static String time(long ns) {
    long second = Math.floorDiv(ns, SECOND);
    int fraction = (int) Math.floorMod(ns, SECOND);
    LocalDateTime t = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    StringBuilder s = new StringBuilder(30);
    two(s, t.getYear() / 100);
    two(s, t.getYear() % 100);
    two(s.append('-'), t.getMonthValue());
    two(s.append('-'), t.getDayOfMonth());
    two(s.append('T'), t.getHour());
    two(s.append(':'), t.getMinute());
    two(s.append(':'), t.getSecond());
    s.append('.');
    for (int unit = 100_000_000; unit > 0; unit /= 10) {
      s.append((char) ('0' + fraction / unit % 10));
    }
    return s.append('Z').toString();
  }

  /** A time, or null. */
  public static @Nullable String time(@Nullable Long ns) {
    return ns == null ? null : time(ns.longValue());
  }

  /** The nanoseconds since the epoch of an RFC 3339 time in UTC, the inverse of {@link #time(long)}. */
  public static long nanos(String time) {
    long written = written(time);
    if (written >= 0) {
      return written;
    }
    Instant t = Instant.parse(time);
    return t.getEpochSecond() * SECOND + t.getNano();
  }

  /** The same of a time just as {@link #time(long)} writes it, from 1970 to 2199; -1 of any other. */
  public static long written(String time) {
    if (time.length() != OWN.length()) {
      return -1;
    }
    for (int i = 0; i < OWN.length(); i++) {
      char shape = OWN.charAt(i);
      char c = time.charAt(i);
      if (shape == '0' ? c < '0' || c > '9' : c != shape) {
        return -1;
      }
    }
    int year = digits(time, 0, 4);
    int month = digits(time, 5, 7);
    int day = digits(time, 8, 10);
    int hour = digits(time, 11, 13);
    int minute = digits(time, 14, 16);
    int second = digits(time, 17, 19);
    if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 || day > YearMonth.of(year, month).lengthOfMonth() || hour > 23 || minute > 59 || second > 59) {
      return -1;
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return (days * 86_400 + hour * 3_600 + minute * 60 + second) * SECOND + digits(time, 20, 29);
  }

  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  /** A 64-bit integer as outputs write it: text, for readers whose numbers are doubles. */
  public static String whole(long value) {
    return Long.toString(value);
  }

  /**
   * Whether a terminal would obey a character, or draw what follows where it does not stand: DEL and the upper control characters (ECMA-48),
   * separators of lines and paragraphs, marks of direction (Unicode UAX #9), the mark of byte order. Outputs escape it; the JSON stays the same.
   */
  public static boolean obeyed(char c) {
    return c >= 0x7F && (c <= 0x9F || c == 0x61C || c == 0x200E || c == 0x200F || c >= 0x2028 && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF);
  }

  private static String inert(String json) {
    StringBuilder s = null;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      boolean obeyed = obeyed(c);
      if (obeyed && s == null) {
        s = new StringBuilder(json.length() + 64).append(json, 0, i);
      }
      if (s != null) {
        if (obeyed) {
          s.append("\\u").append(HEX.toHexDigits(c));
        } else {
          s.append(c);
        }
      }
    }
    return s == null ? json : s.toString();
  }

  /** One line of an NDJSON output, without its line end: plain JSON in which nothing steers a terminal. */
  public static String line(JsonNode node) {
    try {
      return inert(MAPPER.writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain nodes is always writable", e);
    }
  }

  /** A text in quotes, escaped, or {@code null}. */
  public static String text(@Nullable String text) {
    return text == null ? "null" : line(NODES.textNode(text));
  }

  private static void two(StringBuilder s, int n) {
    s.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
  }
}
