package fr.vigie.samples;

import java.util.List;

/** SNMP version 2c messages (RFC 3416, RFC 1901) in BER. */
final class SnmpWriter {
  static final int PORT = 161;
  static final int GET = 0xA0;
  static final int RESPONSE = 0xA2;
  static final int SET = 0xA3;
  static final String SYS_DESCR = "1.3.6.1.2.1.1.1.0";
  static final String SYS_OBJECT = "1.3.6.1.2.1.1.2.0";
  static final String SYS_CONTACT = "1.3.6.1.2.1.1.4.0";
  static final String SYS_NAME = "1.3.6.1.2.1.1.5.0";
  static final String SYS_LOCATION = "1.3.6.1.2.1.1.6.0";
  /** RFC 1628: estimated charge remaining, percent. */
  static final String UPS_CHARGE = "1.3.6.1.2.1.33.1.2.4.0";
  /** RFC 1628: output load of line 1, percent. */
  static final String UPS_LOAD = "1.3.6.1.2.1.33.1.4.4.1.5.1";
  /** RFC 1628 upsControl: shutdown type, shutdown after delay, auto restart. */
  static final String UPS_SHUTDOWN_TYPE = "1.3.6.1.2.1.33.1.8.1.0";
  static final String UPS_SHUTDOWN = "1.3.6.1.2.1.33.1.8.2.0";
  static final String UPS_RESTART = "1.3.6.1.2.1.33.1.8.5.0";
  /** PowerNet-MIB upsAdvControlUpsOff. */
  static final String APC_OFF = "1.3.6.1.4.1.318.1.1.1.6.2.1.0";

  private SnmpWriter() {}

  /** One variable and its value, already in BER. */
  record Binding(String oid, byte[] value) {
    static Binding asked(String oid) {
      return new Binding(oid, new byte[] {5, 0});
    }
  }

  static byte[] number(long v) {
    return integer(0x02, v);
  }

  static byte[] ticks(long v) {
    return integer(0x43, v);
  }

  static byte[] text(String v) {
    return tlv(0x04, new Bytes().text(v).octets());
  }

  static byte[] oid(String dotted) {
    String[] parts = dotted.split("\\.", -1);
    Bytes b = new Bytes().u8(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      int v = Integer.parseInt(parts[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (v >>> shift != 0) {
          b.u8(v >>> shift & 0x7F | 0x80);
        }
      }
      b.u8(v & 0x7F);
    }
    return tlv(0x06, b.octets());
  }

  static byte[] message(String community, int pdu, int request, int error, List<Binding> bindings) {
    Bytes list = new Bytes();
    for (Binding v : bindings) {
      list.raw(tlv(0x30, new Bytes().raw(oid(v.oid)).raw(v.value).octets()));
    }
    byte[] body = new Bytes().raw(number(request)).raw(number(error)).raw(number(error == 0 ? 0 : 1)).raw(tlv(0x30, list.octets())).octets();
    return tlv(0x30, new Bytes().raw(number(1)).raw(text(community)).raw(tlv(pdu, body)).octets());
  }

  private static byte[] integer(int tag, long v) {
    int octets = 1;
    while (octets < 8 && (v >> 8 * octets - 1 != 0 && v >> 8 * octets - 1 != -1)) {
      octets++;
    }
    Bytes b = new Bytes();
    for (int i = octets - 1; i >= 0; i--) {
      b.u8((int) (v >> 8 * i));
    }
    return tlv(tag, b.octets());
  }

  private static byte[] tlv(int tag, byte[] body) {
    Bytes b = new Bytes().u8(tag);
    if (body.length < 0x80) {
      b.u8(body.length);
    } else if (body.length < 0x100) {
      b.u8(0x81).u8(body.length);
    } else {
      b.u8(0x82).u16(body.length);
    }
    return b.raw(body).octets();
  }
}
