package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** LLDPDUs built after IEEE 802.1AB-2016 clause 8 and ANSI/TIA-1057 §10.2.6. */
final class LldpTest extends DissectorContract {
  private static String tlv(int type, String hex) {
    String value = hex.replaceAll("\\s", "");
    return "%04X".formatted(type << 9 | value.length() / 2) + value;
  }

  private static final String MANDATORY = tlv(1, "04 00 1B 1B 02 03 04") + tlv(2, "05" + ascii("Gi1/0/7")) + tlv(3, "0078");
  private static final String END = "0000";

  private static final String SWITCH = MANDATORY + tlv(4, ascii("to plant room")) + tlv(5, ascii("sw-tech-02"))
      + tlv(6, ascii("SCALANCE XC208 V4.3")) + tlv(7, "0014 0004") + tlv(8, "05 01 0A 00 00 02  02 00000007  00")
      + tlv(127, "00 80 C2 01 00 0A") + END;

  @Override
  protected Dissector dissector() {
    return new Lldp();
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  private static Message lldp(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("00:1b:1b:02:03:04", "01:80:c2:00:00:0e");
  }

  @Override
  protected List<Message> messages() {
    return List.of(lldp("switch", SWITCH),
        lldp("media-endpoint", MANDATORY + tlv(7, "0024 0020") + tlv(127, "0012BB 05" + ascii("rev 2")) + tlv(127, "0012BB 06" + ascii("B1"))
            + tlv(127, "0012BB 07" + ascii("4.2.1")) + tlv(127, "0012BB 08" + ascii("SN0042")) + tlv(127, "0012BB 09" + ascii("Acme"))
            + tlv(127, "0012BB 0A" + ascii("P-100")) + tlv(127, "0012BB 0B" + ascii("asset 7")) + END),
        lldp("padded", MANDATORY + END + "00".repeat(24)),
        lldp("shutdown", tlv(1, "04 00 1B 1B 02 03 04") + tlv(2, "05" + ascii("Gi1/0/7")) + tlv(3, "0000") + END),
        lldp("addresses", tlv(1, "05 01 0A 00 00 09") + tlv(2, "03 00 1B 1B 02 03 05") + tlv(3, "0078")
            + tlv(8, "11 02 FE80000000000000021B1BFFFE020304  01 00000001  06 2B0601040181") + tlv(8, "07 06 00 1B 1B 02 03 06 02 00000001 00")
            + END),
        lldp("bridge-and-medium", MANDATORY + tlv(127, "0080C2 01 000A") + tlv(127, "0080C2 02 06 000A") + tlv(127, "0080C2 03 000A 05" + ascii("plant"))
            + tlv(127, "0080C2 04 08 0026424203000000") + tlv(127, "0080C2 06 0063") + tlv(127, "0080C2 07 01 00000000") + tlv(127, "00120F 01 03 6C01 001E")
            + tlv(127, "00120F 02 07 01 04 52 0082 0082") + tlv(127, "00120F 03 01 00000000") + tlv(127, "00120F 04 05EE")
            + tlv(127, "00120F 05 0011 0011 0011 0011 0011") + END),
        lldp("telephone", MANDATORY + tlv(127, "0012BB 01 0033 03") + tlv(127, "0012BB 02 01 40C96E") + tlv(127, "0012BB 03 03 31313233")
            + tlv(127, "0012BB 04 52 0032") + END),
        lldp("profinet", MANDATORY + tlv(127, "000ECF 01 00000046 00000000 000000AA 00000000 00000010") + tlv(127, "000ECF 02 0000 0000")
            + tlv(127, "000ECF 04 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0000") + tlv(127, "000ECF 05 001B1B020300")
            + tlv(127, "000ECF 06 001B1B020300" + "11".repeat(16) + "22".repeat(16) + "80000001 80000002 80000003 80000004") + tlv(127, "000ECF 63 DEAD") + END),
        lldp("out-of-order", tlv(1, "04 00 1B 1B 02 03 04") + tlv(3, "0078") + tlv(2, "05" + ascii("Gi1/0/7")) + END),
        lldp("without-end", MANDATORY));
  }

  @Test
  void aSwitchNamesItself() {
    assertThat(Dissected.facts(new Lldp(), lldp("switch", SWITCH))).contains(
        "claim NAME of 00:1b:1b:02:03:04 = sw-tech-02 by 00:1b:1b:02:03:04 | IEEE 802.1AB-2016 §8.5.6",
        "claim ROLE of 00:1b:1b:02:03:04 = bridge by 00:1b:1b:02:03:04 | IEEE 802.1AB-2016 §8.5.8",
        "claim ADDRESS of 00:1b:1b:02:03:04 = 10.0.0.2 by 00:1b:1b:02:03:04 | IEEE 802.1AB-2016 §8.5.9")
        .noneMatch(f -> f.contains("router"));
  }

  @Test
  void aSwitchNamesTheVlanOfItsPort() {
    assertThat(Dissected.facts(new Lldp(), lldp("switch", SWITCH))).contains(
        "claim BANNER of 00:1b:1b:02:03:04 = port-vlan=10 by 00:1b:1b:02:03:04 | IEEE 802.1Q-2018 §D.2.1");
  }
}
