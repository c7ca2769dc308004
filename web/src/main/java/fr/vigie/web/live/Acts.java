package fr.vigie.web.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who did what to which point, on the way to its index: the same of the same to the same point is one document, which counts them and shows the last.
 * The engine lays acts down; they are counted and become documents on the thread that comes round, a few at a time, so that the engine waits for a few
 * where there is no room.
 */
final class Acts {
  /** Distinct acts that are shown. */
  private static final long MOST_SHOWN = 500_000;
  /** Acts that wait to be counted, and how many different ones; who lays down one more counts a few first. */
  private static final int MOST_WAITING = 1 << 16;
  private static final int MOST_DIFFERENT = 1 << 14;
  /** Different ones that are counted under one lock. */
  private static final int AT_ONCE = 128;
  /** Documents of which what counts is remembered, some 300 octets each: what is done again and again is not looked up again and again. */
  private static final int MOST_REMEMBERED = 1 << 16;

  private final Index index;
  private final Intake intake;
  private final Object counting = new Object();
  private final Object laying = new Object();
  private final Map<String, Tally> tallies = new LinkedHashMap<>();
  private int waiting;
  /** Under {@link #counting}, as all that follows. */
  private final Map<String, Before> remembered = new LinkedHashMap<>(16, 0.75f, true);
  /** Begins with each time the documents are made visible; those of a round before {@link #visible} are found in the index. */
  private long round;

  private long visible;
  /** New documents since searches could last see all of them: a bound needs no exact number. */
  private long young;
  private final AtomicLong unshown = new AtomicLong();
  /** Documents that were not made, since the index failed while they were counted. */
  private final AtomicLong unmade = new AtomicLong();

  /** What is known of an act without its document. */
  private record Step(@Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value, Supplier<ObjectNode> act) {}

  /** What the next document needs of the one before. Filled anew with each, so that what is done again and again is no garbage. */
  private static final class Before {
    long round;
    long mark;
    long times;
    long first;
    long time;
    boolean counts;
    JsonNode value = MissingNode.getInstance();
    @Nullable JsonNode was;
    @Nullable JsonNode wasTime;

    Before take(ObjectNode document, long inRound) {
      round = inRound;
      mark = Tally.mark(document.path("id").asText());
      times = document.path("times").asLong();
      first = Json.nanos(document.path("first").asText());
      time = Json.nanos(document.path("time").asText());
      counts = Explanations.counts(document);
      value = document.path("value");
      boolean changed = document.hasNonNull("wasTime");
      was = changed ? document.get("was") : null;
      wasTime = changed ? document.get("wasTime") : null;
      return this;
    }
  }

  /** Acts of the same to the same point that came one after the other: all that a document needs of them. Single-threaded. */
  private static final class Tally {
    private final Step first;
    private Step last;
    /** The last one before the value changed for the last time. */
    private @Nullable Step changed;
    /** Those that count, as {@code seq << 16 | n}. */
    private long[] counted = new long[1];
    private int count;
    private int steps;

    Tally(Step step) {
      first = step;
      last = step;
      count(step);
    }

    void add(Step step) {
      if (!step.again && !Objects.equals(last.value, step.value)) {
        changed = last;
      }
      last = step;
      count(step);
    }

    private void count(Step step) {
      steps++;
      if (!step.again) {
        if (count == counted.length) {
          counted = Arrays.copyOf(counted, 2 * count);
        }
        counted[count++] = mark(step.seq, step.n);
      }
    }

    private static long mark(long seq, long n) {
      return seq << 16 | Math.min(n, 0xFFFF);
    }

    /** The document after them; null where the one before has them all already, since the log is folded once more. */
    @Nullable ObjectNode after(@Nullable Before before) {
      long known = before == null ? Long.MIN_VALUE : before.mark;
      int news = 0;
      for (int i = 0; i < count; i++) {
        news += counted[i] > known ? 1 : 0;
      }
      if (before != null && count > 0 && news == 0) {
        return null;
      }
      ObjectNode mine = Traffic.sides(last.act.get(), last.from, last.to);
      ObjectNode earliest = last.equals(first) ? mine : first.act.get();
      long times = before == null ? 0 : before.times;
      mine.put("times", times + news + (times == 0 && first.again ? 1 : 0));
      mine.put("first", before == null ? earliest.path("time").asText() : Json.time(before.first));
      Step turn = changed;
      if (turn != null) {
        ObjectNode was = turn.act.get();
        was(mine, before, Explanations.counts(was), was.path("value"), was.path("time"));
      } else if (before != null && !first.again && !before.value.equals(earliest.path("value"))) {
        was(mine, before, before.counts, before.value, TextNode.valueOf(Json.time(before.time)));
      } else {
        was(mine, before, false, mine, mine);
      }
      return mine;
    }

