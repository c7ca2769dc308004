package fr.vigie.sensor.capture;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a capture file that lies in memory: one slab, filled from behind. Packets stay where they were read; only the piece of a
 * record that crosses the end of the slab moves, to the front of the same slab or, where somebody holds a lease on it, to a fresh one.
 */
final class Window implements Closeable {
  /** Octets read at once: what was just read is still in the processor's cache when its packets are looked at, and so is the rest. */
  private static final long PIECE = 1 << 17;

  private final Stored stored;
  private final Slabs slabs;
  private @Nullable Slab slab;
  private long base;

  /** The memory under the window. */
  MemorySegment segment;

  private ByteBuffer view;

  /** Offset in {@link #segment} of the next octet. */
  long position;

  /** Offset in {@link #segment} behind the last octet read. */
  long end;

  Window(Stored stored, Slabs slabs) throws IOException {
    this.stored = stored;
    this.slabs = slabs;
    slabs.more();
    Slab first = slabs.take();
    slab = first;
    segment = first.segment();
    view = segment.asByteBuffer();
  }

  /** The slab under the window. */
  @Nullable Slab slab() {
    return slab;
  }

  /** Offset of the next octet in the decompressed file. */
  long offset() {
    return base + position;
  }

  /** Octets in memory from here on. */
  long available() {
    return end - position;
  }

  /**
   * Brings the next {@code octets} octets into memory, side by side.
   *
   * @param octets at most {@link Slabs#SIZE}
   * @return false where the file ends before
   */
  boolean require(long octets) throws IOException {
    return end - position >= octets || refill(octets);
  }

  private boolean refill(long octets) throws IOException {
    Slab old = slab;
    if (old == null) {
      return false;
    }
    long tail = end - position;
    if (old.shared()) {
      Slab fresh = slabs.take();
      MemorySegment.copy(segment, position, fresh.segment(), 0, tail);
      slab = fresh;
      segment = fresh.segment();
      view = segment.asByteBuffer();
      old.release();
    } else if (position > 0) {
      MemorySegment.copy(segment, position, segment, 0, tail);
      if (slabs.poison()) {
        Slabs.poison(segment, tail);
      }
    }
    base += position;
    position = 0;
    end = tail;
    while (end < octets) {
      long got = stored.read(segment, view, end, Math.min(segment.byteSize() - end, Math.max(octets - end, PIECE)));
      if (got < 0) {
        return false;
      }
      end += got;
    }
    return true;
  }

  /**
   * Passes over octets, however many.
   *
   * @return false where the file ends before
   */
  boolean skip(long octets) throws IOException {
    long left = octets;
    while (left > 0) {
      long step = Math.min(left, end - position);
      position += step;
      left -= step;
      if (left > 0 && !require(1)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    Slab last = slab;
    if (last != null) {
      slab = null;
      last.release();
      slabs.fewer();
    }
  }
}
