package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reader of pcapng files (draft-ietf-opsawg-pcapng-04): a chain of blocks in the byte order of their section.
 *
 * <pre>
 * block: | type u32 | total length u32 | body, padded to 4 octets | total length u32 |
 * SHB:   | 0x0A0D0D0A | length | magic u32 | major u16 | minor u16 | section length i64 | options |
 * IDB:   | 1 | length | link type u16 | reserved u16 | snaplen u32 | options |
 * PB:    | 2 | length | interface u16 | drops u16 | time high u32 | time low u32 | captured u32 | wire u32 | octets | options |
 * SPB:   | 3 | length | wire u32 | octets |
 * ISB:   | 5 | length | interface u32 | time high u32 | time low u32 | options |
 * EPB:   | 6 | length | interface u32 | time high u32 | time low u32 | captured u32 | wire u32 | octets | options |
 * option: | code u16 | length u16 | value, padded to 4 octets |
 * </pre>
 *
 * What an interface statistics block or the drop count of a packet says is a {@link Statement}. Every other block (name resolution, secrets,
 * journal entries, custom and unknown ones) is passed over by its length, whatever it is; so is a section of an unknown version (§4.1: its
 * blocks cannot be understood), and that is told at the end.
 */
final class PcapngReader implements RecordReader {
  /** §4.1: the same in both byte orders. */
  static final int SECTION = 0x0A0D0D0A;

  private static final int BYTE_ORDER = 0x1A2B3C4D;
  private static final int INTERFACE = 1;
  private static final int PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  /** §4.2: if_name, if_tsresol, if_tsoffset; §3.5: opt_endofopt. */
  private static final int END_OF_OPTIONS = 0;

  private static final int NAME = 2;
  private static final int RESOLUTION = 9;
  private static final int OFFSET = 14;

  /** §4.6: isb_starttime, isb_endtime, isb_ifrecv, isb_ifdrop, isb_osdrop; §4.3: epb_dropcount. */
  private static final int START_TIME = 2;

  private static final int END_TIME = 3;
  private static final int RECEIVED = 4;
  private static final int INTERFACE_DROPS = 5;
  private static final int SYSTEM_DROPS = 7;
  private static final int DROP_COUNT = 4;

  /** §4.5: the obsolete packet block's count where the writer does not know. */
  private static final int DROPS_UNKNOWN = 0xFFFF;

  /** Statements kept between two packets; a writer makes one for each interface now and then. */
  private static final int MOST_STATEMENTS = 1024;

  private static final long DAY = 86_400_000_000_000L;

  /** September 2001, ns. */
  private static final long CENTURY = 1_000_000_000_000_000_000L;

  /** No counter of frames comes as far as this. */
  private static final long MOST_FRAMES = 1L << 50;

  /** Fixed octets of EPB and PB before the packet's, block header included. */
  private static final int PACKET_HEADER = 28;

  /** Octets of a section or interface block whose options are read; what is beyond is passed over. */
  private static final int DESCRIPTION = 1 << 16;

  /** Most interfaces of one file, those of all its sections: a week of files of a minute, put end to end. What each costs grows with those before it. */
  static final int MAXIMUM_INTERFACES = 1 << 14;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Window window;
  private final Interfaces interfaces;
  private final List<Interface> section = new ArrayList<>();
  private final Deque<Statement> statements = new ArrayDeque<>();
  private int met;
  private boolean bigEndian;
  private long last;
  private boolean foreign;
  private @Nullable Trouble notice;
  private @Nullable Trouble trouble;

  /** Starts at a section header block. */
  PcapngReader(Window window, Interfaces interfaces) {
    this.window = window;
    this.interfaces = interfaces;
  }

  private int word(MemorySegment s, long at) {
    int value = s.get(U32, at);
    return bigEndian ? Integer.reverseBytes(value) : value;
  }

  private int half(MemorySegment s, long at) {
    short value = s.get(U16, at);
    return (bigEndian ? Short.reverseBytes(value) : value) & 0xFFFF;
  }

