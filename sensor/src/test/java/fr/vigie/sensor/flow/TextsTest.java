package fr.vigie.sensor.flow;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import org.junit.jupiter.api.Test;

class TextsTest {
  private final Counters counters = new Counters();
  private final Texts texts = new Texts(counters.counter("refused.texts_cut"));
  private final Endpoint who = new Endpoints(8).ip("default", 4, 0, 0x0A000001, Endpoint.NO_MAC, Endpoint.NO_VLAN);

  private Act act(Point point, Value value, String detail, Outcome outcome) {
    return new Act(new Stamp(1, 0, 1, 0, 0), who, "mqtt", null, "1.0", who, 1883, Verb.WRITE, "PUBLISH", point, value, 0, detail, outcome);
  }

  @Test
  void whatIsShortIsPassedOnAsItIs() {
    Act act = act(new Point.Named("topic", "a/b"), new Value.Text("21.5"), "d".repeat(Texts.LONGEST), Outcome.PENDING);
    assertThat(texts.act(act)).isSameAs(act);
    assertThat(counters.value("refused.texts_cut")).isZero();
  }

  @Test
  void eachLongTextOfAnActIsCutAndCounted() {
    Act cut = texts.act(act(new Point.Named("topic", "t".repeat(5_000)), new Value.Text("v".repeat(5_000)), "d".repeat(511) + "😀",
        Outcome.error("e".repeat(600))));
    assertThat(cut.point().text()).hasSize(Texts.LONGEST).startsWith("ttt").contains("…#");
    assertThat(cut.value().text()).hasSize(Texts.LONGEST);
    assertThat(cut.detail()).isEqualTo("d".repeat(511));
    assertThat(cut.outcome().code()).hasSize(Texts.LONGEST);
    assertThat(counters.value("refused.texts_cut")).isEqualTo(4);
    assertThat(((Value.Octets) texts.act(act(new Point.KnxGroup(1), new Value.Octets(new byte[1_000], 1_000), "", Outcome.OK)).value()).value()).hasSize(64);
  }

  @Test
  void twoLongNamesWithTheSameBeginningStayTwoPoints() {
    Point one = texts.point(new Point.Named("topic", "t".repeat(5_000) + "1"));
    Point two = texts.point(new Point.Named("topic", "t".repeat(5_000) + "2"));
    assertThat(one).isNotEqualTo(two).isEqualTo(texts.point(new Point.Named("topic", "t".repeat(5_000) + "1")));
  }
}
