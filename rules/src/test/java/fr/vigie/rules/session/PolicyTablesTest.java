package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.terms.Sheet;
import fr.vigie.rules.alert.AlertLog;
import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import fr.vigie.sensor.observe.Contact.Answer;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Policies of files: tables and decision tables beside rules, all of them or none; what survives a change; what is taken out of service. */
final class PolicyTablesTest {
  private static final String HEAD = "from;to;protocols;operations;hours;verdict;comment\n";
  private final Scene scene = new Scene().named();
  private final SortedMap<String, byte[]> files = new TreeMap<>();

  private static Ground ground(Site site) {
    return new Ground(site, Set.of("bacnet", "http"), (name, content, faults) -> {
      List<Sheet.Row> rows = new ArrayList<>();
      String[] lines = new String(content, StandardCharsets.UTF_8).split("\n", -1);
      for (int i = 0; i < lines.length; i++) {
        if (!lines[i].isBlank()) {
          rows.add(new Sheet.Row(i + 1, Arrays.asList(lines[i].split(";", -1))));
        }
      }
      return new Sheet(name, rows);
    });
  }

  private PolicySet.Loaded load() {
    return PolicySet.of(files, ground(scene.site()));
  }

  private PolicySet policy() {
    PolicySet.Loaded loaded = load();
    assertThat(loaded.findings()).isEmpty();
    return Objects.requireNonNull(loaded.policy());
  }

