package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 2131 §2 and RFC 2132. */
final class DhcpTest extends DissectorContract {
  private static final String MAC = "00 05 3C 04 8D 59";

  /** Cookie, then options. */
  private static String message(int op, String ciaddr, String yiaddr, String giaddr, String options) {
    return "%02X 01 06 00  00 00 3D 1D  00 00 80 00".formatted(op) + ciaddr + yiaddr + "00000000" + giaddr + MAC + "00".repeat(10 + 64 + 128)
        + options;
  }

  private static final String NONE = "00000000";
  private static final String COOKIE = "63 82 53 63";
  private static final String DISCOVER = message(1, NONE, NONE, NONE, COOKIE + "35 01 01  3D 07 01" + MAC + "0C 08" + ascii("plc-east")
      + "37 04 01 03 06 2A  3C 08" + ascii("MSFT 5.0") + "00 FF");
  private static final String OFFER = message(2, NONE, "0A000064", NONE,
      COOKIE + "35 01 02  36 04 0A 00 00 02  33 04 00 00 0E 10  01 04 FF FF FF 00  03 04 0A 00 00 01  06 04 0A 00 00 35 FF");
  private static final String ACK = message(2, NONE, "0A000064", NONE, COOKIE + "35 01 05  36 04 0A 00 00 02  33 04 00 00 0E 10 FF");

  private static final String IDENTITY = message(1, NONE, NONE, "0A0000FE", COOKIE + "35 01 01  0C 05" + ascii("cam-3") + "3C 09" + ascii("AXIS,Cam,") + "3D 07 00" + ascii("unit-7")
      + "4D 05" + ascii("iPXE!") + "52 10 01 07" + ascii("Gi1/0/7") + "02 05" + ascii("sw-07") + "61 11 00 000102030405060708090A0B0C0D0E0F 5D 02 0007  7C 0B 00000137 06" + ascii("vendor")
      + "37 03 01 03 06 FF");

