package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Contact.Answer;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kie.api.KieBase;
import org.kie.api.definition.rule.Rule;

class JudgeTest {
  private static final String HEAD = """
      package fr.vigie.rules.policy;
      import fr.vigie.rules.event.Deed;
      import fr.vigie.sensor.observe.Verb;
      import function fr.vigie.rules.event.Report.report;
      """;

  @TempDir
  Path folder;

  private static Scene busy() {
    Scene s = new Scene().named().conduit("plant", "theatre", "bacnet");
    s.arp("10.1.0.5", 0x001122334405L);
    s.write("10.1.0.6", "10.1.0.10", 3, 8);
    s.learned();
    for (int i = 1; i <= 12; i++) {
      s.millis(37).arp("10.1.0." + (100 + i), 0x001122334400L + i);
      s.end(s.write("10.1.0.66", "10.2.0." + i % 4, i, i % 16 + 1), i % 2 == 0 ? Outcome.OK : Outcome.error("write-access-denied"));
      s.millis(11).whoIs("10.1.0.66", "unbounded, global");
      s.contact("10.9.0.3", "10.2.0." + i, "tcp", 80, Answer.SILENT);
      s.bacnet("10.1.0.66", "10.2.0." + i, Verb.READ, "readProperty", new Point.Bacnet(8, i, 76, -1), 0, "");
      s.arp("10.1.0.5", 0x001122334499L);
    }
    return s;
  }

  @Test
  void theResultDoesNotDependOnTheBatch() {
    Scene scene = busy();
    List<String> each = Scene.json(scene.judge(PolicySet.shipped(), 0));
    assertThat(each).hasSizeGreaterThan(15);
    assertThat(Scene.json(scene.judge(PolicySet.shipped(), 100_000_000L))).isEqualTo(each);
    assertThat(Scene.json(scene.judge(PolicySet.shipped(), 10_000_000_000L))).isEqualTo(each);
  }

  @Test
  void theSameStoryTwiceIsTheSameToTheByte() {
    assertThat(Scene.json(busy().judge())).isEqualTo(Scene.json(busy().judge()));
  }

  @Test
  void anActorsAlertsAreOneIncidentUntilHeIsQuietForHalfAnHour() {
    Scene s = new Scene().named();
    s.write("10.1.0.66", "10.2.0.1", 1, 8);
    s.pause(600).write("10.1.0.66", "10.2.0.2", 1, 8);
    s.pause(1801).write("10.1.0.66", "10.2.0.3", 1, 8);
    AlertLog log = s.judge();
    assertThat(Scene.said(log)).hasSize(3);
    List<String> incidents = log.alerts().stream().filter(a -> a.detection().id().equals("BAC-01")).map(a -> a.incident()).toList();
    assertThat(incidents.get(1)).isEqualTo(incidents.get(0));
    assertThat(incidents.get(2)).isNotEqualTo(incidents.get(0));
  }

