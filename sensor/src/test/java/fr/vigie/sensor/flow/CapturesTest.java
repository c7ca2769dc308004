package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The whole sensor over every shared capture: what holds for all of them. */
class CapturesTest {
  /** Checks each observation as it comes. */
  private static final class Order implements Sink {
    private long seq = -1;
    private int n;
    private long at = Long.MIN_VALUE;
    private long quantum = Long.MIN_VALUE;

    @Override
    public void accept(Observation o) {
      assertThat(o.seq() > seq || o.seq() == seq && o.n() > n).as("(seq, n) rises: %s", o).isTrue();
      assertThat(o.at()).as("time never runs back: %s", o).isGreaterThanOrEqualTo(at);
      seq = o.seq();
      n = o.n();
      at = o.at();
    }

    @Override
    public void quantum(long upTo, long when) {
      assertThat(when).isGreaterThanOrEqualTo(quantum);
      assertThat(upTo).isGreaterThanOrEqualTo(seq);
      quantum = when;
    }
  }

  @Test
  void everySharedCaptureEndsWithObservationsInOrderAndNoException() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are not on this machine");
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files = walk.filter(p -> p.toString().matches(".*\\.(pcap|pcapng|cap)$") && Files.isRegularFile(p)).sorted().toList();
    }
    SensorOptions options = new SensorOptions(false, 1 << 12, 1 << 12, 1 << 12, 1 << 14, 1 << 12, 1 << 10, 16L << 20, 256 << 10, 256 << 10,
        fr.vigie.sensor.protocol.Protocols::all, null, SensorOptions.SHARDS, 1, 0, null, java.util.Set.of());
    for (Path file : files) {
      Sensor sensor = new Sensor(options);
      long[] packets = new long[1];
      try (PacketSource source = CaptureFiles.open(List.of(file), "r")) {
        sensor.run(source, new Order(), n -> packets[0] = n);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(file.toString(), e);
      }
      assertThat(sensor.counters().value("packets")).as(file.toString()).isEqualTo(packets[0]);
    }
  }
}
