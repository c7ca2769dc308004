package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables of a quarter of what is needed: what finds no place is counted exactly, and what was known stays known. */
class BoundsTest {
  private static final int NEED = 400;

  private static Tape tape() {
    Tape tape = new Tape();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < NEED; i++) {
        // one client and server, 400 ports of the server: 400 flows and contacts
        tape.pass(0.0001).frame(Frames.udpFrame(1, 50000, 2, 8000 + i, new byte[] {1, 2, 3}));
      }
    }
    return tape;
  }

  private static SensorOptions bounds(int flows, int contacts) {
    return SensorOptions.standard().shards(1).dissectors(List::of).bounds(flows, contacts);
  }

  @Test
  void withRoomNothingIsRefused() {
    Tape tape = tape().play(bounds(NEED, NEED));
    assertThat(tape.sensor.counters().group("refused")).isEmpty();
    assertThat(tape.all(Contact.class).stream().filter(c -> c.phase() == Contact.Phase.CLOSE)).hasSize(NEED)
        .allMatch(c -> c.packetsOut() == 2);
  }

  @Test
  void flowsThatFindNoPlacePushTheStalestOut() {
    Tape tape = tape().play(bounds(NEED / 4, NEED));
    // each flow comes twice, and every one of them is gone when it comes again
    assertThat(tape.count("refused.flows_evicted")).isEqualTo(2 * NEED - NEED / 4);
    assertThat(tape.all(Contact.class).stream().filter(c -> c.phase() == Contact.Phase.CLOSE)).as("contacts outlive their flows").hasSize(NEED)
        .allMatch(c -> c.packetsOut() == 2);
  }

  @Test
  void contactsThatFindNoPlaceAreCountedPacketByPacket() {
    Tape tape = tape().play(bounds(NEED, NEED / 4));
    assertThat(tape.count("refused.contacts_full")).isEqualTo(2 * (NEED - NEED / 4));
    assertThat(tape.all(Contact.class).stream().filter(c -> c.phase() == Contact.Phase.CLOSE)).hasSize(NEED / 4)
        .allMatch(c -> c.packetsOut() == 2);
  }

  @Test
  void addressesThatFindNoPlaceAreCountedAndKnownOnesStay() {
    Endpoints endpoints = new Endpoints(NEED / 4);
    Endpoint[] first = new Endpoint[NEED];
    for (int i = 0; i < NEED; i++) {
      first[i] = endpoints.ip("site", 4, 0, 0x0A000000L + i, Endpoint.NO_MAC, Endpoint.NO_VLAN);
    }
    assertThat(endpoints.overflow()).isEqualTo(NEED - NEED / 4);
    for (int i = 0; i < NEED; i++) {
      Endpoint again = endpoints.ip("site", 4, 0, 0x0A000000L + i, Endpoint.NO_MAC, Endpoint.NO_VLAN);
      if (i < NEED / 4) {
        assertThat(again).isSameAs(first[i]);
      }
      assertThat(again).isEqualTo(first[i]);
    }
    assertThat(endpoints.overflow()).isEqualTo(2 * (NEED - NEED / 4));
    assertThat(endpoints.size()).isEqualTo(NEED / 4);
  }
}
