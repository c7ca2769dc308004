package fr.vigie.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTest {
  @TempDir Path folder;

  private static ByteBuffer text(String s) {
    return ByteBuffer.wrap(s.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(Log log, long from) throws IOException {
    List<String> all = new ArrayList<>();
    log.readFrom(from, (seq, at, payload) -> all.add(seq + "=" + StandardCharsets.UTF_8.decode(payload)));
    return all;
  }

  @Test
  void recordsAreReadBackFromAnyNumberOverSegments() throws IOException {
    try (Log log = Log.open(folder, 200)) {
      for (int i = 1; i <= 50; i++) {
        log.append(i, i * 1000L, text("record " + i));
      }
      assertThat(read(log, 0)).hasSize(50);
    }
    try (Log log = Log.open(folder, 200)) {
      assertThat(log.last()).isEqualTo(50);
      assertThat(read(log, 48)).containsExactly("48=record 48", "49=record 49", "50=record 50");
      log.append(51, 51_000, text("more"));
      assertThat(read(log, 50)).containsExactly("50=record 50", "51=more");
    }
    try (var files = Files.list(folder)) {
      assertThat(files.count()).isGreaterThan(3);
    }
  }

  @Test
  void aTornTailIsCutAtEveryLength() throws IOException {
    try (Log log = Log.open(folder, 1 << 20)) {
      log.append(1, 1, text("one"));
      log.append(2, 2, text("two two"));
    }
    Path file = folder.resolve("%020d.log".formatted(0));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      try (Log log = Log.open(folder, 1 << 20)) {
        assertThat(read(log, 0)).hasSize(length < 27 ? 0 : 1);
        log.append(9, 9, text("after"));
        assertThat(read(log, 0)).last().isEqualTo("9=after");
      }
    }
  }

  @Test
  void aFlippedBitEndsTheLogThere() throws IOException {
    try (Log log = Log.open(folder, 1 << 20)) {
      for (int i = 1; i <= 3; i++) {
        log.append(i, i, text("payload"));
      }
    }
    Path file = folder.resolve("%020d.log".formatted(0));
    byte[] whole = Files.readAllBytes(file);
    whole[40] ^= 1;
    Files.write(file, whole, StandardOpenOption.TRUNCATE_EXISTING);
    try (Log log = Log.open(folder, 1 << 20)) {
      assertThat(read(log, 0)).containsExactly("1=payload");
    }
  }

  @Test
  void oldSegmentsAreTrimmedBySizeAndAge() throws IOException {
    try (Log log = Log.open(folder, 100)) {
      for (int i = 1; i <= 40; i++) {
        log.append(i, i, text("0123456789"));
      }
      log.sync();
      log.trim(400, 0);
      List<String> left = read(log, 0);
      assertThat(left).hasSizeBetween(4, 20).last().isEqualTo("40=0123456789");
      log.trim(Long.MAX_VALUE, 38);
      assertThat(read(log, 0).size()).isLessThan(left.size());
    }
  }
}
