package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets built by the pictures in {@link Lon} and {@link LonTalk}; {@code BuildingTsharkTest} has tshark read those that it knows. */
final class LonTest extends DissectorContract {
  /** A packet of this type around a body. */
  private static String packet(int type, int flags, int vendor, String body) {
    return String.format("%04x 01 %02x 00 %02x %04x 6b8b4567 00000001 00000002", 20 + hex(body).length, type, flags, vendor) + body;
  }

  private static String packet(int type, String body) {
    return packet(type, 0, 0, body);
  }

  private static Message from(String name, String hex) {
    return request(name, Lon.PORT, Lon.PORT, hex);
  }

  private static Message back(String name, String hex) {
    return response(name, Lon.PORT, Lon.PORT, hex);
  }

  /** Subnet 1 node 42 to subnet 1 node 41 of domain 01. */
  private static final String THERE = "01aa 01a9 01";
  private static final String BACK = "01a9 01aa 01";

  /** From the time to the address: a router that asks to be one. */
  private static String registration(int type, String address, String name) {
    return packet(type, "bc17c200 03 00 01 01 01 00 03e8 0006 065c" + address + "00000000 00000000 0a000002 00000000 00000000 065d 007b 0000 0000"
        + "ef000001 065c 0000" + "00d0712a3b4c" + String.format("%02x", name.length()) + ascii(name));
  }

  @Override
  protected Dissector dissector() {
    return new Lon();
  }

