package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several files are one site. */
@Timeout(60)
final class MergedFilesTest {
  @TempDir Path folder;

  private Path capture(String name, int mark, long... times) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CaptureWriter writer = new CaptureWriter(out, CaptureWriter.Format.PCAPNG)) {
      int i = writer.addInterface(name, 1);
      for (long t : times) {
        writer.write(i, t, new byte[] {(byte) mark});
      }
    }
    return Files.write(folder.resolve(name), out.toByteArray());
  }

  private static String told(PacketSource source) {
    StringBuilder s = new StringBuilder();
    Packet p = new Packet();
    while (source.next(p)) {
      s.append(p.at).append(':').append((char) p.segment.get(ValueLayout.JAVA_BYTE, p.offset)).append(p.index).append('@').append(p.origin)
          .append(' ');
    }
    return s.toString();
  }

  @Test
  void packetsComeByTimeWhateverTheOrderOfTheArguments() throws IOException {
    List<Path> files = new ArrayList<>(
        List.of(capture("a", 'a', 10, 20, 30), capture("b", 'b', 10, 15, 40), capture("c", 'c', 35, 5, 36), capture("d", 'd', 30)));
    String first = null;
    for (int round = 0; round < 12; round++) {
      java.util.Collections.shuffle(files, new Random(round));
      try (PacketSource source = CaptureFiles.open(files, "site")) {
        String told = told(source);
        String all = told + source.origins() + source.faults();
        first = first == null ? all : first;
        assertThat(all).isEqualTo(first);
        assertThat(told.replaceAll("@\\d", "")).contains("15:b1 20:a1 ").endsWith("35:c0 5:c1 36:c2 40:b2 ").startsWith("10:");
        assertThat(source.origins()).allMatch(o -> o.sha256() != null);
        assertThat(source.position()).isEqualTo(source.size());
      }
    }
  }

  @Test
  void theSameContentGivenTwiceIsReadOnceAndTold() throws IOException {
    Path a = capture("a", 'a', 10, 20);
    Path copy = Files.copy(a, folder.resolve("copy"));
    try (PacketSource source = CaptureFiles.open(List.of(copy, a, a), "site")) {
      assertThat(told(source)).isEqualTo("10:a0@0 20:a1@0 ");
      assertThat(source.faults()).hasSize(2).allMatch(f -> f.message().contains("read once"));
      assertThat(source.origins()).singleElement().satisfies(o -> assertThat(o.file()).isEqualTo("a"));
    }
    try (PacketSource source = CaptureFiles.open(List.of(copy, a), Stored::name)) {
      assertThat(told(source)).as("two zones may hold the same traffic").isEqualTo("10:a0@0 10:a0@1 20:a1@0 20:a1@1 ");
    }
  }

  @Test
  void aBadFileBesideGoodOnesIsAFaultAndAloneAnException() throws IOException {
    Path good = capture("good", 'g', 1);
    Path text = Files.writeString(folder.resolve("notes"), "no capture");
    Path gone = folder.resolve("gone");
    Path zero = Files.createFile(folder.resolve("zero"));
    try (PacketSource source = CaptureFiles.open(List.of(text, gone, zero, good), "site")) {
      assertThat(told(source)).isEqualTo("1:g0@0 ");
      assertThat(source.faults()).extracting(PacketSource.Fault::file).containsExactlyInAnyOrder("notes", "gone", "zero");
    }
    assertThatThrownBy(() -> CaptureFiles.open(List.of(text, gone), "site")).isInstanceOf(CaptureException.class);
  }

  @Test
  void aThousandFilesOfARotatingCaptureNeedFewSlabs() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      files.add(capture("f" + i, 'x', i * 100L, i * 100L + 50, i * 100L + 120));
    }
    try (PacketSource source = MergedFiles.open(files, f -> "site", new Slabs(0, true))) {
      long[] times = Arrays.stream(told(source).replaceAll(":\\S+", "").trim().split(" ")).mapToLong(Long::parseLong).toArray();
      assertThat(times).hasSize(900).isSorted();
    }
  }
}
