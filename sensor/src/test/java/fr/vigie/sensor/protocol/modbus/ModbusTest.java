package fr.vigie.sensor.protocol.modbus;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.TestExchange;
import java.util.List;

/** Messages of the examples in MODBUS Application Protocol V1.1b3 clause 6, wrapped in the header of Messaging on TCP/IP V1.0b. */
public final class ModbusTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Modbus();
  }

  private static Message ask(String name, String hex) {
    return request(name, 49_152, Modbus.PORT, hex);
  }

  private static Message answer(String name, Message asked, String hex) {
    return response(name, Modbus.PORT, 49_152, hex).after(asked);
  }

  @Override
  public List<Message> messages() {
    Message readCoils = ask("read-coils", "0001 0000 0006 03 01 0013 0013");
    Message readHolding = ask("read-holding-registers", "0002 0000 0006 ff 03 006b 0003");
    Message writeCoil = ask("write-single-coil", "0003 0000 0006 11 05 00ac ff00");
    Message writeRegister = ask("write-single-register", "0004 0000 0006 ff 06 0001 0003");
    Message writeCoils = ask("write-multiple-coils", "0005 0000 0009 01 0f 0013 000a 02 cd01");
    Message writeRegisters = ask("write-multiple-registers", "0006 0000 000b 01 10 0001 0002 04 000a 0102");
    Message mask = ask("mask-write-register", "0007 0000 0008 01 16 0004 00f2 0025");
    Message readWrite = ask("read-write-multiple-registers", "0008 0000 0011 01 17 0003 0006 000e 0003 06 00ff 00ff 00ff");
    Message file = ask("write-file-record", "0009 0000 0010 01 15 0d 06 0004 0007 0003 06af 04be 100d");
    Message identify = ask("read-device-identification", "000a 0000 0005 02 2b 0e 01 00");
    Message server = ask("report-server-id", "000b 0000 0002 02 11");
    Message restart = ask("restart-communications", "000c 0000 0006 01 08 0001 ff00");
    Message fifo = ask("read-fifo-queue", "0009 0000 0004 01 18 04de");
    Message files = ask("read-file-record", "0009 0000 0011 01 14 0e 06 0004 0001 0002 06 0003 0009 0002");
    Message reserve = ask("umas-take-reservation", "000e 0000 000a 00 5a 00 10 00000000 0141");
    return List.of(
        readCoils,
        answer("read-coils-response", readCoils, "0001 0000 0006 03 01 03 cd6b05"),
        readHolding,
        answer("read-holding-registers-response", readHolding, "0002 0000 0009 ff 03 06 022b 0000 0064"),
        answer("read-holding-registers-short-response", readHolding, "0002 0000 0007 ff 03 04 022b 0000"),
        answer("exception", readHolding, "0002 0000 0003 ff 83 02"),
        response("unasked-response", Modbus.PORT, 49_152, "0777 0000 0009 ff 03 06 022b 0000 0064"),
        ask("read-too-many-registers", "0002 0000 0006 ff 03 006b 007e"),
        writeCoil,
        answer("write-single-coil-response", writeCoil, "0003 0000 0006 11 05 00ac ff00"),
        ask("write-single-coil-wrong-value", "0003 0000 0006 11 05 00ac 1234"),
        writeRegister,
        answer("write-single-register-response", writeRegister, "0004 0000 0006 ff 06 0001 0003"),
        ask("write-to-unit-0", "0004 0000 0006 00 06 0001 0003"),
        writeCoils,
        answer("write-multiple-coils-response", writeCoils, "0005 0000 0006 01 0f 0013 000a"),
        writeRegisters,
        answer("write-multiple-registers-response", writeRegisters, "0006 0000 0006 01 10 0001 0002"),
        ask("write-multiple-registers-wrong-count", "0006 0000 000b 01 10 0001 0003 04 000a 0102"),
        mask,
        answer("mask-write-register-response", mask, "0007 0000 0008 01 16 0004 00f2 0025"),
        readWrite,
        answer("read-write-multiple-registers-response", readWrite, "0008 0000 000f 01 17 0c 00fe 0acd 0001 0003 000d 00ff"),
        files,
        file,
        answer("write-file-record-response", file, "0009 0000 0010 01 15 0d 06 0004 0007 0003 06af 04be 100d"),
        fifo,
        identify,
        answer("read-device-identification-response", identify, "000a 0000 0028 02 2b 0e 01 01 00 00 03"
            + "00 07" + ascii("Example") + "01 0a" + ascii("HVAC-12345") + "02 09" + ascii("V02.11-r4")),
        server,
        answer("report-server-id-response", server, "000b 0000 000d 02 11 0a" + ascii("PM5560 v2") + "ff"),
        ask("read-exception-status", "000d 0000 0002 01 07"),
        restart,
        answer("restart-communications-response", restart, "000c 0000 0006 01 08 0001 ff00"),
        ask("force-listen-only-mode", "000c 0000 0006 01 08 0004 0000"),
        answer("read-fifo-queue-response", fifo, "0009 0000 000a 01 18 0006 0002 01b8 1284"),
        answer("read-file-record-response", files, "0009 0000 000f 01 14 0c 05 06 0dfe 0020 05 06 33cd 0040"),
        ask("get-comm-event-counter", "000d 0000 0002 01 0b"),
        answer("get-comm-event-counter-response", ask("q", "000d 0000 0002 01 0b"), "000d 0000 0006 01 0b ffff 0108"),
        answer("get-comm-event-log-response", ask("q", "000d 0000 0002 01 0c"), "000d 0000 000b 01 0c 08 0000 0108 0121 2000"),
        answer("read-exception-status-response", ask("q", "000d 0000 0002 01 07"), "000d 0000 0003 01 07 6d"),
        ask("return-query-data", "000c 0000 0008 01 08 0000 a537 1234"),
        answer("return-query-data-response", ask("q", "000c 0000 0006 01 08 0000 a537"), "000c 0000 0006 01 08 0000 a537"),
        answer("diagnostic-register", ask("q", "000c 0000 0006 01 08 0002 0000"), "000c 0000 0006 01 08 0002 0001"),
        answer("bus-message-count", ask("q", "000c 0000 0006 01 08 000b 0000"), "000c 0000 0006 01 08 000b 0123"),
        answer("diagnostics-answer-of-another-sub-function", ask("q", "000c 0000 0006 01 08 000b 0000"), "000c 0000 0006 01 08 000c 0123"),
        ask("change-ascii-delimiter", "000c 0000 0006 01 08 0003 2300"),
        ask("clear-counters", "000c 0000 0006 01 08 000a 0000"),
        ask("canopen-general-reference", "000c 0000 0005 01 2b 0d 0102"),
        reserve,
        answer("umas-reservation-granted", reserve, "000e 0000 0006 00 5a 00 fe 7a 00"),
        answer("umas-reservation-refused", reserve, "000e 0000 0006 00 5a 00 fd 80 00"),
        ask("umas-stop-plc", "000e 0000 0006 00 5a 01 41 ff00"),
        ask("umas-longer-than-allowed", "0007 0000 00ff 00 5a 00 0a" + "00".repeat(251)),
        ask("unknown-function", "000f 0000 0004 01 65 0102"),
        ask("pipelined-requests-are-two-acts", "0010 0000 0006 01 06 0001 0003 0011 0000 0006 02 05 0002 0000"));
  }

  @org.junit.jupiter.api.Test
  void aTlsRecordOnPort502IsNotModbus() {
    assertThat(framed(Modbus.PORT, "160301 00a5 010000a1 0303")).isEqualTo(Dissector.NOT_MINE);
  }

  @org.junit.jupiter.api.Test
  void aForeignPortNeedsAPossibleFunction() {
    assertThat(framed(5020, "0001 0000 0006 01 03 0000 0001")).isEqualTo(12);
    assertThat(framed(5020, "0001 0000 0006 01 70 0000 0001")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed(5020, "0001 0000 0005 01 06 0000 00")).isEqualTo(Dissector.NOT_MINE);
    assertThat(framed(5020, "0001 0000 0006 01")).isEqualTo(Dissector.MORE);
  }

  private static int framed(int port, String hex) {
    byte[] octets = Message.hex(hex);
    try (java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofConfined()) {
      var memory = arena.allocate(octets.length).copyFrom(java.lang.foreign.MemorySegment.ofArray(octets));
      TestExchange x = new TestExchange();
      x.next(x.endpoint("10.0.0.1"), 49_152, x.endpoint("10.0.0.2"), port, true);
      return new Modbus().frame(new fr.vigie.sensor.wire.Cursor().set(memory, 0, octets.length, octets.length), x);
    }
  }
}
