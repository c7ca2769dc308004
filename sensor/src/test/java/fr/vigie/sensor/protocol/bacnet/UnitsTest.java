package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UnitsTest {
  @Test
  void unitsAreKeptWhileTheTableGrows() {
    Units units = new Units();
    assertThat(units.of(1)).isNull();
    for (int key = 1; key <= 10_000; key++) {
      units.put(key, key % 2 == 0 ? 62 : 98);
    }
    for (int key = 1; key <= 10_000; key++) {
      assertThat(units.of(key)).isEqualTo(Units.name(key % 2 == 0 ? 62 : 98));
    }
  }

  @Test
  void aFullNeighbourhoodForgetsItsFirst() {
    Units units = new Units();
    for (long i = 1; i <= 9; i++) {
      units.put(i << 14, 62); // all of them at one place of the largest table
    }
    assertThat(units.of(1L << 14)).isNull();
    assertThat(units.of(9L << 14)).isEqualTo(Units.name(62));
  }
}
