package fr.vigie.sensor.record;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * What is kept in memory of the index of a whole segment, so that an alert need not read all of the file: who takes part in which flow, and where the
 * packets of each flow begin in it. Some 35 octets a flow; only what is asked for is read from the file. Any thread may ask.
 */
final class Catalogue {
  /** Flows that are read at once. */
  static final int FLOWS = 1 << 9;

  private final Parties parties;
  /** Where the packets of each flow begin in the file, and where the last ones end. */
  private final int[] starts;
  /** CRC-32C of the packets of each flow. */
  private final int[] sums;
  private final int[] ifaces;
  private final long first;
  private final long last;

  Catalogue(Parties parties, int[] starts, int[] sums, int[] ifaces, long first, long last) {
    this.parties = parties;
    this.starts = starts;
    this.sums = sums;
    this.ifaces = ifaces;
    this.first = first;
    this.last = last;
  }

  /** Where the blocks of the interfaces are. */
  int[] ifaces() {
    return ifaces;
  }

  /** Octets of heap, about. */
  long octets() {
    return parties.octets() + 4L * (starts.length + sums.length + ifaces.length) + 64;
  }

  /**
   * Finds packets within a time.
   *
   * @param addresses those of the matcher
   * @param scratch room for {@link #FLOWS} flows
   * @return false where the file is not the one this was made of, or cannot be read: nothing is found then
   */
  boolean find(Path index, FlowIndex.Matcher matcher, long[] addresses, long from, long to, ByteBuffer scratch, FlowIndex.Found found) {
    BitSet asked = parties.of(addresses);
    if (asked.isEmpty()) {
      return true;
    }
    Some some = new Some(found);
    if (!find(index, matcher, addresses, asked, from, to, scratch, some)) {
      return false;
    }
    some.tell();
    return true;
  }

  /** What was found, until it is sure that the file is the one. */
  private static final class Some implements FlowIndex.Found {
    private long[] places = new long[256];
    private long[] times = new long[256];
    private int count;
    private int passed;
    private final FlowIndex.Found found;

    Some(FlowIndex.Found found) {
      this.found = found;
    }

    @Override
    public boolean needless(int rank) {
      return found.needless(rank);
    }

    @Override
    public void passed(int packets) {
      passed += packets;
    }

    @Override
    public void packet(int offset, long at, int rank) {
      if (count == places.length) {
        places = Arrays.copyOf(places, 2 * count);
        times = Arrays.copyOf(times, 2 * count);
      }
      places[count] = (long) rank << 32 | offset & 0xFFFFFFFFL;
      times[count++] = at;
    }

    void tell() {
      found.passed(passed);
      for (int i = 0; i < count; i++) {
        found.packet((int) places[i], times[i], (int) (places[i] >> 32));
      }
    }
  }

  private boolean find(Path index, FlowIndex.Matcher matcher, long[] addresses, BitSet asked, long from, long to, ByteBuffer scratch, FlowIndex.Found found) {
    Key key = new Key();
    boolean within = first >= from && last <= to;
    int read = 0;
    int end = 0; // flows in the scratch are those from the one to the other
    try (FileChannel file = FileChannel.open(index, StandardOpenOption.READ)) {
      if (file.size() != starts[starts.length - 1] + Integer.BYTES) {
        return false;
      }
      for (int i = asked.nextSetBit(0); i >= 0; i = asked.nextSetBit(i + 1)) {
        if (i >= end) {
          read = i;
          end = Math.min(i + FLOWS, starts.length - 1);
          if (!read(file, scratch.clear().limit((end - i) * FlowIndex.FLOW), FlowIndex.HEADER + (long) i * FlowIndex.FLOW)) {
            return false;
          }
        }
        int count = FlowIndex.key(scratch, (i - read) * FlowIndex.FLOW, key);
        if (!parties.reaches(key, addresses)) {
          return false;
        }
        int rank = matcher.rank(key);
        if (rank <= 0) {
          continue;
        }
        if (within && found.needless(rank)) {
          found.passed(count);
          continue;
        }
        ByteBuffer packets = ByteBuffer.allocate(starts[i + 1] - starts[i]);
        if (!read(file, packets, starts[i]) || sum(packets) != sums[i]) {
          return false;
        }
        FlowIndex.packets(packets, count, first, rank, from, to, found);
      }
      return true;
    } catch (IOException | BufferUnderflowException e) {
      return false; // gone or changed since: the segment itself is read then
    }
  }

  /** CRC-32C of what is left in a buffer, which stays where it is. */
  static int sum(ByteBuffer octets) {
    CRC32C sum = new CRC32C();
    sum.update(octets.duplicate());
    return (int) sum.getValue();
  }

  private static boolean read(FileChannel file, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (file.read(into, at + into.position()) < 0) {
        return false;
      }
    }
    into.flip();
    return true;
  }
}
