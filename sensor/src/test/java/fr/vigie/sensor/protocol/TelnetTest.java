package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TelnetTest extends DissectorContract {
  private static final String ECHO = "fffb01 fffd03";

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 23, hex);
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 23, 50000, hex);
  }

  private static final Message OPTIONS = server("options-and-banner", ECHO + Message.ascii("\r\nControlWave RTU\r\nlogin: "));
  private static final Message PROMPT = server("password-prompt", ECHO + Message.ascii("\r\nPassword: "));
  /** Each message of the contract must begin a flow, so each begins with a command that says nothing. */
  private static final String NOTHING = "fffc18";

  private static final Message PASSWORD = client("password", NOTHING + Message.ascii("hunter2\r\n")).after(PROMPT);

  @Override
  protected Dissector dissector() {
    return new Telnet();
  }

  @Override
  protected List<Message> messages() {
    return List.of(OPTIONS, client("options-of-the-client", "fffd01 fffb1f fffa1f00500018fff0 fffa2700 00555345520 1726f6f74 fff0".replace(" ", "")),
        client("typed", NOTHING + Message.ascii("operator\r\n")).after(OPTIONS), PROMPT, PASSWORD, server("accepted", NOTHING + Message.ascii("\r\nWelcome to hunter2\r\n> ")).after(PROMPT, PASSWORD),
        server("refused", NOTHING + Message.ascii("\r\nLogin incorrect\r\nlogin: ")).after(PROMPT, PASSWORD), client("escaped-octet", NOTHING + "ffff41"),
        server("are-you-there", NOTHING + "fff6"));
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected boolean mayAct(Message message, int octets) {
    // the end of the line is what ends a password
    return message == PASSWORD && octets == message.octets().length - 1;
  }

  @Test
  void whatIsTypedOrEchoedIsNotTold() {
    for (Message message : messages()) {
      List<Message> conversation = new ArrayList<>(message.before());
      conversation.add(message);
      String told = String.join("\n", Dissected.facts(new Telnet(), conversation.toArray(Message[]::new)));
      assertThat(told).doesNotContain("hunter2").doesNotContain("operator").doesNotContain("root");
    }
    assertThat(String.join("\n", Dissected.facts(new Telnet(), PROMPT, PASSWORD, messages().get(5)))).contains("outcome OK").doesNotContain("hunter2");
  }

  @Test
  void textAloneIsNotMine() {
    assertThat(Dissected.facts(new Telnet(), client("x", Message.ascii("GET / HTTP/1.1\r\n")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Telnet(), client("x", "ff0102"))).containsExactly("not mine at 0");
  }

  @Test
  void aCommandCutByASegmentWaitsForItsRest() {
    assertThat(Dissected.facts(new Telnet(), server("x", "fffb01fffd"))).contains("more at 3");
  }
}
