package fr.vigie.web.api;

import fr.vigie.web.access.Session;
import fr.vigie.web.access.Sessions;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;

/**
 * Server-sent events at {@code /api/v1/events}: {@code change} messages as {@link Changes} tells them and a comment every 15 s. Bounded
 * in all and by person; a page that does not read fast enough is let go and comes back by itself. All state belongs to one event loop.
 */
final class EventStream {
  private static final int MOST = 64;
  private static final int MOST_EACH = 8;
  private static final long HEARTBEAT_MS = 15_000;
  private static final int QUEUE_OCTETS = 64 * 1024;

  private final Vertx vertx;
  private final Sessions sessions;
  private final Changes changes;
  private final Map<String, Integer> byUser = new HashMap<>();
  private int open;
  private long refused;
  private long slow;

  EventStream(Vertx vertx, Sessions sessions, Changes changes) {
    this.vertx = vertx;
    this.sessions = sessions;
    this.changes = changes;
  }

  /** Pages that listen now. */
  int listening() {
    return open;
  }

  /** Pages turned away because too many listen. */
  long refused() {
    return refused;
  }

  /** Pages let go because they did not read. */
  long slow() {
    return slow;
  }

  /** Serves one page until it leaves, is too slow, or its session ends. */
  void serve(HttpServerResponse response, Session session) {
    String user = session.user();
    int own = byUser.getOrDefault(user, 0);
    if (open >= MOST || own >= MOST_EACH) {
      refused++;
      Reply reply = new Problem(503, "too_many_pages", "too many pages listen already; close one").reply();
      response.setStatusCode(reply.status()).putHeader("Content-Type", reply.type()).putHeader("Retry-After", "60")
          .end(io.vertx.core.buffer.Buffer.buffer(reply.body()));
      return;
    }
    open++;
    byUser.merge(user, 1, Integer::sum);
    Context context = vertx.getOrCreateContext();
    response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no").setWriteQueueMaxSize(QUEUE_OCTETS);
    response.write("retry: 5000\n\nevent: hello\ndata: {}\n\n");
    Runnable quiet = changes.listen(message -> context.runOnContext(v -> say(response, "event: change\ndata: " + message + "\n\n")));
    long timer = vertx.setPeriodic(HEARTBEAT_MS, id -> {
      if (sessions.lasts(session)) {
        say(response, ": still here\n\n");
      } else if (!response.ended() && !response.closed()) {
        response.end("event: bye\ndata: {}\n\n");
      }
    });
    boolean[] gone = {false};
    response.exceptionHandler(e -> leave(gone, quiet, timer, user));
    response.closeHandler(v -> leave(gone, quiet, timer, user));
    response.endHandler(v -> leave(gone, quiet, timer, user));
  }

  private void say(HttpServerResponse response, String text) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.writeQueueFull()) {
      slow++;
      response.reset();
      return;
    }
    response.write(text);
  }

  private void leave(boolean[] gone, Runnable quiet, long timer, String user) {
    if (gone[0]) {
      return;
    }
    gone[0] = true;
    quiet.run();
    vertx.cancelTimer(timer);
    open--;
    byUser.computeIfPresent(user, (u, n) -> n == 1 ? null : n - 1);
  }
}
