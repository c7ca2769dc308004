package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import org.junit.jupiter.api.Test;

class BacnetStoryTest {
  private static final Point BDT = new Point.Named("bvlc", "broadcast-distribution-table");
  private static final Point FDT = new Point.Named("bvlc", "foreign-device-table");

  private final Scene scene = new Scene();

  private static Point property(int type, int instance, int property) {
    return new Point.Bacnet(type, instance, property, -1);
  }

  @Test
  void aStrangerWritesToTheTheatre() {
    scene.named().write("10.1.0.66", "10.2.0.10", 3, 8);
    long packet = scene.packet();
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-01 critical 10.1.0.66 > 10.2.0.10");
    Alert a = log.alerts().stream().filter(x -> x.detection().id().equals("BAC-01")).findFirst().orElseThrow();
    assertThat(a.packets()).singleElement().satisfies(p -> assertThat(p.index()).isEqualTo(packet));
    assertThat(a.facts()).contains("operation writeProperty on analog-value,3/present-value", "value 21.5", "priority 8");
    assertThat(a.reasons()).containsExactly("raised: care importance 5 of 5 of the target");
    assertThat(a.sha256()).hasSize(64);
  }

  @Test
  void theSupervisorAndTheOperatorMayWrite() {
    scene.named().write("10.1.0.5", "10.2.0.10", 3, 16);
    scene.write("10.1.0.6", "10.2.0.10", 3, 8);
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void anOperatorAboveHisPriorityIsNotTheWriterTheSiteNames() {
    scene.named().write("10.1.0.6", "10.2.0.10", 3, 7);
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-01 high 10.1.0.6 > 10.2.0.10");
  }

  @Test
  void whatAnAnnouncedInterventionCoversIsToldAsLowAndSaysWhy() {
    scene.named().maintenance("10.1.0.77", "10.2.0.0/16").write("10.1.0.77", "10.2.0.10", 3, 8);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-01 low 10.1.0.77 > 10.2.0.10");
    assertThat(log.alerts().getLast().reasons()).anyMatch(r -> r.startsWith("lowered: announced intervention until "));
    assertThat(scene.counters()).containsEntry("rule_announced", 2L); // the act, and the arrival of who did it
  }

  @Test
  void ofWhatAnInterventionCoversNothingIsLearned() {
    scene.maintenance("10.1.0.77", "10.2.0.0/16").write("10.1.0.77", "10.2.0.10", 3, 8);
    scene.learned().pause(7200).write("10.1.0.77", "10.2.0.10", 3, 8);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-01 critical 10.1.0.77 > 10.2.0.10");
    assertThat(log.candidates()).anyMatch(c -> c.facts().stream().anyMatch(f -> f.startsWith("lowered: announced intervention")));
  }

  @Test
  void theSameHandOutsideItsMaintenanceIsNot() {
    scene.named().maintenance("10.1.0.77", "10.2.0.0/16").pause(3600).write("10.1.0.77", "10.2.0.10", 3, 8);
    assertThat(Scene.said(scene.judge())).hasSize(1);
  }

  @Test
  void withoutASiteWritesAreLearnedAndCandidatesSayWhat() {
    scene.write("10.1.0.66", "10.1.0.10", 3, 8);
    scene.pause(5).write("10.1.0.66", "10.1.0.10", 3, 8);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).isEmpty();
    assertThat(log.candidates()).filteredOn(c -> c.detection().id().equals("BAC-01")).singleElement().satisfies(c -> {
      assertThat(c.count()).isEqualTo(2);
      assertThat(c.point()).isEqualTo("analog-value,3/present-value");
    });
  }

  @Test
  void aLearnedWriterIsKnownForWhatItWroteAndLessForTheRest() {
    scene.write("10.1.0.6", "10.1.0.10", 3, 8);
    scene.learned().write("10.1.0.6", "10.1.0.10", 3, 8);
    assertThat(Scene.said(scene.judge())).isEmpty();
    scene.write("10.1.0.6", "10.1.0.10", 4, 8);
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-01 medium 10.1.0.6 > 10.1.0.10");
  }

  @Test
  void aLifeSafetyPriorityIsJudgedWhoeverWrites() {
    scene.named().write("10.1.0.5", "10.2.0.10", 3, 1);
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-02 critical 10.1.0.5 > 10.2.0.10");
  }

  @Test
  void aRelinquishedLifeSafetyCommandIsNamedAsSuch() {
    scene.act("10.1.0.5", scene.host("10.1.0.10"), "bacnet", 47808, Verb.RELINQUISH, "writeProperty", property(4, 1, 85),
        new Value.Null(), 2, "");
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-02 medium 10.1.0.5 > 10.1.0.10");
    assertThat(log.alerts().getFirst().facts().getFirst()).contains("relinquished");
  }

