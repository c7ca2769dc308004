package fr.vigie.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UrgencyTest {
  private static long of(String state, String severity, String last) {
    return Urgency.of(JsonNodeFactory.instance.objectNode().put("state", state).put("severity", severity).put("last", last));
  }

  @Test
  void whatWaitsComesFirstThenTheWorstThenTheLatest() {
    List<Long> order = List.of(of("new", "C", "2026-01-02T00:00:00Z"), of("new", "C", "2026-01-01T00:00:00Z"), of("new", "L", "2026-01-03T00:00:00Z"),
        of("investigating", "C", "2026-01-03T00:00:00Z"), of("in-progress", "I", "2026-01-03T00:00:00Z"), of("closed", "C", "2026-01-03T00:00:00Z"));
    for (int i = 1; i < order.size(); i++) {
      assertTrue(order.get(i - 1) > order.get(i), "place " + i);
    }
  }

  @Test
  void aTimeNobodyCanReadIsTheOldest() {
    assertEquals(of("new", "C", "1970-01-01T00:00:00Z"), of("new", "C", "yesterday"));
  }

  @Test
  void everyUrgencyIsExactAsADouble() {
    long most = of("new", "C", "+999999999-12-31T23:59:59Z");
    assertEquals(most, (long) (double) most);
  }
}
