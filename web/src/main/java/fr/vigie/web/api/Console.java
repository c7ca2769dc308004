package fr.vigie.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import fr.vigie.web.access.Audit;
import fr.vigie.web.access.Certificate;
import fr.vigie.web.access.FirstPassword;
import fr.vigie.web.access.MetricsToken;
import fr.vigie.web.access.OwnerFile;
import fr.vigie.web.access.Sessions;
import fr.vigie.web.access.Throttle;
import fr.vigie.web.access.Users;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The console while it runs: an HTTPS server with its certificate, its users, the API and the pages. HTTPS only, TLS 1.2 or later, HTTP/2
 * or 1.1; it opens no connection of its own.
 */
public final class Console implements AutoCloseable {
  private static final long BEAT_MS = 100;
  private static final int LARGEST_HEAD = 16 * 1024;

  private final Vertx vertx;
  private final HttpServer server;
  private final Certificate certificate;
  private final Settings settings;
  private final Gate gate;

  /**
   * How to serve.
   *
   * @param address address to listen on, {@code 127.0.0.1} unless told otherwise
   * @param port TCP port, 8443 unless told otherwise; 0 takes a free one
   * @param home folder for certificate, key and users; made with mode 0700 where it is missing
   * @param names further host names and addresses that people type to reach the console
   */
  public record Settings(String address, int port, Path home, Set<String> names) {
    public Settings {
      names = Set.copyOf(names);
    }

    /** On this machine alone. */
    public static Settings local(Path home) {
      return new Settings("127.0.0.1", 8443, home, Set.of());
    }
  }

  /** What the console stands on. */
  public record Rooms(Estate estate, Reports reports, Evidence evidence, Audit audit, Changes changes, Exchange exchange, Imports imports, Policies policies) {}

  /** Asked before a socket opens: gives up privileges, or refuses to serve while the process has them. */
  @FunctionalInterface
  public interface Guard {
    /** Returns once the process may serve; throws with one sentence where it may not. */
    void beforeServing() throws IOException;
  }

  private Console(Vertx vertx, HttpServer server, Certificate certificate, Settings settings, Gate gate) {
    this.vertx = vertx;
    this.server = server;
    this.certificate = certificate;
    this.settings = settings;
    this.gate = gate;
  }

  /**
   * Starts to serve.
   *
   * @param out where a person who starts Vigie reads; takes the first one-time password if {@code terminal}
   * @param terminal whether somebody sits there; else the password goes into a 0600 file in the home folder
   * @throws PortInUse when another program holds the port
   * @throws IOException when the home folder cannot be used, or the guard refuses
   */
  public static Console open(Settings settings, Rooms rooms, Guard guard, Clock clock, PrintStream out, boolean terminal) throws IOException {
    guard.beforeServing();
    OwnerFile.folder(settings.home());
    Certificate certificate = Certificate.obtain(settings.home(), settings.names(), clock);
    Users users = Users.open(settings.home().resolve("users.json"));
    FirstPassword firstPassword = new FirstPassword(settings.home());
    Sessions sessions = new Sessions(clock);
    Pages pages = new Pages();
    String policy = pages.policy();
    JsonNode description = description();

    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(8)
        .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    try {
      EventStream events = new EventStream(vertx, sessions, rooms.changes());
      List<Route> routes = new ArrayList<>();
      routes.addAll(new SessionResource(users, sessions, new Throttle(clock), rooms.audit(), rooms.estate(), firstPassword).routes());
      routes.addAll(new SiteResource(rooms.estate(), description).routes());
      routes.addAll(new AlertResource(rooms.estate(), rooms.evidence()).routes());
      routes.addAll(new ExplanationResource(rooms.estate(), rooms.evidence()).routes());
      routes.addAll(new RecordingResource(rooms.evidence().recording()).routes());
      routes.addAll(new ImportResource(rooms.imports()).routes());
      routes.addAll(new PolicyResource(rooms.policies()).routes());
      routes.addAll(new ExchangeResource(rooms.exchange(), rooms.audit()).routes());
      routes.addAll(new AssetResource(rooms.estate()).routes());
      routes.addAll(new AdvisoryResource(rooms.estate(), rooms.evidence()).routes());
      routes.addAll(new RelationResource(rooms.estate().relations()).routes());
      routes.addAll(new ReviewResource(rooms.estate()).routes());
      routes.addAll(new IncidentResource(rooms.estate().incidents(), users).routes());
      routes.addAll(new ExceptionResource(rooms.estate()).routes());
      routes.addAll(new ApprovalResource(rooms.estate().approvals()).routes());
      routes.addAll(new NormalResource(rooms.estate().normal()).routes());
      routes.addAll(new IdentityResource(rooms.estate()).routes());
      routes.addAll(new ReportResource(rooms.reports(), rooms.audit()).routes());
      routes.addAll(new UserResource(users, sessions, rooms.audit()).routes());
      Gate gate = new Gate(vertx, routes, pages, policy, users, sessions, events, hosts(settings), MetricsToken.obtain(settings.home()),
          rooms.estate()::metrics);
      HttpServer server = vertx.createHttpServer(options(settings, certificate)).requestHandler(gate::handle)
          .connectionHandler(gate::connected).exceptionHandler(gate::failed);
      await(server.listen().toCompletionStage().toCompletableFuture(), settings);
      vertx.setPeriodic(BEAT_MS, id -> rooms.changes().beat());
      String password = users.firstRun();
      if (password != null) {
        firstPassword.hand(password, out, terminal);
      }
      return new Console(vertx, server, certificate, settings, gate);
    } catch (IOException | RuntimeException e) {
      vertx.close();
      throw e;
    }
  }

