package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The pen: takes blocks out of the tracks and writes them to segments, many at a time. When the disk is full it gives up the oldest
 * segments; when that does not help, or the disk fails otherwise, packets are dropped and counted for a second before it tries again. One
 * thread.
 */
final class Writer {
  /** Octets written at once at most. */
  private static final long RUN = 1 << 20;

  /** Octets between two looks at the room on the disk. */
  private static final long LOOK = 4 << 20;

  private static final long REST_NANOS = 1_000_000_000L;

  private final RecordOptions options;
  private final Disk disk;
  private final Ring ring;
  private final Holes holes;
  private final FlowIndex index;
  private final Counters.Counter written;
  private final Counters.Counter full;
  private final Counters.Counter failed;
  private final Counters.Counter segmentsMade;
  private final Counters.Counter unindexed;
  private final Counters.Counter uncounted;
  private final Headers headers = new Headers();
  private final Key key = new Key();
  private final List<Integer> ifaces = new ArrayList<>();
  private final List<Integer> links = new ArrayList<>();
  private final Recorder recorder;
  private @Nullable Segment segment;
  private @Nullable SeekableByteChannel channel;
  private long unlooked = LOOK;
  private long restUntil;
  private boolean resting;
  private Holes.Drop cause = Holes.Drop.DISK_ERROR;
  private volatile @Nullable String trouble;

  Writer(RecordOptions options, Disk disk, Ring ring, Holes holes, FlowIndex index, Counters counters, Recorder recorder) {
    this.options = options;
    this.disk = disk;
    this.ring = ring;
    this.holes = holes;
    this.index = index;
    this.recorder = recorder;
    written = counters.counter("record.written_packets");
    full = counters.counter("record.dropped_full_disk");
    failed = counters.counter("record.dropped_disk_error");
    segmentsMade = counters.counter("record.segments_written");
    uncounted = counters.counter("record.segments_without_statistics");
    unindexed = counters.counter("record.segments_without_index");
  }

  /** What the disk last said, or null while writing works. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Takes what is in a track; true where there was something. */
  boolean drain(Track track) {
    long from = track.consumed();
    long to = track.published();
    if (from == to) {
      return false;
    }
    while (from < to) {
      from = run(track, from, to);
    }
    return true;
  }

  /** Writes blocks that lie side by side and fit in the segment; returns the entry behind. */
  private long run(Track track, long from, long to) {
    if (resting && System.nanoTime() - restUntil >= 0) {
      resting = false;
    }
    if (resting || !ready(track, from)) {
      return drop(track, from, to);
    }
    Segment s = segment;
    SeekableByteChannel c = channel;
    if (s == null || c == null) {
      return drop(track, from, to);
    }
    MemorySegment blocks = track.blocks();
    long start = track.position(from);
    long room = Math.min(RUN, options.segment() - s.octets());
    long octets = 0;
    long entry = from;
    int mostPackets = FlowIndex.MOST_PACKETS - index.packets();
    while (entry < to && entry - from < mostPackets) {
      int block = track.octets(entry);
      if (track.position(entry) != start + octets || track.index(start) + octets + block > blocks.byteSize() || octets > 0 && octets + block > room || ifaces.indexOf(track.origin(entry)) < 0) {
        break;
      }
      blocks.set(Block.U32, track.index(start + octets) + Block.IFACE, ifaces.indexOf(track.origin(entry)));
      octets += block;
      entry++;
    }
    long base = s.octets();
    long first = track.index(start);
    try {
      write(c, base, blocks.asSlice(first, octets).asByteBuffer());
    } catch (IOException e) {
      return failed(e, track, from, entry);
    }
    long upTo = entry;
    long end = base + octets;
    s.grown(end, () -> enter(track, from, upTo, base));
    written.add(upTo - from);
    track.release(upTo, start + octets);
    unlooked += octets;
    trouble = null;
    if (index.full() || end >= options.segment()) {
      close();
    }
    return upTo;
  }

  private void enter(Track track, long from, long upTo, long base) {
    long offset = base;
    for (long entry = from; entry < upTo; entry++) {
      int iface = ifaces.indexOf(track.origin(entry));
      if (track.odd(entry)) {
        Segment.key(track.blocks(), track.index(track.position(entry)), links.get(iface), headers, key);
      } else {
        track.key(entry, key);
      }
      key.iface = iface;
      index.add(key, (int) offset, track.timeOf(entry));
      offset += track.octets(entry);
    }
  }

  private static void write(SeekableByteChannel c, long at, ByteBuffer octets) throws IOException {
    if (c.position() != at) {
      c.position(at);
    }
    while (octets.hasRemaining()) {
      c.write(octets);
    }
  }

