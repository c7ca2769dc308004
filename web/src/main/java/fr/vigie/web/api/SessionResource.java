package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Audit;
import fr.vigie.web.access.FirstPassword;
import fr.vigie.web.access.Role;
import fr.vigie.web.access.Session;
import fr.vigie.web.access.Sessions;
import fr.vigie.web.access.Throttle;
import fr.vigie.web.access.User;
import fr.vigie.web.access.Users;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log in, log out, who am I, new password, language. */
final class SessionResource {
  /** The prefix makes browsers demand Secure, the whole path, and no domain. */
  static final String COOKIE = "__Host-vigie";

  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

  private final Users users;
  private final Sessions sessions;
  private final Throttle throttle;
  private final Audit audit;
  private final Estate estate;
  private final FirstPassword firstPassword;

  SessionResource(Users users, Sessions sessions, Throttle throttle, Audit audit, Estate estate, FirstPassword firstPassword) {
    this.users = users;
    this.sessions = sessions;
    this.throttle = throttle;
    this.audit = audit;
    this.estate = estate;
    this.firstPassword = firstPassword;
  }

  List<Route> routes() {
    return List.of(
        Route.open(GET, "/session", this::read),
        Route.open(POST, "/session", this::login).upTo(4 * 1024),
        Route.of(DELETE, "/session", Role.VIEWER, this::logout).evenBeforeChange(),
        Route.of(PUT, "/session/password", Role.VIEWER, this::password).evenBeforeChange().upTo(4 * 1024),
        Route.of(PUT, "/session/language", Role.VIEWER, this::language).evenBeforeChange());
  }

  private Reply read(Ask ask) {
    return Reply.json(describe(ask.user(), ask.session()));
  }

  private Reply login(Ask ask) throws IOException {
    String name = ask.text("name", 64);
    String password = ask.text("password", 512);
    long wait = throttle.waitFor(name, ask.remote());
    if (wait > 0) {
      throw Problem.slowDown((int) (wait / 1000) + 1);
    }
    User user = users.login(name, password);
    if (user == null) {
      throttle.failed(name, ask.remote());
      audit.record("access.refused", known(name), node().put("from", ask.remote()));
      throw new Problem(401, "login_refused", "the name or the password is wrong");
    }
    throttle.succeeded(name);
    Sessions.Opened opened = sessions.open(user.name());
    audit.record("access.login", user.name(), node().put("from", ask.remote()).put("session", opened.session().number()));
    if (ask.token() != null) {
      sessions.close(ask.token());
    }
    return Reply.json(201, describe(user, opened.session())).with("Set-Cookie", COOKIE + "=" + opened.token() + ATTRIBUTES);
  }

  /** A name nobody has is not written down: people type their password into the wrong field. */
  private String known(String name) {
    return users.find(name) == null ? "(unknown)" : name;
  }

  private Reply logout(Ask ask) throws IOException {
    if (ask.token() != null) {
      sessions.close(ask.token());
    }
    audit.record("access.logout", ask.who().name(), node().put("session", ask.stay().number()));
    return Reply.none().with("Set-Cookie", COOKIE + "=; Max-Age=0" + ATTRIBUTES).with("Clear-Site-Data", "\"cache\", \"storage\"");
  }

  private Reply password(Ask ask) throws IOException {
    User who = ask.who();
    long wait = throttle.waitFor(who.name(), ask.remote());
    if (wait > 0) {
      throw Problem.slowDown((int) (wait / 1000) + 1);
    }
    try {
      User changed = users.changePassword(who.name(), ask.text("old", 512), ask.text("new", 512));
      sessions.closeOthers(who.name(), ask.stay().number());
      audit.record("access.password", who.name(), node());
      firstPassword.forget(who.name());
      return Reply.json(describe(changed, ask.stay()));
    } catch (Users.Refusal e) {
      if (e.code().equals("password_wrong")) {
        throttle.failed(who.name(), ask.remote());
      }
      throw new Problem(422, e.code(), "the new password was not taken: " + e.code());
    }
  }

  private Reply language(Ask ask) throws IOException {
    String language = ask.text("language", 2);
    if (!language.equals("fr") && !language.equals("en")) {
      throw Problem.bad("language", "language must be fr or en");
    }
    try {
      return Reply.json(describe(users.changeLanguage(ask.who().name(), language), ask.stay()));
    } catch (Users.Refusal e) {
      throw new Problem(409, e.code(), "the language was not changed: " + e.code());
    }
  }

  private ObjectNode describe(@Nullable User user, @Nullable Session session) {
    ObjectNode node = node();
    if (user == null || session == null) {
      // before log-in nobody learns the name of the site
      return node.putNull("user");
    }
    node.putObject("user").put("name", user.name()).put("role", user.role().wireName()).put("language", user.language())
        .put("mustChange", user.mustChange());
    node.put("csrf", session.csrf());
    node.set("site", estate.site());
    return node;
  }

  private static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }
}
