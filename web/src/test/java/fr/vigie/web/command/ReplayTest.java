package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./vigie replay} answers when it cannot do what it was asked: a code that scripts can use, a sentence, never a stack trace. */
final class ReplayTest {
  /** Octets of the uncompressed hospital that are kept: some packets, the last one cut. */
  private static final int CUT = 100_003;

  @TempDir private Path folder;
  private Path out;
  private Path cut;

  @BeforeEach
  void cutTheHospital() throws IOException {
    out = folder.resolve("out");
    cut = folder.resolve("cut.pcapng");
    try (InputStream hospital = new GZIPInputStream(Files.newInputStream(sample(Hospital.CAPTURE)))) {
      Files.write(cut, hospital.readNBytes(CUT));
    }
  }

  @Test
  void whatIsNoCaptureIsUnreadable() throws IOException {
    Path letter = Files.writeString(folder.resolve("letter.txt"), "Monsieur le directeur, veuillez trouver ci-joint le plan du local technique.\n".repeat(20));
    refused(Exit.UNREADABLE, "letter.txt", replay(letter));
  }

  @Test
  void aFileOfZeroBytesIsUnreadable() throws IOException {
    sentences(Exit.UNREADABLE, "empty.pcap", replay(Files.createFile(folder.resolve("empty.pcap"))));
    JsonNode summary = Json.MAPPER.readTree(out.resolve("summary.json").toFile());
    assertThat(summary.path("packets").asText()).isEqualTo("0");
    assertThat(summary.at("/result/faults/0/file").asText()).isEqualTo("empty.pcap");
  }

  @Test
  void aFileThatEndsWithinItsHeaderIsUnreadable() throws IOException {
    byte[] header = {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1, 2, 0, 4, 0};
    sentences(Exit.UNREADABLE, "short.pcap", replay(Files.write(folder.resolve("short.pcap"), header)));
  }

  @Test
  void aFileThatIsNotThereIsUnreadable() {
    refused(Exit.UNREADABLE, "absent.pcap", replay(folder.resolve("absent.pcap")));
  }

  @Test
  void ofACutCaptureTheReadableIsKept() throws IOException {
    Typed.Ended ended = replay(cut);
    sentences(Exit.UNREADABLE, "cut.pcapng", ended);
    JsonNode summary = Json.MAPPER.readTree(out.resolve("summary.json").toFile());
    assertThat(summary.path("packets").asLong()).isGreaterThan(100);
    assertThat(summary.at("/result/faults")).hasSize(1);
    assertThat(summary.at("/result/faults/0/file").asText()).isEqualTo("cut.pcapng");
    assertThat(Files.readAllLines(out.resolve("assets.ndjson"))).hasSizeGreaterThan(5);
    assertThat(names(out)).noneMatch(n -> n.endsWith(".part"));
  }

  @Test
  void aSiteFileWithAMistakeIsNamedWithItsLineAndColumn() throws IOException {
    Path site = Files.writeString(folder.resolve("mistaken.yaml"), "site:\n  id: chu\n  name: CHU\n  tz: Europe/Paris\n  colour: green\n");
    Typed.Ended ended = replay(cut, "--site", site.toString());
    refused(Exit.USAGE, "mistaken.yaml:5:3: ", ended);
    assertThat(ended.error()).contains("colour");
  }

  @Test
  void aSiteFileThatIsNotYamlIsNamedWithItsLineAndColumn() throws IOException {
    Path site = Files.writeString(folder.resolve("broken.yaml"), "site:\n  id: [chu\n  name: }\n");
    Typed.Ended ended = replay(cut, "--site", site.toString());
    refused(Exit.USAGE, "broken.yaml:", ended);
    assertThat(ended.error()).containsPattern("broken\\.yaml:[1-9]\\d*:[1-9]\\d*: ");
  }

  @Test
  void aPolicyThatDoesNotCompileIsNamed() throws IOException {
    Path policy = Files.createDirectory(folder.resolve("policy"));
    Files.writeString(policy.resolve("broken.drl"), "package fr.vigie.policy\nrule \"BAC-01\" when then this is no rule\n");
    Typed.Ended ended = replay(cut, "--policy", policy.toString());
    refused(Exit.USAGE, "broken.drl", ended);
  }

  @Test
  void aPolicyFolderThatIsNotThereIsNamed() {
    refused(Exit.USAGE, "nowhere", replay(cut, "--policy", folder.resolve("nowhere").toString()));
  }

