package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The labelled story of the sample hospital through the whole road: the committed capture, and three seeds drawn at run time. */
final class StoryTest {
  private static final long TOLERANCE = 5_000_000_000L;
  private static final Set<String> GRAVE = Set.of("C", "H", "M");

  @TempDir private Path folder;

  /** One line of {@code story.tsv}. */
  private record Row(boolean incident, long time, String actor, String target, String detection, String packet, String line) {
    static Row of(String line) {
      String[] c = line.split("\t", -1);
      return new Row(c[0].equals("incident"), Json.nanos(c[1]), c[2], c[3], c[5], c[6], line);
    }

    /** Whether the alert is about the same detection, actor and time. */
    boolean resembles(JsonNode alert) {
      JsonNode who = alert.path("who");
      return alert.path("rule").path("id").asText().equals(detection) && Math.abs(Json.nanos(alert.path("time").asText()) - time) <= TOLERANCE
          && (who.path("ip").asText().equals(actor) || who.path("mac").asText().equals(actor));
    }

    /** Whether it also names the target and the packet. */
    boolean foundIn(JsonNode alert) {
      boolean packet = false;
      for (JsonNode p : alert.path("packets")) {
        packet |= p.path("index").asText().equals(this.packet);
      }
      return resembles(alert) && packet && targets(alert);
    }

    private boolean targets(JsonNode alert) {
      if (target.equals("*") || target.equals("-")) {
        return true;
      }
      String ip = target.contains("/") ? target.substring(0, target.indexOf('/')) : target;
      String below = target.contains("/") ? target.substring(target.indexOf('/') + 1) : "";
      for (JsonNode whom : alert.path("whom")) {
        boolean same = below.isEmpty() || whom.path("knx").asText().equals(below) || whom.path("bacnet").asText().equals(below)
            || whom.path("unit").asText().equals(below);
        if (whom.path("ip").asText().equals(ip) && same) {
          return true;
        }
      }
      return false;
    }
  }

  @Test
  void theCommittedCaptureTellsItsStoryTwiceToTheByte() throws IOException {
    Path hospital = sample();
    Path first = replay(hospital, "first");
    Path second = replay(hospital, "second");
    tells(hospital, first);
    for (String name : List.of("assets", "alerts", "contacts", "acts", "readings", "flaws", "learned")) {
      assertThat(Files.mismatch(first.resolve(name + ".ndjson"), second.resolve(name + ".ndjson"))).as(name).isEqualTo(-1);
    }
    assertThat(summary(first)).isEqualTo(summary(second));
  }

  @Test
  void threeHospitalsDrawnNowTellTheirStories() throws IOException {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 3; i++) {
      long seed = random.nextLong(1_000_000_000L);
      System.out.println("StoryTest: seed " + seed + " (fr.vigie.samples.Hospital --seed " + seed + " --out DIR)");
      Path hospital = folder.resolve("seed-" + seed);
      Hospital.write(seed, hospital);
      tells(hospital, replay(hospital, "out-" + seed));
    }
  }

  private Path replay(Path hospital, String out) {
    Path outputs = folder.resolve(out);
    assertThat(Typed.command("replay", hospital.resolve(Hospital.CAPTURE).toString(), "--site", hospital.resolve(Hospital.SITE).toString(),
        "--learn-until", Hospital.LEARN_UNTIL.toString(), "--out", outputs.toString(), "--quiet")).isZero();
    return outputs;
  }

  private static void tells(Path hospital, Path out) throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("alerts.ndjson"))) {
      alerts.add(Json.MAPPER.readTree(line));
    }
    List<Row> rows = Files.readAllLines(hospital.resolve(Hospital.STORY)).stream().skip(1).map(Row::of).toList();
    List<String> wrong = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (Row row : rows) {
      if (row.incident() && alerts.stream().noneMatch(row::foundIn)) {
        wrong.add("not found: " + row.line());
      }
      if (!row.incident() && alerts.stream().filter(a -> !announced(a)).anyMatch(row::resembles)) {
        wrong.add("a near miss that alarms: " + row.line());
      }
      if (row.incident()) {
        alerts.stream().filter(row::resembles).forEach(a -> told.add(a.path("id").asText()));
      }
    }
    for (JsonNode alert : alerts) {
      if (GRAVE.contains(alert.path("severity").asText()) && !told.contains(alert.path("id").asText())) {
        wrong.add("not of the story: " + alert);
      }
    }
    assertThat(wrong).as(hospital.toString()).isEmpty();
    assertThat(rows.stream().filter(Row::incident)).hasSizeGreaterThanOrEqualTo(20);
    assertThat(rows.stream().filter(r -> !r.incident())).hasSizeGreaterThanOrEqualTo(20);
  }

  /** Whether it is told only because everything is, and as low: somebody announced that he works there. */
  private static boolean announced(JsonNode alert) {
    return alert.path("raisedBy").toString().contains("lowered: announced intervention");
  }

  private static JsonNode summary(Path out) throws IOException {
    ObjectNode summary = (ObjectNode) Json.MAPPER.readTree(Files.readString(out.resolve("summary.json")));
    summary.remove("run");
    return summary;
  }

  /** The hospital of the repository, wherever the test is started. */
  private static Path sample() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("samples/hospital"))) {
      at = at.getParent();
    }
    return at.resolve("samples/hospital");
  }
}
