package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Telegrams built by the picture in {@link Sbus}, with a checksum computed bit by bit; {@code BuildingTsharkTest} has tshark read them. */
final class SbusTest extends DissectorContract {
  /** Header, telegram and CRC-16 (0x1021, from 0). */
  private static String telegram(int sequence, int attribute, String data) {
    String text = String.format("%08x 01 00 %04x %02x", 11 + hex(data).length, sequence, attribute) + data;
    int crc = 0;
    for (byte octet : hex(text)) {
      crc ^= (octet & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
      }
    }
    return text + String.format("%04x", crc);
  }

  private static Message ask(String name, int sequence, String data) {
    return request(name, 2467, Sbus.PORT, telegram(sequence, 0, "0a" + data));
  }

  private static Message answer(String name, int sequence, String data, Message asked) {
    return response(name, Sbus.PORT, 2467, telegram(sequence, 1, data)).after(asked);
  }

  private static Message acknowledge(String name, int sequence, String code, Message asked) {
    return response(name, Sbus.PORT, 2467, telegram(sequence, 2, code)).after(asked);
  }

  @Override
  protected Dissector dissector() {
    return new Sbus();
  }

  @Override
  protected List<Message> messages() {
    Message firmware = ask("read-firmware-version", 1, "20");
    Message registers = ask("read-registers", 2, "06 03 0010");
    Message counter = ask("read-counter", 3, "00 00 0005");
    Message flags = ask("read-flags", 4, "02 09 0064");
    Message clock = ask("read-clock", 5, "04");
    Message status = ask("read-status", 6, "1b");
    Message writeRegister = ask("write-register", 7, "0e 05 0021 000004d2");
    Message writeRegisters = ask("write-registers", 8, "0e 09 0021 000004d2 ffffffff");
    Message writeFlag = ask("write-flag", 9, "0b 03 0064 00 01");
    Message restart = ask("restart-cold-all-cpus", 10, "39");
    Message memory = ask("read-user-memory", 11, "1e 00 000000");
    return List.of(
        firmware,
        answer("firmware-version", 1, ascii("D2M48") + ascii("020") + "00", firmware),
        registers,
        answer("registers", 2, "00000001 ffffffff 00000003 7fffffff", registers),
        answer("registers-too-few-are-short", 2, "00000001", registers),
        counter,
        answer("counter", 3, "0000002a", counter),
        flags,
        answer("flags", 4, "ff01", flags),
        answer("flags-too-many-are-a-flaw", 4, "ff0100", flags),
        ask("read-timer", 12, "07 00 0001"),
        ask("read-input", 13, "03 00 0000"),
        ask("read-output", 14, "05 0f 0010"),
        ask("read-display-register", 15, "01"),
        clock,
        answer("clock", 5, "2405 050617 160500", clock),
        ask("write-clock", 16, "0c 2405 050617 160500"),
        status,
        answer("status-run", 6, "52", status),
        ask("read-station-number", 17, "1d"),
        writeRegister,
        acknowledge("acknowledged", 7, "0000", writeRegister),
        writeRegisters,
        acknowledge("refused-because-of-password", 8, "0002", writeRegisters),
        writeFlag,
        ask("write-outputs", 18, "0d 04 0020 0b ff0f"),
        ask("write-flag-wrong-count-is-a-flaw", 19, "0b 07 0064 00 01"),
        restart,
        ask("stop-procedure", 20, "43"),
        ask("run-procedure", 21, "2f"),
        memory,
        answer("user-memory", 11, ascii("Mode"), memory),
        ask("write-user-memory", 22, "23 06 000400 deadbeef"),
        ask("write-byte", 23, "51 03 00c43c 23"),
        ask("read-eeprom-register", 24, "a1 02 01 fffe"),
        ask("block-to-controller", 25, "a9 0a 00 00 01 0003 00001000 0000"),
        ask("block-from-controller", 26, "a9 06 10 00 01 0003 0000"),
        ask("unknown-command", 27, "ee 0102"),
        response("response-to-nothing", Sbus.PORT, 2467, telegram(99, 1, "01020304")),
        request("wrong-checksum-is-a-flaw", 2467, Sbus.PORT, telegram(1, 0, "0a20").replaceAll("....$", "0000")));
  }

  @Test
  void aForeignPortNeedsTheChecksum() {
    String good = telegram(1, 0, "0a20");
    assertThat(Dissected.facts(new Sbus(), request("good", 2467, 7777, good))).contains("operation readFirmwareVersion");
    assertThat(Dissected.facts(new Sbus(), request("bad", 2467, 7777, good.replaceAll("....$", "0000")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Sbus(), request("long", 2467, Sbus.PORT, good + "00"))).containsExactly("not mine at 0");
  }
}
