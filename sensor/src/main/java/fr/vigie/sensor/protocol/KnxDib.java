package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Names;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The description information blocks by which a KNXnet/IP server describes itself (KNX 03_08_02 7.5.4). */
final class KnxDib {
  private static final Cite DEVICE_INFO = new Cite(KnxNetIp.CORE, "7.5.4.2");
  private static final Cite FAMILIES = new Cite(KnxNetIp.CORE, "7.5.4.3");
  private static final Cite MANUFACTURER_DATA = new Cite(KnxNetIp.CORE, "7.5.4.7");
  private static final Cite EXTENDED = new Cite(KnxNetIp.CORE, "7.5.4.10");

  private KnxDib() {}

  /** Octets a block of this type has at least, its length and type included. */
  static int shortest(int type) {
    return switch (type) {
      case 0x01 -> 54;
      case 0x03 -> 16;
      case 0x04 -> 20;
      case 0x08 -> 8;
      case 0xFE -> 4;
      default -> 2;
    };
  }

  /** Reads one block, under the cursor without its length and type. */
  static void dissect(Cursor m, Exchange x, Observer o, int type, boolean news, Names manufacturers) {
    Transcript t = o.transcript();
    if (!news && !t.on()) {
      return;
    }
    t.begin(name(type));
    switch (type) {
      case 0x01 -> deviceInfo(m, x, o, news, manufacturers);
      case 0x02 -> families(m, x, o, news);
      case 0x03, 0x04 -> {
        t.field("ipAddress", Endpoint.ipText(4, 0, m.u32()));
        t.field("subnetMask", Endpoint.ipText(4, 0, m.u32()));
        t.field("defaultGateway", Endpoint.ipText(4, 0, m.u32()));
        t.octets("rest", m, m.remaining());
      }
      case 0x05 -> {
        while (m.ok() && m.remaining() >= 2) {
          t.field("individualAddress", Cemi.individual(m.u16()));
        }
      }
      case 0x08 -> {
        t.field("mediumStatus", m.u8());
        t.field("reserved", m.u8());
        t.field("maximumLocalApduLength", m.u16());
        int mask = m.u16();
        t.field("deviceDescriptorType0", mask);
        if (m.ok() && news) {
          o.claim(x, x.source(), Trait.BANNER, "knx-mask=0x" + HexFormat.of().toHexDigits((short) mask), EXTENDED);
        }
      }
      case 0xFE -> {
        int manufacturer = m.u16();
        t.field("knxManufacturerId", manufacturer);
        t.octets("manufacturerData", m, m.remaining());
        claim(m, x, o, news, Trait.VENDOR, manufacturers.find(manufacturer), MANUFACTURER_DATA);
      }
      default -> t.octets("data", m, m.remaining());
    }
    t.close();
  }

  /** KNX 03_08_02 7.5.4.2. The first two octets of a KNX serial number are its manufacturer's identifier (KNX 03_05_01 4.3). */
  private static void deviceInfo(Cursor m, Exchange x, Observer o, boolean news, Names manufacturers) {
    Transcript t = o.transcript();
    int medium = m.u8();
    t.field("knxMedium", medium(medium));
    t.field("deviceStatus", m.u8());
    int address = m.u16();
    t.field("individualAddress", Cemi.individual(address));
    t.field("projectInstallationIdentifier", m.u16());
    long serial = m.u48();
    String serialText = HexFormat.of().toHexDigits(serial, 12);
    t.field("serialNumber", serialText);
    t.field("routingMulticastAddress", Endpoint.ipText(4, 0, m.u32()));
    long mac = m.u48();
    String macText = Endpoint.macText(mac);
    t.field("macAddress", macText);
    String name = m.text(30, StandardCharsets.ISO_8859_1);
    int end = name.indexOf('\0');
    name = (end < 0 ? name : name.substring(0, end)).strip();
    t.field("friendlyName", name);
    claim(m, x, o, news && !name.isEmpty(), Trait.NAME, name, DEVICE_INFO);
    claim(m, x, o, news && serial != 0, Trait.SERIAL, serialText, DEVICE_INFO);
    claim(m, x, o, news && mac != 0, Trait.MAC, macText, DEVICE_INFO);
    claim(m, x, o, news, Trait.VENDOR, manufacturers.find((int) (serial >>> 32)), DEVICE_INFO);
    claim(m, x, o, news, Trait.BANNER, "knx-address=" + Cemi.individual(address), DEVICE_INFO);
    claim(m, x, o, news, Trait.BANNER, "knx-medium=" + medium(medium), DEVICE_INFO);
  }

  private static void claim(Cursor m, Exchange x, Observer o, boolean news, Trait trait, @Nullable String value, Cite cite) {
    if (news && m.ok() && value != null) {
      o.claim(x, x.source(), trait, value, cite);
    }
  }

  /** KNX 03_08_02 7.5.4.3: who tunnels or routes stands between the IP network and the bus. */
  private static void families(Cursor m, Exchange x, Observer o, boolean news) {
    boolean tunnelling = false;
    boolean routing = false;
    while (m.ok() && m.remaining() >= 2) {
      int family = m.u8();
      o.transcript().field(family(family), m.u8());
      tunnelling |= family == 0x04;
      routing |= family == 0x05;
    }
    claim(m, x, o, news && routing, Trait.ROLE, "router", FAMILIES);
    claim(m, x, o, news && tunnelling, Trait.ROLE, "gateway", FAMILIES);
  }

  private static String name(int type) {
    return switch (type) {
      case 0x01 -> "DEVICE_INFO";
      case 0x02 -> "SUPP_SVC_FAMILIES";
      case 0x03 -> "IP_CONFIG";
      case 0x04 -> "IP_CUR_CONFIG";
      case 0x05 -> "KNX_ADDRESSES";
      case 0x06 -> "SECURED_SERVICE_FAMILIES";
      case 0x07 -> "TUNNELLING_INFO";
      case 0x08 -> "EXTENDED_DEVICE_INFO";
      case 0xFE -> "MFR_DATA";
      default -> "unknown description type";
    };
  }

  private static String medium(int medium) {
    return switch (medium) {
      case 0x02 -> "TP1";
      case 0x04 -> "PL110";
      case 0x10 -> "RF";
      case 0x20 -> "KNX IP";
      default -> "unknown";
    };
  }

  private static String family(int family) {
    return switch (family) {
      case 0x02 -> "CORE";
      case 0x03 -> "DEVICE_MANAGEMENT";
      case 0x04 -> "TUNNELLING";
      case 0x05 -> "ROUTING";
      case 0x06 -> "REMOTE_LOGGING";
      case 0x07 -> "REMOTE_CONFIGURATION";
      case 0x08 -> "OBJECT_SERVER";
      case 0x09 -> "SECURITY";
      default -> "unknown family";
    };
  }
}
