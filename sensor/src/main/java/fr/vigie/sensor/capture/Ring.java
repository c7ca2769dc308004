package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's packet ring of one interface: an AF_PACKET socket with TPACKET_V3 (linux/if_packet.h), mapped into this process. The kernel
 * fills one block of memory after another and hands it over when it is full or {@link #RETIRE_MS} old; frames are read where they lie. A
 * block is a {@link Slab}: it goes back to the kernel when its last lease ends, on whatever thread. While every block is leased the kernel
 * drops and counts.
 *
 * <pre>
 * block: | version u32 | offset u32 | status u32 | frames u32 | first frame u32 | length u32 | sequence u64 | first time u64 | last time u64 |
 * frame: | next u32 | seconds u32 | nanoseconds u32 | captured u32 | wire u32 | status u32 | mac u16 | net u16 | hash u32 | tci u32 | tpid u16 | … |
 * </pre>
 *
 * A tag that the kernel took off a frame (802.1Q, 802.1ad) is put back in place, into four octets kept free before each frame, so that
 * everything behind this class sees what was on the wire.
 */
final class Ring implements Feed, Slab.Home {
  /** Octets of a block: four times the longest frame, so that little of a block stays empty. */
  static final int BLOCK = 1 << 20;

  /** Octets of a ring where nobody asks for another size: half a second of a full gigabit. */
  static final long STANDARD = 64L << 20;

  /** The kernel hands over a block that is so old even if it is not full. */
  static final int RETIRE_MS = 50;

  private static final int PF_PACKET = 17;
  private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
  private static final int ETH_P_ALL_BIG_ENDIAN = 0x0300;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int SO_ATTACH_FILTER = 26;

  private static final int SOL_PACKET = 263;
  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_RX_RING = 5;
  private static final int PACKET_STATISTICS = 6;
  private static final int PACKET_VERSION = 10;
  private static final int PACKET_RESERVE = 12;
  private static final int PACKET_TIMESTAMP = 17;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int PACKET_MR_PROMISC = 1;
  private static final int TPACKET_V3 = 2;
  private static final int SOF_TIMESTAMPING_RAW_HARDWARE = 1 << 6;

  private static final int BLOCK_STATUS = 8;
  private static final int BLOCK_FRAMES = 12;
  private static final int BLOCK_FIRST = 16;
  private static final int BLOCK_SEQUENCE = 24;
  private static final int BLOCK_HEADER = 48;

  private static final int FRAME_SECONDS = 4;
  private static final int FRAME_NANOS = 8;
  private static final int FRAME_CAPTURED = 12;
  private static final int FRAME_WIRE = 16;
  private static final int FRAME_STATUS = 20;
  private static final int FRAME_MAC = 24;
  private static final int FRAME_TCI = 32;
  private static final int FRAME_TPID = 36;

  private static final int STATUS_USER = 1;
  private static final int STATUS_LOSING = 1 << 2;
  private static final int STATUS_CHECKSUM_NOT_READY = 1 << 3;
  private static final int STATUS_VLAN = 1 << 4;
  private static final int STATUS_VLAN_TPID = 1 << 6;
  private static final int STATUS_MERGED_TCP = 1 << 8;
  private static final int STATUS_HARDWARE_TIME = 1 << 31;
  /** What makes a frame worth a second look. */
  private static final int STATUS_ODD = STATUS_CHECKSUM_NOT_READY | STATUS_MERGED_TCP;

  private static final int TAG = 4;
  private static final int ADDRESSES = 12;
  private static final int ETHERNET = 1;
  private static final int TPID_8021Q = 0x8100;
  /** A card's clock that is further from the machine's is not set, or runs on another scale (TAI): its stamps would order nothing. */
  private static final long APART_NS = 1_000_000_000L;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfShort BIG16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt ANY32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong ANY64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
  private static final VarHandle STATUS = U32.varHandle();

  private final Card card;
  private final boolean poison;
  private final Arena arena = Arena.ofShared();
  private final Libc libc = new Libc(arena);
  private final MemorySegment number = arena.allocate(U32);
  private final MemorySegment statistics = arena.allocate(12, 4);
  private final MemorySegment length = arena.allocate(U32);
  private final int socket;
  private final Slab[] slabs;
  private final int linkType;
  private boolean hardware;
  /** What stands for the time of a frame that a refused clock has stamped, or 0. */
  private long instead;
  private boolean started;
  private volatile boolean closed;
  private PacketSource.@Nullable Fault fault;
  /** The kernel's index of the interface that the socket listens to. */
  private int index = -1;
  /** The socket reported an error, and the interface has not been seen up since. */
  private boolean suspect;

  private int turn;
  private long sequence = 1;
  private int left;
  private MemorySegment block = MemorySegment.NULL;
  private long frame;
  private long frames;

  private final Card.Losses before;
  private Counters.@Nullable Counter cut;
  private Counters.@Nullable Counter unready;
  private Counters.@Nullable Counter merged;
  private Counters.@Nullable Counter freezes;
  private Counters.@Nullable Counter downs;
  private Counters.@Nullable Counter apart;
  private volatile LiveCapture.Drops drops = LiveCapture.Drops.NONE;
  private long dropped;

  /**
   * Opens the socket and maps the ring; nothing is heard before {@link #start}. Only this needs the right CAP_NET_RAW.
   *
   * @param octets size of the ring, at least two blocks
   * @param filter compiled filter, or null for everything
   */
  Ring(Card card, long octets, @Nullable Filter filter, boolean poison) throws IOException {
    this.card = card;
    this.poison = poison;
    linkType = card.linkType();
    if (linkType < 0) {
      arena.close();
      throw new IOException("the packet ring does not know the kind of interface that " + card.name() + " is; ask for libpcap's loop: --capture pcap");
    }
    before = card.losses();
    socket = libc.socket(PF_PACKET, SOCK_RAW_CLOEXEC, 0);
    if (socket < 0) {
      int why = libc.errno();
      arena.close();
      throw why == Libc.EPERM || why == Libc.EACCES ? LiveCapture.denied(card.name(), null)
          : new IOException("the kernel gives no packet socket (" + Libc.text(why) + "); ask for libpcap's loop: --capture pcap");
    }
    boolean whole = false;
    try {
      slabs = map((int) Math.max(2, octets / BLOCK));
      if (filter != null) {
        require(libc.setOption(socket, SOL_SOCKET, SO_ATTACH_FILTER, filter.program(arena)), "the filter is not taken by the kernel");
      }
      stamp();
      whole = true;
    } finally {
      if (!whole) {
        libc.close(socket);
        arena.close();
      }
    }
  }

  @SuppressWarnings("restricted") // the one place where what mmap answered gets its length
  private Slab[] map(int blocks) throws IOException {
    option(PACKET_VERSION, TPACKET_V3, "the kernel has no TPACKET_V3");
    option(PACKET_RESERVE, TAG, "the kernel leaves no room for VLAN tags");
    if (card.loopback()) {
      // each packet passes a loopback twice, out and in
      option(PACKET_IGNORE_OUTGOING, 1, "the kernel cannot leave out what it sends");
    }
    long octets = (long) blocks * BLOCK;
    int frameSize = 2048; // of no meaning in version 3, but it must divide the block
    MemorySegment request = arena.allocate(28, 4);
    int at = 0;
    for (int word : new int[] {BLOCK, blocks, frameSize, (int) (octets / frameSize), RETIRE_MS, 0, 0}) {
      request.set(U32, at, word);
      at += 4;
    }
    require(libc.setOption(socket, SOL_PACKET, PACKET_RX_RING, request), "the kernel has no memory for a ring of " + (octets >> 20) + " MiB");
    MemorySegment mapped = libc.map(socket, octets);
    if (mapped.address() == -1L) {
      throw libc.failure("the packet ring cannot be mapped");
    }
    MemorySegment ring = mapped.reinterpret(octets, arena, memory -> {
      Arena own = Arena.ofAuto();
      new Libc(own).unmap(memory);
    });
    Slab[] all = new Slab[blocks];
    for (int i = 0; i < blocks; i++) {
      all[i] = new Slab(this, ring.asSlice((long) i * BLOCK, BLOCK));
    }
    return all;
  }

  /** Asks the card for its time stamps, where it offers them for every frame. */
  private void stamp() {
    if (card.stampsFrames(libc, socket)) {
      number.set(U32, 0, SOF_TIMESTAMPING_RAW_HARDWARE);
      hardware = libc.setOption(socket, SOL_PACKET, PACKET_TIMESTAMP, number) == 0;
    }
  }

  private void option(int name, int value, String otherwise) throws IOException {
    number.set(U32, 0, value);
    require(libc.setOption(socket, SOL_PACKET, name, number), otherwise);
  }

  private void require(int answer, String otherwise) throws IOException {
    if (answer != 0) {
      throw libc.failure(card.name() + ": " + otherwise);
    }
  }

  @Override
  public void count(Counters counters) {
    cut = counters.counter("capture.cut_snaplen");
    unready = counters.counter("capture.checksum_pending");
    merged = counters.counter("capture.offload_merged");
    freezes = counters.counter("capture.ring_freezes");
    downs = counters.counter("capture.interface_down");
    apart = counters.counter("capture.stamps_refused");
  }

  @Override
  public void start() throws IOException {
    index = card.index();
    MemorySegment membership = arena.allocate(16, 4);
    membership.set(U32, 0, index);
    membership.set(U16, 4, (short) PACKET_MR_PROMISC);
    require(libc.setOption(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership), "it does not hear what is not for itself");
    MemorySegment address = arena.allocate(20, 4);
    address.set(U16, 0, (short) PF_PACKET);
    address.set(U16, 2, (short) ETH_P_ALL_BIG_ENDIAN);
    address.set(U32, 4, index);
    require(libc.bind(socket, address), "it cannot be listened to");
    started = true;
  }

  /** The socket, to wait for. */
  int socket() {
    return socket;
  }

  @Override
  public String name() {
    return card.name();
  }

  @Override
  public int linkType() {
    return linkType;
  }

  @Override
  public LiveCapture.Stamps stamps() {
    return hardware ? LiveCapture.Stamps.CARD : LiveCapture.Stamps.KERNEL;
  }

  // ---- frames

  @Override
  public boolean ready() {
    return left > 0 || open();
  }

  /** Opens the next block where the kernel has handed it over. What it says counts only under the sequence number whose turn it is. */
  private boolean open() {
    while (started && !closed) {
      Slab slab = slabs[turn];
      MemorySegment memory = slab.segment();
      int status = (int) STATUS.getAcquire(memory, (long) BLOCK_STATUS);
      if ((status & STATUS_USER) == 0 || memory.get(U64, BLOCK_SEQUENCE) != sequence) {
        return false;
      }
      slab.lease();
      left = memory.get(U32, BLOCK_FRAMES);
      if (left > 0) {
        block = memory;
        frame = memory.get(U32, BLOCK_FIRST);
        if ((status & STATUS_LOSING) != 0) {
          ask();
        }
        if (hardware || instead != 0) {
          compare();
        }
        return true;
      }
      next();
    }
    return false;
  }

  private void next() {
    Slab done = slabs[turn];
    block = MemorySegment.NULL;
    turn = turn + 1 == slabs.length ? 0 : turn + 1;
    sequence++;
    done.release();
  }

  @Override
  public long at() {
    if (instead != 0 && (block.get(U32, frame + FRAME_STATUS) & STATUS_HARDWARE_TIME) != 0) {
      return instead;
    }
    return (block.get(U32, frame + FRAME_SECONDS) & 0xFFFFFFFFL) * 1_000_000_000L + block.get(U32, frame + FRAME_NANOS);
  }

  @Override
  public void give(Packet packet) {
    MemorySegment memory = block;
    long at = frame;
    int status = memory.get(U32, at + FRAME_STATUS);
    int captured = memory.get(U32, at + FRAME_CAPTURED);
    int wire = memory.get(U32, at + FRAME_WIRE);
    long start = at + (memory.get(U16, at + FRAME_MAC) & 0xFFFF);
    if ((status & STATUS_VLAN) != 0 && linkType == ETHERNET && captured >= ADDRESSES) {
      int tpid = (status & STATUS_VLAN_TPID) != 0 ? memory.get(U16, at + FRAME_TPID) : TPID_8021Q;
      start = restore(memory, start, tpid, memory.get(U32, at + FRAME_TCI));
      captured += TAG;
      wire += TAG;
    }
    packet.segment = memory;
    packet.slab = slabs[turn];
    packet.offset = start;
    packet.captured = captured;
    packet.wire = Math.max(wire, captured);
    packet.at = at();
    packet.linkType = linkType;
    packet.vlan = -1;
    if ((status & STATUS_ODD) != 0 || captured < wire) {
      note(status, captured < wire);
    }
  }

  /** Puts a tag back between the addresses and the type; the frame begins four octets earlier then. */
  private static long restore(MemorySegment memory, long start, int tpid, int tci) {
    long from = start - TAG;
    memory.set(ANY64, from, memory.get(ANY64, start));
    memory.set(ANY32, from + 8, memory.get(ANY32, start + 8));
    memory.set(BIG16, from + ADDRESSES, (short) tpid);
    memory.set(BIG16, from + ADDRESSES + 2, (short) tci);
    return from;
  }

  private void note(int status, boolean short_) {
    if (short_) {
      add(cut, 1);
    }
    if ((status & STATUS_CHECKSUM_NOT_READY) != 0) {
      add(unready, 1);
    }
    if ((status & STATUS_MERGED_TCP) != 0) {
      add(merged, 1);
    }
  }

  private static void add(Counters.@Nullable Counter counter, long several) {
    if (counter != null) {
      counter.add(several);
    }
  }

  @Override
  public void pass() {
    frames++;
    if (--left > 0) {
      frame += block.get(U32, frame);
    } else {
      next();
    }
  }

  /** Returns a block to the kernel. */
  @Override
  public void giveBack(Slab slab) {
    if (closed) {
      return;
    }
    MemorySegment memory = slab.segment();
    if (poison) {
      Slabs.poison(memory, BLOCK_HEADER);
    }
    STATUS.setRelease(memory, (long) BLOCK_STATUS, 0);
  }

  @Override
  public boolean pressed() {
    int ahead = (turn + slabs.length / 2) % slabs.length;
    MemorySegment memory = slabs[ahead].segment();
    return ((int) STATUS.getAcquire(memory, (long) BLOCK_STATUS) & STATUS_USER) != 0
        && memory.get(U64, BLOCK_SEQUENCE) == sequence + slabs.length / 2;
  }

  // ---- what went wrong

  /** A card's clock that is apart from the machine's is no longer asked, and what it stamped is as old as its block. */
  private void compare() {
    long now = System.currentTimeMillis() * 1_000_000L;
    boolean stamped = (block.get(U32, frame + FRAME_STATUS) & STATUS_HARDWARE_TIME) != 0;
    if (instead != 0) {
      instead = now;
    } else if (stamped && Math.abs(at() - now) > APART_NS) {
      hardware = false;
      instead = now;
      number.set(U32, 0, 0);
      libc.setOption(socket, SOL_PACKET, PACKET_TIMESTAMP, number);
      add(apart, 1);
    }
  }

  /** The kernel forgets its count with each answer. */
  @Override
  public void ask() {
    if (closed) {
      return;
    }
    length.set(U32, 0, 12);
    if (libc.option(socket, SOL_PACKET, PACKET_STATISTICS, statistics, length) == 0) {
      dropped += statistics.get(U32, 4) & 0xFFFFFFFFL;
      add(freezes, statistics.get(U32, 8) & 0xFFFFFFFFL);
    }
    if (suspect) {
      look();
    }
    Card.Losses now = card.losses();
    // an interface that is gone counts nothing: what it last said stands
    drops = new LiveCapture.Drops(0, dropped, Math.max(drops.network(), now.all() - before.all()));
  }

  /** After the socket reported an error: an interface that went down may come up again, one that is gone will not. */
  void troubled() {
    length.set(U32, 0, 4);
    libc.option(socket, SOL_SOCKET, SO_ERROR, number, length);
    suspect = true;
    look();
    if (fault == null) {
      add(downs, 1);
    }
  }

  /**
   * Whether the interface is there. One that is removed goes down first, and only that is reported: so it is asked for each second until it is up
   * again. One of the same name and another index is another: the socket will never hear it.
   */
  private void look() {
    if (!card.present() || card.index() != index) {
      fault = new PacketSource.Fault(card.name(), 0, frames, "the interface " + card.name() + " is gone; plug it in and start again",
          Libc.text(number.get(U32, 0)));
    } else if (card.up()) {
      suspect = false;
    }
  }

  @Override
  public boolean ended() {
    return fault != null;
  }

  @Override
  public PacketSource.@Nullable Fault fault() {
    return fault;
  }

  @Override
  public LiveCapture.Drops drops() {
    return drops;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    ask();
    closed = true;
    left = 0;
    int answer = libc.close(socket);
    IOException failure = answer == 0 ? null : libc.failure("the packet socket of " + card.name() + " does not close");
    arena.close();
    if (failure != null) {
      throw failure;
    }
  }
}
