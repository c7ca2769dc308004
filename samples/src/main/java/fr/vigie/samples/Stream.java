package fr.vigie.samples;

import fr.vigie.samples.Capture.Hop;
import fr.vigie.samples.Capture.Packet;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A capture that is written while it is made: frames wait until nothing earlier can come, hosts ask by ARP before they talk, and the file
 * is classic pcap with times in nanoseconds (draft-ietf-opsawg-pcap). It holds what waits, one ARP cache and a number per sender.
 */
final class Stream implements Tap {
  /** How long before a datagram its sender asks for the next hop: nothing is added earlier than this before the time of release, ns. */
  static final long AHEAD = 10_000_000L;

  private record Entry(long mac, int ip) {}

  private final OutputStream out;
  private final Random random;
  private final PriorityQueue<Packet> waiting =
      new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Integer.compare(a.order, b.order));
  private final Map<Entry, Long> fresh = new HashMap<>();
  private final Map<Integer, int[]> identification = new HashMap<>();
  private int order;
  private long written;

  Stream(OutputStream out, long seed) throws IOException {
    this.out = out;
    random = new Random(seed * 31 + 7);
    // magic of nanosecond times, version 2.4, no offset, whole frames, Ethernet
    out.write(new Bytes().little(0xA1B23C4DL, 4).little(2, 2).little(4, 2).little(0, 8).little(262_144, 4).little(1, 4).octets());
  }

  @Override
  public Packet add(long at, byte[] frame, @Nullable Hop hop) {
    if (hop != null && fresh.getOrDefault(new Entry(hop.fromMac(), hop.ip()), Long.MIN_VALUE) < at) {
      resolve(at, hop);
    }
    Packet p = new Packet(at, frame, order++, null);
    waiting.add(p);
    return p;
  }

  private void resolve(long at, Hop h) {
    boolean again = fresh.containsKey(new Entry(h.fromMac(), h.ip()));
    // a renewal asks the known address directly (RFC 1122 §2.3.2.1), a first question asks everybody
    add(at - 600_000, Frames.ethernet(again ? h.mac() : Frames.BROADCAST, h.fromMac(), h.vlan(), Frames.ARP,
        Frames.arp(1, h.fromMac(), h.fromIp(), 0, h.ip())), null);
    add(at - 300_000, Frames.ethernet(h.fromMac(), h.mac(), h.vlan(), Frames.ARP, Frames.arp(2, h.mac(), h.ip(), h.fromMac(), h.fromIp())), null);
    // who keeps talking is confirmed by that, and asks again only now and then
    fresh.put(new Entry(h.fromMac(), h.ip()), at + (1200L + random.nextInt(1800)) * 1_000_000_000L);
    fresh.merge(new Entry(h.mac(), h.fromIp()), at + (1200L + random.nextInt(1200)) * 1_000_000_000L, Math::max);
  }

  /** Forgets what this host had resolved: it starts again. */
  void forget(Host h) {
    fresh.keySet().removeIf(e -> e.mac == h.mac);
  }

  /** Writes everything before a time; nothing earlier may be added afterwards. */
  void release(long until) throws IOException {
    for (Packet p = waiting.peek(); p != null && p.at < until; p = waiting.peek()) {
      waiting.remove();
      byte[] f = p.frame;
      if (f[16] == 0x08 && f[17] == 0) {
        number(f);
      }
      out.write(new Bytes().little(p.at / 1_000_000_000L, 4).little(p.at % 1_000_000_000L, 4).little(f.length, 4).little(f.length, 4).raw(f)
          .octets());
      written++;
    }
  }

  /** Packets written so far. */
  long written() {
    return written;
  }

  private void number(byte[] f) {
    int from = (f[30] & 0xFF) << 24 | (f[31] & 0xFF) << 16 | (f[32] & 0xFF) << 8 | (f[33] & 0xFF);
    int[] next = identification.computeIfAbsent(from, ip -> new int[] {ip * 0x9E3779B1 >>> 16});
    Frames.put(f, Frames.IP_AT + 4, ++next[0] & 0xFFFF);
    Frames.put(f, Frames.IP_AT + 10, 0);
    Frames.put(f, Frames.IP_AT + 10, Frames.checksum(f, Frames.IP_AT, 20, 0));
  }
}
