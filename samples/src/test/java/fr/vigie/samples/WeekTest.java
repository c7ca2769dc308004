package fr.vigie.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The quiet week: the same octets for the same options, packets in order of time, the clock on the wall, and everybody there. */
final class WeekTest {
  private static final LocalDate MONDAY = LocalDate.of(2026, 10, 19);

  private static byte[] written(Week.Options o) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Week.Written w = Week.write(o, out);
    assertThat(w.devices()).isBetween(o.devices() * 9 / 10, o.devices() + 60);
    return out.toByteArray();
  }

  @Test
  void theSameOptionsGiveTheSameOctetsInOrderOfTime() throws IOException {
    Week.Options o = new Week.Options(7, 40, 1, MONDAY);
    byte[] week = written(o);
    assertThat(written(o)).isEqualTo(week);
    assertThat(written(new Week.Options(8, 40, 1, MONDAY))).isNotEqualTo(week);
    ByteBuffer b = ByteBuffer.wrap(week).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(b.getInt(0)).isEqualTo(0xA1B23C4D);
    Instant last = o.from();
    Set<Integer> vlans = new TreeSet<>();
    Set<Integer> ports = new TreeSet<>();
    int packets = 0;
    for (int at = 24; at < week.length; at += 16 + b.getInt(at + 8)) {
      Instant time = Instant.ofEpochSecond(b.getInt(at) & 0xFFFFFFFFL, b.getInt(at + 4));
      assertThat(time).isBetween(last, o.to());
      last = time;
      int frame = at + 16;
      assertThat(b.getShort(frame + 12)).isEqualTo(Short.reverseBytes((short) 0x8100));
      vlans.add(Short.reverseBytes(b.getShort(frame + 14)) & 0xFFF);
      if (b.getShort(frame + 16) == 0x0008 && (b.get(frame + 27) == 17 || b.get(frame + 27) == 6)) {
        ports.add(Short.reverseBytes(b.getShort(frame + 40)) & 0xFFFF);
      }
      packets++;
    }
    assertThat(packets).isGreaterThan(40_000);
    assertThat(vlans).hasSizeGreaterThanOrEqualTo(10);
    assertThat(ports).contains(47808, 3671, 502, 161, 1883, 67, 53, 123, 5353, 80, 554, 5060, 514, 104, 2575);
  }

  @Test
  void machinesThatFollowTheClockOnTheWallDoSoWhenItChanges() {
    Week.Options o = new Week.Options(1, 40, 2, LocalDate.of(2026, 10, 24));
    assertThat(o.to().getEpochSecond() - o.from().getEpochSecond()).isEqualTo(49 * 3600);
    Clockwork clock = new Clockwork(1, Hospital.nanos(o.from()), Hospital.nanos(o.to()));
    Set<String> times = new TreeSet<>();
    clock.daily(6, 30, at -> times.add(Hospital.instant(at).toString().substring(0, 13)));
    try {
      clock.run(new Stream(new ByteArrayOutputStream(), 1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(times).containsExactly("2026-10-24T04", "2026-10-25T05");
  }

  @Test
  void peopleWorkByDayAndLessAtTheWeekend() {
    Clockwork clock = new Clockwork(1, 0, 1);
    assertThat(clock.busy(Hospital.nanos(Instant.parse("2026-10-20T08:00:00Z")))).isEqualTo(1);
    assertThat(clock.busy(Hospital.nanos(Instant.parse("2026-10-20T01:00:00Z")))).isLessThan(0.1);
    assertThat(clock.busy(Hospital.nanos(Instant.parse("2026-10-24T08:00:00Z")))).isLessThan(0.5);
  }
}
