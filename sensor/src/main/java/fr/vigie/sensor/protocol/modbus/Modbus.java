package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Modbus/TCP: MODBUS Application Protocol V1.1b3 (AP) over MODBUS Messaging on TCP/IP V1.0b (MT).
 *
 * <pre>
 * | transaction u16 | protocol u16 = 0 | length u16 = 2..254 | unit u8 | function u8 | data … |     MT 3.1.3
 * </pre>
 *
 * <p>Whom a unit identifier means (MT 4.4.2.2): 255 is the server itself, 0 is accepted for it too (and is a broadcast where the server
 * is a gateway to a serial line; acts then say so in their detail); any other value is a device behind the server, an endpoint below
 * its IP address. Register values are not readings here: only a register map gives them a meaning.
 */
public final class Modbus implements Dissector {
  static final int PORT = 502;

  static final String AP = "MODBUS Application Protocol V1.1b3";
  static final Cite PDU = new Cite(AP, "4.1");
  static final Cite DEVICE_IDENTIFICATION = new Cite(AP, "6.21");

  /** AP 4.1: 253 octets of PDU and the unit identifier. */
  private static final int LONGEST = 254;

  /** Schneider's programming tool sends 255, and servers answer: read on the home port, and a flaw. */
  private static final int TOLERATED = 260;

  private static final int EXCEPTION_BIT = 0x80;
  private static final int READ_COILS = 1;
  private static final int READ_DISCRETE_INPUTS = 2;
  private static final int READ_HOLDING_REGISTERS = 3;
  private static final int READ_INPUT_REGISTERS = 4;
  static final int WRITE_SINGLE_COIL = 5;
  static final int WRITE_SINGLE_REGISTER = 6;
  static final int DIAGNOSTICS = 8;
  static final int WRITE_MULTIPLE_COILS = 15;
  static final int WRITE_MULTIPLE_REGISTERS = 16;
  static final int REPORT_SERVER_ID = 17;
  static final int READ_FILE_RECORD = 20;
  static final int WRITE_FILE_RECORD = 21;
  static final int MASK_WRITE_REGISTER = 22;
  static final int READ_WRITE_MULTIPLE_REGISTERS = 23;
  static final int READ_FIFO_QUEUE = 24;
  static final int ENCAPSULATED_INTERFACE = 43;
  private static final int UMAS = 90;
  private static final int SCHNEIDER_FIRMWARE = 125;
  private static final int SCHNEIDER_PROGRAMMING = 126;
  static final int READ_DEVICE_IDENTIFICATION = 14;

  /** What {@link Exchange#news} is asked about. */
  private static final int NEWS_READ = 1;
  private static final int NEWS_DISCOVER = 2;
  static final int NEWS_IDENTITY = 3;
  static final int NEWS_SERVER_ID = 4;
  private static final int NEWS_BLOCK = 5;

  private static final int READ_AGAIN_SECONDS = 600;

  private static final Names FUNCTIONS = Names.load("modbus/function_codes.tsv", "function");
  private static final Names SUBFUNCTIONS = Names.load("modbus/diagnostic_subfunctions.tsv", "subfunction");
  private static final String[] FUNCTION = new String[128];
  static final Cite[] CLAUSE = new Cite[128];

