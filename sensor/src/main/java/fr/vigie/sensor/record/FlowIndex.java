package fr.vigie.sensor.record;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment holds, by flow and time: for each flow its addresses, and where and when each of its packets is. Built packet by packet by
 * one thread; as a file, big-endian:
 *
 * <pre>
 * | "VIGIEIX1" | segment octets u64 | first i64 | last i64 | packets u32 | flows u32 | interfaces u32 |
 * | flow: interface, family, protocol u64 | ports u32 | addresses 4 × u64 | MAC addresses 2 × u64 | packets u32 |  … once a flow
 * | interface: offset of its block u32 |  … once an interface
 * | packet: offset, as the difference to the one before | time, as the difference to the one before |              … flow by flow, varints
 * | CRC-32C of all before u32 |
 * </pre>
 *
 * A segment is full when its index is: no table of the recorder grows with the traffic.
 */
final class FlowIndex {
  static final int MOST_FLOWS = 1 << 15;
  static final int MOST_PACKETS = 1 << 18;
  static final int MOST_INTERFACES = 1 << 10;

  private static final long MAGIC = 0x5649474945495831L;
  static final int HEADER = 44;
  /** Octets of a flow. */
  static final int FLOW = 64;
  /** No file of an index is longer: of a packet, one number of 32 and one of 64 bits. */
  static final long LARGEST = HEADER + (long) MOST_FLOWS * FLOW + MOST_INTERFACES * 4L + MOST_PACKETS * 15L + 4;

  private final int[] slots = new int[MOST_FLOWS * 2];
  private final Parties parties = new Parties(MOST_FLOWS);
  private final long[] who = new long[MOST_FLOWS];
  private final int[] ports = new int[MOST_FLOWS];
  private final long[] highA = new long[MOST_FLOWS];
  private final long[] lowA = new long[MOST_FLOWS];
  private final long[] highB = new long[MOST_FLOWS];
  private final long[] lowB = new long[MOST_FLOWS];
  private final long[] macA = new long[MOST_FLOWS];
  private final long[] macB = new long[MOST_FLOWS];
  private final int[] counts = new int[MOST_FLOWS];
  private final int[] flowOf = new int[MOST_PACKETS];
  private final int[] offsets = new int[MOST_PACKETS];
  private final long[] times = new long[MOST_PACKETS];
  private final int[] interfaces = new int[MOST_INTERFACES];
  private int flows;
  private int ifaces;
  private int packets;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** Hears of the packets that were asked for. */
  interface Found {
    /** One packet: where its block starts in the segment, its time, and what {@link Matcher#rank} said of its flow. */
    void packet(int offset, long at, int rank);

    /** Whether packets of so much rank, all of them within the time, need not be told one by one, since better ones were. */
    default boolean needless(int rank) {
      return false;
    }

    /** So many were not told for that. */
    default void passed(int packets) {}
  }

  /** Which flows are asked for. */
  interface Matcher {
    /** 0 where it is not, more the more it is. */
    int rank(Key flow);

    /**
     * The addresses that one of must take part in a flow for it to be asked for, high and low number of each ({@link Key#highA}); null where it is not
     * told by IP addresses alone.
     */
    default long @Nullable [] addresses() {
      return null;
    }
  }

  void clear() {
    Arrays.fill(slots, 0);
    parties.clear();
    flows = 0;
    ifaces = 0;
    packets = 0;
    first = Long.MAX_VALUE;
    last = Long.MIN_VALUE;
  }

  boolean full() {
    return flows == MOST_FLOWS || packets == MOST_PACKETS || ifaces == MOST_INTERFACES;
  }

  int packets() {
    return packets;
  }

  int flows() {
    return flows;
  }

  long first() {
    return first;
  }

  long last() {
    return last;
  }

  /** Adds an interface; not when {@link #full}. */
  void iface(int offset) {
    interfaces[ifaces++] = offset;
  }

  /** Where the blocks of the interfaces are. */
  int[] ifaces() {
    return Arrays.copyOf(interfaces, ifaces);
  }

  /** Adds a packet; not when {@link #full}. */
  void add(Key k, int offset, long at) {
    int flow = flow(k);
    counts[flow]++;
    flowOf[packets] = flow;
    offsets[packets] = offset;
    times[packets++] = at;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }

