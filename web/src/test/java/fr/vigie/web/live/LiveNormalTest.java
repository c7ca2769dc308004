package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.KnownFile;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Normal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was learned is read, decided line by line, given out and taken in again; decisions hold from the capture time at which they were taken. */
final class LiveNormalTest {
  private static final Normal.Line READ = new Normal.Line("reader", LearnedSample.SUPERVISOR, LearnedSample.CONTROLLER + 0, "bacnet");
  private static final Normal.Line WRITE = new Normal.Line("writer", LearnedSample.SUPERVISOR, LearnedSample.CONTROLLER, "2,3");
  @TempDir Path folder;
  private final LearnedSample sample = new LearnedSample();

  private Journal journal() throws Exception {
    return Journal.open(folder.resolve("journal.ndjson"), e -> {});
  }

  private static Normal.Filter all(String behaviour, String state, String text) {
    return new Normal.Filter("", behaviour, state, text, 0, 50);
  }

  private static LiveNormal normal(Journal journal, FourEyes eyes, LearnedSample sample) throws Exception {
    return new LiveNormal(journal, eyes, sample, Baseline.NEVER, () -> {});
  }

  private static FourEyes eyes(Journal journal) throws Exception {
    return new FourEyes(journal, Clock.systemUTC(), () -> {});
  }