    /** What the point was before; what was refused is nothing it ever was. */
    private static void was(ObjectNode mine, @Nullable Before before, boolean counts, JsonNode value, JsonNode time) {
      if (counts) {
        mine.set("was", value);
        mine.set("wasTime", time);
      } else if (before != null && before.wasTime != null) {
        mine.set("was", before.was);
        mine.set("wasTime", before.wasTime);
      }
    }

    /** The place of an act in the log by its id, {@code seq.n}. */
    static long mark(String id) {
      int dot = id.indexOf('.');
      return dot < 0 ? Long.MIN_VALUE : mark(Long.parseLong(id, 0, dot, 10), Long.parseLong(id, dot + 1, id.length(), 10));
    }
  }

  Acts(Index index, AtomicLong seq) {
    this.index = index;
    intake = new Intake(index, seq, 1, false);
  }

  /** A device changed something of another; see {@link Traffic#act}. */
  void lay(String key, @Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value, Supplier<ObjectNode> act)
      throws IOException {
    Step step = new Step(from, to, seq, n, again, value, act);
    boolean full;
    synchronized (laying) {
      Tally tally = tallies.get(key);
      if (tally == null) {
        tallies.put(key, new Tally(step));
      } else {
        tally.add(step);
      }
      full = ++waiting >= MOST_WAITING || tallies.size() >= MOST_DIFFERENT;
    }
    if (full) {
      some();
    }
  }

  /** Acts that are in the log and are not shown, since as many others as fit are. */
  long unshown() {
    return unshown.get();
  }

  /** Documents that were not made, since the index took nothing. */
  long lost() {
    return unmade.get() + intake.lost();
  }

  /** Counts the acts that waited when it was called. */
  void bring() throws IOException {
    int left;
    synchronized (laying) {
      left = tallies.size();
    }
    do { // once at least: another thread may be counting what waited
      int done = some();
      left = done == 0 ? 0 : left - done;
    } while (left > 0);
  }

  /** Makes what came so far visible to searches, unless it was done less than so many milliseconds ago. */
  void show(long stale) throws IOException {
    bring();
    long before;
    synchronized (counting) {
      before = ++round;
    }
    if (intake.show(stale)) {
      shown(before);
    }
  }

  private void shown(long before) {
    synchronized (counting) {
      visible = Math.max(visible, before);
      young = 0;
    }
  }

  /** Counts some of what waits; answers how many different ones. */
  private int some() throws IOException {
    synchronized (counting) {
      List<Map.Entry<String, Tally>> batch = new ArrayList<>(AT_ONCE);
      synchronized (laying) {
        Iterator<Map.Entry<String, Tally>> all = tallies.entrySet().iterator();
        while (batch.size() < AT_ONCE && all.hasNext()) {
          Map.Entry<String, Tally> each = all.next();
          batch.add(Map.entry(each.getKey(), each.getValue()));
          waiting -= each.getValue().steps;
          all.remove();
        }
      }
      int left = batch.size();
      try {
        for (Map.Entry<String, Tally> each : batch) {
          show(each.getKey(), each.getValue());
          left--;
        }
      } finally {
        unmade.addAndGet(left);
      }
      return batch.size();
    }
  }

  private void show(String key, Tally tally) throws IOException {
    Before before = remembered.get(key);
    if (before == null) {
      ObjectNode document = index.get(key);
      before = document == null ? null : new Before().take(document, -1);
    }
    if (before == null) {
      if (index.size() + young >= MOST_SHOWN) {
        unshown.addAndGet(tally.count);
        return;
      }
      young++;
    }
    ObjectNode document = tally.after(before);
    if (document != null) {
      intake.put(key, document);
      remember(key, (before == null ? new Before() : before).take(document, round));
    }
  }

  private void remember(String key, Before document) throws IOException {
    remembered.put(key, document);
    if (remembered.size() <= MOST_REMEMBERED) {
      return;
    }
    Iterator<Map.Entry<String, Before>> eldest = remembered.entrySet().iterator();
    if (eldest.next().getValue().round >= visible) { // the index does not find it yet
      long before = ++round;
      intake.show();
      shown(before);
    }
    eldest.remove();
  }
}
