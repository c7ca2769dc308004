package fr.vigie.sensor.record;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.flow.Tape;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExcerptTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Endpoints ENDPOINTS = new Endpoints(64);

  @TempDir Path folder;

  private static Endpoint host(String realm, int last) {
    return ENDPOINTS.ip(realm, 4, 0, 0x0A000000L | last, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  private static Excerpt.Wanted between(int who, int whom, double second) {
    return new Excerpt.Wanted(List.of(host("site", who)), List.of(host("site", whom)), new long[] {Tape.START + Math.round(second * 1e9)}, 30 * SECOND, 2_000, 4 << 20);
  }

  private Excerpt take(Recorder recorder, Excerpt.Wanted wanted) throws IOException {
    return Excerpt.take(recorder, wanted, "the moment", account -> "Vigie alert al-test\nkept " + account.kept());
  }

  private List<Long> times(Excerpt excerpt) throws IOException {
    Path file = Files.write(folder.resolve("excerpt.pcapng"), excerpt.pcapng());
    List<Long> times = new ArrayList<>();
    try (CaptureFile capture = CaptureFile.open(file, "")) {
      Packet p = new Packet();
      while (capture.next(p)) {
        times.add(p.at - Tape.START);
      }
      assertThat(capture.faults()).isEmpty();
    }
    return times;
  }

  private static Tape talk(Tape tape, int from, int to, int octets) {
    return tape.frame(Frames.udpFrame(from, 4000, to, 9999, new byte[octets]));
  }

  @Test
  void thePacketsOfTheTwoPartiesWithinHalfAMinuteAreTaken() throws IOException {
    Tape tape = new Tape();
    for (int i = 0; i < 100; i++) {
      talk(tape, 1, 2, 10);
      talk(tape, 3, 4, 10);
      talk(tape, 2, 5, 10);
      tape.from(1, "annex");
      talk(tape, 1, 2, 10);
      tape.from(0, "site").pass(1);
    }
    Recorder recorder = Rings.record(tape, Rings.options(folder.resolve("ring")));
    Excerpt excerpt = take(recorder, between(1, 2, 50));
    assertThat(excerpt.found()).isEqualTo(61 * 2);
    assertThat(times(excerpt)).hasSize(122).isSorted().startsWith(20 * SECOND).endsWith(80 * SECOND);
    assertThat(excerpt.missing()).isEmpty();
    String text = new String(excerpt.pcapng(), StandardCharsets.UTF_8);
    assertThat(text).contains("Vigie alert al-test\nkept 122").contains("the moment");
  }

  @Test
  void whereTheBoundsBiteTheNearestAreKeptAndTheRestIsCounted() throws IOException {
    Tape tape = new Tape();
    for (int i = 0; i < 6_000; i++) {
      talk(tape.pass(0.01), 1, 2, 10);
    }
    Recorder recorder = Rings.record(tape, Rings.options(folder.resolve("ring")));
    Excerpt excerpt = take(recorder, between(1, 2, 30));
    assertThat(excerpt.kept()).isEqualTo(2_000);
    assertThat(times(excerpt)).startsWith(20_000_000_000L).hasSize(2_000);
    assertThat(excerpt.missing()).filteredOn(m -> m.reason().equals("bound")).extracting(Excerpt.Missing::packets).containsExactly(4_000L);
    tape = new Tape();
    for (int i = 0; i < 6_000; i++) {
      talk(tape.pass(0.01), 1, 2, 8_000);
    }
    recorder = Rings.record(tape, Rings.options(folder.resolve("large")).bounds(64 << 20, Long.MAX_VALUE));
    excerpt = take(recorder, between(1, 2, 30));
    assertThat(excerpt.pcapng().length).isLessThan(4 << 20);
    assertThat(excerpt.kept()).isBetween(500, 523);
  }

  @Test
  void betweenTheTwoComesBeforeWhatOnlyOneSaid() throws IOException {
    Tape tape = new Tape();
    for (int i = 0; i < 3_000; i++) {
      talk(tape.pass(0.005), 2, 9, 10);
    }
    talk(tape.pass(10), 1, 2, 10);
    Recorder recorder = Rings.record(tape, Rings.options(folder.resolve("ring")));
    assertThat(times(take(recorder, between(1, 2, 7)))).hasSize(2_000).endsWith(25 * SECOND);
  }

  @Test
  void whatTheRingGaveUpIsSaid() throws IOException {
    Tape tape = new Tape();
    for (int i = 0; i < 6_000; i++) {
      talk(tape.pass(0.01), 1, 2, 1_000);
    }
    Recorder recorder = Rings.record(tape, Rings.options(folder.resolve("ring")).bounds(1 << 20, Long.MAX_VALUE));
    Excerpt excerpt = take(recorder, between(1, 2, 1));
    assertThat(excerpt.kept()).isZero();
    assertThat(excerpt.missing()).extracting(Excerpt.Missing::reason).containsExactly("turned_over");
    excerpt = take(recorder, between(1, 2, 58));
    assertThat(excerpt.kept()).isPositive();
    assertThat(excerpt.missing()).extracting(Excerpt.Missing::reason).contains("turned_over");
  }

  @Test
  void whatWasCutIsCountedByItsCause() throws IOException {
    Tape tape = talk(talk(new Tape(), 1, 2, 50), 1, 3, 50).frame(Frames.udpFrame(1, 4001, 2, 9999, new byte[600]), 100);
    Recorder recorder = Rings.record(tape, Rings.options(folder.resolve("ring")).clinical(e -> "10.0.0.3".equals(e.ip())));
    assertThat(take(recorder, between(1, 2, 0)).cuts()).containsEntry("clinical", 1L).containsEntry("snaplen", 1L).hasSize(2);
  }

  @Test
  void whatIsKeptOfAnIndexFindsWhatTheWholeIndexFindsAndWhatTheSegmentItselfSays() throws IOException {
    Tape tape = new Tape();
    for (int i = 0; i < 5_000; i++) {
      talk(tape.pass(0.01), 1 + i % 7, 2 + i % 11, 100 + i % 400);
    }
    RecordOptions options = Rings.options(folder.resolve("ring")).bounds(1 << 20, Long.MAX_VALUE);
    Rings.record(tape, options);
    try (Recorder recorder = Recorder.open(options)) {
      for (int who = 1; who < 17; who++) {
        Excerpt.Wanted all = between(1 + who % 8, 3, 49 - 2 * who);
        // and a few of them, so that most need not be looked at
        Excerpt.Wanted wanted = who < 9 ? all : new Excerpt.Wanted(all.who(), all.whom(), all.moments(), all.around(), 20, all.mostOctets());
        recorder.ring().all().forEach(Segment::forget);
        Excerpt whole = take(recorder, wanted);
        assertThat(recorder.ring().all()).anyMatch(s -> s.kept() > 0);
        Excerpt kept = take(recorder, wanted);
        assertThat(kept.pcapng()).isEqualTo(whole.pcapng());
        assertThat(kept.found()).isEqualTo(whole.found()).isPositive();
      }
      Excerpt before = take(recorder, between(1, 3, 48));
      Path index = folder.resolve("ring").resolve(String.format("%012d.idx", recorder.ring().all().getLast().number));
      Files.write(index, new byte[(int) Files.size(index)]);
      assertThat(take(recorder, between(1, 3, 48)).pcapng()).as("an index that was spoilt meanwhile").isEqualTo(before.pcapng());
    }
  }

  @Test
  void theSegmentUnderThePenIsFoundToo() throws IOException {
    try (Recorder recorder = Recorder.open(Rings.options(folder.resolve("ring")))) {
      talk(new Tape(), 1, 2, 10).play(SensorOptions.standard().recorder(recorder));
      assertThat(recorder.flush(5 * SECOND)).isTrue();
      Excerpt excerpt = take(recorder, between(1, 2, 0));
      assertThat(excerpt.kept()).isEqualTo(1);
      assertThat(excerpt.missing()).extracting(Excerpt.Missing::reason).containsExactly("not_yet_recorded");
    }
  }
}