  /** A segment with room, an interface for the packet, and room on the disk. */
  private boolean ready(Track track, long entry) {
    try {
      if (unlooked >= LOOK) {
        unlooked = 0;
        while (disk.free(options.folder()) < options.reserve() + LOOK) {
          if (!ring.giveUp()) {
            if (options.reserve() > 0 && disk.free(options.folder()) < options.reserve()) {
              throw new IOException("No space left on device but the reserve of " + (options.reserve() >> 20) + " MiB");
            }
            break;
          }
        }
      }
      Segment s = segment;
      if (s != null && (s.octets() + track.octets(entry) > options.segment() || index.full())) {
        close();
        s = null;
      }
      if (s == null) {
        open();
        s = segment;
      }
      int origin = track.origin(entry);
      if (s != null && ifaces.indexOf(origin) < 0) {
        introduce(s, origin);
      }
      return true;
    } catch (IOException e) {
      rest(e);
      return false;
    }
  }

  private void open() throws IOException {
    Keep keep = recorder.keep();
    byte[] section = Block.section("Recorded by Vigie. Clinical payload: " + said(keep.clinical()) + "; bulk payload: " + said(keep.bulk())
        + "; secrets: " + (keep.secrets() ? "kept by an administrator's choice" : "overwritten or cut") + ". Comments of packets say what was done.");
    ring.trim(recorder.now());
    Segment fresh = ring.fresh();
    SeekableByteChannel c = disk.create(fresh.file);
    try {
      write(c, 0, ByteBuffer.wrap(section));
    } catch (IOException e) {
      c.close();
      fresh.delete();
      throw e;
    }
    ifaces.clear();
    links.clear();
    fresh.begin(index, section.length);
    segment = fresh;
    channel = c;
    ring.add(fresh);
    segmentsMade.increment();
  }

  private static String said(boolean whole) {
    return whole ? "kept by an administrator's choice" : "cut";
  }

  private void introduce(Segment s, int origin) throws IOException {
    Segment.Iface o = Segment.Iface.of(recorder.origin(origin));
    byte[] block = Block.iface(o.name(), o.zone(), o.linkType());
    SeekableByteChannel c = channel;
    if (c != null) {
      write(c, s.octets(), ByteBuffer.wrap(block));
      ifaces.add(origin);
      links.add(o.linkType());
      int at = (int) s.octets();
      s.grown(at + (long) block.length, () -> index.iface(at));
    }
  }

  /** Ends the segment under the pen: what was lost meanwhile is written behind its packets, its index becomes a file. */
  void close() {
    Segment s = segment;
    SeekableByteChannel c = channel;
    if (s != null && c != null && !resting) {
      count(s, c);
    }
    segment = null;
    channel = null;
    try {
      if (s != null) {
        s.finish();
      }
    } catch (IOException e) {
      unindexed.increment();
    }
    try {
      if (c != null) {
        c.close();
      }
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage()); // what was written stays: readers trust octets counted, not the file's length
    }
    ring.trim(recorder.now());
  }

  /** An interface of which no packet came is introduced for it: that nothing came is worth saying. */
  private void count(Segment s, SeekableByteChannel c) {
    try {
      for (Statement each : recorder.tally().since()) {
        if (ifaces.indexOf(each.origin()) < 0) {
          introduce(s, each.origin());
        }
        byte[] block = Block.statistics(ifaces.indexOf(each.origin()), each);
        write(c, s.octets(), ByteBuffer.wrap(block));
        s.grown(s.octets() + block.length, () -> { });
        recorder.tally().told(each);
      }
    } catch (IOException e) {
      uncounted.increment(); // the next segment says it
      cut(s, c);
    }
  }

  private long failed(IOException e, Track track, long from, long upTo) {
    Segment s = segment;
    SeekableByteChannel c = channel;
    if (s != null && c != null && !cut(s, c)) {
      rest(e);
      close(); // half a block stays at its end, behind what readers are told
    }
    if (isFull(e) && ring.giveUp()) {
      return from; // again, with more room
    }
    rest(e);
    return drop(track, from, upTo);
  }

  /** Takes half a block off. */
  private static boolean cut(Segment s, SeekableByteChannel c) {
    try {
      c.truncate(s.octets());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void rest(IOException e) {
    cause = isFull(e) ? Holes.Drop.FULL_DISK : Holes.Drop.DISK_ERROR;
    trouble = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    resting = true;
    unlooked = LOOK;
    restUntil = System.nanoTime() + REST_NANOS;
  }

  private static boolean isFull(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota");
  }

  private long drop(Track track, long from, long upTo) {
    Counters.Counter counter = cause == Holes.Drop.FULL_DISK ? full : failed;
    for (long entry = from; entry < upTo; entry++) {
      counter.increment();
      holes.add(cause, track.timeOf(entry));
    }
    track.release(upTo, track.position(upTo - 1) + track.octets(upTo - 1));
    return upTo;
  }

  /** Something nobody thought of: the segment is left as it is, what waits is dropped, and recording starts afresh. */
  void mishap(RuntimeException e, Track track) {
    System.getLogger(Writer.class.getName()).log(System.Logger.Level.ERROR, "recording failed", e);
    rest(new IOException(e.toString()));
    close();
    long from = track.consumed();
    long to = track.published();
    if (from < to) {
      drop(track, from, to);
    }
  }

  /** What is due each second: segments that are too old go. */
  void tick() {
    ring.trim(recorder.now());
  }
}
