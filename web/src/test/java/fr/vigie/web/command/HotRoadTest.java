package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.export.Outputs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole road of a replay – sensor, ledger, windows, rules, outputs – over packets that say what was said before: two controllers are
 * polled by BACnet/IP and Modbus/TCP, values included, and addresses are resolved. After the warm-up a million packets of it, within one
 * minute of capture time, allocate nothing at all on the thread that carries them. The best of three such minutes counts: while the compiler
 * replaces a method, an object may be made that is none before and after.
 */
final class HotRoadTest {
  /** 2026-01-05T08:00:00Z. */
  private static final long START = 1_767_600_000_000_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final int MEASURED = 1_000_000;
  private static final int WARM = 3_000_000;
  private static final int SETTLING = 100_000;
  private static final int MINUTES = 3;
  /** Two whole minutes of warm-up, so that what is told each minute is told before the measured one and after it. */
  private static final long APART_WARM = 40_000;
  /** So that the million, with quanta in between, fits between two things that fall due: what is told each minute may make objects. */
  private static final long APART = 5_000;

  @TempDir private Path folder;

  @Test
  void aMillionPacketsThatSayNothingNewAllocateNothing() throws IOException {
    try (Arena arena = Arena.ofConfined(); Outputs outputs = new Outputs(folder.resolve("out"), 1 << 16)) {
      Polling polling = new Polling(arena);
      Sensor sensor = new Sensor(SensorOptions.standard());
      Road road = new Road(null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, polling.origins()::get, outputs::observation, Road.NOBODY);
      sensor.run(polling, road, packets -> { });
      road.finish();
      assertThat(sensor.counters().value("messages.bacnet")).isGreaterThan(MEASURED / 3);
      assertThat(sensor.counters().value("messages.modbus")).isGreaterThan(MEASURED / 3);
      assertThat(sensor.counters().group("refused")).isEmpty();
      assertThat(road.counters().get("assets")).isGreaterThanOrEqualTo(3);
      assertThat(polling.allocated).as("octets allocated by the thread over a million packets").isZero();
    }
  }

  /** The same conversations for ever: requests and answers of one reading, sequence numbers and invoke identifiers moving on. */
  private static final class Polling implements PacketSource {
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final HexFormat HEX = HexFormat.of();
    private static final int SPACING = 256;
    /** Of a frame of Ethernet, IPv4 and TCP. */
    private static final int SEQUENCE = 14 + 20 + 4;
    private static final int BACNET_INVOKE = 14 + 20 + 8 + 4 + 2 + 2;

    private final MemorySegment memory;
    private final int[] lengths = new int[8];
    private final List<Origin> origins = List.of(new Origin(0, "default", "polling", null, null, 1));
    private int frames;
    private int turn;
    private long count;
    private long at = START - WARM * APART_WARM;
    private int clientSequence = 1001;
    private int serverSequence = 5001;
    /** Packets before the minute under way, whose first packets say what is due each minute. */
    private long settled = WARM;
    private int minute;
    private long before;
    long allocated = Long.MAX_VALUE;

    Polling(Arena arena) {
      memory = arena.allocate(8L * SPACING, 64);
      String bacnet = "0c0c000000011955";
      frame(udp("0a010005", "0a01000a", "810a0011" + "0104" + "000501" + bacnet));
      frame(udp("0a01000a", "0a010005", "810a0017" + "0100" + "3001" + bacnet + "3e4441ac00003f"));
      frame(tcp("0a010005", "0a01000b", 50000, 502, 0x18, "000100000006" + "010300000002"));
      frame(tcp("0a01000b", "0a010005", 502, 50000, 0x18, "000100000007" + "01030400010002"));
      frame("ffffffffffff" + "020000000005" + "0806" + "0001080006040001" + "020000000005" + "0a010005" + "000000000000" + "0a01000a");
      frame("020000000005" + "02000000000a" + "0806" + "0001080006040002" + "02000000000a" + "0a01000a" + "020000000005" + "0a010005");
    }

    private static String mac(String ip) {
      return "0200000000" + ip.substring(6);
    }

    private static String ip(String from, String to, int protocol, int length) {
      return mac(to) + mac(from) + "0800" + "4500" + HEX.toHexDigits((short) (20 + length)) + "00004000" + "40"
          + HEX.toHexDigits((byte) protocol) + "0000" + from + to;
    }

    private static String udp(String from, String to, String payload) {
      int length = 8 + payload.length() / 2;
      return ip(from, to, 17, length) + "bac0bac0" + HEX.toHexDigits((short) length) + "0000" + payload;
    }

    private static String tcp(String from, String to, int fromPort, int toPort, int flags, String payload) {
      return ip(from, to, 6, 20 + payload.length() / 2) + HEX.toHexDigits((short) fromPort) + HEX.toHexDigits((short) toPort)
          + "0000000000000000" + "50" + HEX.toHexDigits((byte) flags) + "ffff" + "00000000" + payload;
    }

    private void frame(String hex) {
      byte[] octets = HEX.parseHex(hex);
      MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, (long) frames * SPACING, octets.length);
      lengths[frames++] = octets.length;
    }

    @Override
    public boolean next(Packet packet) {
      if (count == settled) {
        at = START + minute * 60 * SECOND + SECOND;
        minute++;
      }
      if (count == settled + SETTLING) {
        before = THREADS.getCurrentThreadAllocatedBytes();
      }
      if (count == settled + SETTLING + MEASURED) {
        allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - before);
        settled += SETTLING + MEASURED;
        if (minute == MINUTES || allocated == 0) {
          return false;
        }
        at = START + minute * 60 * SECOND + SECOND;
        minute++;
      }
      int frame = turn;
      turn = turn + 1 == frames ? 0 : turn + 1;
      long offset = (long) frame * SPACING;
      switch (frame) {
        case 0 -> memory.set(ValueLayout.JAVA_BYTE, BACNET_INVOKE, (byte) (count >>> 3));
        case 1 -> memory.set(ValueLayout.JAVA_BYTE, offset + BACNET_INVOKE - 1, memory.get(ValueLayout.JAVA_BYTE, BACNET_INVOKE));
        case 2 -> {
          memory.set(NUMBER, offset + SEQUENCE, clientSequence);
          memory.set(NUMBER, offset + SEQUENCE + 4, serverSequence);
          clientSequence += 12;
        }
        case 3 -> {
          memory.set(NUMBER, offset + SEQUENCE, serverSequence);
          memory.set(NUMBER, offset + SEQUENCE + 4, clientSequence);
          serverSequence += 13;
        }
        default -> { }
      }
      packet.segment = memory;
      packet.offset = offset;
      packet.captured = lengths[frame];
      packet.wire = lengths[frame];
      packet.at = at;
      packet.origin = 0;
      packet.linkType = 1;
      packet.index = count++;
      at += count < WARM ? APART_WARM : APART;
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
      return count;
    }

    @Override
    public long size() {
      return -1;
    }

    @Override
    public void close() {}
  }
}
