package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.store.Log;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.Severity;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Codec;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * What a policy says of what was recorded: the whole of it is judged anew by each policy, from its beginning, so that both have learned the same, and what they say from a
 * moment on is compared. Alerts are the same by their id, which is made of detection, actor, target and first packet.
 */
public final class Backtest {
  /** Lines of a list; the counts are of all. */
  private static final int LISTED = 200;
  private static final long QUANTUM_NS = 100_000_000L;

  /** What was recorded, to be judged as often as wanted. */
  public interface History {
    /** Whether it is packets, which are read anew, and not the log of what was observed then. */
    default boolean packets() {
      return false;
    }

    /** Gives everything to a sink, in order. */
    void play(Sink sink) throws IOException;
  }

  /** Reads a log; both as a store that is open and as one of another process. */
  @FunctionalInterface
  public interface Records {
    /** Reads all records, in order. */
    void each(Log.Reader reader) throws IOException;
  }

  /**
   * How much there is room for.
   *
   * @param devices devices of the inventory
   * @param addresses addresses that are remembered
   * @param alerts alerts that are compared
   */
  public record Room(int devices, int addresses, int alerts) {}

  /** What a policy said. */
  private record Told(Map<String, Alert> alerts, Map<String, Long> counters, long observations, long first, long last, List<String> disabled) {}

  private final Site site;
  private final Judge.Options options;
  private final Room room;
  private final Knowledge knowledge;
  private final BooleanSupplier stopped;

  /**
   * A test.
   *
   * @param stopped asked now and then whether nobody wants the answer any more
   */
  public Backtest(Site site, Judge.Options options, Room room, Knowledge knowledge, BooleanSupplier stopped) {
    this.site = site;
    this.options = options;
    this.room = room;
    this.knowledge = knowledge;
    this.stopped = stopped;
  }

  /** The observations of a log. */
  public static History log(Records records, int addresses) {
    return sink -> {
      Codec codec = new Codec(new Endpoints(addresses));
      long[] quantum = {Long.MIN_VALUE};
      long[] last = {0, 0};
      records.each(new Log.Reader() {
        @Override
        public void record(long seq, long at, ByteBuffer payload) throws IOException {
          if (payload.get(payload.position()) == 0) {
            return; // a table of origins
          }
          Observation o = codec.read(payload);
          if (o.at() - quantum[0] > QUANTUM_NS) {
            sink.quantum(o.seq() - 1, o.at());
            quantum[0] = o.at();
          }
          sink.accept(o);
          last[0] = o.seq();
          last[1] = Math.max(last[1], o.at());
        }
      });
      sink.quantum(last[0], last[1]);
    };
  }

  /**
   * Compares two policies.
   *
   * @param since capture time from which on what they say counts, ns UTC
   * @return {@code {since, first, last, observations, before, after, added, gone, changed, same, items[], byRule[], lost{}, disabled[], notes[{fr, en}]}}
   */
  public ObjectNode compare(History history, PolicySet before, PolicySet after, long since) throws IOException {
    Told was = told(history, before, since);
    Told is = told(history, after, since);
    ObjectNode answer = Json.object().put("v", 1).put("since", Json.time(Math.max(since, 0)));
    if (was.observations == 0) {
      answer.putNull("first").putNull("last");
    } else {
      answer.put("first", Json.time(was.first)).put("last", Json.time(was.last));
    }
    answer.put("observations", was.observations).put("before", was.alerts.size()).put("after", is.alerts.size());
    List<ObjectNode> added = new ArrayList<>();
    List<ObjectNode> gone = new ArrayList<>();
    List<ObjectNode> changed = new ArrayList<>();
    Map<String, int[]> byRule = new TreeMap<>();
    int same = 0;
    for (Alert a : is.alerts.values()) {
      Alert b = was.alerts.get(a.id());
      if (b == null) {
        added.add(line("added", a).put("severity", a.severity().letter()).putNull("was"));
        byRule.computeIfAbsent(a.detection().id(), id -> new int[3])[0]++;
      } else if (b.severity() != a.severity()) {
        changed.add(line("changed", a).put("severity", a.severity().letter()).put("was", b.severity().letter()));
        byRule.computeIfAbsent(a.detection().id(), id -> new int[3])[2]++;
      } else {
        same++;
      }
    }
    for (Alert b : was.alerts.values()) {
      if (!is.alerts.containsKey(b.id())) {
        gone.add(line("gone", b).putNull("severity").put("was", b.severity().letter()));
        byRule.computeIfAbsent(b.detection().id(), id -> new int[3])[1]++;
      }
    }
    answer.put("added", added.size()).put("gone", gone.size()).put("changed", changed.size()).put("same", same);
    answer.put("grave", is.alerts.values().stream().filter(a -> a.severity().compareTo(Severity.HIGH) >= 0).count());
    ArrayNode items = answer.putArray("items");
    for (List<ObjectNode> some : List.of(gone, changed, added)) {
      some.stream().sorted(Comparator.comparing(i -> i.path("first").asText())).limit(LISTED).forEach(items::add);
    }
    ArrayNode rules = answer.putArray("byRule");
    byRule.forEach((id, n) -> rules.addObject().put("rule", id).put("added", n[0]).put("gone", n[1]).put("changed", n[2]));
    ObjectNode lost = answer.putObject("lost");
    was.counters.forEach((name, count) -> {
      if (name.startsWith("refused.") && count > 0) {
        lost.put(name, count);
      }
    });
    ArrayNode disabled = answer.putArray("disabled");
    is.disabled.forEach(disabled::add);
    notes(answer.putArray("notes"), history.packets());
    return answer;
  }

