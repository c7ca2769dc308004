package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Approvals;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decisions that wait for a second person: a fold of the journal's {@code approval.ask}, {@code approval.grant}, {@code approval.refuse} and
 * {@code approval.withdraw}. What a granted decision brings about is itself folded from the journal, by whoever registered for its kind: so
 * nothing lies between the second word and its consequence that a crash could lose. Days count by wall time, like all that people decide.
 */
public final class FourEyes implements Approvals {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ASK = "approval.ask";
  private static final String GRANT = "approval.grant";
  private static final String REFUSE = "approval.refuse";
  private static final String WITHDRAW = "approval.withdraw";
  /** Most decisions that may wait at a time. */
  private static final int MOST = 500;
  /** Most that are over and bring nothing about any more that are remembered: refused, withdrawn, expired, and granted after what they brought about; the journal has all. */
  private static final int IDLE = 1_000;
  /** Most decided ones that are listed. */
  private static final int LISTED = 200;

  private final int most;
  private final Journal journal;
  private final Clock clock;
  private final Runnable changed;
  private volatile Supplier<String> moment = () -> "";
  private final Map<String, Asked> all = new LinkedHashMap<>();
  private final Map<String, Kind> kinds = new HashMap<>();
  /** Those of which nothing more comes, the eldest first. */
  private final ArrayDeque<String> idle = new ArrayDeque<>();
  private long refused;

  /**
   * A decision that somebody asked for.
   *
   * @param said what its kind needs to bring it about, as it was asked
   * @param answer the journal's entry that ended it, or null while it waits
   */
  public record Asked(String id, String kind, Journal.Entry entry, ObjectNode said, Journal.@Nullable Entry answer) {
    /** Who asked. */
    public String author() {
      return entry.author();
    }
  }

  /** What a granted decision brings about. Called in the order of the journal, at a start for all that were granted before. */
  @FunctionalInterface
  public interface Consequence {
    /** Takes one; {@code grant} names the second person and the time. */
    void granted(Asked asked, Journal.Entry grant);
  }

  private record Kind(Role role, Consequence consequence) {}

  /**
   * Takes what was asked and answered from the journal.
   *
   * @param changed told after each step, so that pages look again
   */
  public FourEyes(Journal journal, Clock clock, Runnable changed) throws IOException {
    this(journal, clock, changed, IDLE);
  }

  /** The same that remembers fewer of those that are over. */
  FourEyes(Journal journal, Clock clock, Runnable changed, int most) throws IOException {
    this.most = most;
    this.journal = journal;
    this.clock = clock;
    this.changed = changed;
    journal.entries().forEach(this::fold);
  }

  /** Who knows the capture time: a grant says with {@code moment} when, by the capture, it came into force. */
  public void moments(Supplier<String> now) {
    moment = now;
  }

  private void fold(Journal.Entry entry) {
    if (!entry.kind().startsWith("approval.")) {
      return;
    }
    ObjectNode body = entry.body();
    if (entry.kind().equals(ASK)) {
      String id = "p-" + entry.seq();
      all.put(id, new Asked(id, body.path("kind").asText(), entry, body.path("said").isObject() ? (ObjectNode) body.get("said") : JSON.objectNode(), null));
      return;
    }
    Asked asked = all.get(body.path("id").asText());
    if (asked != null && asked.answer == null) {
      all.put(asked.id, new Asked(asked.id, asked.kind, asked.entry, asked.said, entry));
      if (!entry.kind().equals(GRANT)) {
        rest(asked.id);
      }
    }
  }

  /** Nothing more comes of it. */
  private void rest(String id) {
    idle.add(id);
    if (idle.size() > most) {
      all.remove(idle.remove());
    }
  }

  /** Those that nobody answered in time count among the eldest. */
  private void expire() {
    List<String> expired = all.values().stream().filter(a -> state(a).equals("expired")).map(Asked::id).toList();
    expired.subList(0, Math.max(0, expired.size() - most)).forEach(all::remove);
  }

  /**
   * Names a kind of decision; what was granted of it before is brought about at once.
   *
   * @param kind for example {@code learned.accept}
   * @param role what the second person must be
   */
  public void on(String kind, Role role, Consequence consequence) {
    List<Asked> before;
    synchronized (this) {
      if (kinds.putIfAbsent(kind, new Kind(role, consequence)) != null) {
        throw new IllegalArgumentException("the kind " + kind + " is taken");
      }
      before = all.values().stream().filter(a -> a.kind.equals(kind) && granted(a)).sorted(Comparator.comparingLong(a -> grant(a).seq())).toList();
    }
    before.forEach(a -> {
      consequence.granted(a, grant(a));
      done(a);
    });
  }

  private synchronized void done(Asked a) {
    rest(a.id);
  }

  private static boolean granted(Asked a) {
    return a.answer != null && a.answer.kind().equals(GRANT);
  }

  private static Journal.Entry grant(Asked a) {
    Journal.Entry answer = a.answer;
    if (answer == null) {
      throw new IllegalStateException(a.id + " waits");
    }
    return answer;
  }

