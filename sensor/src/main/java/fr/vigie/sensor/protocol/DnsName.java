package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * A domain name taken out of its message and decompressed (RFC 1035 §4.1.4) into a fixed buffer. A pointer must lead to before the place
 * where the present run of labels began, so that reading ends whatever the message holds; a name has at most 255 octets (§2.3.4).
 * Mutable, reused.
 */
final class DnsName {
  private static final int LONGEST = 255;

  /** A name of 255 octets has at most 127 labels, so more pointers than that say nothing. */
  private static final int MOST_POINTERS = 127;

  private final byte[] octets = new byte[LONGEST + 1];
  private int length;
  private int labels;

  /**
   * Reads the name at the cursor and leaves the cursor behind it; a broken name makes the cursor fail.
   *
   * @param base offset of the DNS message, to which pointers are relative
   */
  void read(Cursor m, int base) {
    length = 0;
    labels = 0;
    int at = m.position();
    int run = at;
    boolean pointed = false;
    int jumps = 0;
    int end = m.length();
    while (true) {
      int label = m.at(at);
      if (at >= end || !m.ok()) {
        break;
      }
      if (label == 0) {
        if (!pointed) {
          m.seek(at + 1);
        }
        return;
      }
      if (label >= 0xC0) {
        int to = base + ((label & 0x3F) << 8 | m.at(at + 1));
        if (at + 1 >= end || to >= run || to < base || ++jumps > MOST_POINTERS) {
          break;
        }
        if (!pointed) {
          m.seek(at + 2);
          pointed = true;
        }
        at = to;
        run = to;
        continue;
      }
      if (label > 63 || at + 1 + label > end || length + label + 1 > LONGEST) {
        break;
      }
      octets[length++] = (byte) label;
      for (int i = 1; i <= label; i++) {
        octets[length++] = (byte) m.at(at + i);
      }
      labels++;
      at += label + 1;
    }
    m.fail();
  }

  /** Labels without the root. */
  int labels() {
    return labels;
  }

  /** A digest of the name without regard to case (RFC 1035 §2.3.3). */
  long digest() {
    return digestFrom(0);
  }

  /** Octets of the n-th label. */
  int length(int label) {
    int at = start(label);
    return at < length ? octets[at] & 0xFF : 0;
  }

  /** A digest of the name from its n-th label on. */
  long digestFrom(int label) {
    long h = 0x9E3779B97F4A7C15L;
    for (int i = start(label); i < length; i++) {
      int c = octets[i];
      h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32 : c)) * 0xBF58476D1CE4E5B9L;
      h ^= h >>> 29;
    }
    return h;
  }

  private int start(int label) {
    int at = 0;
    for (int i = 0; i < label && at < length; i++) {
      at += octets[at] + 1;
    }
    return at;
  }

  /** One label as text, or empty where there is none; allocates. */
  String label(int n) {
    int at = start(n);
    return at < length ? new String(octets, at + 1, octets[at], StandardCharsets.UTF_8) : "";
  }

  /** The name with dots; dots and backslashes within a label are escaped (RFC 4343 §2.1). Allocates. */
  String text() {
    if (labels == 0) {
      return ".";
    }
    StringBuilder s = new StringBuilder(length);
    for (int i = 0; i < labels; i++) {
      if (i > 0) {
        s.append('.');
      }
      s.append(label(i).replace("\\", "\\\\").replace(".", "\\."));
    }
    return s.toString();
  }
}
