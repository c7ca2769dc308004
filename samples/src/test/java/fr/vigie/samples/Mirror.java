package fr.vigie.samples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads a sample capture back, by its own means: pcapng, 802.1Q, IPv4. */
record Mirror(List<Frame> frames) {

  static byte[] unzipped(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  static Mirror read(Path file) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(unzipped(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Frame> frames = new ArrayList<>();
    while (b.hasRemaining()) {
      int at = b.position();
      int type = b.getInt();
      int length = b.getInt();
      if (b.getInt(at + length - 4) != length) {
        throw new IOException("block at " + at + " does not end as it began");
      }
      if (type == 6) {
        b.getInt();
        long time = (b.getInt() & 0xFFFFFFFFL) << 32 | b.getInt() & 0xFFFFFFFFL;
        byte[] data = new byte[b.getInt()];
        b.getInt();
        b.get(data);
        frames.add(new Frame(time, data));
      }
      b.position(at + length);
    }
    return new Mirror(frames);
  }

  record Frame(long at, byte[] data) {
    int u8(int i) {
      return data[i] & 0xFF;
    }

    int u16(int i) {
      return u8(i) << 8 | u8(i + 1);
    }

    long u32(int i) {
      return (long) u16(i) << 16 | u16(i + 2);
    }

    long mac(int i) {
      return (long) u16(i) << 32 | u32(i + 2);
    }

    int vlan() {
      return u16(14);
    }

    boolean arp() {
      return u16(16) == 0x0806;
    }

    boolean ip() {
      return u16(16) == 0x0800;
    }

    int protocol() {
      return u8(27);
    }

    String from() {
      return Host.text((int) u32(30));
    }

    String fromMac() {
      return Host.macText(mac(6));
    }

    /** Octets of the IPv4 payload. */
    byte[] payload() {
      return Arrays.copyOfRange(data, 38, 18 + u16(20));
    }

    /** One's complement sum of the IPv4 header: 0xFFFF when right. */
    int headerSum() {
      return sum(data, 18, 20, 0);
    }

    /** One's complement sum of UDP or TCP with its pseudo header: 0xFFFF when right. */
    int transportSum() {
      byte[] p = payload();
      return sum(p, 0, p.length, u16(30) + u16(32) + (long) u16(34) + u16(36) + protocol() + p.length);
    }

    private static int sum(byte[] d, int at, int length, long begun) {
      long s = begun;
      for (int i = 0; i < length; i++) {
        s += (i & 1) == 0 ? (d[at + i] & 0xFFL) << 8 : d[at + i] & 0xFFL;
      }
      while (s > 0xFFFF) {
        s = (s & 0xFFFF) + (s >>> 16);
      }
      return (int) s;
    }
  }
}
