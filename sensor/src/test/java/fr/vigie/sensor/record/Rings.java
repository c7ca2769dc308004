package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.flow.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rings of tests, and what stands in them. */
final class Rings {
  private Rings() {}

  /** A patient recorder with nothing reserved: a test loses nothing that it does not ask to lose. */
  static RecordOptions options(Path folder) {
    return RecordOptions.standard(folder).reserve(0).patient(true).memory(1 << 20);
  }

  /** Runs a tape through the sensor into a ring. */
  static Recorder record(Tape tape, RecordOptions options) throws IOException {
    return record(tape, options, Keep.LITTLE);
  }

  static Recorder record(Tape tape, RecordOptions options, Keep keep) throws IOException {
    try (Recorder recorder = Recorder.open(options)) {
      recorder.keep(keep);
      tape.play(SensorOptions.standard().recorder(recorder));
      assertThat(recorder.flush(5_000_000_000L)).isTrue();
      return recorder;
    }
  }

  static List<Path> segments(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(Segment.ENDING)).sorted().toList();
    }
  }

  static List<Path> indexes(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(Segment.INDEX)).sorted().toList();
    }
  }

  /** A packet as our own reader finds it. */
  record Kept(long at, byte[] octets, int wire, String iface) {}

  static List<Kept> read(Path folder) throws IOException {
    List<Kept> all = new ArrayList<>();
    for (Path file : segments(folder)) {
      try (CaptureFile capture = CaptureFile.open(file, "")) {
        Packet p = new Packet();
        while (capture.next(p)) {
          all.add(new Kept(p.at, p.segment.asSlice(p.offset, p.captured).toArray(ValueLayout.JAVA_BYTE), p.wire,
              String.valueOf(capture.origins().get(p.origin).name())));
        }
        assertThat(capture.faults()).extracting(PacketSource.Fault::message).isEmpty();
      }
    }
    return all;
  }

  /** All octets of all segments. */
  static String octets(Path folder) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path file : segments(folder)) {
      all.writeBytes(Files.readAllBytes(file));
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      System.err.println(String.join(" ", command) + ": " + said);
    }
    return code;
  }

  /** What a command prints; it must succeed. */
  static String said(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return said;
  }
}
