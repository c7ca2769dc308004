package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Neighbour discovery built after RFC 4861 §4 and RFC 8106 §5.1; checked against tshark by {@link LinkTsharkTest}. */
final class Icmpv6Test extends DissectorContract {
  private static final String ROUTER = "FE80000000000000021B1BFFFE020304";
  private static final String DOCUMENTATION = "20010DB8000000010000000000000000";
  static final String HOST = "20010DB8000000010000000000000007";

  private static final Message ADVERTISEMENT = from("router-advertisement", "fe80::21b:1bff:fe02:304", "ff02::1",
      "86 00 0000 40 C8 0708 00000000 00000000  01 01 001B1B020304  05 01 0000 000005DC"
          + "18 02 30 08 00000708 20010DB800020000" + "03 04 40 C0 00278D00 00093A80 00000000" + DOCUMENTATION + "19 03 0000 00000708" + HOST);

  static final List<Message> MESSAGES = List.of(from("router-solicitation", "fe80::7", "ff02::2", "85 00 0000 00000000 01 01 00053C048D59"), ADVERTISEMENT,
      from("router-says-goodbye", "fe80::21b:1bff:fe02:304", "ff02::1", "86 00 0000 40 00 0000 00000000 00000000"),
      from("router-from-afar", "2001:db8::1", "ff02::1", "86 00 0000 40 00 0708 00000000 00000000"),
      from("neighbour-solicitation", "fe80::7", "ff02::1:ff00:7", "87 00 0000 00000000" + HOST + "01 01 00053C048D59"),
      from("neighbour-advertisement", "2001:db8::7", "fe80::1", "88 00 0000 60000000" + HOST + "02 01 00053C048D59"),
      from("neighbour-advertisement-unasked", "2001:db8::7", "ff02::1", "88 00 0000 A0000000" + HOST + "02 01 00053C048D59"),
      from("solicited-by-a-group", "2001:db8::7", "ff02::1", "88 00 0000 60000000" + HOST + "02 01 00053C048D59"),
      from("redirect", "fe80::21b:1bff:fe02:304", "2001:db8::7", "89 00 0000 00000000" + ROUTER + HOST + "02 01 001B1B020304"),
      from("option-without-length", "fe80::7", "ff02::2", "85 00 0000 00000000 01 00 00053C048D59"));

  static Message from(String name, String source, String target, String hex) {
    return Message.request(name, 0, 0, hex).between(source, target);
  }

  @Override
  protected Dissector dissector() {
    return new Icmpv6();
  }

  /** Options follow until the packet ends. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** A shorter advertisement is one with fewer options: where it is cut between two, it is whole. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    int body = switch (message.octets()[0] & 0xFF) {
      case 134 -> 16;
      case 136 -> 24;
      default -> 40;
    };
    return octets >= body && (octets - body) % 8 == 0;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void aRouterIsBoundToItsHardwareAddress() {
    assertThat(Dissected.facts(new Icmpv6(), ADVERTISEMENT)).contains(
        "claim ROLE of fe80::21b:1bff:fe02:304 = router by fe80::21b:1bff:fe02:304 | RFC 4861 §6.1.2",
        "claim BANNER of fe80::21b:1bff:fe02:304 = ra-prefix=2001:db8:0:1::/64 by fe80::21b:1bff:fe02:304 | RFC 4861 §4.6.2",
        "sighting ND: fe80::21b:1bff:fe02:304 | RFC 4861 §6.1.2").noneMatch(f -> f.startsWith("flaw"));
  }

  @Test
  void aForwardedAdvertisementIsAFlawAndNotBelieved() {
    assertThat(Dissected.facts(new Icmpv6(), new TestExchange().hops(254), ADVERTISEMENT)).containsExactly(
        "flaw hops at 0 of 104: fe80::21b:1bff:fe02:304 | RFC 4861 §6.1.2");
  }
}
