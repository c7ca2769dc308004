package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Evidence;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands behind each alert of the sample hospital when its packets are recorded. */
@Timeout(180)
final class EvidenceTest {
  @TempDir static Path shared;
  private static Home.Sample hospital;
  @TempDir Path folder;

  @BeforeAll
  static void generate() throws Exception {
    Hospital.write(1, shared);
    hospital = new Home.Sample(shared.resolve(Hospital.CAPTURE), shared.resolve(Hospital.SITE));
  }

  /** Plays the hospital into a ring and hands over to the test what the console would ask. */
  private interface Asked {
    void ask(Service service, Evidence evidence, Recorder recorder) throws Exception;
  }

  private void played(RecordOptions options, boolean play, Asked then) throws Exception {
    Setting setting = Setting.of(hospital);
    try (Service service = new Service(folder.resolve("data"), setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
        Recorder recorder = Recorder.open(options)) {
      Evidence evidence = service.record(recorder, options, null, "", Evidence.NONE);
      if (play) {
        try (PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
          service.play(source, new Sensor(SensorOptions.standard().recorder(recorder)), "playing", "done", packets -> { });
        }
      }
      then.ask(service, evidence, recorder);
    }
  }

  private RecordOptions options() {
    return RecordOptions.standard(folder.resolve("ring")).patient(true).reserve(0).bounds(1L << 30, Long.MAX_VALUE);
  }

  private static List<ObjectNode> alerts(Service service) throws Exception {
    return service.estate().alerts(new Search("", Map.of(), "", 0, 500)).items();
  }

  private record Kept(List<Long> times, List<Integer> octets) {}

  private Kept read(byte[] pcapng) throws IOException {
    Path file = Files.write(folder.resolve("evidence.pcapng"), pcapng);
    List<Long> times = new ArrayList<>();
    List<Integer> octets = new ArrayList<>();
    try (CaptureFile capture = CaptureFile.open(file, "")) {
      Packet p = new Packet();
      while (capture.next(p)) {
        times.add(p.at);
        octets.add(p.captured);
      }
      assertThat(capture.faults()).isEmpty();
    }
    return new Kept(times, octets);
  }

  @Test
  void everyAlertHasThePacketsItNamesWithinTheBoundsAndTheRingMayGo() throws Exception {
    Set<String> ids = new TreeSet<>();
    played(options(), true, (service, evidence, recorder) -> {
      assertThat(recorder.counters()).doesNotContainKeys("record.dropped_slow_disk", "record.dropped_disk_error", "record.dropped_full_disk");
      noCredentials(recorder);
      for (ObjectNode alert : alerts(service)) {
        String id = alert.path("id").asText();
        byte[] pcapng = evidence.pcap(alert);
        ObjectNode about = evidence.about(alert);
        assertThat(pcapng).as(id).isNotNull();
        assertThat(about.path("state").asText()).as(id).isEqualTo("kept");
        assertThat(pcapng.length).isLessThanOrEqualTo((4 << 20) + 8192);
        Kept kept = read(pcapng);
        assertThat(kept.times()).hasSizeLessThanOrEqualTo(2_000).hasSize(about.path("packets").asInt()).isSorted();
        assertThat(kept.times()).as("%s: the packet that raised it", id).contains(Json.nanos(alert.path("first").asText()));
        long from = Json.nanos(about.path("from").asText());
        long to = Json.nanos(about.path("to").asText());
        assertThat(kept.times()).allMatch(t -> t >= from && t <= to);
        String text = new String(pcapng, StandardCharsets.UTF_8);
        assertThat(text).contains("Vigie alert " + id).contains("rule " + alert.path("rule").path("id").asText()).contains("at the moment of alert " + id);
        about.path("cut").fieldNames().forEachRemaining(why -> assertThat(text).contains("cut or overwritten (" + why + ")"));
        ids.add(id);
      }
    });
    assertThat(ids).hasSizeGreaterThan(20);
    try (Stream<Path> ring = Files.list(folder.resolve("ring"))) {
      for (Path file : ring.toList()) {
        Files.delete(file);
      }
    }
    played(options(), false, (service, evidence, recorder) -> {
      for (ObjectNode alert : alerts(service)) {
        assertThat(evidence.pcap(alert)).as("kept beyond the ring").isNotNull();
        assertThat(ids).contains(alert.path("id").asText());
      }
    });
  }

  @Test
  void evidenceThatTheDiskDoesNotTakeIsSaidAndTakenLater() throws Exception {
    // a file where the folder of packets should be: nothing can be written there, as on a disk that is full
    Path packets = folder.resolve("data/evidence/packets");
    played(options(), false, (service, evidence, recorder) -> {
      try (Stream<Path> all = Files.list(packets)) {
        assertThat(all).isEmpty();
      }
      Files.delete(packets);
      Files.writeString(packets, "in the way");
      try (PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
        service.play(source, new Sensor(SensorOptions.standard().recorder(recorder)), "playing", "done", p -> { });
      }
      ObjectNode alert = alerts(service).getFirst();
      assertThat(evidence.about(alert).path("state").asText()).isEqualTo("unwritten");
      assertThat(evidence.pcap(alert)).as("still in the ring").isNotNull();
      assertThat(service.estate().health().path("findings").toString()).contains("could not be put aside");
      Files.delete(packets);
      Files.createDirectory(packets);
      for (int i = 0; i < 100 && !evidence.about(alert).path("state").asText().equals("kept"); i++) {
        Thread.sleep(100);
      }
      assertThat(evidence.about(alert).path("state").asText()).isEqualTo("kept");
    });
  }

  @Test
  void whatIsKeptWholeIsJournalledShownAndFoundAgainAfterARestart() throws Exception {
    played(options(), false, (service, evidence, recorder) -> {
      assertThat(evidence.recording().state().path("keep").path("secrets").asBoolean()).isFalse();
      assertThat(evidence.recording().keep("anne", false, false, true, "enquête 12")).isNotNull();
      assertThat(recorder.keep().secrets()).isTrue();
    });
    assertThat(Files.readString(folder.resolve("data/journal.ndjson"))).contains("recording.keep").contains("enquête 12").contains("anne");
    played(options(), false, (service, evidence, recorder) -> {
      assertThat(recorder.keep().secrets()).isTrue();
      assertThat(evidence.recording().state().path("keep").path("who").asText()).isEqualTo("anne");
      for (int i = 0; i < 100 && !service.estate().health().path("findings").toString().contains("enquête 12"); i++) {
        Thread.sleep(100); // the page is told each second
      }
      assertThat(service.estate().health().path("findings").toString()).contains("enquête 12");
    });
  }

  /** What was sent to the page of users is not there; that something was sent is. */
  private void noCredentials(Recorder recorder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder.resolve("ring"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pcapng")).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    String ring = all.toString();
    assertThat(recorder.counters().get("record.secrets_overwritten")).isPositive();
    assertThat(ring.contains("POST /U.htm HTTP/1.1")).isTrue();
    assertThat(ring.contains("op=add&level=99")).as("the body of a request").isFalse();
  }
}
