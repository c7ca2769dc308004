package fr.vigie.inventory.asset;

import fr.vigie.inventory.asset.ChurnMonth.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The packets that devices of {@link ChurnMonth} send within an hour, as a capture file: leases asked for and renewed (RFC 2131), ARP, BACnet/IP
 * with I-Am, names and what comes through BACnet routers (135 6, 20.1, J), LLDP (802.1AB), VRRP (RFC 3768). Written from the standards; it knows
 * nothing of the sensor.
 */
final class ChurnHour {
  private static final long BROADCAST = 0xFFFFFFFFFFFFL;
  private static final long LLDP = 0x0180C200000EL;
  private static final long VRRP = 0x01005E000012L;
  private static final int BACNET = 47_808;
  private static final int DEVICE = 8;
  private static final int OBJECT_NAME = 77;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream(8 << 20);
  private int exchange;
  int packets;

  ChurnHour() {
    // pcap with nanoseconds, Ethernet
    file.writeBytes(ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(0xA1B23C4D).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0)
        .putInt(65_535).putInt(1).array());
  }

  void write(Path to) throws IOException {
    Files.write(to, file.toByteArray());
  }

  /** A client asks its server for the address again, which it has, or for the first time, which it then gets. */
  void lease(long at, Device host, boolean first, Device server, String name) {
    int id = ++exchange;
    byte[] asked = bootp(1, id, first ? 0 : host.ip, 0, host.mac, b -> {
      option(b, 53, 3);
      if (first) {
        b.put((byte) 50).put((byte) 4).putInt((int) host.ip);
      }
      b.put((byte) 12).put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
    });
    udp(at, first ? BROADCAST : server.mac, host.mac, first ? 0 : host.ip, first ? 0xFFFFFFFFL : server.ip, 68, 67, asked);
    byte[] given = bootp(2, id, first ? 0 : host.ip, host.ip, host.mac, b -> {
      option(b, 53, 5);
      b.put((byte) 54).put((byte) 4).putInt((int) server.ip);
      b.put((byte) 51).put((byte) 4).putInt(86_400);
    });
    udp(at + 1_000_000, host.mac, server.mac, server.ip, host.ip, 67, 68, given);
  }

  /** Somebody asks for the address of another: everybody hears who holds which. */
  void arp(long at, long ip, long mac, long wanted) {
    arp(at, BROADCAST, 1, ip, mac, wanted, 0);
  }

  /** Somebody answers for an address, its own or another's. */
  void answer(long at, long ip, long mac, long toIp, long toMac) {
    arp(at, toMac, 2, ip, mac, toIp, toMac);
  }

  /** A BACnet device announces itself. */
  void iAm(long at, Device d) {
    udp(at, BROADCAST, d.mac, d.ip, d.ip | 0xFFFF, BACNET, BACNET, bvlc(0x0B, b -> iAm(b.put((byte) 1).put((byte) 0), d.instance)));
  }

  /** A device behind a router announces itself: the router says where it stands. */
  void iAm(long at, Device child, int network) {
    Device router = child.router;
    udp(at, BROADCAST, router.mac, router.ip, router.ip | 0xFFFF, BACNET, BACNET, bvlc(0x0B, b -> iAm(b.put((byte) 1).put((byte) 8).putShort((short) network)
        .put((byte) 1).put((byte) child.station), child.instance)));
  }

  /** A router says which network it leads to. */
  void iAmRouter(long at, Device router, int network) {
    udp(at, BROADCAST, router.mac, router.ip, router.ip | 0xFFFF, BACNET, BACNET, bvlc(0x0B, b -> b.put((byte) 1).put((byte) 0x80).put((byte) 1).putShort((short) network)));
  }

  /** A device is asked for its name and says it. */
  void name(long at, Device asking, int port, long firstHop, Device asked, String name) {
    int id = ++exchange & 0xFF;
    udp(at, asked.mac, firstHop, asking.ip, asked.ip, port, BACNET, bvlc(0x0A, b -> b.put((byte) 1).put((byte) 4).put((byte) 0).put((byte) 5).put((byte) id)
        .put((byte) 12).put((byte) 0x0C).putInt(DEVICE << 22 | asked.instance).put((byte) 0x19).put((byte) OBJECT_NAME)));
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    udp(at + 2_000_000, firstHop, asked.mac, asked.ip, asking.ip, BACNET, port, bvlc(0x0A, b -> b.put((byte) 1).put((byte) 0).put((byte) 0x30).put((byte) id)
        .put((byte) 12).put((byte) 0x0C).putInt(DEVICE << 22 | asked.instance).put((byte) 0x19).put((byte) OBJECT_NAME).put((byte) 0x3E).put((byte) 0x75)
        .put((byte) (text.length + 1)).put((byte) 0).put(text).put((byte) 0x3F)));
  }

  /** A device with several interfaces names the one that it is known by. */
  void lldp(long at, long from, long chassis) {
    ByteBuffer b = ByteBuffer.allocate(24);
    b.putShort((short) (1 << 9 | 7)).put((byte) 4);
    mac(b, chassis);
    b.putShort((short) (2 << 9 | 7)).put((byte) 3);
    mac(b, from);
    b.putShort((short) (3 << 9 | 2)).putShort((short) 120).putShort((short) 0);
    frame(at, LLDP, from, 0x88CC, b.array());
  }

  /** The active router of a pair says that it is. */
  void vrrp(long at, Device router, long virtualMac, long virtual) {
    ByteBuffer b = ByteBuffer.allocate(20);
    b.put((byte) 0x21).put((byte) 1).put((byte) 100).put((byte) 1).put((byte) 0).put((byte) 1).putShort((short) 0).putInt((int) virtual).putLong(0);
    b.putShort(6, checksum(b.array(), 20));
    ip(at, VRRP, virtualMac, router.ip, 0xE0000012L, 112, 255, b.array());
  }

  private static void iAm(ByteBuffer b, int instance) {
    b.put((byte) 0x10).put((byte) 0).put((byte) 0xC4).putInt(DEVICE << 22 | instance).put((byte) 0x22).putShort((short) 1476).put((byte) 0x91).put((byte) 3)
        .put((byte) 0x21).put((byte) 7);
  }

  private static byte[] bvlc(int function, Consumer<ByteBuffer> body) {
    ByteBuffer b = ByteBuffer.allocate(256);
    b.put((byte) 0x81).put((byte) function).putShort((short) 0);
    body.accept(b);
    b.putShort(2, (short) b.position());
    return written(b);
  }

  private static byte[] bootp(int operation, int id, long client, long yours, long mac, Consumer<ByteBuffer> options) {
    ByteBuffer b = ByteBuffer.allocate(400);
    b.put((byte) operation).put((byte) 1).put((byte) 6).put((byte) 0).putInt(id).putInt(0).putInt((int) client).putInt((int) yours).putLong(0);
    mac(b, mac);
    b.position(236);
    b.putInt(0x63825363);
    options.accept(b);
    b.put((byte) 255);
    return written(b);
  }

  private static void option(ByteBuffer b, int option, int value) {
    b.put((byte) option).put((byte) 1).put((byte) value);
  }

  private void arp(long at, long to, int operation, long ip, long mac, long wanted, long wantedMac) {
    ByteBuffer b = ByteBuffer.allocate(46);
    b.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4).putShort((short) operation);
    mac(b, mac);
    b.putInt((int) ip);
    mac(b, wantedMac);
    b.putInt((int) wanted);
    frame(at, to, mac, 0x0806, b.array());
  }

  private void udp(long at, long to, long from, long source, long target, int sourcePort, int targetPort, byte[] payload) {
    // RFC 768: a checksum of zero says that there is none
    ip(at, to, from, source, target, 17, 64, ByteBuffer.allocate(8 + payload.length).putShort((short) sourcePort).putShort((short) targetPort)
        .putShort((short) (8 + payload.length)).putShort((short) 0).put(payload).array());
  }

  private void ip(long at, long to, long from, long source, long target, int protocol, int hops, byte[] payload) {
    ByteBuffer b = ByteBuffer.allocate(20 + payload.length);
    b.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length)).putShort((short) ++exchange).putShort((short) 0).put((byte) hops)
        .put((byte) protocol).putShort((short) 0).putInt((int) source).putInt((int) target).put(payload);
    b.putShort(10, checksum(b.array(), 20));
    frame(at, to, from, 0x0800, b.array());
  }

  private void frame(long at, long to, long from, int type, byte[] payload) {
    ByteBuffer b = ByteBuffer.allocate(Math.max(60, 14 + payload.length));
    mac(b, to);
    mac(b, from);
    b.putShort((short) type).put(payload);
    ByteBuffer head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt((int) (at / 1_000_000_000)).putInt((int) (at % 1_000_000_000)).putInt(b.capacity()).putInt(b.capacity());
    file.writeBytes(head.array());
    file.writeBytes(b.array());
    packets++;
  }

  /** RFC 1071. */
  private static short checksum(byte[] octets, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += (octets[i] & 0xFF) << 8 | octets[i + 1] & 0xFF;
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return (short) ~((sum & 0xFFFF) + (sum >>> 16));
  }

  private static void mac(ByteBuffer b, long mac) {
    b.putShort((short) (mac >> 32)).putInt((int) mac);
  }

  private static byte[] written(ByteBuffer b) {
    byte[] all = new byte[b.position()];
    b.flip().get(all);
    return all;
  }
}
