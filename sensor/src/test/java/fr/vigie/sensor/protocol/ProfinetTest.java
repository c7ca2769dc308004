package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** DCP after IEC 61158-6-10:2019, 4.3.1, and a few frames of the real-time classes. */
final class ProfinetTest extends DissectorContract {
  private static final String CONTROLLER = "00:1b:1b:02:03:04";
  private static final String DEVICE = "00:0e:8c:0a:0b:0c";
  private static final String ALL_STATIONS = "01:0e:cf:00:00:00";

  @Override
  protected Dissector dissector() {
    return new Profinet();
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  /** Padding of the link follows the last block. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().equals("set-signal-padded") && octets >= 20;
  }

  private static String block(int option, int suboption, String value) {
    String octets = value.replaceAll("\\s", "");
    int length = octets.length() / 2;
    return "%02X%02X%04X%s%s".formatted(option, suboption, length, octets, length % 2 == 0 ? "" : "00");
  }

  private static String dcp(int frame, int service, int type, int xid, int delay, String... blocks) {
    String data = String.join("", blocks);
    return "%04X%02X%02X%08X%04X%04X%s".formatted(frame, service, type, xid, delay, data.length() / 2, data);
  }

  private static Message say(String name, String from, String to, boolean client, String hex) {
    return new Message(name, Message.hex(hex), from, 0, to, 0, client, List.of());
  }

  private static final Message SET_NAME = say("set-name", CONTROLLER, DEVICE, true, dcp(0xFEFD, 4, 0, 7, 0, block(5, 1, "0000"),
      block(2, 2, "0001" + ascii("cta-03")), block(5, 2, "0000")));
  private static final Message SET_IP = say("set-ip", CONTROLLER, DEVICE, true,
      dcp(0xFEFD, 4, 0, 8, 0, block(1, 2, "0000 C0A80042 FFFFFF00 C0A80001")));

  @Override
  protected List<Message> messages() {
    Message get = say("get", CONTROLLER, DEVICE, true, dcp(0xFEFD, 3, 0, 9, 0, "0202", "0102"));
    return List.of(
        say("identify-all", CONTROLLER, ALL_STATIONS, true, dcp(0xFEFE, 5, 0, 1, 1, block(0xFF, 0xFF, ""))),
        say("identify-by-name", CONTROLLER, ALL_STATIONS, true, dcp(0xFEFE, 5, 0, 2, 1, block(2, 2, ascii("cta-03")))),
        say("identify-response", DEVICE, CONTROLLER, false, dcp(0xFEFF, 5, 1, 1, 0, block(2, 5, "0000 0101 0102 0201 0202 0203 0204 0503"),
            block(2, 1, "0000" + ascii("ET200SP")), block(2, 2, "0000" + ascii("cta-03-io")), block(2, 3, "0000 002A 0313"),
            block(2, 4, "0000 0100"), block(2, 7, "0000 0064"), block(1, 1, "0001 000E8C0A0B0C"), block(1, 2, "0001 C0A80042 FFFFFF00 C0A80001"))),
        say("identify-response-conflict", DEVICE, CONTROLLER, false,
            dcp(0xFEFF, 5, 1, 1, 0, block(1, 2, "0081 C0A80042 FFFFFF00 00000000"), block(2, 6, "0000" + ascii("port-001.switch")))),
        say("hello", DEVICE, "01:0e:cf:00:00:01", true, dcp(0xFEFC, 6, 0, 3, 0, block(2, 2, "0000" + ascii("cta-03-io")), block(6, 1, "0000 0001"),
            block(1, 3, "0001 C0A80042 FFFFFF00 C0A80001 08080808"))),
        get,
        say("get-response", DEVICE, CONTROLLER, false, dcp(0xFEFD, 3, 1, 9, 0, block(2, 2, "0000" + ascii("cta-03-io")),
            block(1, 2, "0001 C0A80042 FFFFFF00 C0A80001"))).after(get),
        SET_NAME, SET_IP,
        say("set-name-response", DEVICE, CONTROLLER, false, dcp(0xFEFD, 4, 1, 7, 0, block(5, 4, "05 01 00"), block(5, 4, "02 02 00"),
            block(5, 4, "05 02 00"))).after(SET_NAME),
        say("set-ip-refused", DEVICE, CONTROLLER, false, dcp(0xFEFD, 4, 1, 8, 0, block(5, 4, "01 02 06"))).after(SET_IP),
        say("set-ip-unsupported", DEVICE, CONTROLLER, false, dcp(0xFEFD, 4, 5, 8, 0)).after(SET_IP),
        say("set-signal-padded", CONTROLLER, DEVICE, true, dcp(0xFEFD, 4, 0, 10, 0, block(5, 3, "0000 0100")) + "00".repeat(26)),
        say("set-factory-reset", CONTROLLER, DEVICE, true, dcp(0xFEFD, 4, 0, 11, 0, block(5, 6, "0004"))),
        say("set-dhcp", CONTROLLER, DEVICE, true, dcp(0xFEFD, 4, 0, 12, 0, block(3, 61, "0001 0100"))),
        say("cyclic", CONTROLLER, DEVICE, true, "8001" + "80".repeat(40) + "1234 3500"),
        say("alarm", DEVICE, CONTROLLER, false, "FE01" + "00".repeat(20)),
        say("clock", DEVICE, "01:80:c2:00:00:0e", true, "FF40" + "00".repeat(20)),
        say("block-too-long", CONTROLLER, DEVICE, true, dcp(0xFEFD, 4, 0, 13, 0, "0202 0040 0001" + ascii("x") + "00")),
        say("wrong-service", CONTROLLER, DEVICE, true, dcp(0xFEFE, 4, 0, 14, 0, block(2, 2, "0001" + ascii("x")))));
  }

  @Test
  void aStationNamesItself() {
    assertThat(Dissected.facts(new Profinet(), messages().get(2))).contains(
        "claim NAME of 00:0e:8c:0a:0b:0c = cta-03-io by 00:0e:8c:0a:0b:0c | IEC 61158-6-10:2019 §4.3.1.4.3",
        "claim ADDRESS of 00:0e:8c:0a:0b:0c = 192.168.0.66 by 00:0e:8c:0a:0b:0c | IEC 61158-6-10:2019 §4.3.1.4.2");
  }

  @Test
  void aBrokenSetDoesNothing() {
    assertThat(Dissected.facts(new Profinet(), messages().stream().filter(m -> m.name().equals("block-too-long")).findFirst().orElseThrow()))
        .noneMatch(f -> f.startsWith("request"));
  }
}
