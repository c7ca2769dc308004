package fr.vigie.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Approvals.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A decision that weakens the watch takes two people, and what they decided is there after any end. */
final class FourEyesTest {
  private static final String KIND = "learned.accept";
  @TempDir Path folder;
  private final List<String> broughtAbout = new ArrayList<>();

  private FourEyes eyes(Journal journal, Clock clock) throws Exception {
    broughtAbout.clear();
    FourEyes eyes = new FourEyes(journal, clock, () -> {});
    eyes.on(KIND, Role.ANALYST, (asked, grant) -> broughtAbout.add(asked.said().path("line").asText() + " by " + asked.author() + " and " + grant.author()));
    return eyes;
  }

  private Journal journal() throws Exception {
    return Journal.open(folder.resolve("journal.ndjson"), e -> {});
  }

  private static String ask(FourEyes eyes, String who) throws Exception {
    ObjectNode said = JsonNodeFactory.instance.objectNode().put("line", "w1");
    return Objects.requireNonNull(eyes.ask(KIND, who, FourEyes.said("Accepter", "Accept"), List.of(), said, "seen on site")).path("id").asText();
  }

  private static String state(FourEyes eyes, String id) {
    return Objects.requireNonNull(eyes.one(id)).path("state").asText();
  }

  @Test
  void theAuthorCannotApproveAndAnotherCanAndARestartHasIt() throws Exception {
    String id;
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      id = ask(eyes, "anne");
      assertThat(eyes.decide(id, "anne", Role.ADMINISTRATOR, true, "")).isEqualTo(Outcome.OWN);
      assertThat(eyes.decide(id, "paul", Role.VIEWER, true, "")).isEqualTo(Outcome.ROLE);
      assertThat(broughtAbout).isEmpty();
      assertThat(eyes.decide(id, "paul", Role.ANALYST, true, "checked")).isEqualTo(Outcome.DONE);
      assertThat(broughtAbout).containsExactly("w1 by anne and paul");
      assertThat(eyes.decide(id, "zoe", Role.ANALYST, false, "")).isEqualTo(Outcome.OVER);
    }
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      assertThat(broughtAbout).as("folded from the journal alone").containsExactly("w1 by anne and paul");
      assertThat(state(eyes, id)).isEqualTo("granted");
    }
  }

  @Test
  void whatIsOverIsForgottenBeyondABoundAndBroughtAboutAllTheSame() throws Exception {
    Instant now = Instant.now();
    try (Journal journal = journal()) {
      FourEyes eyes = new FourEyes(journal, Clock.fixed(now, ZoneOffset.UTC), () -> { }, 3);
      eyes.on(KIND, Role.ANALYST, (asked, grant) -> broughtAbout.add(asked.id()));
      for (int i = 0; i < 10; i++) {
        assertThat(eyes.decide(ask(eyes, "anne"), "paul", Role.ANALYST, true, "")).isEqualTo(Outcome.DONE);
      }
      assertThat(broughtAbout).hasSize(10);
      assertThat(eyes.size()).isEqualTo(3);
      for (int i = 0; i < 6; i++) {
        ask(eyes, "anne");
      }
    }
    broughtAbout.clear();
    try (Journal journal = journal()) {
      FourEyes eyes = new FourEyes(journal, Clock.fixed(now.plus(Duration.ofDays(100)), ZoneOffset.UTC), () -> { }, 3);
      eyes.on(KIND, Role.ANALYST, (asked, grant) -> broughtAbout.add(asked.id()));
      assertThat(broughtAbout).as("folded from the journal, all of them").hasSize(10);
      ask(eyes, "anne");
      assertThat(eyes.size()).as("three granted, three that nobody answered, one that waits").isEqualTo(7);
    }
  }

  @Test
  void anAccountThatTheAuthorMadeOrGotAPasswordForSinceIsNoSecondPerson() throws Exception {
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      String before = ask(eyes, "anne");
      journal.append("anne", "access.user", JsonNodeFactory.instance.objectNode().put("user", "zoe").put("role", "administrator"));
      journal.append("anne", "access.reset", JsonNodeFactory.instance.objectNode().put("user", "paul"));
      assertThat(eyes.decide(before, "zoe", Role.ADMINISTRATOR, true, "")).isEqualTo(Outcome.OWN);
      assertThat(eyes.decide(before, "paul", Role.ANALYST, true, "")).isEqualTo(Outcome.OWN);
      assertThat(eyes.decide(before, "luc", Role.ANALYST, true, "")).isEqualTo(Outcome.DONE);
      assertThat(eyes.decide(ask(eyes, "anne"), "zoe", Role.ADMINISTRATOR, true, "")).as("of what is asked from then on").isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void whatWasAskedAndTakenBackDoesNotFillTheMemory() throws Exception {
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      String first = ask(eyes, "anne");
      eyes.decide(first, "anne", Role.ANALYST, false, "");
      for (int i = 0; i < 1_000; i++) {
        eyes.decide(ask(eyes, "anne"), "anne", Role.ANALYST, false, "");
      }
      assertThat(eyes.one(first)).isNull();
      assertThat(eyes.list().path("items")).hasSize(200);
    }
  }

  @Test
  void aCrashBetweenAskingAndAnsweringLosesNothing() throws Exception {
    String id;
    try (Journal journal = journal()) {
      id = ask(eyes(journal, Clock.systemUTC()), "anne");
    }
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      assertThat(broughtAbout).isEmpty();
      assertThat(eyes.list().path("waiting").asInt()).isEqualTo(1);
      assertThat(eyes.decide(id, "paul", Role.ANALYST, true, "")).isEqualTo(Outcome.DONE);
      assertThat(broughtAbout).hasSize(1);
    }
  }

  @Test
  void whatIsRefusedOrTakenBackOrLeftForSevenDaysComesToNothing() throws Exception {
    try (Journal journal = journal()) {
      FourEyes eyes = eyes(journal, Clock.systemUTC());
      String refused = ask(eyes, "anne");
      String back = ask(eyes, "anne");
      String left = ask(eyes, "anne");
      assertThat(eyes.decide(refused, "paul", Role.ANALYST, false, "no")).isEqualTo(Outcome.DONE);
      assertThat(eyes.decide(back, "anne", Role.ANALYST, false, "")).isEqualTo(Outcome.DONE);
      assertThat(state(eyes, refused)).isEqualTo("refused");
      assertThat(state(eyes, back)).isEqualTo("withdrawn");
      FourEyes later = eyes(journal, Clock.fixed(Instant.now().plus(Duration.ofDays(8)), ZoneOffset.UTC));
      assertThat(state(later, left)).isEqualTo("expired");
      assertThat(later.decide(left, "paul", Role.ANALYST, true, "")).isEqualTo(Outcome.OVER);
      assertThat(broughtAbout).isEmpty();
    }
  }
}
