package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The built-in types of OPC UA in the binary encoding (OPC 10000-6, edition 1.04, §5.2.2): passed over, read as a number or written as text. Nothing is
 * allocated but where a text is asked for.
 */
final class OpcUaTypes {
  /** Part 4 §7.24: the attribute that is the value. */
  static final int VALUE = 13;

  private static final Outcome UNCERTAIN = Outcome.error("uncertain");
  private static final Outcome[] BAD = new Outcome[0x200];

  static {
    Arrays.setAll(BAD, i -> Outcome.error("0x" + HexFormat.of().toHexDigits(0x8000_0000 | i << 16)));
  }

  private OpcUaTypes() {}

  /** Part 6 §5.2.2.4: a length of 32 bits, −1 for none. */
  static void string(Cursor m, Observer o, String field) {
    int octets = (int) m.u32le();
    if (octets < 0) {
      return;
    }
    if (o.transcript().on() && octets <= m.remaining()) {
      o.transcript().field(field, m.text(octets));
    } else {
      m.skip(octets);
    }
  }

  static void skipString(Cursor m) {
    int octets = (int) m.u32le();
    m.skip(Math.max(0, octets));
  }

  /** Part 4 §7.34: the two highest bits of a status are its severity; part 6 annex A.2: the codes, none of which is beyond 0x81FF0000. */
  static Outcome status(long code) {
    return switch ((int) (code >>> 30)) {
      case 0 -> Outcome.OK;
      case 1 -> UNCERTAIN;
      default -> BAD[(int) (code >>> 16) & BAD.length - 1];
    };
  }

  /** Part 6 §5.2.2.9: the numeric identifier of namespace 0 where it is one, else −1; passes over every form. */
  static int node(Cursor m) {
    int form = m.u8();
    int id = -1;
    switch (form & 0x3F) {
      case 0 -> id = m.u8();
      case 1 -> id = m.u8() == 0 ? m.u16le() : skipped(m, 2);
      case 2 -> id = m.u16le() == 0 ? (int) m.u32le() : skipped(m, 4);
      case 3, 5 -> {
        m.skip(2);
        skipString(m);
      }
      case 4 -> m.skip(18);
      default -> m.fail();
    }
    if ((form & 0x80) != 0) {
      skipString(m);
    }
    if ((form & 0x40) != 0) {
      m.skip(4);
    }
    return id;
  }

  private static int skipped(Cursor m, int octets) {
    m.skip(octets);
    return -1;
  }

  /** Part 6 §5.2.2.15: {@code | type NodeId | encoding u8 | length and body |}; returns the type. */
  static int extension(Cursor m) {
    int id = node(m);
    if (m.u8() != 0) {
      skipString(m);
    }
    return id;
  }

  static String value(Cursor m) {
    int octets = (int) m.u32le();
    return octets <= 0 ? "" : m.text(octets);
  }

  /** Part 6 §5.2.2.14: a mask of locale and text. */
  static void localized(Cursor m) {
    int mask = m.u8();
    if ((mask & 1) != 0) {
      skipString(m);
    }
    if ((mask & 2) != 0) {
      skipString(m);
    }
  }

  /** The key of a node: its namespace and number, or a digest of its text with the sign bit set; passes over it. */
  static long nodeKey(Cursor m) {
    int at = m.position();
    int form = m.peek(0) & 0x3F;
    switch (form) {
      case 0 -> {
        m.skip(1);
        return m.u8();
      }
      case 1 -> {
        m.skip(1);
        return (long) m.u8() << 32 | m.u16le();
      }
      case 2 -> {
        m.skip(1);
        return (long) m.u16le() << 32 | m.u32le();
      }
      default -> {
        node(m);
        if (!m.ok()) {
          return -1;
        }
        int end = m.position();
        m.seek(at);
        long digest = m.digest(end - at) | Long.MIN_VALUE;
        m.seek(end);
        return digest;
      }
    }
  }

  /** Part 6 §5.3.1.10: namespace 0 is not written. */
  static String space(long index) {
    return index == 0 ? "" : "ns=" + index + ";";
  }

