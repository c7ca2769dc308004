package fr.vigie.web.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.PlainFile;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

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
 *       - {sighting: arp, who: 10.1.0.66, mac: "0a:00:00:00:00:66"}
 *       - {reading: bacnet, who: 10.2.0.10, point: "bacnet:2,7,85", value: 21.5}
 *       - {flaw: tag, protocol: bacnet, who: 10.1.0.66, whom: 10.2.0.10, count: 12}
 *       - {capture: one-way, vlan: 20, part: 118, whole: 120}
 *       - {after: 5m, act: disable, protocol: bacnet, who: 10.1.0.66, whom: 10.2.0.10, operation: deviceCommunicationControl, detail: disable}
 *     alerts: [BAC-09 critical 10.1.0.66 &gt; 10.2.0.10]   # each must come; detection, severity, actor, target, as far as written
 *     silent: [BAC-01]                                 # none of these may come; "*" for none but those of alerts and new devices
 * </pre>
 */
public final class Stories {
  private static final Set<String> KEYS = Set.of("story", "begin", "messages", "alerts", "silent");
  private static final int MOST_STORIES = 1_000;
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
  private final Places places;
  private final Site site;
  private final PolicySet policy;
  /** File and line of what is being read, for people. */
  private String place = "";

  private Stories(String file, Places places, Site site, PolicySet policy) {
    this.file = file;
    this.places = places;
    this.site = site;
    this.policy = policy;
  }

  /** Runs the stories of a file. */
  public static List<Ending> run(Path path, Site site, PolicySet policy) throws IOException, Unreadable {
    String name = String.valueOf(path.getFileName());
    try {
      return run(name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(PlainFile.octets(path, LARGEST))).toString(), site, policy);
    } catch (PlainFile.Refused e) {
      throw new Unreadable(name + ": this " + e.why());
    } catch (CharacterCodingException e) {
      throw new Unreadable(name + ": this is not UTF-8 text");
    }
  }

  /** Runs the stories of a text. */
  public static List<Ending> run(String name, String text, Site site, PolicySet policy) throws Unreadable {
    JsonNode root;
    Places places;
    try {
      root = YAML.readTree(text);
      places = Places.of(YAML, text);
    } catch (JsonProcessingException e) {
      throw new Unreadable(name + ":" + (e.getLocation() == null ? "" : e.getLocation().getLineNr() + ":" + e.getLocation().getColumnNr() + ": ") + "this is not YAML: "
          + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""));
    }
    Stories stories = new Stories(name, places, site, policy);
    stories.place = name;
    stories.known(root, Set.of("stories"), "the file");
    stories.list(root, "stories", "the file");
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
      throw new Unreadable(place + ": " + what + " must be keys with values: " + String.join(", ", keys.stream().sorted().toList()));
    }
    for (Iterator<String> i = node.fieldNames(); i.hasNext();) {
      String key = i.next();
      if (!keys.contains(key)) {
        throw new Unreadable(place + ": unknown key \"" + key + "\" in " + what + "; known keys are " + String.join(", ", keys.stream().sorted().toList()));
      }
    }
  }

  /** One word where a list belongs would be no expectation at all, and the story would end well whatever happens. */
  private void list(JsonNode node, String key, String what) throws Unreadable {
    if (node.hasNonNull(key) && !node.get(key).isArray()) {
      throw new Unreadable(place + ": " + what + ": " + key + " must be a list; write [ and ] around it, or - before each");
    }
  }

  private Ending told(JsonNode story, int number) throws Unreadable {
    place = file + places.line(number - 1);
    known(story, KEYS, "story " + number);
    for (String key : List.of("messages", "alerts", "silent")) {
      list(story, key, "story " + number);
    }
    String title = story.path("story").asText("story " + number);
    long begin;
    try {
      Instant t = Instant.parse(story.path("begin").asText("2026-11-24T10:00:00Z"));
      if (t.getEpochSecond() < 0 || t.getEpochSecond() > Telling.LATEST / 1_000_000_000L) {
        throw new Unreadable(place + ": story " + number + ": begin must be between 1970 and 2200");
      }
      begin = t.getEpochSecond() * 1_000_000_000L + t.getNano();
    } catch (DateTimeParseException e) {
      throw new Unreadable(place + ": story " + number + ": begin must be a time such as 2026-11-24T10:00:00Z");
    }
    Telling telling = new Telling(begin);
    int message = 0;
    for (JsonNode m : story.path("messages")) {
      telling.message(m, file + places.line(number - 1, message), "story " + number + ", message " + ++message);
    }
    AlertLog log = judge(telling);
    return new Ending(file, title, wrong(story, log, number));
  }

  private AlertLog judge(Telling telling) {
    AlertLog log = new AlertLog(10_000, 10_000);
    Judge judge = new Judge(site, new Ledger(site), policy, Judge.Options.DEFAULT.until(telling.learned()), i -> new Origin(i, "", file, null, null, 1), log);
    for (Observation o : telling.observations()) {
      judge.quantum(o.seq() - 1, o.at());
      judge.accept(o);
    }
    judge.quantum(telling.last(), telling.at());
    judge.finish();
    return log;
  }

  /** What is expected begins with a detection that there is. */
  private void detection(String expected, int number) throws Unreadable {
    String id = expected.split(" ", 2)[0];
    if (Catalogue.shipped().find(id) == null) {
      throw new Unreadable(place + ": story " + number + ": there is no detection " + id);
    }
  }

  private List<String> wrong(JsonNode story, AlertLog log, int number) throws Unreadable {
    List<String> lines = log.alerts().stream().map(Stories::line).toList();
    List<String> wrong = new ArrayList<>();
    for (JsonNode n : story.path("alerts")) {
      String expected = n.asText().strip().replaceAll("\\s+", " ");
      detection(expected, number);
      if (lines.stream().noneMatch(l -> l.equals(expected) || l.startsWith(expected + " "))) {
        wrong.add("expected and not told: " + expected);
      }
    }
    for (JsonNode n : story.path("silent")) {
      String not = n.asText().strip();
      if (!not.equals("*")) {
        detection(not, number);
      }
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
    return a.detection().id() + " " + a.severity().wireName() + " " + name(a.who()) + " > " + (target == null ? "-" : name(target));
  }

  /** The address; of the capture itself, the VLAN that is concerned or {@code capture}. */
  private static String name(Endpoint e) {
    String ip = e.ip();
    String mac = e.macText();
    return ip != null ? ip : mac != null ? mac : e.vlan() == Endpoint.NO_VLAN ? "capture" : "VLAN" + e.vlan();
  }
}
