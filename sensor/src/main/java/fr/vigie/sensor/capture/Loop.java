package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;

/**
 * libpcap's loop on one interface: it runs on a thread of its own and copies each packet into a bounded ring; what does not fit is dropped
 * and counted. For systems other than Linux, for kinds of interfaces that {@link Ring} does not know, and on request.
 */
final class Loop implements Feed {
  private static final long RING = 64L << 20;
  private static final int SLOTS = 1 << 16;
  private static final int KERNEL_BUFFER = 32 << 20;
  private static final int TIMEOUT_MS = 100;
  private static final int PERMISSION_DENIED = -8; // PCAP_ERROR_PERM_DENIED, pcap.h
  private static final int PROMISCUOUS_DENIED = -11; // PCAP_ERROR_PROMISC_PERM_DENIED, pcap.h
  private static final int NO_PRECISION = -12; // PCAP_ERROR_TSTAMP_PRECISION_NOTSUP, pcap.h

  private final String name;
  private final PcapHandle handle;
  private final int linkType;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring = arena.allocate(RING);
  private final long[] at = new long[SLOTS];
  private final long[] offset = new long[SLOTS];
  private final int[] captured = new int[SLOTS];
  private final int[] wire = new int[SLOTS];
  private final ReentrantLock lock;
  private final Condition heard;
  private final Thread thread;
  private Counters.@Nullable Counter cut;
  private long head;
  private long tail;
  private long free;
  private long dropped;
  private long begun;
  private boolean started;
  private boolean ended;
  private boolean closed;
  private PacketSource.@Nullable Fault fault;
  private LiveCapture.Drops before = LiveCapture.Drops.NONE;
  private volatile LiveCapture.Drops last = LiveCapture.Drops.NONE;

  /**
   * Opens the interface; nothing is heard before {@link #start}.
   *
   * @param filter expression of pcap-filter(7), or null for everything
   * @param lock held while the ring is looked at; one for all loops of a capture
   * @param heard signalled under that lock with each packet
   */
  Loop(String name, @Nullable String filter, ReentrantLock lock, Condition heard) throws IOException {
    this.name = name;
    this.lock = lock;
    this.heard = heard;
    boolean whole = false;
    try {
      handle = open(name);
      linkType = linkType(handle.getDlt().value());
      if (filter != null) {
        filter(filter);
      }
      whole = true;
    } catch (LinkageError e) {
      throw new IOException("libpcap is missing or cannot be loaded; install it as root: apt-get install libpcap0.8", e);
    } catch (PcapNativeException e) {
      throw refused(name, e);
    } finally {
      if (!whole) {
        arena.close();
      }
    }
    thread = Thread.ofPlatform().daemon().name("vigie-capture-" + name).unstarted(this::loop);
  }

  private static PcapHandle open(String name) throws PcapNativeException {
    PcapHandle.Builder builder = new PcapHandle.Builder(name).snaplen(CaptureFile.MAXIMUM_CAPTURED).promiscuousMode(PromiscuousMode.PROMISCUOUS)
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

  private void filter(String expression) throws IOException {
    try {
      handle.setFilter(expression, BpfProgram.BpfCompileMode.OPTIMIZE);
    } catch (PcapNativeException | NotOpenException e) {
      handle.close();
      throw LiveCapture.misunderstood(expression, String.valueOf(e.getMessage()), e);
    }
  }

  private static IOException refused(String name, PcapNativeException e) {
    Integer code = e.getReturnCode();
    String text = String.valueOf(e.getMessage());
    if (code != null && (code == PERMISSION_DENIED || code == PROMISCUOUS_DENIED) || text.contains("ermission") || text.contains("ermitted")) {
      return LiveCapture.denied(name, e);
    }
    return new IOException("the interface " + name + " cannot be listened to: " + text, e);
  }

  /** The LINKTYPE_ value of a DLT_ value as Linux has it: raw IP is 12 there and 101 in files (pcap-common.c of libpcap). */
  private static int linkType(int dlt) {
    return dlt == 12 ? 101 : dlt;
  }

  @Override
  public void count(Counters counters) {
    cut = counters.counter("capture.cut_snaplen");
  }

  @Override
  public void start() {
    begun = System.currentTimeMillis() * 1_000_000L;
    before = kernel();
    started = true;
    thread.start();
  }

  private void loop() {
    PacketSource.Fault wrong = null;
    try {
      handle.loop(-1, (RawPacketListener) this::put);
    } catch (PcapNativeException e) {
      wrong = new PacketSource.Fault(name, 0, head, "listening on " + name + " ended: " + e.getMessage() + "; check the cable and start again",
          e.getMessage());
    } catch (InterruptedException | NotOpenException e) {
      // breakLoop is told as InterruptedException: the end that close() asked for
      wrong = null;
    }
    lock.lock();
    try {
      fault = wrong;
      ended = true;
      heard.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void put(byte[] octetsOfPacket) {
    Timestamp time = handle.getTimestamp();
    long nanos = Math.floorDiv(time.getTime(), 1000L) * 1_000_000_000L + time.getNanos();
    if (nanos < begun) {
      return; // the handle was open before anybody listened
    }
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
      heard.signal();
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
  public String name() {
    return name;
  }

  @Override
  public int linkType() {
    return linkType;
  }

  @Override
  public LiveCapture.Stamps stamps() {
    return LiveCapture.Stamps.KERNEL;
  }

  // Slots between tail and head belong to the reader: what put() wrote there is seen through the lock that ready() takes.

  @Override
  public boolean ready() {
    lock.lock();
    try {
      return head != tail;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long at() {
    return at[(int) (tail % SLOTS)];
  }

  @Override
  public void give(Packet packet) {
    int slot = (int) (tail % SLOTS);
    packet.segment = ring;
    packet.slab = null;
    packet.offset = offset[slot];
    packet.captured = captured[slot];
    packet.wire = wire[slot];
    packet.at = at[slot];
    packet.linkType = linkType;
    packet.vlan = -1;
    if (packet.captured < packet.wire && cut != null) {
      cut.increment();
    }
  }

  @Override
  public void pass() {
    lock.lock();
    try {
      tail++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean pressed() {
    lock.lock();
    try {
      return head - tail > SLOTS / 2;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean ended() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public PacketSource.@Nullable Fault fault() {
    lock.lock();
    try {
      return fault;
    } finally {
      lock.unlock();
    }
  }

  private LiveCapture.Drops kernel() {
    try {
      PcapStat stats = handle.getStats();
      return new LiveCapture.Drops(0, stats.getNumPacketsDropped(), stats.getNumPacketsDroppedByIf());
    } catch (PcapNativeException | NotOpenException e) {
      return new LiveCapture.Drops(0, before.kernel() + last.kernel(), before.network() + last.network()); // it is gone: what it last said stands
    }
  }

  @Override
  public void ask() {
    long ours;
    lock.lock();
    try {
      ours = dropped;
    } finally {
      lock.unlock();
    }
    LiveCapture.Drops now = kernel();
    last = new LiveCapture.Drops(ours, now.kernel() - before.kernel(), now.network() - before.network());
  }

  @Override
  public LiveCapture.Drops drops() {
    return last;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (started) {
      ask();
      try {
        handle.breakLoop();
        if (!thread.join(Duration.ofSeconds(3))) {
          throw new IOException("libpcap does not let go of " + name);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while closing " + name, e);
      } catch (NotOpenException e) {
        throw new IOException("the interface " + name + " was closed by another", e);
      }
    }
    handle.close();
    arena.close();
  }
}
