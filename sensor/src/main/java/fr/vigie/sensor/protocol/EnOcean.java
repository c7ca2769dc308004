package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * EnOcean as gateways pass it on: the EnOcean Serial Protocol 3 (ESP3 v1.51) within TCP or UDP, with radio telegrams (ISO/IEC 14543-3-10, ERP1)
 * and EnOcean Equipment Profiles (EEP 2.6.8). No port is registered for it: it is known by its two checksums.
 *
 * <pre>
 * | 55 | data length u16 | optional length u8 | type u8 | CRC-8 of these 4 | data | optional | CRC-8 of data and optional |     polynomial 0x07
 * type 1, radio: | RORG u8 | payload | sender 4 | status u8 | optional: | sub-telegrams u8 | destination 4 | −dBm u8 | security u8 |
 * type 2, response: | return code u8 | data |      type 4, event: | code u8 | data |      type 5, command: | code u8 | data |
 * payload of A5 (4BS): 4 octets, bit 3 of the last one 0: teach-in | FUNC 6 | TYPE 7 | maker 11 | with EEP 1, … |
 * payload of D5 (1BS): 1 octet, bit 3 as above, bit 0 contact         of F6 (RPS): 1 octet, bit 4 pressed
 * payload of D4 (UTE): | two-way 1, answer 1, request 2, command 4 | channels u8 | maker low u8 | maker high u8 | TYPE u8 | FUNC u8 | RORG u8 |
 * </pre>
 */
final class EnOcean implements Dissector {
  private static final String STANDARD = "EnOcean ESP3 v1.51";
  private static final Cite PACKET = new Cite(STANDARD, "1.3");
  private static final Cite RADIO = new Cite(STANDARD, "2.1");
  private static final Cite COMMANDS = new Cite(STANDARD, "2.5");
  private static final Cite PROFILES = new Cite("EnOcean Equipment Profiles 2.6.8", "3");

  private static final int SYNC = 0x55;
  private static final int RADIO_ERP1 = 1;
  private static final int RESPONSE = 2;
  private static final int EVENT = 4;
  private static final int COMMON_COMMAND = 5;
  private static final int REMOTE = 7;
  private static final int LONGEST = 1024;
  private static final long EVERYBODY = 0xFFFFFFFFL;

  private static final int RPS = 0xF6;
  private static final int BS1 = 0xD5;
  private static final int BS4 = 0xA5;
  private static final int UTE = 0xD4;
  private static final int SEC_TEACH_IN = 0x35;

  private static final int READ_VERSION = 0x03;
  private static final int READ_BASE = 0x08;

