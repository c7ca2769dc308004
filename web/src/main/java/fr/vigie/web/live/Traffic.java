package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  /** Acts that wait to be counted; who lays down one more counts them first. */
  private static final int MOST_WAITING = 4_096;

  private final LiveEstate.Indexes indexes;
  private final Intake contacts;
  private final Intake readings;
  private final Intake acts;
  private final Object counting = new Object();
  private final Object laying = new Object();
  private List<Step> steps = new ArrayList<>();
  /** Acts counted since searches could last see all of them: a bound needs no exact number. */
  private long young;
  private final AtomicLong unshown = new AtomicLong();

  /**
   * An act as it was laid down.
   *
   * @param again whether it only tells how an act that was counted ended
   */
  private record Step(String key, @Nullable String from, @Nullable String to, boolean again, Supplier<ObjectNode> act) {}

  Traffic(LiveEstate.Indexes indexes, AtomicLong seq) {
    this.indexes = indexes;
    contacts = new Intake(indexes.contacts(), seq);
    readings = new Intake(indexes.readings(), seq);
    acts = new Intake(indexes.acts(), seq);
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

  /** A device changed something of another. The same of the same to the same point is one document, which counts them and shows the last. */
  void act(String key, @Nullable String from, @Nullable String to, boolean again, Supplier<ObjectNode> act) throws IOException {
    boolean full;
    synchronized (laying) {
      steps.add(new Step(key, from, to, again, act));
      full = steps.size() >= MOST_WAITING;
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
    return contacts.lost() + readings.lost() + acts.lost();
  }

  /** Counts the acts that wait, in their order. */
  private void count() throws IOException {
    synchronized (counting) {
      List<Step> batch;
      synchronized (laying) {
        if (steps.isEmpty()) {
          return;
        }
        batch = steps;
        steps = new ArrayList<>();
      }
      Map<String, ObjectNode> changed = new LinkedHashMap<>();
      for (Step step : batch) {
        ObjectNode before = changed.get(step.key);
        if (before == null) {
          before = acts.find(step.key);
        }
        if (before == null) {
          if (indexes.acts().size() + young >= MOST_ACTS) {
            unshown.incrementAndGet();
            continue;
          }
          young++;
        }
        changed.put(step.key, after(before, step));
      }
      for (Map.Entry<String, ObjectNode> each : changed.entrySet()) {
        acts.lay(each.getKey(), each.getValue());
      }
    }
  }

  private static ObjectNode after(@Nullable ObjectNode before, Step step) {
    ObjectNode mine = sides(step.act.get(), step.from, step.to);
    if (before != null && !step.again && !later(mine.path("id").asText(), before.path("id").asText())) {
      return before; // counted before the start: the log is folded once more
    }
    long times = before == null ? 0 : before.path("times").asLong();
    mine.put("times", step.again && times > 0 ? times : times + 1);
    mine.put("first", before == null ? mine.path("time").asText() : before.path("first").asText());
    if (before != null) {
      boolean other = !step.again && !before.path("value").equals(mine.path("value"));
      mine.set("was", other ? before.path("value") : before.get("was"));
      mine.set("wasTime", other ? before.path("time") : before.get("wasTime"));
      if (mine.path("wasTime").isNull() || mine.path("wasTime").isMissingNode()) {
        mine.remove(List.of("was", "wasTime"));
      }
    }
    return mine;
  }

  /** Whether an act, {@code seq.n}, comes after another. */
  private static boolean later(String id, String than) {
    int dot = id.indexOf('.');
    int other = than.indexOf('.');
    if (dot < 0 || other < 0) {
      return true;
    }
    int first = Long.compare(Long.parseLong(id, 0, dot, 10), Long.parseLong(than, 0, other, 10));
    return first > 0 || first == 0 && Long.parseLong(id, dot + 1, id.length(), 10) > Long.parseLong(than, other + 1, than.length(), 10);
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
