package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The messages that a replay counts against the frames that {@code tshark -q -z io,phs} counts, protocol by protocol: of the sample
 * hospital, and of the captures that the variable {@code VIGIE_BENCH} names, separated by colons. What Vigie does not read is no part of it.
 */
final class MessagesTsharkTest {
  /** Our names of protocols, and tshark's where they differ. */
  private static final Map<String, String> NAMES = Map.of("bacnet", "bvlc", "knx", "kip", "modbus", "mbtcp");
  private static final Pattern LINE = Pattern.compile("\\s*(\\S+)\\s+frames:(\\d+) bytes:\\d+");

  @TempDir private Path folder;

  @Test
  void everyProtocolHasAsManyMessagesAsTsharkCountsFrames() throws IOException, InterruptedException {
    assumeTrue(Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(p -> Files.isExecutable(Path.of(p, "tshark"))),
        "tshark is not installed");
    for (Path capture : captures()) {
      Path out = folder.resolve(capture.getFileName() + ".out");
      assertThat(Typed.command("replay", capture.toString(), "--out", out.toString(), "--quiet")).isZero();
      Map<String, Long> tshark = hierarchy(capture);
      Map<String, Long> expected = new TreeMap<>();
      Map<String, Long> counted = new TreeMap<>();
      JsonNode messages = Json.MAPPER.readTree(out.resolve("summary.json").toFile()).at("/result/messages");
      for (Map.Entry<String, JsonNode> m : messages.properties()) {
        counted.put(m.getKey(), m.getValue().asLong());
        expected.put(m.getKey(), tshark.getOrDefault(NAMES.getOrDefault(m.getKey(), m.getKey()), 0L));
      }
      assertThat(counted).as(capture.toString()).isNotEmpty().isEqualTo(expected);
    }
  }

  private static List<Path> captures() {
    List<Path> captures = new ArrayList<>();
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("samples/hospital"))) {
      at = at.getParent();
    }
    captures.add(at.resolve("samples/hospital").resolve(Hospital.CAPTURE));
    String more = System.getenv("VIGIE_BENCH");
    if (more != null && !more.isEmpty()) {
      for (String path : more.split(":", -1)) {
        captures.add(Path.of(path));
      }
    }
    return captures;
  }

  /** Frames by protocol, wherever it stands in the hierarchy. */
  private static Map<String, Long> hierarchy(Path capture) throws IOException, InterruptedException {
    Process tshark = new ProcessBuilder("tshark", "-q", "-z", "io,phs", "-r", capture.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Map<String, Long> frames = new TreeMap<>();
    for (String line : new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        frames.merge(m.group(1), Long.parseLong(m.group(2)), Long::sum);
      }
    }
    assertThat(tshark.waitFor()).isZero();
    return frames;
  }
}
