package fr.vigie.inventory.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The append-only, hash-chained record of what people decided: audit trail and source of truth at once. One JSON object a line; each line
 * names the SHA-256 of the line before it. An entry is on disk when {@link #append} returns; concurrent appends share one fsync.
 *
 * <p>On opening, an unterminated last line (a write that a crash cut) is cut off and the cut is recorded as an entry of its own; any other
 * break of the chain stops the start and says where. Safe for use by many threads.
 *
 * <p>Line: {@code {"v":1,"seq":…,"time":…,"prev":…,"author":…,"kind":…,"body":{…}}}.
 */
public final class Journal implements Closeable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String GENESIS = "0".repeat(64);
  private static final int LONGEST_LINE = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final @Nullable FileLock lock;
  private final Object sync = new Object();
  private long written;
  private long length;
  private String head;
  private volatile long durable;
  /** Why the disk did not confirm what it was given; from then on nothing is taken, because no later fsync would tell. Null while it keeps its word. */
  private volatile @Nullable IOException unconfirmed;

  /**
   * One entry.
   *
   * @param seq position in the journal, from 1
   * @param time wall time of the decision, UTC
   * @param author who decided; {@code vigie} for the program itself
   * @param kind what kind of decision, for example {@code alert.acknowledge}
   * @param body the decision
   */
  public record Entry(long seq, Instant time, String author, String kind, ObjectNode body) {}

  /** A journal whose chain is broken; the message names file and line. */
  public static final class BrokenJournal extends IOException {
    private static final long serialVersionUID = 1;

    BrokenJournal(Path file, long line, String what) {
      super("journal " + file.getFileName() + " is broken at line " + line + ": " + what
          + "; restore it from a backup, or move it aside to start a new one (its decisions are then not in force)");
    }
  }

  /** A new journal on a channel that holds nothing yet. */
  Journal(Path file, FileChannel channel, @Nullable FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
    this.head = GENESIS;
  }

  /**
   * Opens or creates a journal, readable by its owner only.
   *
   * @param replay takes every entry there is, in order
   * @throws BrokenJournal if the chain is broken elsewhere than in an unterminated last line
   * @throws IOException if it cannot be read, or another process has it open
   */
  public static Journal open(Path file, Consumer<Entry> replay) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IOException("journal " + file + " is in use by another Vigie; stop that one, or choose another data directory");
    }
    Journal journal = new Journal(file, channel, lock);
    try {
      long cut = journal.load(replay);
      if (cut > 0) {
        channel.truncate(journal.length);
        journal.append("vigie", "journal.cut", MAPPER.createObjectNode().put("octets", cut));
      }
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
    return journal;
  }

  /** Reads and checks every line; returns how many octets of an unterminated last line were cut. */
  private long load(Consumer<Entry> replay) throws IOException {
    long size = channel.size();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    byte[] line = new byte[256];
    int used = 0;
    long lineStart = 0;
    long position = 0;
    while (position < size) {
      buffer.clear();
      int read = channel.read(buffer, position);
      if (read < 0) {
        break;
      }
      buffer.flip();
      for (int i = 0; i < read; i++) {
        byte b = buffer.get(i);
        if (b == '\n') {
          Entry entry = check(new String(line, 0, used, StandardCharsets.UTF_8));
          replay.accept(entry);
          written = entry.seq();
          head = sha256(line, used);
          used = 0;
          lineStart = position + i + 1;
        } else {
          if (used == line.length) {
            if (used >= LONGEST_LINE) {
              throw new BrokenJournal(file, written + 1, "longer than " + LONGEST_LINE + " octets");
            }
            line = Arrays.copyOf(line, used * 2);
          }
          line[used++] = b;
        }
      }
      position += read;
    }
    length = lineStart;
    durable = written;
    return size - lineStart;
  }

  private Entry check(String text) throws IOException {
    long number = written + 1;
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BrokenJournal(file, number, "not JSON");
    }
    if (node.path("seq").asLong() != number) {
      throw new BrokenJournal(file, number, "sequence number " + node.path("seq").asText("missing") + " where " + number + " is due");
    }
    if (!head.equals(node.path("prev").asText())) {
      throw new BrokenJournal(file, number, "it does not continue the line before it");
    }
    if (!(node.get("body") instanceof ObjectNode body)) {
      throw new BrokenJournal(file, number, "no body");
    }
    try {
      return new Entry(number, Instant.parse(node.path("time").asText()), node.path("author").asText(), node.path("kind").asText(), body);
    } catch (DateTimeException e) {
      throw new BrokenJournal(file, number, "no time");
    }
  }

  /**
   * Appends a decision; when this returns it is on disk.
   *
   * @throws IOException if it could not be written, for example on a full disk: then nothing of it remains; or if the disk did not confirm it: then the message says so, and nothing
   *     more is taken until the journal is opened again
   */
  public Entry append(String author, String kind, ObjectNode body) throws IOException {
    return appendAll(author, kind, List.of(body)).getFirst();
  }

  /**
   * Appends decisions that one person took in one act, a line each; when this returns they are on disk, with one fsync.
   *
   * @throws IOException if they could not be written, or one is too long: then nothing of any of them remains
   */
  public List<Entry> appendAll(String author, String kind, List<ObjectNode> bodies) throws IOException {
    if (bodies.isEmpty()) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>(bodies.size());
    synchronized (this) {
      refuseUnconfirmed();
      String chain = head;
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      for (ObjectNode body : bodies) {
        Entry entry = new Entry(written + 1 + entries.size(), Instant.now(), author, kind, body.deepCopy());
        ObjectNode line = MAPPER.createObjectNode();
        line.put("v", 1).put("seq", entry.seq()).put("time", entry.time().toString()).put("prev", chain).put("author", author).put("kind", kind);
        line.set("body", body);
        byte[] text = MAPPER.writeValueAsBytes(line);
        if (text.length >= LONGEST_LINE) {
          throw new IOException("the decision is longer than " + LONGEST_LINE + " octets");
        }
        lines.writeBytes(text);
        lines.write('\n');
        chain = sha256(text, text.length);
        entries.add(entry);
      }
      ByteBuffer out = ByteBuffer.wrap(lines.toByteArray());
      try {
        long at = length;
        while (out.hasRemaining()) {
          at += channel.write(out, at);
        }
        length = at;
      } catch (IOException e) {
        channel.truncate(length);
        throw new IOException("the journal could not be written (" + e.getMessage() + "): the decision was not taken; free disk space", e);
      }
      head = chain;
      written = entries.getLast().seq();
    }
    synchronized (sync) {
      if (durable < entries.getLast().seq()) {
        long upTo;
        synchronized (this) {
          upTo = written;
        }
        refuseUnconfirmed();
        try {
          channel.force(false);
        } catch (IOException e) {
          unconfirmed = e;
          refuseUnconfirmed();
        }
        durable = upTo;
      }
    }
    return entries;
  }

  /** Every entry, in order. Reads the file. */
  public List<Entry> entries() throws IOException {
    List<Entry> all = new ArrayList<>();
    // over our own channel: closing a second one on the same file would give up the lock (POSIX fcntl)
    new Journal(file, channel, null).load(all::add);
    return all;
  }

  /**
   * Checks a journal without opening it for writing; an unterminated last line is not counted.
   *
   * @throws BrokenJournal where the chain breaks
   */
  public static long verify(Path file, Consumer<Entry> each) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Journal reader = new Journal(file, channel, null);
      reader.load(each);
      return reader.written;
    }
  }

  /** After a failed fsync the kernel may have let go of the pages, and the next one succeeds without them: what is on disk is known only by reading it. */
  private void refuseUnconfirmed() throws IOException {
    if (unconfirmed != null) {
      throw new IOException("the disk did not confirm what was written to the journal (" + unconfirmed.getMessage()
          + "): whether that decision holds shows when Vigie is started again, and none is taken until then; check the disk", unconfirmed);
    }
  }

  /** Entries written. */
  public synchronized long size() {
    return written;
  }

  /** SHA-256 of the last line in hex: publish it, and the past cannot be rewritten unnoticed. */
  public synchronized String head() {
    return head;
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.release();
    }
    channel.close();
  }

  private static String sha256(byte[] octets, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(octets, 0, length);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
