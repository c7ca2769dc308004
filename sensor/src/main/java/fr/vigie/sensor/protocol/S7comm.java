package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * S7 communication of Siemens controllers over TPKT (RFC 1006) and COTP (ITU-T X.224), with S7comm-plus recognised. No public standard
 * describes S7; the layout is the one that public analyses agree on, and Wireshark's dissector confirms it.
 *
 * <pre>
 * | 3 | 0 | length u16 |                                                                                     RFC 1006 §6
 * | length u8 | type u8: 0xE0 connect, 0xD0 confirm, 0xF0 data | … |                                         X.224 §13
 * | 0x32 | rosctr u8 | 0 u16 | reference u16 | parameters u16 | data u16 | error class u8, code u8 (rosctr 2, 3) | parameters | data |
 * | 0x72 | version u8 | length u16 | … |                                                                     S7comm-plus
 * </pre>
 */
final class S7comm implements Dissector {
  static final int PORT = 102;

  private static final Cite TPKT = new Cite("RFC 1006", "6");
  private static final Cite CONNECTION = new Cite("ITU-T X.224", "13.3");
  private static final Cite HEADER = new Cite("S7 communication", "header");
  private static final Cite VARIABLES = new Cite("S7 communication", "Read Var and Write Var");
  private static final Cite BLOCKS = new Cite("S7 communication", "blocks");
  private static final Cite CONTROL = new Cite("S7 communication", "PI service and PLC Stop");

  private static final int CONNECT_REQUEST = 0xE0;
  private static final int CONNECT_CONFIRM = 0xD0;
  private static final int DISCONNECT_REQUEST = 0x80;
  private static final int DATA = 0xF0;

  private static final int S7 = 0x32;
  private static final int S7_PLUS = 0x72;

  private static final int JOB = 1;
  private static final int ACK = 2;
  private static final int ACK_DATA = 3;
  private static final int USERDATA = 7;

  private static final int READ = 0x04;
  private static final int WRITE = 0x05;

  private static final int NEWS_READ = 1;
  private static final int NEWS_CONNECT = 2;
  static final int AGAIN_SECONDS = 600;

  private static final Observer.PointMaker POINT = S7comm::point;
  private static final Outcome REFUSED = Outcome.error("refused");
  private static final Outcome[] RETURNED = new Outcome[256];
  private static final Outcome[] CLASSES = new Outcome[256];

  static {
    Arrays.setAll(RETURNED, i -> Outcome.error(returned(i)));
    Arrays.setAll(CLASSES, i -> Outcome.error("error class 0x" + HexFormat.of().toHexDigits((byte) i)));
  }