  private static final int NEWS_DEVICE = 1;
  private static final int NEWS_GATEWAY = 2;
  private static final int NEWS_COMMAND = 3;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] QUANTITIES = {"contact", "pressed", "temperature", "humidity", "carbonDioxide", "illuminance", "occupancy", "valvePosition"};

  private static final int CONTACT = 0;
  private static final int PRESSED = 1;
  private static final int TEMPERATURE = 2;
  private static final int HUMIDITY = 3;
  private static final int CARBON_DIOXIDE = 4;
  private static final int ILLUMINANCE = 5;
  private static final int OCCUPANCY = 6;
  private static final int VALVE = 7;

  private static final Crc CHECK = Crc.forward(8, 0x07);

  private static final Outcome[] CODES = {Outcome.OK, Outcome.error("error"), Outcome.error("not supported"), Outcome.error("wrong parameter"),
      Outcome.error("denied"), Outcome.error("locked"), Outcome.error("buffer too small"), Outcome.error("no free buffer")};
  private static final Outcome OTHER = Outcome.error("other");

  private final Transport transport;

  EnOcean(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "enocean";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("EnOcean over IP (ESP3)", "EnOcean Serial Protocol 3 v1.51, ISO/IEC 14543-3-10, EnOcean Equipment Profiles 2.6.8",
        "packets with both checksums; radio telegrams with RORG, sender, destination and signal; teach-in (4BS, UTE) as profile and maker of a device;"
            + " contacts, rockers, and, once the teach-in was seen, profiles A5-02, A5-04-01 to 03, A5-07-01, A5-08-01, A5-09-04 and A5-20-01 as readings;"
            + " commands to the gateway and its version",
        "other profiles, whose octets stand in `decode`; devices taught in before listening began; encrypted telegrams; ERP2; keys are secrets",
        "messages built from the specification; the tshark of this comparison has no dissector for it");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return new int[0];
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public boolean secrets() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    boolean stream = transport == Transport.TCP;
    if (have > 0 && m.at(0) != SYNC) {
      return NOT_MINE;
    }
    if (have < 6) {
      return stream ? MORE : NOT_MINE;
    }
    int data = m.at(1) << 8 | m.at(2);
    int all = 7 + data + m.at(3);
    if (data == 0 || all > LONGEST || type(m.at(4)) == null || CHECK.of(m, 1, 5) != m.at(5) || !stream && all != m.wireLength()) {
      return NOT_MINE;
    }
    if (have < all) {
      // the first packet must prove itself whole
      return stream && x.recognised() || !stream ? all : MORE;
    }
    return CHECK.of(m, 6, all - 1) == m.at(all - 1) ? all : NOT_MINE;
  }

  /** ESP3 1.6.2, table 2. */
  private static @Nullable String type(int type) {
    return switch (type) {
      case RADIO_ERP1 -> "radio";
      case RESPONSE -> "response";
      case 3 -> "radioSubTelegram";
      case EVENT -> "event";
      case COMMON_COMMAND -> "command";
      case 6 -> "smartAcknowledgeCommand";
      case REMOTE -> "remoteManagement";
      case 9 -> "radioMessage";
      case 10 -> "radioErp2";
      case 12 -> "commandAccepted";
      case 16 -> "radio802154";
      case 17 -> "command24";
      default -> null;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(1);
    int data = m.u16();
    int optional = m.u8();
    int type = m.u8();
    String name = type(type);
    t.message("enocean", name == null ? "packet" : name);
    t.field("dataLength", data);
    t.field("optionalLength", optional);
    t.field("packetType", type);
    t.field("headerCrc", m.u8());
    int all = 7 + data + optional;
    if (name == null || m.cut() || m.wireLength() != all || m.at(0) != SYNC || CHECK.of(m, 1, 5) != m.at(5) || CHECK.of(m, 6, all - 1) != m.at(all - 1)) {
      m.fail();
    }
    if (m.ok() && name != null) {
      if (type != COMMON_COMMAND) {
        o.operation(name);
      }
      int behind = 6 + data;
      long destination = optional < 5 ? EVERYBODY : (long) m.at(behind + 1) << 24 | m.at(behind + 2) << 16 | m.at(behind + 3) << 8 | m.at(behind + 4);
      long outer = m.enter(data);
      switch (type) {
        case RADIO_ERP1 -> radio(m, x, o, data, destination);
        case RESPONSE -> response(m, x, o);
        case COMMON_COMMAND -> command(m, x, o);
        case REMOTE -> remote(m, x, o);
        case EVENT -> t.field("event", m.u8());
        default -> {
          // named
        }
      }
      rest(m, t);
      m.leave(outer);
      optional(m, t, type, optional);
      t.field("dataCrc", m.u8());
    }
    t.end();
  }

  private static void optional(Cursor m, Transcript t, int type, int octets) {
    if (type == RADIO_ERP1 && octets == 7) {
      t.field("subTelegrams", m.u8());
      long destination = m.u32();
      if (t.on()) {
        t.field("destination", id(destination));
      }
      t.field("signal", -m.u8());
      t.field("securityLevel", m.u8());
    } else {
      m.skip(octets);
    }
  }

  private static void rest(Cursor m, Transcript t) {
    if (m.ok() && m.remaining() > 0) {
      t.octets("rest", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  // ---- radio

  private static String rorg(int rorg) {
    return switch (rorg) {
      case RPS -> "RPS";
      case BS1 -> "1BS";
      case BS4 -> "4BS";
      case 0xD2 -> "VLD";
      case 0xD1 -> "MSC";
      case 0xA6 -> "ADT";
      case 0xC6 -> "smartAcknowledgeLearn";
      case 0xC7 -> "smartAcknowledgeAnswer";
      case 0xA7 -> "smartAcknowledgeReclaim";
      case 0xC5 -> "remoteManagement";
      case 0x30 -> "secure";
      case 0x31 -> "secureEncapsulated";
      case SEC_TEACH_IN -> "secureTeachIn";
      case UTE -> "UTE";
      case 0x40 -> "chained";
      case 0xD0 -> "signal";
      default -> "telegram";
    };
  }

  private static void radio(Cursor m, Exchange x, Observer o, int data, long destination) {
    Transcript t = o.transcript();
    int rorg = m.u8();
    int payload = data - 6;
    t.field("rorg", rorg);
    if (payload < 0) {
      m.fail();
      return;
    }
    int at = m.position();
    if (rorg == SEC_TEACH_IN) {
      // teach-in information, security level, then rolling code and key in the clear
      o.secret(at, payload);
      t.secret("secureTeachIn", payload);
    } else {
      t.octets("payload", m, payload);
    }
    m.skip(payload);
    long sender = m.u32();
    int status = m.u8();
    if (t.on()) {
      t.field("sender", id(sender));
      t.field("status", status);
    }
    if (!m.ok()) {
      return;
    }
    if (x.fromClient()) {
      send(m, x, o, rorg, at, payload, sender, destination);
    } else {
      receive(m, x, o, rorg, at, payload, sender, status);
    }
  }

  private static String id(long id) {
    return HexFormat.of().toHexDigits((int) id);
  }

  /** What the host lets the gateway send moves something. */
  private static void send(Cursor m, Exchange x, Observer o, int rorg, int at, int payload, long sender, long destination) {
    boolean teaches = rorg == UTE || rorg == SEC_TEACH_IN || rorg == BS4 && payload == 4 && (m.at(at + 3) & 8) == 0 || rorg == BS1 && (m.at(at) & 8) == 0;
    int end = m.position();
    m.seek(at);
    Value value = payload == 0 ? null : rorg == SEC_TEACH_IN ? new Value.Secret(payload)
        : new Value.Octets(m.bytes(Math.min(payload, 64)), payload);
    m.seek(end);
    String to = destination == EVERYBODY ? "from " + id(sender) : "from " + id(sender) + " to " + id(destination);
    o.request(key(x), Acts.pending(x, "enocean", RADIO, teaches ? Verb.CONFIGURE : rorg == 0xC5 ? Verb.CONFIGURE : Verb.WRITE, teaches ? "teachIn" : "radio",
        new Point.Named("enocean", id(destination == EVERYBODY ? sender : destination) + "/" + rorg(rorg)), value, to));
  }

  private static void receive(Cursor m, Exchange x, Observer o, int rorg, int at, int payload, long sender, int status) {
    switch (rorg) {
      case BS1 -> {
        if (payload == 1 && (m.at(at) & 8) != 0) {
          read(x, o, sender, CONTACT, m.at(at) & 1, null);
        } else if (payload == 1) {
          device(x, o, sender, BS1, 0, 1, -1);
        }
      }
      case RPS -> {
        // T21: a switch module; bit 4 of the payload is its energy bow
        if (payload == 1 && (status & 0x20) != 0) {
          read(x, o, sender, PRESSED, m.at(at) >>> 4 & 1, null);
        }
      }
      case BS4 -> {
        if (payload == 4) {
          bytes4(m, x, o, at, sender);
        }
      }
      case UTE -> {
        if (payload == 7) {
          int maker = m.at(at + 2) | (m.at(at + 3) & 7) << 8;
          device(x, o, sender, m.at(at + 6), m.at(at + 5), m.at(at + 4), maker);
        }
      }
      default -> {
        // the octets stand in the transcript
      }
    }
  }

  private static long profileKey(Exchange x, long sender) {
    return (x.source().hashCode() * 31L + 0x454550) * 0x9E3779B97F4A7C15L ^ sender;
  }

  /** A device told its profile: kept for its readings, and told once. */
  private static void device(Exchange x, Observer o, long sender, int rorg, int function, int type, int maker) {
    x.remember(profileKey(x, sender), (long) rorg << 16 | function << 8 | type, 0);
    if (x.news(x.source(), NEWS_DEVICE, (sender << 24 ^ (long) rorg << 16 ^ function << 8 ^ type) * 31 + maker, Exchange.FOREVER)) {
      String profile = "%02X-%02X-%02X".formatted(rorg, function, type);
      o.claim(x, x.source(), Trait.BANNER, "enocean-device=" + id(sender) + ", " + profile + (maker < 0 ? "" : ", maker 0x%03x".formatted(maker)), PROFILES);
    }
  }

  /** EEP 3.4: teach-in, or four octets that the profile explains. */
  private static void bytes4(Cursor m, Exchange x, Observer o, int at, long sender) {
    int db3 = m.at(at);
    int db2 = m.at(at + 1);
    int db1 = m.at(at + 2);
    int db0 = m.at(at + 3);
    if ((db0 & 8) == 0) {
      if ((db0 & 0x80) != 0) {
        device(x, o, sender, BS4, db3 >>> 2, (db3 & 3) << 5 | db2 >>> 3, (db2 & 7) << 8 | db1);
      }
      return;
    }
    long key = profileKey(x, sender);
    if (!x.recall(key)) {
      return;
    }
    int profile = (int) x.recalledA();
    x.remember(key, profile, 0);
    if (profile >>> 16 != BS4) {
      return;
    }
    int type = profile & 0xFF;
    switch (profile >>> 8 & 0xFF) {
      case 0x02 -> temperature(x, o, sender, type, db1);
      case 0x04 -> {
        if (type == 1 || type == 2) {
          double span = type == 1 ? 40 : 80;
          double low = type == 1 ? 0 : -20;
          read(x, o, sender, HUMIDITY, db2 * 100 / 250.0, "percent-relative-humidity");
          // bit 1: whether there is a temperature sensor
          if ((db0 & 2) != 0) {
            read(x, o, sender, TEMPERATURE, low + db1 * span / 250, "degrees-celsius");
          }
        } else if (type == 3) {
          read(x, o, sender, HUMIDITY, db3 * 100 / 255.0, "percent-relative-humidity");
          read(x, o, sender, TEMPERATURE, -20 + ((db2 & 3) << 8 | db1) * 80 / 1023.0, "degrees-celsius");
        }
      }
      case 0x07 -> {
        if (type == 1) {
          read(x, o, sender, OCCUPANCY, db1 >= 128 ? 1 : 0, null);
        }
      }
      case 0x08 -> {
        if (type == 1) {
          read(x, o, sender, ILLUMINANCE, db2 * 2, "luxes");
          read(x, o, sender, TEMPERATURE, db1 * 51 / 255.0, "degrees-celsius");
          // bit 1: 0 is occupied
          read(x, o, sender, OCCUPANCY, (db0 & 2) == 0 ? 1 : 0, null);
        }
      }
      case 0x09 -> {
        if (type == 4) {
          if ((db0 & 4) != 0) {
            read(x, o, sender, HUMIDITY, db3 / 2.0, "percent-relative-humidity");
          }
          read(x, o, sender, CARBON_DIOXIDE, db2 * 10, "parts-per-million");
          if ((db0 & 2) != 0) {
            read(x, o, sender, TEMPERATURE, db1 * 51 / 255.0, "degrees-celsius");
          }
        }
      }
      case 0x20 -> {
        if (type == 1) {
          read(x, o, sender, VALVE, db3, "percent");
          read(x, o, sender, TEMPERATURE, db1 * 40 / 255.0, "degrees-celsius");
        }
      }
      default -> {
        // the octets stand in the transcript
      }
    }
  }

  /** EEP A5-02: types 01 to 0B span 40 K from −40 °C on, 10 to 1B 80 K from −60 °C on, ten degrees a type; 255 is the lowest. */
  private static void temperature(Exchange x, Observer o, long sender, int type, int db1) {
    if (type >= 0x01 && type <= 0x0B) {
      read(x, o, sender, TEMPERATURE, -50 + 10 * type + (255 - db1) * 40 / 255.0, "degrees-celsius");
    } else if (type >= 0x10 && type <= 0x1B) {
      read(x, o, sender, TEMPERATURE, -60 + 10 * (type - 0x10) + (255 - db1) * 80 / 255.0, "degrees-celsius");
    }
  }

  private static void read(Exchange x, Observer o, long sender, int quantity, double value, @Nullable String unit) {
    o.reading(x, x.source(), sender, quantity, EnOcean::point, value, unit, true, false);
  }

  private static Point point(long sender, long quantity) {
    return new Point.Named("enocean", id(sender) + "/" + QUANTITIES[(int) quantity]);
  }

  // ---- the gateway itself

  private static long key(Exchange x) {
    return x.flow() * 0x9E3779B97F4A7C15L;
  }

  /** ESP3 2.5.3. */
  private static String command(int code) {
    return switch (code) {
      case 0x01 -> "writeSleep";
      case 0x02 -> "writeReset";
      case READ_VERSION -> "readVersion";
      case 0x04 -> "readSystemLog";
      case 0x05 -> "writeSystemLog";
      case 0x06 -> "writeBist";
      case 0x07 -> "writeIdBase";
      case READ_BASE -> "readIdBase";
      case 0x09 -> "writeRepeater";
      case 0x0A -> "readRepeater";
      case 0x0B -> "writeFilterAdd";
      case 0x0C -> "writeFilterDelete";
      case 0x0D -> "writeFilterDeleteAll";
      case 0x0E -> "writeFilterEnable";
      case 0x0F -> "readFilter";
      case 0x10 -> "writeWaitMaturity";
      case 0x11 -> "writeSubTelegrams";
      case 0x12 -> "writeMemory";
      case 0x13 -> "readMemory";
      case 0x14 -> "readMemoryAddress";
      case 0x15 -> "readSecurity";
      case 0x16 -> "writeSecurity";
      case 0x17 -> "writeLearnMode";
      case 0x18 -> "readLearnMode";
      case 0x19 -> "writeSecureDeviceAdd";
      case 0x1A -> "writeSecureDeviceDelete";
      case 0x1B -> "readSecureDevice";
      case 0x1C -> "writeMode";
      default -> "command";
    };
  }

  private static void command(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int code = m.u8();
    String name = command(code);
    t.field("command", code);
    // keys of the gateway and of devices
    boolean secret = code == 0x16 || code == 0x19;
    if (secret) {
      o.secret(m.position(), m.remaining());
      t.secret("security", m.remaining());
      m.skip(m.remaining());
    } else {
      rest(m, t);
    }
    if (!m.ok()) {
      return;
    }
    o.operation(name);
    t.operation(name);
    x.remember(key(x), code, 0);
    Verb verb = code == 0x02 ? Verb.RESTART : code == 0x01 ? Verb.DISABLE : name.startsWith("read") ? Verb.READ : name.startsWith("write") ? Verb.CONFIGURE
        : Verb.REQUEST;
    boolean told = verb != Verb.READ && verb != Verb.REQUEST;
    if (told || x.news(x.source(), NEWS_COMMAND, x.target().hashCode() * 256L + code, AGAIN_SECONDS)) {
      o.request(key(x), Acts.pending(x, "enocean", COMMANDS, verb, name, null, null, name.equals("command") ? "code " + code : ""));
    }
  }

  private static void remote(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.field("function", m.u16());
    t.field("manufacturer", m.u16());
    rest(m, t);
    if (m.ok() && x.fromClient()) {
      o.request(key(x), Acts.pending(x, "enocean", COMMANDS, Verb.CONFIGURE, "remoteManagement", null, null, ""));
    }
  }

  private static void response(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int code = m.u8();
    t.field("returnCode", code);
    boolean asked = x.recall(key(x));
    int command = asked ? (int) x.recalledA() : -1;
    // keys; and what answers a question that nobody heard may be keys
    if (command == 0x15 || command == 0x1B || !asked) {
      o.secret(m.position(), m.remaining());
      t.secret("security", m.remaining());
      m.skip(m.remaining());
    }
    if (!m.ok()) {
      return;
    }
    o.outcome(key(x), code < CODES.length ? CODES[code] : OTHER);
    if (code != 0) {
      return;
    }
    int at = m.position();
    int octets = m.remaining();
    if (command == READ_VERSION && octets >= 32) {
      version(m, x, o, at);
    } else if (command == READ_BASE && octets >= 4) {
      long base = m.u32();
      if (x.news(x.source(), NEWS_GATEWAY, base, Exchange.FOREVER)) {
        o.claim(x, x.source(), Trait.BANNER, "enocean-base=" + id(base), COMMANDS);
      }
    }
  }

  /** Application 4, interface 4, chip 4, chip version 4, description 16. */
  private static void version(Cursor m, Exchange x, Observer o, int at) {
    Transcript t = o.transcript();
    boolean news = x.news(x.source(), NEWS_GATEWAY, Heads.digest(m, at, 32), Exchange.FOREVER);
    if (news || t.on()) {
      String application = m.at(at) + "." + m.at(at + 1) + "." + m.at(at + 2) + "." + m.at(at + 3);
      m.skip(8);
      long chip = m.u32();
      m.skip(4);
      String description = Heads.slice(m, m.position(), 16);
      int end = description.indexOf('\0');
      description = (end < 0 ? description : description.substring(0, end)).strip();
      m.skip(16);
      t.field("applicationVersion", application);
      t.field("chipId", id(chip));
      t.field("description", description);
      if (news) {
        o.claim(x, x.source(), Trait.FIRMWARE, application, COMMANDS);
        o.claim(x, x.source(), Trait.SERIAL, id(chip), COMMANDS);
        if (!description.isEmpty()) {
          o.claim(x, x.source(), Trait.MODEL, description, COMMANDS);
        }
      }
    } else {
      m.skip(32);
    }
  }

  @Override
  public Cite cite() {
    return PACKET;
  }
}
