package fr.vigie.web.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Approvals;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.exchange.SheetFile;
import fr.vigie.web.live.FourEyes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells more is one person's word; what lets pass that was told before is two persons'. */
final class PolicyDeskTest {
  private static final Ground GROUND = new Ground(SampleEstate.filed(), Set.of("bacnet", "modbus", "http"), SheetFile::read);
  private static final String STRICT = "from;to;protocols;operations;hours;verdict;comment\n*;froid;;;;deny;\ngtb;froid;bacnet;;;alert;\n";
  @TempDir Path folder;
  private Journal journal;
  private FourEyes eyes;
  private PolicyRoom room;
  private PolicyDesk desk;

  @BeforeEach
  void open() throws Exception {
    journal = Journal.open(folder.resolve("journal.ndjson"), entry -> { });
    eyes = new FourEyes(journal, Clock.systemUTC(), () -> { });
    room = new PolicyRoom(journal, journal.entries(), folder.resolve("policy"), GROUND, PolicySet.shipped(), 0, Clock.systemUTC());
    desk = new PolicyDesk(room, eyes);
  }

  @AfterEach
  void close() throws Exception {
    journal.close();
  }

  private ObjectNode take(String table, String text) throws Exception {
    return Objects.requireNonNull(desk.take(table, table + ".csv", text.getBytes(StandardCharsets.UTF_8), "alice"));
  }

  private void approve(ObjectNode answer, String who) throws Exception {
    assertThat(answer.hasNonNull("set")).isFalse();
    String id = answer.path("approval").path("id").asText();
    assertThat(eyes.decide(id, who, Role.ADMINISTRATOR, true, "")).isEqualTo(who.equals("alice") ? Approvals.Outcome.OWN : Approvals.Outcome.DONE);
  }

  @Test
  void aMatrixThatOnlyForbidsIsInForceAtOnceAndOneThatAllowsWaits() throws Exception {
    ObjectNode first = take("matrix", STRICT);
    if (first.has("approval")) { // the sample's site file allows what this table does not name
      approve(first, "bob");
    }
    assertThat(room.number()).isEqualTo(1);
    assertThat(take("matrix", STRICT + "*;elec;;;;deny;\n").path("set").asLong()).as("tells more").isEqualTo(2);
    ObjectNode waits = take("matrix", STRICT + "*;elec;;;;deny;\ngtb;cvc;;;;allow;\n");
    assertThat(waits.path("approval").path("details").toString()).contains("+ matrix: gtb · cvc · * · * · allow");
    approve(waits, "alice");
    assertThat(room.number()).isEqualTo(2);
    approve(waits, "bob");
    assertThat(room.number()).isEqualTo(3);
    assertThat(room.page().path("set").path("author").asText()).isEqualTo("alice");
  }

  @Test
  void whoMayWriteIsAlwaysTwoPersonsWord() throws Exception {
    ObjectNode waits = take("writers", "who;devices;points;operations;priority;comment\n10.20.10.66;zone:froid;;;;\n");
    assertThat(waits.path("approval").path("title").path("en").asText()).contains("writers");
    approve(waits, "bob");
    assertThat(room.number()).isEqualTo(1);
    ObjectNode away = Objects.requireNonNull(desk.remove("writers", "alice"));
    assertThat(away.has("approval")).as("and so is taking it away").isTrue();
  }

  @Test
  void anInterventionOverEverythingWaitsAndAnOrdinaryOneDoesNot() throws Exception {
    ObjectNode work = Json.object().put("from", "2031-03-10 10:00").put("to", "2031-03-10 12:00").put("contractor", "Froid Ouest").put("devices", "10.20.10.9").put("assets", "zone:froid")
        .put("comment", "");
    assertThat(desk.announce(work, "alice").path("set").asLong()).isEqualTo(1);
    for (String all : new String[] {"*", "10.0.0.0/8"}) {
      assertThat(desk.announce(work.deepCopy().put("assets", all), "alice").has("approval")).as(all).isTrue();
    }
    ObjectNode waits = desk.announce(work.deepCopy().put("assets", "*"), "alice");
    approve(waits, "bob");
    assertThat(room.number()).isEqualTo(2);
  }

  @Test
  void goingBackToASetWithoutARuleWaits() throws Exception {
    TreeMap<String, byte[]> files = new TreeMap<>();
    files.put("house.drl", """
        package fr.vigie.rules.policy;
        import fr.vigie.rules.event.Deed;
        import function fr.vigie.rules.event.Report.report;
        rule "BAC-09 house"
        when
          $d : Deed(protocol == "bacnet", operation == "x")
        then
          report($d, "BAC-09", "house rule");
        end
        """.getBytes(StandardCharsets.UTF_8));
    assertThat(room.folder(files, "folder")).isEmpty();
    ObjectNode waits = Objects.requireNonNull(desk.rollback(0, "alice"));
    assertThat(waits.path("approval").path("details").toString()).contains("- rule BAC-09 house");
    approve(waits, "bob");
    assertThat(room.policy().rules()).doesNotContain("BAC-09 house");
  }

  @Test
  void whatAnotherSetCameBeforeIsAskedAnewAndSaysSo() throws Exception {
    ObjectNode waits = take("writers", "who;devices;points;operations;priority;comment\n10.20.10.66;zone:froid;;;;\n");
    ObjectNode work = Json.object().put("from", "2031-03-10 10:00").put("to", "2031-03-10 12:00").put("contractor", "Froid Ouest").put("devices", "10.20.10.9").put("assets", "zone:froid");
    desk.announce(work, "carol");
    approve(waits, "bob");
    assertThat(room.number()).isEqualTo(1);
    assertThat(room.faults()).singleElement().satisfies(f -> assertThat(f.fr()).contains("un autre jeu"));
    assertThat(room.page().path("faults")).hasSize(1);
  }
}
