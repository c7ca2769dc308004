package fr.vigie.sensor.capture;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A capture file as it lies on disk (or comes from standard input): its octets, decompressed where the first ones say gzip or zstd, and
 * the SHA-256 of what is stored, taken on the way. A plain file is read straight into native memory; a stream goes through one heap
 * buffer.
 */
final class Stored implements Closeable {
  /** The path that means standard input. */
  static final String STDIN = "-";

  private static final int BUFFER = 1 << 16;

  private final @Nullable MessageDigest digest;
  private final @Nullable FileChannel channel;
  private final @Nullable InputStream raw;
  private final @Nullable InputStream stream;
  private final byte[] heap;
  private final long size;
  private final boolean regular;
  private long position;
  private @Nullable String hex;

  /** {@code owned}: whether the stream is ours to close, as standard input is not. */
  private Stored(@Nullable FileChannel channel, @Nullable InputStream in, boolean owned, long size, boolean digesting) throws IOException {
    this.digest = digesting ? Sha256.jdk() : null;
    this.channel = channel;
    this.size = size;
    this.regular = size >= 0;
    if (in == null) {
      this.heap = new byte[0];
      this.raw = null;
      this.stream = null;
    } else {
      this.heap = new byte[BUFFER];
      InputStream tap = new Tap(in, owned);
      this.raw = tap;
      this.stream = decompressed(new BufferedInputStream(tap, BUFFER));
    }
  }

  /** What comes in while it is captured; its end may never come, so nobody waits for a digest. */
  static Stored live(InputStream in) throws IOException {
    return new Stored(null, in, false, -1, false);
  }

  /**
   * Opens a file, or standard input for {@code -}.
   *
   * @param digesting whether to take the digest on the way; not where it is known already
   * @throws CaptureException if it is absent, a folder or unreadable
   */
  static Stored open(Path file, boolean digesting) throws IOException {
    if (file.toString().equals(STDIN)) {
      return new Stored(null, System.in, false, -1, digesting);
    }
    String name = name(file);
    if (Files.isDirectory(file)) {
      throw new CaptureException(CaptureException.Kind.FOLDER, name + " is a folder: name the capture files in it.", null);
    }
    try {
      if (!Files.isRegularFile(file)) {
        return new Stored(null, Files.newInputStream(file), true, -1, digesting);
      }
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        ByteBuffer head = ByteBuffer.allocate(4);
        while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
          // a short read of four octets: go on
        }
        if (compressed(head.array())) {
          long size = channel.size();
          channel.close();
          return new Stored(null, Files.newInputStream(file), true, size, digesting);
        }
        return new Stored(channel, null, true, channel.size(), digesting);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new CaptureException(CaptureException.Kind.ABSENT, "There is no file " + file + ": check the path.", e);
    } catch (AccessDeniedException e) {
      throw new CaptureException(CaptureException.Kind.UNREADABLE, "This user may not read " + name + ": grant read access to it.", e);
    }
  }

  /** The file name without its folder. */
  static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? file.toString() : last.toString();
  }

  /** RFC 1952 §2.3.1 ID1 ID2; RFC 8878 §3.1.1 and §3.1.2 (skippable frames), little-endian. */
  private static boolean compressed(byte[] head) {
    return gzip(head) || zstd(head);
  }

  private static boolean gzip(byte[] head) {
    return head[0] == 0x1F && head[1] == (byte) 0x8B;
  }

  private static boolean zstd(byte[] head) {
    boolean frame = head[0] == 0x28 && head[1] == (byte) 0xB5 && head[2] == 0x2F && head[3] == (byte) 0xFD;
    boolean skippable = (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
    return frame || skippable;
  }

  private static InputStream decompressed(BufferedInputStream in) throws IOException {
    in.mark(4);
    byte[] head = new byte[4];
    int got = in.readNBytes(head, 0, 4);
    in.reset();
    if (got >= 2 && gzip(head)) {
      return new Gunzip(in);
    }
    return got == 4 && zstd(head) ? new ZstdInputStream(in) : in;
  }

  /**
   * Reads decompressed octets, at least one.
   *
   * @param view the whole of {@code target} once more, as what a channel reads into
   * @return octets read, or -1 at the end
   */
  long read(MemorySegment target, ByteBuffer view, long offset, long length) throws IOException {
    if (channel != null) {
      int got = channel.read(view.limit((int) (offset + length)).position((int) offset));
      if (got > 0) {
        position += got;
        if (digest != null) {
          digest.update(view.flip().position((int) offset));
        }
      } else if (got < 0) {
        finish();
      }
      return got;
    }
    InputStream in = stream;
    if (in == null) {
      return -1;
    }
    int got = in.read(heap, 0, (int) Math.min(length, heap.length));
    if (got > 0) {
      MemorySegment.copy(heap, 0, target, ValueLayout.JAVA_BYTE, offset, got);
    }
    return got;
  }

  /** Whether octets can be read without waiting, as far as that can be told. */
  boolean available() throws IOException {
    InputStream in = stream;
    return channel != null || in != null && in.available() > 0;
  }

  /** Stored octets read so far. */
  long position() {
    return position;
  }

  /** Stored octets in all, or -1 where that cannot be known. */
  long size() {
    return size;
  }

  /** SHA-256 of what is stored, in hex; null until every stored octet has passed. */
  @Nullable String sha256() {
    return hex;
  }

  /**
   * Reads what is left for the sake of the digest. Standard input is not drained: its writer may never end, and after a fault nobody waits
   * for it.
   */
  void drain() throws IOException {
    if (hex != null || digest == null) {
      return;
    }
    if (channel != null) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      while (channel.read(buffer.clear()) >= 0) {
        position += buffer.position();
        digest.update(buffer.flip());
      }
      finish();
    } else if (regular && raw != null) {
      while (raw.read(heap, 0, heap.length) >= 0) {
        // the tap digests
      }
    }
  }

  private void finish() {
    if (hex == null && digest != null) {
      hex = HexFormat.of().formatHex(digest.digest());
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    if (stream != null) {
      stream.close();
    }
  }

  /** Counts and digests the stored octets as they pass. */
  private final class Tap extends InputStream {
    private final InputStream in;
    private final boolean owned;

    Tap(InputStream in, boolean owned) {
      this.in = in;
      this.owned = owned;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = in.read(target, offset, length);
      if (got > 0) {
        position += got;
        if (digest != null) {
          digest.update(target, offset, got);
        }
      } else if (got < 0) {
        finish();
      }
      return got;
    }

    @Override
    public void close() throws IOException {
      if (owned) {
        in.close();
      }
    }
  }
}
