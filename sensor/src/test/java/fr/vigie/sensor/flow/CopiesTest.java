package fr.vigie.sensor.flow;

import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.tagged;
import static fr.vigie.sensor.flow.Frames.tcp;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.CopyPair;
import fr.vigie.sensor.observe.Reading;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopiesTest {
  private final Tape tape = new Tape();

  private static byte[] datagram(int command, int value, int identification, int ttl) {
    return ipv4(1, 2, 17, identification, 0, ttl, udp(50000, 7000, new byte[] {0x55, 4, (byte) command, (byte) value}));
  }

  private List<String> pairs() {
    return CopyPair.in(tape.sensor.counters()).stream()
        .map(c -> c.pair().origin() + "/" + c.pair().vlan() + ">" + c.pair().otherOrigin() + "/" + c.pair().otherVlan() + " " + c.copies())
        .toList();
  }

  @Test
  void copiesAreCountedForTheirPairOfOrigins() {
    for (int i = 0; i < 10; i++) {
      byte[] ip = datagram(1, i, i, 64);
      tape.from(0, "site").frame(tagged(1, 9, 30, 0x0800, ip)).pass(0.0001);
      tape.from(1, "site").frame(ethernet(1, 9, 0x0800, ip)).pass(0.0001);
      if (i < 3) {
        tape.from(0, "site").frame(tagged(9, 2, 31, 0x0800, datagram(1, i, i, 63)));
      }
      tape.pass(0.1);
    }
    tape.play();
    assertThat(pairs()).containsExactly("0/30>0/31 3", "0/30>1/-1 10");
    assertThat(tape.count("refused.copies")).isEqualTo(13);
    assertThat(tape.count("packets")).isEqualTo(23);
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(10);
    assertThat(tape.all(Contact.class)).last().satisfies(c -> assertThat(c.packetsOut()).isEqualTo(10));
  }

  @Test
  void aRoutersTwoSidesOnOneInterfaceAreAPairWithItself() {
    tape.frame(ethernet(1, 9, 0x0800, datagram(1, 1, 5, 64))).pass(0.0002).frame(ethernet(9, 2, 0x0800, datagram(1, 1, 5, 63))).play();
    assertThat(pairs()).containsExactly("0/-1>0/-1 1");
  }

  @Test
  void valuesAreNotCountedTwice() {
    for (int i = 0; i < 5; i++) {
      byte[] ip = datagram(3, i, 0, 64);
      tape.frame(tagged(1, 2, 30, 0x0800, ip)).pass(0.001).frame(tagged(1, 2, 40, 0x0800, ip)).pass(0.5);
    }
    tape.play();
    assertThat(tape.all(Reading.class).stream().mapToLong(Reading::count).sum()).isEqualTo(5);
  }

  @Test
  void repeatsThatAreMirroredAreTrafficOnceEach() {
    byte[] ip = datagram(1, 1, 0, 64);
    byte[] here = tagged(1, 2, 30, 0x0800, ip);
    byte[] there = tagged(1, 2, 40, 0x0800, ip);
    // the sender repeats itself, and the mirror doubles each: three packets, three copies, in whatever order they come
    tape.frame(here).pass(0.0001).frame(there).pass(0.001).frame(there).pass(0.0001).frame(here).pass(0.001).frame(here).pass(0.0001)
        .frame(there).play();
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(3);
    assertThat(tape.count("refused.copies")).isEqualTo(3);
    assertThat(pairs()).containsExactly("0/30>0/40 2", "0/40>0/30 1");
  }

  @Test
  void moreThanThreeWaysAreAllCopies() {
    byte[] ip = datagram(1, 1, 9, 64);
    for (int vlan = 10; vlan < 16; vlan++) {
      tape.frame(tagged(1, 2, vlan, 0x0800, ip)).pass(0.0001);
    }
    tape.play();
    assertThat(tape.count("refused.copies")).isEqualTo(5);
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(1);
  }

  @Test
  void twoCaptureZonesAreTwoWorlds() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 4, 1, 1});
    tape.from(0, "east").frame(frame).pass(0.001).from(1, "west").frame(frame).play();
    assertThat(tape.count("refused.copies")).isZero();
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(2);
  }

  @Test
  void twoMirrorSessionsOfOneFrameAreACopy() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 4, 1, 1});
    byte[] first = ethernet(8, 9, 0x0800, ipv4(8, 9, 47, join(hex("100088be 00000001 1000 0001 00000000"), frame)));
    byte[] second = ethernet(8, 9, 0x0800, ipv4(8, 9, 47, join(hex("100088be 00000001 1000 0002 00000000"), frame)));
    tape.frame(first).pass(0.001).frame(second).pass(0.001).frame(first).play();
    assertThat(tape.count("refused.copies")).isEqualTo(1);
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(2);
  }

  @Test
  void aSegmentIsFoundAgainAcrossOtherTraffic() {
    byte[] segment = ipv4(1, 2, 6, 0, 0, 64, tcp(40000, 7001, 1000, 24, hex("0006abcd01020304")));
    tape.frame(tagged(1, 2, 30, 0x0800, segment)).pass(0.0005);
    for (int i = 0; i < 50; i++) {
      tape.frame(ethernet(3, 4, 0x0800, ipv4(3, 4, 6, i, 0, 64, tcp(9, 10, i, 24, hex("00"))))).pass(0.00002);
      tape.frame(udpFrame(5, 1, 6, 2, new byte[] {(byte) i})).pass(0.00002);
    }
    tape.frame(tagged(1, 2, 40, 0x0800, segment)).play();
    assertThat(pairs()).containsExactly("0/30>0/40 1");
  }

  @Test
  void anArpOfTwoPaddingsIsACopy() {
    byte[] arp = Frames.arp(2, 1, 1, 2);
    byte[] body = Arrays.copyOfRange(arp, 14, arp.length);
    tape.frame(ethernet(1, 2, 0x0806, join(body, new byte[18]))).pass(0.001).frame(tagged(1, 2, 7, 0x0806, join(body, new byte[14]))).play();
    assertThat(tape.count("refused.copies")).isEqualTo(1);
  }

  @Test
  void aFragmentAndItsCopyMakeOneDatagram() {
    byte[] whole = udp(50000, 7000, join(new byte[] {0x55, 24, 1, 5}, new byte[20]));
    byte[] head = ipv4(1, 2, 17, 5, 0x2000, 64, Arrays.copyOf(whole, 16));
    byte[] tail = ipv4(1, 2, 17, 5, 2, 64, Arrays.copyOfRange(whole, 16, whole.length));
    tape.frame(tagged(1, 2, 30, 0x0800, head)).frame(tagged(1, 2, 40, 0x0800, head)).frame(tagged(1, 2, 30, 0x0800, tail))
        .frame(tagged(1, 2, 40, 0x0800, tail)).play();
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(1);
    assertThat(tape.count("refused.fragments_incomplete")).isZero();
  }

  @Test
  void morePairsThanTheTableHoldsAreCountedTogether() {
    for (int i = 0; i < 80; i++) {
      byte[] ip = datagram(1, i, i, 64);
      tape.frame(tagged(1, 2, 100 + i, 0x0800, ip)).pass(0.0001).frame(tagged(1, 2, 1000 + i, 0x0800, ip)).pass(0.1);
    }
    tape.play();
    assertThat(pairs()).hasSize(64);
    assertThat(tape.count("copies.other")).isEqualTo(16);
    assertThat(tape.count("refused.copies")).isEqualTo(80);
  }
}
