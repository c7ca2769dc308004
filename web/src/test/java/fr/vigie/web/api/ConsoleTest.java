package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConsoleTest {
  private static final String PASSWORD = "une phrase assez longue";

  @TempDir static Path folder;
  private static SampleEstate sample;
  private static Console console;
  private static Path home;
  private static String oneTime;
  private static Browser admin;

  @BeforeAll
  static void start() throws Exception {
    home = folder.resolve("home");
    sample = new SampleEstate(folder);
    sample.fill();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(out, true, StandardCharsets.UTF_8), false);
    oneTime = Files.readString(home.resolve("first-password.txt")).strip();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("first-password.txt").doesNotContain(oneTime);
    admin = new Browser(console.uri(), home);
  }

  @AfterAll
  static void stop() throws IOException {
    console.close();
    sample.close();
  }

  @Test
  @Order(1)
  void secretsAreReadableByTheirOwnerOnly() throws Exception {
    for (String name : new String[] {"console.key", "users.json", "first-password.txt"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name)))).as(name).isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home))).isEqualTo("rwx------");
  }

  @Test
  @Order(1)
  void nobodySeesAnythingBeforeLogIn() throws Exception {
    for (String path : new String[] {"overview", "alerts", "assets", "health", "reports", "users", "events"}) {
      assertThat(new Browser(console.uri(), home).get("/api/v1/" + path).statusCode()).as(path).isEqualTo(401);
    }
    HttpResponse<String> session = new Browser(console.uri(), home).get("/api/v1/session");
    assertThat(session.body()).isEqualTo("{\"user\":null}");
  }

  @Test
  @Order(2)
  void theOneTimePasswordOpensNothingButItsOwnChange() throws Exception {
    HttpResponse<String> login = admin.login("admin", oneTime);
    assertThat(login.statusCode()).isEqualTo(201);
    assertThat(login.headers().firstValue("Set-Cookie").orElse("")).startsWith("__Host-vigie=").contains("Secure", "HttpOnly", "SameSite=Strict");
    assertThat(admin.get("/api/v1/alerts").statusCode()).isEqualTo(403);
    assertThat(admin.call("PUT", "/api/v1/session/password", "{\"old\":\"" + oneTime + "\",\"new\":\"court\"}").body()).contains("password_too_short");
    assertThat(admin.call("PUT", "/api/v1/session/password", "{\"old\":\"" + oneTime + "\",\"new\":\"" + PASSWORD + "\"}").statusCode()).isEqualTo(200);
    assertThat(home.resolve("first-password.txt")).doesNotExist();
    assertThat(admin.get("/api/v1/alerts").statusCode()).isEqualTo(200);
    try (Stream<String> lines = Files.lines(folder.resolve("journal.ndjson"))) {
      assertThat(lines.toList().toString()).contains("access.login", "access.password").doesNotContain(oneTime, PASSWORD);
    }
  }

  @Test
  @Order(3)
  void aDecisionIsInTheJournalBeforeItIsAnswered() throws Exception {
    JsonNode first = Browser.JSON.readTree(admin.get("/api/v1/alerts?f.state=new").body()).path("items").path(0);
    assertThat(first.path("severity").asText()).isEqualTo("C");
    String id = first.path("id").asText();
    HttpResponse<String> done = admin.call("POST", "/api/v1/alerts/" + id + "/acknowledge", "{\"comment\":\"vu avec la maintenance\"}");
    assertThat(done.statusCode()).isEqualTo(200);
    JsonNode alert = Browser.JSON.readTree(done.body());
    assertThat(alert.path("state").asText()).isEqualTo("acknowledged");
    assertThat(alert.path("timeline").path(0).path("comment").asText()).isEqualTo("vu avec la maintenance");
    assertThat(Files.readString(folder.resolve("journal.ndjson"))).contains("alert.acknowledge", id);
    assertThat(Browser.JSON.readTree(admin.get("/api/v1/alerts?f.state=acknowledged").body()).path("total").asInt()).isEqualTo(1);
  }

  @Test
  @Order(3)
  void aDeviceIsApprovedAndFoundAsApproved() throws Exception {
    assertThat(admin.call("PUT", "/api/v1/assets/a-unknown0000001/review", "{\"state\":\"refused\",\"comment\":\"inconnu\"}").statusCode()).isEqualTo(200);
    assertThat(admin.get("/api/v1/assets?f.review=refused").body()).contains("a-unknown0000001").contains("\"total\":1");
    assertThat(admin.call("PUT", "/api/v1/assets/a-unknown0000001/review", "{\"state\":\"maybe\"}").statusCode()).isEqualTo(400);
    assertThat(admin.call("PUT", "/api/v1/assets/a-nothere/review", "{\"state\":\"approved\"}").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(3)
  void aChangeWithoutTheTokenOfThePageIsRefused() throws Exception {
    HttpRequest forged = HttpRequest.newBuilder(console.uri().resolve("/api/v1/session/language")).header("Cookie", String.valueOf(admin.cookie))
        .header("Content-Type", "application/json").PUT(HttpRequest.BodyPublishers.ofString("{\"language\":\"en\"}")).build();
    HttpResponse<String> answer = admin.client().send(forged, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("csrf");
    HttpResponse<String> foreign = admin.send(admin.request("/api/v1/session/language").header("Content-Type", "application/json")
        .header("Origin", "https://evil.example").PUT(HttpRequest.BodyPublishers.ofString("{\"language\":\"en\"}")).build());
    assertThat(foreign.body()).contains("origin");
    HttpResponse<String> form = admin.send(admin.request("/api/v1/session/language").header("Content-Type", "text/plain")
        .PUT(HttpRequest.BodyPublishers.ofString("{\"language\":\"en\"}")).build());
    assertThat(form.statusCode()).isEqualTo(415);
  }

  @Test
  @Order(3)
  void aViewerReadsAndDecidesNothing() throws Exception {
    JsonNode made = Browser.JSON.readTree(
        admin.call("POST", "/api/v1/users", "{\"name\":\"technique\",\"role\":\"viewer\",\"language\":\"fr\"}").body());
    Browser viewer = new Browser(console.uri(), home);
    String once = made.path("oneTimePassword").asText();
    assertThat(viewer.login("technique", once).statusCode()).isEqualTo(201);
    assertThat(viewer.call("PUT", "/api/v1/session/password", "{\"old\":\"" + once + "\",\"new\":\"chambres froides au vert\"}").statusCode())
        .isEqualTo(200);
    assertThat(viewer.get("/api/v1/alerts").statusCode()).isEqualTo(200);
    String id = Browser.JSON.readTree(viewer.get("/api/v1/alerts").body()).path("items").path(0).path("id").asText();
    assertThat(viewer.call("POST", "/api/v1/alerts/" + id + "/acknowledge", "{}").body()).contains("\"role\"");
    assertThat(viewer.get("/api/v1/users").statusCode()).isEqualTo(403);
    assertThat(viewer.get("/api/v1/policy").statusCode()).isEqualTo(200);
    for (String write : java.util.List.of("tables/matrix", "tables/matrix/plan", "tables/matrix/remove", "tables/matrix/backtest", "maintenance", "maintenance/0/end", "rollback")) {
      assertThat(viewer.call("POST", "/api/v1/policy/" + write, "{}").statusCode()).as(write).isEqualTo(403);
    }
    assertThat(admin.call("PUT", "/api/v1/users/technique", "{\"role\":\"viewer\",\"enabled\":false}").statusCode()).isEqualTo(200);
    assertThat(viewer.get("/api/v1/alerts").statusCode()).as("a closed access is closed at once").isEqualTo(401);
    assertThat(admin.call("PUT", "/api/v1/users/admin", "{\"role\":\"viewer\",\"enabled\":true}").body()).contains("last_administrator");
  }

  @Test
  @Order(3)
  void searchesThatCannotBeUnderstoodSayWhere() throws Exception {
    HttpResponse<String> answer = admin.get("/api/v1/alerts?q=severity%3A%28");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Browser.JSON.readTree(answer.body()).path("column").asInt()).isPositive();
    assertThat(admin.get("/api/v1/alerts?sort=nothing").statusCode()).isEqualTo(400);
    assertThat(admin.get("/api/v1/alerts?limit=100000").statusCode()).isEqualTo(400);
    assertThat(admin.get("/api/v1/alerts/..%2F..%2Fetc").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(3)
  void whatIsTooLargeIsRefused() throws Exception {
    assertThat(admin.call("POST", "/api/v1/session", "{\"name\":\"" + "x".repeat(10_000) + "\"}").statusCode()).isEqualTo(413);
    assertThat(admin.call("PUT", "/api/v1/session/language", "[1").statusCode()).isEqualTo(400);
    assertThat(admin.call("PUT", "/api/v1/session/language", "[]").statusCode()).isEqualTo(400);
  }

  @Test
  @Order(3)
  void everyAnswerCarriesItsArmour() throws Exception {
    HttpResponse<String> page = admin.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
    assertThat(policy).contains("default-src 'none'", "script-src 'self' 'sha256-", "frame-ancestors 'none'").doesNotContain("unsafe", "http:", "https:");
    for (String path : new String[] {"/", "/ui/css/tokens.css", "/api/v1/session", "/nothing"}) {
      var headers = admin.get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
      assertThat(headers.firstValue("Referrer-Policy")).as(path).contains("no-referrer");
      assertThat(headers.firstValue("Cross-Origin-Opener-Policy")).as(path).contains("same-origin");
    }
    assertThat(admin.get("/ui/../api/openapi.yaml").statusCode()).isEqualTo(404);
    assertThat(admin.get("/ui/%2e%2e/api/openapi.yaml").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(3)
  void aPageThatDoesNotReadIsLetGoAndCountedAndTheOthersHearOn() throws Exception {
    var hearing = admin.client().sendAsync(admin.request("/api/v1/events").GET().build(), HttpResponse.BodyHandlers.ofLines()).get(10, TimeUnit.SECONDS);
    Semaphore heard = new Semaphore(0);
    Thread.ofVirtual().uncaughtExceptionHandler((t, closed) -> { }).start(() -> hearing.body().filter(line -> line.contains("told-")).forEach(line -> heard.release()));
    try (Socket slow = admin.client().sslContext().getSocketFactory().createSocket()) {
      slow.setReceiveBufferSize(4_096);
      slow.connect(new InetSocketAddress("127.0.0.1", console.uri().getPort()));
      String cookie = admin.request("/api/v1/events").build().headers().firstValue("Cookie").orElseThrow();
      slow.getOutputStream().write(("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + console.uri().getPort() + "\r\nCookie: " + cookie + "\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      assertThat(slow.getInputStream().read()).as("it is answered, and reads no further").isEqualTo('H');
      String much = "x".repeat(8_000);
      for (int i = 0; i < 10_000 && console.counters().getOrDefault("web_pages_slow", 0L) == 0; i++) { // at most 80 MB: no socket holds them
        sample.broadcast.alert("told-" + i + much, true);
        sample.broadcast.beat();
        assertThat(heard.tryAcquire(60, TimeUnit.SECONDS)).as("who reads hears").isTrue();
      }
    }
    assertThat(console.counters().get("web_pages_slow")).isEqualTo(1);
    sample.broadcast.alert("told-after", true);
    sample.broadcast.beat();
    assertThat(heard.tryAcquire(60, TimeUnit.SECONDS)).as("and hears on").isTrue();
    hearing.body().close();
  }

  @Test
  @Order(3)
  void changesAreToldToOpenPages() throws Exception {
    var stream = admin.client().sendAsync(admin.request("/api/v1/events").GET().build(), HttpResponse.BodyHandlers.ofLines()).get(10, TimeUnit.SECONDS);
    assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
    var lines = stream.body().iterator();
    assertThat(lines.next()).startsWith("retry:");
    String id = sample.alert("NET-07", "M", "2026-03-10T09:00:00.000000000Z", "10.1.1.1", "10.1.1.2", java.util.List.of(), "", "fr", "en");
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("data:") && line.contains("alerts")) {
        assertThat(line).contains(id);
        break;
      }
    }
    stream.body().close();
  }

  @Test
  @Order(4)
  void aPortInUseIsSaidInOneSentence() {
    assertThatThrownBy(() -> Console.open(new Console.Settings("127.0.0.1", console.uri().getPort(), home, Set.of()), sample.rooms(), () -> {},
        Clock.systemUTC(), System.out, false)).isInstanceOf(PortInUse.class).hasMessageContaining("is in use");
  }

  @Test
  @Order(4)
  void aGuardThatRefusesKeepsTheDoorShut() {
    assertThatThrownBy(() -> Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {
      throw new IOException("never as root");
    }, Clock.systemUTC(), System.out, false)).hasMessage("never as root");
  }

  @Test
  @Order(5)
  void guessingPasswordsBecomesSlow() throws Exception {
    Browser guesser = new Browser(console.uri(), home);
    for (int i = 0; i < 5; i++) {
      assertThat(guesser.login("admin", "guess number " + i).statusCode()).isEqualTo(401);
    }
    HttpResponse<String> sixth = guesser.login("admin", PASSWORD);
    assertThat(sixth.statusCode()).isEqualTo(429);
    assertThat(sixth.headers().firstValue("Retry-After")).isPresent();
  }
}
