package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What devices say to each other, on its way to the indexes: contacts, minutes of points, and acts. The engine lays it down as it is; it becomes
 * documents on the thread that brings it, and of a contact or a point that is told many times between two of its rounds there is one.
 */
final class Traffic {
  /** Distinct acts that are shown: who did what to which point. */
  private static final long MOST_ACTS = 500_000;
  /** Acts that wait to be counted, and how many different ones; who lays down one more counts them first. */
  private static final int MOST_WAITING = 1 << 16;
  private static final int MOST_DIFFERENT = 8_192;
  /** Documents of acts that wait: whole ones. */
  private static final int MOST_ACTS_LAID = 2_000;
  /** Contacts and minutes that wait: not yet documents, some 400 octets each. */
  private static final int MOST_LAID = 1 << 14;

  private final Indexes indexes;
  private final Intake contacts;
  private final Intake readings;
  private final Intake acts;
  private final Object counting = new Object();
  private final Object laying = new Object();
  private Map<String, Tally> tallies = new LinkedHashMap<>();
  private int waiting;
  /** Acts counted since searches could last see all of them: a bound needs no exact number. */
  private long young;
  private final AtomicLong unshown = new AtomicLong();
  /** Documents of acts that were not made, since the index failed while they were counted. */
  private final AtomicLong unmade = new AtomicLong();

  /** What is known of an act without its document. */
  private record Step(@Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value, Supplier<ObjectNode> act) {}

  /** Acts of the same to the same point that came one after the other: all that a document needs of them. Single-threaded. */
  private static final class Tally {
    private final Step first;
    private Step last;
    /** The last one before the value changed for the last time. */
    private @Nullable Step changed;
    /** Those that count, as {@code seq << 16 | n}. */
    private long[] counted = new long[4];
    private int count;

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

    /** The document after them; the one before where it has them all already, since the log is folded once more. */
    ObjectNode after(@Nullable ObjectNode before) {
      long known = before == null ? Long.MIN_VALUE : mark(before.path("id").asText());
      int news = 0;
      for (int i = 0; i < count; i++) {
        news += counted[i] > known ? 1 : 0;
      }
      if (before != null && count > 0 && news == 0) {
        return before;
      }
      ObjectNode earliest = first.act.get();
      ObjectNode mine = sides(last.act.get(), last.from, last.to);
      long times = before == null ? 0 : before.path("times").asLong();
      mine.put("times", times + news + (times == 0 && first.again ? 1 : 0));
      mine.put("first", before == null ? earliest.path("time").asText() : before.path("first").asText());
      ObjectNode was = changed != null ? changed.act.get() : before != null && !first.again && !before.path("value").equals(earliest.path("value")) ? before : null;
      if (was != null && Explanations.counts(was)) { // what was refused is nothing the point ever was
        mine.set("was", was.path("value"));
        mine.set("wasTime", was.path("time"));
      } else if (before != null && before.hasNonNull("wasTime")) {
        mine.set("was", before.get("was"));
        mine.set("wasTime", before.get("wasTime"));
      }
      return mine;
    }

    /** The place of an act in the log by its id, {@code seq.n}. */
    private static long mark(String id) {
      int dot = id.indexOf('.');
      return dot < 0 ? Long.MIN_VALUE : mark(Long.parseLong(id, 0, dot, 10), Long.parseLong(id, dot + 1, id.length(), 10));
    }
  }

  Traffic(Indexes indexes, AtomicLong seq) {
    this.indexes = indexes;
    contacts = new Intake(indexes.contacts(), seq, MOST_LAID);
    readings = new Intake(indexes.readings(), seq, MOST_LAID);
    acts = new Intake(indexes.acts(), seq, MOST_ACTS_LAID);
  }

  /** A contact came or changed. */
  void contact(String key, @Nullable String from, @Nullable String to, Supplier<ObjectNode> contact) throws IOException {
    contacts.lay(key, () -> {
      ObjectNode mine = sides(contact.get(), from, to);
      mine.put("packets", mine.path("packetsOut").asLong() + mine.path("packetsBack").asLong());
      return mine.put("bytes", mine.path("bytesOut").asLong() + mine.path("bytesBack").asLong());
    });
  }

  /** A minute of a device's point was closed. */
  void reading(String key, String asset, Supplier<ObjectNode> reading) throws IOException {
    readings.lay(key, () -> reading.get().put("asset", asset));
  }

  /**
   * A device changed something of another. The same of the same to the same point is one document, which counts them and shows the last.
   *
   * @param seq packet of the act, and {@code n} its place there
   * @param again whether it only tells how an act that was counted ended
   * @param value what was written, or null
   */
  void act(String key, @Nullable String from, @Nullable String to, long seq, int n, boolean again, @Nullable Object value, Supplier<ObjectNode> act)
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
      count();
    }
  }

  /** Acts that are in the log and are not shown, since as many others as fit are. */
  long unshown() {
    return unshown.get();
  }

  /** Documents that found no room, since an index took nothing. */
  long lost() {
    return contacts.lost() + readings.lost() + acts.lost() + unmade.get();
  }

  /** Counts the acts that wait. */
  private void count() throws IOException {
    synchronized (counting) {
      Map<String, Tally> batch;
      synchronized (laying) {
        if (tallies.isEmpty()) {
          return;
        }
        batch = tallies;
        tallies = new LinkedHashMap<>();
        waiting = 0;
      }
      int left = batch.size();
      try {
        for (Map.Entry<String, Tally> each : batch.entrySet()) {
          show(each.getKey(), each.getValue());
          left--;
        }
      } finally {
        unmade.addAndGet(left);
      }
    }
  }

  private void show(String key, Tally tally) throws IOException {
    ObjectNode before = acts.find(key);
    if (before == null) {
      if (indexes.acts().size() + young >= MOST_ACTS) {
        unshown.addAndGet(tally.count);
        return;
      }
      young++;
    }
    acts.lay(key, tally.after(before));
  }

  private static ObjectNode sides(ObjectNode mine, @Nullable String from, @Nullable String to) {
    mine.remove("assets");
    var assets = mine.putArray("assets");
    if (from != null) {
      mine.put("from", from);
      assets.add(from);
    }
    if (to != null) {
      mine.put("to", to);
      if (!to.equals(from)) {
        assets.add(to);
      }
    }
    return mine;
  }

  /** Brings what waits to the indexes. */
  void bring() throws IOException {
    count();
    acts.bring();
    contacts.bring();
    readings.bring();
  }

  /** Makes what came so far visible to searches, unless it was done less than so many milliseconds ago. */
  void show(long stale) throws IOException {
    count();
    if (acts.show(stale)) {
      synchronized (counting) {
        young = 0;
      }
    }
    contacts.show(stale);
    readings.show(stale);
  }

  /**
   * Lets go of contacts and points, those longest without news first, until there are at most so many of each.
   *
   * @return how many went
   */
  int trim(int most) throws IOException {
    try {
      return contacts.trim("last", most) + readings.trim("to", most);
    } catch (Query.SyntaxError e) {
      throw new IllegalStateException("both fields are the estate's own", e);
    }
  }
}
