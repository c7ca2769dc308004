package fr.vigie.sensor.health;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Which dialogues of a window were seen both ways, and which are proved to have two directions although one alone arrives. TCP proves it by
 * itself: an ACK answers somebody. UDP proves it by insisting: the same two ports at least three times over half a minute, except where a
 * protocol speaks one way by nature. What nobody answers – a scan, a call to a machine that is off – proves nothing and does not count.
 * Addresses and ports alone make a dialogue, wherever its packets came from: the two cables of a tap show one.
 *
 * <p>Bounded: an open-addressing table of 16,384 dialogues that a new window empties by its number. As it fills, dialogues are taken by
 * their digest with half the chance, so that shares stay true; what finds no place is counted. Allocates nothing after it is made.
 */
final class Dialogues {
  private static final int SLOTS = 1 << 14;
  private static final int PROBES = 32;
  private static final int MOST_HALVINGS = 6;
  private static final int PROOF_PACKETS = 3;
  private static final int PROOF_SECONDS = 30;
  private static final int ACK = 16;
  private static final int RST = 4;

  /** A state is {@code | window 20 | first second 16 | line 16 | packets 8 | – | proved 1 | mute 1 | sides seen 2 |}. */
  private static final int WINDOW = 44;

  private static final int SECOND = 28;
  private static final int LINE = 12;
  private static final int PACKETS = 4;
  private static final long PROVED = 8;
  private static final long MUTE = 4;
  private static final long BOTH = 3;

  private final List<Line> lines;
  /** Key and state of each dialogue, side by side: a packet looks at both. */
  private final long[] table = new long[2 * SLOTS];

  /** Digest of the address that the first packet was for. */
  private final int[] targets = new int[SLOTS];

  private final Crowd speakers = new Crowd();
  private final Crowd silent = new Crowd();
  private final Counters.Counter passed;
  private long window = 1;
  private int used;
  private int halvings;

  /**
   * Makes an empty table.
   *
   * @param lines the lines by number
   */
  Dialogues(List<Line> lines, Counters counters) {
    this.lines = lines;
    passed = counters.counter("doctor.dialogues_passed_over");
    counters.counter("doctor.dialogues_limit").add(SLOTS);
  }

  /** Opens a new window. */
  void open() {
    window = window + 1 & 0xFFFFF;
    if (window == 0) {
      java.util.Arrays.fill(table, 0);
      window = 1;
    }
    speakers.clear();
    used = 0;
    halvings = Math.max(0, halvings - 1);
  }

  /**
   * Takes a TCP or UDP packet to a single receiver.
   *
   * @param second seconds since the window opened
   */
  void packet(Packet packet, Headers h, Line line, int second) {
    long a = end(h.sourceHigh, h.sourceLow, h.sourcePort);
    long b = end(h.targetHigh, h.targetLow, h.targetPort);
    boolean tcp = h.protocol == Headers.TCP;
    long key = (a ^ b) * 0x9E3779B97F4A7C15L + (tcp ? 1 : 0);
    key ^= key >>> 32;
    if (halvings > 0) {
      speakers.meet(address(h.sourceHigh, h.sourceLow));
      if ((key & (1L << halvings) - 1) != 0) {
        return;
      }
    }
    int i = (int) (key >>> 16) & SLOTS - 1;
    int probes = 0;
    while (table[2 * i + 1] >>> WINDOW == window && table[2 * i] != key) {
      i = i + 1 & SLOTS - 1;
      if (++probes >= PROBES) {
        passed.increment();
        return;
      }
    }
    long state = table[2 * i + 1];
    int side = a < b ? 1 : 2;
    if (state >>> WINDOW != window) {
      table[2 * i] = key;
      targets[i] = address(h.targetHigh, h.targetLow);
      heard(h, line);
      long mute = !tcp && monologue(packet, h) ? MUTE : 0;
      table[2 * i + 1] = window << WINDOW | (long) Math.min(second, 0xFFFF) << SECOND | (long) line.number << LINE
          | (proves(tcp, h) ? 1L << PACKETS : 0) | mute | side;
      if (++used > SLOTS - (SLOTS >> halvings + 1) && halvings < MOST_HALVINGS) {
        halvings++;
      }
    } else if ((state & BOTH) != BOTH) {
      table[2 * i + 1] = (state | side) == state ? again(state, tcp, h, second) : both(state | side, h, line);
    }
  }

