package fr.vigie.sensor.observe;

import java.util.HexFormat;

/** A value that was written or read. */
public sealed interface Value {
  /** The value as text, for outputs and screens. */
  String text();

  /** Nothing: BACnet NULL, which gives a priority back. */
  record Null() implements Value {
    @Override
    public String text() {
      return "null";
    }
  }

  /** A number; whole numbers print without a fraction. */
  record Num(double value) implements Value {
    @Override
    public String text() {
      return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Value {
    @Override
    public String text() {
      return Boolean.toString(value);
    }
  }

  /** Text from a packet; hostile input, never markup. */
  record Text(String value) implements Value {
    @Override
    public String text() {
      return value;
    }
  }

  /** Octets, at most 64 kept; {@code length} is what was on the wire. */
  record Octets(byte[] value, int length) implements Value {
    @Override
    public String text() {
      return "0x" + HexFormat.of().formatHex(value) + (value.length < length ? "…(" + length + ")" : "");
    }
  }

  /**
   * A secret: that there was one and what may be said of it; never the secret itself.
   *
   * @param length octets on the wire
   * @param mark the same letters for the same secret, or nothing where this installation has no key
   * @param known whether it is one of the published defaults
   */
  record Secret(int length, String mark, boolean known) implements Value {
    /** A secret of which nothing but its length is said. */
    public Secret(int length) {
      this(length, "", false);
    }

    @Override
    public String text() {
      return "(secret, " + length + " octets" + (known ? ", known default" : "") + (mark.isEmpty() ? "" : ", " + mark) + ")";
    }
  }
}
