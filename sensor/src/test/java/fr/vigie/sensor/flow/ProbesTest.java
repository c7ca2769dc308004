package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often a packet looks into the tables: exact counts, so that one look-up more, or one place more for each, is seen. */
class ProbesTest {
  private static final Sink DEAF = new Sink() {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  };

  private static Sensor run(Mix mix) {
    Sensor sensor = new Sensor(SensorOptions.standard());
    sensor.run(mix, DEAF);
    return sensor;
  }

  /** What a thousand rounds of every protocol cost beyond the first, by subtraction: the first hundred hold what is new. */
  private static long beyond(String table) {
    int round = Mix.all(1, 1).variety();
    long first = run(Mix.all(100L * round, 12_000)).counters().value(table);
    return run(Mix.all(1_100L * round, 12_000)).counters().value(table) - first;
  }

  @Test
  void aRepeatedPacketLooksAtOnePlaceOfTheFlowTable() {
    // all but the two frames that are not IP: LLDP and ARP
    assertThat(beyond("table.flow_probes")).isEqualTo(1_000L * (Mix.all(1, 1).variety() - 2));
  }

  @Test
  void aRepeatedPacketKnowsItsContactFromItsFlow() {
    // LLDP has no flow
    assertThat(beyond("table.contact_probes")).isEqualTo(1_000);
  }

  @Test
  void aValueLooksAtOnePlaceOfThePointsOfItsMinute() {
    // BACnet tells four values a round, KNX one
    assertThat(beyond("table.point_probes")).isEqualTo(5_000);
  }

  @Test
  void fewMessagesLookForAnAddress() {
    // both ends of the frames of LLDP and ARP, two devices behind a KNX gateway, the unit of a Modbus request, the client of DHCP
    assertThat(beyond("table.endpoint_probes")).isEqualTo(8_000);
  }

  @Test
  void twentyThousandFlowsAreFoundWithinTwoPlaces() {
    Tape tape = new Tape();
    int flows = 20_000;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < flows; i++) {
        tape.pass(0.0001).frame(Frames.udpFrame(1 + i % 200, 40_000 + i / 200, 201 + i % 7, 9_000 + i % 3, new byte[] {1}));
      }
    }
    tape.play(SensorOptions.standard().dissectors(List::of));
    assertThat(tape.count("refused.flows_evicted")).isZero();
    // 1.41 places a packet: the tables of the shards are between a quarter and half full
    assertThat(tape.count("table.flow_probes")).isEqualTo(84_324);
  }

  @Test
  void flowsWhoseAddressesWereMadeToCollideCostNoSearchWithoutEnd() {
    FlowKey key = new FlowKey();
    Tape tape = new Tape();
    int flows = 0;
    for (int i = 0; flows < 400; i++) {
      int from = 1 + i % 250;
      int port = 1024 + i / 250 % 60_000;
      int toPort = 9_000 + i / 250 / 60_000;
      key.set(0, 17, 4, 0, 0x0A000000L + from, 0, 0x0A0000FEL, port, toPort);
      if ((key.hash & 0xFFF) == 0x123) {
        tape.pass(0.001).frame(Frames.udpFrame(from, port, 254, toPort, new byte[] {1}));
        flows++;
      }
    }
    tape.play(SensorOptions.standard().shards(1).dissectors(List::of));
    assertThat(tape.count("refused.flows_collided")).isEqualTo(400 - Flows.PROBES);
    assertThat(tape.count("table.flow_probes")).isLessThanOrEqualTo(400L * (Flows.PROBES + 1)).isGreaterThan(100L * Flows.PROBES);
    assertThat(tape.count("refused.flows_evicted")).isZero();
  }
}
