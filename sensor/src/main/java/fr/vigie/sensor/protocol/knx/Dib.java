package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The description information blocks by which a KNXnet/IP server describes itself (KNX 03_08_02 7.5.4). */
final class Dib {
  private static final int NEWS_DIB = 2;

  private static final Cite BLOCK = new Cite(KnxNetIp.CORE, "7.5.4");
  private static final Cite DEVICE_INFO = new Cite(KnxNetIp.CORE, "7.5.4.2");
  private static final Cite FAMILIES = new Cite(KnxNetIp.CORE, "7.5.4.3");
  private static final Cite MANUFACTURER_DATA = new Cite(KnxNetIp.CORE, "7.5.4.7");
  private static final Cite EXTENDED = new Cite(KnxNetIp.CORE, "7.5.4.10");

  private Dib() {}

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

  /** Reads every block up to the end of the message: the sender describes itself. */
  static void all(Cursor m, Exchange x, Observer o) {
    blocks(m, x, o, true);
  }

  /** The same where the blocks describe another: nothing is claimed. */
  static void tell(Cursor m, Exchange x, Observer o) {
    blocks(m, x, o, false);
  }

  private static void blocks(Cursor m, Exchange x, Observer o, boolean itself) {
    while (m.ok() && m.remaining() > 0) {
      int at = m.position();
      int length = m.u8();
      int type = m.u8();
      if (length < shortest(type)) {
        o.flaw(x, BLOCK, "structureLength", at, m.wireLength());
        m.fail();
        return;
      }
      long digest = m.digest(Math.min(length - 2, m.remaining())) * 31 + type;
      long outer = m.enter(length - 2);
      if (m.ok()) {
        dissect(m, x, o, type, length, itself && x.news(x.source(), NEWS_DIB, digest, Exchange.FOREVER));
      }
      m.leave(outer);
    }
  }

  /** Reads one block, under the cursor without its length and type. */
  private static void dissect(Cursor m, Exchange x, Observer o, int type, int length, boolean news) {
    Transcript t = o.transcript();
    if (!news && !t.on()) {
      return;
    }
    t.begin(name(type));
    t.field("structureLength", length);
    t.field("descriptionType", type);
    switch (type) {
      case 0x01 -> deviceInfo(m, x, o, news);
      case 0x02 -> families(m, x, o, news);
      case 0x03, 0x04 -> {
        t.field("ipAddress", Endpoint.ipText(4, 0, m.u32()));
        t.field("subnetMask", Endpoint.ipText(4, 0, m.u32()));
        t.field("defaultGateway", Endpoint.ipText(4, 0, m.u32()));
        if (type == 0x04) {
          t.field("dhcpServer", Endpoint.ipText(4, 0, m.u32()));
        } else {
          assignment(t, "ipCapabilities", m.u8() << 1);
        }
        assignment(t, "ipAssignment", m.u8());
        if (type == 0x04) {
          t.field("reserved", m.u8());
        }
      }
      case 0x05 -> {
        while (m.ok() && m.remaining() >= 2) {
          t.field("individualAddress", Telegram.individual(m.u16()));
        }
      }
      case 0x06 -> {
        while (m.ok() && m.remaining() >= 2) {
          int family = m.u8();
          t.begin("securedService");
          t.field("family", family(family));
          t.field("familyId", family);
          t.field("securityVersion", m.u8());
          t.close();
        }
      }
      case 0x07 -> {
        t.field("maximumApduLength", m.u16());
        while (m.ok() && m.remaining() >= 4) {
          t.begin("slot");
          t.field("individualAddress", Telegram.individual(m.u16()));
          int status = m.u16();
          t.field("slotStatus", status);
          t.field("usable", (status & 4) != 0);
          t.field("authorised", (status & 2) != 0);
          t.field("free", (status & 1) != 0);
          t.close();
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
        claim(m, x, o, news, Trait.VENDOR, Codes.MANUFACTURERS.find(manufacturer), MANUFACTURER_DATA);
      }
      default -> t.octets("data", m, m.remaining());
    }
    t.close();
  }

  /** KNX 03_08_02 7.5.4.2. The first two octets of a KNX serial number are its manufacturer's identifier (KNX 03_05_01 4.3). */
  private static void deviceInfo(Cursor m, Exchange x, Observer o, boolean news) {
    Transcript t = o.transcript();
    int medium = m.u8();
    t.field("knxMedium", medium(medium));
    t.field("mediumId", medium);
    int status = m.u8();
    t.field("deviceStatus", status);
    t.field("programmingMode", (status & 1) != 0);
    int address = m.u16();
    t.field("individualAddress", Telegram.individual(address));
    int project = m.u16();
    t.field("projectInstallationIdentifier", project);
    t.field("projectNumber", project >>> 4);
    t.field("installationNumber", project & 0xF);
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
    claim(m, x, o, news, Trait.VENDOR, Codes.MANUFACTURERS.find((int) (serial >>> 32)), DEVICE_INFO);
    claim(m, x, o, news, Trait.BANNER, "knx-address=" + Telegram.individual(address), DEVICE_INFO);
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
      Transcript t = o.transcript();
      t.begin("service");
      t.field("family", family(family));
      t.field("familyId", family);
      t.field("serviceVersion", m.u8());
      t.close();
      tunnelling |= family == 0x04;
      routing |= family == 0x05;
    }
    claim(m, x, o, news && routing, Trait.ROLE, "router", FAMILIES);
    claim(m, x, o, news && tunnelling, Trait.ROLE, "gateway", FAMILIES);
  }

  /** KNX 03_08_03 2.5.5: how an address is, or can be, assigned; capabilities lack the bit of manual assignment. */
  private static void assignment(Transcript t, String name, int bits) {
    t.begin(name);
    t.field("manual", (bits & 1) != 0);
    t.field("bootp", (bits & 2) != 0);
    t.field("dhcp", (bits & 4) != 0);
    t.field("autoIp", (bits & 8) != 0);
    t.close();
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
