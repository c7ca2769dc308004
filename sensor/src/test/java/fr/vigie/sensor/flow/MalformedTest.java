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

  @TestFactory
  Stream<DynamicTest> everyPrefixOnTheWireIsSafe() {
    return Frames.kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link());
      byte[] frame = e.getValue().frame();
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
    return Frames.kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link());
      byte[] frame = e.getValue().frame();
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
    return Frames.kinds().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
      Tape tape = new Tape().link(e.getValue().link());
      byte[] frame = e.getValue().frame();
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
    Frames.Kind[] kinds = Frames.kinds().values().toArray(Frames.Kind[]::new);
    Tape tape = new Tape();
    for (int i = 0; i < 20_000; i++) {
      Frames.Kind kind = kinds[random.nextInt(kinds.length)];
      byte[] frame = kind.frame().clone();
      for (int k = random.nextInt(6); k >= 0; k--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt();
      }
      frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
      tape.link(kind.link()).frame(frame, random.nextInt(4) == 0 ? random.nextInt(frame.length + 1) : frame.length).pass(0.001);
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
