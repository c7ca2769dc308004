package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * EAP over LAN (IEEE 802.1X-2020 clause 11) with the heads of EAP (RFC 3748 §4).
 *
 * <pre>
 * | version u8 | type u8 | length u16 | body |
 * body of type 0: | code u8 | identifier u8 | length u16 | method u8 | data |
 * body of type 3: | descriptor u8 | information u16 | key length u16 | replay counter u64 | nonce, IV, MIC, key |   802.11-2020 12.7.2
 * </pre>
 *
 * Who asks to be let in, by which method, and whether it was let in. Identities are those of people or machines and go nowhere: their length
 * is told. Of keys (type 3) the head is read, of MACsec's agreement (type 5) nothing: nonces, integrity codes and keys go nowhere.
 */
final class Eapol implements Dissector {
  private static final Cite PACKET = new Cite("IEEE 802.1X-2020", "11.3");
  private static final Cite START = new Cite("IEEE 802.1X-2020", "11.6");
  private static final Cite EAP = new Cite("RFC 3748", "4");
  private static final Cite METHOD = new Cite("RFC 3748", "5");
  private static final Cite RESULT = new Cite("RFC 3748", "4.2");

  /** IEEE 802.1X-2020 table 11-3. */
  private static final String[] TYPES = {"eap", "start", "logoff", "key", "alert", "mka", "announcement", "announcement", "announcement request"};

  private static final String[] CODES = {"code 0", "request", "response", "success", "failure", "initiate", "finish"};

  private static final int KEY = 3;
  private static final int MKA = 5;
  private static final int IDENTITY = 1;
  private static final int NEWS_ROLE = 1;
  private static final int NEWS_METHOD = 2;
  private static final int NEWS_START = 3;
  private static final int NEWS_RESULT = 4;
  private static final int AGAIN_SECONDS = 600;
  private static final int FAILURE_AGAIN = 60;

  @Override
  public String name() {
    return "eapol";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("EAPOL and EAP", "IEEE 802.1X-2020 clause 11, RFC 3748",
        "who asks to be let in and by which method, success and failure, logoff",
        "identities, challenges and keys are secrets; what is inside a method; MACsec key agreement",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x888E};
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() >= 4 && m.at(1) < TYPES.length ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int version = m.u8();
    int type = m.u8();
    int length = m.u16();
    String named = type < TYPES.length ? TYPES[type] : "type unknown";
    if (t.on()) {
      t.message("eapol", named);
      t.field("version", version);
      t.field("type", type);
      t.field("length", length);
    }
    o.secret(m.position(), length);
    long outer = m.enter(length);
    if (m.ok()) {
      switch (type) {
        case 0 -> eap(m, x, o);
        case 1 -> {
          o.operation("start");
          role(x, o, "supplicant", START);
          if (x.news(x.source(), NEWS_START, 0, AGAIN_SECONDS)) {
            o.see(Acts.act(x, "eapol", START, Verb.AUTHENTICATE, "start", null, null, "", Outcome.UNCONFIRMED));
          }
        }
        case 2 -> {
          o.operation("logoff");
          if (x.news(x.source(), NEWS_START, 1, AGAIN_SECONDS)) {
            o.see(Acts.act(x, "eapol", START, Verb.DISCONNECT, "logoff", null, null, "", Outcome.UNCONFIRMED));
          }
        }
        case KEY, MKA -> {
          o.operation(named);
          if (type == KEY) {
            descriptor(m, t, length);
          } else {
            t.secret("key", length);
          }
        }
        default -> o.operation(named);
      }
    }
    m.leave(outer);
    if (t.on()) {
      t.end();
    }
  }

  /** IEEE 802.11-2020 §12.7.2: descriptors 2 and 254 (WPA) have key information, 1 (RC4) has none. */
  private static void descriptor(Cursor m, Transcript t, int length) {
    int kind = m.u8();
    boolean informed = kind == 2 || kind == 254;
    int information = informed ? m.u16() : 0;
    int octets = m.u16();
    long replay = m.u64();
    if (t.on() && m.ok()) {
      t.field("descriptor", kind);
      if (informed) {
        t.field("keyInformation", information);
      }
      t.field("keyLength", octets);
      t.field("replayCounter", Long.toUnsignedString(replay));
    }
    t.secret("key", length - (informed ? 13 : 11));
  }

  private static void role(Exchange x, Observer o, String role, Cite cite) {
    if (x.news(x.source(), NEWS_ROLE, role.length(), Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.ROLE, role, cite);
    }
  }

  /** RFC 3748 §4: success and failure have no method. */
  private static void eap(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int code = m.u8();
    int identifier = m.u8();
    int length = m.u16();
    String named = code < CODES.length ? CODES[code] : "code unknown";
    if (t.on()) {
      t.operation("eap " + named);
      t.field("code", code);
      t.field("identifier", identifier);
      t.field("eapLength", length);
    }
    if (!m.ok()) {
      return;
    }
    if (code == 0 || code >= CODES.length || length < 4) {
      o.flaw(x, EAP, code == 0 || code >= CODES.length ? "code" : "length", m.position() - 4, m.wireLength());
      return;
    }
    long outer = m.enter(length - 4);
    o.operation(named);
    if (m.ok() && code <= 2) {
      method(m, x, o, code, length);
    } else if (m.ok() && code <= 4) {
      role(x, o, "authenticator", RESULT);
      boolean success = code == 3;
      if (x.news(x.source(), NEWS_RESULT, x.target().print() + code, success ? AGAIN_SECONDS : FAILURE_AGAIN)) {
        o.see(Acts.act(x, "eapol", RESULT, Verb.AUTHENTICATE, named, null, null, success ? "let in" : "refused", success ? Outcome.OK : Outcome.error("failure")));
      }
    }
    m.leave(outer);
  }

  private static void method(Cursor m, Exchange x, Observer o, int code, int length) {
    Transcript t = o.transcript();
    int method = m.u8();
    if (!m.ok()) {
      return;
    }
    if (t.on()) {
      t.field("method", method);
      if (method == IDENTITY && code == 2) {
        t.secret("identity", length - 5);
      } else if (length > 5) {
        t.secret("data", length - 5);
      }
    }
    role(x, o, code == 1 ? "authenticator" : "supplicant", METHOD);
    // 1 asks who, 2 tells people, 3 refuses what was proposed
    if (code == 2 && method > 3 && x.news(x.source(), NEWS_METHOD, method, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "eap-method=" + name(method), METHOD);
    }
  }

  /** Method types registered with IANA. */
  static String name(int method) {
    return switch (method) {
      case 1 -> "Identity";
      case 2 -> "Notification";
      case 3 -> "Nak";
      case 4 -> "MD5-Challenge";
      case 5 -> "OTP";
      case 6 -> "GTC";
      case 13 -> "EAP-TLS";
      case 17 -> "LEAP";
      case 18 -> "EAP-SIM";
      case 21 -> "EAP-TTLS";
      case 23 -> "EAP-AKA";
      case 25 -> "PEAP";
      case 26 -> "MS-EAP";
      case 43 -> "EAP-FAST";
      case 46 -> "EAP-PAX";
      case 47 -> "EAP-PSK";
      case 48 -> "EAP-SAKE";
      case 50 -> "EAP-AKA'";
      case 52 -> "EAP-PWD";
      case 55 -> "TEAP";
      default -> "method " + method;
    };
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
