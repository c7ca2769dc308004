package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.wire.Cursor;

/** What is the same in every frame: the function code and its data (MODBUS Application Protocol V1.1b3 §4.1). */
final class Pdu {
  private final Request request;
  private final Answer answer;

  Pdu(RegisterMap registers) {
    Values values = new Values(registers);
    request = new Request(values);
    answer = new Answer(values);
  }

  /**
   * Reads the data behind the function code.
   *
   * @param key what request and answer share
   */
  void dissect(Cursor m, Exchange x, Observer o, long key, int unit, int code, boolean asks) {
    int function = code & ~Functions.EXCEPTION_BIT;
    int at = m.position() - 1;
    o.operation(Functions.NAME[function]);
    if (code == 0) {
      o.flaw(x, Functions.PDU, "function", at, m.wireLength());
    }
    if (asks && code < Functions.EXCEPTION_BIT) {
      request.dissect(m, x, o, key, unit, function);
    } else if (!asks) {
      answer.dissect(m, x, o, key, unit, code);
    } else {
      o.flaw(x, Functions.PDU, "function", at, m.wireLength());
    }
    if (m.ok() && m.remaining() > 0) {
      o.transcript().octets("data", m, m.remaining());
      if (Functions.named(function) && function < Functions.UMAS) {
        o.flaw(x, Functions.CLAUSE[function], "length", m.position(), m.wireLength());
      }
    }
  }

  /** MT 4.4.2.2: 0xFF, and 0, mean the server itself. */
  static Endpoint unit(Exchange x, Endpoint server, int unit) {
    return unit == 0 || unit == 255 ? server : x.endpoints().modbus(server, unit);
  }
}
