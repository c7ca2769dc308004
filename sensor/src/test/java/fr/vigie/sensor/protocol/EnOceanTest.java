package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built by ESP3 v1.51 with checksums computed bit by bit, and telegrams by EEP 2.6.8. */
final class EnOceanTest extends DissectorContract {
  private static final int GATEWAY = 5000;

  private static int crc(String text) {
    int crc = 0;
    for (byte octet : hex(text)) {
      crc ^= octet & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x07) & 0xFF : crc << 1;
      }
    }
    return crc;
  }

  static String packet(int type, String data, String optional) {
    String header = String.format("%04x%02x%02x", hex(data).length, hex(optional).length, type);
    return "55" + header + String.format("%02x", crc(header)) + data + optional + String.format("%02x", crc(data + optional));
  }

  private static Message heard(String name, String telegram, Message... before) {
    return response(name, GATEWAY, 50_000, packet(1, telegram, "01 ffffffff 2d 00")).after(before);
  }

  private static Message host(String name, int type, String data) {
    return request(name, 50_000, GATEWAY, packet(type, data, type == 1 ? "03 0180abcd ff 00" : ""));
  }

  private static Message reply(String name, String data, Message asked) {
    return response(name, GATEWAY, 50_000, packet(2, data, "")).after(asked);
  }

  @Override
  protected Dissector dissector() {
    return new EnOcean(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    // FUNC 04, TYPE 01, maker 00b: 000100 0000001 00000001011, then teach-in with profile
    Message humidity = heard("teach-in-of-a-humidity-sensor", "a5 10 08 0b 80 0181a2b3 00");
    Message carbon = heard("teach-in-of-a-carbon-dioxide-sensor", "a5 24 20 0b 80 0181a2b4 00");
    Message warm = heard("teach-in-of-a-temperature-sensor", "a5 08 28 0b 80 0181a2b5 00");
    Message version = host("read-version", 5, "03");
    Message base = host("read-id-base", 5, "08");
    Message valve = host("radio-to-an-actuator", 1, "a5 3c 00 00 08 ff800001 00");
    Message security = host("read-security", 5, "15 00000000");
    return List.of(
        heard("contact-open", "d5 08 0181a2b1 00"),
        heard("contact-teach-in", "d5 00 0181a2b1 00"),
        heard("rocker-pressed", "f6 30 0181a2b2 30"),
        heard("rocker-released", "f6 00 0181a2b2 20"),
        humidity,
        heard("humidity-and-temperature", "a5 00 7d 7d 0a 0181a2b3 00", humidity),
        carbon,
        heard("carbon-dioxide", "a5 64 50 80 0e 0181a2b4 00", carbon),
        warm,
        heard("temperature", "a5 00 00 80 08 0181a2b5 00", warm),
        heard("four-octets-of-an-unknown-device", "a5 00 00 80 08 0181a2ff 00"),
        heard("universal-teach-in", "d4 a0 01 46 00 12 01 d2 0181a2b6 00"),
        heard("variable-length", "d2 04 60 80 0181a2b6 00"),
        heard("secure-teach-in-holds-a-key", "35 24 4b 0000 00112233445566778899aabbccddeeff 0181a2b7 00"),
        heard("secure-telegram", "30 0102030405060708 0181a2b7 00"),
        valve,
        reply("radio-sent", "00", valve),
        host("teach-in-answer-of-the-host", 1, "d4 91 01 46 00 12 01 d2 ff800001 00"),
        version,
        reply("version", "00 02060300 02060300 0181a2f0 45010300" + ascii("GATEWAYCTRL") + "0000000000", version),
        base,
        reply("id-base", "00 ff800000", base),
        host("write-reset", 5, "02"),
        host("write-secure-device-add", 5, "19 0b 0181a2b7 00112233445566778899aabbccddeeff 000000"),
        security,
        reply("security-holds-a-key", "00 0b 00000000 00112233445566778899aabbccddeeff 000000", security),
        reply("refused", "04", valve),
        response("response-to-nothing-may-hold-a-key", GATEWAY, 50_000, packet(2, "00 0b 00112233445566778899aabbccddeeff", "")),
        host("remote-management", 7, "0001 07ff 00"),
        response("event-ready", GATEWAY, 50_000, packet(4, "04 00", "")),
        response("two-telegrams", GATEWAY, 50_000, packet(1, "f6 30 0181a2b2 30", "01 ffffffff 2d 00") + packet(1, "f6 00 0181a2b2 20", "01 ffffffff 2d 00")));
  }

  @Test
  void bothChecksumsMustBeRight() {
    String good = packet(1, "d5 08 0181a2b1 00", "");
    assertThat(Dissected.facts(dissector(), request("a", 1, GATEWAY, good))).contains("operation radio");
    assertThat(Dissected.facts(dissector(), request("b", 1, GATEWAY, good.replaceAll("..$", "00")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), request("c", 1, GATEWAY, good.replaceFirst("55 ?0007", "550006")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), request("d", 1, GATEWAY, ascii("USER anonymous")))).containsExactly("not mine at 0");
  }

  @Test
  void keysAppearNowhere() {
    for (Message message : messages()) {
      assertThat(String.join(" ", Dissected.facts(dissector(), message))).doesNotContain("0011223344556677");
    }
  }
}
