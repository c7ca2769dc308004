package fr.vigie.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The walls of the web module: engines stay behind their rooms, and only the command room sees everything. */
final class WebWallsTest {
  private static final JavaClasses OURS = new ClassFileImporter().withImportOption(location -> !location.contains("test"))
      .importPackages("fr.vigie.web");

  @Test
  void pagesAndApiKnowNeitherLuceneNorDrools() {
    noClasses().that().resideInAnyPackage("fr.vigie.web.api..", "fr.vigie.web.access..", "fr.vigie.web.live..", "fr.vigie.web.ui..").should()
        .dependOnClassesThat().resideInAnyPackage("org.apache.lucene..", "org.drools..", "org.kie..").check(OURS);
  }

  @Test
  void theApiKnowsNothingOfPackets() {
    noClasses().that().resideInAnyPackage("fr.vigie.web.api..", "fr.vigie.web.access..").should().dependOnClassesThat()
        .resideInAnyPackage("fr.vigie.sensor..", "fr.vigie.rules..").check(OURS);
  }

  @Test
  void onlyTheCommandRoomSeesEverything() {
    noClasses().that().resideInAPackage("fr.vigie.web..").and().resideOutsideOfPackage("fr.vigie.web.command..").should().dependOnClassesThat()
        .resideInAPackage("fr.vigie.web.command..").allowEmptyShould(true).check(OURS);
  }

  @Test
  void accessKnowsNobody() {
    noClasses().that().resideInAPackage("fr.vigie.web.access..").should().dependOnClassesThat()
        .resideInAnyPackage("fr.vigie.web.api..", "fr.vigie.web.live..", "fr.vigie.web.report..", "fr.vigie.inventory..", "fr.vigie.rules..", "io.vertx..")
        .check(OURS);
  }

  @Test
  void roomsDoNotLeanOnEachOtherInCircles() {
    slices().matching("fr.vigie.web.(*)..").should().beFreeOfCycles().check(OURS);
  }
}
