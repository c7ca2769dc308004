package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.Decision;
import fr.vigie.web.api.Found;
import fr.vigie.web.api.Reports;
import fr.vigie.web.api.Search;
import fr.vigie.web.report.Verification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceTest {
  @TempDir static Path shared;
  private static Home.Sample hospital;
  @TempDir Path folder;

  @BeforeAll
  static void generate() throws Exception {
    Hospital.write(1, shared);
    hospital = new Home.Sample(shared.resolve(Hospital.CAPTURE), shared.resolve(Hospital.SITE));
  }

  private static Service open(Path data) throws Exception {
    Setting setting = Setting.of(hospital);
    return new Service(data, setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
  }

  private static void play(Service service) throws Exception {
    try (PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
      service.play(source, new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
    }
  }

  /** Every document of the estate without what only the running service knows. */
  private static Map<String, String> documents(Service service, boolean alerts) throws Exception {
    Map<String, String> all = new TreeMap<>();
    for (int offset = 0; ; offset += 500) {
      Search search = new Search("", Map.of(), "", offset, 500);
      Found found = alerts ? service.estate().alerts(search) : service.estate().assets(search);
      for (ObjectNode item : found.items()) {
        all.put(item.path("id").asText(), Json.line(item));
      }
      if (found.items().isEmpty()) {
        return all;
      }
    }
  }

  @Test
  void aRestartFindsEverythingAndPlayingAgainAddsNothing() throws Exception {
    Map<String, String> alerts;
    Map<String, String> assets;
    String decided;
    String corrected;
    String merged;
    try (Service service = open(folder.resolve("data"))) {
      play(service);
      alerts = documents(service, true);
      assets = documents(service, false);
      assertThat(alerts).hasSizeGreaterThan(20);
      assertThat(assets).hasSizeGreaterThan(150);
      decided = alerts.keySet().iterator().next();
      assertThat(service.estate().decide(new Decision(Decision.Act.ACKNOWLEDGE, decided, "anne", "acknowledged", "vu"))).isNotNull();
      String device = assets.keySet().iterator().next();
      service.estate().decide(new Decision(Decision.Act.REVIEW, device, "anne", "approved", "connu"));
      corrected = device;
      service.estate().reviews().values(device, "anne", Map.of("room", "B-112"), "");
      merged = merge(service, assets);
      alerts = documents(service, true);
      assets = documents(service, false);
    }
    try (Service service = open(folder.resolve("data"))) {
      service.settled();
      assertThat(documents(service, true)).isEqualTo(alerts);
      assertThat(documents(service, false).keySet()).isEqualTo(assets.keySet()).doesNotContain(merged);
      assertThat(java.util.Objects.requireNonNull(service.estate().asset(corrected)).path("room").asText()).isEqualTo("B-112");
      assertThat(service.estate().reviews().between(0, Long.MAX_VALUE / 2).at("/arrived/total").asInt()).isGreaterThan(150);
      play(service);
      assertThat(documents(service, true)).isEqualTo(alerts);
      assertThat(documents(service, false).keySet()).isEqualTo(assets.keySet());
      ObjectNode alert = service.estate().alert(decided);
      assertThat(alert).isNotNull();
      assertThat(alert.path("state").asText()).isEqualTo("acknowledged");
      assertThat(alert.path("timeline")).isNotEmpty();
      long number = service.estate().reviews().identity().at("/done/0/seq").asLong();
      assertThat(service.estate().reviews().undo(number, "anne", "deux plaques")).isTrue();
      for (int i = 0; i < 600 && service.estate().asset(merged) == null; i++) {
        Thread.sleep(100);
      }
      assertThat(service.estate().asset(merged)).as("what a merge before the restart took away comes back").isNotNull();
      assertThat(service.estate().reviews().undo(number, "anne", "")).as("once").isFalse();
    }
    try (Service service = open(folder.resolve("data"))) {
      service.settled();
      assertThat(service.estate().asset(merged)).as("and is there after the next restart").isNotNull();
      assertThat(service.estate().reviews().identity().at("/done/0/undone/by").asText()).isEqualTo("anne");
    }
  }

  /** A person makes one device of two; answers the id that is no more, once it is not shown any more. */
  private static String merge(Service service, Map<String, String> assets) throws Exception {
    Map<String, List<String>> byZone = new TreeMap<>();
    assets.forEach((id, line) -> {
      if (line.contains("\"mac=") && line.contains("\"parent\":null,\"children\":[],")) {
        byZone.computeIfAbsent(line.replaceFirst(".*?\"zone\":(null|\"[^\"]*\").*", "$1"), z -> new ArrayList<>()).add(id);
      }
    });
    List<String> two = byZone.values().stream().filter(ids -> ids.size() > 1).findFirst().orElseThrow().subList(0, 2);
    ObjectNode result = java.util.Objects.requireNonNull(service.estate().reviews().merge(two.getFirst(), two.getLast(), "anne", "une plaque", false));
    String remains = result.at("/after/0/id").asText();
    String gone = two.getFirst().equals(remains) ? two.getLast() : two.getFirst();
    for (int i = 0; i < 600 && service.estate().asset(gone) != null; i++) {
      Thread.sleep(100);
    }
    assertThat(service.estate().asset(gone)).isNull();
    assertThat(service.estate().asset(remains)).isNotNull();
    return gone;
  }

  @Test
  void killedWhilePlayingItKeepsEveryDecisionAndStartsAgain() throws Exception {
    Path data = folder.resolve("data");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx500m",
        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("vigie.test.classpath", System.getProperty("java.class.path")),
        ServiceTest.class.getName(), data.toString(), hospital.capture().toString(), hospital.site().toString()));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    long answered = 0;
    StringBuilder said = new StringBuilder();
    try (BufferedReader out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("decided ")) {
          answered = Long.parseLong(line.substring(8));
          if (answered == 25) {
            child.toHandle().destroyForcibly();
          }
        }
      }
    }
    child.waitFor();
    assertThat(answered).as(said.toString()).isGreaterThanOrEqualTo(25);
    Map<String, String> whole;
    try (Service fresh = open(folder.resolve("fresh"))) {
      play(fresh);
      whole = documents(fresh, true);
    }
    try (Service again = open(data)) {
      play(again);
      assertThat(documents(again, true).keySet()).isEqualTo(whole.keySet());
      long decisions = 0;
      for (String document : documents(again, true).values()) {
        decisions += Json.MAPPER.readTree(document).path("timeline").size();
      }
      assertThat(decisions).isGreaterThanOrEqualTo(answered);
    }
  }

  /** The child that is killed: plays slowly and decides all the while. */
  public static void main(String[] args) throws Exception {
    hospital = new Home.Sample(Path.of(args[1]), Path.of(args[2]));
    try (Service service = open(Path.of(args[0])); PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
      Thread people = Thread.ofPlatform().daemon().start(() -> {
        try {
          for (long n = 0; ; ) {
            Thread.sleep(20);
            Found found = service.estate().alerts(new Search("", Map.of(), "", 0, 10));
            for (ObjectNode alert : found.items()) {
              if (service.estate().decide(new Decision(Decision.Act.COMMENT_ALERT, alert.path("id").asText(), "anne", "", "vu " + n)) != null) {
                System.out.println("decided " + ++n);
              }
            }
          }
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      });
      service.play(new Paced(source, 600), new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
      people.interrupt();
    }
  }

  @Test
  void aReportOfTheConsoleVerifiesAndItsFiguresAreTheApis() throws Exception {
    try (Service service = open(folder.resolve("data"))) {
      play(service);
      int alerts = documents(service, true).size();
      int assets = documents(service, false).size();
      for (String format : List.of("json", "csv", "pdf")) {
        ObjectNode made = service.reports().make(new Reports.Order("nis2", format, "fr", "", "", "auditeur"));
        Reports.Download file = service.reports().file(made.path("id").asText());
        assertThat(file).isNotNull();
        Reports.Download signature = service.reports().signature(made.path("id").asText());
        assertThat(signature == null).isEqualTo(format.equals("pdf"));
        Verification v = signature == null ? Verification.pdf(file.content(), service.reports().key().certificate())
            : Verification.detached(file.content(), signature.content(), service.reports().key().certificate());
        assertThat(v.intact()).isTrue();
        assertThat(v.trusted()).isTrue();
        if (format.equals("json")) {
          JsonNode report = Json.MAPPER.readTree(file.content());
          assertThat(report.path("figures").path("alerts").asInt()).isEqualTo(alerts);
          assertThat(report.path("figures").path("assets").asInt()).isEqualTo(assets);
          assertThat(report.path("capture").path("vlans").size()).isEqualTo(8);
          assertThat(report.path("journalHead").asText()).hasSize(64);
        }
      }
      assertThat(service.reports().made()).hasSize(3);
    }
  }

  @Test
  void aPolicyIsReplacedWhileItRunsAndABrokenOneChangesNothing() throws Exception {
    Path rules = Files.createDirectory(folder.resolve("rules"));
    try (Service service = open(folder.resolve("data"))) {
      service.follow(rules);
      Files.writeString(rules.resolve("own.drl"), "package fr.vigie.site\nrule \"broken\" when then nonsense end");
      waitFor(() -> service.estate().health().path("findings").toString().contains("own.drl"));
      Files.delete(rules.resolve("own.drl"));
      waitFor(() -> !service.estate().health().path("findings").toString().contains("own.drl"));
      play(service);
      assertThat(documents(service, true)).hasSizeGreaterThan(20);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void waitFor(Condition condition) throws Exception {
    for (int i = 0; i < 300 && !condition.holds(); i++) {
      Thread.sleep(100);
    }
    assertThat(condition.holds()).isTrue();
  }

  @Test
  void twoServicesCannotShareAFolder() throws Exception {
    try (Service service = open(folder.resolve("data"))) {
      assertThat(service.reports().made()).isEmpty();
      assertThatThrownBy(() -> open(folder.resolve("data"))).hasMessageContaining("in use");
    }
  }

  @Test
  void aBrokenJournalStopsTheStartAndSaysWhere() throws Exception {
    Path data = folder.resolve("data");
    try (Service service = open(data)) {
      play(service);
      String id = documents(service, true).keySet().iterator().next();
      service.estate().decide(new Decision(Decision.Act.COMMENT_ALERT, id, "anne", "", "un"));
      service.estate().decide(new Decision(Decision.Act.COMMENT_ALERT, id, "anne", "", "deux"));
    }
    Path journal = data.resolve("journal.ndjson");
    Files.writeString(journal, Files.readString(journal).replace("\"un\"", "\"autre\""));
    assertThatThrownBy(() -> open(data)).hasMessageContaining("line 2");
  }
}
