package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RatiosTest {
  @TempDir Path folder;

  private static Ratios ratios(Map<String, Double> of) {
    return new Ratios(new TreeMap<>(of));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Path file = folder.resolve("baseline.tsv");
    ratios(Map.of("empty", 1.25, "hospital", 3.5)).write(file);
    assertThat(Ratios.read(file).of()).containsExactly(Map.entry("empty", 1.25), Map.entry("hospital", 3.5));
  }

  @Test
  void aBrokenBaselineIsNamedWithItsLine() throws Exception {
    Path file = Files.writeString(folder.resolve("b.tsv"), "# made\nempty\t-1\n");
    assertThatThrownBy(() -> Ratios.read(file)).isInstanceOf(Usage.class).hasMessageContaining("line 2");
  }

  @Test
  void aThirdMoreIsToldAndTwiceAsMuchFails() {
    Ratios before = ratios(Map.of("a", 1.0, "b", 1.0, "c", 1.0));
    assertThat(ratios(Map.of("a", 1.3)).worst(before)).isEqualTo(Ratios.Verdict.FINE);
    assertThat(ratios(Map.of("a", 1.31, "b", 0.5)).worst(before)).isEqualTo(Ratios.Verdict.SLOWER);
    assertThat(ratios(Map.of("a", 1.31, "b", 2.01)).worst(before)).isEqualTo(Ratios.Verdict.FAILED);
    assertThat(ratios(Map.of("new", 9.0)).worst(before)).isEqualTo(Ratios.Verdict.UNKNOWN);
  }

  @Test
  void theMedianIsOneThatWasMeasured() {
    assertThat(Ratios.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(Ratios.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.0);
  }

  @Test
  void theLoopDoesTheSameWorkEachTime() {
    assertThat(Loop.RESULT).isNotZero();
    assertThat(Loop.seconds()).isPositive();
  }
}
