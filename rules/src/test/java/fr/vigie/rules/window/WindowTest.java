package fr.vigie.rules.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void aMemberCountsOnceAndUntilItsSpanIsOver() {
    Window<String, String> w = new Window<>(100, 8, 8, 64);
    assertThat(w.add("a", "x", 0)).isEqualTo(1);
    assertThat(w.add("a", "x", 50)).isEqualTo(1);
    assertThat(w.add("a", "y", 60)).isEqualTo(2);
    assertThat(w.add("b", "y", 60)).isEqualTo(1);
    assertThat(w.count("a", 149)).isEqualTo(2);
    assertThat(w.count("a", 150)).isEqualTo(1);
    assertThat(w.members("a", 9)).containsExactly("y");
    assertThat(w.count("a", 160)).isZero();
  }

  @Test
  void membersOlderThanAMomentAreToldApart() {
    Window<String, String> w = new Window<>(100, 8, 8, 64);
    w.add("a", "x", 10);
    w.add("a", "y", 20);
    w.add("a", "z", 30);
    assertThat(w.countBefore("a", 30, 20)).isEqualTo(2);
    w.remove("a", "x");
    assertThat(w.countBefore("a", 30, 20)).isEqualTo(1);
  }

  @Test
  void theOldestGoWhenItIsFullAndAreCounted() {
    Window<Integer, Integer> w = new Window<>(1000, 2, 3, 6);
    for (int i = 0; i < 5; i++) {
      w.add(1, i, i);
    }
    assertThat(w.members(1, 9)).containsExactly(2, 3, 4);
    w.add(2, 0, 6);
    w.add(3, 0, 7);
    assertThat(w.count(1, 8)).isZero();
    assertThat(w.evicted()).isEqualTo(2 + 3);
  }

  @Test
  void theMembersOfAllKeysTogetherAreBounded() {
    Window<Integer, Integer> w = new Window<>(1000, 100, 100, 10);
    for (int key = 0; key < 5; key++) {
      for (int member = 0; member < 4; member++) {
        w.add(key, member, key);
      }
    }
    assertThat(w.held()).isEqualTo(8);
    assertThat(w.evicted()).isEqualTo(12);
    assertThat(w.members(3, 9)).hasSize(4);
    assertThat(w.members(4, 9)).hasSize(4);
    for (int member = 0; member < 30; member++) {
      w.add(9, member, 6);
    }
    assertThat(w.held()).isEqualTo(10);
    assertThat(w.members(9, 99)).containsExactly(20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
    w.remove(9, 29);
    w.remove(9, 29);
    assertThat(w.held()).isEqualTo(9);
    w.sweep(2000);
    assertThat(w.held()).isZero();
  }

  @Test
  void sweepingForgetsOnlyWhatIsOver() {
    Window<Integer, Integer> w = new Window<>(10, 8, 8, 64);
    w.add(1, 1, 0);
    w.add(2, 1, 8);
    w.sweep(12);
    assertThat(w.members(1, 1)).isEmpty();
    assertThat(w.members(2, 1)).containsExactly(1);
  }

  @Test
  void severalThatNobodyMeetsAgainCountAsIfEachWereAdded() {
    Random random = new Random(5);
    Window<Integer, Long> together = new Window<>(50, 4, 12, 30);
    Window<Integer, Long> each = new Window<>(50, 4, 12, 30);
    long nameless = 0;
    for (int at = 0; at < 20_000; at++) {
      int key = random.nextInt(6);
      if (random.nextInt(3) == 0) {
        int times = 1 + random.nextInt(20);
        together.addAll(key, --nameless, times, at);
        for (int i = 0; i < times; i++) {
          each.add(key, nameless * 100 - i, at);
        }
      } else {
        long named = random.nextInt(8);
        assertThat(together.add(key, named, at)).isEqualTo(each.add(key, named, at));
      }
      int asked = random.nextInt(6);
      assertThat(together.count(asked, at)).isEqualTo(each.count(asked, at));
      assertThat(together.countBefore(asked, at, at - 20)).isEqualTo(each.countBefore(asked, at, at - 20));
      assertThat(together.evicted()).isEqualTo(each.evicted());
      assertThat(together.held()).isEqualTo(each.held());
      if (random.nextInt(50) == 0) {
        together.sweep(at);
        each.sweep(at);
      }
    }
  }
}
