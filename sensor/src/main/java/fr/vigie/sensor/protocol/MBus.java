package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * M-Bus as gateways pass it on within TCP or UDP, octet by octet as on the wire: EN 13757-2 (link layer), EN 13757-3 and EN 13757-7 (headers); and,
 * as datagrams, telegrams of wireless M-Bus without their checksums (EN 13757-4). No port is registered for it: it is known by lengths, checksum
 * and stop octet.
 *
 * <pre>
 * | E5 |                                                            acknowledgement
 * | 10 | C u8 | A u8 | checksum u8 | 16 |                           short frame
 * | 68 | L u8 | L u8 | 68 | C u8 | A u8 | CI u8 | data | checksum u8 | 16 |       long frame; the checksum is the sum from C on
 * | L u8 | C u8 | M u16 | identification 4 | version u8 | medium u8 | CI u8 | data |     wireless, format without blocks
 * CI 0x72: | identification 4 | M u16 | version u8 | medium u8 | access u8 | status u8 | configuration u16 | records |
 * CI 0x7A: | access u8 | status u8 | configuration u16 | records |          CI 0x78: | records |
 * CI 0x52: | identification 4 | M u16 | version u8 | medium u8 |, digit F and octet FF stand for any
 * </pre>
 */
final class MBus implements Dissector {
  private static final Cite LINK = new Cite("EN 13757-2:2018", "5 (link layer)");
  private static final Cite WIRELESS = new Cite("EN 13757-4:2019", "12 (data link layer)");
  private static final Cite HEADERS = new Cite("EN 13757-7:2018", "6, 7 (transport layer)");
  private static final Cite COMMANDS = new Cite("EN 13757-3:2018", "5 (application layer)");

  private static final int ACKNOWLEDGE = 0xE5;
  private static final int SHORT = 0x10;
  private static final int LONG = 0x68;
  private static final int STOP = 0x16;

  /** EN 13757-2 5.7.5: all nodes with an answer, all without, and the node that was selected. */
  private static final int SELECTED = 253;

  private static final int LONG_HEADER = 0x72;
  private static final int SHORT_HEADER = 0x7A;
  private static final int NO_HEADER = 0x78;
  private static final int ENCRYPTED_LINK = 0x8D;
  private static final int EXTENDED_LINK = 0x8C;

  private static final int NEWS_METER = 1;
  private static final int NEWS_REQUEST = 2;
  private static final int AGAIN_SECONDS = 600;

  private static final String[] MEDIA = {"other", "oil", "electricity", "gas", "heat", "steam", "warm water", "water", "heat cost allocator",
      "compressed air", "cooling, outlet", "cooling, inlet", "heat, inlet", "heat and cooling", "bus or system", "unknown"};

  private static final Outcome APPLICATION_ERROR = Outcome.error("application error");

  private final Transport transport;
  private final MBusRecords records = new MBusRecords();

  MBus(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "mbus";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("M-Bus, wired and wireless, over TCP or UDP", "EN 13757-2, -3, -4, -7",
        "short, long and acknowledging frames with their checksums; maker, identification, version and medium of each meter; every record that is not"
            + " encrypted, with readings of the units of the primary table and of volts, amperes, MWh, GJ, MW and humidity; requests, selections, writes,"
            + " resets",
        "encrypted records, manufacturer's data, fixed data structure (CI 73, 77), values whose extensions change their meaning, wireless frames with"
            + " checksums in blocks; access codes and passwords are secrets",
        "jmbus, records; frames by messages built from the standard");
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
    int first = m.at(0);
    int length;
    if (first == ACKNOWLEDGE) {
      length = x.recognised() ? 1 : NOT_MINE;
    } else if (first == SHORT) {
      length = shortFrame(m, have);
    } else if (first == LONG) {
      length = longFrame(m, have);
    } else {
      length = NOT_MINE;
    }
    if (transport == Transport.TCP) {
      return have == 0 ? MORE : length;
    }
    if (length == m.wireLength()) {
      return length;
    }
    return first == m.wireLength() - 1 && wireless(m) ? m.wireLength() : NOT_MINE;
  }

  private static int shortFrame(Cursor m, int have) {
    if (have > 1 && !asks(m.at(1)) || have > 3 && (m.at(1) + m.at(2) & 0xFF) != m.at(3) || have > 4 && m.at(4) != STOP) {
      return NOT_MINE;
    }
    return have < 5 ? MORE : 5;
  }

  /** Reset of the link, requests of class 1 and 2, request of the status; the bit 0x20 alternates. */
  private static boolean asks(int c) {
    return switch (c) {
      case 0x40, 0x49, 0x5A, 0x5B, 0x69, 0x7A, 0x7B -> true;
      default -> false;
    };
  }

