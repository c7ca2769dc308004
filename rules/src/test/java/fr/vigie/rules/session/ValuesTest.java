package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertJson;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.alert.ValueChange;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an alert says of a point that was changed. */
final class ValuesTest {
  private static final String STRANGER = "10.1.0.66";
  private static final String DEVICE = "10.2.0.10";

  private static Act write(Scene s, double value) {
    return s.act(STRANGER, s.host(DEVICE), "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, 7, 85, -1), new Value.Num(value), 10, "");
  }

  private static Alert alert(Scene s, AlertLog log) {
    return log.alerts().stream().filter(a -> a.detection().id().equals("BAC-01")).findFirst().orElseThrow(() -> new AssertionError(Scene.said(log)));
  }

  private static ValueChange only(Scene s) {
    List<ValueChange> changes = alert(s, s.judge()).changes();
    assertThat(changes).hasSize(1);
    return changes.getFirst();
  }

  @Test
  void theValueBeforeIsTheLastOneTheDeviceSaid() {
    Scene s = new Scene().named();
    s.reading(DEVICE, 7, 85, 19);
    s.pause(60).reading(DEVICE, 7, 85, 20.5);
    s.pause(5).end(write(s, 35), Outcome.OK);
    s.pause(60).reading(DEVICE, 7, 85, 35);
    ValueChange change = only(s);
    assertThat(change.point()).isEqualTo("analog-value,7/present-value");
    assertThat(change.before()).isEqualTo(new ValueChange.Told("20.5", null, Scene.START + 60 * Scene.SECOND, false));
    assertThat(change.after()).isEqualTo(new ValueChange.Told("35", null, Scene.START + 65 * Scene.SECOND, true));
  }

  @Test
  void ofSeveralWritesTheFirstTellsWhatWasAndTheLastWhatIs() {
    Scene s = new Scene().named();
    s.reading(DEVICE, 7, 85, 20);
    for (double value : new double[] {25, 30, 35}) {
      s.pause(2).end(write(s, value), Outcome.OK);
    }
    ValueChange change = only(s);
    assertThat(change.before()).isNotNull().extracting(ValueChange.Told::value).isEqualTo("20");
    assertThat(change.after()).isNotNull().extracting(ValueChange.Told::value).isEqualTo("35");
  }

  @Test
  void aWriteThatWasCarriedOutIsWhatTheNextOneFinds() {
    Scene s = new Scene().named();
    s.end(write(s, 25), Outcome.OK);
    s.pause(2).end(write(s, 99), Outcome.error("write-access-denied"));
    s.pause(1200);
    write(s, 30);
    List<Alert> alerts = s.judge().alerts().stream().filter(a -> a.detection().id().equals("BAC-01")).toList();
    assertThat(alerts).hasSize(2);
    assertThat(alerts.getFirst().changes().getFirst().before()).as("nobody had said anything").isNull();
    assertThat(alerts.getLast().changes().getFirst().before()).isEqualTo(new ValueChange.Told("25", null, Scene.START, true));
  }

  @Test
  void nobodyKnowsWhatAPointIsWhoseCommandWasGivenBack() {
    Scene s = new Scene().named();
    s.end(write(s, 25), Outcome.OK);
    s.pause(2);
    s.end(s.act(STRANGER, s.host(DEVICE), "bacnet", 47808, Verb.RELINQUISH, "writeProperty", new Point.Bacnet(2, 7, 85, -1), new Value.Null(), 10, ""), Outcome.OK);
    s.pause(1200);
    write(s, 30);
    List<Alert> alerts = s.judge().alerts().stream().filter(a -> a.detection().id().equals("BAC-01")).toList();
    assertThat(alerts.getLast().changes().getFirst().before()).isNull();
  }

  @Test
  void theValueOfAGroupAddressIsWhatAnybodySaidLast() {
    Scene s = new Scene().named();
    Point group = new Point.KnxGroup(0x0A03);
    Act first = s.act("10.2.0.20", s.host("10.2.0.21"), "knx", 3671, Verb.WRITE, "A_GroupValue_Write", group, new Value.Num(1), 0, "");
    Values values = new Values(10);
    values.act(new Act(first.stamp(), first.who(), "knx", null, first.id(), first.whom(), 3671, Verb.WRITE, first.operation(), group, first.value(), 0, "", Outcome.UNCONFIRMED));
    values.judged();
    Act second = s.act(STRANGER, s.host("10.2.0.21"), "knx", 3671, Verb.WRITE, "A_GroupValue_Write", group, new Value.Num(0), 0, "");
    values.act(second);
    ValueChange change = values.change(second);
    assertThat(change).isNotNull();
    assertThat(change.before()).isNotNull().extracting(ValueChange.Told::value).isEqualTo("1");
    assertThat(change.after()).as("asked so far").isNull();
    ValueChange confirmedByNobody = values.change(second.ended(second.stamp(), Outcome.UNCONFIRMED));
    assertThat(confirmedByNobody).isNotNull().extracting(ValueChange::after).isNotNull();
  }

  @Test
  void whatTheDeviceRefusedIsNotWhatItIs() {
    Scene s = new Scene().named();
    s.reading(DEVICE, 7, 85, 20);
    s.pause(2).end(write(s, 501), Outcome.OK);
    s.pause(2);
    Act refused = write(s, 999);
    s.pause(2).end(refused, Outcome.error("Illegal Data Address"));
    s.pause(2).end(write(s, 1000), Outcome.UNANSWERED);
    ValueChange change = only(s);
    assertThat(change.before()).isNotNull().extracting(ValueChange.Told::value).isEqualTo("20");
    assertThat(change.after()).isEqualTo(new ValueChange.Told("501", null, Scene.START + 2 * Scene.SECOND, true));
  }

  @Test
  void whatWasOnlyAskedIsNoValueUntilItIsConfirmed() {
    for (long quantum : new long[] {0, 100_000_000L, 10_000_000_000L}) {
      Scene s = new Scene().named();
      s.reading(DEVICE, 7, 85, 20);
      s.pause(2);
      Act asked = write(s, 35);
      s.pause(15).end(asked, Outcome.OK);
      List<ValueChange.@Nullable Told> told = new ArrayList<>();
      s.judge(PolicySet.shipped(), quantum, a -> {
        if (a.detection().id().equals("BAC-01")) {
          told.add(a.changes().getFirst().after());
        }
      });
      assertThat(told).containsExactly(null, new ValueChange.Told("35", null, Scene.START + 17 * Scene.SECOND, true));
    }
  }

  @Test
  void devicesWhosePointsBearOneNameAreToldApart() {
    @Nullable List<String> one = null;
    for (long quantum : new long[] {0, 100_000_000L, 10_000_000_000L}) {
      Scene s = new Scene().conduit("plant", "theatre", "tls");
      s.reading(DEVICE, 7, 85, 20);
      s.reading("10.2.0.11", 7, 85, 50);
      s.pause(2).end(write(s, 25), Outcome.OK);
      s.millis(40).end(s.act(STRANGER, s.host("10.2.0.11"), "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, 7, 85, -1), new Value.Num(60), 10, ""), Outcome.OK);
      AlertLog log = s.judge(PolicySet.shipped(), quantum);
      Alert alert = log.alerts().stream().filter(a -> a.detection().id().equals("NET-07")).findFirst().orElseThrow(() -> new AssertionError(Scene.said(log)));
      assertThat(alert.changes()).extracting(c -> c.whom().ip() + ": " + Objects.requireNonNull(c.before()).value() + " > " + Objects.requireNonNull(c.after()).value())
          .containsExactly(DEVICE + ": 20 > 25", "10.2.0.11: 50 > 60");
      one = one == null ? Scene.json(log) : one;
      assertThat(Scene.json(log)).isEqualTo(one);
    }
  }

  @Test
  void batchesOfAnyLengthTellTheSameValues() {
    Scene s = new Scene().named();
    for (int i = 0; i < 40; i++) {
      s.reading(DEVICE, 7, 85, i);
      s.millis(30).end(write(s, 100 + i), i % 3 == 0 ? Outcome.error("write-access-denied") : Outcome.OK);
      s.millis(700);
    }
    List<String> one = Scene.json(s.judge(PolicySet.shipped(), 0));
    assertThat(Scene.json(s.judge(PolicySet.shipped(), 100_000_000L))).isEqualTo(one);
    assertThat(Scene.json(s.judge(PolicySet.shipped(), 10_000_000_000L))).isEqualTo(one);
    assertThat(one.toString()).contains("\"before\":{\"value\":");
  }

  @Test
  void moreChangedPointsThanAnAlertListsAreCutAndLongValuesToo() {
    Scene s = new Scene().named();
    for (int i = 0; i < 40; i++) {
      s.end(s.act(STRANGER, s.host(DEVICE), "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(40, i, 85, -1), new Value.Text("<b>".repeat(200)), 10, ""), Outcome.OK);
      s.pause(1);
    }
    Alert alert = alert(s, s.judge());
    assertThat(alert.changes()).hasSizeLessThanOrEqualTo(Alert.CHANGES_LIMIT).isNotEmpty();
    assertThat(AlertJson.write(alert).path("values").get(0).path("after").path("value").asText()).hasSize(256);
  }
}
