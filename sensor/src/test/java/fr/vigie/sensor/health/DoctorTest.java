package fr.vigie.sensor.health;

import static fr.vigie.sensor.flow.Frames.arp;
import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.tagged;
import static fr.vigie.sensor.flow.Frames.tcp;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Lapse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorTest {
  private static final int ACK = 16;
  private static final int SYN = 2;

  private final Tape tape = new Tape();

  private static byte[] segment(int vlan, int from, int fromPort, int to, int toPort, int flags) {
    byte[] packet = ipv4(from, to, 6, tcp(fromPort, toPort, 1000, flags, new byte[0]));
    return vlan < 0 ? ethernet(from, to, 0x0800, packet) : tagged(from, to, vlan, 0x0800, packet);
  }

  private static byte[] datagram(int vlan, int from, int fromPort, int to, int toPort, byte... payload) {
    return tagged(from, to, vlan, 0x0800, ipv4(from, to, 17, udp(fromPort, toPort, payload)));
  }

  /** A minute in which so many clients of a VLAN send three segments each to servers, and those answer or are not seen to. */
  private void minute(int vlan, int clients, boolean answered) {
    for (int i = 0; i < clients; i++) {
      for (int k = 0; k < 3; k++) {
        tape.frame(segment(vlan, 10 + i, 40000, 100 + i, 502, ACK));
        if (answered) {
          tape.frame(segment(vlan, 100 + i, 502, 10 + i, 40000, ACK));
        }
        tape.pass(60.0 / clients / 3);
      }
    }
  }

  private List<String> told() {
    return tape.all(Lapse.class).stream().map(DoctorTest::line).toList();
  }

  private static String line(Lapse l) {
    return l.kind().wireName() + " " + l.from() + "/" + l.vlan() + " " + l.part() + "/" + l.whole() + (l.proof().isEmpty() ? "" : " " + l.proof())
        + (l.hidden() < 0 ? "" : " hides " + l.hidden());
  }

  private List<Lapse> found() {
    return tape.sensor.diagnosis().findings().stream().map(Diagnosis.Finding::lapse).toList();
  }

  @Test
  void aDirectionThatNeverArrivesIsTold() {
    for (int m = 0; m < 6; m++) {
      minute(20, 20, false);
    }
    tape.play();
    assertThat(told()).containsExactly("one-way 0/20 20/20 hides 20");
    Lapse told = tape.all(Lapse.class).getFirst();
    assertThat(told.basis()).isEqualTo(Lapse.Basis.NEVER_ANSWERED);
    assertThat(told.who().vlan()).isEqualTo(20);
    assertThat(told.first()).isEqualTo(Tape.START);
  }

  @Test
  void oneDialogueInTenSeenBothWaysIsNotOneDirectionMissing() {
    for (int m = 0; m < 6; m++) {
      minute(20, 20, false);
      tape.frame(segment(20, 90, 40000, 91, 502, ACK)).frame(segment(20, 91, 502, 90, 40000, ACK));
      tape.frame(segment(20, 92, 40000, 95, 502, ACK)).frame(segment(20, 95, 502, 92, 40000, ACK));
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void fourMinutesAndABitAreNoWindowYetAShortCaptureIsShown() {
    for (int m = 0; m < 3; m++) {
      minute(20, 20, false);
    }
    tape.play();
    assertThat(told()).isEmpty();
    assertThat(found()).extracting(DoctorTest::line).containsExactly("one-way 0/20 20/20 hides 20");
  }

  @Test
  void theTwoCablesOfATapAreOneConversation() {
    for (int m = 0; m < 6; m++) {
      for (int i = 0; i < 20; i++) {
        tape.from(0, "site").frame(segment(-1, 10 + i, 40000, 100 + i, 502, ACK));
        tape.from(1, "site").frame(segment(-1, 100 + i, 502, 10 + i, 40000, ACK));
        tape.pass(3);
      }
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void aScanThatNobodyAnswersProvesNothing() {
    for (int i = 0; i < 2000; i++) {
      tape.frame(segment(20, 66, 40000 + i, 1 + i % 250, 1 + i / 250, SYN)).pass(0.2);
      tape.frame(datagram(20, 66, 50000, 1 + i % 250, 161 + i / 250, (byte) 0x30));
    }
    tape.play();
    assertThat(told()).isEmpty();
    assertThat(found()).isEmpty();
  }

  @Test
  void syslogTrapsAndPicturesAreAnsweredByNobody() {
    byte[] rtp = hex("8060000100000001 0000000200000000");
    for (int m = 0; m < 36; m++) {
      for (int i = 0; i < 12; i++) {
        tape.frame(datagram(20, 10 + i, 514, 99, 514, (byte) '<')).frame(datagram(20, 10 + i, 40001, 98, 162, (byte) 0x30));
        tape.frame(tagged(10 + i, 97, 20, 0x0800, ipv4(10 + i, 97, 17, udp(30000, 30002, rtp))));
      }
      tape.pass(10);
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void pollsThatInsistAndAreNeverAnsweredAreOneDirectionMissing() {
    for (int m = 0; m < 36; m++) {
      for (int i = 0; i < 12; i++) {
        tape.frame(datagram(20, 5, 47808, 100 + i, 47808, (byte) 0x81));
      }
      tape.pass(10);
    }
    tape.play();
    assertThat(told()).containsExactly("one-way 0/20 12/12 hides 12");
  }

  @Test
  void framesThatComeTwiceAreTold() {
    for (int m = 0; m < 400; m++) {
      byte[] payload = {(byte) m, (byte) (m >> 8)};
      tape.frame(datagram(20, 1, 5000, 2, 6000, payload)).frame(datagram(30, 1, 5000, 2, 6000, payload)).pass(1);
      tape.frame(datagram(20, 2, 6000, 1, 5000, payload));
    }
    tape.play();
    assertThat(told()).contains("twice 0/30 300/300 hides 0").noneMatch(t -> t.startsWith("twice 0/20"));
    assertThat(tape.all(Lapse.class).getFirst().otherVlan()).isEqualTo(20);
  }

  @Test
  void oneCopyInAHundredIsNoDuplicateMirror() {
    for (int m = 0; m < 4000; m++) {
      byte[] payload = {(byte) m, (byte) (m >> 8)};
      tape.frame(datagram(30, 1, 5000, 2, 6000, payload)).frame(datagram(30, 2, 6000, 1, 5000, payload)).pass(0.1);
      if (m % 50 == 0) {
        byte[] routed = datagram(30, 1, 5000, 2, 6000, payload);
        tape.frame(datagram(20, 1, 5001, 2, 6000, payload)).frame(routed);
      }
    }
    tape.play();
    assertThat(told()).noneMatch(t -> t.startsWith("twice"));
  }

  @Test
  void lossesWithinAMinuteAreToldByWhereTheyHappen() {
    for (int m = 0; m < 3; m++) {
      minute(-1, 100, true);
      if (m == 0) {
        tape.loses("capture.dropped_kernel", 2);
      }
    }
    tape.loses("lane.a_lost", 1);
    minute(-1, 100, true);
    tape.play();
    assertThat(told()).containsExactly("lost -1/-1 2/602 kernel", "lost -1/-1 1/0 lane-a");
  }

  @Test
  void aHandfulLostAmongManyIsNotTold() {
    for (int m = 0; m < 3; m++) {
      for (int k = 0; k < 5; k++) {
        minute(-1, 100, true);
        tape.pass(-48);
      }
      tape.loses("capture.dropped_ring", 2);
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void aVlanThatTheSiteNamesAndThatNeverAppearsIsTold() {
    for (int m = 0; m < 12; m++) {
      minute(20, 12, true);
    }
    tape.play(SensorOptions.standard().vlansExpected(Set.of(20, 30)));
    assertThat(told()).isNotEmpty().allMatch(t -> t.equals("vlan-absent -1/30 0/0 site"));
  }

  @Test
  void aVlanThatAppearsWithinTenMinutesIsNotMissed() {
    for (int m = 0; m < 12; m++) {
      minute(20, 12, true);
      if (m == 8) {
        minute(30, 2, true);
      }
    }
    tape.play(SensorOptions.standard().vlansExpected(Set.of(20, 30)));
    assertThat(told()).isEmpty();
  }

  @Test
  void aCaptureWithoutTagsCannotSayWhichVlanIsMissing() {
    for (int m = 0; m < 12; m++) {
      minute(-1, 12, true);
    }
    tape.play(SensorOptions.standard().vlansExpected(Set.of(20, 30)));
    assertThat(told()).isNotEmpty().allMatch(t -> t.equals("untagged -1/-1 2/2 site"));
  }

  @Test
  void aVlanThatASwitchNamesIsMissedToo() {
    // chassis, port, time to live, VLAN name 77 "cta", end
    byte[] lldp = hex("0207040200000000fe04040567653106020078");
    byte[] name = join(hex("fe0a0080c203004d"), new byte[] {3}, "cta".getBytes(java.nio.charset.StandardCharsets.US_ASCII), hex("0000"));
    byte[] frame = join(hex("0180c200000e0200000000fe88cc"), lldp, name);
    tape.frame(frame);
    for (int m = 0; m < 12; m++) {
      minute(20, 12, true);
    }
    tape.play();
    assertThat(told()).isNotEmpty().allMatch(t -> t.equals("vlan-absent -1/77 0/0 lldp"));
  }

  @Test
  void everyPrefixOfAnLldpFrameIsSafe() {
    byte[] frame = join(hex("0180c200000e0200000000fe88cc"), hex("0207040200000000fe040405676531"), hex("06020078fe0a0080c203004d036374610000"));
    for (int length = 0; length <= frame.length; length++) {
      tape.frame(Arrays.copyOf(frame, length)).frame(frame, length).pass(1);
    }
    tape.play();
    assertThat(tape.count("packets")).isEqualTo(2L * (frame.length + 1));
  }

  @Test
  void aVlanOfWhichOnlyArpArrivesIsNotMirrored() {
    for (int m = 0; m < 12; m++) {
      minute(20, 12, true);
      for (int i = 0; i < 10; i++) {
        byte[] asks = arp(1, 40 + i, 40 + i, 60 + i);
        tape.frame(join(Arrays.copyOf(asks, 12), hex("8100001e"), Arrays.copyOfRange(asks, 12, asks.length)));
      }
    }
    tape.play();
    assertThat(told()).isNotEmpty().allMatch(t -> t.matches("vlan-absent 0/30 [45]0/0 arp hides 20"));
  }

  @Test
  void aVlanHeardEveryDayThatFallsSilentIsTold() {
    for (int day = 0; day < 6; day++) {
      for (int hour = 0; hour < 24; hour++) {
        tape.frame(segment(20, 10, 40000, 100, 502, ACK)).frame(segment(20, 100, 502, 10, 40000, ACK));
        if (day < 3) {
          tape.frame(segment(30, 11, 40000, 108, 502, ACK)).frame(segment(30, 108, 502, 11, 40000, ACK));
        }
        tape.pass(3600);
      }
    }
    tape.play();
    assertThat(told()).hasSize(1).first().asString().startsWith("vlan-silent 0/30 ").endsWith(" daily hides 2");
  }

  @Test
  void aGapInAFileIsNobodysSilence() {
    for (int day = 0; day < 3; day++) {
      for (int hour = 0; hour < 24; hour++) {
        tape.frame(segment(20, 10, 40000, 100, 502, ACK)).frame(segment(20, 100, 502, 10, 40000, ACK));
        tape.frame(segment(30, 11, 40000, 108, 502, ACK)).frame(segment(30, 108, 502, 11, 40000, ACK)).pass(3600);
      }
    }
    tape.pass(14 * 86_400.0);
    for (int i = 0; i < 16; i++) { // a jump of the clock is believed once it is confirmed
      tape.frame(segment(20, 10, 40000, 100, 502, ACK)).pass(60);
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void aPortThatIsSilentForAMinuteIsToldWhileLive() {
    minute(-1, 12, true);
    for (int s = 0; s < 90; s++) {
      tape.tick().pass(1);
    }
    tape.play();
    assertThat(told()).containsExactly("silent 0/-1 60/0 hides 24");
    assertThat(tape.sensor.diagnosis().live()).isTrue();
  }

  @Test
  void fiftyNineSecondsOfSilenceAreNotTold() {
    minute(-1, 12, true);
    for (int k = 0; k < 4; k++) {
      for (int s = 0; s < 58; s++) {
        tape.tick().pass(1);
      }
      tape.frame(segment(-1, 10, 40000, 100, 502, ACK)).pass(1);
    }
    tape.play();
    assertThat(told()).isEmpty();
  }

  @Test
  void silenceIsNeverJudgedFromAFile() {
    minute(-1, 12, true);
    tape.pass(250);
    minute(-1, 12, true);
    tape.play();
    assertThat(told()).isEmpty();
    assertThat(tape.sensor.diagnosis().live()).isFalse();
  }

  @Test
  void cutAndMergedFramesAreShown() {
    for (int m = 0; m < 330; m++) {
      byte[] large = ethernet(1, 2, 0x0800, ipv4(1, 2, 6, tcp(40000, 443, 1000 + m * 4000, ACK, new byte[4000])));
      tape.frame(large, 96).frame(segment(-1, 2, 443, 1, 40000, ACK)).pass(1);
    }
    tape.play();
    assertThat(told()).contains("cut 0/-1 300/600 hides 0", "merged 0/-1 300/600 hides 0");
    Diagnosis.Traffic line = tape.sensor.diagnosis().lines().getFirst();
    assertThat(line.snap()).isEqualTo(96);
    assertThat(line.longest()).isEqualTo(4054);
  }

  @Test
  void moreBroadcastThanDialogueIsShown() {
    for (int m = 0; m < 400; m++) {
      tape.frame(udpFrame(1, 5000, 255, 6000, new byte[] {1})).pass(1);
    }
    tape.frame(segment(-1, 2, 443, 1, 40000, ACK));
    tape.play();
    assertThat(told()).contains("flooded 0/-1 300/300");
  }

  @Test
  void aClockThatJumpsIsShown() {
    minute(-1, 100, true);
    tape.pass(86_400).frame(segment(-1, 2, 443, 1, 40000, ACK)).pass(-86_400);
    for (int m = 0; m < 6; m++) {
      minute(-1, 100, true);
    }
    tape.play();
    assertThat(told()).containsExactly("clock -1/-1 1/0");
  }

  @Test
  void thePictureHoldsADayAndEveryPacketOfIt() {
    for (int hour = 0; hour < 24; hour++) {
      minute(20, 10, true);
      tape.pass(3540);
    }
    tape.play();
    Diagnosis d = tape.sensor.diagnosis();
    assertThat(d.lines()).hasSize(1);
    Diagnosis.Traffic line = d.lines().getFirst();
    assertThat(line.packets()).isEqualTo(24 * 60);
    assertThat(line.packetsByBin().stream().mapToLong(Long::longValue).sum()).isEqualTo(line.packets());
    assertThat(line.bytesByBin().stream().mapToLong(Long::longValue).sum()).isEqualTo(line.bytes());
    assertThat(line.devices()).isEqualTo(20);
    assertThat(d.step()).isEqualTo(600_000_000_000L);
  }

  @Test
  void moreVlansThanItHoldsAreCountedTogether() {
    for (int vlan = 1; vlan < 1000; vlan++) {
      tape.frame(segment(vlan, 1, 40000, 2, 502, ACK)).pass(0.01);
    }
    tape.play();
    assertThat(tape.sensor.diagnosis().lines()).hasSize(512);
    assertThat(tape.count("doctor.lines_refused")).isEqualTo(999 - 512);
    assertThat(tape.sensor.diagnosis().lines().stream().mapToLong(Diagnosis.Traffic::packets).sum()).isEqualTo(999);
  }
}
