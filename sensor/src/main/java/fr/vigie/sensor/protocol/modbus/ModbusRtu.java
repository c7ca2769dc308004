package fr.vigie.sensor.protocol.modbus;

import fr.vigie.sensor.meaning.RegisterMap;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Sheet;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Crc;
import fr.vigie.sensor.wire.Cursor;

/**
 * Modbus RTU frames carried by TCP as they are, the way transparent serial servers do: MODBUS over Serial Line V1.02 (SL).
 *
 * <pre>
 * | unit u8 | function u8 | data … | CRC-16 u16, low octet first |     SL 2.5.1
 * </pre>
 *
 * <p>A serial line ends its frames by silence, which TCP does not carry: where a frame ends is told by its function and direction, and a flow is
 * taken for this protocol only where its check proves it. Once it is, a frame with a wrong check is a flaw and does nothing.
 *
 * <p>Not read: functions whose length their code does not tell (serial line diagnostics with other than two octets of data, vendors' functions), and ASCII framing.
 */
public final class ModbusRtu implements Dissector {
  private static final Cite CRC = new Cite("MODBUS over Serial Line V1.02", "2.5.1.2");

  /** SL 2.5.1: unit, 253 octets of PDU, CRC. */
  private static final int LONGEST = 256;

  /** SL 6.2.2. */
  private static final Crc CHECK = Crc.reflected(16, 0xA001, 0xFFFF, false);

  private final Pdu pdu;

  /** RTU over TCP where nothing is known of the site. */
  public ModbusRtu() {
    this(RegisterMap.NONE);
  }

  /** RTU over TCP with what the site says of its registers. */
  public ModbusRtu(RegisterMap registers) {
    pdu = new Pdu(registers);
  }

  @Override
  public String name() {
    return "modbus";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("Modbus RTU over TCP", "MODBUS over Serial Line V1.02 §2.5.1; MODBUS Application Protocol V1.1b3",
        "the same functions as over Modbus/TCP, whose length the function tells; recognised by its CRC on any port",
        "vendors' functions and ASCII framing; frames in flows whose first frames were not captured until one proves itself by its CRC",
        "tshark, fields");
  }

  @Override
  public Transport transport() {
    return Transport.TCP;
  }

  /** Serial servers listen on ports of their makers' choice. */
  @Override
  public int[] ports() {
    return new int[] {};
  }

  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    if (have < 2) {
      return have == 0 || m.at(0) <= 247 ? MORE : NOT_MINE;
    }
    int due = due(m, x.fromClient());
    if (due == NOT_MINE || m.at(0) > 247 || due > LONGEST) {
      return NOT_MINE;
    }
    if (due == MORE || have < due) {
      return MORE;
    }
    return x.recognised() || sound(m, due) ? due : NOT_MINE;
  }

  /** Octets of the frame by its function, with unit and check; AP clause 6, each function. */
  private static int due(Cursor m, boolean request) {
    int have = m.length();
    int function = m.at(1);
    if (function >= Functions.EXCEPTION_BIT) {
      return !request && Functions.named(function - Functions.EXCEPTION_BIT) && function - Functions.EXCEPTION_BIT < Functions.UMAS ? 5 : NOT_MINE;
    }
    return switch (function) {
      case Functions.READ_COILS, Functions.READ_DISCRETE_INPUTS, Functions.READ_HOLDING_REGISTERS, Functions.READ_INPUT_REGISTERS ->
          request ? 8 : counted(m, 2, 5, function > Functions.READ_DISCRETE_INPUTS);
      case Functions.WRITE_SINGLE_COIL, Functions.WRITE_SINGLE_REGISTER, Functions.DIAGNOSTICS -> 8;
      case Functions.WRITE_MULTIPLE_COILS, Functions.WRITE_MULTIPLE_REGISTERS ->
          request ? counted(m, 6, 9, function == Functions.WRITE_MULTIPLE_REGISTERS) : 8;
      case Functions.READ_EXCEPTION_STATUS -> request ? 4 : 5;
      case Functions.GET_COMM_EVENT_COUNTER -> request ? 4 : 8;
      case Functions.GET_COMM_EVENT_LOG, Functions.REPORT_SERVER_ID -> request ? 4 : counted(m, 2, 5, false);
      case Functions.READ_FILE_RECORD, Functions.WRITE_FILE_RECORD -> counted(m, 2, 5, false);
      case Functions.MASK_WRITE_REGISTER -> 10;
      case Functions.READ_WRITE_MULTIPLE_REGISTERS -> request ? counted(m, 10, 13, true) : counted(m, 2, 5, true);
      case Functions.READ_FIFO_QUEUE -> request ? 6 : have < 4 ? MORE : 6 + (m.at(2) << 8 | m.at(3));
      case Functions.ENCAPSULATED_INTERFACE -> request ? 7 : identification(m);
      default -> NOT_MINE;
    };
  }

  /** A frame with a count of octets in it: at least one, and an even number where they are registers. */
  private static int counted(Cursor m, int at, int around, boolean even) {
    if (m.length() <= at) {
      return MORE;
    }
    int octets = m.at(at);
    return octets == 0 || even && (octets & 1) != 0 ? NOT_MINE : around + octets;
  }

  /** AP 6.21: only the objects one after the other tell where an identification ends. */
  private static int identification(Cursor m) {
    if (m.length() > 2 && m.at(2) != Functions.READ_DEVICE_IDENTIFICATION) {
      return NOT_MINE;
    }
    int at = 8;
    int objects = m.at(7);
    for (int i = 0; i < objects && at < LONGEST; i++) {
      if (m.length() < at + 2) {
        return MORE;
      }
      at += 2 + m.at(at + 1);
    }
    return m.length() < 8 ? MORE : at + 2;
  }

  private static boolean sound(Cursor m, int octets) {
    return CHECK.of(m, 0, octets - 2) == (m.at(octets - 2) | m.at(octets - 1) << 8);
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int octets = m.wireLength();
    boolean whole = m.length() == octets && octets >= 4;
    boolean sound = whole && sound(m, octets);
    long outer = m.enter(Math.max(0, m.remaining() - (whole ? 2 : 0)));
    int unit = m.u8();
    int code = m.u8();
    t.message("modbus", Functions.NAME[code & ~Functions.EXCEPTION_BIT]);
    t.field("unitIdentifier", unit);
    t.field("functionCode", code);
    if (m.ok() && sound) {
      pdu.dissect(m, x, o, x.flow() * 0x9E3779B97F4A7C15L ^ unit, unit, code, x.fromClient());
      m.leave(outer);
      t.field("crc", m.u16le());
    } else if (m.ok() && whole) {
      o.flaw(x, CRC, "crc", octets - 2, octets);
      t.octets("data", m, m.remaining());
      m.leave(outer);
    } else {
      m.fail();
    }
    t.end();
  }
}
