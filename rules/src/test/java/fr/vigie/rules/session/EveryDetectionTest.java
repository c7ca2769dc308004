package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Catalogue;
import fr.vigie.rules.alert.Detection;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Each detection of the catalogue has a story that raises it and a near miss that does not: in the lists of {@link CatalogueStoryTest} and
 * {@link RecollectionStoryTest}, or in the tests that are named here. There is no exception. Its exercise is KitTest's matter.
 */
final class EveryDetectionTest {
  /** Where a story and a near miss are told in tests of their own. */
  private record Told(Class<?> test, String story, String nearMiss) {}

  private static final Map<String, Told> ELSEWHERE = Map.ofEntries(
      bacnet("BAC-01", "aStrangerWritesToTheTheatre", "theSupervisorAndTheOperatorMayWrite"),
      bacnet("BAC-02", "aLifeSafetyPriorityIsJudgedWhoeverWrites", "priorityEightAndOtherPropertiesAreNoLifeSafety"),
      bacnet("BAC-09", "silencingADeviceIsCriticalAndTellsHowItEnded", "enablingADeviceIsSilent"),
      bacnet("BAC-10", "aRestartIsReported", "aBackupIsNoRestart"),
      bacnet("BAC-16", "oneGlobalWhoIsOfAStrangerIsLowAndThreeAreMedium", "theSupervisorMayDiscoverAndAnyoneMayAskForOneDevice"),
      bacnet("BAC-17", "takingTheListsOfTenDevicesIsEnumeration", "theSupervisorMayReadEverythingAndAnyoneALittle"),
      bacnet("BAC-23", "writingTheBroadcastTableAndDeletingAForeignDeviceAreReported", "readingTheBroadcastTableIsSilent"),
      bacnet("BAC-24", "aNewForeignDeviceIsReportedAndAKnownOneRenews", "aNewForeignDeviceIsReportedAndAKnownOneRenews"),
      network("KNX-01", "writingAnAccessKeyIsTheLockOfKnx", "writingAnAccessKeyIsTheLockOfKnx"),
      network("KNX-06", "aNewTunnelIsReportedAndAKnownOneIsNot", "aNewTunnelIsReportedAndAKnownOneIsNot"),
      network("MOD-01", "aNewModbusMasterThatWritesIsReportedAndTheOldOneIsNot", "aNewModbusMasterThatWritesIsReportedAndTheOldOneIsNot"),
      network("MOD-04", "silentUnitsOneAfterTheOtherAreASweep", "unitsThatAnswerAreNoSweep"),
      network("WEB-01", "theUserPageOfATrendControllerIsATakeOver", "otherPagesAndOtherServersAreNoTakeOver"),
      network("NET-01", "aNewDeviceIsReportedOnceAndOnlyWhereTheSiteWatches", "aKnownDeviceWithAnotherAddressIsNotNew"),
      network("NET-02", "aStolenAddressNamesTheThief", "sharedAddressesReplacedDevicesAndLeasesAreNoConflict"),
      network("NET-04", "twentyFiveClosedPortsAreAScanAndSixAreNot", "theSupervisorPollsItsDevicesInPeace"),
      network("NET-07", "whatNoConduitLetsPassIsOneAlertForEachZone", "withoutConduitsNothingCrosses"),
      capture("SEN-01", "oneDirectionMissingOnAVlanIsReportedAndGrowsWhileItLasts", "ninetyFourOfAHundredAreNotOneDirectionMissing"),
      capture("SEN-02", "framesTwiceAreReportedFromFiveOfAHundredOn", "framesTwiceAreReportedFromFiveOfAHundredOn"),
      capture("SEN-03", "lossesAreReportedAboveOneInAThousandAndAtOnceInTheUrgentLane", "lossesAreReportedAboveOneInAThousandAndAtOnceInTheUrgentLane"),
      capture("SEN-04", "aVlanThatIsAbsentOrFellSilentIsReportedByWhatProvesIt", "whatOnlyTheNetworkTeamNeedsRaisesNothing"),
      capture("SEN-05", "aSilentPortIsReported", "whatOnlyTheNetworkTeamNeedsRaisesNothing"));

  private static Map.Entry<String, Told> bacnet(String detection, String story, String nearMiss) {
    return Map.entry(detection, new Told(BacnetStoryTest.class, story, nearMiss));
  }

  private static Map.Entry<String, Told> network(String detection, String story, String nearMiss) {
    return Map.entry(detection, new Told(NetworkStoryTest.class, story, nearMiss));
  }

  private static Map.Entry<String, Told> capture(String detection, String story, String nearMiss) {
    return Map.entry(detection, new Told(CaptureStoryTest.class, story, nearMiss));
  }

  private static boolean test(Class<?> type, String name) {
    for (Method m : type.getDeclaredMethods()) {
      if (m.getName().equals(name) && m.isAnnotationPresent(Test.class)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void eachDetectionHasAStoryAndANearMiss() {
    List<String> catalogue = Catalogue.shipped().all().stream().map(Detection::id).toList();
    Set<String> told = new TreeSet<>(CatalogueStoryTest.detections());
    told.addAll(RecollectionStoryTest.detections());
    told.addAll(ELSEWHERE.keySet());
    assertThat(told).containsExactlyInAnyOrderElementsOf(catalogue);
  }

  @Test
  void whatIsToldElsewhereIsATest() {
    List<String> missing = new ArrayList<>();
    ELSEWHERE.forEach((detection, told) -> {
      for (String name : List.of(told.story(), told.nearMiss())) {
        if (!test(told.test(), name)) {
          missing.add(detection + ": " + told.test().getSimpleName() + "." + name);
        }
      }
    });
    assertThat(missing).isEmpty();
  }
}
