package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact.Answer;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import org.junit.jupiter.api.Test;

class NetworkStoryTest {
  private final Scene scene = new Scene();

  private Act knx(String who, Endpoint whom, Verb verb, String operation) {
    return scene.act(who, whom, "knx", 3671, verb, operation, null, null, 0, "");
  }

  private Act modbus(String who, String gateway, int unit, Verb verb, String operation) {
    Point point = verb == Verb.DISCOVER ? null : new Point.Modbus("holding-register", 10, 1);
    return scene.act(who, scene.endpoints.modbus(scene.host(gateway), unit), "modbus", 502, verb, operation, point,
        verb == Verb.WRITE ? new Value.Num(1) : null, 0, "");
  }

  private Act snmp(Verb verb, String oid) {
    return scene.act("10.1.0.66", scene.host("10.1.0.30"), "snmp", 161, verb, "SetRequest", new Point.Named("oid", oid),
        new Value.Num(2), 0, "");
  }

  private Act web(String whom, String method, String path) {
    return scene.act("10.1.0.66", scene.host(whom), "http", 80, Verb.REQUEST, method, new Point.Named("path", path), null, 0, "");
  }

  @Test
  void writingAnAccessKeyIsTheLockOfKnx() {
    knx("10.1.0.66", scene.endpoints.knx(scene.host("10.1.0.40"), 0x1107), Verb.CONFIGURE, "A_Key_Write");
    knx("10.1.0.5", scene.endpoints.knx(scene.host("10.1.0.40"), 0x1107), Verb.AUTHENTICATE, "A_Authorize_Request");
    assertThat(Scene.said(scene.judge())).containsExactly("KNX-01 critical 10.1.0.66 > 10.1.0.40");
  }

  @Test
  void aNewTunnelIsReportedAndAKnownOneIsNot() {
    knx("10.1.0.5", scene.host("10.1.0.40"), Verb.CONNECT, "CONNECT_REQUEST");
    scene.learned();
    knx("10.1.0.5", scene.host("10.1.0.40"), Verb.CONNECT, "CONNECT_REQUEST");
    knx("10.1.0.66", scene.host("10.1.0.40"), Verb.CONNECT, "CONNECT_REQUEST");
    assertThat(Scene.said(scene.judge())).containsExactly("KNX-06 high 10.1.0.66 > 10.1.0.40");
  }

  @Test
  void aNewModbusMasterThatWritesIsReportedAndTheOldOneIsNot() {
    modbus("10.1.0.5", "10.1.0.50", 3, Verb.WRITE, "Write Single Register");
    scene.learned();
    modbus("10.1.0.5", "10.1.0.50", 3, Verb.WRITE, "Write Single Register");
    modbus("10.1.0.66", "10.1.0.50", 3, Verb.WRITE, "Write Single Register");
    assertThat(Scene.said(scene.judge())).containsExactly("MOD-01 high 10.1.0.66 > 10.1.0.50");
  }

  @Test
  void silentUnitsOneAfterTheOtherAreASweep() {
    long packet = 0;
    for (int unit = 1; unit <= 12; unit++) {
      scene.millis(250);
      modbus("10.1.0.66", "10.1.0.50", unit, Verb.READ, "Read Holding Registers");
      packet = unit == 9 ? scene.packet() : packet;
    }
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("MOD-04 medium 10.1.0.66 > 10.1.0.50");
    long ninth = packet;
    assertThat(log.alerts().getFirst().packets()).hasSize(4).first().satisfies(p -> assertThat(p.index()).isEqualTo(ninth));
  }

