package fr.vigie.web.api;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.access.Role;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Advisories: list, detail, those of a device, what people decide of a match, the site's VEX statement. */
final class AdvisoryResource {
  /** What can be decided; {@code open} takes a decision back. */
  static final Set<String> STATUSES = Set.of("open", "investigating", "affected", "accepted", "not-affected", "fixed");
  /** CSAF 2.0 §3.2.3.5. */
  static final Set<String> JUSTIFICATIONS = Set.of("component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
      "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist");

  private final Estate estate;
  private final Evidence evidence;

  AdvisoryResource(Estate estate, Evidence evidence) {
    this.estate = estate;
    this.evidence = evidence;
  }

  List<Route> routes() {
    return List.of(
        Route.of(GET, "/advisories", Role.VIEWER, this::list),
        Route.of(GET, "/advisories/{id}", Role.VIEWER, this::read),
        Route.of(GET, "/assets/{id}/advisories", Role.VIEWER, this::ofDevice),
        Route.of(PUT, "/assets/{id}/advisories", Role.ANALYST, this::decide),
        Route.of(GET, "/assets/{id}/advisories/packets", Role.VIEWER, this::packets),
        Route.of(GET, "/vex", Role.VIEWER, this::vex));
  }

  private Reply list(Ask ask) {
    double score;
    try {
      score = Double.parseDouble(ask.param("score", "0"));
    } catch (NumberFormatException e) {
      throw Problem.bad("parameter", "score must be a number from 0 to 10");
    }
    if (!(score >= 0 && score <= 10)) {
      throw Problem.bad("parameter", "score must be a number from 0 to 10");
    }
    ObjectNode page = Lists.json(estate.advisories().list(Lists.search(ask), score));
    page.set("state", estate.advisories().state());
    return Reply.json(page);
  }

  private Reply read(Ask ask) {
    return Reply.json(found(estate.advisories().advisory(ask.id(), ask.number("offset", 0, 0, Search.FURTHEST), ask.number("limit", 50, 1, Search.MOST))));
  }

  private Reply ofDevice(Ask ask) {
    return Reply.json(found(estate.advisories().ofDevice(ask.id(), ask.param("all", "").equals("yes"))));
  }

  private Reply packets(Ask ask) throws IOException {
    ObjectNode proof = found(estate.advisories().proof(ask.id(), ask.param("advisory", "")));
    byte[] pcap = evidence.pcap(proof);
    if (pcap == null) {
      throw new Problem(404, "packets_gone", "the packets that say so are not kept here");
    }
    return Reply.file(ask.id() + "-" + ask.param("advisory", "") + ".pcapng", "application/vnd.tcpdump.pcap", pcap);
  }

  private Reply vex(Ask ask) {
    ObjectNode vex = estate.advisories().vex();
    if (vex == null) {
      throw new Problem(404, "vex_empty", "no advisory concerns a device: there is nothing to state");
    }
    Reply plain = Reply.json(vex);
    return Reply.file(vex.path("document").path("tracking").path("id").asText() + ".json", "application/json", plain.body());
  }

  private Reply decide(Ask ask) throws IOException {
    String status = ask.text("status", 32);
    String justification = ask.text("justification", 64);
    String comment = ask.text("comment", Decision.LONGEST_COMMENT);
    if (!STATUSES.contains(status)) {
      throw Problem.bad("status", "status must be one of open, investigating, affected, accepted, not-affected, fixed");
    }
    if (!justification.isEmpty() && (!status.equals("not-affected") || !JUSTIFICATIONS.contains(justification))) {
      throw Problem.bad("justification", "justification is for not-affected alone, and one of " + String.join(", ", JUSTIFICATIONS.stream().sorted().toList()));
    }
    if (status.equals("not-affected") && justification.isEmpty() && comment.isBlank()) {
      throw Problem.bad("reason_empty", "why it is not affected needs a justification or words");
    }
    if (status.equals("accepted") && comment.isBlank()) {
      throw Problem.bad("reason_empty", "accepting a risk needs words");
    }
    return Reply.json(found(estate.advisories().decide(ask.who().name(), ask.id(), ask.text("advisory", 256), status, justification, comment)));
  }

  private static ObjectNode found(@Nullable ObjectNode node) {
    if (node == null) {
      throw Problem.missing();
    }
    return node;
  }
}
