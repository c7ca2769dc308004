package fr.vigie.sensor.wire;

/**
 * A cyclic redundancy check of eight or sixteen bits over octets of a message, by a table of 256 steps. Reflected checks take the lowest bit of an octet first, the others the highest; the
 * names of polynomials are written accordingly (CRC-CCITT is 0x1021, and 0x8408 reflected).
 */
public final class Crc {
  private final int[] table = new int[256];
  private final boolean reflected;
  private final int shift;
  private final int mask;
  private final int start;
  private final int inverted;

  private Crc(boolean reflected, int bits, int polynomial, int start, boolean inverted) {
    this.reflected = reflected;
    this.start = start;
    mask = (1 << bits) - 1;
    shift = bits - 8;
    this.inverted = inverted ? mask : 0;
    int high = 1 << bits - 1;
    for (int i = 0; i < table.length; i++) {
      int crc = reflected ? i : i << shift;
      for (int bit = 0; bit < 8; bit++) {
        if (reflected) {
          crc = (crc & 1) != 0 ? crc >>> 1 ^ polynomial : crc >>> 1;
        } else {
          crc = (crc & high) != 0 ? crc << 1 ^ polynomial : crc << 1;
        }
      }
      table[i] = crc & mask;
    }
  }

  /**
   * A check that takes the lowest bit first.
   *
   * @param bits 8 or 16
   * @param polynomial with its bits in reverse order
   * @param start what the register holds before the first octet
   * @param inverted whether the result is sent with all bits inverted
   */
  public static Crc reflected(int bits, int polynomial, int start, boolean inverted) {
    return new Crc(true, bits, polynomial, start, inverted);
  }

  /**
   * A check that takes the highest bit first, from 0.
   *
   * @param bits 8 or 16
   */
  public static Crc forward(int bits, int polynomial) {
    return new Crc(false, bits, polynomial, 0, false);
  }

  /** The check of the octets from one offset to before another. */
  public int of(Cursor m, int from, int to) {
    int crc = start;
    for (int i = from; i < to; i++) {
      crc = reflected ? crc >>> 8 ^ table[(crc ^ m.at(i)) & 0xFF] : (crc << 8 ^ table[(crc >>> shift ^ m.at(i)) & 0xFF]) & mask;
    }
    return crc ^ inverted;
  }
}
