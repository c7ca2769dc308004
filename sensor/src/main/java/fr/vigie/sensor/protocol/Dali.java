package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * DALI frames (IEC 62386-102) as Foxtron's gateways DALInet and DALI2net pass them on within TCP (Communication protocol v1.7, Foxtron; ports 23 and
 * 24): a published protocol that shows the bus itself.
 *
 * <pre>
 * | 01 | octets, two upper case hexadecimal digits each | checksum, the same: the inverted sum of the octets | 17 |
 * 01, 0C: | type u8 | priority u8 | bits u8 | DALI 1 to 8 |          0B: the same, and a parameter u8
 * 03, 0D: | type u8 | bits u8 | answer's bits u8 | DALI | answer u8 |      04, 0E: | type u8 | bits u8 | DALI |
 * 05: | type u8 | event u8 |   06: | type u8 | item u8 |   07, 08: | type u8 | item u8 | value u16 |   09: the same, and a status u8
 * DALI, 16 bits: | 0, address 6 or 100, group 4 or 111111, 1 or 111110 | S 1 | level, or with S a command |          101…, 110…: special command and its data
 * </pre>
 */
final class Dali implements Dissector {
  static final int PORT = 23;

  private static final Cite MESSAGE = new Cite("Foxtron communication protocol v1.7", "1, 2");
  private static final Cite GATEWAY = new Cite("Foxtron communication protocol v1.7", "3");
  private static final Cite FRAME = new Cite("IEC 62386-102:2014", "7.2, 11");

  private static final int SOH = 0x01;
  private static final int ETB = 0x17;
  private static final int LONGEST = 600;

  private static final int SEND = 0x01;
  private static final int HEARD_ANSWER = 0x03;
  private static final int HEARD = 0x04;
  private static final int EVENT = 0x05;
  private static final int READ_ITEM = 0x06;
  private static final int ITEM = 0x07;
  private static final int WRITE_ITEM = 0x08;
  private static final int WRITTEN = 0x09;
  private static final int SEND_APART = 0x0B;
  private static final int SEND_AT_ONCE = 0x0C;
  private static final int ANSWER = 0x0D;
  private static final int NO_ANSWER = 0x0E;
  private static final int FIRMWARE = 0xFE;

  private static final int QUERY_LAMP_FAILURE = 0x92;
  private static final int QUERY_LEVEL = 0xA0;

