package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * Function 8, diagnostics of the serial line, by its sub-functions (MODBUS Application Protocol V1.1b3 §6.8).
 *
 * <pre>
 * | sub-function u16 | data u16 (0: any number of octets, sent back) |
 * </pre>
 */
final class Diagnostics {
  static final int RETURN_QUERY_DATA = 0;
  static final int RESTART_COMMUNICATIONS = 1;
  static final int RETURN_DIAGNOSTIC_REGISTER = 2;
  static final int CHANGE_ASCII_DELIMITER = 3;
  static final int FORCE_LISTEN_ONLY = 4;
  static final int CLEAR_COUNTERS = 10;
  static final int CLEAR_OVERRUN = 20;

  private Diagnostics() {}

  /** Sub-function 4 silences the device and has no answer. */
  static int request(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    int sub = subFunction(m, o);
    int data = m.remaining() >= 2 ? m.peek(0) << 8 | m.peek(1) : 0;
    data(m, x, o, sub, null);
    if (m.ok()) {
      switch (sub) {
        case RESTART_COMMUNICATIONS -> Request.act(x, o, key, unit, whom, Verb.RESTART, Functions.DIAGNOSTICS, null, null,
            data == 0xFF00 ? "Restart Communications Option, clears the event log" : "Restart Communications Option");
        case CHANGE_ASCII_DELIMITER ->
            Request.act(x, o, key, unit, whom, Verb.CONFIGURE, Functions.DIAGNOSTICS, null, null, "Change ASCII Input Delimiter");
        case FORCE_LISTEN_ONLY -> Request.act(x, o, 0, unit, whom, Verb.DISABLE, Functions.DIAGNOSTICS, null, null, "Force Listen Only Mode");
        case CLEAR_COUNTERS, CLEAR_OVERRUN ->
            Request.act(x, o, key, unit, whom, Verb.COMMAND, Functions.DIAGNOSTICS, null, null, Functions.SUBFUNCTIONS.of(sub));
        default -> Request.read(m, x, o, key, unit, whom, Functions.DIAGNOSTICS, -1, sub);
      }
    }
    return sub;
  }

  /** The answer repeats the sub-function; counters and the register are its data. */
  static void answer(Cursor m, Exchange x, Observer o, int asked) {
    int at = m.position();
    int sub = subFunction(m, o);
    if (m.ok() && asked >= 0 && sub != asked) {
      o.flaw(x, Functions.CLAUSE[Functions.DIAGNOSTICS], "subFunction", at, m.wireLength());
    }
    data(m, x, o, sub, counter(sub));
  }

  private static int subFunction(Cursor m, Observer o) {
    int sub = m.u16();
    Transcript t = o.transcript();
    t.field("subFunction", sub);
    if (t.on()) {
      t.field("subFunctionName", Functions.SUBFUNCTIONS.of(sub));
    }
    return sub;
  }

  /** What the data of an answer is called, or null where it is an echo. */
  private static @Nullable String counter(int sub) {
    return switch (sub) {
      case RETURN_DIAGNOSTIC_REGISTER -> "diagnosticRegister";
      case 11 -> "busMessageCount";
      case 12 -> "busCommunicationErrorCount";
      case 13 -> "busExceptionErrorCount";
      case 14 -> "serverMessageCount";
      case 15 -> "serverNoResponseCount";
      case 16 -> "serverNakCount";
      case 17 -> "serverBusyCount";
      case 18 -> "busCharacterOverrunCount";
      default -> null;
    };
  }

  private static void data(Cursor m, Exchange x, Observer o, int sub, @Nullable String counter) {
    Transcript t = o.transcript();
    if (m.ok() && sub != RETURN_QUERY_DATA && Functions.SUBFUNCTIONS.find(sub) != null && m.remaining() != 2 && !m.cut()) {
      o.flaw(x, Functions.CLAUSE[Functions.DIAGNOSTICS], "length", m.position(), m.wireLength());
    }
    if (counter != null && m.remaining() == 2) {
      t.field(counter, m.u16());
    } else {
      t.octets("data", m, m.remaining());
      m.skip(m.remaining());
    }
  }
}
