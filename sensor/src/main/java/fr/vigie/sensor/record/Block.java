package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The pcapng blocks that a segment is made of (draft-ietf-opsawg-pcapng-04), little-endian:
 *
 * <pre>
 * SHB: | 0x0A0D0D0A | total u32 | magic u32 | 1 u16 | 0 u16 | section length i64 = -1 | options | total u32 |
 * IDB: | 1 | total u32 | link type u16 | 0 u16 | snaplen u32 | options | total u32 |
 * ISB: | 5 | total u32 | interface u32 | time high u32 | time low u32 | options | total u32 |
 * EPB: | 6 | total u32 | interface u32 | time high u32 | time low u32 | captured u32 | wire u32 | octets, padded to 4 | options | total u32 |
 * </pre>
 */
final class Block {
  static final int SECTION = 0x0A0D0D0A;
  static final int INTERFACE = 1;
  static final int STATISTICS = 5;
  static final int PACKET = 6;

  /** Offsets within an EPB (§4.3). */
  static final int TOTAL = 4;

  static final int IFACE = 8;
  static final int TIME_HIGH = 12;
  static final int TIME_LOW = 16;
  static final int CAPTURED = 20;
  static final int WIRE = 24;
  static final int OCTETS = 28;

  /** §3.5 opt_endofopt and opt_comment; §4.1 shb_userappl; §4.2 if_name, if_description, if_tsresol; §4.3 epb_dropcount. */
  static final int END = 0;

  static final int COMMENT = 1;
  static final int APPLICATION = 4;
  static final int NAME = 2;
  static final int DESCRIPTION = 3;
  static final int RESOLUTION = 9;
  static final int DROPS = 4;

  /** §4.6 isb_starttime, isb_endtime, isb_ifrecv, isb_ifdrop, isb_osdrop, isb_usrdeliv, in the order in which they are written. */
  private static final short[] COUNTS = {2, 3, 4, 5, 7, 8};

  /** Octets of an ISB as written here, and where its first count stands. */
  static final int COUNTED = 24 + 12 * COUNTS.length + 4;

  private static final int FIRST_COUNT = 24;

  /** §3.5: an option's length has 16 bits; with its padding it stays below. */
  static final int LONGEST_OPTION = 0xFFFC;

  /** Most octets of one EPB: the largest packet, a VLAN tag put back, every option. */
  static final int LONGEST = fr.vigie.sensor.capture.CaptureFile.MAXIMUM_CAPTURED + 256;

  static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Block() {}

  /** A section header with a comment. */
  static byte[] section(String comment) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(buffer(16).putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1).array());
    option(body, COMMENT, comment);
    option(body, APPLICATION, "Vigie");
    body.writeBytes(new byte[4]);
    return frame(SECTION, body);
  }

  /**
   * An interface whose times are nanoseconds.
   *
   * @param name interface name, or null
   * @param zone capture zone, kept as its description
   */
  static byte[] iface(@Nullable String name, String zone, int linkType) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(buffer(8).putShort((short) linkType).putShort((short) 0).putInt(fr.vigie.sensor.capture.CaptureFile.MAXIMUM_CAPTURED).array());
    if (name != null) {
      option(body, NAME, name);
    }
    option(body, DESCRIPTION, zone);
    body.writeBytes(buffer(8).putShort((short) RESOLUTION).putShort((short) 1).put((byte) 9).array());
    body.writeBytes(new byte[4]);
    return frame(INTERFACE, body);
  }

  /** An EPB; {@code comment} may be null. */
  static byte[] packet(int iface, long at, byte[] octets, int wire, @Nullable String comment) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(octets.length + 64);
    body.writeBytes(buffer(20).putInt(iface).putInt((int) (at >>> 32)).putInt((int) at).putInt(octets.length).putInt(wire).array());
    body.writeBytes(octets);
    body.writeBytes(new byte[-octets.length & 3]);
    if (comment != null) {
      option(body, COMMENT, comment);
      body.writeBytes(new byte[4]);
    }
    return frame(PACKET, body);
  }

  /** An ISB: what came on an interface and what was lost, between two times. */
  static byte[] statistics(int iface, Statement s) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(buffer(12).putInt(iface).putInt((int) (s.at() >>> 32)).putInt((int) s.at()).array());
    long[] values = {time(s.start()), time(s.at()), s.received(), s.droppedByInterface(), s.droppedBySystem(), s.received() - s.droppedBySystem()};
    for (int i = 0; i < COUNTS.length; i++) {
      body.writeBytes(buffer(12).putShort(COUNTS[i]).putShort((short) 8).putLong(values[i]).array());
    }
    body.writeBytes(new byte[4]);
    return frame(STATISTICS, body);
  }

  /** What an ISB written here says; its origin is the interface's place in its section. Null where it is none of ours. */
  static @Nullable Statement statistics(ByteBuffer block) {
    if (block.limit() != COUNTED || block.getInt(0) != STATISTICS) {
      return null;
    }
    long[] values = new long[COUNTS.length];
    for (int i = 0; i < COUNTS.length; i++) {
      int at = FIRST_COUNT + 12 * i;
      if (block.getShort(at - 4) != COUNTS[i] || block.getShort(at - 2) != 8) {
        return null;
      }
      values[i] = block.getLong(at);
    }
    return new Statement(block.getInt(8), time(values[1]), time(values[0]), values[2], values[3], values[4], 0);
  }

  /** The word of 32 bits that counts more comes first (§4.6), whatever the byte order; its own inverse. */
  private static long time(long value) {
    return value >>> 32 | value << 32;
  }

  private static void option(ByteArrayOutputStream body, int code, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, LONGEST_OPTION);
    body.writeBytes(buffer(4).putShort((short) code).putShort((short) length).array());
    body.write(utf8, 0, length);
    body.writeBytes(new byte[-length & 3]);
  }

  private static byte[] frame(int type, ByteArrayOutputStream body) {
    int total = body.size() + 12;
    return buffer(total).putInt(type).putInt(total).put(body.toByteArray()).putInt(total).array();
  }

  /**
   * The text of an option of a block, or null.
   *
   * @param options where the options begin
   */
  static @Nullable String text(ByteBuffer block, int options, int wanted) {
    int at = options;
    int end = block.limit() - 4;
    while (at + 4 <= end) {
      int code = block.getShort(at) & 0xFFFF;
      int length = block.getShort(at + 2) & 0xFFFF;
      if (code == END || at + 4 + length > end) {
        return null;
      }
      if (code == wanted) {
        byte[] utf8 = new byte[length];
        block.get(at + 4, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
      }
      at += 4 + (length + 3 & ~3);
    }
    return null;
  }

  private static ByteBuffer buffer(int octets) {
    return ByteBuffer.allocate(octets).order(ByteOrder.LITTLE_ENDIAN);
  }
}
