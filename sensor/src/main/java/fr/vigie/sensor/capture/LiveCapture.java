package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;

/**
 * A network interface that is listened to, and never spoken on. libpcap's loop runs on a thread of its own and copies each packet into a
 * bounded ring; what does not fit is dropped and counted. When nothing comes for a second {@link #next} gives a tick, see
 * {@link Packet#tick}. {@link #next} is for one thread, {@link #stop} and {@link #drops} for any.
 */
public final class LiveCapture implements PacketSource {
  /** Octets captured of each packet at most: what libpcap calls MAXIMUM_SNAPLEN. */
  public static final int SNAPLEN = 262_144;

  private static final long RING = 64L << 20;
  private static final int SLOTS = 1 << 16;
  private static final int KERNEL_BUFFER = 32 << 20;
  private static final int TIMEOUT_MS = 100;
  private static final long TICK_NS = 1_000_000_000L;
  /** A tick stands this far behind the wall clock, so that packets the kernel still holds are not late. */
  private static final long TICK_BEHIND_NS = 2L * TIMEOUT_MS * 1_000_000L;
  private static final int PERMISSION_DENIED = -8; // PCAP_ERROR_PERM_DENIED, pcap.h
  private static final int PROMISCUOUS_DENIED = -11; // PCAP_ERROR_PROMISC_PERM_DENIED, pcap.h
  private static final int NO_PRECISION = -12; // PCAP_ERROR_TSTAMP_PRECISION_NOTSUP, pcap.h

  private final String name;
  private final PcapHandle handle;
  private final List<Origin> origins;
  private final int linkType;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring = arena.allocate(RING);
  private final long[] at = new long[SLOTS];
  private final long[] offset = new long[SLOTS];
  private final int[] captured = new int[SLOTS];
  private final int[] wire = new int[SLOTS];
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Thread thread;
  private final Counters.Counter ringCounter;
  private final Counters.Counter kernelCounter;
  private final Counters.Counter interfaceCounter;
  private final Counters.Counter ticks;
  private long head;
  private long tail;
  private long free;
  private boolean held;
  private long dropped;
  private long index;
  private long octets;
  private long judged;
  private boolean stopping;
  private boolean ended;
  private boolean closed;
  private @Nullable Fault fault;
  private volatile Drops last = new Drops(0, 0, 0);

  /**
   * What was lost, packets since the start.
   *
   * @param ring no room in our ring: the sensor is too slow
   * @param kernel no room in the kernel's buffer ({@code ps_drop})
   * @param network dropped by the interface or its driver ({@code ps_ifdrop})
   */
  public record Drops(long ring, long kernel, long network) {}

  private LiveCapture(String name, String realm, PcapHandle handle, List<Origin> before, Counters counters) {
    this.name = name;
    this.handle = handle;
    linkType = linkType(handle.getDlt().value());
    List<Origin> all = new ArrayList<>(before);
    all.add(new Origin(all.size(), realm, name, null, name, linkType));
    origins = List.copyOf(all);
    ringCounter = counters.counter("capture.dropped_ring");
    kernelCounter = counters.counter("capture.dropped_kernel");
    interfaceCounter = counters.counter("capture.dropped_interface");
    ticks = counters.counter("capture.ticks");
    thread = Thread.ofPlatform().daemon().name("vigie-capture-" + name).unstarted(this::loop);
  }

  /**
   * Listens to an interface, promiscuously.
   *
   * @param name interface name, such as {@code eth1}
   * @param realm capture zone
   * @param before origins of earlier sessions; this one's index follows theirs
   * @param counters told what is dropped
   * @throws CaptureException of kind ABSENT when there is no such interface
   * @throws IOException when libpcap is missing or the rights are
   */
  public static LiveCapture open(String name, String realm, List<Origin> before, Counters counters) throws IOException {
    List<String> names = interfaces();
    if (!names.contains(name)) {
      throw new CaptureException(CaptureException.Kind.ABSENT,
          "there is no interface " + name + "; this machine has " + String.join(", ", names), null);
    }
    try {
      LiveCapture capture = new LiveCapture(name, realm, handle(name), before, counters);
      capture.thread.start();
      return capture;
    } catch (LinkageError e) {
      throw new IOException("libpcap is missing or cannot be loaded; install it as root: apt-get install libpcap0.8", e);
    } catch (PcapNativeException e) {
      throw refused(name, e);
    }
  }

