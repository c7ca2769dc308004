package fr.vigie.sensor.meaning;

import org.jspecify.annotations.Nullable;

/**
 * One line of a Modbus register map: how one number lies in a table, and what it is called.
 *
 * @param table which of the four tables
 * @param address first address as on the wire, 0..65535
 * @param type how the number is laid out
 * @param lowFirst whether of several registers the lowest word comes first (the protocol knows registers of 16 bits only, so devices differ)
 * @param scale what the raw number is multiplied with
 * @param unit unit of measure, or null
 * @param name what people call it; may be empty
 */
public record Register(Table table, int address, Type type, boolean lowFirst, double scale, @Nullable String unit, String name) {
  /** The four tables of the data model (MODBUS Application Protocol V1.1b3 §4.3). */
  public enum Table {
    COIL("coil"),
    DISCRETE_INPUT("discrete-input"),
    INPUT_REGISTER("input-register"),
    HOLDING_REGISTER("holding-register");

    private final String text;

    Table(String text) {
      this.text = text;
    }

    /** {@code holding-register}: the word in points, site files and maps. */
    public String text() {
      return text;
    }

    /** Whether its items are single bits. */
    public boolean bits() {
      return this == COIL || this == DISCRETE_INPUT;
    }
  }

  /** How a number is laid out over registers, high octet first within each (§4.2). */
  public enum Type {
    BOOL(1),
    INT16(1),
    UINT16(1),
    INT32(2),
    UINT32(2),
    FLOAT32(2),
    INT64(4),
    UINT64(4),
    FLOAT64(4);

    private final int registers;

    Type(int registers) {
      this.registers = registers;
    }

    /** Registers it takes. */
    public int registers() {
      return registers;
    }
  }

  /**
   * The number that lies in registers.
   *
   * @param raw the registers one after the other as they came, the first highest
   */
  public double number(long raw) {
    long bits = lowFirst ? turned(raw) : raw;
    return scale * switch (type) {
      case BOOL -> bits == 0 ? 0 : 1;
      case INT16 -> (short) bits;
      case UINT16, UINT32, INT64 -> bits;
      case INT32 -> (int) bits;
      case FLOAT32 -> Float.intBitsToFloat((int) bits);
      case UINT64 -> bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
      case FLOAT64 -> Double.longBitsToDouble(bits);
    };
  }

  private long turned(long raw) {
    long turned = 0;
    for (int i = 0; i < type.registers(); i++) {
      turned = turned << 16 | raw >>> 16 * i & 0xFFFF;
    }
    return turned;
  }
}
