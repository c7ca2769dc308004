package fr.vigie.samples;

/** The hellos of TLS 1.3 (RFC 8446 §4.1); what follows them is encrypted and means nothing here. */
final class TlsWriter {
  private static final String RANDOM = "00112233445566778899aabbccddeeff".repeat(2);
  /** A share of X25519 (RFC 7748): any 32 octets are one. */
  private static final String SHARE = "09" + "00".repeat(31);

  private TlsWriter() {}

  private static byte[] extension(int type, Bytes body) {
    return new Bytes().u16(type).u16(body.size()).raw(body.octets()).octets();
  }

  private static byte[] record(int type, Bytes body) {
    byte[] message = new Bytes().u8(type).u24(body.size()).raw(body.octets()).octets();
    return new Bytes().u8(22).u16(0x0303).u16(message.length).raw(message).octets();
  }

  /** One cipher suite, one group, one signature; the name of the server. */
  static byte[] clientHello(String server) {
    byte[] name = new Bytes().text(server).octets();
    Bytes extensions = new Bytes().raw(extension(0, new Bytes().u16(name.length + 3).u8(0).u16(name.length).raw(name)))
        .raw(extension(10, new Bytes().u16(2).u16(29))).raw(extension(13, new Bytes().u16(2).u16(0x0403))).raw(extension(43, new Bytes().u8(2).u16(0x0304)))
        .raw(extension(51, new Bytes().u16(36).u16(29).u16(32).raw(Stage.hex(SHARE))));
    return record(1, new Bytes().u16(0x0303).raw(Stage.hex(RANDOM)).u8(0).u16(2).u16(0x1301).u8(1).u8(0).u16(extensions.size()).raw(extensions.octets()));
  }

  static byte[] serverHello() {
    Bytes extensions = new Bytes().raw(extension(43, new Bytes().u16(0x0304))).raw(extension(51, new Bytes().u16(29).u16(32).raw(Stage.hex(SHARE))));
    return record(2, new Bytes().u16(0x0303).raw(Stage.hex(RANDOM)).u8(0).u16(0x1301).u8(0).u16(extensions.size()).raw(extensions.octets()));
  }
}
