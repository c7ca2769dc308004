package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.samples.Kit;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.Search;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of the console in a service: in force at once, tried on what was recorded, and found again after a restart. */
final class ServicePolicyTest {
  /** More than the time for which a search may look at what was before: the next one looks anew. */
  private static final long STALE_MS = 400;
  private static final String OPEN = "from;to;verdict\n*;*;allow\n";
  @TempDir private Path folder;

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Service open(Setting setting) throws Exception {
    return new Service(folder.resolve("data"), setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
  }

  private static List<String> told(Service service) throws Exception {
    Thread.sleep(STALE_MS); // a search may show what was brought so long ago
    return service.estate().alerts(new Search("rule:NET-07", Map.of(), "", 0, 50)).items().stream().map(a -> a.path("facts").path(0).asText()).toList();
  }

  @Test
  void aTableIsInForceAtOnceTriedOnThePastAndFoundAgain() throws Exception {
    Kit.Options standard = Kit.Options.DEFAULT;
    Path kit = folder.resolve("kit");
    Kit.write(new Kit.Options(standard.seed(), standard.begin(), standard.network(), Set.of("NET-07")), kit);
    Path capture = kit.resolve("NET-07-attack.pcapng");
    Setting setting = Setting.of(new Home.Sample(capture, kit.resolve(Kit.SITE)));
    try (Service service = open(setting)) {
      assertThat(Objects.requireNonNull(service.policies().take("matrix", "m.csv", octets(OPEN), "alice")).path("set").asLong()).isEqualTo(1);
      try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
        service.play(source, new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
      }
      assertThat(told(service)).isEmpty();
      assertThat(Objects.requireNonNull(service.policies().backtest("matrix", "m.csv", octets(OPEN.replace("allow", "deny")), "")).path("state").asText()).isEqualTo("running");
      JsonNode state = service.policies().backtested();
      for (int i = 0; i < 600 && state.path("state").asText().equals("running"); i++) {
        Thread.sleep(100);
        state = service.policies().backtested();
      }
      assertThat(state.path("state").asText()).as(state.toString()).isEqualTo("done");
      assertThat(state.path("result").path("added").asInt()).isPositive();
      assertThat(state.path("result").path("items").path(0).path("fact").asText()).startsWith("the matrix says deny: matrix.csv line 2");
      assertThat(state.path("result").path("notes").size()).isEqualTo(4);
      assertThat(told(service)).as("a test on the past changes nothing").isEmpty();
    }
    try (Service again = open(setting)) {
      assertThat(again.policies().page().path("set").path("author").asText()).isEqualTo("alice");
      again.settled();
      assertThat(told(again)).isEmpty();
      again.policies().rollback(0, "bob");
    }
    try (Service last = open(setting)) {
      last.settled();
      assertThat(told(last)).as("what the open matrix passed stays passed: the set of bob says nothing of what was before it").isEmpty();
    }
  }

  @Test
  void aLaterPolicyNeitherTakesBackWhatWasToldNorIsForgotten() throws Exception {
    Kit.Options standard = Kit.Options.DEFAULT;
    Path kit = folder.resolve("kit");
    Kit.write(new Kit.Options(standard.seed(), standard.begin(), standard.network(), Set.of("NET-07")), kit);
    Path capture = kit.resolve("NET-07-attack.pcapng");
    Setting setting = Setting.of(new Home.Sample(capture, kit.resolve(Kit.SITE)));
    List<String> told;
    try (Service service = open(setting)) {
      try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
        service.play(source, new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
      }
      told = told(service);
      assertThat(told).isNotEmpty();
      assertThat(Objects.requireNonNull(service.policies().take("matrix", "m.csv", octets(OPEN), "alice")).path("set").asLong()).isEqualTo(1);
    }
    for (int start = 0; start < 2; start++) {
      try (Service again = open(setting)) {
        again.settled();
        assertThat(told(again)).as("after start %d", start).isEqualTo(told);
        assertThat(again.policies().policy().terms(Objects.requireNonNull(setting.site())).matrix().lines()).hasSize(1);
      }
    }
    assertThat(Typed.command("policy", "rollback", "--to", "0", "--data", folder.resolve("data").toString())).isEqualTo(Exit.DONE);
    try (Service last = open(setting)) {
      last.settled();
      assertThat(told(last)).isEqualTo(told);
      assertThat(last.policies().page().path("set").path("cause").asText()).as("a set that came while nothing ran is dated by the next start").isEqualTo("start");
    }
  }
}
