package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Alerts: list, detail, packets, triage. */
final class AlertResource {
  /** The states of triage; {@code new} is where every alert begins. */
  static final Set<String> STATES = Set.of("new", "acknowledged", "investigating", "resolved", "false-positive");

  private final Estate estate;
  private final Evidence evidence;

  AlertResource(Estate estate, Evidence evidence) {
    this.estate = estate;
    this.evidence = evidence;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/alerts", Role.VIEWER, this::list),
        Route.of(GET, "/alerts/{id}", Role.VIEWER, this::read),
        Route.of(GET, "/alerts/{id}/packets", Role.VIEWER, this::packets),
        Route.of(GET, "/alerts/{id}/evidence", Role.VIEWER, ask -> Reply.json(evidence.about(found(estate.alert(ask.id()))))),
        Route.of(POST, "/alerts/{id}/acknowledge", Role.ANALYST, this::acknowledge),
        Route.of(PUT, "/alerts/{id}/state", Role.ANALYST, this::state),
        Route.of(POST, "/alerts/{id}/comments", Role.ANALYST, this::comment));
  }

  private Reply list(Ask ask) throws IOException {
    try {
      return Reply.json(Lists.json(estate.alerts(Lists.search(ask))));
    } catch (Estate.BadSearch e) {
      throw Problem.search(String.valueOf(e.getMessage()), e.column());
    }
  }

  private Reply read(Ask ask) throws IOException {
    return Reply.json(found(estate.alert(ask.id())));
  }

  private Reply packets(Ask ask) throws IOException {
    ObjectNode alert = found(estate.alert(ask.id()));
    byte[] pcap = evidence.pcap(alert);
    if (pcap == null) {
      throw new Problem(404, "packets_gone", "the packets of this alert are not kept here");
    }
    return Reply.file(ask.id() + ".pcapng", "application/vnd.tcpdump.pcap", pcap);
  }

  private Reply acknowledge(Ask ask) throws IOException {
    return decide(ask, Decision.Act.ACKNOWLEDGE, "acknowledged", ask.text("comment", Decision.LONGEST_COMMENT));
  }

  private Reply state(Ask ask) throws IOException {
    String state = ask.text("state", 32);
    if (!STATES.contains(state)) {
      throw Problem.bad("state", "state must be one of new, acknowledged, investigating, resolved, false-positive");
    }
    return decide(ask, Decision.Act.STATE, state, ask.text("comment", Decision.LONGEST_COMMENT));
  }

  private Reply comment(Ask ask) throws IOException {
    String text = ask.text("comment", Decision.LONGEST_COMMENT);
    if (text.isBlank()) {
      throw Problem.bad("comment_empty", "a comment needs words");
    }
    return decide(ask, Decision.Act.COMMENT_ALERT, "", text);
  }

  private Reply decide(Ask ask, Decision.Act act, String state, String comment) throws IOException {
    return Reply.json(found(estate.decide(new Decision(act, ask.id(), ask.who().name(), state, comment))));
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
