package fr.vigie.rules.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.baseline.Known.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept, what is refused, and that texts made to collide cost neither time nor what was known before. */
final class KnownTest {
  @Test
  void aFactIsItsKindAndItsThreeTexts() {
    Known known = new Known(10);
    assertThat(known.learn(Kind.WRITER, "a", "b", "c")).isTrue();
    assertThat(known.learn(Kind.WRITER, "a", "b", "c")).isFalse();
    assertThat(known.has(Kind.WRITER, "a", "b", "c")).isTrue();
    assertThat(known.has(Kind.READER, "a", "b", "c")).isFalse();
    assertThat(known.has(Kind.WRITER, "a", "b", "")).isFalse();
    assertThat(known.size()).isEqualTo(1);
  }

  @Test
  void beyondTheLimitFactsAreRefusedAndCounted() {
    Known known = new Known(5000);
    for (int i = 0; i < 7000; i++) {
      known.learn(Kind.PEER, "a" + i, "b", "");
    }
    assertThat(known.size()).isEqualTo(5000);
    assertThat(known.refused()).isEqualTo(2000);
    for (int i = 0; i < 7000; i++) {
      assertThat(known.has(Kind.PEER, "a" + i, "b", "")).isEqualTo(i < 5000);
    }
  }

  @Test
  void textsMadeToCollideAreRefusedBeyondABoundAndOthersStayKnown() {
    Known known = new Known(1_000_000);
    known.learn(Kind.WRITER, "a", "b", "honest");
    List<String> colliding = new ArrayList<>(List.of(""));
    for (int i = 0; i < 12; i++) {
      List<String> longer = new ArrayList<>();
      for (String s : colliding) {
        longer.add(s + "Aa");
        longer.add(s + "BB");
      }
      colliding = longer;
    }
    for (String s : colliding) {
      known.learn(Kind.WRITER, "a", "b", s);
    }
    for (int i = 0; i < 10_000; i++) {
      known.learn(Kind.WRITER, "a", "b", Integer.toString(i));
    }
    assertThat(colliding).hasSize(4096);
    assertThat(known.refused()).isGreaterThan(3800);
    assertThat(known.has(Kind.WRITER, "a", "b", "honest")).isTrue();
    assertThat(known.has(Kind.WRITER, "a", "b", "9999")).isTrue();
  }
}
