package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who may not: for each route that the server describes of itself, so that none that is added can be forgotten. What is refused is refused before its body is
 * read or its device looked for, and leaves no line in the journal.
 */
final class RefusalsTest {
  private static final String PASSWORD = "une phrase assez longue";
  /** What everybody decides of themselves, whatever their role. */
  private static final Set<String> ONES_OWN = Set.of("POST /session", "DELETE /session", "PUT /session/password", "PUT /session/language");
  /** A question with a body, which changes nothing. */
  private static final Set<String> QUESTIONS = Set.of("POST /reports/verify");

  @TempDir static Path folder;
  private static SampleEstate sample;
  private static Console console;
  private static Path home;
  private static Browser admin;
  private static Browser viewer;
  private static JsonNode description;

  /** A route as described. */
  private record Described(String method, String path, boolean open) {
    boolean changes() {
      return !method.equals("GET");
    }

    /** An address that it matches: of nothing that is there. */
    String address() {
      return "/api/v1" + path.replaceAll("\\{[^}]+}", "a-nobody00000001");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    home = folder.resolve("home");
    sample = new SampleEstate(folder);
    sample.fill();
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    admin = new Browser(console.uri(), home);
    enter(admin, "admin", Files.readString(home.resolve("first-password.txt")).strip());
    viewer = new Browser(console.uri(), home);
    enter(viewer, "technique", Browser.JSON.readTree(admin.call("POST", "/api/v1/users", "{\"name\":\"technique\",\"role\":\"viewer\",\"language\":\"fr\"}").body())
        .path("oneTimePassword").asText());
    description = Browser.JSON.readTree(admin.get("/api/v1/openapi.json").body());
  }

  @AfterAll
  static void stop() throws Exception {
    console.close();
    sample.close();
  }

  private static void enter(Browser browser, String name, String once) throws Exception {
    browser.login(name, once);
    assertThat(browser.call("PUT", "/api/v1/session/password", "{\"old\":\"" + once + "\",\"new\":\"" + PASSWORD + "\"}").statusCode()).isEqualTo(200);
  }

  private static List<Described> routes() {
    List<Described> all = new ArrayList<>();
    description.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
      if (!method.getKey().equals("parameters")) {
        JsonNode security = method.getValue().path("security");
        all.add(new Described(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), security.isArray() && security.isEmpty()));
      }
    }));
    assertThat(all).hasSizeGreaterThan(60);
    return all;
  }

  private static HttpResponse<String> ask(Browser by, Described route, String... headers) throws Exception {
    HttpRequest.Builder request = by.request(route.address()).method(route.method(),
        route.changes() ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return by.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String code(HttpResponse<String> answer) throws Exception {
    return answer.statusCode() + " " + Browser.JSON.readTree(answer.body()).path("code").asText();
  }

  @Test
  void nothingIsAnsweredAndNothingChangedWithoutASession() throws Exception {
    Browser nobody = new Browser(console.uri(), home);
    for (Described route : routes()) {
      if (!route.open()) {
        assertThat(code(ask(nobody, route, "Content-Type", "application/json"))).as("%s", route).isEqualTo("401 login_required");
      }
    }
    assertThat(routes().stream().filter(Described::open).map(Described::toString)).containsExactlyInAnyOrder("GET /openapi.json", "GET /session", "POST /session");
  }

  @Test
  void nothingIsChangedWithoutTheTokenOfThePage() throws Exception {
    List<String> before = journal();
    Browser forged = new Browser(console.uri(), home);
    forged.cookie = admin.cookie;
    for (Described route : routes()) {
      if (route.changes() && !route.open()) {
        assertThat(code(ask(forged, route, "Content-Type", "application/json"))).as("%s", route).isEqualTo("403 csrf");
        assertThat(code(ask(forged, route, "Content-Type", "application/json", "X-Vigie-Csrf", "0"))).as("%s", route).isEqualTo("403 csrf");
      }
    }
    assertThat(journal()).isEqualTo(before);
  }

  @Test
  void nothingIsChangedFromAnotherSiteOrByAForm() throws Exception {
    List<String> before = journal();
    for (Described route : routes()) {
      if (route.changes()) {
        assertThat(code(ask(admin, route, "Content-Type", "application/json", "Origin", "https://evil.example"))).as("%s", route).isEqualTo("403 origin");
        assertThat(code(ask(admin, route, "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"))).as("%s", route).isEqualTo("403 origin");
        if (!route.method().equals("DELETE")) {
          assertThat(code(ask(admin, route, "Content-Type", "text/plain"))).as("%s", route).isEqualTo("415 content_type");
        }
      }
    }
    assertThat(journal()).isEqualTo(before);
  }

  @Test
  void aViewerChangesNothing() throws Exception {
    List<String> before = journal();
    for (Described route : routes()) {
      if (route.changes() && !ONES_OWN.contains(route.toString()) && !QUESTIONS.contains(route.toString())) {
        assertThat(code(ask(viewer, route, "Content-Type", "application/json"))).as("%s", route).isEqualTo("403 role");
      }
    }
    assertThat(journal()).isEqualTo(before);
  }

  private static List<String> journal() throws Exception {
    return Files.readAllLines(folder.resolve("journal.ndjson"));
  }
}
