package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * KNX IP Secure as far as it is in the clear: who opens a session, as which user, how that ended, and that messages are wrapped (KNX 03_08_09).
 * What is inside a wrapper is not read: nobody but the devices has the key.
 *
 * <pre>
 * wrapper:      | session u16 | sequence u48 | serial number u48 | tag u16 | encrypted message | code 16 octets |
 * request:      | HPAI | public key 32 octets |           response: | session u16 | public key 32 octets | code 16 octets |
 * authenticate: | reserved u8 | user u8 | code 16 octets |           status: | status u8 | reserved u8 |
 * timer notify: | timer u48 | serial number u48 | tag u16 | code 16 octets |
 * </pre>
 */
final class Secure {
  private static final Cite WRAPPER = new Cite("KNX 03_08_09", "2.2");
  private static final Cite SESSION = new Cite("KNX 03_08_09", "2.3");

  private static final int SECURE_WRAPPER = 0x0950;
  private static final int SESSION_REQUEST = 0x0951;
  private static final int SESSION_RESPONSE = 0x0952;
  private static final int SESSION_AUTHENTICATE = 0x0953;
  private static final int SESSION_STATUS = 0x0954;
  private static final int TIMER_NOTIFY = 0x0955;

  private static final int CODE = 16;
  private static final int PUBLIC_KEY = 32;

  private static final Outcome FAILED = Outcome.error("STATUS_AUTHENTICATION_FAILED");

  private Secure() {}

  /** Reads the service; false where it is none of these. */
  static boolean dissect(Cursor m, Exchange x, Observer o, int service) {
    Transcript t = o.transcript();
    switch (service) {
      case SECURE_WRAPPER -> {
        t.field("secureSessionIdentifier", m.u16());
        octets(m, t, "sequenceInformation", 6);
        octets(m, t, "serialNumber", 6);
        t.field("messageTag", m.u16());
        t.field("encryptedOctets", Math.max(0, m.remaining() - CODE));
        if (m.ok() && m.remaining() < CODE + 6) {
          o.flaw(x, WRAPPER, "length", m.position(), m.wireLength());
        } else if (m.ok()) {
          m.skip(m.remaining() - CODE);
          octets(m, t, "messageAuthenticationCode", CODE);
        }
        m.skip(m.remaining());
      }
      case SESSION_REQUEST -> {
        KnxNetIp.hpai(m, x, o, "controlEndpoint");
        octets(m, t, "publicKey", PUBLIC_KEY);
        if (m.ok()) {
          KnxNetIp.act(x, o, Telegram.key(x, SESSION_REQUEST, 0), Verb.CONNECT, service, SESSION, null, "secure session");
        }
      }
      case SESSION_RESPONSE -> {
        t.field("secureSessionIdentifier", m.u16());
        octets(m, t, "publicKey", PUBLIC_KEY);
        octets(m, t, "messageAuthenticationCode", CODE);
        if (m.ok()) {
          o.outcome(Telegram.key(x, SESSION_REQUEST, 0), Outcome.OK);
        }
      }
      case SESSION_AUTHENTICATE -> {
        t.field("reserved", m.u8());
        int user = m.u8();
        t.field("userId", user);
        octets(m, t, "messageAuthenticationCode", CODE);
        if (m.ok()) {
          KnxNetIp.act(x, o, Telegram.key(x, SESSION_AUTHENTICATE, 0), Verb.AUTHENTICATE, service, SESSION, null,
              user == 1 ? "user 1, management" : "user " + user);
        }
      }
      case SESSION_STATUS -> {
        int status = m.u8();
        t.field("status", status);
        t.field("statusName", Codes.session(status));
        t.field("reserved", m.u8());
        if (m.ok() && status <= 1) {
          o.outcome(Telegram.key(x, SESSION_AUTHENTICATE, 0), status == 0 ? Outcome.OK : FAILED);
        }
      }
      case TIMER_NOTIFY -> {
        octets(m, t, "timer", 6);
        octets(m, t, "serialNumber", 6);
        t.field("messageTag", m.u16());
        octets(m, t, "messageAuthenticationCode", CODE);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void octets(Cursor m, Transcript t, String name, int octets) {
    t.octets(name, m, Math.min(octets, m.remaining()));
    m.skip(octets);
  }
}
