package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/**
 * The Basic Encoding Rules as SNMP uses them (ITU-T X.690 clause 8; RFC 3417 §8): one-octet tags, definite lengths. What breaks a rule
 * fails the cursor.
 */
final class Ber {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;

  private Ber() {}

  /** X.690 8.1.3: a length in definite form of at most four octets, within what is left; the indefinite form fails (RFC 3417 §8). */
  static int length(Cursor m) {
    int first = m.u8();
    long length = first;
    if (first >= 0x80) {
      int octets = first & 0x7F;
      if (octets == 0 || octets > 4) {
        m.fail();
        return 0;
      }
      length = m.unsigned(octets);
    }
    if (length > m.remaining()) {
      m.fail();
      return 0;
    }
    return (int) length;
  }

  /** The length of an element that must have this tag. */
  static int expect(Cursor m, int tag) {
    if (m.u8() != tag) {
      m.fail();
      return 0;
    }
    return length(m);
  }

  /** Narrows the cursor to the content of an element that must have this tag; {@link Cursor#leave} ends it. */
  static long enter(Cursor m, int tag) {
    return m.enter(expect(m, tag));
  }

  /** X.690 8.3: two's complement of one to eight octets, or nine with a leading zero as Counter64 may need. */
  static long integer(Cursor m, int octets) {
    if (octets == 9 && m.peek(0) == 0) {
      m.skip(1);
      return m.unsigned(8);
    }
    if (octets < 1) {
      m.fail();
    }
    return m.signed(octets);
  }

  /** An INTEGER element. */
  static long integer(Cursor m) {
    return integer(m, expect(m, INTEGER));
  }
}
