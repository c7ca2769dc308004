package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.CoapTest.option;
import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** CoAP over TCP after RFC 8323 §3.2: capabilities first, then requests as over UDP. */
final class CoapTcpTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Coap(Dissector.Transport.TCP);
  }

  private static String message(int token, String code, String rest, String body) {
    int length = hex(body).length;
    String head = length < 13 ? "%x%x".formatted(length, token) : length < 269 ? "d%x%02x".formatted(token, length - 13) : "e%x%04x".formatted(token, length - 269);
    return head + code + rest + body;
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 5683, hex);
  }

  @Override
  protected List<Message> messages() {
    return List.of(ask("capabilities", message(0, "e1", "", option(2, "2000"))), ask("capabilities-long", message(0, "e1", "", option(2, "2000") + "ff" + ascii("x".repeat(40)))));
  }

  @Test
  void aRequestFollowsTheCapabilities() {
    List<String> facts = Dissected.facts(dissector(), new TestExchange().recognised(true), ask("stream", message(0, "e1", "", option(2, "2000"))
        + message(1, "03", "07", option(11, ascii("lights")) + "ff" + ascii("1")) + message(0, "02", "", option(11, ascii("x")) + "ff" + ascii("y".repeat(300)))));
    assertThat(facts).anyMatch(f -> f.startsWith("request WRITE PUT: 10.0.0.1 -> 10.0.0.2 port 5683 point /lights value 1"))
        .anyMatch(f -> f.startsWith("request COMMAND POST: 10.0.0.1 -> 10.0.0.2 port 5683 point /x detail 300 octets"));
  }
}
