package fr.vigie.sensor.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What tells a repeated segment from another one at the same place. */
class FoldTest {
  @Test
  void eachOctetCountsWhereverItStands() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(256);
      Random random = new Random(7);
      for (int i = 0; i < 256; i++) {
        memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
      }
      Cursor cursor = new Cursor();
      for (int octets : new int[] {1, 63, 64, 65, 95, 96, 97, 200}) {
        long whole = cursor.set(memory, 3, octets, octets).fold(octets);
        assertThat(cursor.position()).isZero();
        assertThat(cursor.fold(octets)).isEqualTo(whole);
        for (int at = 0; at < octets; at++) {
          byte there = memory.get(ValueLayout.JAVA_BYTE, 3 + at);
          memory.set(ValueLayout.JAVA_BYTE, 3 + at, (byte) (there ^ 1 << at % 8));
          assertThat(cursor.fold(octets)).as("octet %d of %d", at, octets).isNotEqualTo(whole);
          memory.set(ValueLayout.JAVA_BYTE, 3 + at, there);
        }
      }
    }
  }

  @Test
  void whatIsNotThereHasNoDigest() {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(new Cursor().set(arena.allocate(128), 0, 100, 128).fold(128)).isZero();
    }
  }
}
