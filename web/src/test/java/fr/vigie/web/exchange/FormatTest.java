package fr.vigie.web.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import de.siegmar.fastcsv.reader.CsvReader;
import fr.vigie.inventory.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FormatTest {
  private static byte[] written(Format format, Devices devices) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(devices, Shop.ABOUT, out);
    if (System.getProperty("vigie.exports") != null) {
      Files.write(Path.of(System.getProperty("vigie.exports"), format.file(Shop.ABOUT)), out.toByteArray());
    }
    return out.toByteArray();
  }

  private static Map<String, String> unzipped(byte[] archive) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        files.put(e.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  private static List<List<String>> rows(String csv, char separator) {
    List<List<String>> rows = new ArrayList<>();
    CsvReader.builder().fieldSeparator(separator).ofCsvRecord(csv).forEach(r -> rows.add(r.getFields()));
    return rows;
  }

  @Test
  void aFileSaysWhatItIsAndOfWhen() {
    assertThat(Format.CSV.file(Shop.ABOUT)).isEqualTo("vigie-chu-inventory-20260310T0824Z.csv");
    assertThat(Format.NETBOX.file(new About("a b/../c", "", "", false, "1"))).isEqualTo("vigie-a_b____c-selection-netbox.zip");
    assertThat(Format.CYCLONEDX.file(new About("", "", "", true, "1"))).isEqualTo("vigie-inventory.cdx.json");
  }

  @Test
  void noCellOfTheTableIsAFormulaAndAllOfThemComeBack() throws IOException {
    String text = new String(written(Format.CSV, Shop.of(Shop.some())), StandardCharsets.UTF_8);
    assertThat(text).startsWith("\uFEFFid;name;kind;").contains("\r\n");
    List<List<String>> rows = rows(text.substring(1), ';');
    assertThat(rows).hasSize(6).allSatisfy(r -> assertThat(r).hasSize(Column.values().length).noneMatch(Cells::formula));
    List<String> hostile = rows.get(3);
    assertThat(hostile.get(Column.NAME.ordinal())).isEqualTo("'" + Shop.FORMULA);
    assertThat(Cells.original(hostile.get(Column.NAME.ordinal()))).isEqualTo(Shop.FORMULA);
    assertThat(hostile.get(Column.MODEL.ordinal())).isEqualTo("a?b\u202Ec;\"d\"??=e");
    List<String> first = rows.get(1);
    assertThat(first.get(Column.FLOOR.ordinal())).as("a number is no formula").isEqualTo("-1");
    assertThat(first.get(Column.IP.ordinal())).as("addresses that it has now").isEqualTo("10.0.0.1");
    assertThat(first.get(Column.BACNET_INSTANCE.ordinal())).isEqualTo("1000");
    assertThat(first.get(Column.BRICK.ordinal())).isEqualTo("Air_Handling_Unit");
    assertThat(first.get(Column.HAYSTACK.ordinal())).isEqualTo("ahu equip");
    assertThat(rows.get(4).get(Column.BACNET.ordinal())).isEqualTo("2001:0x0a");
  }

  @Test
  void theWorkbookHoldsTextAloneAndTheSameCells() throws IOException {
    List<List<String>> table = rows(new String(written(Format.CSV, Shop.of(Shop.some())), StandardCharsets.UTF_8).substring(1), ';');
    try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(written(Format.XLSX, Shop.of(Shop.some()))));
        Stream<Row> rows = book.getFirstSheet().openStream()) {
      List<Row> all = rows.toList();
      assertThat(all).hasSize(6);
      for (int r = 0; r < all.size(); r++) {
        for (Column c : Column.values()) {
          String cell = all.get(r).getOptionalCell(c.ordinal()).map(x -> x.getText()).orElse("");
          assertThat(cell).as(r + " " + c).isEqualTo(Cells.original(table.get(r).get(c.ordinal())));
          all.get(r).getOptionalCell(c.ordinal()).ifPresent(x -> {
            assertThat(x.getType()).isEqualTo(CellType.STRING);
            assertThat(x.getFormula()).isNull();
          });
        }
      }
    }
  }

  @Test
  void jsonIsOneDocumentOfAllDevices() throws IOException {
    JsonNode root = Json.MAPPER.readTree(written(Format.JSON, Shop.of(Shop.some())));
    assertThat(root.path("at").asText()).isEqualTo("2026-03-10T08:24:50.000000000Z");
    assertThat(root.path("devices")).hasSize(5);
    assertThat(root.path("devices").path(0)).isEqualTo(Shop.some().getFirst());
    assertThat(Json.MAPPER.readTree(written(Format.JSON, Shop.of(List.of()))).path("devices")).isEmpty();
  }

  @Test
  void theBillOfMaterialsIsAsTheOfficialSchemaOfCycloneDxAsks() throws IOException {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7,
        b -> b.schemas(Map.of("http://cyclonedx.org/schema/bom-1.6.schema.json", resource("/bom-1.6.schema.json"),
            "http://cyclonedx.org/schema/jsf-0.82.schema.json", resource("/jsf-0.82.schema.json"),
            "http://cyclonedx.org/schema/spdx.schema.json", resource("/spdx.schema.json"))));
    var schema = registry.getSchema(com.networknt.schema.SchemaLocation.of("http://cyclonedx.org/schema/bom-1.6.schema.json"));
    String bom = new String(written(Format.CYCLONEDX, Shop.of(Shop.some())), StandardCharsets.UTF_8);
    assertThat(schema.validate(bom, InputFormat.JSON)).isEmpty();
    assertThat(schema.validate(bom.replace("\"type\":\"device\"", "\"type\":\"thing\""), InputFormat.JSON)).as("a wrong one would be found").isNotEmpty();
    JsonNode first = Json.MAPPER.readTree(bom).path("components").path(0);
    assertThat(first.path("manufacturer").path("name").asText()).isEqualTo("Siemens");
    assertThat(first.path("components").path(0).path("type").asText()).isEqualTo("firmware");
    assertThat(first.path("components").path(0).at("/evidence/identity/0/methods/0/value").asText()).contains("bacnet, ASHRAE 135-2020 §12.11.10");
    assertThat(written(Format.CYCLONEDX, Shop.of(Shop.some()))).as("the same again").isEqualTo(bom.getBytes(StandardCharsets.UTF_8));
  }

  private static String resource(String name) {
    try (InputStream in = FormatTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theTablesForNetBoxReferToEachOtherAndNoNameIsTwice() throws IOException {
    Map<String, String> files = unzipped(written(Format.NETBOX, Shop.of(Shop.some())));
    assertThat(files.keySet()).containsExactly("README.txt", "1-sites.csv", "2-locations.csv", "3-manufacturers.csv", "4-device-types.csv", "5-device-roles.csv",
        "6-devices.csv", "7-interfaces.csv", "8-mac-addresses.csv", "9-ip-addresses.csv");
    List<List<String>> devices = rows(files.get("6-devices.csv"), ',');
    assertThat(devices.getFirst()).containsExactly("name", "role", "manufacturer", "device_type", "serial", "asset_tag", "status", "site", "location", "description",
        "comments");
    Set<String> names = new HashSet<>();
    Set<String> types = new HashSet<>();
    rows(files.get("4-device-types.csv"), ',').forEach(r -> types.add(r.get(0) + "\n" + r.get(1)));
    Set<String> roles = new HashSet<>();
    rows(files.get("5-device-roles.csv"), ',').forEach(r -> roles.add(r.get(0)));
    for (List<String> d : devices.subList(1, devices.size())) {
      assertThat(names.add(d.get(0).toLowerCase(Locale.ROOT))).as("found by name alone: %s", d.get(0)).isTrue();
      assertThat(types).contains(d.get(2) + "\n" + d.get(3));
      assertThat(roles).contains(d.get(1));
      assertThat(d).noneMatch(Cells::formula);
      assertThat(d.get(0).length()).isLessThanOrEqualTo(64);
    }
    assertThat(devices.get(4).get(0)).as("a second CTA-1").isEqualTo("CTA-1 (a-below000000001)");
    assertThat(rows(files.get("9-ip-addresses.csv"), ',')).contains(List.of("10.0.0.1/32", "active", "", "CTA-1", "if1", "true"),
        List.of("fd00:20::3/128", "active", "", "SRV-GTB", "if1", "true")).noneMatch(r -> r.get(3).contains("a-below"));
    assertThat(rows(files.get("8-mac-addresses.csv"), ',')).contains(List.of("00:A0:03:00:00:01", "CTA-1", "if1", "true"));
    assertThat(rows(files.get("3-manufacturers.csv"), ',')).contains(List.of("Siemens", "siemens"), List.of("Unknown", "unknown"));
  }

  /** What the import forms of NetBox take (netbox/dcim/forms/bulk_import.py and netbox/ipam/forms/bulk_import.py, read in November 2026), as far as it is used. */
  private static final Map<String, Set<String>> NETBOX_FIELDS = Map.of(
      "1-sites.csv", Set.of("name", "slug", "status", "region", "group", "tenant", "facility", "time_zone", "description", "physical_address", "comments", "tags"),
      "2-locations.csv", Set.of("site", "parent", "name", "slug", "status", "tenant", "facility", "description", "tags"),
      "3-manufacturers.csv", Set.of("name", "slug", "description", "tags"),
      "4-device-types.csv", Set.of("manufacturer", "default_platform", "model", "slug", "part_number", "u_height", "is_full_depth", "description", "comments", "tags"),
      "5-device-roles.csv", Set.of("name", "slug", "color", "vm_role", "config_template", "description", "tags"),
      "6-devices.csv", Set.of("name", "role", "tenant", "manufacturer", "device_type", "platform", "serial", "asset_tag", "status", "site", "location", "rack",
          "position", "face", "description", "comments", "tags"),
      "7-interfaces.csv", Set.of("device", "name", "label", "parent", "type", "speed", "duplex", "enabled", "mgmt_only", "description", "mode", "tags"),
      "8-mac-addresses.csv", Set.of("mac_address", "device", "virtual_machine", "interface", "is_primary", "description", "comments", "tags"),
      "9-ip-addresses.csv", Set.of("address", "vrf", "tenant", "status", "role", "device", "virtual_machine", "interface", "is_primary", "dns_name",
          "description", "comments", "tags"));

  @Test
  void everyHeadingForNetBoxIsAFieldOfItsForm() throws IOException {
    Map<String, String> files = unzipped(written(Format.NETBOX, Shop.of(Shop.some())));
    for (Map.Entry<String, Set<String>> form : NETBOX_FIELDS.entrySet()) {
      assertThat(form.getValue()).as(form.getKey()).containsAll(rows(files.get(form.getKey()), ',').getFirst());
    }
  }

  @Test
  void anAddressThatSeveralHoldIsVirtualForNetBox() throws IOException {
    Map<String, String> files = unzipped(written(Format.NETBOX, Shop.of(List.of(Shop.device("a-000000000000r001", "RT-1", "10.0.0.254", "00:00:5e:00:01:01"),
        Shop.device("a-000000000000r002", "RT-2", "10.0.0.254", "00:a0:03:00:00:02"), Shop.device("a-000000000000r003", "rt-1", "10.0.0.2", "00:a0:03:00:00:03")))));
    assertThat(rows(files.get("9-ip-addresses.csv"), ',')).contains(List.of("10.0.0.254/32", "active", "vip", "RT-1", "if1", "true"),
        List.of("10.0.0.254/32", "active", "vip", "RT-2", "if1", "true"), List.of("10.0.0.2/32", "active", "", "rt-1 (a-000000000000r003)", "if1", "true"));
  }

  @Test
  void eachFileForGlpiIsOneDeviceOfItsInventoryFormat() throws IOException {
    Map<String, String> files = unzipped(written(Format.GLPI, Shop.of(Shop.some())));
    assertThat(files).hasSize(5);
    var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(resource("glpi-subset.schema.json"), InputFormat.JSON);
    for (Map.Entry<String, String> file : files.entrySet()) {
      assertThat(file.getKey()).matches("glpi/a-[a-z0-9]+\\.json");
      assertThat(schema.validate(file.getValue(), InputFormat.JSON)).as(file.getValue()).isEmpty();
    }
    JsonNode server = Json.MAPPER.readTree(files.get("glpi/a-server000000001.json"));
    assertThat(server.path("itemtype").asText()).isEqualTo("Computer");
    assertThat(server.at("/content/networks")).hasSize(2);
    for (Map.Entry<String, String> kind : Map.of("computer", "Computer", "nas", "Computer", "ip-phone", "Phone", "printer", "Printer", "ip-camera", "NetworkEquipment")
        .entrySet()) {
      assertThat(Glpi.document(Shop.device(9).put("kind", kind.getKey()), Shop.ABOUT).path("itemtype").asText()).as(kind.getKey()).isEqualTo(kind.getValue());
    }
    JsonNode cta = Json.MAPPER.readTree(files.get("glpi/a-0000000000000001.json"));
    assertThat(cta.at("/content/network_device/location").asText()).isEqualTo("Nord > B > -1");
    assertThat(schema.validate(files.get("glpi/a-server000000001.json").replace("\"up\"", "\"perhaps\""), InputFormat.JSON)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aFileLeavesWhileItIsMade(Format format) throws IOException {
    long[] out = {0};
    OutputStream sink = new OutputStream() {
      @Override
      public void write(int b) {
        out[0]++;
      }

      @Override
      public void write(byte[] b, int from, int length) {
        out[0] += length;
      }
    };
    long[] held = {0};
    int[] n = {0};
    long[] whole = {0};
    Devices counted = walk -> {
      n[0] = 0;
      long before = out[0];
      Shop.many(20_000).each(d -> {
        walk.take(d);
        if (++n[0] == 10_000) {
          held[0] = out[0] - before;
        }
      });
      whole[0] = out[0] - before;
    };
    format.write(counted, Shop.ABOUT, sink);
    assertThat(out[0]).as("octets of 20,000 devices").isGreaterThan(300_000);
    assertThat(held[0]).as("what the last walk wrote left on the way, but for what a compressor gathers").isBetween(whole[0] / 5, whole[0]);
  }
}
