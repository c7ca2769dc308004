package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: standard input that grows, and rights that are given up for good. */
@Timeout(90)
final class ListenerTest {
  @TempDir Path folder;

  private static Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"), Listener.class.getName()));
    command.addAll(Arrays.asList(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static BufferedReader said(Process process) {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** A capture of two packets of 60 octets, in microseconds. */
  private static byte[] capture(CaptureWriter.Format format) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (CaptureWriter writer = new CaptureWriter(octets, format)) {
      int at = writer.addInterface(null, 1);
      writer.write(at, 1_000_000_000_000L, Wire.frame("one"));
      writer.write(at, 1_000_000_001_000L, Wire.frame("two"));
    }
    return octets.toByteArray();
  }

  @Test
  void aPacketOnStandardInputIsGivenWithItsLastOctetAndSilenceTicks() throws Exception {
    Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "poll is POSIX");
    byte[] octets = capture(CaptureWriter.Format.PCAP_NANOS);
    Process process = start("stream");
    try (BufferedReader out = said(process)) {
      OutputStream in = process.getOutputStream();
      int second = octets.length - 76;
      in.write(octets, 0, second);
      in.flush();
      assertThat(out.readLine()).isEqualTo("packet 0 of 60 octets at 1000000000000");
      assertThat(out.readLine()).isEqualTo("tick");
      in.write(octets, second, 76);
      in.flush();
      String line = out.readLine();
      while (line.equals("tick")) {
        line = out.readLine();
      }
      assertThat(line).isEqualTo("packet 1 of 60 octets at 1000000001000");
      assertThat(out.readLine()).isEqualTo("tick");
      in.close();
      line = out.readLine();
      while (line.equals("tick")) {
        line = out.readLine();
      }
      assertThat(line).isEqualTo("end []");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aStreamThatBreaksOffIsAFault() throws Exception {
    Assumptions.assumeFalse(System.getProperty("os.name").startsWith("Windows"), "poll is POSIX");
    byte[] octets = capture(CaptureWriter.Format.PCAPNG);
    Process process = start("stream");
    try (BufferedReader out = said(process)) {
      try (OutputStream in = process.getOutputStream()) {
        in.write(octets, 0, octets.length - 10);
      }
      assertThat(out.readLine()).startsWith("packet 0 of 60 octets");
      String line = out.readLine();
      while (line.equals("tick")) {
        line = out.readLine();
      }
      assertThat(line).startsWith("end [").contains("cut off");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void rightsGivenUpAreGoneFromOldAndNewThreadsAndWhatIsOpenStillHears() throws Exception {
    try (Wire wire = Wire.lay()) {
      Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "rights are read in /proc");
      Process process = start("rights", wire.here, "65534");
      List<String> lines = new ArrayList<>();
      try (BufferedReader out = said(process)) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          lines.add(line);
          if (line.startsWith("younger ")) {
            wire.put(folder, 1, Wire.frame("heard"));
          }
        }
      } finally {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
      }
      List<String> threads = lines.stream().filter(l -> l.matches(".* \\d+ \\d+")).toList();
      assertThat(threads).hasSizeGreaterThan(8).allMatch(l -> l.endsWith(" 65534 0"));
      assertThat(threads).anyMatch(l -> l.startsWith("older ")).anyMatch(l -> l.startsWith("younger "));
      assertThat(lines).contains("heard 60").anyMatch(l -> l.startsWith("refused ") && l.contains("CAP_NET_RAW"));
    }
  }
}
