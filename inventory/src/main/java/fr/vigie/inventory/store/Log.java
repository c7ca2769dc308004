package fr.vigie.inventory.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The segmented log of machine records: appended in order, read back from any sequence number, trimmed from the old end. The fsync is the
 * caller's, once a second ({@link #sync}); a crash loses what came after it and nothing else: on opening, the torn tail of the last
 * segment is cut.
 *
 * <p>Record: {@code | length u32 | CRC32C u32 of seq, at and payload | seq u64 | at u64 | payload |}, big-endian. Segment files are named
 * by the first sequence number they hold, 20 digits, {@code .log}. Safe for several threads: one appends, others may read meanwhile what was
 * appended when they began; whoever must append nothing between two steps holds the log's own lock.
 */
public final class Log implements Closeable {
  private static final int HEAD = 24;
  private static final int LONGEST_RECORD = 1 << 20;

  private final Path folder;
  private final long segmentBytes;
  private final TreeMap<Long, Path> segments = new TreeMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
  private final CRC32C crc = new CRC32C();
  /** Held while the disk is waited for; taken before the log's own lock. */
  private final Object forcing = new Object();
  /** Segments that are full and not yet on disk: the next {@link #sync} sees to them. */
  private final List<FileChannel> ended = new ArrayList<>();
  private FileChannel channel;
  private long channelLength;
  /** Records in the buffer, and records that could not be stored. */
  private int buffered;
  private long lost;
  private long last;

  /** Takes records in order. */
  public interface Reader {
    /** Takes one record; {@code payload} is valid during the call only. */
    void record(long seq, long at, ByteBuffer payload) throws IOException;
  }

  private Log(Path folder, long segmentBytes, FileChannel channel) {
    this.folder = folder;
    this.segmentBytes = segmentBytes;
    this.channel = channel;
  }

  /**
   * Opens or creates a log.
   *
   * @param segmentBytes when a segment is this long the next one begins, octets
   */
  public static Log open(Path folder, long segmentBytes) throws IOException {
    Files.createDirectories(folder);
    TreeMap<Long, Path> found = segments(folder);
    Path current = found.isEmpty() ? segment(folder, 0) : found.lastEntry().getValue();
    FileChannel channel = FileChannel.open(current, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Log log = new Log(folder, segmentBytes, channel);
    if (found.isEmpty()) {
      found.put(0L, current);
    }
    log.segments.putAll(found);
    long[] end = {Math.max(0, found.lastKey() - 1)};
    long good = scan(channel, 0, (seq, at, payload) -> end[0] = seq);
    log.last = end[0];
    if (good < channel.size()) {
      channel.truncate(good);
    }
    log.channelLength = good;
    return log;
  }

  /** Reads a log that another process may be writing, and changes nothing: every record in order, to the first that is not whole yet. */
  public static void view(Path folder, Reader reader) throws IOException {
    TreeMap<Long, Path> found = segments(folder);
    for (Path file : found.values()) {
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        scan(in, 0, reader);
      } catch (NoSuchFileException e) {
        continue; // trimmed meanwhile, as the oldest are
      }
    }
  }

