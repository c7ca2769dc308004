package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** SIP over TCP: where messages end. */
class SipStreamTest extends DissectorContract {
  private static Message phone(String name, String hex) {
    return Message.request(name, 50000, 5060, hex);
  }

  private static final String OPTIONS = SipTest.head("OPTIONS sip:100@10.0.0.2 SIP/2.0", "From: sip:a@b;tag=1", "To: sip:100@10.0.0.2", "Call-ID: 1", "CSeq: 1 OPTIONS");

  @Override
  protected Dissector dissector() {
    return new Sip(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    return List.of(phone("over-tcp", OPTIONS), phone("two-over-tcp", OPTIONS + OPTIONS.replace(Message.ascii("1 OPTIONS"), Message.ascii("2 OPTIONS"))),
        phone("with-a-body-over-tcp", SipTest.head("MESSAGE sip:100@10.0.0.2 SIP/2.0", "From: sip:a@b;tag=1", "To: sip:100@10.0.0.2", "Call-ID: 1", "CSeq: 4 MESSAGE", "Content-Length: 5")
            + Message.ascii("hello")));
  }

  @Test
  void lineEndsKeepTheConnection() {
    assertThat(Dissected.facts(new Sip(Dissector.Transport.TCP), new TestExchange().recognised(true), phone("x", "0d0a0d0a" + OPTIONS))).startsWith("operation keepAlive", "operation OPTIONS");
  }

  @Test
  void aLongBodyIsPassedOver() {
    String head = SipTest.head("PUBLISH sip:x@y SIP/2.0", "From: sip:a@b;tag=1", "To: sip:x@y", "Call-ID: 1", "CSeq: 1 PUBLISH", "Content-Length: 20000");
    assertThat(Dissected.facts(new Sip(Dissector.Transport.TCP), phone("x", head + "41".repeat(20_000) + OPTIONS))).filteredOn(f -> f.startsWith("operation")).containsExactly("operation PUBLISH",
        "operation OPTIONS");
  }
}
