package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * Requests: one act each that changes something, reads folded into the behaviour of who reads whom. What the answer will need is remembered,
 * because it says neither address nor quantity. MODBUS Application Protocol V1.1b3 (AP) clause 6.
 */
final class Request {
  /** What {@link Exchange#news} is asked about. */
  private static final int NEWS_READ = 1;

  private static final int NEWS_DISCOVER = 2;
  private static final int NEWS_BLOCK = 5;
  private static final int READ_AGAIN_SECONDS = 600;

  private final Values values;

  Request(Values values) {
    this.values = values;
  }

  void dissect(Cursor m, Exchange x, Observer o, long key, int unit, int function) {
    Endpoint whom = Pdu.unit(x, x.target(), unit);
    int address = -1;
    int count = 0;
    switch (function) {
      case Functions.READ_COILS, Functions.READ_DISCRETE_INPUTS, Functions.READ_HOLDING_REGISTERS, Functions.READ_INPUT_REGISTERS -> {
        address = address(m, o, "startingAddress");
        count = quantity(m, x, o, "quantity", function, function <= Functions.READ_DISCRETE_INPUTS ? 2000 : 125);
        read(m, x, o, key, unit, whom, function, address, count);
      }
      case Functions.WRITE_SINGLE_COIL -> {
        address = address(m, o, "outputAddress");
        writeSingleCoil(m, x, o, key, unit, whom, address);
      }
      case Functions.WRITE_SINGLE_REGISTER -> {
        address = address(m, o, "registerAddress");
        int value = m.peek(0) << 8 | m.peek(1);
        o.transcript().field("registerValue", value);
        values.tell(m, x, o, x.target(), unit, Table.HOLDING_REGISTER, address, 2, 1, true);
        m.skip(2);
        if (m.ok()) {
          act(x, o, key, unit, whom, Verb.WRITE, function, new Point.Modbus("holding-register", address, 1), new Value.Num(value), "");
        }
      }
      case Functions.DIAGNOSTICS -> address = Diagnostics.request(m, x, o, key, unit, whom);
      case Functions.WRITE_MULTIPLE_COILS, Functions.WRITE_MULTIPLE_REGISTERS -> {
        address = address(m, o, "startingAddress");
        count = quantity(m, x, o, "quantity", function, function == Functions.WRITE_MULTIPLE_COILS ? 1968 : 123);
        Value value = values(m, x, o, unit, function, address, count);
        if (m.ok() && value != null) {
          String table = function == Functions.WRITE_MULTIPLE_COILS ? "coil" : "holding-register";
          act(x, o, key, unit, whom, Verb.WRITE, function, new Point.Modbus(table, address, Math.max(1, count)), value, "");
        }
      }
      case Functions.MASK_WRITE_REGISTER -> {
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
      case Functions.READ_WRITE_MULTIPLE_REGISTERS -> {
        address = address(m, o, "readStartingAddress");
        count = quantity(m, x, o, "quantityToRead", function, 125);
        readWriteMultipleRegisters(m, x, o, key, unit, whom, address, count);
      }
      case Functions.READ_FILE_RECORD, Functions.WRITE_FILE_RECORD -> count = fileRecords(m, x, o, key, unit, whom, function);
      case Functions.READ_FIFO_QUEUE -> {
        address = address(m, o, "fifoPointerAddress");
        read(m, x, o, key, unit, whom, function, address, 1);
      }
      case Functions.REPORT_SERVER_ID -> discover(m, x, o, key, unit, whom, function, "");
      case Functions.ENCAPSULATED_INTERFACE -> encapsulatedInterfaceRequest(m, x, o, key, unit, whom);
      case Functions.UMAS -> address = Umas.request(m, x, o, key, unit, whom);
      case Functions.SCHNEIDER_FIRMWARE, Functions.SCHNEIDER_PROGRAMMING -> {
        if (m.ok()) {
          act(x, o, key, unit, whom, function == Functions.SCHNEIDER_FIRMWARE ? Verb.DOWNLOAD : Verb.COMMAND, function, null, null, "");
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
      o.flaw(x, Functions.CLAUSE[function], "quantity", at, m.wireLength());
    }
    return quantity;
  }

  static void read(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int function, int address, int count) {
    if (!m.ok()) {
      return;
    }
    if (address < 0) {
      boolean named = Functions.named(function) && function != Functions.UMAS;
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
    Table table = Functions.table(function);
    return table == null ? "holding-register" : table.text();
  }

  private static void discover(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int function, String detail) {
    long digest = ((long) whom.hashCode() << 32) ^ function;
    if (m.ok() && x.news(x.source(), NEWS_DISCOVER, digest, READ_AGAIN_SECONDS)) {
      act(x, o, key, unit, whom, Verb.DISCOVER, function, null, null, detail);
    }
  }

  /** AP 6.5: 0xFF00 is on, 0x0000 is off, nothing else is allowed. */
  private void writeSingleCoil(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int address) {
    int value = m.peek(0) << 8 | m.peek(1);
    boolean known = value == 0xFF00 || value == 0;
    o.transcript().field("outputValue", value);
    if (known && m.remaining() >= 2) {
      values.tell(m, x, o, x.target(), unit, Table.COIL, address, 1, 1, true);
    }
    m.skip(2);
    if (!m.ok()) {
      return;
    }
    if (!known) {
      o.flaw(x, Functions.CLAUSE[Functions.WRITE_SINGLE_COIL], "value", m.position() - 2, m.wireLength());
    }
    act(x, o, key, unit, whom, Verb.WRITE, Functions.WRITE_SINGLE_COIL, new Point.Modbus("coil", address, 1),
        known ? new Value.Bool(value != 0) : new Value.Num(value), "");
  }

  /** AP 6.11, 6.12: byte count and the values; a count that does not fit the quantity is a flaw, values cut short fail the cursor. */
  private @Nullable Value values(Cursor m, Exchange x, Observer o, int unit, int function, int address, int quantity) {
    int at = m.position();
    int octets = m.u8();
    o.transcript().field("byteCount", octets);
    boolean bits = function == Functions.WRITE_MULTIPLE_COILS;
    if (m.ok() && octets != (bits ? quantity + 7 >> 3 : 2 * quantity)) {
      o.flaw(x, Functions.CLAUSE[function], "byteCount", at, m.wireLength());
    }
    o.transcript().octets(bits ? "outputsValue" : "registersValue", m, octets);
    if (octets > m.remaining()) {
      m.fail();
      return null;
    }
    values.tell(m, x, o, x.target(), unit, bits ? Table.COIL : Table.HOLDING_REGISTER, address, octets, quantity, true);
    if (quantity == 1 && octets == (bits ? 1 : 2)) {
      return bits ? new Value.Bool((m.u8() & 1) != 0) : new Value.Num(m.u16());
    }
    byte[] kept = m.bytes(Math.min(octets, 64));
    m.skip(octets - kept.length);
    return new Value.Octets(kept, octets);
  }

  private void readWriteMultipleRegisters(
      Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom, int readAddress, int readCount) {
    int address = address(m, o, "writeStartingAddress");
    int count = quantity(m, x, o, "quantityToWrite", Functions.READ_WRITE_MULTIPLE_REGISTERS, 121);
    Value value = values(m, x, o, unit, Functions.READ_WRITE_MULTIPLE_REGISTERS, address, count);
    if (m.ok() && value != null) {
      act(x, o, key, unit, whom, Verb.WRITE, Functions.READ_WRITE_MULTIPLE_REGISTERS, new Point.Modbus("holding-register", address,
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
      if (function == Functions.WRITE_FILE_RECORD) {
        t.octets("recordData", m, 2 * registers);
        m.skip(2 * registers);
      }
      t.close();
      if (m.ok() && type != 6) {
        o.flaw(x, Functions.CLAUSE[function], "referenceType", at, m.wireLength());
      }
      long digest = ((long) whom.hashCode() << 32) ^ ((long) file << 40) ^ (long) record << 16 ^ registers;
      if (m.ok() && (function == Functions.WRITE_FILE_RECORD || x.news(x.source(), NEWS_BLOCK, digest, READ_AGAIN_SECONDS))) {
        act(x, o, key ^ (long) n << 32, unit, whom, function == Functions.WRITE_FILE_RECORD ? Verb.WRITE : Verb.READ, function,
            new Point.Modbus("file", record, Math.max(1, registers)), null, "file " + file);
      }
      n++;
    }
    return n;
  }

  /** AP 6.19 to 6.21. */
  private static void encapsulatedInterfaceRequest(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    Transcript t = o.transcript();
    int mei = m.u8();
    t.field("meiType", mei);
    if (mei == Functions.READ_DEVICE_IDENTIFICATION) {
      int code = m.u8();
      int object = m.u8();
      t.field("readDeviceIdCode", code);
      t.field("objectId", object);
      if (m.ok() && (code < 1 || code > 4)) {
        o.flaw(x, Functions.DEVICE_IDENTIFICATION, "readDeviceIdCode", m.position() - 2, m.wireLength());
      }
      discover(m, x, o, key, unit, whom, Functions.ENCAPSULATED_INTERFACE, "Read Device Identification");
    } else {
      t.octets("meiData", m, m.remaining());
      m.skip(m.remaining());
      if (m.ok()) {
        act(x, o, key, unit, whom, Verb.REQUEST, Functions.ENCAPSULATED_INTERFACE, null, null,
            mei == Functions.CANOPEN ? "CANopen General Reference" : "MEI type " + mei);
      }
    }
  }

  /** Reports an act that awaits its answer; with key 0 one that has none. */
  static void act(Exchange x, Observer o, long key, int unit, Endpoint whom, Verb verb, int function, @Nullable Point point,
      @Nullable Value value, String detail) {
    act(x, o, key, unit, whom, verb, function, point, value, detail, 1);
  }

  static void act(Exchange x, Observer o, long key, int unit, Endpoint whom, Verb verb, int function, @Nullable Point point,
      @Nullable Value value, String detail, int points) {
    Stamp stamp = x.stamp();
    String said = unit != 0 ? detail : detail.isEmpty() ? "unit 0" : "unit 0, " + detail;
    Outcome outcome = key == 0 ? Outcome.UNCONFIRMED : Outcome.PENDING;
    Act act = new Act(stamp, x.source(), "modbus", Functions.CLAUSE[function], stamp.seq() + "." + stamp.n(), whom, x.serverPort(), verb,
        Functions.NAME[function], point, value, 0, said, points, outcome);
    if (key == 0) {
      o.see(act);
    } else {
      o.request(key, act);
    }
  }
}
