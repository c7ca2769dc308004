package fr.vigie.sensor.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The short run of the fuzz targets: everything that earlier runs found worth keeping, and a number of new inputs under the guidance of
 * coverage. The long run is {@code bench/fuzz}; docs/accuracy.md says how long it was.
 */
final class FuzzTest {
  /** Where {@code ./vigie test} puts the fuzzer, which is no part of Vigie. */
  private static final Path FUZZER = Path.of("target", "fuzzer");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> whatWasFoundBeforeIsSafe() throws IOException, ReflectiveOperationException {
    Map<String, List<byte[]>> all = FuzzRun.all();
    return all.entrySet().stream().map(target -> DynamicTest.dynamicTest(target.getKey(), () -> {
      assertThat(target.getValue()).isNotEmpty();
      for (byte[] input : target.getValue()) {
        switch (target.getKey()) {
          case "frames" -> FramesFuzz.fuzzerTestOneInput(input);
          case "files" -> FilesFuzz.fuzzerTestOneInput(input);
          default -> {
            MessagesFuzz.fuzzerInitialize(new String[] {target.getKey()});
            MessagesFuzz.fuzzerTestOneInput(input);
          }
        }
      }
    }));
  }

  /** Every target has to be able to fail: a protocol that throws is found by name. */
  @Test
  void anInputIsTakenByTheProtocolItNames() throws IOException, ReflectiveOperationException {
    assertThat(Seeds.messages().keySet()).contains("bacnet-udp", "bacnetip6-udp", "modbus-tcp", "knxnetip-udp");
  }

  @ParameterizedTest
  @CsvSource({"MessagesFuzz,30000", "FramesFuzz,2000", "FilesFuzz,10000"})
  @Timeout(600)
  void newInputsUnderGuidanceAreSafe(String target, long runs) throws IOException, InterruptedException, ReflectiveOperationException {
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(FUZZER)) {
      try (Stream<Path> files = Files.list(FUZZER)) {
        files.filter(f -> f.toString().endsWith(".jar")).forEach(jars::add);
      }
    }
    Assumptions.assumeTrue(jars.size() == 2, "no Jazzer in sensor/target/fuzzer: ./vigie test puts it there where it can be had");
    Path seeds = folder.resolve("seeds");
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    long known = 0;
    for (Map.Entry<String, List<byte[]>> each : FuzzRun.all().entrySet()) {
      if (each.getKey().equals(kind(target)) || kind(target).isEmpty() && !each.getKey().equals("frames") && !each.getKey().equals("files")) {
        known += each.getValue().size();
        Seeds.write(each.getValue(), Files.createDirectories(seeds.resolve(each.getKey())));
      }
    }
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    jars.forEach(jar -> path.append(':').append(jar.toAbsolutePath()));
    Path log = folder.resolve("log");
    Process fuzzer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-XX:+EnableDynamicAgentLoading", "-XX:+UseSerialGC", "-Xmx700m", "-cp", path.toString(),
        "com.code_intelligence.jazzer.Jazzer", "--target_class=fr.vigie.sensor.fuzz." + target, "--instrumentation_includes=fr.vigie.sensor.**",
        "--custom_hook_includes=none", "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*", "-runs=" + (known + Long.getLong("vigie.fuzz.runs", runs)),
        "-seed=20261126", "-max_len=4096", "-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1", corpus.toString(), seeds.toString())
        .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int code = fuzzer.waitFor();
    String said = Files.readString(log);
    assertThat(code).as("exit code of the fuzzer, which said:\n%s", said.length() > 6000 ? said.substring(said.length() - 6000) : said).isZero();
    assertThat(said).contains("stat::number_of_executed_units");
  }

  private static String kind(String target) {
    return switch (target) {
      case "FramesFuzz" -> "frames";
      case "FilesFuzz" -> "files";
      default -> "";
    };
  }
}
