package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Kit;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.IncidentDesk.Word;
import fr.vigie.web.api.Search;
import fr.vigie.web.live.CaptureEvidence;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents through the whole road: what people decided of them, and what they rest on, after a restart that shows the kept indexes. */
final class IncidentServiceTest {
  /** More than the time for which a search may look at what was before: the next one looks anew. */
  private static final long STALE_MS = 400;
  @TempDir Path folder;

  private Service open(Site site) throws Exception {
    Instant begin = Kit.Options.DEFAULT.begin();
    Judge.Options options = Judge.Options.DEFAULT.until(begin.getEpochSecond() * 1_000_000_000L + Kit.LEARNING);
    return new Service(folder.resolve("data"), site, Bounds.STANDARD, PolicySet.shipped(), options, "kit");
  }

  private static List<ObjectNode> incidents(Service service) throws Exception {
    Thread.sleep(STALE_MS); // a search may show what was brought so long ago
    return service.estate().incidents().incidents(new Search("", Map.of(), "id", 0, 50)).items();
  }

  @Test
  void aRestartFindsIncidentsAndDecisionsAndTheRuleAndThePackets() throws Exception {
    Kit.write(new Kit.Options(Kit.Options.DEFAULT.seed(), Kit.Options.DEFAULT.begin(), Kit.Options.DEFAULT.network(), Set.of("BAC-02")), folder);
    Site site = SiteFile.read(folder.resolve(Kit.SITE));
    Path capture = folder.resolve("BAC-02-attack.pcapng");
    List<String> before;
    String id;
    try (Service service = open(site)) {
      try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
        service.play(source, new Sensor(SensorOptions.standard().bounds(1_024, 1_024).endpoints(1_024).shards(1)), "playing", "done", packets -> { });
      }
      id = incidents(service).getFirst().path("id").asText();
      service.estate().incidents().decide(List.of(id), new Word("anne", "closed", "true", "anne", null, "dealt with"));
      before = incidents(service).stream().map(Json::line).toList();
    }
    try (Service again = open(site)) {
      assertThat(incidents(again)).as("shown at once, with what was decided").hasSameSizeAs(before)
          .allMatch(i -> i.path("state").asText().equals("closed") && i.path("assignee").asText().equals("anne"));
      again.settled();
      assertThat(incidents(again).stream().map(Json::line)).as("and what the fold says").isEqualTo(before);
      assertThat(again.counters()).containsEntry("restart.indexes_believed", 1L).containsEntry("restart.documents_mended", 0L);
      ObjectNode incident = Objects.requireNonNull(again.estate().incidents().incident(id));
      assertThat(incident.path("verdict").asText()).isEqualTo("true");
      String worst = incident.path("severityBy").asText();
      JsonNode why = Objects.requireNonNull(again.estate().explanation(worst));
      assertThat(why.path("rule").path("text").asText()).startsWith("rule \"" + why.path("rule").path("id").asText() + " ");
      assertThat(why.path("writers").size()).isPositive();
      ObjectNode alert = Objects.requireNonNull(again.estate().alert(worst));
      assertThat(alert.path("state").asText()).isEqualTo("resolved");
      ObjectNode messages = new EvidenceMessages(new CaptureEvidence(List.of(capture)), site).messages(alert);
      assertThat(messages.path("items").path(0).path("operation").asText()).isEqualTo("writeProperty");
      assertThat(messages.path("items").path(0).path("fields").path("propertyIdentifier").asText()).isEqualTo("present-value");
    }
  }
}
