package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.util.HexFormat;

/**
 * LLDP, the Link Layer Discovery Protocol (IEEE 802.1AB-2016), with the inventory of LLDP-MED (ANSI/TIA-1057); what organisations add is read by
 * {@link LldpOrganizations}. A chain of
 *
 * <pre>
 * | type 7 bits | length 9 bits | value |
 * </pre>
 *
 * in which chassis ID, port ID and time to live come first, in this order, and an End TLV last; padding of the link may follow it. The
 * sender speaks of itself, so every claim is about the source.
 */
final class Lldp implements Dissector {
  private static final String STANDARD = "IEEE 802.1AB-2016";
  private static final Cite ORDER = new Cite(STANDARD, "8.2");
  private static final Cite END = new Cite(STANDARD, "8.5.1");
  private static final Cite CHASSIS = new Cite(STANDARD, "8.5.2");
  private static final Cite PORT = new Cite(STANDARD, "8.5.3");
  private static final Cite NAME = new Cite(STANDARD, "8.5.6");
  private static final Cite DESCRIPTION = new Cite(STANDARD, "8.5.7");
  private static final Cite CAPABILITIES = new Cite(STANDARD, "8.5.8");
  private static final Cite ADDRESS = new Cite(STANDARD, "8.5.9");
  private static final Cite INVENTORY = new Cite("ANSI/TIA-1057", "10.2.6");

  /** Table 8-1 of IEEE 802.1AB-2016. */
  private static final String[] TYPES = {"endOfLldpdu", "chassisId", "portId", "timeToLive", "portDescription", "systemName",
      "systemDescription", "systemCapabilities", "managementAddress"};

  private static final int ORGANIZATION = 127;

  /** ANSI/TIA-1057 §10.2.6: subtypes 5 to 11. */
  private static final String[] MED = {"hardwareRevision", "firmwareRevision", "softwareRevision", "serialNumber", "manufacturerName",
      "modelName", "assetId"};

  private static final Trait[] MED_TRAITS = {Trait.HARDWARE, Trait.FIRMWARE, Trait.SOFTWARE, Trait.SERIAL, Trait.VENDOR, Trait.MODEL};

  /** Table 8-4: what the bits of the enabled capabilities say, where it is a role. */
  private static final String[] ROLES = {"", "repeater", "bridge", "wlan-access-point", "router", "telephone", "docsis-cable-device",
      "", "c-vlan-bridge", "s-vlan-bridge", "two-port-mac-relay"};

