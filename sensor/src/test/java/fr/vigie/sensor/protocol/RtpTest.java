package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RtpTest extends DissectorContract {
  private static Message packet(String name, String hex) {
    return Message.request(name, 5004, 5006, hex);
  }

  private static final Message FIRST = packet("first", "8060 0001 00000010 deadbeef 0102030405");

  @Override
  protected Dissector dissector() {
    return new Rtp();
  }

  /** RFC 3550 leaves the length to UDP. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return List.of(packet("second", "80e0 0002 00000020 deadbeef 0102030405").after(FIRST),
        packet("second-with-a-source-and-an-extension", "9160 0002 00000020 deadbeef 00000007 bede0001 10ff0000 0102").after(FIRST));
  }

  @Test
  void onePacketProvesNothing() {
    assertThat(Dissected.facts(new Rtp(), FIRST)).containsExactly("not mine at 0");
  }

  @Test
  void theSecondMustFollowTheFirst() {
    assertThat(Dissected.facts(new Rtp(), FIRST, packet("other", "8060 0102 00000020 deadbeef 01"))).containsOnly("not mine at 0");
    assertThat(Dissected.facts(new Rtp(), FIRST, packet("other", "8060 0002 00000020 deadbeee 01"))).containsOnly("not mine at 0");
  }
}
