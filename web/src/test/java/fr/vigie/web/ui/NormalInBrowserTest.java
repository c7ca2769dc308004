package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import fr.vigie.rules.baseline.Known;
import fr.vigie.web.api.Console;
import fr.vigie.web.live.LearnedSample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The learned normal as a person meets it. Skipped by name where there is no Chromium; {@code -Dvigie.pictures=FOLDER} keeps a picture of each page. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NormalInBrowserTest {
  @TempDir static Path folder;
  private static LearnedSample learned;
  private static Visit visit;
  private static Console console;
  private static Page page;
  private static List<String> errors;

  @BeforeAll
  static void start() throws Exception {
    learned = new LearnedSample();
    visit = new Visit(folder, estate -> learned.normal(estate.journal, estate.estate), 1440, 900, "the learned normal was");
    console = visit.console;
    page = visit.page;
    errors = visit.errors;
  }

  @AfterAll
  static void stop() throws Exception {
    if (visit != null) {
      visit.close();
    }
  }

  private static void go(String where) {
    page.navigate(console.uri() + "#/" + where);
  }

  private static Locator text(String selector, String text) {
    return page.locator(selector, new Page.LocatorOptions().setHasText(text)).first();
  }

  private static Known.Origin origin(Known.Kind kind, String what) {
    return learned.with((ledger, judge) -> {
      Known.Origin origin = judge.baseline().known().origin(kind, LearnedSample.SUPERVISOR, LearnedSample.CONTROLLER, what);
      if (origin == null) {
        throw new AssertionError("nothing is known of " + kind + " " + what);
      }
      return origin;
    });
  }

  @Test
  @Order(1)
  void saturationIsAPictureAndWhatWouldHaveAlertedIsTold() {
    page.keyboard().press("g");
    page.keyboard().press("l");
    text("main", "Où en est l’apprentissage").waitFor();
    assertThat(page.locator(".learning svg.news rect.some").count()).isGreaterThan(3);
    text("main", "Écriture par une source non apprise").waitFor();
    text(".learnt", "Lit").waitFor();
    assertThat(page.title()).startsWith("Ce qui est normal");
    visit.keep("normal");
  }

  @Test
  @Order(2)
  void aLineIsRejectedByKeyboard() {
    page.getByLabel("Équipement, adresse, objet").fill("udp47808");
    text(".head ~ section [role=status], section [role=status]", "1 ligne").waitFor();
    page.locator("main h1").click();
    page.keyboard().press("j");
    page.keyboard().press("r");
    page.locator("dialog textarea").fill("ce n’est pas notre BACnet");
    page.locator("dialog button.main").click();
    text(".learnt tr[data-origin=rejected]", "udp47808").waitFor();
    assertThat(origin(Known.Kind.PEER, "udp47808")).isEqualTo(Known.Origin.REJECTED);
  }

  @Test
  @Order(3)
  void aLearnedWriteWaitsForASecondPerson() {
    page.getByLabel("Équipement, adresse, objet").fill("2,3");
    text(".learnt", "analog-value,3").waitFor();
    page.locator("main h1").click();
    page.keyboard().press("j");
    page.keyboard().press("a");
    page.locator("dialog button.main").click();
    text(".toast", "Une seconde personne").waitFor();
    assertThat(origin(Known.Kind.WRITER, "2,3")).isEqualTo(Known.Origin.LEARNED);
    go("approvals");
    text(".approval", "Accepter une écriture apprise").waitFor();
  }

  @Test
  @Order(4)
  void learningIsEndedAndBegunAgain() {
    go("normal");
    text("button", "Juger dès maintenant").click();
    page.locator("dialog button.main").click();
    page.waitForCondition(() -> learned.with((ledger, judge) -> judge.baseline().learning().ended(LearnedSample.CONTROLLER,
        fr.vigie.rules.baseline.Behaviour.WRITERS, judge.clock())));
    text("button", "Réapprendre").waitFor();
  }

  @Test
  @Order(5)
  void nothingFoundIsSaid() {
    page.getByLabel("Équipement, adresse, objet").fill("nulle part");
    text(".empty", "Aucune ligne").waitFor();
  }

  @Test
  @Order(6)
  void onASmallScreenNothingIsWider() {
    page.setViewportSize(390, 844);
    go("overview");
    page.locator("main h1").first().waitFor();
    go("normal");
    text(".learnt", "Lit").waitFor();
    visit.keep("small-normal");
    Object wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table')).map(e => e.tagName + '.' + e.className).slice(0, 6).join(' ')");
    assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("normal at 390 px: " + wide).isTrue();
    page.setViewportSize(1440, 900);
  }

  @Test
  @Order(7)
  void whoOnlyLooksIsRefused() {
    String made = String.valueOf(page.evaluate("""
        (async () => { const s = await (await fetch('/api/v1/session')).json();
          const ask = (path, body, method) => fetch('/api/v1' + path, {method, headers: {'Content-Type': 'application/json', 'X-Vigie-Csrf': s.csrf}, body: JSON.stringify(body)});
          const user = await ask('/users', {name: 'vera', role: 'viewer'}, 'POST'); return JSON.stringify(await user.json()); })()"""));
    String password = made.replaceAll("(?s).*\"oneTimePassword\":\\s*\"([^\"]+)\".*", "$1");
    text("button", "Se déconnecter").click();
    visit.logIn("vera", password);
    go("normal");
    text(".learnt", "Lit").waitFor();
    assertThat(page.locator(".learnt button").count()).isZero();
    assertThat(page.locator(".learning button").count()).isZero();
    Object status = page.evaluate("""
        (async () => { const s = await (await fetch('/api/v1/session')).json();
          return (await fetch('/api/v1/normal/lines', {method: 'POST', headers: {'Content-Type': 'application/json', 'X-Vigie-Csrf': s.csrf},
            body: JSON.stringify({kind: 'peer', who: 'a', whom: 'b', what: '', verdict: 'approve'})})).status; })()""");
    assertThat(((Number) status).intValue()).isEqualTo(403);
  }

  @Test
  @Order(8)
  void nothingBroke() {
    assertThat(errors).isEmpty();
    assertThat(page.title()).doesNotContain("owned");
  }
}
