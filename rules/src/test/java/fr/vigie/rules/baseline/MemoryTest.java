package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemoryTest {
  @Test
  void itRemembersAndForgetsAsAnOrderedMapOfTheSameSizeDoes() {
    Memory<Integer, Integer> memory = new Memory<>(300);
    LinkedHashMap<Integer, Integer> map = new LinkedHashMap<>();
    long evicted = 0;
    Random random = new Random(12);
    for (int i = 0; i < 60_000; i++) {
      Integer key = 1000 + random.nextInt(random.nextInt(10) == 0 ? 10 : 700);
      assertThat(memory.get(key)).isEqualTo(map.get(key));
      switch (random.nextInt(4)) {
        case 0 -> {
          memory.forget(key);
          map.remove(key);
        }
        case 1 -> assertThat(memory.size()).isEqualTo(map.size());
        default -> {
          if (!map.containsKey(key) && map.size() == 300) {
            Map.Entry<Integer, Integer> eldest = map.pollFirstEntry();
            evicted++;
            assertThat(eldest).isNotNull();
          }
          map.putLast(key, i);
          memory.put(key, i);
        }
      }
    }
    assertThat(memory.evicted()).isEqualTo(evicted).isPositive();
  }

  /** The same hash, another thing. */
  private record Alike(int number) {
    @Override
    public int hashCode() {
      return 7;
    }
  }

  @Test
  void thingsThatCollideCostNoSearchWithoutEnd() {
    Memory<Alike, Integer> memory = new Memory<>(10_000);
    for (int i = 0; i < 1000; i++) {
      memory.put(new Alike(i), i);
    }
    assertThat(memory.size()).isEqualTo(64);
    assertThat(memory.evicted()).isEqualTo(1000 - 64);
    assertThat(memory.get(new Alike(999))).isEqualTo(999);
    assertThat(memory.get(new Alike(0))).isNull();
  }
}
