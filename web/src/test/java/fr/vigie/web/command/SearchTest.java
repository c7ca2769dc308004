package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import fr.vigie.inventory.json.Json;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.web.api.Search;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The search of the command line beside the one of the console, over the same folder, while the console's process has it open. */
final class SearchTest {
  @TempDir Path folder;

  private record Said(int code, String out, String err) {}

  private static Said say(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    line.getSubcommands().get("search").setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Said(line.execute(args), out.toString(), err.toString());
  }

  @Test
  void theCommandLineFindsWhatTheConsoleFinds() throws Exception {
    Path data = Files.createDirectories(folder.resolve("kept"));
    Crowd.write(data, 40);
    new Service(data, null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, "same").close();
    try (Service open = new Service(data, null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, "same")) {
      List<String> there = new ArrayList<>();
      open.estate().assets(new Search("ip:10.*", Map.of(), "-last", 0, 500)).items().forEach(a -> there.add(a.path("id").asText()));
      assertThat(there).isNotEmpty();
      Said said = say("search", "ip:10.*", "--sort=-last", "--json", "--data", data.toString());
      List<String> here = new ArrayList<>();
      for (String line : said.out().lines().toList()) {
        JsonNode asset = Json.MAPPER.readTree(line);
        here.add(asset.path("id").asText());
      }
      assertThat(said.code()).isEqualTo(Exit.DONE);
      assertThat(here).isEqualTo(there);
      assertThat(said.err()).contains(there.size() + " found");
      assertThat(say("search", "--data", data.toString()).out().lines().findFirst().orElse("")).startsWith("ID").contains("VENDOR");
      assertThat(say("search", "--count-by", "kind", "--data", data.toString()).out()).containsPattern("\\d+  \\w+");
      assertThat(say("search", "--in", "contacts", "--data", data.toString()).code()).isEqualTo(Exit.DONE);
    }
  }

  @Test
  void whatCannotBeUnderstoodOrFoundIsOneSentence() {
    assertThat(say("search", "--data", folder.toString())).satisfies(s -> {
      assertThat(s.code()).isEqualTo(Exit.USAGE);
      assertThat(s.err()).contains("./vigie watch");
    });
    Said wrong = say("search", "--limit", "0", "--data", folder.toString());
    assertThat(wrong.code()).isEqualTo(Exit.USAGE);
  }
}
