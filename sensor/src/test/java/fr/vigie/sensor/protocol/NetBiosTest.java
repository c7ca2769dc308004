package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 1002 §4.2; checked against tshark by {@link HostTsharkTest}. */
final class NetBiosTest extends DissectorContract {
  /** RFC 1001 §14.1: fifteen octets padded with spaces, and the suffix, as letters from A. */
  static String name(String text, int suffix) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      int c = i == 15 ? suffix : i < text.length() ? text.charAt(i) : text.equals("*") ? 0 : ' ';
      letters.append((char) ('A' + (c >> 4))).append((char) ('A' + (c & 15)));
    }
    return "20" + ascii(letters.toString()) + "00";
  }

  private static String plain(String text, int suffix, String flags) {
    return ascii("%-15s".formatted(text)) + "%02X".formatted(suffix) + flags;
  }

  private static final Message REGISTRATION = nbns("registration", "0001 2910 0001 0000 0000 0001" + name("HMI-CTA-3", 0) + "0020 0001 C00C 0020 0001 000493E0 0006 0000 0A000007");

  private static final Message STATUS = Message.response("node-status", 137, 137, "0002 8400 0000 0001 0000 0000" + name("*", 0) + "0021 0001 00000000 0055 03"
      + plain("HMI-CTA-3", 0, "0400") + plain("PLANT", 0, "8400") + plain("HMI-CTA-3", 0x20, "0400") + "00053C048D59" + "00".repeat(24)).between("10.0.0.7", "10.0.0.1");

  static final List<Message> MESSAGES = List.of(nbns("query", "0001 0110 0001 0000 0000 0000" + name("GTC-SRV", 0x20) + "0020 0001"), REGISTRATION,
      nbns("registration-of-a-group", "0001 2910 0001 0000 0000 0001" + name("PLANT", 0x1C) + "0020 0001 C00C 0020 0001 000493E0 0006 8000 0A000007"),
      nbns("release", "0001 3010 0001 0000 0000 0001" + name("HMI-CTA-3", 0) + "0020 0001 C00C 0020 0001 00000000 0006 0000 0A000007"),
      Message.response("query-answer", 137, 137, "0001 8500 0000 0001 0000 0000" + name("GTC-SRV", 0x20) + "0020 0001 000493E0 0006 0000 0A000002"),
      Message.response("answer-for-another", 137, 137, "0001 8500 0000 0001 0000 0000" + name("GTC-SRV", 0x20) + "0020 0001 000493E0 0006 0000 0A000063"),
      nbns("node-status-query", "0002 0000 0001 0000 0000 0000" + name("*", 0) + "0021 0001"), STATUS,
      nbns("letter-is-a-flaw", "0001 0110 0001 0000 0000 0000" + name("GTC-SRV", 0x20).replace("4747", "5A47") + "0020 0001"));

  private static Message nbns(String name, String hex) {
    return Message.request(name, 137, 137, hex).between("10.0.0.7", "10.0.0.255");
  }

  @Override
  protected Dissector dissector() {
    return new NetBios();
  }

  /** Counts, not lengths, say where a message ends. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void whoRegistersANameHasIt() {
    assertThat(Dissected.facts(new NetBios(), REGISTRATION)).contains("claim HOSTNAME of 10.0.0.7 = HMI-CTA-3 by 10.0.0.7 | RFC 1002 §4.2.2");
  }

  @Test
  void aNodesStatusIsOfItself() {
    assertThat(Dissected.facts(new NetBios(), STATUS)).contains("claim HOSTNAME of 10.0.0.7 = HMI-CTA-3 by 10.0.0.7 | RFC 1002 §4.2.18",
        "claim BANNER of 10.0.0.7 = netbios-group=PLANT by 10.0.0.7 | RFC 1002 §4.2.18", "claim MAC of 10.0.0.7 = 00:05:3c:04:8d:59 by 10.0.0.7 | RFC 1002 §4.2.18");
  }

  @Test
  void anAnswerForAnotherIsNoClaim() {
    assertThat(Dissected.facts(new NetBios(), MESSAGES.get(5))).noneMatch(f -> f.startsWith("claim"));
  }
}
