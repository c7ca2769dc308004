package fr.vigie.inventory.history;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Stamp;
import org.junit.jupiter.api.Test;

final class HistoryTest {
  private static final long MINUTE = 60_000_000_000L;
  private final Endpoints endpoints = new Endpoints(1000);
  private final Endpoint device = endpoints.ip("", 4, 0, 0x0A000005L, Endpoint.NO_MAC, Endpoint.NO_VLAN);

  private Reading reading(int instance, long minute, double value) {
    long from = minute * MINUTE;
    return new Reading(new Stamp(minute, 0, from + MINUTE, 0, minute), device, "bacnet", null, new Point.Bacnet(0, instance, 85, -1), from,
        from + MINUTE, 2, value - 1, value + 1, 2 * value, value, "degrees-celsius", true, false);
  }

  @Test
  void aPointKeepsItsLastBucketsOldestFirst() {
    History h = new History(10, 5);
    for (int m = 1; m <= 12; m++) {
      h.add(reading(1, m, m));
    }
    History.Track t = h.track(device, new Point.Bacnet(0, 1, 85, -1));
    assertThat(t).isNotNull();
    assertThat(t.buckets()).extracting(History.Bucket::last).containsExactly(8.0, 9.0, 10.0, 11.0, 12.0);
    assertThat(t.buckets().getFirst().mean()).isEqualTo(8);
    assertThat(t.first()).isEqualTo(MINUTE);
    assertThat(t.last()).isEqualTo(13 * MINUTE);
    assertThat(t.count()).isEqualTo(24);
    assertThat(t.lastValue()).isEqualTo(12);
    assertThat(t.unit()).isEqualTo("degrees-celsius");
  }

  @Test
  void fewerThanFourBucketsAreAlsoABound() {
    History h = new History(1, 1);
    h.add(reading(1, 1, 1));
    h.add(reading(1, 2, 2));
    assertThat(h.tracks(device).getFirst().buckets()).extracting(History.Bucket::last).containsExactly(2.0);
  }

  @Test
  void thePointSilentLongestGivesWayAndIsCounted() {
    History h = new History(2, 5);
    h.add(reading(1, 1, 1));
    h.add(reading(2, 2, 1));
    h.add(reading(1, 3, 1));
    assertThat(h.track(device, new Point.Bacnet(0, 2, 85, -1))).as("asking is no use of it").isNotNull();
    h.add(reading(3, 4, 1));
    assertThat(h.tracks(device)).extracting(t -> t.point().text()).containsExactly("analog-input,1/present-value",
        "analog-input,3/present-value");
    assertThat(h.displaced()).isEqualTo(1);
    assertThat(h.size()).isEqualTo(2);
  }

  @Test
  void aLateBucketIsCountedAndDoesNotBecomeTheLastValue() {
    History h = new History();
    h.add(reading(1, 5, 50));
    h.add(reading(1, 2, 20));
    assertThat(h.late()).isEqualTo(1);
    assertThat(h.tracks(device).getFirst().lastValue()).isEqualTo(50);
    assertThat(h.tracks(device).getFirst().first()).isEqualTo(2 * MINUTE);
  }
}
