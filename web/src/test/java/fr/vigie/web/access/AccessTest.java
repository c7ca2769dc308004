package fr.vigie.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessTest {
  @TempDir Path folder;
  private final Passwords passwords = new Passwords();

  /** A clock that moves when told to. */
  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-03-10T08:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @Test
  void aHashOpensToItsPasswordAlone() {
    String hash = passwords.hash("été à la plage");
    assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(passwords.hash("été à la plage")).as("salted").isNotEqualTo(hash);
    assertThat(passwords.matches("été à la plage", hash)).isTrue();
    assertThat(passwords.matches("ete a la plage", hash)).isFalse();
    assertThat(passwords.matches("été à la plage", null)).isFalse();
    assertThat(passwords.matches("nobody-has-this-password", null)).as("the stand-in opens nothing").isFalse();
    assertThat(passwords.matches("été à la plage", "plain text")).isFalse();
    assertThat(passwords.matches("x".repeat(1_000_000), hash)).isFalse();
  }

  @Test
  void weakPasswordsAreNamedAsSuch() {
    assertThat(Passwords.objection("admin", "onze lettre")).isEqualTo("password_too_short");
    assertThat(Passwords.objection("admin", "administrateur")).isEqualTo("password_too_easy");
    assertThat(Passwords.objection("soc", "aaaaaaaaaaaaaaa")).isEqualTo("password_too_easy");
    assertThat(Passwords.objection("soc", "x".repeat(257))).isEqualTo("password_too_long");
    assertThat(Passwords.objection("soc", "chambres froides au vert")).isNull();
  }

  @Test
  void oneTimePasswordsNeverRepeat() {
    assertThat(List.of(passwords.oneTime(), passwords.oneTime(), passwords.oneTime())).doesNotHaveDuplicates()
        .allMatch(p -> p.matches("[a-z2-9]{4}(-[a-z2-9]{4}){3}"));
  }

  @Test
  void theFirstRunEndsWithTheFirstLogIn() throws Exception {
    Path file = folder.resolve("users.json");
    Users users = Users.open(file);
    String first = users.firstRun();
    assertThat(first).isNotNull();
    assertThat(Files.readString(file)).doesNotContain(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    Users again = Users.open(file);
    String second = again.firstRun();
    assertThat(second).as("nobody logged in yet: a lost password is replaced").isNotNull().isNotEqualTo(first);
    assertThat(again.login("admin", String.valueOf(first))).isNull();
    assertThat(again.login("admin", String.valueOf(second))).isNotNull();
    assertThat(Users.open(file).firstRun()).isNull();
  }

  @Test
  void aPasswordIsChangedOnlyByWhoKnowsTheOldOne() throws Exception {
    Users users = Users.open(folder.resolve("users.json"));
    String first = String.valueOf(users.firstRun());
    assertThatThrownBy(() -> users.changePassword("admin", "wrong", "chambres froides")).hasMessage("password_wrong");
    assertThatThrownBy(() -> users.changePassword("admin", first, first)).hasMessage("password_same");
    assertThat(users.changePassword("admin", first, "chambres froides").mustChange()).isFalse();
    assertThat(Users.open(folder.resolve("users.json")).login("admin", "chambres froides")).isNotNull();
  }

  @Test
  void theLastAdministratorStays() throws Exception {
    Users users = Users.open(folder.resolve("users.json"));
    users.firstRun();
    assertThatThrownBy(() -> users.change("admin", Role.VIEWER, true)).hasMessage("last_administrator");
    assertThatThrownBy(() -> users.change("admin", Role.ADMINISTRATOR, false)).hasMessage("last_administrator");
    users.add("second", Role.ADMINISTRATOR, "fr");
    assertThat(users.change("admin", Role.VIEWER, true).role()).isEqualTo(Role.VIEWER);
    assertThatThrownBy(() -> users.add("Robert'); DROP", Role.VIEWER, "fr")).hasMessage("user_name");
    assertThatThrownBy(() -> users.add("second", Role.VIEWER, "fr")).hasMessage("user_exists");
  }

  @Test
  void aClosedAccessDoesNotOpen() throws Exception {
    Users users = Users.open(folder.resolve("users.json"));
    users.firstRun();
    String once = users.add("soc", Role.ANALYST, "fr");
    users.change("soc", Role.ANALYST, false);
    assertThat(users.login("soc", once)).isNull();
  }

  @Test
  void aDamagedFileIsSaidAndNotReplaced() throws Exception {
    Path file = folder.resolve("users.json");
    Files.writeString(file, "{\"v\":1,\"users\":[{\"name\":\"admin\",\"role\":\"emperor\"}]}");
    assertThatThrownBy(() -> Users.open(file)).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
    assertThat(Files.readString(file)).contains("emperor");
  }

  @Test
  void aSessionEndsWhenIdleAndInAnyCaseAfterAShift() {
    Hands clock = new Hands();
    Sessions sessions = new Sessions(clock);
    Sessions.Opened opened = sessions.open("soc");
    assertThat(opened.token()).hasSize(43);
    assertThat(opened.toString()).doesNotContain(opened.token());
    clock.pass(Duration.ofMinutes(29));
    assertThat(sessions.find(opened.token(), false)).as("a page by itself").isNotNull();
    clock.pass(Duration.ofMinutes(2));
    assertThat(sessions.find(opened.token(), true)).as("the page did not keep it open").isNull();
    Sessions.Opened busy = sessions.open("soc");
    for (int i = 0; i < 48; i++) {
      clock.pass(Duration.ofMinutes(15));
      if (i < 47) {
        assertThat(sessions.find(busy.token(), true)).isNotNull();
      }
    }
    clock.pass(Duration.ofMinutes(1));
    assertThat(sessions.find(busy.token(), true)).as("twelve hours").isNull();
  }

  @Test
  void aNewPasswordEndsTheOtherSessions() {
    Sessions sessions = new Sessions(new Hands());
    Sessions.Opened here = sessions.open("soc");
    Sessions.Opened elsewhere = sessions.open("soc");
    Sessions.Opened other = sessions.open("rssi");
    sessions.closeOthers("soc", here.session().number());
    assertThat(sessions.find(here.token(), true)).isNotNull();
    assertThat(sessions.find(elsewhere.token(), true)).isNull();
    assertThat(sessions.find(other.token(), true)).isNotNull();
  }

  @Test
  void sessionsAreBounded() {
    Sessions sessions = new Sessions(new Hands());
    Sessions.Opened first = sessions.open("soc");
    for (int i = 0; i < 1000; i++) {
      sessions.open("soc");
    }
    assertThat(sessions.find(first.token(), true)).isNull();
  }

  @Test
  void waitingDoublesAndIsForgotten() {
    Hands clock = new Hands();
    Throttle throttle = new Throttle(clock);
    for (int i = 0; i < 4; i++) {
      throttle.failed("admin", "10.0.0.1");
    }
    assertThat(throttle.waitFor("admin", "10.0.0.1")).isZero();
    throttle.failed("admin", "10.0.0.1");
    assertThat(throttle.waitFor("admin", "10.9.9.9")).as("the name waits wherever it comes from").isEqualTo(1000);
    clock.pass(Duration.ofSeconds(1));
    throttle.failed("admin", "10.0.0.1");
    assertThat(throttle.waitFor("admin", "10.0.0.1")).isEqualTo(2000);
    for (int i = 0; i < 40; i++) {
      throttle.failed("admin", "10.0.0.1");
    }
    assertThat(throttle.waitFor("admin", "10.9.9.9")).isEqualTo(15 * 60_000L);
    assertThat(throttle.waitFor("rssi", "10.0.0.1")).as("the address waits too").isPositive();
    throttle.succeeded("admin");
    assertThat(throttle.waitFor("admin", "10.9.9.9")).isZero();
    clock.pass(Duration.ofHours(2));
    throttle.failed("rssi", "10.0.0.1");
    assertThat(throttle.waitFor("rssi", "10.0.0.1")).isZero();
  }

  @Test
  void theCertificateIsMadeOnceAndRenewedInTime() throws Exception {
    Hands clock = new Hands();
    Certificate made = Certificate.obtain(folder, Set.of("vigie.chu.example", "10.1.2.3"), clock);
    assertThat(made.leaf().getPublicKey()).isInstanceOf(ECPublicKey.class);
    assertThat(((ECPublicKey) made.leaf().getPublicKey()).getParams().getOrder().bitLength()).isEqualTo(256);
    assertThat(made.leaf().getSubjectAlternativeNames().toString()).contains("localhost", "127.0.0.1", "vigie.chu.example", "10.1.2.3");
    assertThat(made.leaf().getBasicConstraints()).as("not an authority").isEqualTo(-1);
    made.leaf().verify(made.leaf().getPublicKey());
    assertThat(made.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("console.key")))).isEqualTo("rw-------");
    assertThat(Certificate.obtain(folder, Set.of(), clock).fingerprint()).isEqualTo(made.fingerprint());
    clock.pass(Duration.ofDays(370));
    assertThat(Certificate.obtain(folder, Set.of(), clock).fingerprint()).isNotEqualTo(made.fingerprint());
  }

  @Test
  void aBrokenCertificateIsSaidAndNotReplaced() throws Exception {
    Files.writeString(folder.resolve("console.crt"), "not a certificate");
    Files.writeString(folder.resolve("console.key"), "not a key");
    assertThatThrownBy(() -> Certificate.obtain(folder, Set.of(), Clock.systemUTC())).isInstanceOf(IOException.class)
        .hasMessageContaining("holds no certificate");
    assertThat(Files.readString(folder.resolve("console.crt"))).isEqualTo("not a certificate");
  }

  @Test
  void theFirstPasswordGoesToTheTerminalOrIntoAFileOfItsOwner() throws Exception {
    FirstPassword hand = new FirstPassword(folder);
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    hand.hand("abcd-efgh-jkmn-pqrs", new PrintStream(seen, true, StandardCharsets.UTF_8), true);
    assertThat(seen.toString(StandardCharsets.UTF_8)).contains("abcd-efgh-jkmn-pqrs");
    assertThat(hand.file()).doesNotExist();
    seen.reset();
    hand.hand("abcd-efgh-jkmn-pqrs", new PrintStream(seen, true, StandardCharsets.UTF_8), false);
    assertThat(seen.toString(StandardCharsets.UTF_8)).doesNotContain("abcd-efgh-jkmn-pqrs");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hand.file()))).isEqualTo("rw-------");
    hand.forget("soc");
    assertThat(hand.file()).exists();
    hand.forget("admin");
    assertThat(hand.file()).doesNotExist();
  }
}
