package fr.vigie.sensor.flow;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The flow table alone: a known flow, one that is not there, and one that goes for another. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class FlowsBenchmark {
  /** Flows that are open. */
  @Param({"1000", "100000", "1000000"})
  public int open;

  private final Arena arena = Arena.ofShared();
  private final FlowKey key = new FlowKey();
  private final Endpoint somebody = new Endpoints(1).mac("", 1, Endpoint.NO_VLAN);
  private @Nullable Pipeline pipeline;
  private @Nullable Flows flows;
  private Flow[] known = {};
  private int next;

  /** Opens the flows. */
  @Setup(Level.Trial)
  public void fill() {
    Counters counters = new Counters();
    SensorOptions options = SensorOptions.standard().dissectors(List::of);
    Pipeline made = new Pipeline(options.share(), counters, new Counts(counters), new Blocks(arena, 1 << 20), new Handover(), null);
    Flows table = new Flows(made, 2 * open, counters);
    known = new Flow[open];
    for (int i = 0; i < open; i++) {
      known[i] = made(made, i);
      table.add(known[i]);
    }
    pipeline = made;
    flows = table;
  }

  /** Gives the memory back. */
  @TearDown(Level.Trial)
  public void close() {
    arena.close();
  }

  private void key(int i) {
    key.set(0, 17, 4, 0, 0x0A000000L + i, 0, 0x0A010000L + (i >>> 8), 40000 + (i & 1023), 47808);
  }

  private Flow made(Pipeline of, int i) {
    key(i);
    return new Flow(of, key, i, somebody, somebody, i);
  }

  private int turn() {
    next = (next + 7919) % open;
    return next;
  }

  private Flows table() {
    Flows table = flows;
    if (table == null) {
      throw new IllegalStateException("not filled");
    }
    return table;
  }

  /** The flow of a packet, as of most. */
  @Benchmark
  public @Nullable Flow aKnownFlow() {
    key(turn());
    return table().find(key);
  }

  /** What the first packet of a flow looks for in vain. */
  @Benchmark
  public @Nullable Flow anUnknownFlow() {
    key(open + turn());
    return table().find(key);
  }

  /** A flow that is over gives its place to the next between the same ports. */
  @Benchmark
  public Flow oneGoesAndAnotherComes() {
    int i = turn();
    Flows table = table();
    table.remove(known[i]);
    Pipeline of = pipeline;
    if (of == null) {
      throw new IllegalStateException("not filled");
    }
    known[i] = made(of, i);
    table.add(known[i]);
    return known[i];
  }
}
