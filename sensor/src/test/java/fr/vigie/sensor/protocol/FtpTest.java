package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FtpTest extends DissectorContract {
  private static Message client(String name, String text) {
    return Message.request(name, 50000, 21, Message.ascii(text));
  }

  private static Message server(String name, String text) {
    return Message.response(name, 21, 50000, Message.ascii(text));
  }

  private static final Message GREETING = server("greeting", "220 ProFTPD 1.3.5e Server (BMS) [::ffff:10.0.0.2]\r\n");
  private static final Message USER = client("user", "USER operator\r\n");
  private static final Message WANTED = server("password-wanted", "331 Password required for operator\r\n").after(GREETING, USER);
  private static final Message PASS = client("password", "PASS hunter2\r\n");
  private static final Message STORE = client("store", "STOR firmware/ahu-7.bin\r\n");

  @Override
  protected Dissector dissector() {
    return new Ftp();
  }

  @Override
  protected List<Message> messages() {
    return List.of(GREETING, USER, WANTED, client("user-anonymous", "user Anonymous\r\n"), client("anonymous", "PASS me@\r\n").after(client("x", "user Anonymous\r\n")), PASS, server("logged-in", "230 User operator logged in\r\n").after(GREETING, USER, WANTED, PASS),
        server("refused", "530 Login incorrect.\r\n").after(GREETING, USER, WANTED, PASS), STORE, server("a-preliminary-reply-is-no-outcome", "150 Opening BINARY mode data connection\r\n")
            .after(STORE), server("stored", "226 Transfer complete\r\n").after(STORE), client("fetch", "RETR config.xml\r\n"), client("delete", "DELE old.log\r\n"),
        client("list", "LIST\r\n"), client("make-directory", "MKD backup\r\n"), client("rename-to", "RNTO b.txt\r\n"), client("site", "SITE CHMOD 777 run.sh\r\n"),
        client("passive", "PASV\r\n"), server("passive-address", "227 Entering Passive Mode (10,0,0,2,195,149).\r\n"), client("secure", "AUTH TLS\r\n"),
        server("greeting-of-several-lines", "220-Welcome\r\n230 not the end\r\n220 ready\r\n"), client("abort-behind-signals", "\u00ff\u00f4\u00ff\u00f2ABOR\r\n"),
        server("a-code-that-is-none-is-a-flaw", "620 what\r\n"));
  }

  @Test
  void noCredentialLeaves() {
    List<String> facts = Dissected.facts(new Ftp(), GREETING, USER, WANTED, PASS);
    assertThat(String.join("\n", facts)).contains("(secret, 7 octets)").doesNotContain("hunter2").doesNotContain("operator");
  }

  @Test
  void aPublishedPasswordIsToldBehindAnotherAndOnce() {
    List<String> facts = Dissected.facts(new Ftp(), GREETING, PASS, client("again", "PASS hunter3\r\n"), client("published", "PASS admin\r\n"), client("once", "PASS admin\r\n"));
    assertThat(facts).filteredOn(f -> f.contains("octets")).hasSize(2).anyMatch(f -> f.contains("known default"));
  }

  @Test
  void pipelinedCommandsHaveTheirOwnOutcomes() {
    List<String> facts = Dissected.facts(new Ftp(), client("two", "DELE a\r\nDELE b\r\n"), server("answers", "250 gone\r\n550 no such file\r\n"));
    assertThat(facts).filteredOn(f -> f.startsWith("outcome")).containsExactly("outcome OK", "outcome ERROR(550)");
  }

  @Test
  void elsewhereOnlyAGreetingThatSaysSoIsMine() {
    assertThat(Dissected.facts(new Ftp(), Message.response("x", 2222, 50000, Message.ascii("220 Camera FTP server ready.\r\n")))).anyMatch(f -> f.contains("tcp/2222 ftp"));
    assertThat(Dissected.facts(new Ftp(), Message.response("x", 25, 50000, Message.ascii("220 ftp.example.com ESMTP Postfix\r\n")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Ftp(), Message.request("x", 50000, 110, Message.ascii("USER me\r\n")))).containsExactly("not mine at 0");
  }

  @Test
  void whatFollowsAuthTlsIsReadAsTls() {
    String alert = "15 0303 0002 0228";
    assertThat(Dissected.facts(new Ftp(), new TestExchange().recognised(true), Message.request("x", 50000, 21, alert))).contains("operation alert");
  }

  /** {@code SITE PSWD} and its like change passwords. */
  @Test
  void ofAServersOwnCommandTheFirstWordIsTold() {
    String told = String.join("\n", Dissected.facts(new Ftp(), client("x", "SITE PSWD hunter2 hunter3\r\n")));
    assertThat(told).contains("PSWD").doesNotContain("hunter");
  }
}
