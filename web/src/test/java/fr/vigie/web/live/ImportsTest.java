package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.exchange.ImportRoom;
import fr.vigie.web.exchange.Imported;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables on their way into the journal and back. */
final class ImportsTest {
  private static final String CTA = "a-cta00000000001a";
  private static final String SERVER = "a-gtbserver0000001";

  @TempDir Path folder;
  private SampleEstate sample;
  private ImportRoom imports;

  @BeforeEach
  void open() throws IOException {
    sample = new SampleEstate(folder);
    sample.fill();
    imports = new ImportRoom(sample.estate.ballot(), SampleEstate.filed());
  }

  @AfterEach
  void close() throws IOException {
    sample.close();
  }

  private static byte[] table(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private JsonNode device(String id) throws IOException {
    return sample.estate.asset(id);
  }

  @Test
  void aTableIsTakenAsDecisionsOfAPersonAndTakenBackAsAWhole() throws IOException {
    byte[] table = table("id;building;room;owner;name\n" + CTA + ";B;LT-3;DSI;CTA Bloc 3\n" + SERVER + ";C;;;\n");
    long before = sample.journal.size();
    ObjectNode plan = imports.plan("x.csv", table);
    assertThat(plan.path("changes").asInt()).isEqualTo(2);
    assertThat(sample.journal.size()).as("a plan changes nothing").isEqualTo(before);
    ObjectNode taken = imports.take("x.csv", table, "rssi");
    assertThat(taken.path("id").asText()).startsWith("im-");
    assertThat(sample.journal.size()).isEqualTo(before + 2);
    assertThat(device(CTA).path("building").asText()).isEqualTo("B");
    assertThat(device(CTA).path("owner").asText()).as("DSI").isEqualTo("it");
    assertThat(device(CTA).path("name").asText()).isEqualTo("CTA Bloc 3");
    assertThat(device(CTA).at("/decisions/machine/name/value").asText()).as("what the machine says stands beside it").isNotBlank();
    assertThat(device(CTA).at("/decisions/by").asText()).isEqualTo("rssi");
    assertThat(imports.take("x.csv", table, "rssi").path("id").isNull()).as("nothing new").isTrue();
    assertThat(imports.taken()).hasSize(1);
    assertThat(imports.taken().path(0).path("values").asInt()).isEqualTo(5);

    // a person says something else of one value: that stays when the table is taken back
    imports.take("y.csv", table("id;room\n" + CTA + ";LT-4\n"), "technicien");
    ObjectNode back = imports.takeBack(taken.path("id").asText(), "rssi");
    assertThat(back.toString()).isEqualTo("{\"id\":\"" + taken.path("id").asText() + "\",\"devices\":2,\"values\":4,\"kept\":1}");
    assertThat(device(CTA).path("building").isTextual()).isFalse();
    assertThat(device(CTA).path("room").asText()).isEqualTo("LT-4");
    assertThat(device(CTA).path("name").asText()).isNotEqualTo("CTA Bloc 3");
    assertThat(device(SERVER).path("building").isTextual()).isFalse();
    assertThat(imports.takeBack(taken.path("id").asText(), "rssi")).as("once").isNull();
    assertThat(imports.taken().path(1).path("undone").path("who").asText()).isEqualTo("rssi");
  }

  @Test
  void oneRefusedRowRefusesTheTable() throws IOException {
    long before = sample.journal.size();
    ObjectNode plan = imports.take("x.csv", table("id;room\n" + CTA + ";1\na-nobody;2\n"), "rssi");
    assertThat(plan.path("id").isNull()).isTrue();
    assertThat(plan.at("/refusals/0/row").asInt()).isEqualTo(3);
    assertThat(imports.take("../x.csv", table("id;room\n" + CTA + ";1\n"), "rssi").at("/refusals/0/fr").asText()).contains("chemin");
    assertThat(sample.journal.size()).isEqualTo(before);
    assertThat(device(CTA).path("room").isTextual()).isFalse();
  }

  @Test
  void takingBackBringsWhatPeopleHadSaidBefore() throws IOException {
    imports.take("a.csv", table("id;owner;room\n" + CTA + ";Services techniques;1\n"), "rssi");
    String second = imports.take("b.csv", table("id;owner;room\n" + CTA + ";DSI;(vide)\n"), "rssi").path("id").asText();
    assertThat(device(CTA).path("owner").asText()).isEqualTo("it");
    assertThat(device(CTA).path("room").isTextual()).isFalse();
    imports.takeBack(second, "rssi");
    assertThat(device(CTA).path("owner").asText()).isEqualTo("technical-services");
    assertThat(device(CTA).path("room").asText()).isEqualTo("1");
  }

  @Test
  void anImportOfWhichACrashLeftHalfIsNotInForce() throws IOException {
    imports.take("x.csv", table("id;room\n" + CTA + ";1\n" + SERVER + ";2\n"), "rssi");
    sample.close();
    Path file = folder.resolve("journal.ndjson");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    List<String> half = lines.subList(0, lines.size() - 1);
    Files.writeString(file, String.join("\n", half) + "\n");
    Imported imported = new Imported();
    List<Journal.Entry> inForce = new ArrayList<>();
    try (Journal journal = Journal.open(file, e -> inForce.addAll(imported.settle(e)))) {
      assertThat(inForce).noneMatch(e -> e.kind().equals(Imported.TAKE));
      assertThat(imported.taken()).isEmpty();
      inForce.addAll(imported.settle(journal.append("rssi", "asset.comment", Json.object().put("id", CTA).put("comment", "vu"))));
      assertThat(inForce.getLast().kind()).isEqualTo("asset.comment");
      assertThat(imported.cut()).isEqualTo(1);
    }
    sample = new SampleEstate(Files.createDirectory(folder.resolve("again")));
  }

  @Test
  void aZoneOfNoSiteFileIsRefused() throws IOException {
    ObjectNode plan = new ImportRoom(sample.estate.ballot(), Site.EMPTY).plan("x.csv", table("id;zone\n" + CTA + ";bloc\n"));
    assertThat(plan.at("/refusals/0/en").asText()).contains("not in the site file");
  }
}
