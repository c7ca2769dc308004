package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of the ring: a section header, then interfaces and packets in the order of recording. Beside it lies its index once it is
 * finished; a segment without a sound index is read, once, to make it again. A block that a crash left half is taken off then.
 */
final class Segment {
  static final String ENDING = ".pcapng";
  static final String INDEX = ".idx";

  /** Fixed octets of a block. */
  private static final int FRAME = 12;

  /** Octets of a block with a packet of middling length. */
  private static final int USUAL = 512;

  final long number;
  final Path file;
  private final Path index;
  private volatile long octets;
  private volatile long first = Long.MAX_VALUE;
  private volatile long last = Long.MIN_VALUE;
  private volatile int packets;
  /** The index while the segment is written; null once its file is there. */
  private @Nullable FlowIndex open;
  /** What is kept in memory of the index once the segment is whole; null where it was not asked for, or had to make room. */
  private volatile @Nullable Catalogue catalogue;
  /** The interfaces, once the segment is whole and somebody asked. */
  private volatile @Nullable List<Iface> known;

  Segment(Path folder, long number) {
    this.number = number;
    file = folder.resolve(String.format("%012d%s", number, ENDING));
    index = folder.resolve(String.format("%012d%s", number, INDEX));
  }

  /** The number in the name of a segment's file, or -1. */
  static long number(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(ENDING) || name.length() != 12 + ENDING.length()) {
      return -1;
    }
    for (int i = 0; i < 12; i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(name.substring(0, 12));
  }

  // ---- being written

  /** The segment is written from here on, and finds packets by this index. */
  synchronized void begin(FlowIndex fresh, long headingOctets) {
    fresh.clear();
    open = fresh;
    octets = headingOctets;
  }

  /** Octets that readers may rely on. */
  long octets() {
    return octets;
  }

  /** So much more is on the file: {@code add} fills the index meanwhile. */
  synchronized void grown(long to, Runnable add) {
    add.run();
    FlowIndex i = open;
    if (i != null) {
      first = i.first();
      last = i.last();
      packets = i.packets();
    }
    octets = to;
  }

  /** The segment is finished: its index becomes a file. */
  synchronized void finish() throws IOException {
    FlowIndex i = open;
    open = null;
    if (i != null) {
      writeIndex(i);
    }
  }

