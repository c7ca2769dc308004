package fr.vigie.inventory.site;

import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * An address range (RFC 4632; RFC 4291 §2.3 for IPv6).
 *
 * @param family 4 or 6
 * @param high high half of the network address, 0 for IPv4
 * @param low low half of the network address, or the IPv4 address
 * @param prefix prefix length, 0..32 or 0..128
 */
public record Cidr(int family, long high, long low, int prefix) {
  /** Whether the endpoint's IP address lies in this range; never for an endpoint without one. */
  public boolean contains(Endpoint e) {
    return e.family() == family && contains(e.ipHigh(), e.ipLow());
  }

  /** Whether the other range lies wholly in this one. */
  public boolean contains(Cidr other) {
    return other.family == family && other.prefix >= prefix && contains(other.high, other.low);
  }

  private boolean contains(long h, long l) {
    if (family == 4) {
      return ((l ^ low) & mask(prefix + 32)) == 0;
    }
    return prefix <= 64 ? ((h ^ high) & mask(prefix)) == 0 : h == high && ((l ^ low) & mask(prefix - 64)) == 0;
  }

  /** The mask of the first {@code bits} of 64, {@code bits} 0..64. */
  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << 64 - bits;
  }

  /** Whether the range is one address. */
  public boolean single() {
    return prefix == (family == 4 ? 32 : 128);
  }

  /**
   * Reads {@code 10.1.0.0/16}, {@code fd00::/8} or a single address.
   *
   * @return the range, or null where the text is none, has bits set behind its prefix, or a prefix out of range
   */
  public static @Nullable Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte @Nullable [] bytes = Addresses.ip(slash < 0 ? text : text.substring(0, slash));
    if (bytes == null) {
      return null;
    }
    int bits = bytes.length * 8;
    int prefix = slash < 0 ? bits : Addresses.decimal(text.substring(slash + 1), bits);
    if (prefix < 0) {
      return null;
    }
    long high = bytes.length == 4 ? 0 : Addresses.big(bytes, 0, 8);
    long low = bytes.length == 4 ? Addresses.big(bytes, 0, 4) : Addresses.big(bytes, 8, 8);
    boolean clean = bytes.length == 4
        ? (low & ~mask(prefix + 32)) == 0
        : prefix <= 64 ? (high & ~mask(prefix)) == 0 && low == 0 : (low & ~mask(prefix - 64)) == 0;
    return clean ? new Cidr(bytes.length == 4 ? 4 : 6, high, low, prefix) : null;
  }

  /** {@code 10.1.0.0/16}; a single address without a prefix. */
  public String text() {
    String ip = Endpoint.ipText(family, high, low);
    return single() ? ip : ip + "/" + prefix;
  }

  @Override
  public String toString() {
    return text();
  }
}
