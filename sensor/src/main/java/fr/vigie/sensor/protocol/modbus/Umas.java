package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Function 90: UMAS, by which Schneider's tools program its controllers. No standard describes it; names and codes are those that several
 * public analyses agree on, and only what they agree on is read: session, function, and whether the answer is good.
 *
 * <pre>
 * | session u8 | function u8 | … |          answer: | session u8 | 0xFE good or 0xFD bad | … |
 * </pre>
 *
 * <p>Not read: what the functions carry.
 */
final class Umas {
  private static final int GOOD = 0xFE;
  private static final int BAD = 0xFD;
  private static final Outcome REFUSED = Outcome.error("UMAS 0xfd");

  private static final Names NAMES = Names.load("modbus/umas_functions.tsv", "function");
  private static final String[] DETAIL = new String[256];

  static {
    Arrays.setAll(DETAIL, code -> "UMAS 0x" + String.format("%02x", code) + (NAMES.find(code) == null ? "" : " " + NAMES.of(code)));
  }

  private Umas() {}

  static int request(Cursor m, Exchange x, Observer o, long key, int unit, Endpoint whom) {
    int session = m.u8();
    int function = m.u8();
    Transcript t = o.transcript();
    t.field("umasSession", session);
    t.field("umasFunction", function);
    if (t.on()) {
      t.field("umasFunctionName", NAMES.of(function));
    }
    t.octets("umasData", m, m.remaining());
    m.skip(m.remaining());
    if (m.ok()) {
      Verb verb = verb(function);
      if (verb != null) {
        Request.act(x, o, key, unit, whom, verb, Functions.UMAS, null, null, DETAIL[function]);
      } else {
        Request.read(m, x, o, key, unit, whom, Functions.UMAS, -1, function);
      }
    }
    return function;
  }

  /** What a function does to the controller, or null where it only asks; of a transfer its begin and end, not each block. */
  private static @Nullable Verb verb(int function) {
    return switch (function) {
      case 0x10 -> Verb.REGISTER;
      case 0x11 -> Verb.DISCONNECT;
      case 0x21, 0x23, 0x25, 0x71 -> Verb.WRITE;
      case 0x30, 0x32 -> Verb.DOWNLOAD;
      case 0x33, 0x35 -> Verb.UPLOAD;
      case 0x40, 0x41 -> Verb.COMMAND;
      default -> null;
    };
  }

  static Outcome answer(Cursor m, Observer o) {
    Transcript t = o.transcript();
    t.field("umasSession", m.u8());
    int status = m.u8();
    t.field("umasStatus", status);
    t.octets("umasData", m, m.remaining());
    m.skip(m.remaining());
    return status == BAD ? REFUSED : status == GOOD ? Outcome.OK : Outcome.UNCONFIRMED;
  }
}
