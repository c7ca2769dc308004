package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LanesTest {
  private static final int ROOM = 64;

  private final Endpoints endpoints = new Endpoints(1 << 12);
  private final Counters counters = new Counters();
  private final List<Observation> seen = new ArrayList<>();
  private final List<Long> quanta = new ArrayList<>();
  private long seq;

  private Endpoint host(int number) {
    return endpoints.ip("site", 4, 0, 0x0A000000L + number, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  private Act act(Verb verb, int who) {
    return new Act(new Stamp(++seq, 0, Tape.START + seq, 0, seq), host(who), "bacnet", null, seq + ".0", host(9999), 47808, verb, verb.name(), null,
        null, 0, "", Outcome.PENDING);
  }

  private Contact contact(int who) {
    return new Contact(new Stamp(++seq, 0, Tape.START + seq, 0, seq), host(who), "udp", null, host(9999), "udp", 1, Contact.Phase.OPEN,
        Contact.Answer.PENDING, 0, 0, 1, 60, 0, 0, List.of());
  }

  /** Puts everything while the sink stands still, then lets it go. */
  private void flood(Consumer<Consumer<Observation>> putting) {
    Lanes lanes = new Lanes(ROOM, counters);
    Lane lane = new Lane(counters);
    CountDownLatch standing = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    lanes.run(() -> {
      lanes.put(act(Verb.WRITE, 1), true);
      await(standing);
      putting.accept(o -> lanes.put(o, lane.urgent(o)));
      lanes.quantum(seq, 1);
      done.countDown();
    }, new Sink() {
      @Override
      public void accept(Observation o) {
        seen.add(o);
        standing.countDown();
        await(done);
      }

      @Override
      public void quantum(long upTo, long at) {
        quanta.add(upTo);
      }
    });
    seen.removeFirst();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private long acts(Verb verb) {
    return seen.stream().filter(o -> o instanceof Act a && a.verb() == verb).count();
  }

  @Test
  void aFloodOfWhoIsFromOneSpeakerLeavesTheWriteAndEverybodyElse() {
    flood(lanes -> {
      for (int i = 0; i < 10_000; i++) {
        lanes.accept(act(Verb.DISCOVER, 7));
      }
      lanes.accept(act(Verb.READ, 8));
      lanes.accept(act(Verb.WRITE, 7));
    });
    assertThat(acts(Verb.DISCOVER)).as("a sixteenth of the ring").isEqualTo(4);
    assertThat(acts(Verb.READ)).isEqualTo(1);
    assertThat(acts(Verb.WRITE)).isEqualTo(1);
    assertThat(counters.values()).containsOnly(Map.entry("lane.b_lost", 9_996L), Map.entry("refused.lane_b_act", 9_996L));
    assertThat(quanta).containsExactly(seq);
  }

  @Test
  void aFloodOfWhoIsFromEverywhereLeavesTheWriteAndFirstContacts() {
    flood(lanes -> {
      for (int i = 0; i < 2000; i++) {
        lanes.accept(act(Verb.DISCOVER, 100 + i));
      }
      lanes.accept(contact(7));
      lanes.accept(act(Verb.WRITE, 7));
    });
    assertThat(acts(Verb.DISCOVER)).as("three quarters of the ring").isEqualTo(48);
    assertThat(acts(Verb.WRITE)).isEqualTo(1);
    assertThat(seen).filteredOn(Contact.class::isInstance).hasSize(1);
    assertThat(counters.value("refused.lane_b_act")).isEqualTo(1952);
    assertThat(counters.value("lane.a_lost")).isZero();
  }

  @Test
  void aScanFromEverywhereLeavesTheWrite() {
    flood(lanes -> {
      for (int i = 0; i < 2000; i++) {
        lanes.accept(contact(100 + i));
      }
      for (int i = 0; i < 9; i++) {
        lanes.accept(act(Verb.WRITE, 7));
      }
    });
    assertThat(seen).filteredOn(Contact.class::isInstance).as("seven eighths of the ring").hasSize(56);
    assertThat(acts(Verb.WRITE)).as("the last eighth").isEqualTo(8);
    assertThat(counters.value("refused.lane_a_contact_open")).isEqualTo(1944);
    assertThat(counters.value("refused.lane_a_act")).isEqualTo(1);
    assertThat(counters.value("lane.a_lost")).as("what the doctor tells as SEN-03").isEqualTo(1945);
    assertThat(seen).isSortedAccordingTo(Comparator.comparing(Observation::stamp));
  }

  @Test
  void aSinkThatKeepsUpLosesNothing() {
    for (int pipelines : new int[] {1, 3}) {
      Tape tape = new Tape();
      for (int i = 0; i < 400; i++) {
        tape.frame(Frames.udpFrame(1 + i % 7, 50_000, 20 + i % 3, 7000, new byte[] {0x55, 7, 1, 0, 0, 0, (byte) i})).pass(0.3);
      }
      tape.play(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams())).pipelines(pipelines).live(1 << 16));
      assertThat(tape.all(Act.class)).filteredOn(Act::request).hasSize(400);
      assertThat(tape.count("lane.a_lost") + tape.count("lane.b_lost")).isZero();
    }
  }

  @Test
  void whatTheSinkThrowsEndsALiveSensorWithAFullRing() {
    IllegalStateException full = new IllegalStateException("the disk is full");
    for (int pipelines : new int[] {1, 2}) {
      Tape tape = new Tape();
      for (int i = 0; i < 5000; i++) {
        tape.frame(Frames.udpFrame(1 + i % 7, 50_000, 20 + i % 3, 7000, new byte[] {0x55, 7, 1, 0, 0, 0, (byte) i})).pass(0.3);
      }
      Sensor sensor = new Sensor(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams())).pipelines(pipelines).live(ROOM));
      assertThatThrownBy(() -> sensor.run(tape, new Sink() {
        @Override
        public void accept(Observation o) {
          throw full;
        }

        @Override
        public void quantum(long upTo, long at) {}
      })).isSameAs(full);
      assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().startsWith("vigie-sensor") || t.getName().startsWith("vigie-pipeline"));
    }
  }

  /** A mark a tenth of a second each, at which as many points close a minute, five thousandths before it. */
  @Test
  void whileMinutesWaitTimeDoesNotRunBack() {
    int points = 3_000;
    Lanes lanes = new Lanes(1 << 15, counters);
    Merger merger = new Merger(SensorOptions.standard(), counters, lanes);
    lanes.run(() -> {
      for (int mark = 1; mark <= 4; mark++) {
        long until = Tape.START + mark * 100_000_000L;
        Observation[] due = new Observation[points];
        for (int i = 0; i < points; i++) {
          due[i] = new Reading(new Stamp(mark, i, until - 5_000_000, 0, mark), host(i % 500), "modbus", null, new Point.Modbus("coil", i, 1), mark, mark + 60, 1, i, i, i, i, null, true, false);
        }
        merger.due(due, 0, points);
        merger.mark(mark, until, mark == 4);
      }
    }, new Sink() {
      @Override
      public void accept(Observation o) {
        seen.add(o);
      }

      @Override
      public void quantum(long upTo, long at) {}
    });
    assertThat(seen).hasSize(4 * points).isSortedAccordingTo(Comparator.comparing(Observation::stamp)).extracting(Observation::at).isSorted();
    assertThat(seen).as("and the minutes of a point stay in order").extracting(o -> ((Reading) o).from()).isSorted();
  }

  @Test
  void theMinutesOfManyPointsAreHandedOverInPortionsAndNoneIsLost() {
    int points = 5_000;
    List<Integer> portions = new ArrayList<>();
    Lanes lanes = new Lanes(1 << 13, counters);
    Merger merger = new Merger(SensorOptions.standard(), counters, lanes);
    Observation[] due = new Observation[points];
    for (int i = 0; i < points; i++) {
      due[i] = new Reading(new Stamp(i, 0, Tape.START + 1, 0, i), host(i % 500), "modbus", null, new Point.Modbus("coil", i, 1), 0, 60, 1, i, i, i, i, null, true, false);
    }
    lanes.run(() -> {
      merger.due(due, 0, points);
      for (long mark = 1; mark <= 3; mark++) {
        merger.mark(points + mark, Tape.START + 1 + mark, mark == 3);
      }
    }, new Sink() {
      @Override
      public void accept(Observation o) {
        seen.add(o);
      }

      @Override
      public void quantum(long upTo, long at) {
        portions.add(seen.size());
      }
    });
    assertThat(seen).extracting(o -> ((Reading) o).minimum()).hasSize(points).isSorted();
    assertThat(seen).isSortedAccordingTo(Comparator.comparing(Observation::stamp)).extracting(Observation::at).isSorted();
    assertThat(portions.getFirst()).isPositive().isLessThan(points);
    assertThat(counters.value("lane.b_lost")).isZero();
  }
}
