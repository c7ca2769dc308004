package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SshTest extends DissectorContract {
  private static final String ETM = "hmac-sha2-256-etm@openssh.com,hmac-sha1";

  static Message client(String name, String hex) {
    return Message.request(name, 50000, 22, hex);
  }

  static Message server(String name, String hex) {
    return Message.response(name, 22, 50000, hex);
  }

  static String line(String text) {
    return Message.ascii(text + "\r\n");
  }

  /** RFC 4253 §6: a packet padded to a multiple of eight octets. */
  static String packet(String payload) {
    int octets = payload.length() / 2;
    int padding = 8 - (octets + 5) % 8;
    padding += padding < 4 ? 8 : 0;
    return "%08x%02x".formatted(octets + padding + 1, padding) + payload + "00".repeat(padding);
  }

  private static String list(String names) {
    return "%08x".formatted(names.length()) + Message.ascii(names);
  }

  static String kexinit(String kex, String toServer, String toClient, String mac) {
    return packet("14" + "aa".repeat(16) + list(kex) + list("ssh-ed25519") + list(toServer) + list(toClient) + list(mac) + list(mac) + list("none") + list("none,zlib@openssh.com")
        + list("") + list("") + "00" + "00000000");
  }

  private static final Message HELLO = client("client-identification", line("SSH-2.0-PuTTY_Release_0.78"));
  private static final Message GREETING = server("server-identification-with-comments", line("SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13"));
  private static final Message OFFER = client("client-key-exchange", kexinit("curve25519-sha256", "aes256-ctr", "aes128-ctr", ETM)).after(GREETING, HELLO);
  private static final Message ANSWER = server("server-key-exchange", kexinit("curve25519-sha256,diffie-hellman-group14-sha256", "aes256-ctr", "chacha20-poly1305@openssh.com", ETM))
      .after(GREETING, HELLO, OFFER);

  @Override
  protected Dissector dissector() {
    return new Ssh();
  }

  @Override
  protected List<Message> messages() {
    return List.of(HELLO, GREETING, OFFER, ANSWER, server("old-version-is-a-flaw", line("SSH-1.5-Cisco-1.25")), server("both-versions", line("SSH-1.99-Cisco-1.25")),
        server("a-line-before", line("Authorised use only") + line("SSH-2.0-dropbear_2020.81")), server("no-software-is-a-flaw", line("SSH-2.0")),
        client("diffie-hellman", packet("1e" + "00000020" + "ab".repeat(32))).after(GREETING, HELLO, OFFER, ANSWER), server("new-keys", packet("15")).after(GREETING, HELLO, OFFER, ANSWER),
        server("disconnect", packet("01" + "00000003" + list("no matching key exchange") + list(""))).after(GREETING, HELLO, OFFER, ANSWER), client("service-request", packet("05" + list("ssh-userauth"))).after(GREETING, HELLO, OFFER, ANSWER),
        server("keys-of-the-old-version", "0000010b" + "0000000000" + "02" + "ab".repeat(266)), client("ignored", packet("02" + list("x"))).after(GREETING, HELLO, OFFER, ANSWER), server("extension-info", packet("07" + "00000000")).after(GREETING, HELLO, OFFER, ANSWER));
  }

  @Test
  void theFingerprintIsMd5OfTheSendersOwnDirection() {
    // printf 'curve25519-sha256;aes256-ctr;hmac-sha2-256-etm@openssh.com,hmac-sha1;none' | md5sum
    assertThat(Dissected.facts(dissector(), OFFER)).anyMatch(f -> f.contains("hassh=a7faf91bfe79fe7ec0501d2b815216ba"));
    assertThat(Dissected.facts(dissector(), ANSWER)).anyMatch(f -> f.contains("hassh-server=1069d9fb3cc2b9c549bca92567c4637e"));
  }

  @Test
  void anythingButAnIdentificationIsNotMineOnAnotherPort() {
    assertThat(Dissected.facts(new Ssh(), Message.request("x", 50000, 2022, kexinit("a", "b", "c", "d")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Ssh(), Message.request("text", 50000, 2022, line("EHLO x")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Ssh(), Message.request("not-a-version", 50000, 22, line("SSH-keygen")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Ssh(), Message.response("elsewhere", 2022, 50000, line("SSH-2.0-x")))).anyMatch(f -> f.contains("tcp/2022 ssh"));
  }

  @Test
  void whatFollowsTheNewKeysIsPassedOver() {
    assertThat(Dissected.facts(dissector(), client("x", packet("15") + "ff".repeat(100)))).containsExactly("operation newKeys");
  }
}
