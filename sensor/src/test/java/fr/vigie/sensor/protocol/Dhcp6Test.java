package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 8415 §8, §9 and §21; checked against tshark by {@link HostTsharkTest}. */
final class Dhcp6Test extends DissectorContract {
  private static String option(int code, String hex) {
    String value = hex.replaceAll("\\s", "");
    return "%04X%04X".formatted(code, value.length() / 2) + value;
  }

  private static final String CLIENT = option(1, "0001 0001 2B3C4D5E 00053C048D59");
  private static final String SERVER = option(2, "0003 0001 001B1B020304");
  private static final String ADDRESS = option(5, "20010DB8000000010000000000000064 00000E10 00001C20");
  private static final String SOLICIT = "01 123456" + CLIENT + option(3, "00000001 00000000 00000000") + option(6, "0017 0018 0027") + option(8, "0000")
      + option(16, "00000137 0008" + ascii("MSFT 5.0")) + option(39, "01 03" + ascii("hmi") + "08" + ascii("hospital") + "02" + ascii("fr") + "00");

  static final List<Message> MESSAGES = List.of(client("solicit", SOLICIT),
      client("request-of-another-duid", "03 123456" + option(1, "0002 00000009 0102030405060708") + SERVER + option(3, "00000001 00000000 00000000" + ADDRESS)),
      client("information-request-by-uuid", "0B 123456" + option(1, "0004 000102030405060708090A0B0C0D0E0F") + option(6, "0017")),
      server("advertise", "02 123456" + CLIENT + SERVER + option(3, "00000001 00000708 00000B40" + ADDRESS) + option(7, "FF")),
      server("reply", "07 123456" + CLIENT + SERVER + option(3, "00000001 00000708 00000B40" + ADDRESS) + option(23, "20010DB8000000000000000000000053")
          + option(24, "08" + ascii("hospital") + "02" + ascii("fr") + "00") + option(13, "0000" + ascii("ok"))),
      server("reply-with-prefix", "07 123456" + CLIENT + SERVER + option(25, "00000001 00000708 00000B40" + option(26, "00000E10 00001C20 38 20010DB8AA0000000000000000000000"))),
      Message.request("relayed", 547, 547, "0C 00 20010DB8000000010000000000000001 FE800000000000000205 3CFFFE048D59" + option(9, SOLICIT) + option(18, ascii("Gi1/0/7"))
          + option(37, "00000009" + "0000") + option(79, "0001 00053C048D59")).between("2001:db8::1", "2001:db8::2"),
      Message.response("relayed-back", 547, 547, "0D 00 20010DB8000000010000000000000001 FE8000000000000002053CFFFE048D59" + option(9, "07 123456" + CLIENT + SERVER
          + option(3, "00000001 00000708 00000B40" + ADDRESS))).between("2001:db8::2", "2001:db8::1"),
      client("without-identifier-is-a-flaw", "01 123456" + option(6, "0017")), server("server-without-identifier-is-a-flaw", "07 123456" + CLIENT),
      Message.request("too-many-relays-is-a-flaw", 547, 547, "0C 09 00000000000000000000000000000000 FE8000000000000002053CFFFE048D59" + option(9, SOLICIT)).between("2001:db8::1", "2001:db8::2"));

  private static Message client(String name, String hex) {
    return Message.request(name, 546, 547, hex).between("fe80::7", "ff02::1:2");
  }

  private static Message server(String name, String hex) {
    return Message.response(name, 547, 546, hex).between("fe80::1", "fe80::7");
  }

  @Override
  protected Dissector dissector() {
    return new Dhcp6();
  }

  /** Options follow until the datagram ends. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A reply with fewer options is a reply. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return !message.fromClient();
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void aClientNamesItself() {
    assertThat(Dissected.facts(new Dhcp6(), MESSAGES.getFirst())).contains("claim HOSTNAME of fe80::7 = hmi.hospital.fr by fe80::7 | RFC 4704 §4",
        "claim MAC of fe80::7 = 00:05:3c:04:8d:59 by fe80::7 | RFC 8415 §11", "claim BANNER of fe80::7 = dhcp6-16=MSFT 5.0 by fe80::7 | RFC 8415 §21.16",
        "claim BANNER of fe80::7 = dhcp6-6=23,24,39 by fe80::7 | RFC 8415 §21.7");
  }

  @Test
  void behindARelayTheClientIsItsPeer() {
    assertThat(Dissected.facts(new Dhcp6(), MESSAGES.get(6))).contains("claim HOSTNAME of fe80::205:3cff:fe04:8d59 = hmi.hospital.fr by 2001:db8::1 | RFC 4704 §4",
        "claim ROLE of 2001:db8::1 = dhcp-relay by 2001:db8::1 | RFC 8415 §9");
  }

  @Test
  void aReplyIsAnActOfTheServer() {
    assertThat(Dissected.facts(new Dhcp6(), MESSAGES.get(4))).anyMatch(f -> f.startsWith("act SERVE REPLY: fe80::1 -> fe80::7 port 547 detail address 2001:db8:0:1::64, dns 2001:db8::53"));
  }
}
