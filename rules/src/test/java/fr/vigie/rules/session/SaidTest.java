package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Deed;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Report;
import fr.vigie.rules.event.Side;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said again of a deed is what would have been said of its event, in the order of observations. */
final class SaidTest {
  private static final Endpoint E = new Endpoints(8).mac("", 1, Endpoint.NO_VLAN);
  private static final Side SIDE = new Side(E, null, "one", "", "", 0, "unknown", "", false);

  private static Act act(long seq, int group) {
    return new Act(new Stamp(seq, 0, seq, 0, seq), E, "knx", null, seq + ".0", E, 3671, Verb.WRITE, "A_GroupValue_Write", new Point.KnxGroup(group), null, 0, "Low",
        Outcome.PENDING);
  }

  private static Said.Again again(long seq, int group, Docket docket) {
    return new Said.Again(act(seq, group), SIDE, SIDE, false, true, Standing.LEARNING, docket);
  }

  @Test
  void theEventIsMadeWhenItIsAskedForAndIsTheOneThatWasNotMade() {
    Docket docket = new Docket();
    Deed first = again(1, 5, docket).deed();
    Said said = new Said(new Report(first, "KNX-09", null, "written"), again(2, 6, docket));
    assertThat(said.again()).isNotNull();
    assertThat(said.event()).isEqualTo(Said.deed(act(2, 6), SIDE, SIDE, false, true, Standing.LEARNING, docket)).isSameAs(said.event());
    assertThat(said.again()).isNull();
    assertThat(said.report()).isEqualTo(new Report(said.event(), "KNX-09", null, "written"));
    assertThat(((Deed) said.event()).detail()).isEqualTo("low");
    assertThat(((Deed) said.event()).operation()).isEqualTo("agroupvaluewrite");
  }

  @Test
  void theOrderIsThatOfObservationsThenDetectionsThenFacts() {
    Docket docket = new Docket();
    Deed first = again(3, 5, docket).deed();
    Report report = new Report(first, "KNX-09", null, "b");
    List<Said> all = new ArrayList<>(List.of(new Said(report), new Said(new Report(first, "KNX-09", null, "a")), new Said(new Report(first, "BAC-01", null, "z")),
        new Said(report, again(1, 6, docket))));
    all.sort(null);
    assertThat(all).extracting(s -> s.observation.stamp().seq() + " " + s.detection + " " + s.fact())
        .containsExactly("1 KNX-09 b", "3 BAC-01 z", "3 KNX-09 a", "3 KNX-09 b");
  }
}
