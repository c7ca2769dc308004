package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Announcements built item by item; checked against tshark by {@link LinkTsharkTest}. */
final class CdpTest extends DissectorContract {
  private static String item(int type, String hex) {
    String value = hex.replaceAll("\\s", "");
    return "%04X%04X".formatted(type, value.length() / 2 + 4) + value;
  }

  private static final Message SWITCH = cdp("switch", "02 B4 0000" + item(1, ascii("sw-tech-02.hospital.example")) + item(2, "00000001 01 01 CC 0004 0A000002")
      + item(3, ascii("GigabitEthernet1/0/7")) + item(4, "00000028") + item(5, ascii("Cisco IOS Software, Version 15.2(7)E4")) + item(6, ascii("cisco WS-C2960X-24TS-L"))
      + item(9, ascii("hospital")) + item(10, "000A") + item(11, "01") + item(0x12, "00") + item(0x13, "00") + item(0x14, ascii("sw-tech-02")) + item(0x16, "00000001 01 01 CC 0004 0A000002")
      + item(0x17, "00" + ascii("plant room B2")) + item(0x1A, "0000 0001 00003C28 FFFFFFFF"));

  static final List<Message> MESSAGES = List.of(SWITCH,
      cdp("telephone", "02 B4 0000" + item(1, ascii("SEP001122334455")) + item(3, ascii("Port 1")) + item(4, "00000490") + item(0x0F, "20 0214") + item(0x10, "189C") + item(0x11, "000005DC")
          + item(0x19, "0001 0001 0000189C")),
      cdp("version-1-with-ipv6", "01 B4 0000" + item(1, ascii("rtr")) + item(2, "00000002 01 01 CC 0004 0A000001 02 08 AAAA0300000086DD 0010 FE80000000000000021B1BFFFE020304")
          + item(4, "00000001") + item(7, "0A000000 18 0A000100 18")),
      cdp("gateway", "02 B4 0000" + item(1, ascii("hub")) + item(7, "0A000001") + item(0x99, "DEAD")),
      cdp("item-length-is-a-flaw", "02 B4 0000" + item(1, ascii("rtr")) + "0003 0002 00"));

  private static Message cdp(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("00:1b:1b:02:03:07", "01:00:0c:cc:cc:cc");
  }

  @Override
  protected Dissector dissector() {
    return new Cdp();
  }

  /** Items follow until the frame ends. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void aSwitchNamesItselfAndItsPort() {
    assertThat(Dissected.facts(new Cdp(), SWITCH)).contains(
        "claim HOSTNAME of 00:1b:1b:02:03:07 = sw-tech-02 by 00:1b:1b:02:03:07 | Cisco Discovery Protocol §type 0x0014",
        "claim PORT of 00:1b:1b:02:03:07 = GigabitEthernet1/0/7 by 00:1b:1b:02:03:07 | Cisco Discovery Protocol §type 0x0003",
        "claim MODEL of 00:1b:1b:02:03:07 = cisco WS-C2960X-24TS-L by 00:1b:1b:02:03:07 | Cisco Discovery Protocol §type 0x0006",
        "claim ADDRESS of 00:1b:1b:02:03:07 = 10.0.0.2 by 00:1b:1b:02:03:07 | Cisco Discovery Protocol §type 0x0002",
        "claim ROLE of 00:1b:1b:02:03:07 = switch by 00:1b:1b:02:03:07 | Cisco Discovery Protocol §type 0x0004");
  }
}
