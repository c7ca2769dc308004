package fr.vigie.web.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Cidr;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stories beside the rules of a site: messages in, alerts out, near misses included, as people write them in {@code *.story.yaml}.
 *
 * <pre>
 * stories:
 *   - story: a stranger silences a device of the theatre
 *     begin: 2026-11-24T10:00:00Z                      # optional: a Tuesday; hours and interventions are judged by it
 *     messages:
 *       - {contact: bacnet, who: 10.1.0.5, whom: 10.2.0.10, port: 47808, transport: udp}
 *       - learned                                      # what came before is learned, what comes is judged
 *       - {after: 5m, act: disable, protocol: bacnet, who: 10.1.0.66, whom: 10.2.0.10, operation: deviceCommunicationControl, detail: disable}
 *     alerts: [BAC-09 critical 10.1.0.66 &gt; 10.2.0.10]   # each must come; detection, severity, actor, target, as far as written
 *     silent: [BAC-01]                                 # none of these may come; "*" for none but those of alerts and new devices
 * </pre>
 */
public final class Stories {
  private static final Set<String> KEYS = Set.of("story", "begin", "messages", "alerts", "silent");
  private static final Set<String> ACT = Set.of("after", "act", "protocol", "who", "whom", "port", "operation", "point", "value", "priority", "detail", "times", "every");
  private static final Set<String> CONTACT = Set.of("after", "contact", "who", "whom", "port", "transport", "answer", "times", "every");
  private static final Set<String> CLAIM = Set.of("after", "claim", "value", "protocol", "who", "times", "every");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");
  private static final int MOST_STORIES = 1_000;
  private static final int MOST_MESSAGES = 100_000;
  private static final long LARGEST = 1 << 20;
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * How a story ended.
   *
   * @param file name of the file
   * @param story its title
   * @param wrong what did not happen as told; empty where all did
   */
  public record Ending(String file, String story, List<String> wrong) {}

  /** A file that cannot be read as stories; the message says where. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message, null, false, false);
    }
  }

  private final String file;
  private final Site site;
  private final PolicySet policy;

  private Stories(String file, Site site, PolicySet policy) {
    this.file = file;
    this.site = site;
    this.policy = policy;
  }

  /** Runs the stories of a file. */
  public static List<Ending> run(Path path, Site site, PolicySet policy) throws IOException, Unreadable {
    String name = String.valueOf(path.getFileName());
    if (Files.size(path) > LARGEST) {
      throw new Unreadable(name + ": larger than 1 MiB");
    }
    return run(name, Files.readString(path), site, policy);
  }

