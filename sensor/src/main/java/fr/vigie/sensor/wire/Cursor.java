package fr.vigie.sensor.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A sticky, bounds-checked reader over native memory: the one bounds check of the sensor. A read past the end yields 0, leaves the
 * position, and makes {@link #ok()} false until the cursor is set anew; so a dissector reads straight through, asks {@code ok()} once,
 * then reports. Mutable and reused; single-threaded; keeps no segment beyond {@link #clear()}.
 *
 * <p>A message may be shorter in the capture than on the wire ({@link #cut()}): then a read past the end is the capture's fault and not
 * the sender's, and no {@code Flaw} is due.
 */
public final class Cursor {
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /**
   * All memory, as one constant: what is read through it costs the compiler one load, where a segment of its own for each cursor costs it
   * type, liveness and bounds checks at every place that reads. The cursor's limit is the bounds check; with assertions on (all tests) each
   * read is held against the segment as well.
   */
  @SuppressWarnings("restricted") // the limit of the cursor bounds every read; docs/contracts.md names the classes that may
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private MemorySegment segment = MemorySegment.NULL;
  /** Addresses: of the message, of the next octet, behind what is there, behind what the wire had. */
  private long start;

  private long position;
  private long limit;
  private long wireEnd;
  private boolean failed;
  private long failedAt;

  /**
   * Sets the cursor on {@code captured} octets from {@code offset}, of which the wire had {@code wire}.
   *
   * @param memory native memory, alive as long as the cursor reads it
   * @param offset first octet of the message within the segment
   * @param captured octets that are there, at most what the segment holds
   * @param wire octets the message had on the wire, at least {@code captured} unless the sender padded
   */
  public Cursor set(MemorySegment memory, long offset, long captured, long wire) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("a cursor reads native memory only");
    }
    long room = Math.max(0, memory.byteSize() - offset);
    segment = memory;
    start = memory.address() + offset;
    position = start;
    limit = start + Math.min(Math.max(0, captured), room);
    wireEnd = start + Math.max(wire, 0);
    failed = false;
    failedAt = 0;
    return this;
  }

  /** Sets the cursor on what another has left to read. */
  public Cursor rest(Cursor other) {
    segment = other.segment;
    start = other.position;
    position = other.position;
    limit = other.limit;
    wireEnd = Math.max(other.wireEnd, other.position);
    failed = false;
    failedAt = 0;
    return this;
  }

  /** Lets go of the memory. */
  public void clear() {
    segment = MemorySegment.NULL;
    start = 0;
    position = 0;
    limit = 0;
    wireEnd = 0;
    failed = false;
    failedAt = 0;
  }

  private int octet(long at) {
    assert inside(at, 1);
    return ALL.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }

  private long word(long at) {
    assert inside(at, 8);
    return ALL.get(U64, at);
  }

  /** Whether the octets are the segment's own, and it is alive. */
  private boolean inside(long at, long octets) {
    return at >= segment.address() && at + octets <= segment.address() + segment.byteSize() && segment.scope().isAlive();
  }

  /** Whether every read so far was within the message. */
  public boolean ok() {
    return !failed;
  }

  /** Marks the message as broken at the present position: a length or tag that cannot be. */
  public void fail() {
    if (!failed) {
      failed = true;
      failedAt = position;
    }
  }

  /** Offset within the message at which the first read failed; meaningful when not {@link #ok()}. */
  public int failedAt() {
    return (int) (failedAt - start);
  }

  /** Whether the capture holds less of the message than the wire did. */
  public boolean cut() {
    return limit < wireEnd;
  }

  /** Offset within the message, from 0. */
  public int position() {
    return (int) (position - start);
  }

  /** Octets of the message on the wire, from its start. */
  public int wireLength() {
    return (int) (wireEnd - start);
  }

  /** Captured octets of the message, from its start. */
  public int length() {
    return (int) (limit - start);
  }

  /** Captured octets left to read. */
  public int remaining() {
    return failed ? 0 : (int) (limit - position);
  }

  /** Octets the wire had from here to the end of the message. */
  public int wireRemaining() {
    return (int) (wireEnd - position);
  }

  /** Moves to an offset within the message; outside of it the cursor fails. */
  public void seek(int offset) {
    if (offset < 0 || start + offset > limit) {
      fail();
    } else if (!failed) {
      position = start + offset;
    }
  }

  /** Skips octets. */
  public void skip(int octets) {
    if (has(octets)) {
      position += octets;
    }
  }

  /**
   * Narrows the cursor to the next {@code octets} octets and returns what {@link #leave} needs to widen it again. If fewer are there
   * the cursor fails.
   */
  public long enter(int octets) {
    long outer = limit;
    if (has(octets)) {
      limit = position + octets;
    }
    return outer;
  }

  /** Ends {@link #enter}: moves behind the inner part, read or not, and widens to the outer limit. */
  public void leave(long outer) {
    if (!failed) {
      position = limit;
    }
    limit = outer;
  }

  private boolean has(int octets) {
    if (failed || octets < 0 || position + octets > limit) {
      fail();
      return false;
    }
    return true;
  }

  /** Next octet, unsigned. */
  public int u8() {
    if (!has(1)) {
      return 0;
    }
    return octet(position++);
  }

  /** Steps over the next octet if it is this one; else does nothing and does not fail. */
  public boolean take(int octet) {
    if (failed || position >= limit || octet(position) != octet) {
      return false;
    }
    position++;
    return true;
  }

  /** Next two octets, big-endian, unsigned. */
  public int u16() {
    if (!has(2)) {
      return 0;
    }
    assert inside(position, 2);
    int value = ALL.get(U16, position) & 0xFFFF;
    position += 2;
    return value;
  }

  /** Next two octets, little-endian, unsigned. */
  public int u16le() {
    return Short.reverseBytes((short) u16()) & 0xFFFF;
  }

  /** Next three octets, big-endian, unsigned. */
  public int u24() {
    if (!has(3)) {
      return 0;
    }
    return u8() << 16 | u16();
  }

  /** Next four octets, big-endian, unsigned. */
  public long u32() {
    if (!has(4)) {
      return 0;
    }
    assert inside(position, 4);
    long value = ALL.get(U32, position) & 0xFFFFFFFFL;
    position += 4;
    return value;
  }

  /** Next four octets, little-endian, unsigned. */
  public long u32le() {
    return Integer.reverseBytes((int) u32()) & 0xFFFFFFFFL;
  }

  /** Next six octets, big-endian: a MAC address. */
  public long u48() {
    if (!has(6)) {
      return 0;
    }
    return (long) u16() << 32 | u32();
  }

  /** Next eight octets, big-endian. */
  public long u64() {
    if (!has(8)) {
      return 0;
    }
    long value = word(position);
    position += 8;
    return value;
  }

  /** Next {@code octets} octets, big-endian, unsigned, 0 to 8 of them. */
  public long unsigned(int octets) {
    if (octets > 8 || !has(octets)) {
      fail();
      return 0;
    }
    long value = 0;
    for (int i = 0; i < octets; i++) {
      value = value << 8 | octet(position++);
    }
    return value;
  }

  /** Next {@code octets} octets, big-endian, two's complement, 1 to 8 of them. */
  public long signed(int octets) {
    long value = unsigned(octets);
    int shift = 64 - 8 * octets;
    return octets == 0 ? 0 : value << shift >> shift;
  }

  /** Next four octets as IEEE 754 single, big-endian. */
  public float f32() {
    return Float.intBitsToFloat((int) u32());
  }

  /** Next eight octets as IEEE 754 double, big-endian. */
  public double f64() {
    return Double.longBitsToDouble(u64());
  }

  /** The octet {@code ahead} octets from here, or 0 (without failing) where there is none. */
  public int peek(int ahead) {
    long at = position + ahead;
    return failed || ahead < 0 || at >= limit ? 0 : octet(at);
  }

  /** The octet at an offset within the message, or 0 (without failing) where there is none. */
  public int at(int offset) {
    long at = start + offset;
    return offset < 0 || at >= limit ? 0 : octet(at);
  }

  /** A 64-bit digest of the next {@code octets} octets without moving; for novelty, not for security. */
  public long digest(int octets) {
    if (failed || octets < 0 || position + octets > limit) {
      return 0;
    }
    long h = 0x9E3779B97F4A7C15L ^ octets;
    long p = position;
    int left = octets;
    for (; left >= 8; left -= 8, p += 8) {
      h = (h ^ word(p)) * 0xBF58476D1CE4E5B9L;
      h ^= h >>> 32;
    }
    long tail = 0;
    for (; left > 0; left--, p++) {
      tail = tail << 8 | octet(p);
    }
    h = (h ^ tail) * 0x94D049BB133111EBL;
    return h ^ h >>> 29;
  }

  /**
   * Another 64-bit digest of the next {@code octets} octets without moving: of long ones in a third of the time, since four parts of them do
   * not wait for each other. What {@link #digest} tells is kept in tables and stays as it is.
   */
  public long fold(int octets) {
    if (octets < 64 || failed || position + octets > limit) {
      return digest(octets);
    }
    long a = 0x9E3779B97F4A7C15L ^ octets;
    long b = 0xC2B2AE3D27D4EB4FL;
    long c = 0x165667B19E3779F9L;
    long d = 0x94D049BB133111EBL;
    long p = position;
    int left = octets;
    for (; left >= 32; left -= 32, p += 32) {
      a = turn(a ^ word(p));
      b = turn(b ^ word(p + 8));
      c = turn(c ^ word(p + 16));
      d = turn(d ^ word(p + 24));
    }
    // the last 32 octets, of which some were taken already
    long end = position + octets - 32;
    a = turn(a ^ word(end));
    b = turn(b ^ word(end + 8));
    c = turn(c ^ word(end + 16));
    d = turn(d ^ word(end + 24));
    return turn(turn(turn(a ^ b) ^ c) ^ d);
  }

  private static long turn(long value) {
    long h = value * 0xBF58476D1CE4E5B9L;
    return h ^ h >>> 32;
  }

  /** Offset within the message of the next octet equal to {@code octet} at or after here, or -1; does not move. */
  public int find(int octet) {
    return failed ? -1 : scan(octet, position, limit);
  }

  /** Offset within the message of the first such octet from {@code from} to before {@code to}, or -1; does not move and does not fail. */
  public int indexOf(int octet, int from, int to) {
    return scan(octet, start + Math.max(0, from), Math.min(limit, start + to));
  }

  /** Offset within the message behind the next LF at or after an offset, or -1 where there is none; does not move. */
  public int lineEnd(int offset) {
    int at = scan('\n', start + Math.max(0, offset), limit);
    return at < 0 ? -1 : at + 1;
  }

  /** Eight octets at a time: the lowest zero of {@code x} is found by the borrow that starts at it. */
  private int scan(int octet, long from, long to) {
    long pattern = octet * 0x0101010101010101L;
    long p = from;
    for (; p + 8 <= to; p += 8) {
      long x = Long.reverseBytes(word(p)) ^ pattern;
      long zero = x - 0x0101010101010101L & ~x & 0x8080808080808080L;
      if (zero != 0) {
        return (int) (p - start) + (Long.numberOfTrailingZeros(zero) >>> 3);
      }
    }
    for (; p < to; p++) {
      if (octet(p) == octet) {
        return (int) (p - start);
      }
    }
    return -1;
  }

  /** Whether the next octets are these ASCII characters, without regard to case; does not move. */
  public boolean startsWith(String ascii) {
    if (remaining() < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      int a = octet(position + i);
      int b = ascii.charAt(i);
      if (a != b && (lower(a) != lower(b))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /**
   * Next {@code octets} octets as text; allocates, so only for what is news. Octets that the charset cannot decode become U+FFFD.
   */
  public String text(int octets, Charset charset) {
    if (!has(octets)) {
      return "";
    }
    return new String(bytes(octets), charset);
  }

  /** Next {@code octets} octets as UTF-8 text; allocates. */
  public String text(int octets) {
    return text(octets, StandardCharsets.UTF_8);
  }

  /** Copies the next {@code octets} octets; allocates. */
  public byte[] bytes(int octets) {
    if (!has(octets)) {
      return new byte[0];
    }
    byte[] copy = new byte[octets];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset(), copy, 0, octets);
    position += octets;
    return copy;
  }

  /** Copies the next {@code octets} octets into other native memory. */
  public void copyTo(MemorySegment target, long offset, int octets) {
    if (has(octets)) {
      MemorySegment.copy(segment, offset(), target, offset, octets);
      position += octets;
    }
  }

  /** The memory under the cursor, for the flow layer alone. */
  public MemorySegment segment() {
    return segment;
  }

  /** Absolute offset of the position within {@link #segment()}. */
  public long offset() {
    return position - segment.address();
  }
}
