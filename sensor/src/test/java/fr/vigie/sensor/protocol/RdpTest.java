package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RdpTest extends DissectorContract {
  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 3389, hex);
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 3389, 50000, hex);
  }

  /** RFC 1006 §6 and X.224 §13.3, §13.4. */
  private static String connect(int type, String variable) {
    int octets = variable.length() / 2;
    return "0300%04x".formatted(11 + octets) + "%02x%02x".formatted(6 + octets, type) + "0000" + "0000" + "00" + variable;
  }

  private static String cookie(String name) {
    return Message.ascii("Cookie: mstshash=" + name + "\r\n");
  }

  private static final Message REQUEST = client("request-with-cookie", connect(0xE0, cookie("biomed") + "01000800" + "03000000"));
  private static final Message BARE = client("request-of-the-first-version", connect(0xE0, ""));

  private static String block(int type, String content) {
    int octets = 4 + content.length() / 2;
    return "%02x%02x%02x%02x".formatted(type & 0xFF, type >>> 8, octets & 0xFF, octets >>> 8) + content;
  }

  private static String wide(String text, int octets) {
    String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16LE));
    return hex + "00".repeat(octets - hex.length() / 2);
  }

  /** MS-RDPBCGR §4.1.3's layout, with a core and a security block. */
  private static String connectInitial() {
    String core = block(0xC001, "04000800" + "0005" + "0004" + "01ca" + "03aa" + "0c040000" + "280a0000" + wide("POSTE-GTB", 32) + "04000000" + "00000000" + "0c000000" + "00".repeat(64));
    String blocks = core + block(0xC002, "1b00000000000000");
    String gcc = "0008001000" + "01c000" + Message.ascii("Duca") + "81%02x".formatted(blocks.length() / 2) + blocks;
    String user = "000500147c0001" + "81%02x".formatted(gcc.length() / 2) + gcc;
    String parameters = "3019" + "020122" + "020102" + "020100" + "020101" + "020100" + "020101" + "0202ffff" + "020102";
    String inner = "040101" + "040101" + "0101ff" + parameters + parameters + parameters + "0482%04x".formatted(user.length() / 2) + user;
    String mcs = "7f6582%04x".formatted(inner.length() / 2) + inner;
    return "0300%04x".formatted(7 + mcs.length() / 2) + "02f080" + mcs;
  }

  @Override
  protected Dissector dissector() {
    return new Rdp();
  }

  @Override
  protected List<Message> messages() {
    Message confirm = server("confirm-of-the-first-version", connect(0xD0, "")).after(BARE);
    return List.of(REQUEST, BARE, server("confirm-credssp", connect(0xD0, "02000800" + "02000000")).after(REQUEST), confirm,
        server("failure", connect(0xD0, "03000800" + "05000000")).after(REQUEST), client("connect-initial", connectInitial()).after(BARE, confirm));
  }

  @Test
  void elsewhereACookieOrANegotiationProvesIt() {
    assertThat(String.join("\n", Dissected.facts(new Rdp(), Message.request("x", 50000, 33_890, connect(0xE0, cookie("hello") + "01000800" + "01000000"))))).contains("asks for TLS, a user's name of 5 octets").doesNotContain("hello");
    // Siemens and MMS open like this
    assertThat(Dissected.facts(new Rdp(), Message.request("x", 50000, 102, connect(0xE0, "c1020100" + "c2020102" + "c0010a")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Rdp(), Message.request("x", 50000, 102, "0300001602f08032010000000000080000f0000001"))).containsExactly("not mine at 0");
  }

  @Test
  void whatFollowsInTlsIsReadAsTls() {
    assertThat(Dissected.facts(new Rdp(), new TestExchange().recognised(true), client("x", "15 0303 0002 0228"))).contains("operation alert");
  }

  @Test
  void picturesArePassedOver() {
    assertThat(Dissected.facts(new Rdp(), new TestExchange().recognised(true), server("x", "0006aabbccdd" + "008007aabbccdd" + "0300000902f0806800"))).containsExactly("operation fastPath",
        "operation fastPath", "operation data");
  }
}
