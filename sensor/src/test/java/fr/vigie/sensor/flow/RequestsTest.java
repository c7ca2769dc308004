package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestsTest {
  private static byte[] write(int key) {
    return new byte[] {0x55, 4, 1, (byte) key};
  }

  private static byte[] answer(int key) {
    return new byte[] {0x55, 4, 2, (byte) key};
  }

  /** Requests and answers at random, with keys taken over: each act is told once, and once how it ended or that nobody answered. */
  @Test
  void everyActEndsExactlyOnce() {
    Random random = new Random(3);
    Tape tape = new Tape();
    int asked = 0;
    int answered = 0;
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      int key = random.nextInt(200);
      tape.pass(0.02);
      if (random.nextInt(3) > 0) {
        tape.frame(Frames.udpFrame(1, 50000, 2, 7000, write(key)));
        asked++;
        open.remove((Integer) key);
        open.add(key);
      } else {
        tape.frame(Frames.udpFrame(2, 7000, 1, 50000, answer(key)));
        answered += open.remove((Integer) key) ? 1 : 0;
      }
    }
    tape.pass(31).frame(Frames.udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 7, 0, 0, 0, 0, 0}));
    tape.play(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams())));
    List<Act> acts = tape.all(Act.class);
    assertThat(acts.stream().filter(Act::request)).hasSize(asked);
    assertThat(acts.stream().filter(a -> a.outcome().equals(Outcome.OK)).map(Act::id).distinct()).hasSize(answered);
    assertThat(acts.stream().filter(a -> a.outcome().equals(Outcome.UNANSWERED)).map(Act::id).distinct()).hasSize(asked - answered);
    assertThat(acts).hasSize(2 * asked);
    assertThat(tape.count("refused.requests_full")).isZero();
  }

  @Test
  void whatFindsNoPlaceIsCounted() {
    Tape tape = new Tape();
    for (int key = 0; key < 40; key++) {
      tape.frame(Frames.udpFrame(1, 50000, 2, 7000, write(key)));
    }
    tape.play(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams())).shards(1).folds(1 << 16, 16));
    assertThat(tape.all(Act.class)).hasSize(40);
    assertThat(tape.count("refused.requests_full")).isEqualTo(24);
  }
}