  private static TreeMap<Long, Path> segments(Path folder) throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        found.put(Long.parseLong(file.getFileName().toString().replace(".log", "")), file);
      }
    }
    return found;
  }

  private static Path segment(Path folder, long first) {
    return folder.resolve("%020d.log".formatted(first));
  }

  /** Sequence number of the last record, or 0. */
  public synchronized long last() {
    return last;
  }

  /**
   * Appends a record. It is durable after the next {@link #sync}.
   *
   * @param seq at least that of the record before it
   * @throws IOException if it cannot be written; what was stored before is not touched
   */
  public synchronized void append(long seq, long at, ByteBuffer payload) throws IOException {
    boolean kept = false;
    try {
      add(seq, at, payload);
      kept = true;
    } finally {
      lost += kept ? 0 : 1;
    }
  }

  /** Records that could not be stored since it was opened. */
  public synchronized long lost() {
    return lost;
  }

  private void add(long seq, long at, ByteBuffer payload) throws IOException {
    int size = payload.remaining();
    if (size > LONGEST_RECORD) {
      throw new IOException("a record of " + size + " octets is longer than " + LONGEST_RECORD);
    }
    if (channelLength + buffer.position() >= segmentBytes && seq > last) {
      roll(seq);
    }
    if (buffer.remaining() < HEAD + size) {
      flush();
    }
    boolean oversize = buffer.remaining() < HEAD + size;
    ByteBuffer out = oversize ? ByteBuffer.allocate(HEAD + size) : buffer;
    int start = out.position();
    out.putInt(size).putInt(0).putLong(seq).putLong(at).put(payload);
    crc.reset();
    crc.update(out.duplicate().position(start + 8).limit(start + HEAD + size));
    out.putInt(start + 4, (int) crc.getValue());
    if (oversize) {
      write(out.flip());
    } else {
      buffered++;
    }
    last = seq;
  }

  private void roll(long first) throws IOException {
    flush();
    Path file = segment(folder, first);
    FileChannel next = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ended.add(channel);
    channel = next;
    channelLength = 0;
    segments.put(first, file);
  }

  private void flush() throws IOException {
    buffer.flip();
    boolean kept = false;
    try {
      write(buffer);
      kept = true;
    } finally {
      lost += kept ? 0 : buffered;
      buffered = 0;
      buffer.clear();
    }
  }

  private void write(ByteBuffer out) throws IOException {
    long at = channelLength;
    try {
      while (out.hasRemaining()) {
        at += channel.write(out, at);
      }
      channelLength = at;
    } catch (IOException e) {
      channel.truncate(channelLength);
      throw e;
    }
  }

  /** Puts everything appended so far on disk. Whoever appends meanwhile does not wait for the disk. */
  public void sync() throws IOException {
    synchronized (forcing) {
      List<FileChannel> whole;
      FileChannel current;
      synchronized (this) {
        flush();
        whole = List.copyOf(ended);
        current = channel;
      }
      for (FileChannel segment : whole) {
        segment.force(false);
        segment.close();
        synchronized (this) {
          ended.remove(segment);
        }
      }
      current.force(false);
    }
  }

  /** Reads every record with a sequence number of at least {@code from}, in order. */
  public void readFrom(long from, Reader reader) throws IOException {
    List<Path> files;
    synchronized (this) {
      flush();
      Long first = segments.floorKey(from);
      files = List.copyOf(segments.tailMap(first == null ? 0 : first).values());
    }
    for (Path file : files) {
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        scan(in, 0, (seq, at, payload) -> {
          if (seq >= from) {
            reader.record(seq, at, payload);
          }
        });
      }
    }
  }

  /**
   * Reads the records of a log that another process may have open and append to, in order, until the end as it is found; nothing is changed.
   *
   * @return whether every record that was there could be read
   */
  public static boolean look(Path folder, Reader reader) throws IOException {
    TreeMap<Long, Path> found = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        found.put(Long.parseLong(file.getFileName().toString().replace(".log", "")), file);
      }
    }
    boolean whole = true;
    for (Map.Entry<Long, Path> segment : found.entrySet()) {
      try (FileChannel in = FileChannel.open(segment.getValue(), StandardOpenOption.READ)) {
        long size = in.size();
        whole &= scan(in, 0, reader) >= size || segment.getKey().equals(found.lastKey());
      }
    }
    return whole;
  }

  /** Deletes whole old segments until at most {@code bytes} octets remain and none ends before {@code olderThan}; never the current one. */
  public synchronized void trim(long bytes, long olderThan) throws IOException {
    long total = 0;
    for (Path file : segments.values()) {
      total += Files.size(file);
    }
    while (segments.size() > 1) {
      Path oldest = segments.firstEntry().getValue();
      long[] newest = {Long.MIN_VALUE};
      if (total <= bytes) {
        if (olderThan == Long.MIN_VALUE) {
          return;
        }
        try (FileChannel in = FileChannel.open(oldest, StandardOpenOption.READ)) {
          scan(in, 0, (seq, at, payload) -> newest[0] = Math.max(newest[0], at));
        }
        if (newest[0] >= olderThan) {
          return;
        }
      }
      total -= Files.size(oldest);
      Files.delete(oldest);
      segments.pollFirstEntry();
    }
  }

  /** Reads records until the end or the first that is torn; returns the offset behind the last good one. */
  private static long scan(FileChannel in, long from, Reader reader) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(1 << 18);
    CRC32C crc = new CRC32C();
    long good = from;
    long position = from;
    window.limit(0);
    while (true) {
      if (window.remaining() < HEAD || window.remaining() < HEAD + window.getInt(window.position())) {
        int need = window.remaining() < HEAD ? HEAD : HEAD + window.getInt(window.position());
        if (need < HEAD || need > HEAD + LONGEST_RECORD) {
          return good;
        }
        if (need > window.capacity()) {
          window = ByteBuffer.allocate(need).put(window).flip();
        }
        window.compact();
        while (window.position() < need) {
          int read = in.read(window, position);
          if (read < 0) {
            return good;
          }
          position += read;
        }
        window.flip();
        continue;
      }
      int start = window.position();
      int size = window.getInt(start);
      if (size < 0) {
        return good;
      }
      crc.reset();
      crc.update(window.duplicate().position(start + 8).limit(start + HEAD + size));
      if ((int) crc.getValue() != window.getInt(start + 4)) {
        return good;
      }
      reader.record(window.getLong(start + 8), window.getLong(start + 16), window.slice(start + HEAD, size));
      window.position(start + HEAD + size);
      good += HEAD + size;
    }
  }

  @Override
  public void close() throws IOException {
    sync();
    synchronized (this) {
      channel.close();
    }
  }
}