  @Test
  void theSameThingWithinTenMinutesGrowsOneAlertWithBoundedProof() {
    Scene s = new Scene().named();
    for (int i = 0; i < 30; i++) {
      s.pause(599).write("10.1.0.66", "10.2.0.1", 1, 8);
    }
    s.pause(601).write("10.1.0.66", "10.2.0.1", 1, 8);
    AlertLog log = s.judge();
    assertThat(Scene.said(log)).hasSize(2);
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("BAC-01")).findFirst().orElseThrow()).satisfies(a -> {
      assertThat(a.count()).isEqualTo(30);
      assertThat(a.packets()).hasSize(20);
      assertThat(a.packetsMore()).isEqualTo(10);
    });
  }

  @Test
  void theSameDeedAgainIsCountedWithoutAskingTheRulesAgain() {
    Scene s = new Scene();
    for (int i = 0; i < 50; i++) {
      s.pause(1).write("10.1.0.66", "10.2.0.1", 1, 8);
      s.write("10.1.0.66", "10.2.0.1", 2, 8);
    }
    AlertLog log = s.judge();
    assertThat(log.candidates().stream().filter(c -> c.detection().id().equals("BAC-01"))).hasSize(2)
        .allSatisfy(c -> assertThat(c.count()).isEqualTo(50));
    assertThat(s.counters().get("rule_events")).as("two deeds and the arrival of the writer").isEqualTo(3);
  }

  private static void twiceWithAChange(Scene s) {
    s.write("10.1.0.66", "10.2.0.1", 1, 8);
    s.pause(1).claim("10.2.0.1", Trait.NAME, "AHU-01");
    s.pause(1).write("10.1.0.66", "10.2.0.1", 1, 8);
  }

  @Test
  void aDeedOfADeviceThatHasChangedIsJudgedAgainWhereARuleAsksForTheDevice() throws IOException {
    PolicySet policy = policy("""
        rule "BAC-09 asks for the target"
        when
          $d : Deed(protocol == "bacnet", whom.care < 9)
        then
          report($d, "BAC-09", "said");
        end
        """);
    Scene s = new Scene().named();
    twiceWithAChange(s);
    AlertLog log = s.judge(policy, 100_000_000L);
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("BAC-09"))).singleElement()
        .satisfies(a -> assertThat(a.count()).isEqualTo(2));
    assertThat(s.counters().get("rule_events")).as("two deeds, and two arrivals").isEqualTo(4);
  }

  @Test
  void whoDoesWhatToWhichPointIsNoOtherDeedToRulesThatAskForNoneOfThem() {
    Scene s = new Scene().named();
    twiceWithAChange(s);
    s.pause(1).write("10.1.0.67", "10.2.0.1", 2, 8);
    AlertLog log = s.judge();
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("BAC-01"))).hasSize(2)
        .allSatisfy(a -> assertThat(a.facts()).anyMatch(f -> f.startsWith("operation ")))
        .extracting(a -> a.who().ip()).containsExactly("10.1.0.66", "10.1.0.67");
    assertThat(s.counters().get("rule_events")).as("one deed, and an arrival of each").isEqualTo(4);
  }

  private PolicySet policy(String rules) throws IOException {
    Files.writeString(folder.resolve("own.drl"), HEAD + rules);
    PolicySet.Loaded loaded = PolicySet.load(folder);
    assertThat(loaded.findings()).isEmpty();
    PolicySet policy = loaded.policy();
    assertThat(policy).isNotNull();
    return Objects.requireNonNull(policy);
  }

  @Test
  void aRuleThatThrowsIsTakenOutAndNamedAndTheOthersMissNothing() throws IOException {
    PolicySet policy = policy("""
        rule "BAC-09 consequence throws"
        when
          $d : Deed(protocol == "bacnet")
        then
          report($d, "BAC-09", $d.observation().detail().substring(99));
        end
        rule "BAC-10 condition throws"
        when
          $d : Deed(protocol == "bacnet", detail.substring(50) == "x")
        then
          report($d, "BAC-10");
        end
        """);
    Scene scene = busy();
    AlertLog log = scene.judge(policy, 100_000_000L);
    assertThat(log.disabledRules()).extracting(d -> d.rule())
        .containsExactlyInAnyOrder("BAC-09 consequence throws", "BAC-10 condition throws");
    assertThat(log.disabledRules()).allSatisfy(d -> {
      assertThat(d.file()).isEqualTo("own.drl");
      assertThat(d.cause()).contains("StringIndexOutOfBounds");
    });
    assertThat(log.alerts()).extracting(a -> a.id()).isEqualTo(scene.judge().alerts().stream().map(a -> a.id()).toList());
  }

  @Test
  void aSiteRuleIsAddedBesideTheShippedOnes() throws IOException {
    PolicySet policy = policy("""
        rule "BAC-09 even enabling is news here"
        when
          $d : Deed(protocol == "bacnet", verb == Verb.ENABLE)
        then
          report($d, "BAC-09", "site rule");
        end
        """);
    Scene s = new Scene();
    s.bacnet("10.1.0.5", "10.1.0.10", Verb.ENABLE, "deviceCommunicationControl", null, 0, "enable");
    s.bacnet("10.1.0.5", "10.1.0.11", Verb.DISABLE, "deviceCommunicationControl", null, 0, "disable");
    assertThat(Scene.said(s.judge(policy, 100_000_000L)))
        .containsExactly("BAC-09 critical 10.1.0.5 > 10.1.0.10", "BAC-09 critical 10.1.0.5 > 10.1.0.11");
  }

  @Test
  void aBrokenFolderGivesNoPolicyAndSaysWhere() throws IOException {
    Files.writeString(folder.resolve("good.drl"), HEAD);
    Files.writeString(folder.resolve("bad.drl"), HEAD + """
        rule "BAC-09 typo"
        when
          $d : Deed(protokol == "bacnet")
        then
          report($d, "BAC-09");
        end
        """);
    PolicySet.Loaded loaded = PolicySet.load(folder);
    assertThat(loaded.policy()).isNull();
    assertThat(loaded.findings()).isNotEmpty().anySatisfy(f -> {
      assertThat(f.file()).isEqualTo("bad.drl");
      assertThat(f.line()).isBetween(5, 8);
      assertThat(f.message()).contains("protokol");
    });
  }

  @Test
  void aFolderThatOthersCanWriteIsRefused() throws IOException {
    Files.writeString(folder.resolve("own.drl"), HEAD);
    Files.setPosixFilePermissions(folder.resolve("own.drl"), PosixFilePermissions.fromString("rw-rw-r--"));
    PolicySet.Loaded loaded = PolicySet.load(folder);
    assertThat(loaded.policy()).isNull();
    assertThat(loaded.findings()).singleElement().satisfies(f -> assertThat(f.message()).contains("writable for others"));
  }

  @Test
  void thePrebuiltModelHasTheRulesOfTheFiles() {
    PolicySet shipped = PolicySet.shipped();
    assertThat(shipped.prebuilt()).isTrue();
    assertThat(rules(shipped.base())).isEqualTo(shipped.rules());
    Compiler.Result mvel = Compiler.compile(Shipped.files());
    assertThat(mvel.findings()).isEmpty();
    assertThat(rules(Objects.requireNonNull(mvel.base()))).isEqualTo(shipped.rules());
  }

  private static List<String> rules(KieBase base) {
    return base.getKiePackages().stream().flatMap(p -> p.getRules().stream()).map(Rule::getName).sorted().toList();
  }
}
