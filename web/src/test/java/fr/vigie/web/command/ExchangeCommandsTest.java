package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.live.Indexes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExchangeCommandsTest {
  private static final String SITE = """
      site: {id: chu, name: CHU}
      zones: [{id: cvc, cidr: 10.1.0.0/16}, {id: gtb, cidr: 10.2.0.0/16}]
      conduits: [{from: gtb, to: cvc, protocols: [bacnet]}]
      """;
  private static final String DEVICE = "{\"v\":1,\"id\":\"a-1\",\"keys\":[\"ip=10.1.0.1\"],\"traits\":{},\"kind\":\"ahu-cta\",\"zone\":\"cvc\",\"name\":\"CTA\",\"vendor\":\"Siemens\","
      + "\"first\":\"2026-03-10T06:00:00.000000000Z\",\"last\":\"2026-03-10T08:00:00.000000000Z\",\"decisions\":{},\"addresses\":[{\"ip\":\"10.1.0.1\",\"mac\":null,\"key\":\"ip=10.1.0.1\",\"current\":true}]}";
  private static final String OTHER = DEVICE.replace("a-1", "a-2").replace("10.1.0.1", "10.1.0.2").replace("CTA", "GTB").replace("ahu-cta", "bms-supervisor");

  @TempDir Path folder;
  private Path replayed;
  private Path data;
  private Path site;

  @BeforeEach
  void lay() throws IOException {
    site = folder.resolve("site.yaml");
    Files.writeString(site, SITE);
    replayed = Files.createDirectory(folder.resolve("out"));
    Files.writeString(replayed.resolve("assets.ndjson"), DEVICE + "\n" + OTHER + "\n");
    Files.writeString(replayed.resolve("contacts.ndjson"), "{\"protocol\":\"bacnet\",\"transport\":\"udp\",\"answer\":\"answered\",\"who\":{\"ip\":\"10.2.0.9\",\"mac\":null},"
        + "\"whom\":{\"ip\":\"10.1.0.1\",\"mac\":null,\"port\":47808}}\n");
    data = folder.resolve("watch");
    Files.createDirectories(data.resolve("index"));
    try (Index index = Index.open(data.resolve("index").resolve("assets"), Indexes.assetFields())) {
      index.put("a-1", 1, (ObjectNode) Json.MAPPER.readTree(DEVICE));
      index.commit(1, "");
    }
    Journal.open(data.resolve("journal.ndjson"), e -> { }).close();
  }

  private int run(String... args) {
    return Typed.command(args);
  }

  @Test
  void anInventoryLeavesAFolderAsAFileThatSaysWhen() throws IOException {
    Path out = folder.resolve("inventory.csv");
    assertThat(run("export", "--from", replayed.toString(), "--site", site.toString(), "--out", out.toString())).isZero();
    assertThat(Files.readString(out).lines()).hasSize(3).anyMatch(l -> l.startsWith("a-1;CTA;ahu-cta;"));
    assertThat(run("export", "--from", replayed.toString(), "--query", "kind:ahu-cta", "--format", "json", "--out", out.toString())).isZero();
    assertThat(Json.MAPPER.readTree(out.toFile()).path("devices")).hasSize(1);
    assertThat(Json.MAPPER.readTree(out.toFile()).path("at").asText()).startsWith("2026-03-10T08:00");
    assertThat(run("export", "--from", data.toString(), "--format", "cyclonedx", "--out", out.toString())).isZero();
    assertThat(Json.MAPPER.readTree(out.toFile()).path("components")).hasSize(1);
    assertThat(run("export", "--from", replayed.toString(), "--format", "mud", "--device", "a-1", "--site", site.toString(), "--out", out.toString())).isZero();
    assertThat(Files.readString(out)).contains("urn:vigie:chu:zone:gtb");
    assertThat(run("export", "--format", "nftables", "--site", site.toString(), "--out", out.toString())).isZero();
    assertThat(Files.readString(out)).contains("@z_gtb_4 ip daddr @z_cvc_4 udp dport { 47808 }");
    assertThat(run("export", "--from", replayed.toString(), "--format", "dbase")).isEqualTo(Exit.USAGE);
    assertThat(run("export", "--from", replayed.toString(), "--query", "(")).isEqualTo(Exit.USAGE);
    assertThat(run("export", "--from", folder.toString())).isEqualTo(Exit.USAGE);
  }

  @Test
  void aTableIsTriedTakenAndTakenBackWhereNoVigieRuns() throws IOException {
    Path table = folder.resolve("contexte.csv");
    Files.writeString(table, "ip;room;zone\n10.1.0.1;LT-3;gtb\n");
    Path journal = data.resolve("journal.ndjson");
    assertThat(run("import", table.toString(), "--from", data.toString(), "--site", site.toString(), "--dry-run")).isZero();
    assertThat(Files.readString(journal)).doesNotContain("LT-3");
    assertThat(run("import", table.toString(), "--from", data.toString(), "--site", site.toString())).isZero();
    assertThat(Files.readString(journal)).contains("\"room\":\"LT-3\"").contains("\"keys\":[\"ip=10.1.0.1\"]").contains("\"kind\":\"asset.import\"");
    long lines = Files.readAllLines(journal).size();
    assertThat(run("import", table.toString(), "--from", data.toString(), "--site", site.toString())).as("nothing new").isZero();
    assertThat(Files.readAllLines(journal)).hasSize((int) lines);
    String id = "im-" + Json.MAPPER.readTree(Files.readAllLines(journal).getLast()).path("seq").asText();
    assertThat(run("import", "--undo", id, "--from", data.toString())).isZero();
    assertThat(Files.readString(journal)).contains("asset.import-undo");
    assertThat(run("import", "--undo", id, "--from", data.toString())).isEqualTo(Exit.USAGE);
    try (Journal held = Journal.open(journal, e -> { })) {
      assertThat(held.size()).isPositive();
      assertThat(run("import", table.toString(), "--from", data.toString(), "--site", site.toString())).as("a running Vigie owns it").isEqualTo(Exit.REFUSED);
      assertThat(run("import", table.toString(), "--from", data.toString(), "--site", site.toString(), "--dry-run")).isZero();
    }
    assertThat(run("import", table.toString(), "--from", replayed.toString())).isEqualTo(Exit.USAGE);
  }

  @Test
  void aWrongTableIsRefusedWithOne() throws IOException {
    Path table = folder.resolve("x.csv");
    for (String wrong : List.of("ip;rom\n10.1.0.1;1\n", "ip;room\n10.1.0.1;=1\n", "ip;room\n10.9.9.9;1\n")) {
      Files.writeString(table, wrong, StandardCharsets.UTF_8);
      assertThat(run("import", table.toString(), "--from", replayed.toString(), "--dry-run", "--lang", "fr")).as(wrong).isEqualTo(Exit.FINDINGS);
    }
  }
}
