package fr.vigie.sensor.flow;

import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.ipv6;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.tcp;
import static fr.vigie.sensor.flow.Frames.u16;
import static fr.vigie.sensor.flow.Frames.u32;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FragmentsTest {
  private static final int LONG = 240;
  private final Tape tape = new Tape();

  /** A datagram of the toy protocol, 248 octets with its UDP header. */
  private static byte[] whole(int value) {
    byte[] toy = new byte[LONG];
    toy[0] = 0x55;
    toy[1] = (byte) LONG;
    toy[2] = 1;
    toy[3] = (byte) value;
    for (int i = 4; i < LONG; i++) {
      toy[i] = (byte) i;
    }
    return udp(50000, 7000, toy);
  }

  private static byte[] piece(byte[] all, int from, int to, int identification) {
    byte[] part = Arrays.copyOfRange(all, from, Math.min(to, all.length));
    return ethernet(1, 2, 0x0800, ipv4(1, 2, 17, identification, (to < all.length ? 0x2000 : 0) | from / 8, 64, part));
  }

  private static byte[] piece6(byte[] all, int from, int to, int identification, int next) {
    byte[] part = Arrays.copyOfRange(all, from, Math.min(to, all.length));
    byte[] header = join(new byte[] {(byte) next, 0}, u16(from | (to < all.length ? 1 : 0)), u32(identification));
    return ethernet(1, 2, 0x86DD, ipv6(1, 2, 44, join(header, part)));
  }

  private long datagrams() {
    return tape.all(Act.class).stream().filter(Act::request).count();
  }

  private List<String> flaws() {
    return tape.all(Flaw.class).stream().map(Flaw::kind).distinct().toList();
  }

  @Test
  void anyOrderAndAnyRepetitionIsOneDatagram() {
    Random random = new Random(11);
    for (int run = 0; run < 200; run++) {
      byte[] all = whole(run);
      List<byte[]> pieces = new ArrayList<>();
      for (int from = 0; from < all.length;) {
        int to = from + 8 * (2 + random.nextInt(8));
        pieces.add(piece(all, from, to, run + 1));
        from = to;
      }
      // repeats before the datagram is complete; afterwards they would begin another one
      List<byte[]> order = new ArrayList<>(pieces);
      Collections.shuffle(order, random);
      for (int i = 0; i < order.size() - 1; i++) {
        tape.frame(order.get(i));
        if (random.nextBoolean()) {
          tape.frame(order.get(random.nextInt(i + 1)));
        }
      }
      tape.frame(order.getLast()).pass(0.05);
    }
    tape.play();
    assertThat(datagrams()).isEqualTo(200);
    assertThat(flaws()).isEmpty();
    assertThat(tape.count("refused.fragments_incomplete")).isZero();
  }

  @Test
  void overlapsThatAgreeAreNoHarm() {
    byte[] all = whole(1);
    tape.frame(piece(all, 0, 96, 5)).frame(piece(all, 64, 160, 5)).frame(piece(all, 120, 248, 5)).play();
    assertThat(datagrams()).isEqualTo(1);
    assertThat(flaws()).isEmpty();
  }

  @Test
  void overlapsThatContradictVoidTheDatagram() {
    byte[] all = whole(1);
    byte[] other = all.clone();
    other[70] ^= 1;
    tape.frame(piece(all, 0, 96, 5)).frame(piece(other, 64, 160, 5)).frame(piece(all, 120, 248, 5)).play();
    assertThat(datagrams()).isZero();
    assertThat(flaws()).containsExactly("fragment-overlap");
  }

  @Test
  void aLastFragmentThatEndsBeforeOthersIsAFlaw() {
    byte[] all = whole(1);
    byte[] shorter = Arrays.copyOf(all, 80);
    tape.frame(piece(all, 0, 96, 5)).frame(piece(shorter, 64, 80, 5)).frame(piece(all, 96, 248, 5)).play();
    assertThat(datagrams()).isZero();
    assertThat(flaws()).containsExactly("fragment-length");
  }

  @Test
  void moreThanADatagramCanHoldIsAFlaw() {
    tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 5, 0x1FFE, 64, new byte[16]))).play();
    assertThat(flaws()).containsExactly("fragment-length");
  }

  @Test
  void aFragmentThatHidesTheFlagsIsAFlawAndIsReadAllTheSame() {
    byte[] all = tcp(50000, 7002, 1000, 24, hex("0102030405060708090a0b0c0d0e0f10"));
    tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 6, 5, 0x2000, 64, Arrays.copyOf(all, 8))))
        .frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 6, 5, 1, 64, Arrays.copyOfRange(all, 8, all.length)))).play();
    assertThat(tape.all(Flaw.class)).allSatisfy(f -> assertThat(f.cite()).hasToString("RFC 1858 §3"));
    assertThat(flaws()).containsExactly("fragment-tiny");
    assertThat(tape.count("layer.tcp")).isEqualTo(1);
  }

  @Test
  void ipv6FragmentsBelongTogetherWhateverTheirNextHeaderSays() {
    byte[] all = whole(1);
    tape.frame(piece6(all, 128, 248, 77, 59)).frame(piece6(all, 0, 128, 77, 17)).play();
    assertThat(datagrams()).isEqualTo(1);
  }

  @Test
  void anAtomicFragmentWaitsForNobody() {
    byte[] all = whole(1);
    tape.frame(piece6(all, 0, 128, 77, 17)).frame(piece6(all, 0, 248, 77, 17)).play();
    assertThat(datagrams()).as("RFC 6946 §4: on its own, even beside fragments of the same identification").isEqualTo(1);
    assertThat(tape.count("layer.fragments")).isEqualTo(1);
  }

  @Test
  void whatStaysIncompleteIsForgottenAfterThirtySeconds() {
    byte[] all = whole(1);
    tape.frame(piece(all, 0, 128, 5)).pass(31).frame(piece(all, 128, 248, 5)).pass(31).frame(udpFrame(1, 1, 2, 2, new byte[1])).play();
    assertThat(datagrams()).isZero();
    assertThat(tape.count("refused.fragments_incomplete")).isEqualTo(2);
  }

  @Test
  void moreDatagramsThanTheTableHoldsPushOutTheOldestAndAreCounted() {
    byte[] all = whole(1);
    for (int i = 0; i < 300; i++) {
      tape.frame(piece(all, 0, 128, i + 1)).pass(0.001);
    }
    tape.frame(piece(all, 128, 248, 1)).frame(piece(all, 128, 248, 300)).play();
    assertThat(datagrams()).isEqualTo(1);
    // the second half of the first began anew and pushed out one more; one was completed
    assertThat(tape.count("refused.fragments_evicted")).isEqualTo(45);
    assertThat(tape.count("refused.fragments_incomplete")).isEqualTo(301 - 45 - 1);
  }

  @Test
  void memoryForAllIsBoundedAndEveryRefusalCounted() {
    byte[] far = new byte[8];
    for (int i = 0; i < 200; i++) {
      tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, i + 1, 0x2000 | 60_000 / 8, 64, far)));
    }
    tape.play(SensorOptions.standard().memory(1 << 20, 64 << 10, 2048).shards(1).dissectors(() -> List.of(new Toys.Datagrams())));
    // half is for fragments, half for the one shard
    assertThat(tape.count("refused.fragments_memory")).isEqualTo(200 - 8);
    assertThat(tape.count("refused.fragments_incomplete")).isEqualTo(200);
  }

  @Test
  void morePiecesThanADatagramMayHaveAreRefused() {
    byte[] all = udp(50000, 7000, new byte[8 * 200]);
    for (int i = 0; i < 100; i++) {
      tape.frame(piece(all, 16 * i, 16 * i + 8, 5));
    }
    tape.play();
    assertThat(tape.count("refused.fragments_memory")).isEqualTo(1);
  }

  @Test
  void aFragmentedTunnelCarriesWhatItCarries() {
    byte[] inner = ethernet(1, 2, 0x0800, ipv4(1, 2, 17, whole(7)));
    byte[] outer = udp(1234, 4789, join(hex("0800000000002a00"), inner));
    for (int from = 0; from < outer.length; from += 104) {
      byte[] part = Arrays.copyOfRange(outer, from, Math.min(outer.length, from + 104));
      tape.frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 17, 3, (from + 104 < outer.length ? 0x2000 : 0) | from / 8, 64, part)));
    }
    tape.play();
    assertThat(tape.all(Act.class)).first().satisfies(a -> assertThat(a.who().ip()).isEqualTo("10.0.0.1"));
  }

  @Test
  void fragmentsWithinAFragmentedTunnelAreOneDatagram() {
    byte[] all = whole(7);
    byte[][] halves = {piece(all, 0, 128, 5), piece(all, 128, 248, 5)};
    for (int i = 0; i < 2; i++) {
      byte[] outer = join(hex("00006558"), halves[i]);
      byte[] head = Arrays.copyOf(outer, 64);
      byte[] tail = Arrays.copyOfRange(outer, 64, outer.length);
      tape.frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 47, 40 + i, 0x2000, 64, head)))
          .frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 47, 40 + i, 8, 64, tail)));
    }
    tape.play();
    assertThat(datagrams()).isEqualTo(1);
    assertThat(tape.count("refused.fragments_incomplete")).isZero();
  }

  @Test
  void anArpInAFragmentedTunnelBindsItsSender() {
    byte[] outer = udp(1234, 4789, join(hex("0800000000002a00"), Frames.arp(2, 1, 1, 2)));
    tape.frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 17, 3, 0x2000, 64, Arrays.copyOf(outer, 24))))
        .frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 17, 3, 3, 64, Arrays.copyOfRange(outer, 24, outer.length)))).play();
    assertThat(tape.all(Sighting.class)).anySatisfy(s -> {
      assertThat(s.how()).isEqualTo(Sighting.How.ARP);
      assertThat(s.who().ip()).isEqualTo("10.0.0.1");
    });
  }

  @Test
  void noFragmentWhateverItSaysEndsTheSensor() {
    Random random = new Random(3);
    for (int i = 0; i < 30_000; i++) {
      int octets = random.nextInt(5) == 0 ? random.nextInt(1400) : 8 * random.nextInt(20);
      int offset = random.nextInt(3) == 0 ? random.nextInt(0x2000) : random.nextInt(16);
      int more = random.nextBoolean() ? 0x2000 : 0;
      byte[] body = new byte[octets];
      if (random.nextInt(4) == 0) {
        random.nextBytes(body);
      }
      int protocol = new int[] {17, 6, 1, 47, 4, 41, 50}[random.nextInt(7)];
      tape.pass(0.002).frame(ethernet(1, 2, 0x0800, ipv4(1, 2, protocol, random.nextInt(40), more | offset, 64, body)));
    }
    tape.play();
    assertThat(tape.count("packets")).isEqualTo(30_000);
    assertThat(tape.seen).extracting(Observation::at).isSorted();
  }
}
