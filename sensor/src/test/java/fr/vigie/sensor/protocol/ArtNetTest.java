package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built by the Art-Net 4 specification; {@code BuildingTsharkTest} has tshark read them. */
final class ArtNetTest extends DissectorContract {
  private static String packet(int opcode, String body) {
    return ascii("Art-Net") + "00" + String.format("%02x%02x", opcode & 0xFF, opcode >> 8) + (opcode == 0x2100 ? "" : "000e") + body;
  }

  private static String text(String text, int octets) {
    return ascii(text) + "00".repeat(octets - text.length());
  }

  /** RDM behind its start code, with its checksum (E1.20 6.2). */
  static String rdm(String to, String from, int transaction, int response, int kind, int parameter, String data) {
    int octets = hex(data).length;
    String body = String.format("01%02x", 24 + octets) + to + from + String.format("%02x%02x00 0000 %02x %04x %02x", transaction, response, kind, parameter, octets)
        + data;
    int sum = 0xCC;
    for (byte octet : hex(body)) {
      sum += octet & 0xFF;
    }
    return body + String.format("%04x", sum & 0xFFFF);
  }

  static final String FIXTURE = "4c55 00000001 ";
  static final String CONTROLLER = "7a70 12345678 ";

  private static Message from(String name, String hex) {
    return request(name, ArtNet.PORT, ArtNet.PORT, hex);
  }

  private static Message back(String name, String hex, Message... asked) {
    return response(name, ArtNet.PORT, ArtNet.PORT, hex).after(asked);
  }

  private static String rdmPacket(String rdm) {
    return packet(0x8300, "01 00" + "00".repeat(7) + "00 00 01" + rdm);
  }

  @Override
  protected Dissector dissector() {
    return new ArtNet();
  }

  /** Art-Net states no length of the whole. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** Fillers and data follow what the packet says. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return octets >= switch (message.name()) {
      case "input", "tod-control" -> 16;
      case "ip-prog", "ip-prog-asks" -> 26;
      case "firmware-first" -> 40;
      case "trigger" -> 18;
      default -> message.octets().length;
    };
  }

  @Override
  protected List<Message> messages() {
    Message program = from("ip-prog", packet(0xF800, "0000 84 00 0a000063 ff000000 1936 00000000 00000000"));
    Message firmware = from("firmware-first", packet(0xF200, "0000 00 00 00010000" + "00".repeat(20) + "00".repeat(64)));
    Message get = from("rdm-get-label", rdmPacket(rdm(FIXTURE, CONTROLLER, 7, 1, 0x20, 0x0082, "")));
    Message reset = from("rdm-set-reset-device", rdmPacket(rdm(FIXTURE, CONTROLLER, 8, 1, 0x30, 0x1001, "01")));
    return List.of(
        from("poll", packet(0x2000, "06 10")),
        back("poll-reply", packet(0x2100, "0a000002 3619 0105 00 01 04b1 00 d0 524c" + text("Foyer", 18) + text("Foyer dimmer node", 64)
            + text("#0001 [0001] ok", 64) + "0001 80000000 00000000 80000000 00000000 03000000 000000 000000 00 0016f0aabbcc 0a000002 01 0e"
            + "00".repeat(26))),
        back("poll-reply-of-an-early-node", packet(0x2100, "0a000002 3619 0105 00 01 04b1 00 d0 524c" + text("Foyer", 18) + text("", 64)
            + text("", 64) + "0001 80000000 00000000 80000000 00000000 03000000 000000 000000 01 0016f0aabbcc")),
        from("dmx", packet(0x5000, "2a 00 13 02 0004 ff7f0010")),
        from("dmx-too-long-is-a-flaw", packet(0x5000, "2a 00 13 02 0400 ff7f0010")),
        from("nzs", packet(0x5100, "2a 91 13 02 0002 ff7f")),
        from("sync", packet(0x5200, "0000")),
        from("address", packet(0x6000, "80 01" + text("Stage", 18) + text("Stage left", 64) + "7f7f7f7f 83000000 80 00 04")),
        from("input", packet(0x7000, "00 01 0001 01000000")),
        from("tod-request", packet(0x8000, "0000" + "00".repeat(7) + "00 00 01 01")),
        back("tod-data", packet(0x8100, "01 01" + "00".repeat(6) + "01 00 00 01 0002 00 02" + FIXTURE + "4c55 00000002")),
        from("tod-control", packet(0x8200, "0000" + "00".repeat(7) + "00 01 01")),
        get,
        back("rdm-label", rdmPacket(rdm(CONTROLLER, FIXTURE, 7, 0, 0x21, 0x0082, ascii("Spot 4"))), get),
        back("rdm-refused", rdmPacket(rdm(CONTROLLER, FIXTURE, 8, 2, 0x31, 0x1001, "0005")), reset),
        reset,
        from("rdm-wrong-checksum-is-a-flaw", rdmPacket(rdm(FIXTURE, CONTROLLER, 8, 1, 0x30, 0x00F0, "0001").replaceAll("....$", "0000"))),
        program,
        back("ip-prog-reply", packet(0xF900, "00000000 0a000063 ff000000 1936 00 00 00000000 0000"), program),
        from("ip-prog-asks", packet(0xF800, "0000 00 00 00000000 00000000 0000 00000000 00000000")),
        firmware,
        back("firmware-done", packet(0xF300, "0000 01" + "00".repeat(21)), firmware),
        back("firmware-failed", packet(0xF300, "0000 ff" + "00".repeat(21)), firmware),
        from("command", packet(0x2400, "ffff 0014" + ascii("SwoutText=Playback&") + "00")),
        from("trigger", packet(0x9900, "0000 ffff 01 05" + "00".repeat(16))),
        from("time-code", packet(0x9700, "00 00 0c 1e 0f 0a 01")),
        back("diagnostics", packet(0x2300, "00 10 00 00 0006" + ascii("hello") + "00")),
        from("of-another-version-is-a-flaw", packet(0x5200, "0000").replaceFirst("000e", "000d")));
  }

  @Test
  void whatOnlyBeginsLikeItIsNotMine() {
    assertThat(Dissected.facts(new ArtNet(), from("a", ascii("Art-Net") + "01 0020 000e 0610"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new ArtNet(), from("b", packet(0x1234, "0000")))).containsExactly("not mine at 0");
  }
}