  static {
    Arrays.setAll(FUNCTION, FUNCTIONS::of);
    Arrays.fill(CLAUSE, PDU);
    int[] inClauseOrder = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43};
    for (int i = 0; i < inClauseOrder.length; i++) {
      CLAUSE[inClauseOrder[i]] = new Cite(AP, "6." + (i + 1));
    }
  }

  public Modbus() {}

  @Override
  public String name() {
    return "modbus";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Modbus/TCP", "MODBUS Application Protocol V1.1b3; Messaging on TCP/IP V1.0b",
        "every public function, requests paired with their answers, units behind gateways, device identification",
        "the meaning of registers; function codes of vendors beyond their number",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  @Override
  public int[] ports() {
    return new int[] {PORT};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  /** MT 3.1.3. On foreign ports the function must be a named one too, and the length one that the function can have. */
  @Override
  public int frame(Cursor m, Exchange exchange) {
    int have = m.length();
    boolean home = exchange.serverPort() == PORT;
    int length = m.at(4) << 8 | m.at(5);
    if (have > 2 && m.at(2) != 0 || have > 3 && m.at(3) != 0 || have > 4 && m.at(4) > 1) {
      return NOT_MINE;
    }
    if (have > 5 && (length < 2 || length > (home ? TOLERATED : LONGEST))) {
      return NOT_MINE;
    }
    if (!home) {
      if (have < 13 && have < 6 + length || have < 6) {
        return MORE;
      }
      return canBe(m, length) ? 6 + length : NOT_MINE;
    }
    return have < 6 ? MORE : 6 + length;
  }

  /** Whether the function and its counts can make this length, as request or as response (AP 6.1 to 6.21). */
  private static boolean canBe(Cursor m, int length) {
    int function = m.at(7);
    if (function >= EXCEPTION_BIT) {
      return length == 3 && FUNCTIONS.find(function - EXCEPTION_BIT) != null && m.at(8) >= 1 && m.at(8) <= 11;
    }
    return switch (function) {
      case READ_COILS, READ_DISCRETE_INPUTS, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS -> length == 6 || length == 3 + m.at(8);
      case WRITE_SINGLE_COIL, WRITE_SINGLE_REGISTER, DIAGNOSTICS -> length == 6;
      case WRITE_MULTIPLE_COILS, WRITE_MULTIPLE_REGISTERS -> length == 6 || length == 7 + m.at(12);
      case REPORT_SERVER_ID -> length == 2 || length == 3 + m.at(8);
      case MASK_WRITE_REGISTER -> length == 8;
      case READ_WRITE_MULTIPLE_REGISTERS -> length == 3 + m.at(8) || length > 11 && (length & 1) == 1;
      case ENCAPSULATED_INTERFACE -> m.at(8) == READ_DEVICE_IDENTIFICATION;
      default -> false;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange exchange, Observer observer) {
    Transcript t = observer.transcript();
    int transaction = m.u16();
    int protocol = m.u16();
    int length = m.u16();
    long outer = m.enter(length);
    int unit = m.u8();
    int code = m.u8();
    int function = code & ~EXCEPTION_BIT;
    t.message("modbus", FUNCTION[function]);
    t.field("transactionIdentifier", transaction);
    t.field("protocolIdentifier", protocol);
    t.field("length", length);
    t.field("unitIdentifier", unit);
    t.field("functionCode", code);
    if (m.ok()) {
      observer.operation(FUNCTION[function]);
      if (length > LONGEST) {
        observer.flaw(exchange, PDU, "length", 4, m.wireLength());
      }
      if (code == 0) {
        observer.flaw(exchange, PDU, "function", 7, m.wireLength());
      }
      boolean request = exchange.targetPort() == PORT || exchange.sourcePort() != PORT && exchange.fromClient();
      long key = exchange.flow() * 0x9E3779B97F4A7C15L ^ transaction << 8 ^ unit;
      if (request && code < EXCEPTION_BIT) {
        request(m, exchange, observer, key, unit, function);
      } else if (!request) {
        Answer.dissect(m, exchange, observer, key, unit, code);
      } else {
        observer.flaw(exchange, PDU, "function", 7, m.wireLength());
      }
      if (m.ok() && m.remaining() > 0) {
        t.octets("data", m, m.remaining());
        if (FUNCTIONS.find(function) != null && function < UMAS) {
          observer.flaw(exchange, CLAUSE[function], "length", m.position(), m.wireLength());
        }
      }
    }
    t.end();
    m.leave(outer);
  }

  // ---- requests

  private void request(Cursor m, Exchange x, Observer o, long key, int unit, int function) {
    Endpoint whom = unit(x, x.target(), unit);
    int address = -1;
    int count = 0;
    switch (function) {
      case READ_COILS, READ_DISCRETE_INPUTS, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS -> {
        address = address(m, o, "startingAddress");
        count = quantity(m, x, o, "quantity", function, function <= READ_DISCRETE_INPUTS ? 2000 : 125);
        read(m, x, o, key, unit, whom, function, address, count);
      }
      case WRITE_SINGLE_COIL -> {
        address = address(m, o, "outputAddress");
        writeSingleCoil(m, x, o, key, unit, whom, address);
      }
      case WRITE_SINGLE_REGISTER -> {
        address = address(m, o, "registerAddress");
        int value = m.u16();
        o.transcript().field("registerValue", value);
        if (m.ok()) {
          act(x, o, key, unit, whom, Verb.WRITE, function, new Point.Modbus("holding-register", address, 1), new Value.Num(value), "");
        }
      }
      case DIAGNOSTICS -> address = diagnostics(m, x, o, key, unit, whom);
      case WRITE_MULTIPLE_COILS, WRITE_MULTIPLE_REGISTERS -> {
        address = address(m, o, "startingAddress");
        count = quantity(m, x, o, "quantity", function, function == WRITE_MULTIPLE_COILS ? 1968 : 123);
        Value value = values(m, x, o, function, count);
        if (m.ok() && value != null) {
          String table = function == WRITE_MULTIPLE_COILS ? "coil" : "holding-register";
          act(x, o, key, unit, whom, Verb.WRITE, function, new Point.Modbus(table, address, Math.max(1, count)), value, "");
        }
      }
      case MASK_WRITE_REGISTER -> {
        address = address(m, o, "referenceAddress");
        int and = m.u16();
        int or = m.u16();
        o.transcript().field("andMask", and);
        o.transcript().field("orMask", or);
        if (m.ok()) {
          String masks = String.format("and mask 0x%04x, or mask 0x%04x", and, or);
          act(x, o, key, unit, whom, Verb.WRITE, function, new Point.Modbus("holding-register", address, 1), null, masks);
        }
      }
      case READ_WRITE_MULTIPLE_REGISTERS -> {
        address = address(m, o, "readStartingAddress");
        count = quantity(m, x, o, "quantityToRead", function, 125);
        readWriteMultipleRegisters(m, x, o, key, unit, whom, address, count);
      }
      case READ_FILE_RECORD, WRITE_FILE_RECORD -> count = fileRecords(m, x, o, key, unit, whom, function);
      case READ_FIFO_QUEUE -> {
        address = address(m, o, "fifoPointerAddress");
        read(m, x, o, key, unit, whom, function, address, 1);
      }
      case REPORT_SERVER_ID -> discover(m, x, o, key, unit, whom, function, "");
      case ENCAPSULATED_INTERFACE -> encapsulatedInterfaceRequest(m, x, o, key, unit, whom);
      case UMAS -> address = umas(m, x, o, key, unit, whom);
      case SCHNEIDER_FIRMWARE, SCHNEIDER_PROGRAMMING -> {
        if (m.ok()) {
          act(x, o, key, unit, whom, function == SCHNEIDER_FIRMWARE ? Verb.DOWNLOAD : Verb.COMMAND, function, null, null, "");
        }
      }
      default -> read(m, x, o, key, unit, whom, function, -1, 0);
    }
    if (m.ok()) {
      x.remember(key, (long) function << 32 | (address & 0xFFFFL) << 16 | count & 0xFFFFL, x.at());
    }
  }

  private static int address(Cursor m, Observer o, String name) {
    int address = m.u16();
    o.transcript().field(name, address);
    return address;
  }

  private static int quantity(Cursor m, Exchange x, Observer o, String name, int function, int most) {
    int at = m.position();
    int quantity = m.u16();
    o.transcript().field(name, quantity);
    if (m.ok() && (quantity < 1 || quantity > most)) {
      o.flaw(x, CLAUSE[function], "quantity", at, m.wireLength());
    }
    return quantity;
  }

  private static void read(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int function, int address, int count) {
    if (!m.ok()) {
      return;
    }
    if (address < 0) {
      boolean named = FUNCTIONS.find(function) != null && function != UMAS;
      if (x.news(x.source(), NEWS_READ, (long) whom.hashCode() << 32 ^ (long) function << 16 ^ count, READ_AGAIN_SECONDS)) {
        act(x, o, key, unit, whom, named ? Verb.READ : Verb.REQUEST, function, null, null, "");
      }
      return;
    }
    int told = x.reads(x.source(), whom.print(), (long) function << 32 | (long) address << 16 | count & 0xFFFF);
    if (told > 0) {
      Point point = new Point.Modbus(table(function), address, Math.max(1, count));
      act(x, o, told == 1 ? key : 0, unit, whom, Verb.READ, function, point, null, "", told);
    }
  }

  private static String table(int function) {
    return switch (function) {
      case READ_COILS, WRITE_SINGLE_COIL, WRITE_MULTIPLE_COILS -> "coil";
      case READ_DISCRETE_INPUTS -> "discrete-input";
      case READ_INPUT_REGISTERS -> "input-register";
      default -> "holding-register";
    };
  }

  private static void discover(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int function, String detail) {
    long digest = ((long) whom.hashCode() << 32) ^ function;
    if (m.ok() && x.news(x.source(), NEWS_DISCOVER, digest, READ_AGAIN_SECONDS)) {
      act(x, o, key, unit, whom, Verb.DISCOVER, function, null, null, detail);
    }
  }

  /** AP 6.5: 0xFF00 is on, 0x0000 is off, nothing else is allowed. */
  private static void writeSingleCoil(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int address) {
    int value = m.u16();
    o.transcript().field("outputValue", value);
    if (!m.ok()) {
      return;
    }
    boolean known = value == 0xFF00 || value == 0;
    if (!known) {
      o.flaw(x, CLAUSE[WRITE_SINGLE_COIL], "value", 10, m.wireLength());
    }
    act(x, o, key, unit, whom, Verb.WRITE, WRITE_SINGLE_COIL, new Point.Modbus("coil", address, 1),
        known ? new Value.Bool(value != 0) : new Value.Num(value), "");
  }

  /** AP 6.11, 6.12: byte count and the values; a count that does not fit the quantity is a flaw, values cut short fail the cursor. */
  private static @Nullable Value values(Cursor m, Exchange x, Observer o, int function, int quantity) {
    int at = m.position();
    int octets = m.u8();
    o.transcript().field("byteCount", octets);
    boolean bits = function == WRITE_MULTIPLE_COILS;
    if (m.ok() && octets != (bits ? quantity + 7 >> 3 : 2 * quantity)) {
      o.flaw(x, CLAUSE[function], "byteCount", at, m.wireLength());
    }
    o.transcript().octets(bits ? "outputsValue" : "registersValue", m, octets);
    if (octets > m.remaining()) {
      m.fail();
      return null;
    }
    if (quantity == 1 && octets == (bits ? 1 : 2)) {
      return bits ? new Value.Bool((m.u8() & 1) != 0) : new Value.Num(m.u16());
    }
    byte[] kept = m.bytes(Math.min(octets, 64));
    m.skip(octets - kept.length);
    return new Value.Octets(kept, octets);
  }

  private static void readWriteMultipleRegisters(
      Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int readAddress, int readCount) {
    int address = address(m, o, "writeStartingAddress");
    int count = quantity(m, x, o, "quantityToWrite", READ_WRITE_MULTIPLE_REGISTERS, 121);
    Value value = values(m, x, o, READ_WRITE_MULTIPLE_REGISTERS, count);
    if (m.ok() && value != null) {
      act(x, o, key, unit, whom, Verb.WRITE, READ_WRITE_MULTIPLE_REGISTERS, new Point.Modbus("holding-register", address,
          Math.max(1, count)), value, "reads " + new Point.Modbus("holding-register", readAddress, Math.max(1, readCount)).text());
    }
  }

  /**
   * AP 6.14, 6.15: sub-requests of reference type 6, file, record, length, and with a write the record data. Each write is an act of its
   * own; returns how many.
   */
  private static int fileRecords(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int function) {
    Transcript t = o.transcript();
    int octets = m.u8();
    t.field("byteCount", octets);
    if (octets > m.remaining()) {
      m.fail();
      return 0;
    }
    int start = m.position();
    int n = 0;
    while (m.ok() && m.position() - start < octets) {
      t.begin("subRequest");
      int at = m.position();
      int type = m.u8();
      int file = m.u16();
      int record = m.u16();
      int registers = m.u16();
      t.field("referenceType", type);
      t.field("fileNumber", file);
      t.field("recordNumber", record);
      t.field("recordLength", registers);
      if (function == WRITE_FILE_RECORD) {
        t.octets("recordData", m, 2 * registers);
        m.skip(2 * registers);
      }
      t.close();
      if (m.ok() && type != 6) {
        o.flaw(x, CLAUSE[function], "referenceType", at, m.wireLength());
      }
      long digest = ((long) whom.hashCode() << 32) ^ ((long) file << 40) ^ (long) record << 16 ^ registers;
      if (m.ok() && (function == WRITE_FILE_RECORD || x.news(x.source(), NEWS_BLOCK, digest, READ_AGAIN_SECONDS))) {
        act(x, o, key ^ (long) n << 32, unit, whom, function == WRITE_FILE_RECORD ? Verb.WRITE : Verb.READ, function,
            new Point.Modbus("file", record, Math.max(1, registers)), null, "file " + file);
      }
      n++;
    }
    return n;
  }

  /** AP 6.8: sub-function 4 silences the device and has no answer. */
  private static int diagnostics(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    int sub = m.u16();
    Transcript t = o.transcript();
    t.field("subFunction", sub);
    if (t.on()) {
      t.field("subFunctionName", SUBFUNCTIONS.of(sub));
    }
    int data = m.remaining() >= 2 ? m.peek(0) << 8 | m.peek(1) : 0;
    t.octets("data", m, m.remaining());
    m.skip(m.remaining());
    if (m.ok()) {
      switch (sub) {
        case 1 -> act(x, o, key, unit, whom, Verb.RESTART, DIAGNOSTICS, null, null,
            data == 0xFF00 ? "Restart Communications Option, clears the event log" : "Restart Communications Option");
        case 3 -> act(x, o, key, unit, whom, Verb.CONFIGURE, DIAGNOSTICS, null, null, "Change ASCII Input Delimiter");
        case 4 -> act(x, o, 0, unit, whom, Verb.DISABLE, DIAGNOSTICS, null, null, "Force Listen Only Mode");
        case 10, 20 -> act(x, o, key, unit, whom, Verb.COMMAND, DIAGNOSTICS, null, null, SUBFUNCTIONS.of(sub));
        default -> read(m, x, o, key, unit, whom, DIAGNOSTICS, -1, sub);
      }
    }
    return sub;
  }

  /** AP 6.19 to 6.21. */
  private static void encapsulatedInterfaceRequest(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    Transcript t = o.transcript();
    int mei = m.u8();
    t.field("meiType", mei);
    if (mei == READ_DEVICE_IDENTIFICATION) {
      int code = m.u8();
      int object = m.u8();
      t.field("readDeviceIdCode", code);
      t.field("objectId", object);
      if (m.ok() && (code < 1 || code > 4)) {
        o.flaw(x, DEVICE_IDENTIFICATION, "readDeviceIdCode", 9, m.wireLength());
      }
      discover(m, x, o, key, unit, whom, ENCAPSULATED_INTERFACE, "Read Device Identification");
    } else {
      t.octets("meiData", m, m.remaining());
      m.skip(m.remaining());
    }
  }

  /** Schneider's own function 90, after what is publicly known of it; no standard describes it. Session octet, then the UMAS function. */
  private static int umas(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    int session = m.u8();
    int function = m.u8();
    o.transcript().field("umasSession", session);
    o.transcript().field("umasFunction", function);
    o.transcript().octets("umasData", m, m.remaining());
    m.skip(m.remaining());
    if (m.ok()) {
      switch (function) {
        case 0x10 -> act(x, o, key, unit, whom, Verb.REGISTER, UMAS, null, null, "UMAS 0x10 take PLC reservation");
        case 0x21, 0x23 -> act(x, o, key, unit, whom, Verb.WRITE, UMAS, null, null, "UMAS write of memory or variables");
        case 0x30 -> act(x, o, key, unit, whom, Verb.DOWNLOAD, UMAS, null, null, "UMAS 0x30 initialize download");
        case 0x32 -> act(x, o, key, unit, whom, Verb.DOWNLOAD, UMAS, null, null, "UMAS 0x32 end download");
        case 0x33 -> act(x, o, key, unit, whom, Verb.UPLOAD, UMAS, null, null, "UMAS 0x33 initialize upload");
        case 0x40 -> act(x, o, key, unit, whom, Verb.COMMAND, UMAS, null, null, "UMAS 0x40 start PLC");
        case 0x41 -> act(x, o, key, unit, whom, Verb.COMMAND, UMAS, null, null, "UMAS 0x41 stop PLC");
        default -> read(m, x, o, key, unit, whom, UMAS, -1, function);
      }
    }
    return function;
  }

  /** Reports an act that awaits its answer; with key 0 one that has none. */
  private static void act(Exchange x, Observer o, long key, int unit, Endpoint whom, Verb verb, int function, @Nullable Point point,
      @Nullable Value value, String detail) {
    act(x, o, key, unit, whom, verb, function, point, value, detail, 1);
  }

  private static void act(Exchange x, Observer o, long key, int unit, Endpoint whom, Verb verb, int function, @Nullable Point point,
      @Nullable Value value, String detail, int points) {
    Stamp stamp = x.stamp();
    String said = unit != 0 ? detail : detail.isEmpty() ? "unit 0" : "unit 0, " + detail;
    Outcome outcome = key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING;
    Act act = new Act(stamp, x.source(), "modbus", CLAUSE[function], stamp.seq() + "." + stamp.n(), whom, x.serverPort(), verb,
        FUNCTION[function], point, value, 0, said, points, outcome);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }

  /** MT 4.4.2.2: 0xFF, and 0, mean the server itself. */
  static Endpoint unit(Exchange x, Endpoint server, int unit) {
    return unit == 0 || unit == 255 ? server : x.endpoints().modbus(server, unit);
  }
}
