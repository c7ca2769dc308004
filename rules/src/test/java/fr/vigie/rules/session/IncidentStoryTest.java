package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.Fold.Cause;
import fr.vigie.rules.alert.Incidents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Alerts of one cause are one incident, each with the reason; alerts of different causes are not. */
final class IncidentStoryTest {
  private static List<ObjectNode> incidents(AlertLog log) {
    Incidents incidents = new Incidents(1000);
    log.alerts().forEach(a -> incidents.take(AlertJson.live(a)));
    return incidents.byBeginning().stream().map(id -> Objects.requireNonNull(incidents.write(id))).toList();
  }

  private static List<String> causes(ObjectNode incident) {
    List<String> causes = new ArrayList<>();
    incident.path("folds").forEach(f -> causes.add(f.path("rule").asText() + " " + f.path("cause").asText()));
    return causes;
  }

  private static List<Alert> of(AlertLog log, String rule) {
    return log.alerts().stream().filter(a -> a.detection().id().equals(rule)).toList();
  }

  @Test
  void whatComesEveryNightIsOneIncidentThatCountsUp() {
    Scene s = new Scene().named();
    for (int night = 0; night < 6; night++) {
      s.write("10.1.0.66", "10.2.0.1", 1, 8);
      s.pause(24 * 3600);
    }
    AlertLog log = s.judge();
    List<Alert> writes = of(log, "BAC-01");
    assertThat(writes).hasSize(6);
    assertThat(writes.stream().map(Alert::incident).distinct()).hasSize(1);
    assertThat(writes.stream().skip(1)).allMatch(a -> a.fold().cause() == Cause.AGAIN && writes.getFirst().id().equals(a.fold().with()));
    ObjectNode one = incidents(log).stream().filter(i -> i.path("id").asText().equals(writes.getFirst().incident())).findFirst().orElseThrow();
    JsonNode line = one.path("folds").get(0);
    assertThat(line.path("alerts").asText()).as("counted up, not piled up").isEqualTo("6");
    assertThat(line.path("reason").path("en").asText()).isEqualTo("opens the incident");
  }

  @Test
  void afterAWeekOfSilenceTheSameThingIsAnotherIncident() {
    Scene s = new Scene().named();
    s.write("10.1.0.66", "10.2.0.1", 1, 8);
    s.pause(8 * 24 * 3600).write("10.1.0.66", "10.2.0.1", 1, 8);
    List<Alert> writes = of(s.judge(), "BAC-01");
    assertThat(writes.stream().map(Alert::incident).distinct()).hasSize(2);
    assertThat(writes.getLast().fold().cause()).isEqualTo(Cause.OPENED);
  }

  @Test
  void anotherActorOnTheSameTargetJoinsAndTheReasonSaysSo() {
    Scene s = new Scene().named();
    s.write("10.1.0.66", "10.2.0.1", 1, 8);
    s.pause(240).write("10.9.0.67", "10.2.0.1", 1, 8);
    List<Alert> writes = of(s.judge(), "BAC-01");
    assertThat(writes).hasSize(2);
    assertThat(writes.getLast().incident()).isEqualTo(writes.getFirst().incident());
    assertThat(writes.getLast().fold().cause()).isEqualTo(Cause.TARGET);
    assertThat(incidents(s.judge()).getFirst().toString()).contains("another actor on the same target, 4 min after BAC-01");
  }

  @Test
  void whoWasJustChangedAndThenActsBelongsToTheSameIncident() {
    Scene s = new Scene().named();
    s.write("10.9.0.66", "10.2.0.1", 1, 8);
    s.pause(120).write("10.2.0.1", "10.2.0.9", 1, 8);
    List<Alert> writes = of(s.judge(), "BAC-01");
    assertThat(writes.getLast().fold().cause()).isEqualTo(Cause.VICTIM);
    assertThat(writes.getLast().incident()).isEqualTo(writes.getFirst().incident());
  }

  @Test
  void theSameDetectionFromOthersOfTheSameZoneIsACampaignAndFromAnotherZoneIsNot() {
    Scene s = new Scene().named();
    s.write("10.9.0.1", "10.2.0.1", 1, 8);
    s.pause(60).write("10.9.0.2", "10.2.0.2", 1, 8);
    s.pause(60).write("10.1.0.3", "10.2.0.3", 1, 8);
    List<Alert> writes = of(s.judge(), "BAC-01");
    assertThat(writes.get(1).fold().cause()).isEqualTo(Cause.CAMPAIGN);
    assertThat(writes.get(1).incident()).isEqualTo(writes.get(0).incident());
    assertThat(writes.get(2).fold().cause()).isEqualTo(Cause.OPENED);
    assertThat(writes.get(2).incident()).isNotEqualTo(writes.get(0).incident());
  }

  @Test
  void anIncidentIsTheSameToTheByteWhetherItsAlertsComeOnceOrGrow() {
    Scene s = new Scene().named();
    for (int i = 0; i < 40; i++) {
      s.pause(i % 5 == 0 ? 700 : 30).write("10.1.0.6" + i % 3, "10.2.0." + i % 4, i, i % 16 + 1);
    }
    List<String> once = incidents(s.judge()).stream().map(ObjectNode::toString).toList();
    Incidents growing = new Incidents(1000);
    s.judge(PolicySet.shipped(), 0, alert -> growing.take(AlertJson.live(alert)));
    assertThat(growing.byBeginning().stream().map(id -> Objects.requireNonNull(growing.write(id)).toString())).isEqualTo(once);
    assertThat(causes(incidents(s.judge()).getFirst()).getFirst()).endsWith("opened");
  }

  @Test
  void tooManyAlertsForgetTheIncidentLongestWithoutNewsAndCount() {
    Scene s = new Scene().named();
    for (int i = 1; i <= 8; i++) {
      s.pause(3600).write("10.1.0." + (60 + i), "10.2.0." + i, 1, 8);
    }
    Incidents few = new Incidents(4);
    s.judge().alerts().forEach(a -> few.take(AlertJson.live(a)));
    assertThat(few.forgotten()).isPositive();
    assertThat(few.ids().size()).isLessThanOrEqualTo(4);
  }
}
