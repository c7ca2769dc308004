package fr.vigie.sensor.record;

import fr.vigie.sensor.observe.Counters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The segments on disk, oldest first. The writer adds and removes; any thread may look. */
final class Ring {
  /** Octets of heap for what is kept of the indexes of whole segments; the newest come first. */
  private static final long MOST_KEPT = 24L << 20;

  private final Path folder;
  private final long size;
  private final long age;
  private final Counters.Counter aged;
  private final Counters.Counter outgrown;
  private final Counters.Counter givenUp;
  private final Counters.Counter stuck;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private volatile long next;
  private volatile long octets;

  Ring(RecordOptions options, Counters counters) {
    folder = options.folder();
    size = options.size();
    age = options.age();
    aged = counters.counter("record.segments_aged");
    outgrown = counters.counter("record.segments_outgrown");
    givenUp = counters.counter("record.segments_given_up");
    stuck = counters.counter("record.segments_stuck");
  }

  /** Hears of packets in whichever segment they are. */
  interface Found {
    void packet(Segment segment, int offset, long at, int rank);

    /** As {@link FlowIndex.Found#needless}. */
    default boolean needless(Segment segment, int rank) {
      return false;
    }

    /** As {@link FlowIndex.Found#passed}. */
    default void passed(int packets) {}
  }

  /** The same of one segment. */
  private record In(Segment segment, Found found) implements FlowIndex.Found {
    @Override
    public void packet(int offset, long at, int rank) {
      found.packet(segment, offset, at, rank);
    }

    @Override
    public boolean needless(int rank) {
      return found.needless(segment, rank);
    }

    @Override
    public void passed(int packets) {
      found.passed(packets);
    }
  }

  /** Takes over what an earlier run left. */
  void recover(Counters counters, FlowIndex scratch) throws IOException {
    Files.createDirectories(folder);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    Counters.Counter again = counters.counter("record.segments_indexed_again");
    Counters.Counter unindexed = counters.counter("record.segments_without_index");
    Counters.Counter torn = counters.counter("record.torn_octets");
    for (Path file : files) {
      if (String.valueOf(file.getFileName()).endsWith(".part")) {
        Files.deleteIfExists(file);
      }
      long number = Segment.number(file);
      if (number < 0) {
        continue;
      }
      next = number + 1;
      Segment segment = new Segment(folder, number);
      long off = segment.recover(scratch, unindexed::increment);
      if (off >= 0) {
        again.increment();
        torn.add(off);
      }
      if (segment.packets() == 0) {
        segment.delete();
      } else {
        segments.add(segment);
      }
    }
    octets = sum();
  }

  /** A segment for the writer to fill; not found by anybody before {@link #add}. */
  Segment fresh() {
    long number = next;
    next = number + 1;
    return new Segment(folder, number);
  }

  synchronized void add(Segment segment) {
    segments.add(segment);
  }

  synchronized void drop(Segment segment) throws IOException {
    segments.remove(segment);
    segment.delete();
  }

  /** Removes what is too old or too much; the segment under the pen stays. */
  void trim(long now) {
    room();
    while (true) {
      Segment oldest = oldest();
      octets = sum();
      if (oldest == null) {
        return;
      }
      // a time far ahead, from a clock that jumped, must not keep a segment for ever
      long last = oldest.last() > now ? oldest.first() : oldest.last();
      boolean old = now - last > age && now > last;
      boolean much = octets > size;
      if (!old && !much) {
        return;
      }
      if (!remove(oldest, old ? aged : outgrown)) {
        return;
      }
    }
  }

  /** Gives the oldest segment up for room on the disk; false where none is left but the one under the pen. */
  boolean giveUp() {
    Segment oldest = oldest();
    return oldest != null && remove(oldest, givenUp);
  }

  private boolean remove(Segment segment, Counters.Counter why) {
    try {
      drop(segment);
      why.increment();
      return true;
    } catch (IOException e) {
      stuck.increment();
      return false;
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Segment oldest() {
    return segments.size() < 2 ? null : segments.peekFirst();
  }

  private synchronized long sum() {
    long all = 0;
    for (Segment segment : segments) {
      all += segment.onDisk();
    }
    return all;
  }

  synchronized List<Segment> all() {
    return new ArrayList<>(segments);
  }

  /** Octets on disk, as of the last look. */
  long octets() {
    return octets;
  }

  /** Time of the earliest packet, or {@code Long.MAX_VALUE} where there is none. */
  long first() {
    long first = Long.MAX_VALUE;
    for (Segment segment : all()) {
      first = Math.min(first, segment.first());
    }
    return first;
  }

  /** Time of the latest packet, or {@code Long.MIN_VALUE}. */
  long last() {
    long last = Long.MIN_VALUE;
    for (Segment segment : all()) {
      last = Math.max(last, segment.last());
    }
    return last;
  }

  /** Finds packets within a time, those in the middle of it first. */
  void find(Segment.Question question, long from, long to, Found found) throws IOException {
    ByteBuffer scratch = ByteBuffer.allocate(Catalogue.FLOWS * FlowIndex.FLOW);
    List<Segment> within = all();
    within.removeIf(s -> s.first() > to || s.last() < from);
    long middle = from + (to - from) / 2;
    Map<Segment, Long> places = new HashMap<>(); // read once: the one under the pen grows
    within.forEach(s -> places.put(s, Math.abs(Math.clamp(middle, s.first(), Math.max(s.first(), s.last())) - middle)));
    within.sort(Comparator.comparingLong(s -> places.getOrDefault(s, 0L)));
    for (Segment segment : within) {
      try {
        segment.find(question, from, to, scratch, new In(segment, found));
      } catch (NoSuchFileException e) {
        continue; // the ring turned over meanwhile: the excerpt says from when on it holds packets
      }
    }
    room();
  }

  /** What is kept of indexes stays within its bound: alerts ask for the last minute. */
  private void room() {
    long kept = 0;
    for (Segment segment : all().reversed()) {
      kept += segment.kept();
      if (kept > MOST_KEPT) {
        segment.forget();
      }
    }
  }

  /** Whether segments went before the oldest that is there. */
  boolean turnedOver() {
    List<Segment> all = all();
    return all.isEmpty() ? next > 0 : all.getFirst().number > 0;
  }
}
