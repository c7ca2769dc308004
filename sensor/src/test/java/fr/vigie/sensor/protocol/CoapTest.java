package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 7252 §3, RFC 7641, RFC 7959 and RFC 8132. */
final class CoapTest extends DissectorContract {
  @Override
  protected Dissector dissector() {
    return new Coap(Dissector.Transport.UDP);
  }

  /** The format states no length: the end of the datagram is the end of the message. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A shorter path, or no payload, is a message, too. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return octets >= 4;
  }

  static String option(int delta, String value) {
    int length = hex(value).length;
    String d = delta < 13 ? "" : delta < 269 ? "%02x".formatted(delta - 13) : "%04x".formatted(delta - 269);
    String l = length < 13 ? "" : "%02x".formatted(length - 13);
    return "%x%x".formatted(delta < 13 ? delta : delta < 269 ? 13 : 14, length < 13 ? length : 13) + d + l + value;
  }

  private static Message ask(String name, String hex) {
    return request(name, 50_001, 5683, hex);
  }

  private static Message answer(String name, String hex) {
    return response(name, 5683, 50_001, hex);
  }

  @Override
  protected List<Message> messages() {
    Message get = ask("get", "42 01 0001 aa01" + option(3, ascii("gw.local")) + option(8, ascii("sensors")) + option(0, ascii("temp")));
    Message put = ask("put", "42 03 0002 aa02" + option(11, ascii("lights")) + option(0, ascii("1")) + option(1, "") + "ff" + ascii("21.5"));
    return List.of(
        get, answer("content", "62 45 0001 aa01" + option(12, "") + option(2, "3c") + "ff" + ascii("21.5")).after(get), put, answer("changed", "62 44 0002 aa02").after(put),
        answer("forbidden", "62 83 0002 aa02").after(put), answer("server-error", "52 a0 0102 aa02").after(put),
        ask("post", "41 02 0003 01" + option(11, ascii("actuators")) + option(0, ascii("reboot")) + option(1, "32") + option(3, ascii("token=geheim")) + "ff" + "a1616101"),
        ask("delete", "50 04 0004" + option(11, ascii("rules")) + option(0, ascii("7"))), ask("fetch", "40 05 0005" + option(11, ascii("config")) + option(1, "013d")),
        ask("patch", "40 06 0006" + option(11, ascii("config")) + option(1, "0033") + "ff7b7d"), ask("ipatch", "40 07 0007" + option(11, ascii("config"))),
        ask("observe", "41 01 0008 05" + option(6, "") + option(5, ascii("alarm"))), ask("observe-ended", "41 01 0009 05" + option(6, "01") + option(5, ascii("alarm"))),
        answer("notification", "51 45 1234 05" + option(6, "000c") + "ff31"), ask("well-known", "40 01 000a" + option(11, ascii(".well-known")) + option(0, ascii("core"))).between("10.0.0.1", "10.0.0.2"),
        ask("block-first", "40 03 000b" + option(11, ascii("fw")) + option(16, "0e") + option(33, "010000") + "ff" + "00".repeat(64)),
        ask("block-next", "40 03 000c" + option(11, ascii("fw")) + option(16, "1e") + "ff" + "00".repeat(64)), answer("continue", "60 5f 000b" + option(27, "0e")),
        ask("ping", "40 00 000d"), answer("reset", "70 00 000d"), answer("acknowledgement", "60 00 0001"), ask("conditional", "40 03 000e" + option(1, "01020304") + option(10, ascii("x"))),
        ask("proxy", "40 01 000f" + option(35, ascii("coap://10.0.0.9/x"))), ask("unknown-option", "40 01 0010" + option(292, "aa")),
        answer("created", "60 41 0011" + option(8, ascii("rules")) + option(0, ascii("8")) + option(12, ascii("a=b"))),
        ask("token-too-long", "49 01 0012 000102030405060708"), ask("marker-without-payload", "40 01 0013" + option(11, ascii("a")) + "ff"), ask("reserved-delta", "40 01 0014 f1 00"),
        ask("empty-with-octets", "40 00 0015 b161"), ask("option-too-long", "40 01 0016 b9 61"));
  }

  @Test
  void aRetransmissionIsOneAct() {
    Message put = messages().get(2);
    assertThat(Dissected.facts(dissector(), put, put)).filteredOn(f -> f.startsWith("request WRITE PUT")).hasSize(1);
  }

  @Test
  void queriesStayInTheSensor() {
    assertThat(Dissected.facts(dissector(), messages().stream().filter(m -> m.name().equals("post")).findFirst().orElseThrow()).toString()).contains("/actuators/reboot")
        .doesNotContain("geheim");
  }
}