  @Test
  void unitsThatAnswerAreNoSweep() {
    for (int unit = 1; unit <= 30; unit++) {
      scene.millis(250);
      Act act = modbus("10.1.0.5", "10.1.0.50", unit, Verb.READ, "Read Holding Registers");
      scene.millis(50).end(act, Outcome.OK);
    }
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void askingTenDevicesWhatTheyAreIsASweepUnlessTheSupervisorAsks() {
    scene.named();
    for (int i = 1; i <= 10; i++) {
      scene.millis(100);
      scene.end(modbus("10.1.0.66", "10.1.1." + i, 1, Verb.DISCOVER, "Report Server ID"), Outcome.OK);
      scene.end(modbus("10.1.0.5", "10.1.1." + i, 1, Verb.DISCOVER, "Report Server ID"), Outcome.OK);
    }
    assertThat(Scene.said(scene.judge())).containsExactly("MOD-04 medium 10.1.0.66 > 10.1.1.1");
  }

  @Test
  void switchingAnUpsOrAnOutletIsCritical() {
    snmp(Verb.WRITE, "1.3.6.1.2.1.33.1.8.2.0");
    snmp(Verb.WRITE, "1.3.6.1.4.1.318.1.1.1.6.2.1.0");
    snmp(Verb.WRITE, "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.1");
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("UPS-01 critical 10.1.0.66 > 10.1.0.30");
    assertThat(log.alerts().getFirst().count()).isEqualTo(3);
  }

  @Test
  void readingAControlObjectAndSettingAContactAreSilent() {
    snmp(Verb.READ, "1.3.6.1.2.1.33.1.8.2.0");
    snmp(Verb.WRITE, "1.3.6.1.2.1.1.4.0");
    snmp(Verb.WRITE, "1.3.6.1.2.1.33.1.80.1.0");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void theUserPageOfATrendControllerIsATakeOver() {
    scene.claim("10.1.0.60", Trait.BANNER, "http-server=Trend IQ4/4.34");
    web("10.1.0.60", "GET", "/U.htm?x=1");
    web("10.1.0.61", "POST", "/U.htm");
    assertThat(Scene.said(scene.judge()))
        .containsExactly("WEB-01 critical 10.1.0.66 > 10.1.0.60", "WEB-01 critical 10.1.0.66 > 10.1.0.61");
  }

  @Test
  void otherPagesAndOtherServersAreNoTakeOver() {
    scene.claim("10.1.0.60", Trait.BANNER, "http-server=Trend IQ4/4.34");
    web("10.1.0.60", "POST", "/T.htm");
    web("10.1.0.60", "GET", "/setup.htm");
    web("10.1.0.61", "GET", "/U.htm");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void aNewDeviceIsReportedOnceAndOnlyWhereTheSiteWatches() {
    scene.named().arp("10.1.0.5", 0x001122334405L);
    scene.learned().arp("10.1.0.5", 0x001122334405L);
    scene.arp("172.16.3.4", 0x021122334477L);
    scene.arp("10.1.0.66", 0x001122334466L);
    scene.pause(60).arp("10.1.0.66", 0x001122334466L);
    AlertLog log = scene.judge();
    assertThat(log.alerts()).extracting(Scene::line).containsExactly("NET-01 medium 10.1.0.66 > -");
  }

  @Test
  void aKnownDeviceWithAnotherAddressIsNotNew() {
    scene.named().arp("10.1.0.70", 0x001122334470L);
    scene.learned();
    scene.story.add(new fr.vigie.sensor.observe.Sighting(scene.stamp(), scene.host("10.1.0.71", 0x001122334470L), "dhcp", null,
        fr.vigie.sensor.observe.Sighting.How.DHCP));
    scene.contact("10.1.0.71", "10.1.0.5", "http", 80, Answer.ANSWERED);
    assertThat(scene.judge().alerts()).extracting(a -> a.detection().id() + " " + a.who().ip()).doesNotContain("NET-01 10.1.0.71");
  }

  @Test
  void aStolenAddressNamesTheThief() {
    scene.arp("10.1.0.33", 0x001122334433L);
    scene.arp("10.1.0.66", 0x001122334466L);
    scene.pause(60).arp("10.1.0.33", 0x001122334466L);
    scene.pause(1).arp("10.1.0.33", 0x001122334433L);
    scene.pause(1).arp("10.1.0.33", 0x001122334466L);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("NET-02 high 10.1.0.66 > 10.1.0.33");
    assertThat(log.alerts().getFirst().count()).isEqualTo(2);
    assertThat(log.alerts().getFirst().who().macText()).isEqualTo("00:11:22:33:44:66");
  }

  @Test
  void aVirtualRoutersAddressCanBeStolenToo() {
    scene.arp("10.1.0.254", 0x00005e000101L);
    scene.arp("10.1.0.66", 0x001122334466L);
    scene.pause(5).arp("10.1.0.254", 0x001122334466L);
    assertThat(Scene.said(scene.judge())).containsExactly("NET-02 high 10.1.0.66 > 10.1.0.254");
  }

  @Test
  void theGatewaysAddressIsWorseToLose() {
    scene.named().arp("10.1.0.1", 0x001122334401L);
    scene.pause(3600).arp("10.1.0.1", 0x001122334466L);
    assertThat(Scene.said(scene.judge())).containsExactly("NET-02 critical 10.1.0.1 > 10.1.0.1");
  }

  @Test
  void sharedAddressesReplacedDevicesAndLeasesAreNoConflict() {
    scene.redundant(0x001122330001L, 0x001122330002L);
    scene.arp("10.1.0.100", 0x001122330001L);
    scene.pause(1).arp("10.1.0.100", 0x001122330002L);
    scene.arp("10.1.0.101", 0x001122330003L);
    scene.pause(1).arp("10.1.0.101", 0x00005e000107L);
    scene.arp("10.1.0.102", 0x001122330004L);
    scene.pause(1).arp("10.1.0.102", 0x00000c07ac01L);
    scene.arp("10.1.0.103", 0x001122330005L);
    scene.pause(301).arp("10.1.0.103", 0x001122330006L);
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void twentyFiveClosedPortsAreAScanAndSixAreNot() {
    for (int port = 1; port <= 6; port++) {
      scene.millis(100).contact("10.1.0.7", "10.1.0.20", "tcp", port, Answer.REFUSED);
    }
    for (int port = 1; port <= 25; port++) {
      scene.millis(100).contact("10.1.0.66", "10.1.0.20", "tcp", port, Answer.REFUSED);
    }
    assertThat(Scene.said(scene.judge())).containsExactly("NET-04 high 10.1.0.66 > 10.1.0.20");
  }

  @Test
  void theEndOfARefusedContactIsNoNewTry() {
    for (int port = 1; port <= 13; port++) {
      scene.millis(100).contact("10.1.0.66", "10.1.0.20", "tcp", port, Answer.REFUSED);
    }
    scene.pause(300);
    for (int port = 1; port <= 13; port++) {
      scene.millis(100).contact("10.1.0.66", "10.1.0.20", "tcp", port + 100, Answer.REFUSED);
      scene.ended("10.1.0.66", "10.1.0.20", "tcp", port, Answer.REFUSED);
    }
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void tenControllersNeverSpokenToAreAScanWhateverThePort() {
    for (int i = 1; i <= 10; i++) {
      scene.contact("10.1.0.5", "10.1.1." + i, "bacnet", 47808, Answer.ANSWERED);
    }
    scene.learned();
    for (int i = 1; i <= 10; i++) {
      scene.millis(50).contact("10.1.0.66", "10.1.1." + i, "tcp", 80, Answer.SILENT);
    }
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("NET-04 high 10.1.0.66 > 10.1.1.1");
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("NET-04")).findFirst().orElseThrow().whom()).hasSize(10);
  }

  @Test
  void theSupervisorPollsItsDevicesInPeace() {
    scene.named();
    for (int i = 1; i <= 80; i++) {
      scene.millis(50).contact("10.1.0.5", "10.2.1." + i, "bacnet", 47808, Answer.ANSWERED);
    }
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void whatNoConduitLetsPassIsOneAlertForEachZone() {
    scene.conduit("plant", "theatre", "bacnet").contact("10.1.0.5", "10.2.0.1", "bacnet", 47808, Answer.ANSWERED);
    scene.contact("10.1.0.5", "10.1.0.9", "http", 80, Answer.ANSWERED);
    scene.contact("10.9.0.3", "10.2.0.1", "tcp", 80, Answer.SILENT);
    scene.contact("10.9.0.3", "10.2.0.2", "tcp", 80, Answer.SILENT);
    scene.contact("10.9.0.3", "10.1.0.2", "tcp", 80, Answer.SILENT);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log))
        .containsExactly("NET-07 critical 10.9.0.3 > 10.2.0.1", "NET-07 high 10.9.0.3 > 10.1.0.2");
    Alert first = log.alerts().stream().filter(a -> a.detection().id().equals("NET-07")).findFirst().orElseThrow();
    assertThat(first.whom()).hasSize(2);
    assertThat(first.facts()).contains("from zone office to zone theatre");
  }

  @Test
  void withoutConduitsNothingCrosses() {
    scene.named().contact("10.9.0.3", "10.2.0.1", "tcp", 80, Answer.ANSWERED);
    assertThat(Scene.said(scene.judge())).isEmpty();
  }
}
