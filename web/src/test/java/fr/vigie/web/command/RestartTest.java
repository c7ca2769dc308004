package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.json.Json;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start on what an earlier run kept: what may be shown at once, what is refused, and that both end where the fold of the whole log ends. */
final class RestartTest {
  private static final int DEVICES = 300;
  private static final long LATER = 1_773_130_000_000_000_000L;

  @TempDir Path folder;
  private final Endpoints endpoints = new Endpoints(1000);

  private static Service open(Path data) throws IOException {
    return open(data, "same");
  }

  private static Service open(Path data, String expectation) throws IOException {
    return new Service(data, null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, expectation);
  }

  /** A folder with a log and the indexes of it. */
  private Path kept() throws IOException {
    Path data = Files.createDirectories(folder.resolve("kept"));
    Crowd.write(data, DEVICES);
    try (Service first = open(data)) {
      assertThat(first.devices()).isEqualTo(DEVICES);
      assertThat(first.counters()).containsEntry("restart.indexes_believed", 0L).containsEntry("restart.indexes_refused", 0L);
    }
    return data;
  }

  /** Everything the estate shows: devices, alerts, and the contacts and readings of each device. */
  private static Map<String, String> everything(Service service) throws IOException, Estate.BadSearch {
    Map<String, String> all = new TreeMap<>();
    for (int offset = 0; ; offset += 500) {
      Found assets = service.estate().assets(new Search("", Map.of(), "", offset, 500));
      Found alerts = service.estate().alerts(new Search("", Map.of(), "", offset, 500));
      alerts.items().forEach(a -> all.put("alert " + a.path("id").asText(), Json.line(a)));
      for (ObjectNode asset : assets.items()) {
        String id = asset.path("id").asText();
        all.put("asset " + id, Json.line(asset));
        all.put("contacts " + id, sorted(service.estate().contacts(id, 0, 500)));
        all.put("readings " + id, sorted(service.estate().readings(id, 0, 500)));
      }
      if (assets.items().isEmpty() && alerts.items().isEmpty()) {
        return all;
      }
    }
  }

  private static String sorted(Found found) {
    return found.items().stream().map(Json::line).sorted().toList().toString();
  }

  /** What the fold of the whole log shows, in a folder that never had an index. */
  private Map<String, String> whole(Path data) throws IOException, Estate.BadSearch {
    Path alone = folder.resolve("whole");
    copy(data.resolve("log"), alone.resolve("log"));
    try (Service service = open(alone)) {
      return everything(service);
    } finally {
      remove(alone);
    }
  }

  @Test
  void whatWasKeptIsShownAtOnceAndIsWhatTheFoldSays() throws Exception {
    Path data = kept();
    Map<String, String> expected = whole(data);
    assertThat(expected.keySet()).filteredOn(k -> k.startsWith("asset ")).hasSize(DEVICES);
    try (Service again = open(data)) {
      assertThat(again.devices()).isEqualTo(DEVICES);
      assertThat(again.estate().assets(new Search("AHU-7", Map.of(), "", 0, 5)).items()).isNotEmpty();
      again.settled();
      assertThat(everything(again)).isEqualTo(expected);
      assertThat(again.counters()).containsEntry("restart.indexes_believed", 1L).containsEntry("restart.documents_mended", 0L);
    }
  }

  @Test
  void anOlderIndexIsShownAndBroughtToWhatTheRestOfTheLogSays() throws Exception {
    Path data = kept();
    copy(data.resolve("index"), folder.resolve("older"));
    try (Service more = open(data)) {
      more.settled();
      hear(more, 50);
    }
    Map<String, String> expected = whole(data);
    remove(data.resolve("index"));
    copy(folder.resolve("older"), data.resolve("index"));
    try (Service again = open(data)) {
      again.settled();
      assertThat(again.devices()).isEqualTo(DEVICES + 50);
      assertThat(everything(again)).isEqualTo(expected);
      assertThat(again.counters()).containsEntry("restart.indexes_believed", 1L).hasEntrySatisfying("restart.documents_mended", m -> assertThat(m).isPositive());
    }
  }

  @Test
  void whatIsHeardWhileTheLogIsBeingFoldedIsFoldedInItsTurn() throws Exception {
    Path data = kept();
    try (Service again = open(data)) {
      hear(again, 40);
      again.settled();
      hear(again, 60);
    }
    try (Service last = open(data)) {
      last.settled();
      assertThat(last.devices()).isEqualTo(DEVICES + 60);
      assertThat(everything(last)).isEqualTo(whole(data));
      assertThat(last.counters()).containsEntry("restart.documents_mended", 0L);
    }
  }

  @Test
  void anIndexOfWhichOneBitTurnedIsMadeAgain() throws Exception {
    Path data = kept();
    Map<String, String> expected = whole(data);
    Path largest;
    try (Stream<Path> files = Files.list(data.resolve("index/assets"))) {
      largest = files.max(Comparator.comparingLong(p -> p.toFile().length())).orElseThrow();
    }
    try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
      file.seek(file.length() / 2);
      int octet = file.read();
      file.seek(file.length() / 2);
      file.write(octet ^ 1);
    }
    refused(data, "same", expected);
  }

  @Test
  void aTornIndexIsMadeAgain() throws Exception {
    Path data = kept();
    Map<String, String> expected = whole(data);
    try (Stream<Path> files = Files.list(data.resolve("index/contacts"))) {
      for (Path file : files.filter(f -> !f.endsWith("write.lock")).toList()) {
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
          torn.setLength(torn.length() / 2);
        }
      }
    }
    refused(data, "same", expected);
  }

  @Test
  void anIndexOfAnotherSiteFileIsMadeAgain() throws Exception {
    Path data = kept();
    refused(data, "another", whole(data));
  }

  @Test
  void anIndexThatKnowsMoreThanTheLogIsMadeAgain() throws Exception {
    Path data = kept();
    try (Stream<Path> files = Files.list(data.resolve("log"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
          torn.setLength(torn.length() * 3 / 4 + 5);
        }
      }
    }
    refused(data, "same", whole(data));
  }

  private static void refused(Path data, String expectation, Map<String, String> expected) throws IOException, Estate.BadSearch {
    try (Service again = open(data, expectation)) {
      assertThat(everything(again)).isEqualTo(expected);
      assertThat(again.counters()).containsEntry("restart.indexes_believed", 0L).containsEntry("restart.indexes_refused", 1L);
    }
  }

  /** Devices that were not there before, each with a name: all of the first {@code count} that have not been heard yet. */
  private void hear(Service service, int count) {
    for (; heard < count; heard++) {
      Endpoint e = endpoints.ip("default", 4, 0, 0x0A700000L + heard, 0x02007E000000L + heard, Endpoint.NO_VLAN);
      long seq = service.nextSequence();
      service.accept(new Sighting(new Stamp(seq, 0, LATER + seq * 1_000_000L, 0, seq), e, "arp", null, Sighting.How.ARP));
      service.accept(new Claim(new Stamp(seq, 1, LATER + seq * 1_000_000L, 0, seq), e, "bacnet", null, e, Trait.NAME, "new-" + heard));
    }
    service.quantum(service.nextSequence(), LATER + service.nextSequence() * 1_000_000L);
  }

  private int heard;

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
