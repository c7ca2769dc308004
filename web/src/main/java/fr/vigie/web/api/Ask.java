package fr.vigie.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import fr.vigie.web.access.Session;
import fr.vigie.web.access.User;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request, read and bounded: handlers see this and nothing of HTTP.
 *
 * @param path path parameters by name
 * @param query query parameters by name, in order
 * @param body the JSON body, or a missing node
 * @param bytes the raw body
 * @param user who asks, or null before log-in
 * @param session their stay, or null
 * @param token the cookie's token, or null
 * @param remote the address the request came from
 */
record Ask(Map<String, String> path, Map<String, List<String>> query, JsonNode body, byte[] bytes, @Nullable User user,
    @Nullable Session session, @Nullable String token, String remote) {

  /** A path parameter; the router guarantees that it is there. */
  String id() {
    return path.getOrDefault("id", "");
  }

  /** The first value of a query parameter, or the fallback. */
  String param(String name, String fallback) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? fallback : values.getFirst();
  }

  /** A whole number within bounds, or 400. */
  int number(String name, int fallback, int least, int most) {
    String text = param(name, "");
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw Problem.bad("parameter", name + " is not a whole number");
    }
    throw Problem.bad("parameter", name + " must be between " + least + " and " + most);
  }

  /** A text member of the body within bounds, or 400. */
  String text(String name, int longest) {
    JsonNode node = body.path(name);
    if (node instanceof MissingNode || node.isNull()) {
      return "";
    }
    if (!node.isTextual()) {
      throw Problem.bad("body", name + " must be a text");
    }
    String text = node.textValue();
    if (text.length() > longest) {
      throw Problem.bad("too_long", name + " is longer than " + longest + " characters");
    }
    return text;
  }

  /** Who asks; only routes that demand a role call this. */
  User who() {
    User u = user;
    if (u == null) {
      throw new Problem(401, "login_required", "log in first");
    }
    return u;
  }

  /** Their stay. */
  Session stay() {
    Session s = session;
    if (s == null) {
      throw new Problem(401, "login_required", "log in first");
    }
    return s;
  }
}
