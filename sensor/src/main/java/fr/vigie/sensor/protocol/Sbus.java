package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Ether-S-Bus of SAIA PCD controllers (Saia-Burgess Controls, S-Bus manual 26/739, data mode; UDP 5050). Numbers of commands as Wireshark's S-Bus
 * dissector lists them. A response names neither station nor command: it is read by the request with its sequence number.
 *
 * <pre>
 * | length u32, of all | version u8 = 0, 1 | protocol u8 = 0 | sequence u16 | attribute u8 | … | CRC u16 |       CRC-16 of 0x1021 over all before it
 * attribute 0, request: | station u8 | command u8 | data |          1, response: | data |          2: | acknowledgement u16 |
 * read of registers, counters, timers, flags, inputs, outputs: | count − 1 u8 | address u16 |
 * write of registers, counters, timers: | 4 n + 1 u8 | address u16 | n × u32 |
 * write of flags, outputs: | 2 + octets u8 | address u16 | bits − 1 u8 | octets, lowest bit first |
 * clock: | week, weekday | year, month, day | hour, minute, second |, BCD
 * memory, program lines: | count u8 | address u24 | data |          firmware: | type 5 | version 3 | 0 |
 * </pre>
 */
final class Sbus implements Dissector {
  static final int PORT = 5050;

  private static final String STANDARD = "SBC S-Bus manual 26/739";
  private static final Cite TELEGRAM = new Cite(STANDARD, "telegram");
  private static final Cite CRC = new Cite(STANDARD, "CRC-16");
  private static final Cite COMMAND = new Cite(STANDARD, "commands");
  private static final Cite FIRMWARE = new Cite(STANDARD, "read firmware version");

  private static final int REQUEST = 0;
  private static final int RESPONSE = 1;
  private static final int ACKNOWLEDGEMENT = 2;

  private static final int READ_DISPLAY = 0x01;
  private static final int READ_CLOCK = 0x04;
  private static final int WRITE_CLOCK = 0x0C;
  private static final int READ_STATUS = 0x1B;
  private static final int READ_STATION = 0x1D;
  private static final int READ_FIRMWARE = 0x20;
  private static final int READ_BYTE = 0x47;
  private static final int READ_POINTER = 0x4A;
  private static final int WRITE_BYTE = 0x51;
  private static final int READ_EEPROM = 0xA1;
  private static final int BLOCK = 0xA9;
  private static final int READ_SYSTEM = 0xAB;

  /** How the data of a request are laid out, and with it the data of its response. */
  private enum Shape {
    NONE,
    READ_WORDS,
    READ_BITS,
    WRITE_WORDS,
    WRITE_BITS,
    READ_MEMORY,
    WRITE_MEMORY
  }

  /** A command. */
  private record Kind(String name, Verb verb, Shape shape, String medium) {}

  private static final Kind[] KINDS = new Kind[256];
  private static final Kind UNKNOWN = new Kind("command", Verb.REQUEST, Shape.NONE, "");

