package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCheckTest {
  private static final String HEAD = """
      package fr.vigie.rules.policy;
      import fr.vigie.rules.event.Deed;
      import fr.vigie.sensor.observe.Verb;
      import function fr.vigie.rules.event.Report.report;
      rule "BAC-09 test"
      """;

  private static List<Finding> check(String body) {
    return PolicyCheck.check("own.drl", HEAD + body);
  }

  @Test
  void theShippedPolicyKeepsItsOwnRules() {
    for (PolicyFile f : Shipped.files()) {
      assertThat(PolicyCheck.check(f.name(), f.text())).isEmpty();
    }
  }

  @Test
  void aPlainRuleIsAllowed() {
    assertThat(check("when\n  $d : Deed(verb == Verb.DISABLE)\nthen\n  report($d, \"BAC-09\", \"eval(new java.io.File()) // text\");\nend\n"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "when $d : Deed() then insertLogical($d); end",
      "when $d : Deed() then insert(\"x\"); report($d, \"BAC-09\"); end",
      "when $d : Deed() then report($d, \"BAC-09\"); System.exit(1); end",
      "when $d : Deed() then report($d, \"BAC-09\", System.getenv(\"HOME\")); end",
      "when $d : Deed() then report($d, \"BAC-09\", new String(\"x\")); end",
      "when $d : Deed() then Runtime.getRuntime().exec(\"id\"); end",
      "when $d : Deed() then java.lang.Runtime.getRuntime().exec(\"id\"); end",
      "when $d : Deed() eval(true) then report($d, \"BAC-09\"); end",
      "when $d : Deed(System.exit(1) == null) then report($d, \"BAC-09\"); end",
      "when $d : Deed(getClass().forName(\"x\") != null) then report($d, \"BAC-09\"); end",
      "when $d : Deed(docket.clear() == null) then report($d, \"BAC-09\"); end",
      "when $d : Deed() then report($d, \"BAC-10\"); end",
      "when $d : Deed() then end",
      "salience 10 when $d : Deed() then report($d, \"BAC-09\"); end",
      "@Expires(1s) when $d : Deed() then report($d, \"BAC-09\"); end",
      "when $d : Deed() over window:time(10s) then report($d, \"BAC-09\"); end",
      "when $d : Deed() $x : Unimported() then report($d, \"BAC-09\"); end",
      "when $d : Deed() then while (true) { } end",
      "when $d : Deed() then report($d, \"BAC-09\")",
      "when $d : Deed()"})
  void anythingButReportingIsRefusedWithItsLine(String body) {
    assertThat(check(body)).isNotEmpty().allSatisfy(f -> {
      assertThat(f.file()).isEqualTo("own.drl");
      assertThat(f.line()).isGreaterThanOrEqualTo(5);
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"import java.io.File;", "import function java.lang.System.exit;", "global java.util.List list;",
      "declare Deed @expires(1s) end", "function void f() { System.exit(1); }", "import fr.vigie.rules.event.*;",
      "query \"q\" Deed() end", "rule \"my own\" when then end", "dialect \"java\""})
  void filesSayNothingButPackageImportsAndRules(String line) {
    assertThat(PolicyCheck.check("own.drl", "package fr.vigie.rules.policy;\n" + line + "\n")).isNotEmpty()
        .first().satisfies(f -> assertThat(f.line()).isEqualTo(2));
  }

  /** Each of these passed once, and the first and the second ran code of their own choice. */
  @ParameterizedTest
  @ValueSource(strings = {
      "when $d : Deed() then report($d, \"BAC-09\", \"x\\u0022 + java.lang.Runtime.getRuntime() + \\u0022y\"); end",
      "when $d : Deed(Verb.WRITE.getDeclaringClass().forName(\"java.lang.Runtime\") != null) then report($d, \"BAC-09\"); end",
      "when $d : Deed(verb.declaringClass != null) then report($d, \"BAC-09\"); end",
      "when $d : Deed() // x\r (System.exit(1) == null)\nthen report($d, \"BAC-09\"); end",
      "when $d : Deed() then report($d, \"BAC-09\"); // \\u000a java.lang.System.exit(1);\nend",
      "when $d : Deed(protocol == '\"' , (java.lang.System.exit(1) == null), protocol != '\"') then report($d, \"BAC-09\"); end",
      "when $d : Deed(protocol == de.some.Thing.exit(1)) then report($d, \"BAC-09\"); end",
      "when $d : Deed(protocol == \"open) then report($d, \"BAC-09\"); end"})
  void nothingHidesCodeFromTheCheck(String body) {
    assertThat(check(body)).isNotEmpty();
  }

  @Test
  void aVeryLongTextIsReadWithoutExhaustingTheStack() {
    assertThat(check("when $d : Deed() then report($d, \"BAC-09\", \"" + "a".repeat(500_000) + "\"); end")).isEmpty();
    assertThat(check("when $d : Deed() /*" + "*a".repeat(250_000) + "*/ then report($d, \"BAC-09\"); end")).isEmpty();
  }

  @Test
  void findingsAreSaidInFrenchToo() {
    assertThat(check("salience 10\nwhen\n  $d : Deed(java.lang.Runtime == 1)\nthen\n  System.exit(1);\nend\n")).isNotEmpty()
        .allSatisfy(f -> assertThat(f.fr()).isNotEqualTo(f.message()).isNotBlank());
    assertThat(check("when\n  $d : Deed(\nthen\n  System.exit(1);\nend\n")).anySatisfy(f -> assertThat(f.fr()).startsWith("une conséquence ne fait que signaler"));
  }
}
