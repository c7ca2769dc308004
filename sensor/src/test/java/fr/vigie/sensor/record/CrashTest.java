package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recorder that is killed while it writes: a process of its own, ended by SIGKILL at a random moment, several times on the same ring. */
@Timeout(180)
class CrashTest {
  private static final long SIZE = 8 << 20;

  @TempDir Path folder;

  /** Records numbered packets until it is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws IOException {
      try (Recorder recorder = Recorder.open(Rings.options(Path.of(arguments[0])).bounds(SIZE, RecordOptions.AGE)); Arena arena = Arena.ofConfined()) {
        recorder.origins(List.of(new Origin(0, "site", "eth1", null, null, 1)));
        Track track = recorder.track();
        Headers headers = new Headers();
        Random random = new Random(3);
        Packet p = new Packet();
        p.segment = arena.allocate(2048);
        p.linkType = 1;
        for (int i = 0; ; i++) {
          byte[] frame = Frames.udpFrame(1 + i % 50, 4000 + i % 7, 2, 9999, Frames.join(Frames.u32(i), new byte[random.nextInt(1200)]));
          MemorySegment.copy(MemorySegment.ofArray(frame), 0, p.segment, 0, frame.length);
          p.captured = frame.length;
          p.wire = frame.length;
          p.at = Tape.START + i;
          headers.parse(p.segment, 0, p.captured, p.wire, 1, -1);
          track.begin(p, headers);
          track.end(headers, null, true, true);
          if (i == 0) {
            System.out.println("recording");
            System.out.flush();
          }
          if (i % 500 == 0) {
            LockSupport.parkNanos(1_000_000);
          }
        }
      }
    }
  }

  @Test
  void killedAtAnyMomentTheRingOpensAgainWithEveryWholePacket() throws IOException, InterruptedException {
    Random random = new Random();
    for (int round = 0; round < 6; round++) {
      Process victim = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "--enable-native-access=ALL-UNNAMED", "-Xmx128m",
          "-cp", System.getProperty("java.class.path"), Victim.class.getName(), folder.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      assertThat(victim.getInputStream().read()).as("the first letter it says").isEqualTo('r');
      while (Rings.segments(folder).stream().allMatch(f -> f.toFile().length() < 4096)) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(600));
      victim.destroyForcibly();
      victim.waitFor();
      // a crash may leave half a block at the end of what was under the pen: more of it than a kill usually does
      List<Path> left = Rings.segments(folder);
      byte[] last = Files.readAllBytes(left.getLast());
      if (round % 2 == 1 && last.length > 1000) {
        Files.write(left.getLast(), java.util.Arrays.copyOf(last, last.length - 1 - random.nextInt(400)));
        Files.deleteIfExists(folder.resolve(left.getLast().getFileName().toString().replace(Segment.ENDING, Segment.INDEX)));
      }
      try (Recorder again = Recorder.open(Rings.options(folder).bounds(SIZE, RecordOptions.AGE))) {
        // none where it was killed before it had begun a segment, on a ring that was whole
        assertThat(again.counters().getOrDefault("record.segments_indexed_again", 0L)).isBetween(0L, 2L);
        for (Path segment : Rings.segments(folder)) {
          FlowIndex fresh = new FlowIndex();
          long size = Files.size(segment);
          assertThat(Segment.read(segment, size, fresh)).as("whole octets of %s", segment).isEqualTo(size);
          Path index = folder.resolve(segment.getFileName().toString().replace(Segment.ENDING, Segment.INDEX));
          assertThat(Files.readAllBytes(index)).isEqualTo(fresh.write(size));
        }
      }
      assertThat(Rings.read(folder)).isNotEmpty();
    }
  }
}
