package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Announcements built after RFC 6762 §8.3 and RFC 6763. */
final class MdnsTest extends DissectorContract {
  private static String text(String... pairs) {
    StringBuilder s = new StringBuilder();
    for (String pair : pairs) {
      s.append("%02X".formatted(pair.length())).append(ascii(pair));
    }
    return s.toString();
  }

  private static final String ANNOUNCEMENT = "0000 8400 0000 0004 0000 0001"
      + DnsTest.record(DnsTest.name("printer-3.local"), 1, 0x8001, 120, "0A000002")
      + DnsTest.record("C00C", 28, 0x8001, 120, "FE800000000000000000000000000002")
      + DnsTest.record(DnsTest.name("Lab printer._ipp._tcp.local"), 33, 0x8001, 120, "0000 0000 0277 C00C")
      + DnsTest.record("C047", 16, 0x8001, 4500, text("txtvers=1", "ty=Acme 400", "usb_MFG=Acme", "note=Lab 2", "sn="))
      + DnsTest.record(DnsTest.name("_ipp._tcp.local"), 12, 1, 4500, "C047");

  @Override
  protected Dissector dissector() {
    return Dns.multicast();
  }

  private static Message sent(String name, String hex) {
    return Message.request(name, 5353, 5353, hex).between("10.0.0.2", "224.0.0.251");
  }

  @Override
  protected List<Message> messages() {
    return List.of(sent("announcement", ANNOUNCEMENT),
        sent("goodbye", "0000 8400 0000 0001 0000 0000" + DnsTest.record(DnsTest.name("printer-3.local"), 1, 0x8001, 0, "0A000002")),
        sent("types-there", "0000 8400 0000 0001 0000 0000" + DnsTest.record(DnsTest.name("printer-3.local"), 47, 0x8001, 120, "C00C 00 05 4000800008")),
        sent("query", "0000 0000 0001 0001 0000 0000" + DnsTest.name("_ipp._tcp.local") + "000C 8001"
            + DnsTest.record("C00C", 12, 1, 100, "01" + ascii("x") + "C00C")));
  }

  @Test
  void aPrinterTellsNameServiceAndModel() {
    assertThat(Dissected.facts(Dns.multicast(), messages().get(0))).extracting(f -> f.replaceAll(" by .*", "")).contains(
        "claim HOSTNAME of 10.0.0.2 = printer-3.local", "claim ADDRESS of 10.0.0.2 = fe80::2",
        "claim SERVICE of 10.0.0.2 = tcp/631 ipp", "claim NAME of 10.0.0.2 = Lab printer", "claim MODEL of 10.0.0.2 = Acme 400",
        "claim VENDOR of 10.0.0.2 = Acme", "claim LOCATION of 10.0.0.2 = Lab 2").doesNotContain("claim SERIAL of 10.0.0.2 = ");
  }

  @Test
  void aGoodbyeIsNoClaim() {
    assertThat(Dissected.facts(Dns.multicast(), messages().get(1))).containsExactly("operation response");
  }
}
