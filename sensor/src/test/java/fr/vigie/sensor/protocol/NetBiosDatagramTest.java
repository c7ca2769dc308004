package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams built after RFC 1002 §4.4, MS-BRWS §2.2 and MS-CIFS §2.2.4.33; checked against tshark by {@link HostTsharkTest}. */
final class NetBiosDatagramTest extends DissectorContract {
  private static String le(int octets, long value) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < octets; i++) {
      s.append("%02X".formatted(value >>> 8 * i & 0xFF));
    }
    return s.toString();
  }

  /** A transaction to a mailslot with its data behind the name. */
  private static String datagram(int type, String mailslot, String data) {
    String body = data.replaceAll("\\s", "");
    int octets = body.length() / 2;
    int at = 32 + 1 + 34 + 2 + mailslot.length() + 1;
    String smb = "FF534D42 25" + "00".repeat(27) + "11" + "0000" + le(2, octets) + "0000 0000 00 00 0000 E8030000 0000 0000 0000" + le(2, octets) + le(2, at) + "03 00 0100 0000 0200"
        + le(2, mailslot.length() + 1 + octets) + ascii(mailslot) + "00" + body;
    String names = NetBiosTest.name("HMI-CTA-3", 0) + NetBiosTest.name("PLANT", 0x1D);
    int length = (names + smb).replaceAll("\\s", "").length() / 2;
    return "%02X 0A 1234 0A000007 008A %04X 0000".formatted(type, length) + names + smb;
  }

  private static final Message ANNOUNCEMENT = nbdgm("host-announcement", datagram(0x11, "\\MAILSLOT\\BROWSE", "01 00 60EA0000" + ascii("HMI-CTA-3") + "00".repeat(7) + "0A 00 0B920500 0F01 55AA"
      + ascii("plant room B2") + "00"));

  static final List<Message> MESSAGES = List.of(ANNOUNCEMENT,
      nbdgm("local-master-announcement", datagram(0x11, "\\MAILSLOT\\BROWSE", "0F 00 60EA0000" + ascii("GTC-SRV") + "00".repeat(9) + "06 03 0B921C00 0F01 55AA 00")),
      nbdgm("domain-announcement", datagram(0x11, "\\MAILSLOT\\BROWSE", "0C 00 60EA0000" + ascii("PLANT") + "00".repeat(11) + "06 03 00100080 0F01 55AA" + ascii("GTC-SRV") + "00")),
      nbdgm("election", datagram(0x11, "\\MAILSLOT\\BROWSE", "08 01 200F0110 42700B00 00000000" + ascii("HMI-CTA-3") + "00")), nbdgm("another-mailslot", datagram(0x10, "\\MAILSLOT\\NET\\NETLOGON", "0700 4142")), nbdgm("error", "13 02 1234 0A000007 008A 82"),
      nbdgm("query", "14 02 1234 0A000007 008A" + NetBiosTest.name("PLANT", 0x1D)));

  private static Message nbdgm(String name, String hex) {
    return Message.request(name, 138, 138, hex).between("10.0.0.7", "10.0.0.255");
  }

  @Override
  protected Dissector dissector() {
    return new NetBiosDatagram();
  }

  /** The length is of the data behind the header, and a fragment has less of it. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void aHostAnnouncesWhatItIs() {
    assertThat(Dissected.facts(new NetBiosDatagram(), ANNOUNCEMENT)).contains("claim HOSTNAME of 10.0.0.7 = HMI-CTA-3 by 10.0.0.7 | MS-BRWS §2.2.1",
        "claim DESCRIPTION of 10.0.0.7 = plant room B2 by 10.0.0.7 | MS-BRWS §2.2.1");
  }
}
