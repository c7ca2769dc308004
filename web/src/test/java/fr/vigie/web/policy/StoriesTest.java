package fr.vigie.web.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.site.Site;
import fr.vigie.rules.session.PolicySet;
import org.junit.jupiter.api.Test;

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

  @Test
  void whatDoesNotEndAsToldIsSaidWithAllThatWasTold() throws Stories.Unreadable {
    var endings = Stories.run("own.story.yaml", STORY.replace("alerts: [BAC-09]", "alerts: [BAC-09 low]").replace("silent: [BAC-01]", "silent: [BAC-09]"), Site.EMPTY, PolicySet.shipped());
    assertThat(endings.getFirst().wrong()).anyMatch(w -> w.equals("expected and not told: BAC-09 low")).anyMatch(w -> w.startsWith("told and not expected: BAC-09"))
        .anyMatch(w -> w.startsWith("told in all: "));
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
