package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fr.vigie.samples.Week;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Days in which nothing is wrong, from the generator into a replay as a person would pipe them. After learning there are few incidents a
 * day, and none that is grave: whether learning ended at a named time, or ends by itself where there is evidence enough.
 * {@code -Dvigie.week=1000x7} replays a thousand devices for seven days.
 */
final class QuietWeekTest {
  private static final String[] SIZE = System.getProperty("vigie.week", "60x2").split("x", 2);
  private static final int DEVICES = Integer.parseInt(SIZE[0]);
  private static final int DAYS = Integer.parseInt(SIZE[1]);
  /** Days that are learned: two, or one of two. */
  private static final int LEARNED = Math.min(2, DAYS - 1);

  @TempDir Path folder;

  @Test
  @Timeout(1800)
  void fewIncidentsADayAfterANamedEndOfLearning() throws Exception {
    quiet(week().from().plus(Duration.ofDays(LEARNED)).toString());
  }

  @Test
  @Timeout(1800)
  void fewIncidentsADayWhileLearningEndsByItself() throws Exception {
    quiet(null);
  }

  private static Week.Options week() {
    return new Week.Options(Long.getLong("vigie.week.seed", 1), DEVICES, DAYS, LocalDate.of(2026, 10, 19));
  }

  private void quiet(@Nullable String until) throws IOException, InterruptedException {
    Week.Options week = week();
    Path site = folder.resolve("site.yaml");
    Files.writeString(site, Week.site(week), StandardCharsets.UTF_8);
    List<String> replay = new ArrayList<>(vigie("replay", "-", "--site", site.toString(), "--out", folder.toString(), "--quiet"));
    if (until != null) {
      replay.addAll(List.of("--learn-until", until));
    }
    Path said = folder.resolve("said.txt");
    List<Process> pipe = ProcessBuilder.startPipeline(List.of(
        new ProcessBuilder(vigie("sample", "week", "--devices", Integer.toString(DEVICES), "--days", Integer.toString(DAYS), "--seed",
            Long.toString(week.seed()))).redirectError(ProcessBuilder.Redirect.DISCARD),
        new ProcessBuilder(replay).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(said.toFile())));
    for (Process p : pipe) {
      assertThat(p.waitFor(25, TimeUnit.MINUTES)).as("it hangs").isTrue();
      assertThat(p.exitValue()).as(Files.readString(said)).isZero();
    }
    JsonNode summary = new ObjectMapper().readTree(folder.resolve("summary.json").toFile());
    Instant after = week.from().plus(Duration.ofDays(LEARNED));
    Map<String, Set<String>> days = new TreeMap<>();
    List<String> grave = new ArrayList<>();
    Map<String, Integer> detections = new TreeMap<>();
    for (String line : Files.readAllLines(folder.resolve("alerts.ndjson"))) {
      JsonNode alert = new ObjectMapper().readTree(line);
      if (Instant.parse(alert.path("time").asText()).isBefore(after)) {
        continue;
      }
      days.computeIfAbsent(alert.path("time").asText().substring(0, 10), day -> new HashSet<>()).add(alert.path("incident").asText());
      detections.merge(alert.path("rule").path("id").asText() + " " + alert.path("severity").asText(), 1, Integer::sum);
      if ("HC".contains(alert.path("severity").asText())) {
        grave.add(line);
      }
    }
    int most = days.values().stream().mapToInt(Set::size).max().orElse(0);
    System.out.println("quiet week, " + DEVICES + " devices, " + DAYS + " days, learning " + (until == null ? "by evidence" : "until " + until) + ": "
        + summary.path("packets").asText() + " packets, " + summary.path("result").path("lines").path("assets").asText() + " assets, at most " + most
        + " incidents a day, alerts " + detections + ", " + summary.path("run"));
    assertThat(summary.path("packets").asLong()).isBetween(1_000L * DEVICES * DAYS, 20_000_000L);
    assertThat(grave).isEmpty();
    assertThat(most).isLessThanOrEqualTo(Math.max(1, 10 * DEVICES / 1000));
  }

  private static List<String> vigie(String... arguments) {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx420m", "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=" + (DEVICES * DAYS > 500 ? 4 : 1), "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("vigie.test.classpath", System.getProperty("java.class.path")),
        "fr.vigie.web.command.Main"));
    command.addAll(List.of(arguments));
    return command;
  }
}
