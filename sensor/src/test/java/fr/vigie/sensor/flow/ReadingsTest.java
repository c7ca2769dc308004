package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Reading;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private static byte[] value(int value) {
    return new byte[] {0x55, 4, 3, (byte) value};
  }

  @Test
  void theBucketsHoldExactlyTheValuesOfTheWire() {
    Random random = new Random(5);
    Tape tape = new Tape();
    double sum = 0;
    for (int i = 0; i < 20_000; i++) {
      int value = random.nextInt(100);
      sum += value;
      // 300 devices over eight minutes
      tape.pass(0.024).frame(Frames.udpFrame(10 + random.nextInt(300), 7000, 2, 50000, value(value)));
    }
    tape.play();
    List<Reading> readings = tape.all(Reading.class);
    assertThat(readings.stream().mapToLong(Reading::count).sum()).isEqualTo(20_000);
    assertThat(readings.stream().mapToDouble(Reading::sum).sum()).isEqualTo(sum);
    assertThat(readings).allMatch(r -> r.minimum() <= r.last() && r.last() <= r.maximum() && r.to() - r.from() == 60_000_000_000L);
    assertThat(readings.stream().map(r -> r.who().key() + r.from()).distinct()).as("one bucket a point and minute").hasSameSizeAs(readings);
    assertThat(tape.count("refused.points_full")).isZero();
  }

  @Test
  void whatIsMoreThanTheTableHoldsIsCountedExactlyAndTheNextMinuteHasRoomAgain() {
    Tape tape = new Tape();
    for (int minute = 0; minute < 2; minute++) {
      for (int device = 0; device < 100; device++) {
        tape.frame(Frames.udpFrame(10 + device, 7000, 2, 50000, value(device)));
        tape.frame(Frames.udpFrame(10 + device, 7000, 2, 50000, value(device)));
      }
      tape.pass(60);
    }
    tape.play(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams())).shards(1).folds(25, 1 << 16));
    assertThat(tape.all(Reading.class)).hasSize(50);
    assertThat(tape.count("refused.points_full")).isEqualTo(2 * 2 * 75);
    assertThat(tape.all(Reading.class).stream().mapToLong(Reading::count).sum()).isEqualTo(400 - 300);
  }
}