  @Override
  protected List<Message> messages() {
    Message register = from("device-registration", registration(0x03, "0a000001", "Lon-Router-3"));
    Message askConfiguration = from("device-configuration-request", packet(0x63, "bc17c200 00 0007 00 00000000 0a000002"));
    Message fetch = from("network-variable-fetch", packet(1, "01 19" + THERE + "05 73 02"));
    Message poll = from("network-variable-poll", packet(1, "01 19" + THERE + "06 c1 0d"));
    Message queryDomain = from("query-domain", packet(1, "01 19" + THERE + "07 6a 00"));
    Message offline = from("set-node-mode-offline", packet(1, "01 19" + THERE + "08 6c 00"));
    return List.of(
        from("network-variable-update", packet(1, "01 09" + THERE + "03 810d 00ca")),
        from("acknowledgement", packet(1, "00 09" + BACK + "23")),
        from("update-repeated-to-a-group", packet(1, "81 05 01aa 07 01 11 8123 64")),
        from("update-broadcast-without-domain", packet(1, "01 30 0201 00 8a45 1f")),
        from("acknowledgement-of-a-group-member", packet(1, "00 09 012a 01a9 07 02 01 23")),
        from("reminder-with-message", packet(1, "01 05 01aa 07 01 51 01 fe 8123 64")),
        from("reminder-of-a-request", packet(1, "01 15 01aa 07 01 41 01 fe")),
        fetch,
        from("network-variable-fetch-response", packet(1, "00 19" + BACK + "25 33 02 01f4")).after(fetch),
        from("network-variable-fetch-failed", packet(1, "00 19" + BACK + "25 13 02")).after(fetch),
        poll,
        from("network-variable-poll-response", packet(1, "00 19" + BACK + "26 81 0d 0bb8")).after(poll),
        queryDomain,
        from("query-domain-response-holds-a-key", packet(1, "00 19" + BACK + "27 2a 01 000000000000 01 aa 01 0102030405ff")).after(queryDomain),
        from("update-domain-holds-a-key", packet(1, "01 19" + THERE + "09 63 00 010000000000 01 aa 01 0102030405ff")),
        from("update-key", packet(1, "01 19" + THERE + "0a 65 00 0102030405ff")),
        offline,
        from("set-node-mode-reset-by-neuron-id", packet(1, "01 1d 01aa 01 00d0712a3b4c 01 0b 6c 02")),
        from("set-node-mode-online-refused", packet(1, "00 19" + BACK + "28 0c")).after(offline),
        from("write-memory", packet(1, "01 19" + THERE + "0c 6e 00 f000 04 00 deadbeef")),
        from("wink", packet(1, "01 09" + THERE + "0d 70 00")),
        from("query-id", packet(1, "01 11 0181 00 01 0e 61 00")),
        from("service-pin-of-a-configured-node", packet(1, "00 30 0185 00 7f 00d0712a3b4c 9000015001010400")),
        from("service-pin", packet(1, "00 30 0080 00 7f 00d0712a3b4c 9000015001010400")),
        from("challenge", packet(1, "00 29" + BACK + "03 0011223344556677")),
        from("challenge-reply-in-a-group", packet(1, "00 25 01aa 07 01 63 8899aabbccddeeff 07")),
        from("foreign-frame", packet(1, "00 39" + THERE + "4e 01020304")),
        from("unknown-transport-type-is-a-flaw", packet(1, "01 09" + THERE + "73 810d")),
        from("broken-lontalk-packet-is-short", packet(1, "80 00 0001 00")),
        from("secured-with-digest", packet(1, 0x20, 0, "01 09" + THERE + "03 810d 00ca") + "00112233445566778899aabbccddeeff"),
        register,
        back("registration-refused", packet(0x07, "bc17c200 04 0000 00")).after(register),
        back("registration-accepted", packet(0x07, "bc17c200 00 0000 00")).after(register),
        askConfiguration,
        back("device-configuration-asked-for", registration(0x71, "0a000002", "Config-Server")).after(askConfiguration),
        back("device-configuration-of-another", registration(0x71, "0a000001", "Lon-Router-3")),
        back("channel-membership", packet(0x04, "bc17c200 bc17c200 00000000 0002 0000 0a000001 065c 0000 bc17c200 0a000003 065c 0000 bc17c200")),
        back("channel-routing-of-another", packet(0x08, "bc17c200 0000 065c 00000000 0a000003 03 00 01 01 0006 0000 0006 0048 00d0712a3b4c"
            + "01 7e 0000 0000" + "02" + "00".repeat(31) + "00".repeat(32) + "01 00 010000000000")),
        from("channel-routing-of-itself", packet(0x08, "bc17c200 0000 065c 00000000 0a000001 03 00 01 01 0000 0000 0000 0000")),
        back("send-list", packet(0x06, "bc17c200 01 00 0000 0a000003 065c 0000")),
        from("statistics-request", packet(0x60, "bc17c200 04 0008 00 00000000 00000000")),
        back("statistics", packet(0x70, "00000e10" + "00000001".repeat(29))),
        from("echelon-reboot", packet(0xF5, 0, 1, "bc17c200 00000001")),
        from("echelon-version", packet(0xF6, 0, 1, "00000000" + ascii("i.LON SmartServe") + "0004 0002 0123 0002")),
        from("segment", packet(0x7F, "0011223344")));
  }

  @Test
  void aLengthThatIsNotTheDatagramsIsNotMine() {
    String good = packet(1, "01 09" + THERE + "03 810d 00ca");
    assertThat(Dissected.facts(new Lon(), from("long", good + "00"))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Lon(), from("version", good.replaceFirst(" 01 ", " 02 ")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Lon(), from("type", packet(0x02, "00")))).containsExactly("not mine at 0");
  }

  @Test
  void packetsInOneDatagramAreReadOneByOne() {
    String two = packet(1, "01 09" + THERE + "03 810d 00ca") + packet(1, "00 09" + BACK + "23");
    assertThat(Dissected.facts(new Lon(), from("two", two))).contains("operation networkVariableUpdate", "operation acknowledgement");
    assertThat(Dissected.facts(new Lon(), from("cut", two.substring(0, two.length() - 2)))).containsExactly("not mine at 0");
  }

  @Test
  void keysAppearNowhere() {
    for (Message message : messages()) {
      if (message.name().contains("key")) {
        assertThat(String.join("\n", Dissected.facts(new Lon(), message))).doesNotContainIgnoringCase("0102030405");
      }
    }
  }
}
