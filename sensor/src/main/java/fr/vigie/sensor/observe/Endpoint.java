package fr.vigie.sensor.observe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address that speaks: realm, IP address, MAC address, VLAN and the address below the IP, each where it exists. Immutable; made only
 * by {@link Endpoints}, which interns, so that a packet that says nothing new allocates nothing. An endpoint is an address, not a
 * device: what device it is, the inventory concludes.
 */
public final class Endpoint {
  /** No MAC address. */
  public static final long NO_MAC = -1;

  /** No VLAN tag, or VLAN not part of identity. */
  public static final int NO_VLAN = -1;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final String realm;
  // small types: there are several hundred thousand of these in a flood
  private final byte family;
  private final short vlan;
  private final short seenVlan;
  private final long ipHigh;
  private final long ipLow;
  private final long mac;
  private final @Nullable Below below;
  private final int hash;
  private final long print;
  private @Nullable String key;
  /** Where it stands on the roll of the road that it went last, see {@link Roll}; no part of what it is. Written by that road alone. */
  Roll.@Nullable Entry entry;

  Endpoint(String realm, int family, long ipHigh, long ipLow, long mac, int vlan, @Nullable Below below, int seenVlan,
      int hash) {
    this.realm = realm;
    this.family = (byte) family;
    this.ipHigh = ipHigh;
    this.ipLow = ipLow;
    this.mac = mac;
    this.vlan = (short) vlan;
    this.below = below;
    this.seenVlan = (short) seenVlan;
    this.hash = hash;
    long h = mix(mix(mix(mix(realm.hashCode() * 31L + family, ipLow), ipHigh), mac), vlan);
    this.print = below == null ? h : mix(mix(h, below.first()), below.second());
  }

  private static long mix(long h, long value) {
    long x = (h ^ value) * 0xBF58476D1CE4E5B9L;
    x ^= x >>> 29;
    x *= 0x94D049BB133111EBL;
    return x ^ x >>> 32;
  }

  /** The capture zone: two buildings may both own 192.168.0.10. */
  public String realm() {
    return realm;
  }

  /** 4, 6, or 0 where there is no IP address. */
  public int family() {
    return family;
  }

  /** High 64 bits of an IPv6 address; 0 for IPv4. */
  public long ipHigh() {
    return ipHigh;
  }

  /** Low 64 bits of an IPv6 address, or the IPv4 address in the low 32 bits. */
  public long ipLow() {
    return ipLow;
  }

  /** The MAC address in the low 48 bits, or {@link #NO_MAC}. */
  public long mac() {
    return mac;
  }

  /** VLAN identifier 0..4095, or {@link #NO_VLAN}. */
  public int vlan() {
    return vlan;
  }

  /**
   * VLAN identifier of the frame that first showed the endpoint, or {@link #NO_VLAN}: for people and outputs ({@code "vlan"}); never part
   * of {@link #key}, {@link #equals} or identity, because the same address may be seen on a trunk, on an access port and routed.
   */
  public int seenVlan() {
    return seenVlan;
  }

  /** The same endpoint as first shown on another VLAN. */
  Endpoint seenOn(int other) {
    return new Endpoint(realm, family, ipHigh, ipLow, mac, vlan, below, other, hash);
  }

  /** The address below the IP, or null. */
  public @Nullable Below below() {
    return below;
  }

  /** Text of the IP address (RFC 5952 for IPv6), or null where there is none. */
  public @Nullable String ip() {
    return family == 0 ? null : ipText(family, ipHigh, ipLow);
  }

  /** Text of the MAC address, lower case with colons, or null where there is none. */
  public @Nullable String macText() {
    return mac == NO_MAC ? null : macText(mac);
  }

  /** One line that identifies the endpoint, the same on every machine and in every run. */
  public String key() {
    String k = key;
    if (k == null) {
      StringBuilder s = new StringBuilder(realm);
      if (family != 0) {
        s.append("|ip=").append(ip());
      }
      if (mac != NO_MAC) {
        s.append("|mac=").append(macText());
      }
      if (vlan != NO_VLAN) {
        s.append("|vlan=").append(vlan);
      }
      if (below != null) {
        s.append('|').append(below.scheme()).append('=').append(below.text());
      }
      k = s.toString();
      key = k;
    }
    return k;
  }

  /** Whether the IP address is a multicast or broadcast address, or the MAC address is a group address. */
  public boolean group() {
    if (family == 4) {
      return (ipLow >>> 28) == 0xE || ipLow == 0xFFFFFFFFL;
    }
    if (family == 6) {
      return (ipHigh >>> 56) == 0xFF;
    }
    return mac != NO_MAC && (mac >>> 40 & 1) == 1;
  }