  private void file(String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void decisions(String... rows) {
    file("house.drl.csv", """
        RuleSet;house rules
        Import;fr.vigie.rules.event.Meeting, fr.vigie.rules.alert.Severity
        RuleTable NET-05 tools
        CONDITION;CONDITION;ACTION
        $m : Meeting;;
        port == $param;who.zoneKind == "$param";report($m, "NET-05", "$param")
        port;from;told
        """ + String.join("\n", rows) + "\n");
  }

  @Test
  void aDecisionTableIsRules() {
    decisions("4786;building;smart install", "9999;;any zone");
    scene.contact("10.1.0.5", "10.2.0.1", "tcp", 4786, Answer.ANSWERED);
    scene.contact("10.9.0.5", "10.2.0.1", "tcp", 4786, Answer.ANSWERED);
    scene.contact("10.9.0.5", "10.2.0.1", "tcp", 9999, Answer.ANSWERED);
    AlertLog log = scene.judge(policy(), 100_000_000L);
    assertThat(log.alerts().stream().filter(a -> a.detection().id().equals("NET-05")).map(a -> a.who().ip() + " " + a.facts().getFirst()))
        .containsExactly("10.1.0.5 smart install", "10.9.0.5 any zone");
    assertThat(policy().rules()).contains("NET-05 tools row 8", "NET-05 tools row 9");
  }

  @Test
  void aDecisionTableMayOnlyReportAndSaysOnWhichRowItDoesNot() {
    decisions("4786;building;fine", "1 == 1 || eval(true);building;x");
    assertThat(load().policy()).isNull();
    assertThat(load().findings()).isNotEmpty().allSatisfy(f -> assertThat(f.line()).isEqualTo(9));
    file("house.drl.csv", new String(files.get("house.drl.csv"), StandardCharsets.UTF_8).replace("report($m, \"NET-05\", \"$param\")", "System.exit(1)").replace("1 == 1 || eval(true)", "1"));
    assertThat(load().findings()).isNotEmpty().anySatisfy(f -> assertThat(f.message()).contains("a consequence only reports"));
    file("house.drl.csv", "RuleTable NET-05 x\nCONDITION;PRIORITY;ACTION\n;;\n;;\n;;\n1;2;3\n");
    assertThat(load().findings()).anySatisfy(f -> {
      assertThat(f.line()).isEqualTo(2);
      assertThat(f.column()).isEqualTo(2);
      assertThat(f.message()).contains("only CONDITION, ACTION and NAME");
    });
  }

  @Test
  void aWordThatDoesNotCompileIsToldOnItsRow() {
    decisions("4786;building;fine");
    file("house.drl.csv", new String(files.get("house.drl.csv"), StandardCharsets.UTF_8).replace("port == $param", "prot == $param"));
    assertThat(load().policy()).isNull();
    assertThat(load().findings()).anySatisfy(f -> {
      assertThat(f.file()).isEqualTo("house.drl.csv");
      assertThat(f.message()).contains("prot");
    });
  }

  @Test
  void oneBrokenTableAmongSoundOnesChangesNothingAndSaysWhere() {
    file("matrix.csv", HEAD + "plant;theatre;bacnet;;;allow;\nplant;nowhere;;;;deny;\n");
    file("calendar.csv", "what;name;value\npublic-holidays;;france\n");
    decisions("4786;building;fine");
    PolicySet.Loaded loaded = load();
    assertThat(loaded.policy()).isNull();
    assertThat(loaded.findings()).singleElement().satisfies(f -> {
      assertThat(f.toString()).startsWith("matrix.csv:3:2: there is no zone \"nowhere\"");
      assertThat(f.fr()).contains("n’existe pas");
    });
  }

  @Test
  void aTableOfAnotherNameIsRefused() {
    file("matix.csv", HEAD);
    assertThat(load().findings()).singleElement().satisfies(f -> assertThat(f.message()).contains("no table has this name"));
  }

  @Test
  void windowsAndWhatWasLearnedSurviveAChangeOfRulesAndTables() {
    for (int i = 0; i < 4; i++) {
      scene.pause(1).whoIs("10.1.0.66", "unbounded"); // the fifth tells
    }
    int turn = scene.story.size();
    for (int i = 0; i < 30; i++) {
      scene.pause(1).whoIs("10.1.0.66", "unbounded");
    }
    file("matrix.csv", HEAD + "*;*;;;;allow;\n");
    PolicySet tables = policy();
    decisions("4786;building;fine");
    PolicySet rules = policy();
    List<String> alone = told(turn, null);
    assertThat(alone).isNotEmpty();
    assertThat(told(turn, tables)).isEqualTo(alone);
    assertThat(told(turn, rules)).isEqualTo(alone);
  }

  @Test
  void aChangeOfTablesIsInForceFromTheNextQuantumOn() {
    scene.pause(1).contact("10.1.0.5", "10.2.0.1", "http", 80, Answer.ANSWERED);
    int turn = scene.story.size();
    scene.pause(1).contact("10.1.0.5", "10.2.0.2", "http", 80, Answer.ANSWERED);
    file("matrix.csv", HEAD + "plant;theatre;http;;;deny;no web\n");
    assertThat(told(turn, policy())).containsExactly("NET-07 1"); // the first contact was not judged by it, the second is
  }

  /** What is told when another policy is put in force before this observation. */
  private List<String> told(int turn, @org.jspecify.annotations.Nullable PolicySet next) {
    AlertLog log = new AlertLog(1000, 1000);
    Site site = scene.site();
    Judge judge = new Judge(site, new Ledger(site), PolicySet.shipped(), Judge.Options.DEFAULT, i -> new Origin(i, "", "story.pcap", null, null, 1), log);
    for (int i = 0; i < scene.story.size(); i++) {
      if (i == turn && next != null) {
        judge.use(next);
      }
      Observation o = scene.story.get(i);
      judge.accept(o);
      judge.quantum(o.seq(), o.at());
    }
    judge.finish();
    return log.alerts().stream().filter(a -> !a.detection().id().equals("NET-01")).map(a -> a.detection().id() + " " + a.count()).toList();
  }

  @Test
  void aRuleWhoseActivationsLoopIsTakenOutAndNamedAndTheOthersGoOn() {
    StringBuilder rule = new StringBuilder("package fr.vigie.rules.policy;\nimport fr.vigie.rules.event.Deed;\nimport fr.vigie.rules.event.Passage;\n"
        + "import function fr.vigie.rules.event.Report.report;\nrule \"BAC-09 joins everything with everything\" when\n$d : Deed()\n");
    rule.append("Passage()\n".repeat(3)).append("then\nreport($d, \"BAC-09\");\nend\n");
    file("own.drl", rule.toString());
    file("matrix.csv", HEAD + "*;*;;;;deny;\n"); // 20 passages: 8,000 activations for one deed
    scene.write("10.1.0.66", "10.2.0.1", 3, 8);
    AlertLog log = scene.judge(policy(), 100_000_000L);
    assertThat(log.disabledRules()).singleElement().satisfies(d -> {
      assertThat(d.rule()).isEqualTo("BAC-09 joins everything with everything");
      assertThat(d.file()).isEqualTo("own.drl");
      assertThat(d.cause()).contains("fired more than");
    });
    assertThat(Scene.said(log)).contains("BAC-01 critical 10.1.0.66 > 10.2.0.1", "NET-07 critical 10.1.0.66 > 10.2.0.1");
  }

  /** The clock of the processor is told here, so that nothing depends on the machine: the first quantum takes ten seconds, and of its rules alone the second. */
  @Test
  void aRuleThatOverrunsItsQuantumIsTakenOutAndNamed() {
    file("own.drl", "package fr.vigie.rules.policy;\nimport fr.vigie.rules.event.Deed;\nimport function fr.vigie.rules.event.Report.report;\n"
        + "rule \"BAC-09 slow\" when $d : Deed() then report($d, \"BAC-09\"); end\n");
    List<String> taken = new ArrayList<>();
    Docket docket = new Docket();
    long[] now = {0};
    List<String> order = policy().rules();
    int slow = order.indexOf("BAC-09 slow");
    int[] asked = {0};
    Engine engine = new Engine(policy().base(), List.of(), docket, (rule, cause) -> taken.add(rule + ": " + cause), () -> {
      int question = asked[0]++; // 0 and 1: the quantum; then two for each rule alone
      now[0] += question == 1 || question == 3 + 2 * slow ? 10_000_000_000L : 1;
      return now[0];
    });
    List<Event> none = new ArrayList<>();
    engine.judge(none, 1);
    engine.close();
    assertThat(taken).singleElement().asString().startsWith("BAC-09 slow: took more than 5 s");
  }

  @Test
  void aPatternThatCanTakeForEverIsRefused() {
    file("own.drl", "package fr.vigie.rules.policy;\nimport fr.vigie.rules.event.Deed;\nimport function fr.vigie.rules.event.Report.report;\n"
        + "rule \"BAC-09 slow\" when\n$d : Deed(point matches \"(a+)+b\") then report($d, \"BAC-09\"); end\n");
    assertThat(load().findings()).singleElement().satisfies(f -> {
      assertThat(f.line()).isEqualTo(5);
      assertThat(f.message()).contains("may take for ever");
    });
  }
}
