package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;

/**
 * What organisations add to LLDP (IEEE 802.1AB-2016 §8.6: {@code | OUI 3 | subtype u8 | information |}): VLANs and aggregation of IEEE 802.1
 * (802.1Q-2018 annex D), medium and power of IEEE 802.3 (802.3-2018 clause 79), the media endpoints of TIA-1057, and PROFINET (IEC 61158-6-10,
 * LLDP_PNIO). Others are shown by their octets.
 *
 * <pre>
 * 00-80-C2: 1 | VLAN u16 |   2 | flags u8 | VLAN u16 |   3 | VLAN u16 | length u8 | name |   4 | length u8 | protocol |   5 | digest u32 |
 *           6 | VLAN u16 |   7 | status u8 | port u32 |
 * 00-12-0F: 1 | negotiation u8 | capabilities u16 | MAU u16 |   2 | support u8 | pairs u8 | class u8 | type u8 | requested u16 | allocated u16 |
 *           3 | status u8 | port u32 |   4 | frame size u16 |   5 | wake times u16 × 5 |
 * 00-12-BB: 1 | capabilities u16 | class u8 |   2 | application u8 | U T X 1 each, VLAN 12, priority 3, DSCP 6 |   3 | format u8 | location |
 *           4 | type 2 bits, source 2, priority 4 | 0.1 W u16 |
 * 00-0E-CF: 1 | delays u32 × 5 |   2 | class 2 status u16 | class 3 status u16 |   4 | ring UUID 16 | status u16 |   5 | MAC address 6 |
 *           6 | clock master 6 | subdomain 16 | data 16 | periods u32 × 4 |
 * </pre>
 */
final class LldpOrganizations {
  static final int IEEE_802_1 = 0x0080C2;
  static final int IEEE_802_3 = 0x00120F;
  static final int TIA = 0x0012BB;
  static final int PROFINET = 0x000ECF;

  private static final Cite PORT_VLAN = new Cite("IEEE 802.1Q-2018", "D.2.1");
  private static final Cite VLAN_NAME = new Cite("IEEE 802.1Q-2018", "D.2.3");
  private static final Cite CLASS = new Cite("ANSI/TIA-1057", "10.2.2.2");
  private static final Cite POLICY = new Cite("ANSI/TIA-1057", "10.2.3");
  private static final Cite PNIO = new Cite("IEC 61158-6-10", "LLDP_PNIO");

  /** Kinds of news, beside those of {@link Lldp}, which are the ordinals of traits. */
  private static final int NEWS_PORT_VLAN = 201;

  private static final int NEWS_VLAN_NAME = 202;
  private static final int NEWS_CLASS = 203;
  private static final int NEWS_VOICE = 204;
  private static final int NEWS_PROFINET = 205;

  private LldpOrganizations() {}

  /**
   * Reads what is known.
   *
   * @return whether it was; else nothing was read
   */
  static boolean read(Cursor m, Exchange x, Observer o, int oui, int subtype, int length) {
    return switch (oui) {
      case IEEE_802_1 -> bridges(m, x, o, subtype, length);
      case IEEE_802_3 -> ethernet(m, o.transcript(), subtype, length);
      case TIA -> endpoint(m, x, o, subtype, length);
      case PROFINET -> profinet(m, x, o, subtype);
      default -> false;
    };
  }

  private static boolean bridges(Cursor m, Exchange x, Observer o, int subtype, int length) {
    Transcript t = o.transcript();
    switch (subtype) {
      case 1 -> {
        int vlan = m.u16();
        t.field("portVlan", vlan);
        // D.2.1: 0 says that there is none
        if (m.ok() && vlan != 0 && x.news(x.source(), NEWS_PORT_VLAN, vlan, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.BANNER, "port-vlan=" + vlan, PORT_VLAN);
        }
      }
      case 2 -> {
        t.field("portProtocolFlags", m.u8());
        t.field("portProtocolVlan", m.u16());
      }
      case 3 -> {
        int vlan = m.u16();
        int octets = m.u8();
        t.field("vlan", vlan);
        boolean news = octets <= m.remaining() && x.news(x.source(), NEWS_VLAN_NAME, m.digest(octets) * 31 + vlan, Exchange.FOREVER);
        if (news || t.on()) {
          String name = m.text(octets);
          t.field("vlanName", name);
          if (news && m.ok()) {
            o.claim(x, x.source(), Trait.BANNER, "vlan-name=" + vlan + " " + name.replace("\0", ""), VLAN_NAME);
          }
        }
      }
      case 4 -> {
        int octets = m.u8();
        if (t.on()) {
          t.octets("protocolIdentity", m, octets);
        }
      }
      case 5 -> t.field("vlanDigest", m.u32());
      case 6 -> t.field("managementVlan", m.u16());
      case 7 -> aggregation(m, t);
      default -> {
        return false;
      }
    }
    return length > 0;
  }

