package fr.vigie.web.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.observe.Observation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stories as a site writes them: what ends as told, what does not, and what cannot be read. */
final class StoriesTest {
  private static final String STORY = """
      stories:
        - story: a stranger silences a device
          messages:
            - {contact: bacnet, who: 10.1.0.5, whom: 10.2.0.10, port: 47808, transport: udp}
            - learned
            - {after: 5m, act: disable, protocol: bacnet, who: 10.1.0.66, whom: 10.2.0.10, operation: deviceCommunicationControl, detail: disable}
          alerts: [BAC-09]
          silent: [BAC-01]
        - story: near miss, the same device is let speak again
          messages:
            - {act: enable, protocol: bacnet, who: 10.1.0.66, whom: 10.2.0.10, operation: deviceCommunicationControl, detail: enable}
          silent: ["*"]
        - story: five questions to everybody
          messages:
            - {act: discover, protocol: bacnet, who: 10.1.0.66, whom: 255.255.255.255, operation: whoIs, detail: unbounded, times: 40, every: 1s}
          alerts: [BAC-02]
      """;

  @Test
  void storiesEndAsTold() throws Stories.Unreadable {
    assertThat(Stories.run("own.story.yaml", STORY.replace("[BAC-02]", "[]"), Site.EMPTY, PolicySet.shipped())).hasSize(3).allSatisfy(e -> assertThat(e.wrong()).as(e.story()).isEmpty());
  }

  private static final String SITE = """
      site: {id: s, name: S}
      zones:
        - {id: plant, name: Plant, cidr: 10.1.0.0/16, kind: building, care: 3}
        - {id: theatre, name: Theatre, cidr: 10.2.0.0/16, kind: building, care: 3}
      supervisors: [10.1.0.5]
      """;

  /** A story and its near miss for each kind of observation, each of a detection that this kind alone can raise. */
  private static final String KINDS = """
      stories:
        - story: a machine appears in another zone
          messages:
            - {sighting: arp, who: 10.1.0.77, mac: "0a:00:00:00:00:77"}
            - learned
            - {sighting: arp, who: 10.2.0.77, mac: "0a:00:00:00:00:77"}
          alerts: [NET-08]
        - story: near miss, it gets another address of its zone
          messages:
            - {sighting: arp, who: 10.1.0.77, mac: "0a:00:00:00:00:77"}
            - learned
            - {sighting: arp, who: 10.1.0.78, mac: "0a:00:00:00:00:77"}
          silent: [NET-08]
        - story: a stranger answers for the address of another
          messages:
            - {sighting: arp, who: 10.1.0.10, mac: "0a:00:00:00:00:10", times: 20, every: 1m}
            - learned
            - {after: 5s, sighting: arp, who: 10.1.0.10, mac: "0a:00:00:00:00:66"}
            - {after: 5s, sighting: arp, who: 10.1.0.10, mac: "0a:00:00:00:00:10"}
            - {after: 5s, sighting: arp, who: 10.1.0.10, mac: "0a:00:00:00:00:66"}
          alerts: [NET-02]
        - story: a value is set above the limit that the device gave
          messages:
            - {reading: bacnet, who: 10.1.0.10, point: "bacnet:2,7,65", value: 30}
            - learned
            - {act: write, protocol: bacnet, who: 10.1.0.5, whom: 10.1.0.10, port: 47808, operation: writeProperty, point: "bacnet:2,7,85", value: 31}
          alerts: [BAC-04 high 10.1.0.5 > 10.1.0.10]
        - story: near miss, below it
          messages:
            - {reading: bacnet, who: 10.1.0.10, point: "bacnet:2,7,65", value: 30}
            - learned
            - {act: write, protocol: bacnet, who: 10.1.0.5, whom: 10.1.0.10, port: 47808, operation: writeProperty, point: "bacnet:2,7,85", value: 29}
          silent: [BAC-04]
        - story: twelve broken messages
          messages:
            - {flaw: tag, protocol: bacnet, who: 10.1.0.66, whom: 10.1.0.10, count: 12}
          alerts: [BAC-28 medium 10.1.0.66 > 10.1.0.10]
        - story: near miss, nine
          messages:
            - {flaw: tag, protocol: bacnet, who: 10.1.0.66, whom: 10.1.0.10, count: 9}
          silent: [BAC-28]
        - story: a group value of the wrong length, by its clause
          messages:
            - {flaw: length, protocol: knx, who: 10.1.0.66, whom: 10.1.0.10, clause: KNX 03_07_02 3}
          alerts: [KNX-09]
        - story: the faults of the capture
          messages:
            - {capture: one-way, vlan: 20, part: 118, whole: 120, hidden: 17}
            - {capture: twice, vlan: 20, part: 50, whole: 1000}
            - {capture: lost, part: 2, whole: 1000, proof: kernel}
            - {capture: vlan-absent, vlan: 30, proof: site}
            - {capture: silent, interface: 0, part: 60}
          alerts: [SEN-01 high VLAN20 > -, SEN-02 medium VLAN20, SEN-03 high capture, SEN-04 high VLAN30, SEN-05 high capture]
          silent: ["*"]
        - story: near misses of them
          messages:
            - {capture: one-way, vlan: 20, part: 94, whole: 100}
            - {capture: twice, vlan: 20, part: 49, whole: 1000}
            - {capture: lost, part: 1, whole: 1000, proof: kernel}
            - {capture: cut, vlan: 20, part: 900, whole: 1000}
          silent: ["*"]
        - story: twenty-one questions end in exceptions
          messages:
            - {act: read, protocol: modbus, who: 10.1.0.66, whom: 10.1.0.10, port: 502, operation: Read Coils, point: "coil:0-7", outcome: error Illegal Data Address, times: 21}
          alerts: [MOD-05]
        - story: near miss, twenty-one of a gateway
          messages:
            - {act: read, protocol: modbus, who: 10.1.0.66, whom: 10.1.0.10, port: 502, operation: Read Coils, point: "coil:0-7", outcome: error Gateway Target Device Failed to Respond, times: 21}
          silent: [MOD-05]
        - story: a password that everybody knows
          messages:
            - {claim: banner, who: 10.1.0.10, value: http-server=i.LON 100}
            - {act: authenticate, protocol: ftp, who: 10.1.0.66, whom: 10.1.0.10, port: 21, operation: PASS, secret: published, detail: in clear}
          alerts: [LON-03]
        - story: near miss, one of their own
          messages:
            - {claim: banner, who: 10.1.0.10, value: http-server=i.LON 100}
            - {act: authenticate, protocol: ftp, who: 10.1.0.66, whom: 10.1.0.10, port: 21, operation: PASS, secret: own, detail: in clear}
          silent: [LON-03]
        - story: a flood of broadcasts, by what a contact has carried so far
          messages:
            - {contact: bacnet, who: 10.1.0.66, whom: 255.255.255.255, port: 47808, transport: udp, answer: group, out: 1}
            - {after: 1m, contact: bacnet, phase: update, who: 10.1.0.66, whom: 255.255.255.255, port: 47808, transport: udp, answer: group, out: 4000, operations: [whoIs]}
            - {after: 1m, contact: bacnet, phase: update, who: 10.1.0.66, whom: 255.255.255.255, port: 47808, transport: udp, answer: group, out: 8000, operations: [whoIs]}
          alerts: [BAC-26]
      """;