  private int flow(Key k) {
    int mask = slots.length - 1;
    long w = k.who();
    int p = k.ports();
    for (int slot = k.hash() & mask; ; slot = slot + 1 & mask) {
      int flow = slots[slot] - 1;
      if (flow < 0) {
        flow = flows++;
        slots[slot] = flows;
        who[flow] = w;
        ports[flow] = p;
        highA[flow] = k.highA;
        lowA[flow] = k.lowA;
        highB[flow] = k.highB;
        lowB[flow] = k.lowB;
        macA[flow] = k.macA;
        macB[flow] = k.macB;
        counts[flow] = 0;
        parties.add(flow, k.highA, k.lowA, k.highB, k.lowB);
        return flow;
      }
      if (who[flow] == w && ports[flow] == p && lowA[flow] == k.lowA && lowB[flow] == k.lowB && highA[flow] == k.highA
          && highB[flow] == k.highB) {
        return flow;
      }
    }
  }

  private void key(int flow, Key k) {
    k.read(who[flow], ports[flow], highA[flow], lowA[flow], highB[flow], lowB[flow]);
    k.macA = macA[flow];
    k.macB = macB[flow];
  }

  /** Finds packets within a time. */
  void find(Matcher matcher, long from, long to, Found found) {
    int[] wanted = new int[flows];
    Key key = new Key();
    boolean some = false;
    long[] addresses = matcher.addresses();
    BitSet asked = addresses == null ? all() : parties.of(addresses);
    for (int flow = asked.nextSetBit(0); flow >= 0; flow = asked.nextSetBit(flow + 1)) {
      key(flow, key);
      wanted[flow] = matcher.rank(key);
      some |= wanted[flow] > 0;
    }
    if (!some) {
      return;
    }
    for (int i = 0; i < packets; i++) {
      int rank = wanted[flowOf[i]];
      if (rank > 0 && times[i] >= from && times[i] <= to) {
        found.packet(offsets[i], times[i], rank);
      }
    }
  }

  private BitSet all() {
    BitSet all = new BitSet(flows);
    all.set(0, flows);
    return all;
  }

