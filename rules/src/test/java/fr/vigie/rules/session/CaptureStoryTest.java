package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Lapse.Basis;
import fr.vigie.sensor.observe.Lapse.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the capture fails to deliver, told by the sensor and judged by the shipped policy. */
class CaptureStoryTest {
  private final Scene scene = new Scene();

  private void lapse(Kind kind, int vlan, long part, long whole, String proof, long hidden) {
    scene.lapse(kind, 0, vlan, part, whole, proof, hidden, hidden < 0 ? Basis.NONE : Basis.NEVER_ANSWERED);
  }

  private static List<String> said(AlertLog log) {
    return log.alerts().stream().map(a -> a.detection().id() + " " + a.severity().letter() + " " + a.who().vlan() + " x" + a.count()).toList();
  }

  @Test
  void oneDirectionMissingOnAVlanIsReportedAndGrowsWhileItLasts() {
    lapse(Kind.ONE_WAY, 20, 118, 120, "", 17);
    scene.pause(300);
    lapse(Kind.ONE_WAY, 20, 90, 91, "", 17);
    AlertLog log = scene.judge();
    assertThat(said(log)).containsExactly("SEN-01 H 20 x2");
    Alert alert = log.alerts().getFirst();
    assertThat(alert.facts()).contains("interface story.pcap, VLAN 20", "118 of 120", "about 17 devices cannot be seen (never-answered)")
        .doesNotContain("90 of 91");
    assertThat(alert.packets()).isNotEmpty();
    assertThat(alert.assets()).isEmpty();
    assertThat(alert.who().ip()).isNull();
  }

  @Test
  void twoVlansAreTwoAlerts() {
    lapse(Kind.ONE_WAY, 20, 118, 120, "", 17);
    lapse(Kind.ONE_WAY, 30, 118, 120, "", 17);
    assertThat(said(scene.judge())).containsExactly("SEN-01 H 20 x1", "SEN-01 H 30 x1");
  }

  @Test
  void ninetyFourOfAHundredAreNotOneDirectionMissing() {
    lapse(Kind.ONE_WAY, 20, 94, 100, "", 17);
    assertThat(said(scene.judge())).isEmpty();
  }

  @Test
  void framesTwiceAreReportedFromFiveOfAHundredOn() {
    lapse(Kind.TWICE, 20, 49, 1000, "", 0);
    lapse(Kind.TWICE, 30, 50, 1000, "", 0);
    assertThat(said(scene.judge())).containsExactly("SEN-02 M 30 x1");
  }

  @Test
  void lossesAreReportedAboveOneInAThousandAndAtOnceInTheUrgentLane() {
    lapse(Kind.LOST, -1, 1, 1000, "kernel", -1);
    assertThat(said(scene.judge())).isEmpty();
    lapse(Kind.LOST, -1, 2, 1000, "kernel", -1);
    lapse(Kind.LOST, -1, 1, 0, "lane-a", -1);
    assertThat(said(scene.judge())).containsExactly("SEN-03 H -1 x1", "SEN-03 H -1 x1");
  }

  @Test
  void aVlanThatIsAbsentOrFellSilentIsReportedByWhatProvesIt() {
    lapse(Kind.VLAN_ABSENT, 30, 0, 0, "site", -1);
    lapse(Kind.VLAN_ABSENT, 40, 60, 0, "arp", 12);
    lapse(Kind.VLAN_SILENT, 50, 1500, 0, "daily", 9);
    scene.pause(300);
    lapse(Kind.VLAN_SILENT, 50, 1505, 0, "daily", 9);
    assertThat(said(scene.judge())).containsExactly("SEN-04 H 30 x1", "SEN-04 H 40 x1", "SEN-04 H 50 x2");
  }

  @Test
  void aRoutedNetworkAndMissingTagsAreLessSure() {
    lapse(Kind.NETWORK_ABSENT, -1, 2001, 0, "bacnet", -1);
    lapse(Kind.NETWORK_ABSENT, -1, 2002, 0, "bacnet", -1);
    lapse(Kind.UNTAGGED, -1, 8, 8, "site", -1);
    assertThat(said(scene.judge())).containsExactlyInAnyOrder("SEN-04 M -1 x1", "SEN-04 M -1 x1", "SEN-04 M -1 x1");
  }

  @Test
  void aSilentPortIsReported() {
    lapse(Kind.SILENT, -1, 60, 0, "", 24);
    assertThat(said(scene.judge())).containsExactly("SEN-05 H -1 x1");
  }

  @Test
  void whatOnlyTheNetworkTeamNeedsRaisesNothing() {
    lapse(Kind.CUT, 20, 900, 1000, "", 0);
    lapse(Kind.MERGED, 20, 900, 1000, "", 0);
    lapse(Kind.FLOODED, -1, 900, 1000, "", -1);
    lapse(Kind.CLOCK, -1, 3, 0, "", -1);
    assertThat(said(scene.judge())).isEmpty();
  }

  @Test
  void theCaptureIsNoDevice() {
    lapse(Kind.ONE_WAY, 20, 118, 120, "", 17);
    AlertLog log = scene.judge();
    assertThat(log.alerts()).noneMatch(a -> a.detection().id().equals("NET-01"));
    assertThat(scene.story).allMatch(o -> o instanceof Lapse);
  }
}
