package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The evidence recorder: what the sensor sees goes, after recognition, into a bounded ring of pcapng segments on disk. Pipelines copy
 * packets into native memory ({@link Track}); one thread of the recorder's own writes them ({@link Writer}). A slow or full disk costs
 * recording, counted by cause, and never capture. Opening finds again what an earlier run recorded, however it ended.
 */
public final class Recorder implements Closeable {
  private static final long IDLE_NANOS = 20_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private final RecordOptions options;
  private final Arena arena = Arena.ofShared();
  private final Counters counters = new Counters();
  private final Holes holes = new Holes();
  private final Ring ring;
  private final Writer writer;
  private final Tally tally = new Tally(() -> this.counted.get());
  private final List<Track> tracks = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile List<Origin> origins = List.of();
  private volatile Supplier<List<Statement>> counted = List::of;
  private volatile Keep keep = Keep.LITTLE;
  private volatile boolean parked;
  private volatile boolean closing;
  private volatile boolean closed;

  private Recorder(RecordOptions options, Disk disk) throws IOException {
    this.options = options;
    FlowIndex index = new FlowIndex();
    ring = new Ring(options, counters);
    ring.recover(counters, index);
    writer = new Writer(options, disk, ring, holes, index, counters, this);
    thread = Thread.ofPlatform().daemon().name("vigie-recorder").unstarted(this::write);
  }

  /**
   * Opens the ring in its folder, which is made where there is none, and starts writing.
   *
   * @throws IOException when the folder cannot be read
   */
  public static Recorder open(RecordOptions options) throws IOException {
    return open(options, Disk.REAL);
  }

  static Recorder open(RecordOptions options, Disk disk) throws IOException {
    if (Integer.bitCount(options.memory()) != 1 || options.memory() < 1 << 20 || options.size() < 1 << 20) {
      throw new IllegalArgumentException("memory must be a power of two from 1 MiB on, and the ring at least 1 MiB");
    }
    Recorder recorder = new Recorder(options, disk);
    recorder.thread.start();
    return recorder;
  }

  /** A track for one more pipeline. */
  public Track track() {
    Track track = new Track(this, options, arena);
    tracks.add(track);
    return track;
  }

  /** The origins that packets name, whenever there are more. */
  public void origins(List<Origin> all) {
    origins = List.copyOf(all);
  }

  Origin origin(int index) throws IOException {
    List<Origin> all = origins;
    if (index >= all.size()) {
      throw new IOException("a packet of origin " + index + " came before its origin");
    }
    return all.get(index);
  }

  /** What the source counts of its interfaces: each segment ends with it. */
  public void counts(Supplier<List<Statement>> source) {
    counted = source;
  }

  Tally tally() {
    return tally;
  }

  /** What is kept whole. */
  public Keep keep() {
    return keep;
  }

  /** Changes what is kept whole, from the next packets on. */
  public void keep(Keep choice) {
    keep = choice;
  }

  /** What was recorded, cut and dropped, by cause; counters above 0. */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>(counters.values());
    for (Track track : tracks) {
      track.counters().values().forEach((name, count) -> all.merge(name, count, Long::sum));
    }
    if (ring.octets() > 0) {
      all.put("record.ring_octets", ring.octets());
    }
    return all;
  }

  /** What the disk last said, or null while recording works. */
  public @Nullable String trouble() {
    return writer.trouble();
  }

  /** Capture time reached, ns; {@code Long.MIN_VALUE} before the first packet. */
  public long now() {
    long now = Long.MIN_VALUE;
    for (Track track : tracks) {
      now = Math.max(now, track.now());
    }
    return now;
  }

  /** Times of the earliest and the latest packet in the ring, ns; the first is after the second where there is none. */
  public long[] span() {
    return new long[] {ring.first(), ring.last()};
  }

  /** Whether the ring gave segments up and what is left spans less than so many nanoseconds. */
  public boolean turnedOverWithin(long nanoseconds) {
    long[] span = span();
    return ring.turnedOver() && span[0] <= span[1] && span[1] - span[0] < nanoseconds
        && (counters.value("record.segments_outgrown") > 0 || counters.value("record.segments_given_up") > 0);
  }

  Ring ring() {
    return ring;
  }

  Holes holes() {
    return holes;
  }

  boolean closed() {
    return closed;
  }

  /** The disk has work. */
  void wake() {
    if (parked) {
      parked = false;
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits until what was recorded before this call is on disk or dropped.
   *
   * @param nanoseconds how long at most
   * @return whether it is
   */
  public boolean flush(long nanoseconds) {
    long end = System.nanoTime() + nanoseconds;
    for (Track track : tracks) {
      long upTo = track.published();
      while (track.consumed() < upTo) {
        if (System.nanoTime() - end > 0 || closed) {
          return false;
        }
        wake();
        LockSupport.parkNanos(200_000);
      }
    }
    return true;
  }

  private void write() {
    long second = System.nanoTime();
    boolean last = false;
    while (true) {
      boolean ending = closing;
      boolean some = false;
      for (Track track : tracks) {
        try {
          some |= writer.drain(track);
        } catch (RuntimeException e) {
          writer.mishap(e, track);
        }
      }
      long at = System.nanoTime();
      if (at - second >= SECOND) {
        second = at;
        writer.tick();
      }
      if (ending && !some) {
        if (last) {
          break;
        }
        last = true;
        continue;
      }
      if (!some) {
        parked = true;
        LockSupport.parkNanos(IDLE_NANOS);
        parked = false;
      }
    }
    writer.close();
    closed = true;
  }

  /** Writes what is left, and the index of the last segment. The pipelines have ended before. */
  @Override
  public void close() throws IOException {
    closing = true;
    LockSupport.unpark(thread);
    try {
      if (!thread.join(java.time.Duration.ofSeconds(10))) {
        throw new IOException("the recorder's disk does not answer; what was not written yet is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the recorder was closing", e);
    }
    arena.close();
  }
}
