package fr.vigie.sensor.wire;

import fr.vigie.sensor.observe.Cite;

/** What can be wrong with headers below the application, each with the clause it breaks; one counter and one kind of flaw apiece. */
public enum Breach {
  /** The frame ended inside a link, network or transport header, and the capture is not to blame. */
  HEADER_SHORT("header-short", "ethernet", new Cite("IEEE 802.3-2018", "3.2.7")),
  IPV4_VERSION("ip-version", "ipv4", new Cite("RFC 791", "3.1")),
  IPV4_HEADER_LENGTH("ip-header-length", "ipv4", new Cite("RFC 791", "3.1")),
  IPV4_TOTAL_LENGTH("ip-total-length", "ipv4", new Cite("RFC 791", "3.1")),
  IPV6_VERSION("ip-version", "ipv6", new Cite("RFC 8200", "3")),
  IPV6_PAYLOAD_LENGTH("ip-payload-length", "ipv6", new Cite("RFC 8200", "3")),
  /** More extension headers than a packet needs, or one that runs past the packet. */
  IPV6_EXTENSIONS("ip-extensions", "ipv6", new Cite("RFC 8200", "4")),
  /** A source address that is a group address. */
  GROUP_SOURCE("group-source", "ip", new Cite("RFC 1122", "3.2.1.3")),
  PPPOE_LENGTH("pppoe-length", "pppoe", new Cite("RFC 2516", "4")),
  UDP_LENGTH("udp-length", "udp", new Cite("RFC 768", "Fields")),
  TCP_OFFSET("tcp-offset", "tcp", new Cite("RFC 9293", "3.1")),
  /** SYN with FIN or RST. */
  TCP_FLAGS("tcp-flags", "tcp", new Cite("RFC 9293", "3.1")),
  /** Two segments carry different octets for the same place of the stream. */
  TCP_OVERLAP("tcp-overlap", "tcp", new Cite("RFC 9293", "3.10.7.4")),
  ARP_FORMAT("arp-format", "arp", new Cite("RFC 826", "Packet format")),
  ICMP_SHORT("icmp-short", "icmp", new Cite("RFC 792", "Message Formats")),
  ICMPV6_SHORT("icmp-short", "icmpv6", new Cite("RFC 4443", "2.1")),
  ND_OPTION("nd-option", "icmpv6", new Cite("RFC 4861", "4.6")),
  /** Fragments carry different octets for the same place. */
  FRAGMENT_OVERLAP("fragment-overlap", "ip", new Cite("RFC 5722", "4")),
  /** Fragments that add up to more than 65,535 octets. */
  FRAGMENT_LENGTH("fragment-length", "ip", new Cite("RFC 791", "3.2")),
  /** A first fragment too small for the transport header's ports or flags. */
  FRAGMENT_TINY("fragment-tiny", "ip", new Cite("RFC 1858", "3")),
  /** Tunnels within tunnels, more than any network has. */
  NESTING("nesting", "ip", new Cite("RFC 2473", "6.6"));

  private final String kind;
  private final String layer;
  private final Cite cite;

  Breach(String kind, String layer, Cite cite) {
    this.kind = kind;
    this.layer = layer;
    this.cite = cite;
  }

  /** Short name of the breach, the kind of its flaw. */
  public String kind() {
    return kind;
  }

  /** Name of the protocol it breaks. */
  public String layer() {
    return layer;
  }

  /** The clause. */
  public Cite cite() {
    return cite;
  }
}
