package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * The network layer messages 0x0A to 0x11 of BACnet network security (ASHRAE 135-2016 clause 24, withdrawn in 135-2020 in favour of BACnet/SC; devices
 * that speak it were sold). Keys are told by their number and length only.
 *
 * <pre>
 * | control u8 | key revision u8 | key identifier u16 | source instance u24 | message id u32 | time u32 | destination instance u24 |
 * | DNET u16 | DLEN u8 | DADR | SNET u16 | SLEN u8 | SADR | [authentication mechanism u8, user u16, role u8, length u16, data] | service data | signature 16 |
 * </pre>
 */
final class SecurityMessages {
  private static final int CHALLENGE_REQUEST = 0x0A;
  private static final int SECURITY_PAYLOAD = 0x0B;
  private static final int SECURITY_RESPONSE = 0x0C;
  private static final int REQUEST_KEY_UPDATE = 0x0D;
  private static final int UPDATE_KEY_SET = 0x0E;
  private static final int UPDATE_DISTRIBUTION_KEY = 0x0F;
  private static final int REQUEST_MASTER_KEY = 0x10;
  private static final int SET_MASTER_KEY = 0x11;

  /** 24.2.1: control octet of the wrapper; what is encrypted begins behind the time and ends before the signature. */
  private static final int ENCRYPTED = 0x40;

  private static final int AUTHENTICATED = 0x10;

  /** 24.2.13. */
  private static final int SIGNATURE = 16;

  /** 24.3.5: what an Update-Key-Set holds. */
  private static final int FIRST_TIMES = 0x80;

  private static final int FIRST_KEYS = 0x40;
  private static final int SECOND_TIMES = 0x10;
  private static final int SECOND_KEYS = 0x08;

  private static final Cite KEYS = new Cite("ASHRAE 135-2016", "24.3");
  private static final Point.Named POINT = new Point.Named("npdu", "keys");

  private final Message m;

  SecurityMessages(Message message) {
    m = message;
  }

  static boolean mine(int type) {
    return type >= CHALLENGE_REQUEST && type <= SET_MASTER_KEY;
  }

  void read(int type, Cursor c) {
    boolean keys = type == UPDATE_KEY_SET || type == UPDATE_DISTRIBUTION_KEY || type == SET_MASTER_KEY;
    if (keys) {
      m.secret(c.remaining());
    }
    Transcript t = m.transcript;
    t.begin("securityWrapper");
    int control = wrapper(c);
    t.close();
    if (c.remaining() < SIGNATURE) {
      c.fail();
      return;
    }
    long outer = c.enter(c.remaining() - SIGNATURE);
    if ((control & ENCRYPTED) != 0) {
      t.octets("encryptedData", c, c.remaining());
      c.skip(c.remaining());
    } else {
      serviceData(type, c);
      m.left(c, KEYS);
    }
    c.leave(outer);
    t.octets("signature", c, SIGNATURE);
    c.skip(SIGNATURE);
    if (keys && m.sound()) {
      m.act(Verb.CONFIGURE, POINT, null, 0, "", KEYS);
    }
  }

  private int wrapper(Cursor c) {
    Transcript t = m.transcript;
    int control = c.u8();
    t.field("wrapperControl", control);
    t.field("keyRevision", c.u8());
    t.field("keyIdentifier", c.u16());
    t.field("sourceDeviceInstance", c.u24());
    t.field("messageId", c.u32());
    t.field("timestamp", c.u32());
    if ((control & ENCRYPTED) != 0) {
      return control;
    }
    t.field("destinationDeviceInstance", c.u24());
    address(c, "wrapperDNET", "wrapperDLEN", "wrapperDADR");
    address(c, "wrapperSNET", "wrapperSLEN", "wrapperSADR");
    if ((control & AUTHENTICATED) != 0) {
      t.field("authenticationMechanism", c.u8());
      t.field("userId", c.u16());
      t.field("userRole", c.u8());
      int length = c.u16();
      t.field("authenticationDataLength", length);
      m.secret(Math.min(length, c.remaining()));
      t.secret("authenticationData", length);
      c.skip(length);
    }
    return control;
  }

  private void address(Cursor c, String net, String lengthName, String name) {
    Transcript t = m.transcript;
    t.field(net, c.u16());
    int length = c.u8();
    t.field(lengthName, length);
    if (length > 0) {
      t.octets(name, c, Math.min(length, c.remaining()));
    }
    c.skip(length);
  }

  private void serviceData(int type, Cursor c) {
    Transcript t = m.transcript;
    switch (type) {
      case CHALLENGE_REQUEST -> {
        t.field("messageChallenge", c.u8());
        original(c);
      }
      case SECURITY_PAYLOAD -> {
        int length = c.u16();
        t.field("payloadLength", length);
        t.octets("payload", c, Math.min(length, c.remaining()));
        c.skip(length);
      }
      case SECURITY_RESPONSE -> {
        t.field("responseCode", c.u8());
        original(c);
        t.octets("responseParameters", c, c.remaining());
        c.skip(c.remaining());
      }
      case REQUEST_KEY_UPDATE -> {
        t.field("set1KeyRevision", c.u8());
        times(c, "set1");
        t.field("set2KeyRevision", c.u8());
        times(c, "set2");
        t.field("distributionKeyRevision", c.u8());
      }
      case UPDATE_KEY_SET -> updateKeySet(c);
      case UPDATE_DISTRIBUTION_KEY -> {
        t.field("distributionKeyRevision", c.u8());
        key(c);
      }
      case REQUEST_MASTER_KEY -> {
        int algorithms = c.u8();
        t.field("numberOfAlgorithms", algorithms);
        for (int i = 0; i < algorithms && c.ok(); i++) {
          t.field("algorithm", c.u8());
        }
      }
      default -> key(c);
    }
  }

  private void original(Cursor c) {
    m.transcript.field("originalMessageId", c.u32());
    m.transcript.field("originalTimestamp", c.u32());
  }

  private void times(Cursor c, String set) {
    Transcript t = m.transcript;
    t.field(set.equals("set1") ? "set1ActivationTime" : "set2ActivationTime", c.u32());
    t.field(set.equals("set1") ? "set1ExpirationTime" : "set2ExpirationTime", c.u32());
  }

  private void updateKeySet(Cursor c) {
    int flags = c.u8();
    m.transcript.field("updateControl", flags);
    keySet(c, "set1", (flags & FIRST_TIMES) != 0, (flags & FIRST_KEYS) != 0);
    keySet(c, "set2", (flags & SECOND_TIMES) != 0, (flags & SECOND_KEYS) != 0);
  }

  private void keySet(Cursor c, String set, boolean timed, boolean keyed) {
    if (timed) {
      m.transcript.field(set.equals("set1") ? "set1KeyRevision" : "set2KeyRevision", c.u8());
      times(c, set);
    }
    if (keyed) {
      int keys = c.u8();
      for (int i = 0; i < keys && c.ok(); i++) {
        key(c);
      }
    }
  }

  /** 24.3.5.1: {@code | algorithm u8 | key id u8 | length u8 | key |}. */
  private void key(Cursor c) {
    Transcript t = m.transcript;
    t.begin("key");
    t.field("keyAlgorithm", c.u8());
    t.field("keyId", c.u8());
    int length = c.u8();
    t.secret("keyData", length);
    c.skip(length);
    t.close();
  }
}
