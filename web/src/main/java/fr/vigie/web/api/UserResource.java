package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Audit;
import fr.vigie.web.access.Role;
import fr.vigie.web.access.Sessions;
import fr.vigie.web.access.User;
import fr.vigie.web.access.Users;
import java.io.IOException;
import java.util.List;

/** Who has access: administrators add people, change roles, close accesses and give fresh one-time passwords. */
final class UserResource {
  private final Users users;
  private final Sessions sessions;
  private final Audit audit;

  UserResource(Users users, Sessions sessions, Audit audit) {
    this.users = users;
    this.sessions = sessions;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/users", Role.ADMINISTRATOR, this::list),
        Route.of(POST, "/users", Role.ADMINISTRATOR, this::add),
        Route.of(PUT, "/users/{id}", Role.ADMINISTRATOR, this::change),
        Route.of(POST, "/users/{id}/password", Role.ADMINISTRATOR, this::reset));
  }

  private Reply list(Ask ask) {
    ObjectNode node = Reply.JSON.createObjectNode();
    var items = node.putArray("items");
    for (User user : users.all()) {
      items.add(describe(user));
    }
    return Reply.json(node);
  }

  private Reply add(Ask ask) throws IOException {
    String name = ask.text("name", 64);
    Role role = role(ask);
    String language = ask.text("language", 2);
    try {
      String password = users.add(name, role, language);
      audit.record("access.user", ask.who().name(), Reply.JSON.createObjectNode().put("user", name).put("role", role.wireName()));
      return Reply.json(201, Reply.JSON.createObjectNode().put("name", name).put("oneTimePassword", password));
    } catch (Users.Refusal e) {
      throw refused(e);
    }
  }

  private Reply change(Ask ask) throws IOException {
    Role role = role(ask);
    boolean enabled = ask.body().path("enabled").asBoolean(true);
    try {
      User user = users.change(ask.id(), role, enabled);
      sessions.closeOthers(ask.id(), ask.stay().number());
      audit.record("access.user", ask.who().name(),
          Reply.JSON.createObjectNode().put("user", ask.id()).put("role", role.wireName()).put("enabled", enabled));
      return Reply.json(describe(user));
    } catch (Users.Refusal e) {
      throw refused(e);
    }
  }

  private Reply reset(Ask ask) throws IOException {
    try {
      String password = users.reset(ask.id());
      sessions.closeOthers(ask.id(), ask.stay().number());
      audit.record("access.reset", ask.who().name(), Reply.JSON.createObjectNode().put("user", ask.id()));
      return Reply.json(Reply.JSON.createObjectNode().put("name", ask.id()).put("oneTimePassword", password));
    } catch (Users.Refusal e) {
      throw refused(e);
    }
  }

  private static Role role(Ask ask) {
    return Role.of(ask.text("role", 32)).orElseThrow(() -> Problem.bad("role", "role must be viewer, analyst or administrator"));
  }

  private static Problem refused(Users.Refusal e) {
    return new Problem(e.code().equals("user_unknown") ? 404 : 422, e.code(), "the change was not made: " + e.code());
  }

  private static ObjectNode describe(User user) {
    return Reply.JSON.createObjectNode().put("name", user.name()).put("role", user.role().wireName()).put("enabled", user.enabled())
        .put("mustChange", user.mustChange()).put("language", user.language());
  }
}
