package fr.vigie.web.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What tells others that Vigie still watches, so that its end is noticed: the watchdog of systemd, a metric, and on request a web address.
 * It beats only while packets or ticks make progress. A thread of its own; whatever happens to it never holds up capture.
 */
final class Heartbeat implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long LOOK_MS = 1_000;

  private final LongSupplier progress;
  private final @Nullable Systemd systemd;
  private final long watchdogMs;
  private final @Nullable URI url;
  private final long everyMs;
  private final Supplier<String> body;
  private final HttpClient client;
  private final ScheduledExecutorService thread;
  private final AtomicLong beats = new AtomicLong();
  private final AtomicLong notifyFailed = new AtomicLong();
  private final AtomicLong posted = new AtomicLong();
  private final AtomicLong postFailed = new AtomicLong();
  private final AtomicLong postSkipped = new AtomicLong();
  private volatile long progressed = System.nanoTime();
  private volatile @Nullable CompletableFuture<HttpResponse<Void>> underWay;
  private long seen = Long.MIN_VALUE;
  private boolean fresh;
  private boolean freshForUrl;
  private long told = System.nanoTime();
  private long postedAt = System.nanoTime();

  /**
   * Where to.
   *
   * @param socket value of {@code NOTIFY_SOCKET}, or null
   * @param watchdog value of {@code WATCHDOG_USEC}, or null
   * @param url web address that gets a POST, or null
   * @param every seconds between two of them
   */
  record To(@Nullable String socket, @Nullable String watchdog, @Nullable URI url, int every) {
    /** As the service manager and the command line say. */
    static To of(@Nullable String url, int every) throws Usage {
      if (every < 1 || every > 86_400) {
        throw new Usage("--heartbeat-every is 1 to 86400");
      }
      return new To(System.getenv("NOTIFY_SOCKET"), System.getenv("WATCHDOG_USEC"), url == null ? null : address(url), every);
    }

    private static URI address(String url) throws Usage {
      try {
        URI uri = URI.create(url);
        if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
          return uri;
        }
      } catch (IllegalArgumentException e) {
        throw new Usage("--heartbeat-url " + url + " is no web address: " + e.getMessage());
      }
      throw new Usage("--heartbeat-url takes an http or https address with a host");
    }
  }

  /**
   * Makes a heartbeat that has not begun.
   *
   * @param progress grows while packets or ticks come
   * @param body what the web address is told, JSON
   */
  Heartbeat(To to, LongSupplier progress, Supplier<String> body) {
    this.progress = progress;
    this.body = body;
    systemd = Systemd.of(to.socket);
    // sd_watchdog_enabled(3): beat at half the time that the manager waits
    watchdogMs = to.watchdog == null || !to.watchdog.matches("\\d{1,15}") ? 0 : Math.max(1, Long.parseLong(to.watchdog) / 2_000);
    url = to.url;
    everyMs = to.every * 1_000L;
    client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER).build();
    thread = Executors.newSingleThreadScheduledExecutor(work -> Thread.ofPlatform().daemon().name("vigie-heartbeat").unstarted(work));
  }

  /** Begins: what is waited for is there, and from now on it beats. */
  Heartbeat begin() {
    notify("READY=1\nSTATUS=watching");
    long look = watchdogMs == 0 ? LOOK_MS : Math.clamp(watchdogMs, 1, LOOK_MS);
    thread.scheduleWithFixedDelay(this::look, look, look, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Looks whether there was progress, and beats if so. */
  void look() {
    try {
      look(System.nanoTime());
    } catch (RuntimeException e) {
      System.getLogger(Heartbeat.class.getName()).log(System.Logger.Level.ERROR, "the heartbeat failed", e);
    } catch (Error e) { // the executor would keep it to itself and never come again
      Thread here = Thread.currentThread();
      here.getUncaughtExceptionHandler().uncaughtException(here, e);
    }
  }

  void look(long now) {
    long reached = progress.getAsLong();
    if (reached != seen) {
      seen = reached;
      progressed = now;
      fresh = true;
      freshForUrl = true;
    }
    if (fresh && watchdogMs > 0 && now - told >= TimeUnit.MILLISECONDS.toNanos(watchdogMs - LOOK_MS)) {
      told = now;
      fresh = false;
      beats.incrementAndGet();
      notify("WATCHDOG=1");
    }
    if (freshForUrl && url != null && now - postedAt >= TimeUnit.MILLISECONDS.toNanos(everyMs)) {
      postedAt = now;
      freshForUrl = false;
      post(url);
    }
  }

  private void notify(String message) {
    if (systemd != null && !systemd.say(message)) {
      notifyFailed.incrementAndGet();
    }
  }

  /** One at a time: an address that does not answer gets nothing more until it has, or ten seconds have passed. */
  private void post(URI to) {
    CompletableFuture<HttpResponse<Void>> before = underWay;
    if (before != null && !before.isDone()) {
      postSkipped.incrementAndGet();
      return;
    }
    HttpRequest request = HttpRequest.newBuilder(to).timeout(PATIENCE).header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.get())).build();
    underWay = client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).whenComplete((answer, wrong) ->
        (wrong == null && answer.statusCode() / 100 == 2 ? posted : postFailed).incrementAndGet());
  }

  /** Waits for the answer under way, for tests. */
  void settle() throws IOException {
    CompletableFuture<HttpResponse<Void>> waiting = underWay;
    if (waiting != null) {
      try {
        waiting.handle((answer, wrong) -> answer).get(PATIENCE.toSeconds() + 2, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  /** Seconds since packets or ticks made progress. */
  double seconds() {
    return (System.nanoTime() - progressed) / 1e9;
  }

  /** What was sent and what did not get through. */
  SortedMap<String, Long> counters() {
    SortedMap<String, Long> all = new TreeMap<>();
    all.put("heartbeat.watchdog", beats.get());
    all.put("heartbeat.notify_failed", notifyFailed.get());
    all.put("heartbeat.posted", posted.get());
    all.put("heartbeat.post_failed", postFailed.get());
    all.put("heartbeat.post_skipped", postSkipped.get());
    return all;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    notify("STOPPING=1");
    client.shutdownNow();
  }
}