  static {
    words(0x00, 0x0A, "Counter", "counter");
    words(0x06, 0x0E, "Register", "register");
    words(0x07, 0x0F, "Timer", "timer");
    bits(0x02, 0x0B, "Flag", "flag");
    bits(0x05, 0x0D, "Output", "output");
    bits(0x03, -1, "Input", "input");
    some(READ_DISPLAY, Verb.READ, "readDisplayRegister", READ_CLOCK, "readClock");
    some(WRITE_CLOCK, Verb.SET_TIME, "writeClock");
    some(0x13, Verb.REQUEST, "readWriteMultimedia");
    each(0x14, Verb.READ, "readStatusCpu", 0, 7);
    some(READ_STATUS, Verb.READ, "readStatus", READ_STATION, "readStationNumber", READ_FIRMWARE, "readFirmwareVersion", 0x21, "readText", 0x22,
        "readActiveTransition");
    memory(0x1E, Verb.READ, "readUserMemory", Shape.READ_MEMORY);
    memory(0x1F, Verb.READ, "readProgramLine", Shape.READ_MEMORY);
    memory(0x23, Verb.DOWNLOAD, "writeUserMemory", Shape.WRITE_MEMORY);
    memory(0x24, Verb.DOWNLOAD, "writeProgramLine", Shape.WRITE_MEMORY);
    some(0x25, Verb.DOWNLOAD, "writeText");
    each(0x28, Verb.COMMAND, "runProcedureCpu", 0, 7);
    some(0x2F, Verb.COMMAND, "runProcedure", 0x30, "runProcedureAllCpus");
    each(0x32, Verb.RESTART, "restartColdCpu", 1, 6);
    some(0x38, Verb.RESTART, "restartCold", 0x39, "restartColdAllCpus");
    each(0x3C, Verb.COMMAND, "stopProcedureCpu", 0, 7);
    some(0x43, Verb.COMMAND, "stopProcedure", 0x44, "stopProcedureAllCpus");
    some(0x46, Verb.READ, "readArithmeticStatus", 0x48, "readHaltFailure", 0x49, "readIndexRegister", READ_POINTER, "readInstructionPointer", 0x4B,
        "findHistory");
    memory(READ_BYTE, Verb.READ, "readByte", Shape.READ_MEMORY);
    memory(WRITE_BYTE, Verb.WRITE, "writeByte", Shape.WRITE_MEMORY);
    some(0x50, Verb.WRITE, "writeArithmeticStatus", 0x52, "writeIndexRegister", 0x53, "writeInstructionPointer", 0x5A, "clearAll", 0x5B, "clearFlags",
        0x5C, "clearOutputs", 0x5D, "clearRegisters", 0x5E, "clearTimers");
    each(0x64, Verb.RESTART, "restartWarmCpu", 1, 6);
    some(0x6A, Verb.RESTART, "restartWarm", 0x6B, "restartWarmAllCpus");
    some(0x6E, Verb.DOWNLOAD, "changeBlock", 0x70, "deleteProgramLine", 0x72, "insertProgramLine", 0x75, "makeText");
    some(0x6F, Verb.COMMAND, "clearHistoryFailure", 0x71, "goConditional", 0x73, "localCycles", 0x74, "allCycles", 0x76, "executeInstruction", 0x77,
        "singleStep", 0x82, "interruptXob17", 0x83, "interruptXob18", 0x84, "interruptXob19");
    some(0x91, Verb.READ, "readHangupTimeout", 0x96, "readDataBlock", 0x9B, "readBlockAddress", 0x9C, "readBlockSizes", 0x9D, "readCurrentBlock",
        0x9E, "readCallStack", 0x9F, "readDbx", READ_EEPROM, "readEepromRegister", 0xA8, "readSystemBuffer", 0xAA, "getDiagnostic", READ_SYSTEM,
        "readSystemInformation");
    some(0x97, Verb.WRITE, "writeDataBlock", 0x98, "makeDataBlock", 0x99, "clearDataBlock", 0x9A, "clearText", 0xA3, "writeEepromRegister");
    some(0xA5, Verb.DELETE, "eraseFlash");
    some(0xA6, Verb.RESTART, "restartColdFlag");
    some(0xA7, Verb.CONFIGURE, "writeSystemBuffer");
    some(BLOCK, Verb.READ, "readWriteBlock");
    some(0xAC, Verb.DOWNLOAD, "changeBlocksOnRun", 0xAE, "downloadFirmware");
    some(0xAD, Verb.COMMAND, "flashcard");
    some(0xAF, Verb.REQUEST, "webServer");
  }

  private static void words(int read, int write, String name, String medium) {
    KINDS[read] = new Kind("read" + name, Verb.READ, Shape.READ_WORDS, medium);
    KINDS[write] = new Kind("write" + name, Verb.WRITE, Shape.WRITE_WORDS, medium);
  }

  private static void bits(int read, int write, String name, String medium) {
    KINDS[read] = new Kind("read" + name, Verb.READ, Shape.READ_BITS, medium);
    if (write >= 0) {
      KINDS[write] = new Kind("write" + name, Verb.WRITE, Shape.WRITE_BITS, medium);
    }
  }

  private static void memory(int code, Verb verb, String name, Shape shape) {
    KINDS[code] = new Kind(name, verb, shape, code == READ_BYTE || code == WRITE_BYTE ? "byte" : "memory");
  }

  /** Commands of one verb: code, name, code, name … */
  private static void some(int code, Verb verb, String name, Object... more) {
    KINDS[code] = new Kind(name, verb, Shape.NONE, "");
    for (int i = 0; i < more.length; i += 2) {
      KINDS[(int) more[i]] = new Kind((String) more[i + 1], verb, Shape.NONE, "");
    }
  }