  private static final int NEWS_QUERY = 1;
  private static final int NEWS_EVENT = 2;
  private static final int NEWS_ITEM = 3;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] EVENTS = {"DALI power is back", "DALI power lost", "mains voltage on the bus", "power supply defective", "buffer full",
      "checksum error", "invalid command"};
  private static final Outcome READ_ONLY = Outcome.error("read only");
  private static final Outcome OUT_OF_RANGE = Outcome.error("out of range");

  /** IEC 62386-102, table 15: commands below 0x10 and from 0x20 to 0x30. */
  private static final String[] LEVELS = {"off", "up", "down", "stepUp", "stepDown", "recallMaximum", "recallMinimum", "stepDownAndOff", "onAndStepUp",
      "enableSequence", "goToLastActiveLevel"};
  private static final String[] SETTINGS = {"reset", "storeActualLevel", "savePersistentVariables", "setOperatingMode", "resetMemoryBank", "identify", "setting",
      "setting", "setting", "setting", "setMaximumLevel", "setMinimumLevel", "setSystemFailureLevel", "setPowerOnLevel", "setFadeTime", "setFadeRate",
      "setExtendedFadeTime"};

  @Override
  public String name() {
    return "dali";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("DALI: Foxtron's gateways", "Foxtron communication protocol v1.7; IEC 62386-102:2014",
        "DALI frames of 16 bits with address, level and command, special commands, answers; level and lamp failure as readings; events, versions and"
            + " settings of the gateway",
        "frames of 24 bits and more, device types beyond their number (62386-2xx), memory banks; gateways of other makers, whose protocols over IP are"
            + " not public or are REST (seen as HTTP); IEC 62386-104",
        "messages built from the published description; no other parser reads it here");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT, 24};
  }

  /** Its own alphabet between two control characters, and a checksum. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (have > 0 && m.at(0) != SOH) {
      return NOT_MINE;
    }
    int end = 1;
    while (end < have && digit(m.at(end)) >= 0) {
      end++;
    }
    if (end >= have) {
      return have < LONGEST ? MORE : NOT_MINE;
    }
    if (m.at(end) != ETB || end < 5 || (end & 1) == 0) {
      return NOT_MINE;
    }
    return x.recognised() || sound(m, end) ? end + 1 : NOT_MINE;
  }

  private static int digit(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  /** The octet of this number, from 0; what is no digit counts as 0. */
  private static int octet(Cursor m, int number) {
    return Math.max(0, digit(m.at(1 + 2 * number))) << 4 | Math.max(0, digit(m.at(2 + 2 * number)));
  }

  private static boolean sound(Cursor m, int end) {
    int octets = (end - 1) / 2;
    int sum = 0;
    for (int i = 0; i < octets - 1; i++) {
      sum += octet(m, i);
    }
    return (~sum & 0xFF) == octet(m, octets - 1);
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("dali", "message");
    int end = m.wireLength() - 1;
    boolean whole = !m.cut() && m.at(0) == SOH && m.at(end) == ETB && end >= 5 && (end & 1) == 1;
    for (int i = 1; whole && i < end; i++) {
      whole = digit(m.at(i)) >= 0;
    }
    if (!whole) {
      m.fail();
    } else if (!sound(m, end)) {
      o.flaw(x, MESSAGE, "checksum", end - 2, m.wireLength());
    } else {
      message(m, x, o, (end - 1) / 2 - 1);
    }
    if (m.ok()) {
      m.seek(m.length());
    }
    t.end();
  }

  private static long key(Exchange x) {
    return x.flow() * 0x9E3779B97F4A7C15L;
  }

  private static void operation(Observer o, String name) {
    o.operation(name);
    o.transcript().operation(name);
  }

  private static void message(Cursor m, Exchange x, Observer o, int octets) {
    Transcript t = o.transcript();
    int type = octet(m, 0);
    t.field("type", type);
    switch (type) {
      case SEND, SEND_APART, SEND_AT_ONCE -> {
        t.field("priority", octet(m, 1));
        t.field("bits", octet(m, 2));
        send(m, x, o, octet(m, 2), octets - (type == SEND_APART ? 1 : 0));
      }
      case ANSWER, HEARD_ANSWER -> {
        int bits = octet(m, 1);
        t.field("bits", bits);
        t.field("answerBits", octet(m, 2));
        operation(o, type == ANSWER ? "answer" : "busTraffic");
        if (bits == 16 && octets >= 6 && octet(m, 2) == 8) {
          t.field("address", octet(m, 3));
          t.field("command", octet(m, 4));
          t.field("answer", octet(m, 5));
          answer(x, o, octet(m, 3), octet(m, 4), octet(m, 5));
        }
        if (type == ANSWER) {
          o.outcome(key(x), Outcome.OK);
        }
      }
      case NO_ANSWER, HEARD -> {
        t.field("bits", octet(m, 1));
        if (octets > 2) {
          t.field("address", octet(m, 2));
        }
        if (octets > 3) {
          t.field("command", octet(m, 3));
        }
        operation(o, type == NO_ANSWER ? "sent" : "busTraffic");
        if (type == NO_ANSWER) {
          o.outcome(key(x), Outcome.OK);
        }
      }
      default -> gateway(m, x, o, type, octets);
    }
  }

  // ---- the bus

  private static void send(Cursor m, Exchange x, Observer o, int bits, int octets) {
    Transcript t = o.transcript();
    if (bits != 16 || octets < 5) {
      operation(o, "send");
      if (x.news(x.source(), NEWS_QUERY, x.target().hashCode() + (long) bits << 32, AGAIN_SECONDS)) {
        act(x, o, FRAME, Verb.REQUEST, "send", null, null, bits + " bits");
      }
      return;
    }
    int address = octet(m, 3);
    int command = octet(m, 4);
    t.field("address", address);
    t.field("command", command);
    boolean special = address >= 0xA0 && address < 0xFC;
    String name = special ? special(address) : (address & 1) == 0 ? "directLevel" : command(command);
    operation(o, name);
    Verb verb = special ? specialVerb(address) : (address & 1) == 0 || command < 0x20 ? Verb.WRITE : command == 0x25 || command >= 0xE0 ? Verb.COMMAND
        : command < 0x90 ? Verb.CONFIGURE : Verb.READ;
    if ((verb == Verb.READ || verb == Verb.REQUEST)
        && !x.news(x.source(), NEWS_QUERY, (x.target().hashCode() * 256L + address) * 256 + (special ? 0 : command), AGAIN_SECONDS)) {
      return;
    }
    Value value = special || verb == Verb.READ ? null : (address & 1) == 0 ? new Value.Num(command)
        : command >= 0x10 && command < 0x20 ? new Value.Num(command & 15) : null;
    act(x, o, FRAME, verb, name, special ? null : new Point.Named("dali", where(address)), value,
        special && verb != Verb.REQUEST ? "data 0x%02x".formatted(command) : command >= 0xE0 && (address & 1) == 1 ? "command 0x%02x".formatted(command) : "");
  }

  /** 7.2.1: who is meant. */
  private static String where(int address) {
    return (address & 0x80) == 0 ? "short," + (address >>> 1) : (address & 0xE0) == 0x80 ? "group," + (address >>> 1 & 15)
        : address >= 0xFE ? "broadcast" : address >= 0xFC ? "broadcast,unaddressed" : "reserved," + address;
  }

  private static String command(int command) {
    if (command < LEVELS.length) {
      return LEVELS[command];
    }
    if (command >= 0x20 && command < 0x20 + SETTINGS.length) {
      return SETTINGS[command - 0x20];
    }
    return switch (command >>> 4) {
      case 0x1 -> "goToScene";
      case 0x4 -> "setScene";
      case 0x5 -> "removeFromScene";
      case 0x6 -> "addToGroup";
      case 0x7 -> "removeFromGroup";
      case 0x8 -> command == 0x80 ? "setShortAddress" : command == 0x81 ? "enableWriteMemory" : "setting";
      case 0x9, 0xA, 0xB, 0xC, 0xD -> command == QUERY_LEVEL ? "queryActualLevel" : command == QUERY_LAMP_FAILURE ? "queryLampFailure" : "query";
      case 0xE, 0xF -> "applicationExtended";
      default -> "setting";
    };
  }

  /** 11.7: the address octet is the command. */
  private static String special(int address) {
    return switch (address) {
      case 0xA1 -> "terminate";
      case 0xA3 -> "setDtr0";
      case 0xA5 -> "initialise";
      case 0xA7 -> "randomise";
      case 0xA9 -> "compare";
      case 0xAB -> "withdraw";
      case 0xAD -> "ping";
      case 0xB1, 0xB3, 0xB5 -> "searchAddress";
      case 0xB7 -> "programShortAddress";
      case 0xB9 -> "verifyShortAddress";
      case 0xBB -> "queryShortAddress";
      case 0xC1 -> "enableDeviceType";
      case 0xC3 -> "setDtr1";
      case 0xC5 -> "setDtr2";
      case 0xC7, 0xC9 -> "writeMemoryLocation";
      default -> "special";
    };
  }

  private static Verb specialVerb(int address) {
    return switch (address) {
      case 0xA5, 0xA7, 0xAB, 0xB7, 0xC7, 0xC9 -> Verb.CONFIGURE;
      default -> Verb.REQUEST;
    };
  }

  private static void answer(Exchange x, Observer o, int address, int command, int answer) {
    if ((address & 0x81) == 1 && command == QUERY_LEVEL) {
      o.reading(x, x.source(), address >>> 1, 0, Dali::point, answer, null, true, false);
    } else if ((address & 0x81) == 1 && command == QUERY_LAMP_FAILURE) {
      o.reading(x, x.source(), address >>> 1, 1, Dali::point, answer == 0xFF ? 1 : 0, null, true, false);
    }
  }

  private static Point point(long address, long quantity) {
    return new Point.Named("dali", "short," + address + (quantity == 0 ? "/level" : "/lampFailure"));
  }

  // ---- the gateway

  private static void gateway(Cursor m, Exchange x, Observer o, int type, int octets) {
    Transcript t = o.transcript();
    int item = octet(m, 1);
    int value = octets >= 4 ? octet(m, 2) << 8 | octet(m, 3) : 0;
    switch (type) {
      case EVENT -> {
        t.field("event", item);
        operation(o, "event");
        if (x.news(x.source(), NEWS_EVENT, item, AGAIN_SECONDS)) {
          o.see(Acts.act(x, "dali", GATEWAY, Verb.NOTIFY, "event", null, null, item < EVENTS.length ? EVENTS[item] : "event " + item, Outcome.UNCONFIRMED));
        }
      }
      case READ_ITEM -> {
        t.field("item", item);
        operation(o, "readItem");
        if (x.news(x.source(), NEWS_QUERY, x.target().hashCode() * 31L + item, AGAIN_SECONDS)) {
          act(x, o, GATEWAY, Verb.READ, "readItem", null, null, "item " + item);
        }
      }
      case ITEM -> {
        t.field("item", item);
        t.field("value", value);
        operation(o, "item");
        o.outcome(key(x), Outcome.OK);
        if (x.news(x.source(), NEWS_ITEM, (long) item << 16 | value, Exchange.FOREVER)) {
          String version = (value >>> 8) + "." + (value & 0xFF);
          switch (item) {
            case 1 -> o.claim(x, x.source(), Trait.SERIAL, Integer.toString(value), GATEWAY);
            case 2 -> o.claim(x, x.source(), Trait.FIRMWARE, version, GATEWAY);
            case 5 -> o.claim(x, x.source(), Trait.HARDWARE, version, GATEWAY);
            default -> {
              // its state
            }
          }
        }
      }
      case WRITE_ITEM -> {
        t.field("item", item);
        t.field("value", value);
        operation(o, "writeItem");
        // item 255 opens the boot loader
        act(x, o, GATEWAY, item == 255 ? Verb.DOWNLOAD : Verb.CONFIGURE, item == 255 ? "enterBootloader" : "writeItem", null, new Value.Num(value), "item " + item);
      }
      case WRITTEN -> {
        int status = octets >= 5 ? octet(m, 4) : 0;
        t.field("item", item);
        t.field("status", status);
        operation(o, "written");
        o.outcome(key(x), status == 0 ? Outcome.OK : status == 1 ? READ_ONLY : OUT_OF_RANGE);
      }
      case FIRMWARE -> {
        operation(o, "firmware");
        if (x.news(x.source(), NEWS_QUERY, x.target().hashCode() * 31L + 0xFE00, AGAIN_SECONDS)) {
          act(x, o, GATEWAY, Verb.DOWNLOAD, "firmware", null, null, "");
        }
      }
      default -> operation(o, "message");
    }
  }

  private static void act(Exchange x, Observer o, Cite cite, Verb verb, String name, @Nullable Point point, @Nullable Value value, String detail) {
    Stamp stamp = x.stamp();
    o.request(key(x), new Act(stamp, x.source(), "dali", cite, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, name, point, value, 0, detail,
        Outcome.PENDING));
  }

  @Override
  public Cite cite() {
    return MESSAGE;
  }
}
