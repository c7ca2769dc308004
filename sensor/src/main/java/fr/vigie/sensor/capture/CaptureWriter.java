package fr.vigie.sensor.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A writer of capture files: pcap with microseconds or nanoseconds, or pcapng with nanoseconds, interface names and packet comments; for
 * samples, evidence and tests. Little-endian. Nothing of this machine enters the file, so the same packets give the same octets.
 */
public final class CaptureWriter implements Closeable {
  /** pcapng §4.2 if_name and if_tsresol, §3.5 opt_comment. */
  private static final int NAME = 2;

  private static final int RESOLUTION = 9;
  private static final int COMMENT = 1;

  /** §3.5: an option's length has 16 bits; the comment is cut to what fits, padding included. */
  private static final int LONGEST_OPTION = 0xFFFC;

  private final OutputStream out;
  private final Format format;
  private byte[] buffer = new byte[4096];
  private ByteBuffer record = view();
  private int interfaces;

  /** The formats. */
  public enum Format {
    PCAP_MICROS,
    PCAP_NANOS,
    PCAPNG
  }

  /**
   * Starts a file. Every packet needs an interface: {@link #addInterface} comes next.
   *
   * @param out where to; buffered by the caller, closed by {@link #close}
   */
  public CaptureWriter(OutputStream out, Format format) throws IOException {
    this.out = out;
    this.format = format;
    if (format == Format.PCAPNG) {
      begin(PcapngReader.SECTION);
      record.putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
      end();
    }
  }

  /**
   * Adds an interface; a pcap file has exactly one.
   *
   * @param name interface name, or null; a pcap file does not keep it
   * @param linkType LINKTYPE_ value, 0..65535
   * @return index for {@link #write}
   */
  public int addInterface(@Nullable String name, int linkType) throws IOException {
    if (format == Format.PCAPNG) {
      begin(1);
      record.putShort((short) linkType).putShort((short) 0).putInt(CaptureFile.MAXIMUM_CAPTURED);
      if (name != null) {
        option(NAME, name);
      }
      record.putShort((short) RESOLUTION).putShort((short) 1).put((byte) 9).put(new byte[3]).putInt(0);
      end();
    } else {
      if (interfaces > 0) {
        throw new IllegalStateException("a pcap file has one interface: write pcapng");
      }
      record.clear();
      record.putInt(format == Format.PCAP_NANOS ? PcapReader.NANOS : PcapReader.MICROS).putShort((short) 2).putShort((short) 4);
      record.putLong(0).putInt(CaptureFile.MAXIMUM_CAPTURED).putInt(linkType);
      flushRecord();
    }
    return interfaces++;
  }

  /**
   * Writes a packet.
   *
   * @param iface what {@link #addInterface} answered
   * @param at nanoseconds since the epoch, not negative; a pcap file holds up to the year 2106, and microseconds are rounded down
   * @param captured octets from {@code offset} on, at most {@link CaptureFile#MAXIMUM_CAPTURED}
   * @param wire octets on the wire
   * @param comment pcapng's comment to the packet, or null
   */
  public void write(int iface, long at, MemorySegment segment, long offset, int captured, int wire, @Nullable String comment)
      throws IOException {
    if (iface < 0 || iface >= interfaces || captured < 0 || captured > CaptureFile.MAXIMUM_CAPTURED || at < 0) {
      throw new IllegalArgumentException("interface " + iface + " of " + interfaces + ", " + captured + " octets, time " + at);
    }
    room(captured + 128);
    if (format == Format.PCAPNG) {
      begin(6);
      record.putInt(iface).putInt((int) (at >>> 32)).putInt((int) at).putInt(captured).putInt(wire);
      octets(segment, offset, captured);
      pad();
      if (comment != null) {
        option(COMMENT, comment);
        record.putInt(0);
      }
      end();
    } else {
      long fraction = at % 1_000_000_000L;
      record.clear();
      record.putInt((int) (at / 1_000_000_000L)).putInt((int) (format == Format.PCAP_NANOS ? fraction : fraction / 1000));
      record.putInt(captured).putInt(wire);
      octets(segment, offset, captured);
      flushRecord();
    }
  }

  /** Writes a packet of the heap; for samples and tests. */
  public void write(int iface, long at, byte[] packet) throws IOException {
    write(iface, at, MemorySegment.ofArray(packet), 0, packet.length, packet.length, null);
  }

  private void octets(MemorySegment segment, long offset, int octets) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, buffer, record.position(), octets);
    record.position(record.position() + octets);
  }

  private void begin(int type) {
    record.clear();
    record.putInt(type).putInt(0);
  }

  private void option(int code, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, LONGEST_OPTION);
    room(length + 64);
    record.putShort((short) code).putShort((short) length).put(utf8, 0, length);
    pad();
  }

  private void pad() {
    while ((record.position() & 3) != 0) {
      record.put((byte) 0);
    }
  }

  private void end() throws IOException {
    int total = record.position() + 4;
    record.putInt(total).putInt(4, total);
    flushRecord();
  }

  private void flushRecord() throws IOException {
    out.write(buffer, 0, record.position());
    record.clear();
  }

  private void room(int octets) {
    int at = record.position();
    if (buffer.length - at < octets) {
      buffer = Arrays.copyOf(buffer, (at + octets) * 2);
      record = view();
      record.position(at);
    }
  }

  private ByteBuffer view() {
    return ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