  private static int longFrame(Cursor m, int have) {
    int length = m.at(1);
    if (have > 1 && length < 3 || have > 2 && m.at(2) != length || have > 3 && m.at(3) != LONG || have > 4 && !sends(m.at(4))) {
      return NOT_MINE;
    }
    int all = length + 6;
    if (have < 4 || have < all) {
      return MORE;
    }
    return m.at(all - 1) == STOP && sum(m, 4, all - 2) == m.at(all - 2) ? all : NOT_MINE;
  }

  /** Data to a meter (0x53, 0x73, 0x43), data from it with its flags (0x08 to 0x38), and spontaneous data of radio telegrams (0x44, 0x46). */
  private static boolean sends(int c) {
    return switch (c) {
      case 0x08, 0x18, 0x28, 0x38, 0x43, 0x44, 0x46, 0x53, 0x73 -> true;
      default -> false;
    };
  }

  private static int sum(Cursor m, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += m.at(i);
    }
    return sum & 0xFF;
  }

  /** A radio telegram: three letters of a maker, eight digits, and a known header. */
  private static boolean wireless(Cursor m) {
    int maker = m.at(2) | m.at(3) << 8;
    boolean sound = m.length() >= 12 && (m.at(1) == 0x44 || m.at(1) == 0x46 || m.at(1) == 0x48) && letter(maker >>> 10) && letter(maker >>> 5 & 31)
        && letter(maker & 31) && (maker & 0x8000) == 0;
    for (int i = 4; i < 8; i++) {
      sound &= m.at(i) >>> 4 < 10 && (m.at(i) & 15) < 10;
    }
    int ci = m.at(10);
    return sound && (ci == LONG_HEADER || ci == SHORT_HEADER || ci == NO_HEADER || ci == EXTENDED_LINK || ci == ENCRYPTED_LINK);
  }

  private static boolean letter(int code) {
    return code >= 1 && code <= 26;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int first = m.u8();
    t.message("mbus", "frame");
    if (first == m.wireLength() - 1 && transport == Transport.UDP && wireless(m)) {
      wireless(m, x, o);
    } else if (first == ACKNOWLEDGE && m.wireLength() == 1) {
      operation(o, "acknowledge");
      o.outcome(key(x), Outcome.OK);
    } else if (first == SHORT) {
      shortFrame(m, x, o);
    } else if (first == LONG) {
      longFrame(m, x, o);
    } else {
      m.fail();
    }
    t.end();
  }

  private static void operation(Observer o, String name) {
    o.operation(name);
    o.transcript().operation(name);
  }

  /** One question at a time: EN 13757-2 is half duplex. */
  private static long key(Exchange x) {
    return x.flow() * 0x9E3779B97F4A7C15L;
  }

  private static void shortFrame(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int c = m.u8();
    int address = m.u8();
    int sum = m.u8();
    int stop = m.u8();
    t.field("control", c);
    t.field("address", address);
    t.field("checksum", sum);
    if (m.ok() && ((c + address & 0xFF) != sum || stop != STOP || !asks(c))) {
      m.fail();
    }
    if (!m.ok()) {
      return;
    }
    String name = switch (c & ~0x20) {
      case 0x40 -> "resetLink";
      case 0x49 -> "requestStatus";
      case 0x5A -> "requestAlarms";
      default -> "requestData";
    };
    operation(o, name);
    int points = x.reads(x.source(), x.target().hashCode() * 31L + (c & ~0x20), address);
    if (points > 0) {
      act(x, o, LINK, c == 0x40 ? Verb.REQUEST : Verb.READ, name, null, address(address), points);
    }
  }

  private static String address(int address) {
    return address == SELECTED ? "the selected meter" : address >= 254 ? "all meters" : "address " + address;
  }

  private void longFrame(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int length = m.u8();
    int again = m.u8();
    int start = m.u8();
    boolean sound = m.ok() && length >= 3 && length == again && start == LONG && m.wireLength() == length + 6 && sends(m.at(4))
        && sum(m, 4, length + 4) == m.at(length + 4) && m.at(length + 5) == STOP;
    long outer = m.enter(length);
    int c = m.u8();
    int address = m.u8();
    t.field("length", length);
    t.field("control", c);
    t.field("address", address);
    if (!sound) {
      m.fail();
    } else if ((c & 0x40) != 0 && c != 0x44 && c != 0x46) {
      send(m, x, o, address);
    } else {
      answer(m, x, o, address);
    }
    m.leave(outer);
    t.field("checksum", m.u8());
    m.skip(1);
  }

  // ---- to the meters

  private void send(Cursor m, Exchange x, Observer o, int address) {
    Transcript t = o.transcript();
    int ci = m.u8();
    t.field("controlInformation", ci);
    switch (ci) {
      case 0x50 -> {
        t.octets("subcode", m, m.remaining());
        m.skip(m.remaining());
        command(m, x, o, Verb.RESTART, "applicationReset", null, address(address));
      }
      case 0x51, 0x55, 0x5A, 0x5B -> write(m, x, o, address, ci);
      case 0x52, 0x56 -> select(m, x, o);
      case 0x54 -> command(m, x, o, Verb.COMMAND, "synchronize", null, address(address));
      case 0x6C, 0x6D -> {
        t.octets("time", m, m.remaining());
        m.skip(m.remaining());
        command(m, x, o, Verb.SET_TIME, "setClock", null, address(address));
      }
      default -> {
        boolean baud = ci >= 0xB8 && ci <= 0xBF;
        t.octets("data", m, m.remaining());
        m.skip(m.remaining());
        command(m, x, o, baud ? Verb.CONFIGURE : Verb.REQUEST, baud ? "setBaudRate" : "send", null, address(address));
      }
    }
  }

  private void write(Cursor m, Exchange x, Observer o, int address, int ci) {
    records.measured = false;
    records.meter = address;
    if (ci == 0x5A && header(m, o.transcript(), false) != 0 || ci == 0x5B && header(m, o.transcript(), true) != 0) {
      command(m, x, o, Verb.WRITE, "sendEncrypted", null, address(address));
      return;
    }
    records.walk(m, x, o);
    if (records.setsAddress) {
      Value value = Double.isNaN(records.firstValue) ? null : new Value.Num(records.firstValue);
      command(m, x, o, Verb.CONFIGURE, "setAddress", value, address(address));
    } else if (records.setsTime) {
      command(m, x, o, Verb.SET_TIME, "setClock", null, address(address));
    } else {
      Value value = Double.isNaN(records.firstValue) ? null : new Value.Num(records.firstValue);
      command(m, x, o, Verb.WRITE, "sendData", value, address(address));
    }
  }

  private static void command(Cursor m, Exchange x, Observer o, Verb verb, String name, @Nullable Value value, String detail) {
    if (m.ok()) {
      operation(o, name);
      act(x, o, COMMANDS, verb, name, value, detail, 1);
    }
  }

  /** Whoever matches answers from now on at address 253: how a bus is searched. */
  private static void select(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    t.octets("identification", m, 4);
    m.skip(4);
    t.field("manufacturer", m.u16le());
    t.field("version", m.u8());
    t.field("medium", m.u8());
    t.octets("rest", m, m.remaining());
    m.skip(m.remaining());
    if (!m.ok()) {
      return;
    }
    operation(o, "select");
    boolean any = false;
    for (int i = 0; i < 4; i++) {
      any |= m.at(at + i) >>> 4 == 15 || (m.at(at + i) & 15) == 15;
    }
    if (any) {
      if (x.news(x.source(), NEWS_REQUEST, x.target().hashCode(), AGAIN_SECONDS)) {
        act(x, o, COMMANDS, Verb.DISCOVER, "select", null, "search by identification", 1);
      }
    } else {
      int points = x.reads(x.source(), x.target().hashCode() * 31L + 0x52, Heads.digest(m, at, 8));
      if (points > 0) {
        act(x, o, COMMANDS, Verb.READ, "select", null, digits(m, at), points);
      }
    }
  }

  private static String digits(Cursor m, int at) {
    return HexFormat.of().toHexDigits(m.at(at + 3) << 24 | m.at(at + 2) << 16 | m.at(at + 1) << 8 | m.at(at));
  }

  private static void act(Exchange x, Observer o, Cite cite, Verb verb, String name, @Nullable Value value, String detail, int points) {
    Stamp stamp = x.stamp();
    o.request(key(x), new Act(stamp, x.source(), "mbus", cite, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, name, null, value, 0,
        detail, points, Outcome.PENDING));
  }

  // ---- from the meters

  private void wireless(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    if (m.cut()) {
      // half a telegram: nothing in it is sure
      m.fail();
      return;
    }
    t.field("length", m.wireLength() - 1);
    t.field("control", m.u8());
    int maker = m.u16le();
    long identification = m.u32le();
    int version = m.u8();
    int medium = m.u8();
    meter(t, identification, maker, version, medium);
    operation(o, "radioTelegram");
    identity(m, x, o, identification, maker, version, medium, WIRELESS);
    information(m, x, o);
  }

  private void answer(Cursor m, Exchange x, Observer o, int address) {
    records.meter = address;
    operation(o, "data");
    information(m, x, o);
  }

  private static void meter(Transcript t, long identification, int maker, int version, int medium) {
    if (t.on()) {
      t.field("identification", HexFormat.of().toHexDigits((int) identification));
      t.field("manufacturer", maker(maker));
      t.field("version", version);
      t.field("medium", medium);
    }
  }

  /** A meter is told as what the gateway says of itself: it has no address of its own that would outlive the bus. */
  private void identity(Cursor m, Exchange x, Observer o, long identification, int maker, int version, int medium, Cite cite) {
    long meter = identification << 24 | (long) maker << 8 | medium;
    records.meter = meter;
    if (m.ok() && x.news(x.source(), NEWS_METER, meter * 256 + version, Exchange.FOREVER)) {
      String kind = medium < MEDIA.length ? MEDIA[medium] : medium(medium);
      o.claim(x, x.source(), Trait.BANNER, "mbus-meter=" + meter(meter) + ", version " + version + ", " + kind, cite);
    }
  }

  private static String medium(int medium) {
    return switch (medium) {
      case 0x15 -> "hot water";
      case 0x16 -> "cold water";
      case 0x17 -> "dual water";
      case 0x18 -> "pressure";
      case 0x19 -> "A/D converter";
      case 0x1A -> "smoke detector";
      case 0x1B -> "room sensor";
      case 0x1C -> "gas detector";
      case 0x20 -> "breaker";
      case 0x21 -> "valve";
      case 0x25 -> "display";
      case 0x28 -> "waste water";
      case 0x31 -> "communication controller";
      case 0x32, 0x33 -> "repeater";
      case 0x36, 0x37 -> "radio converter";
      default -> "medium " + medium;
    };
  }

  /** EN 13757-7, table 2: what header follows. */
  private void information(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int ci = m.u8();
    t.field("controlInformation", ci);
    records.measured = true;
    records.good = true;
    int mode = 0;
    switch (ci) {
      case EXTENDED_LINK -> {
        t.field("communicationControl", m.u8());
        t.field("accessNumber", m.u8());
        if (m.ok()) {
          information(m, x, o);
        }
        return;
      }
      case LONG_HEADER -> {
        long identification = m.u32le();
        int maker = m.u16le();
        int version = m.u8();
        int medium = m.u8();
        meter(t, identification, maker, version, medium);
        mode = header(m, t, false);
        identity(m, x, o, identification, maker, version, medium, HEADERS);
      }
      case SHORT_HEADER -> mode = header(m, t, false);
      case NO_HEADER -> {
        // records at once
      }
      case 0x70 -> {
        t.octets("applicationError", m, m.remaining());
        m.skip(m.remaining());
        if (m.ok()) {
          o.outcome(key(x), APPLICATION_ERROR);
        }
        return;
      }
      default -> {
        t.octets("data", m, m.remaining());
        m.skip(m.remaining());
        if (m.ok()) {
          o.outcome(key(x), Outcome.OK);
        }
        return;
      }
    }
    if (mode != 0) {
      t.octets("encrypted", m, m.remaining());
      m.skip(m.remaining());
    } else {
      records.walk(m, x, o);
    }
    if (m.ok()) {
      o.outcome(key(x), Outcome.OK);
    }
  }

  /** Access number, status and configuration, with the long form's address first where asked; returns the encryption mode (EN 13757-7, 7.6). */
  private int header(Cursor m, Transcript t, boolean addressed) {
    if (addressed) {
      m.skip(8);
    }
    t.field("accessNumber", m.u8());
    int status = m.u8();
    t.field("status", status);
    int configuration = m.u16le();
    t.field("configuration", configuration);
    // 6.6: application error or abnormal, permanent and temporary error
    records.good = (status & 0x18) == 0 && (status & 3) < 2;
    return configuration >>> 8 & 31;
  }

  private static String maker(int code) {
    return "" + (char) (64 + (code >>> 10 & 31)) + (char) (64 + (code >>> 5 & 31)) + (char) (64 + (code & 31));
  }

  /** {@code KAM-12345678}, or the address where that is all that is known. */
  static String meter(long meter) {
    return meter < 256 ? "address " + meter : maker((int) (meter >>> 8) & 0xFFFF) + "-" + HexFormat.of().toHexDigits((int) (meter >>> 24));
  }

  @Override
  public Cite cite() {
    return LINK;
  }
}