  @Override
  protected Dissector dissector() {
    return new Dhcp();
  }

  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    Message discover = Message.request("discover", 68, 67, DISCOVER).between("0.0.0.0", "255.255.255.255");
    return List.of(discover,
        Message.response("offer", 67, 68, OFFER).between("10.0.0.2", "255.255.255.255").after(discover),
        Message.response("ack", 67, 68, ACK).between("10.0.0.2", "10.0.0.100"),
        Message.response("ack-through-a-relay", 67, 67, message(2, NONE, "0A000064", "0A0000FE",
            COOKIE + "35 01 05  36 04 0A 00 00 02 FF")).between("10.0.0.254", "10.0.0.100"),
        Message.request("request-with-fqdn", 68, 67, message(1, "0A000064", NONE, NONE, COOKIE + "35 01 03  51 13 05 00 00 03"
            + ascii("hmi") + "08" + ascii("hospital") + "02" + ascii("fr") + "00 FF").replace("51 13", "51 13")),
        Message.request("overloaded", 68, 67, overloaded()),
        Message.request("server-type-from-a-client", 68, 67, message(1, NONE, NONE, NONE, COOKIE + "35 01 05 FF")),
        Message.request("release", 68, 67, message(1, "0A000064", NONE, NONE, COOKIE + "35 01 07  36 04 0A 00 00 02 FF")),
        Message.request("every-identity", 68, 67, IDENTITY).between("0.0.0.0", "255.255.255.255"),
        Message.request("identifier-of-the-node", 68, 67, message(1, NONE, NONE, NONE, COOKIE + "35 01 03  3D 13 FF 00000001 0001 0001 2B3C4D5E 00053C048D59"
            + "52 08 01 06 00 04 000A 01 07 FF")).between("10.0.0.254", "10.0.0.2"),
        Message.response("offer-of-routes", 67, 68, message(2, NONE, "0A000064", NONE, COOKIE + "35 01 02  36 04 0A 00 00 02  79 0D 10 0A01 0A000001 00 0A0000FE  2A 04 0A000002"
            + "0F 0B" + ascii("hospital.fr") + "3A 04 00000708 3B 04 00000C4E 1A 02 05DC 2B 03 010203 FF")).between("10.0.0.2", "255.255.255.255"),
        Message.request("authenticated", 68, 67, message(1, NONE, NONE, NONE, COOKIE + "35 01 03  5A 0F 00 00 00 0000000000000001 73656372 FF")),
        Message.request("option-length-is-a-flaw", 68, 67, message(1, NONE, NONE, NONE, COOKIE + "35 02 0100  36 03 0A0000 FF")),
        Message.response("bootp-reply", 67, 68, message(2, NONE, "0A000064", NONE, "00".repeat(64))));
  }

  /** RFC 2132 §9.3: the host name stands in the file field. */
  private static String overloaded() {
    return message(1, NONE, NONE, NONE, COOKIE + "35 01 01  34 01 01 FF").replace("00".repeat(10 + 64 + 128),
        "00".repeat(10 + 64) + "0C 04" + ascii("ahu7") + "FF" + "00".repeat(128 - 7));
  }

  private static Recorder recorded(TestExchange exchange, String hex, String from, String to) {
    byte[] octets = Message.hex(hex);
    Recorder recorder = Recorder.full();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
      exchange.next(exchange.endpoint(from), 67, exchange.endpoint(to), 68, false);
      Cursor cursor = new Cursor().set(memory, 0, octets.length, octets.length);
      Dhcp dhcp = new Dhcp();
      assertThat(dhcp.frame(cursor, exchange)).isEqualTo(octets.length);
      dhcp.dissect(cursor.set(memory, 0, octets.length, octets.length), exchange, recorder);
      assertThat(cursor.ok()).isTrue();
    }
    return recorder;
  }

  @Test
  void anAcknowledgementBindsTheAddressToTheHardware() {
    Recorder recorder = recorded(new TestExchange(), ACK, "10.0.0.2", "10.0.0.100");
    assertThat(recorder.observations()).filteredOn(Sighting.class::isInstance).singleElement().satisfies(o -> {
      assertThat(o.who().ip()).isEqualTo("10.0.0.100");
      assertThat(o.who().macText()).isEqualTo("00:05:3c:04:8d:59");
    });
  }

  @Test
  void aServerIsToldOncePerClientAndTenMinutes() {
    TestExchange exchange = new TestExchange();
    assertThat(recorded(exchange, OFFER, "10.0.0.2", "10.0.0.100").acts()).isEqualTo(1);
    assertThat(recorded(exchange, OFFER, "10.0.0.2", "10.0.0.100").acts()).isZero();
    exchange.pass(601_000_000_000L);
    assertThat(recorded(exchange, OFFER, "10.0.0.2", "10.0.0.100").acts()).isEqualTo(1);
  }

  @Test
  void behindARelayTheServerIsTheOneItsIdentifierNames() {
    Recorder recorder = recorded(new TestExchange(), message(2, NONE, "0A000064", "0A0000FE", COOKIE + "35 01 02 36 04 0A 00 00 02 FF"),
        "10.0.0.254", "10.0.0.100");
    assertThat(recorder.observations()).filteredOn(Act.class::isInstance).singleElement()
        .satisfies(o -> assertThat(o.who().ip()).isEqualTo("10.0.0.2"));
    assertThat(recorder.facts()).anyMatch(f -> f.startsWith("claim ROLE of 10.0.0.254 = dhcp-relay"));
  }

  @Test
  void aClientSaysWhoItIsAndItsRelayWhereItHangs() {
    assertThat(Dissected.facts(new Dhcp(), Message.request("identity", 67, 67, IDENTITY).between("10.0.0.254", "10.0.0.2"))).contains(
        "claim BANNER of 00:05:3c:04:8d:59 = dhcp-61=unit-7 by 10.0.0.254 | RFC 2132 §9.14", "claim BANNER of 00:05:3c:04:8d:59 = dhcp-60=AXIS,Cam, by 10.0.0.254 | RFC 2132 §9.13",
        "claim PORT of 00:05:3c:04:8d:59 = 10.0.0.254 Gi1/0/7 by 10.0.0.254 | RFC 3046 §3.1", "claim BANNER of 00:05:3c:04:8d:59 = dhcp-77=iPXE! by 10.0.0.254 | RFC 3004 §4",
        "claim BANNER of 00:05:3c:04:8d:59 = dhcp-124=311 vendor by 10.0.0.254 | RFC 3925 §3", "claim BANNER of 00:05:3c:04:8d:59 = dhcp-55=1,3,6 by 10.0.0.254 | RFC 2132 §9.8");
  }

  @Test
  void theSameDuidIsToldAsInDhcp6() {
    assertThat(Dissected.facts(new Dhcp(), messages().stream().filter(m -> m.name().equals("identifier-of-the-node")).findFirst().orElseThrow())).contains(
        "claim BANNER of 00:05:3c:04:8d:59 = duid=000100012b3c4d5e00053c048d59 by 10.0.0.254 | RFC 4361 §6.1",
        "claim PORT of 00:05:3c:04:8d:59 = 10.0.0.254 vlan 10, module 1, port 7 by 10.0.0.254 | RFC 3046 §3.1");
  }
}
