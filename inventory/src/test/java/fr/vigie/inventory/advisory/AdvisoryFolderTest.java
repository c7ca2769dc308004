package fr.vigie.inventory.advisory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of files, good and bad. */
final class AdvisoryFolderTest {
  @TempDir Path folder;

  private AdvisoryFolder.Content read() throws IOException {
    return AdvisoryFolder.read(folder, files -> { });
  }

  private static String sha(String algorithm, String text) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String revision(String day, String title) {
    return CsafTest.WHOLE.replace("2026-02-03", day).replace("Weakness in Thing 500", title);
  }

  @Test
  void aFileWithItsChecksumsIsTakenAndOneWithAnothersIsRefused() throws Exception {
    Files.createDirectories(folder.resolve("white/2026"));
    Files.writeString(folder.resolve("white/2026/a-1.json"), CsafTest.WHOLE);
    Files.writeString(folder.resolve("white/2026/a-1.json.sha256"), sha("SHA-256", CsafTest.WHOLE) + "  a-1.json\n");
    Files.writeString(folder.resolve("white/2026/a-1.json.sha512"), sha("SHA-512", CsafTest.WHOLE).toUpperCase(Locale.ROOT));
    Files.writeString(folder.resolve("b.json"), CsafTest.WHOLE.replace("A-1", "B-1"));
    Files.writeString(folder.resolve("b.json.sha512"), sha("SHA-512", CsafTest.WHOLE));
    Files.writeString(folder.resolve("c.json"), CsafTest.WHOLE.replace("A-1", "C-1"));
    Files.writeString(folder.resolve("c.json.sha256"), "");
    Files.writeString(folder.resolve("d.json"), CsafTest.WHOLE.replace("A-1", "D-1"));
    AdvisoryFolder.Content content = read();
    assertThat(content.advisories()).containsOnlyKeys("a-1", "d-1");
    assertThat(content.refused()).extracting(AdvisoryFolder.Refusal::file, AdvisoryFolder.Refusal::kind).containsExactlyInAnyOrder(
        tuple("b.json", "checksum"), tuple("c.json", "checksum"));
    assertThat(content.counters()).containsEntry("verified", 1L).containsEntry("unverified", 1L).containsEntry("refused.checksum", 2L);
  }

  @Test
  void aRefusedFileIsNamedWithLineAndReason() throws Exception {
    Files.writeString(folder.resolve("x\n\u202ey.json"), "{\n\n\"document\": 5}");
    assertThat(read().refused()).singleElement().satisfies(r -> {
      assertThat(r.line()).isEqualTo(3);
      assertThat(r.reason()).isEqualTo("/document must be an object");
    });
  }

  @Test
  void linksBombsAndListsAreNotAdvisories() throws Exception {
    Path outside = Files.createTempFile("outside", ".json");
    Files.writeString(outside, CsafTest.WHOLE);
    Files.createSymbolicLink(folder.resolve("link.json"), outside);
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.writeString(folder.resolve("provider-metadata.json"), "{\"canonical_url\": \"https://maker.example/x\"}");
    Files.write(folder.resolve("bomb.json.gz"), new byte[] {31, (byte) 139, 8});
    try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve("huge.json").toFile(), "rw")) {
      sparse.setLength(2L << 30);
    }
    AdvisoryFolder.Content content = read();
    assertThat(content.advisories()).isEmpty();
    assertThat(content.refused()).singleElement().satisfies(r -> assertThat(r.reason()).contains("larger than 32 MB"));
    assertThat(content.counters()).containsEntry("skipped.link", 2L).containsEntry("skipped.no_advisory", 1L).containsEntry("skipped.other", 1L);
    Files.delete(outside);
  }

  @Test
  void ofTwoRevisionsTheNewerCounts() throws Exception {
    Files.writeString(folder.resolve("1.json"), revision("2026-05-01", "newer"));
    Files.writeString(folder.resolve("2.json"), revision("2026-03-01", "older"));
    AdvisoryFolder.Content content = read();
    assertThat(content.advisories().values()).extracting(Advisory::title).containsExactly("newer");
    Advisory shipped = CsafTest.read(revision("2026-06-01", "shipped"));
    assertThat(AdvisoryFolder.together(List.of(shipped), content.advisories().values())).extracting(Advisory::title).containsExactly("shipped");
  }

  @Test
  void whatIsCopiedHasANameOfItsOwnAndItsChecksum(@TempDir Path home) throws Exception {
    Files.writeString(folder.resolve("1.json"), CsafTest.WHOLE.replace("\"A-1\"", "\"../../A 1\""));
    AdvisoryFolder.Content content = read();
    assertThat(AdvisoryFolder.copy(folder, content.advisories().values(), home)).isEqualTo(1);
    assertThat(AdvisoryFolder.copy(folder, content.advisories().values(), home)).isZero();
    try (var files = Files.list(home)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("_a_1.json", "_a_1.json.sha256");
    }
    assertThat(AdvisoryFolder.read(home, n -> { }).counters()).containsEntry("verified", 1L);
  }

  @Test
  void theFolderShowsThatItChanged() throws Exception {
    String before = AdvisoryFolder.state(folder);
    Files.writeString(folder.resolve("1.json"), "{}");
    assertThat(AdvisoryFolder.state(folder)).isNotEqualTo(before);
    assertThat(AdvisoryFolder.state(folder.resolve("nowhere"))).isEmpty();
  }
}
