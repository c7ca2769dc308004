package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log-ins in clear by the whole sensor: a repeated try is news once in ten minutes; another user, and who is let in behind refused tries, always. */
final class LoginsTest {
  private static final int SYN = 2;
  private static final int ACK = 16;
  private static final String REFUSED = "refused";

  /** One connection: what client and server say in turn, the server first. */
  private static void talk(Tape tape, int clientPort, int serverPort, List<String> said) {
    int[] next = {100, 900};
    tape.frame(Frames.tcpFrame(1, clientPort, 2, serverPort, 99, SYN, "")).frame(Frames.tcpFrame(2, serverPort, 1, clientPort, 899, SYN | ACK, ""));
    for (int i = 0; i < said.size(); i++) {
      int side = 1 - i % 2;
      String hex = said.get(i);
      tape.frame(side == 0 ? Frames.tcpFrame(1, clientPort, 2, serverPort, next[0], ACK, hex) : Frames.tcpFrame(2, serverPort, 1, clientPort, next[1], ACK, hex)).pass(0.05);
      next[side] += Frames.hex(hex).length;
    }
  }

  /** Each try: the user, and whether the password was right. */
  private static List<String> telnet(String... tries) {
    List<String> said = new ArrayList<>(List.of("fffb01fffd03" + ascii("login: ")));
    for (int i = 0; i < tries.length; i += 2) {
      said.addAll(List.of((i == 0 ? "fffd01" : "") + ascii(tries[i] + "\r\n"), ascii("Password: "), ascii("s3cret\r\n"), ascii(tries[i + 1].equals(REFUSED) ? "Login incorrect\r\nlogin: " : "Welcome\r\n> ")));
    }
    return said;
  }

  private static List<String> ftp(String... tries) {
    List<String> said = new ArrayList<>(List.of(ascii("220 FTP ready\r\n")));
    for (int i = 0; i < tries.length; i += 2) {
      said.addAll(List.of(ascii("USER " + tries[i] + "\r\n"), ascii("331 more\r\n"), ascii("PASS s3cret\r\n"), ascii(tries[i + 1].equals(REFUSED) ? "530 no\r\n" : "230 yes\r\n")));
    }
    return said;
  }

  private static String ascii(String text) {
    return DissectorContract.Message.ascii(text);
  }

  private static List<String> outcomes(Tape tape) {
    tape.play(SensorOptions.standard());
    return tape.all(Act.class).stream().filter(a -> a.verb() == Verb.AUTHENTICATE && !a.outcome().toString().contains("PENDING")).map(a -> {
      assertThat(a.toString()).doesNotContain("s3cret").doesNotContain("operator").doesNotContain("plant");
      assertThat(a.who().ip()).isEqualTo("10.0.0.1");
      return a.outcome().toString();
    }).toList();
  }

  @Test
  void aRepeatedTryIsToldOnceAndTheOneThatIsLetInIsTold() {
    for (boolean ftp : new boolean[] {false, true}) {
      String[] tries = {"operator", REFUSED, "operator", REFUSED, "operator", REFUSED, "operator", "right"};
      Tape tape = new Tape();
      talk(tape, 50_000, ftp ? 21 : 23, ftp ? ftp(tries) : telnet(tries));
      assertThat(outcomes(tape)).as(ftp ? "ftp" : "telnet").hasSize(2).last().asString().contains("OK");
    }
  }

  @Test
  void anotherUserIsToldOnTheSameConnectionAndOnAnother() {
    for (boolean ftp : new boolean[] {false, true}) {
      Tape tape = new Tape();
      talk(tape, 50_000, ftp ? 21 : 23, ftp ? ftp("operator", REFUSED, "plant", REFUSED) : telnet("operator", REFUSED, "plant", REFUSED));
      talk(tape, 50_001, ftp ? 21 : 23, ftp ? ftp("operator", REFUSED) : telnet("operator", REFUSED));
      talk(tape, 50_002, ftp ? 21 : 23, ftp ? ftp("plant2", "right") : telnet("plant2", "right"));
      assertThat(outcomes(tape)).as(ftp ? "ftp" : "telnet").hasSize(3).last().asString().contains("OK");
    }
  }

  @Test
  void whoIsLetInBehindRefusedTriesIsToldEvenWhereAnotherUserOfTheSameMachineWasLetInBefore() {
    for (boolean ftp : new boolean[] {false, true}) {
      Tape tape = new Tape();
      talk(tape, 50_000, ftp ? 21 : 23, ftp ? ftp("plant", "right") : telnet("plant", "right"));
      String[] tries = {"operator", REFUSED, "operator", REFUSED, "operator", "right"};
      talk(tape, 50_001, ftp ? 21 : 23, ftp ? ftp(tries) : telnet(tries));
      assertThat(outcomes(tape)).as(ftp ? "ftp" : "telnet").hasSize(3).last().asString().contains("OK");
    }
  }
}
