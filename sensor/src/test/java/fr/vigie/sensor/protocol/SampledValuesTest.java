package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.GooseTest.frame;
import static fr.vigie.sensor.protocol.GooseTest.tlv;

import java.util.List;

/** Frames built after IEC 61850-9-2:2011 8.5. */
final class SampledValuesTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new SampledValues();
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  private static Message say(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("00:a0:f4:08:2f:78", "01:0c:cd:04:00:01");
  }

  private static String asdu(String id, String count) {
    return tlv("30", tlv("80", ascii(id)), tlv("82", count), tlv("83", "00000001"), tlv("85", "02"), tlv("87", "00".repeat(64)));
  }

  @Override
  protected List<Message> messages() {
    return List.of(say("one", frame(0, tlv("60", tlv("80", "01"), tlv("a2", asdu("MU01", "0fa0"))))),
        say("two", frame(0, tlv("60", tlv("80", "02"), tlv("a2", asdu("MU01", "0fa1"), asdu("MU02", "0fa1"))))), say("short", frame(0, "600a800101a2053010")));
  }
}
