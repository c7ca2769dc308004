package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of extended MS/TP frames (ASHRAE 135-2020 9.10 and annex T): consistent overhead byte stuffing, each octet then combined with 55 by
 * exclusive or, so that a preamble never stands in data; behind it a CRC of 32 bits over the encoded data, encoded the same way.
 *
 * <pre>
 * | n u8 | n - 1 octets, none of them 0 | n u8 | … |     between two blocks stands a 0, unless the first has n = 255
 * </pre>
 */
final class Cobs {
  /** What became of a frame. */
  enum Outcome {
    RIGHT,
    /** The checksum is another one. */
    WRONG,
    /** A block reaches past the end, or an octet is 0. */
    BROKEN
  }

  /** Octets of the encoded checksum. */
  static final int CHECKSUM = 5;

  /** 9.3: extended data is an NPDU of at most 1,497 octets, and encoding adds one in 254; vendors may send as much as a length field says. */
  private static final int ROOM = 1 << 16;

  private static final int MASK = 0x55;

  /** 9.6 and annex G.3: the Koopman polynomial, low bit first. */
  private static final int POLYNOMIAL = 0xEB31D82E;

  private final Cursor data = new Cursor();
  private final byte[] checksum = new byte[CHECKSUM];
  private @Nullable MemorySegment memory;

  /** The data of the frame last decoded. */
  Cursor data() {
    return data;
  }

  /** Decodes what is under the cursor, which does not move. */
  Outcome decode(Cursor c, int octets) {
    int encoded = octets - CHECKSUM;
    if (encoded <= 0) {
      return Outcome.BROKEN;
    }
    MemorySegment there = memory();
    int length = unstuff(c, 0, encoded, there);
    if (length < 0) {
      return Outcome.BROKEN;
    }
    int stated = stated(c, encoded);
    if (crc(c, encoded) != stated) {
      return Outcome.WRONG;
    }
    data.set(there, 0, length, length);
    return Outcome.RIGHT;
  }

  private static int unstuff(Cursor c, int from, int octets, MemorySegment to) {
    int out = 0;
    int at = from;
    int end = from + octets;
    while (at < end) {
      int block = c.peek(at++) ^ MASK;
      if (block == 0 || at + block - 1 > end) {
        return -1;
      }
      for (int i = 1; i < block; i++) {
        int octet = c.peek(at++) ^ MASK;
        if (octet == 0) {
          return -1;
        }
        to.set(ValueLayout.JAVA_BYTE, out++, (byte) octet);
      }
      if (block < 255 && at < end) {
        to.set(ValueLayout.JAVA_BYTE, out++, (byte) 0);
      }
    }
    return out;
  }

  /** The checksum that stands behind the data, low octet first; one that is not encoded as it should be is no checksum at all, and so wrong. */
  private int stated(Cursor c, int from) {
    int out = 0;
    int at = from;
    int end = from + CHECKSUM;
    while (at < end) {
      int block = c.peek(at++) ^ MASK;
      for (int i = 1; i < block && at < end; i++) {
        checksum[out++] = (byte) (c.peek(at++) ^ MASK);
      }
      if (at < end) {
        checksum[out++] = 0;
      }
    }
    return checksum[0] & 0xFF | (checksum[1] & 0xFF) << 8 | (checksum[2] & 0xFF) << 16 | checksum[3] << 24;
  }

  private static int crc(Cursor c, int octets) {
    int crc = -1;
    for (int at = 0; at < octets; at++) {
      crc ^= c.peek(at);
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
      }
    }
    return ~crc;
  }

  private MemorySegment memory() {
    MemorySegment there = memory;
    if (there == null) {
      there = Arena.ofAuto().allocate(ROOM);
      memory = there;
    }
    return there;
  }
}
