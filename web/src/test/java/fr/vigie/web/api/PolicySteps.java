package fr.vigie.web.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The routes of the policy, as the test of the description walks them. */
final class PolicySteps {
  private static final String MATRIX = "from;to;protocols;operations;hours;verdict;comment\n*;froid;;;;deny;\ngtb;froid;bacnet;;lun-ven 07:00-19:00;allow;veille\n";

  private PolicySteps() {}

  private static String table(String name, String text) {
    return "{\"name\":\"" + name + "\",\"since\":\"\",\"content\":\"" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"}";
  }

  static void walk(FourEyesSteps.Step step) throws Exception {
    step.take("GET", "/policy", "/policy", null, 200);
    step.take("POST", "/policy/tables/{id}/plan", "/policy/tables/matrix/plan", table("m.csv", MATRIX), 200);
    step.take("POST", "/policy/tables/{id}/plan", "/policy/tables/matrix/plan", table("m.csv", MATRIX.replace("deny", "stop")), 200);
    step.take("POST", "/policy/tables/{id}/plan", "/policy/tables/rules/plan", table("m.csv", MATRIX), 404);
    step.take("POST", "/policy/tables/{id}/plan", "/policy/tables/matrix/plan", "{\"name\":\"x.csv\",\"content\":\"***\"}", 400);
    step.take("POST", "/policy/tables/{id}", "/policy/tables/matrix", table("m.csv", MATRIX.replace("deny", "stop")), 422);
    step.take("POST", "/policy/tables/{id}", "/policy/tables/matrix", table("m.csv", MATRIX), 202);
    step.take("POST", "/policy/tables/{id}", "/policy/tables/matrix", table("m.csv", MATRIX.replace("allow", "alert")), 201);
    step.take("GET", "/policy", "/policy", null, 200);
    step.take("GET", "/policy/tables/{id}", "/policy/tables/matrix?format=csv&lang=fr", null, 200);
    step.take("GET", "/policy/tables/{id}", "/policy/tables/matrix?format=xlsx", null, 200);
    step.take("GET", "/policy/tables/{id}", "/policy/tables/matrix?format=pdf", null, 400);
    step.take("GET", "/policy/tables/{id}", "/policy/tables/nothing", null, 404);
    String work = "{\"from\":\"2020-01-01 10:00\",\"to\":\"2020-01-01 12:00\",\"contractor\":\"Froid Ouest\",\"devices\":\"10.20.10.9\",\"assets\":\"zone:froid\",\"comment\":\"\"}";
    step.take("POST", "/policy/maintenance", "/policy/maintenance", work, 201);
    step.take("POST", "/policy/maintenance", "/policy/maintenance", work.replace("zone:froid", "zone:f"), 422);
    step.take("GET", "/policy", "/policy", null, 200);
    step.take("POST", "/policy/maintenance/{id}/end", "/policy/maintenance/0/end", "{\"set\":999}", 422);
    step.take("POST", "/policy/maintenance/{id}/end", "/policy/maintenance/0/end", "{}", 201);
    step.take("POST", "/policy/maintenance/{id}/end", "/policy/maintenance/9/end", "{}", 404);
    step.take("POST", "/policy/tables/{id}/remove", "/policy/tables/maintenance/remove", "{}", 201);
    step.take("POST", "/policy/tables/{id}/remove", "/policy/tables/maintenance/remove", "{}", 404);
    step.take("POST", "/policy/rollback", "/policy/rollback", "{}", 201);
    step.take("POST", "/policy/rollback", "/policy/rollback", "{\"number\":999}", 404);
    step.take("POST", "/policy/rollback", "/policy/rollback", "{\"number\":\"x\"}", 400);
    step.take("GET", "/policy/backtest", "/policy/backtest", null, 200);
    step.take("POST", "/policy/tables/{id}/backtest", "/policy/tables/matrix/backtest", table("m.csv", MATRIX), 200);
    step.take("POST", "/policy/tables/{id}/backtest", "/policy/tables/rules/backtest", table("m.csv", MATRIX), 404);
  }
}
