package fr.vigie.inventory.asset;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.Zone;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How identity keys are written, how ids come from them, and which addresses can be identity at all. */
final class Identity {
  private static final char[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();

  private Identity() {}

  /** The identity key of an address: {@code ip=}, {@code mac=}, {@code bacnet=…@}, {@code knx=…@}, {@code unit=…@} or {@code lon=…@}. */
  static String key(Endpoint e) {
    StringBuilder s = new StringBuilder(24);
    Below below = e.below();
    if (below != null) {
      s.append(below.scheme()).append('=').append(below.text()).append('@');
      s.append(e.family() != 0 ? e.ip() : e.macText());
    } else if (e.family() != 0) {
      s.append("ip=").append(e.ip());
    } else {
      s.append("mac=").append(e.macText());
    }
    if (e.vlan() != Endpoint.NO_VLAN) {
      s.append("%vlan").append(e.vlan());
    }
    return s.append(realm(e)).toString();
  }

  /** A key that is not an address: {@code bacnet-instance=}, {@code serial=}. */
  static String key(String scheme, String value, Endpoint at) {
    return scheme + "=" + value + realm(at);
  }

  private static String realm(Endpoint e) {
    return Json.plain(e.realm()) ? "" : "/" + e.realm();
  }

  /** {@code a-} and base32 (RFC 4648 §6, lower case, no padding) of the first 80 bits of the SHA-256 of the key. */
  static String id(String key) {
    return id(key, sha256());
  }

  /** SHA-256, to be used again and again by one thread: to look the algorithm up costs more than to hash a key. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The same by a digest that is at hand. */
  static String id(String key, MessageDigest sha256) {
    byte[] hash = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
    StringBuilder s = new StringBuilder(18).append("a-");
    for (int block = 0; block < 10; block += 5) {
      long bits = 0;
      for (int i = 0; i < 5; i++) {
        bits = bits << 8 | (hash[block + i] & 0xFF);
      }
      for (int shift = 35; shift >= 0; shift -= 5) {
        s.append(BASE32[(int) (bits >>> shift & 31)]);
      }
    }
    return s.toString();
  }

  /** Whether the endpoint has an IP address that one device can own: not unspecified, not a group. */
  static boolean hasIp(Endpoint e) {
    return switch (e.family()) {
      case 4 -> e.ipLow() >>> 24 != 0 && e.ipLow() >>> 28 < 0xE;
      case 6 -> (e.ipHigh() != 0 || e.ipLow() != 0) && e.ipHigh() >>> 56 != 0xFF;
      default -> false;
    };
  }

  /** Whether the endpoint has a MAC address that one device can own: not null, not a group. */
  static boolean hasMac(Endpoint e) {
    return e.mac() != Endpoint.NO_MAC && e.mac() != 0 && (e.mac() >>> 40 & 1) == 0;
  }

  /** Whether the address is never forwarded by a router, so that a frame is proof of its MAC address (RFC 3927 §2.7, RFC 4291 §2.5.6). */
  static boolean linkLocal(Endpoint e) {
    return e.family() == 4 ? e.ipLow() >>> 16 == 0xA9FE : e.family() == 6 && e.ipHigh() >>> 54 == 0xFE80 >>> 6;
  }

  /** Whether the address belongs to the Internet: globally routed, and in no zone of the site. Its hosts are no equipment of the site. */
  static boolean remote(Endpoint e, Site site) {
    Zone zone = site.zoneOf(e);
    if (zone != null) {
      return zone.kind().equals("internet");
    }
    if (e.family() == 6) {
      return e.ipHigh() >>> 57 != 0xFC >>> 1 && !linkLocal(e) && !(e.ipHigh() == 0 && e.ipLow() == 1);
    }
    long ip = e.ipLow();
    return ip >>> 24 != 10 && ip >>> 20 != 0xAC1 && ip >>> 16 != 0xC0A8 && ip >>> 16 != 0xA9FE && ip >>> 22 != 0x64400000L >>> 22
        && ip >>> 24 != 127;
  }

  /** Whether the MAC address is shared by design: VRRP (RFC 9568 §7.3), HSRP versions 1 and 2, GLBP. */
  static boolean virtual(long mac) {
    return mac >>> 8 == 0x00005E0001L || mac >>> 8 == 0x00005E0002L || mac >>> 8 == 0x00000C07ACL || mac >>> 12 == 0x00000C9FFL
        || mac >>> 16 == 0x0007B400L;
  }
}
