package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The messages of COSEM (IEC 62056-5-3:2017, 8): association, and get, set and action on objects by their OBIS code.
 *
 * <pre>
 * get C0 | 01 | invoke u8 | class u16 | OBIS, six octets | attribute i8 | selection u8 |       set C1 | 01 | … | data |
 * action C3 | 01 | invoke u8 | class u16 | OBIS | method i8 | parameters u8 | data |           answers C4, C5, C7 | 01 | invoke | result |
 * </pre>
 */
final class DlmsApdu {
  private static final String STANDARD = "IEC 62056-5-3:2017";
  private static final Cite ASSOCIATION = new Cite(STANDARD, "7.2");
  private static final Cite GET_CITE = new Cite(STANDARD, "6.6");
  private static final Cite SET_CITE = new Cite(STANDARD, "6.7");
  private static final Cite ACTION_CITE = new Cite(STANDARD, "6.8");
  private static final Cite NAME_CITE = new Cite("IEC 62056-6-2:2017", "4.1.8.2");

  /** 8.2: tags. */
  static final int ASSOCIATE = 0x60;
  private static final int ASSOCIATED = 0x61;
  private static final int GET = 0xC0;
  private static final int SET = 0xC1;
  private static final int ACTION = 0xC3;
  private static final int GET_RESPONSE = 0xC4;
  private static final int SET_RESPONSE = 0xC5;
  private static final int ACTION_RESPONSE = 0xC7;

  /** 7.2.4: authentication mechanisms, by the last number of their identifier. */
  private static final String[] MECHANISMS = {"no security", "low level security", "high level security", "high level security MD5", "high level security SHA-1",
      "high level security GMAC", "high level security SHA-256", "high level security ECDSA"};

  /** IEC 62056-6-2: classes that an action or a write makes more of. */
  private static final int CLOCK = 8;
  private static final int SCRIPTS = 9;
  private static final int ASSOCIATION_LN = 15;
  private static final int IMAGE_TRANSFER = 18;
  private static final int SECURITY_SETUP = 64;
  private static final int DISCONNECT_CONTROL = 70;

  /** 0-0:42.0.0*255, COSEM logical device name. */
  private static final long DEVICE_NAME = 0x00002A0000FFL;