  private static void notes(ArrayNode notes, boolean packets) {
    if (!packets) {
      unrecorded(notes);
    }
    note(notes, "Les décisions prises par des personnes depuis (équipements approuvés, zones changées, exceptions) n’y sont pas appliquées ; les deux politiques sont jugées de la même façon.",
        "What people decided since (approved devices, changed zones, exceptions) is not applied; both policies are judged alike.");
    note(notes, "Ce que la capture n’a pas vu (trames perdues, VLAN absents, flux chiffrés) n’y est pas.", "What the capture did not see (lost packets, absent VLANs, encrypted flows) is not in it.");
  }

  private static void unrecorded(ArrayNode notes) {
    note(notes, "L’historique est fait d’observations, pas de trames : ce qu’aucun décodeur n’a dit alors ne peut pas être jugé maintenant, et les relevés y sont à la minute.",
        "The history is made of observations, not of packets: what no dissector said then cannot be judged now, and readings in it are by the minute.");
    note(notes, "Il commence où le journal des observations commence : ce qui a été appris avant, ou retiré faute de place, n’y est pas, et ce qui était nouveau au début l’est à nouveau.",
        "It begins where the log of observations begins: what was learned before, or trimmed for lack of room, is not in it, and what was new at its beginning is new again.");
  }

  private static void note(ArrayNode notes, String fr, String en) {
    notes.addObject().put("fr", fr).put("en", en);
  }

  private static ObjectNode line(String change, Alert a) {
    Endpoint target = a.target();
    return Json.object().put("change", change).put("id", a.id()).put("rule", a.detection().id()).put("fr", a.detection().fr().name()).put("en", a.detection().en().name())
        .put("who", text(a.who())).put("whom", target == null ? "" : text(target)).put("first", Json.time(a.stamp().at())).put("count", a.count())
        .put("fact", a.facts().isEmpty() ? "" : a.facts().getFirst());
  }

  private static String text(Endpoint e) {
    String address = e.family() != 0 ? e.ip() : e.macText();
    return (address == null ? "" : address) + (e.below() == null ? "" : " " + e.below().scheme() + " " + e.below().text());
  }

  private Told told(History history, PolicySet policy, long since) throws IOException {
    AlertLog log = new AlertLog(room.alerts(), 1_000);
    Ledger ledger = new Ledger(site, room.devices(), knowledge);
    long[] span = {0, Long.MAX_VALUE, Long.MIN_VALUE};
    Judge judge = new Judge(site, ledger, policy, options, i -> null, log);
    try {
      history.play(new Sink() {
        @Override
        public void accept(Observation o) {
          if ((span[0]++ & 0xFFF) == 0 && stopped.getAsBoolean()) {
            throw new Stopped();
          }
          span[1] = Math.min(span[1], o.at());
          span[2] = Math.max(span[2], o.at());
          judge.accept(o);
        }

        @Override
        public void quantum(long seq, long at) {
          judge.quantum(seq, at);
        }
      });
    } finally {
      judge.finish();
    }
    Map<String, Alert> alerts = new TreeMap<>();
    Collection<Alert> all = log.alerts();
    all.stream().filter(a -> a.last() >= since).forEach(a -> alerts.put(a.id(), a));
    Map<String, Long> counters = new TreeMap<>(judge.counters());
    counters.put("refused.assets", ledger.refused());
    counters.put("refused.alerts", log.dropped());
    return new Told(alerts, counters, span[0], span[1], span[2], log.disabledRules().stream().map(d -> d.rule() + ": " + d.cause()).toList());
  }

  /** Nobody wants the answer any more. */
  public static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }
}
