package fr.vigie.samples;

/**
 * LonWorks over IP: the packets of ISO/IEC 14908-4 (EIA-852) and the LonTalk packets of ISO/IEC 14908-1 within, without the channel's digest.
 * Node 5 of subnet 1 speaks to node 10, in domain 1.
 */
final class LonWriter {
  static final int PORT = 1628;
  static final int SERVER_PORT = 1629;
  private static final int DATA = 0x01;
  private static final int REGISTRATION = 0x03;
  private static final int RESPONSE = 0x07;
  private static final int CONFIGURATION_REQUEST = 0x63;
  private static final long SESSION = 0x2A;

  private LonWriter() {}

  /** The common header of 20 octets: length, version 1, type, no extended header, not secured, protocol 0, no vendor, session, sequence, time. */
  private static byte[] packet(int type, long sequence, Bytes body) {
    return new Bytes().u16(20 + body.size()).u8(1).u8(type).u8(0).u8(0).u16(0).u32(SESSION).u32(sequence).u32(sequence * 1000).raw(body.octets()).octets();
  }

  /** A device tells a configuration server that it stands on the channel: one neuron identifier, a name. */
  static byte[] registration(long sequence, Host device, Host server, String name) {
    byte[] text = new Bytes().text(name).octets();
    Bytes b = new Bytes().u32(0).u8(0).u8(0).u8(0).u8(1).u8(0).u8(0).u16(60).u16(6).u16(PORT).u32(device.ip & 0xFFFF_FFFFL).u32(0).u32(0).u32(server.ip & 0xFFFF_FFFFL)
        .u32(0).u32(0).u16(SERVER_PORT).u16(0).u16(0).u16(0);
    return packet(REGISTRATION, sequence, b.u48(0x0501_0000_0000L | device.mac & 0xFFFFFFFFL).u8(text.length).raw(text));
  }

  /** A device asks how it is to be configured. */
  static byte[] configurationRequest(long sequence, Host device) {
    return packet(CONFIGURATION_REQUEST, sequence, new Bytes().u32(0).u8(0).u16(1).u8(0).u32(0).u32(device.ip & 0xFFFF_FFFFL));
  }

  /** The answer that all is well. */
  static byte[] response(long sequence) {
    return packet(RESPONSE, sequence, new Bytes().u32(0).u8(0).u16(1).u8(0));
  }

  /** The link and network header: priority no, PDU format, addressed by subnet and node, domain of one octet. */
  private static Bytes lonTalk(int format, boolean back) {
    return new Bytes().u8(0).u8(format << 4 | 2 << 2 | 1).u8(1).u8(0x80 | (back ? 10 : 5)).u8(1).u8(0x80 | (back ? 5 : 10)).u8(1);
  }

  /** Repeated transport: a value for the variables bound to a selector. */
  static byte[] update(long sequence, int selector, int value) {
    return packet(DATA, sequence, lonTalk(0, false).u8(1 << 4 | (int) sequence & 15).u8(0x80 | selector >>> 8).u8(selector).u16(value));
  }

  /** A session's request: the value of the variables bound to a selector is asked for. */
  static byte[] poll(long sequence, int selector) {
    return packet(DATA, sequence, lonTalk(1, false).u8((int) sequence & 15).u8(0xC0 | selector >>> 8).u8(selector));
  }

  /** The value that was asked for. */
  static byte[] value(long sequence, int selector, int value) {
    return packet(DATA, sequence, lonTalk(1, true).u8(2 << 4 | (int) sequence & 15).u8(0x80 | selector >>> 8).u8(selector).u16(value));
  }
}
