package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Approvals;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The policy of the site as a person meets it: grid, tables, interventions, sets. Skipped by name where there is no Chromium; {@code
 * -Dvigie.pictures=FOLDER} keeps a picture of each page.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PolicyInBrowserTest {

  @TempDir static Path folder;
  private static @Nullable Visit visit;
  private static Console console;
  private static Page page;
  private static List<String> errors;

  @BeforeAll
  static void start() throws Exception {
    Visit opened = new Visit(folder, SampleEstate::fill, 1440, 900, "the policy was");
    visit = opened;
    console = opened.console;
    page = opened.page;
    errors = opened.errors;
  }

  @AfterAll
  static void stop() throws Exception {
    if (visit != null) {
      visit.close();
    }
  }

  private static void keep(String name) {
    Objects.requireNonNull(visit).keep(name);
  }

  private static void go(String where) {
    page.navigate(console.uri() + "#/" + where);
  }

  private static Locator text(String selector, String text) {
    return page.locator(selector, new Page.LocatorOptions().setHasText(text));
  }

  private static FilePayload table(String text) {
    return new FilePayload("matrice.csv", "text/csv", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @Order(1)
  void theMatrixIsAGridThatSaysItsLines() {
    page.keyboard().press("g");
    page.keyboard().press("y");
    page.locator("#matrix td button").first().waitFor();
    assertThat(page.locator("#matrix td button[data-v=allow]").count()).isPositive();
    page.locator("#matrix td button[data-v=allow]").first().focus();
    page.keyboard().press("Enter");
    text("#cell", "autoriser").waitFor();
    keep("policy");
  }

  @Test
  @Order(2)
  void aWrongTableIsRefusedWithLineAndColumnAndASoundOneIsTriedThenTaken() throws Exception {
    go("policy");
    page.locator("#change input[type=file]").setInputFiles(table("de;vers;protocoles;décision;commentaire\ngtb;cvcc;bacnet;autoriser;x\n"));
    page.locator("#change form button").click();
    text("#tried .faults", "peut-être « cvc »").waitFor();
    assertThat(page.locator("#tried .faults tbody tr").first().textContent()).contains("matrix.csv").contains("2");
    keep("policy-refused");
    page.locator("#change input[type=file]").setInputFiles(table("de;vers;protocoles;opérations;horaires;décision;commentaire\ngtb;cvc;bacnet;;;autoriser;supervision\n"
        + "gtb;cvc;bacnet;write;lun-ven 19:00-07:00;alerter;écritures de nuit\n*;froid;;;;interdire;chambres froides\n*;gtb;ntp;;;autoriser;\n"));
    page.locator("#change form button").click();
    text("#tried", "4 lignes retirées").or(text("#tried", "lignes ajoutées")).first().waitFor();
    keep("policy-tried");
    page.locator("#take").click();
    text(".toast", "attend une seconde personne").waitFor();
    SampleEstate sample = Objects.requireNonNull(visit).sample;
    String waits = sample.estate.approvals().list().path("items").get(0).path("id").asText();
    assertThat(sample.estate.approvals().decide(waits, "anne", Role.ADMINISTRATOR, true, "vu")).isEqualTo(Approvals.Outcome.DONE);
    go("overview");
    go("policy");
    page.locator("#matrix td button[data-v=deny]").first().waitFor();
    page.locator("#matrix td button[data-v=deny]").first().click();
    text("#cell", "chambres froides").waitFor();
    keep("policy-taken");
  }

  @Test
  @Order(3)
  void anInterventionIsAnnouncedAndTakenBackAndASetGoneBackTo() {
    go("policy");
    page.getByText("Annoncer une intervention").click();
    page.locator("input[name=from]").fill("2031-03-30T01:00");
    page.locator("input[name=to]").fill("2031-03-30T05:00");
    page.locator("input[name=contractor]").fill("Froid Ouest");
    page.locator("input[name=devices]").fill("10.20.10.9");
    page.locator("input[name=assets]").fill("zone:froide");
    page.locator(".announce button").click();
    text("#maintenance .faults", "ne désigne rien").waitFor();
    page.locator("input[name=assets]").fill("zone:froid");
    page.locator(".announce button").click();
    text("#maintenance li", "annoncée").waitFor();
    keep("policy-maintenance");
    page.locator("#maintenance li button").click();
    text("#maintenance", "Aucune intervention").waitFor();
    text("#sets li", "Jeu 1").locator("button").click();
    text("dialog", "d’un seul coup").waitFor();
    keep("policy-back");
    page.keyboard().press("Enter");
    text("#sets li", "retour à").waitFor();
    keep("policy-sets");
  }

  @Test
  @Order(20)
  void onASmallScreenItCanBeReachedAndNothingIsWider() {
    page.setViewportSize(390, 844);
    go("policy");
    page.locator("#sets li").first().waitFor();
    keep("small-policy");
    Object wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table'))"
        + ".map(e => e.tagName + '.' + e.className).slice(0, 6).join(' ')");
    assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("at 390 px: " + wide).isTrue();
    page.setViewportSize(1440, 900);
  }

  @Test
  @Order(21)
  void nothingBroke() {
    assertThat(errors).isEmpty();
  }
}
