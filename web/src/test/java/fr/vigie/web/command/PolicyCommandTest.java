package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.samples.Kit;
import fr.vigie.web.policy.PolicyRoom;
import fr.vigie.web.policy.Sets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./vigie policy} at the desk: a folder checked, its stories run, a draft tried on captures, the set before put in force again. */
final class PolicyCommandTest {
  private static final String SITE = """
      site: {id: s, tz: Europe/Paris}
      zones:
        - {id: gtb, cidr: [10.1.0.0/16]}
        - {id: bloc, cidr: [10.2.0.0/16], care: 5}
      """;
  private static final String MATRIX = "from;to;protocols;verdict\ngtb;bloc;bacnet;allow\n";
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aFolderIsCheckedWithItsTables() throws IOException {
    write("site.yaml", SITE);
    write("matrix.csv", MATRIX);
    assertThat(Typed.command("policy", "check", folder.toString(), "--site", folder.resolve("site.yaml").toString())).isEqualTo(Exit.DONE);
    write("matrix.csv", MATRIX.replace("gtb;", "gtp;"));
    assertThat(Typed.command("policy", "check", folder.toString(), "--site", folder.resolve("site.yaml").toString())).isEqualTo(Exit.USAGE);
    assertThat(Typed.command("policy", "check", folder.toString())).isEqualTo(Exit.USAGE);
  }

  @Test
  void storiesBesideThePolicyAreRunWithIt() throws IOException {
    write("site.yaml", SITE);
    write("matrix.csv", MATRIX);
    String story = """
        stories:
          - story: the web between the zones
            messages: [{contact: http, who: 10.1.0.5, whom: 10.2.0.10, port: 80}]
            alerts: [NET-07 critical 10.1.0.5 > 10.2.0.10]
          - story: near miss, what the matrix allows
            messages: [{contact: bacnet, who: 10.1.0.5, whom: 10.2.0.10, port: 47808, transport: udp}]
            silent: ["*"]
        """;
    write("matrix.story.yaml", story);
    assertThat(Typed.command("policy", "test", folder.toString())).isEqualTo(Exit.DONE);
    write("matrix.story.yaml", story.replace("critical", "low"));
    assertThat(Typed.command("policy", "test", folder.toString())).isEqualTo(Exit.FINDINGS);
    write("matrix.story.yaml", story.replace("contact: http", "kontact: http"));
    assertThat(Typed.command("policy", "test", folder.toString())).isEqualTo(Exit.USAGE);
    assertThat(Typed.command("policy", "test", "--only", "BAC-02")).isEqualTo(Exit.DONE); // of the shipped rules
  }

  @Test
  void aDraftIsTriedOnCaptures() throws Exception {
    Path kit = folder.resolve("kit");
    Kit.Options standard = Kit.Options.DEFAULT;
    Kit.write(new Kit.Options(standard.seed(), standard.begin(), standard.network(), Set.of("NET-07")), kit);
    Site site = SiteFile.read(kit.resolve(Kit.SITE));
    assertThat(site.zones()).isNotEmpty();
    Path draft = Files.createDirectory(folder.resolve("draft"));
    Files.writeString(draft.resolve("matrix.csv"), "from;to;verdict\n*;*;allow\n");
    StringWriter out = new StringWriter();
    int code = Main.line().setOut(new PrintWriter(out)).execute("policy", "backtest", "--policy", draft.toString(), "--site", kit.resolve(Kit.SITE).toString(), "--json", kit.resolve("NET-07-attack.pcapng").toString());
    assertThat(code).isEqualTo(Exit.DONE);
    JsonNode result = Json.MAPPER.readTree(out.toString());
    assertThat(result.path("gone").asInt()).as(out.toString()).isPositive();
    assertThat(result.path("added").asInt()).isZero();
    assertThat(result.path("items").path(0).path("rule").asText()).isEqualTo("NET-07");
    assertThat(result.path("notes").size()).isEqualTo(2);
  }

  @Test
  void theSetBeforeIsOneCommandAwayWhetherVigieRunsOrNot() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Site site = SiteFile.read("site.yaml", SITE);
    try (Journal journal = Journal.open(data.resolve("journal.ndjson"), e -> { })) {
      PolicyRoom room = new PolicyRoom(journal, journal.entries(), data.resolve("policy"), Setting.ground(site), PolicySet.shipped(), 0, Clock.systemUTC());
      room.take("matrix", "matrix.csv", MATRIX.getBytes(StandardCharsets.UTF_8), "alice");
      Thread running = Thread.ofVirtual().start(() -> {
        try {
          PolicyWish wish = null;
          while (wish == null) {
            Thread.sleep(20);
            wish = PolicyWish.take(data);
          }
          wish.answer(data, room.rollback(wish.number(), wish.who()));
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
      assertThat(Typed.command("policy", "rollback", "--data", data.toString())).isEqualTo(Exit.DONE);
      running.join();
      assertThat(room.policy().terms(site).matrix().lines()).isEmpty();
    }
    assertThat(Typed.command("policy", "rollback", "--to", "1", "--data", data.toString())).isEqualTo(Exit.DONE);
    assertThat(Typed.command("policy", "rollback", "--to", "77", "--data", data.toString())).isEqualTo(Exit.USAGE);
    assertThat(Typed.command("policy", "previous", "--data", data.toString())).isEqualTo(Exit.DONE);
    Sets sets = new Sets(data.resolve("policy"));
    Journal.verify(data.resolve("journal.ndjson"), sets::replay);
    assertThat(sets.last().number()).isEqualTo(3);
    assertThat(sets.last().cause()).isEqualTo("rollback");
    assertThat(sets.last().files()).extracting(Sets.Item::name).containsExactly("matrix.csv");
    assertThat(sets.last().author()).endsWith("(command line)");
  }
}