  @Override
  public String name() {
    return "s7comm";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("S7comm", "no public standard; TPKT of RFC 1006, COTP of ITU-T X.224",
        "variables, blocks, PI services, stop, clock, identification lists; S7comm-plus is named",
        "passwords; contents of blocks; S7comm-plus beyond its head",
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

  @Override
  public boolean secrets() {
    return true;
  }

  /** MMS and others share TPKT: the connect must name a Siemens access point, data must begin with S7's own octet. */
  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (m.at(0) != 3 || have > 1 && m.at(1) != 0) {
      return NOT_MINE;
    }
    if (have < 6) {
      return MORE;
    }
    int length = m.at(2) << 8 | m.at(3);
    int type = m.at(5) & 0xF0;
    if (length < 7 || m.at(4) > length - 5 || m.at(4) < 2) {
      return NOT_MINE;
    }
    if (x.recognised()) {
      return length;
    }
    return switch (type) {
      case DATA -> {
        if (length < 17) {
          yield NOT_MINE;
        }
        if (have < 9) {
          yield MORE;
        }
        int rosctr = m.at(8);
        boolean s7 = m.at(7) == S7 && (rosctr >= JOB && rosctr <= ACK_DATA || rosctr == USERDATA);
        yield m.at(4) == 2 && (s7 || m.at(7) == S7_PLUS && (rosctr <= 3 || rosctr == 0xFE)) ? length : NOT_MINE;
      }
      case CONNECT_REQUEST, CONNECT_CONFIRM -> {
        if (x.serverPort() != PORT || length > 256) {
          yield NOT_MINE;
        }
        yield have < length && !m.cut() ? MORE : siemens(m, Math.min(have, length)) ? length : NOT_MINE;
      }
      default -> NOT_MINE;
    };
  }

  /** X.224 §13.3.4: parameters {@code | code u8 | length u8 | … |}; 0xC1 and 0xC2 are the calling and called access points. */
  private static boolean siemens(Cursor m, int end) {
    int at = 11;
    while (at + 2 < end) {
      int length = m.at(at + 1);
      int first = m.at(at + 2);
      if (m.at(at) == 0xC1 && length == 2 && first == 0) {
        // no connection type of S7 begins with 0: IEC 61850's access points do
        return false;
      }
      if (m.at(at) == 0xC2 && length == 2 && first >= 1 && first <= 3 && m.at(at + 3) < 0x80
          || (m.at(at) == 0xC1 || m.at(at) == 0xC2) && length > 8 && first == 'S' && m.at(at + 3) == 'I' && m.at(at + 8) == 'C') {
        return true;
      }
      at += 2 + length;
    }
    return false;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    m.skip(2);
    int length = m.u16();
    int header = m.u8();
    t.message("s7comm", "cotp");
    t.field("length", length);
    if (length != m.wireLength() || m.cut()) {
      // half a message: nothing in it is sure
      m.fail();
    }
    long inner = m.enter(header);
    int type = m.u8();
    t.field("pduType", type & 0xF0);
    boolean last = true;
    if (type == DATA) {
      last = (m.u8() & 0x80) != 0;
    } else if ((type & 0xF0) == CONNECT_REQUEST || (type & 0xF0) == CONNECT_CONFIRM) {
      m.skip(5);
      parameters(m, o);
    }
    m.leave(inner);
    if (m.ok()) {
      switch (type & 0xF0) {
        case CONNECT_REQUEST -> {
          operation(o, "connect");
          if (x.news(x.source(), NEWS_CONNECT, x.target().hashCode(), AGAIN_SECONDS)) {
            o.request(x.flow(), Acts.pending(x, "s7comm", CONNECTION, Verb.CONNECT, "COTP connect", null, null, ""));
          }
        }
        case CONNECT_CONFIRM -> {
          operation(o, "confirm");
          o.outcome(x.flow(), Outcome.OK);
        }
        case DISCONNECT_REQUEST -> {
          operation(o, "disconnect");
          o.outcome(x.flow(), REFUSED);
        }
        case DATA -> data(m, x, o, last);
        default -> operation(o, "cotp");
      }
    }
    if (m.ok() && m.remaining() > 0) {
      t.octets("data", m, m.remaining());
      m.skip(m.remaining());
    }
    t.end();
  }

  static void operation(Observer o, String name) {
    o.transcript().operation(name);
    o.operation(name);
  }

  private static void parameters(Cursor m, Observer o) {
    while (m.ok() && m.remaining() > 0) {
      int code = m.u8();
      int length = m.u8();
      o.transcript().octets(code == 0xC0 ? "tpduSize" : code == 0xC1 ? "callingTsap" : code == 0xC2 ? "calledTsap" : "parameter", m,
          Math.min(length, m.remaining()));
      m.skip(length);
    }
  }

  private static void data(Cursor m, Exchange x, Observer o, boolean last) {
    int protocol = m.remaining() == 0 ? 0 : m.peek(0);
    if (protocol == S7) {
      pdu(m, x, o, last);
    } else if (protocol == S7_PLUS) {
      S7Plus.read(m, x, o);
    } else {
      operation(o, "data");
    }
  }

  // ---- S7comm

  private static void pdu(Cursor m, Exchange x, Observer o, boolean last) {
    Transcript t = o.transcript();
    m.skip(1);
    int rosctr = m.u8();
    m.skip(2);
    int reference = m.u16();
    int parameters = m.u16();
    int data = m.u16();
    t.field("rosctr", rosctr);
    t.field("pduReference", reference);
    int error = 0;
    if (rosctr == ACK || rosctr == ACK_DATA) {
      error = m.u16();
      t.field("errorClass", error >>> 8);
      t.field("errorCode", error & 0xFF);
    }
    if (m.ok() && last && parameters + data != m.wireRemaining()) {
      o.flaw(x, HEADER, "length", m.position(), m.wireLength());
    }
    long key = x.flow() * 0x9E3779B97F4A7C15L ^ reference;
    int at = m.position();
    long outer = m.enter(parameters);
    switch (rosctr) {
      case JOB -> job(m, x, o, key, at + parameters, data, outer);
      case ACK, ACK_DATA -> acknowledged(m, x, o, key, error, outer);
      case USERDATA -> S7UserData.read(m, x, o, key, outer);
      default -> {
        operation(o, "unknown");
        o.flaw(x, HEADER, "rosctr", 8, m.wireLength());
      }
    }
  }

  /** Function names of jobs and their answers. */
  private static String function(int code) {
    return switch (code) {
      case 0x00 -> "CPU services";
      case READ -> "Read Var";
      case WRITE -> "Write Var";
      case 0x1A -> "Request download";
      case 0x1B -> "Download block";
      case 0x1C -> "Download ended";
      case 0x1D -> "Start upload";
      case 0x1E -> "Upload";
      case 0x1F -> "End upload";
      case 0x28 -> "PI service";
      case 0x29 -> "PLC Stop";
      case 0xF0 -> "Setup communication";
      default -> "function";
    };
  }

  private static void job(Cursor m, Exchange x, Observer o, long key, int dataAt, int data, long outer) {
    Transcript t = o.transcript();
    int code = m.u8();
    t.field("function", code);
    if (!m.ok()) {
      return;
    }
    String name = function(code);
    operation(o, name);
    switch (code) {
      case READ, WRITE -> variables(m, x, o, key, code == WRITE, dataAt, data, outer);
      case 0xF0 -> {
        m.skip(1);
        t.field("maxAmqCalling", m.u16());
        t.field("maxAmqCalled", m.u16());
        t.field("pduLength", m.u16());
        m.leave(outer);
      }
      case 0x1A -> block(m, x, o, key, name, Verb.DOWNLOAD, outer);
      case 0x1D -> block(m, x, o, key, name, Verb.UPLOAD, outer);
      case 0x28, 0x29 -> control(m, x, o, key, name, code, outer);
      default -> {
        m.skip(m.remaining());
        m.leave(outer);
      }
    }
  }

  /**
   * {@code | items u8 | { 0x12 | length u8 | syntax u8 = 0x10 | type u8 | count u16 | DB u16 | area u8 | address u24 (bits) } |}; a write carries
   * for each item {@code | 0 | type u8 | length u16 | value |} in the data, at even places.
   */
  private static void variables(Cursor m, Exchange x, Observer o, long key, boolean write, int dataAt, int data, long outer) {
    Transcript t = o.transcript();
    int items = m.u8();
    t.field("itemCount", items);
    int value = dataAt;
    long firstA = -1;
    long firstB = -1;
    for (int i = 0; i < items && m.ok(); i++) {
      t.begin("item");
      m.skip(1);
      int length = m.u8();
      int next = m.position() + length;
      int syntax = m.u8();
      t.field("syntaxId", syntax);
      long a = -1;
      long b = 0;
      if (syntax == 0x10 && length == 10) {
        int type = m.u8();
        int count = m.u16();
        int db = m.u16();
        int area = m.u8();
        int address = m.u24();
        t.field("transportSize", type);
        t.field("count", count);
        t.field("area", area);
        t.field("db", db);
        t.field("address", address);
        a = (long) area << 16 | db;
        b = (long) address << 24 | (long) type << 16 | count;
      } else if (length > 0) {
        m.skip(length - 1);
      }
      t.close();
      if (i + 1 < items && (length & 1) != 0) {
        next++;
      }
      m.seek(next);
      if (!m.ok()) {
        return;
      }
      if (i == 0) {
        firstA = a;
        firstB = b;
      }
      if (write) {
        long narrow = m.position();
        m.leave(outer);
        value = written(m, x, o, key ^ (long) i << 48, a, b, value, dataAt + data);
        m.seek((int) narrow);
        m.enter(Math.max(0, dataAt - (int) narrow));
      } else if (x.news(x.source(), NEWS_READ, (a * 31 + b) * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
        o.request(key ^ (long) i << 48,
            Acts.pending(x, "s7comm", VARIABLES, Verb.READ, "Read Var", a < 0 ? null : point(a, b), null, ""));
      }
    }
    m.leave(outer);
    if (m.ok()) {
      x.remember(key, firstA, items == 1 ? firstB : -1);
      // the last value has no octet behind it that makes its place even
      m.seek(Math.min(m.length(), Math.max(m.position(), value)));
    }
  }

  /** One value of a write; returns where the next one stands. */
  private static int written(Cursor m, Exchange x, Observer o, long key, long a, long b, int at, int end) {
    m.seek(at);
    o.transcript().field("returnCode", m.u8());
    int type = m.u8();
    int length = octets(type, m.u16());
    if (length > m.remaining() || m.position() + length > end) {
      m.fail();
      return at;
    }
    o.transcript().octets("value", m, length);
    int start = m.position();
    if (m.ok()) {
      int declared = (int) (b >>> 16) & 0xFF;
      double number = number(m, a < 0 ? 0 : declared, length);
      Value value = Double.isNaN(number) ? new Value.Octets(m.bytes(Math.min(length, 64)), length) : new Value.Num(number);
      o.request(key, Acts.pending(x, "s7comm", VARIABLES, Verb.WRITE, "Write Var", a < 0 ? null : point(a, b), value, ""));
    }
    return start + length + (length & 1);
  }

  /** Types 3, 4 and 5 of the data count bits, the others octets. */
  static int octets(int type, int length) {
    return type >= 3 && type <= 5 ? length + 7 >> 3 : length;
  }

  /** A single value by the type of its item (1 bit, 2 octet, 4 word, 5 integer, 6 and 7 double, 8 real), or NaN; does not move. */
  private static double number(Cursor m, int type, int length) {
    int two = m.peek(0) << 8 | m.peek(1);
    int four = two << 16 | m.peek(2) << 8 | m.peek(3);
    return switch (type) {
      case 1 -> length == 1 ? m.peek(0) & 1 : Double.NaN;
      case 2 -> length == 1 ? m.peek(0) : Double.NaN;
      case 4 -> length == 2 ? two : Double.NaN;
      case 5 -> length == 2 ? (short) two : Double.NaN;
      case 6 -> length == 4 ? four & 0xFFFFFFFFL : Double.NaN;
      case 7 -> length == 4 ? four : Double.NaN;
      case 8 -> length == 4 ? Float.intBitsToFloat(four) : Double.NaN;
      default -> Double.NaN;
    };
  }

  /** {@code DB12.DBW4}, {@code M10.3}, {@code QB0}: as Step 7 writes them; more than one of a type with their number in brackets. */
  private static Point point(long a, long b) {
    int area = (int) (a >>> 16);
    int type = (int) (b >>> 16) & 0xFF;
    int count = (int) b & 0xFFFF;
    int address = (int) (b >>> 24);
    String size = switch (type) {
      case 1 -> "X";
      case 4, 5 -> "W";
      case 6, 7, 8 -> "D";
      default -> "B";
    };
    StringBuilder s = new StringBuilder();
    switch (area) {
      case 0x81 -> s.append('I');
      case 0x82 -> s.append('Q');
      case 0x83 -> s.append('M');
      case 0x84 -> s.append("DB").append(a & 0xFFFF).append(".DB");
      case 0x85 -> s.append("DI").append(a & 0xFFFF).append(".DI");
      case 0x1C -> s.append('C');
      case 0x1D -> s.append('T');
      default -> s.append("area ").append(area).append(' ');
    }
    boolean counted = area == 0x1C || area == 0x1D;
    if (counted) {
      s.append(address);
    } else {
      boolean bit = type == 1;
      s.append(bit && area < 0x84 ? "" : size).append(address >>> 3);
      if (bit) {
        s.append('.').append(address & 7);
      }
    }
    if (count > 1) {
      s.append('[').append(count).append(']');
    }
    return new Point.Named("s7", s.toString());
  }

  /** {@code | function | status u8 | 2 | 4 | length u8 | file name |}. */
  private static void block(Cursor m, Exchange x, Observer o, long key, String name, Verb verb, long outer) {
    m.skip(7);
    int length = m.u8();
    String file = m.text(length, StandardCharsets.US_ASCII);
    o.transcript().field("fileName", file);
    m.skip(m.remaining());
    m.leave(outer);
    if (m.ok()) {
      o.request(key, Acts.pending(x, "s7comm", BLOCKS, verb, name, new Point.Named("block", file), null, ""));
    }
  }

  /** PI service: {@code | 7 | length u16 | block | length u8 | service |}; stop: {@code | 5 | length u8 | service |}. */
  private static void control(Cursor m, Exchange x, Observer o, long key, String name, int code, long outer) {
    m.skip(code == 0x28 ? 7 : 5);
    if (code == 0x28) {
      m.skip(m.u16());
    }
    String service = m.text(m.u8(), StandardCharsets.US_ASCII);
    o.transcript().field("service", service);
    m.skip(m.remaining());
    m.leave(outer);
    if (m.ok()) {
      Verb verb = switch (service) {
        case "_INSE" -> Verb.DOWNLOAD;
        case "_DELE" -> Verb.DELETE;
        default -> Verb.COMMAND;
      };
      o.request(key, Acts.pending(x, "s7comm", CONTROL, verb, name, null, null, service));
    }
  }

  private static void acknowledged(Cursor m, Exchange x, Observer o, long key, int error, long outer) {
    Transcript t = o.transcript();
    if (m.remaining() == 0) {
      m.leave(outer);
      operation(o, "acknowledge");
      o.outcome(key, refused(error));
      return;
    }
    int code = m.u8();
    t.field("function", code);
    operation(o, function(code));
    boolean variables = code == READ || code == WRITE;
    int items = variables ? m.u8() : 0;
    if (variables) {
      t.field("itemCount", items);
    }
    if (code == 0xF0) {
      m.skip(1);
      t.field("maxAmqCalling", m.u16());
      t.field("maxAmqCalled", m.u16());
      t.field("pduLength", m.u16());
    }
    m.leave(outer);
    if (!m.ok()) {
      return;
    }
    if (error != 0 || !variables) {
      o.outcome(key, refused(error));
      return;
    }
    boolean asked = x.recall(key);
    long a = x.recalledA();
    long b = x.recalledB();
    for (int i = 0; i < items && m.ok(); i++) {
      int result = m.u8();
      t.field("returnCode", result);
      int at = m.position();
      if (code == READ) {
        int type = m.u8();
        int length = octets(type, m.u16());
        t.octets("value", m, Math.min(length, m.remaining()));
        if (m.ok() && result == 0xFF && asked && items == 1 && b >= 0 && (b & 0xFFFF) == 1 && a >= 0) {
          double number = number(m, (int) (b >>> 16) & 0xFF, length);
          if (!Double.isNaN(number) && length <= m.remaining()) {
            o.reading(x, x.source(), a, b, POINT, number, null, true, false);
          }
        }
        m.skip(length);
        if (i + 1 < items && (length & 1) != 0) {
          m.skip(1);
        }
      }
      if (m.ok()) {
        o.outcome(key ^ (long) i << 48, result == 0xFF ? Outcome.OK : RETURNED[result]);
      } else if (at > m.length()) {
        return;
      }
    }
  }

  private static String returned(int code) {
    return switch (code) {
      case 0x01 -> "hardware fault";
      case 0x03 -> "access not allowed";
      case 0x05 -> "address out of range";
      case 0x06 -> "data type not supported";
      case 0x07 -> "data type inconsistent";
      case 0x0A -> "object does not exist";
      default -> "return code " + code;
    };
  }

  /** The class of a header's error says what kind it is; the code behind it is in the transcript. */
  static Outcome refused(int error) {
    return error == 0 ? Outcome.OK : CLASSES[error >>> 8];
  }

  @Override
  public Cite cite() {
    return TPKT;
  }
}