  /** The other side was seen. */
  private long both(long state, Headers h, Line line) {
    heard(h, line);
    Line own = lines.get((int) (state >>> LINE) & 0xFFFF);
    own.answered++;
    if ((state & PROVED) != 0) {
      own.oneWay--;
    }
    return state;
  }

  /** The same side goes on. */
  private long again(long before, boolean tcp, Headers h, int second) {
    long state = before;
    int packets = (int) (state >>> PACKETS) & 0xFF;
    if (proves(tcp, h) && packets < 0xFF) {
      state += 1L << PACKETS;
      packets++;
    }
    boolean insists = tcp || second - (int) (state >>> SECOND & 0xFFFF) >= PROOF_SECONDS;
    if ((state & (MUTE | PROVED)) == 0 && packets >= PROOF_PACKETS && insists) {
      state |= PROVED;
      lines.get((int) (state >>> LINE) & 0xFFFF).oneWay++;
    }
    return state;
  }

  private void heard(Headers h, Line line) {
    int source = address(h.sourceHigh, h.sourceLow);
    line.heard.meet(source);
    speakers.meet(source);
  }

  /** How many addresses the one-way dialogues of a line speak to that were not heard anywhere in this window. */
  long silent(Line line) {
    silent.clear();
    for (int i = 0; i < SLOTS; i++) {
      long state = table[2 * i + 1];
      if (state >>> WINDOW == window && (state & PROVED) != 0 && (state & BOTH) != BOTH
          && (state >>> LINE & 0xFFFF) == line.number && !speakers.met(targets[i])) {
        silent.meet(targets[i]);
      }
    }
    return silent.size();
  }

  /** RFC 9293 §3.1: with ACK set the sender has heard the other side. A reset may answer anything. */
  private static boolean proves(boolean tcp, Headers h) {
    return !tcp || (h.flags & (ACK | RST)) == ACK;
  }

  /** Whether a datagram belongs to a protocol that is answered by nobody. */
  private static boolean monologue(Packet packet, Headers h) {
    if (h.payloadCaptured >= 12 && h.sourcePort >= 1024 && h.targetPort >= 1024
        && (packet.segment.get(ValueLayout.JAVA_BYTE, h.payload) & 0xC0) == 0x80) {
      return true; // RFC 3550 §5.1: version 2, a stream of sound or picture
    }
    return monologue(h.targetPort) || monologue(h.sourcePort);
  }

  private static boolean monologue(int port) {
    return switch (port) {
      // DHCP, TFTP's first port, NetBIOS names and datagrams, traps, syslog, PTP
      case 67, 68, 69, 137, 138, 162, 319, 320, 514 -> true;
      // SSDP, NetFlow, WS-Discovery, IPFIX, mDNS, sACN, LLMNR, sFlow, Art-Net, StatsD, NetFlow, GELF
      case 1900, 2055, 3702, 4739, 5353, 5355, 5568, 6343, 6454, 8125, 9995, 9996, 12201 -> true;
      default -> false;
    };
  }

  private static long end(long high, long low, int port) {
    long x = (low ^ high * 0x9E3779B97F4A7C15L ^ (long) port << 40) * 0xBF58476D1CE4E5B9L;
    return x ^ x >>> 29;
  }

  /** Digest of an address for a {@link Crowd}. */
  static int address(long high, long low) {
    long x = (low ^ high * 0x9E3779B97F4A7C15L) * 0x94D049BB133111EBL;
    return (int) (x >>> 32 ^ x >>> 51);
  }
}
