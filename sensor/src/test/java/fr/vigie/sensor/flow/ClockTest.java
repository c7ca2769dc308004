package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Counters;
import org.junit.jupiter.api.Test;

/** A clock that is set back while interfaces are listened to does not stop capture time. */
final class ClockTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;
  private static final long START = 1_790_000_000L * SECOND;

  private final Counters counters = new Counters();
  private Clock clock = new Clock(counters, true);

  /** So many packets, one a second, as the dispatcher judges them; the capture time of the last. */
  private long packets(int origin, long from, int count) {
    long last = 0;
    for (int i = 0; i < count; i++) {
      last = clock.accept(from + i * SECOND + clock.shift(origin), origin);
    }
    return last;
  }

  @Test
  void timeGoesOnAfterSixteenPacketsOfAClockThatWasSetBack() {
    assertThat(packets(0, START, 100)).isEqualTo(START + 99 * SECOND);
    assertThat(packets(0, START - 2 * HOUR, 15)).as("not confirmed yet").isEqualTo(START + 99 * SECOND);
    assertThat(packets(0, START - 2 * HOUR + 15 * SECOND, 101)).isEqualTo(START + 199 * SECOND);
    assertThat(counters.value("flow.clock_set_back")).isEqualTo(1);
    assertThat(counters.value("refused.clock_jump")).isEqualTo(16);
  }

  @Test
  void aClockThatIsSetForwardAgainIsBelievedAsItIs() {
    packets(0, START, 10);
    packets(0, START - 2 * HOUR, 30);
    assertThat(clock.shift(0)).isPositive();
    assertThat(packets(0, START + 60 * SECOND, 40)).isEqualTo(START + 99 * SECOND);
    assertThat(clock.shift(0)).isZero();
  }

  @Test
  void anInterfaceThatLagsBehindAnotherIsShiftedAloneAndTimeDoesNotRunAway() {
    long last = 0;
    for (int i = 0; i < 1_000; i++) {
      packets(0, START + i * SECOND, 1);
      last = packets(1, START - HOUR + i * SECOND, 1);
    }
    assertThat(last).isBetween(START + 999 * SECOND, START + 1_000 * SECOND);
    assertThat(clock.shift(0)).isZero();
    assertThat(counters.value("flow.clock_set_back")).isEqualTo(1);
  }

  @Test
  void allInterfacesOfAClockThatIsSetForwardAgainAreInTimeAgain() {
    for (int i = 0; i < 100; i++) {
      long clock = START + i * SECOND - (i >= 10 && i < 50 ? 2 * HOUR : 0);
      packets(0, clock, 1);
      packets(1, clock, 1);
    }
    assertThat(counters.value("flow.clock_set_back")).isEqualTo(2);
    assertThat(clock.shift(0)).isZero();
    assertThat(clock.shift(1)).isZero();
    assertThat(clock.now()).isEqualTo(START + 99 * SECOND);
    assertThat(counters.value("refused.clock_jump")).as("until each was believed to be behind").isEqualTo(32);
  }

  @Test
  void oddPacketsShiftNothingNorDoFiles() {
    packets(0, START, 10);
    for (int i = 0; i < 100; i++) {
      packets(0, START - 2 * HOUR, 15);
      packets(0, START + (10 + i) * SECOND, 1);
    }
    assertThat(clock.shift(0)).isZero();
    clock = new Clock(new Counters(), false);
    packets(0, START, 10);
    assertThat(packets(0, START - 2 * HOUR, 100)).isEqualTo(START + 9 * SECOND);
    assertThat(clock.shift(0)).isZero();
  }
}
