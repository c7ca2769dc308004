package fr.vigie.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** The routes of exceptions, as the test of the description walks them. */
final class ExceptionSteps {
  private ExceptionSteps() {}

  static void walk(FourEyesSteps.Step step) throws Exception {
    String grave = "{\"rule\":\"BAC-02\",\"actor\":\"10.20.10.199\"";
    JsonNode preview = step.take("POST", "/exceptions/preview", "/exceptions/preview", grave + "}", 200);
    assertThat(preview.path("count").asInt()).isEqualTo(1);
    assertThat(preview.path("two").asBoolean()).isTrue();
    step.take("POST", "/exceptions/preview", "/exceptions/preview", "{\"rule\":\"XXX-01\"}", 400);
    step.take("POST", "/exceptions", "/exceptions", grave + ",\"until\":\"2026-04-30\",\"reason\":\"essai du bloc\"}", 202);
    step.take("POST", "/exceptions", "/exceptions", grave + ",\"until\":\"2028-04-30\",\"reason\":\"trop long\"}", 400);
    step.take("POST", "/exceptions", "/exceptions", grave + ",\"until\":\"2026-03-01\",\"reason\":\"passé\"}", 400);
    step.take("POST", "/exceptions", "/exceptions", grave + ",\"until\":\"2026-04-30\"}", 400);
    JsonNode made = step.take("POST", "/exceptions", "/exceptions", "{\"rule\":\"NET-01\",\"zone\":\"gtb\",\"until\":\"2026-03-29\",\"reason\":\"chantier\"}", 201);
    assertThat(made.path("until").asText()).as("the end of a day of 23 hours, time of the site").isEqualTo("2026-03-29T22:00:00.000000000Z");
    step.take("GET", "/exceptions", "/exceptions", null, 200);
    step.take("POST", "/exceptions/{id}/end", "/exceptions/" + made.path("id").asText() + "/end", "{\"comment\":\"fini\"}", 200);
    step.take("POST", "/exceptions/{id}/end", "/exceptions/" + made.path("id").asText() + "/end", "{}", 404);
    step.take("GET", "/exceptions", "/exceptions", null, 200);
  }
}
