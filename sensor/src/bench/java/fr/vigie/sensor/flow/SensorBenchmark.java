package fr.vigie.sensor.flow;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
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
 * What a repeated packet of each protocol costs through the whole sensor, once with its dissector and once with headers, flows and contacts
 * alone: the difference is the dissector, and for TCP its stream.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class SensorBenchmark {
  private static final int PACKETS = 500_000;

  /** Whose conversation. */
  @Param({"bacnet", "modbus", "snmp", "dns", "mdns", "http", "knx", "dhcp", "lldp", "arp", "unknown"})
  public String protocol;

  /** Whether anything is dissected. */
  @Param({"true", "false"})
  public boolean dissected;

  /** Half a million packets in ten seconds of capture time. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public long packet() {
    SensorOptions options = dissected ? SensorOptions.standard() : SensorOptions.standard().dissectors(List::of);
    Sensor sensor = new Sensor(options);
    long[] seen = new long[1];
    sensor.run(new Mix(PACKETS, 20_000).add(protocol), new Sink() {
      @Override
      public void accept(Observation observation) {
        seen[0]++;
      }

      @Override
      public void quantum(long seq, long at) {}
    });
    return seen[0];
  }
}
