package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final class Bell extends Timer {
    @Override
    void fire(long at) {}
  }

  /** Scheduling, moving and cancelling at random: what comes out is what a sorted list says, in the order (time, scheduling). */
  @Test
  void whatIsDueComesInTheOrderOfTimeAndScheduling() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Timers timers = new Timers();
      List<Bell> bells = new ArrayList<>();
      List<Bell> waiting = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        bells.add(new Bell());
      }
      long now = 0;
      for (int step = 0; step < 20_000; step++) {
        Bell bell = bells.get(random.nextInt(bells.size()));
        int what = random.nextInt(10);
        if (what < 6) {
          waiting.remove(bell);
          timers.schedule(bell, now + random.nextInt(50));
          waiting.add(bell);
        } else if (what < 9) {
          timers.cancel(bell);
          assertThat(bell.waits()).isFalse();
          waiting.remove(bell);
        } else {
          Bell first = waiting.stream().min(Comparator.<Bell>comparingLong(b -> b.due).thenComparingLong(b -> b.order)).orElse(null);
          assertThat(timers.due(first == null ? Long.MAX_VALUE : first.due - 1)).isFalse();
          assertThat(first == null || timers.due(first.due)).isTrue();
          if (first != null) {
            assertThat(timers.take()).as("seed %d, step %d", seed, step).isSameAs(first);
            waiting.remove(first);
            now = Math.max(now, first.due);
          }
        }
      }
    }
  }

  @Test
  void aTimerThatIsMovedAMillionTimesLeavesNoHeapBehind() {
    Timers timers = new Timers();
    Bell bell = new Bell();
    for (int i = 0; i < 1_000_000; i++) {
      timers.schedule(bell, i);
    }
    assertThat(timers.room()).isLessThanOrEqualTo(4096);
    assertThat(timers.due(999_998)).isFalse();
    assertThat(timers.due(999_999)).isTrue();
  }
}
