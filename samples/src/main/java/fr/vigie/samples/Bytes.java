package fr.vigie.samples;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Octets being written, big-endian unless said otherwise. */
final class Bytes {
  private byte[] data = new byte[128];
  private int size;

  Bytes u8(int v) {
    room(1);
    data[size++] = (byte) v;
    return this;
  }

  Bytes u16(int v) {
    return u8(v >>> 8).u8(v);
  }

  Bytes u24(int v) {
    return u8(v >>> 16).u16(v);
  }

  Bytes u32(long v) {
    return u16((int) (v >>> 16)).u16((int) v);
  }

  Bytes u48(long v) {
    return u16((int) (v >>> 32)).u32(v);
  }

  /** The low {@code octets} octets of {@code v}, little-endian. */
  Bytes little(long v, int octets) {
    for (int i = 0; i < octets; i++) {
      u8((int) (v >>> 8 * i));
    }
    return this;
  }

  Bytes f32(float v) {
    return u32(Float.floatToIntBits(v) & 0xFFFFFFFFL);
  }

  Bytes raw(byte[] v) {
    room(v.length);
    System.arraycopy(v, 0, data, size, v.length);
    size += v.length;
    return this;
  }

  Bytes text(String v) {
    return raw(v.getBytes(StandardCharsets.UTF_8));
  }

  /** Text cut or filled with zeros to {@code octets}. */
  Bytes text(String v, int octets) {
    return raw(Arrays.copyOf(v.getBytes(StandardCharsets.UTF_8), octets));
  }

  Bytes zeros(int octets) {
    return raw(new byte[octets]);
  }

  int size() {
    return size;
  }

  byte[] octets() {
    return Arrays.copyOf(data, size);
  }

  private void room(int more) {
    if (size + more > data.length) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, size + more));
    }
  }
}
