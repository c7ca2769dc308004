package fr.vigie.sensor.flow;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

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
}
