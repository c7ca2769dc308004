package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.api.Decision;
import fr.vigie.web.api.Estate;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveEstateTest {
  private static final Search ALL = new Search("", Map.of(), "", 0, 100);
  @TempDir Path folder;

  @Test
  void theMostUrgentComesFirst() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      List<String> severities = new ArrayList<>();
      s.estate.alerts(ALL).items().forEach(a -> severities.add(a.path("severity").asText()));
      assertThat(severities).containsExactly("C", "C", "H", "H", "M", "M", "L");
      assertThat(s.estate.alerts(ALL).items().getFirst().path("devices").path(0).path("address").asText()).as("the actor first").isEqualTo("10.20.10.199");
      String first = s.estate.alerts(ALL).items().getFirst().path("id").asText();
      s.estate.decide(new Decision(Decision.Act.STATE, first, "soc", "resolved", ""));
      assertThat(s.estate.alerts(ALL).items().getLast().path("id").asText()).as("what is resolved goes last").isEqualTo(first);
      assertThat(s.estate.alerts(ALL).items().getFirst().has("_urgency")).isFalse();
    }
  }

  @Test
  void aRestartFindsEveryDecision() throws Exception {
    String id;
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      id = s.estate.alerts(ALL).items().getFirst().path("id").asText();
      s.estate.decide(new Decision(Decision.Act.ACKNOWLEDGE, id, "soc", "acknowledged", "j'appelle"));
      s.estate.decide(new Decision(Decision.Act.REVIEW, "a-ups0000000000001", "rssi", "approved", ""));
      assertThat(s.estate.decide(new Decision(Decision.Act.REVIEW, "a-nobody", "rssi", "approved", ""))).isNull();
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      ObjectNode alert = s.estate.alert(id);
      assertThat(alert).isNotNull();
      assertThat(alert.path("state").asText()).isEqualTo("acknowledged");
      assertThat(alert.path("assignee").asText()).isEqualTo("soc");
      assertThat(alert.path("timeline").path(0).path("comment").asText()).isEqualTo("j'appelle");
      assertThat(s.estate.assets(new Search("", Map.of("review", List.of("approved")), "", 0, 10)).total()).isEqualTo(1);
    }
  }

  @Test
  void aDecisionFollowsTheDeviceByItsKeyWhenTheIdIsGone() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      s.estate.decide(new Decision(Decision.Act.REVIEW, "a-ups0000000000001", "rssi", "refused", "inconnu au parc"));
      s.estate.onAssetGone("a-ups0000000000001");
      s.asset("a-merged000000001", "ONDULEUR-BLOC", "ups-onduleur", "elec", "Schneider Electric", "Galaxy VS", "10.20.40.5", null, 5);
      s.estate.show();
      assertThat(s.estate.asset("a-ups0000000000001")).isNull();
      ObjectNode merged = s.estate.asset("a-merged000000001");
      assertThat(merged).isNotNull();
      assertThat(merged.path("decisions").path("review").asText()).isEqualTo("refused");
    }
  }

  @Test
  void aDecisionWithoutItsDeviceIsShownAsAnOrphan() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      s.estate.decide(new Decision(Decision.Act.REVIEW, "a-ups0000000000001", "rssi", "refused", ""));
      s.estate.onHealth("", "done", new java.util.TreeMap<>(), List.of());
      assertThat(s.estate.health().path("findings")).isEmpty();
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.estate.onHealth("", "done", new java.util.TreeMap<>(), List.of());
      assertThat(s.estate.health().path("findings").path(0).path("en").asText()).startsWith("1 decision(s)");
      s.fill();
      s.estate.onHealth("", "done", new java.util.TreeMap<>(), List.of());
      assertThat(s.estate.health().path("findings")).isEmpty();
    }
  }

  @Test
  void facetsCountWhatElseCouldBeChosen() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      var found = s.estate.alerts(new Search("", Map.of("severity", List.of("C", "L")), "", 0, 100));
      assertThat(found.total()).isEqualTo(3);
      assertThat(found.facets().get("severity")).containsEntry("H", 2L).containsEntry("C", 2L);
      assertThat(found.facets().get("rule")).containsOnlyKeys("BAC-02", "BAC-09", "NET-01");
    }
  }

  @Test
  void aStarInAValueOfTheNetworkIsAStar() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      s.asset("a-star0000000001", "STAR", "unknown", "it", "Acme*", "", "10.1.1.1", null, 0);
      s.estate.show();
      assertThat(s.estate.assets(new Search("", Map.of("vendor", List.of("Acme*")), "", 0, 10)).total()).isEqualTo(1);
      assertThat(s.estate.assets(new Search("", Map.of("vendor", List.of("*")), "", 0, 10)).total()).isZero();
    }
  }

  @Test
  void aSearchThatIsNoneSaysWhere() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      assertThatThrownBy(() -> s.estate.alerts(new Search("nofield:1", Map.of(), "", 0, 10))).isInstanceOf(Estate.BadSearch.class)
          .hasMessageContaining("no field");
      assertThatThrownBy(() -> s.estate.alerts(new Search("", Map.of("nofield", List.of("1")), "", 0, 10))).isInstanceOf(Estate.BadSearch.class);
    }
  }

  @Test
  void aWriteIsCountedOnceHoweverItEndsAndAgainWhenItIsDoneAgain() throws Exception {
    try (SampleEstate sample = new SampleEstate(folder)) {
      sample.fill();
      ObjectNode first = sample.estate.relations().acts(new Search("", Map.of(), "", 0, 10)).items().getFirst();
      assertThat(first.path("times").asLong()).isEqualTo(1);
      assertThat(first.path("outcome").asText()).isEqualTo("ok");
      assertThat(first.path("from").path("id").asText()).isEqualTo("a-unknown0000001");
      sample.estate.onAct("w1", "a-unknown0000001", "a-cta00000000001a", 12, 1, false, 36.0, () -> first.deepCopy().put("id", "12.1").put("time", "2026-03-10T09:00:00Z").put("value", 36.0));
      sample.estate.show();
      sample.estate.onAct("w1", "a-unknown0000001", "a-cta00000000001a", 9, 1, false, 35.0, () -> first.deepCopy().put("id", "9.1")); // folded once more
      sample.estate.show();
      ObjectNode second = sample.estate.relations().acts(new Search("verb:write", Map.of(), "", 0, 10)).items().getFirst();
      assertThat(second.path("times").asLong()).isEqualTo(2);
      assertThat(second.path("first").asText()).isEqualTo("2026-03-10T08:14:05.123456789Z");
      assertThat(second.path("value").asDouble()).isEqualTo(36.0);
    }
  }

  @Test
  void theMapHasEveryDeviceInItsZoneAndOnlyLinksBetweenThem() throws Exception {
    try (SampleEstate sample = new SampleEstate(folder)) {
      sample.fill();
      ObjectNode map = sample.estate.relations().map("", "");
      assertThat(map.path("devices").asInt()).isEqualTo(12);
      int drawn = 0;
      for (JsonNode zone : map.path("zones")) {
        for (JsonNode device : zone.path("devices")) {
          assertThat(device.path("zone").asText()).isEqualTo(zone.path("id").asText());
          drawn++;
        }
      }
      assertThat(drawn).isEqualTo(12);
      assertThat(map.path("links")).hasSize(2).allSatisfy(l -> assertThat(l.path("to").asText()).isEqualTo("a-cta00000000001a"));
      assertThat(sample.estate.relations().map("zone:gtb", "").path("links")).isEmpty();
      assertThat(sample.estate.relations().map("", "packets>100").path("links")).hasSize(1);
    }
  }

  @Test
  void aDeviceShowsItsNeighboursAndWhoChangesIt() throws Exception {
    try (SampleEstate sample = new SampleEstate(folder)) {
      sample.fill();
      ObjectNode near = sample.estate.relations().of("a-cta00000000001a");
      assertThat(near).isNotNull();
      assertThat(near.path("peers").findValuesAsText("name")).containsExactly("SRV-GTB-01", "");
      assertThat(near.path("peers").get(0).path("protocols").get(0).path("asks").asBoolean()).isFalse();
      assertThat(near.path("acts").get(0).path("value").asDouble()).isEqualTo(35.0);
      assertThat(sample.estate.relations().of("a-gtbserver0000001").path("peers")).hasSize(2);
      assertThat(sample.estate.relations().of("a-nothere")).isNull();
    }
  }

  @Test
  void whoeverListensHearsDecisionsOnceTheyAreWritten() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      List<String> heard = new ArrayList<>();
      s.estate.onDecision(entry -> heard.add(entry.kind() + " " + s.journal.size() + " " + entry.body().path("keys").path(0).asText()));
      s.estate.decide(new Decision(Decision.Act.REVIEW, "a-ups0000000000001", "rssi", "approved", ""));
      assertThat(heard).containsExactly("asset.review 1 ip=10.20.40.5");
    }
  }

  @Test
  void aBurstOfChangesIsOneMessage() {
    Broadcast broadcast = new Broadcast();
    List<ObjectNode> heard = new ArrayList<>();
    Runnable quiet = broadcast.listen(heard::add);
    for (int i = 0; i < 1000; i++) {
      broadcast.alert("al-" + i % 200);
    }
    broadcast.asset("a-1");
    broadcast.beat();
    broadcast.beat();
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().path("alerts")).hasSize(50);
    assertThat(heard.getFirst().path("moreAlerts").asLong()).isPositive();
    quiet.run();
    broadcast.alert("al-x");
    for (int i = 0; i < 5; i++) {
      broadcast.beat();
    }
    assertThat(heard).hasSize(1);
  }

  @Test
  void whatComesAfterAPauseGoesOutAtOnceAndTheRestWithEveryFifthBeat() {
    Broadcast broadcast = new Broadcast();
    List<ObjectNode> heard = new ArrayList<>();
    broadcast.listen(heard::add);
    broadcast.alert("al-1");
    broadcast.beat();
    assertThat(heard).hasSize(1);
    broadcast.alert("al-2");
    for (int i = 0; i < 4; i++) {
      broadcast.beat();
    }
    assertThat(heard).hasSize(1);
    broadcast.beat();
    assertThat(heard).hasSize(2);
    for (int i = 0; i < 5; i++) {
      broadcast.beat();
    }
    broadcast.asset("a-1");
    broadcast.beat();
    assertThat(heard).hasSize(3);
  }
}
