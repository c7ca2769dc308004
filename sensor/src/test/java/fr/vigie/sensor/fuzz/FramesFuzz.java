package fr.vigie.sensor.fuzz;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Protocols;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/**
 * A fuzz target: frames, through the whole sensor – headers, tunnels, fragments, copies, TCP reassembly, recognition, every dissector, the
 * capture doctor. What must hold: nothing is thrown, observations leave in the order of the contract, every frame is counted, and no table
 * outgrows its bound.
 *
 * <pre>
 * | link type u8 | { later by u8 ms, cut off u8 octets, octets u16 | frame } … |
 * </pre>
 */
public final class FramesFuzz {
  private static final int[] LINKS = {1, 113, 276, 101, 0, 108, 228, 229, 12, 165};
  private static final int MOST_FRAMES = 64;
  private static final MemorySegment MEMORY = Arena.global().allocate(1 << 16);
  private static final int RENEWED = 10_000;
  private static final int TINY = 64;
  private static List<Dissector> dissectors = Protocols.all();
  private static int inputs;

  /** Tables so small that every bound is met, and dissectors made once for many inputs. */
  private static final SensorOptions OPTIONS = new SensorOptions(false, TINY, TINY, TINY, TINY, TINY, TINY, 1 << 16, 1 << 14, 1 << 14, () -> dissectors, null,
      1, 1, 0, null, Set.of(7));

  private FramesFuzz() {}

  /** An input of frames, a millisecond apart. */
  static byte[] input(int link, List<byte[]> frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int index = 0;
    while (LINKS[index] != link) {
      index++;
    }
    out.write(index);
    for (byte[] frame : frames) {
      out.write(1);
      out.write(0);
      out.write(frame.length >> 8);
      out.write(frame.length);
      out.writeBytes(frame);
    }
    return out.toByteArray();
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length < 6) {
      return;
    }
    if (++inputs % RENEWED == 0) {
      dissectors = Protocols.all();
    }
    Frames frames = new Frames(data);
    Sensor sensor = new Sensor(OPTIONS);
    sensor.run(frames, new Ordered());
    if (sensor.counters().value("packets") != frames.given) {
      throw new AssertionError(frames.given + " frames, counted " + sensor.counters().value("packets"));
    }
  }

  /** A sink that refuses what is out of order. */
  private static final class Ordered implements Sink {
    private long seq = -1;
    private int n = -1;
    private long at = Long.MIN_VALUE;

    @Override
    public void accept(Observation o) {
      if (o.seq() < seq || o.seq() == seq && o.n() <= n) {
        throw new AssertionError("observation " + o.seq() + "/" + o.n() + " behind " + seq + "/" + n);
      }
      if (o.at() < at) {
        throw new AssertionError("time runs back");
      }
      seq = o.seq();
      n = o.n();
      at = o.at();
    }

    @Override
    public void quantum(long through, long when) {
      if (through < seq) {
        throw new AssertionError("a quantum ends before its observations");
      }
    }
  }

  /** The frames of an input as a source. */
  private static final class Frames implements PacketSource {
    private final byte[] data;
    private final int link;
    private final List<Origin> origins;
    private int at = 1;
    private int given;
    private long now = 1_767_600_000_000_000_000L;

    Frames(byte[] data) {
      this.data = data;
      link = LINKS[(data[0] & 0xFF) % LINKS.length];
      origins = List.of(new Origin(0, "site", "fuzz", null, null, link));
    }

    @Override
    public boolean next(Packet packet) {
      if (at + 4 > data.length || given == MOST_FRAMES) {
        return false;
      }
      int wire = Math.min((data[at + 2] & 0xFF) << 8 | data[at + 3] & 0xFF, data.length - at - 4);
      now += (data[at] & 0xFF) * 1_000_000L;
      int captured = Math.max(0, wire - (data[at + 1] & 0xFF));
      MemorySegment.copy(MemorySegment.ofArray(data), at + 4, MEMORY, 0, captured);
      packet.segment = MEMORY;
      packet.slab = null;
      packet.offset = 0;
      packet.captured = captured;
      packet.wire = wire;
      packet.at = now;
      packet.origin = 0;
      packet.linkType = link;
      packet.index = given++;
      packet.vlan = -1;
      packet.tick = false;
      at += 4 + wire;
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
      return at;
    }

    @Override
    public long size() {
      return data.length;
    }

    @Override
    public void close() {}
  }
}
