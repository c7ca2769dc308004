package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.baseline.Standing;
import fr.vigie.rules.event.Side;
import fr.vigie.rules.session.Interest.Look;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an interest understands of rules, and that it lets through what it does not understand. */
final class InterestTest {
  private static final Side UNKNOWN = side("unknown", "");

  private static Side side(String kind, String zoneKind) {
    return new Side(new Endpoints(8).mac("", 1, Endpoint.NO_VLAN), null, "", "", zoneKind, 0, kind, "", false);
  }

  private static Interest in(String when, String then) {
    String text = "rule \"BAC-01 then when rule end\"\nwhen\n" + when + "\nthen\n" + then + "\nend\n";
    return new Interest(List.of(PolicyFile.of("own.drl", text.getBytes(StandardCharsets.UTF_8))));
  }

  private static Interest in(String when) {
    return in(when, "report($d, \"BAC-01\", Severity.LOW, \"then what; end\");");
  }

  private static Look write(Interest interest) {
    return interest.deed("bacnet", Verb.WRITE, Standing.UNKNOWN, false);
  }

  @Test
  void aDeedThatNoRuleCanMatchIsOfNoInterest() {
    Interest i = in("$d : Deed(protocol == \"bacnet\", verb == Verb.WRITE || verb == Verb.DELETE, standing != Standing.KNOWN)");
    assertThat(write(i)).isEqualTo(Look.PLAIN);
    assertThat(i.deed("bacnet", Verb.DELETE, Standing.LEARNING, true)).isEqualTo(Look.PLAIN);
    assertThat(i.deed("bacnet", Verb.READ, Standing.UNKNOWN, false)).isEqualTo(Look.NONE);
    assertThat(i.deed("modbus", Verb.WRITE, Standing.UNKNOWN, false)).isEqualTo(Look.NONE);
    assertThat(i.deed("bacnet", Verb.WRITE, Standing.KNOWN, false)).isEqualTo(Look.NONE);
    assertThat(i.meeting("bacnet", 443, Standing.UNKNOWN, true, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
  }

  private static Act request(String operation, String path) {
    Endpoints endpoints = new Endpoints(8);
    Endpoint e = endpoints.mac("", 1, Endpoint.NO_VLAN);
    return new Act(new Stamp(1, 0, 0, 0, 0), e, "http", null, "1.0", e, 80, Verb.REQUEST, operation, new Point.Named("path", path), null, 0, "",
        Outcome.PENDING);
  }

  @Test
  void anOperationOrPageThatNoRuleAsksForIsOfNoInterest() {
    Interest page = in("$d : Deed(protocol == \"http\", page == \"u.htm\", operation == \"post\" || operation == \"put\")");
    assertThat(page.deed(request("POST", "/a/U.htm?x"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(page.deed(request("Put", "/u.htm"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(page.deed(request("GET", "/u.htm"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(page.deed(request("POST", "/index.htm"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    Interest unread = in("$d : Deed(protocol == \"http\", page == \"u.htm\" || priority == 1, operation == other)");
    assertThat(unread.deed(request("GET", "/index.htm"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
  }

  @Test
  void whatKindOfDeviceWhichPortAndWhichWordsARuleAsksForIsAskedBeforeTheEventIsMade() {
    Side ups = side("ups-onduleur", "building");
    Interest kind = in("$d : Deed(protocol == \"http\", who.kind == \"ups-onduleur\" || whom.kind != \"unknown\", detail matches \"x.*\")");
    assertThat(kind.deed(request("GET", "/"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(kind.deed(request("GET", "/"), Standing.UNKNOWN, Passages.Way.WITHIN, ups, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(kind.deed(request("GET", "/"), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, ups)).isEqualTo(Look.PLAIN);
    Interest port = in("$m : Meeting(protocol == \"bacnet\", port != 0, port < 47808 || port > 47823)");
    assertThat(port.meeting("bacnet", 47807, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(port.meeting("bacnet", 47824, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(port.meeting("bacnet", 47808, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(port.meeting("bacnet", 0, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    Interest zone = in("$m : Meeting(who.zoneKind == \"building\", whom.outside == false, who.supervisor == false)");
    assertThat(zone.meeting("tcp", 1, Standing.UNKNOWN, false, ups, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(zone.meeting("tcp", 1, Standing.UNKNOWN, false, UNKNOWN, ups)).isEqualTo(Look.NONE);
    assertThat(in("$m : Meeting(who.outside == true || whom.outside == true)").meeting("tcp", 1, Standing.UNKNOWN, false, ups, UNKNOWN))
        .isEqualTo(Look.NONE);
  }

  private static Act said(String detail, @Nullable Value value) {
    Endpoint e = new Endpoints(8).mac("", 1, Endpoint.NO_VLAN);
    return new Act(new Stamp(1, 0, 0, 0, 0), e, "http", null, "1.0", e, 80, Verb.REQUEST, "GET", null, value, 0, detail, Outcome.PENDING);
  }

  @Test
  void wordsOfADetailAreLookedForWhateverTheirCaseAndNotWhereAValueMayHoldThem() {
    Interest words = in("$d : Deed(protocol == \"http\", detail matches \"(?s).*backdoor credentials.*\")");
    assertThat(words.deed(said("a\nwith BackDoor Credentials", null), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(words.deed(said("backdoor", null), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(words.deed(said("", null), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(words.deed(said("", new Value.Text("x")), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    Interest other = in("$d : Deed(protocol == \"http\", detail matches \"(?s).*back(door|gate).*\")");
    assertThat(other.deed(said("", null), Standing.UNKNOWN, Passages.Way.WITHIN, UNKNOWN, UNKNOWN)).as("not understood").isEqualTo(Look.PLAIN);
  }

  private static int asked(String when) {
    return in(when).asked(request("GET", "/u.htm"), Standing.UNKNOWN, Passages.Way.WITHIN);
  }

  @Test
  void aDeedIsAskedForWhatTheRulesThatMayMatchItMention() {
    assertThat(asked("$d : Deed(protocol == \"http\", verb == Verb.REQUEST || verb == Verb.SET_TIME, operation == \"get\", partly == false)")).isZero();
    assertThat(asked("$d : Deed(who.kind == \"point whom\", page == \"u.htm\", priority >= 3)"))
        .isEqualTo(Interest.WHO | Interest.POINT | Interest.PRIORITY);
    assertThat(asked("$d : Deed(detail not matches \"a\", whom.outside == true, port == 80)")).isEqualTo(Interest.WHOM | Interest.DETAIL | Interest.PORT);
    assertThat(asked("$d : Deed(protocol == \"knx\", page == \"u.htm\")")).isZero();
    assertThat(asked("$d : Deed(docket != null)")).isEqualTo(Interest.EVERYTHING);
    assertThat(asked("$d : Deed() or $d : Deed()")).isEqualTo(Interest.EVERYTHING);
  }

  @Test
  void aRuleThatAlsoLooksElsewhereWantsEveryDeed() {
    assertThat(write(in("$d : Deed(crossing == true)\nnot Passage(mentions($d))"))).isEqualTo(Look.NONE);
    assertThat(in("$d : Deed(crossing == true)\nnot Passage(mentions($d))").deed("bacnet", Verb.WRITE, Standing.UNKNOWN, true)).isEqualTo(Look.WHOLE);
    assertThat(write(in("$d : Deed(observation.value != null)"))).isEqualTo(Look.WHOLE);
    assertThat(write(in("$d : Deed()", "report($d, \"BAC-01\", $d.observation().detail());"))).isEqualTo(Look.WHOLE);
    assertThat(write(in("$d : Deed($p : port, $p > 5)"))).isEqualTo(Look.WHOLE);
  }

  @Test
  void whatIsNotUnderstoodMayMatch() {
    assertThat(write(in("$d : Deed(protocol matches \"x.*\", (verb == Verb.READ && priority > 3) || priority == 1)"))).isEqualTo(Look.PLAIN);
    assertThat(write(in("$d : Deed(protocol == operation, verb == Verb.READ || priority == 1)"))).isEqualTo(Look.PLAIN);
    assertThat(write(in("not Deed(protocol == \"knx\")"))).isEqualTo(Look.WHOLE);
    assertThat(write(in("Zone()\n$d : Deed(protocol == \"knx\")"))).isEqualTo(Look.WHOLE);
    assertThat(write(in("$d : Deed(protocol == \"knx\") or $d : Deed(protocol == \"x\")"))).isEqualTo(Look.WHOLE);
    assertThat(write(in("Zone()"))).isEqualTo(Look.WHOLE);
    assertThat(write(new Interest(List.of(PolicyFile.of("own.drl", "rule broken".getBytes(StandardCharsets.UTF_8)))))).isEqualTo(Look.WHOLE);
  }

  @Test
  void commentsAndStringsAreNoConditions() {
    assertThat(write(in("// verb == Verb.READ\n$d : Deed(/* protocol == \"knx\", */ operation == \"a, verb == Verb.READ)\")"))).isEqualTo(Look.PLAIN);
  }

  @Test
  void aWindowIsListedFromTheSmallestCountThatARuleAsksFor() {
    Interest i = in("$c : Count(window == \"a\" || window == \"b\", count >= 10, standing != Standing.KNOWN)");
    assertThat(i.counts("a").least()).isEqualTo(10);
    assertThat(i.counts("b").least()).isEqualTo(10);
    assertThat(i.counts("c").least()).isEqualTo(Integer.MAX_VALUE);
    assertThat(in("$c : Count(count + 1 > 8)").counts("a").least()).isZero();
    assertThat(in("Zone()").counts("a").least()).isZero();
  }

  @Test
  void countsBetweenTwoThresholdsAreOneWhereRulesAskForNothingElse() {
    assertThat(in("$c : Count(window == \"a\", count > 9)").counts("a")).isEqualTo(new Interest.Counts(List.of(10), true));
    assertThat(new Interest.Counts(List.of(3, 10), true).band(2)).isZero();
    assertThat(new Interest.Counts(List.of(3, 10), true).band(9)).isEqualTo(1);
    assertThat(new Interest.Counts(List.of(3, 10), true).band(10)).isEqualTo(2);
    assertThat(in("$c : Count(window == \"a\", count > 8, part * 2 > count)").counts("a")).isEqualTo(new Interest.Counts(List.of(9), false));
    assertThat(in("$c : Count(window == \"a\", count > 8, who.care > 3)").counts("a").band(9)).isEqualTo(-1);
    assertThat(in("$c : Count(window == operation, count > 8)").counts("a").band(9)).isEqualTo(-1);
  }

  @Test
  void theShippedPolicyLeavesReadsToTheWindows() {
    Interest i = new Interest(Shipped.files());
    assertThat(i.deed("bacnet", Verb.READ, Standing.UNKNOWN, false)).isEqualTo(Look.NONE);
    assertThat(i.deed("bacnet", Verb.READ, Standing.UNKNOWN, true)).isEqualTo(Look.WHOLE);
    assertThat(i.deed("bacnet", Verb.WRITE, Standing.KNOWN, false)).isEqualTo(Look.PLAIN);
    assertThat(i.deed("knx", Verb.WRITE, Standing.KNOWN, false)).isEqualTo(Look.PLAIN);
    assertThat(i.meeting("tcp", 443, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.NONE);
    assertThat(i.meeting("tcp", 3011, Standing.UNKNOWN, false, UNKNOWN, UNKNOWN)).isEqualTo(Look.PLAIN);
    assertThat(i.counts("bacnet-objects-read")).isEqualTo(new Interest.Counts(List.of(200), true));
    assertThat(i.counts("modbus-units")).isEqualTo(new Interest.Counts(List.of(9), false));
  }
}
