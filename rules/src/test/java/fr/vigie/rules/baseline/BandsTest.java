package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import org.junit.jupiter.api.Test;

/** A band judges what it has seen enough of, and lets pass more where it has seen little. */
final class BandsTest {
  private static final long MINUTE = 60L * 1_000_000_000L;

  private static final Endpoint DEVICE = new Endpoints(16).ip("default", 4, 0, 0x0A000005L, Endpoint.NO_MAC, Endpoint.NO_VLAN);

  private static Bands watched(int minutes, java.util.function.IntToDoubleFunction value) {
    Bands bands = new Bands(16);
    for (int i = 0; i < minutes; i++) {
      bands.take(bands.find(DEVICE, 7), DEVICE, 7, value.applyAsDouble(i), value.applyAsDouble(i), i * MINUTE);
    }
    return bands;
  }

  private static boolean judges(Bands bands) {
    return bands.judges(bands.find(DEVICE, 7));
  }

  private static boolean excludes(Bands bands, double value) {
    return bands.excludes(bands.find(DEVICE, 7), value);
  }

  @Test
  void itJudgesAfterADay() {
    assertThat(judges(watched(1400, i -> 20 + i % 5))).isFalse();
    assertThat(judges(watched(1500, i -> 20 + i % 5))).isTrue();
  }

  @Test
  void aMeasuredValueHasHalfItsWidthOrATwentiethMore() {
    Bands bands = watched(1500, i -> 20 + i % 5);
    assertThat(excludes(bands, 25.9)).isFalse();
    assertThat(excludes(bands, 26.3)).isTrue();
    assertThat(excludes(bands, 17.5)).isTrue();
  }

  @Test
  void aSetPointThatWasMovedTwiceMayBeMovedAgain() {
    Bands bands = watched(1500, i -> i < 400 || i > 1200 ? 18 : 19);
    assertThat(excludes(bands, 21)).isFalse();
    assertThat(excludes(bands, 60)).isTrue();
  }

  @Test
  void aValueThatNeverMovedHasTwentyTimesTheRoom() {
    Bands bands = watched(1500, i -> 21);
    assertThat(excludes(bands, 24)).isFalse();
    assertThat(excludes(bands, 90)).isTrue();
  }
}
