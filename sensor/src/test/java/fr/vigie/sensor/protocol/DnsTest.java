package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 1035 §4. */
final class DnsTest extends DissectorContract {
  static String name(String dotted) {
    StringBuilder s = new StringBuilder();
    for (String label : dotted.split("\\.")) {
      s.append("%02X".formatted(label.length())).append(ascii(label));
    }
    return s + "00";
  }

  static String record(String nameHex, int type, int group, long ttl, String data) {
    String hex = data.replaceAll("\\s", "");
    return nameHex + "%04X%04X%08X%04X".formatted(type, group, ttl, hex.length() / 2) + hex;
  }

  private static final String QUESTION = name("bms.hospital.fr") + "0001 0001";
  private static final String QUERY = "1234 0100 0001 0000 0000 0000" + QUESTION;
  private static final String ANSWER = "1234 8580 0001 0002 0000 0001" + QUESTION + record("C00C", 5, 1, 60, "03" + ascii("srv") + "C010")
      + record("C02D", 1, 1, 60, "0A000009") + record("00", 41, 4096, 0, "");

  @Override
  protected Dissector dissector() {
    return Dns.datagrams();
  }

  @Override
  protected List<Message> messages() {
    return List.of(Message.request("query", 40000, 53, QUERY), Message.response("answer", 53, 40000, ANSWER),
        Message.response("no-such-name", 53, 40000, "1234 8183 0001 0000 0001 0000" + QUESTION
            + record("C010", 6, 1, 60, name("ns.hospital.fr") + name("root.hospital.fr") + "0000000100000E10000003840009 3A80 0000003C")),
        Message.response("mail", 53, 40000, "1234 8180 0001 0001 0000 0000" + name("x.fr") + "000F0001" + record("C00C", 15, 1, 9, "000A C00C")),
        Message.request("update", 40000, 53, "0001 2800 0001 0000 0001 0000" + name("hospital.fr") + "0006 0001"
            + record(name("x.hospital.fr"), 1, 1, 60, "0A000001")),
        Message.request("transfer", 40000, 53, "0002 0000 0001 0000 0000 0000" + name("hospital.fr") + "00FC 0001"));
  }

  @Test
  void aServerThatAnswersTakesTheRole() {
    assertThat(Dissected.facts(Dns.datagrams(), messages().get(1))).anyMatch(f -> f.startsWith("claim ROLE of 10.0.0.2 = dns-server"))
        .anyMatch(f -> f.startsWith("act SERVE response: 10.0.0.2 -> 10.0.0.1"));
  }

  @Test
  void aLoopOfPointersEnds() {
    for (String pointers : List.of("C00C", "C00E C00C", "C01A", "01 61 C00C", "3F C00C")) {
      String loop = "1234 8180 0000 0001 0000 0000" + pointers + "0005 0001 00000000 0002 C00C";
      assertThat(Dissected.facts(Dns.datagrams(), Message.response("loop", 53, 40000, loop))).hasSize(1)
          .allMatch(f -> f.startsWith("broken") || f.startsWith("not mine"));
    }
  }

  @Test
  void aDatagramThatGoesOnBehindItsRecordsIsNotDns() {
    assertThat(Dissected.facts(Dns.datagrams(), Message.request("x", 1, 53, QUERY + "00"))).containsExactly("not mine at 0");
    String bacnet = "81 0B 00 0C 01 20 FF FF 00 FF 10 08";
    assertThat(Dissected.facts(Dns.datagrams(), Message.request("x", 1, 53, bacnet))).containsExactly("not mine at 0");
  }

  @Test
  void overTcpEachMessageHasItsLength() {
    String two = "0021" + QUERY.replaceAll("\\s", "") + "0021" + QUERY.replaceAll("\\s", "");
    assertThat(Message.hex(QUERY)).hasSize(0x21);
    assertThat(Dissected.facts(Dns.stream(), Message.request("two", 1, 53, two))).filteredOn(f -> f.startsWith("operation"))
        .containsExactly("operation query", "operation query");
    assertThat(Dissected.facts(Dns.stream(), Message.response("answer", 53, 1, "%04X".formatted(Message.hex(ANSWER).length) + ANSWER)))
        .anyMatch(f -> f.startsWith("act SERVE"));
  }

  @Test
  void whomAHostAsksForIsClaimedByDomainOnceAndNeverForANameServer() {
    assertThat(Dissected.facts(Dns.datagrams(), Message.request("ask", 40000, 53, QUERY)))
        .anyMatch(f -> f.startsWith("claim BANNER of 10.0.0.1 = dns-asks=hospital.fr by 10.0.0.1"));
    assertThat(Dissected.facts(Dns.datagrams(), Message.request("resolver", 53, 53, QUERY))).noneMatch(f -> f.contains("dns-asks"));
  }
}
