package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Exceptions.Made;
import fr.vigie.web.api.Exceptions.Scope;
import fr.vigie.web.api.Exceptions.Wish;
import fr.vigie.web.api.IncidentDesk.Word;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.api.Search;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an exception covers waits for nobody and is still there; what it does not cover is told. */
final class ExceptionsTest {
  private static final String OFFICE = "10.30.4.77";
  private static final String UNTIL = "2026-03-20T00:00:00Z";
  @TempDir Path folder;

  private static Scope scan() {
    return new Scope("NET-04", OFFICE, null, null, null, null);
  }

  private static String alert(SampleEstate s, String rule, String severity, String time, String who) throws Exception {
    String id = s.alert(rule, severity, time, who, "10.20.20.21", List.of("a-cta00000000001a"), "", "encore", "again");
    s.estate.show();
    return id;
  }

  private static String state(SampleEstate s, String id) throws Exception {
    return Objects.requireNonNull(s.estate.alert(id)).path("state").asText();
  }

  private static ObjectNode make(SampleEstate s, Scope scope) throws Exception {
    Made made = s.estate.exceptions().make(new Wish("anne", scope, UNTIL, "known scanner"));
    return Objects.requireNonNull(made.exception());
  }

  @Test
  void itCoversWhatComesAfterItAndNothingThatCameBefore() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      assertThat(s.estate.exceptions().preview(scan()).path("count").asInt()).as("would have silenced").isEqualTo(1);
      assertThat(s.estate.exceptions().preview(new Scope("NET-01", "10.20.10.199", null, null, null, null)).path("count").asInt()).isEqualTo(1);
      ObjectNode x = make(s, new Scope("NET-01", "10.20.10.199", null, null, null, null));
      String later = alert(s, "NET-01", "M", "2026-03-11T08:00:00.000000000Z", "10.20.10.199");
      String other = alert(s, "NET-01", "M", "2026-03-11T08:01:00.000000000Z", "10.20.10.7");
      String grave = alert(s, "NET-01", "H", "2026-03-11T08:02:00.000000000Z", "10.20.10.199");
      String expired = alert(s, "NET-01", "M", "2026-03-20T08:00:00.000000000Z", "10.20.10.199");
      assertThat(state(s, later)).isEqualTo("silenced");
      assertThat(state(s, other)).as("another actor").isEqualTo("new");
      assertThat(state(s, grave)).as("graver than one person may silence").isEqualTo("new");
      assertThat(state(s, expired)).as("its days are over").isEqualTo("new");
      assertThat(s.estate.alerts(new Search("exception:" + x.path("id").asText(), Map.of(), "", 0, 9)).total()).as("still found").isEqualTo(1);
      assertThat(s.estate.exceptions().list().path("items").get(0).path("silenced").asInt()).isEqualTo(1);
    }
  }

  @Test
  void oneEndedEarlyCoversWhatItCoveredAndNoMore() throws Exception {
    String covered;
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      String id = make(s, new Scope("NET-01", "10.20.10.199", null, null, null, null)).path("id").asText();
      covered = alert(s, "NET-01", "M", "2026-03-10T08:25:30.000000000Z", "10.20.10.199");
      s.estate.onHealth("2026-03-10T08:26:00Z", "live", new java.util.TreeMap<>(), List.of());
      assertThat(Objects.requireNonNull(s.estate.exceptions().end(id, "paul", "done")).path("state").asText()).isEqualTo("ended");
      assertThat(s.estate.exceptions().end(id, "paul", "twice")).isNull();
      assertThat(state(s, alert(s, "NET-01", "M", "2026-03-10T08:27:00.000000000Z", "10.20.10.199"))).isEqualTo("new");
    }
    try (SampleEstate s = new SampleEstate(folder)) { // the log folded again over the same journal
      s.fill();
      assertThat(state(s, alert(s, "NET-01", "M", "2026-03-10T08:25:30.000000000Z", "10.20.10.199"))).isEqualTo("silenced");
      assertThat(state(s, alert(s, "NET-01", "M", "2026-03-10T08:27:00.000000000Z", "10.20.10.199"))).isEqualTo("new");
      assertThat(covered).startsWith("al-");
    }
  }

  @Test
  void whatIsGraveTakesTwoAndThenIsCovered() throws Exception {
    Scope forced = new Scope("BAC-02", "10.20.10.199", "10.20.20.21", "writeProperty", "analog-output,3/present-value", "cvc");
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      Made made = s.estate.exceptions().make(new Wish("anne", forced, UNTIL, "acceptance tests"));
      assertThat(made.exception()).isNull();
      String id = Objects.requireNonNull(made.approval()).path("id").asText();
      assertThat(state(s, alert(s, "BAC-02", "C", "2026-03-10T08:30:00.000000000Z", "10.20.10.199"))).as("it only waits").isEqualTo("new");
      s.estate.onHealth("2026-03-10T08:40:00Z", "live", new java.util.TreeMap<>(), List.of());
      s.estate.approvals().decide(id, "paul", Role.ANALYST, true, "");
      assertThat(state(s, alert(s, "BAC-02", "C", "2026-03-10T08:50:00.000000000Z", "10.20.10.199"))).isEqualTo("silenced");
      assertThat(s.estate.exceptions().list().path("items").get(0).path("second").asText()).isEqualTo("paul");
    }
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      assertThat(state(s, alert(s, "BAC-02", "C", "2026-03-10T08:50:00.000000000Z", "10.20.10.199"))).as("after a restart").isEqualTo("silenced");
      assertThat(state(s, alert(s, "BAC-02", "C", "2026-03-10T08:30:00.000000000Z", "10.20.10.199"))).as("before the second word").isEqualTo("new");
    }
  }

  @Test
  void aWholeRuleOutOfServiceTakesTwoAdministrators() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      Made made = s.estate.exceptions().make(new Wish("anne", new Scope("NET-01", null, null, null, null, null), UNTIL, "moving house"));
      ObjectNode waits = Objects.requireNonNull(made.approval());
      assertThat(waits.path("kind").asText()).isEqualTo("rule.disable");
      assertThat(waits.path("role").asText()).isEqualTo("administrator");
      assertThat(s.estate.approvals().decide(waits.path("id").asText(), "paul", Role.ANALYST, true, "")).isEqualTo(fr.vigie.web.api.Approvals.Outcome.ROLE);
    }
  }

  @Test
  void whatAnExceptionCoversOpensNoIncidentAgain() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      Search actor = new Search("who:10.20.10.199", Map.of(), "", 0, 9);
      String id = s.estate.incidents().incidents(actor).items().getFirst().path("id").asText();
      s.estate.incidents().decide(List.of(id), new Word("anne", "closed", "false", null, null, ""));
      make(s, new Scope("NET-01", "10.20.10.199", null, null, null, null));
      alert(s, "NET-01", "M", "2026-03-11T08:00:00.000000000Z", "10.20.10.199");
      ObjectNode one = s.estate.incidents().incidents(actor).items().getFirst();
      assertThat(one.path("state").asText()).isEqualTo("closed");
      assertThat(one.path("silenced").asInt()).as("counted").isEqualTo(1);
      alert(s, "BAC-01", "M", "2026-03-11T08:05:00.000000000Z", "10.20.10.199");
      assertThat(s.estate.incidents().incidents(actor).items().getFirst().path("state").asText()).isEqualTo("new");
    }
  }

  @Test
  void thoseMadeAndEndedInALoopAreForgottenAndTheJournalHasThem() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      for (int i = 0; i < 300; i++) {
        String id = make(s, new Scope("NET-01", "10.20.10.199", null, null, null, null)).path("id").asText();
        assertThat(s.estate.exceptions().end(id, "anne", "")).isNotNull();
      }
      String lasting = make(s, new Scope("NET-01", "10.20.10.199", null, null, null, null)).path("id").asText();
      assertThat(s.estate.exceptions().list().path("items")).as("the latest are listed").hasSizeLessThanOrEqualTo(201);
      assertThat(s.journal.entries().stream().filter(e -> e.kind().equals("exception.end"))).hasSize(300);
      String later = alert(s, "NET-01", "M", "2026-03-11T08:00:00.000000000Z", "10.20.10.199");
      assertThat(Objects.requireNonNull(s.estate.alert(later)).path("exception").asText()).isEqualTo(lasting);
    }
  }

  @Test
  void manyAreListedWithWhatEachSilenced() throws Exception {
    try (SampleEstate s = new SampleEstate(folder)) {
      s.fill();
      for (int i = 0; i < 130; i++) {
        make(s, new Scope("NET-01", "10.77.0." + i, null, null, null, null));
        s.alert("NET-01", "M", "2026-03-11T08:00:00.%09dZ".formatted(i), "10.77.0." + i, "10.20.20.21", List.of(), "", "encore", "again");
      }
      s.estate.show();
      assertThat(s.estate.exceptions().list().path("items")).hasSize(130).allMatch(x -> x.path("silenced").asInt() == 1);
    }
  }
}
