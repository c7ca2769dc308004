package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What open pages are told, and when. */
final class BroadcastTest {
  private final Broadcast broadcast = new Broadcast();
  private final List<ObjectNode> told = new ArrayList<>();

  BroadcastTest() {
    broadcast.listen(told::add);
  }

  @Test
  void whatComesAfterAPauseIsToldWithTheNextBeatAndWhatGoesOnWithEachFifth() {
    for (int beat = 0; beat < 20; beat++) {
      broadcast.alert("a" + beat, false);
      broadcast.asset("d");
      broadcast.beat();
    }
    assertThat(told).hasSize(4);
    assertThat(told.getFirst().path("alerts")).hasSize(1);
    assertThat(told.get(1).path("alerts")).hasSize(5);
  }

  @Test
  void aNewGraveAlertIsToldWithTheNextBeatWhateverGoesOnAndOnlyWhileItIsNew() {
    for (int beat = 0; beat < 20; beat++) {
      broadcast.alert("a" + beat, false);
      if (beat % 10 >= 7) {
        broadcast.alert("grave", true);
      }
      broadcast.beat();
    }
    assertThat(told.stream().map(m -> m.path("alerts").size())).as("at 0, 5, at once at 7, then 12 and 17").containsExactly(1, 5, 3, 6, 6);
    assertThat(told.get(2).path("alerts").toString()).contains("grave");
  }
}