  @TempDir private Path folder;

  @Test
  void aStoryCanSayEveryKindOfObservation() throws Exception {
    Site site = SiteFile.read(Files.writeString(folder.resolve("site.yaml"), SITE));
    assertThat(Stories.run("kinds.story.yaml", KINDS, site, PolicySet.shipped())).hasSize(15).allSatisfy(e -> assertThat(e.wrong()).as(e.story()).isEmpty());
    // a lapse is a fault of the capture
    assertThat(Stream.of(Observation.class.getPermittedSubclasses()).map(c -> c.getSimpleName().toLowerCase(Locale.ROOT)).map(n -> n.equals("lapse") ? "capture" : n))
        .containsExactlyInAnyOrderElementsOf(Telling.kinds());
  }

  @Test
  void wordsOfClosedListsAreNamedWhereOneIsUnknown() {
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("sighting: arp", "sighting: arq"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("there is no sighting \"arq\"; there are frame, arp");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("capture: lost", "capture: lots"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("there is no capture \"lots\"");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("outcome: error Illegal", "outcome: wrong Illegal"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("outcome must be ok");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("secret: own", "secret: hunter2"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("secret is published or own").hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("0a:00:00:00:00:77", "0a77"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("mac must be an address");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("value: 30", "value: warm"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("a reading has a point and a number");
    assertThatThrownBy(() -> Stories.run("s", KINDS.replace("flaw: tag, protocol", "flaw: tag, protocl"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("unknown key \"protocl\"");
  }

  @Test
  void whatDoesNotEndAsToldIsSaidWithAllThatWasTold() throws Stories.Unreadable {
    var endings = Stories.run("own.story.yaml", STORY.replace("alerts: [BAC-09]", "alerts: [BAC-09 low]").replace("silent: [BAC-01]", "silent: [BAC-09]"), Site.EMPTY, PolicySet.shipped());
    assertThat(endings.getFirst().wrong()).anyMatch(w -> w.equals("expected and not told: BAC-09 low")).anyMatch(w -> w.startsWith("told and not expected: BAC-09"))
        .anyMatch(w -> w.startsWith("told in all: "));
  }

  @Test
  void whatWouldExpectNothingOrNeverEndIsNoStory() {
    for (String key : List.of("messages", "alerts", "silent")) {
      refused("stories: [{story: s, %s: BAC-09}]".formatted(key), "story 1: " + key + " must be a list");
    }
    refused("stories: {story: s}", "stories must be a list");
    refused("stories: [{story: s, silent: [BAC-999]}]", "there is no detection BAC-999");
    refused("stories: [{story: s, begin: '9999-01-01T00:00:00Z'}]", "begin must be between 1970 and 2200");
    refused("stories: [{story: s, messages: [learned, {after: 999999d, sighting: arp, mac: '0a:00:00:00:00:77'}]}]", "message 2: the story goes on beyond the year 2200");
  }

  @Test
  void whatIsOutOfItsRangeIsRefusedWithLineAndReason() {
    String act = """
        stories:
          - story: s
            messages:
              - learned
              - {act: write, protocol: knx, who: 10.1.0.5, whom: 10.1.0.10, %s}
        """;
    String at = "s:5: story 1, message 2: ";
    refused(act.formatted("point: 99/0/1"), at + "a main group is from 0 to 31, not 99");
    refused(act.formatted("point: 1/9/1"), at + "a middle group is from 0 to 7, not 9");
    refused(act.formatted("point: 1/2/999"), at + "a subgroup is from 0 to 255, not 999");
    refused(act.formatted("point: 'bacnet:1024,1,85'"), at + "an object type is from 0 to 1023");
    refused(act.formatted("point: 'bacnet:2,4194304,85'"), at + "an instance is from 0 to 4194303");
    refused(act.formatted("point: 'bacnet:2,7'"), at + "\"bacnet:2,7\" is no point");
    refused(act.formatted("point: 1/2"), at + "\"1/2\" is no point");
    refused(act.formatted("point: 'coil:70000'"), at + "a register is from 0 to 65535");
    refused(act.formatted("point: 'coil:9-3'"), at + "the point coil:9-3 ends before it begins");
    refused(act.formatted("port: 65536"), at + "port must be a whole number from 0 to 65535");
    refused(act.formatted("port: bacnet"), at + "port must be a whole number");
    refused(act.formatted("priority: 17"), at + "priority must be a whole number from 0 to 16");
    refused(act.formatted("count: 0"), at + "count must be a whole number from 1");
    refused(act.formatted("times: -1"), at + "times must be a whole number from 1 to 100000");
    refused(act.formatted("value: [1]"), at + "value must be a number");
    refused(act.formatted("port: 1").replace("10.1.0.10", "10.1.0.300"), at + "whom must be an IP address");
    refused(act.formatted("port: 1").replace("10.1.0.10", "10.1.0.0/24"), at + "whom must be an IP address");
    refused("stories:\n- story: s\n  messages:\n  - {capture: lost, part: -2}", "s:4: story 1, message 1: part must be a whole number");
    refused("stories:\n- story: s\n  messages:\n  - {capture: lost, vlan: 4096}", "s:4: story 1, message 1: vlan must be a whole number from 0 to 4095");
    refused("stories:\n- story: s\n\n- story: t\n  silent: [BAC-999]", "s:4: story 2: there is no detection BAC-999");
  }

  @Test
  @Timeout(20)
  void aPipeOrADeviceIsNoStory() throws Exception {
    Path pipe = folder.resolve("own.story.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (Path none : List.of(pipe, Path.of("/dev/zero"))) {
      assertThatThrownBy(() -> Stories.run(none, Site.EMPTY, PolicySet.shipped())).isInstanceOf(Stories.Unreadable.class).hasMessageContaining("this is a device or a pipe");
      assertThatThrownBy(() -> SiteFile.read(none)).hasMessageContaining(":1:1: this is a device or a pipe and not a file");
    }
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> Stories.run("s", text, Site.EMPTY, PolicySet.shipped())).isInstanceOf(Stories.Unreadable.class).hasMessageContaining(why);
  }

  @Test
  void whatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> Stories.run("s", "stories: [", Site.EMPTY, PolicySet.shipped())).isInstanceOf(Stories.Unreadable.class).hasMessageContaining("s:1:");
    assertThatThrownBy(() -> Stories.run("s", STORY.replace("after: 5m", "after: soon"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("story 1, message 3: \"soon\" is no time span");
    assertThatThrownBy(() -> Stories.run("s", STORY.replace("operation:", "operaton:"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("unknown key \"operaton\" in story 1, message 3");
    assertThatThrownBy(() -> Stories.run("s", STORY.replace("BAC-09", "BAC-99"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("there is no detection BAC-99");
    assertThatThrownBy(() -> Stories.run("s", STORY.replace("10.1.0.66", "pc"), Site.EMPTY, PolicySet.shipped())).hasMessageContaining("who must be an IP address");
  }
}
