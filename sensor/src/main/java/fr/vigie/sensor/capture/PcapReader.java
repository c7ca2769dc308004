package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The reader of pcap files (draft-ietf-opsawg-pcap-07 §4 and §5), in the writer's byte order:
 *
 * <pre>
 * file:   | magic u32 | major u16 | minor u16 | reserved u32 | reserved u32 | snaplen u32 | link type u32 (low 16 bits) |
 * record: | seconds u32 | fraction u32 | captured u32 | wire u32 | [ifindex u32 | protocol u16 | type u8 | pad u8] | octets |
 * </pre>
 *
 * The bracketed fields exist only under the magic of Kuznetzov's tcpdump patch. Records of versions before 2.3 hold the two lengths in
 * the other order, those of 2.3 in either (libpcap {@code sf-pcap.c} tells the story).
 */
final class PcapReader implements RecordReader {
  /** §4: microseconds. */
  static final int MICROS = 0xA1B2C3D4;

  /** §4: nanoseconds. */
  static final int NANOS = 0xA1B23C4D;

  /** Records with eight octets more (Linux 2.x tcpdump of Kuznetzov). */
  static final int KUZNETZOV = 0xA1B2CD34;

  /** §4: octets of the file header. */
  static final int FILE_HEADER = 24;

  private static final int RECORD_HEADER = 16;
  /** No wire carries a frame of no octets; a lost sector or a bomb is a long run of them. */
  private static final int MOST_EMPTY = 4_096;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Window window;
  private final boolean bigEndian;
  private final int header;
  private final int scale;
  private final Lengths lengths;
  private final int linkType;
  private final int origin;
  private @Nullable Trouble trouble;
  private int empty;

  /** In which order a record holds its two lengths. */
  private enum Lengths {
    CAPTURED_FIRST,
    WIRE_FIRST,
    SMALLER_IS_CAPTURED
  }

  /** Reads the file header, which the window must hold whole. */
  PcapReader(Window window, Interfaces interfaces) {
    this.window = window;
    MemorySegment s = window.segment;
    long at = window.position;
    int magic = s.get(U32, at);
    this.bigEndian = !known(magic);
    int forward = bigEndian ? Integer.reverseBytes(magic) : magic;
    this.header = forward == KUZNETZOV ? RECORD_HEADER + 8 : RECORD_HEADER;
    this.scale = forward == NANOS ? 1 : 1000;
    int versions = word(s, at + 4);
    int major = bigEndian ? versions >>> 16 : versions & 0xFFFF;
    int minor = bigEndian ? versions & 0xFFFF : versions >>> 16;
    this.lengths = order(major, minor);
    this.linkType = word(s, at + 20) & 0xFFFF;
    this.origin = interfaces.add(null, linkType);
    window.position += FILE_HEADER;
  }

  /** Whether a file that starts with this little-endian number is a pcap file. */
  static boolean recognises(int magic) {
    return known(magic) || known(Integer.reverseBytes(magic));
  }

  private static boolean known(int magic) {
    return magic == MICROS || magic == NANOS || magic == KUZNETZOV;
  }

  private static Lengths order(int major, int minor) {
    if (major == 2 && minor < 3 || major == 543) {
      return Lengths.WIRE_FIRST;
    }
    return major == 2 && minor == 3 ? Lengths.SMALLER_IS_CAPTURED : Lengths.CAPTURED_FIRST;
  }

  private int word(MemorySegment s, long at) {
    int value = s.get(U32, at);
    return bigEndian ? Integer.reverseBytes(value) : value;
  }

  @Override
  public boolean next(Packet packet) throws IOException {
    Window w = window;
    if (!w.require(header)) {
      if (w.available() > 0) {
        cut(w, "a record header");
      }
      return false;
    }
    MemorySegment s = w.segment;
    long at = w.position;
    int captured = word(s, at + 8);
    int wire = word(s, at + 12);
    if (lengths != Lengths.CAPTURED_FIRST && (lengths == Lengths.WIRE_FIRST || Integer.compareUnsigned(captured, wire) > 0)) {
      int first = captured;
      captured = wire;
      wire = first;
    }
    if (captured < 0 || captured > CaptureFile.MAXIMUM_CAPTURED) {
      trouble =
          new Trouble(w.offset(), "a record claims " + Integer.toUnsignedString(captured) + " captured octets where "
              + CaptureFile.MAXIMUM_CAPTURED + " is the most there can be: the file is damaged from here on; take it again from its source.");
      return false;
    }
    empty = (captured | wire) == 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) {
      trouble = new Trouble(w.offset(), MOST_EMPTY + " records in a row hold nothing: the file is filled with zeros from here on; take it again "
          + "from its source.");
      return false;
    }
    long seconds = word(s, at) & 0xFFFFFFFFL;
    long fraction = word(s, at + 4) & 0xFFFFFFFFL;
    long octets = (long) header + captured;
    if (w.available() < octets) {
      if (!w.require(octets)) {
        cut(w, "a packet of " + captured + " octets");
        return false;
      }
      s = w.segment;
      at = w.position;
    }
    packet.segment = s;
    packet.offset = at + header;
    packet.captured = captured;
    packet.wire = wire < captured ? captured : wire;
    packet.at = seconds * 1_000_000_000L + fraction * scale;
    packet.origin = origin;
    packet.linkType = linkType;
    w.position = at + octets;
    return true;
  }

  private void cut(Window w, String within) {
    trouble = new Trouble(w.offset(), "the file ends within " + within + ": it was cut off; copy it again or stop the writer first.");
  }

  @Override
  public @Nullable Trouble fault() {
    return trouble;
  }
}
