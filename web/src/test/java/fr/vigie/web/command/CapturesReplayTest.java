package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Every shared capture through the whole road, in one process with the launcher's heap: no crash, no hang, no exception text, packets as
 * the catalogue counts them, and what the process needed at its peak.
 */
final class CapturesReplayTest {
  /** Packets that the catalogue counts otherwise, with the cause. */
  private static final Map<String, String> EXPLAINED = Map.of(
      "test901.pcapng", "a packet lies in a pcapng section of major version 2, which nobody can know how to read");

  /** Alerts of severity H or above, capture and detection, each with its defence in docs/accuracy.md. Nothing was learned of any capture. */
  private static final Set<String> GRAVE = Set.of("bacnet_error_reject_abort.pcap BAC-07", "bacnet_error_reject_abort.pcap BAC-09",
      "bacnet_error_reject_abort.pcap BAC-10", "bacnet_error_reject_abort.pcap BAC-12", "bacnet_error_reject_abort.pcap BAC-13", "umas.pcap MOD-06",
      "arp-oobr.pcap NET-02", "arp-oobr.pcap SEN-04", "hart-ip.pcap NET-04", "WinXP.pcap NET-04", "snap7_s300_stop.pcapng S7-01",
      "s7comm_synthetic.pcap S7-01", "http2.pcapng SEN-03", "free5gc.pcap SEN-03", "test009.pcapng SEN-03");

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void everySharedCapturePassesInOneProcess() throws Exception {
    Path captures = SharedCaptures.root();
    List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx420m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
        System.getProperty("vigie.test.classpath", System.getProperty("java.class.path")), CapturesReplayTest.class.getName(), captures.toString(),
        folder.toString());
    Path said = folder.resolve("said.txt");
    Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(child.waitFor(9, TimeUnit.MINUTES)).as("it hangs").isTrue();
    String text = Files.readString(said, StandardCharsets.ISO_8859_1);
    assertThat(child.exitValue()).as(text).isZero();
    assertThat(text).doesNotContain("Exception").doesNotContain("should not have happened");
    JsonNode result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    System.out.println("shared captures: " + result);
    assertThat(result.path("captures").asInt()).isGreaterThan(1_600);
    assertThat(result.path("different")).isEmpty();
    Set<String> grave = new TreeSet<>();
    result.path("grave").forEach(g -> grave.add(g.asText()));
    assertThat(grave).isEqualTo(GRAVE);
    assertThat(result.path("peakMiB").asInt()).isLessThanOrEqualTo(700);
  }

  /** The child: replays every capture of the catalogue and writes what came of it. */
  public static void main(String[] args) throws IOException {
    Path captures = Path.of(args[0]);
    Path out = Path.of(args[1]);
    ObjectMapper mapper = new ObjectMapper();
    long packets = 0;
    int read = 0;
    Map<Integer, Integer> codes = new TreeMap<>();
    List<String> different = new ArrayList<>();
    Set<String> grave = new TreeSet<>();
    PrintStream err = System.err;
    for (String line : Files.readAllLines(captures.resolve("CATALOG.tsv"))) {
      String[] row = line.split("\t", -1);
      Path file = captures.resolve(row[0]);
      if (row[0].equals("path") || !Files.exists(file)) {
        continue;
      }
      StringWriter said = new StringWriter();
      CommandLine vigie = Main.line().setErr(new PrintWriter(said, true));
      int code = vigie.execute("replay", file.toString(), "--out", out.resolve("replay").toString(), "--quiet");
      codes.merge(code, 1, Integer::sum);
      if (said.toString().contains("Exception") || code == Exit.REFUSED) {
        err.println(row[0] + ": " + said);
        System.exit(1);
      }
      long got = code == Exit.DONE || code == Exit.UNREADABLE && Files.exists(out.resolve("replay/summary.json"))
          ? mapper.readTree(out.resolve("replay/summary.json").toFile()).path("packets").asLong() : 0;
      Files.deleteIfExists(out.resolve("replay/summary.json"));
      Path alerts = out.resolve("replay/alerts.ndjson");
      for (String alert : Files.exists(alerts) ? Files.readAllLines(alerts) : List.<String>of()) {
        JsonNode a = mapper.readTree(alert);
        if (Set.of("H", "C").contains(a.path("severity").asText())) {
          grave.add(file.getFileName() + " " + a.path("rule").path("id").asText());
        }
      }
      Files.deleteIfExists(alerts);
      if (got != Long.parseLong(row[2]) && !EXPLAINED.containsKey(file.getFileName().toString())) {
        different.add(row[0] + ": " + row[2] + " catalogued, " + got + " read, exit " + code);
      }
      packets += got;
      read++;
    }
    long peak = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        peak = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    mapper.writeValue(out.resolve("result.json").toFile(),
        Map.of("captures", read, "packets", packets, "codes", codes, "different", different, "grave", grave, "peakMiB", peak));
    System.exit(0);
  }
}
