package fr.vigie.samples;

/** Link, network and transport headers: Ethernet with an IEEE 802.1Q tag, ARP (RFC 826), IPv4 (RFC 791), UDP (RFC 768), TCP (RFC 9293). */
final class Frames {
  static final long BROADCAST = 0xFFFFFFFFFFFFL;
  static final int IPV4 = 0x0800;
  static final int ARP = 0x0806;
  static final int LLDP = 0x88CC;
  /** Octets before the IPv4 header: two addresses, tag, EtherType. */
  static final int IP_AT = 18;
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;
  /** Shortest tagged frame without its check sequence (IEEE 802.3 §4.2.3.3, with the tag of 802.1Q). */
  private static final int SHORTEST = 64;

  private Frames() {}

  static byte[] ethernet(long to, long from, int vlan, int etherType, byte[] payload) {
    Bytes b = new Bytes().u48(to).u48(from).u16(0x8100).u16(vlan).u16(etherType).raw(payload);
    return b.size() < SHORTEST ? b.zeros(SHORTEST - b.size()).octets() : b.octets();
  }

  /** ARP over Ethernet. Operation 1 request, 2 reply. */
  static byte[] arp(int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
    return new Bytes().u16(1).u16(IPV4).u8(6).u8(4).u16(operation).u48(senderMac).u32(senderIp).u48(targetMac).u32(targetIp).octets();
  }

  /** An IPv4 datagram without options, never fragmented; the identification is filled in by {@link Capture}. */
  static byte[] ipv4(int from, int to, int protocol, int ttl, byte[] payload) {
    byte[] h = new Bytes().u8(0x45).u8(0).u16(20 + payload.length).u16(0).u16(0x4000).u8(ttl).u8(protocol).u16(0).u32(from).u32(to)
        .octets();
    put(h, 10, checksum(h, 0, 20, 0));
    return new Bytes().raw(h).raw(payload).octets();
  }

  static byte[] udp(int from, int fromPort, int to, int toPort, byte[] payload) {
    byte[] d = new Bytes().u16(fromPort).u16(toPort).u16(8 + payload.length).u16(0).raw(payload).octets();
    int sum = checksum(d, 0, d.length, pseudo(from, to, 17, d.length));
    put(d, 6, sum == 0 ? 0xFFFF : sum);
    return d;
  }

  static byte[] tcp(int from, int fromPort, int to, int toPort, long seq, long ack, int flags, int window, byte[] payload) {
    Bytes b = new Bytes().u16(fromPort).u16(toPort).u32(seq).u32(ack);
    boolean syn = (flags & SYN) != 0;
    b.u8(syn ? 0x60 : 0x50).u8(flags).u16(window).u16(0).u16(0);
    if (syn) {
      b.u8(2).u8(4).u16(1460); // RFC 9293 §3.7.1: maximum segment size
    }
    byte[] s = b.raw(payload).octets();
    put(s, 16, checksum(s, 0, s.length, pseudo(from, to, 6, s.length)));
    return s;
  }

  /** RFC 1071: the Internet checksum of a range, begun from a partial sum. */
  static int checksum(byte[] data, int at, int length, long begun) {
    long sum = begun;
    for (int i = 0; i < length; i++) {
      sum += (long) (data[at + i] & 0xFF) << ((i & 1) == 0 ? 8 : 0);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (int) ~sum & 0xFFFF;
  }

  static void put(byte[] data, int at, int u16) {
    data[at] = (byte) (u16 >>> 8);
    data[at + 1] = (byte) u16;
  }

  private static long pseudo(int from, int to, int protocol, int length) {
    return (from >>> 16) + (from & 0xFFFF) + (to >>> 16) + (to & 0xFFFF) + protocol + (long) length;
  }
}
