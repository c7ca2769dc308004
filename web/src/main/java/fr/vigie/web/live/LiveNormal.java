package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Driver;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.KnownFile;
import fr.vigie.rules.baseline.Learning;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.session.Judge;
import fr.vigie.sensor.observe.Point;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Normal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The learned normal behind the console. Decisions are in the journal with the capture time at which they were taken, those of two persons with
 * the time of the second word, and are brought to the judge there again when the log is folded: so what was judged before a decision is judged as it was. A line that lets somebody write or
 * program waits for a second person, and so does letting a device learn again who does: what is heard then is known without anybody's word.
 */
public final class LiveNormal implements Normal {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String LINE = "normal.line";
  private static final String LEARNING = "normal.learning";
  /** The kind of a decision that waits for a second person. */
  static final String ACCEPT = "learned.accept";
  private static final Set<Known.Kind> WRITES = Set.of(Known.Kind.WRITER, Known.Kind.WRITES_TO, Known.Kind.OPERATOR, Known.Kind.ENGINEER);
  private static final Set<Behaviour> TWO = Set.of(Behaviour.WRITERS, Behaviour.OPERATIONS);
  private static final long DAY = 86_400L * 1_000_000_000L;
  /** Most lines that are put in order for an answer. */
  private static final int SORTED = 100_000;
  private static final int LISTED = 50;