  /** The interfaces of this machine, sorted by name; those without an address too, as mirror ports are, which Java's own list leaves out. */
  public static List<String> interfaces() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/sys/class/net"))) {
      return all.filter(Files::isDirectory).map(p -> String.valueOf(p.getFileName())).sorted().toList();
    }
  }

  private static PcapHandle handle(String name) throws PcapNativeException {
    PcapHandle.Builder builder = new PcapHandle.Builder(name).snaplen(SNAPLEN).promiscuousMode(PromiscuousMode.PROMISCUOUS)
        .timeoutMillis(TIMEOUT_MS).bufferSize(KERNEL_BUFFER);
    try {
      return builder.timestampPrecision(PcapHandle.TimestampPrecision.NANO).build();
    } catch (PcapNativeException e) {
      Integer code = e.getReturnCode();
      if (code == null || code != NO_PRECISION) {
        throw e;
      }
      return builder.timestampPrecision(PcapHandle.TimestampPrecision.MICRO).build();
    }
  }

  private static IOException refused(String name, PcapNativeException e) {
    Integer code = e.getReturnCode();
    String text = String.valueOf(e.getMessage());
    if (code != null && (code == PERMISSION_DENIED || code == PROMISCUOUS_DENIED) || text.contains("ermission") || text.contains("ermitted")) {
      return new IOException("listening on " + name + " needs the right CAP_NET_RAW: start ./vigie watch as root (it keeps that right alone), or "
          + "give it as an ambient capability (systemd: AmbientCapabilities=CAP_NET_RAW)", e);
    }
    return new IOException("the interface " + name + " cannot be listened to: " + text, e);
  }

  /** The LINKTYPE_ value of a DLT_ value as Linux has it: raw IP is 12 there and 101 in files (pcap-common.c of libpcap). */
  private static int linkType(int dlt) {
    return dlt == 12 ? 101 : dlt;
  }

  private void loop() {
    Fault wrong = null;
    try {
      handle.loop(-1, (RawPacketListener) this::put);
    } catch (PcapNativeException e) {
      wrong = new Fault(name, 0, index, "listening on " + name + " ended: " + e.getMessage() + "; check the cable and start again",
          e.getMessage());
    } catch (InterruptedException | NotOpenException e) {
      // breakLoop is told as InterruptedException: the end that stop() asked for
      wrong = null;
    }
    lock.lock();
    try {
      fault = wrong;
      ended = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] octetsOfPacket) {
    Timestamp time = handle.getTimestamp();
    long nanos = Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos();
    int length = octetsOfPacket.length;
    int onWire = Math.max(length, handle.getOriginalLength());
    lock.lock();
    try {
      long start = room(length);
      if (start < 0) {
        dropped++;
        return;
      }
      MemorySegment.copy(octetsOfPacket, 0, ring, ValueLayout.JAVA_BYTE, start, length);
      int slot = (int) (head % SLOTS);
      at[slot] = nanos;
      offset[slot] = start;
      captured[slot] = length;
      wire[slot] = onWire;
      free = start + length;
      head++;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Where so many octets fit in one piece, or -1. */
  private long room(int length) {
    if (head == tail) {
      return 0;
    }
    if (head - tail >= SLOTS) {
      return -1;
    }
    long oldest = offset[(int) (tail % SLOTS)];
    if (free > oldest) {
      return free + length <= RING ? free : length < oldest ? 0 : -1;
    }
    return free + length < oldest ? free : -1;
  }

  @Override
  public boolean next(Packet packet) {
    packet.tick = false;
    lock.lock();
    try {
      if (held) {
        tail++;
        held = false;
      }
      long left = TICK_NS;
      while (head == tail) {
        if (stopping || ended) {
          return false;
        }
        if (left <= 0) {
          tick(packet);
          return true;
        }
        left = filled.awaitNanos(left);
      }
      int slot = (int) (tail % SLOTS);
      held = true;
      packet.segment = ring;
      packet.slab = null;
      packet.offset = offset[slot];
      packet.captured = captured[slot];
      packet.wire = wire[slot];
      packet.at = at[slot];
      packet.origin = origins.size() - 1;
      packet.linkType = linkType;
      packet.index = index++;
      packet.vlan = -1;
      octets += packet.captured;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
    if (packet.at - judged > TICK_NS) {
      judged = packet.at;
      judge();
    }
    return true;
  }

  private void tick(Packet packet) {
    packet.tick = true;
    packet.segment = MemorySegment.NULL;
    packet.slab = null;
    packet.offset = 0;
    packet.captured = 0;
    packet.wire = 0;
    packet.at = System.currentTimeMillis() * 1_000_000L - TICK_BEHIND_NS;
    packet.origin = origins.size() - 1;
    packet.linkType = linkType;
    packet.vlan = -1;
    ticks.increment();
    judge();
  }

  /** Brings what was lost to the counters; on the thread of {@link #next}. */
  private void judge() {
    Drops now = drops();
    ringCounter.add(now.ring - ringCounter.value());
    kernelCounter.add(now.kernel - kernelCounter.value());
    interfaceCounter.add(now.network - interfaceCounter.value());
  }

  /** What was lost so far. */
  public Drops drops() {
    long ours;
    lock.lock();
    try {
      ours = dropped;
      if (closed) {
        return new Drops(ours, last.kernel, last.network);
      }
    } finally {
      lock.unlock();
    }
    try {
      PcapStat stats = handle.getStats();
      last = new Drops(ours, stats.getNumPacketsDropped(), stats.getNumPacketsDroppedByIf());
    } catch (PcapNativeException | NotOpenException e) {
      last = new Drops(ours, last.kernel, last.network); // the interface is gone: what it last said stands
    }
    return last;
  }

  /** Ends listening; {@link #next} says false when what was captured is read. Any thread. */
  public void stop() {
    lock.lock();
    try {
      stopping = true;
      filled.signalAll();
      if (ended || closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    try {
      handle.breakLoop();
    } catch (NotOpenException e) {
      // closed meanwhile: that is what was asked for
      Thread.onSpinWait();
    }
  }

  @Override
  public List<Origin> origins() {
    return origins;
  }

  @Override
  public List<Fault> faults() {
    lock.lock();
    try {
      return fault == null ? List.of() : List.of(fault);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long position() {
    return octets;
  }

  @Override
  public long size() {
    return -1;
  }

  @Override
  public void close() throws IOException {
    stop();
    try {
      if (!thread.join(Duration.ofSeconds(3))) {
        throw new IOException("libpcap does not let go of " + name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while closing " + name, e);
    }
    drops();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      lock.unlock();
    }
    handle.close();
    arena.close();
  }
}
