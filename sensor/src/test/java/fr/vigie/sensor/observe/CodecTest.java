package fr.vigie.sensor.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CodecTest {
  private final Endpoints endpoints = new Endpoints(100);
  {
    endpoints.seenOn(42);
  }

  private final Endpoint host = endpoints.ip("site", 4, 0, 0x0A000001L, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  private final Endpoint six = endpoints.ip("site", 6, 0x20010DB800000000L, 1, 0x0002B3000001L, 20);
  private final Cite cite = new Cite("ASHRAE 135-2020", "15.9");

  private Stamp stamp(int n) {
    return new Stamp(1L << 40, n, 1_773_122_400_123_456_789L, 3, 99);
  }

  private List<Observation> all() {
    Endpoint child = endpoints.bacnet(host, 2001, 0x0A, 1);
    return List.of(
        new Sighting(stamp(0), six, "arp", null, Sighting.How.ARP),
        new Claim(stamp(1), host, "bacnet", cite, child, Trait.MODEL, "é\u202e\0<b>"),
        new Contact(stamp(2), host, "modbus", null, endpoints.modbus(six, 3), "tcp", 502, Contact.Phase.UPDATE, Contact.Answer.REFUSED, 1, 2, 3, 4,
            5, Long.MAX_VALUE, List.of("readCoils", "x")),
        new Act(stamp(3), host, "bacnet", cite, "1.2", child, 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, 4194303, 85, -1),
            new Value.Num(-21.5), 8, "", Outcome.error("write-access-denied")),
        new Act(stamp(4), endpoints.knx(host, 0x1107), "knx", null, "1.4", host, 3671, Verb.CONFIGURE, "A_Key_Write", null, new Value.Secret(4), 0,
            "d", Outcome.UNCONFIRMED),
        new Act(stamp(5), host, "snmp", null, "1.5", six, 161, Verb.WRITE, "set", new Point.Named("oid", "1.3"), new Value.Text(""), 0, "",
            Outcome.PENDING),
        new Reading(stamp(6), endpoints.lon(host, 1, 2), "bacnet", null, new Point.KnxGroup(0x0901), 0, 60, 2, -1.5, Double.MAX_VALUE, 0, 1, null, true,
            true),
        new Flaw(stamp(7), endpoints.mac("r", 0x0180C200000EL, 5), "lldp", cite, host, "length", 3, 9, 1),
        new Lapse(stamp(1 << 20), endpoints.mac("r", Endpoint.NO_MAC, 20), Lapse.Kind.TWICE, 1, 20, 0, -1, 7, 100, 1, Long.MAX_VALUE, -1,
            Lapse.Basis.HEARD_BEFORE, "arp"));
  }

  @Test
  void everyKindOfObservationReadsBackAsItWas() {
    for (Observation o : all()) {
      ByteBuffer copy = copy(new Codec(endpoints).write(o));
      Observation read = new Codec(new Endpoints(100)).read(copy);
      assertThat(read).isEqualTo(o);
      assertThat(read.who().seenVlan()).as("the VLAN to show is no identity, yet it is kept").isEqualTo(o.who().seenVlan());
      assertThat(copy.hasRemaining()).isFalse();
    }
  }

  @Test
  void octetsReadBackAsTheyWere() {
    Act act = new Act(stamp(0), host, "knx", null, "1", host, 0, Verb.WRITE, "w", new Point.Modbus("coil", 7, 2),
        new Value.Octets(new byte[] {1, 2}, 9), 0, "", Outcome.OK);
    Act read = (Act) new Codec(endpoints).read(copy(new Codec(endpoints).write(act)));
    assertThat(read.value()).isNotNull().extracting(Value::text).isEqualTo("0x0102…(9)");
    assertThat(read.point()).isEqualTo(act.point());
  }

  @Test
  void everyPrefixAndMutationIsAnAnswerOrUnreadable() {
    Random random = new Random(7);
    for (Observation o : all()) {
      byte[] octets = copy(new Codec(endpoints).write(o)).array();
      for (int length = 0; length < octets.length; length++) {
        survives(ByteBuffer.wrap(octets, 0, length).slice());
      }
      for (int i = 0; i < 2000; i++) {
        byte[] changed = octets.clone();
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        survives(ByteBuffer.wrap(changed));
      }
    }
  }

  private void survives(ByteBuffer record) {
    assertThatCode(() -> {
      try {
        new Codec(endpoints).read(record);
      } catch (Codec.Unreadable expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
    }).doesNotThrowAnyException();
  }

  private static ByteBuffer copy(ByteBuffer buffer) {
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(octets);
    return ByteBuffer.wrap(octets);
  }
}
