package fr.vigie.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpositionTest {
  @TempDir Path folder;

  private static String sample() {
    return Exposition.write(new TreeMap<>(Map.of("packets", 12L, "messages.bacnet", 5L, "messages.modbus", 7L, "refused.flows_evicted", 0L, "copies.0/30>1", 3L,
        "doctor.lines_limit", 512L, "web_refused_role", 1L, "assets", 170L, "journal.entries", 9L, "link.1", 12L)), new TreeMap<>(Map.of("flows", 262_144L)),
        0.25, 1_790_000_000.5);
  }

  @Test
  void aGroupIsAFamilyAndANameWithinItIsALabel() {
    assertThat(sample().lines()).contains("# TYPE vigie_messages_total counter", "vigie_messages_total{name=\"bacnet\"} 5",
        "vigie_messages_total{name=\"modbus\"} 7", "vigie_packets_total 12", "vigie_copies_total{name=\"0/30>1\"} 3", "# TYPE vigie_assets gauge",
        "vigie_assets 170", "vigie_table_limit{table=\"doctor_lines\"} 512", "vigie_table_limit{table=\"flows\"} 262144", "vigie_heartbeat_seconds 0.250");
  }

  @Test
  void eachFamilyIsToldOnceAndInOnePiece() {
    List<String> types = sample().lines().filter(l -> l.startsWith("# TYPE")).toList();
    assertThat(types).doesNotHaveDuplicates();
    String family = "";
    List<String> opened = new java.util.ArrayList<>();
    for (String line : sample().lines().filter(l -> !l.startsWith("#")).toList()) {
      assertThat(line).matches("vigie_[a-z0-9_]+(\\{(name|table)=\"[A-Za-z0-9._/>-]+\"})? [0-9.]+");
      String name = line.replaceAll("[{ ].*", "");
      if (!name.equals(family)) {
        assertThat(opened).doesNotContain(name);
        opened.add(name);
        family = name;
      }
    }
  }

  @Test
  void aNameThatIsNoneBecomesOne() {
    assertThat(Exposition.write(new TreeMap<>(Map.of("messages.a\"b\\c\nd", 1L)), new TreeMap<>(), -1, 0)).contains("{name=\"a_b_c_d\"} 1")
        .doesNotContain("heartbeat");
  }

  @Test
  void prometheusReadsIt() throws Exception {
    Path promtool = Stream.of(String.valueOf(System.getenv("PATH")).split(":")).map(f -> Path.of(f, "promtool")).filter(Files::isExecutable).findFirst()
        .orElse(null);
    Assumptions.assumeTrue(promtool != null, "no promtool on this machine (apt-get install prometheus): the format was not read by Prometheus itself");
    Path text = Files.writeString(folder.resolve("metrics"), sample());
    Process check = new ProcessBuilder(String.valueOf(promtool), "check", "metrics").redirectInput(text.toFile()).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isIn(0, 3); // 3: it can be read, and has advice on names
    assertThat(said).doesNotContain("error while linting");
  }
}
