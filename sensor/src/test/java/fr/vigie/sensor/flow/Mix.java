package fr.vigie.sensor.flow;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Origin;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a building network, one conversation for each protocol that the sensor reads, told again and again: what a packet costs
 * that says nothing new. TCP segments carry on their streams, so that every one of them is a message.
 */
public final class Mix implements PacketSource {
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int SEQUENCE = 14 + 20 + 4;
  private static final int PLACE = 2048;

  private final List<byte[]> frames = new ArrayList<>();
  /** For a TCP segment which direction of which connection it belongs to, else -1. */
  private final List<Integer> streams = new ArrayList<>();
  private final List<Integer> payloads = new ArrayList<>();
  private final MemorySegment memory = Arena.ofAuto().allocate(PLACE * 64L);
  private final int[] sequences = new int[64];
  private final List<Origin> origins = List.of(new Origin(0, "site", "mix", null, null, 1));
  private final long gap;
  private final long until;
  private int[] stream = {};
  private int[] octets = {};
  private int[] captured = {};
  private int slot;
  private long position;

  /** Runs at the numbers of packets given to it, between two packets. */
  Runnable[] events = {};

  long[] when = {};
  private int event;

  /**
   * An endless conversation, cut off.
   *
   * @param packets how many packets there are in all
   * @param nanoseconds capture time between two packets
   */
  Mix(long packets, long nanoseconds) {
    until = packets;
    gap = nanoseconds;
  }

  /** All protocols. */
  static Mix all(long packets, long nanoseconds) {
    Mix mix = new Mix(packets, nanoseconds);
    for (String name : NAMES) {
      mix.add(name);
    }
    return mix;
  }

  /** What {@link #add} knows. */
  static final List<String> NAMES = List.of("bacnet", "modbus", "snmp", "dns", "mdns", "http", "knx", "dhcp", "lldp", "arp", "unknown");

  /** The conversation of one protocol. */
  Mix add(String protocol) {
    switch (protocol) {
      case "bacnet" -> bacnet();
      case "modbus" -> {
        stream(20, 21, 502, Frames.hex("000100000006010300100002"), Frames.hex("00010000000701030400010002"));
      }
      case "snmp" -> {
        datagram(30, 50001, 31, 161, "3026020101040670" + "75626c6963a01902010702010002010030" + "0e300c06082b060102010103000500");
        datagram(31, 161, 30, 50001, "3027020101040670" + "75626c6963a21a02010702010002010030" + "0f300d06082b06010201010300430105");
      }
      case "dns" -> {
        String question = "04686f7374" + "0473697465" + "0000010001";
        datagram(40, 50002, 41, 53, "12340100000100000000" + "0000" + question);
        datagram(41, 53, 40, 50002, "12348180000100010000" + "0000" + question + "c00c000100010000012c00040a000001");
      }
      case "mdns" -> {
        byte[] answer = Frames.hex("000084000000000100000000" + "0463616d31" + "056c6f63616c" + "0000018001000000780004" + "0a000032");
        keep(Frames.join(Frames.hex("01005e0000fb"), Frames.mac(50), Frames.u16(0x0800),
            Frames.hex("4500"), Frames.u16(28 + answer.length), Frames.hex("00000000ff110000"), Frames.address(50), Frames.hex("e00000fb"),
            Frames.udp(5353, 5353, answer)), -1, 0);
      }
      case "http" -> stream(60, 61, 80, text("GET /graphics/floor1.html?x=1 HTTP/1.1\r\nHost: b\r\nUser-Agent: BMS/4.2\r\nCookie: s=1\r\n\r\n"),
          text("HTTP/1.1 200 OK\r\nServer: Web/1\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"));
      case "knx" -> {
        datagram(70, 50003, 71, 3671, "061002070010" + "0700" + "08010a0000460e57");
        datagram(71, 3671, 70, 50003, "061002080008" + "0700");
        datagram(71, 3671, 70, 50003, "061005300011" + "2900bce0110108010100" + "41");
      }
      case "dhcp" -> {
        byte[] fixed = new byte[236];
        fixed[0] = 1;
        fixed[1] = 1;
        fixed[2] = 6;
        fixed[7] = 9;
        System.arraycopy(Frames.mac(80), 0, fixed, 28, 6);
        byte[] request = Frames.join(fixed, Frames.hex("63825363" + "350103" + "32040a000050" + "0c03626d73" + "ff"));
        keep(Frames.udpFrame(80, 68, 81, 67, request), -1, 0);
      }
      case "lldp" -> keep(Frames.join(Frames.hex("0180c200000e"), Frames.mac(90), Frames.u16(0x88CC),
          Frames.hex("020704"), Frames.mac(90), Frames.hex("0406054769312f30" + "06020078" + "0a0473772d31" + "0000"), new byte[20]), -1, 0);
      case "arp" -> keep(Frames.arp(2, 100, 100, 101), -1, 0);
      case "unknown" -> datagram(110, 50004, 111, 9999, "230006ec0000000000000000");
      default -> throw new IllegalArgumentException(protocol);
    }
    return this;
  }

