package fr.vigie.samples;

/** KNXnet/IP messages (KNX Standard 03/08/02 to 03/08/05) and the cEMI frames in them (03/06/03). */
final class KnxWriter {
  static final int PORT = 3671;
  /** 224.0.23.12. */
  static final int GROUP = 0xE000170C;
  static final int INDICATION = 0x29;
  static final int REQUEST = 0x11;
  static final int CONFIRMATION = 0x2E;

  private KnxWriter() {}

  static byte[] message(int service, Bytes body) {
    return new Bytes().u8(6).u8(0x10).u16(service).u16(6 + body.size()).raw(body.octets()).octets();
  }

  /** Host protocol address information for UDP. */
  private static byte[] hpai(int ip, int port) {
    return new Bytes().u8(8).u8(1).u32(ip).u16(port).octets();
  }

  static byte[] description(int ip, int port) {
    return message(0x0203, new Bytes().raw(hpai(ip, port)));
  }

  static byte[] descriptionResponse(Host h, int serial) {
    return message(0x0204, new Bytes().raw(device(h, serial)).raw(families()));
  }

  /** Device information (medium TP): the serial number begins with the manufacturer's code. */
  private static byte[] device(Host h, int serial) {
    return new Bytes().u8(54).u8(1).u8(2).u8(0).u16(h.knx).u16(0).u16(manufacturer(h)).u32(serial & 0xFFFFFFFFL).u32(GROUP)
        .u48(h.mac).text(h.model.name(), 30).octets();
  }

  private static byte[] families() {
    return new Bytes().u8(10).u8(2).u8(2).u8(1).u8(3).u8(1).u8(4).u8(1).u8(5).u8(1).octets();
  }

  /** KNX manufacturer codes of those who sell here. */
  private static int manufacturer(Host h) {
    return switch (h.model.vendor()) {
      case "Siemens" -> 1;
      case "ABB" -> 2;
      case "Gira" -> 8;
      case "Hager" -> 9;
      case "Weinzierl" -> 197;
      default -> throw new IllegalArgumentException(h.model.vendor());
    };
  }

  static byte[] connect(int ip, int port) {
    return message(0x0205, new Bytes().raw(hpai(ip, port)).raw(hpai(ip, port)).u8(4).u8(4).u8(2).u8(0));
  }

  static byte[] connected(int channel, Host server, int address) {
    return message(0x0206, new Bytes().u8(channel).u8(0).raw(hpai(server.ip, PORT)).u8(4).u8(4).u16(address));
  }

  static byte[] alive(int channel, int ip, int port) {
    return message(0x0207, new Bytes().u8(channel).u8(0).raw(hpai(ip, port)));
  }

  static byte[] aliveResponse(int channel) {
    return message(0x0208, new Bytes().u8(channel).u8(0));
  }

  static byte[] disconnect(int channel, int ip, int port) {
    return message(0x0209, new Bytes().u8(channel).u8(0).raw(hpai(ip, port)));
  }

  static byte[] disconnected(int channel) {
    return message(0x020A, new Bytes().u8(channel).u8(0));
  }

  static byte[] tunnel(int channel, int sequence, byte[] cemi) {
    return message(0x0420, new Bytes().u8(4).u8(channel).u8(sequence).u8(0).raw(cemi));
  }

  static byte[] tunnelAck(int channel, int sequence) {
    return message(0x0421, new Bytes().u8(4).u8(channel).u8(sequence).u8(0));
  }

  static byte[] routing(byte[] cemi) {
    return message(0x0530, new Bytes().raw(cemi));
  }

  /** A_GroupValue_Write of one bit. */
  static byte[] groupBit(int code, int from, int group, boolean on) {
    return cemi(code, from, group, true, new Bytes().u8(0).u8(0x80 | (on ? 1 : 0)));
  }

  /** A_GroupValue_Write of two octets, datapoint type 9 (03/07/02 §3.10). */
  static byte[] groupFloat(int code, int from, int group, double value) {
    int exponent = 0;
    long m = Math.round(value * 100);
    while (m > 2047 || m < -2048) {
      m >>= 1;
      exponent++;
    }
    int raw = (m < 0 ? 0x8000 : 0) | exponent << 11 | (int) m & 0x7FF;
    return cemi(code, from, group, true, new Bytes().u8(0).u8(0x80).u16(raw));
  }

  /** T_Connect (0x80) or T_Disconnect (0x81) to one device. */
  static byte[] control(int code, int from, int to, int tpci) {
    return cemi(code, from, to, false, new Bytes().u8(tpci));
  }

  /** Numbered data to one device: an application service of ten bits and its data. */
  static byte[] data(int code, int from, int to, int number, int apci, byte[] more) {
    return cemi(code, from, to, false, new Bytes().u8(0x40 | number << 2 | apci >>> 8).u8(apci).raw(more));
  }

  private static byte[] cemi(int code, int from, int to, boolean group, Bytes tpdu) {
    return new Bytes().u8(code).u8(0).u8(0xBC).u8(group ? 0xE0 : 0x60).u16(from).u16(to).u8(tpdu.size() - 1).raw(tpdu.octets())
        .octets();
  }

  static String address(int a) {
    return (a >>> 12) + "." + (a >>> 8 & 15) + "." + (a & 255);
  }
}
