package fr.vigie.samples;

/** Modbus/TCP messages (Modbus Application Protocol 1.1b3, Modbus Messaging on TCP/IP 1.0b). */
final class ModbusWriter {
  static final int PORT = 502;

  private ModbusWriter() {}

  /** Function 3 or 4: reads registers. */
  static byte[] read(int transaction, int unit, int function, int address, int count) {
    return adu(transaction, unit, new Bytes().u8(function).u16(address).u16(count));
  }

  static byte[] registers(int transaction, int unit, int function, int... values) {
    Bytes b = new Bytes().u8(function).u8(values.length * 2);
    for (int v : values) {
      b.u16(v);
    }
    return adu(transaction, unit, b);
  }

  /** Function 6: writes one register; the answer is the same. */
  static byte[] write(int transaction, int unit, int address, int value) {
    return adu(transaction, unit, new Bytes().u8(6).u16(address).u16(value));
  }

  /** Function 5: switches one coil; the answer is the same. */
  static byte[] coil(int transaction, int unit, int address, boolean on) {
    return adu(transaction, unit, new Bytes().u8(5).u16(address).u16(on ? 0xFF00 : 0));
  }

  /** Function 43/14: reads the basic device identification. */
  static byte[] identify(int transaction, int unit) {
    return adu(transaction, unit, new Bytes().u8(0x2B).u8(0x0E).u8(1).u8(0));
  }

  static byte[] identity(int transaction, int unit, String vendor, String product, String revision) {
    Bytes b = new Bytes().u8(0x2B).u8(0x0E).u8(1).u8(1).u8(0).u8(0).u8(3);
    String[] texts = {vendor, product, revision};
    for (int i = 0; i < texts.length; i++) {
      byte[] t = new Bytes().text(texts[i]).octets();
      b.u8(i).u8(t.length).raw(t);
    }
    return adu(transaction, unit, b);
  }

  static byte[] exception(int transaction, int unit, int function, int code) {
    return adu(transaction, unit, new Bytes().u8(function | 0x80).u8(code));
  }

  private static byte[] adu(int transaction, int unit, Bytes pdu) {
    return new Bytes().u16(transaction).u16(0).u16(pdu.size() + 1).u8(unit).raw(pdu.octets()).octets();
  }
}
