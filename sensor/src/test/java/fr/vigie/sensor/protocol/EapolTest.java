package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built after IEEE 802.1X-2020 §11.3 and RFC 3748 §4; checked against tshark by {@link LinkTsharkTest}. */
final class EapolTest extends DissectorContract {
  private static final String PHONE = "00:11:22:33:44:55";
  private static final String SWITCH = "00:1b:1b:02:03:07";
  private static final String GROUP = "01:80:c2:00:00:03";

  private static final Message IDENTITY = eapol("identity", PHONE, GROUP, "01 00 0013 02 01 0013 01" + ascii("nurse@clinic.x"));

  static final List<Message> MESSAGES = List.of(eapol("start", PHONE, GROUP, "02 01 0000"), eapol("request-identity", SWITCH, PHONE, "01 00 0005 01 01 0005 01"), IDENTITY,
      eapol("peap", PHONE, GROUP, "01 00 0006 02 02 0006 19 00"), eapol("nak", PHONE, GROUP, "01 00 0006 02 02 0006 03 0D"), eapol("success", SWITCH, PHONE, "02 00 0004 03 02 0004"),
      eapol("failure", SWITCH, PHONE, "02 00 0004 04 02 0004"), eapol("logoff", PHONE, GROUP, "02 02 0000"), eapol("padded", SWITCH, PHONE, "02 00 0004 03 02 0004" + "00".repeat(38)),
      eapol("key", SWITCH, PHONE, "02 03 000A 02 11 22 33 44 55 66 77 88 99"), eapol("mka", SWITCH, GROUP, "03 05 0004 01 02 03 04"),
      eapol("length-of-eap-is-a-flaw", PHONE, GROUP, "01 00 0004 02 02 0002"), eapol("code-is-a-flaw", PHONE, GROUP, "01 00 0004 09 02 0004"));

  private static Message eapol(String name, String from, String to, String hex) {
    return Message.request(name, 0, 0, hex).between(from, to);
  }

  @Override
  protected Dissector dissector() {
    return new Eapol();
  }

  /** Frames are padded, so that the length binds the body and not the frame. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** Padding may be missing. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().equals("padded") && octets >= 8;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void anIdentityIsASecret() {
    assertThat(Dissected.facts(new Eapol(), IDENTITY).toString()).contains("supplicant").doesNotContain("nurse");
  }

  @Test
  void whoIsLetInIsTold() {
    assertThat(Dissected.facts(new Eapol(), MESSAGES.get(5))).anyMatch(f -> f.startsWith("act AUTHENTICATE success: " + SWITCH + " -> " + PHONE));
    assertThat(Dissected.facts(new Eapol(), MESSAGES.get(6))).anyMatch(f -> f.contains("refused ERROR(failure)"));
  }
}
