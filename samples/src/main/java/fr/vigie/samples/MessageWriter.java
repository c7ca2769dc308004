package fr.vigie.samples;

/** Messages of radio sensors, intercoms and switches: MQTT 3.1.1 (OASIS), SIP (RFC 3261), syslog (RFC 3164). */
final class MessageWriter {
  static final int MQTT = 1883;
  static final int SIP = 5060;
  static final int SYSLOG = 514;

  private MessageWriter() {}

  private static Bytes string(Bytes b, String text) {
    byte[] t = new Bytes().text(text).octets();
    return b.u16(t.length).raw(t);
  }

  private static byte[] packet(int first, Bytes body) {
    Bytes b = new Bytes().u8(first);
    int left = body.size();
    do {
      b.u8(left % 128 | (left >= 128 ? 128 : 0));
      left /= 128;
    } while (left > 0);
    return b.raw(body.octets()).octets();
  }

  /** CONNECT with user name and password (3.1), keep-alive three minutes. */
  static byte[] connect(String client) {
    return packet(0x10, string(string(string(string(new Bytes(), "MQTT").u8(4).u8(0xC2).u16(180), client), client), "secret-" + client.hashCode()));
  }

  static byte[] connected() {
    return new byte[] {0x20, 2, 0, 0};
  }

  /** PUBLISH with QoS 1 (3.3). */
  static byte[] publish(String topic, int id, String message) {
    return packet(0x32, string(new Bytes(), topic).u16(id).text(message));
  }

  static byte[] published(int id) {
    return new byte[] {0x40, 2, (byte) (id >>> 8), (byte) id};
  }

  static byte[] ping(boolean answer) {
    return new byte[] {(byte) (answer ? 0xD0 : 0xC0), 0};
  }

  /** REGISTER (RFC 3261 §10), renewed without a challenge. */
  static byte[] register(Host phone, Host registrar, int sequence) {
    String me = "sip:" + phone.name.toLowerCase(java.util.Locale.ROOT) + "@" + registrar.address();
    return new Bytes().text("REGISTER sip:" + registrar.address() + " SIP/2.0\r\nVia: SIP/2.0/UDP " + phone.address() + ":5060;branch=z9hG4bK" + sequence
        + "\r\nMax-Forwards: 70\r\nFrom: <" + me + ">;tag=" + (phone.mac & 0xFFFF) + "\r\nTo: <" + me + ">\r\nCall-ID: " + phone.macText() + "\r\nCSeq: " + sequence
        + " REGISTER\r\nContact: <sip:" + phone.address() + ":5060>\r\nExpires: 900\r\nContent-Length: 0\r\n\r\n").octets();
  }

  static byte[] registered(Host phone, Host registrar, int sequence) {
    String me = "sip:" + phone.name.toLowerCase(java.util.Locale.ROOT) + "@" + registrar.address();
    return new Bytes().text("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + phone.address() + ":5060;branch=z9hG4bK" + sequence + "\r\nFrom: <" + me + ">;tag="
        + (phone.mac & 0xFFFF) + "\r\nTo: <" + me + ">;tag=r\r\nCall-ID: " + phone.macText() + "\r\nCSeq: " + sequence + " REGISTER\r\nContact: <sip:"
        + phone.address() + ":5060>;expires=900\r\nContent-Length: 0\r\n\r\n").octets();
  }

  /** A line of a switch, facility local7, severity notice. */
  static byte[] line(Host h, java.time.ZonedDateTime t, String text) {
    return new Bytes().text("<189>" + java.time.format.DateTimeFormatter.ofPattern("MMM d HH:mm:ss", java.util.Locale.ROOT).format(t) + " " + h.name + " " + text).octets();
  }
}
