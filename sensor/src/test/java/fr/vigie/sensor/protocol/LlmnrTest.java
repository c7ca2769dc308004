package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 4795 §2. */
final class LlmnrTest extends DissectorContract {
  private static final String QUESTION = DnsTest.name("hmi-cta-3") + "0001 0001";
  private static final Message ANSWER = Message.response("answer", 5355, 50000, "1234 8000 0001 0001 0000 0000" + QUESTION + DnsTest.record("C00C", 1, 1, 30, "0A000002"));

  @Override
  protected Dissector dissector() {
    return Dns.linkLocal();
  }

  @Override
  protected List<Message> messages() {
    return List.of(Message.request("query", 50000, 5355, "1234 0000 0001 0000 0000 0000" + QUESTION).between("10.0.0.1", "224.0.0.252"), ANSWER,
        Message.response("answer-for-another", 5355, 50000, "1234 8000 0001 0001 0000 0000" + QUESTION + DnsTest.record("C00C", 1, 1, 30, "0A000063")));
  }

  @Test
  void whoAnswersWithItsOwnAddressHasTheName() {
    assertThat(Dissected.facts(Dns.linkLocal(), ANSWER)).contains("claim HOSTNAME of 10.0.0.2 = hmi-cta-3 by 10.0.0.2 | RFC 4795 §2.3");
    assertThat(Dissected.facts(Dns.linkLocal(), messages().get(2))).noneMatch(f -> f.startsWith("claim"));
  }
}
