package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** What stands under every packet: the cursor, the flow table's key and look-up, the novelty filter, the heap of what is due. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TablesBenchmark {
  /** Entries of each table. */
  @Param({"1000", "100000", "1000000"})
  public int entries;

  private final Cursor cursor = new Cursor();
  private final MemorySegment memory = Arena.ofAuto().allocate(256);
  private final FlowKey key = new FlowKey();
  private long[] hashes = {};
  private News news = new News(8, 0, new Counters().counter("evicted"));
  private final Timers timers = new Timers();
  private Bell[] bells = {};
  private int next;

  private static final class Bell extends Timer {
    @Override
    void fire(long at) {}
  }

  /** Fills the tables. */
  @Setup(Level.Trial)
  public void fill() {
    news = new News(entries * 2, 0, new Counters().counter("evicted"));
    hashes = new long[Integer.highestOneBit(entries) * 4];
    bells = new Bell[entries];
    for (int i = 0; i < entries; i++) {
      news.fresh(Hash.mix(i, 1), i, 600);
      hashes[(int) hash(i) & hashes.length - 1] = hash(i);
      bells[i] = new Bell();
      timers.schedule(bells[i], Hash.mix(i, 2) >>> 1);
    }
  }

  private long hash(int i) {
    key.set(0, 17, 4, 0, 0x0A000000L + i, 0, 0x0A010000L + (i >>> 8), 40000 + (i & 1023), 47808);
    return key.hash;
  }

  private int turn() {
    next = next + 7919 < entries ? next + 7919 : (next + 7919) % entries;
    return next;
  }

  /** Forty octets of an IPv4 and a TCP header, read as they come. */
  @Benchmark
  public long cursor() {
    cursor.set(memory, 14, 60, 60);
    long sum = cursor.u8() + cursor.u8() + cursor.u16() + cursor.u16() + cursor.u16() + cursor.u8() + cursor.u8() + cursor.u16();
    sum += cursor.u32() + cursor.u32() + cursor.u16() + cursor.u16() + cursor.u32() + cursor.u32() + cursor.u16() + cursor.u16();
    return cursor.ok() ? sum + cursor.u16() + cursor.u16() : 0;
  }

  /** The key of a flow and the first place of its table. */
  @Benchmark
  public boolean flowKeyAndPlace() {
    long hash = hash(turn());
    return hashes[(int) hash & hashes.length - 1] == hash;
  }

  /** A fact that is no news. */
  @Benchmark
  public boolean news() {
    return news.fresh(Hash.mix(turn(), 1), entries, 600);
  }

  /** Something due is put off. */
  @Benchmark
  public long timers() {
    Timer first = first();
    timers.schedule(first, first.due + (1L << 40));
    return first.due;
  }

  private Timer first() {
    return timers.due(Long.MAX_VALUE) ? timers.take() : bells[0];
  }
}
