package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Seals;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * Local device management: properties, functions and reset of a KNXnet/IP server itself, between client and server only (KNX 03_06_03 4.1.7).
 */
final class LocalManagement {
  private static final Cite PROPERTIES = new Cite("KNX 03_06_03", "4.1.7.3");
  private static final Cite FUNCTIONS = new Cite("KNX 03_06_03", "4.1.7.4");
  private static final Cite RESET = new Cite("KNX 03_06_03", "4.1.7.5");

  private static final int M_RESET_REQ = 0xF1;
  private static final int M_PROP_WRITE_CON = 0xF5;
  private static final int M_PROP_WRITE_REQ = 0xF6;
  private static final int M_PROP_INFO_IND = 0xF7;
  private static final int M_FUNC_PROP_COMMAND_REQ = 0xF8;
  private static final int M_FUNC_PROP_STATE_READ_REQ = 0xF9;
  private static final int M_FUNC_PROP_CON = 0xFA;
  private static final int M_PROP_READ_CON = 0xFB;
  private static final int M_PROP_READ_REQ = 0xFC;

  private LocalManagement() {}

  static void dissect(Cursor m, Exchange x, Observer o, int messageCode) {
    switch (messageCode) {
      case M_PROP_READ_REQ, M_PROP_READ_CON, M_PROP_WRITE_REQ, M_PROP_WRITE_CON, M_PROP_INFO_IND -> property(m, x, o, messageCode);
      case M_FUNC_PROP_COMMAND_REQ, M_FUNC_PROP_STATE_READ_REQ, M_FUNC_PROP_CON -> function(m, x, o, messageCode);
      case M_RESET_REQ -> {
        if (m.ok()) {
          o.operation(Codes.MESSAGE[M_RESET_REQ]);
          Telegram.act(x, o, 0, x.source(), Verb.RESTART, x.target(), Codes.MESSAGE[M_RESET_REQ], RESET, null, null, "", 1);
        }
      }
      default -> {
        o.transcript().octets("data", m, m.remaining());
        m.skip(m.remaining());
      }
    }
  }

  /** 4.1.7.3. A confirmation of no elements carries an error code (4.1.7.3.7). */
  private static void property(Cursor m, Exchange x, Observer o, int messageCode) {
    Transcript t = o.transcript();
    int object = m.u16();
    int instance = m.u8();
    int property = m.u8();
    int elements = m.u16();
    t.field("interfaceObjectType", object);
    t.field("objectInstance", instance);
    t.field("propertyId", property);
    t.field("numberOfElements", elements >>> 12);
    t.field("startIndex", elements & 0xFFF);
    int octets = m.remaining();
    boolean secret = Properties.key(object, property);
    Value value = null;
    if (m.ok() && octets > 0) {
      if (secret) {
        o.secret(m.position(), octets);
        t.secret("data", octets);
      } else if (messageCode == M_PROP_READ_CON && elements >>> 12 == 0) {
        t.field("errorCode", m.peek(0));
      } else {
        t.octets("data", m, octets);
      }
    }
    if (!m.ok()) {
      return;
    }
    o.operation(Codes.MESSAGE[messageCode]);
    long key = Telegram.key(x, 0x20000, (long) object << 16 | instance << 8 | property);
    if (messageCode == M_PROP_WRITE_REQ) {
      value = secret ? o.sealed(Seals.Kind.KEY, m, m.position(), octets) : Telegram.octets(m, octets);
      Telegram.act(x, o, key, x.source(), Verb.CONFIGURE, x.target(), Codes.MESSAGE[messageCode], PROPERTIES,
          Properties.point(object, instance, property), value, "", 1);
    } else if (messageCode == M_PROP_WRITE_CON) {
      o.outcome(key, elements >>> 12 == 0 ? Telegram.REFUSED : Outcome.OK);
    }
    m.skip(m.remaining());
  }

  /** 4.1.7.4: a function of a property; the confirmation begins with a return code. */
  private static void function(Cursor m, Exchange x, Observer o, int messageCode) {
    Transcript t = o.transcript();
    int object = m.u16();
    int instance = m.u8();
    int property = m.u8();
    t.field("interfaceObjectType", object);
    t.field("objectInstance", instance);
    t.field("propertyId", property);
    int code = 0;
    if (messageCode == M_FUNC_PROP_CON && m.remaining() > 0) {
      code = m.u8();
      t.field("returnCode", code);
    }
    int octets = m.remaining();
    t.octets("data", m, octets);
    if (!m.ok()) {
      return;
    }
    o.operation(Codes.MESSAGE[messageCode]);
    long key = Telegram.key(x, 0x30000, (long) object << 16 | instance << 8 | property);
    if (messageCode == M_FUNC_PROP_COMMAND_REQ) {
      Point point = Properties.point(object, instance, property);
      Telegram.act(x, o, key, x.source(), Verb.COMMAND, x.target(), Codes.MESSAGE[messageCode], FUNCTIONS, point, Telegram.octets(m, octets), "", 1);
    } else if (messageCode == M_FUNC_PROP_CON) {
      o.outcome(key, Codes.RETURN[code]);
    }
    m.skip(m.remaining());
  }
}
