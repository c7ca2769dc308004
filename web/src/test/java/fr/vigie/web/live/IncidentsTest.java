package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.api.Decision;
import fr.vigie.web.api.IncidentDesk.Word;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incidents as work: decided once for all their alerts, found after a restart, open again when the cause strikes again. */
final class IncidentsTest {
  private static final String ACTOR = "10.20.10.199";
  @TempDir Path folder;

  private static ObjectNode of(SampleEstate s, String actor) throws Exception {
    return s.estate.incidents().incidents(new Search("who:" + actor, Map.of(), "", 0, 10)).items().getFirst();
  }

  private static void decide(SampleEstate s, String id, String state, String verdict) throws Exception {
    assertThat(s.estate.incidents().decide(List.of(id), new Word("anne", state, verdict, null, null, "seen"))).isEqualTo(1);
  }

  /** Another strike of the same actor. */
  private static void strike(SampleEstate s, String rule, String severity, String time) throws Exception {
    s.alert(rule, severity, time, ACTOR, "10.20.20.21", List.of("a-unknown0000001", "a-cta00000000001a"), "", "encore", "again");
    s.estate.show();
  }

  private static List<String> states(SampleEstate s, String incident) throws Exception {
    return s.estate.alerts(new Search("incident:" + incident, Map.of(), "time", 0, 50)).items().stream().map(a -> a.path("state").asText()).toList();
  }

