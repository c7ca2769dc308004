package fr.vigie.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the mirror port saw. Packets come in any order; {@link #finish} sorts them by time, lets every host ask by ARP before it
 * talks, and numbers datagrams per sender. Math only on the packets' own times: the same packets make the same file.
 */
final class Capture implements Tap {
  private final List<Packet> packets = new ArrayList<>();
  private final List<Statistics> statistics = new ArrayList<>();

  /**
   * What the writer says of an interface.
   *
   * @param at ns since 1970
   * @param port number of the interface
   * @param received frames that it received since the beginning
   * @param dropped frames that it had no room for
   */
  private record Statistics(long at, int port, long received, long dropped) {}

  /** One packet. */
  static final class Packet {
    final long at;
    final byte[] frame;
    final int order;
    final @Nullable Hop hop;
    /** The interface that showed it. */
    int port;
    /** What it is a copy of, octet by octet, or null. */
    private @Nullable Packet original;
    private int index = -1;

    Packet(long at, byte[] frame, int order, @Nullable Hop hop) {
      this.at = at;
      this.frame = frame;
      this.order = order;
      this.hop = hop;
    }

    /** Its place in the file, from 0; known after {@link Capture#finish}. */
    int index() {
      return index;
    }
  }

  /** The next hop of a unicast datagram: what its sender must have resolved. */
  record Hop(int vlan, long fromMac, int fromIp, long mac, int ip) {}

  @Override
  public Packet add(long at, byte[] frame, @Nullable Hop hop) {
    Packet p = new Packet(at, frame, packets.size(), hop);
    packets.add(p);
    return p;
  }

  /** The same frame once more, on an interface. */
  Packet copy(Packet original, long later, int port) {
    Packet p = add(original.at + later, original.frame, null);
    p.original = original;
    p.port = port;
    return p;
  }

  /** The writer says what it counted of an interface. */
  void statistics(long at, int port, long received, long dropped) {
    statistics.add(new Statistics(at, port, received, dropped));
  }

  /** Frames that the writer said so far an interface had no room for. */
  long dropped(int port) {
    return statistics.stream().filter(s -> s.port == port).mapToLong(Statistics::dropped).max().orElse(0);
  }

  int size() {
    return packets.size();
  }

  List<Packet> packets() {
    return packets;
  }

  /** Puts the packets in their final order. No packet may be added afterwards. */
  void finish(long seed) {
    sort();
    resolve(new Random(seed * 31 + 7));
    sort();
    Map<Integer, Integer> identification = new HashMap<>();
    for (int i = 0; i < packets.size(); i++) {
      Packet p = packets.get(i);
      p.index = i;
      byte[] f = p.frame;
      if (p.original == null && (f[16] & 0xFF) == 0x08 && f[17] == 0) {
        int from = (f[30] & 0xFF) << 24 | (f[31] & 0xFF) << 16 | (f[32] & 0xFF) << 8 | (f[33] & 0xFF);
        int id = identification.merge(from, 1, Integer::sum) + (from * 0x9E3779B1 >>> 16);
        Frames.put(f, Frames.IP_AT + 4, id);
        Frames.put(f, Frames.IP_AT + 10, 0);
        Frames.put(f, Frames.IP_AT + 10, Frames.checksum(f, Frames.IP_AT, 20, 0));
      }
    }
  }

  private void sort() {
    packets.sort((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Integer.compare(a.order, b.order));
  }

  /** Asks and answers by ARP where a sender has not resolved its next hop within the last minutes. */
  private void resolve(Random random) {
    record Entry(long mac, int ip) {}
    Map<Entry, Long> fresh = new HashMap<>();
    Set<Entry> asked = new HashSet<>();
    for (Packet p : List.copyOf(packets)) {
      Hop h = p.hop;
      if (h == null || fresh.getOrDefault(new Entry(h.fromMac, h.ip), 0L) > p.at) {
        continue;
      }
      long before = 300_000L + random.nextInt(500_000);
      boolean again = !asked.add(new Entry(h.fromMac, h.ip));
      // A renewal asks the known address directly (RFC 1122 §2.3.2.1), a first question asks everybody.
      add(p.at - before, Frames.ethernet(again ? h.mac : Frames.BROADCAST, h.fromMac, h.vlan, Frames.ARP,
          Frames.arp(1, h.fromMac, h.fromIp, 0, h.ip)), null);
      add(p.at - before / 2, Frames.ethernet(h.fromMac, h.mac, h.vlan, Frames.ARP,
          Frames.arp(2, h.mac, h.ip, h.fromMac, h.fromIp)), null);
      fresh.put(new Entry(h.fromMac, h.ip), p.at + (600L + random.nextInt(900)) * 1_000_000_000L);
      fresh.merge(new Entry(h.mac, h.fromIp), p.at + (600 + random.nextInt(600)) * 1_000_000_000L, Math::max);
    }
  }

  /** Writes pcapng (draft-ietf-opsawg-pcapng): section header, Ethernet interfaces with nanosecond times, the packets, statistics in between. */
  void write(OutputStream out) throws IOException {
    block(out, 0x0A0D0D0A, new Bytes().little(0x1A2B3C4DL, 4).little(1, 2).little(0, 2).little(-1L, 8)
        .raw(option(4, "Vigie sample hospital")).little(0, 4));
    int ports = 1 + Math.max(packets.stream().mapToInt(p -> p.port).max().orElse(0), statistics.stream().mapToInt(Statistics::port).max().orElse(0));
    for (int i = 0; i < ports; i++) {
      block(out, 1, new Bytes().little(1, 2).little(0, 2).little(262_144, 4).raw(option(2, i == 0 ? "miroir-gtb" : "miroir-gtb-" + (i + 1)))
          .little(9, 2).little(1, 2).u8(9).zeros(3).little(0, 4));
    }
    statistics.sort(Comparator.comparingLong(Statistics::at));
    Iterator<Statistics> said = statistics.iterator();
    Statistics next = said.hasNext() ? said.next() : null;
    for (Packet p : packets) {
      for (; next != null && next.at < p.at; next = said.hasNext() ? said.next() : null) {
        write(out, next);
      }
      int pad = -p.frame.length & 3;
      block(out, 6, new Bytes().little(p.port, 4).little(p.at >>> 32, 4).little(p.at, 4).little(p.frame.length, 4).little(p.frame.length, 4)
          .raw(p.frame).zeros(pad));
    }
    for (; next != null; next = said.hasNext() ? said.next() : null) {
      write(out, next);
    }
  }

  private static void write(OutputStream out, Statistics s) throws IOException {
    block(out, 5, new Bytes().little(s.port, 4).little(s.at >>> 32, 4).little(s.at, 4).little(4, 2).little(8, 2).little(s.received, 8).little(5, 2).little(8, 2)
        .little(s.dropped, 8).little(0, 4));
  }

  private static byte[] option(int code, String text) {
    Bytes t = new Bytes().text(text);
    int pad = -t.size() & 3;
    return new Bytes().little(code, 2).little(t.size(), 2).raw(t.octets()).zeros(pad).octets();
  }

  private static void block(OutputStream out, int type, Bytes body) throws IOException {
    int length = body.size() + 12;
    out.write(new Bytes().little(type, 4).little(length, 4).raw(body.octets()).little(length, 4).octets());
  }
}