  /** The index as a file. */
  byte[] write(long segmentOctets) {
    int[] start = new int[flows + 1];
    for (int flow = 0; flow < flows; flow++) {
      start[flow + 1] = start[flow] + counts[flow];
    }
    int[] next = Arrays.copyOf(start, flows);
    int[] order = new int[packets];
    for (int i = 0; i < packets; i++) {
      order[next[flowOf[i]]++] = i;
    }
    ByteBuffer head = ByteBuffer.allocate(HEADER + flows * FLOW + ifaces * 4);
    head.putLong(MAGIC).putLong(segmentOctets).putLong(first).putLong(last).putInt(packets).putInt(flows).putInt(ifaces);
    for (int flow = 0; flow < flows; flow++) {
      head.putLong(who[flow]).putInt(ports[flow]).putLong(highA[flow]).putLong(lowA[flow]).putLong(highB[flow]).putLong(lowB[flow]);
      head.putLong(macA[flow]).putLong(macB[flow]).putInt(counts[flow]);
    }
    for (int i = 0; i < ifaces; i++) {
      head.putInt(interfaces[i]);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.position() + packets * 8);
    out.write(head.array(), 0, head.position());
    for (int flow = 0; flow < flows; flow++) {
      int offset = 0;
      long at = first;
      for (int i = start[flow]; i < start[flow + 1]; i++) {
        int packet = order[i];
        varint(out, offsets[packet] - offset);
        long step = times[packet] - at;
        varint(out, step << 1 ^ step >> 63);
        offset = offsets[packet];
        at = times[packet];
      }
    }
    CRC32C crc = new CRC32C();
    byte[] body = out.toByteArray();
    crc.update(body);
    return ByteBuffer.allocate(body.length + 4).put(body).putInt((int) crc.getValue()).array();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  /**
   * What a file of an index says at its front.
   *
   * @param octets of the segment it belongs to
   * @param first time of the earliest packet; {@code Long.MAX_VALUE} where there is none
   * @param last time of the latest
   * @param packets how many there are
   */
  record Summary(long octets, long first, long last, int packets) {}

  /** The summary of a sound file, or null: then the segment is to be read. */
  static @Nullable Summary summary(ByteBuffer file) {
    ByteBuffer in = file.duplicate().clear();
    int body = in.capacity() - 4;
    if (body < HEADER) {
      return null;
    }
    CRC32C crc = new CRC32C();
    crc.update(in.slice(0, body));
    if (in.getInt(body) != (int) crc.getValue() || in.getLong(0) != MAGIC) {
      return null;
    }
    return new Summary(in.getLong(8), in.getLong(16), in.getLong(24), in.getInt(32));
  }

  /** Finds packets in a sound file; false where it turns out not to be one. */
  static boolean find(ByteBuffer file, Matcher matcher, long from, long to, Found found) {
    if (summary(file) == null) {
      return false;
    }
    ByteBuffer in = file.duplicate().clear();
    long first = in.getLong(16);
    int flows = in.getInt(36);
    Key key = new Key();
    try {
      int at = HEADER + flows * FLOW + in.getInt(40) * 4;
      ByteBuffer packets = in.duplicate().position(at);
      for (int flow = 0; flow < flows; flow++) {
        int count = key(in, HEADER + flow * FLOW, key);
        int wanted = matcher.rank(key);
        if (wanted <= 0) {
          packets.position(skip(in, packets.position(), 2L * count));
          continue;
        }
        packets(packets, count, first, wanted, from, to, found);
      }
      return true;
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return false; // a sum that fits a broken file: chance, or malice; the segment itself is read then
    }
  }

  /** Reads a flow of a file; answers how many packets it has. */
  static int key(ByteBuffer in, int place, Key key) {
    key.read(in.getLong(place), in.getInt(place + 8), in.getLong(place + 12), in.getLong(place + 20), in.getLong(place + 28), in.getLong(place + 36));
    key.macA = in.getLong(place + 44);
    key.macB = in.getLong(place + 52);
    return in.getInt(place + 60);
  }

  /** Reads the packets of a flow of a file. */
  static void packets(ByteBuffer in, int count, long first, int rank, long from, long to, Found found) {
    int offset = 0;
    long time = first;
    for (int i = 0; i < count; i++) {
      offset += (int) varint(in);
      long step = varint(in);
      time += step >>> 1 ^ -(step & 1);
      if (time >= from && time <= to) {
        found.packet(offset, time, rank);
      }
    }
  }

  /** What is to be kept in memory of a sound file, or null where it turns out not to be one. */
  static @Nullable Catalogue catalogue(ByteBuffer file) {
    ByteBuffer in = file.duplicate().clear();
    try {
      int flows = in.getInt(36);
      Parties parties = new Parties(flows);
      int[] starts = new int[flows + 1];
      int[] sums = new int[flows];
      int at = HEADER + flows * FLOW + in.getInt(40) * 4;
      Key key = new Key();
      for (int flow = 0; flow < flows; flow++) {
        int count = key(in, HEADER + flow * FLOW, key);
        parties.add(flow, key.highA, key.lowA, key.highB, key.lowB);
        starts[flow] = at;
        at = skip(in, at, 2L * count);
        sums[flow] = Catalogue.sum(in.slice(starts[flow], at - starts[flow]));
      }
      starts[flows] = at;
      return at == in.capacity() - 4 ? new Catalogue(parties, starts, sums, ifaces(file), in.getLong(16), in.getLong(24)) : null;
    } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      return null; // a sum that fits a broken file
    }
  }

  /** Where the blocks of the interfaces are, according to a sound file. */
  static int[] ifaces(ByteBuffer file) {
    ByteBuffer in = file.duplicate().clear();
    int at = HEADER + in.getInt(36) * FLOW;
    int[] all = new int[in.getInt(40)];
    for (int i = 0; i < all.length; i++) {
      all[i] = in.getInt(at + i * 4);
    }
    return all;
  }

  /** The place behind so many numbers: each ends with an octet whose upper bit is clear, and eight octets are looked at at once. */
  private static int skip(ByteBuffer file, int from, long numbers) {
    int at = from;
    long left = numbers;
    while (left >= Long.BYTES && at + Long.BYTES <= file.capacity()) {
      left -= Long.bitCount(~file.getLong(at) & 0x8080808080808080L);
      at += Long.BYTES;
    }
    while (left > 0) {
      if (file.get(at++) >= 0) {
        left--;
      }
    }
    return at;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        break;
      }
    }
    return value;
  }
}
