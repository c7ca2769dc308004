package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FewTest {
  @Test
  void itAnswersAsALinkedHashMapDoesWhateverIsDoneToIt() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      Map<String, Integer> few = new Few<>();
      Map<String, Integer> model = new LinkedHashMap<>();
      for (int step = 0; step < 100; step++) {
        String key = "k" + random.nextInt(12);
        switch (random.nextInt(5)) {
          case 0, 1 -> assertThat(few.put(key, step)).isEqualTo(model.put(key, step));
          case 2 -> assertThat(few.remove(key)).isEqualTo(model.remove(key));
          case 3 -> {
            int value = step;
            assertThat(few.computeIfAbsent(key, k -> value)).isEqualTo(model.computeIfAbsent(key, k -> value));
          }
          default -> assertThat(few.get(key)).isEqualTo(model.get(key));
        }
        assertThat(few.containsKey(key)).isEqualTo(model.containsKey(key));
        assertThat(few).hasSameSizeAs(model).isEqualTo(model);
        assertThat(new ArrayList<>(few.keySet())).isEqualTo(new ArrayList<>(model.keySet()));
        assertThat(new ArrayList<>(few.values())).isEqualTo(new ArrayList<>(model.values()));
      }
    }
  }

  @Test
  void anIteratorTakesAwayWhatItGaveLast() {
    Map<String, Integer> few = new Few<>();
    few.put("a", 1);
    few.put("b", 2);
    few.put("c", 3);
    Iterator<Map.Entry<String, Integer>> all = few.entrySet().iterator();
    all.next();
    all.next();
    all.remove();
    assertThat(all.next().getKey()).isEqualTo("c");
    assertThat(all.hasNext()).isFalse();
    assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
    assertThat(few).containsExactly(Map.entry("a", 1), Map.entry("c", 3));
  }

  @Test
  void asASetItKeepsTheOrderOfWhatIsAdded() {
    Set<String> few = Collections.newSetFromMap(new Few<>());
    assertThat(few.add("b")).isTrue();
    assertThat(few.add("a")).isTrue();
    assertThat(few.add("b")).isFalse();
    assertThat(few).containsExactly("b", "a");
    assertThat(few.remove("b")).isTrue();
    assertThat(few).containsExactly("a");
    few.clear();
    assertThat(few).isEmpty();
  }
}
