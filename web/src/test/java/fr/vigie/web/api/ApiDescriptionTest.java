package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import fr.vigie.web.live.LearnedSample;
import java.io.PrintStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walks every route of the running server and holds each answer against the description that the server serves. */
final class ApiDescriptionTest {
  private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final String PASSWORD = "une phrase assez longue";

  @TempDir static Path folder;
  private static SampleEstate sample;
  private static Console console;
  private static Path home;
  private static Browser admin;
  private static JsonNode description;
  private static String oneTime;
  private final Set<String> walked = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    home = folder.resolve("home");
    sample = new SampleEstate(folder);
    sample.fill();
    new LearnedSample().normal(sample.journal, sample.estate);
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    oneTime = Files.readString(home.resolve("first-password.txt")).strip();
    admin = new Browser(console.uri(), home);
    description = Browser.JSON.readTree(admin.get("/api/v1/openapi.json").body());
  }

  @AfterAll
  static void stop() throws Exception {
    console.close();
    sample.close();
  }

  @Test
  void theDescriptionNamesEveryRouteAndNoOther() {
    Set<String> described = new TreeSet<>();
    description.path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
      if (!method.equals("parameters")) {
        described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
      }
    }));
    assertThat(described).isEqualTo(new TreeSet<>(console.routes()));
  }

  @Test
  void metricsAreForWhoShowsTheTokenAlone() throws Exception {
    String token = Files.readString(home.resolve("metrics-token")).strip();
    assertThat(admin.send(admin.request("/metrics").GET().build()).statusCode()).isEqualTo(401);
    assertThat(admin.send(admin.request("/metrics").header("Authorization", "Bearer " + token.replace(token.charAt(0), 'x')).GET().build()).statusCode())
        .isEqualTo(401);
    HttpResponse<String> answer = admin.send(admin.request("/metrics").header("Authorization", "Bearer " + token).GET().build());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(Files.getPosixFilePermissions(home.resolve("metrics-token"))).hasSize(2);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    for (JsonNode reference : description.findValues("$ref")) {
      assertThat(description.at(reference.asText().substring(1)).isMissingNode()).as(reference.asText()).isFalse();
    }
  }

  @Test
  void aWrongAnswerWouldBeFound() {
    ObjectNode alert = Browser.JSON.createObjectNode().put("$ref", "#/components/schemas/Alert");
    assertThat(errors(alert, "{}")).isNotEmpty();
    ObjectNode page = Browser.JSON.createObjectNode();
    page.set("schema", description.path("paths").path("/alerts").path("get").path("responses").path("200").at("/content/application~1json/schema"));
    assertThat(errors(page.path("schema"), "{\"total\":1,\"facets\":{},\"items\":[{\"v\":2}]}")).isNotEmpty();
    assertThat(errors(page.path("schema"), "{\"total\":0,\"facets\":{},\"items\":[]}")).isEmpty();
  }

  @Test
  void everyAnswerIsAsDescribed() throws Exception {
    step("GET", "/openapi.json", "/openapi.json", null, 200);
    step("GET", "/session", "/session", null, 200);
    step("GET", "/alerts", "/alerts", null, 401);
    step("POST", "/session", "/session", "{\"name\":\"admin\",\"password\":\"no\"}", 401);
    step("POST", "/session", "/session", "{\"name\":\"admin\",\"password\":\"" + oneTime + "\"}", 201);
    step("GET", "/alerts", "/alerts", null, 403);
    step("PUT", "/session/password", "/session/password", "{\"old\":\"" + oneTime + "\",\"new\":\"vigievigievigie\"}", 422);
    step("PUT", "/session/password", "/session/password", "{\"old\":\"" + oneTime + "\",\"new\":\"" + PASSWORD + "\"}", 200);
    step("GET", "/session", "/session", null, 200);
    step("PUT", "/session/language", "/session/language", "{\"language\":\"en\"}", 200);
    step("PUT", "/session/language", "/session/language", "{\"language\":\"de\"}", 400);
    step("GET", "/overview", "/overview", null, 200);
    step("GET", "/health", "/health", null, 200);
    assertThat(step("GET", "/capture", "/capture", null, 200).path("findings")).isNotEmpty();
    JsonNode alerts = step("GET", "/alerts", "/alerts?f.severity=C&f.severity=H&sort=-last&limit=5", null, 200);
    step("GET", "/alerts", "/alerts?q=%28", null, 400);
    String alert = "/alerts/" + alerts.path("items").path(0).path("id").asText();
    step("GET", "/alerts/{id}", alert, null, 200);
    step("GET", "/alerts/{id}", "/alerts/al-nothing", null, 404);
    step("GET", "/alerts/{id}/packets", alert + "/packets", null, 200);
    step("GET", "/alerts/{id}/evidence", alert + "/evidence", null, 200);
    step("GET", "/recording", "/recording", null, 200);
    step("PUT", "/recording/keep", "/recording/keep", "{\"clinical\":true,\"bulk\":false,\"secrets\":false,\"reason\":\" \"}", 400);
    step("PUT", "/recording/keep", "/recording/keep", "{\"clinical\":true,\"bulk\":false,\"secrets\":false,\"reason\":\"enquête 12\"}", 200);
    step("POST", "/alerts/{id}/acknowledge", alert + "/acknowledge", "{}", 200);
    step("POST", "/alerts/{id}/comments", alert + "/comments", "{\"comment\":\"vu\"}", 200);
    step("POST", "/alerts/{id}/comments", alert + "/comments", "{\"comment\":\" \"}", 400);
    step("PUT", "/alerts/{id}/state", alert + "/state", "{\"state\":\"false-positive\",\"comment\":\"essai annoncé\"}", 200);
    step("PUT", "/alerts/{id}/state", alert + "/state", "{\"state\":\"gone\"}", 400);
    step("GET", "/alerts", "/alerts?limit=500", null, 200);
    step("GET", "/assets", "/assets?f.zone=cvc&q=distech", null, 200);
    step("GET", "/assets", "/assets?limit=500", null, 200);
    String asset = "/assets/a-cta00000000001a";
    step("GET", "/assets/{id}", asset, null, 200);
    step("GET", "/assets/{id}", "/assets/a-hostile0000001", null, 200);
    step("GET", "/assets/{id}/contacts", asset + "/contacts", null, 200);
    step("GET", "/assets/{id}/relations", asset + "/relations", null, 200);
    step("GET", "/assets/{id}/relations", "/assets/a-nothere/relations", null, 404);
    step("GET", "/map", "/map?q=zone:cvc&contacts=protocol:bacnet", null, 200);
    step("GET", "/map", "/map?contacts=nofield:x", null, 400);
    step("GET", "/contacts", "/contacts?f.protocol=bacnet&sort=-packets", null, 200);
    step("GET", "/contacts", "/contacts?q=(", null, 400);
    step("GET", "/acts", "/acts?q=verb:write", null, 200);
    step("GET", "/acts", "/acts?q=nofield:x", null, 400);
    step("GET", "/assets/{id}/readings", asset + "/readings", null, 200);
    JsonNode advisories = step("GET", "/advisories", "/advisories?f.verdict=match&f.exploited=yes&sort=-score&score=9", null, 200);
    assertThat(advisories.path("items").path(0).path("devices").toString()).isEqualTo("{\"match\":2,\"possible\":1,\"notAffected\":1,\"open\":3}");
    assertThat(advisories.path("state").path("refused").path(0).path("line").asInt()).isEqualTo(2);
    step("GET", "/advisories", "/advisories?score=eleven", null, 400);
    assertThat(step("GET", "/advisories/{id}", "/advisories/SAMPLE-26-001", null, 200).path("matches")).hasSize(4);
    step("GET", "/advisories/{id}", "/advisories/none", null, 404);
    assertThat(step("GET", "/assets/{id}/advisories", asset + "/advisories?all=yes", null, 200).path("items").path(0).path("proof").path("model").path("packet")
        .path("index").asText()).isEqualTo("10442");
    step("GET", "/assets/{id}/advisories", "/assets/a-none/advisories", null, 404);
    step("PUT", "/assets/{id}/advisories", asset + "/advisories", "{\"advisory\":\"SAMPLE-26-001\",\"status\":\"not-affected\"}", 400);
    step("PUT", "/assets/{id}/advisories", asset + "/advisories", "{\"advisory\":\"none\",\"status\":\"fixed\"}", 404);
    assertThat(step("PUT", "/assets/{id}/advisories", asset + "/advisories",
        "{\"advisory\":\"SAMPLE-26-001\",\"status\":\"not-affected\",\"justification\":\"component_not_present\"}", 200).path("decision").path("by").asText())
        .isEqualTo("admin");
    step("GET", "/assets/{id}/advisories/packets", asset + "/advisories/packets?advisory=SAMPLE-26-001", null, 200);
    step("GET", "/assets/{id}/advisories/packets", asset + "/advisories/packets?advisory=none", null, 404);
    step("GET", "/vex", "/vex", null, 200);
    step("PUT", "/assets/{id}/review", asset + "/review", "{\"state\":\"approved\"}", 200);
    step("POST", "/assets/{id}/comments", asset + "/comments", "{\"comment\":\"fiche 12\"}", 200);
    step("GET", "/imports", "/imports", null, 200);
    step("POST", "/imports/plan", "/imports/plan", table("x.csv", "id;room\na-cta00000000001a;LT-3\n"), 200);
    step("POST", "/imports/plan", "/imports/plan", table("../x.csv", "id;room\na-cta00000000001a;LT-3\n"), 200);
    step("POST", "/imports/plan", "/imports/plan", "{\"name\":\"x.csv\",\"content\":\"***\"}", 400);
    step("POST", "/imports", "/imports", table("x.csv", "id;room\na-nobody;LT-3\n"), 422);
    String taken = step("POST", "/imports", "/imports", table("x.csv", "id;room;owner\na-cta00000000001a;LT-3;DSI\n"), 201).path("id").asText();
    step("GET", "/imports", "/imports", null, 200);
    assertThat(step("GET", "/assets/{id}", asset, null, 200).path("room").asText()).isEqualTo("LT-3");
    step("POST", "/imports/{id}/undo", "/imports/" + taken + "/undo", "{}", 200);
    step("POST", "/imports/{id}/undo", "/imports/" + taken + "/undo", "{}", 404);
    step("GET", "/imports", "/imports", null, 200);
    step("GET", "/exports", "/exports", null, 200);
    step("GET", "/kinds", "/kinds", null, 200);
    step("GET", "/assets/export", "/assets/export?format=csv&f.zone=cvc", null, 200);
    step("GET", "/assets/export", "/assets/export?format=dbase", null, 400);
    step("GET", "/assets/export", "/assets/export?format=csv&q=%28", null, 400);
    step("GET", "/assets/{id}/mud", asset + "/mud", null, 200);
    step("GET", "/assets/{id}/mud", "/assets/a-nobody/mud", null, 404);
    step("GET", "/conduits/export", "/conduits/export?format=cisco-ios", null, 200);
    step("GET", "/conduits/export", "/conduits/export?format=pf", null, 400);
    step("PUT", "/assets/{id}/review", asset + "/review", "{\"state\":\"to-review\",\"owner\":\"services techniques\",\"due\":\"2026-04-30\"}", 200);
    step("PUT", "/assets/{id}/review", asset + "/review", "{\"due\":\"demain\"}", 400);
    step("PUT", "/assets/{id}/values", asset + "/values", "{\"values\":{\"model\":\"ECB-650\",\"room\":\"B-112\",\"care\":\"5\"},\"comment\":\"plaque\"}", 200);
    step("PUT", "/assets/{id}/values", asset + "/values", "{\"values\":{\"zone\":\"nulle-part\"}}", 400);
    step("PUT", "/assets/{id}/values", "/assets/a-nobody/values", "{\"values\":{\"room\":\"1\"}}", 404);
    step("GET", "/assets/{id}/changes", asset + "/changes", null, 200);
    step("GET", "/assets/{id}/changes", "/assets/a-nobody/changes", null, 404);
    JsonNode many = step("POST", "/reviews", "/reviews", "{\"q\":\"\",\"facets\":{\"zone\":[\"cvc\"]},\"preview\":true}", 200);
    step("POST", "/reviews", "/reviews", "{\"q\":\"zone:cvc\",\"state\":\"approved\"}", 400);
    step("POST", "/reviews", "/reviews", "{\"q\":\"zone:cvc\",\"state\":\"approved\",\"expect\":" + (many.path("count").asInt() + 1) + "}", 409);
    step("POST", "/reviews", "/reviews", "{\"q\":\"zone:cvc\",\"state\":\"approved\",\"expect\":" + many.path("count").asInt() + "}", 200);
    step("POST", "/reviews", "/reviews", "{\"ids\":[\"a-cta00000000001a\"],\"state\":\"to-decommission\"}", 200);
    JsonNode campaign = step("POST", "/campaigns", "/campaigns",
        "{\"name\":\"Froid\",\"facets\":{\"zone\":[\"froid\"]},\"due\":\"2026-06-30\",\"reviewers\":[\"admin\"]}", 201);
    step("POST", "/campaigns", "/campaigns", "{\"name\":\"Rien\",\"q\":\"zone:nowhere\",\"due\":\"2026-06-30\"}", 400);
    step("GET", "/campaigns", "/campaigns", null, 200);
    step("GET", "/campaigns/{id}", "/campaigns/" + campaign.path("id").asText(), null, 200);
    step("GET", "/campaigns/{id}", "/campaigns/c-0", null, 404);
    step("GET", "/assets/{id}", "/assets/a-froid0000000001", null, 200);
    step("POST", "/campaigns/{id}/close", "/campaigns/" + campaign.path("id").asText() + "/close", "{\"comment\":\"reportée\"}", 200);
    FourEyesSteps.walk(sample, this::step);
    ExceptionSteps.walk(this::step);
    IncidentSteps.walk(this::step);
    NormalSteps.walk(this::step);
    PolicySteps.walk(this::step);
    sample.listen();
    JsonNode identity = step("GET", "/identity", "/identity", null, 200);
    JsonNode two = identity.path("proposals").path(0).path("devices");
    String pair = "{\"id\":\"" + two.path(0).path("id").asText() + "\",\"other\":\"" + two.path(1).path("id").asText() + "\"";
    assertThat(step("POST", "/identity/merge", "/identity/merge", pair + ",\"preview\":true}", 200).path("after")).hasSize(1);
    JsonNode merged = step("POST", "/identity/merge", "/identity/merge", pair + ",\"comment\":\"une seule plaque\"}", 200);
    step("POST", "/identity/merge", "/identity/merge", "{\"id\":\"a-nobody\",\"other\":\"a-nobody\"}", 422);
    JsonNode split = merged.path("before").path(0);
    step("POST", "/identity/split", "/identity/split", "{\"id\":\"" + split.path("id").asText() + "\",\"keys\":[\"" + split.path("addresses").path(0).path("key").asText()
        + "\"],\"preview\":true}", 200);
    step("POST", "/identity/split", "/identity/split", "{\"id\":\"a-nobody\",\"keys\":[]}", 400);
    step("POST", "/identity/split", "/identity/split", "{\"id\":\"a-nobody\",\"keys\":[\"ip=10.0.0.1\"]}", 422);
    step("POST", "/identity/{id}/undo", "/identity/" + merged.path("seq").asText() + "/undo", "{}", 204);
    step("POST", "/identity/{id}/undo", "/identity/" + merged.path("seq").asText() + "/undo", "{}", 404);
    step("GET", "/identity", "/identity", null, 200);
    assertThat(step("GET", "/past/assets", "/past/assets?at=2026-03-10T12:00:00Z", null, 200).path("items")).hasSize(3);
    assertThat(step("GET", "/past/changes", "/past/changes?from=2026-03-09&to=2026-03-10T23:00:00Z", null, 200).path("arrived").path("total").asInt()).isEqualTo(3);
    step("GET", "/past/assets", "/past/assets?at=2026-03-10", null, 200);
    step("GET", "/past/assets", "/past/assets?at=hier", null, 400);
    step("GET", "/past/changes", "/past/changes?from=2026-03-09&to=2026-03-10T12:00:00Z", null, 200);
    step("GET", "/past/changes", "/past/changes?from=2026-03-10&to=2026-03-09", null, 400);
    step("GET", "/reports", "/reports", null, 200);
    JsonNode report = step("POST", "/reports", "/reports", "{\"framework\":\"nis2\",\"format\":\"csv\",\"language\":\"fr\"}", 201);
    step("POST", "/reports", "/reports", "{\"framework\":\"nis3\",\"format\":\"csv\",\"language\":\"fr\"}", 400);
    step("GET", "/reports", "/reports", null, 200);
    step("GET", "/reports/{id}/file", "/reports/" + report.path("id").asText() + "/file", null, 200);
    step("GET", "/reports/{id}/signature", "/reports/" + report.path("id").asText() + "/signature", null, 200);
    step("POST", "/reports/verify", "/reports/verify", "{\"report\":\"cmVwb3J0IHItMQ==\"}", 200);
    step("POST", "/reports/verify", "/reports/verify", "{\"report\":\"***\"}", 400);
    step("GET", "/users", "/users", null, 200);
    step("POST", "/users", "/users", "{\"name\":\"soc\",\"role\":\"analyst\",\"language\":\"fr\"}", 201);
    step("POST", "/users", "/users", "{\"name\":\"soc\",\"role\":\"analyst\"}", 422);
    step("PUT", "/users/{id}", "/users/soc", "{\"role\":\"viewer\"}", 200);
    step("POST", "/users/{id}/password", "/users/soc/password", "{}", 200);
    var stream = admin.client().send(admin.request("/api/v1/events").GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
    stream.body().close();
    walked.add("GET /events");
    step("DELETE", "/session", "/session", null, 204);
    assertThat(walked).as("every route was walked").isEqualTo(new TreeSet<>(console.routes()));
  }

  private static String table(String name, String text) {
    return Browser.JSON.createObjectNode().put("name", name).put("content", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))).toString();
  }

  @Test
  void aFileOfTwoGigabytesIsRefusedBeforeItIsRead() throws Exception {
    try (Socket socket = new Browser(console.uri(), home).socket()) {
      socket.getOutputStream().write(("POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n{")
          .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 413");
    }
  }

  private JsonNode step(String method, String route, String path, String body, int status) throws Exception {
    walked.add(method + " " + route);
    HttpRequest.Builder request = admin.request("/api/v1" + path);
    HttpRequest.BodyPublisher content = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    HttpResponse<String> answer = admin.send(request.method(method, content).build());
    String where = method + " " + path;
    assertThat(answer.statusCode()).as(where + " " + answer.body()).isEqualTo(status);
    JsonNode response = description.path("paths").path(route).path(method.toLowerCase(java.util.Locale.ROOT)).path("responses").path(Integer.toString(status));
    if (response.isMissingNode() && (status == 401 || status == 403)) {
      response = description.at("/components/responses/Problem");
    }
    assertThat(response.isMissingNode()).as(where + ": status " + status + " is described").isFalse();
    if (response.has("$ref")) {
      response = description.at(response.path("$ref").asText().substring(1));
    }
    String type = answer.headers().firstValue("Content-Type").orElse("");
    if (status == 204) {
      assertThat(answer.body()).isEmpty();
      return response;
    }
    JsonNode content2 = response.path("content").has(type) ? response.path("content").path(type) : response.path("content").path("*/*");
    assertThat(content2.isMissingNode()).as(where + ": " + type + " is described").isFalse();
    if (!type.endsWith("json")) {
      return content2;
    }
    assertThat(errors(content2.path("schema"), answer.body())).as(where).isEmpty();
    return Browser.JSON.readTree(answer.body());
  }

  @Test
  void whatTheEngineMakesOfTheSampleHospitalIsAsDescribed() throws Exception {
    Path samples = Path.of("").toAbsolutePath();
    while (samples != null && !Files.isDirectory(samples.resolve("samples/hospital"))) {
      samples = samples.getParent();
    }
    org.junit.jupiter.api.Assumptions.assumeTrue(samples != null, "no samples/hospital above the working folder");
    Path hospital = java.util.Objects.requireNonNull(samples).resolve("samples/hospital");
    Path out = folder.resolve("out");
    assertThat(fr.vigie.web.command.Typed.command("replay", hospital.resolve("hospital.pcapng.gz").toString(), "--site",
        hospital.resolve("site.yaml").toString(), "--out", out.toString(), "--quiet")).isZero();
    Path own = Files.createDirectory(folder.resolve("own"));
    try (SampleEstate real = new SampleEstate(own)) {
      real.load(out);
      int documents = 0;
      Search all = new Search("", java.util.Map.of(), "", 0, 500);
      ObjectNode alert = Browser.JSON.createObjectNode().put("$ref", "#/components/schemas/Alert");
      for (ObjectNode found : real.estate.alerts(all).items()) {
        assertThat(errors(alert, found.toString())).as(found.toString()).isEmpty();
        documents++;
      }
      ObjectNode asset = Browser.JSON.createObjectNode().put("$ref", "#/components/schemas/Asset");
      for (ObjectNode found : real.estate.assets(all).items()) {
        assertThat(errors(asset, found.toString())).as(found.toString()).isEmpty();
        documents++;
      }
      assertThat(errors(Browser.JSON.createObjectNode().put("$ref", "#/components/schemas/Overview"), real.estate.overview().toString())).isEmpty();
      assertThat(documents).isGreaterThan(170);
    }
  }

  private static java.util.List<com.networknt.schema.Error> errors(JsonNode part, String body) {
    ObjectNode schema = Browser.JSON.createObjectNode();
    schema.set("$defs", description.path("components").path("schemas"));
    schema.putArray("allOf").add(part);
    return REGISTRY.getSchema(schema.toString().replace("#/components/schemas/", "#/$defs/"), InputFormat.JSON).validate(body, InputFormat.JSON);
  }
}
