package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** M-Bus in datagrams, radio telegrams among them: EN 13757-4 and -7. */
final class MBusDatagramTest extends DissectorContract {
  private static Message from(String name, String hex) {
    return request(name, 50_000, 50_001, hex);
  }

  @Override
  protected Dissector dissector() {
    return new MBus(Dissector.Transport.UDP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(
        from("datagram-of-a-wired-meter", MBusTest.frame("08 05 72 78563412 2d2c 08 04 2a 00 0000 0c 14 67450000")),
        from("radio-water-meter", "14 44 2d2c 78563412 1b 07 7a 05 00 0000 0c 13 45670100"),
        from("radio-encrypted", "1e 44 2d2c 78563412 1b 07 7a 05 00 2005 00112233445566778899aabbccddeeff"),
        from("radio-with-extended-link-layer", "17 44 2d2c 78563412 1b 07 8c 20 0a 7a 05 00 0000 0c 13 45670100"),
        from("radio-from-a-repeater-of-another-meter", "1c 46 2d2c 99999999 01 32 72 78563412 2d2c 1b 07 05 00 0000 0c 13 45670100"));
  }

  @Test
  void aTelegramWithoutAMakerOrDigitsIsNotMine() {
    assertThat(Dissected.facts(dissector(), from("a", "14 44 2dac 78563412 1b 07 7a 05 00 0000 0c 13 45670100"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), from("b", "14 44 2d2c 7856341a 1b 07 7a 05 00 0000 0c 13 45670100"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), from("c", "15 44 2d2c 78563412 1b 07 7a 05 00 0000 0c 13 45670100"))).containsExactly("not mine at 0");
  }
}
