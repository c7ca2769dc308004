package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Messages built by Foxtron's description around frames of IEC 62386-102. */
final class DaliTest extends DissectorContract {
  private static String message(String octets) {
    int sum = 0;
    for (byte octet : hex(octets)) {
      sum += octet & 0xFF;
    }
    return "01" + ascii(octets.replace(" ", "").toUpperCase(Locale.ROOT) + String.format("%02X", ~sum & 0xFF)) + "17";
  }

  private static Message ask(String name, String octets) {
    return request(name, 50_000, Dali.PORT, message(octets));
  }

  private static Message told(String name, String octets, Message... before) {
    return response(name, Dali.PORT, 50_000, message(octets)).after(before);
  }

  @Override
  protected Dissector dissector() {
    return new Dali();
  }

  @Override
  protected List<Message> messages() {
    Message level = ask("query-actual-level", "0b 00 10 0b a0 00");
    Message off = ask("group-off", "0b 00 10 87 00 00");
    Message firmware = ask("read-firmware-version", "06 02");
    Message item = ask("write-item", "08 06 0001");
    return List.of(
        ask("direct-level-of-a-short-address", "0b 00 10 0a fe 00"),
        ask("direct-level-broadcast-sent-plainly", "01 00 10 fe 00"),
        off,
        ask("go-to-scene", "0b 00 10 ff 13 00"),
        ask("add-to-group", "0b 00 10 0b 63 01"),
        ask("initialise", "0b 00 10 a5 00 01"),
        ask("program-short-address", "0b 00 10 b7 0b 00"),
        ask("set-dtr0", "0b 00 10 a3 4d 00"),
        ask("application-extended", "0b 00 10 0b e3 01"),
        ask("frame-of-24-bits", "0b 00 18 a1 e0 02 00"),
        level,
        told("actual-level", "0d 10 08 0b a0 7f", level),
        told("lamp-failure-heard-on-the-bus", "03 10 08 0b 92 ff"),
        told("sent", "0e 10 87 00", off),
        told("button-pressed", "04 18 a1 e0 02"),
        told("power-lost", "05 01"),
        firmware,
        told("firmware-version", "07 02 0406", firmware),
        told("serial-number", "07 01 1234"),
        item,
        told("written", "09 06 0001 00", item),
        told("refused", "09 06 0001 01", item),
        ask("enter-bootloader", "08 ff 424c"),
        request("two-in-one-segment", 50_000, Dali.PORT, message("0b 00 10 87 00 00") + message("0b 00 10 89 00 00")));
  }

  @Test
  void theExamplesOfTheDescriptionAreRead() {
    assertThat(Dissected.facts(dissector(), request("a", 1, Dali.PORT, "01" + ascii("0B001003900051") + "17"))).contains("operation query");
    assertThat(Dissected.facts(dissector(), request("b", 1, Dali.PORT, "01" + ascii("0602F7") + "17"))).contains("operation readItem");
  }

  @Test
  void aWrongChecksumIsNotMineBeforeAndAFlawAfter() {
    Message wrong = request("a", 1, Dali.PORT, "01" + ascii("0602F6") + "17");
    assertThat(Dissected.facts(dissector(), wrong)).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), new TestExchange().recognised(true), wrong)).anyMatch(f -> f.startsWith("flaw checksum"));
    assertThat(Dissected.facts(dissector(), request("b", 1, Dali.PORT, "fffd18 fffd20"))).containsExactly("not mine at 0");
  }
}