  private final Journal journal;
  private final FourEyes fourEyes;
  private final Runnable changed;
  private final long learnUntil;
  private final Mind mind;
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::seq));
  private long next = Long.MAX_VALUE;

  /** A decision that the fold of the log has not come to. */
  private record Due(long at, long seq, ObjectNode said) {}

  /** A line, its text for searches, and when it was learned or decided. */
  private record Shown(Known.Kind kind, String a, String b, String c, Known.Origin origin, long since) {}

  /**
   * Takes what was decided before from the journal.
   *
   * @param learnUntil the named end of learning, ns of capture time, or {@code Baseline.NEVER}
   * @param changed told after each decision
   */
  public LiveNormal(Journal journal, FourEyes fourEyes, Mind mind, long learnUntil, Runnable changed) throws IOException {
    this.journal = journal;
    this.fourEyes = fourEyes;
    this.mind = mind;
    this.learnUntil = learnUntil;
    this.changed = changed;
    for (Journal.Entry entry : journal.entries()) {
      if (entry.kind().equals(LINE) || entry.kind().equals(LEARNING)) {
        wait(entry.body().path("at").asLong(), entry.seq(), entry.body());
      }
    }
    boolean[] before = {true};
    fourEyes.on(ACCEPT, Role.ANALYST, (asked, grant) -> {
      if (before[0]) {
        String moment = grant.body().path("moment").asText();
        wait(Json.nanos(moment.isEmpty() ? grant.time().toString() : moment), grant.seq(), asked.said());
      } else {
        mind.with((ledger, judge) -> bring(judge, asked.said()));
        changed.run();
      }
    });
    before[0] = false;
  }

  private void wait(long at, long seq, ObjectNode said) {
    due.add(new Due(at, seq, said));
    next = due.element().at;
  }

  /** The fold has come to this capture time: what people decided until then is in force. Called where nothing else passes. */
  public void before(Judge judge, long at) {
    while (next <= at) {
      bring(judge, due.remove().said);
      next = due.isEmpty() ? Long.MAX_VALUE : due.element().at;
    }
  }

  /** The fold has come to its end. */
  public void settle(Judge judge) {
    before(judge, Long.MAX_VALUE - 1);
  }

  private static boolean bring(Judge judge, ObjectNode said) {
    if (said.has("behaviour")) {
      Behaviour behaviour = Behaviour.valueOf(said.path("behaviour").asText().toUpperCase(Locale.ROOT));
      String subject = said.path("subject").asText();
      Learning learning = judge.baseline().learning();
      if (said.path("act").asText().equals("again")) {
        learning.again(subject, behaviour);
      } else {
        learning.end(subject, behaviour, said.path("at").asLong());
      }
      return true;
    }
    return judge.decide(KnownFile.kind(said.path("kind").asText()), said.path("who").asText(), said.path("whom").asText(), said.path("what").asText(),
        said.path("verdict").asText().equals("approve") ? Known.Origin.APPROVED : Known.Origin.REJECTED);
  }

  // ---- decisions -----------------------------------------------------------------------------------------------------------------------

  @Override
  public Taken decide(String who, Line line, boolean approve, String comment) throws IOException {
    Known.Kind kind = KnownFile.kind(line.kind());
    ObjectNode said = JSON.objectNode().put("kind", line.kind()).put("who", line.who()).put("whom", line.whom()).put("what", line.what())
        .put("verdict", approve ? "approve" : "reject");
    if (approve && WRITES.contains(kind)) {
      if (fourEyes.waits(ACCEPT, said)) {
        return Taken.WAITING;
      }
      String what = line.what().isEmpty() ? "" : " – " + line.what();
      return fourEyes.ask(ACCEPT, who, FourEyes.said("Accepter une écriture apprise : " + line.who() + " → " + line.whom() + what,
          "Accept a learned write: " + line.who() + " → " + line.whom() + what), List.of(FourEyes.said("genre : " + line.kind(), "kind: " + line.kind())), said,
          comment) == null ? Taken.FULL : Taken.WAITS;
    }
    long at = mind.with((ledger, judge) -> judge.clock());
    ObjectNode body = said.deepCopy().put("at", at);
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    journal.append(who, LINE, body);
    boolean room = mind.with((ledger, judge) -> bring(judge, body));
    changed.run();
    return room ? Taken.DONE : Taken.FULL;
  }

  @Override
  public @Nullable Taken learning(String who, String subject, String behaviour, boolean again, String comment) throws IOException {
    Behaviour which = Behaviour.valueOf(behaviour.toUpperCase(Locale.ROOT));
    Long at = mind.with((ledger, judge) -> judge.baseline().learning().of(subject, which) == null ? Long.valueOf(-1) : Long.valueOf(judge.clock()));
    if (at < 0) {
      return null;
    }
    ObjectNode body = JSON.objectNode().put("subject", subject).put("behaviour", behaviour).put("act", again ? "again" : "end");
    if (again && TWO.contains(which)) {
      if (fourEyes.waits(ACCEPT, body)) {
        return Taken.WAITING;
      }
      String whose = subject.isEmpty() ? "" : " – " + subject;
      return fourEyes.ask(ACCEPT, who, FourEyes.said("Laisser réapprendre sans alerte" + whose, "Let learn again without alerts" + whose),
          List.of(FourEyes.said(which == Behaviour.WRITERS ? "qui y écrit" : "ce qu’il fait", which == Behaviour.WRITERS ? "who writes there" : "what it does")), body,
          comment) == null ? Taken.FULL : Taken.WAITS;
    }
    body.put("at", at);
    if (!comment.isBlank()) {
      body.put("comment", comment);
    }
    journal.append(who, LEARNING, body);
    boolean room = mind.with((ledger, judge) -> bring(judge, body));
    changed.run();
    return room ? Taken.DONE : Taken.FULL;
  }

  // ---- what is known -------------------------------------------------------------------------------------------------------------------

  @Override
  public ObjectNode overview(int days) {
    ObjectNode node = JSON.objectNode();
    if (learnUntil == Long.MIN_VALUE) {
      node.putNull("until");
    } else {
      node.put("until", Json.time(learnUntil));
    }
    node.put("days", days);
    Map<Behaviour, List<Learning.Progress>> all = new EnumMap<>(Behaviour.class);
    long clock = mind.with((ledger, judge) -> {
      ArrayNode behaviours = node.putArray("behaviours");
      judge.baseline().learning().each(p -> all.computeIfAbsent(p.behaviour(), b -> new ArrayList<>()).add(p));
      all.forEach((behaviour, progress) -> behaviours.add(summed(behaviour, progress, judge.clock())));
      node.put("lines", judge.baseline().known().size());
      return judge.clock();
    });
    Map<String, ObjectNode> would = new TreeMap<>();
    mind.candidates(c -> {
      if (Json.nanos(c.path("last").asText()) >= clock - days * DAY) {
        ObjectNode one = would.computeIfAbsent(c.path("rule").path("id").asText(), id -> {
          ObjectNode first = JSON.objectNode().put("rule", id).put("severity", c.path("severity").asText()).put("count", 0L).put("events", 0L);
          first.set("name", c.path("name").deepCopy());
          first.putArray("examples");
          return first;
        });
        one.put("count", one.path("count").asLong() + 1).put("events", one.path("events").asLong() + c.path("count").asLong());
        if (one.path("examples").size() < 5) {
          ObjectNode example = one.withArray("/examples").addObject();
          example.put("who", party(c.path("who"))).put("whom", party(c.path("whom"))).put("point", c.path("point").asText("")).put("last", c.path("last").asText());
        }
      }
    });
    ArrayNode list = node.putArray("wouldHave");
    would.values().stream().limit(LISTED).forEach(list::add);
    return node;
  }

  private static String party(JsonNode who) {
    return who.path("ip").asText(who.path("mac").asText(""));
  }

  private static ObjectNode summed(Behaviour behaviour, List<Learning.Progress> progress, long now) {
    long ended = progress.stream().filter(p -> p.ended() <= now).count();
    int width = progress.stream().mapToInt(Learning.Progress::width).max().orElse(1);
    long begin = progress.stream().mapToLong(Learning.Progress::first).min().orElse(now);
    long hour = DAY / 24;
    int wide = (int) Math.max(width, (now - begin) / hour / Learning.PARTS + 1);
    long[] parts = new long[Learning.PARTS];
    for (Learning.Progress p : progress) {
      for (int i = 0; i < Learning.PARTS; i++) {
        if (p.part(i) > 0) {
          long at = p.first() + (long) i * p.width() * hour;
          parts[Math.clamp((at - begin) / hour / wide, 0, Learning.PARTS - 1)] += p.part(i);
        }
      }
    }
    ObjectNode node = JSON.objectNode().put("behaviour", name(behaviour)).put("devices", progress.size()).put("ended", ended)
        .put("evidence", progress.stream().mapToLong(Learning.Progress::evidence).sum()).put("news", progress.stream().mapToLong(Learning.Progress::news).sum())
        .put("saturation", (int) progress.stream().mapToInt(p -> p.ended() <= now ? 100 : p.saturation()).average().orElse(0)).put("hours", wide)
        .put("first", Json.time(begin));
    ArrayNode picture = node.putArray("parts");
    for (long part : parts) {
      picture.add(part);
    }
    return node;
  }

  private static String name(Behaviour behaviour) {
    return behaviour.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public ObjectNode devices(Filter f) {
    return mind.with((ledger, judge) -> {
      Map<String, Asset> names = names(ledger);
      long now = judge.clock();
      List<Learning.Progress> found = new ArrayList<>();
      judge.baseline().learning().each(p -> {
        boolean over = p.ended() <= now;
        if ((f.behaviour().isEmpty() || name(p.behaviour()).equals(f.behaviour())) && (f.state().isEmpty() || f.state().equals("ended") == over)
            && of(f.device(), names, p.subject()) && holds(f.text(), names, p.subject())) {
          found.add(p);
        }
      });
      found.sort(Comparator.comparingInt((Learning.Progress p) -> p.ended() <= now ? 101 : p.saturation()).thenComparing(Learning.Progress::subject)
          .thenComparing(Learning.Progress::behaviour));
      ObjectNode node = JSON.objectNode().put("total", found.size());
      ArrayNode items = node.putArray("items");
      found.stream().skip(f.offset()).limit(f.limit()).forEach(p -> items.add(written(p, names, now)));
      return node;
    });
  }

  private static ObjectNode written(Learning.Progress p, Map<String, Asset> names, long now) {
    ObjectNode node = JSON.objectNode().put("subject", p.subject());
    device(node, "name", "asset", names, p.subject());
    node.put("behaviour", name(p.behaviour())).put("evidence", p.evidence()).put("quiet", p.quiet()).put("heard", p.hours()).put("news", p.news())
        .put("saturation", p.ended() <= now ? 100 : p.saturation()).put("first", Json.time(p.first())).put("last", Json.time(p.last()));
    if (p.ended() <= now) {
      node.put("ended", Json.time(p.ended()));
    } else {
      node.putNull("ended");
    }
    node.put("hours", p.width());
    ArrayNode parts = node.putArray("parts");
    for (int i = 0; i < Learning.PARTS; i++) {
      parts.add(p.part(i));
    }
    return node;
  }

  @Override
  public ObjectNode lines(Filter f) {
    return mind.with((ledger, judge) -> {
      Map<String, Asset> names = names(ledger);
      List<Shown> found = new ArrayList<>();
      long[] total = {0};
      judge.baseline().known().each((kind, a, b, c, origin, since) -> {
        if ((f.behaviour().isEmpty() || name(Behaviour.of(kind)).equals(f.behaviour()))
            && (f.state().isEmpty() || origin.name().toLowerCase(Locale.ROOT).equals(f.state()))
            && (of(f.device(), names, a) || !b.isEmpty() && of(f.device(), names, b))
            && (holds(f.text(), names, a) || !b.isEmpty() && holds(f.text(), names, b) || !c.isEmpty() && (has(c, f.text()) || has(object(kind, c), f.text())) || has(KnownFile.name(kind), f.text()))) {
          total[0]++;
          if (found.size() < SORTED) {
            found.add(new Shown(kind, a, b, c, origin, since));
          }
        }
      });
      found.sort(Comparator.comparing(Shown::kind).thenComparing(Shown::a).thenComparing(Shown::b).thenComparing(Shown::c));
      ObjectNode node = JSON.objectNode().put("total", total[0]);
      ArrayNode items = node.putArray("items");
      found.stream().skip(f.offset()).limit(f.limit()).forEach(s -> {
        ObjectNode item = items.addObject().put("kind", KnownFile.name(s.kind)).put("who", s.a).put("whom", s.b).put("what", s.c);
        device(item, "whoName", "whoAsset", names, s.a);
        device(item, "whomName", "whomAsset", names, s.b);
        item.put("whatName", object(s.kind, s.c)).put("behaviour", name(Behaviour.of(s.kind))).put("driver", Driver.of(s.kind).name().toLowerCase(Locale.ROOT))
            .put("origin", s.origin.name().toLowerCase(Locale.ROOT)).put("since", Json.time(s.since)).put("write", WRITES.contains(s.kind));
      });
      return node;
    });
  }

  /** An object by its name: facts have the numbers of BACnet's types. */
  static String object(Known.Kind kind, String what) {
    int comma = what.indexOf(',');
    boolean bacnet = kind == Known.Kind.WRITER && comma > 0 && comma < what.length() - 1 && what.length() - comma <= 8 && comma <= 4
        && what.chars().allMatch(c -> c == ',' || c >= '0' && c <= '9') && what.indexOf(',', comma + 1) < 0;
    return bacnet ? new Point.Bacnet(Integer.parseInt(what.substring(0, comma)), Integer.parseInt(what.substring(comma + 1)), -1, -1).text() : what;
  }

  private static void device(ObjectNode node, String name, String id, Map<String, Asset> names, String key) {
    Asset asset = names.get(key);
    int bar = key.indexOf('|');
    node.put(name, asset != null ? asset.displayName() : bar < 0 ? key : key.substring(bar + 1));
    if (asset != null) {
      node.put(id, asset.id());
    } else {
      node.putNull(id);
    }
  }

  /** Devices by the keys that rules know them by: their addresses, their ids and their own keys. */
  private static Map<String, Asset> names(Ledger ledger) {
    Map<String, Asset> names = new HashMap<>();
    for (Asset asset : ledger.assets()) {
      asset.addresses().forEach(a -> names.put(Side.key(a.endpoint()), asset));
      asset.keys().forEach(k -> names.put(k, asset));
      names.put(asset.id(), asset);
    }
    return names;
  }

  private static boolean of(String device, Map<String, Asset> names, String key) {
    if (device.isEmpty()) {
      return true;
    }
    Asset asset = names.get(key);
    return asset != null && asset.id().equals(device);
  }

  private static boolean holds(String text, Map<String, Asset> names, String key) {
    Asset asset = text.isEmpty() ? null : names.get(key);
    return text.isEmpty() || has(key, text) || asset != null && has(asset.displayName(), text);
  }

  private static boolean has(String text, String part) {
    return part.isEmpty() || text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  @Override
  public String export(boolean site) {
    return mind.with((ledger, judge) -> site ? new LearnedSite(judge.baseline().known()).text() : KnownFile.write(judge.baseline().known()));
  }
}
