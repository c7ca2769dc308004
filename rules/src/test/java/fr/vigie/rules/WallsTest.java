package fr.vigie.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WallsTest {
  /** What the build makes of the shipped policy carries a digest in its name. */
  private static final Pattern GENERATED = Pattern.compile(".*/fr/vigie/rules/policy/.*[0-9A-F]{32}.*");

  private static final JavaClasses RULES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.matches(GENERATED)).importPackages("fr.vigie.rules");

  @Test
  void onlyTheSessionKnowsDrools() {
    noClasses().that().resideOutsideOfPackages("fr.vigie.rules.session..", "fr.vigie.rules.policy..")
        .should().dependOnClassesThat().resideInAnyPackage("org.drools..", "org.kie..", "org.mvel2..").check(RULES);
  }

  @Test
  void policyHoldsTextsAndNoCode() {
    assertThat(RULES).noneMatch(c -> c.getPackageName().equals("fr.vigie.rules.policy") && !c.getSimpleName().equals("package-info"));
  }

  @Test
  void rulesSeeOfTheSensorOnlyWhatLeavesIt() {
    noClasses().should().dependOnClassesThat().resideInAnyPackage("fr.vigie.sensor.capture..", "fr.vigie.sensor.wire..",
        "fr.vigie.sensor.flow..", "fr.vigie.sensor.protocol..", "fr.vigie.web..").check(RULES);
  }

  @Test
  void theRoomsStandWithoutTheSession() {
    classes().that().resideInAnyPackage("fr.vigie.rules.alert..", "fr.vigie.rules.window..", "fr.vigie.rules.baseline..",
        "fr.vigie.rules.event..").should().onlyDependOnClassesThat().resideOutsideOfPackage("fr.vigie.rules.session..").check(RULES);
    slices().matching("fr.vigie.rules.(*)..").should().beFreeOfCycles().check(RULES);
  }
}
