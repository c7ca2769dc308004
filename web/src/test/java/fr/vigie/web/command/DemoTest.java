package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a person starts it: a process of its own, through the launcher, answering over HTTPS with the story's incidents. */
@Tag("alone")
final class DemoTest {
  private static final Pattern ADDRESS = Pattern.compile("https://127\\.0\\.0\\.1:(\\d+)/");
  @TempDir Path folder;

  private static Path repository() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.isExecutable(at.resolve("vigie"))) {
      at = at.getParent();
    }
    assumeTrue(at != null, "the launcher is not above the working directory");
    return at;
  }

  @Test
  @Timeout(240)
  void theDemoAnswersOverHttpsAndShowsTheStorysIncidents() throws Exception {
    Path repository = repository();
    assumeTrue(Files.exists(repository.resolve("web/target/.built")), "nothing was packaged yet: ./vigie demo would build while the tests do");
    Path data = folder.resolve("data");
    boolean root = Files.getOwner(Path.of("/proc/self")).getName().equals("root");
    ProcessBuilder builder = new ProcessBuilder(repository.resolve("vigie").toString(), "demo", "--port", "0").redirectErrorStream(true);
    if (!root) {
      builder.environment().put("VIGIE_DATA", data.toString());
    } else {
      data = Path.of("/var/lib/vigie/test-" + ProcessHandle.current().pid());
      builder.environment().put("VIGIE_DATA", data.toString());
    }
    Process demo = builder.start();
    List<String> said = new ArrayList<>();
    try (BufferedReader out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
      int port = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        Matcher matcher = ADDRESS.matcher(line);
        if (matcher.find()) {
          port = Integer.parseInt(matcher.group(1));
        }
        if (line.contains("is played")) {
          break;
        }
      }
      assertThat(port).as(String.join("\n", said)).isPositive();
      assertThat(String.join("\n", said)).doesNotContain("Exception").doesNotContain("WARNING");
      look(port, data.resolve("demo/console/first-password.txt"));
    } finally {
      demo.descendants().forEach(ProcessHandle::destroy);
      demo.destroy();
      demo.waitFor(10, TimeUnit.SECONDS);
      if (root) {
        new ProcessBuilder("rm", "-rf", data.toString()).start().waitFor();
      }
    }
  }

  private static void look(int port, Path passwordFile) throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile))).isEqualTo("rw-------");
    String password = Files.readString(passwordFile).strip();
    ObjectMapper mapper = new ObjectMapper();
    try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).cookieHandler(new CookieManager()).build()) {
      String base = "https://127.0.0.1:" + port;
      assertThat(send(client, HttpRequest.newBuilder(URI.create(base + "/api/v1/overview"))).statusCode()).isEqualTo(401);
      JsonNode me = mapper.readTree(ask(client, "POST", base + "/api/v1/session", base, "", Map.of("name", "admin", "password", password)).body());
      String token = me.path("csrf").asText();
      HttpResponse<String> changed = ask(client, "PUT", base + "/api/v1/session/password", base, token,
          Map.of("old", password, "new", "une-longue-phrase-de-passe-2026"));
      assertThat(changed.statusCode()).as(changed.body()).isBetween(200, 204);
      HttpResponse<String> alerts = send(client, HttpRequest.newBuilder(URI.create(base + "/api/v1/alerts?limit=500")));
      assertThat(alerts.statusCode()).as(alerts.body()).isEqualTo(200);
      List<String> rules = new ArrayList<>();
      mapper.readTree(alerts.body()).path("items").forEach(a -> rules.add(a.path("rule").path("id").asText()));
      assertThat(rules).contains("BAC-01", "BAC-02", "BAC-09", "BAC-10", "BAC-16", "BAC-17", "BAC-23", "BAC-24", "KNX-01", "KNX-06", "MOD-01",
          "MOD-04", "NET-01", "NET-02", "NET-04", "NET-07", "UPS-01", "WEB-01");
    }
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> ask(HttpClient client, String method, String uri, String origin, String token, Map<String, String> body)
      throws IOException, InterruptedException {
    return send(client, HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", "application/json").header("Origin", origin)
        .header("X-Vigie-Csrf", token)
        .method(method, HttpRequest.BodyPublishers.ofString(new ObjectMapper().writeValueAsString(body))));
  }

  /** The console's certificate is its own; a person compares the fingerprint, a test does not. */
  private static SSLContext trusting() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new X509TrustManager() {
      @Override
      public void checkClientTrusted(X509Certificate[] chain, String type) {}

      @Override
      public void checkServerTrusted(X509Certificate[] chain, String type) {}

      @Override
      public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
      }
    }}, new SecureRandom());
    return context;
  }
}
