package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import fr.vigie.web.access.User;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decisions that wait for a second person: list, approve, refuse. */
final class ApprovalResource {
  private final Approvals approvals;

  ApprovalResource(Approvals approvals) {
    this.approvals = approvals;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/approvals", Role.VIEWER, ask -> Reply.json(approvals.list())),
        Route.of(GET, "/approvals/{id}", Role.VIEWER, ask -> Reply.json(found(approvals.one(ask.id())))),
        Route.of(POST, "/approvals/{id}/approve", Role.ANALYST, ask -> decide(ask, true)),
        Route.of(POST, "/approvals/{id}/refuse", Role.ANALYST, ask -> decide(ask, false)));
  }

  private Reply decide(Ask ask, boolean grant) throws IOException {
    User user = ask.who();
    return switch (approvals.decide(ask.id(), user.name(), user.role(), grant, ask.text("comment", Decision.LONGEST_COMMENT))) {
      case DONE -> Reply.json(found(approvals.one(ask.id())));
      case MISSING -> throw Problem.missing();
      case OVER -> throw new Problem(409, "approval_over", "this decision waits no more: look at the list again");
      case OWN -> throw new Problem(403, "approval_own", "another person must approve it: not who asked, nor an account that who asked has made or changed since");
      case ROLE -> throw new Problem(403, "approval_role", "approving this takes another role");
    };
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
