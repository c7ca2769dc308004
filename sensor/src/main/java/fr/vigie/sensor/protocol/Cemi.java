package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The common external message interface and the telegrams in it, down to the application layer: KNX 03_06_03 (cEMI), 03_03_02 (data link
 * layer), 03_03_04 (transport layer), 03_03_07 (application layer).
 *
 * <pre>
 * | message code u8 | additional info length u8 | additional info … | service information … |
 * L_Data: | control 1 u8 | control 2 u8 | source u16 | destination u16 | length u8 | TPCI 6 bits, APCI 10 bits | data … |
 * </pre>
 *
 * <p>Who speaks: with L_Data.ind the individual address in the telegram, behind the IP address that sent the message; with L_Data.req the
 * IP address itself, a tunnelling client, for whom the server puts its own tunnel address into the telegram (03_08_04 2.2). An
 * L_Data.con is the echo of a request and ends the act. A device that is only spoken to stands behind the receiver of the message.
 *
 * <p>Datapoint types are not on the wire. Values of up to six bits, and of one octet, are readings as unsigned numbers; longer ones could
 * be a float as well as a date, so they are octets of the act and no reading.
 */
final class Cemi {
  /** How the message came: by tunnelling, by routing, or by device management. */
  static final int TUNNEL = 0;
  static final int ROUTING = 1;
  static final int MANAGEMENT = 2;

  private static final Cite L_DATA = new Cite("KNX 03_06_03", "4.1.5.3");
  private static final Cite PROPERTIES = new Cite("KNX 03_06_03", "4.1.7.3");
  private static final Cite RESET = new Cite("KNX 03_06_03", "4.1.7.5");
  private static final Cite APPLICATION = new Cite("KNX 03_03_07", "2");

  private static final int L_DATA_REQ = 0x11;
  private static final int L_DATA_CON = 0x2E;
  private static final int L_DATA_IND = 0x29;
  private static final int M_PROP_READ_REQ = 0xFC;
  private static final int M_PROP_READ_CON = 0xFB;
  private static final int M_PROP_WRITE_REQ = 0xF6;
  private static final int M_PROP_WRITE_CON = 0xF5;
  private static final int M_PROP_INFO_IND = 0xF7;
  private static final int M_RESET_REQ = 0xF1;

  /** KNX 03_06_03 4.1.7: from here on the services of local device management, which carry no additional information. */
  private static final int FIRST_LOCAL = 0xF0;

  private static final int GROUP_VALUE_READ = 0x000;
  private static final int GROUP_VALUE_RESPONSE = 0x040;
  private static final int GROUP_VALUE_WRITE = 0x080;

