package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The past on the command line beside the one of the console, over one folder, while the console's process has it open. */
final class InventoryTest {
  private static final long HALF = 1_773_122_400_000_000_000L + 1_800_000_000_000L; // half an hour into the crowd's hour

  @TempDir Path folder;

  private record Said(int code, String out, String err) {}

  private static Said say(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    line.getSubcommands().get("inventory").setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Said(line.execute(args), out.toString(), err.toString());
  }

  @Test
  void theCommandLineTellsThePastAsTheConsoleDoes() throws Exception {
    Path data = Files.createDirectories(folder.resolve("kept"));
    Crowd.write(data, 60);
    String half = Json.time(HALF);
    try (Service open = new Service(data, null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, "same")) {
      ObjectNode there = open.estate().reviews().past(HALF, "", 0, 500);
      Said said = say("inventory", "--at", half, "--json", "--data", data.toString());
      assertThat(said.code()).as(said.err()).isEqualTo(Exit.DONE);
      List<JsonNode> here = new ArrayList<>();
      for (String line : said.out().lines().toList()) {
        here.add(Json.MAPPER.readTree(line));
      }
      assertThat(here).hasSameSizeAs(there.path("items")).isNotEmpty();
      for (int i = 0; i < here.size(); i++) {
        for (String member : List.of("id", "name", "vendor", "model", "firmware", "addresses", "services", "peers", "first", "last")) {
          assertThat(here.get(i).path(member)).as(member).isEqualTo(there.path("items").path(i).path(member));
        }
      }
      Said table = say("inventory", "--data", data.toString(), "--find", "AHU-1");
      assertThat(table.out().lines().findFirst().orElse("")).startsWith("ID").contains("FIRMWARE");
      assertThat(table.out()).contains("AHU-1", "AHU-12").doesNotContain("AHU-2 ");
      String end = Json.time(HALF + 600_000_000_000L);
      ObjectNode changes = open.estate().reviews().between(HALF - 900_000_000_000L, HALF + 600_000_000_000L);
      Said between = say("inventory", "--since", Json.time(HALF - 900_000_000_000L), "--at", end, "--data", data.toString());
      assertThat(between.err()).contains(changes.path("arrived").path("total").asInt() + " arrived", changes.path("changed").path("total").asInt() + " changed");
      assertThat(between.out().lines().filter(l -> l.startsWith("arrived"))).hasSize(changes.path("arrived").path("total").asInt());
    }
  }

  @Test
  void capturesHaveAPastToo() {
    Path capture = Path.of("../samples/hospital/hospital.pcapng.gz");
    Said at = say("inventory", capture.toString(), "--at", "2026-03-10T07:00:00Z", "--find", "CTA-");
    assertThat(at.code()).as(at.err()).isEqualTo(Exit.DONE);
    assertThat(at.out()).contains("CTA-");
    Said changed = say("inventory", capture.toString(), "--since", "2026-03-10T07:00:00Z");
    assertThat(changed.code()).isEqualTo(Exit.DONE);
    assertThat(changed.err()).contains(" arrived, ", "kept from 2026-03-10");
  }

  @Test
  void whatCannotBeAnsweredIsOneSentence() throws Exception {
    Path data = Files.createDirectories(folder.resolve("kept"));
    Crowd.write(data, 3);
    assertThat(say("inventory", "--at", "yesterday", "--data", data.toString()).code()).isEqualTo(Exit.USAGE);
    assertThat(say("inventory", "--at", "2026-03-10T06:10:00Z", "--since", "2026-03-10T06:20:00Z", "--data", data.toString()).code()).isEqualTo(Exit.USAGE);
    assertThat(say("inventory", "--at", "2020-01-01", "--data", data.toString()).code()).isEqualTo(Exit.USAGE);
    assertThat(say("inventory", "--data", folder.resolve("nothing").toString()).code()).isEqualTo(Exit.USAGE);
  }

  /** What the past costs with a crowd: {@code -Dvigie.crowd=20000} prints processor milliseconds; without it, that answers come. */
  @Test
  void thePastOfACrowdIsAnswered() throws Exception {
    int devices = Integer.getInteger("vigie.crowd", 200);
    Path data = Files.createDirectories(folder.resolve("crowd"));
    Crowd.write(data, devices);
    try (Service open = new Service(data, null, Bounds.STANDARD, PolicySet.shipped(), Judge.Options.DEFAULT, "same")) {
      var threads = ManagementFactory.getThreadMXBean();
      for (int round = 0; round < 6; round++) {
        long a = threads.getCurrentThreadCpuTime();
        assertThat(open.estate().reviews().past(HALF, "", 0, 100).path("items")).hasSize(100);
        long b = threads.getCurrentThreadCpuTime();
        open.estate().reviews().between(HALF - 1_200_000_000_000L, HALF + 1_200_000_000_000L);
        long c = threads.getCurrentThreadCpuTime();
        System.out.printf("past of %,d devices: inventory %.1f ms, difference %.1f ms of the processor%n", devices, (b - a) / 1e6, (c - b) / 1e6);
      }
    }
  }
}
