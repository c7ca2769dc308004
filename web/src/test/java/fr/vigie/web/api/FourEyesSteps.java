package fr.vigie.web.api;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.web.access.Role;
import fr.vigie.web.live.FourEyes;
import java.util.List;
import java.util.Objects;

/** The routes of decisions that wait for a second person, as the test of the description walks them. */
final class FourEyesSteps {
  private FourEyesSteps() {}

  /** One request: method, route, path, body or null, status. */
  @FunctionalInterface
  interface Step {
    JsonNode take(String method, String route, String path, String body, int status) throws Exception;
  }

  static void walk(SampleEstate sample, Step step) throws Exception {
    FourEyes eyes = sample.estate.approvals();
    eyes.on("test", Role.ANALYST, (asked, grant) -> {});
    String own = ask(eyes, "admin");
    String others = ask(eyes, "anne");
    String third = ask(eyes, "anne");
    step.take("GET", "/approvals", "/approvals", null, 200);
    step.take("GET", "/approvals/{id}", "/approvals/" + own, null, 200);
    step.take("GET", "/approvals/{id}", "/approvals/p-none", null, 404);
    step.take("POST", "/approvals/{id}/approve", "/approvals/" + own + "/approve", "{}", 403);
    step.take("POST", "/approvals/{id}/refuse", "/approvals/" + own + "/refuse", "{\"comment\":\"retirée\"}", 200);
    step.take("POST", "/approvals/{id}/approve", "/approvals/" + others + "/approve", "{\"comment\":\"vu\"}", 200);
    step.take("POST", "/approvals/{id}/approve", "/approvals/" + others + "/approve", "{}", 409);
    step.take("POST", "/approvals/{id}/refuse", "/approvals/" + third + "/refuse", "{}", 200);
    step.take("POST", "/approvals/{id}/refuse", "/approvals/p-none/refuse", "{}", 404);
    step.take("GET", "/approvals", "/approvals", null, 200);
  }

  private static String ask(FourEyes eyes, String who) throws Exception {
    return Objects.requireNonNull(eyes.ask("test", who, FourEyes.said("Essai", "Trial"), List.of(FourEyes.said("règle BAC-02", "rule BAC-02")),
        Reply.JSON.createObjectNode(), "pour voir")).path("id").asText();
  }
}