  private static final int NEWS_READ = 1;
  private static final int NEWS_NAME = 2;
  private static final int NEWS_TITLE = 3;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] RESULTS = {"success", "hardware fault", "temporary failure", "read-write denied", "object undefined", "", "", "", "",
      "object class inconsistent", "", "object unavailable", "type unmatched", "scope of access violated", "data block unavailable", "long get aborted",
      "no long get in progress", "long set aborted", "no long set in progress"};
  private static final Outcome[] OUTCOMES = new Outcome[256];

  static {
    for (int i = 0; i < OUTCOMES.length; i++) {
      OUTCOMES[i] = i == 0 ? Outcome.OK : Outcome.error(i < RESULTS.length && !RESULTS[i].isEmpty() ? RESULTS[i] : i == 250 ? "other reason" : "result " + i);
    }
  }

  private static final Outcome REFUSED = Outcome.error("association refused");
  private static final Observer.PointMaker POINT = DlmsApdu::point;

  static boolean known(int tag) {
    return !name(tag).isEmpty();
  }

  /** Names the message without reading it. */
  static void name(Cursor m, Observer o) {
    String name = name(m.peek(0));
    if (!name.isEmpty()) {
      o.transcript().operation(name);
      o.operation(name);
    }
  }

  private static String name(int tag) {
    return switch (tag) {
      case 0x01 -> "initiateRequest";
      case 0x05 -> "readRequest";
      case 0x06 -> "writeRequest";
      case 0x08 -> "initiateResponse";
      case 0x0C -> "readResponse";
      case 0x0D -> "writeResponse";
      case 0x0E -> "confirmedServiceError";
      case 0x0F -> "data-notification";
      case 0x16 -> "unconfirmedWriteRequest";
      case 0x18 -> "informationReportRequest";
      case ASSOCIATE -> "AARQ";
      case ASSOCIATED -> "AARE";
      case 0x62 -> "RLRQ";
      case 0x63 -> "RLRE";
      case GET -> "get-request";
      case SET -> "set-request";
      case 0xC2 -> "event-notification-request";
      case ACTION -> "action-request";
      case GET_RESPONSE -> "get-response";
      case SET_RESPONSE -> "set-response";
      case ACTION_RESPONSE -> "action-response";
      case 0x25, 0x26, 0x2C, 0x2D, 0x21, 0x28, 0x36, 0x38, 0xC8, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xCF -> "global-ciphered";
      case 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD7 -> "dedicated-ciphered";
      case 0xD8 -> "exception-response";
      case 0xD9 -> "access-request";
      case 0xDA -> "access-response";
      case 0xDB -> "general-glo-ciphering";
      case 0xDC -> "general-ded-ciphering";
      case 0xDD -> "general-ciphering";
      case 0xDF -> "general-signing";
      case 0xE0 -> "general-block-transfer";
      default -> "";
    };
  }

  private static Point point(long obis, long attribute) {
    return new Point.Named("cosem", (obis >>> 40) + "-" + (obis >>> 32 & 0xFF) + ":" + (obis >>> 24 & 0xFF) + "." + (obis >>> 16 & 0xFF) + "." + (obis >>> 8 & 0xFF) + "*"
        + (obis & 0xFF) + "/" + (byte) attribute);
  }

  void read(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    if (!m.ok()) {
      return;
    }
    name(m, o);
    int tag = m.u8();
    t.field("tag", tag);
    switch (tag) {
      case ASSOCIATE, ASSOCIATED -> association(m, x, o, tag == ASSOCIATE);
      case GET, SET, ACTION -> request(m, x, o, tag);
      case GET_RESPONSE, SET_RESPONSE, ACTION_RESPONSE -> response(m, x, o, tag);
      default -> t.field("octets", m.remaining());
    }
    if (m.ok()) {
      m.skip(m.remaining());
    }
  }

  /** 7.2: fields by their tags; AC is the password of low level security, or a challenge. */
  private static void association(Cursor m, Exchange x, Observer o, boolean asks) {
    Transcript t = o.transcript();
    long outer = m.enter(Ber.length(m));
    int mechanism = 0;
    int password = 0;
    long result = -1;
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      int octets = Ber.length(m);
      int next = m.position() + octets;
      switch (tag) {
        case 0xA2 -> {
          if (!asks) {
            result = Ber.integer(m);
            t.field("result", result);
          }
        }
        case 0x8B, 0x89 -> {
          mechanism = octets == 7 ? m.at(m.position() + 6) : 0;
          t.field("mechanism", mechanism);
        }
        case 0xAC, 0xAA -> {
          o.secret(m.position(), octets);
          t.secret("authenticationValue", octets);
          password = octets;
        }
        case 0xA6, 0xA4 -> title(m, x, o, octets, tag == 0xA6 == asks);
        default -> {
          // context and versions
        }
      }
      m.seek(next);
    }
    m.leave(outer);
    if (!m.ok()) {
      return;
    }
    if (asks) {
      String security = mechanism < MECHANISMS.length ? MECHANISMS[mechanism] : "mechanism " + mechanism;
      o.request(x.flow(), Acts.pending(x, "dlms", ASSOCIATION, Verb.CONNECT, "AARQ", null, null, password > 0 ? security + ", with a secret" : security));
    } else {
      o.outcome(x.flow(), result == 0 ? Outcome.OK : REFUSED);
    }
  }

  /** 4.3.4, system title of the speaker: eight octets, the maker's three letters first. */
  private static void title(Cursor m, Exchange x, Observer o, int octets, boolean own) {
    Transcript t = o.transcript();
    if (octets == 10 && m.peek(0) == Ber.OCTET_STRING && m.peek(1) == 8) {
      m.skip(2);
      t.octets("systemTitle", m, 8);
      if (own && x.news(x.source(), NEWS_TITLE, m.digest(8), Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, "dlms-system-title=" + HexFormat.of().formatHex(m.bytes(8)), ASSOCIATION);
      }
    }
  }

  private static long key(Exchange x, int invoke) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ (invoke & 15) + 1;
  }

  private static void request(Cursor m, Exchange x, Observer o, int tag) {
    Transcript t = o.transcript();
    int kind = m.u8();
    int invoke = m.u8();
    t.field("requestType", kind);
    t.field("invokeId", invoke & 15);
    // 6.6.3 to 6.8.3: next blocks say nothing new, lists begin with their number
    boolean list = kind == (tag == SET ? 4 : 3);
    if (kind != 1 && !list && !(tag != GET && (kind == 2 && tag == SET || kind == 4 && tag == ACTION))) {
      return;
    }
    int count = list ? m.u8() : 1;
    int cosemClass = m.u16();
    long obis = m.u48();
    int attribute = m.u8();
    t.field("class", cosemClass);
    if (t.on()) {
      t.field("object", point(obis, attribute).text());
    }
    if (!m.ok()) {
      return;
    }
    long key = key(x, invoke);
    long place = (long) cosemClass << 8 | attribute;
    x.remember(key, obis, count == 1 ? place : -1);
    if (tag == GET) {
      if (x.news(x.source(), NEWS_READ, (obis << 8 ^ place) * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
        o.request(key, Acts.pending(x, "dlms", GET_CITE, Verb.READ, "get-request", point(obis, attribute), null, detail(cosemClass, count)));
      }
      return;
    }
    Value value = null;
    if (tag == SET && kind == 1 && cosemClass != ASSOCIATION_LN && cosemClass != SECURITY_SETUP) {
      m.skip(1);
      double number = number(m);
      value = Double.isNaN(number) || !m.ok() ? null : new Value.Num(number);
    } else {
      o.secret(m.position(), m.remaining());
      t.secret("data", m.remaining());
    }
    if (m.ok()) {
      o.request(key, Acts.pending(x, "dlms", tag == SET ? SET_CITE : ACTION_CITE, verb(tag, cosemClass), tag == SET ? "set-request" : "action-request",
          point(obis, attribute), value, (tag == ACTION && cosemClass == DISCONNECT_CONTROL ? attribute == 1 ? "disconnect, " : "reconnect, " : "") + detail(cosemClass, count)));
    }
  }

  private static String detail(int cosemClass, int count) {
    return "class " + cosemClass + (count == 1 ? "" : ", " + count + " objects");
  }

  /** IEC 62056-6-2: what a write or a method does by its class. */
  private static Verb verb(int tag, int cosemClass) {
    return switch (cosemClass) {
      case CLOCK -> Verb.SET_TIME;
      case IMAGE_TRANSFER -> Verb.DOWNLOAD;
      case ASSOCIATION_LN -> tag == ACTION ? Verb.AUTHENTICATE : Verb.CONFIGURE;
      case SECURITY_SETUP -> Verb.CONFIGURE;
      case DISCONNECT_CONTROL, SCRIPTS -> Verb.COMMAND;
      default -> tag == SET ? Verb.WRITE : Verb.COMMAND;
    };
  }

  private static void response(Cursor m, Exchange x, Observer o, int tag) {
    Transcript t = o.transcript();
    int kind = m.u8();
    int invoke = m.u8();
    t.field("responseType", kind);
    t.field("invokeId", invoke & 15);
    int result = kind == 1 && m.remaining() > 0 ? m.u8() : 0;
    if (tag == GET_RESPONSE && kind == 1 && result == 1) {
      result = m.u8();
    }
    t.field("result", result);
    if (!m.ok()) {
      return;
    }
    long key = key(x, invoke);
    boolean asked = x.recall(key);
    long obis = x.recalledA();
    long place = x.recalledB();
    o.outcome(key, OUTCOMES[result]);
    if (tag == GET_RESPONSE && kind == 1 && result == 0 && asked && place >= 0) {
      value(m, x, o, obis, place);
    }
  }

  /** What attribute 2 of a register holds, and the name of the device. */
  private static void value(Cursor m, Exchange x, Observer o, long obis, long place) {
    int type = m.peek(0);
    int octets = m.peek(1);
    if ((place & 0xFF) != 2) {
      return;
    }
    if (obis == DEVICE_NAME && (type == 9 || type == 10) && octets > 0 && octets <= m.remaining() - 2) {
      m.skip(2);
      if (x.news(x.source(), NEWS_NAME, m.digest(octets), Exchange.FOREVER)) {
        String name = m.text(octets, StandardCharsets.ISO_8859_1).strip();
        if (!name.isEmpty() && name.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
          o.claim(x, x.source(), Trait.NAME, name, NAME_CITE);
        }
      }
      return;
    }
    double number = number(m);
    if (m.ok() && !Double.isNaN(number)) {
      o.transcript().field("value", number);
      o.reading(x, x.source(), obis, place, POINT, number, null, true, false);
    }
  }

  /** 8.5, Data: plain numbers, or NaN. */
  private static double number(Cursor m) {
    return switch (m.u8()) {
      case 3 -> m.u8() == 0 ? 0 : 1;
      case 5 -> (int) m.u32();
      case 6 -> m.u32();
      case 15 -> (byte) m.u8();
      case 16 -> (short) m.u16();
      case 17, 22 -> m.u8();
      case 18 -> m.u16();
      case 20, 21 -> m.u64();
      case 23 -> m.f32();
      case 24 -> m.f64();
      default -> Double.NaN;
    };
  }
}
