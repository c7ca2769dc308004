package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built after RFC 2865 §3 and §5, RFC 2866 and RFC 5176; checked against tshark by {@link HostTsharkTest}. */
final class RadiusTest extends DissectorContract {
  private static String attribute(int type, String hex) {
    String value = hex.replaceAll("\\s", "");
    return "%02X%02X".formatted(type, value.length() / 2 + 2) + value;
  }

  private static String packet(int code, String attributes) {
    String body = attributes.replaceAll("\\s", "");
    return "%02X 2A %04X".formatted(code, 20 + body.length() / 2) + "0F403F9473978057BD83D5CB98F4227A" + body;
  }

  private static final String STATION = attribute(31, ascii("00-05-3C-04-8D-59"));
  private static final Message REQUEST = Message.request("access-request", 40000, 1812, packet(1, attribute(1, ascii("nurse.martin")) + attribute(2, "0DBE708D93D413CE3196E43F782A0AEE")
      + attribute(4, "0A000001") + attribute(5, "00000007") + attribute(6, "00000002") + attribute(30, ascii("00-1B-1B-02-03-07")) + STATION + attribute(32, ascii("sw-tech-02"))
      + attribute(61, "0000000F") + attribute(87, ascii("Gi1/0/7")) + attribute(79, "0201000501") + attribute(80, "00112233445566778899AABBCCDDEEFF")));

  static final List<Message> MESSAGES = List.of(REQUEST,
      Message.response("access-accept", 1812, 40000, packet(2, attribute(6, "00000002") + attribute(81, "00" + ascii("20")) + attribute(26, "00000137 1034" + "5A".repeat(16)))).after(REQUEST),
      Message.response("access-reject", 1812, 40000, packet(3, attribute(18, ascii("no")))).after(REQUEST),
      Message.response("access-challenge", 1812, 40000, packet(11, attribute(24, "0102") + attribute(79, "01020006190 0".replace(" ", "")))).after(REQUEST),
      Message.request("accounting-start", 40001, 1813, packet(4, attribute(40, "00000001") + attribute(4, "0A000063") + STATION + attribute(8, "0A000064") + attribute(44, ascii("5E3A")))),
      Message.request("disconnect", 40002, 3799, packet(40, STATION)), Message.response("disconnect-refused", 3799, 40002, packet(42, attribute(101, "000001F7"))).after(
          Message.request("disconnect", 40002, 3799, packet(40, STATION))),
      Message.request("attribute-length-is-a-flaw", 40000, 1812, packet(1, "0101 04060A000001")));

  @Override
  protected Dissector dissector() {
    return new Radius();
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void theAccessDeviceNamesThePortOfTheStation() {
    assertThat(Dissected.facts(new Radius(), REQUEST)).contains("claim PORT of 00:05:3c:04:8d:59 = sw-tech-02 Gi1/0/7 by 10.0.0.1 | RFC 2865 §5.5",
        "claim NAME of 10.0.0.1 = sw-tech-02 by 10.0.0.1 | RFC 2865 §5.32");
  }

  @Test
  void whoThePersonIsGoesNowhere() {
    assertThat(Dissected.facts(new Radius(), REQUEST).toString()).contains("user of 12 octets").doesNotContain("martin");
  }
}