  private void bacnet() {
    bvlc(10, 11, "0104" + "0005010c0c0000000119" + "55");
    bvlc(11, 10, "0100" + "30010c0c000000011955" + "3e4441a800003f");
    bvlc(10, 11, "0104" + "0245050e" + "0c000000011e0955096f1f" + "0c000000021e09551f");
    bvlc(11, 10, "0100" + "30050e" + "0c000000011e29554e4441a800004f296f4e8204004f1f" + "0c000000021e29554e4441a900004f1f");
    bvlc(11, 10, "0100" + "1002" + "09121c020003e92c00000001393c4e09552e4441a000002f096f2e8204002f4f");
    bvlc(10, 11, "0104" + "0005020c0c000003e71955");
    bvlc(11, 10, "0100" + "50020c91029120");
  }

  private void bvlc(int from, int to, String npdu) {
    byte[] inner = Frames.hex(npdu);
    keep(Frames.udpFrame(from, 47808, to, 47808, Frames.join(Frames.hex("810a"), Frames.u16(4 + inner.length), inner)), -1, 0);
  }

  private void datagram(int from, int fromPort, int to, int toPort, String payload) {
    keep(Frames.udpFrame(from, fromPort, to, toPort, Frames.hex(payload)), -1, 0);
  }

  /** A request and its answer on a connection of their own. */
  private void stream(int client, int server, int port, byte[] request, byte[] answer) {
    int forth = frames.size();
    keep(Frames.ethernet(client, server, 0x0800, Frames.ipv4(client, server, 6, Frames.tcp(50000, port, 0, 24, request))), forth, request.length);
    int back = frames.size();
    keep(Frames.ethernet(server, client, 0x0800, Frames.ipv4(server, client, 6, Frames.tcp(port, 50000, 0, 24, answer))), back, answer.length);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void keep(byte[] frame, int direction, int payload) {
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, (long) frames.size() * PLACE, frame.length);
    frames.add(frame);
    streams.add(direction);
    payloads.add(payload);
    stream = streams.stream().mapToInt(i -> i).toArray();
    octets = payloads.stream().mapToInt(i -> i).toArray();
    captured = frames.stream().mapToInt(f -> f.length).toArray();
  }

  /** How many different packets there are. */
  int variety() {
    return captured.length;
  }

  @Override
  public boolean next(Packet p) {
    while (event < when.length && position == when[event]) {
      events[event++].run();
    }
    if (position == until) {
      return false;
    }
    long at = (long) slot * PLACE;
    if (stream[slot] >= 0) {
      memory.set(U32, at + SEQUENCE, sequences[stream[slot]]);
      sequences[stream[slot]] += octets[slot];
    }
    p.segment = memory;
    p.offset = at;
    p.captured = captured[slot];
    p.wire = captured[slot];
    p.at = Tape.START + position * gap;
    p.linkType = 1;
    p.vlan = -1;
    p.index = position++;
    slot = slot + 1 == captured.length ? 0 : slot + 1;
    return true;
  }

  @Override
  public List<Origin> origins() {
    return origins;
  }

  @Override
  public List<Fault> faults() {
    return List.of();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long size() {
    return until;
  }

  @Override
  public void close() {}
}