  /** Runs the stories of a text. */
  public static List<Ending> run(String name, String text, Site site, PolicySet policy) throws Unreadable {
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Unreadable(name + ":" + (e.getLocation() == null ? "" : e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr() + ": ") + "this is not YAML: "
          + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""));
    }
    Stories stories = new Stories(name, site, policy);
    stories.known(root, Set.of("stories"), "the file");
    List<Ending> endings = new ArrayList<>();
    for (JsonNode story : root.path("stories")) {
      if (endings.size() >= MOST_STORIES) {
        throw new Unreadable(name + ": more than " + MOST_STORIES + " stories");
      }
      endings.add(stories.told(story, endings.size() + 1));
    }
    if (endings.isEmpty()) {
      throw new Unreadable(name + ": no stories; write stories: and a list below it");
    }
    return endings;
  }

  private void known(JsonNode node, Set<String> keys, String what) throws Unreadable {
    if (!node.isObject()) {
      throw new Unreadable(file + ": " + what + " must be keys with values: " + String.join(", ", keys.stream().sorted().toList()));
    }
    for (Iterator<String> i = node.fieldNames(); i.hasNext();) {
      String key = i.next();
      if (!keys.contains(key)) {
        throw new Unreadable(file + ": unknown key \"" + key + "\" in " + what + "; known keys are " + String.join(", ", keys.stream().sorted().toList()));
      }
    }
  }

  /** One story while it is told. */
  private final class Telling {
    String where = "";
    final Endpoints endpoints = new Endpoints(100_000);
    final List<Observation> all = new ArrayList<>();
    long at;
    long seq;
    long learned = Baseline.NEVER;

    Telling(long begin) {
      this.at = begin;
    }

    Stamp stamp() throws Unreadable {
      if (++seq > MOST_MESSAGES) {
        throw new Unreadable(file + ": " + where + ": more than " + MOST_MESSAGES + " messages");
      }
      return new Stamp(seq, 0, at, 0, seq - 1);
    }

    Endpoint host(JsonNode m, String key) throws Unreadable {
      Cidr c = Cidr.parse(m.path(key).asText());
      if (c == null || !c.single()) {
        throw new Unreadable(file + ": " + where + ": " + key + " must be an IP address");
      }
      return endpoints.ip("", c.family(), c.high(), c.low(), Endpoint.NO_MAC, Endpoint.NO_VLAN);
    }

    void message(JsonNode m) throws Unreadable {
      if (m.isTextual() && m.asText().equals("learned")) {
        at += 60_000_000_000L;
        learned = at;
        return;
      }
      String kind = m.has("act") ? "act" : m.has("contact") ? "contact" : m.has("claim") ? "claim" : "";
      known(m, switch (kind) {
        case "act" -> ACT;
        case "contact" -> CONTACT;
        case "claim" -> CLAIM;
        default -> throw new Unreadable(file + ": " + where + ": a message is an act, a contact, a claim, or the word learned");
      }, where);
      at += span(m.path("after").asText("1s"), where);
      int times = m.path("times").asInt(1);
      for (int i = 0; i < times; i++) {
        at += i == 0 ? 0 : span(m.path("every").asText("1s"), where);
        all.add(switch (kind) {
          case "act" -> act(m);
          case "contact" -> contact(m);
          default -> new Claim(stamp(), host(m, "who"), m.path("protocol").asText("http"), null, host(m, "who"), trait(m), m.path("value").asText());
        });
      }
    }

    private Act act(JsonNode m) throws Unreadable {
      Stamp s = stamp();
      Verb verb = null;
      for (Verb v : Verb.values()) {
        verb = v.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(m.path("act").asText()) ? v : verb;
      }
      if (verb == null) {
        throw new Unreadable(file + ": " + where + ": there is no act \"" + m.path("act").asText() + "\"");
      }
      JsonNode v = m.path("value");
      Value value = v.isNumber() ? new Value.Num(v.asDouble()) : v.isBoolean() ? new Value.Bool(v.asBoolean()) : v.isTextual() ? new Value.Text(v.asText()) : null;
      return new Act(s, host(m, "who"), m.path("protocol").asText(), null, s.seq() + "." + s.n(), host(m, "whom"), m.path("port").asInt(0), verb,
          m.path("operation").asText(), point(m.path("point").asText()), value, m.path("priority").asInt(0), m.path("detail").asText(), Outcome.PENDING);
    }

    private Contact contact(JsonNode m) throws Unreadable {
      Contact.Answer answer = null;
      String word = m.path("answer").asText("answered");
      for (Contact.Answer a : Contact.Answer.values()) {
        answer = a.name().toLowerCase(Locale.ROOT).equals(word) ? a : answer;
      }
      if (answer == null) {
        throw new Unreadable(file + ": " + where + ": there is no answer \"" + word + "\"");
      }
      return new Contact(stamp(), host(m, "who"), m.path("contact").asText(), null, host(m, "whom"), m.path("transport").asText("tcp"), m.path("port").asInt(0), Contact.Phase.OPEN,
          answer, at, at, 1, 60, 0, 0, List.of());
    }

    private Trait trait(JsonNode m) throws Unreadable {
      for (Trait t : Trait.values()) {
        if (t.wireName().equals(m.path("claim").asText())) {
          return t;
        }
      }
      throw new Unreadable(file + ": " + where + ": there is no trait \"" + m.path("claim").asText() + "\"");
    }
  }

  private static final Pattern BACNET = Pattern.compile("bacnet:(\\d{1,4}),(\\d{1,7}),(\\d{1,7})");
  private static final Pattern REGISTER = Pattern.compile("(holding-register|input-register|coil|discrete-input):(\\d{1,5})");
  private static final Pattern GROUP = Pattern.compile("(\\d{1,2})/(\\d)/(\\d{1,3})");

  /** {@code bacnet:2,3,85} (type, instance, property), {@code holding-register:100}, {@code 1/2/3}, or any name; empty is none. */
  private static @Nullable Point point(String text) {
    Matcher bacnet = BACNET.matcher(text);
    Matcher register = REGISTER.matcher(text);
    Matcher group = GROUP.matcher(text);
    if (text.isEmpty()) {
      return null;
    }
    return bacnet.matches() ? new Point.Bacnet(Integer.parseInt(bacnet.group(1)), Integer.parseInt(bacnet.group(2)), Integer.parseInt(bacnet.group(3)), -1)
        : register.matches() ? new Point.Modbus(register.group(1), Integer.parseInt(register.group(2)), 1)
        : group.matches() ? new Point.KnxGroup(Integer.parseInt(group.group(1)) << 11 | Integer.parseInt(group.group(2)) << 8 | Integer.parseInt(group.group(3)))
        : new Point.Named("", text);
  }

  private long span(String text, String where) throws Unreadable {
    Matcher m = SPAN.matcher(text);
    if (!m.matches()) {
      throw new Unreadable(file + ": " + where + ": \"" + text + "\" is no time span; write 500ms, 5s, 10m, 2h or 1d");
    }
    return Long.parseLong(m.group(1)) * switch (m.group(2)) {
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> 86_400_000_000_000L;
    };
  }

  private Ending told(JsonNode story, int number) throws Unreadable {
    known(story, KEYS, "story " + number);
    String title = story.path("story").asText("story " + number);
    long begin;
    try {
      Instant t = Instant.parse(story.path("begin").asText("2026-11-24T10:00:00Z"));
      begin = t.getEpochSecond() * 1_000_000_000L + t.getNano();
    } catch (DateTimeParseException e) {
      throw new Unreadable(file + ": story " + number + ": begin must be a time such as 2026-11-24T10:00:00Z");
    }
    Telling telling = new Telling(begin);
    int message = 0;
    for (JsonNode m : story.path("messages")) {
      telling.where = "story " + number + ", message " + ++message;
      telling.message(m);
    }
    AlertLog log = judge(telling);
    return new Ending(file, title, wrong(story, log, number));
  }

  private AlertLog judge(Telling telling) {
    AlertLog log = new AlertLog(10_000, 10_000);
    Judge judge = new Judge(site, new Ledger(site), policy, Judge.Options.DEFAULT.until(telling.learned), i -> new Origin(i, "", file, null, null, 1), log);
    for (Observation o : telling.all) {
      judge.quantum(o.seq() - 1, o.at());
      judge.accept(o);
    }
    judge.quantum(telling.seq, telling.at);
    judge.finish();
    return log;
  }

  private List<String> wrong(JsonNode story, AlertLog log, int number) throws Unreadable {
    List<String> lines = log.alerts().stream().map(Stories::line).toList();
    List<String> wrong = new ArrayList<>();
    for (JsonNode n : story.path("alerts")) {
      String expected = n.asText().strip().replaceAll("\\s+", " ");
      String id = expected.split(" ", 2)[0];
      if (Catalogue.shipped().find(id) == null) {
        throw new Unreadable(file + ": story " + number + ": there is no detection " + id);
      }
      if (lines.stream().noneMatch(l -> l.equals(expected) || l.startsWith(expected + " "))) {
        wrong.add("expected and not told: " + expected);
      }
    }
    for (JsonNode n : story.path("silent")) {
      String not = n.asText();
      for (String l : lines) {
        boolean named = false;
        for (JsonNode e : story.path("alerts")) {
          named |= l.startsWith(e.asText().strip());
        }
        if (not.equals("*") ? !named && !l.startsWith("NET-01 ") : l.startsWith(not + " ") && !named) {
          wrong.add("told and not expected: " + l);
        }
      }
    }
    log.disabledRules().forEach(d -> wrong.add("the rule " + d.rule() + " was taken out of service: " + d.cause()));
    if (!wrong.isEmpty()) {
      wrong.add("told in all: " + (lines.isEmpty() ? "nothing" : String.join("; ", lines)));
    }
    return wrong;
  }

  /** {@code BAC-09 critical 10.1.0.66 > 10.2.0.10}. */
  private static String line(Alert a) {
    Endpoint target = a.target();
    return a.detection().id() + " " + a.severity().wireName() + " " + a.who().ip() + " > " + (target == null ? "-" : target.ip());
  }
}
