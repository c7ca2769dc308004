package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What interfaces lost stands in the segments and in what is copied out of them, as statistics of pcapng. */
@Timeout(60)
final class TallyTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long BEGAN = Tape.START - 5 * SECOND;

  @TempDir private Path folder;

  /** Interface 0 has lost so many of all; interface 1 hears nothing. */
  private volatile List<Statement> counted = List.of();

  private void count(long second, long received, long dropped, long system) {
    long at = Tape.START + second * SECOND;
    counted = List.of(new Statement(0, at, BEGAN, received, dropped, system, 0), new Statement(1, at, BEGAN, 0, 0, 0, 0));
  }

  private static List<Statement> said(Path file) throws IOException {
    List<Statement> said = new ArrayList<>();
    try (CaptureFile source = CaptureFile.open(file, "")) {
      Packet packet = new Packet();
      while (source.next(packet)) {
        assertThat(packet.stated).as("statistics stand behind the packets").isFalse();
      }
      for (Statement each = source.statement(); each != null; each = source.statement()) {
        said.add(each);
      }
      assertThat(source.faults()).isEmpty();
    }
    return said;
  }

  private static void talk(Recorder recorder, Track track, int from, int to) {
    Headers headers = new Headers();
    try (Arena arena = Arena.ofConfined()) {
      Packet p = new Packet();
      byte[] frame = Frames.udpFrame(1, 4000, 2, 9999, new byte[1000]);
      p.segment = arena.allocate(frame.length).copyFrom(MemorySegment.ofArray(frame));
      p.captured = frame.length;
      p.wire = frame.length;
      p.linkType = 1;
      for (int i = from; i < to; i++) {
        p.at = Tape.START + i * (SECOND / 100);
        headers.parse(p.segment, 0, p.captured, p.wire, p.linkType, -1);
        track.begin(p, headers);
        track.end(headers, null, true, true);
      }
    }
    assertThat(recorder.flush(5 * SECOND)).isTrue();
  }

  @Test
  void segmentsAndDownloadsSayWhatTheirInterfacesLost() throws IOException, InterruptedException {
    Excerpt excerpt;
    try (Recorder recorder = Recorder.open(Rings.options(folder).bounds(16 << 20, RecordOptions.AGE))) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, "eth1", 1), new Origin(1, "site", "eth2", null, "eth2", 1)));
      recorder.counts(() -> counted);
      Track track = recorder.track();
      count(1, 40, 3, 1);
      talk(recorder, track, 0, 1500); // a segment holds some 970
      count(15, 1600, 10, 2);
      talk(recorder, track, 1500, 2500);
      count(25, 2600, 10, 7);
      Endpoint one = new Endpoints(8).ip("site", 4, 0, 0x0A000001L, Endpoint.NO_MAC, Endpoint.NO_VLAN);
      excerpt = Excerpt.take(recorder, new Excerpt.Wanted(List.of(one), List.of(), new long[] {Tape.START + 22 * SECOND}, 2 * SECOND, 2_000, 4 << 20), "", a -> "title");
    }
    List<List<Statement>> all = new ArrayList<>();
    for (Path segment : Rings.segments(folder)) {
      all.add(said(segment));
    }
    assertThat(all).hasSize(3);
    assertThat(all.getFirst()).containsExactly(new Statement(0, Tape.START + SECOND, BEGAN, 40, 3, 1, 0), new Statement(1, Tape.START + SECOND, BEGAN, 0, 0, 0, 0));
    assertThat(all.stream().map(List::getFirst).reduce(Tally::sum).orElseThrow()).as("the sum over the segments is the source's").isEqualTo(counted.getFirst());
    assertThat(all.get(1).getFirst()).isEqualTo(new Statement(0, Tape.START + 15 * SECOND, Tape.START + SECOND, 1560, 7, 1, 0));
    Path copied = Files.write(folder.resolve("copied"), excerpt.pcapng());
    assertThat(said(copied)).as("the segment under the pen and the one before").containsExactly(new Statement(0, Tape.START + 25 * SECOND, Tape.START + 15 * SECOND, 1000, 0, 5, 0));
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/capinfos")), "capinfos is not here");
    assertThat(Rings.said("/usr/bin/capinfos", "-M", Rings.segments(folder).getFirst().toString())).contains("Number of stat entries = 1");
  }

  @Test
  void anIndexIsMadeAgainOfASegmentThatEndsWithStatistics() throws IOException {
    try (Recorder recorder = Recorder.open(Rings.options(folder))) {
      recorder.origins(List.of(new Origin(0, "site", "eth1", null, "eth1", 1), new Origin(1, "site", "eth2", null, "eth2", 1)));
      recorder.counts(() -> counted);
      count(1, 10, 2, 0);
      talk(recorder, recorder.track(), 0, 10);
    }
    Path index = Rings.indexes(folder).getFirst();
    byte[] before = Files.readAllBytes(index);
    Files.delete(index);
    try (Recorder again = Recorder.open(Rings.options(folder))) {
      assertThat(again.counters()).containsEntry("record.segments_indexed_again", 1L).doesNotContainKey("record.torn_octets");
    }
    assertThat(Files.readAllBytes(index)).isEqualTo(before);
    assertThat(said(Rings.segments(folder).getFirst())).hasSize(2);
  }

  @Test
  void aCardWhoseCountersBeginAnewHasLostNothingAndNotLessThanThat() {
    Tally tally = new Tally(() -> counted);
    count(1, 100, 40, 3);
    tally.since().forEach(tally::told);
    count(2, 150, 0, 0);
    assertThat(tally.since().getFirst()).isEqualTo(new Statement(0, Tape.START + 2 * SECOND, Tape.START + SECOND, 50, 0, 0, 0));
  }
}
