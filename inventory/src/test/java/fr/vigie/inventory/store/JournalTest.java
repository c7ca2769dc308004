package fr.vigie.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  @TempDir Path folder;

  private static ObjectNode body(String text) {
    return MAPPER.createObjectNode().put("text", text);
  }

  @Test
  void aDecisionIsThereAfterReopening() throws IOException {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {})) {
      journal.append("anne", "alert.acknowledge", body("vu"));
      journal.append("anne", "asset.approve", body("\u202e<script>\n"));
    }
    List<Journal.Entry> seen = new ArrayList<>();
    try (Journal journal = Journal.open(file, seen::add)) {
      assertThat(journal.size()).isEqualTo(2);
    }
    assertThat(seen).extracting(Journal.Entry::kind).containsExactly("alert.acknowledge", "asset.approve");
    assertThat(seen.get(1).body().get("text").asText()).isEqualTo("\u202e<script>\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
  }

  /** The fsync after a failed one succeeds, and says nothing of what was lost before it. */
  @Test
  void afterAnFsyncThatFailedNoDecisionIsTakenUntilTheJournalIsOpenedAgain() throws IOException {
    Path file = Files.createFile(folder.resolve("journal.ndjson"));
    FileChannel disk = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (Journal journal = new Journal(file, new UnconfirmingChannel(disk, 1), null)) {
      journal.append("anne", "a", body("kept"));
      assertThatThrownBy(() -> journal.append("anne", "a", body("unsure"))).isInstanceOf(IOException.class).hasMessageContaining("Input/output error");
      assertThatThrownBy(() -> journal.append("anne", "a", body("after it"))).isInstanceOf(IOException.class).hasMessageContaining("started again");
    }
    List<String> seen = new ArrayList<>();
    try (Journal journal = Journal.open(file, e -> seen.add(e.body().get("text").asText()))) {
      journal.append("anne", "a", body("again"));
    }
    assertThat(seen).containsExactly("kept", "unsure");
  }

  @Test
  void decisionsOfOneActAreALineEachInOneChain() throws IOException {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {})) {
      journal.append("anne", "a", body("0"));
      assertThat(journal.appendAll("anne", "b", List.of(body("1"), body("2"), body("3")))).extracting(Journal.Entry::seq).containsExactly(2L, 3L, 4L);
      assertThatThrownBy(() -> journal.appendAll("anne", "b", List.of(body("4"), body("x".repeat(1 << 20))))).isInstanceOf(IOException.class);
      journal.append("anne", "c", body("5"));
    }
    List<String> texts = new ArrayList<>();
    assertThat(Journal.verify(file, e -> texts.add(e.body().path("text").asText()))).isEqualTo(5);
    assertThat(texts).as("of an act that failed nothing remains").containsExactly("0", "1", "2", "3", "5");
  }

  @Test
  void anUnterminatedLastLineIsCutAndTheCutIsRecorded() throws IOException {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {})) {
      journal.append("anne", "a", body("1"));
    }
    Files.writeString(file, "{\"v\":1,\"seq\":2,\"ti", StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(file, e -> {})) {
      assertThat(journal.entries()).extracting(Journal.Entry::kind).containsExactly("a", "journal.cut");
      assertThat(journal.entries().get(1).body().get("octets").asLong()).isEqualTo(18);
      journal.append("anne", "b", body("2"));
    }
    assertThat(Journal.verify(file, e -> {})).isEqualTo(3);
  }

  @Test
  void anAlteredLineStopsTheStartAndSaysWhere() throws IOException {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {})) {
      for (int i = 0; i < 5; i++) {
        journal.append("anne", "k", body("value " + i));
      }
    }
    String text = Files.readString(file);
    Files.writeString(file, text.replace("value 2", "value 9"));
    assertThatThrownBy(() -> Journal.open(file, e -> {})).isInstanceOf(Journal.BrokenJournal.class).hasMessageContaining("line 4");
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.remove(1);
    Files.writeString(file, String.join("\n", lines) + "\n");
    assertThatThrownBy(() -> Journal.verify(file, e -> {})).hasMessageContaining("line 2");
  }

  @Test
  void twoProcessesCannotShareAJournal() throws IOException {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {})) {
      assertThat(journal.size()).isZero();
      assertThatThrownBy(() -> Journal.open(file, e -> {})).hasMessageContaining("in use");
    }
  }

  @Test
  void manyPeopleMayDecideAtOnce() throws Exception {
    Path file = folder.resolve("journal.ndjson");
    try (Journal journal = Journal.open(file, e -> {});
        ExecutorService people = Executors.newFixedThreadPool(8)) {
      List<Future<Journal.Entry>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String author = "p" + i;
        all.add(people.submit(() -> journal.append(author, "k", body(author))));
      }
      for (Future<Journal.Entry> each : all) {
        assertThat(each.get().seq()).isPositive();
      }
    }
    List<Journal.Entry> seen = new ArrayList<>();
    assertThat(Journal.verify(file, seen::add)).isEqualTo(200);
    assertThat(seen).allSatisfy(e -> assertThat(e.body().get("text").asText()).isEqualTo(e.author()));
  }

  @Test
  void killedWhileWritingItKeepsEveryAnsweredDecision() throws Exception {
    Path file = folder.resolve("journal.ndjson");
    Process child =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath(), JournalTest.class.getName(), file.toString())
            .redirectErrorStream(true)
            .start();
    long answered = 0;
    try (BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        answered = Long.parseLong(line);
        if (answered == 150) {
          child.toHandle().destroyForcibly(); // Process.destroyForcibly would close the pipe that is still being read
        }
      }
    }
    child.waitFor();
    assertThat(answered).isGreaterThanOrEqualTo(150);
    try (Journal journal = Journal.open(file, e -> {})) {
      assertThat(journal.size()).isGreaterThanOrEqualTo(answered);
    }
  }

  /** Where the classes the child needs stand, however this test was started. */
  private static String classPath() {
    return Stream.of(JournalTest.class, Journal.class, ObjectMapper.class, JsonFactory.class, JsonCreator.class, Nullable.class)
        .map(c -> Path.of(c.getProtectionDomain().getCodeSource().getLocation().getPath()).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The child that is killed: appends and prints the number of each answered decision. */
  public static void main(String[] args) throws IOException {
    try (Journal journal = Journal.open(Path.of(args[0]), e -> {})) {
      while (journal.size() < 1_000_000) {
        System.out.println(journal.append("child", "k", body("x".repeat(100))).seq());
      }
    }
  }
}
