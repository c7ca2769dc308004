package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** BPDUs built after IEEE 802.1D-2004 §9.3 and IEEE 802.1Q-2018 §14.4; checked against tshark by {@link LinkTsharkTest}. */
final class StpTest extends DissectorContract {
  private static final String ROOT = "600A 001B1B000001";
  private static final String BRIDGE = "800A 001B1B020300";
  private static final String TIMES = "0100 1400 0200 0F00";

  /** Flags, root, cost, bridge, port, times. */
  private static String body(int flags, String root, String cost, String bridge, String times) {
    return "%02X".formatted(flags) + root + cost + bridge + "8007" + times;
  }

  private static final Message RAPID = bpdu("rapid", "0000 02 02" + body(0x3C, ROOT, "00004E20", BRIDGE, TIMES) + "00");

  /** Messages on LLC. */
  static final List<Message> PLAIN = List.of(bpdu("configuration", "0000 00 00" + body(0, ROOT, "00000004", BRIDGE, TIMES)),
      bpdu("configuration-of-the-root", "0000 00 00" + body(0, BRIDGE, "00000000", BRIDGE, "0000 1400 0200 0F00")), RAPID,
      bpdu("rapid-with-topology-change", "0000 02 02" + body(0x3D, ROOT, "00004E20", BRIDGE, TIMES) + "00"), bpdu("topology-change", "0000 00 80"),
      bpdu("multiple", "0000 03 02" + body(0x7C, "6000 001B1B000001", "00000000", "8000 001B1B020300", TIMES) + "00 0050 00" + ascii("hospital") + "00".repeat(24) + "0003"
          + "AC36177F50283CD4B83821D8AB26DE62" + "00004E20 8000 001B1B020300 13" + "7C 8001 001B1B000001 00004E20 80 80 13"),
      bpdu("message-too-old", "0000 00 00" + body(0, ROOT, "00000004", BRIDGE, "1400 1400 0200 0F00")),
      bpdu("version-3-length-is-a-flaw", "0000 03 02" + body(0x7C, ROOT, "00000000", BRIDGE, TIMES) + "00 0050 0000"));

  /** Messages on SNAP, one tree for each VLAN. */
  static final List<Message> EACH_VLAN = List.of(
      bpdu("vlan-configuration", "0000 00 00" + body(0, ROOT, "00000004", BRIDGE, TIMES) + "00 0000 0002 000A"),
      bpdu("vlan-rapid", "0000 02 02" + body(0x3C, ROOT, "00004E20", BRIDGE, TIMES) + "00 0000 0002 000A"));

  private static Message bpdu(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("00:1b:1b:02:03:07", "01:80:c2:00:00:00");
  }

  @Override
  protected Dissector dissector() {
    return new Stp();
  }

  /** A BPDU's length follows from its type; padding may stand behind it. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A topology change notification is four octets; what is longer and cut is still one where its type says so, or a shorter kind. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return message.name().contains("topology") && octets >= (message.octets()[3] == (byte) 0x80 ? 4 : 36);
  }

  @Override
  protected List<Message> messages() {
    return Stream.concat(PLAIN.stream(), EACH_VLAN.stream()).toList();
  }

  @Test
  void aBridgeNamesTheRoot() {
    assertThat(Dissected.facts(new Stp(), RAPID)).contains(
        "claim ROLE of 00:1b:1b:02:03:07 = bridge by 00:1b:1b:02:03:07 | IEEE 802.1D-2004 §9.3",
        "claim MAC of 00:1b:1b:02:03:07 = 00:1b:1b:02:03:00 by 00:1b:1b:02:03:07 | IEEE 802.1D-2004 §9.2.5",
        "claim BANNER of 00:1b:1b:02:03:07 = stp-root=24576 00:1b:1b:00:00:01 by 00:1b:1b:02:03:07 | IEEE 802.1D-2004 §9.2.5")
        .noneMatch(f -> f.contains("root-bridge"));
  }

  @Test
  void garpIsNobodys() {
    assertThat(Dissected.facts(new Stp(), bpdu("garp", "0001 01 02 00 0000"))).containsExactly("not mine at 0");
  }
}
