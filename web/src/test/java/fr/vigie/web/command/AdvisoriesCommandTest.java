package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line of advisories. */
final class AdvisoriesCommandTest {
  private static final String ASSET = """
      {"v":1,"id":"a-1","keys":["ip=10.0.0.1"],"traits":{"vendor":[{"value":"Siemens","source":"bacnet","cite":null,"first":"2026-03-10T06:00:00.000000000Z",\
      "last":"2026-03-10T06:00:00.000000000Z","confidence":90,"packet":{"origin":0,"index":"7"}}],"model":[{"value":"PXC36-E.D","source":"bacnet","cite":null,\
      "first":"2026-03-10T06:00:00.000000000Z","last":"2026-03-10T06:00:00.000000000Z","confidence":90,"packet":{"origin":0,"index":"8"}}],"firmware":[{"value":\
      "%s","source":"bacnet","cite":null,"first":"2026-03-10T06:00:00.000000000Z","last":"2026-03-10T06:00:00.000000000Z","confidence":90,"packet":\
      {"origin":0,"index":"9"}}]},"name":"CTA\u202e-1","decisions":{}}
      """;

  @TempDir Path folder;

  private static String said(int code, String... words) {
    StringWriter out = new StringWriter();
    CommandLine line = Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    assertThat(line.execute(words)).as(out.toString()).isEqualTo(code);
    return out.toString();
  }

  @Test
  void whatIsRefusedIsNamedWithLineAndReason() throws Exception {
    Files.writeString(folder.resolve("a.json"), "{\n\"document\": 3}");
    assertThat(said(Exit.REFUSED, "advisories", "check", folder.toString())).contains("a.json:2: /document must be an object").contains("0 advisories can be used");
    assertThat(said(Exit.USAGE, "advisories", "check", folder.resolve("nowhere").toString())).contains("check the path");
  }

  @Test
  void devicesOfAReplayAreMatchedWithTheirPackets() throws Exception {
    Files.writeString(folder.resolve("assets.ndjson"), ASSET.formatted("V5.10.050"));
    String lines = said(Exit.DONE, "advisories", "match", folder.toString());
    assertThat(lines).contains("match        ICSA-18-025-02B").contains("V5.10.050").doesNotContain("\u202e");
    String json = said(Exit.DONE, "advisories", "match", folder.toString(), "--json", "--all");
    assertThat(json).contains("\"version\":{\"value\":\"V5.10.050\"").contains("\"packet\":{\"origin\":0,\"index\":\"9\"}");
    Files.writeString(folder.resolve("assets.ndjson"), ASSET.formatted("V6.30.016"));
    assertThat(said(Exit.DONE, "advisories", "match", folder.toString())).doesNotContain("match        ICSA-18-025-02B");
  }

  @Test
  void aReportOfCapturesSaysHowManyDevicesAreConcerned() throws Exception {
    ObjectNode old = (ObjectNode) Json.MAPPER.readTree(ASSET.formatted("V5.10.050"));
    ObjectNode silent = (ObjectNode) Json.MAPPER.readTree("{\"id\":\"a-2\",\"traits\":{},\"decisions\":{}}");
    AdvisoriesCommand.note(List.of(old, silent));
    assertThat(old.path("advisories").path("known").asInt()).isEqualTo(2383);
    assertThat(old.path("advisories").path("match").asInt()).isPositive();
    assertThat(silent.path("advisories").path("match").asInt() + silent.path("advisories").path("possible").asInt()).isZero();
  }
}