  @Test
  void oneTwoOrFourPipelinesWriteTheSameOctets() throws IOException {
    for (int pipelines : new int[] {1, 2, 4}) {
      Path into = folder.resolve("pipelines-" + pipelines);
      Typed.Ended ended = Typed.heard("replay", sample(Hospital.CAPTURE).toString(), "--site", sample(Hospital.SITE).toString(),
          "--learn-until", Hospital.LEARN_UNTIL.toString(), "--out", into.toString(), "--quiet", "--pipelines", Integer.toString(pipelines));
      assertThat(ended.code()).as(ended.error()).isEqualTo(Exit.DONE);
    }
    Path one = folder.resolve("pipelines-1");
    for (int pipelines : new int[] {2, 4}) {
      Path several = folder.resolve("pipelines-" + pipelines);
      assertThat(names(several)).isEqualTo(names(one)).contains("alerts.ndjson", "readings.ndjson", "summary.json");
      for (String name : names(one)) {
        if (name.equals("summary.json")) {
          assertThat(Json.MAPPER.readTree(several.resolve(name).toFile()).path("result"))
              .isEqualTo(Json.MAPPER.readTree(one.resolve(name).toFile()).path("result"));
        } else {
          assertThat(Files.mismatch(one.resolve(name), several.resolve(name))).as("%s of %d pipelines", name, pipelines).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void noPipelineOrTooManyAreRefused() {
    refused(Exit.USAGE, "--pipelines takes 1 to 16", replay(cut, "--pipelines", "0"));
    refused(Exit.USAGE, "--pipelines takes 1 to 16", replay(cut, "--pipelines", "17"));
  }

  @Test
  void graveAlertsMakeAFindingOfTheHospital() {
    Typed.Ended ended = Typed.heard("replay", sample(Hospital.CAPTURE).toString(), "--site", sample(Hospital.SITE).toString(), "--learn-until",
        Hospital.LEARN_UNTIL.toString(), "--out", out.toString(), "--quiet", "--fail-on", "H");
    assertThat(ended.code()).as(ended.error()).isEqualTo(Exit.FINDINGS);
    assertThat(out.resolve("summary.json")).exists();
  }

  @Test
  void aFullDiskIsOneSentenceAndLeavesNoHalfFile() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()).redirectErrorStream(true).start();
    Assumptions.assumeTrue(mount.waitFor() == 0, "a small disk can only be mounted as root");
    try {
      out = small.resolve("out");
      refused(Exit.REFUSED, "disk is full", replay(sample(Hospital.CAPTURE)));
    } finally {
      new ProcessBuilder("umount", small.toString()).start().waitFor();
    }
  }

  @Test
  void aSeverityThatDoesNotExistIsWrongUsage() {
    refused(Exit.USAGE, "--fail-on", replay(cut, "--fail-on", "X"));
  }

  @Test
  void outputsThatCannotBeWrittenAreRefusedByTheMachine() throws IOException {
    out = Files.writeString(folder.resolve("taken"), "a file, not a folder");
    sentences(Exit.REFUSED, "taken", replay(cut));
    assertThat(out).hasContent("a file, not a folder");
    out = out.resolve("below");
    sentences(Exit.REFUSED, "taken", replay(cut));
    out = Path.of("/proc/vigie/out");
    sentences(Exit.REFUSED, "/proc/vigie", replay(cut));
  }

  private Typed.Ended replay(Path capture, String... more) {
    List<String> words = new ArrayList<>(List.of("replay", capture.toString(), "--out", out.toString(), "--quiet"));
    words.addAll(List.of(more));
    return Typed.heard(words.toArray(String[]::new));
  }

  /** Refused, and nothing left under a good name. */
  private void refused(int code, String named, Typed.Ended ended) {
    sentences(code, named, ended);
    assertThat(names(out)).isEmpty();
  }

  private static void sentences(int code, String named, Typed.Ended ended) {
    assertThat(ended.code()).as(ended.error()).isEqualTo(code);
    List<String> lines = ended.error().lines().filter(l -> l.startsWith("vigie: ")).toList();
    assertThat(lines).as(ended.error()).hasSize(1);
    assertThat(lines.getFirst().split(" ")).as("a sentence: " + lines.getFirst()).hasSizeGreaterThan(5);
    assertThat(ended.error()).contains(named).doesNotContain("\tat ").doesNotContain("Exception").doesNotContain("should not have happened");
  }

  private static List<String> names(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : List.of(names);
  }

  /** A file of the sample hospital, wherever the test is started. */
  private static Path sample(String file) {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("samples/hospital"))) {
      at = at.getParent();
    }
    return at.resolve("samples/hospital").resolve(file);
  }
}
