package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Flaw;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamTest {
  private final Tape tape = new Tape();

  private Tape client(int sequence, int flags, String payload) {
    return tape.pass(0.001).frame(Frames.tcpFrame(1, 40000, 2, 7001, sequence, flags, payload));
  }

  private Tape server(int sequence, int flags, String payload) {
    return tape.pass(0.001).frame(Frames.tcpFrame(2, 7001, 1, 40000, sequence, flags, payload));
  }

  private void handshake() {
    client(999, 2, "");
    server(4999, 18, "");
    client(1000, 16, "");
  }

  private List<String> told() {
    return tape.all(Claim.class).stream().map(Claim::value).toList();
  }

  private static String message(int first, int octets) {
    return String.format("%04xabcd%02x", octets - 2, first) + "00".repeat(octets - 5);
  }

  @Test
  void pipelinedMessagesInOneSegmentAreEachRead() {
    handshake();
    client(1000, 24, message(1, 8) + message(2, 9) + message(3, 10));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/9", "3/10");
    assertThat(tape.count("messages.lines")).isEqualTo(3);
  }

  @Test
  void aMessageSplitOverSegmentsIsReadOnce() {
    handshake();
    String m = message(7, 300) + message(8, 6);
    client(1000, 24, m.substring(0, 2));
    client(1001, 24, m.substring(2, 200));
    client(1100, 24, m.substring(200));
    tape.play();
    assertThat(told()).containsExactly("7/300", "8/6");
  }

  @Test
  void segmentsOutOfOrderArePutInOrder() {
    handshake();
    client(1016, 24, message(3, 8));
    client(1008, 24, message(2, 8));
    client(1000, 24, message(1, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8", "3/8");
    assertThat(tape.count("flow.stream_gaps")).isZero();
  }

  @Test
  void lossIsWaitedForAndThenToldAsAGap() {
    handshake();
    client(1000, 24, message(1, 8));
    client(1016, 24, message(3, 8));
    tape.pass(2);
    client(1024, 24, message(4, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "3/8/gap", "4/8");
    assertThat(tape.count("flow.stream_octets_lost")).isEqualTo(8);
  }

  @Test
  void aLossWithinALongMessageKeepsTheStreamInStep() {
    handshake();
    String m = message(1, 100);
    client(1000, 24, m.substring(0, 80));
    client(1080, 24, m.substring(160) + message(2, 8));
    tape.pass(2).frame(Frames.udpFrame(8, 1, 9, 2, new byte[1]));
    tape.play();
    assertThat(told()).containsExactly("1/100", "2/8");
    assertThat(tape.count("refused.cut_messages")).isEqualTo(1);
  }

  @Test
  void aRepeatedSegmentSaysNothingTwice() {
    handshake();
    client(1000, 24, message(1, 8));
    client(1000, 24, message(1, 8));
    client(1004, 24, message(1, 8).substring(8) + message(2, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8");
    assertThat(tape.count("refused.tcp_overlap")).isZero();
  }

  @Test
  void ofConflictingOverlapsTheFirstWinsAndAFlawTells() {
    handshake();
    client(1008, 24, message(2, 8));
    client(1000, 24, message(1, 8) + message(9, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8");
    assertThat(tape.all(Flaw.class)).singleElement().satisfies(f -> {
      assertThat(f.kind()).isEqualTo("tcp-overlap");
      assertThat(f.cite()).hasToString("RFC 9293 §3.10.7.4");
    });
  }

  @Test
  void aRewrittenRetransmissionIsAFlaw() {
    handshake();
    client(1000, 24, message(1, 8));
    client(1000, 24, message(5, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8");
    assertThat(tape.count("refused.tcp_overlap")).isEqualTo(1);
  }

  @Test
  void aStreamJoinedMidwayIsReadFromTheNextMessageStart() {
    client(5000, 24, "0011223344");
    client(5005, 24, message(6, 8));
    client(5013, 24, message(7, 8));
    tape.play();
    assertThat(told()).containsExactly("6/8/gap", "7/8");
    assertThat(tape.count("flow.streams_joined_late")).isEqualTo(1);
  }

  @Test
  void oneDirectionAloneIsRead() {
    server(7000, 24, message(1, 8));
    server(7008, 24, message(2, 8));
    tape.play();
    assertThat(told()).hasSize(2);
    assertThat(tape.all(Contact.class)).allSatisfy(c -> {
      assertThat(c.who().ip()).isEqualTo("10.0.0.1");
      assertThat(c.port()).isEqualTo(7001);
    });
  }

  @Test
  void aMessageLongerThanTheLimitIsPassedOver() {
    handshake();
    String m = message(1, 3000);
    client(1000, 24, m.substring(0, 2000));
    client(2000, 24, m.substring(2000, 4000));
    client(3000, 24, m.substring(4000) + message(2, 8));
    tape.play(options().memory(1 << 20, 64 << 10, 2048));
    assertThat(told()).containsExactly("2/8/gap");
    assertThat(tape.count("refused.message_too_long")).isEqualTo(1);
  }

  @Test
  void aSnappedSegmentCostsOnlyItsOwnMessages() {
    handshake();
    byte[] frame = Frames.tcpFrame(1, 40000, 2, 7001, 1000, 24, message(1, 100) + message(2, 8));
    tape.frame(frame, frame.length - 40);
    client(1108, 24, message(3, 8));
    tape.play();
    assertThat(told()).containsExactly("1/100", "3/8/gap");
    assertThat(tape.count("refused.cut_messages")).isEqualTo(1);
    assertThat(tape.all(Flaw.class)).isEmpty();
  }

  @Test
  void memoryIsGivenBackWhenStreamsEnd() {
    for (int i = 0; i < 400; i++) {
      tape.frame(Frames.tcpFrame(1, 20000 + i, 2, 7001, 0, 2, ""));
      tape.frame(Frames.tcpFrame(1, 20000 + i, 2, 7001, 1, 24, message(1, 3000).substring(0, 2000)));
      tape.frame(Frames.tcpFrame(1, 20000 + i, 2, 7001, 1, 17, ""));
      tape.frame(Frames.tcpFrame(2, 7001, 1, 20000 + i, 1, 17, ""));
      tape.pass(12);
    }
    tape.play(options().memory(1 << 20, 64 << 10, 4096));
    assertThat(tape.count("refused.stream_memory")).isZero();
  }

  @Test
  void everyOrderOfFourSegmentsGivesTheSameMessages() {
    String m = message(1, 8) + message(2, 11) + message(3, 9) + message(4, 12);
    int[] cut = {0, 7, 13, 30, 40};
    for (int order = 0; order < 24; order++) {
      Tape one = new Tape();
      one.frame(Frames.tcpFrame(1, 40000, 2, 7001, 999, 2, ""));
      List<Integer> left = new java.util.ArrayList<>(List.of(0, 1, 2, 3));
      int o = order;
      for (int k = 4; k > 0; k--) {
        int part = left.remove(o % k);
        o /= k;
        one.pass(0.001).frame(
            Frames.tcpFrame(1, 40000, 2, 7001, 1000 + cut[part], 24, m.substring(2 * cut[part], 2 * cut[part + 1])));
      }
      one.play();
      assertThat(one.all(Claim.class).stream().map(Claim::value)).as("order %d", order).containsExactly("1/8", "2/11", "3/9", "4/12");
    }
  }

  @Test
  void aSegmentHalfTheSequenceSpaceAwayIsAStray() {
    handshake();
    client(1000, 24, message(1, 8));
    client(1008 + Integer.MIN_VALUE, 24, message(9, 8));
    client(1008 + Integer.MAX_VALUE, 24, message(9, 8));
    client(1008, 24, message(2, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8");
  }

  @Test
  void aKeepAliveSaysNothing() {
    handshake();
    client(1000, 24, message(1, 8));
    client(1007, 16, "00");
    client(1007, 16, "");
    client(1008, 24, message(2, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8");
    assertThat(tape.count("flow.segments_repeated")).isZero();
    assertThat(tape.all(Flaw.class)).isEmpty();
  }

  @Test
  void zeroWindowProbesAreTheFirstOctetOfWhatFollows() {
    handshake();
    String m = message(2, 8);
    client(1000, 24, message(1, 8));
    // the peer's window is shut: one octet of the next message, again and again, then all of it
    client(1008, 16, m.substring(0, 2));
    client(1008, 16, m.substring(0, 2));
    client(1008, 24, m);
    tape.play();
    assertThat(told()).containsExactly("1/8", "2/8");
    assertThat(tape.all(Flaw.class)).isEmpty();
  }

  @Test
  void aNewConnectionBetweenTheSamePortsAfterAStreamMetUnderWay() {
    client(5_000_000, 24, message(1, 8));
    client(77, 2, "");
    client(78, 24, message(2, 8));
    client(86, 24, message(3, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8/gap", "2/8", "3/8");
    assertThat(tape.count("refused.tcp_strays")).isZero();
  }

  @Test
  void aSynSeenAfterItsFirstDataIsNoNewConnection() {
    client(1000, 24, message(1, 8));
    client(999, 2, "");
    client(1008, 24, message(2, 8));
    tape.play();
    assertThat(told()).containsExactly("1/8/gap", "2/8");
    assertThat(tape.count("flow.streams_joined_late")).isEqualTo(1);
  }

  @Test
  void anOutageLongerThanAnyWindowIsBelievedAfterFourSegments() {
    handshake();
    client(1000, 24, message(1, 8));
    for (int i = 0; i < 6; i++) {
      client(50_000_000 + 8 * i, 24, message(10 + i, 8));
      tape.pass(5).frame(Frames.udpFrame(8, 1, 9, 2, new byte[1]));
    }
    tape.play();
    assertThat(told()).containsExactly("1/8", "13/8/gap", "14/8", "15/8");
    assertThat(tape.count("refused.tcp_strays")).isEqualTo(3);
  }

  @Test
  void noSequenceNumberEndsTheSensor() {
    Random random = new Random(7);
    int[] places = {0, 1, 7, 8, 1 << 16, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -8, -(1 << 30)};
    handshake();
    int base = 1000;
    for (int i = 0; i < 20_000; i++) {
      int at = base + places[random.nextInt(places.length)] + random.nextInt(5) - 2;
      String m = message(random.nextInt(256), 6 + random.nextInt(60));
      client(at, 24, random.nextInt(3) == 0 ? m.substring(0, 2 + 2 * random.nextInt(4)) : m);
      if (random.nextInt(50) == 0) {
        base = random.nextInt();
      }
    }
    tape.play();
    assertThat(tape.count("packets")).isEqualTo(20_003);
  }

  /** Otherwise 20,000 segments of one octet are two hundred million octets to look at. */
  @Test
  void aMessageInTinySegmentsCostsAFewTimesItsLengthAndIsReadWhenTheOtherSideSpeaks() {
    Toys.Terminated toy = new Toys.Terminated();
    handshake();
    client(1000, 24, "410a");
    for (int i = 0; i < 20_000; i++) {
      client(1002 + i, 24, "42");
    }
    client(21_002, 24, "0a");
    server(5000, 24, "430a");
    tape.play(SensorOptions.standard().dissectors(() -> List.of(toy)).shards(1));
    assertThat(told()).containsExactly("65/2", "66/20001", "67/2");
    assertThat(tape.count("flow.messages_in_tiny_segments")).isEqualTo(1);
    assertThat(toy.looked).isLessThan(64 * 1024 + 6 * 20_000 + 1_000);
  }

  @Test
  void whatWaitsForMoreIsReadAtTheEndOfTheConnection() {
    Toys.Terminated toy = new Toys.Terminated();
    handshake();
    client(1000, 24, "410a");
    for (int i = 0; i < 3_000; i++) {
      client(1002 + i, 24, "42");
    }
    client(4_002, 24, "0a");
    tape.play(SensorOptions.standard().dissectors(() -> List.of(toy)).shards(1));
    assertThat(told()).containsExactly("65/2", "66/3001");
  }

  @Test
  void twoThatConspireDoNotGetRoundTheWaiting() {
    Toys.Terminated toy = new Toys.Terminated();
    handshake();
    client(1000, 24, "410a");
    server(5000, 24, "430a");
    for (int i = 0; i < 20_000; i++) {
      client(1002 + i, 24, "42");
      server(5002 + i, 24, "44");
    }
    tape.play(SensorOptions.standard().dissectors(() -> List.of(toy)).shards(1));
    assertThat(toy.looked).isLessThan(2 * (4L << 20) + 2 * 6 * 20_000 + 1_000);
  }

  private static SensorOptions options() {
    return SensorOptions.standard().dissectors(() -> List.of(new Toys.Lines()));
  }
}
