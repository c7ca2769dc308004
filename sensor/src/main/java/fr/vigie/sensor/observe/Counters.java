package fr.vigie.sensor.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The sensor's counters by name: what was read, understood, dropped and refused. Names are {@code group.cause} (groups below) or bare for
 * the totals {@code packets} and {@code bytes}; iteration is in the order of names, so that two runs print alike. One thread counts, any
 * thread reads; several threads count each into a {@link #part} of its own.
 *
 * <ul>
 *   <li>{@code link.}: packets by link type; {@code layer.}: packets by layer met (arp, ipv4, udp…);
 *   <li>{@code messages.}: application messages dissected, by protocol; {@code unframed.}: payloads on a protocol's own port that its
 *       framing refused;
 *   <li>{@code refused.}: everything that was dropped, cut, refused or evicted, by cause;
 *   <li>{@code table.}: places of a table that were looked at, one for each look-up that finds what it wants where it belongs: more than that tells
 *       of tables that are too full;
 *   <li>{@code lane.}: observations handed over by lane; {@code flow.}: what the flow layer did that is no refusal;
 *   <li>{@code capture.}: live, what was lost ({@code dropped_kernel}, {@code dropped_ring}, {@code dropped_interface}, {@code ring_freezes}) or
 *       came otherwise than on the wire ({@code cut_snaplen}, {@code checksum_pending}, {@code offload_merged}), and what the interfaces did.
 * </ul>
 */
public final class Counters {
  private final ConcurrentSkipListMap<String, Counter> byName = new ConcurrentSkipListMap<>();
  private final List<Counters> parts = new CopyOnWriteArrayList<>();

  /** The counter of this name, made at 0 where it is new. Ask once and keep it: this looks up a string. */
  public Counter counter(String name) {
    Counter known = byName.get(name);
    return known != null ? known : byName.computeIfAbsent(name, ignored -> new Counter());
  }

  /** Counters of another thread, whose values add to these: what is asked of here is the sum. */
  public Counters part() {
    Counters part = new Counters();
    parts.add(part);
    return part;
  }

  /** The counter's value with those of all parts, 0 where there is none. */
  public long value(String name) {
    Counter counter = byName.get(name);
    long sum = counter == null ? 0 : counter.value();
    for (Counters part : parts) {
      sum += part.value(name);
    }
    return sum;
  }

  /** Every counter above 0, in the order of names. */
  public SortedMap<String, Long> values() {
    TreeMap<String, Long> values = new TreeMap<>();
    sum("", values);
    return values;
  }

  /**
   * Every counter above 0 of a group, by its name within the group.
   *
   * @param group for example {@code refused}
   */
  public SortedMap<String, Long> group(String group) {
    TreeMap<String, Long> values = new TreeMap<>();
    sum(group + ".", values);
    return values;
  }

  private void sum(String prefix, Map<String, Long> into) {
    for (Map.Entry<String, Counter> e : byName.tailMap(prefix).entrySet()) {
      if (!e.getKey().startsWith(prefix)) {
        break;
      }
      long value = e.getValue().value();
      if (value != 0) {
        into.merge(e.getKey().substring(prefix.length()), value, Long::sum);
      }
    }
    for (Counters part : parts) {
      part.sum(prefix, into);
    }
  }

  /** One counter: written by one thread, read by any. */
  public static final class Counter {
    private static final VarHandle VALUE = handle();
    private long value;

    private Counter() {}

    private static VarHandle handle() {
      try {
        return MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    /** Counts one. */
    public void increment() {
      VALUE.setOpaque(this, value + 1);
    }

    /** Counts several. */
    public void add(long several) {
      VALUE.setOpaque(this, value + several);
    }

    /** The count so far. */
    public long value() {
      return (long) VALUE.getOpaque(this);
    }
  }
}
