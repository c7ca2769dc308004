package fr.vigie.sensor.flow;

import static fr.vigie.sensor.flow.Frames.ethernet;
import static fr.vigie.sensor.flow.Frames.hex;
import static fr.vigie.sensor.flow.Frames.ipv4;
import static fr.vigie.sensor.flow.Frames.ipv6;
import static fr.vigie.sensor.flow.Frames.join;
import static fr.vigie.sensor.flow.Frames.tcpFrame;
import static fr.vigie.sensor.flow.Frames.udp;
import static fr.vigie.sensor.flow.Frames.udpFrame;
import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SensorTest {
  private final Tape tape = new Tape();

  private static byte[] toy(int command, int value) {
    return new byte[] {0x55, 4, (byte) command, (byte) value};
  }

  private List<String> contacts() {
    return tape.all(Contact.class).stream()
        .map(c -> c.phase() + " " + c.protocol() + " " + c.who().ip() + ">" + c.whom().ip() + ":" + c.port() + " " + c.answer() + " "
            + c.packetsOut() + "/" + c.packetsBack())
        .toList();
  }

  @Test
  void anActIsReportedAtOnceAndItsOutcomeUnderTheSameId() {
    tape.frame(udpFrame(1, 50000, 2, 7000, toy(1, 9))).pass(0.01).frame(udpFrame(2, 7000, 1, 50000, toy(2, 9))).play();
    List<Act> acts = tape.all(Act.class);
    assertThat(acts).extracting(a -> a.outcome().state()).containsExactly(Outcome.State.PENDING, Outcome.State.OK);
    assertThat(acts.get(0).id()).isEqualTo(acts.get(1).id()).startsWith("1.");
    assertThat(acts.get(1).stamp().packet()).isEqualTo(1);
  }

  @Test
  void anActWithoutAnswerIsUnansweredAfterThirtySeconds() {
    tape.frame(udpFrame(1, 50000, 2, 7000, toy(1, 9))).pass(40).frame(udpFrame(3, 1, 4, 2, new byte[1])).play();
    assertThat(tape.all(Act.class)).last().satisfies(a -> {
      assertThat(a.outcome()).isEqualTo(Outcome.UNANSWERED);
      assertThat(a.at()).isEqualTo(Tape.START + 30_000_000_000L);
    });
  }

  @Test
  void anActWhoseThirtySecondsAreNotOverStaysPending() {
    tape.frame(udpFrame(1, 50000, 2, 7000, toy(1, 9))).pass(10).frame(udpFrame(3, 1, 4, 2, new byte[1])).play();
    assertThat(tape.all(Act.class)).singleElement().extracting(Act::outcome).isEqualTo(Outcome.PENDING);
  }

  @Test
  @Timeout(20)
  void timesFromOneEndOfTheClockToTheOtherAreCountedAndEndAtOnce() {
    for (double seconds : new double[] {0, 7e9, 7e9, -17e9, 16e9, -9e9, 8e9}) {
      tape.pass(seconds);
      for (int i = 0; i < 40; i++) { // enough to confirm the jump
        tape.frame(udpFrame(1, 50000 + i, 2, 7000, toy(1, i))).pass(0.001);
      }
    }
    tape.play();
    assertThat(tape.sensor.counters().value("refused.time_out_of_range")).isPositive();
    assertThat(tape.all(Contact.class)).isNotEmpty().allSatisfy(c -> assertThat(c.at()).isBetween(0L, 1L << 62));
  }

  @Test
  void aContactOpensIsAnsweredAndCloses() {
    tape.frame(udpFrame(1, 50000, 2, 7000, toy(1, 9))).pass(0.01).frame(udpFrame(2, 7000, 1, 50000, toy(2, 9))).play();
    assertThat(contacts()).containsExactly("OPEN toy 10.0.0.1>10.0.0.2:7000 PENDING 1/0",
        "UPDATE toy 10.0.0.1>10.0.0.2:7000 ANSWERED 1/1", "CLOSE toy 10.0.0.1>10.0.0.2:7000 ANSWERED 1/1");
    assertThat(tape.all(Contact.class)).last().extracting(Contact::operations).isEqualTo(List.of("write"));
  }

  @Test
  void aServerThatSaysNothingIsSilentAfterFiveSeconds() {
    tape.frame(udpFrame(1, 50000, 2, 7000, toy(1, 9))).pass(6).frame(udpFrame(3, 1, 4, 2, new byte[1])).play();
    assertThat(contacts()).contains("UPDATE toy 10.0.0.1>10.0.0.2:7000 SILENT 1/0");
  }

  @Test
  void anUnreachablePortIsRefusedAtOnce() {
    byte[] datagram = ipv4(1, 2, 17, udp(50000, 7000, toy(1, 9)));
    tape.frame(ethernet(1, 2, 0x0800, datagram)).pass(0.01)
        .frame(ethernet(2, 1, 0x0800, ipv4(2, 1, 1, join(hex("0303000000000000"), datagram)))).play();
    assertThat(contacts()).contains("UPDATE toy 10.0.0.1>10.0.0.2:7000 REFUSED 1/0");
  }

  @Test
  void aResetOfASynIsARefusedContactNamedTcp() {
    tape.frame(tcpFrame(1, 50000, 2, 7001, 10, 2, "")).pass(0.01).frame(tcpFrame(2, 7001, 1, 50000, 0, 20, "")).play();
    assertThat(contacts()).containsExactly("OPEN tcp 10.0.0.1>10.0.0.2:7001 REFUSED 1/1",
        "CLOSE tcp 10.0.0.1>10.0.0.2:7001 REFUSED 1/1");
  }

  @Test
  void thePacketThatOpenedAContactProvesItsOpening() {
    tape.frame(tcpFrame(1, 50000, 2, 7001, 10, 2, "")).pass(0.01).frame(tcpFrame(2, 7001, 1, 50000, 0, 20, "")).play();
    List<Contact> all = tape.all(Contact.class);
    assertThat(all.getFirst().stamp().packet()).isZero();
    assertThat(all.getFirst().first()).isEqualTo(Tape.START);
    assertThat(all.getLast().stamp().packet()).isEqualTo(1);
  }

  @Test
  void aSynWithoutAnswerIsSilent() {
    tape.frame(tcpFrame(1, 50000, 2, 7001, 10, 2, "")).pass(1).frame(udpFrame(5, 1, 6, 2, new byte[1])).pass(6).frame(udpFrame(3, 1, 4, 2, new byte[1])).play();
    assertThat(contacts()).contains("OPEN tcp 10.0.0.1>10.0.0.2:7001 SILENT 1/0");
    Contact silent = tape.all(Contact.class).stream().filter(c -> c.protocol().equals("tcp")).findFirst().orElseThrow();
    assertThat(silent.at()).isEqualTo(Tape.START + 5_000_000_000L);
    assertThat(silent.last()).as("its last packet, not the moment of the report").isEqualTo(Tape.START);
    assertThat(silent.stamp().packet()).isZero();
  }

  @Test
  void aTcpContactOpensOnceUnderItsRightName() {
    tape.frame(tcpFrame(1, 50000, 2, 7001, 10, 2, "")).pass(0.01).frame(tcpFrame(2, 7001, 1, 50000, 90, 18, "")).pass(0.01)
        .frame(tcpFrame(1, 50000, 2, 7001, 11, 24, "0006abcd01020304")).play();
    assertThat(contacts()).containsExactly("OPEN lines 10.0.0.1>10.0.0.2:7001 ANSWERED 2/1",
        "CLOSE lines 10.0.0.1>10.0.0.2:7001 ANSWERED 2/1");
  }

  @Test
  void aBroadcastAwaitsNoAnswer() {
    tape.frame(ethernet(1, 255, 0x0800, ipv4(1, 255, 17, udp(7000, 7000, toy(5, 0))))).play();
    assertThat(contacts().get(0)).isEqualTo("OPEN toy 10.0.0.1>10.0.0.255:7000 GROUP 1/0");
  }

  @Test
  void aLongContactIsUpdatedEachMinuteInWhichItSpoke() {
    for (int i = 0; i < 13; i++) {
      tape.frame(udpFrame(1, 50000, 2, 7000, toy(5, 0))).pass(10);
    }
    tape.play();
    assertThat(contacts()).contains("UPDATE toy 10.0.0.1>10.0.0.2:7000 SILENT 6/0", "UPDATE toy 10.0.0.1>10.0.0.2:7000 SILENT 12/0");
  }

  @Test
  void aProtocolIsRecognisedOnAForeignPort() {
    tape.frame(udpFrame(1, 50000, 2, 9999, toy(1, 9))).play();
    assertThat(contacts().get(0)).startsWith("OPEN toy 10.0.0.1>10.0.0.2:9999");
  }

  @Test
  void aWrongLengthIsNotTheProtocol() {
    tape.frame(udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 9, 1, 1})).play();
    assertThat(contacts().get(0)).startsWith("OPEN udp");
    assertThat(tape.count("unframed.toy")).isEqualTo(1);
  }

  @Test
  void aShortMessageIsAFlawAndACutOneIsNot() {
    byte[] brief = udpFrame(1, 50000, 2, 7000, new byte[] {0x55, 3, 1});
    byte[] whole = udpFrame(1, 50000, 2, 7000, toy(1, 9));
    tape.frame(brief).frame(brief).pass(2).frame(whole, whole.length - 1).play();
    assertThat(tape.all(Flaw.class)).singleElement().satisfies(f -> {
      assertThat(f.kind()).isEqualTo("short");
      assertThat(f.protocol()).isEqualTo("toy");
      assertThat(f.cite()).isEqualTo(Toys.CITE);
      assertThat(f.count()).isEqualTo(2);
      assertThat(f.stamp().packet()).isZero();
    });
    assertThat(tape.count("refused.cut_messages")).isEqualTo(1);
  }

  @Test
  void readingsFoldIntoMinutes() {
    for (int value : new int[] {5, 9, 1}) {
      tape.frame(udpFrame(1, 50000, 2, 7000, toy(3, value))).pass(1);
    }
    tape.pass(120).frame(udpFrame(1, 50000, 2, 7000, toy(3, 7))).play();
    List<Reading> readings = tape.all(Reading.class);
    assertThat(readings).hasSize(2);
    Reading first = readings.get(0);
    assertThat(first.count()).isEqualTo(3);
    assertThat(first.minimum()).isEqualTo(1);
    assertThat(first.maximum()).isEqualTo(9);
    assertThat(first.sum()).isEqualTo(15);
    assertThat(first.last()).isEqualTo(1);
    assertThat(first.to() - first.from()).isEqualTo(60_000_000_000L);
    assertThat(first.at()).isEqualTo(first.to());
    assertThat(first.point().text()).isEqualTo("1.2");
  }

  @Test
  void aClaimIsNewsWhenItChangesAndWhenItChangesBack() {
    for (String model : new String[] {"A", "A", "B", "B", "A"}) {
      tape.frame(udpFrame(1, 50000, 2, 7000, join(new byte[] {0x55, 4, 4}, model.getBytes(java.nio.charset.StandardCharsets.UTF_8)))).pass(1);
    }
    tape.play();
    assertThat(tape.all(Claim.class)).extracting(Claim::value).containsExactly("A", "B", "A");
  }

  @Test
  void routedFramesShareOneEndpointAndAreSightedPerMac() {
    tape.frame(ethernet(7, 2, 0x0800, ipv4(1, 2, 17, udp(50000, 7000, toy(1, 1))))).pass(1)
        .frame(ethernet(8, 2, 0x0800, ipv4(1, 2, 17, udp(50000, 7000, toy(1, 2))))).play();
    assertThat(tape.all(Sighting.class)).extracting(s -> s.who().ip() + " " + s.who().macText())
        .containsExactly("10.0.0.1 02:00:00:00:00:07", "10.0.0.1 02:00:00:00:00:08");
    assertThat(tape.all(Act.class)).extracting(a -> a.who().key()).containsOnly("site|ip=10.0.0.1");
  }

  @Test
  void everyChangeOfAnArpBindingIsSighted() {
    for (int mac : new int[] {1, 1, 9, 1, 9}) {
      tape.frame(Frames.arp(2, mac, 1, 2)).pass(0.5);
    }
    tape.play();
    assertThat(tape.all(Sighting.class)).extracting(s -> s.who().macText()).containsExactly("02:00:00:00:00:01", "02:00:00:00:00:09",
        "02:00:00:00:00:01", "02:00:00:00:00:09");
    assertThat(tape.all(Sighting.class)).allSatisfy(s -> assertThat(s.how()).isEqualTo(Sighting.How.ARP));
  }

  @Test
  void anArpProbeBindsNothing() {
    tape.frame(Frames.ethernet(1, 255, 0x0806, join(hex("000108000604 0001"), Frames.mac(1), new byte[4], new byte[6], Frames.address(5))))
        .play();
    assertThat(tape.all(Sighting.class)).singleElement().extracting(s -> s.who().key()).isEqualTo("site|mac=02:00:00:00:00:01");
  }

  @Test
  void aNeighbourAdvertisementBindsItsTarget() {
    byte[] body = join(hex("8800000060000000 fd000000000000000000000000000007 0201"), Frames.mac(7));
    tape.frame(ethernet(7, 1, 0x86DD, ipv6(7, 1, 58, body))).play();
    assertThat(tape.all(Sighting.class)).extracting(s -> s.how() + " " + s.who().ip() + " " + s.who().macText())
        .containsExactly("FRAME fd00::7 02:00:00:00:00:07", "ND fd00::7 02:00:00:00:00:07");
  }

  @Test
  void aSightingIsRenewedEachMinute() {
    for (int i = 0; i < 130; i++) {
      tape.frame(udpFrame(1, 50000, 2, 7000, toy(5, 0))).pass(1);
    }
    tape.play();
    assertThat(tape.all(Sighting.class)).hasSize(3);
  }

  @Test
  void aVlanIsShownButIsNoIdentityUnlessTheSiteSaysSo() {
    byte[] frame = Frames.tagged(1, 2, 30, 0x0800, ipv4(1, 2, 17, udp(50000, 7000, toy(1, 1))));
    tape.frame(frame).play();
    assertThat(tape.all(Act.class).get(0).who().seenVlan()).isEqualTo(30);
    assertThat(tape.all(Act.class).get(0).who().key()).isEqualTo("site|ip=10.0.0.1");
    Tape other = new Tape().frame(frame);
    other.play(SensorOptions.standard().vlansAreIdentity(true).dissectors(() -> List.of(new Toys.Datagrams())));
    assertThat(other.all(Act.class).get(0).who().key()).isEqualTo("site|ip=10.0.0.1|vlan=30");
  }

  @Test
  void aMirroredCopyIsCountedAndNotReadTwice() {
    byte[] datagram = ipv4(1, 2, 17, 77, 0, 64, udp(50000, 7000, toy(1, 1)));
    byte[] routed = ipv4(1, 2, 17, 77, 0, 63, udp(50000, 7000, toy(1, 1)));
    tape.frame(ethernet(1, 9, 0x0800, datagram)).pass(0.001).frame(ethernet(9, 2, 0x0800, routed)).pass(0.001)
        .frame(Frames.tagged(1, 9, 12, 0x0800, datagram)).play();
    assertThat(tape.all(Act.class)).hasSize(1);
    assertThat(tape.count("refused.copies")).isEqualTo(2);
  }

  @Test
  void aRepeatFromOneOriginIsTraffic() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, toy(1, 1));
    tape.frame(frame).pass(0.001).frame(frame).play();
    assertThat(tape.all(Act.class)).hasSize(2);
    assertThat(tape.count("refused.copies")).isZero();
  }

  @Test
  void anotherPayloadIsNoCopyHoweverAlikeTheHeaders() {
    tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 7, 0, 64, udp(50000, 7000, toy(1, 1))))).pass(0.001)
        .frame(ethernet(9, 2, 0x0800, ipv4(1, 2, 17, 7, 0, 64, udp(50000, 7000, toy(1, 2))))).play();
    assertThat(tape.all(Act.class)).hasSize(2);
  }

  @Test
  void aCopyLaterThanFiveMillisecondsIsTraffic() {
    byte[] datagram = ipv4(1, 2, 17, udp(50000, 7000, toy(1, 1)));
    tape.frame(ethernet(1, 2, 0x0800, datagram)).pass(0.006).frame(Frames.tagged(1, 2, 12, 0x0800, datagram)).play();
    assertThat(tape.all(Act.class)).hasSize(2);
  }

  @Test
  void fragmentsInAnyOrderAreOneDatagram() {
    byte[] whole = udp(50000, 7000, join(new byte[] {0x55, 24, 1, 5}, new byte[20]));
    byte[] head = java.util.Arrays.copyOf(whole, 16);
    byte[] tail = java.util.Arrays.copyOfRange(whole, 16, whole.length);
    tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 5, 2, 64, tail)))
        .frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 5, 0x2000, 64, head))).play();
    assertThat(tape.all(Act.class)).hasSize(1);
    assertThat(contacts().get(0)).isEqualTo("OPEN toy 10.0.0.1>10.0.0.2:7000 PENDING 2/0");
  }

  @Test
  void contradictingFragmentsAreAFlawAndNoDatagram() {
    byte[] whole = udp(50000, 7000, join(new byte[] {0x55, 24, 1, 5}, new byte[20]));
    byte[] head = java.util.Arrays.copyOf(whole, 24);
    byte[] tail = java.util.Arrays.copyOfRange(whole, 16, whole.length);
    tail[0] = 1;
    tape.frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 5, 0x2000, 64, head)))
        .frame(ethernet(1, 2, 0x0800, ipv4(1, 2, 17, 5, 2, 64, tail))).play();
    assertThat(tape.all(Act.class)).isEmpty();
    assertThat(tape.all(Flaw.class)).singleElement().extracting(Flaw::kind).isEqualTo("fragment-overlap");
    assertThat(tape.count("refused.fragments_incomplete")).isEqualTo(1);
  }

  @Test
  void aClockJumpIsHeldUntilSixteenPacketsConfirmIt() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, toy(1, 1));
    tape.frame(frame).pass(86400).frame(frame).pass(-86399).frame(frame).pass(86400);
    for (int i = 0; i < 17; i++) {
      tape.pass(1).frame(frame);
    }
    tape.play();
    List<Long> times = tape.all(Act.class).stream().filter(Act::request).map(Observation::at).toList();
    assertThat(times.get(1)).isEqualTo(Tape.START);
    assertThat(times.get(2)).isEqualTo(Tape.START + 1_000_000_000L);
    assertThat(tape.count("refused.clock_jump")).isEqualTo(16);
    assertThat(times).last().isEqualTo(Tape.START + 86_418_000_000_000L);
  }

  @Test
  void anotherInterfaceConfirmsAJumpAtOnce() {
    byte[] frame = udpFrame(1, 50000, 2, 7000, toy(1, 1));
    tape.frame(frame).pass(600).frame(frame).from(1, "site").pass(0.5).frame(frame).play();
    assertThat(tape.count("refused.clock_jump")).isEqualTo(1);
    assertThat(tape.quanta).last().isEqualTo(Tape.START + 600_500_000_000L);
  }

  @Test
  void tunnelsAreTakenOff() {
    byte[] inner = udpFrame(1, 50000, 2, 7000, toy(1, 1));
    byte[] innerIp = ipv4(1, 2, 17, udp(50000, 7000, toy(1, 2)));
    tape.frame(udpFrame(8, 1234, 9, 4789, join(hex("0800000000000100"), inner))).pass(1)
        .frame(ethernet(8, 9, 0x0800, ipv4(8, 9, 47, join(hex("00000800"), innerIp)))).pass(1)
        .frame(ethernet(8, 9, 0x8847, join(hex("00010140"), innerIp))).pass(1)
        .frame(ethernet(8, 9, 0x8864, join(hex("110000010022 0021"), innerIp))).play();
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(4)
        .allSatisfy(a -> assertThat(a.who().ip()).isEqualTo("10.0.0.1"));
    assertThat(tape.count("layer.tunnels")).isEqualTo(4);
  }

  @Test
  void aProtocolOnTheLinkLayerHasMacEndpoints() {
    tape.frame(ethernet(1, 2, 0x88B5, hex("010203"))).play();
    assertThat(tape.all(Contact.class).get(0)).satisfies(c -> {
      assertThat(c.protocol()).isEqualTo("local");
      assertThat(c.transport()).isEqualTo("ethernet");
      assertThat(c.who().key()).isEqualTo("site|mac=02:00:00:00:00:01");
      assertThat(c.operations()).containsExactly("hello");
    });
  }

  @Test
  void otherLinkTypesAreReadAndUnknownOnesCounted() {
    byte[] ip = ipv4(1, 2, 17, udp(50000, 7000, toy(1, 1)));
    tape.link(101).frame(ip).pass(1).link(228).frame(ip).pass(1).link(0).frame(join(hex("02000000"), ip)).pass(1).link(108)
        .frame(join(hex("00000002"), ip)).pass(1).link(113).frame(join(hex("000000010006020000000001 0000 0800"), ip)).pass(1).link(276)
        .frame(join(hex("0800 0000 00000001 0001 00 06 0200000000010000"), ip)).pass(1).link(195).frame(ip).play();
    assertThat(tape.all(Act.class).stream().filter(Act::request)).hasSize(6);
    assertThat(tape.count("refused.link_type_unknown")).isEqualTo(1);
    assertThat(tape.count("link.276")).isEqualTo(1);
  }

  @Test
  void devicesOfOneModelAllSaySo() {
    for (int host = 1; host < 40; host++) {
      tape.frame(udpFrame(host, 50000, 100, 7000, new byte[] {0x55, 5, 4, 'm', '1'})).pass(0.01);
    }
    tape.play();
    assertThat(tape.all(Claim.class)).hasSize(39).extracting(Claim::value).containsOnly("m1");
  }

  @Test
  void aFullFlowTableForgetsTheStalestAndSaysSo() {
    for (int i = 0; i < 200; i++) {
      tape.frame(udpFrame(1, 20000 + i, 2, 7000, toy(1, i))).pass(0.001);
    }
    tape.play(SensorOptions.standard().bounds(64, 64).shards(1).dissectors(() -> List.of(new Toys.Datagrams())));
    assertThat(tape.all(Act.class)).hasSize(200);
    assertThat(tape.count("refused.flows_evicted")).isEqualTo(136);
  }

  @Test
  void observationsAreInOrderAndTwoRunsAreAlike() {
    List<String> runs = new java.util.ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Tape one = new Tape();
      for (int i = 0; i < 500; i++) {
        one.frame(udpFrame(1 + i % 7, 50000, 20 + i % 3, 7000, toy(1 + i % 5, i))).pass(0.3);
      }
      one.play();
      assertThat(one.seen).isSortedAccordingTo(java.util.Comparator.comparing(Observation::stamp));
      assertThat(one.seen).isSortedAccordingTo(java.util.Comparator.comparing(Observation::at));
      runs.add(one.seen.toString() + one.sensor.counters().values());
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1));
  }
}
