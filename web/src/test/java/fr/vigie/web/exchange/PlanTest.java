package fr.vigie.web.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanTest {
  private static final List<ObjectNode> DEVICES = devices();

  private static List<ObjectNode> devices() {
    List<ObjectNode> all = new ArrayList<>(Shop.some());
    for (int i = 0; i < all.size(); i++) {
      ObjectNode d = all.get(i);
      d.putArray("keys").add("bacnet-instance=" + (1000 + i) + "/nord");
    }
    all.getFirst().withObject("/decisions").putObject("values").put("building", "B");
    return all;
  }

  private static Site site() {
    try {
      return SiteFile.read("site.yaml", "site: {id: chu}\nzones: [{id: cvc, cidr: 10.0.0.0/8}, {id: bloc, name: Bloc opératoire, cidr: 10.21.0.0/24}]\n");
    } catch (SiteError e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode plan(String csv) throws IOException, Refusal {
    return Plan.of(TableFile.read("x.csv", csv.getBytes(StandardCharsets.UTF_8)), Shop.of(DEVICES), site()).json();
  }

  @ParameterizedTest
  @CsvSource({"id, a-0000000000000002", "mac, 00-A0-03-00-00-02", "ip, 10.0.0.2", "name, CTA-2", "bacnet_instance, 1001", "serial, SN-a-0000000000000002"})
  void aDeviceIsFoundByWhatThePeopleKnowOfIt(String column, String value) throws Exception {
    JsonNode plan = plan(column + ";room;contract\n" + value + ";LT-12;C-9\n");
    assertThat(plan.path("refused").asInt()).as(plan.toString()).isZero();
    assertThat(plan.at("/items/0/id").asText()).isEqualTo("a-0000000000000002");
    assertThat(plan.at("/items/0/values").toString()).isEqualTo("[{\"field\":\"room\",\"from\":\"\",\"to\":\"LT-12\"},{\"field\":\"contract\",\"from\":\"\",\"to\":\"C-9\"}]");
  }

  @Test
  void theAddressOfARouterIsNotThatOfTheDeviceBehindIt() throws Exception {
    assertThat(plan("ip;room\n10.0.0.1;1\n").at("/items/0/id").asText()).isEqualTo("a-0000000000000001");
    assertThat(plan("name;room\nCTA-1;1\n").at("/refusals/0/en").asText()).as("two have this name").contains("several devices");
    assertThat(plan("id;ip;room\na-below000000001;10.0.0.1;1\n").path("refused").asInt()).as("as it was exported").isZero();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "mac;room\\n00:a0:03:99:99:99;1 | no device has mac",
      "id;mac;room\\na-0000000000000001;00:a0:03:00:00:02;1 | is not of the device a-0000000000000001 but of a-0000000000000002",
      "id;zone\\na-0000000000000001;nowhere | the zone \"nowhere\" is not in the site file; it has cvc, bloc",
      "id;care\\na-0000000000000001;9 | care is 0 to 5",
      "id;kind\\na-0000000000000001;toaster | there is no kind",
      "id;room\\n;1 | the row names no device"})
  void aRowThatCannotBeMeantIsRefusedWithItsReason(String csv, String reason) throws Exception {
    JsonNode plan = plan(csv.replace("\\n", "\n"));
    assertThat(plan.path("refused").asInt()).isEqualTo(1);
    assertThat(plan.at("/refusals/0/row").asInt()).isEqualTo(2);
    assertThat(plan.at("/refusals/0/en").asText()).contains(reason.strip());
    assertThat(plan.at("/refusals/0/fr").asText()).isNotBlank();
  }

  @Test
  void aDeviceInTwoRowsIsRefused() throws Exception {
    JsonNode plan = plan("id;ip;room\na-0000000000000001;;1\n;10.0.0.1;2\n");
    assertThat(plan.at("/refusals/0/en").asText()).contains("in a row above already");
    assertThat(plan.at("/refusals/0/row").asInt()).isEqualTo(3);
  }

  @Test
  void anEmptyCellSaysNothingAndAWordTakesAPersonsValueBack() throws Exception {
    assertThat(plan("id;building\na-0000000000000001;\n").path("same").asInt()).isEqualTo(1);
    JsonNode back = plan("id;building\na-0000000000000001;(vide)\n");
    assertThat(back.at("/items/0/values/0").toString()).isEqualTo("{\"field\":\"building\",\"from\":\"B\",\"to\":\"\"}");
    assertThat(plan("id;building\na-0000000000000002;(empty)\n").path("same").asInt()).as("nobody said it").isEqualTo(1);
    assertThat(plan("id;zone;care\na-0000000000000001;Bloc Opératoire;4\n").at("/items/0/values").toString())
        .as("a zone by its name; the care that it has already is no change").isEqualTo("[{\"field\":\"zone\",\"from\":\"cvc\",\"to\":\"bloc\"}]");
  }

  @Test
  void whatWasExportedChangesNothingAndWhatWasEditedInItIsAllThatChanges() throws Exception {
    for (Format format : List.of(Format.CSV, Format.XLSX)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      format.write(Shop.of(DEVICES), Shop.ABOUT, out);
      // control characters are shown as question marks in files, so that the device with hostile words is left out here
      byte[] file = out.toByteArray();
      List<ObjectNode> clean = DEVICES.stream().filter(d -> !d.path("id").asText().startsWith("a-hostile")).toList();
      ByteArrayOutputStream cleanOut = new ByteArrayOutputStream();
      format.write(Shop.of(clean), Shop.ABOUT, cleanOut);
      JsonNode plan = Plan.of(TableFile.read("x." + format.extension(), cleanOut.toByteArray()), Shop.of(DEVICES), site()).json();
      assertThat(plan.path("refused").asInt()).as(plan.toString()).isZero();
      assertThat(plan.path("changes").asInt()).as(plan.toString()).isZero();
      assertThat(plan.path("same").asInt()).isEqualTo(4);
      assertThat(TableFile.read("x." + format.extension(), file).rows()).hasSize(5);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Format.CSV.write(Shop.of(DEVICES.subList(0, 2)), Shop.ABOUT, out);
    String edited = out.toString(StandardCharsets.UTF_8).replaceFirst(";CTA-2;", ";CTA Bloc 2;");
    JsonNode plan = Plan.of(TableFile.read("x.csv", edited.getBytes(StandardCharsets.UTF_8)), Shop.of(DEVICES), site()).json();
    assertThat(plan.path("changes").asInt()).isEqualTo(1);
    assertThat(plan.at("/items/0/values").toString()).isEqualTo("[{\"field\":\"name\",\"from\":\"CTA-2\",\"to\":\"CTA Bloc 2\"}]");
  }

  @Test
  void theDecisionsOfATableNameTheOwnerAsAReviewDoes() throws Exception {
    Plan plan = Plan.of(TableFile.read("x.csv", "id;owner;room\na-0000000000000001;DSI;12\n".getBytes(StandardCharsets.UTF_8)), Shop.of(DEVICES), site());
    assertThat(plan.sound()).isTrue();
    assertThat(plan.decisions()).hasToString("[{\"id\":\"a-0000000000000001\",\"row\":2,\"values\":{\"room\":\"12\"},\"owner\":\"it\"}]");
  }
}
