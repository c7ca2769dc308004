package fr.vigie.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client that trusts the console's certificate and nothing else, keeps its cookie and its token, and speaks as the pages do. */
public final class Browser {
  static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client;
  private final SSLContext context;
  private final URI base;
  @Nullable String cookie;
  @Nullable String csrf;

  public Browser(URI base, Path home) throws IOException, GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
    trust.load(null, null);
    try (var in = Files.newInputStream(home.resolve("console.crt"))) {
      trust.setCertificateEntry("console", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trust);
    context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    this.client = HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(60)).build();
    this.base = base;
  }

  /** A connection on which anything can be said. */
  Socket socket() throws IOException {
    Socket socket = context.getSocketFactory().createSocket(base.getHost(), base.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(90));
    if (cookie != null) {
      builder.header("Cookie", cookie);
    }
    if (csrf != null) {
      builder.header("X-Vigie-Csrf", csrf);
    }
    return builder;
  }

  public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    response.headers().firstValue("Set-Cookie").ifPresent(c -> cookie = c.substring(0, c.indexOf(';')));
    if (response.headers().firstValue("Content-Type").orElse("").equals("application/json")) {
      JsonNode token = JSON.readTree(response.body()).path("csrf");
      if (token.isTextual()) {
        csrf = token.asText();
      }
    }
    return response;
  }

  public HttpClient client() {
    return client;
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  public HttpResponse<String> call(String method, String path, String json) throws IOException, InterruptedException {
    return send(request(path).header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(json)).build());
  }

  HttpResponse<String> login(String name, String password) throws IOException, InterruptedException {
    return call("POST", "/api/v1/session", JSON.createObjectNode().put("name", name).put("password", password).toString());
  }
}
