package fr.vigie.sensor.flow;

import static fr.vigie.sensor.flow.Frames.arp;
import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.ipv6;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.mac;
import static fr.vigie.sensor.flow.Frames.tagged;
import static fr.vigie.sensor.flow.Frames.tcpFrame;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Flaw;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is done to a frame of any kind, the sensor ends it as an observation, a flaw or a counter. Segments are exact-size: a read outside throws. */
class MalformedTest {
  private static final byte[] TOY = {0x55, 4, 1, 7};

  private record Kind(int link, byte[] frame) {}

  private static Map<String, Kind> kinds() {
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

  @TestFactory
  Stream<DynamicTest> everyPrefixOnTheWireIsSafe() {
    return kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link);
      byte[] frame = e.getValue().frame;
      for (int n = 0; n < frame.length; n++) {
        tape.frame(Arrays.copyOf(frame, n)).pass(0.01);
      }
      tape.play();
      assertThat(tape.count("packets")).isEqualTo(frame.length);
      assertThat(tape.all(Act.class)).as("a prefix is no act").isEmpty();
    }));
  }

  @TestFactory
  Stream<DynamicTest> everyPrefixInTheCaptureIsSafeAndNobodysFlaw() {
    return kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link);
      byte[] frame = e.getValue().frame;
      for (int n = 0; n < frame.length; n++) {
        tape.frame(frame, n).pass(0.01);
      }
      tape.play();
      assertThat(tape.count("packets")).isEqualTo(frame.length);
      assertThat(tape.all(Flaw.class)).as("the capture cut it, not the sender").isEmpty();
    }));
  }

  @TestFactory
  Stream<DynamicTest> everyByteMayBeAnything() {
    return kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link);
      byte[] frame = e.getValue().frame;
      int packets = 0;
      for (int i = 0; i < frame.length; i++) {
        for (int value : new int[] {0, 1, 0x0F, 0x45, 0x7F, 0x80, 0xFE, 0xFF, frame[i] ^ 1, frame[i] + 1}) {
          byte[] other = frame.clone();
          other[i] = (byte) value;
          tape.frame(other).pass(0.01);
          packets++;
        }
      }
      tape.play();
      assertThat(tape.count("packets")).isEqualTo(packets);
    }));
  }

  @Test
  void randomOctetsBehindRandomHeadersAreSafe() {
    Random random = new Random(20260105);
    Kind[] kinds = kinds().values().toArray(Kind[]::new);
    Tape tape = new Tape();
    for (int i = 0; i < 20_000; i++) {
      Kind kind = kinds[random.nextInt(kinds.length)];
      byte[] frame = kind.frame.clone();
      for (int k = random.nextInt(6); k >= 0; k--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt();
      }
      frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
      tape.link(kind.link).frame(frame, random.nextInt(4) == 0 ? random.nextInt(frame.length + 1) : frame.length).pass(0.001);
    }
    tape.play();
    assertThat(tape.count("packets")).isEqualTo(20_000);
  }

  @Test
  void aBrokenLengthIsAFlawWithItsClause() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, TOY);
    frame[14 + 20 + 4] = 0x40;
    new Tape().frame(frame).play().all(Flaw.class).forEach(f -> {
      assertThat(f.kind()).isEqualTo("udp-length");
      assertThat(f.cite()).hasToString("RFC 768 §Fields");
      assertThat(f.offset()).isEqualTo(14 + 20 + 8);
    });
    assertThat(new Tape().frame(frame).play().count("refused.udp_length")).isEqualTo(1);
  }

  @Test
  void paddingIsNeverPayload() {
    byte[] padded = Arrays.copyOf(udpFrame(1, 50000, 2, 7000, TOY), 60);
    assertThat(new Tape().frame(padded).play().all(Act.class)).hasSize(1);
  }

  @Test
  void tunnelsWithoutEndAreRefused() {
    byte[] frame = ipv4(1, 2, 17, udp(50000, 7000, TOY));
    for (int i = 0; i < 20; i++) {
      frame = ipv4(1, 2, 4, frame);
    }
    assertThat(new Tape().frame(ethernet(1, 2, 0x0800, frame)).play().count("refused.nesting")).isEqualTo(1);
  }
}
