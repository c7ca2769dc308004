package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames built by EN 13757-2 and records by the tables of EN 13757-3. */
final class MBusTest extends DissectorContract {
  private static final int GATEWAY = 10_001;

  /** A long frame around control, address and the rest. */
  static String frame(String body) {
    byte[] octets = hex(body);
    int sum = 0;
    for (byte octet : octets) {
      sum += octet;
    }
    return String.format("68 %02x %02x 68 ", octets.length, octets.length) + body + String.format(" %02x 16", sum & 0xFF);
  }

  private static Message ask(String name, String frame) {
    return request(name, 50_000, GATEWAY, frame);
  }

  private static Message answer(String name, String frame, Message asked) {
    return response(name, GATEWAY, 50_000, frame).after(asked);
  }

  /** Meter 12345678 of maker KAM, version 8, heat; access number 42, no fault. */
  private static final String METER = "72 78563412 2d2c 08 04 2a 00 0000";

  @Override
  protected Dissector dissector() {
    return new MBus(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    Message read = ask("request-data", "10 7b 05 80 16");
    Message reset = ask("reset-link", "10 40 05 45 16");
    Message address = ask("set-address", frame("53 fe 51 01 7a 08"));
    return List.of(
        reset,
        read,
        ask("request-data-of-the-selected", "10 5b fd 58 16"),
        answer("heat-meter", frame("08 05" + METER
            + "0c 06 45230100"      // energy 12,345 kWh, eight digits
            + "0c 14 67450000"      // volume 45.67 m³
            + "0b 2d 341200"        // power 123.4 kW
            + "0a 5a 6507"          // flow 76.5 °C
            + "0a 5e 4205"          // return 54.2 °C
            + "0b 61 230200"        // difference 2.23 K
            + "4c 06 00230100"      // energy of storage 1
            + "8c 10 06 11000000"   // tariff 1
            + "1b 2d 990900"        // maximum power
            + "04 6d 2f0c b916"     // 2013-06-25 12:47
            + "42 6c bf1c"), read), // 2013-12-31
        answer("electricity-meter", frame("08 07 72 01000020 2a16 03 02 01 00 0000"
            + "05 fd 48 00006643"   // voltage, float 230, at 0.1 V
            + "02 fd 59 e803"       // current 1.000 A
            + "03 2b f0d8ff"        // power −10,000 W
            + "06 04 4042 0f00 0000" // energy, six octets
            + "07 03 0100000000000000"), read),
        answer("values-of-all-kinds", frame("08 05" + METER
            + "0d fd 0c 03" + ascii("C-A")   // text, last letter first
            + "0d 13 c2 3412"                // two octets of digits
            + "0d 13 d2 3412"                // the same, less than zero
            + "0d 13 e3 010203"              // three octets
            + "0a 5a 05f0"                   // −5
            + "0a 5a a505"                   // no number
            + "00 13" + "2f"                 // no value, filler
            + "01 7a 05"                     // bus address
            + "02 fd 17 0300"                // error flags
            + "02 f4 75 1000"                // a factor of a tenth
            + "02 93 3b 1000"                // meaning changed: only forward flow
            + "02 ff 01 1000"), read),
        answer("meter-with-a-permanent-error", frame("08 05 72 78563412 2d2c 08 04 2a 08 0000 0c 14 67450000"), read),
        answer("encrypted", frame("08 05 72 78563412 2d2c 08 04 2a 00 2005 00112233445566778899aabbccddeeff"), read),
        answer("no-header", frame("08 05 78 0c 14 67450000"), read),
        answer("short-header", frame("08 05 7a 2a 00 0000 0c 14 67450000"), read),
        answer("manufacturer-data", frame("08 05" + METER + "0c 14 67450000 1f 010203"), read),
        answer("fixed-structure-is-not-read", frame("08 05 73 78563412 0a 00 e97e 01000000 35010000"), read),
        answer("application-error", frame("08 05 70 08"), read),
        answer("record-cut-short-is-a-flaw", frame("08 05" + METER + "0c 14 6745"), read),
        answer("reserved-dif-is-a-flaw", frame("08 05" + METER + "3f 00"), read),
        answer("endless-extensions-are-a-flaw", frame("08 05" + METER + "8c" + "80".repeat(11) + "14 67450000"), read),
        address,
        ask("select-one", frame("53 fd 52 78563412 ffff ff ff")),
        ask("select-search", frame("53 fd 52 ffffff1f ffff ff ff")),
        ask("application-reset", frame("53 fe 50")),
        ask("set-baud-rate", frame("53 05 bd")),
        ask("set-clock", frame("53 05 51 04 6d 2f0c b916")),
        ask("write-with-password", frame("53 05 51 02 fd 16 3930 01 fd 1a 01")),
        ask("write-output", frame("73 05 51 01 fd 1a 01")),
        ask("synchronize", frame("53 ff 54")),
        ask("two-questions", "10 7b 05 80 16 10 7b 06 81 16"));
  }

  @Test
  void anAcknowledgementNeedsAFlowThatIsKnown() {
    Message ack = response("ack", GATEWAY, 50_000, "e5");
    assertThat(Dissected.facts(new MBus(Dissector.Transport.TCP), ack)).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new MBus(Dissector.Transport.TCP), new TestExchange().recognised(true), ack)).containsExactly("operation acknowledge",
        "outcome OK");
  }

  @Test
  void whatDoesNotAddUpIsNotMine() {
    assertThat(mine("10 7b 05 81 16")).isFalse();
    assertThat(mine("10 7b 05 80 17")).isFalse();
    assertThat(mine("10 ff 05 04 16")).isFalse();
    assertThat(mine(frame("08 05 78").replaceFirst("16$", "17"))).isFalse();
    assertThat(mine("68 03 04 68 08 05 78 85 16")).isFalse();
    // MQTT's CONNECT begins with the same octet
    assertThat(mine("10 10 0004 4d515454 04 02 003c 0004 61626364")).isFalse();
  }

  private static boolean mine(String hex) {
    return !Dissected.facts(new MBus(Dissector.Transport.TCP), ask("a", hex)).contains("not mine at 0");
  }

  @Test
  void passwordsAppearNowhere() {
    Message write = messages().stream().filter(m -> m.name().equals("write-with-password")).findFirst().orElseThrow();
    assertThat(String.join(" ", Dissected.facts(dissector(), write))).doesNotContain("12345").contains("WRITE sendData");
  }
}
