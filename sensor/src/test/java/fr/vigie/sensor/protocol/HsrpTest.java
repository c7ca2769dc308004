package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 2281 §5.1 and, for version 2, item by item. */
final class HsrpTest extends DissectorContract {
  private static final String DEFAULT = ascii("cisco") + "000000";

  static final Message HELLO = hsrp("hello", "00 00 10 03 0A 64 05 00" + DEFAULT + "0A000001");

  /** Messages that tshark reads as well. */
  static final List<Message> FIRST = List.of(HELLO, hsrp("coup", "00 01 04 03 0A FF 05 00" + ascii("topsecrt") + "0A000001"),
      hsrp("resign", "00 02 10 03 0A 64 05 00" + ascii("topsecrt") + "0A000001"), hsrp("advertise", "00 03 0001 000A 02 00 0001 0000 00000000"));

  private static final Message SECOND = hsrp("version-2", "01 28 02 00 06 04 0123 001B1B020304 000000C8 00000BB8 00002710 0A000001" + "00".repeat(12) + "03 08" + DEFAULT);

  private static Message hsrp(String name, String hex) {
    return Message.request(name, 1985, 1985, hex).between("10.0.0.3", "224.0.0.2");
  }

  @Override
  protected Dissector dissector() {
    return new Hsrp();
  }

  /** Version 1 has one length, and a digest may stand behind it; the items of version 2 end with the datagram. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A shorter message of version 2 is one with fewer items. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().startsWith("version-2") && octets >= 42;
  }

  @Override
  protected List<Message> messages() {
    return Stream.concat(FIRST.stream(), Stream.of(SECOND,
        hsrp("version-2-of-ipv6", "01 28 02 00 06 06 0007 001B1B020304 000000C8 00000BB8 00002710 FE80000000000000000573FFFEA00007"),
        hsrp("version-2-interface", "02 04 0001 0002 04 1C 01 00 0000 0A000003 00000000" + "5A".repeat(16)))).toList();
  }

  @Test
  void theProposedPasswordIsToldAsDefault() {
    assertThat(Dissected.facts(new Hsrp(), HELLO)).contains("claim BANNER of 10.0.0.3 = hsrp-authentication=default by 10.0.0.3 | RFC 2281 §5.1",
        "claim ROLE of 10.0.0.1 = virtual-address by 10.0.0.3 | RFC 2281 §5.1", "claim ROLE of 00:00:0c:07:ac:05 = virtual-address by 10.0.0.3 | RFC 2281 §6");
  }

  @Test
  void anotherPasswordIsNowhere() {
    assertThat(Dissected.facts(new Hsrp(), FIRST.get(1)).toString()).doesNotContain("topsecrt").doesNotContain("default");
  }
}
