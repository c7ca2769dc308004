package fr.vigie.sensor.flow;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Frames for tests, built by hand from the clauses: addresses are the last octet of 10.0.0.x and 02:00:00:00:00:xx. */
public final class Frames {
  private Frames() {}

  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  public static byte[] u16(int value) {
    return new byte[] {(byte) (value >>> 8), (byte) value};
  }

  public static byte[] u32(int value) {
    return join(u16(value >>> 16), u16(value));
  }

  public static byte[] mac(int last) {
    return last == 255 ? hex("ffffffffffff") : new byte[] {2, 0, 0, 0, 0, (byte) last};
  }

  public static byte[] address(int last) {
    return new byte[] {10, 0, 0, (byte) last};
  }

  public static byte[] ethernet(int from, int to, int type, byte[] payload) {
    return join(mac(to), mac(from), u16(type), payload);
  }

  public static byte[] tagged(int from, int to, int vlan, int type, byte[] payload) {
    return join(mac(to), mac(from), u16(0x8100), u16(vlan), u16(type), payload);
  }

  public static byte[] ipv4(int from, int to, int protocol, byte[] payload) {
    return ipv4(from, to, protocol, 0, 0, 64, payload);
  }

  public static byte[] ipv4(int from, int to, int protocol, int identification, int fragment, int ttl, byte[] payload) {
    return join(new byte[] {0x45, 0}, u16(20 + payload.length), u16(identification), u16(fragment),
        new byte[] {(byte) ttl, (byte) protocol, 0, 0}, address(from), address(to), payload);
  }

  public static byte[] ipv6(int from, int to, int next, byte[] payload) {
    return join(hex("60000000"), u16(payload.length), new byte[] {(byte) next, (byte) 255}, hex("fd00000000000000000000000000"), u16(from),
        hex("fd00000000000000000000000000"), u16(to), payload);
  }

  public static byte[] udp(int from, int to, byte[] payload) {
    return join(u16(from), u16(to), u16(8 + payload.length), u16(0), payload);
  }

  public static byte[] tcp(int from, int to, int sequence, int flags, byte[] payload) {
    return join(u16(from), u16(to), u32(sequence), u32(0), new byte[] {0x50, (byte) flags}, u16(8192), u16(0), u16(0), payload);
  }

  public static byte[] udpFrame(int from, int fromPort, int to, int toPort, byte[] payload) {
    return ethernet(from, to, 0x0800, ipv4(from, to, 17, udp(fromPort, toPort, payload)));
  }

  public static byte[] tcpFrame(int from, int fromPort, int to, int toPort, int sequence, int flags, String payload) {
    return ethernet(from, to, 0x0800, ipv4(from, to, 6, tcp(fromPort, toPort, sequence, flags, hex(payload))));
  }

  public static byte[] arp(int operation, int senderMac, int senderIp, int targetIp) {
    return ethernet(senderMac, operation == 1 ? 255 : targetIp, 0x0806,
        join(hex("0001080006 04"), u16(operation), mac(senderMac), address(senderIp), new byte[6], address(targetIp)));
  }

  private static final byte[] TOY = {0x55, 4, 1, 7};

  /** A frame of a kind, and the link type it needs. */
  public record Kind(int link, byte[] frame) {}

  /** A frame of every kind that the sensor takes apart, with a datagram of {@link Toys} in it. */
  public static Map<String, Kind> kinds() {
    Map<String, Kind> k = new LinkedHashMap<>();
    byte[] ip = ipv4(1, 2, 17, udp(50000, 7000, TOY));
    k.put("ethernet UDP", new Kind(1, udpFrame(1, 50000, 2, 7000, TOY)));
    k.put("ethernet TCP", new Kind(1, tcpFrame(1, 50000, 2, 7001, 11, 24, "0006abcd01020304")));
    k.put("VLAN", new Kind(1, tagged(1, 2, 30, 0x0800, ip)));
    k.put("QinQ", new Kind(1, join(mac(2), mac(1), hex("88a800648100001e0800"), ip)));
    k.put("ARP", new Kind(1, arp(1, 1, 1, 2)));
    k.put("LLC", new Kind(1, ethernet(1, 2, 10, hex("42420300000000000000"))));
    k.put("SNAP", new Kind(1, ethernet(1, 2, ip.length + 8, join(hex("aaaa030000000800"), ip))));
    k.put("IPv6 UDP", new Kind(1, ethernet(1, 2, 0x86DD, ipv6(1, 2, 17, udp(50000, 7000, TOY)))));
    k.put("IPv6 extensions",
        new Kind(1, ethernet(1, 2, 0x86DD, ipv6(1, 2, 0, join(hex("3c00010400000000 1100010400000000"), udp(50000, 7000, TOY))))));
    k.put("IPv6 fragment", new Kind(1, ethernet(1, 2, 0x86DD, ipv6(1, 2, 44, join(hex("1100000100000009"), udp(50000, 7000, TOY), TOY)))));
    k.put("IPv4 fragment", new Kind(1, ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 9, 0x2000, 64, join(udp(50000, 7000, TOY), TOY)))));
    k.put("neighbour solicitation",
        new Kind(1, ethernet(1, 2, 0x86DD, ipv6(1, 2, 58, join(hex("8700000000000000 fd000000000000000000000000000002 0101"), mac(1))))));
    k.put("ICMP unreachable", new Kind(1, ethernet(2, 1, 0x0800, ipv4(2, 1, 1, join(hex("0303000000000000"), ip)))));
    k.put("ICMPv6 unreachable",
        new Kind(1, ethernet(2, 1, 0x86DD, ipv6(2, 1, 58, join(hex("0104000000000000"), ipv6(1, 2, 17, udp(50000, 7000, TOY)))))));
    k.put("VXLAN", new Kind(1, udpFrame(8, 1, 9, 4789, join(hex("0800000000000100"), udpFrame(1, 50000, 2, 7000, TOY)))));
    k.put("GRE", new Kind(1, ethernet(8, 9, 0x0800, ipv4(8, 9, 47, join(hex("30000800 00000001 00000002"), ip)))));
    k.put("MPLS", new Kind(1, ethernet(8, 9, 0x8847, join(hex("0001004000010140"), ip))));
    k.put("PPPoE", new Kind(1, ethernet(8, 9, 0x8864, join(hex("1100000100220021"), ip))));
    k.put("local protocol", new Kind(1, ethernet(1, 2, 0x88B5, TOY)));
    k.put("cooked", new Kind(113, join(hex("00000001000602000000000100000800"), ip)));
    k.put("cooked 2", new Kind(276, join(hex("0800000000000001000100060200000000010000"), ip)));
    k.put("raw", new Kind(101, ip));
    k.put("null", new Kind(0, join(hex("02000000"), ip)));
    k.put("loop", new Kind(108, join(hex("00000002"), ip)));
    return k;
  }
}
