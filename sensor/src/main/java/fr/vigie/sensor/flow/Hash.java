package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Endpoint;

/** 64-bit mixing for the tables of this package; the same on every machine. */
final class Hash {
  private Hash() {}

  /** The two are not alike: else {@code mix(a, b)} were {@code mix(b, a)}, and {@code mix(a, a)} the same for every {@code a}. */
  static long mix(long h, long value) {
    long x = (h * 0x9E3779B97F4A7C15L ^ value) * 0xBF58476D1CE4E5B9L;
    x ^= x >>> 29;
    x *= 0x94D049BB133111EBL;
    return x ^ x >>> 32;
  }

  static long of(Endpoint e) {
    return e.print();
  }

  static long of(String s) {
    long h = s.length();
    for (int i = 0; i < s.length(); i++) {
      h = h * 0x9E3779B97F4A7C15L + s.charAt(i);
    }
    return mix(h, s.length());
  }
}