  @Override
  public String name() {
    return "lldp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("LLDP and LLDP-MED", "IEEE 802.1AB-2016, 802.1Q-2018 annex D, 802.3-2018 clause 79, ANSI/TIA-1057, IEC 61158-6-10",
        "every TLV of the standard, of IEEE 802.1 and 802.3, of MED and of PROFINET",
        "TLVs of other organisations and data center bridging, shown as octets",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x88CC};
  }

  /** The EtherType is nobody else's (§7.2): what comes under it and is no LLDPDU is a flaw, not another protocol. */
  @Override
  public int frame(Cursor m, Exchange exchange) {
    return m.wireLength() >= 2 ? m.wireLength() : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer observer) {
    Transcript t = observer.transcript();
    if (t.on()) {
      t.message("lldp", "LLDPDU");
    }
    int expected = 1;
    boolean ended = false;
    boolean shutdown = false;
    while (!ended && m.remaining() > 0) {
      int at = m.position();
      int header = m.u16();
      int type = header >>> 9;
      int length = header & 0x1FF;
      if (expected <= 3 && type != expected) {
        observer.flaw(x, ORDER, "mandatory TLV missing or out of order", at, 2);
        expected = 4;
      } else if (expected > 3 && type >= 1 && type <= 3) {
        observer.flaw(x, ORDER, "mandatory TLV repeated", at, 2);
      }
      expected++;
      long outer = m.enter(length);
      if (m.ok()) {
        if (t.on()) {
          t.field("tlv", type);
        }
        if (type == 0) {
          ended = true;
        } else if (type == 3) {
          shutdown = timeToLive(m, t, length);
        } else {
          tlv(m, x, observer, type, length);
        }
      }
      m.leave(outer);
    }
    if (m.ok() && !ended && !m.cut()) {
      observer.flaw(x, END, "no end TLV", m.length(), 0);
    }
    if (m.ok()) {
      observer.operation(shutdown ? "shutdown" : "LLDPDU");
    }
    if (t.on()) {
      if (shutdown) {
        t.operation("shutdown");
      }
      t.end();
    }
  }

  /** §8.5.4: 0 says that the sender is about to be silent. */
  private static boolean timeToLive(Cursor m, Transcript t, int length) {
    int seconds = m.u16();
    if (t.on()) {
      t.field("timeToLive", seconds);
    }
    return m.ok() && seconds == 0 && length >= 2;
  }

  private void tlv(Cursor m, Exchange x, Observer observer, int type, int length) {
    Transcript t = observer.transcript();
    switch (type) {
      case 1 -> chassis(m, x, observer, length);
      case 2 -> port(m, x, observer, length);
      case 4 -> {
        if (t.on()) {
          transcribe(m, t, "portDescription", length);
        }
      }
      case 5 -> text(m, x, observer, Trait.NAME, "systemName", length, NAME);
      case 6 -> text(m, x, observer, Trait.DESCRIPTION, "systemDescription", length, DESCRIPTION);
      case 7 -> capabilities(m, x, observer);
      case 8 -> managementAddress(m, x, observer);
      case ORGANIZATION -> organization(m, x, observer, length);
      default -> {
        if (t.on()) {
          t.octets(type < TYPES.length ? TYPES[type] : "reserved-" + type, m, length);
        }
      }
    }
  }

  private static void transcribe(Cursor m, Transcript t, String name, int length) {
    int at = m.position();
    t.field(name, m.text(length));
    m.seek(at);
  }

  /** Claims text that is not blank, once. */
  private void text(Cursor m, Exchange x, Observer observer, Trait trait, String name, int length, Cite cite) {
    Transcript t = observer.transcript();
    if (t.on()) {
      transcribe(m, t, name, length);
    }
    if (length > 0 && x.news(x.source(), trait.ordinal(), m.digest(length), Exchange.FOREVER)) {
      String value = m.text(length).replace("\0", "").strip();
      if (m.ok() && !value.isEmpty()) {
        observer.claim(x, x.source(), trait, value, cite);
      }
    }
  }

  /** §8.5.2: subtype 4 is a MAC address, 5 a network address; the others are names of parts. */
  private void chassis(Cursor m, Exchange x, Observer observer, int length) {
    Transcript t = observer.transcript();
    int subtype = m.u8();
    if (t.on()) {
      t.field("chassisIdSubtype", subtype);
      identifier(m, t, "chassisId", subtype == 4, subtype == 5, length - 1);
    }
    if (length < 2) {
      observer.flaw(x, CHASSIS, "chassis ID is empty", 0, 2);
    } else if (subtype == 4 && length == 7 && x.news(x.source(), Trait.MAC.ordinal(), m.digest(6), Exchange.FOREVER)) {
      observer.claim(x, x.source(), Trait.MAC, Endpoint.macText(m.u48()), CHASSIS);
    } else if (subtype == 5 && x.news(x.source(), Trait.ADDRESS.ordinal(), m.digest(length - 1), Exchange.FOREVER)) {
      address(m, x, observer, length - 1, CHASSIS);
    }
  }

  /** §8.5.3: subtype 3 is a MAC address, 4 a network address, the others are text. */
  private void port(Cursor m, Exchange x, Observer observer, int length) {
    Transcript t = observer.transcript();
    int subtype = m.u8();
    if (t.on()) {
      t.field("portIdSubtype", subtype);
      identifier(m, t, "portId", subtype == 3, subtype == 4, length - 1);
    }
    if (length < 2) {
      observer.flaw(x, PORT, "port ID is empty", m.position() - 3, 2);
    } else if (x.news(x.source(), Trait.PORT.ordinal(), m.digest(length - 1), Exchange.FOREVER)) {
      String value = subtype == 3 && length == 7 ? Endpoint.macText(m.u48())
          : subtype == 4 ? HexFormat.of().formatHex(m.bytes(length - 1)) : m.text(length - 1).replace("\0", "").strip();
      if (m.ok() && !value.isEmpty()) {
        observer.claim(x, x.source(), Trait.PORT, value, PORT);
      }
    }
  }

  private static void identifier(Cursor m, Transcript t, String name, boolean mac, boolean network, int length) {
    int at = m.position();
    if (mac && length == 6) {
      t.field(name, Endpoint.macText(m.u48()));
    } else if (network && length == 5 && m.peek(0) == 1) {
      m.u8();
      t.field(name, Endpoint.ipText(4, 0, m.u32()));
    } else if (mac || network) {
      t.octets(name, m, length);
    } else if (length >= 0) {
      t.field(name, m.text(length));
    }
    m.seek(at);
  }

  /** §8.5.8: what it can do, then what it does. */
  private void capabilities(Cursor m, Exchange x, Observer observer) {
    Transcript t = observer.transcript();
    int system = m.u16();
    int enabled = m.u16();
    if (t.on()) {
      t.field("systemCapabilities", system);
      t.field("enabledCapabilities", enabled);
    }
    if (!m.ok()) {
      return;
    }
    if ((enabled & ~system) != 0) {
      observer.flaw(x, CAPABILITIES, "enabled capability that the system has not", m.position() - 2, 2);
    }
    for (int bit = 0; bit < ROLES.length; bit++) {
      if ((enabled >>> bit & 1) != 0 && !ROLES[bit].isEmpty()
          && x.news(x.source(), Trait.ROLE.ordinal(), bit, Exchange.FOREVER)) {
        observer.claim(x, x.source(), Trait.ROLE, ROLES[bit], CAPABILITIES);
      }
    }
  }

  /** §8.5.9: address string length (subtype included), IANA address family, address; interface numbering; object identifier. */
  private void managementAddress(Cursor m, Exchange x, Observer observer) {
    Transcript t = observer.transcript();
    int length = m.u8();
    long outer = m.enter(length);
    if (t.on() && length > 0) {
      int at = m.position();
      int family = m.u8();
      t.field("managementAddressSubtype", family);
      if (family == 1 && length == 5) {
        t.field("managementAddress", Endpoint.ipText(4, 0, m.u32()));
      } else if (family == 2 && length == 17) {
        t.field("managementAddress", Endpoint.ipText(6, m.u64(), m.u64()));
      } else {
        t.octets("managementAddress", m, length - 1);
      }
      m.seek(at);
    }
    if (m.ok() && length > 1 && x.news(x.source(), Trait.ADDRESS.ordinal(), m.digest(length), Exchange.FOREVER)) {
      address(m, x, observer, length, ADDRESS);
    }
    m.leave(outer);
    int numbering = m.u8();
    long number = m.u32();
    int oid = m.u8();
    if (t.on()) {
      t.field("interfaceNumberingSubtype", numbering);
      t.field("interfaceNumber", number);
      t.octets("objectIdentifier", m, oid);
    }
    m.skip(oid);
  }

  /** IANA address family numbers: 1 IPv4, 2 IPv6, 6 all IEEE 802 media. */
  private static void address(Cursor m, Exchange x, Observer observer, int length, Cite cite) {
    int family = m.u8();
    if (family == 1 && length == 5) {
      long ip = m.u32();
      if (ip != 0) {
        observer.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(4, 0, ip), cite);
      }
    } else if (family == 2 && length == 17) {
      observer.claim(x, x.source(), Trait.ADDRESS, Endpoint.ipText(6, m.u64(), m.u64()), cite);
    } else if (family == 6 && length == 7) {
      observer.claim(x, x.source(), Trait.MAC, Endpoint.macText(m.u48()), cite);
    }
  }

  /** §8.6: three octets of OUI, subtype, and what its owner says. */
  private void organization(Cursor m, Exchange x, Observer observer, int length) {
    Transcript t = observer.transcript();
    int oui = m.u24();
    int subtype = m.u8();
    int rest = length - 4;
    if (!m.ok()) {
      return;
    }
    boolean inventory = oui == LldpOrganizations.TIA && subtype >= 5 && subtype <= 11;
    if (t.on()) {
      t.begin("organizationallySpecific");
      t.field("oui", HexFormat.of().toHexDigits(oui, 6));
      t.field("subtype", subtype);
    }
    if (inventory && subtype < 11) {
      text(m, x, observer, MED_TRAITS[subtype - 5], MED[subtype - 5], rest, INVENTORY);
    } else if (inventory) {
      if (t.on()) {
        transcribe(m, t, MED[subtype - 5], rest);
      }
    } else if (!LldpOrganizations.read(m, x, observer, oui, subtype, rest) && t.on()) {
      t.octets("information", m, rest);
    }
    if (t.on()) {
      t.close();
    }
  }
}