  private void writeIndex(FlowIndex i) throws IOException {
    Path part = index.resolveSibling(index.getFileName() + ".part");
    try {
      byte[] stored = i.write(octets);
      Files.write(part, stored);
      Files.move(part, index, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      catalogue = FlowIndex.catalogue(ByteBuffer.wrap(stored)); // it is whole and at hand
    } catch (IOException e) {
      Files.deleteIfExists(part);
      throw e; // the segment is whole all the same, and is indexed again by reading
    }
  }

  // ---- being opened again

  /**
   * Takes over a segment that an earlier run left.
   *
   * @param unindexed told where the index cannot be written: the segment serves without
   * @return octets of a half block that were taken off, or -1 where the index was sound
   */
  long recover(FlowIndex scratch, Runnable unindexed) throws IOException {
    long size = Files.size(file);
    byte[] stored = Files.exists(index) ? Files.readAllBytes(index) : new byte[0];
    FlowIndex.Summary summary = FlowIndex.summary(ByteBuffer.wrap(stored));
    if (summary != null && summary.octets() == size) {
      octets = size;
      first = summary.first();
      last = summary.last();
      packets = summary.packets();
      return -1;
    }
    scratch.clear();
    long sound = read(file, size, scratch);
    if (sound < size) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(sound);
      }
    }
    octets = sound;
    first = scratch.first();
    last = scratch.last();
    packets = scratch.packets();
    try {
      if (sound > 0) {
        writeIndex(scratch);
      }
    } catch (IOException e) {
      unindexed.run(); // a full disk must not keep the watch from starting
    }
    return size - sound;
  }

  /** Reads whole blocks into an index; returns how many octets are whole. */
  static long read(Path file, long size, FlowIndex into) throws IOException {
    try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment memory = arena.allocate(Math.max(1, size), 8);
      ByteBuffer buffer = memory.asByteBuffer();
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until all is there
      }
      long there = Math.min(size, buffer.position());
      Headers headers = new Headers();
      Key key = new Key();
      List<Integer> links = new ArrayList<>();
      long at = 0;
      while (at + FRAME <= there && !into.full()) {
        int type = memory.get(Block.U32, at);
        long total = memory.get(Block.U32, at + Block.TOTAL) & 0xFFFFFFFFL;
        boolean begins = at == 0 ? type == Block.SECTION : type == Block.INTERFACE || type == Block.PACKET || type == Block.STATISTICS;
        if (!begins || total < FRAME || (total & 3) != 0 || at + total > there || (memory.get(Block.U32, at + total - 4) & 0xFFFFFFFFL) != total) {
          break;
        }
        if (type == Block.INTERFACE && total >= 20) {
          links.add(memory.get(Block.U16, at + 8) & 0xFFFF);
          into.iface((int) at);
        } else if (type == Block.PACKET) {
          int iface = memory.get(Block.U32, at + Block.IFACE);
          long captured = memory.get(Block.U32, at + Block.CAPTURED) & 0xFFFFFFFFL;
          if (iface < 0 || iface >= links.size() || captured > total - Block.OCTETS - 4) {
            break;
          }
          key(memory, at, links.get(iface), headers, key);
          key.iface = iface;
          into.add(key, (int) at, time(memory, at));
        }
        at += total;
      }
      return at;
    }
  }

  /** Reads what a packet is found by from its block. */
  static void key(MemorySegment memory, long at, int linkType, Headers headers, Key key) {
    headers.parse(memory, at + Block.OCTETS, memory.get(Block.U32, at + Block.CAPTURED), memory.get(Block.U32, at + Block.WIRE), linkType, -1);
    key.of(headers);
  }

  static long time(MemorySegment memory, long at) {
    return (long) memory.get(Block.U32, at + Block.TIME_HIGH) << 32 | memory.get(Block.U32, at + Block.TIME_LOW) & 0xFFFFFFFFL;
  }

  // ---- being asked

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  int packets() {
    return packets;
  }

  /** Octets on disk, the index included. */
  long onDisk() {
    try {
      return octets + (Files.exists(index) ? Files.size(index) : 0);
    } catch (IOException e) {
      return octets; // gone meanwhile
    }
  }

  /** Says which flows are asked for, knowing the segment's interfaces. */
  interface Question {
    /** The matcher of this segment. */
    FlowIndex.Matcher among(List<Iface> interfaces);
  }

  /**
   * An interface of the segment.
   *
   * @param name its name, or empty
   * @param zone capture zone
   * @param linkType LINKTYPE_ value
   */
  record Iface(String name, String zone, int linkType) {
    static Iface of(Origin o) {
      String name = o.name();
      return new Iface(name == null ? o.file() : name, o.realm(), o.linkType());
    }
  }

  /**
   * Finds packets within a time.
   *
   * @param scratch room for {@link Catalogue#FLOWS} flows where the matcher names addresses
   * @return the segment's interfaces, which packets name by their place
   * @throws java.nio.file.NoSuchFileException where the segment is gone
   */
  List<Iface> find(Question question, long from, long to, ByteBuffer scratch, FlowIndex.Found found) throws IOException {
    synchronized (this) {
      FlowIndex i = open;
      if (i != null) {
        List<Iface> ifaces = interfaces(i.ifaces());
        i.find(question.among(ifaces), from, to, found);
        return ifaces;
      }
    }
    Catalogue kept = catalogue;
    if (kept != null) {
      List<Iface> ifaces = known;
      ifaces = ifaces != null ? ifaces : interfaces(kept.ifaces());
      FlowIndex.Matcher matcher = question.among(ifaces);
      long[] addresses = matcher.addresses();
      if (addresses != null) {
        known = ifaces;
        if (kept.find(index, matcher, addresses, from, to, scratch, found)) {
          return ifaces;
        }
        catalogue = null;
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer stored = stored(arena);
      if (FlowIndex.summary(stored) != null) {
        catalogue = FlowIndex.catalogue(stored);
        List<Iface> ifaces = interfaces(FlowIndex.ifaces(stored));
        if (FlowIndex.find(stored, question.among(ifaces), from, to, found)) {
          known = ifaces;
          return ifaces;
        }
      }
    }
    FlowIndex again = new FlowIndex();
    read(file, octets, again);
    List<Iface> ifaces = interfaces(again.ifaces());
    again.find(question.among(ifaces), from, to, found);
    known = ifaces;
    return ifaces;
  }

  /**
   * The index as it is on disk, or nothing where it is not there or cannot be read. It is megabytes and asked for by each alert, so it stays out of the
   * heap; and it is read and not mapped: of a mapped file a bad sector, or somebody who cuts it, ends the whole process and not the one question.
   */
  private ByteBuffer stored(Arena arena) {
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size <= FlowIndex.LARGEST) {
        ByteBuffer stored = arena.allocate(size).asByteBuffer();
        int got = 0;
        while (got >= 0 && stored.hasRemaining()) {
          got = channel.read(stored);
        }
        return stored;
      }
    } catch (IOException e) {
      // the segment itself is read then
    }
    return ByteBuffer.allocate(0);
  }

  /**
   * The segment's interfaces, which packets name by their place.
   *
   * @throws java.nio.file.NoSuchFileException where the segment is gone
   */
  List<Iface> interfaces() throws IOException {
    List<Iface> all = known;
    return all != null ? all : find(ifaces -> flow -> 0, 0, 0, ByteBuffer.allocate(0), (offset, at, rank) -> { });
  }

  private List<Iface> interfaces(int[] offsets) throws IOException {
    List<Iface> all = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int offset : offsets) {
        ByteBuffer block = block(channel, offset);
        String name = Block.text(block, 16, Block.NAME);
        String zone = Block.text(block, 16, Block.DESCRIPTION);
        all.add(new Iface(name == null ? "" : name, zone == null ? "" : zone, block.getShort(8) & 0xFFFF));
      }
    }
    return all;
  }

  /** What was counted of its interfaces while it was written, each named by its place; empty while it is written, and after a crash. */
  List<Statement> counted() throws IOException {
    List<Statement> all = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = octets;
      while (end > FRAME) { // from the end back: they stand behind the packets
        int total = exactly(channel, end - 4, 4).getInt(0);
        if (total < FRAME || total > end) {
          break;
        }
        Statement said = Block.statistics(exactly(channel, end - total, Math.min(total, Block.COUNTED)));
        if (said == null) {
          break;
        }
        all.add(said);
        end -= total;
      }
    }
    return all;
  }

  /** Reads one block, little-endian. */
  static ByteBuffer block(FileChannel channel, long at) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(USUAL).order(ByteOrder.LITTLE_ENDIAN); // most are whole with one question to the kernel
    while (block.position() < FRAME) {
      if (channel.read(block, at + block.position()) < 0) {
        throw new IOException("the segment ends at " + (at + block.position()));
      }
    }
    int total = block.getInt(4);
    if (total < FRAME || total > Block.LONGEST + 65536) {
      throw new IOException("a block of " + total + " octets at " + at);
    }
    return block.position() < total ? exactly(channel, at, total) : block.flip().limit(total);
  }

  private static ByteBuffer exactly(FileChannel channel, long at, int octets) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(octets).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("the segment ends at " + (at + buffer.position()));
      }
    }
    return buffer.flip();
  }

  /** Octets of heap of what is kept in memory of the index; 0 where nothing is. */
  long kept() {
    Catalogue kept = catalogue;
    return kept == null ? 0 : kept.octets();
  }

  /** Makes room in memory: the index is read again when somebody asks. */
  void forget() {
    catalogue = null;
  }

  /** Removes the segment's files. */
  void delete() throws IOException {
    Files.deleteIfExists(index);
    Files.deleteIfExists(file);
  }
}
