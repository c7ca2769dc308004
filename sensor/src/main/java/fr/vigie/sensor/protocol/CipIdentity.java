package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;

/**
 * What CIP devices say of themselves: the identity object whole, as ListIdentity and Get_Attributes_All have it, or attribute by attribute; and of the
 * objects of TCP/IP and Ethernet the host name and the MAC address.
 *
 * <pre>
 * | vendor u16 | device type u16 | product u16 | major u8 | minor u8 | status u16 | serial u32 | length u8 | name |       vol. 1, 5-2.2
 * </pre>
 */
final class CipIdentity {
  private static final Cite IDENTITY = new Cite("CIP Networks Library vol. 2", "2-4.2");
  private static final Cite OBJECT = new Cite("CIP Networks Library vol. 1", "5-2.2");
  private static final Cite INTERFACE = new Cite("CIP Networks Library vol. 2", "5-4.3");

  private static final Names VENDORS = Names.load("cip/vendor_ids.tsv", "vendor");
  private static final Names DEVICE_TYPES = Names.load("cip/device_types.tsv", "device type");

  private static final int IDENTITY_CLASS = 0x01;
  private static final int TCP_IP_CLASS = 0xF5;
  private static final int ETHERNET_CLASS = 0xF6;

  private static final int NEWS_IDENTITY = 3;
  private static final int NEWS_ATTRIBUTE = 6;

  private CipIdentity() {}

  /** Vendor to name. */
  static void all(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    int vendor = m.u16le();
    int type = m.u16le();
    int product = m.u16le();
    int major = m.u8();
    int minor = m.u8();
    int status = m.u16le();
    long serial = m.u32le();
    int octets = m.u8();
    int nameAt = m.position();
    m.skip(octets);
    t.field("vendor", vendor);
    t.field("deviceType", type);
    t.field("productCode", product);
    t.field("revision", major * 1000L + minor);
    t.field("statusWord", status);
    t.field("serial", serial);
    if (!m.ok()) {
      return;
    }
    int end = m.position();
    m.seek(at);
    // the status word changes with every day's work
    long digest = (m.digest(8) * 31 + serial) * 31 + octets;
    boolean news = x.news(x.source(), NEWS_IDENTITY, digest, Exchange.FOREVER);
    if (news || t.on()) {
      m.seek(nameAt);
      String name = m.text(octets);
      t.field("productName", name);
      if (news) {
        vendor(x, o, vendor, IDENTITY);
        if (!name.isBlank()) {
          o.claim(x, x.source(), Trait.MODEL, name.strip(), IDENTITY);
        }
        o.claim(x, x.source(), Trait.FIRMWARE, major + "." + minor, IDENTITY);
        o.claim(x, x.source(), Trait.SERIAL, HexFormat.of().toHexDigits((int) serial), IDENTITY);
        kind(x, o, type, IDENTITY);
      }
    }
    m.seek(end);
  }

  private static void vendor(Exchange x, Observer o, int vendor, Cite cite) {
    String maker = VENDORS.find(vendor);
    if (maker != null) {
      o.claim(x, x.source(), Trait.VENDOR, maker, cite);
    }
  }

  private static void kind(Exchange x, Observer o, int type, Cite cite) {
    String kind = DEVICE_TYPES.find(type);
    if (kind != null) {
      o.claim(x, x.source(), Trait.DESCRIPTION, kind, cite);
    }
  }

  /** The answer to Get_Attribute_Single, of which the request named object and attribute. The cursor stays. */
  static void attribute(Cursor m, Exchange x, Observer o, int object, int attribute) {
    int octets = m.remaining();
    boolean identity = object == IDENTITY_CLASS && attribute >= 1 && attribute <= 7;
    boolean network = object == TCP_IP_CLASS && attribute == 6 || object == ETHERNET_CLASS && attribute == 3;
    if (!identity && !network || octets < 2 || !x.news(x.source(), NEWS_ATTRIBUTE, m.digest(octets) * 31 + (object << 8 | attribute), Exchange.FOREVER)) {
      return;
    }
    int at = m.position();
    if (network) {
      network(m, x, o, object, octets);
    } else {
      identity(m, x, o, attribute, octets);
    }
    m.seek(at);
  }

  /** Volume 1, 5-2.2: 1 vendor, 2 device type, 4 revision, 6 serial number, 7 product name. */
  private static void identity(Cursor m, Exchange x, Observer o, int attribute, int octets) {
    switch (attribute) {
      case 1 -> vendor(x, o, m.u16le(), OBJECT);
      case 2 -> kind(x, o, m.u16le(), OBJECT);
      case 4 -> o.claim(x, x.source(), Trait.FIRMWARE, m.u8() + "." + m.u8(), OBJECT);
      case 6 -> {
        if (octets == 4) {
          o.claim(x, x.source(), Trait.SERIAL, HexFormat.of().toHexDigits((int) m.u32le()), OBJECT);
        }
      }
      case 7 -> {
        int length = m.u8();
        if (length > 0 && length <= m.remaining()) {
          o.claim(x, x.source(), Trait.MODEL, m.text(length).strip(), OBJECT);
        }
      }
      default -> {
        // product code and status say nothing that is kept
      }
    }
  }

  /** Volume 2, 5-4.3.2.6, host name; 5-5.3.2.3, physical address. */
  private static void network(Cursor m, Exchange x, Observer o, int object, int octets) {
    if (object == ETHERNET_CLASS) {
      if (octets == 6) {
        o.claim(x, x.source(), Trait.MAC, Endpoint.macText(m.u48()), INTERFACE);
      }
      return;
    }
    int length = m.u16le();
    if (length > 0 && length <= m.remaining()) {
      o.claim(x, x.source(), Trait.HOSTNAME, m.text(length).strip(), INTERFACE);
    }
  }
}
