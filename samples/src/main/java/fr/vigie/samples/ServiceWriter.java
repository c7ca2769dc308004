package fr.vigie.samples;

/** The everyday services of a network: DHCP (RFC 2131), DNS and mDNS (RFC 1035, 6762), NTP (RFC 5905), LLDP (IEEE 802.1AB), VRRP (RFC 3768). */
final class ServiceWriter {
  static final int DISCOVER = 1;
  static final int OFFER = 2;
  static final int REQUEST = 3;
  static final int ACKNOWLEDGE = 5;
  /** 224.0.0.251. */
  static final int MDNS = 0xE00000FB;

  private ServiceWriter() {}

  /**
   * One DHCP message.
   *
   * @param type option 53
   * @param yours address given, or 0
   * @param mine the client's present address, or 0
   * @param relay the relay's address, or 0
   * @param server the server identifier, or 0
   * @param vendorClass option 60, or empty
   * @param gateway option 3 and option 6 in answers: the router and the name server, or 0
   */
  static byte[] dhcp(int type, int transaction, Host client, int mine, int yours, int relay, int server, String vendorClass, int gateway,
      int dns) {
    boolean answer = type == OFFER || type == ACKNOWLEDGE;
    Bytes b = new Bytes().u8(answer ? 2 : 1).u8(1).u8(6).u8(relay == 0 ? 0 : 1).u32(transaction & 0xFFFFFFFFL).u16(0).u16(0).u32(mine)
        .u32(yours).u32(0).u32(relay).u48(client.mac).zeros(10).zeros(192).u32(0x63825363L).u8(53).u8(1).u8(type);
    if (server != 0 && (answer || mine == 0 && type == REQUEST)) {
      b.u8(54).u8(4).u32(server);
    }
    if (answer) {
      b.u8(51).u8(4).u32(7200).u8(1).u8(4).u32(0xFFFFFF00L).u8(3).u8(4).u32(gateway).u8(6).u8(4).u32(dns);
    } else {
      byte[] name = new Bytes().text(client.name).octets();
      b.u8(12).u8(name.length).raw(name);
      if (!vendorClass.isEmpty()) {
        byte[] v = new Bytes().text(vendorClass).octets();
        b.u8(60).u8(v.length).raw(v);
      }
      if (type == REQUEST && mine == 0) {
        b.u8(50).u8(4).u32(yours == 0 ? client.ip : yours);
      }
      b.u8(55).u8(6).u8(1).u8(3).u8(6).u8(15).u8(42).u8(51);
    }
    b.u8(255);
    return b.size() < 300 ? b.zeros(300 - b.size()).octets() : b.octets();
  }

  static byte[] dnsQuestion(int id, String name) {
    return new Bytes().u16(id).u16(0x0100).u16(1).u16(0).u16(0).u16(0).raw(name(name)).u16(1).u16(1).octets();
  }

  static byte[] dnsAnswer(int id, String name, int address) {
    return new Bytes().u16(id).u16(0x8580).u16(1).u16(1).u16(0).u16(0).raw(name(name)).u16(1).u16(1).u16(0xC00C).u16(1).u16(1).u32(3600)
        .u16(4).u32(address).octets();
  }

  /** An mDNS announcement: a service, its instance and the host's address. */
  static byte[] mdns(String service, String instance, String host, int address) {
    byte[] target = name(instance + "." + service);
    return new Bytes().u16(0).u16(0x8400).u16(0).u16(2).u16(0).u16(0).raw(name(service)).u16(12).u16(1).u32(4500).u16(target.length)
        .raw(target).raw(name(host + ".local")).u16(1).u16(0x8001).u32(120).u16(4).u32(address).octets();
  }

  private static byte[] name(String dotted) {
    Bytes b = new Bytes();
    for (String label : dotted.split("\\.", -1)) {
      byte[] l = new Bytes().text(label).octets();
      b.u8(l.length).raw(l);
    }
    return b.u8(0).octets();
  }

  /** A client's question or, at stratum 1, a server's answer; times in ns since 1970. */
  static byte[] ntp(boolean server, long asked, long at) {
    Bytes b = new Bytes().u8(server ? 0x24 : 0x23).u8(server ? 1 : 3).u8(10).u8(0xEC).u32(server ? 0 : 0x0400).u32(0x0100)
        .raw(server ? new Bytes().text("GPS", 4).octets() : new byte[] {10, 0, 0, 1});
    return b.raw(stamp(at - 16_000_000_000L)).raw(server ? stamp(asked) : new byte[8]).raw(server ? stamp(at) : new byte[8])
        .raw(stamp(at)).octets();
  }

  private static byte[] stamp(long at) {
    long second = at / 1_000_000_000L;
    return new Bytes().u32(second + 2_208_988_800L).u32((at % 1_000_000_000L << 32) / 1_000_000_000L).octets();
  }

  /** One LLDP frame: chassis, port, time to live, names, capabilities (bridge), management address. */
  static byte[] lldp(Host h, String port, String description) {
    return new Bytes().raw(tlv(1, new Bytes().u8(4).u48(h.mac))).raw(tlv(2, new Bytes().u8(5).text(port)))
        .raw(tlv(3, new Bytes().u16(120))).raw(tlv(5, new Bytes().text(h.name))).raw(tlv(6, new Bytes().text(description)))
        .raw(tlv(7, new Bytes().u16(4).u16(4))).raw(tlv(8, new Bytes().u8(5).u8(1).u32(h.ip).u8(2).u32(1).u8(0))).u16(0).octets();
  }

  private static byte[] tlv(int type, Bytes value) {
    return new Bytes().u16(type << 9 | value.size()).raw(value.octets()).octets();
  }

  /** An advertisement of the master of a virtual router. */
  static byte[] vrrp(int router, int priority, int seconds, int address) {
    byte[] b = new Bytes().u8(0x21).u8(router).u8(priority).u8(1).u8(0).u8(seconds).u16(0).u32(address).zeros(8).octets();
    Frames.put(b, 6, Frames.checksum(b, 0, b.length, 0));
    return b;
  }
}