  /**
   * Whether the IP address is one of the public Internet: not of the special ranges of RFC 6890 (private, shared, local to the host or link,
   * documentation, benchmarks, groups); of IPv6, global unicast 2000::/3 but documentation.
   */
  public boolean global() {
    if (family == 6) {
      return ipHigh >>> 61 == 1 && ipHigh >>> 32 != 0x2001_0DB8L;
    }
    if (family != 4) {
      return false;
    }
    int a = (int) (ipLow >>> 24);
    int ab = (int) (ipLow >>> 16);
    int abc = (int) (ipLow >>> 8);
    boolean special = a == 0 || a == 10 || a == 127 || a >= 224
        || ab >= 0x6440 && ab <= 0x647F // 100.64.0.0/10
        || ab == 0xA9FE // 169.254.0.0/16
        || ab >= 0xAC10 && ab <= 0xAC1F // 172.16.0.0/12
        || ab == 0xC0A8 // 192.168.0.0/16
        || ab == 0xC612 || ab == 0xC613 // 198.18.0.0/15
        || abc == 0xC00000 || abc == 0xC00002 || abc == 0xC63364 || abc == 0xCB0071;
    return !special;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof Endpoint e
            && e.hash == hash
            && e.family == family
            && e.ipHigh == ipHigh
            && e.ipLow == ipLow
            && e.mac == mac
            && e.vlan == vlan
            && e.realm.equals(realm)
            && Objects.equals(e.below, below));
  }

  /** 64 well mixed bits that stand for the endpoint in tables of fingerprints, the same on every machine. */
  public long print() {
    return print;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return key();
  }

  /** {@code aa:bb:cc:dd:ee:ff} of the low 48 bits. */
  public static String macText(long mac) {
    byte[] s = new byte[17];
    for (int i = 0, shift = 44; i < s.length; i += 3, shift -= 8) {
      s[i] = HEX[(int) (mac >>> shift) & 0xF];
      s[i + 1] = HEX[(int) (mac >>> shift - 4) & 0xF];
      if (i + 2 < s.length) {
        s[i + 2] = ':';
      }
    }
    return new String(s, StandardCharsets.ISO_8859_1);
  }

  /**
   * Text of an IP address.
   *
   * @param family 4 or 6
   */
  public static String ipText(int family, long high, long low) {
    if (family == 4) {
      return dotted((int) low);
    }
    byte[] bytes = new byte[16];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (high >>> 56 - 8 * i);
      bytes[8 + i] = (byte) (low >>> 56 - 8 * i);
    }
    return compress(bytes);
  }

  /** Four numbers with points between: digit by digit, since a new device is written many times. */
  private static String dotted(int ip) {
    byte[] s = new byte[15];
    int at = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
      int n = ip >>> shift & 0xFF;
      if (n >= 100) {
        s[at++] = (byte) ('0' + n / 100);
      }
      if (n >= 10) {
        s[at++] = (byte) ('0' + n / 10 % 10);
      }
      s[at++] = (byte) ('0' + n % 10);
      if (shift > 0) {
        s[at++] = '.';
      }
    }
    return new String(s, 0, at, StandardCharsets.ISO_8859_1);
  }

  /** RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
  private static String compress(byte[] b) {
    int[] g = new int[8];
    for (int i = 0; i < 8; i++) {
      g[i] = (b[2 * i] & 0xFF) << 8 | (b[2 * i + 1] & 0xFF);
    }
    int best = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int j = i;
      while (j < 8 && g[j] == 0) {
        j++;
      }
      if (j - i > bestLength) {
        best = i;
        bestLength = j - i;
      }
      i = Math.max(i, j - 1);
    }
    StringBuilder s = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == best) {
        s.append("::");
        i += bestLength - 1;
      } else {
        if (!s.isEmpty() && s.charAt(s.length() - 1) != ':') {
          s.append(':');
        }
        s.append(Integer.toHexString(g[i]));
      }
    }
    return s.toString();
  }

  /** The address as the platform's type, or null where there is none. */
  public @Nullable InetAddress address() {
    if (family == 0) {
      return null;
    }
    byte[] bytes = new byte[family == 4 ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      int fromEnd = bytes.length - 1 - i;
      bytes[i] = (byte) (fromEnd < 8 ? ipLow >>> 8 * fromEnd : ipHigh >>> 8 * (fromEnd - 8));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 octets are always an address", e);
    }
  }
}
