package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Learning ends by evidence, stays ended, and begins anew only where a person says so. */
final class LearningTest {
  private static final long MINUTE = 60L * 1_000_000_000L;
  private static final long HOUR = 60 * MINUTE;
  private final Learning learning = new Learning(4);

  private boolean heard(String who, boolean fresh, long at) {
    return learning.heard(who, Behaviour.PEERS, fresh, at);
  }

  /** A device that shows all it does in its first hours, heard each ten minutes. */
  private long hours(String who, long from, int hours, int newInTheFirst) {
    long at = from;
    for (int h = 0; h < hours; h++) {
      for (int i = 0; i < 6; i++, at += 10 * MINUTE) {
        heard(who, h < newInTheFirst && i == 0, at);
      }
    }
    return at;
  }

  @Test
  void itEndsWhenHalfOfWhatWasHeardIsNothingNewAndADayOfHoursWasHeard() {
    long at = hours("a", 0, 23, 2);
    assertThat(learning.ended("a", Behaviour.PEERS, at)).isFalse();
    at = hours("a", at, 2, 0);
    assertThat(learning.ended("a", Behaviour.PEERS, at)).isTrue();
    assertThat(heard("a", true, at)).isTrue();
  }

  @Test
  void whatIsStillNewKeepsItOpen() {
    long at = 0;
    for (int h = 0; h < 400; h++, at += HOUR) {
      heard("a", h % 3 == 0, at);
    }
    assertThat(learning.ended("a", Behaviour.PEERS, at)).isFalse();
  }

  @Test
  void whatIsHeardByDayOnlyTakesMoreDays() {
    int day = 0;
    for (; !learning.ended("a", Behaviour.PEERS, day * 24 * HOUR); day++) {
      for (int h = 8; h < 16; h++) {
        for (int i = 0; i < 6; i++) {
          heard("a", day == 0 && h == 8 && i == 0, day * 24 * HOUR + h * HOUR + i * 10 * MINUTE);
        }
      }
    }
    assertThat(day).isEqualTo(3);
  }

  @Test
  void aDeviceThatArrivesLaterLearnsOnItsOwn() {
    long at = hours("a", 0, 30, 1);
    assertThat(heard("a", true, at)).isTrue();
    assertThat(heard("b", true, at)).isFalse();
    assertThat(learning.ended("b", Behaviour.PEERS, hours("b", at, 30, 1))).isTrue();
  }

  @Test
  void onePersonEndsItAndAnotherLetsItLearnAgain() {
    heard("a", true, 0);
    learning.end("a", Behaviour.PEERS, HOUR);
    assertThat(learning.ended("a", Behaviour.PEERS, HOUR)).isTrue();
    learning.again("a", Behaviour.PEERS);
    assertThat(learning.ended("a", Behaviour.PEERS, 2 * HOUR)).isFalse();
  }

  @Test
  void thePictureOfNewsDoublesItsPartsAndLosesNothing() {
    for (int h = 0; h < 100; h++) {
      heard("a", true, h * HOUR);
    }
    Learning.Progress p = java.util.Objects.requireNonNull(learning.of("a", Behaviour.PEERS));
    int sum = 0;
    for (int i = 0; i < Learning.PARTS; i++) {
      sum += p.part(i);
    }
    assertThat(sum).isEqualTo(100);
    assertThat(p.width()).isEqualTo(8);
    assertThat(p.part(0)).isEqualTo(8);
  }

  @Test
  void aFloodOfForgedAddressesBringsNoDeviceBackToLearning() {
    long at = hours("ended", 0, 30, 1);
    hours("learning", at - 3 * HOUR, 3, 1);
    for (int i = 0; i < 1_000; i++) {
      heard("forged" + i, true, at + i);
    }
    assertThat(learning.ended("ended", Behaviour.PEERS, at)).isTrue();
    assertThat(heard("ended", true, at + 1_000)).as("it is judged").isTrue();
    assertThat(learning.of("learning", Behaviour.PEERS)).isNull();
    assertThat(learning.size()).isEqualTo(4);
  }

  @Test
  void whatIsHeardAgainStaysBeforeWhatIsNot() {
    for (int h = 0; h < 4; h++) {
      heard("d" + h, true, h * HOUR);
    }
    heard("d0", false, 4 * HOUR);
    heard("new", true, 4 * HOUR);
    assertThat(learning.of("d0", Behaviour.PEERS)).isNotNull();
    assertThat(learning.of("d1", Behaviour.PEERS)).isNull();
  }

  @Test
  void beyondTheLimitTheOldestIsForgottenAndCounted() {
    for (int i = 0; i < 6; i++) {
      heard("d" + i, true, i);
    }
    assertThat(learning.size()).isEqualTo(4);
    assertThat(learning.forgotten()).isEqualTo(2);
    assertThat(learning.of("d0", Behaviour.PEERS)).isNull();
  }
}
