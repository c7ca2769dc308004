package fr.vigie.sensor;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The walls between the sensor's rooms, as the architecture page draws them. */
class WallsTest {
  private static final String SENSOR = "fr.vigie.sensor";
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(SENSOR);

  private static void keepsOut(String room, String... others) {
    String[] packages = new String[others.length];
    for (int i = 0; i < others.length; i++) {
      packages[i] = others[i].isEmpty() ? SENSOR : SENSOR + "." + others[i] + "..";
    }
    noClasses().that().resideInAPackage(SENSOR + "." + room + "..").should().dependOnClassesThat().resideInAnyPackage(packages)
        .check(CLASSES);
  }

  @Test
  void observeKnowsNothingOfOurs() {
    keepsOut("observe", "wire", "protocol", "flow", "capture", "record", "");
  }

  @Test
  void captureKnowsObserveOnly() {
    keepsOut("capture", "wire", "protocol", "flow", "record", "");
  }

  @Test
  void wireKnowsObserveOnly() {
    keepsOut("wire", "protocol", "flow", "capture", "record", "");
  }

  @Test
  void protocolKnowsWireAndObserveOnly() {
    keepsOut("protocol", "flow", "capture", "record", "");
  }

  @Test
  void recordKnowsCaptureWireAndObserveOnly() {
    keepsOut("record", "flow", "protocol", "");
  }

  @Test
  void memoryGetsItsLengthFromOutsideInThreeClassesOnly() {
    noClasses().that().haveNameNotMatching("fr\\.vigie\\.sensor\\.(wire\\.Cursor|capture\\.(Ring|Filter(\\$Library)?))").should()
        .callMethodWhere(target(nameMatching("reinterpret")).and(target(owner(type(MemorySegment.class))))).check(CLASSES);
  }

  @Test
  void nobodyOfTheSensorKnowsTheRoomsBehindIt() {
    noClasses().that().resideInAPackage(SENSOR + "..").should().dependOnClassesThat()
        .resideInAnyPackage("fr.vigie.inventory..", "fr.vigie.rules..", "fr.vigie.web..", "fr.vigie.samples..").check(CLASSES);
  }
}
