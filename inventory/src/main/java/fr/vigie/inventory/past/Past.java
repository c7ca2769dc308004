package fr.vigie.inventory.past;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.AssetChange;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The inventory of any moment: for each device its pictures and the spans in which it was heard. A fold of the observations like the
 * ledger, fed behind it on its thread; what it answers depends on the observations alone, but that asking brings it up to date.
 *
 * <p>A picture is taken within a minute of a change (capture time), and each day of whoever was heard; a device is heard from its first
 * word to its last, and gaps of less than a day are none. The cost of an answer is one step of a binary search for each device, whatever
 * the time that is asked for and however long ago.
 *
 * <p>Bounded: {@value #VERSIONS} pictures a device ({@link #thinned()} counts those that were given up, the second oldest first: the first
 * picture and the latest stay), {@value #SPANS} spans a device (the two oldest become one).
 */
public final class Past {
  /** Most pictures of a device. */
  static final int VERSIONS = 64;
  /** Most spans of a device. */
  static final int SPANS = 64;

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long DAY = Duration.ofDays(1).toNanos();

  private final Ledger ledger;
  private final Relations relations;
  private final SortedMap<String, Life> lives = new TreeMap<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private long begin = Long.MIN_VALUE;
  private long now = Long.MIN_VALUE;
  private long drained;
  private long swept;
  private long dayOf;
  private long thinned;

  /** A picture and since when it was true. */
  private record Version(long at, Picture picture) {}

  /** What is remembered of one device. */
  private static final class Life {
    final String id;
    long first;
    /** Capture time at which it became part of another, or the end of time. */
    long gone = Long.MAX_VALUE;
    final List<Version> versions = new ArrayList<>(2);
    /** Spans in which it was heard: from, to, from, to… */
    long[] heard = new long[2];
    int spans;

    Life(String id) {
      this.id = id;
    }

    @Nullable Version at(long at) {
      int low = 0;
      int high = versions.size();
      while (low < high) {
        int middle = low + high >>> 1;
        if (versions.get(middle).at <= at) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 || at >= gone ? null : versions.get(low - 1);
    }

    /** Whether a word of it lies in {@code (from, to]}. */
    boolean heard(long from, long to) {
      for (int i = spans - 1; i >= 0; i--) {
        if (heard[2 * i] <= to && heard[2 * i + 1] > from) {
          return true;
        }
      }
      return false;
    }

    /** Its last word at a time, as far as spans tell. */
    long last(long at) {
      for (int i = spans - 1; i >= 0; i--) {
        if (heard[2 * i] <= at) {
          return Math.min(at, heard[2 * i + 1]);
        }
      }
      return first;
    }

    void hear(long since, long last) {
      if (spans > 0 && last <= heard[2 * spans - 1]) {
        return;
      }
      if (spans > 0 && since - heard[2 * spans - 1] < DAY) {
        heard[2 * spans - 1] = last;
        return;
      }
      if (spans == SPANS) {
        System.arraycopy(heard, 3, heard, 1, 2 * spans - 3);
        spans--;
      }
      if (heard.length == 2 * spans) {
        heard = Arrays.copyOf(heard, 4 * spans);
      }
      heard[2 * spans] = spans > 0 ? Math.max(since, heard[2 * spans - 1]) : since;
      heard[2 * spans + 1] = last;
      spans++;
    }
  }

  /** The past of a ledger that is still empty. */
  public Past(Ledger ledger) {
    this.ledger = ledger;
    this.relations = new Relations(ledger);
  }

  /** Whom devices know and what they answer. */
  public Relations relations() {
    return relations;
  }

  /** Pictures given up; a counter to show. */
  public long thinned() {
    return thinned;
  }

  /** Capture time of the first observation, ns UTC, or {@link Long#MIN_VALUE} before it. */
  public long begin() {
    return begin;
  }

  /** Capture time that the fold has come to, ns UTC, or {@link Long#MIN_VALUE}. */
  public long now() {
    return now;
  }

  /** Told of an observation before the ledger folds it: what changed until then is put down without what comes now. */
  public void before(Observation o) {
    if (begin != Long.MIN_VALUE && o.at() - drained >= MINUTE) {
      drain();
      drained = o.at();
    }
  }

  /**
   * Takes an observation, once the ledger has folded it.
   *
   * @return ids of the devices of which a contact says something new
   */
  public List<String> accept(Observation o) {
    if (begin == Long.MIN_VALUE) {
      begin = o.at();
      drained = o.at();
      swept = o.at();
      dayOf = Math.floorDiv(o.at(), DAY);
    }
    now = Math.max(now, o.at());
    List<String> news = o instanceof Contact c ? relations.fold(c) : List.of();
    changed.addAll(news);
    if (now - swept >= HOUR) {
      sweep();
    }
    return news;
  }

  /** Takes what the ledger says has changed. */
  public void changed(AssetChange change) {
    changed.add(change.asset().id());
    String before = change.before();
    if (change.kind() == AssetChange.Kind.MERGED && before != null) {
      relations.merged(before, change.asset().id());
      changed.add(before);
    }
  }

  private void drain() {
    for (String id : changed) {
      picture(id);
    }
    changed.clear();
  }

  private void picture(String id) {
    Asset asset = ledger.byId(id);
    if (asset == null || !asset.id().equals(id)) {
      Life life = lives.get(id);
      if (life != null && life.gone == Long.MAX_VALUE) {
        life.gone = now;
      }
      return;
    }
    Life life = lives.get(id);
    if (life == null) {
      life = new Life(id);
      life.first = asset.first();
      life.hear(asset.first(), asset.last());
      lives.put(id, life);
    }
    life.gone = Long.MAX_VALUE;
    Picture picture = Picture.of(asset, relations);
    Version before = life.versions.isEmpty() ? null : life.versions.getLast();
    if (before != null && before.picture.equals(picture)) {
      return;
    }
    if (life.versions.size() == VERSIONS) {
      life.versions.remove(1);
      thinned++;
    }
    life.versions.add(new Version(before == null ? asset.first() : now, before == null ? picture : picture.sharing(before.picture)));
  }

  /** Who spoke since the last time; once a day everybody who did gets a new picture, for what ages without a word. */
  private void sweep() {
    boolean day = Math.floorDiv(now, DAY) != dayOf;
    for (Asset asset : ledger.assets()) {
      Life life = lives.get(asset.id());
      long last = asset.last();
      if (life != null && last > life.last(Long.MAX_VALUE)) {
        life.hear(Math.min(swept, last), last);
        if (day) {
          changed.add(asset.id());
        }
      } else if (day && life != null && now - last < 2 * DAY) {
        changed.add(asset.id());
      }
    }
    swept = now;
    dayOf = Math.floorDiv(now, DAY);
  }

  private void catchUp() {
    if (begin != Long.MIN_VALUE) {
      drain();
      sweep();
    }
  }

  /**
   * A device at one moment.
   *
   * @param first capture time it was first heard, ns UTC
   * @param last capture time of its last word until then, within an hour
   */
  public record Row(String id, Picture picture, long first, long last) {}

  /** Every device that was known at a time, by id; a device silent since long is among them, with its last word. */
  public List<Row> inventory(long at) {
    catchUp();
    List<Row> rows = new ArrayList<>();
    for (Life life : lives.values()) {
      Version v = life.at(at);
      if (v != null) {
        rows.add(new Row(life.id, v.picture, life.first, life.last(at)));
      }
    }
    return rows;
  }

  /** The picture of one device as it was at a time, or null where it was not known. */
  public @Nullable Picture picture(String id, long at) {
    catchUp();
    Life life = lives.get(id);
    Version v = life == null ? null : life.at(at);
    return v == null ? null : v.picture;
  }

  /** A device in which two moments differ. */
  public record Changed(String id, Picture before, Picture after, List<Difference> differences) {}

  /**
   * Another device stands where one stood.
   *
   * @param id the device that was there
   * @param by id of the device that arrived
   * @param at what it took over: an address, or a name
   */
  public record Swap(String id, Picture before, String by, Picture after, String at) {}

  /**
   * How two moments differ.
   *
   * @param arrived heard for the first time
   * @param silent not heard in the span, but in the one of equal length before it
   * @param returned known before, not heard in the span of equal length before, and heard again
   * @param swapped another device stands at its address; it may be among the silent besides
   * @param merged were two devices, proved to be one
   * @param apart were one device, proved to be several: those that left
   */
  public record Changes(long from, long to, List<Row> arrived, List<Row> silent, List<Row> returned, List<Swap> swapped, List<Changed> changed,
      List<Row> merged, List<Row> apart) {
    /** Whether nothing happened. */
    public boolean none() {
      return arrived.isEmpty() && silent.isEmpty() && returned.isEmpty() && swapped.isEmpty() && changed.isEmpty() && merged.isEmpty()
          && apart.isEmpty();
    }
  }

  /** How two moments differ; each list by id. */
  public Changes between(long from, long to) {
    catchUp();
    List<Row> arrived = new ArrayList<>();
    List<Row> silent = new ArrayList<>();
    List<Row> returned = new ArrayList<>();
    List<Changed> changes = new ArrayList<>();
    List<Row> merged = new ArrayList<>();
    List<Row> apart = new ArrayList<>();
    Set<String> spoke = new HashSet<>();
    long before = from - (to - from);
    for (Life life : lives.values()) {
      Version old = life.at(from);
      Version is = life.at(to);
      if (is == null) {
        if (old != null) {
          merged.add(new Row(life.id, old.picture, life.first, life.last(from)));
        }
        continue;
      }
      Row row = new Row(life.id, is.picture, life.first, life.last(to));
      if (old == null) {
        (life.first > from ? arrived : apart).add(row);
        continue;
      }
      boolean was = life.heard(before, from);
      boolean heard = life.heard(from, to);
      if (heard) {
        spoke.add(life.id);
      }
      if (was && !heard) {
        silent.add(row);
      } else if (!was && heard) {
        returned.add(row);
      }
      List<Difference> differences = Difference.between(old.picture, is.picture);
      if (!differences.isEmpty()) {
        changes.add(new Changed(life.id, old.picture, is.picture, differences));
      }
    }
    List<Swap> swapped = swaps(arrived, changes);
    // what others took of a device that did not speak is no change of that device
    changes.replaceAll(c -> spoke.contains(c.id) ? c : new Changed(c.id, c.before, c.after,
        c.differences.stream().filter(d -> !d.gained().isEmpty() || d.lost().isEmpty()).toList()));
    changes.removeIf(c -> c.differences.isEmpty());
    return new Changes(from, to, arrived, silent, returned, swapped, changes, merged, apart);
  }

  /** Who lost the address that an arrival has: the loss is then told as a swap, and not a second time as a change. */
  private static List<Swap> swaps(Collection<Row> arrived, List<Changed> changes) {
    Map<String, Row> byAddress = new TreeMap<>();
    arrived.forEach(row -> row.picture.addresses().forEach(address -> byAddress.put(address, row)));
    List<Swap> swaps = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      Changed c = changes.get(i);
      for (Difference d : c.differences) {
        Row by = !d.field().equals("addresses") || !d.gained().isEmpty() ? null
            : d.lost().stream().map(byAddress::get).filter(Objects::nonNull).findFirst().orElse(null);
        if (by != null && c.after.addresses().isEmpty()) {
          swaps.add(new Swap(c.id, c.before, by.id, by.picture, d.lost().getFirst()));
          changes.set(i, new Changed(c.id, c.before, c.after,
              c.differences.stream().filter(other -> !other.equals(d) && !other.field().equals("vlans")).toList()));
        }
      }
    }
    return swaps;
  }

  /** Devices remembered; a counter to show. */
  public int size() {
    return lives.size();
  }

  /** Every id ever remembered. */
  Set<String> ids() {
    return new TreeSet<>(lives.keySet());
  }
}
