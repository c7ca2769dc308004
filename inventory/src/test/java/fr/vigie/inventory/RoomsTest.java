package fr.vigie.inventory;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls between the rooms of this module. */
final class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("fr.vigie.inventory");

  @Test
  void thereIsSomethingToLookAt() {
    assertThat(CLASSES.contain("fr.vigie.inventory.asset.Ledger")).isTrue();
    assertThat(CLASSES.contain("fr.vigie.inventory.store.Log")).isTrue();
  }

  @Test
  void ofTheSensorOnlyWhatItObservesAndWhatValuesMeanIsSeen() {
    noClasses().should().dependOnClassesThat(new DescribedPredicate<JavaClass>("rooms of the sensor behind observe and meaning") {
      @Override
      public boolean test(JavaClass c) {
        String room = c.getPackageName();
        return room.startsWith("fr.vigie.sensor") && !room.equals("fr.vigie.sensor.observe") && !room.equals("fr.vigie.sensor.meaning");
      }
    }).check(CLASSES);
  }

  @Test
  void theStoreKnowsNothingOfOurs() {
    noClasses().that().resideInAPackage("fr.vigie.inventory.store..").should()
        .dependOnClassesThat(new DescribedPredicate<JavaClass>("classes of ours outside the store") {
          @Override
          public boolean test(JavaClass c) {
            return c.getPackageName().startsWith("fr.vigie.") && !c.getPackageName().startsWith("fr.vigie.inventory.store");
          }
        }).check(CLASSES);
  }

  @Test
  void whatIsThereDoesNotKnowWhereItLasts() {
    noClasses().that().resideInAnyPackage("fr.vigie.inventory.asset..", "fr.vigie.inventory.site..", "fr.vigie.inventory.fingerprint..",
        "fr.vigie.inventory.json..").should().dependOnClassesThat()
        .resideInAnyPackage("fr.vigie.inventory.store..", "org.apache.lucene..").check(CLASSES);
  }

  @Test
  void theRoomsStandInOneDirection() {
    slices().matching("fr.vigie.inventory.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
