package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.api.Reviews.Selection;
import fr.vigie.web.api.Reviews.Verdict;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people decide of devices: in the journal at once, found after a restart, and never overruled by the machine. */
final class ReviewsTest {
  private static final String CONTROLLER = "a-ddc00000000001a";
  @TempDir Path folder;

  private static ObjectNode asset(SampleEstate s, String id) throws Exception {
    return Objects.requireNonNull(s.estate.asset(id));
  }

  private static Verdict verdict(String state) {
    return new Verdict("rssi", state, null, null, "");
  }

  private static Selection zone(String zone) {
    return new Selection(List.of(), new Search("", Map.of("zone", List.of(zone)), "", 0, 500));
  }

  @Test
  void oneDecisionOfManyIsALineEachAndFoundAfterARestart() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      int count = s.estate.reviews().preview(zone("froid")).path("count").asInt();
      assertThat(count).isEqualTo(2);
      assertThat(s.estate.reviews().review(zone("froid"), verdict("approved"), count + 1)).as("others than shown").isEqualTo(-1);
      assertThat(s.journal.size()).isZero();
      assertThat(s.estate.reviews().review(zone("froid"), new Verdict("rssi", "approved", "services techniques", "2026-04-30", "vu"), count)).isEqualTo(2);
      assertThat(s.journal.entries()).hasSize(2).allMatch(e -> e.kind().equals("asset.review") && e.author().equals("rssi"));
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      ObjectNode a = asset(s, "a-froid0000000001");
      assertThat(a.at("/decisions/review").asText()).isEqualTo("approved");
      assertThat(a.at("/decisions/due").asText()).isEqualTo("2026-04-30");
      assertThat(a.path("owner").asText()).isEqualTo("technical-services");
      assertThat(s.estate.assets(new Search("owner:technical-services", Map.of(), "", 0, 10)).total()).isEqualTo(2);
    }
  }

  @Test
  void theMachinesValueStandsBesideAPersonsAndComesBackWhenThatIsTakenBack() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      String id = "a-cta00000000001a";
      s.estate.reviews().values(id, "anne", Map.of("model", "ECB-650", "kind", "room-controller", "care", "5", "room", "B-112"), "plaque");
      s.asset(id, "CTA-BLOC-1", "ahu-cta", "cvc", "Distech Controls", "ECB-601", "10.20.20.21", null, 4);
      s.estate.show();
      ObjectNode a = asset(s, id);
      assertThat(a.path("model").asText()).as("a person's value is never overwritten").isEqualTo("ECB-650");
      assertThat(a.at("/decisions/machine/model/value").asText()).isEqualTo("ECB-601");
      assertThat(a.at("/decisions/machine/model/cite").asText()).contains("12.11.9");
      assertThat(a.at("/decisions/machine/kind/value").asText()).isEqualTo("ahu-cta");
      assertThat(a.at("/decisions/machine/room").isNull()).isTrue();
      assertThat(a.path("care").asInt()).isEqualTo(5);
      assertThat(s.estate.assets(new Search("room:B-112", Map.of("kind", List.of("room-controller")), "", 0, 10)).total()).isEqualTo(1);
      a = Objects.requireNonNull(s.estate.reviews().values(id, "anne", Map.of("model", "", "kind", "", "care", "", "room", ""), ""));
      assertThat(a.path("model").asText()).isEqualTo("ECB-601");
      assertThat(a.path("kind").asText()).isEqualTo("ahu-cta");
      assertThat(a.path("care").asInt()).isEqualTo(4);
      assertThat(a.path("kindConfidence").asInt()).isEqualTo(80);
      assertThat(a.path("room").isNull()).isTrue();
      assertThat(a.path("decisions").has("values")).isFalse();
    }
  }

  @Test
  void anApprovedDeviceThatChangesInAWayThatMattersIsToBeReviewedAndItsApprovalStays() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.picture(CONTROLLER, "DDC", "5.0");
      s.estate.show();
      s.estate.reviews().review(new Selection(List.of(CONTROLLER), null), verdict("approved"), -1);
      s.picture(CONTROLLER, "DDC renamed", "5.0");
      s.estate.show();
      assertThat(asset(s, CONTROLLER).at("/decisions/review").asText()).as("a name matters not").isEqualTo("approved");
      s.picture(CONTROLLER, "DDC renamed", "5.1");
      s.estate.show();
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.picture(CONTROLLER, "DDC renamed", "5.1");
      s.estate.show();
      ObjectNode a = asset(s, CONTROLLER);
      assertThat(a.at("/decisions/review").asText()).isEqualTo("to-review");
      assertThat(a.at("/decisions/approved/by").asText()).isEqualTo("rssi");
      assertThat(a.at("/decisions/reopened/0/field").asText()).isEqualTo("firmware");
      ObjectNode since = Objects.requireNonNull(s.estate.reviews().changes(CONTROLLER));
      assertThat(since.at("/before/firmware").asText()).isEqualTo("5.0");
      assertThat(since.path("changes")).hasSize(2);
      assertThat(s.estate.assets(new Search("changed:firmware", Map.of(), "", 0, 10)).total()).isEqualTo(1);
      s.estate.reviews().review(new Selection(List.of(CONTROLLER), null), verdict("approved"), -1);
      assertThat(asset(s, CONTROLLER).at("/decisions/review").asText()).as("approved as it is now").isEqualTo("approved");
      assertThat(asset(s, CONTROLLER).path("decisions").has("reopened")).isFalse();
    }
  }

  @Test
  void aCampaignGoesOnUntilSomebodySaidOfEachDeviceWhatItIs() throws Exception {
    String id;
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      s.estate.reviews().review(new Selection(List.of("a-froid0000000001"), null), verdict("approved"), -1);
      ObjectNode c = Objects.requireNonNull(s.estate.reviews().openCampaign("rssi", "Froid", zone("froid"), "2026-01-31", List.of("anne")));
      id = c.path("id").asText();
      assertThat(c.path("total").asInt()).isEqualTo(2);
      assertThat(c.path("done").asInt()).as("what was decided before counts not").isZero();
      assertThat(c.path("late").asBoolean()).isTrue();
      assertThat(s.estate.assets(new Search("campaign:" + id, Map.of(), "", 0, 10)).total()).isEqualTo(2);
      s.estate.reviews().review(new Selection(List.of("a-froid0000000001"), null), verdict("to-review"), -1);
      s.estate.reviews().review(new Selection(List.of("a-froid0000000001"), null), verdict("refused"), -1);
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      ObjectNode c = Objects.requireNonNull(s.estate.reviews().campaign(id));
      assertThat(c.path("done").asInt()).isEqualTo(1);
      assertThat(c.path("left").path(0).path("name").asText()).isEqualTo("GF-TOITURE");
      assertThat(s.estate.assets(new Search("campaign:" + id, Map.of(), "", 0, 10)).total()).isEqualTo(1);
      s.estate.reviews().review(zone("froid"), verdict("approved"), 2);
      c = Objects.requireNonNull(s.estate.reviews().campaign(id));
      assertThat(c.at("/closed/by").asText()).as("it closes by itself").isEqualTo("vigie");
      assertThat(s.estate.reviews().closeCampaign(id, "rssi", "")).isNull();
    }
  }

  @Test
  void anApprovalNeverPassesToWhoeverIsLentTheAddress() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      s.estate.reviews().review(new Selection(List.of("a-laptop0000001a"), null), verdict("approved"), -1);
      s.asset("a-other00000001a", "OTHER", "unknown", "it", "Acme", "", "10.30.4.77", null, 0);
      s.estate.show();
      assertThat(asset(s, "a-other00000001a").at("/decisions/review").asText()).isEqualTo("new");
    }
  }
}