  private static void aggregation(Cursor m, Transcript t) {
    t.field("aggregationStatus", m.u8());
    t.field("aggregationPort", m.u32());
  }

  private static boolean ethernet(Cursor m, Transcript t, int subtype, int length) {
    switch (subtype) {
      case 1 -> {
        t.field("autoNegotiation", m.u8());
        t.field("advertisedCapabilities", m.u16());
        t.field("operationalMau", m.u16());
      }
      case 2 -> {
        t.field("powerSupport", m.u8());
        t.field("powerPairs", m.u8());
        t.field("powerClass", m.u8());
        if (length >= 8) {
          t.field("powerType", m.u8());
          t.field("powerRequested", m.u16());
          t.field("powerAllocated", m.u16());
        }
      }
      case 3 -> aggregation(m, t);
      case 4 -> t.field("maximumFrameSize", m.u16());
      case 5 -> {
        t.field("transmitWakeTime", m.u16());
        t.field("receiveWakeTime", m.u16());
        t.field("fallbackReceiveWakeTime", m.u16());
        t.field("echoTransmitWakeTime", m.u16());
        t.field("echoReceiveWakeTime", m.u16());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean endpoint(Cursor m, Exchange x, Observer o, int subtype, int length) {
    Transcript t = o.transcript();
    switch (subtype) {
      case 1 -> {
        t.field("medCapabilities", m.u16());
        int kind = m.u8();
        t.field("medClass", kind);
        // §10.2.2.2: 1 to 3 are endpoints, 4 is the network's side
        if (m.ok() && kind >= 1 && kind <= 3 && x.news(x.source(), NEWS_CLASS, kind, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.BANNER, "lldp-med-class=" + kind, CLASS);
        }
      }
      case 2 -> {
        int application = m.u8();
        int bits = m.u24();
        int vlan = bits >>> 9 & 0xFFF;
        t.field("policyApplication", application);
        t.field("policyUnknown", bits >>> 23);
        t.field("policyTagged", bits >>> 22 & 1);
        t.field("policyVlan", vlan);
        t.field("policyPriority", bits >>> 6 & 7);
        t.field("policyDscp", bits & 0x3F);
        if (m.ok() && application == 1 && vlan != 0 && x.news(x.source(), NEWS_VOICE, vlan, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.BANNER, "voice-vlan=" + vlan, POLICY);
        }
      }
      case 3 -> {
        int format = m.u8();
        t.field("locationFormat", format);
        if (t.on()) {
          t.octets("location", m, length - 1);
        }
      }
      case 4 -> {
        int bits = m.u8();
        t.field("medPowerType", bits >>> 6);
        t.field("medPowerSource", bits >>> 4 & 3);
        t.field("medPowerPriority", bits & 0xF);
        t.field("medPowerValue", m.u16());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean profinet(Cursor m, Exchange x, Observer o, int subtype) {
    Transcript t = o.transcript();
    switch (subtype) {
      case 1 -> {
        t.field("receiveDelayLocal", m.u32());
        t.field("receiveDelayRemote", m.u32());
        t.field("transmitDelayLocal", m.u32());
        t.field("transmitDelayRemote", m.u32());
        t.field("cableDelay", m.u32());
      }
      case 2 -> {
        t.field("class2PortStatus", m.u16());
        t.field("class3PortStatus", m.u16());
      }
      case 4 -> {
        if (t.on()) {
          t.octets("ringDomain", m, 16);
        }
        m.skip(16);
        t.field("ringPortStatus", m.u16());
      }
      case 5 -> {
        long mac = m.u48();
        if (t.on()) {
          t.field("chassisMac", Endpoint.macText(mac));
        }
        if (m.ok() && mac != 0 && x.news(x.source(), Trait.MAC.ordinal(), mac, Exchange.FOREVER)) {
          o.claim(x, x.source(), Trait.MAC, Endpoint.macText(mac), PNIO);
        }
      }
      case 6 -> {
        long master = m.u48();
        if (t.on()) {
          t.field("clockMaster", Endpoint.macText(master));
          t.octets("subdomain", m, 16);
        }
        m.skip(32);
        t.field("lengthOfPeriod", m.u32());
        t.field("redPeriod", m.u32());
        t.field("orangePeriod", m.u32());
        t.field("greenPeriod", m.u32());
      }
      default -> {
        return false;
      }
    }
    if (m.ok() && x.news(x.source(), NEWS_PROFINET, 0, Exchange.FOREVER)) {
      o.claim(x, x.source(), Trait.SERVICE, "ethernet/0x8892 profinet", PNIO);
    }
    return true;
  }
}