  private static final int NEWS_SIGHTING = 11;
  private static final int NEWS_READ = 12;
  private static final int NEWS_MASK = 13;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] MESSAGE = new String[256];
  private static final String[] SERVICE = new String[1024];
  private static final Outcome NOT_CONFIRMED = Outcome.error("L_Data.con: not confirmed");
  private static final Outcome REFUSED = Outcome.error("refused");

  static {
    Names messages = Names.load("knx/cemi_message_codes.tsv", "messageCode");
    Names services = Names.load("knx/apci_services.tsv", "apci");
    for (int code = 0; code < MESSAGE.length; code++) {
      MESSAGE[code] = messages.of(code);
    }
    for (int apci = 0; apci < SERVICE.length; apci++) {
      SERVICE[apci] = services.of(services.find(apci) != null ? apci : fold(apci));
    }
  }

  private int carrier;
  private int messageCode;
  private int source;
  private int destination;
  private boolean group;
  private int service;

  static String individual(int address) {
    return (address >>> 12 & 0xF) + "." + (address >>> 8 & 0xF) + "." + (address & 0xFF);
  }

  void dissect(Cursor m, Exchange x, Observer o, int by) {
    Transcript t = o.transcript();
    carrier = by;
    messageCode = m.u8();
    t.begin("cEMI");
    t.field("messageCode", MESSAGE[messageCode]);
    int info = messageCode < FIRST_LOCAL ? m.u8() : 0;
    if (info > 0) {
      t.octets("additionalInformation", m, info);
    }
    m.skip(info);
    if (m.ok()) {
      switch (messageCode) {
        case L_DATA_REQ, L_DATA_CON, L_DATA_IND -> data(m, x, o);
        case M_PROP_READ_REQ, M_PROP_READ_CON, M_PROP_WRITE_REQ, M_PROP_WRITE_CON, M_PROP_INFO_IND -> property(m, x, o);
        case M_RESET_REQ -> {
          o.operation(MESSAGE[M_RESET_REQ]);
          KnxNetIp.act(x, o, 0, x.source(), Verb.RESTART, x.target(), MESSAGE[M_RESET_REQ], RESET, null, null, "");
        }
        default -> {
          t.octets("data", m, m.remaining());
          m.skip(m.remaining());
        }
      }
    }
    t.close();
  }

  /** KNX 03_06_03 4.1.5.3. */
  private void data(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int control1 = m.u8();
    int control2 = m.u8();
    source = m.u16();
    destination = m.u16();
    int at = m.position();
    int length = m.u8();
    group = (control2 & 0x80) != 0;
    if (t.on()) {
      t.field("control1", control1);
      t.field("control2", control2);
      t.field("sourceAddress", individual(source));
      t.field("destinationAddress", group ? new Point.KnxGroup(destination).text() : individual(destination));
      t.field("length", length);
    }
    if (m.ok() && length + 1 != m.remaining() && !m.cut()) {
      o.flaw(x, L_DATA, "length", at, m.wireLength());
    }
    long outer = m.enter(length + 1);
    int tpci = m.u8();
    t.field("tpci", tpci >>> 2);
    if (m.ok() && messageCode == L_DATA_IND && source != 0) {
      Endpoint speaker = x.endpoints().knx(x.source(), source);
      if (x.news(speaker, NEWS_SIGHTING, 0, AGAIN_SECONDS)) {
        o.see(new Sighting(x.stamp(), speaker, "knx", L_DATA, Sighting.How.FRAME));
      }
    }
    if ((tpci & 0x80) != 0) {
      t.field("service", control(tpci));
      if (m.ok()) {
        o.operation(control(tpci));
      }
      if (m.ok() && length != 0) {
        o.flaw(x, L_DATA, "length", at, m.wireLength());
      }
    } else if (length == 0) {
      m.fail();
    } else {
      int apci = (tpci & 3) << 8 | m.u8();
      t.field("apci", apci);
      t.field("service", SERVICE[apci]);
      int octets = m.remaining();
      if (m.ok()) {
        o.operation(SERVICE[apci]);
        application(m, x, o, apci, octets, (control1 & 1) != 0);
      }
    }
    m.leave(outer);
    m.skip(m.remaining());
  }

  /** KNX 03_03_04 2: control data of the transport layer. */
  private static String control(int tpci) {
    return switch (tpci & 0xC3) {
      case 0x80 -> "T_Connect";
      case 0x81 -> "T_Disconnect";
      case 0xC2 -> "T_ACK";
      case 0xC3 -> "T_NAK";
      default -> "unknown control";
    };
  }

  private void application(Cursor m, Exchange x, Observer o, int apci, int octets, boolean confirmError) {
    service = fold(apci);
    boolean secret = service == 0x3D1 || service == 0x3D3;
    Transcript t = o.transcript();
    if (secret) {
      int prefix = m.u8();
      t.field("level", prefix);
      t.secret("key", m.remaining());
      o.secret(m.position(), m.remaining());
      if (m.ok() && octets != 5) {
        o.flaw(x, APPLICATION, "length", m.position(), m.wireLength());
      }
      if (messageCode != L_DATA_CON && m.ok()) {
        secretAct(m, x, o, prefix);
      }
    } else if (octets > 0) {
      if ((service == 0x3D6 || service == 0x3D7) && key(m.peek(1)) || (service == 0x1CD || service == 0x1CE) && octets > 6) {
        o.secret(m.position() + 4, m.remaining());
      }
      t.octets("data", m, octets);
    } else if (t.on()) {
      t.field("shortData", apci & 0x3F);
    }
    if (messageCode == L_DATA_CON) {
      confirmed(x, o, confirmError);
    } else if (!secret) {
      telegram(m, x, o, apci, octets);
    }
    m.skip(m.remaining());
  }

  /**
   * Properties that hold keys: of the security object P2P_KEY_TABLE 53, GRP_KEY_TABLE 54, TOOL_KEY 56; of the KNXnet/IP object BACKBONE_KEY
   * 91, DEVICE_AUTHENTICATION_CODE 92, PASSWORD_HASHES 93. Services name the object by index, so its type is not asked.
   */
  private static boolean key(int property) {
    return property == 53 || property == 54 || property == 56 || property >= 91 && property <= 93;
  }

  /** KNX 03_03_07 2: codes whose low bits are data are folded onto their first code. */
  private static int fold(int apci) {
    int four = apci & 0x3C0;
    return switch (four) {
      case 0x000, 0x040, 0x080, 0x0C0, 0x100, 0x140, 0x180, 0x300, 0x340 -> four;
      case 0x1C0 -> apci < 0x1C8 ? four : apci;
      case 0x200, 0x240, 0x280 -> (apci & 0x30) == 0 ? four : apci;
      default -> apci;
    };
  }

  /** KNX 03_06_03 4.1.5.3.4: an echo ends what the bus itself does not answer. */
  private void confirmed(Exchange x, Observer o, boolean error) {
    if (error || !answered()) {
      o.outcome(key(x, service, destination), error ? NOT_CONFIRMED : Outcome.OK);
    }
  }

  /** Whether the service has an answer of its own on the application layer. */
  private boolean answered() {
    return service == 0x3D1 || service == 0x3D3 || service == 0x3D7;
  }

  private long key(Exchange x, int of, int device) {
    return KnxNetIp.key(x, 0x10000 | of, (long) device << 1 | (group ? 1 : 0));
  }

  private void telegram(Cursor m, Exchange x, Observer o, int apci, int octets) {
    switch (service) {
      case GROUP_VALUE_WRITE -> groupValue(m, x, o, apci, octets, true);
      case GROUP_VALUE_RESPONSE -> groupValue(m, x, o, apci, octets, false);
      case GROUP_VALUE_READ -> read(x, o, Verb.READ, octets);
      case 0x0C0 -> {
        int address = m.u16();
        act(m, x, o, Verb.CONFIGURE, null, null, "new individual address " + individual(address));
      }
      case 0x3DE -> {
        long serial = m.u48();
        int address = m.u16();
        act(m, x, o, Verb.CONFIGURE, null, null,
            "serial number " + HexFormat.of().toHexDigits(serial, 12) + ", new individual address " + individual(address));
      }
      case 0x3E0, 0x3E4, 0x1CA, 0x3C0, 0x3C3, 0x3E7, 0x3EA, 0x1CE, 0x1D0 -> act(m, x, o, Verb.CONFIGURE, null, octets(m, octets), "");
      case 0x2C7, 0x1D4 -> act(m, x, o, Verb.COMMAND, property(m), octets(m, m.remaining()), "");
      case 0x280 -> {
        int count = apci & 0xF;
        int address = m.u16();
        act(m, x, o, Verb.DOWNLOAD, memory(address), octets(m, m.remaining()), count + " octets");
      }
      case 0x2C2, 0x2C4, 0x3D0, 0x1FB -> act(m, x, o, Verb.DOWNLOAD, null, octets(m, octets), "");
      case 0x380, 0x381 -> act(m, x, o, Verb.RESTART, null, null,
          service == 0x381 ? "master reset, erase code " + m.u8() + ", channel " + m.u8() : "");
      case 0x3D7 -> {
        int property = m.peek(1);
        Point point = property(m);
        int start = m.u16();
        act(m, x, o, Verb.CONFIGURE, point, octets(m, m.remaining()),
            (property == 5 ? "load state control, " : "") + "elements " + (start >>> 12) + " from " + (start & 0xFFF));
      }
      case 0x100, 0x300, 0x2C5, 0x3D8, 0x3DA, 0x3DC, 0x3E1, 0x3E3, 0x1C8 -> read(x, o, Verb.DISCOVER, octets);
      case 0x180, 0x200, 0x2C0, 0x2C8, 0x3C1, 0x3D5, 0x3E5, 0x3E8, 0x1CC, 0x1D2, 0x1D5, 0x1FD -> read(x, o, Verb.READ, octets);
      case 0x340 -> descriptor(m, x, o, octets);
      case 0x3D2, 0x3D4, 0x3D6 -> answer(m, x, o);
      default -> {
        // Answers and services without a consequence: named in the contact by operation(), nothing more to say.
      }
    }
  }

  private static Point memory(int address) {
    return new Point.Named("memory", "0x" + HexFormat.of().toHexDigits((short) address));
  }

  private static Point property(Cursor m) {
    return new Point.Named("property", "object " + m.u8() + " property " + m.u8());
  }

  private static Value octets(Cursor m, int octets) {
    return new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
  }

  /** KNX 03_03_07 A_GroupValue_Write and A_GroupValue_Response: six bits in the APCI, or up to fourteen octets (more in long frames). */
  private void groupValue(Cursor m, Exchange x, Observer o, int apci, int octets, boolean write) {
    boolean number = octets <= 1;
    int value = octets == 0 ? apci & 0x3F : m.peek(0);
    if (m.ok() && number) {
      o.reading(x, speaker(x), destination, octets, GROUP, value, null, true, write);
    }
    if (write) {
      act(m, x, o, Verb.WRITE, new Point.KnxGroup(destination), number ? new Value.Num(value) : octets(m, octets), "");
    }
  }

  private static final Observer.PointMaker GROUP = (address, octets) -> new Point.KnxGroup((int) address);

  private void read(Exchange x, Observer o, Verb verb, int octets) {
    if (service == GROUP_VALUE_READ) {
      Endpoint reader = speaker(x);
      Endpoint bus = whom(x);
      int told = x.reads(reader, bus.print(), destination);
      if (told > 0) {
        KnxNetIp.act(x, o, 0, reader, verb, bus, SERVICE[service], APPLICATION, new Point.KnxGroup(destination), null, "", told);
      }
      return;
    }
    long digest = (long) destination << 32 | (long) service << 16 | (group ? 1 : 0) | octets << 1;
    if (x.news(speaker(x), NEWS_READ, digest, AGAIN_SECONDS)) {
      KnxNetIp.act(x, o, 0, speaker(x), verb, whom(x), SERVICE[service], APPLICATION, null, null, "");
    }
  }

  /** KNX 03_03_07 A_DeviceDescriptor_Response of type 0: the mask version, which names profile and medium. */
  private void descriptor(Cursor m, Exchange x, Observer o, int octets) {
    int mask = m.u16();
    Endpoint speaker = speaker(x);
    if (m.ok() && octets == 2 && source != 0 && x.news(speaker, NEWS_MASK, mask, Exchange.FOREVER)) {
      o.claim(x, speaker, Trait.BANNER, "knx-mask=0x" + HexFormat.of().toHexDigits((short) mask), APPLICATION);
    }
  }

  /** A_Authorize_Response, A_Key_Response (level 0xFF: refused) and A_PropertyValue_Response end the act of their request. */
  private void answer(Cursor m, Exchange x, Observer o) {
    int level = service == 0x3D6 ? 0 : m.u8();
    boolean refused = service == 0x3D4 && level == 0xFF;
    if (m.ok()) {
      o.outcome(key(x, service == 0x3D6 ? 0x3D7 : service - 1, source), refused ? REFUSED : Outcome.OK);
    }
  }

  /** A_Authorize_Request and A_Key_Write: the key stays here; that it is the well-known one of an unlocked device may be said. */
  private void secretAct(Cursor m, Exchange x, Observer o, int level) {
    int octets = m.remaining();
    boolean unlocked = octets == 4 && m.peek(0) == 0xFF && m.peek(1) == 0xFF && m.peek(2) == 0xFF && m.peek(3) == 0xFF;
    Verb verb = service == 0x3D3 ? Verb.CONFIGURE : Verb.AUTHENTICATE;
    String detail = (service == 0x3D3 ? "level " + level : "") + (unlocked ? service == 0x3D3 ? ", default key" : "default key" : "");
    act(m, x, o, verb, null, new Value.Secret(octets), detail);
  }

  /** An act of this telegram. A tunnelled request awaits its echo or answer; what routing and the bus carry has no answer we could pair. */
  private void act(Cursor m, Exchange x, Observer o, Verb verb, @Nullable Point point, @Nullable Value value, String detail) {
    if (m.ok()) {
      long key = messageCode == L_DATA_REQ && carrier == TUNNEL ? key(x, service, destination) : 0;
      KnxNetIp.act(x, o, key, speaker(x), verb, whom(x), SERVICE[service], APPLICATION, point, value, detail);
    }
  }

  private Endpoint speaker(Exchange x) {
    return messageCode == L_DATA_IND && source != 0 ? x.endpoints().knx(x.source(), source) : x.source();
  }

  /** The bus as a whole for group telegrams: where the message goes, or comes from when a server tells its client. */
  private Endpoint whom(Exchange x) {
    Endpoint bus = carrier == TUNNEL && messageCode == L_DATA_IND ? x.source() : x.target();
    return group ? bus : x.endpoints().knx(bus, destination);
  }

  /** KNX 03_06_03 4.1.7.3: local device management, between client and server only. */
  private void property(Cursor m, Exchange x, Observer o) {
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
    if (m.remaining() > 0) {
      if (key(property)) {
        o.secret(m.position(), m.remaining());
      }
      t.octets("data", m, m.remaining());
    }
    if (!m.ok()) {
      return;
    }
    o.operation(MESSAGE[messageCode]);
    long key = KnxNetIp.key(x, 0x20000, (long) object << 16 | instance << 8 | property);
    if (messageCode == M_PROP_WRITE_REQ) {
      Point point = new Point.Named("property", "object type " + object + " instance " + instance + " property " + property);
      KnxNetIp.act(x, o, key, x.source(), Verb.CONFIGURE, x.target(), MESSAGE[messageCode], PROPERTIES, point,
          octets(m, m.remaining()), "");
    } else if (messageCode == M_PROP_WRITE_CON) {
      o.outcome(key, elements >>> 12 == 0 ? REFUSED : Outcome.OK);
    }
    m.skip(m.remaining());
  }
}