  private static HttpServerOptions options(Settings settings, Certificate certificate) {
    return new HttpServerOptions().setHost(settings.address()).setPort(settings.port()).setSsl(true).setUseAlpn(false)
        .setKeyCertOptions(new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate.chainPem()))
            .addKeyValue(Buffer.buffer(certificate.keyPem())))
        .setEnabledSecureTransportProtocols(new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")))
        .setSslHandshakeTimeout(10).setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setIdleTimeout(60).setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setMaxHeaderSize(LARGEST_HEAD).setMaxInitialLineLength(8 * 1024).setMaxChunkSize(64 * 1024).setMaxFormAttributeSize(0)
        .setHttp2ClearTextEnabled(false);
  }

  private static Set<String> hosts(Settings settings) {
    Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "[::1]", Certificate.hostName()));
    hosts.add(settings.address());
    settings.names().forEach(n -> hosts.add(n.toLowerCase(Locale.ROOT)));
    return hosts;
  }

  private static void await(CompletableFuture<HttpServer> listening, Settings settings) throws IOException {
    try {
      listening.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BindException bind) {
        if (String.valueOf(bind.getMessage()).contains("in use")) {
          throw new PortInUse(settings.address(), settings.port());
        }
        throw new IOException("this machine cannot listen on " + settings.address() + " port " + settings.port() + " (" + bind.getMessage()
            + "): choose another with --listen", e);
      }
      throw new IOException("the console could not start: " + String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the console was stopped while starting", e);
    } catch (TimeoutException e) {
      throw new IOException("the console did not start within 30 s: the machine is overloaded, try again", e);
    }
  }

  /** The API's own description, OpenAPI 3.1. */
  static JsonNode description() throws IOException {
    try (InputStream in = Console.class.getResourceAsStream("/fr/vigie/web/api/openapi.yaml")) {
      if (in == null) {
        throw new IOException("the description of the API is missing from the program: build it again");
      }
      return new ObjectMapper(new YAMLFactory()).readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Where people go. */
  public URI uri() {
    String host = switch (settings.address()) {
      case "0.0.0.0", "::" -> Certificate.hostName();
      default -> settings.address().indexOf(':') >= 0 ? "[" + settings.address() + "]" : settings.address();
    };
    return URI.create("https://" + host + ":" + server.actualPort() + "/");
  }

  /** SHA-256 of the certificate, for the person who must compare before trusting it. */
  public String fingerprint() {
    return certificate.fingerprint();
  }

  /** What the server turned away and why, by name: part of the counters on the health page. */
  public java.util.SortedMap<String, Long> counters() {
    return gate.counters();
  }

  /** The lines of the API's table, {@code METHOD path}: for the test that holds the description against it. */
  List<String> routes() {
    return gate.routes();
  }

  @Override
  public void close() {
    CompletableFuture<@Nullable Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
    try {
      closed.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      System.getLogger(Console.class.getName()).log(System.Logger.Level.WARNING, "the console did not close cleanly: {0}", e.toString());
    }
  }
}
