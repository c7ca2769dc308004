package fr.vigie.sensor.flow;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a segment of a stream costs through the whole sensor, by the trouble it makes: the difference between two roads is reassembly. Sixty octets
 * a segment, messages of five octets that are read and say nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class StreamBenchmark {
  private static final int SEGMENTS = 300_000;

  /** How the segments come. */
  public enum Road {
    /** One behind the other, each of whole messages: read where it lies. */
    IN_ORDER,
    /** The second overlaps the first by three octets; from then on every segment ends within a message. */
    CUT,
    /** Every second one before the one it follows. */
    SWAPPED,
    /** Each once more. */
    TWICE,
    /** Each begins 20 octets before the last one ended. */
    OVERLAPPING,
    /** Every fiftieth never comes. */
    LOST
  }

  /** The road of this run. */
  @Param
  public Road road;

  /** Three hundred thousand segments, 20 µs apart. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public long segment() {
    Sensor sensor = new Sensor(SensorOptions.standard().dissectors(() -> List.of(new Toys.Counted())));
    sensor.run(new Segments(road), new Sink() {
      @Override
      public void accept(Observation observation) {}

      @Override
      public void quantum(long seq, long at) {}
    });
    return sensor.counters().value("messages.counted");
  }

  private static final class Segments implements PacketSource {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int SEQUENCE = 14 + 20 + 4;
    private static final int PAYLOAD = 60;

    private final MemorySegment memory = Arena.ofAuto().allocate(256);
    private final List<Origin> origins = List.of(new Origin(0, "site", "segments", null, null, 1));
    private final Road road;
    private final int captured;
    private int position;

    Segments(Road road) {
      this.road = road;
      byte[] frame = Frames.tcpFrame(1, 50000, 2, 7002, 0, 24, "0102030405".repeat(PAYLOAD / 5));
      MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
      captured = frame.length;
    }

    /** First octet of the n-th segment. */
    private int sequence(int n) {
      return switch (road) {
        case IN_ORDER -> n * PAYLOAD;
        case CUT -> n == 0 ? 0 : n * PAYLOAD - 3;
        case SWAPPED -> (n ^ 1) * PAYLOAD;
        case TWICE -> n / 2 * PAYLOAD;
        case OVERLAPPING -> n * (PAYLOAD - 20);
        case LOST -> (n + n / 50) * PAYLOAD;
      };
    }

    @Override
    public boolean next(Packet p) {
      if (position == SEGMENTS) {
        return false;
      }
      memory.set(U32, SEQUENCE, 1000 + sequence(position));
      p.segment = memory;
      p.offset = 0;
      p.captured = captured;
      p.wire = captured;
      p.at = Tape.START + position * 20_000L;
      p.linkType = 1;
      p.vlan = -1;
      p.index = position++;
      return true;
    }

    @Override
    public List<Origin> origins() {
      return origins;
    }

    @Override
    public List<Fault> faults() {
      return List.of();
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public long size() {
      return SEGMENTS;
    }

    @Override
    public void close() {}
  }
}
