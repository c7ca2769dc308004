package fr.vigie.samples;

import fr.vigie.samples.Capture.Hop;
import fr.vigie.samples.Capture.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The network of the hospital as its mirror port sees it: every frame once, on the VLAN where its sender stands (an ingress mirror of the
 * distribution switch). Datagrams to another VLAN go to the gateway's MAC address.
 */
final class Wire {
  static final byte[] NOTHING = new byte[0];
  final Tap capture;

  Wire(Tap capture) {
    this.capture = capture;
  }

  Packet udp(long at, Host from, int fromPort, Host to, int toPort, byte[] payload) {
    return ip(at, from, to, 17, Frames.udp(from.ip, fromPort, to.ip, toPort, payload));
  }

  /** To everybody on the sender's VLAN. */
  Packet broadcast(long at, Host from, int port, byte[] payload) {
    Segment s = from.segment;
    byte[] d = Frames.ipv4(from.ip, s.broadcast(), 17, from.ttl(), Frames.udp(from.ip, port, s.broadcast(), port, payload));
    return capture.add(at, Frames.ethernet(Frames.BROADCAST, from.mac, s.vlan(), Frames.IPV4, d), null);
  }

  /** To a group on the sender's VLAN (RFC 1112 §6.4 gives the MAC address). */
  Packet multicast(long at, Host from, int fromPort, int group, int port, int ttl, byte[] payload) {
    byte[] d = Frames.ipv4(from.ip, group, 17, ttl, Frames.udp(from.ip, fromPort, group, port, payload));
    return capture.add(at, Frames.ethernet(groupMac(group), from.mac, from.segment.vlan(), Frames.IPV4, d), null);
  }

  static long groupMac(int group) {
    return 0x01005E000000L | (group & 0x7FFFFF);
  }

  Packet ip(long at, Host from, Host to, int protocol, byte[] payload) {
    boolean here = from.segment.equals(to.segment);
    long mac = here ? to.mac : from.segment.gatewayMac();
    Hop hop = new Hop(from.segment.vlan(), from.mac, from.ip, mac, here ? to.ip : from.segment.gateway());
    byte[] d = Frames.ipv4(from.ip, to.ip, protocol, from.ttl(), payload);
    return capture.add(at, Frames.ethernet(mac, from.mac, from.segment.vlan(), Frames.IPV4, d), hop);
  }

  /** An ARP frame as a host sends it by itself. */
  Packet arp(long at, Segment on, long ethernetTo, int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
    return capture.add(at, Frames.ethernet(ethernetTo, senderMac, on.vlan(), Frames.ARP,
        Frames.arp(operation, senderMac, senderIp, targetMac, targetIp)), null);
  }

  /** A gratuitous ARP request: a host announces its own address (RFC 5227 §2.3). */
  Packet announce(long at, Segment on, long mac, int ip) {
    return arp(at, on, Frames.BROADCAST, 1, mac, ip, 0, ip);
  }

  Tcp tcp(Host client, int clientPort, Host server, int serverPort) {
    return new Tcp(client, clientPort, server, serverPort);
  }

  /** One TCP connection, both ends. */
  final class Tcp {
    private final Host client;
    private final int clientPort;
    private final Host server;
    private final int serverPort;
    private long mine;
    private long theirs;

    Tcp(Host client, int clientPort, Host server, int serverPort) {
      this.client = client;
      this.clientPort = clientPort;
      this.server = server;
      this.serverPort = serverPort;
      mine = 0x1000_0000L + (client.mac * 0x9E3779B1L + clientPort * 0x85EBCA6BL & 0x3FFF_FFFFL);
      theirs = 0x2000_0000L + (server.mac * 0xC2B2AE35L + clientPort * 0x27D4EB2FL & 0x3FFF_FFFFL);
    }

    Packet open(long at) {
      Packet first = segment(at, true, Frames.SYN, NOTHING);
      segment(at + 400_000, false, Frames.SYN | Frames.ACK, NOTHING);
      segment(at + 700_000, true, Frames.ACK, NOTHING);
      return first;
    }

    /** A SYN that nobody answers, and two more of it. */
    Packet alone(long at) {
      Packet first = segment(at, true, Frames.SYN, NOTHING);
      mine--;
      segment(at + 1_000_000_000L, true, Frames.SYN, NOTHING);
      mine--;
      segment(at + 3_000_000_000L, true, Frames.SYN, NOTHING);
      return first;
    }

    /** A SYN that is refused. */
    Packet refused(long at) {
      Packet first = segment(at, true, Frames.SYN, NOTHING);
      segment(at + 350_000, false, Frames.RST | Frames.ACK, NOTHING);
      return first;
    }

    /** A half-open probe: the port answers, the prober resets. */
    Packet half(long at) {
      Packet first = segment(at, true, Frames.SYN, NOTHING);
      segment(at + 400_000, false, Frames.SYN | Frames.ACK, NOTHING);
      segment(at + 600_000, true, Frames.RST, NOTHING);
      return first;
    }

    Packet ask(long at, byte[] payload) {
      return segment(at, true, Frames.PSH | Frames.ACK, payload);
    }

    Packet answer(long at, byte[] payload) {
      return segment(at, false, Frames.PSH | Frames.ACK, payload);
    }

    /** A pure acknowledgement by the client. */
    Packet acknowledge(long at) {
      return segment(at, true, Frames.ACK, NOTHING);
    }

    /** A question, its answer {@code after} ns later and the acknowledgement. */
    Packet exchange(long at, byte[] question, byte @Nullable [] answer, long after) {
      Packet p = ask(at, question);
      if (answer == null) {
        segment(at + 500_000, false, Frames.ACK, NOTHING);
      } else {
        answer(at + after, answer);
        acknowledge(at + after + 40_000_000);
      }
      return p;
    }

    void close(long at) {
      segment(at, true, Frames.FIN | Frames.ACK, NOTHING);
      segment(at + 300_000, false, Frames.FIN | Frames.ACK, NOTHING);
      segment(at + 600_000, true, Frames.ACK, NOTHING);
    }

    private Packet segment(long at, boolean byClient, int flags, byte[] payload) {
      Host from = byClient ? client : server;
      Host to = byClient ? server : client;
      long seq = byClient ? mine : theirs;
      long ack = (flags & Frames.ACK) == 0 ? 0 : byClient ? theirs : mine;
      byte[] s = Frames.tcp(from.ip, byClient ? clientPort : serverPort, to.ip, byClient ? serverPort : clientPort, seq, ack, flags,
          (flags & Frames.RST) != 0 ? 0 : from.windows ? 64_240 : 29_200, payload);
      long next = seq + payload.length + ((flags & (Frames.SYN | Frames.FIN)) != 0 ? 1 : 0) & 0xFFFF_FFFFL;
      if (byClient) {
        mine = next;
      } else {
        theirs = next;
      }
      return ip(at, from, to, 6, s);
    }
  }
}
