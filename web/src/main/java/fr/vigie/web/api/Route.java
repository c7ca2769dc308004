package fr.vigie.web.api;

import fr.vigie.web.access.Role;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * One line of the API's table: the server is built from it, and a test holds the OpenAPI document against it.
 *
 * @param path below {@code /api/v1}, parameters as {@code {name}}
 * @param role who may; null for everyone, also before log-in
 * @param beforeChange answered also while the one-time password is not yet changed
 * @param largest longest body, octets
 */
record Route(HttpMethod method, String path, @Nullable Role role, boolean beforeChange, int largest, Handler handler) {
  private static final int SMALL = 64 * 1024;

  static Route open(HttpMethod method, String path, Handler handler) {
    return new Route(method, path, null, true, SMALL, handler);
  }

  static Route of(HttpMethod method, String path, Role role, Handler handler) {
    return new Route(method, path, role, false, SMALL, handler);
  }

  Route evenBeforeChange() {
    return new Route(method, path, role, true, largest, handler);
  }

  Route upTo(int octets) {
    return new Route(method, path, role, beforeChange, octets, handler);
  }

  /** Whether it changes something, and so needs the token of the page. */
  boolean changes() {
    return !method.equals(HttpMethod.GET);
  }

  /** What answers; may block. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Ask ask) throws Exception;
  }
}
