package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class HotPathTest {
  private static final int WARM = 400_000;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int MEASURED = 200_000;

  /** Three frames again and again within one second of capture time: a datagram, its answer, and a segment of a stream. */
  private static final class Loop implements PacketSource {
    private final MemorySegment memory = Arena.ofAuto().allocate(1024);
    private final int[] length = new int[3];
    private final List<Origin> origins = List.of(new Origin(0, "site", "loop", null, null, 1));
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int position;
    private int sequence = 1000;
    long before;
    long after;

    Loop() {
      put(0, Frames.udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 7, 0, 0, 0, 0, 0}));
      put(1, Frames.udpFrame(2, 7000, 1, 50000, new byte[] {0x55, 7, 0, 0, 0, 0, 0}));
      put(2, Frames.tcpFrame(1, 50000, 2, 7002, sequence, 24, "0102030405"));
    }

    private void put(int slot, byte[] frame) {
      MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, slot * 256L, frame.length);
      length[slot] = frame.length;
    }

    @Override
    public boolean next(Packet p) {
      if (position == WARM) {
        before = threads.getCurrentThreadAllocatedBytes();
      } else if (position == WARM + MEASURED) {
        after = threads.getCurrentThreadAllocatedBytes();
        return false;
      }
      int slot = position % 3;
      p.segment = memory;
      p.offset = slot * 256L;
      p.captured = length[slot];
      p.wire = length[slot];
      // 6 µs apart: the measured part stays within one minute, so that no report of the contact falls due
      p.at = Tape.START + position * 6_000L;
      p.linkType = 1;
      p.index = position++;
      if (slot == 2) {
        sequence += 5;
        memory.set(U32, 512 + 14 + 20 + 4, sequence);
      }
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
      return -1;
    }

    @Override
    public void close() {}
  }

  @Test
  void aPacketThatSaysNothingNewAllocatesNothing() {
    Loop loop = new Loop();
    Sensor sensor = new Sensor(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams(), new Toys.Counted())));
    sensor.run(loop, new Sink() {
      @Override
      public void accept(Observation observation) {}

      @Override
      public void quantum(long seq, long at) {}
    });
    assertThat(sensor.counters().value("messages.toy")).isEqualTo(400_000);
    assertThat(sensor.counters().value("messages.counted")).isEqualTo(200_000);
    // whole packets allocate or they do not: less than a byte a packet is the virtual machine's own
    assertThat(loop.after - loop.before).as("octets allocated over %d packets", MEASURED).isLessThan(4096);
  }

  /**
   * Over every protocol that the sensor reads, requests with their answers and values that are folded, within one minute of capture time: the
   * whole sensor, a million packets.
   */
  @Test
  void aMillionRepeatedPacketsOfEveryProtocolAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = new long[2];
    long warm = 600_000;
    long measured = 1_000_000;
    Mix mix = Mix.all(warm + measured, 12_000);
    long[] told = new long[2];
    int[] observations = new int[1];
    mix.when = new long[] {warm, warm + measured};
    mix.events = new Runnable[] {
      () -> {
        told[0] = observations[0];
        allocated[0] = threads.getCurrentThreadAllocatedBytes();
      },
      () -> {
        allocated[1] = threads.getCurrentThreadAllocatedBytes();
        told[1] = observations[0];
      }
    };
    Sensor sensor = new Sensor(SensorOptions.standard());
    sensor.run(mix, new Sink() {
      @Override
      public void accept(Observation observation) {
        observations[0]++;
      }

      @Override
      public void quantum(long seq, long at) {}
    });
    assertThat(told[1] - told[0]).as("observations").isZero();
    assertThat(sensor.counters().group("messages").keySet())
        .containsExactlyInAnyOrder("bacnet", "modbus", "snmp", "dns", "mdns", "http", "knx", "dhcp", "lldp", "arp");
    long rounds = (warm + measured) / mix.variety();
    assertThat(sensor.counters().value("messages.bacnet")).isGreaterThanOrEqualTo(rounds * 7);
    assertThat(sensor.counters().value("messages.modbus")).isGreaterThanOrEqualTo(rounds * 2);
    assertThat(sensor.counters().value("messages.http")).isGreaterThanOrEqualTo(rounds * 2);
    assertThat(sensor.counters().group("unframed")).isEmpty();
    // a packet allocates or it does not: less than a byte for sixteen packets is the virtual machine's own
    assertThat(allocated[1] - allocated[0]).as("octets allocated over %d packets", measured).isLessThan(65_536);
  }
}
