package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** The routes of incidents, as the test of the description walks them. */
final class IncidentSteps {
  private IncidentSteps() {}

  static void walk(FourEyesSteps.Step step) throws Exception {
    JsonNode all = step.take("GET", "/incidents", "/incidents?sort=-last", null, 200);
    assertThat(all.path("items").size()).isPositive();
    String id = all.path("items").path(0).path("id").asText();
    step.take("GET", "/incidents", "/incidents?q=nofield:x", null, 400);
    step.take("GET", "/incidents/{id}", "/incidents/" + id, null, 200);
    step.take("GET", "/incidents/{id}", "/incidents/i-none", null, 404);
    assertThat(step.take("GET", "/people", "/people", null, 200).path("items").path(0).asText()).isEqualTo("admin");
    String ids = "{\"ids\":[\"" + id + "\"]";
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"state\":\"in-progress\",\"assignee\":\"admin\",\"due\":\"2027-01-31T08:00:00Z\",\"comment\":\"vu\"}", 200);
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"state\":\"closed\"}", 400);
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"assignee\":\"nobody\"}", 400);
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"due\":\"demain\"}", 400);
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"due\":\"+999999999-12-31T23:59:59Z\"}", 400);
    step.take("POST", "/incidents/decide", "/incidents/decide", "{\"ids\":[\"i-none\"],\"comment\":\"?\"}", 404);
    step.take("POST", "/incidents/decide", "/incidents/decide", ids + ",\"state\":\"closed\",\"verdict\":\"true\"}", 200);
    JsonNode one = step.take("GET", "/incidents/{id}", "/incidents/" + id, null, 200);
    assertThat(one.path("verdict").asText()).isEqualTo("true");
    assertThat(one.path("timeline")).hasSize(2);
    step.take("GET", "/overview", "/overview", null, 200);
    String alert = "/alerts/" + one.path("severityBy").asText();
    JsonNode why = step.take("GET", "/alerts/{id}/explanation", alert + "/explanation", null, 200);
    assertThat(why.path("rule").path("text").asText()).startsWith("rule \"" + why.path("rule").path("id").asText());
    assertThat(why.path("incident").path("reason").path("en").asText()).isNotEmpty();
    step.take("GET", "/alerts/{id}/explanation", "/alerts/al-none/explanation", null, 404);
    step.take("GET", "/alerts/{id}/messages", alert + "/messages", null, 200);
    step.take("GET", "/alerts/{id}/messages", "/alerts/al-none/messages", null, 404);
  }
}
