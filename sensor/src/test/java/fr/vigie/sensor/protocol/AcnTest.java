package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built by E1.31-2018 and the discovery of E1.33-2019; {@code BuildingTsharkTest} has tshark read them. */
final class AcnTest extends DissectorContract {
  static final String CID = "00112233445566778899aabbccddeeff";

  /** A block with a length of 12 bits. */
  static String block(String content) {
    return String.format("%04x", 0x7000 | 2 + hex(content).length) + content;
  }

  /** A block with a length of 20 bits. */
  static String large(String content) {
    return String.format("%06x", 0xF00000 | 3 + hex(content).length) + content;
  }

  private static String packet(int vector, String framing) {
    return "0010 0000" + ascii("ASC-E1.17") + "000000" + block(String.format("%08x", vector) + CID + framing);
  }

  private static String text(String text, int octets) {
    return ascii(text) + "00".repeat(octets - text.length());
  }

  /** A whole universe, as tshark needs it: the start code, some levels, and darkness. */
  private static String data(String priority, String options, String first) {
    String levels = first + "00".repeat(513 - hex(first).length);
    return packet(4, block("00000002" + text("Foyer console", 64) + priority + "0000 2a" + options + "0007"
        + block("02 a1 0000 0001" + String.format("%04x", hex(levels).length) + levels)));
  }

  private static String llrp(int vector, String body) {
    return "0010 0000" + ascii("ASC-E1.17") + "000000" + large("0000000a" + CID + large(String.format("%08x", vector) + "ff".repeat(16) + "00000001" + body));
  }

  private static Message from(String name, String hex) {
    return request(name, Acn.PORT, Acn.PORT, hex);
  }

  private static Message low(String name, String hex) {
    return request(name, Acn.LLRP, Acn.LLRP, hex);
  }

  @Override
  protected Dissector dissector() {
    return new Acn(Dissector.Transport.UDP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(
        from("data", data("64", "00", "00 ff7f00")),
        from("data-of-another-start-code", data("64", "80", "dd 64646464")),
        from("stream-terminated", data("64", "40", "00 000000")),
        from("priority-beyond-the-highest-is-a-flaw", data("fa", "00", "00 ff")),
        from("another-property-type-is-a-flaw", data("64", "00", "00 ff").replace("02 a1", "02 a2")),
        from("synchronization", packet(8, block("00000001 05 0007 0000"))),
        from("universe-discovery", packet(8, block("00000002" + text("Foyer console", 64) + "00000000" + block("00000001 00 00 0001 0007 0100")))),
        from("sdt", packet(1, "0000")),
        low("llrp-probe-request", llrp(1, large("01 000000000000 ffffffffffff 0000"))),
        response("llrp-probe-reply", Acn.LLRP, Acn.LLRP, llrp(2, large("01" + ArtNetTest.FIXTURE + "0016f0aabbcc 00"))),
        low("llrp-rdm-set", llrp(3, large("cc" + ArtNetTest.rdm(ArtNetTest.FIXTURE, ArtNetTest.CONTROLLER, 9, 1, 0x30, 0x1000, "01")))));
  }

  @Test
  void aBlockLongerThanTheDatagramIsNotMine() {
    String good = data("64", "00", "00 ff");
    assertThat(Dissected.facts(dissector(), from("a", good.substring(0, good.length() - 2)))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(dissector(), from("b", good.replaceFirst("0010", "0011")))).containsExactly("not mine at 0");
  }
}
