package fr.vigie.sensor.protocol.modbus;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of MODBUS Application Protocol V1.1b3 clause 6 in the frame of MODBUS over Serial Line V1.02 §2.5.1. */
public final class ModbusRtuTest extends DissectorContract {
  private static final int SERVER = 4001;

  @Override
  protected Dissector dissector() {
    return new ModbusRtu();
  }

  /** Golden files of their own: both dissectors are called modbus. */
  @Override
  protected String folder() {
    return "modbus-rtu";
  }

  /** Puts the check behind a frame, computed bit by bit as SL 6.2.2 describes it. */
  static String rtu(String hex) {
    int crc = 0xFFFF;
    for (byte b : Message.hex(hex)) {
      crc ^= b & 0xFF;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
      }
    }
    return String.format("%s %02x%02x", hex, crc & 0xFF, crc >> 8);
  }

  private static Message ask(String name, String hex) {
    return request(name, 49_152, SERVER, rtu(hex));
  }

  private static Message answer(String name, Message asked, String hex) {
    return response(name, SERVER, 49_152, rtu(hex)).after(asked);
  }

  @Override
  public List<Message> messages() {
    Message read = ask("read-holding-registers", "11 03 006b 0003");
    Message write = ask("write-multiple-registers", "01 10 0001 0002 04 000a 0102");
    Message identify = ask("read-device-identification", "02 2b 0e 01 00");
    Message fifo = ask("read-fifo-queue", "01 18 04de");
    return List.of(
        read,
        answer("read-holding-registers-response", read, "11 03 06 022b 0000 0064"),
        answer("exception", read, "11 83 02"),
        ask("write-single-coil", "11 05 00ac ff00"),
        ask("broadcast-write", "00 06 0001 0003"),
        write,
        answer("write-multiple-registers-response", write, "01 10 0001 0002"),
        ask("mask-write-register", "01 16 0004 00f2 0025"),
        ask("read-write-multiple-registers", "01 17 0003 0006 000e 0003 06 00ff 00ff 00ff"),
        ask("force-listen-only-mode", "01 08 0004 0000"),
        ask("report-server-id", "02 11"),
        identify,
        answer("read-device-identification-response", identify, "02 2b 0e 01 01 00 00 01 00 07" + ascii("Example")),
        fifo,
        answer("read-fifo-queue-response", fifo, "01 18 0006 0002 01b8 1284"),
        request("pipelined-requests-are-two-acts", 49_152, SERVER, rtu("01 06 0001 0003") + rtu("02 05 0002 0000")));
  }

  private static int framed(boolean known, String hex) {
    byte[] octets = Message.hex(hex);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      TestExchange x = new TestExchange().recognised(known);
      x.next(x.endpoint("10.0.0.1"), 49_152, x.endpoint("10.0.0.2"), SERVER, true);
      return new ModbusRtu().frame(new Cursor().set(memory, 0, octets.length, octets.length), x);
    }
  }

  @Test
  void aWrongCheckIsNobodysMessageUntilTheFlowIsKnown() {
    assertThat(framed(false, "01 06 0001 0003 ffff")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed(true, "01 06 0001 0003 ffff")).isEqualTo(8);
  }

  @Test
  void aTlsHelloIsNotARead() {
    assertThat(framed(false, "16 03 01 00a5 01 0000 a1 0303")).isEqualTo(Dissector.NOT_MINE);
  }

  @Test
  void theCheckOfTheStandardsExampleHolds() {
    // SL 6.2.2: the frame 02 07 ends in 41 12
    assertThat(framed(false, "02 07 4112")).isEqualTo(4);
  }
}
