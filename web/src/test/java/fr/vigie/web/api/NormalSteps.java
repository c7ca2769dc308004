package fr.vigie.web.api;

import fr.vigie.web.live.LearnedSample;

/** The routes of the learned normal, as the test of the description walks them. */
final class NormalSteps {
  private NormalSteps() {}

  static void walk(FourEyesSteps.Step step) throws Exception {
    step.take("GET", "/normal", "/normal", null, 200);
    step.take("GET", "/normal", "/normal?days=90", null, 400);
    step.take("GET", "/normal/devices", "/normal/devices?behaviour=writers&state=learning&q=10.20", null, 200);
    step.take("GET", "/normal/devices", "/normal/devices?behaviour=moods", null, 400);
    step.take("GET", "/normal/lines", "/normal/lines?limit=200", null, 200);
    step.take("GET", "/normal/lines", "/normal/lines?state=maybe", null, 400);
    String line = "\"who\":\"" + LearnedSample.SUPERVISOR + "\",\"whom\":\"" + LearnedSample.CONTROLLER + "\",\"what\":\"";
    step.take("POST", "/normal/lines", "/normal/lines", "{\"kind\":\"peer\"," + line + "udp47808\",\"verdict\":\"approve\",\"comment\":\"vu\"}", 200);
    step.take("POST", "/normal/lines", "/normal/lines", "{\"kind\":\"writer\"," + line + "2,3\",\"verdict\":\"approve\"}", 202);
    step.take("POST", "/normal/lines", "/normal/lines", "{\"kind\":\"typist\"," + line + "\",\"verdict\":\"approve\"}", 400);
    step.take("POST", "/normal/learning", "/normal/learning", "{\"subject\":\"" + LearnedSample.CONTROLLER + "\",\"behaviour\":\"writers\",\"act\":\"end\"}", 204);
    step.take("POST", "/normal/learning", "/normal/learning", "{\"subject\":\"" + LearnedSample.CONTROLLER + "\",\"behaviour\":\"writers\",\"act\":\"again\"}", 202);
    step.take("POST", "/normal/learning", "/normal/learning", "{\"subject\":\"default|nobody\",\"behaviour\":\"writers\",\"act\":\"again\"}", 404);
    step.take("GET", "/normal/lines", "/normal/lines?state=approved", null, 200);
    step.take("GET", "/normal/export", "/normal/export?format=csv", null, 400);
  }
}
