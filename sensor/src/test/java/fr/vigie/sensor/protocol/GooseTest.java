package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames built after IEC 61850-8-1:2011 Annexes A and C. */
final class GooseTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Goose();
  }

  /** Padding of the link follows the frame, whose length says where it ends. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  static String tlv(String tag, String... contents) {
    String body = String.join("", contents);
    int length = hex(body).length;
    return tag + (length < 128 ? "%02x".formatted(length) : length < 256 ? "81%02x".formatted(length) : "82%04x".formatted(length)) + body;
  }

  static String frame(int reserved, String pdu) {
    return "0003%04x%04x0000".formatted(8 + hex(pdu).length, reserved) + pdu;
  }

  private static String goose(String state, String sequence, String simulation, String commissioning, int entries, String data) {
    return tlv("61", tlv("80", ascii("IED1CTRL/LLN0$GO$gcb01")), tlv("81", "07d0"), tlv("82", ascii("IED1CTRL/LLN0$ds1")), tlv("83", ascii("IED1_GOOSE1")),
        tlv("84", "5f5e10000000000a"), tlv("85", state), tlv("86", sequence), tlv("87", simulation), tlv("88", "01"), tlv("89", commissioning),
        tlv("8a", "%02x".formatted(entries)), tlv("ab", data));
  }

  private static Message say(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("00:a0:f4:08:2f:77", "01:0c:cd:01:00:01");
  }

  private static final String DATA = "830101" + "84020640" + "8502ff38" + "860105" + "870508425e0000" + "8403030000" + tlv("a2", "830100", "84020680") + "91085f5e10000000000a"
      + tlv("8a", ascii("ok"));

  @Override
  protected List<Message> messages() {
    return List.of(say("state", frame(0, goose("05", "00", "00", "00", 9, DATA))), say("simulation", frame(0x8000, goose("06", "01", "ff", "00", 9, DATA))),
        say("needs-commissioning", frame(0, goose("0100", "02", "00", "01", 9, DATA))), say("wrong-count", frame(0, goose("05", "03", "00", "00", 3, DATA))),
        say("long-data", frame(0, goose("07", "00", "00", "00", 100, "830101".repeat(100)))), say("padded", frame(0, goose("05", "04", "00", "00", 1, "830101")) + "00".repeat(8)),
        say("missing-reference", frame(0, tlv("61", tlv("81", "07d0"), tlv("85", "01"), tlv("86", "01"), tlv("ab", "830101")))), say("management", frame(0, tlv("60", "810100"))),
        say("unknown", frame(0, tlv("30", "020101"))), say("cut-data", frame(0, tlv("61", tlv("80", ascii("x")), "ab20830101"))));
  }

  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().equals("padded") && octets >= message.octets().length - 8;
  }

  @Test
  void aChangeOfStateIsToldOnceAndARepeatIsNot() {
    Message state = messages().getFirst();
    List<String> facts = Dissected.facts(new Goose(), state, state);
    assertThat(facts).filteredOn(f -> f.startsWith("act NOTIFY goosePdu")).hasSize(1);
    assertThat(facts).contains("reading 00:a0:f4:08:2f:77 IED1CTRL/LLN0$GO$gcb01/4 = 55.5");
  }
}
