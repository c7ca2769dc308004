package fr.vigie.sensor.flow;

import fr.vigie.sensor.capture.Slab;
import fr.vigie.sensor.observe.Observation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A batch on its way round: the dispatcher fills it with items of one thread's shards and takes a lease on the memory under them; that thread
 * does them, gives the leases back and leaves what the shards said; the merger takes that and sends the parcel home. It belongs to whoever
 * took it out of a {@link Ring} last.
 */
final class Parcel {
  /** Octets for packets without a slab and datagrams put together: the largest packet has 262,144. */
  static final int ANNEX = 1 << 19;

  private static final int FIRST = 256;
  /** A larger one is let go of once it was emptied: it was a flood. */
  private static final int KEPT = 1 << 16;

  private final Item[] items;
  private int count;
  private Slab[] leases = new Slab[4];
  private int leased;
  private MemorySegment annex = MemorySegment.NULL;
  private long used;

  private Observation[] said = new Observation[FIRST];
  private int saidCount;
  private int marks;
  private final int[] dueFrom;
  private final int[] dueTo;
  private final Item[] marked;

  /** Every packet up to this one was dealt before the parcel left the dispatcher. */
  long upTo;

  Parcel(int room) {
    items = new Item[room];
    Arrays.setAll(items, i -> new Item());
    dueFrom = new int[room];
    dueTo = new int[room];
    marked = new Item[room];
    Arrays.fill(marked, items[0]);
  }

  // ---- the dispatcher's part

  boolean full() {
    return count == items.length;
  }

  boolean empty() {
    return count == 0;
  }

  /** Takes the item in and gives another for it. */
  Item swap(Item item) {
    Item other = items[count];
    items[count++] = item;
    return other;
  }

  /** The next item, to be filled where it is. */
  Item next() {
    return items[count++];
  }

  int leased() {
    return leased;
  }

  /** Takes a lease on the slab, if it has none. */
  void lease(Slab slab) {
    for (int i = leased - 1; i >= 0; i--) {
      if (leases[i].equals(slab)) {
        return;
      }
    }
    slab.retain();
    if (leased == leases.length) {
      leases = Arrays.copyOf(leases, 2 * leased);
    }
    leases[leased++] = slab;
  }

  /** Whether the annex has room for so many octets more. */
  boolean room(int octets) {
    return used + octets <= ANNEX;
  }

  /** Copies octets into the annex and says where they begin there. */
  long keep(MemorySegment memory, long offset, int octets) {
    if (annex.byteSize() == 0) {
      annex = Arena.ofAuto().allocate(ANNEX, 64);
    }
    long at = used;
    MemorySegment.copy(memory, offset, annex, at, octets);
    used += octets;
    return at;
  }

  MemorySegment annex() {
    return annex;
  }

  // ---- the pipeline's part

  /** Does every item and gives the memory back. */
  void open(Shards shards) {
    Handover handover = shards.handover;
    for (int i = 0; i < count; i++) {
      Item item = items[i];
      if (item.kind == Item.Kind.MARK || item.kind == Item.Kind.END) {
        dueFrom[marks] = handover.count();
        shards.run(item);
        dueTo[marks] = handover.count();
        marked[marks++] = item;
      } else {
        shards.run(item);
      }
    }
    saidCount = handover.count();
    said = handover.exchange(said);
    release();
  }

  /** Gives the leases back. */
  void release() {
    for (int i = 0; i < leased; i++) {
      leases[i].release();
    }
    leased = 0;
    used = 0;
  }

  // ---- the merger's part

  int said() {
    return saidCount;
  }

  Observation said(int i) {
    return said[i];
  }

  Observation[] all() {
    return said;
  }

  int marks() {
    return marks;
  }

  /** The mark itself. */
  Item mark(int m) {
    return marked[m];
  }

  /** Where what fell due at a mark begins among {@link #all}. */
  int dueFrom(int m) {
    return dueFrom[m];
  }

  /** Where it ends. */
  int dueTo(int m) {
    return dueTo[m];
  }

  /** Empties it for the next round. */
  @SuppressWarnings("NullAway") // a place beyond the count is null by design
  void clear() {
    if (said.length > KEPT) {
      said = new Observation[FIRST];
    } else {
      Arrays.fill(said, 0, saidCount, null);
    }
    saidCount = 0;
    marks = 0;
    count = 0;
  }
}
