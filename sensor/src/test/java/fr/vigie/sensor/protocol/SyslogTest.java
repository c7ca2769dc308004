package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages after the examples of RFC 5424 §6.5 and RFC 3164 §5.4; checked against tshark by {@link HostTsharkTest}. */
final class SyslogTest extends DissectorContract {
  private static final Message NEW = syslog("rfc-5424", "<165>1 2026-01-05T08:00:00.003Z plc-east.hospital.example evntslog 8710 ID47 - password of Mme Martin is secret");
  private static final Message OLD = syslog("rfc-3164", "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8");

  static final List<Message> MESSAGES = List.of(NEW, syslog("rfc-5424-with-nothing-known", "<0>1 - - - - - -"), OLD,
      syslog("rfc-3164-without-process", "<13>Feb  5 17:32:18 10.0.0.99 kernel: Use the BFG!"), syslog("rfc-3164-without-host", "<13>Feb  5 17:32:18 sshd[99]: x"),
      syslog("text-alone", "<14>link down"), syslog("priority-is-a-flaw", "<192>1 2026-01-05T08:00:00.003Z host app 1 - - x"),
      syslog("header-is-a-flaw", "<165>1 2026-01-05T08:00:00.003Z host"));

  private static Message syslog(String name, String text) {
    return Message.request(name, 514, 514, ascii(text));
  }

  @Override
  protected Dissector dissector() {
    return new Syslog();
  }

  /** A message ends where its datagram does (RFC 5426 §3.1). */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void theTextGoesNowhere() {
    for (Message message : MESSAGES) {
      assertThat(Dissected.facts(new Syslog(), message).toString()).doesNotContain("Martin").doesNotContain("secret").doesNotContain("lonvick").doesNotContain("BFG");
    }
  }

  @Test
  void whoLogsAndByWhichProgramIsClaimed() {
    assertThat(Dissected.facts(new Syslog(), OLD, OLD)).noneMatch(f -> f.contains("HOSTNAME"));
    assertThat(Dissected.facts(new Syslog(), OLD, OLD, OLD)).contains("claim HOSTNAME of 10.0.0.1 = mymachine by 10.0.0.1 | RFC 3164 §4.1",
        "claim BANNER of 10.0.0.1 = syslog-app=su by 10.0.0.1 | RFC 3164 §4.1");
  }

  @Test
  void whoPassesOnTheMessagesOfOthersHasNoneOfTheirNames() {
    Message other = syslog("other", "<34>Oct 11 22:14:15 othermachine su: x");
    assertThat(Dissected.facts(new Syslog(), OLD, other, OLD, OLD, OLD, other)).noneMatch(f -> f.contains("HOSTNAME"))
        .contains("claim ROLE of 10.0.0.1 = syslog-relay by 10.0.0.1 | RFC 3164 §4.1");
  }

  @Test
  void anAddressIsNoHostName() {
    assertThat(Dissected.facts(new Syslog(), MESSAGES.get(3))).noneMatch(f -> f.contains("HOSTNAME"));
  }
}
