package fr.vigie.samples;

import static fr.vigie.samples.Stage.MS;
import static fr.vigie.samples.Stage.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Exercise.Play;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Exercises of the capture itself: what a mirror port, its switch and the machine behind it fail to deliver. What comes near has happened before. */
final class CaptureExercises {
  private static final int DIALOGUES = 12;
  private static final int FRAMES = 40;
  private static final int SECOND_PORT = 1;
  /** IEEE 802.1AB §7.1: nearest bridge. */
  private static final long NEAREST_BRIDGE = 0x0180C200000EL;

  private CaptureExercises() {}

  private static Exercise of(String detection, String what, String nearMiss, Play story, Play other) {
    return new Exercise(detection, what, nearMiss, other::at, story, other);
  }

  /** Twelve dialogues of the clinic within three minutes, as the mirror shows them: both ways, or what the client says alone. */
  private static Play dialogues(boolean both) {
    return (s, at) -> {
      Wire wire = both ? s.wire : new Wire((time, frame, hop) -> Company.mac(frame, 6) == s.modality.mac ? s.capture.add(time, frame, hop) : new Packet(time, frame, -1, null));
      Packet last = null;
      for (int i = 0; i < DIALOGUES; i++) {
        long t = at + i * 15 * SECOND;
        Wire.Tcp c = wire.tcp(s.modality, s.port(), s.archive, 8080);
        c.open(t);
        last = c.exchange(t + 5 * MS, Stage.text("exercise\r\n"), Stage.text("exercise\r\n"), 15 * MS);
        c.close(t + 200 * MS);
      }
      return Objects.requireNonNull(last);
    };
  }

  /** Questions and answers over three minutes: a second interface shows the questions again, or, as the second cable of a tap, the answers. */
  private static Play twice(boolean again) {
    return (s, at) -> {
      Packet last = null;
      for (int i = 0; i < FRAMES; i++) {
        long t = at + i * 5 * SECOND;
        Packet asked = s.wire.udp(t, s.other, 42_000, s.device, 9, Stage.text("exercise " + i));
        Packet answered = s.wire.udp(t + 10 * MS, s.device, 9, s.other, 42_000, Stage.text("exercise " + i));
        if (again) {
          asked = s.capture.copy(asked, 200_000, SECOND_PORT);
        } else {
          answered.port = SECOND_PORT;
        }
        last = asked;
      }
      return Objects.requireNonNull(last);
    };
  }

  /** A switch names its VLANs by LLDP (IEEE 802.1Q annex D: organization 00-80-C2, subtype 3), every half minute for three minutes. */
  private static Play names(int... vlans) {
    return (s, at) -> {
      byte[] frame = ServiceWriter.lldp(s.other, "1/1/1", "exercise");
      Bytes b = new Bytes().raw(Arrays.copyOf(frame, frame.length - 2));
      for (int vlan : vlans) {
        b.u16(127 << 9 | 15).u24(0x0080C2).u8(3).u16(vlan).u8(8).text("exercise");
      }
      byte[] whole = Frames.ethernet(NEAREST_BRIDGE, s.other.mac, s.plant.vlan(), Frames.LLDP, b.u16(0).octets());
      Packet first = s.capture.add(at, whole, null);
      for (int i = 1; i <= 6; i++) {
        s.capture.add(at + i * 30 * SECOND, whole, null);
      }
      return first;
    };
  }

  /** A minute of the first interface, of which the writer says how many of a hundred thousand frames found no room. */
  private static Play loses(int frames) {
    return (s, at) -> {
      long more = 100_000 * (at / SECOND % 1_000_000);
      long dropped = s.capture.dropped(0);
      s.capture.statistics(at - 60 * SECOND, 0, more, dropped);
      Packet p = s.wire.announce(at, s.plant, s.other.mac, s.other.ip);
      s.capture.statistics(at + SECOND, 0, more + 100_000, dropped + frames);
      return p;
    };
  }

  /** The second interface, of which the writer says twice what it received. */
  private static Play rests(long seconds) {
    return (s, at) -> {
      // its counter goes on from exercise to exercise
      long received = at / SECOND % 1_000_000;
      Packet last = s.wire.announce(at, s.plant, s.other.mac, s.other.ip);
      last.port = SECOND_PORT;
      s.capture.statistics(at + SECOND, SECOND_PORT, received, 0);
      s.capture.statistics(at + SECOND + seconds * SECOND, SECOND_PORT, received, 0);
      s.capture.statistics(at + 200 * SECOND, SECOND_PORT, received + 50, 0);
      return last;
    };
  }

  static List<Exercise> all() {
    return List.of(
        of("SEN-01", "the mirror shows one direction of a VLAN alone", "it shows both", dialogues(false), dialogues(true)),
        of("SEN-02", "a second interface shows the same frames again", "it shows the other direction, as the second cable of a tap does", twice(true), twice(false)),
        of("SEN-03", "an interface lost 2,500 of 102,500 frames, as the writer of the capture states", "it lost 50 of 100,050", loses(2500), loses(50)),
        of("SEN-04", "a switch names a VLAN of which nothing comes", "it names the one that comes", names(110, 210), names(110)),
        of("SEN-05", "an interface received nothing for two minutes while the writer of the capture listened, as it states", "it rests for fifty seconds", rests(120), rests(50)));
  }
}