  /** The same for one processor after another. */
  private static void each(int code, Verb verb, String name, int first, int count) {
    for (int i = 0; i < count; i++) {
      KINDS[code + i] = new Kind(name + (first + i), verb, Shape.NONE, "");
    }
  }

  private static final Outcome[] ANSWERS = {Outcome.OK, Outcome.error("no reason"), Outcome.error("password"), Outcome.error("reduced protocol"),
      Outcome.error("port in use")};
  private static final Outcome OTHER = Outcome.error("other");

  private static final int NEWS_FIRMWARE = 1;
  private static final int NEWS_STATION = 2;
  private static final int NEWS_READ = 3;

  /** Media of which a value is a reading by itself, and so a point: the first half of its key. */
  private static final String[] POINTS = {"counter", "timer", "flag", "input", "output", "display-register"};

  private static final Crc CHECK = Crc.forward(16, 0x1021);

  @Override
  public String name() {
    return "sbus";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("SAIA S-Bus (Ether-S-Bus)", "Saia-Burgess Controls S-Bus manual 26/739, by Wireshark's dissector",
        "every command by name; registers, counters, timers, flags, inputs, outputs, clock and memory with addresses and values; type and firmware of the"
            + " controller, station, acknowledgements, checksum",
        "values of registers as readings (only the program says what they are); contents of programs, blocks, system information and web telegrams",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  /** A length of 32 bits that is the datagram's; on foreign ports the checksum must be right too. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int wire = m.wireLength();
    int length = m.at(0) << 24 | m.at(1) << 16 | m.at(2) << 8 | m.at(3);
    if (m.length() < 9 || wire < 11 || length != wire || m.at(4) > 1 || m.at(5) != 0 || m.at(8) > ACKNOWLEDGEMENT) {
      return NOT_MINE;
    }
    boolean home = x.targetPort() == PORT || x.sourcePort() == PORT || x.recognised();
    return home || !m.cut() && CHECK.of(m, 0, wire - 2) == (m.at(wire - 2) << 8 | m.at(wire - 1)) ? wire : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long length = m.u32();
    t.message("sbus", "telegram");
    t.field("length", length);
    t.field("version", m.u8());
    t.field("protocol", m.u8());
    int sequence = m.u16();
    int attribute = m.u8();
    t.field("sequence", sequence);
    t.field("attribute", attribute);
    int data = m.remaining() - 2;
    if (data < 0 || length != m.wireLength() || m.cut()) {
      m.fail();
    }
    int end = m.wireLength() - 2;
    boolean sound = m.ok() && CHECK.of(m, 0, end) == (m.at(end) << 8 | m.at(end + 1));
    long outer = m.enter(data);
    if (sound) {
      long key = x.flow() * 0x9E3779B97F4A7C15L ^ sequence;
      switch (attribute) {
        case REQUEST -> request(m, x, o, key);
        case RESPONSE -> response(m, x, o, key);
        default -> acknowledgement(m, o, key);
      }
    }
    m.leave(outer);
    t.field("crc", m.u16());
    if (m.ok() && !sound) {
      // what the receiver throws away does nothing
      o.flaw(x, CRC, "crc", end, m.wireLength());
    }
    t.end();
  }

  private static void operation(Observer o, String name) {
    o.operation(name);
    o.transcript().operation(name);
  }

  private static void acknowledgement(Cursor m, Observer o, long key) {
    int code = m.u16();
    o.transcript().field("acknowledgement", code);
    if (m.ok()) {
      operation(o, "acknowledge");
      o.outcome(key, code < ANSWERS.length ? ANSWERS[code] : OTHER);
    }
  }

  private static Kind kind(int command) {
    Kind kind = KINDS[command];
    return kind == null ? UNKNOWN : kind;
  }

  // ---- requests

  private static void request(Cursor m, Exchange x, Observer o, long key) {
    Transcript t = o.transcript();
    int station = m.u8();
    int command = m.u8();
    Kind kind = kind(command);
    t.field("station", station);
    t.field("command", command);
    int count = 1;
    int address = -1;
    Value value = null;
    switch (kind.shape()) {
      case READ_WORDS, READ_BITS -> {
        count = m.u8() + 1;
        address = m.u16();
        t.field("count", count);
        t.field("address", address);
      }
      case READ_MEMORY -> {
        count = m.u8() + 1;
        address = m.u24();
        t.field("count", count);
        t.field("address", address);
      }
      case WRITE_WORDS -> {
        int octets = m.u8();
        address = m.u16();
        count = octets - 1 >> 2;
        t.field("writeCount", octets);
        t.field("address", address);
        if (m.ok() && octets - 1 != m.remaining()) {
          o.flaw(x, TELEGRAM, "count", m.position() - 3, m.wireLength());
        }
        value = values(m, t, count, false);
      }
      case WRITE_BITS -> {
        int octets = m.u8();
        address = m.u16();
        count = m.u8() + 1;
        t.field("writeCount", octets);
        t.field("address", address);
        t.field("bits", count);
        if (m.ok() && (octets - 2 != m.remaining() || count + 7 >> 3 != m.remaining())) {
          o.flaw(x, TELEGRAM, "count", m.position() - 1, m.wireLength());
        }
        value = values(m, t, count, true);
      }
      case WRITE_MEMORY -> {
        count = Math.max(0, m.u8() - 2);
        address = m.u24();
        t.field("writeCount", count + 2);
        t.field("address", address);
        if (command != WRITE_BYTE) {
          memory(m, t);
        }
        rest(m, t);
      }
      case NONE -> none(m, t, command);
    }
    int block = command == BLOCK ? m.at(12) : -1;
    if (!m.ok()) {
      return;
    }
    operation(o, kind.name());
    x.remember(key, (long) station << 8 | command, (long) Math.max(0, address) << 16 | count & 0xFFFF);
    Verb verb = command == BLOCK ? block(block) : kind.verb();
    if (verb == Verb.READ || verb == Verb.REQUEST || verb == Verb.UPLOAD) {
      long behaviour = (x.target().hashCode() * 31L + station) * 256 + command;
      int points = x.reads(x.source(), behaviour * 31 + NEWS_READ, (long) address << 16 | count);
      if (points > 0) {
        act(x, o, key, verb, kind, address, count, null, station, points);
      }
    } else {
      act(x, o, key, verb, kind, address, count, value, station, 1);
    }
  }

  private static void none(Cursor m, Transcript t, int command) {
    if (command == WRITE_CLOCK) {
      clock(m, t);
    } else if (command == READ_EEPROM) {
      t.field("extension", m.u8());
      t.field("count", m.u8() + 1);
      t.field("address", m.u16());
    } else {
      if (command == READ_SYSTEM) {
        t.field("systemInformation", m.u8());
        t.field("systemInformation", m.u8());
      }
      rest(m, t);
    }
  }

  /** Telegram types of readWriteBlock: below 0x10 to the controller, then from it; 0x20 deletes. */
  private static Verb block(int type) {
    return type < 0x10 ? Verb.DOWNLOAD : type < 0x20 ? Verb.UPLOAD : type == 0x20 ? Verb.DELETE : Verb.READ;
  }

  private static void clock(Cursor m, Transcript t) {
    t.octets("weekAndDay", m, 2);
    m.skip(2);
    t.octets("date", m, 3);
    m.skip(3);
    t.octets("time", m, 3);
    m.skip(3);
  }

  /** What is written: one number or bit by itself, more as octets. */
  private static @Nullable Value values(Cursor m, Transcript t, int count, boolean bits) {
    int octets = m.remaining();
    int at = m.position();
    if (t.on()) {
      for (int i = 0; i < (bits ? octets : octets >> 2); i++) {
        t.field("value", bits ? m.u8() : (int) m.u32());
      }
      m.seek(at);
    }
    Value value = null;
    if (count == 1 && octets == (bits ? 1 : 4)) {
      value = bits ? new Value.Bool((m.u8() & 1) != 0) : new Value.Num((int) m.u32());
    } else if (octets > 0 && m.ok()) {
      value = new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
      m.seek(at + octets);
    }
    return value;
  }

  private static void act(Exchange x, Observer o, long key, Verb verb, Kind kind, int address, int count, @Nullable Value value, int station,
      int points) {
    Point point = address < 0 ? null : new Point.Named("sbus", kind.medium() + "," + address + (count > 1 ? "-" + (address + count - 1) : ""));
    Stamp stamp = x.stamp();
    o.request(key, new Act(stamp, x.source(), "sbus", COMMAND, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, kind.name(), point,
        value, 0, "station " + station, points, Outcome.PENDING));
  }

  // ---- responses

  private static void response(Cursor m, Exchange x, Observer o, long key) {
    Transcript t = o.transcript();
    boolean asked = x.recall(key);
    int command = asked ? (int) x.recalledA() & 0xFF : -1;
    int station = asked ? (int) (x.recalledA() >>> 8) : -1;
    int address = asked ? (int) (x.recalledB() >>> 16) : 0;
    int count = asked ? (int) x.recalledB() & 0xFFFF : 0;
    operation(o, "response");
    if (!asked) {
      rest(m, t);
      return;
    }
    t.field("answers", command);
    Kind kind = kind(command);
    switch (kind.shape()) {
      case READ_WORDS -> words(m, x, o, kind, address, count);
      case READ_BITS -> bits(m, x, o, kind, address, count);
      case READ_MEMORY -> {
        if (command != READ_BYTE) {
          memory(m, t);
        }
        rest(m, t);
      }
      case WRITE_MEMORY, WRITE_WORDS, WRITE_BITS -> rest(m, t);
      case NONE -> {
        switch (command) {
          case READ_DISPLAY -> {
            long value = m.u32();
            t.field("displayRegister", value);
            if (m.ok()) {
              o.reading(x, x.source(), 5, 0, Sbus::point, (int) value, null, true, false);
            }
          }
          case READ_CLOCK -> clock(m, t);
          case READ_POINTER -> t.field("instructionPointer", m.u24());
          case READ_STATION -> t.field("stationNumber", m.u8());
          case READ_FIRMWARE -> firmware(m, x, o);
          case READ_EEPROM -> memory(m, t);
          default -> {
            if (command == READ_STATUS || command >= 0x14 && command <= 0x1A) {
              t.field("cpuStatus", m.u8());
            } else {
              rest(m, t);
            }
          }
        }
      }
    }
    if (!m.ok()) {
      return;
    }
    if (m.remaining() > 0) {
      rest(m, t);
      o.flaw(x, TELEGRAM, "length", m.position(), m.wireLength());
    }
    if (x.news(x.source(), NEWS_STATION, station, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.BANNER, "sbus-station=" + station, TELEGRAM);
    }
    o.outcome(key, Outcome.OK);
  }

  /** Program and memory in words, for the transcript alone. */
  private static void memory(Cursor m, Transcript t) {
    while (m.ok() && m.remaining() >= 4) {
      t.field("value", (int) m.u32());
    }
  }

  private static void rest(Cursor m, Transcript t) {
    if (m.remaining() == 0) {
      return;
    }
    t.octets("data", m, m.remaining());
    m.skip(m.remaining());
  }

  private static void words(Cursor m, Exchange x, Observer o, Kind kind, int address, int count) {
    int medium = medium(kind.medium());
    for (int i = 0; i < count && m.ok(); i++) {
      int value = (int) m.u32();
      o.transcript().field("value", value);
      if (m.ok() && medium >= 0) {
        o.reading(x, x.source(), medium, address + i, Sbus::point, value, null, true, false);
      }
    }
  }

  private static void bits(Cursor m, Exchange x, Observer o, Kind kind, int address, int count) {
    int medium = medium(kind.medium());
    for (int i = 0; i < count && m.ok(); i += 8) {
      int octet = m.u8();
      o.transcript().field("value", octet);
      for (int bit = 0; m.ok() && bit < 8 && i + bit < count; bit++) {
        o.reading(x, x.source(), medium, address + i + bit, Sbus::point, octet >>> bit & 1, null, true, false);
      }
    }
  }

  private static int medium(String name) {
    for (int i = 0; i < POINTS.length; i++) {
      if (POINTS[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Point point(long medium, long address) {
    return new Point.Named("sbus", POINTS[(int) medium] + "," + address);
  }

  private static void firmware(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    m.skip(9);
    if (!m.ok()) {
      return;
    }
    boolean news = x.news(x.source(), NEWS_FIRMWARE, Heads.digest(m, at, 8), Exchange.FOREVER);
    if (news || t.on()) {
      m.seek(at);
      String type = m.text(5, StandardCharsets.ISO_8859_1).strip();
      String version = m.text(3, StandardCharsets.ISO_8859_1).strip();
      m.skip(1);
      t.field("pcdType", type);
      t.field("firmwareVersion", version);
      if (news) {
        o.claim(x, x.source(), Trait.VENDOR, "Saia-Burgess Controls", FIRMWARE);
        o.claim(x, x.source(), Trait.MODEL, "PCD " + type, FIRMWARE);
        o.claim(x, x.source(), Trait.FIRMWARE, version, FIRMWARE);
      }
    }
  }

  @Override
  public Cite cite() {
    return TELEGRAM;
  }
}
