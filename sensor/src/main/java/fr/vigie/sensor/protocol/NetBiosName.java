package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;

/**
 * A NetBIOS name (RFC 1001 §14): fifteen octets padded with spaces, and a suffix that says what kind of service has it. Read into two words,
 * so that a name that is no news costs no object.
 */
final class NetBiosName {
  /** Suffixes as Microsoft's NetBIOS over TCP/IP names them. */
  private static final int WORKSTATION = 0x00;

  private static final int DOMAIN_MASTER_BROWSER = 0x1B;
  private static final int DOMAIN_CONTROLLERS = 0x1C;
  private static final int MASTER_BROWSER = 0x1D;
  private static final int SERVER = 0x20;
  private static final int NEWS = 100;

  private long high;
  private long low;

  /** Reads a name in the form of RFC 1001 §14.1 with its scope, or the pointer to one further in front. */
  void read(Cursor m) {
    int length = m.u8();
    if (length >= 0xC0) {
      int at = (length & 0x3F) << 8 | m.u8();
      int back = m.position();
      if (!m.ok() || at >= back - 2 || m.at(at) >= 0xC0) {
        m.fail();
        return;
      }
      m.seek(at);
      read(m);
      m.seek(back);
      return;
    }
    if (length != 32) {
      m.fail();
      return;
    }
    high = half(m);
    low = half(m);
    // the scope: labels to the root
    int octets = 0;
    int label = m.u8();
    while (m.ok() && label != 0) {
      octets += label + 1;
      if (label > 63 || octets > 221) {
        m.fail();
        return;
      }
      m.skip(label);
      label = m.u8();
    }
  }

  /** Eight octets, each as two letters from A to P. */
  private static long half(Cursor m) {
    long word = 0;
    for (int i = 0; i < 16; i++) {
      int nibble = m.u8() - 'A';
      if (nibble < 0 || nibble > 15) {
        m.fail();
        return 0;
      }
      word = word << 4 | nibble;
    }
    return word;
  }

  /** Reads a name of sixteen plain octets. */
  void plain(Cursor m) {
    high = m.u64();
    low = m.u64();
  }

  private int suffix() {
    return (int) low & 0xFF;
  }

  /** The fifteen octets without their padding. */
  private String stem() {
    byte[] octets = new byte[15];
    int length = 0;
    for (int i = 0; i < 15; i++) {
      octets[i] = (byte) (i < 8 ? high >>> 56 - 8 * i : low >>> 56 - 8 * (i - 8));
      if (octets[i] != ' ' && octets[i] != 0) {
        length = i + 1;
      }
    }
    return new String(octets, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** {@code PLANT<1c>}. */
  String text() {
    return stem() + "<" + String.format("%02x", suffix()) + ">";
  }

  /** What owning the name says of the sender. */
  void claim(Exchange x, Observer o, boolean group, Cite cite) {
    int suffix = suffix();
    // browsers' own name, and the wildcard
    if (high >>> 32 == 0x01025F5FL || high >>> 56 == '*' || !x.news(x.source(), NEWS + suffix, (high * 31 + low) * 2 + (group ? 1 : 0), Exchange.FOREVER)) {
      return;
    }
    if (group && suffix == WORKSTATION) {
      o.claim(x, x.source(), Trait.BANNER, "netbios-group=" + stem(), cite);
    } else if (!group && (suffix == WORKSTATION || suffix == SERVER)) {
      o.claim(x, x.source(), Trait.HOSTNAME, stem(), cite);
    } else if (group && suffix == DOMAIN_CONTROLLERS) {
      o.claim(x, x.source(), Trait.ROLE, "domain-controller", cite);
    } else if (!group && suffix == DOMAIN_MASTER_BROWSER) {
      o.claim(x, x.source(), Trait.ROLE, "domain-master-browser", cite);
    } else if (!group && suffix == MASTER_BROWSER) {
      o.claim(x, x.source(), Trait.ROLE, "master-browser", cite);
    }
  }
}