  @Test
  void priorityEightAndOtherPropertiesAreNoLifeSafety() {
    scene.named().write("10.1.0.5", "10.2.0.10", 3, 8);
    scene.bacnet("10.1.0.5", "10.2.0.10", Verb.WRITE, "writeProperty", property(2, 3, 104), 1, "");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void silencingADeviceIsCriticalAndTellsHowItEnded() {
    scene.end(scene.bacnet("10.1.0.5", "10.1.0.10", Verb.DISABLE, "deviceCommunicationControl", null, 0, "disable, indefinite, no password"),
        Outcome.OK);
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-09 critical 10.1.0.5 > 10.1.0.10");
    assertThat(log.alerts().getFirst().facts())
        .contains("disable, indefinite, no password", "outcome: carried out, the target confirmed it");
    assertThat(log.alerts().getFirst().count()).isEqualTo(1);
  }

  @Test
  void enablingADeviceIsSilent() {
    scene.bacnet("10.1.0.66", "10.1.0.10", Verb.ENABLE, "deviceCommunicationControl", null, 0, "enable");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void aRestartIsReported() {
    scene.bacnet("10.1.0.66", "10.1.0.10", Verb.RESTART, "reinitializeDevice", null, 0, "coldstart, no password");
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-10 high 10.1.0.66 > 10.1.0.10");
  }

  @Test
  void aBackupIsNoRestart() {
    scene.bacnet("10.1.0.66", "10.1.0.10", Verb.RESTART, "reinitializeDevice", null, 0, "start-backup, password");
    scene.bacnet("10.1.0.66", "10.1.0.10", Verb.RESTART, "reinitializeDevice", null, 0, "endrestore, password");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void oneGlobalWhoIsOfAStrangerIsLowAndThreeAreMedium() {
    scene.named().whoIs("10.1.0.66", "unbounded, global");
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-16 low 10.1.0.66 > 255.255.255.255");
    scene.pause(30).whoIs("10.1.0.66", "unbounded, global");
    scene.pause(30).whoIs("10.1.0.66", "unbounded, global");
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-16 medium 10.1.0.66 > 255.255.255.255");
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("BAC-16")).findFirst().orElseThrow().packets()).hasSize(3);
  }

  @Test
  void threeWhoIsOverALongTimeStayLow() {
    scene.named();
    for (int i = 0; i < 3; i++) {
      scene.whoIs("10.1.0.66", "unbounded, global");
      scene.pause(119);
    }
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-16 low 10.1.0.66 > 255.255.255.255");
  }

  @Test
  void rangesSweptByAStrangerAreMedium() {
    scene.named();
    for (int i = 0; i < 5; i++) {
      scene.millis(500).whoIs("10.1.0.66", i * 1000 + "-" + (i * 1000 + 999) + ", global");
    }
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-16 medium 10.1.0.66 > -");
  }

  @Test
  void theSupervisorMayDiscoverAndAnyoneMayAskForOneDevice() {
    scene.named().whoIs("10.1.0.5", "unbounded, global");
    scene.whoIs("10.1.0.5", "unbounded, global");
    scene.whoIs("10.1.0.5", "unbounded, global");
    scene.whoIs("10.1.0.5", "0-1000");
    scene.whoIs("10.1.0.66", "1001-1001");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void takingTheListsOfTenDevicesIsEnumeration() {
    scene.named();
    for (int i = 1; i <= 10; i++) {
      scene.millis(300).bacnet("10.1.0.66", "10.2.0." + i, Verb.READ, "readProperty", property(8, i, 76), 0, "");
    }
    long packet = scene.packet();
    AlertLog log = scene.judge();
    assertThat(Scene.said(log)).containsExactly("BAC-17 medium 10.1.0.66 > 10.2.0.1");
    Alert a = log.alerts().stream().filter(x -> x.detection().id().equals("BAC-17")).findFirst().orElseThrow();
    assertThat(a.whom()).hasSize(10);
    assertThat(a.packets()).singleElement().satisfies(p -> assertThat(p.index()).isEqualTo(packet));
  }

  @Test
  void twoHundredObjectsOfOneDeviceAreEnumerationToo() {
    scene.named();
    for (int i = 0; i < 200; i++) {
      scene.millis(100).bacnet("10.1.0.66", "10.2.0.1", Verb.READ, "readProperty", property(2, i, 85), 0, "");
    }
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-17 medium 10.1.0.66 > 10.2.0.1");
  }

  @Test
  void theSupervisorMayReadEverythingAndAnyoneALittle() {
    scene.named();
    for (int i = 1; i <= 60; i++) {
      scene.millis(100).bacnet("10.1.0.5", "10.2.0." + i, Verb.READ, "readProperty", property(8, i, 76), 0, "");
    }
    for (int i = 1; i <= 9; i++) {
      scene.millis(100).bacnet("10.1.0.66", "10.2.0." + i, Verb.READ, "readProperty", property(8, i, 76), 0, "");
    }
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void writingTheBroadcastTableAndDeletingAForeignDeviceAreReported() {
    scene.bacnet("10.1.0.66", "10.1.0.2", Verb.CONFIGURE, "Write-Broadcast-Distribution-Table", BDT, 0, "2 entries");
    scene.bacnet("10.1.0.67", "10.1.0.2", Verb.DELETE, "Delete-Foreign-Device-Table-Entry", FDT, 0, "");
    assertThat(Scene.said(scene.judge()))
        .containsExactly("BAC-23 high 10.1.0.66 > 10.1.0.2", "BAC-23 high 10.1.0.67 > 10.1.0.2");
  }

  @Test
  void readingTheBroadcastTableIsSilent() {
    scene.bacnet("10.1.0.66", "10.1.0.2", Verb.READ, "Read-Broadcast-Distribution-Table", BDT, 0, "");
    assertThat(Scene.said(scene.judge())).isEmpty();
  }

  @Test
  void aNewForeignDeviceIsReportedAndAKnownOneRenews() {
    scene.bacnet("10.1.0.20", "10.1.0.2", Verb.REGISTER, "Register-Foreign-Device", FDT, 0, "time to live 600 s");
    scene.learned().bacnet("10.1.0.20", "10.1.0.2", Verb.REGISTER, "Register-Foreign-Device", FDT, 0, "time to live 600 s");
    assertThat(Scene.said(scene.judge())).isEmpty();
    scene.bacnet("10.9.0.66", "10.1.0.2", Verb.REGISTER, "Register-Foreign-Device", FDT, 0, "time to live 65535 s");
    assertThat(Scene.said(scene.judge())).containsExactly("BAC-24 high 10.9.0.66 > 10.1.0.2");
  }
}