  /** A node as Part 6 §5.3.1.10 writes it; allocates. */
  static Point named(Cursor m, int at, int attribute) {
    int back = m.position();
    m.seek(at);
    int form = m.u8() & 0x3F;
    String text = switch (form) {
      case 0 -> "i=" + m.u8();
      case 1 -> space(m.u8()) + "i=" + m.u16le();
      case 2 -> space(m.u16le()) + "i=" + m.u32le();
      case 3 -> space(m.u16le()) + "s=" + value(m);
      case 4 -> space(m.u16le()) + "g=" + HexFormat.of().formatHex(m.bytes(16));
      default -> space(m.u16le()) + "b=" + HexFormat.of().formatHex(m.bytes(Math.clamp(m.u32le(), 0, 64)));
    };
    m.seek(back);
    return new Point.Named("node", text + (attribute == VALUE ? "" : "@" + attribute));
  }

  /** A value that is no number: text as text, else its octets. */
  static Value written(Cursor m, int octets) {
    if ((m.peek(0) & 1) != 0 && m.peek(1) == 12) {
      m.skip(2);
      return new Value.Text(value(m));
    }
    return new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
  }

  /** Part 6 §5.2.2.17: a mask of value, status, two times and their picoseconds. The number, or NaN. */
  static double dataValue(Cursor m, int depth) {
    int mask = m.u8();
    double number = (mask & 1) != 0 ? variant(m, depth) : Double.NaN;
    boolean good = true;
    if ((mask & 2) != 0) {
      good = m.u32le() >>> 30 == 0;
    }
    m.skip(((mask & 4) != 0 ? 8 : 0) + ((mask & 16) != 0 ? 2 : 0) + ((mask & 8) != 0 ? 8 : 0) + ((mask & 32) != 0 ? 2 : 0));
    return good ? number : Double.NaN;
  }

  /** Part 6 §5.2.2.16: type in six bits, 0x80 an array, 0x40 its dimensions. The number of a scalar, or NaN. */
  static double variant(Cursor m, int depth) {
    int encoding = m.u8();
    int type = encoding & 0x3F;
    if ((encoding & 0x80) == 0) {
      return scalar(m, type, depth);
    }
    int count = (int) m.u32le();
    if (type == 0 && count > 0) {
      // nothing, many times over, would be endless
      m.fail();
    }
    for (int i = 0; i < count && m.ok(); i++) {
      scalar(m, type, depth);
    }
    if ((encoding & 0x40) != 0) {
      m.skip(Math.clamp(m.u32le(), 0, 1 << 20) * 4);
    }
    return Double.NaN;
  }

  private static double scalar(Cursor m, int type, int depth) {
    switch (type) {
      case 0 -> {
        return Double.NaN;
      }
      case 1 -> {
        return m.u8() != 0 ? 1 : 0;
      }
      case 2 -> {
        return (byte) m.u8();
      }
      case 3 -> {
        return m.u8();
      }
      case 4 -> {
        return (short) m.u16le();
      }
      case 5 -> {
        return m.u16le();
      }
      case 6 -> {
        return (int) m.u32le();
      }
      case 7 -> {
        return m.u32le();
      }
      case 8 -> {
        return Long.reverseBytes(m.u64());
      }
      case 9 -> {
        long value = Long.reverseBytes(m.u64());
        return value >= 0 ? value : (value >>> 1) * 2.0;
      }
      case 10 -> {
        return Float.intBitsToFloat((int) m.u32le());
      }
      case 11 -> {
        return Double.longBitsToDouble(Long.reverseBytes(m.u64()));
      }
      case 12, 15, 16 -> skipString(m);
      case 13 -> m.skip(8);
      case 14 -> m.skip(16);
      case 17, 18 -> node(m);
      case 19 -> m.skip(4);
      case 20 -> {
        m.skip(2);
        skipString(m);
      }
      case 21 -> localized(m);
      case 22 -> extension(m);
      case 23, 24, 25 -> nested(m, type, depth);
      default -> m.fail();
    }
    return Double.NaN;
  }

  private static void nested(Cursor m, int type, int depth) {
    if (depth > 8) {
      m.fail();
    } else if (type == 23) {
      dataValue(m, depth + 1);
    } else if (type == 24) {
      variant(m, depth + 1);
    } else {
      diagnostics(m, depth + 1);
    }
  }

  /** Part 6 §5.2.2.12: a mask of four numbers, a text, a status and an inner one. */
  static void diagnostics(Cursor m, int depth) {
    int mask = m.u8();
    m.skip(4 * Integer.bitCount(mask & 0x0F));
    if ((mask & 0x10) != 0) {
      skipString(m);
    }
    if ((mask & 0x20) != 0) {
      m.skip(4);
    }
    if ((mask & 0x40) != 0) {
      if (depth > 8) {
        m.fail();
      } else {
        diagnostics(m, depth + 1);
      }
    }
  }
}
