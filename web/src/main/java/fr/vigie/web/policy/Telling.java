package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.site.Cidr;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One story while it is told: its messages, in the words of people, become observations. Every kind of observation has its word. */
final class Telling {
  private static final Set<String> ALWAYS = Set.of("after", "times", "every");
  /** What a message may say, by the word that it begins with; {@code learned} stands alone. */
  private static final Map<String, Set<String>> KEYS = Map.of(
      "act", Set.of("protocol", "who", "whom", "port", "operation", "point", "value", "secret", "priority", "detail", "count", "outcome", "clause"),
      "contact", Set.of("who", "whom", "port", "transport", "answer", "phase", "out", "back", "operations"),
      "claim", Set.of("value", "protocol", "who", "clause"),
      "sighting", Set.of("who", "mac"),
      "reading", Set.of("who", "point", "value", "written"),
      "flaw", Set.of("protocol", "who", "whom", "count", "clause"),
      "capture", Set.of("interface", "vlan", "part", "whole", "proof", "hidden"));
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");
  private static final Pattern BACNET = Pattern.compile("bacnet:(\\d{1,4}),(\\d{1,7}),(\\d{1,7})");
  private static final Pattern REGISTER = Pattern.compile("(holding-register|input-register|coil|discrete-input):(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final Pattern GROUP = Pattern.compile("(\\d{1,5})/(\\d{1,5})/(\\d{1,5})");
  /** What was meant to be one of the three above, and is none. */
  private static final Pattern MEANT = Pattern.compile("(bacnet|holding-register|input-register|coil|discrete-input):.*|[0-9/]*/[0-9/]*");
  private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
  private static final int MOST_MESSAGES = 100_000;
  /** More than anybody counts, and some such numbers still add up. */
  private static final long MOST_COUNT = 1L << 40;

  private static final long SECOND = 1_000_000_000L;
  /** Until when stories are told, ns: the year 2200. */
  static final long LATEST = 7_258_118_400L * SECOND;

  private final Endpoints endpoints = new Endpoints(100_000);
  private final List<Observation> all = new ArrayList<>();
  private String place = "";
  private String where = "";
  private long at;
  private long seq;
  private long learned = Baseline.NEVER;

  /**
   * Begins.
   *
   * @param begin capture time, ns
   */
  Telling(long begin) {
    this.at = begin;
  }

  /** The words that a message can begin with. */
  static Set<String> kinds() {
    return KEYS.keySet();
  }

  List<Observation> observations() {
    return all;
  }

  /** Capture time of the last message, ns. */
  long at() {
    return at;
  }

  /** Number of the last message. */
  long last() {
    return seq;
  }

  /** Capture time at which learning ends, ns, or never. */
  long learned() {
    return learned;
  }

  private Stories.Unreadable unreadable(String what) {
    return new Stories.Unreadable(place + ": " + where + ": " + what);
  }

  /**
   * Takes the next message.
   *
   * @param line file and line where it stands
   * @param words the same in words
   */
  void message(JsonNode m, String line, String words) throws Stories.Unreadable {
    place = line;
    where = words;
    if (m.isTextual() && m.asText().equals("learned")) {
      pass(60 * SECOND);
      learned = at;
      return;
    }
    String kind = KEYS.keySet().stream().filter(m::has).sorted().findFirst().orElseThrow(() -> unreadable("a message is an act, a contact, a claim, a sighting, a reading, a flaw,"
        + " a fault of the capture, or the word learned"));
    known(m, kind);
    pass(span(m.path("after").asText("1s")));
    int times = (int) number(m, "times", 1, 1, MOST_MESSAGES);
    for (int i = 0; i < times; i++) {
      pass(i == 0 ? 0 : span(m.path("every").asText("1s")));
      switch (kind) {
        case "act" -> act(m);
        case "contact" -> all.add(contact(m));
        case "claim" -> all.add(new Claim(stamp(), host(m, "who"), m.path("protocol").asText("http"), clause(m), host(m, "who"), word(m, "claim", Trait.values(), Trait::wireName), m.path("value").asText()));
        case "sighting" -> all.add(sighting(m));
        case "reading" -> all.add(reading(m));
        case "flaw" -> all.add(new Flaw(stamp(), host(m, "who"), m.path("protocol").asText(), clause(m), host(m, "whom"), m.path("flaw").asText(), 0, 0, number(m, "count", 1, 1, MOST_COUNT)));
        default -> all.add(capture(m));
      }
    }
  }

  private void known(JsonNode m, String kind) throws Stories.Unreadable {
    Set<String> keys = new HashSet<>(KEYS.getOrDefault(kind, Set.of()));
    keys.addAll(ALWAYS);
    keys.add(kind);
    for (Iterator<String> i = m.fieldNames(); i.hasNext();) {
      String key = i.next();
      if (!keys.contains(key)) {
        throw new Stories.Unreadable(place + ": unknown key \"" + key + "\" in " + where + "; known keys are " + String.join(", ", keys.stream().sorted().toList()));
      }
    }
  }

  private Stamp stamp() throws Stories.Unreadable {
    if (++seq > MOST_MESSAGES) {
      throw unreadable("more than " + MOST_MESSAGES + " messages");
    }
    return new Stamp(seq, 0, at, 0, seq - 1);
  }

  /** A whole number within its range; what is not written has its usual value. */
  private long number(JsonNode m, String key, long usual, long least, long most) throws Stories.Unreadable {
    JsonNode n = m.path(key);
    if (n.isMissingNode()) {
      return usual;
    }
    if (!n.isIntegralNumber() || !n.canConvertToLong() || n.asLong() < least || n.asLong() > most) {
      throw unreadable(key + " must be a whole number from " + least + " to " + most);
    }
    return n.asLong();
  }

  private Endpoint host(JsonNode m, String key) throws Stories.Unreadable {
    Cidr c = Cidr.parse(m.path(key).asText());
    if (c == null || !c.single()) {
      throw unreadable(key + " must be an IP address");
    }
    return endpoints.ip("", c.family(), c.high(), c.low(), Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  /** A word of a closed list. */
  private <T> T word(JsonNode m, String key, T[] words, Function<T, String> name) throws Stories.Unreadable {
    String said = m.path(key).asText();
    for (T word : words) {
      if (name.apply(word).equals(said)) {
        return word;
      }
    }
    throw unreadable("there is no " + key + " \"" + said + "\"; there are " + String.join(", ", Arrays.stream(words).map(name).toList()));
  }

  private static String lower(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code KNX 03_07_02 3}: a standard, and behind the last space its clause. */
  private static @Nullable Cite clause(JsonNode m) {
    String text = m.path("clause").asText();
    int space = text.lastIndexOf(' ');
    return space < 0 ? null : new Cite(text.substring(0, space), text.substring(space + 1));
  }

  /** The act, and where the story says how it ended, its end. */
  private void act(JsonNode m) throws Stories.Unreadable {
    Stamp s = stamp();
    Outcome outcome = outcome(m.path("outcome").asText());
    boolean confirmed = outcome.state() != Outcome.State.UNCONFIRMED;
    Act act = new Act(s, host(m, "who"), m.path("protocol").asText(), clause(m), s.seq() + "." + s.n(), host(m, "whom"), (int) number(m, "port", 0, 0, 65_535), word(m, "act", Verb.values(), Telling::lower),
        m.path("operation").asText(), point(m.path("point").asText()), value(m), (int) number(m, "priority", 0, 0, 16), m.path("detail").asText(), (int) number(m, "count", 1, 1, Integer.MAX_VALUE),
        confirmed ? Outcome.PENDING : outcome);
    all.add(act);
    if (confirmed && outcome.state() != Outcome.State.PENDING) {
      all.add(act.ended(stamp(), outcome));
    }
  }

  private Outcome outcome(String said) throws Stories.Unreadable {
    return switch (said) {
      case "" -> Outcome.PENDING;
      case "ok" -> Outcome.OK;
      case "unanswered" -> Outcome.UNANSWERED;
      case "unconfirmed" -> Outcome.UNCONFIRMED;
      default -> {
        if (!said.startsWith("error ")) {
          throw unreadable("outcome must be ok, unanswered, unconfirmed, or error with a code");
        }
        yield Outcome.error(said.substring(6).strip());
      }
    };
  }

  /** A number, a truth, a text; or a secret, of which nothing is said but whether everybody knows it. */
  private @Nullable Value value(JsonNode m) throws Stories.Unreadable {
    JsonNode v = m.path("value");
    if (!m.has("secret")) {
      if (v.isContainerNode()) {
        throw unreadable("value must be a number, true, false or a text");
      }
      return v.isNumber() ? new Value.Num(v.asDouble()) : v.isBoolean() ? new Value.Bool(v.asBoolean()) : v.isTextual() ? new Value.Text(v.asText()) : null;
    }
    String secret = m.path("secret").asText();
    if (!secret.equals("published") && !secret.equals("own") || m.has("value")) {
      throw unreadable("secret is published or own, and there is no value beside it");
    }
    return new Value.Secret(8, "", secret.equals("published"));
  }

  private Contact contact(JsonNode m) throws Stories.Unreadable {
    Contact.Answer answer = m.has("answer") ? word(m, "answer", Contact.Answer.values(), Telling::lower) : Contact.Answer.ANSWERED;
    Contact.Phase phase = m.has("phase") ? word(m, "phase", Contact.Phase.values(), Telling::lower) : Contact.Phase.OPEN;
    long out = number(m, "out", 1, 0, MOST_COUNT);
    long back = number(m, "back", 0, 0, MOST_COUNT);
    List<String> operations = new ArrayList<>();
    m.path("operations").forEach(o -> operations.add(o.asText()));
    return new Contact(stamp(), host(m, "who"), m.path("contact").asText(), null, host(m, "whom"), m.path("transport").asText("tcp"), (int) number(m, "port", 0, 0, 65_535), phase, answer, at, at, out, 60 * out,
        back, 60 * back, List.copyOf(operations));
  }

  /** An address that is alive: by ARP, ND or DHCP an IP address with its MAC address, or a frame's. */
  private Sighting sighting(JsonNode m) throws Stories.Unreadable {
    Sighting.How how = word(m, "sighting", Sighting.How.values(), Telling::lower);
    String mac = m.path("mac").asText();
    if (!MAC.matcher(mac).matches()) {
      throw unreadable("mac must be an address such as 0a:00:00:00:00:77");
    }
    long address = Long.parseLong(mac.replace(":", ""), 16);
    if (!m.has("who")) {
      return new Sighting(stamp(), endpoints.mac("", address, Endpoint.NO_VLAN), lower(how), null, how);
    }
    Endpoint ip = host(m, "who");
    return new Sighting(stamp(), endpoints.ip("", ip.family(), ip.ipHigh(), ip.ipLow(), address, Endpoint.NO_VLAN), lower(how), null, how);
  }

  /** A value that a point had. */
  private Reading reading(JsonNode m) throws Stories.Unreadable {
    Point point = point(m.path("point").asText());
    if (point == null || !m.path("value").isNumber()) {
      throw unreadable("a reading has a point and a number as its value");
    }
    double v = m.path("value").asDouble();
    return new Reading(stamp(), host(m, "who"), m.path("reading").asText(), null, point, at, at, 1, v, v, v, v, null, true, m.path("written").asBoolean(false));
  }

  /** What the capture fails to deliver, over the five minutes before. */
  private Lapse capture(JsonNode m) throws Stories.Unreadable {
    int vlan = (int) number(m, "vlan", Endpoint.NO_VLAN, 0, 4095);
    long hidden = number(m, "hidden", -1, 0, MOST_COUNT);
    return new Lapse(stamp(), endpoints.mac("", Endpoint.NO_MAC, vlan), word(m, "capture", Lapse.Kind.values(), Lapse.Kind::wireName), (int) number(m, "interface", -1, 0, 65_535), vlan, -1, -1,
        number(m, "part", 0, 0, MOST_COUNT), number(m, "whole", 0, 0, MOST_COUNT), at - 300 * SECOND, at, hidden, Lapse.Basis.NONE, m.path("proof").asText());
  }

  /**
   * {@code bacnet:2,3,85} (type, instance, property), {@code holding-register:100} or {@code 100-119}, {@code 1/2/3}, or any name that does not begin as one
   * of these; empty is none.
   */
  private @Nullable Point point(String text) throws Stories.Unreadable {
    Matcher bacnet = BACNET.matcher(text);
    Matcher register = REGISTER.matcher(text);
    Matcher group = GROUP.matcher(text);
    if (text.isEmpty()) {
      return null;
    }
    if (bacnet.matches()) {
      // 135 §20.2.14: ten bits and twenty-two; §21: properties have as many as an enumeration of vendors needs
      return new Point.Bacnet(within(bacnet.group(1), 1_023, "an object type"), within(bacnet.group(2), 4_194_303, "an instance"),
          within(bacnet.group(3), 4_194_303, "a property"), -1);
    }
    if (register.matches()) {
      int first = within(register.group(2), 65_535, "a register");
      int end = register.group(3) == null ? first : within(register.group(3), 65_535, "a register");
      if (end < first) {
        throw unreadable("the point " + text + " ends before it begins");
      }
      return new Point.Modbus(register.group(1), first, end - first + 1);
    }
    if (group.matches()) {
      return new Point.KnxGroup(within(group.group(1), 31, "a main group") << 11 | within(group.group(2), 7, "a middle group") << 8 | within(group.group(3), 255, "a subgroup"));
    }
    if (MEANT.matcher(text).matches()) {
      throw unreadable("\"" + text + "\" is no point; write bacnet:2,3,85 (type, instance, property), holding-register:100 or 100-119, 1/2/3, or a name");
    }
    return new Point.Named("", text);
  }

  private int within(String digits, int most, String what) throws Stories.Unreadable {
    int n = Integer.parseInt(digits);
    if (n > most) {
      throw unreadable(what + " is from 0 to " + most + ", not " + digits);
    }
    return n;
  }

  private long span(String text) throws Stories.Unreadable {
    Matcher m = SPAN.matcher(text);
    if (!m.matches()) {
      throw unreadable("\"" + text + "\" is no time span; write 500ms, 5s, 10m, 2h or 1d");
    }
    long unit = switch (m.group(2)) {
      case "ms" -> 1_000_000L;
      case "s" -> SECOND;
      case "m" -> 60 * SECOND;
      case "h" -> 3_600 * SECOND;
      default -> 86_400 * SECOND;
    };
    return Math.min(Long.parseLong(m.group(1)), LATEST / unit) * unit;
  }

  private void pass(long span) throws Stories.Unreadable {
    if (span > LATEST - at) {
      throw unreadable("the story goes on beyond the year 2200");
    }
    at += span;
  }
}
