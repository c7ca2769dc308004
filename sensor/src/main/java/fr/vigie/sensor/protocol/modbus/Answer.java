package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The answers of {@link Modbus}: read with what {@link Exchange#recall} still knows of the request, because an answer alone says neither
 * address nor quantity. MODBUS Application Protocol V1.1b3, clauses 6 and 7.
 */
final class Answer {
  private static final Cite EXCEPTION = new Cite(Functions.AP, "7");
  private static final Names EXCEPTIONS = Names.load("modbus/exception_codes.tsv", "exception");
  private static final Names OBJECTS = Names.load("modbus/device_id_objects.tsv", "object");
  private static final String[] EXCEPTION_NAME = new String[256];
  private static final Outcome[] ERROR = new Outcome[256];

  static {
    Arrays.setAll(EXCEPTION_NAME, EXCEPTIONS::of);
    Arrays.setAll(ERROR, code -> Outcome.error(EXCEPTION_NAME[code]));
  }

  private static final int NEWS_IDENTITY = 3;
  private static final int NEWS_SERVER_ID = 4;

  private final Values values;
  private Outcome umas = Outcome.OK;

  Answer(Values values) {
    this.values = values;
  }

  void dissect(Cursor m, Exchange x, Observer o, long key, int unit, int code) {
    boolean paired = x.recall(key);
    long asked = paired ? x.recalledA() : 0;
    int function = code & 0x7F;
    int askedFunction = (int) (asked >>> 32);
    int address = paired ? (int) (asked >>> 16) & 0xFFFF : -1;
    int count = paired ? (int) asked & 0xFFFF : -1;
    if (paired && askedFunction != function) {
      o.flaw(x, Functions.PDU, "function", m.position() - 1, m.wireLength());
      address = -1;
      count = -1;
    }
    Outcome outcome = Outcome.OK;
    if (code > 0x80) {
      int exception = m.u8();
      o.transcript().field("exceptionCode", exception);
      o.transcript().field("exceptionName", EXCEPTION_NAME[exception]);
      outcome = ERROR[exception];
      if (m.ok() && EXCEPTIONS.find(exception) == null) {
        o.flaw(x, EXCEPTION, "exceptionCode", m.position() - 1, m.wireLength());
      }
      o.operation("exception");
    } else {
      umas = Outcome.OK;
      body(m, x, o, unit, function, address, count);
      outcome = umas;
    }
    if (m.ok()) {
      int acts = paired && askedFunction == Functions.WRITE_FILE_RECORD || askedFunction == Functions.READ_FILE_RECORD ? Math.max(1, count) : 1;
      for (int i = 0; i < acts && i < 64; i++) {
        o.outcome(key ^ (long) i << 32, outcome);
      }
    }
  }

  private void body(Cursor m, Exchange x, Observer o, int unit, int function, int address, int count) {
    switch (function) {
      case 1, 2, 3, 4 -> read(m, x, o, unit, function, address, count);
      case Functions.READ_WRITE_MULTIPLE_REGISTERS -> read(m, x, o, unit, function, address, count);
      case Functions.WRITE_SINGLE_COIL, Functions.WRITE_SINGLE_REGISTER -> {
        echo(m, x, o, function, "outputAddress", address);
        echo(m, x, o, function, "outputValue", -1);
      }
      case Functions.WRITE_MULTIPLE_COILS, Functions.WRITE_MULTIPLE_REGISTERS -> {
        echo(m, x, o, function, "startingAddress", address);
        echo(m, x, o, function, "quantity", count);
      }
      case Functions.MASK_WRITE_REGISTER -> {
        echo(m, x, o, function, "referenceAddress", address);
        echo(m, x, o, function, "andMask", -1);
        echo(m, x, o, function, "orMask", -1);
      }
      case Functions.READ_EXCEPTION_STATUS -> o.transcript().field("outputData", m.u8());
      case Functions.GET_COMM_EVENT_COUNTER -> {
        o.transcript().field("status", m.u16());
        o.transcript().field("eventCount", m.u16());
      }
      case Functions.REPORT_SERVER_ID -> reportServerId(m, x, o, unit);
      case Functions.ENCAPSULATED_INTERFACE -> encapsulatedInterface(m, x, o, unit);
      case Functions.GET_COMM_EVENT_LOG -> eventLog(m, x, o);
      case Functions.READ_FILE_RECORD -> fileRecords(m, x, o);
      case Functions.WRITE_FILE_RECORD -> {
        counted(m, x, o, function, m.u8());
        rest(m, o);
      }
      case Functions.READ_FIFO_QUEUE -> fifoQueue(m, x, o, unit);
      case Functions.DIAGNOSTICS -> Diagnostics.answer(m, x, o, address);
      case Functions.UMAS -> umas = Umas.answer(m, o);
      default -> rest(m, o);
    }
  }

  private static void rest(Cursor m, Observer o) {
    o.transcript().octets("data", m, m.remaining());
    m.skip(m.remaining());
  }

  /** AP 6.5, 6.6, 6.11, 6.12, 6.15, 6.16: the answer repeats the request. */
  private static void echo(Cursor m, Exchange x, Observer o, int function, String name, int asked) {
    int at = m.position();
    int said = m.u16();
    o.transcript().field(name, said);
    if (m.ok() && asked >= 0 && said != asked) {
      o.flaw(x, Functions.CLAUSE[function], name, at, m.wireLength());
    }
  }

  /** AP 6.10: status, counts, and the events, the last one first. */
  private static void eventLog(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    counted(m, x, o, Functions.GET_COMM_EVENT_LOG, m.u8());
    t.field("status", m.u16());
    t.field("eventCount", m.u16());
    t.field("messageCount", m.u16());
    t.octets("events", m, m.remaining());
    m.skip(m.remaining());
  }

  /** AP 6.14: for each sub-request its length, the reference type and the record. */
  private static void fileRecords(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    counted(m, x, o, Functions.READ_FILE_RECORD, m.u8());
    while (m.ok() && m.remaining() > 0) {
      t.begin("subResponse");
      int at = m.position();
      int octets = m.u8();
      t.field("fileResponseLength", octets);
      int type = m.u8();
      t.field("referenceType", type);
      t.octets("recordData", m, Math.max(0, octets - 1));
      t.close();
      if (m.ok() && (octets < 1 || type != 6)) {
        o.flaw(x, Functions.CLAUSE[Functions.READ_FILE_RECORD], octets < 1 ? "length" : "referenceType", at, m.wireLength());
      }
      m.skip(Math.max(0, octets - 1));
    }
  }

  /** AP 6.18: octets that follow, how many registers wait, and the registers, at most 31. */
  private void fifoQueue(Cursor m, Exchange x, Observer o, int unit) {
    counted(m, x, o, Functions.READ_FIFO_QUEUE, m.u16());
    int at = m.position();
    int waiting = m.u16();
    o.transcript().field("fifoCount", waiting);
    if (m.ok() && (waiting > 31 || m.remaining() != 2 * waiting && !m.cut())) {
      o.flaw(x, Functions.CLAUSE[Functions.READ_FIFO_QUEUE], "fifoCount", at, m.wireLength());
    }
    // the queue is no range of the table: its values have no addresses of their own
    values.tell(m, x, o, x.source(), unit, Table.HOLDING_REGISTER, -1, m.remaining() & ~1, -1, false);
    m.skip(m.remaining());
  }

  private static void counted(Cursor m, Exchange x, Observer o, int function, int octets) {
    o.transcript().field("byteCount", octets);
    if (m.ok() && octets != m.remaining() && !m.cut()) {
      o.flaw(x, Functions.CLAUSE[function], "byteCount", m.position(), m.wireLength());
    }
  }

  /** AP 6.1 to 6.4, 6.17: byte count and values, which must be as many as were asked for. */
  private void read(Cursor m, Exchange x, Observer o, int unit, int function, int address, int count) {
    Transcript t = o.transcript();
    int octets = m.u8();
    t.field("byteCount", octets);
    boolean bits = function <= 2;
    if (m.ok() && (count >= 0 && octets != (bits ? count + 7 >> 3 : 2 * count) || !bits && (octets & 1) != 0)) {
      o.flaw(x, Functions.CLAUSE[function], "byteCount", m.position() - 1, m.wireLength());
    }
    Table table = Functions.table(function);
    values.tell(m, x, o, x.source(), unit, table == null ? Table.HOLDING_REGISTER : table, address, octets, count, false);
    m.skip(octets);
  }

  /** AP 6.13: the content is the device's own business; text is kept as text. */
  private static void reportServerId(Cursor m, Exchange x, Observer o, int unit) {
    int octets = m.u8();
    o.transcript().field("byteCount", octets);
    o.transcript().octets("serverId", m, octets);
    long digest = m.digest(octets);
    Endpoint about = Pdu.unit(x, x.source(), unit);
    if (octets > m.remaining()) {
      m.fail();
    } else if (octets > 0 && x.news(about, NEWS_SERVER_ID, digest, Exchange.FOREVER)) {
      byte[] id = m.bytes(octets);
      String text = printable(id);
      o.claim(x, about, Trait.BANNER, "modbus-server-id=" + (text.length() >= 4 ? text : "0x" + HexFormat.of().formatHex(id)),
          Functions.CLAUSE[Functions.REPORT_SERVER_ID]);
    } else {
      m.skip(octets);
    }
  }

  private static String printable(byte[] octets) {
    StringBuilder s = new StringBuilder(octets.length);
    for (byte b : octets) {
      if (b >= 0x20 && b < 0x7F) {
        s.append((char) b);
      }
    }
    return s.toString().strip();
  }

  /** AP 6.21: conformity, more to follow, and the objects, each with its identifier and length. */
  private static void encapsulatedInterface(Cursor m, Exchange x, Observer o, int unit) {
    Transcript t = o.transcript();
    int mei = m.u8();
    t.field("meiType", mei);
    if (mei != Functions.READ_DEVICE_IDENTIFICATION) {
      rest(m, o);
      return;
    }
    t.field("readDeviceIdCode", m.u8());
    t.field("conformityLevel", m.u8());
    t.field("moreFollows", m.u8());
    t.field("nextObjectId", m.u8());
    int objects = m.u8();
    t.field("numberOfObjects", objects);
    Endpoint about = Pdu.unit(x, x.source(), unit);
    for (int i = 0; i < objects && m.ok(); i++) {
      int id = m.u8();
      int octets = m.u8();
      if (octets > m.remaining()) {
        m.fail();
        return;
      }
      boolean news = octets > 0 && x.news(about, NEWS_IDENTITY, m.digest(octets) * 31 + id, Exchange.FOREVER);
      if (!news && !t.on()) {
        m.skip(octets);
        continue;
      }
      String text = m.text(octets, StandardCharsets.UTF_8);
      t.field(OBJECTS.of(id), text);
      Trait trait = trait(id);
      if (news && trait != null && !text.isBlank()) {
        o.claim(x, about, trait, id == 3 ? "modbus-vendor-url=" + text : text.strip(), Functions.DEVICE_IDENTIFICATION);
      }
    }
  }

  /** AP 6.21, table of object identifiers; 4 and 5 say in words what the product code says in letters. */
  private static @Nullable Trait trait(int object) {
    return switch (object) {
      case 0 -> Trait.VENDOR;
      case 1, 5 -> Trait.MODEL;
      case 2 -> Trait.FIRMWARE;
      case 3 -> Trait.BANNER;
      case 4 -> Trait.DESCRIPTION;
      case 6 -> Trait.NAME;
      default -> null;
    };
  }
}
