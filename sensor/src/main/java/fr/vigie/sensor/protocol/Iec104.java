package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * IEC 60870-5-104:2006: telecontrol over TCP. The frames that count, supervise and start are here; what they carry is {@link Iec104Asdu}'s.
 *
 * <pre>
 * | 68 | length u8 | control, four octets | ASDU |                                                       5.1
 * I: | N(S) 15, 0 | N(R) 15, 0 |   S: | 01 00 | N(R) 15, 0 |   U: | function 6, 11 | 00 00 00 |
 * </pre>
 */
final class Iec104 implements Dissector {
  static final String STANDARD = "IEC 60870-5-104:2006";
  private static final Cite FORMAT = new Cite(STANDARD, "5.1");
  private static final Cite START = new Cite(STANDARD, "5.3");

  /** 7.1. */
  private static final int PORT = 2404;

  /** 5.1: control alone, and with the longest ASDU. */
  private static final int SHORTEST = 4;
  private static final int LONGEST = 253;

  /** 5.1, figure 8: one of these bits. */
  private static final int START_ACT = 0x07;
  private static final int START_CON = 0x0B;
  private static final int STOP_ACT = 0x13;
  private static final int STOP_CON = 0x23;
  private static final int TEST_ACT = 0x43;
  private static final int TEST_CON = 0x83;

  private final Iec104Asdu asdu = new Iec104Asdu();

  @Override
  public String name() {
    return "iec104";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("IEC 60870-5-104", STANDARD + ", IEC 60870-5-101:2003",
        "every frame and every type identification: values as readings with their quality, commands, setpoints, clock, resets and parameters as acts with their confirmation",
        "what files hold; the messages of IEC 60870-5-7 beyond their type",
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

  /** A start frame is six fixed octets, and an ASDU's length follows from its type and number. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public Cite cite() {
    return FORMAT;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (have > 0 && m.at(0) != 0x68 || have > 1 && (m.at(1) < SHORTEST || m.at(1) > LONGEST)) {
      return NOT_MINE;
    }
    int length = m.at(1) + 2;
    if (x.recognised() && have >= 2) {
      return length;
    }
    if (have < 6) {
      return m.cut() ? NOT_MINE : MORE;
    }
    if ((m.at(2) & 1) != 0) {
      boolean unnumbered = (m.at(2) & 2) != 0;
      boolean rest = unnumbered ? m.at(3) == 0 && m.at(4) == 0 && m.at(5) == 0 && function(m.at(2)) : m.at(2) == 1 && m.at(3) == 0 && (m.at(4) & 1) == 0;
      return length == 6 && rest && (unnumbered || x.serverPort() == PORT) ? length : NOT_MINE;
    }
    if ((m.at(4) & 1) != 0 || length < 12) {
      return NOT_MINE;
    }
    if (have < 8) {
      return m.cut() ? NOT_MINE : MORE;
    }
    return Iec104Asdu.fits(m.at(6), m.at(7), length - 12) ? length : NOT_MINE;
  }

  private static boolean function(int control) {
    return control == START_ACT || control == START_CON || control == STOP_ACT || control == STOP_CON || control == TEST_ACT || control == TEST_CON;
  }

  private static String name(int control) {
    return switch (control) {
      case START_ACT -> "STARTDT act";
      case START_CON -> "STARTDT con";
      case STOP_ACT -> "STOPDT act";
      case STOP_CON -> "STOPDT con";
      case TEST_ACT -> "TESTFR act";
      case TEST_CON -> "TESTFR con";
      default -> "unknown U frame";
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    t.message("iec104", "frame");
    m.skip(1);
    int length = m.u8();
    t.field("length", length);
    if (length + 2 != m.wireLength() || m.cut()) {
      // half a frame: nothing in it is sure
      m.fail();
    }
    int first = m.u16le();
    int second = m.u16le();
    if (!m.ok()) {
      t.end();
      return;
    }
    if ((first & 1) == 0) {
      t.field("frameType", 0);
      t.field("sendSequence", first >>> 1);
      t.field("receiveSequence", second >>> 1);
      asdu.read(m, x, o);
    } else if ((first & 2) == 0) {
      t.field("frameType", 1);
      t.field("receiveSequence", second >>> 1);
      t.operation("S");
      o.operation("S");
    } else {
      t.field("frameType", 3);
      t.field("function", first >>> 2 & 63);
      unnumbered(x, o, first & 0xFF);
    }
    if (m.remaining() > 0) {
      o.flaw(x, FORMAT, "length", m.position(), m.remaining());
      m.skip(m.remaining());
    }
    t.end();
  }

  /** 5.3: nothing is sent before STARTDT, by which a controlling station takes a connection into use. */
  private static void unnumbered(Exchange x, Observer o, int control) {
    String name = name(control);
    o.transcript().operation(name);
    o.operation(name);
    switch (control) {
      case START_ACT -> o.request(x.flow() ^ START_CON << 8, Acts.pending(x, "iec104", START, Verb.CONNECT, name, null, null, ""));
      case STOP_ACT -> o.request(x.flow() ^ STOP_CON << 8, Acts.pending(x, "iec104", START, Verb.DISCONNECT, name, null, null, ""));
      case START_CON, STOP_CON -> o.outcome(x.flow() ^ control << 8, Outcome.OK);
      case TEST_ACT, TEST_CON -> {
        // the line lives: 5.2
      }
      default -> o.flaw(x, FORMAT, "function", 2, 1);
    }
  }
}
