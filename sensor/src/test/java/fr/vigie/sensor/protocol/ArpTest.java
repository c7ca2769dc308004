package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built after RFC 826 and RFC 5227. */
final class ArpTest extends DissectorContract {
  private static final String PLC = "00 05 3C 04 8D 59";

  private static Message arp(String name, String operation, String sender, String senderIp, String target, String targetIp) {
    return Message.request(name, 0, 0, "0001 0800 06 04" + operation + sender + senderIp + target + targetIp)
        .between("00:05:3c:04:8d:59", "ff:ff:ff:ff:ff:ff");
  }

  private static final Message ANNOUNCEMENT = arp("announcement", "0001", PLC, "0A000007", "000000000000", "0A000007");

  @Override
  protected Dissector dissector() {
    return new Arp();
  }

  @Override
  protected List<Message> messages() {
    return List.of(arp("request", "0001", PLC, "0A000007", "000000000000", "0A000001"),
        arp("reply", "0002", PLC, "0A000007", "001B1B020304", "0A000001"), ANNOUNCEMENT,
        arp("announcement-by-reply", "0002", PLC, "0A000007", "FFFFFFFFFFFF", "0A000007"),
        arp("probe", "0001", PLC, "00000000", "000000000000", "0A000007"),
        arp("sender-is-not-the-frames", "0002", "001B1B020304", "0A000001", PLC, "0A000007"),
        arp("virtual-router-in-a-real-frame", "0002", "00005E000107", "0A000001", PLC, "0A000007"),
        arp("group-hardware-address", "0002", "01005E000107", "0A000001", PLC, "0A000007"),
        arp("group-protocol-address", "0001", PLC, "E0000001", "000000000000", "E0000001"),
        arp("operation-unknown", "0063", PLC, "0A000007", "000000000000", "0A000001"));
  }

  @Test
  void anAnnouncementIsToldOnceInTenMinutes() {
    TestExchange exchange = new TestExchange();
    assertThat(Dissected.facts(new Arp(), exchange, ANNOUNCEMENT)).anyMatch(f -> f.startsWith("act ANNOUNCE announcement"));
    assertThat(Dissected.facts(new Arp(), exchange, ANNOUNCEMENT)).noneMatch(f -> f.startsWith("act"));
    exchange.pass(601_000_000_000L);
    assertThat(Dissected.facts(new Arp(), exchange, ANNOUNCEMENT)).anyMatch(f -> f.startsWith("act"));
  }

  @Test
  void whoSpeaksForAnotherContradictsItself() {
    Message spoof = arp("spoof", "0002", "001B1B020304", "0A000001", PLC, "0A000007");
    assertThat(Dissected.facts(new Arp(), spoof)).anyMatch(f -> f.startsWith("flaw sender is not the frame's"));
  }
}
