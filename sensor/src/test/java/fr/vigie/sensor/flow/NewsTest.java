package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Counters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Counters counters = new Counters();

  private News table(int slots) {
    return new News(slots, 2, counters.counter("evicted"));
  }

  @Test
  void aBehaviourIsToldInStepsThatGrowByHalf() {
    News news = table(64);
    List<Integer> told = new ArrayList<>();
    int sum = 0;
    for (int point = 1; point <= 4000; point++) {
      int more = news.steps(7, SECOND, 600);
      sum += more;
      if (more > 0) {
        assertThat(sum).as("what was told is what was counted").isEqualTo(point);
        told.add(point);
      }
    }
    assertThat(told).containsExactly(1, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1000, 2000, 3000, 4000);
  }

  @Test
  void aBehaviourBeginsAnewAfterItsTimeAndApartFromOthers() {
    News news = table(64);
    assertThat(news.steps(7, 0, 600)).isEqualTo(1);
    assertThat(news.steps(7, 599 * SECOND, 600)).isZero();
    assertThat(news.steps(8, 599 * SECOND, 600)).isEqualTo(1);
    assertThat(news.steps(7, 600 * SECOND, 600)).isEqualTo(1);
    assertThat(news.steps(7, 600 * SECOND, 600)).isZero();
    assertThat(news.steps(7, 600 * SECOND, 600)).isEqualTo(2);
  }

  @Test
  void whatFindsNoPlaceEvictsTheOldestAndIsCounted() {
    News news = table(8);
    for (int key = 1; key <= 8; key++) {
      assertThat(news.fresh(key, key, 600)).isTrue();
    }
    assertThat(counters.value("evicted")).isZero();
    assertThat(news.fresh(9, 9, 600)).isTrue();
    assertThat(counters.value("evicted")).isEqualTo(1);
    assertThat(news.fresh(1, 10, 600)).as("the oldest went").isTrue();
    assertThat(news.fresh(9, 10, 600)).isFalse();
  }

  @Test
  void aTableGrowsAsSetsFillAndForgetsNothingUntilItIsAsLargeAsItMayBe() {
    News news = table(1 << 16);
    assertThat(news.places()).as("a table of which little is known is small").isEqualTo(256);
    for (int key = 1; key <= 3000; key++) {
      news.put(spread(key), key, -key, key);
    }
    assertThat(news.places()).isBetween(1 << 12, 1 << 14);
    for (int key = 1; key <= 3000; key += 2) {
      assertThat(news.take(spread(key))).isTrue();
      assertThat(news.first()).isEqualTo(key);
      assertThat(news.second()).isEqualTo(-key);
    }
    for (int key = 3001; key <= 6000; key++) {
      news.put(spread(key), key, -key, key);
    }
    for (int key = 2; key <= 6000; key++) {
      assertThat(news.take(spread(key))).as("%d", key).isEqualTo(key > 3000 || key % 2 == 0);
    }
    assertThat(counters.value("evicted")).isZero();
  }

  private static long spread(long key) {
    return Hash.mix(7, key);
  }
}