  @Test
  void alertsOfOneActorAreOneIncidentOfTheWorstSeverity() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      ObjectNode one = of(s, ACTOR);
      assertThat(one.path("alerts").asText()).isEqualTo("3");
      assertThat(one.path("severity").asText()).isEqualTo("C");
      assertThat(one.path("events").asText()).isEqualTo("9");
      assertThat(one.path("zones").toString()).contains("cvc").contains("gtb");
      assertThat(one.path("folds").get(1).path("reason").path("en").asText()).startsWith("the same actor, 6 min after BAC-02");
      assertThat(one.path("due").asText()).as("four hours for what is critical").isEqualTo("2026-03-10T11:30:00Z");
    }
  }

  @Test
  void aDecisionHoldsForTheAlertsThatWereThereAndARestartHasIt() throws Exception {
    String id;
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      id = of(s, ACTOR).path("id").asText();
      decide(s, id, "in-progress", "");
      assertThat(states(s, id)).containsOnly("investigating");
      assertThat(s.estate.incidents().decide(List.of(id), new Word("anne", "", "", "paul", "2027-01-01T00:00:00Z", ""))).isEqualTo(1);
    }
    try (SampleEstate s = new SampleEstate(folder)) { // indexes in memory: only the journal is left, as after kill -9
      s.fill();
      ObjectNode one = of(s, ACTOR);
      assertThat(one.path("state").asText()).isEqualTo("in-progress");
      assertThat(one.path("assignee").asText()).isEqualTo("paul");
      assertThat(one.path("dueBy").asText()).isEqualTo("person");
      assertThat(states(s, id)).containsOnly("investigating");
    }
  }

  @Test
  void whatWasClosedIsOpenAgainWithANoteWhenItsCauseStrikesAgain() throws Exception {
    for (String verdict : List.of("true", "false")) {
      try (SampleEstate s = new SampleEstate(java.nio.file.Files.createDirectory(folder.resolve(verdict)))) {
        s.fill();
        String id = of(s, ACTOR).path("id").asText();
        decide(s, id, "closed", verdict);
        assertThat(of(s, ACTOR).path("state").asText()).isEqualTo("closed");
        assertThat(states(s, id)).containsOnly(verdict.equals("true") ? "resolved" : "false-positive");
        strike(s, "BAC-02", "C", "2026-03-10T08:40:00.000000000Z");
        ObjectNode one = of(s, ACTOR);
        assertThat(one.path("state").asText()).isEqualTo("new");
        assertThat(one.path("reopened").path("rule").asText()).isEqualTo("BAC-02");
        JsonNode note = one.path("timeline").get(one.path("timeline").size() - 1);
        assertThat(note.path("kind").asText()).isEqualTo("incident.reopen");
        assertThat(note.path("who").asText()).isEqualTo("vigie");
        assertThat(states(s, id)).as("the alerts that were dealt with stay so").filteredOn("new"::equals).hasSize(1);
        decide(s, id, "closed", verdict);
        assertThat(of(s, ACTOR).path("state").asText()).isEqualTo("closed");
        assertThat(of(s, ACTOR).path("timeline").findValuesAsText("kind")).as("the note stays in the history").contains("incident.reopen");
      }
    }
  }

  @Test
  void whatWasAcceptedStaysClosedUnlessSomethingNewComes() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      String id = of(s, ACTOR).path("id").asText();
      decide(s, id, "closed", "accepted");
      ObjectNode again = Objects.requireNonNull(s.estate.alert(of(s, ACTOR).path("folds").get(1).path("alert").asText()));
      again.put("count", "5").put("last", "2026-03-10T09:30:00.000000000Z");
      s.estate.onAlert(again);
      s.estate.show();
      assertThat(of(s, ACTOR).path("state").asText()).as("the same goes on").isEqualTo("closed");
      assertThat(of(s, ACTOR).path("events").asText()).as("and is counted").isEqualTo("11");
      strike(s, "BAC-01", "C", "2026-03-10T09:40:00.000000000Z");
      assertThat(of(s, ACTOR).path("state").asText()).isEqualTo("new");
    }
  }

  @Test
  void manyAreDecidedAsOneActAndThoseThatAreNotThereArePassedOver() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      List<String> ids = new java.util.ArrayList<>(s.estate.incidents().incidents(new Search("", Map.of(), "", 0, 10)).items().stream().map(i -> i.path("id").asText()).toList());
      int there = ids.size();
      ids.add("i-gone");
      assertThat(s.estate.incidents().decide(ids, new Word("anne", "acknowledged", "", null, null, ""))).isEqualTo(there);
      assertThat(s.journal.entries()).filteredOn(e -> e.kind().equals("incident.decide")).hasSize(there);
      assertThat(s.estate.incidents().incidents(new Search("", Map.of("state", List.of("acknowledged")), "", 0, 10)).total()).isEqualTo(there);
      assertThat(s.estate.overview().path("incidents").path("state").path("acknowledged").asInt()).isEqualTo(there);
    }
  }

  private static List<String> alertsOf(SampleEstate s, String incident) throws Exception {
    return s.estate.alerts(new Search("incident:" + incident, Map.of(), "time", 0, 50)).items().stream().map(a -> a.path("id").asText()).toList();
  }

  private static ObjectNode triage(SampleEstate s, String alert, String state) throws Exception {
    return Objects.requireNonNull(s.estate.decide(new Decision(Decision.Act.STATE, alert, "paul", state, "vu sur place")));
  }

  @Test
  void theLastAlertClosesItsIncidentAndARestartHasIt() throws Exception {
    String id;
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      id = of(s, ACTOR).path("id").asText();
      List<String> alerts = alertsOf(s, id);
      assertThat(triage(s, alerts.get(0), "false-positive").has("followed")).isFalse();
      assertThat(triage(s, alerts.get(1), "resolved").has("followed")).isFalse();
      assertThat(of(s, ACTOR).path("state").asText()).as("one is still open").isEqualTo("new");
      assertThat(triage(s, alerts.get(2), "false-positive").path("followed").asText()).isEqualTo("closed");
    }
    try (SampleEstate s = new SampleEstate(folder)) { // indexes in memory: only the journal is left
      s.fill();
      ObjectNode one = of(s, ACTOR);
      assertThat(one.path("state").asText()).isEqualTo("closed");
      assertThat(one.path("verdict").asText()).as("one of them was real").isEqualTo("true");
      JsonNode step = one.path("timeline").get(one.path("timeline").size() - 1);
      assertThat(step.path("who").asText()).isEqualTo("paul");
      assertThat(step.path("comment").asText()).isEqualTo("vu sur place");
      assertThat(step.path("follows").asText()).isEqualTo(alertsOf(s, id).get(2));
      assertThat(states(s, id)).as("each alert keeps its own word").containsExactly("false-positive", "resolved", "false-positive");
    }
  }

  @Test
  void anAlertThatIsOpenedAgainOpensItsIncidentAndNoOtherAlert() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      String id = of(s, ACTOR).path("id").asText();
      decide(s, id, "closed", "false");
      assertThat(triage(s, alertsOf(s, id).get(1), "new").path("followed").asText()).isEqualTo("new");
      assertThat(of(s, ACTOR).path("state").asText()).isEqualTo("new");
      assertThat(states(s, id)).containsExactly("false-positive", "new", "false-positive");
      assertThat(triage(s, alertsOf(s, id).get(1), "false-positive").path("followed").asText()).isEqualTo("closed");
      assertThat(of(s, ACTOR).path("verdict").asText()).isEqualTo("false");
      strike(s, "BAC-02", "C", "2026-03-10T08:40:00.000000000Z");
      assertThat(of(s, ACTOR).path("state").asText()).as("its cause strikes again").isEqualTo("new");
    }
  }
}
