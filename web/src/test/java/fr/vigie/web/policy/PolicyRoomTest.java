package fr.vigie.web.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import fr.vigie.inventory.terms.MatrixLine.Verdict;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.exchange.SheetFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of policy files: tried, taken, gone back to; over restarts; whatever is wrong, the one before stays. */
final class PolicyRoomTest {
  private static final Ground GROUND = new Ground(SampleEstate.filed(), Set.of("bacnet", "modbus", "http", "snmp", "goose", "ntp"), SheetFile::read);
  private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-24T11:00:00Z"), ZoneOffset.UTC);
  private static final String MATRIX = "from;to;protocols;verdict;comment\ngtb;cvc;bacnet;allow;supervision\n*;froid;;deny;\n";
  @TempDir private Path folder;
  private Journal journal;
  private PolicyRoom room;
  private final List<PolicySet> used = new ArrayList<>();

  private void open(PolicySet of) throws IOException {
    if (journal != null) {
      journal.close();
    }
    journal = Journal.open(folder.resolve("journal.ndjson"), e -> { });
    room = new PolicyRoom(journal, journal.entries(), folder.resolve("policy"), GROUND, of, 0, NOON);
    room.onForce(new PolicyRoom.Force() {
      @Override
      public void use(PolicySet next) {
        used.add(next);
      }

      @Override
      public List<ObjectNode> disabled() {
        return List.of();
      }

      @Override
      public ObjectNode compare(PolicySet before, PolicySet after, long since) {
        return Json.object();
      }

      @Override
      public long clock() {
        return 0;
      }

      @Override
      public long judged() {
        return 0;
      }
    });
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SortedMap<String, byte[]> files(String... namesAndTexts) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      files.put(namesAndTexts[i], octets(namesAndTexts[i + 1]));
    }
    return files;
  }

  private static PolicySet set(SortedMap<String, byte[]> files) {
    return Objects.requireNonNull(PolicySet.of(files, GROUND).policy());
  }

  @Test
  void aTableIsTriedThenTakenThenGoneBackFrom() throws IOException {
    open(PolicySet.shipped());
    ObjectNode plan = Objects.requireNonNull(room.plan("matrix", "m.csv", octets(MATRIX)));
    assertThat(plan.path("sound").asBoolean()).isTrue();
    assertThat(plan.path("added").size()).isEqualTo(2);
    assertThat(plan.path("removed").size()).isEqualTo(4);
    assertThat(used).isEmpty();
    assertThat(Objects.requireNonNull(room.take("matrix", "m.csv", octets(MATRIX), "alice")).path("set").asLong()).isEqualTo(1);
    assertThat(used).singleElement().satisfies(p -> assertThat(p.terms(SampleEstate.filed()).matrix().lines()).extracting(l -> l.verdict()).containsExactly(Verdict.ALLOW, Verdict.DENY));
    assertThat(journal.entries()).last().satisfies(e -> {
      assertThat(e.kind()).isEqualTo("policy.set");
      assertThat(e.author()).isEqualTo("alice");
      assertThat(e.body().path("what").asText()).isEqualTo("matrix");
    });
    assertThat(Objects.requireNonNull(room.rollback(-1, "bob")).path("set").asLong()).isEqualTo(2);
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines()).hasSize(4);
    assertThat(Objects.requireNonNull(room.rollback(-1, "bob")).path("set").asLong()).isEqualTo(3); // and forth again
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines()).hasSize(2);
    assertThat(room.rollback(99, "bob")).isNull();
  }

  @Test
  void aBrokenTableChangesNothingAndSaysWhereInBothLanguages() throws IOException {
    open(PolicySet.shipped());
    ObjectNode taken = Objects.requireNonNull(room.take("matrix", "m.csv", octets(MATRIX.replace("froid", "froide")), "alice"));
    assertThat(taken.hasNonNull("set")).isFalse();
    assertThat(taken.path("faults").path(0).path("line").asInt()).isEqualTo(3);
    assertThat(taken.path("faults").path(0).path("column").asInt()).isEqualTo(2);
    assertThat(taken.path("faults").path(0).path("fr").asText()).contains("« froide » n’existe pas, peut-être « froid »");
    assertThat(taken.path("faults").path(0).path("en").asText()).contains("there is no zone \"froide\", perhaps \"froid\"");
    assertThat(used).isEmpty();
    assertThat(journal.size()).isZero();
  }

  @Test
  void whatIsInForceSurvivesARestartAndSoDoesGoingBack() throws IOException {
    open(PolicySet.shipped());
    room.take("matrix", "m.csv", octets(MATRIX), "alice");
    open(PolicySet.shipped());
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines()).hasSize(2);
    assertThat(room.policy().matrixFile()).isEqualTo("matrix.csv");
    room.rollback(0, "bob");
    open(PolicySet.shipped());
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines()).hasSize(4);
  }

  @Test
  void theAdministratorsFolderComesFirstAndTheConsoleCannotChangeWhatItHolds() throws IOException {
    open(set(files("writers.csv", "who;devices\n10.20.10.5;zone:cvc\n")));
    assertThat(room.page().path("set").path("cause").asText()).isEqualTo("start");
    ObjectNode refused = Objects.requireNonNull(room.take("writers", "w.csv", octets("who;devices\n*;*\n"), "alice"));
    assertThat(refused.hasNonNull("set")).isFalse();
    assertThat(refused.path("faults").path(0).path("en").asText()).contains("administrator's folder");
    assertThat(Objects.requireNonNull(room.take("matrix", "m.csv", octets(MATRIX), "alice")).hasNonNull("set")).isTrue();
    assertThat(room.folder(files("matrix.csv", MATRIX.replace("deny", "alert")), "folder")).isEmpty(); // the folder takes the table over
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines().getLast().verdict()).isEqualTo(Verdict.ALERT);
    assertThat(room.page().path("matrix").path("from").asText()).isEqualTo("folder");
    assertThat(room.folder(files("matrix.csv", "nonsense"), "folder")).isNotEmpty();
    assertThat(room.policy().terms(SampleEstate.filed()).matrix().lines().getLast().verdict()).isEqualTo(Verdict.ALERT);
    assertThat(room.page().path("faults").size()).isPositive();
  }

  @Test
  void anInterventionIsAnnouncedAndEnded() throws IOException {
    open(PolicySet.shipped());
    ObjectNode work = Json.object().put("from", "2026-11-24 10:00").put("to", "2026-11-24 18:00").put("contractor", "Froid Ouest").put("devices", "10.20.10.9").put("assets", "zone:froid")
        .put("comment", "=2+2 filtres");
    assertThat(room.announce(work.deepCopy().put("assets", "zone:nulle"), "alice").path("faults").path(0).path("column").asInt()).isEqualTo(5);
    assertThat(room.announce(work, "alice").hasNonNull("set")).isFalse(); // a formula in a comment
    assertThat(room.announce(work.put("comment", "filtres"), "alice").hasNonNull("set")).isTrue();
    ObjectNode page = room.page();
    assertThat(page.path("maintenance").path("lines").path(0).path("state").asText()).isEqualTo("open");
    ObjectNode stale = room.end(0, room.page().path("set").path("number").asLong() - 1, "alice");
    assertThat(Objects.requireNonNull(stale).path("faults")).as("the page was of another set").hasSize(1);
    assertThat(room.page().path("maintenance").path("lines").path(0).path("state").asText()).isEqualTo("open");
    assertThat(room.end(0, -1, "alice")).isNotNull();
    assertThat(room.page().path("maintenance").path("lines").path(0).path("state").asText()).isEqualTo("over");
    assertThat(room.page().path("maintenance").path("lines").path(0).path("to").asText()).startsWith("2026-11-24T11:00:00");
    assertThat(room.end(7, -1, "alice")).isNull();
  }

  @Test
  void tablesLeaveAsCsvAndWorkbookAndComeBackTheSame() throws IOException {
    open(PolicySet.shipped());
    for (String table : PolicyRoom.TABLES) {
      for (String format : List.of("csv", "xlsx")) {
        byte[] content = Objects.requireNonNull(room.table(table, format, format.equals("csv")));
        ObjectNode plan = Objects.requireNonNull(room.plan(table, table + "." + format, content));
        assertThat(plan.path("faults").size()).as(plan.toString()).isZero();
        assertThat(plan.path("added").size() + plan.path("removed").size()).as(plan.toString()).isZero();
      }
    }
    assertThat(room.table("rules", "csv", false)).isNull();
  }

  @Test
  void theCalendarShowsHolidaysAndChangesOfClocks() throws IOException {
    open(PolicySet.shipped());
    room.take("calendar", "c.csv", octets("what;name;value\npublic-holidays;;alsace-moselle\nhours;ouvert;lun-ven 07:00-19:00\n"), "alice");
    ObjectNode page = room.page();
    assertThat(page.path("calendar").path("holidays").size()).isEqualTo(26);
    assertThat(page.path("calendar").path("hours").path(0).path("open").asBoolean()).isTrue(); // Tuesday, noon in Paris
    assertThat(page.path("calendar").path("clockChanges").path(0).path("at").asText()).isEqualTo("2027-03-28T01:00:00Z");
  }

  @Test
  void filesOfSetsThatAreNotKeptAnyMoreGo() throws IOException {
    open(PolicySet.shipped());
    for (int i = 0; i < Sets.KEPT + 8; i++) {
      room.take("matrix", "m.csv", octets(MATRIX + "*;elec;;alert;number " + i + "\n"), "alice");
    }
    assertThat(room.page().path("kept").size()).isEqualTo(Sets.KEPT);
    try (var all = Files.list(folder.resolve("policy"))) {
      assertThat(all.count()).isEqualTo(Sets.KEPT);
    }
    assertThat(room.rollback(1, "alice")).isNull();
  }

  @Test
  void aSetWhoseFilesAreLostIsReplacedByTheFolderAndSaid() throws IOException {
    open(PolicySet.shipped());
    assertThat(Objects.requireNonNull(room.take("matrix", "m.csv", octets("from;to;verdict\n*;*;allow\n"), "alice")).path("set").asLong()).isEqualTo(1);
    try (Stream<Path> kept = Files.walk(folder.resolve("policy"))) {
      for (Path file : kept.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    open(PolicySet.shipped());
    assertThat(room.policy().own()).isEmpty();
    assertThat(room.faults()).singleElement().satisfies(f -> assertThat(f.message()).startsWith("the set in force cannot be read any more"));
    assertThat(room.turns().first().own()).isEmpty();
    assertThat(room.turns().done()).isTrue();
  }
}