  @Override
  public boolean next(Packet packet) throws IOException {
    Window w = window;
    while (true) {
      if (!w.require(12)) {
        if (w.available() > 0) {
          cut(w, "a block header");
        }
        return false;
      }
      int type = word(w.segment, w.position);
      if (type == SECTION && !byteOrder(w)) {
        return false;
      }
      long total = word(w.segment, w.position + 4) & 0xFFFFFFFFL;
      // §3.1 wants a multiple of four; writers that forget pad all the same, so the length is rounded up as Wireshark does.
      long padded = total + 3 & ~3L;
      if (total < 12) {
        return trouble(w, "a block of type " + Integer.toUnsignedString(type) + " claims " + total + " octets, fewer than its frame needs");
      }
      if (foreign && type != SECTION) {
        if (!pass(w, total, padded)) {
          return false;
        }
        continue;
      }
      boolean ok =
          switch (type) {
            case SECTION -> section(w, total, padded);
            case INTERFACE -> iface(w, total, padded);
            case ENHANCED_PACKET, PACKET -> packet(w, packet, type == PACKET, total, padded);
            case SIMPLE_PACKET -> simple(w, packet, total, padded);
            case STATISTICS -> statistics(w, total, padded);
            default -> pass(w, total, padded);
          };
      if (!ok) {
        return false;
      }
      if (type == ENHANCED_PACKET || type == PACKET || type == SIMPLE_PACKET) {
        last = packet.at;
        packet.stated = !statements.isEmpty();
        return true;
      }
    }
  }

  /** §4.1: each section states its own byte order. */
  private boolean byteOrder(Window w) {
    int magic = w.segment.get(U32, w.position + 8);
    if (magic != BYTE_ORDER && magic != Integer.reverseBytes(BYTE_ORDER)) {
      return trouble(w, "a section header has no byte-order magic");
    }
    bigEndian = magic != BYTE_ORDER;
    return true;
  }

  private boolean section(Window w, long total, long padded) throws IOException {
    if (!describe(w, total, 28)) {
      return false;
    }
    int major = half(w.segment, w.position + 12);
    foreign = major != 1;
    if (foreign && notice == null) {
      notice = new Trouble(w.offset(), "a section is of pcapng version " + major + ", and only version 1 exists: it was passed over; export"
          + " it as version 1.");
    }
    section.clear();
    return pass(w, total, padded);
  }