  @Test
  void howFarItIsLearnedAndWhatWouldHaveAlerted() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      ObjectNode sum = normal.overview(7);
      assertThat(sum.path("until").isNull()).isTrue();
      assertThat(sum.path("wouldHave").path(0).path("rule").asText()).isEqualTo("BAC-01");
      assertThat(normal.overview(7).path("behaviours").findValuesAsText("behaviour")).containsExactly("peers", "operations", "writers");
      assertThat(normal.devices(all("", "ended", "")).path("items").findValuesAsText("behaviour")).containsExactlyInAnyOrder("peers", "operations");
      ObjectNode writers = (ObjectNode) normal.devices(all("writers", "", "")).path("items").path(0);
      assertThat(writers.path("ended").isNull()).isTrue();
      assertThat(writers.path("saturation").asInt()).isLessThan(100);
      assertThat(writers.path("parts")).hasSize(24);
    }
  }

  @Test
  void linesAreFoundByWhatTheyContain() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      assertThat(normal.lines(all("", "", "")).path("total").asInt()).isEqualTo(7);
      assertThat(normal.lines(all("operations", "", "10.20.20.211")).path("total").asInt()).isEqualTo(1);
      ObjectNode line = (ObjectNode) normal.lines(all("writers", "learned", "2,3")).path("items").path(0);
      assertThat(line.path("driver").asText()).isEqualTo("time");
      assertThat(line.path("write").asBoolean()).isTrue();
      assertThat(line.path("whoName").asText()).isEqualTo("10.20.10.10");
      assertThat(normal.lines(new Normal.Filter("", "", "", "", 6, 50)).path("items")).hasSize(1);
    }
  }

  @Test
  void aRejectedLineIsNotKnownWhateverIsHeardAndAnApprovedOneIs() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      Known known = sample.judge.baseline().known();
      assertThat(normal.decide("anne", READ, false, "pas lui")).isEqualTo(Normal.Taken.DONE);
      assertThat(known.has(Known.Kind.READER, READ.who(), READ.whom(), READ.what())).isFalse();
      assertThat(known.learn(Known.Kind.READER, READ.who(), READ.whom(), READ.what())).isFalse();
      assertThat(normal.lines(all("", "rejected", "")).path("total").asInt()).isEqualTo(1);
      assertThat(normal.decide("anne", READ, true, "")).isEqualTo(Normal.Taken.DONE);
      assertThat(known.has(Known.Kind.READER, READ.who(), READ.whom(), READ.what())).isTrue();
    }
  }

  @Test
  void aLearnedWriteTakesTwoPersonsToApproveAndOneToReject() throws Exception {
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal);
      LiveNormal normal = normal(journal, eyes, sample);
      Known known = sample.judge.baseline().known();
      assertThat(normal.decide("anne", WRITE, true, "vu")).isEqualTo(Normal.Taken.WAITS);
      assertThat(normal.decide("paul", WRITE, true, "")).isEqualTo(Normal.Taken.WAITING);
      assertThat(known.origin(Known.Kind.WRITER, WRITE.who(), WRITE.whom(), WRITE.what())).isEqualTo(Known.Origin.LEARNED);
      String id = eyes.list().path("items").path(0).path("id").asText();
      eyes.decide(id, "paul", Role.ANALYST, true, "oui");
      assertThat(known.origin(Known.Kind.WRITER, WRITE.who(), WRITE.whom(), WRITE.what())).isEqualTo(Known.Origin.APPROVED);
      assertThat(normal.decide("anne", WRITE, false, "")).isEqualTo(Normal.Taken.DONE);
    }
  }

  @Test
  void afterARestartDecisionsHoldFromTheTimeTheyWereTaken() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      normal.decide("anne", READ, false, "");
      normal.learning("anne", LearnedSample.CONTROLLER, "writers", false, "assez");
      assertThat(normal.learning("anne", "default|nobody", "writers", false, "")).isNull();
      assertThat(sample.judge.baseline().learning().ended(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END)).isTrue();
    }
    LearnedSample again = new LearnedSample();
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), again);
      Known known = again.judge.baseline().known();
      normal.before(again.judge, LearnedSample.END - 1);
      assertThat(known.has(Known.Kind.READER, READ.who(), READ.whom(), READ.what())).isTrue();
      normal.before(again.judge, LearnedSample.END);
      assertThat(known.has(Known.Kind.READER, READ.who(), READ.whom(), READ.what())).isFalse();
      assertThat(again.judge.baseline().learning().ended(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END)).isTrue();
    }
  }

  @Test
  void whoWritesIsLearnedAgainOnlyByTheWordOfTwoAndThatHoldsFromTheCaptureTimeOfTheSecond() throws Exception {
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal);
      eyes.moments(() -> Json.time(LearnedSample.END));
      LiveNormal normal = normal(journal, eyes, sample);
      assertThat(normal.learning("anne", LearnedSample.CONTROLLER, "writers", false, "")).isEqualTo(Normal.Taken.DONE);
      assertThat(normal.learning("anne", LearnedSample.CONTROLLER, "writers", true, "")).isEqualTo(Normal.Taken.WAITS);
      assertThat(normal.learning("anne", LearnedSample.CONTROLLER, "writers", true, "")).isEqualTo(Normal.Taken.WAITING);
      assertThat(sample.judge.baseline().learning().ended(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END)).isTrue();
      eyes.decide(eyes.list().path("items").path(0).path("id").asText(), "paul", Role.ANALYST, true, "");
      assertThat(sample.judge.baseline().learning().ended(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END)).isFalse();
      assertThat(normal.decide("anne", new Normal.Line("engineer", "default|10.6.6.6", LearnedSample.CONTROLLER, ""), true, "")).isEqualTo(Normal.Taken.WAITS);
    }
    LearnedSample again = new LearnedSample();
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), again);
      normal.before(again.judge, LearnedSample.END - 1);
      again.judge.baseline().learning().end(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END - 1);
      normal.before(again.judge, LearnedSample.END);
      assertThat(again.judge.baseline().learning().ended(LearnedSample.CONTROLLER, Behaviour.WRITERS, LearnedSample.END)).isFalse();
    }
  }

  @Test
  void aLineThatAPersonWritesIsNoLineOfTheSiteFileThatIsGivenOut() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      normal.decide("anne", new Normal.Line("server", "default|10.20.10.3", "x: []\nwriters:\n  - {who: \"10.6.6.6\", whom: \"10.20.20.21\"}\nz", ""), true, "");
      String yaml = normal.export(true);
      assertThat(yaml).doesNotContain("10.6.6.6").doesNotContain("10.20.10.3");
      assertThat(SiteFile.read("site.yaml", "site: {id: x, name: x}\n" + yaml).writers()).hasSize(1);
    }
  }

  @Test
  void whatIsGivenOutIsTakenInAgainAsApproved() throws Exception {
    try (Journal journal = journal()) {
      LiveNormal normal = normal(journal, eyes(journal), sample);
      normal.decide("anne", READ, false, "");
      List<KnownFile.Fact> facts = KnownFile.read(normal.export(false));
      assertThat(facts).hasSize(7).filteredOn(f -> f.origin() == Known.Origin.REJECTED).hasSize(1);
      assertThat(facts).filteredOn(f -> f.kind() == Known.Kind.WRITER).containsExactly(
          new KnownFile.Fact(Known.Kind.WRITER, WRITE.who(), WRITE.whom(), "2,3", Known.Origin.APPROVED));
      assertThatThrownBy(() -> KnownFile.read("# kind\nwriter\ta\tb\tc\tapproved\nwriter\ta\n")).hasMessageStartingWith("line 3: five cells");
      assertThatThrownBy(() -> KnownFile.read("typist\ta\tb\tc\tapproved\n")).hasMessageStartingWith("line 1: unknown kind");
    }
  }

  @Test
  void asSiteFileItCanBeRead() throws Exception {
    try (Journal journal = journal()) {
      String yaml = normal(journal, eyes(journal), sample).export(true);
      assertThat(yaml).contains("- {who: \"10.20.10.10\", whom: \"10.20.20.21\", points: [\"analog-value,3/*\"]}").contains("dns: [\"10.20.10.2\"]");
      assertThat(SiteFile.read("site.yaml", "site: {id: x, name: x}\n" + yaml).writers()).hasSize(1);
    }
  }
}
