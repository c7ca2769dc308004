package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;

/**
 * Modbus/TCP: MODBUS Application Protocol V1.1b3 (AP) over MODBUS Messaging on TCP/IP V1.0b (MT).
 *
 * <pre>
 * | transaction u16 | protocol u16 = 0 | length u16 = 2..254 | unit u8 | function u8 | data … |     MT 3.1.3
 * </pre>
 *
 * <p>Whom a unit identifier means (MT 4.4.2.2): 255 is the server itself, 0 is accepted for it too (and is a broadcast where the server
 * is a gateway to a serial line; acts then say so in their detail); any other value is a device behind the server, an endpoint below
 * its IP address. Register values are readings where the site's {@link RegisterMap} names them: only that gives them a meaning.
 */
public final class Modbus implements Dissector {
  /** The port of Modbus/TCP. */
  public static final int PORT = 502;

  /** AP 4.1: 253 octets of PDU and the unit identifier. */
  private static final int LONGEST = 254;

  /** Schneider's programming tool sends 255, and servers answer: read on the home port, and a flaw. */
  private static final int TOLERATED = 260;

  private final Pdu pdu;

  /** Modbus/TCP where nothing is known of the site. */
  public Modbus() {
    this(RegisterMap.NONE);
  }

  /** Modbus/TCP with what the site says of its registers. */
  public Modbus(RegisterMap registers) {
    pdu = new Pdu(registers);
  }

  @Override
  public String name() {
    return "modbus";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Modbus/TCP", "MODBUS Application Protocol V1.1b3; Messaging on TCP/IP V1.0b",
        "every public function with its sub-functions, requests paired with their answers, units behind gateways, device identification, CANopen"
            + " recognised; values by the site's register map; of UMAS (90) function, reservation and outcome",
        "the meaning of registers beyond the map; the contents of UMAS and other vendors' functions; Modbus over UDP and Modbus Security (TLS)",
        "tshark, fields; Zeek, rows");
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
    if (function >= Functions.EXCEPTION_BIT) {
      return length == 3 && Functions.named(function - Functions.EXCEPTION_BIT) && m.at(8) >= 1 && m.at(8) <= 11;
    }
    return switch (function) {
      case Functions.READ_COILS, Functions.READ_DISCRETE_INPUTS, Functions.READ_HOLDING_REGISTERS, Functions.READ_INPUT_REGISTERS ->
          length == 6 || length == 3 + m.at(8);
      case Functions.WRITE_SINGLE_COIL, Functions.WRITE_SINGLE_REGISTER, Functions.DIAGNOSTICS -> length == 6;
      case Functions.WRITE_MULTIPLE_COILS, Functions.WRITE_MULTIPLE_REGISTERS -> length == 6 || length == 7 + m.at(12);
      case Functions.REPORT_SERVER_ID -> length == 2 || length == 3 + m.at(8);
      case Functions.MASK_WRITE_REGISTER -> length == 8;
      case Functions.READ_WRITE_MULTIPLE_REGISTERS -> length == 3 + m.at(8) || length > 11 && (length & 1) == 1;
      case Functions.ENCAPSULATED_INTERFACE -> m.at(8) == Functions.READ_DEVICE_IDENTIFICATION;
      default -> false;
    };
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int transaction = m.u16();
    int protocol = m.u16();
    int length = m.u16();
    long outer = m.enter(length);
    int unit = m.u8();
    int code = m.u8();
    t.message("modbus", Functions.NAME[code & ~Functions.EXCEPTION_BIT]);
    t.field("transactionIdentifier", transaction);
    t.field("protocolIdentifier", protocol);
    t.field("length", length);
    t.field("unitIdentifier", unit);
    t.field("functionCode", code);
    if (m.ok()) {
      if (length > LONGEST) {
        o.flaw(x, Functions.PDU, "length", 4, m.wireLength());
      }
      boolean request = x.targetPort() == PORT || x.sourcePort() != PORT && x.fromClient();
      pdu.dissect(m, x, o, x.flow() * 0x9E3779B97F4A7C15L ^ transaction << 8 ^ unit, unit, code, request);
    }
    t.end();
    m.leave(outer);
  }
}