  /**
   * Asks for a second person.
   *
   * @param kind one that was named with {@link #on}
   * @param title what is asked, one line in French and English
   * @param details further lines {@code {fr, en}} that the second person must know
   * @param said what the kind needs to bring it about
   * @param comment the person's reason
   * @return the decision as {@link #one} gives it, or null where too many wait already
   */
  public @Nullable ObjectNode ask(String kind, String author, ObjectNode title, List<ObjectNode> details, ObjectNode said, String comment)
      throws IOException {
    Journal.Entry entry;
    synchronized (this) {
      if (!kinds.containsKey(kind)) {
        throw new IllegalArgumentException("nobody brings about a " + kind);
      }
      expire();
      if (all.values().stream().filter(a -> state(a).equals("waiting")).count() >= MOST) {
        refused++;
        return null;
      }
      ObjectNode body = JSON.objectNode().put("kind", kind);
      body.set("title", title);
      body.putArray("details").addAll(details);
      body.set("said", said);
      body.put("comment", comment);
      entry = journal.append(author, ASK, body);
      fold(entry);
    }
    changed.run();
    return one("p-" + entry.seq());
  }

  @Override
  public Outcome decide(String id, String who, Role role, boolean grant, String comment) throws IOException {
    Consequence then = null;
    Asked done;
    synchronized (this) {
      Asked asked = all.get(id);
      if (asked == null) {
        return Outcome.MISSING;
      }
      if (!state(asked).equals("waiting")) {
        return Outcome.OVER;
      }
      boolean own = asked.author().equals(who);
      if (grant && (own || handed(asked, who))) {
        return Outcome.OWN;
      }
      Kind kind = kinds.get(asked.kind);
      if (kind == null || !own && !role.covers(kind.role)) {
        return Outcome.ROLE;
      }
      ObjectNode body = JSON.objectNode().put("id", id).put("kind", asked.kind);
      if (grant) {
        body.put("moment", moment.get());
      }
      if (!comment.isBlank()) {
        body.put("comment", comment);
      }
      fold(journal.append(who, grant ? GRANT : own ? WITHDRAW : REFUSE, body));
      done = all.getOrDefault(id, asked);
      if (grant) {
        then = kind.consequence;
      }
    }
    if (then != null) {
      then.granted(done, grant(done));
      done(done);
    }
    changed.run();
    return Outcome.DONE;
  }

  /** Whether whoever asked has since made, changed or given a password to the account that would be the second person: then it may be the same hand. */
  private boolean handed(Asked asked, String who) throws IOException {
    return journal.entries().stream().anyMatch(e -> e.seq() > asked.entry.seq() && e.author().equals(asked.author())
        && (e.kind().equals("access.user") || e.kind().equals("access.reset")) && e.body().path("user").asText().equals(who));
  }

  private Instant until(Asked a) {
    return a.entry.time().plus(Duration.ofDays(DAYS));
  }

  private String state(Asked a) {
    Journal.Entry answer = a.answer;
    if (answer == null) {
      return clock.instant().isAfter(until(a)) ? "expired" : "waiting";
    }
    return switch (answer.kind()) {
      case GRANT -> "granted";
      case WITHDRAW -> "withdrawn";
      default -> "refused";
    };
  }

  private ObjectNode written(Asked a) {
    ObjectNode body = a.entry.body();
    Kind kind = kinds.get(a.kind);
    ObjectNode node = JSON.objectNode().put("id", a.id).put("kind", a.kind);
    node.set("title", body.path("title").deepCopy());
    node.set("details", body.path("details").deepCopy());
    node.put("author", a.author()).put("asked", a.entry.time().toString()).put("until", until(a).toString()).put("comment", body.path("comment").asText())
        .put("role", (kind == null ? Role.ADMINISTRATOR : kind.role).wireName().toLowerCase(Locale.ROOT)).put("state", state(a));
    Journal.Entry answer = a.answer;
    if (answer == null) {
      node.putNull("answer");
    } else {
      node.putObject("answer").put("by", answer.author()).put("at", answer.time().toString()).put("comment", answer.body().path("comment").asText());
    }
    return node;
  }

  @Override
  public synchronized ObjectNode list() {
    ObjectNode node = JSON.objectNode();
    List<Asked> waiting = new ArrayList<>();
    List<Asked> over = new ArrayList<>();
    all.values().forEach(a -> (state(a).equals("waiting") ? waiting : over).add(a));
    over.sort(Comparator.comparingLong((Asked a) -> a.answer == null ? a.entry.seq() : a.answer.seq()).reversed());
    node.put("waiting", waiting.size());
    var items = node.putArray("items");
    waiting.forEach(a -> items.add(written(a)));
    over.stream().limit(LISTED).forEach(a -> items.add(written(a)));
    return node;
  }

  @Override
  public synchronized @Nullable ObjectNode one(String id) {
    Asked asked = all.get(id);
    return asked == null ? null : written(asked);
  }

  /** Whether something like this waits already. */
  public synchronized boolean waits(String kind, ObjectNode said) {
    return all.values().stream().anyMatch(a -> a.kind.equals(kind) && a.said.equals(said) && state(a).equals("waiting"));
  }

  /** How many decisions of these kinds wait. */
  synchronized int waiting(Set<String> of) {
    return (int) all.values().stream().filter(a -> of.contains(a.kind) && state(a).equals("waiting")).count();
  }

  /** Decisions that are remembered. */
  synchronized int size() {
    return all.size();
  }

  /** Decisions that were turned away because too many wait. */
  synchronized long refused() {
    return refused;
  }

  /** A sentence in both languages. */
  public static ObjectNode said(String fr, String en) {
    return JSON.objectNode().put("fr", fr).put("en", en);
  }
}
