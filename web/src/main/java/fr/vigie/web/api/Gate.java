package fr.vigie.web.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.DeserializationFeature;
import fr.vigie.web.access.MetricsToken;
import fr.vigie.web.access.Session;
import fr.vigie.web.access.Sessions;
import fr.vigie.web.access.User;
import fr.vigie.web.access.Users;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.security.MessageDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one way in: every request passes here, gets its headers, is bounded, is given its user, and only then reaches a handler of the
 * table. Runs on one event loop; handlers run on worker threads.
 */
final class Gate {
  private static final System.Logger LOG = System.getLogger(Gate.class.getName());
  private static final String API = "/api/v1";
  /** The text format of Prometheus. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final int MOST_CONNECTIONS = 512;
  private static final int LARGE_BODY = 1 << 20;
  private static final int MOST_WAITING = 256;
  private static final int MOST_PARAMETERS = 64;
  private static final long BODY_MS = 15_000;
  /** Files under way at once: each holds a worker for as long as its reader takes. */
  private static final int MOST_FILES = 3;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final ObjectReader BODY = Reply.JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Vertx vertx;
  private final List<Route> routes;
  private final Pages pages;
  private final String policy;
  private final Users users;
  private final Sessions sessions;
  private final EventStream events;
  private final Set<String> hosts;
  private final MetricsToken metricsToken;
  private final Supplier<String> metrics;
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private int connections;
  private int waiting;
  private int files;
  /** Whether a large body is under way: they come one at a time, so that what people upload never fills the memory of the watch. */
  private boolean uploading;

  Gate(Vertx vertx, List<Route> routes, Pages pages, String policy, Users users, Sessions sessions, EventStream events, Set<String> hosts,
      MetricsToken metricsToken, Supplier<String> metrics) {
    this.metricsToken = metricsToken;
    this.metrics = metrics;
    this.vertx = vertx;
    this.routes = List.copyOf(routes);
    this.pages = pages;
    this.policy = policy;
    this.users = users;
    this.sessions = sessions;
    this.events = events;
    this.hosts = Set.copyOf(hosts);
  }

  List<String> routes() {
    List<String> lines = new ArrayList<>();
    routes.forEach(r -> lines.add(r.method().name() + " " + r.path()));
    lines.add("GET /events");
    return lines;
  }

  SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>();
    refusals.forEach((name, count) -> all.put("web_" + name, count.sum()));
    all.put("web_pages_listening", (long) events.listening());
    all.put("web_pages_refused", events.refused());
    all.put("web_pages_slow", events.slow());
    return all;
  }

  private void count(String what) {
    refusals.computeIfAbsent(what, w -> new LongAdder()).increment();
  }

  /** Bounds how many connections stand open at once. */
  void connected(HttpConnection connection) {
    if (connections >= MOST_CONNECTIONS) {
      count("connections");
      connection.close();
      return;
    }
    connections++;
    connection.closeHandler(v -> connections--);
  }

  /** A connection that broke before it became a request: a TLS handshake that failed, a head too large. */
  void failed(Throwable e) {
    count("broken_connection");
    LOG.log(System.Logger.Level.DEBUG, "connection refused: {0}", e.getClass().getSimpleName());
  }

  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.exceptionHandler(e -> count("broken_answer"));
    String host = hostOf(request);
    headers(response, host);
    String path = request.path();
    if (path == null || !known(host, request)) {
      send(request, new Problem(421, "host", "this name is not one of the console's: start it with --name to allow it").reply());
    } else if (path.equals("/metrics")) {
      metrics(request);
    } else if (path.startsWith(API + "/")) {
      response.putHeader("Cache-Control", "no-store");
      api(request, path.substring(API.length()));
    } else {
      page(request, path);
    }
  }

  private static String hostOf(HttpServerRequest request) {
    return request.authority() == null ? "" : request.authority().host().toLowerCase(Locale.ROOT);
  }

  private boolean known(String host, HttpServerRequest request) {
    String bare = host.startsWith("[") ? host : host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return hosts.contains(bare) || host.equals(request.localAddress().hostAddress());
  }

  private void headers(HttpServerResponse response, String host) {
    var headers = response.headers();
    headers.set("Content-Security-Policy", policy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()");
    headers.set("X-Robots-Tag", "noindex");
    // not for localhost: it would close every other program's plain port on that name for this browser
    if (!host.equals("localhost")) {
      headers.set("Strict-Transport-Security", "max-age=31536000");
    }
  }

  /** For a Prometheus server that shows the token; nobody else, from no address. */
  private void metrics(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      send(request, new Problem(405, "method", "this address takes GET").reply().with("Allow", "GET"));
    } else if (!metricsToken.opens(request.getHeader("Authorization"))) {
      count("refused_metrics");
      send(request, new Problem(401, "token", "the token of the file metrics-token is asked for").reply().with("WWW-Authenticate", "Bearer"));
    } else if (waiting >= MOST_WAITING) {
      count("overloaded");
      send(request, new Problem(503, "overloaded", "too many requests wait: try again in a moment").reply().with("Retry-After", "2"));
    } else {
      waiting++;
      vertx.executeBlocking(metrics::get, false).onComplete(text -> {
        waiting--;
        send(request, text.succeeded()
            ? new Reply(200, METRICS, text.result().getBytes(StandardCharsets.UTF_8), Map.of("Cache-Control", "no-store")) : internal(text.cause()));
      });
    }
  }

  private void page(HttpServerRequest request, String path) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      send(request, new Problem(405, "method", "pages are only read").reply().with("Allow", "GET, HEAD"));
      return;
    }
    String name = path.equals("/") ? "index.html" : path.startsWith("/ui/") ? path.substring("/ui/".length()) : "";
    Pages.Page page;
    try {
      page = pages.find(name);
    } catch (IOException e) {
      send(request, internal(e));
      return;
    }
    if (page == null) {
      send(request, Problem.missing().reply());
      return;
    }
    HttpServerResponse response = request.response();
    response.putHeader("ETag", page.tag()).putHeader("Cache-Control", "no-cache");
    if (page.tag().equals(request.getHeader("If-None-Match"))) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader("Content-Type", page.type());
    if (method.equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", Integer.toString(page.content().length)).end();
    } else {
      response.end(Buffer.buffer(page.content()));
    }
  }

  private void api(HttpServerRequest request, String path) {
    boolean byPerson = request.getHeader("X-Vigie-Background") == null;
    String token = token(request);
    Session session = token == null ? null : sessions.find(token, byPerson);
    User user = session == null ? null : users.find(session.user());
    if (user != null && !user.enabled()) {
      user = null;
    }
    if (path.equals("/events")) {
      events(request, user, session);
      return;
    }
    Map<String, String> parameters = new HashMap<>();
    Route route = null;
    List<String> others = new ArrayList<>();
    for (Route candidate : routes) {
      Map<String, String> found = match(candidate.path(), path);
      if (found != null) {
        if (candidate.method().equals(request.method())) {
          route = candidate;
          parameters = found;
          break;
        }
        others.add(candidate.method().name());
      }
    }
    if (route == null) {
      send(request, others.isEmpty() ? Problem.missing().reply()
          : new Problem(405, "method", "this address takes " + String.join(", ", others)).reply().with("Allow", String.join(", ", others)));
      return;
    }
    Problem refusal = refusal(request, route, user, session);
    if (refusal != null) {
      count("refused_" + refusal.code());
      send(request, refusal.reply());
      return;
    }
    receive(request, route, parameters, user, user == null ? null : session, token);
  }

  private void events(HttpServerRequest request, @Nullable User user, @Nullable Session session) {
    if (!request.method().equals(HttpMethod.GET)) {
      send(request, new Problem(405, "method", "this address takes GET").reply().with("Allow", "GET"));
    } else if (user == null || session == null) {
      send(request, new Problem(401, "login_required", "log in first").reply());
    } else if (user.mustChange()) {
      send(request, new Problem(403, "password_change_required", "change the one-time password first").reply());
    } else {
      events.serve(request.response(), session);
    }
  }

  private static @Nullable Problem refusal(HttpServerRequest request, Route route, @Nullable User user, @Nullable Session session) {
    if (route.changes()) {
      String origin = request.getHeader("Origin");
      String site = request.getHeader("Sec-Fetch-Site");
      if (origin != null && !origin.equals("https://" + request.authority()) || site != null && !site.equals("same-origin")) {
        return new Problem(403, "origin", "the request comes from another site");
      }
      String type = request.getHeader("Content-Type");
      if (!request.method().equals(HttpMethod.DELETE)
          && (type == null || !type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json"))) {
        return new Problem(415, "content_type", "the body must be application/json");
      }
    }
    if (route.role() == null) {
      return null;
    }
    if (user == null || session == null) {
      return new Problem(401, "login_required", "log in first");
    }
    if (route.changes() && !same(request.getHeader("X-Vigie-Csrf"), session.csrf())) {
      return new Problem(403, "csrf", "the token of the page is missing or old: load the page again");
    }
    if (user.mustChange() && !route.beforeChange()) {
      return new Problem(403, "password_change_required", "change the one-time password first");
    }
    if (!user.role().covers(route.role())) {
      return new Problem(403, "role", "this asks for the role " + route.role().wireName());
    }
    return null;
  }

  private static boolean same(@Nullable String given, String expected) {
    return given != null
        && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads the body, never more than the route takes and never longer than fifteen seconds, then answers on a worker. */
  private void receive(HttpServerRequest request, Route route, Map<String, String> parameters, @Nullable User user, @Nullable Session session,
      @Nullable String token) {
    if (declared(request) > route.largest()) {
      count("large_body");
      refuseAndClose(request, new Problem(413, "too_large", "the body is larger than " + route.largest() + " octets"));
      return;
    }
    boolean large = route.largest() > LARGE_BODY;
    if (large && uploading) {
      count("overloaded");
      refuseAndClose(request, new Problem(503, "overloaded", "another file is being checked: try again in a moment"));
      return;
    }
    uploading |= large;
    Runnable done = () -> uploading &= !large;
    Buffer body = Buffer.buffer();
    boolean[] over = {false};
    long timer = vertx.setTimer(BODY_MS, id -> {
      if (!over[0]) {
        over[0] = true;
        done.run();
        count("slow_body");
        refuseAndClose(request, new Problem(408, "slow_body", "the body did not arrive within 15 s"));
      }
    });
    request.exceptionHandler(e -> {
      if (!over[0]) {
        done.run();
      }
      over[0] = true;
      vertx.cancelTimer(timer);
      count("broken_request");
    });
    request.handler(part -> {
      if (!over[0] && body.length() + part.length() > route.largest()) {
        over[0] = true;
        done.run();
        vertx.cancelTimer(timer);
        count("large_body");
        refuseAndClose(request, new Problem(413, "too_large", "the body is larger than " + route.largest() + " octets"));
      } else if (!over[0]) {
        body.appendBuffer(part);
      }
    });
    request.endHandler(v -> {
      vertx.cancelTimer(timer);
      if (over[0]) {
        return;
      }
      over[0] = true;
      if (waiting >= MOST_WAITING) {
        done.run();
        count("overloaded");
        send(request, new Problem(503, "overloaded", "too many requests wait: try again in a moment").reply().with("Retry-After", "2"));
        return;
      }
      waiting++;
      Map<String, List<String>> query = query(request);
      String remote = request.remoteAddress() == null ? "" : String.valueOf(request.remoteAddress().hostAddress());
      byte[] bytes = body.getBytes();
      vertx.executeBlocking(() -> answer(route, parameters, query, bytes, user, session, token, remote), false).onComplete(reply -> {
        waiting--;
        done.run();
        Reply answer = reply.succeeded() ? reply.result() : internal(reply.cause());
        if (answer.stream() == null) {
          send(request, answer);
        } else {
          stream(request, answer, answer.stream());
        }
      });
    });
  }

  /** Octets that the request says it will bring, or -1 where it does not say: too many are refused before the first comes. */
  private static long declared(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null || !length.matches("\\d{1,18}") ? -1 : Long.parseLong(length);
  }

  /** Sends a file while a worker makes it. What goes wrong on the way breaks the connection: half a file must not look like a whole one. */
  private void stream(HttpServerRequest request, Reply reply, Exchange.Body body) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (files >= MOST_FILES) {
      count("overloaded");
      send(request, new Problem(503, "overloaded", "other files are being made: try again in a moment").reply().with("Retry-After", "5"));
      return;
    }
    files++;
    response.setStatusCode(reply.status()).putHeader("Content-Type", reply.type());
    reply.headers().forEach(response::putHeader);
    if (request.version() != HttpVersion.HTTP_2) {
      response.setChunked(true);
    }
    vertx.executeBlocking(() -> {
      Flow flow = new Flow(response);
      body.write(flow);
      flow.send();
      return true;
    }, false).onComplete(sent -> {
      files--;
      if (sent.succeeded()) {
        response.end();
      } else {
        count("broken_file");
        LOG.log(System.Logger.Level.WARNING, "a file did not reach its reader: {0}", String.valueOf(sent.cause()));
        if (!response.ended() && !response.closed()) {
          response.reset();
        }
      }
    });
  }

  private static Map<String, List<String>> query(HttpServerRequest request) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<String, String> entry : request.params()) {
      if (++count > MOST_PARAMETERS) {
        break;
      }
      query.computeIfAbsent(entry.getKey(), k -> new ArrayList<>()).add(entry.getValue());
    }
    return query;
  }

  private Reply answer(Route route, Map<String, String> parameters, Map<String, List<String>> query, byte[] bytes, @Nullable User user,
      @Nullable Session session, @Nullable String token, String remote) {
    try {
      JsonNode json = MissingNode.getInstance();
      if (route.changes() && bytes.length > 0) {
        json = BODY.readTree(bytes);
        if (!json.isObject()) {
          throw Problem.bad("body", "the body must be a JSON object");
        }
      }
      return route.handler().answer(new Ask(parameters, query, json, bytes, user, session, token, remote));
    } catch (Problem e) {
      return e.reply();
    } catch (JsonProcessingException e) {
      return Problem.bad("body", "the body is not JSON").reply();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "{0} {1}: {2}", route.method(), route.path(), e.toString());
      count("storage");
      return new Problem(503, "storage", user == null ? "the machine cannot store or read just now" : String.valueOf(e.getMessage())).reply();
    } catch (Exception e) {
      return internal(e);
    }
  }

  private Reply internal(Throwable e) {
    if (e instanceof VirtualMachineError) {
      // no answer failed, the machine did: whoever watches the threads ends the process
      Thread here = Thread.currentThread();
      here.getUncaughtExceptionHandler().uncaughtException(here, e);
    }
    count("internal");
    LOG.log(System.Logger.Level.ERROR, "an answer failed", e);
    return new Problem(500, "internal", "something failed inside; the log of the machine says what").reply();
  }

  private static void refuseAndClose(HttpServerRequest request, Problem problem) {
    Reply reply = problem.reply();
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      boolean alone = request.version() != HttpVersion.HTTP_2;
      if (alone) {
        response.putHeader("Connection", "close");
      }
      response.setStatusCode(reply.status()).putHeader("Content-Type", reply.type()).end(Buffer.buffer(reply.body())).onComplete(done -> {
        if (alone) {
          request.connection().close();
        }
      });
    }
  }

  private static void send(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(reply.status());
    reply.headers().forEach(response::putHeader);
    if (!reply.type().isEmpty()) {
      response.putHeader("Content-Type", reply.type());
    }
    response.end(Buffer.buffer(reply.body()));
  }

  private static @Nullable String token(HttpServerRequest request) {
    var cookie = request.getCookie(SessionResource.COOKIE);
    String value = cookie == null ? null : cookie.getValue();
    return value == null || value.length() > 128 ? null : value;
  }

  /** The parameters of a path that fits a pattern, or null. */
  private static @Nullable Map<String, String> match(String pattern, String path) {
    String[] wanted = pattern.split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{")) {
        if (!ID.matcher(given[i]).matches()) {
          return null;
        }
        parameters.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
      } else if (!wanted[i].equals(given[i])) {
        return null;
      }
    }
    return parameters;
  }
}
