package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Headers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flow table: open addressing by hash, bounded. A flow is over after 120 s without a packet (UDP and others), 3,600 s (TCP) or 10 s (TCP
 * once closed), judged when its next packet comes, so that the answer does not depend on when the table is swept; the sweep only gives room
 * back. When the table is full the stalest of 64 flows goes and is counted; where addresses were made to collide, one that collides does.
 */
final class Flows {
  static final long UDP_IDLE = 120_000_000_000L;
  static final long TCP_IDLE = 3_600_000_000_000L;
  static final long CLOSED_IDLE = 10_000_000_000L;

  /** A look-up looks at no more places than this; without forged addresses half of the table is empty and a dozen are many. */
  static final int PROBES = 128;

  private static final long EMPTY = Long.MAX_VALUE;

  private final Pipeline pipeline;
  private final int limit;
  private final Counters.Counter evicted;
  private final Counters.Counter collided;
  private Flow[] table = new Flow[1 << 8];
  private long[] hashes = new long[1 << 8];
  /** Until when the flow at a place cannot be over, as far as the sweep has seen; 0 where it has not been there, {@link #EMPTY} where none is. */
  private long[] rests = rests(1 << 8);
  private int size;
  private int hand;
  private long probes;

  Flows(Pipeline pipeline, int limit, Counters counters) {
    this.pipeline = pipeline;
    this.limit = limit;
    evicted = counters.counter("refused.flows_evicted");
    collided = counters.counter("refused.flows_collided");
  }

  int size() {
    return size;
  }

  /** Places looked at by {@link #find} since this was last asked. */
  long probes() {
    long looked = probes;
    probes = 0;
    return looked;
  }

  @Nullable Flow find(FlowKey key) {
    int mask = table.length - 1;
    int home = (int) key.hash & mask;
    int i = home;
    Flow flow = table[i];
    while (flow != null && (hashes[i] != key.hash || !flow.is(key))) {
      i = i + 1 & mask;
      flow = (i - home & mask) < PROBES ? table[i] : null;
    }
    probes += 1 + (i - home & mask);
    return flow;
  }

  static boolean over(Flow flow, long at) {
    return at - flow.last > (flow.protocol != Headers.TCP ? UDP_IDLE : flow.closed ? CLOSED_IDLE : TCP_IDLE);
  }

  void add(Flow flow) {
    if (size >= limit) {
      evict();
    }
    if (size * 2 >= table.length) {
      grow();
    }
    while (crowded(flow)) {
      Flow other = table[(int) flow.hash & table.length - 1];
      collided.increment();
      remove(other);
      pipeline.ended(other);
    }
    place(flow);
    size++;
  }

  /** Whether the flow would stand where no look-up comes. */
  private boolean crowded(Flow flow) {
    int mask = table.length - 1;
    int home = (int) flow.hash & mask;
    int i = home;
    while (table[i] != null && (i - home & mask) < PROBES) {
      i = i + 1 & mask;
    }
    return (i - home & mask) >= PROBES;
  }

  /** Looks at the next {@code places} places of the table and lets go of flows that are over. */
  void sweep(int places, long at) {
    for (int i = 0; i < places; i++) {
      hand = hand + 1 & table.length - 1;
      while (at > rests[hand]) {
        Flow flow = table[hand];
        if (!over(flow, at)) {
          rests[hand] = rest(flow, at);
          break;
        }
        remove(flow);
        pipeline.ended(flow);
      }
    }
  }

  /** Until when a flow that is not over at {@code now} cannot be: a TCP flow may close with its next packet, which is later than now. */
  private static long rest(Flow flow, long now) {
    if (flow.protocol != Headers.TCP) {
      return flow.last + UDP_IDLE;
    }
    return flow.closed ? flow.last + CLOSED_IDLE : Math.min(flow.last + TCP_IDLE, now + CLOSED_IDLE);
  }

  /** Lets go of every flow, in no order that matters to anyone but the same in every run. */
  void end() {
    for (Flow flow : table) {
      if (flow != null) {
        pipeline.ended(flow);
      }
    }
  }

  private void evict() {
    Flow stalest = null;
    for (int i = 0; i < 64 || stalest == null; i++) {
      hand = hand + 1 & table.length - 1;
      Flow flow = table[hand];
      if (flow != null && (stalest == null || flow.last < stalest.last)) {
        stalest = flow;
      }
    }
    evicted.increment();
    remove(stalest);
    pipeline.ended(stalest);
  }

  void remove(Flow flow) {
    int mask = table.length - 1;
    int i = (int) flow.hash & mask;
    while (table[i] != flow) {
      if (table[i] == null) {
        return;
      }
      i = i + 1 & mask;
    }
    size--;
    int j = i;
    while (true) {
      j = j + 1 & mask;
      if (table[j] == null) {
        break;
      }
      int home = (int) hashes[j] & mask;
      if ((j - home & mask) >= (j - i & mask)) {
        table[i] = table[j];
        hashes[i] = hashes[j];
        rests[i] = rests[j];
        i = j;
      }
    }
    clear(i);
  }

  @SuppressWarnings("NullAway") // an empty place of the table is null by design
  private void clear(int i) {
    table[i] = null;
    hashes[i] = 0;
    rests[i] = EMPTY;
  }

  private static long[] rests(int places) {
    long[] rests = new long[places];
    Arrays.fill(rests, EMPTY);
    return rests;
  }

  private void place(Flow flow) {
    int mask = table.length - 1;
    int i = (int) flow.hash & mask;
    while (table[i] != null) {
      i = i + 1 & mask;
    }
    table[i] = flow;
    hashes[i] = flow.hash;
    rests[i] = 0;
  }

  private void grow() {
    Flow[] old = table;
    table = new Flow[old.length * 2];
    hashes = new long[old.length * 2];
    rests = rests(old.length * 2);
    for (Flow flow : old) {
      if (flow != null) {
        place(flow);
      }
    }
  }
}
