package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/** An object identifier, read into the same place again and again (X.690 8.19; RFC 2578 §3.5: at most 128 sub-identifiers of 32 bits). */
final class Oid {
  private static final long MOST = 0xFFFFFFFFL;

  private final long[] arcs = new long[128];
  private int size;
  private boolean sound;

  /** Reads {@code octets} octets; false where a sub-identifier has more than 32 bits, there are too many, or the last has no end. */
  boolean read(Cursor m, int octets) {
    size = 0;
    sound = octets > 0;
    long arc = 0;
    boolean open = false;
    for (int i = 0; i < octets; i++) {
      int octet = m.u8();
      if (!open && octet == 0x80) {
        sound = false;
      }
      arc = arc << 7 | octet & 0x7F;
      if (arc > MOST) {
        sound = false;
        arc &= MOST;
      }
      open = octet >= 0x80;
      if (!open) {
        add(arc);
        arc = 0;
      }
    }
    sound &= !open;
    return sound;
  }

  /** X.690 8.19.4: the first sub-identifier holds two. */
  private void add(long arc) {
    if (size == 0) {
      long top = Math.min(2, arc / 40);
      arcs[size++] = top;
      arcs[size++] = arc - 40 * top;
    } else if (size < arcs.length) {
      arcs[size++] = arc;
    } else {
      sound = false;
    }
  }

  /** Forgets what was read. */
  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** The sub-identifier at an index, or -1 past the end. */
  long arc(int index) {
    return index < size ? arcs[index] : -1;
  }

  boolean startsWith(int[] prefix) {
    if (size < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (arcs[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Digest of the first {@code most} sub-identifiers. */
  long digest(int most) {
    long h = 0x9E3779B97F4A7C15L;
    for (int i = 0; i < Math.min(most, size); i++) {
      h = (h ^ arcs[i]) * 0xBF58476D1CE4E5B9L;
      h ^= h >>> 31;
    }
    return h;
  }

  /** Dotted text of the first {@code most} sub-identifiers. */
  String text(int most) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < Math.min(most, size); i++) {
      s.append(i == 0 ? "" : ".").append(arcs[i]);
    }
    return s.toString();
  }

  /** Dotted text. */
  String text() {
    return text(size);
  }
}
