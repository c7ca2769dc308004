package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;

/**
 * ARP for IPv4 on Ethernet (RFC 826; announcements and probes RFC 5227; operations RFC 5494).
 *
 * <pre>
 * | hardware type u16 = 1 or 6 | protocol type u16 = 0x0800 | lengths u8 = 6, u8 = 4 | operation u16 |
 * | sender hardware 6 | sender protocol 4 | target hardware 6 | target protocol 4 |
 * </pre>
 *
 * The binding itself is a sighting, told by the flow layer, and two holders of one address are for the inventory to find. Here are the
 * announcements that nobody asked for, which is how an address is taken over, and what contradicts itself. ARP of other hardware is a flaw
 * of the headers; whether a reply was asked for is not judged, since a mirror port may not show the question.
 */
final class Arp implements Dissector {
  private static final Cite FORMAT = new Cite("RFC 826", "Packet format");
  private static final Cite GENERATION = new Cite("RFC 826", "Packet Generation");
  private static final Cite OPERATIONS = new Cite("RFC 5494", "3");
  private static final Cite ANNOUNCEMENT = new Cite("RFC 5227", "2.3");
  private static final Cite GROUP = new Cite("RFC 1812", "3.3.2");
  private static final Cite GROUP_ADDRESS = new Cite("RFC 1122", "3.2.1.3");

  /** RFC 5494 §3 and the registry it opens: 0 and what lies beyond are reserved. */
  private static final String[] OPERATION_NAMES = {"operation 0", "request", "reply", "rarp request", "rarp reply", "drarp request",
      "drarp reply", "drarp error", "inarp request", "inarp reply"};

  private static final int LAST_OPERATION = 25;
  private static final int NEWS_ANNOUNCE = 1;
  private static final int AGAIN_SECONDS = 600;

  @Override
  public String name() {
    return "arp";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("ARP",
        "RFC 826, RFC 5227, RFC 5494",
        "requests, replies, probes and announcements of IPv4 addresses on Ethernet; what contradicts itself",
        "hardware other than Ethernet; whether a reply was asked for",
        "tshark, captures and messages");
  }

  @Override
  public Transport transport() {
    return Transport.ETHERNET;
  }

  @Override
  public int[] ports() {
    return new int[] {0x0806};
  }

  /** What is under its EtherType is nobody else's; the flow layer gives it only what binds IPv4 to MAC addresses. */
  @Override
  public int frame(Cursor m, Exchange x) {
    return m.wireLength() == 28 ? 28 : NOT_MINE;
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int hardware = m.u16();
    int over = m.u16();
    int hardwareOctets = m.u8();
    int protocolOctets = m.u8();
    int operation = m.u16();
    long senderMac = m.u48();
    long sender = m.u32();
    long targetMac = m.u48();
    long target = m.u32();
    boolean gratuitous = sender == target && sender != 0 && (operation == 1 || operation == 2);
    String named = gratuitous ? "announcement" : operation == 1 && sender == 0 ? "probe"
        : operation < OPERATION_NAMES.length ? OPERATION_NAMES[operation] : "operation unknown";
    if (t.on()) {
      t.message("arp", named);
      t.field("hardwareType", hardware);
      t.field("protocolType", over);
      t.field("hardwareAddressLength", hardwareOctets);
      t.field("protocolAddressLength", protocolOctets);
      t.field("operation", operation);
      t.field("senderHardwareAddress", Endpoint.macText(senderMac));
      t.field("senderProtocolAddress", Endpoint.ipText(4, 0, sender));
      t.field("targetHardwareAddress", Endpoint.macText(targetMac));
      t.field("targetProtocolAddress", Endpoint.ipText(4, 0, target));
      t.end();
    }
    if (!m.ok()) {
      return;
    }
    if (operation == 0 || operation > LAST_OPERATION) {
      o.flaw(x, OPERATIONS, "operation", 6, 28);
      return;
    }
    boolean group = (senderMac >>> 40 & 1) == 1;
    if (group) {
      o.flaw(x, GROUP, "group hardware address", 8, 28);
    } else if (senderMac != x.source().mac() && (operation == 1 || operation == 2) && !shared(senderMac)) {
      // a bridge for wireless stations and a proxy do so too: a contradiction, not yet an attack
      o.flaw(x, GENERATION, "sender is not the frame's", 8, 28);
    }
    if (sender >>> 28 == 0xE || sender == 0xFFFFFFFFL) {
      o.flaw(x, GROUP_ADDRESS, "group protocol address", 14, 28);
    } else if (gratuitous && !group && x.news(x.source(), NEWS_ANNOUNCE, senderMac << 16 ^ sender, AGAIN_SECONDS)) {
      String address = Endpoint.ipText(4, 0, sender);
      o.see(Acts.act(x, "arp", ANNOUNCEMENT, Verb.ANNOUNCE, named, new Point.Named("address", address), null,
          "at " + Endpoint.macText(senderMac), Outcome.UNCONFIRMED));
    }
  }

  /** RFC 9568 §8.1.2 and HSRP: a virtual router answers with its own MAC address in frames that may bear a real one. */
  private static boolean shared(long mac) {
    return mac >>> 8 == 0x00005E0001L || mac >>> 8 == 0x00000C07ACL || mac >>> 12 == 0x00000C9FFL || mac >>> 16 == 0x0007B400L;
  }

  @Override
  public Cite cite() {
    return FORMAT;
  }
}
