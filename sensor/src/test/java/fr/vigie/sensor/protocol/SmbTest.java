package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmbTest extends DissectorContract {
  private static final String USER = "svc_backup";
  private static final String RESPONSE = "5ec2e7" + "aa".repeat(21);

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 445, hex);
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 445, 50000, hex);
  }

  private static String le(long value, int octets) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < octets; i++) {
      s.append("%02x".formatted(value >>> 8 * i & 0xFF));
    }
    return s.toString();
  }

  private static String wide(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16LE));
  }

  private static int octets(String hex) {
    return hex.length() / 2;
  }

  private static String session(String hex) {
    return "00%06x".formatted(octets(hex)) + hex;
  }

  private static String smb2(int command, boolean response, long status, int message, String body) {
    return session("fe534d42" + le(64, 2) + le(1, 2) + le(status, 4) + le(command, 2) + le(1, 2) + le(response ? 1 : 0, 4) + le(0, 4) + le(message, 8) + le(0xFEFF, 4) + le(0, 4) + le(0x41, 8)
        + "00".repeat(16) + body);
  }

  /** X.690 8.1.3: short, or one octet of length. */
  private static String der(int tag, String content) {
    int length = octets(content);
    return "%02x".formatted(tag) + (length < 128 ? "%02x".formatted(length) : length < 256 ? "81%02x".formatted(length) : "82%04x".formatted(length)) + content;
  }

  private static String first(String token) {
    return der(0x60, "06062b0601050502" + der(0xA0, der(0x30, der(0xA0, der(0x30, "060a2b06010401823702020a")) + der(0xA2, der(4, token)))));
  }

  private static String later(String token) {
    return der(0xA1, der(0x30, der(0xA0, "0a0101") + der(0xA1, "060a2b06010401823702020a") + der(0xA2, der(4, token))));
  }

  private static final String SIGNATURE = Message.ascii("NTLMSSP\0");
  private static final String WINDOWS = "0a00" + le(20348, 2) + "0000000f";

  private static String negotiate() {
    return SIGNATURE + le(1, 4) + le(0xE2088297L, 4) + "00".repeat(16) + "0a00" + le(19045, 2) + "0000000f";
  }

  private static String pair(int id, String value) {
    return le(id, 2) + le(octets(value), 2) + value;
  }

  private static String challenge() {
    String target = wide("CHU");
    String info = pair(2, wide("CHU")) + pair(1, wide("GTB-SRV")) + pair(4, wide("chu.example")) + pair(3, wide("gtb-srv.chu.example")) + pair(7, "0011223344556677") + pair(0, "");
    return SIGNATURE + le(2, 4) + le(octets(target), 2) + le(octets(target), 2) + le(56, 4) + le(0xE2898215L, 4) + "5ec2e7c0ffee0001" + "00".repeat(8) + le(octets(info), 2) + le(octets(info), 2)
        + le(56 + octets(target), 4) + WINDOWS + target + info;
  }

  private static String authenticate() {
    String domain = wide("CHU");
    String user = wide(USER);
    String station = wide("PC-BIOMED");
    int at = 88;
    String head = SIGNATURE + le(3, 4);
    StringBuilder fields = new StringBuilder();
    StringBuilder texts = new StringBuilder();
    for (String text : new String[] {"00".repeat(24), RESPONSE, domain, user, station, "5ec2e7" + "bb".repeat(13)}) {
      fields.append(le(octets(text), 2)).append(le(octets(text), 2)).append(le(at, 4));
      texts.append(text);
      at += octets(text);
    }
    return head + fields + le(0xE2888215L, 4) + "0a00" + le(19045, 2) + "0000000f" + "5ec2e7" + "cc".repeat(13) + texts;
  }

  private static String setup(String blob) {
    return le(25, 2) + "00" + "01" + le(1, 4) + le(0, 4) + le(64 + 24, 2) + le(octets(blob), 2) + le(0, 8) + blob;
  }

  private static String setUp(String blob) {
    return le(9, 2) + le(0, 2) + le(64 + 8, 2) + le(octets(blob), 2) + blob;
  }

  private static final Message NEGOTIATE = client("negotiate", smb2(0, false, 0, 0, le(36, 2) + le(3, 2) + le(1, 2) + le(0, 2) + le(0x7F, 4) + "aa".repeat(16) + le(0, 8) + le(0x0202, 2) + le(0x0302, 2)
      + le(0x0311, 2)));
  private static final Message HELLO = client("session-setup-negotiate", smb2(1, false, 0, 1, setup(first(negotiate()))));
  private static final Message CHALLENGE = server("session-setup-challenge", smb2(1, true, 0xC0000016L, 1, setUp(later(challenge())))).after(HELLO);
  private static final Message LOGIN = client("session-setup-authenticate", smb2(1, false, 0, 2, setup(later(authenticate())))).after(HELLO, CHALLENGE);
  private static final Message TREE = client("tree-connect", smb2(3, false, 0, 3, le(9, 2) + le(0, 2) + le(64 + 8, 2) + le(octets(wide("\\\\GTB-SRV\\C$")), 2) + wide("\\\\GTB-SRV\\C$")));

  private static String smb1(int command, boolean response, String words, String bytes) {
    return session("ff534d42" + "%02x".formatted(command) + le(0, 4) + (response ? "98" : "18") + le(0xC807, 2) + "00".repeat(12) + "00".repeat(6) + le(7, 2) + "%02x".formatted(octets(words) / 2) + words
        + le(octets(bytes), 2) + bytes);
  }

  @Override
  protected Dissector dissector() {
    return new Smb();
  }

  @Override
  protected List<Message> messages() {
    return List.of(NEGOTIATE, server("negotiated", smb2(0, true, 0, 0, le(65, 2) + le(3, 2) + le(0x0311, 2) + le(0, 2) + "bb".repeat(16) + le(0x2F, 4) + le(0x800000, 4).repeat(3) + le(0, 8) + le(0, 8)
        + le(64 + 64, 2) + le(0, 2) + le(0, 4))).after(NEGOTIATE), HELLO, CHALLENGE, LOGIN, server("session-setup-refused", smb2(1, true, 0xC000006DL, 2, setUp(""))).after(HELLO, CHALLENGE, LOGIN),
        server("session-set-up", smb2(1, true, 0, 2, setUp(der(0xA1, der(0x30, der(0xA0, "0a0100")))))).after(HELLO, CHALLENGE, LOGIN), client("kerberos", smb2(1, false, 0, 5, setup(first("6082000506092a864886f71201020201")))),
        TREE, server("tree-refused", smb2(3, true, 0xC0000022L, 3, le(9, 2))).after(TREE), client("write-is-passed-over", smb2(9, false, 0, 9, "ab".repeat(300))),
        client("encrypted", session("fd534d42" + "cd".repeat(60))), client("blob-beyond-the-end-is-a-flaw", smb2(1, false, 0, 2, setup("00").replace(le(64 + 24, 2) + "0100", le(64 + 24, 2) + "ff00"))),
        Message.request("netbios-session-request", 50000, 139, "81000044" + "20" + "43".repeat(32) + "00" + "20" + "41".repeat(32) + "00"),
        client("negotiate-1", smb1(0x72, false, "", "02" + Message.ascii("NT LM 0.12\0") + "02" + Message.ascii("SMB 2.002\0"))),
        server("negotiated-1", smb1(0x72, true, le(0, 2) + "03" + le(50, 2) + le(1, 2) + le(16644, 4) + le(65536, 4) + le(0, 4) + le(0x8000E3FDL, 4) + le(0, 8) + le(0, 2) + "00", "bb".repeat(16)
            + first(negotiate()))), server("session-set-up-1", smb1(0x73, true, le(0xFF, 2) + le(0, 2) + le(0, 2), "00" + wide("Windows 5.1\0Windows 2000 LAN Manager\0CHU\0"))),
        client("session-setup-1-with-passwords", smb1(0x73, false, le(0xFF, 2) + le(0, 2) + le(16644, 2) + le(50, 2) + le(0, 2) + le(0, 4) + le(24, 2) + le(24, 2) + le(0, 4) + le(0xD4, 4),
            "5ec2e7" + "aa".repeat(45) + "00" + wide(USER + "\0CHU\0Windows 2002\0Windows 2002 5.1\0"))),
        client("tree-connect-1", smb1(0x75, false, le(0xFF, 2) + le(0, 2) + le(8, 2) + le(1, 2), "00" + wide("\\\\GTB-SRV\\IPC$\0") + Message.ascii("?????\0"))));
  }

  @Test
  void noHashAndNoUserLeaves() {
    for (Message message : messages()) {
      assertThat(String.join("\n", Dissected.facts(new Smb(), message))).doesNotContain("5ec2e7").doesNotContain(USER);
    }
  }

  @Test
  void theChallengeNamesTheServer() {
    assertThat(String.join("\n", Dissected.facts(new Smb(), messages().get(3)))).contains("NAME of 10.0.0.2 = GTB-SRV").contains("HOSTNAME of 10.0.0.2 = gtb-srv.chu.example")
        .contains("ntlm-domain=chu.example").contains("OS of 10.0.0.2 = Windows 10.0.20348");
  }

  @Test
  void otherSessionsAreNotMine() {
    assertThat(Dissected.facts(new Smb(), Message.request("x", 50000, 9999, "00000010" + "00".repeat(16)))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Smb(), Message.request("modbus", 50000, 502, "000100000006010300000002"))).containsExactly("not mine at 0");
  }
}