  private boolean iface(Window w, long total, long padded) throws IOException {
    if (!describe(w, total, 20)) {
      return false;
    }
    if (++met > MAXIMUM_INTERFACES) {
      return trouble(w, "the file names more than " + MAXIMUM_INTERFACES + " interfaces");
    }
    MemorySegment s = w.segment;
    int linkType = half(s, w.position + 8);
    long snaplen = word(s, w.position + 12) & 0xFFFFFFFFL;
    int resolution = 6;
    long offset = 0;
    String name = null;
    long at = w.position + 16;
    long to = w.position + Math.min(total - 4, DESCRIPTION);
    while (at + 4 <= to) {
      int code = half(s, at);
      int length = half(s, at + 2);
      at += 4;
      if (code == END_OF_OPTIONS || at + length > to) {
        break;
      }
      if (code == NAME) {
        name = new String(s.asSlice(at, Math.min(length, 256)).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
      } else if (code == RESOLUTION && length >= 1) {
        resolution = s.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      } else if (code == OFFSET && length >= 8) {
        offset = number(s, at);
      }
      at += length + 3 & ~3;
    }
    section.add(new Interface(interfaces.add(name, linkType), linkType, snaplen, resolution, offset));
    return pass(w, total, padded);
  }

  /** Brings what is read of a describing block into memory. */
  private boolean describe(Window w, long total, int least) throws IOException {
    if (total < least) {
      return trouble(w, "a block that describes the capture is shorter than its fixed fields");
    }
    if (!w.require(Math.min(total, DESCRIPTION))) {
      return cut(w, "a block of " + total + " octets");
    }
    return true;
  }

  private boolean packet(Window w, Packet packet, boolean obsolete, long total, long padded) throws IOException {
    if (total < PACKET_HEADER + 4) {
      return trouble(w, "a packet block is shorter than its fixed fields");
    }
    if (!w.require(PACKET_HEADER)) {
      return cut(w, "a packet block");
    }
    MemorySegment s = w.segment;
    long at = w.position;
    long id = obsolete ? half(s, at + 8) : word(s, at + 8) & 0xFFFFFFFFL;
    long captured = word(s, at + 20) & 0xFFFFFFFFL;
    if (id >= section.size()) {
      return trouble(w, "a packet names interface " + id + " of " + section.size());
    }
    if (captured > total - PACKET_HEADER - 4 || captured > CaptureFile.MAXIMUM_CAPTURED) {
      return absurd(w, captured);
    }
    Interface origin = section.get((int) id);
    long time = (long) word(s, at + 12) << 32 | word(s, at + 16) & 0xFFFFFFFFL;
    int wire = word(s, at + 24);
    packet.at = origin.nanoseconds(time);
    int drops = obsolete ? half(s, at + 10) : DROPS_UNKNOWN;
    if (!fill(w, packet, origin, PACKET_HEADER, (int) captured, wire, total, padded)) {
      return false;
    }
    long options = PACKET_HEADER + (captured + 3 & ~3L);
    if (drops != DROPS_UNKNOWN) {
      lost(origin, packet.at, drops);
    } else if (!obsolete && options + 4 < total) {
      lost(origin, packet.at, dropped(w.segment, w.position - padded + options, w.position - padded + total - 4));
    }
    return true;
  }

  /** §4.3: epb_dropcount among the options of a packet, or 0. */
  private long dropped(MemorySegment s, long from, long to) {
    long at = from;
    while (at + 4 <= to) {
      int code = half(s, at);
      int length = half(s, at + 2);
      at += 4;
      if (code == END_OF_OPTIONS || at + length > to) {
        return 0;
      }
      if (code == DROP_COUNT && length == 8) {
        return counted(number(s, at));
      }
      at += length + 3 & ~3;
    }
    return 0;
  }

  private void lost(Interface origin, long at, long count) {
    if (count > 0) {
      state(Statement.lost(origin.index, at, count));
    }
  }

  private void state(Statement said) {
    if (statements.size() < MOST_STATEMENTS) {
      statements.add(said);
    } else if (notice == null) {
      notice = new Trouble(window.offset(), "more than " + MOST_STATEMENTS + " interface statistics stand between two packets: what is beyond was"
          + " passed over; write fewer.");
    }
  }

  @Override
  public @Nullable Statement statement() {
    return statements.poll();
  }

  /** A number of 64 bits in the byte order of the section (§3.5). */
  private long number(MemorySegment s, long at) {
    long first = word(s, at) & 0xFFFFFFFFL;
    long second = word(s, at + 4) & 0xFFFFFFFFL;
    return bigEndian ? first << 32 | second : second << 32 | first;
  }

  private static long counted(long value) {
    return value < 0 || value > MOST_FRAMES ? Statement.UNSAID : value;
  }

  /** §4.6: what the writer counted of an interface. */
  private boolean statistics(Window w, long total, long padded) throws IOException {
    if (!describe(w, total, 24)) {
      return false;
    }
    MemorySegment s = w.segment;
    long id = word(s, w.position + 8) & 0xFFFFFFFFL;
    if (id < section.size()) {
      statistics(s, section.get((int) id), w.position + 12, w.position + Math.min(total - 4, DESCRIPTION));
    } else if (notice == null) {
      notice = new Trouble(w.offset(), "statistics name interface " + id + " of " + section.size() + ": they were passed over.");
    }
    return pass(w, total, padded);
  }

  private void statistics(MemorySegment s, Interface origin, long from, long to) {
    long time = (long) word(s, from) << 32 | word(s, from + 4) & 0xFFFFFFFFL;
    long start = Statement.UNSAID;
    long received = Statement.UNSAID;
    long droppedByInterface = Statement.UNSAID;
    long droppedBySystem = Statement.UNSAID;
    long at = from + 8;
    while (at + 4 <= to) {
      int code = half(s, at);
      int length = half(s, at + 2);
      at += 4;
      if (code == END_OF_OPTIONS || at + length > to) {
        break;
      }
      if (length == 8) {
        switch (code) {
          // times of a statistic are two words, the high one first, whatever the byte order
          case START_TIME -> start = moment(origin, (long) word(s, at) << 32 | word(s, at + 4) & 0xFFFFFFFFL);
          case END_TIME -> time = (long) word(s, at) << 32 | word(s, at + 4) & 0xFFFFFFFFL;
          case RECEIVED -> received = counted(number(s, at));
          case INTERFACE_DROPS -> droppedByInterface = counted(number(s, at));
          case SYSTEM_DROPS -> droppedBySystem = counted(number(s, at));
          default -> { }
        }
      }
      at += length + 3 & ~3;
    }
    state(new Statement(origin.index, moment(origin, time), start, received, droppedByInterface, droppedBySystem, 0));
  }

  /**
   * When a statistic was made: in the unit of its interface (§4.6). Wireshark's dumpcap counts microseconds whatever unit it gave the interface: where
   * the time is far from the last packet's, and as microseconds is near it, it is those. Without a packet before it a time in this century decides.
   */
  private long moment(Interface origin, long time) {
    long stated = origin.nanoseconds(time);
    if (last == 0 && stated < CENTURY && time > CENTURY / 1000 && time < 4 * (CENTURY / 1000)) {
      return time * 1000;
    }
    if (last != 0 && Math.abs(stated - last) > DAY && Math.abs(time * 1000 - last) <= DAY) {
      return time * 1000;
    }
    return stated;
  }

  /** §4.4: the packet has no length but the wire's; the interface is the first, whose snaplen cut it. */
  private boolean simple(Window w, Packet packet, long total, long padded) throws IOException {
    if (total < 16) {
      return trouble(w, "a packet block is shorter than its fixed fields");
    }
    if (section.isEmpty()) {
      return trouble(w, "a packet stands before the first interface");
    }
    Interface origin = section.get(0);
    int wire = word(w.segment, w.position + 8);
    long captured = Math.min(wire & 0xFFFFFFFFL, total - 16);
    if (origin.snaplen > 0) {
      captured = Math.min(captured, origin.snaplen);
    }
    if (captured > CaptureFile.MAXIMUM_CAPTURED) {
      return absurd(w, captured);
    }
    packet.at = last;
    return fill(w, packet, origin, 12, (int) captured, wire, total, padded);
  }

  private boolean fill(Window w, Packet packet, Interface origin, int header, int captured, int wire, long total, long padded)
      throws IOException {
    if (padded > Slabs.SIZE) {
      return trouble(w, "a packet block claims " + total + " octets, of which " + (total - captured) + " are no packet");
    }
    if (w.available() < padded && !w.require(padded)) {
      return cut(w, "a packet block of " + total + " octets");
    }
    if ((word(w.segment, w.position + padded - 4) & 0xFFFFFFFFL) != total) {
      return trouble(w, "the two lengths of a packet block differ");
    }
    packet.segment = w.segment;
    packet.offset = w.position + header;
    packet.captured = captured;
    packet.wire = wire < captured ? captured : wire;
    packet.origin = origin.index;
    packet.linkType = origin.linkType;
    w.position += padded;
    return true;
  }

  /** Passes over a block to the length at its end, and checks that. */
  private boolean pass(Window w, long total, long padded) throws IOException {
    long start = w.offset();
    if (!w.skip(padded - 4) || !w.require(4)) {
      return cut(w, "a block of " + total + " octets that starts at " + start);
    }
    if ((word(w.segment, w.position) & 0xFFFFFFFFL) != total) {
      return trouble(w, "the two lengths of the block that starts at " + start + " differ");
    }
    w.position += 4;
    return true;
  }

  private boolean absurd(Window w, long captured) {
    return trouble(w, "a packet block claims " + captured + " captured octets, more than it holds or than "
        + CaptureFile.MAXIMUM_CAPTURED + ", the most there can be");
  }

  private boolean trouble(Window w, String what) {
    trouble = new Trouble(w.offset(), what + ": the file is damaged from here on; take it again from its source.");
    return false;
  }

  private boolean cut(Window w, String within) {
    trouble = new Trouble(w.offset(), "the file ends within " + within + ": it was cut off; copy it again or stop the writer first.");
    return false;
  }

  @Override
  public @Nullable Trouble fault() {
    return trouble != null ? trouble : notice;
  }

  /** One interface of a section and its clock (§4.2 if_tsresol: decimal or, with the high bit, binary fractions of a second). */
  private static final class Interface {
    private static final long SECOND = 1_000_000_000L;

    final int index;
    final int linkType;
    final long snaplen;
    private final boolean binary;
    private final int exponent;
    private final long multiplier;
    private final long divisor;
    private final long offset;

    Interface(int index, int linkType, long snaplen, int resolution, long offsetSeconds) {
      this.index = index;
      this.linkType = linkType;
      this.snaplen = snaplen;
      this.binary = (resolution & 0x80) != 0;
      this.exponent = resolution & 0x7F;
      this.multiplier = exponent <= 9 ? power(9 - exponent) : 1;
      this.divisor = exponent <= 9 ? 1 : exponent - 9 <= 18 ? power(exponent - 9) : 0;
      this.offset = offsetSeconds * SECOND;
    }

    private static long power(int exponent) {
      long power = 1;
      for (int i = 0; i < exponent; i++) {
        power *= 10;
      }
      return power;
    }

    /** Nanoseconds since the epoch; a time beyond 64 bits of them wraps, and the clock of the merger judges it. */
    long nanoseconds(long time) {
      if (!binary) {
        return offset + (divisor == 1 ? time * multiplier : divisor == 0 ? 0 : Long.divideUnsigned(time, divisor));
      }
      long high = Math.unsignedMultiplyHigh(time, SECOND);
      long low = time * SECOND;
      long shifted = exponent == 0 ? low : exponent < 64 ? high << 64 - exponent | low >>> exponent : high >>> exponent - 64;
      return offset + shifted;
    }
  }
}
