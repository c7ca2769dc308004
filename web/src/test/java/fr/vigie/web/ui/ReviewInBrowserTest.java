package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
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
 * Reviews, values by hand, campaigns, the past and identity as a person meets them. Skipped by name where there is no Chromium; {@code
 * -Dvigie.pictures=FOLDER} keeps a picture of each page.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ReviewInBrowserTest {

  @TempDir static Path folder;
  private static @Nullable Visit visit;
  private static SampleEstate sample;
  private static Console console;
  private static Page page;
  private static List<String> errors;

  @BeforeAll
  static void start() throws Exception {
    Visit opened = new Visit(folder, sample -> {
      sample.fill();
      sample.listen();
    }, 1280, 800, "the reviews were");
    visit = opened;
    sample = opened.sample;
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

  @Test
  @Order(1)
  void rowsAreChosenAndDecidedByKeyboardAfterAPreview() throws Exception {
    go("inventory?f.zone=cvc");
    text(".inventory a", "CTA-BLOC-1").waitFor();
    page.keyboard().press("j");
    page.keyboard().press("x");
    page.keyboard().press("j");
    page.keyboard().press("x");
    text(".decide", "2 équipements choisis").waitFor();
    keep("inventory-chosen");
    page.keyboard().press("X");
    text(".decide", "3 équipements choisis").waitFor();
    page.keyboard().press("a");
    text("#verdict-preview", "3 équipements").waitFor();
    page.locator("dialog select[name=owner]").selectOption("technical-services");
    page.locator("dialog input[name=due]").fill("2027-01-31");
    page.locator("dialog textarea").fill("Campagne d’automne");
    keep("inventory-preview");
    page.locator("dialog button.main").click();
    text(".toast", "Décidé pour 3 équipements").waitFor();
    text(".inventory tbody tr", "Approuvé").first().waitFor();
    assertThat(sample.journal.entries()).filteredOn(e -> e.kind().equals("asset.review")).hasSize(3)
        .allMatch(e -> e.body().path("owner").asText().equals("technical-services") && e.author().equals("admin"));
  }

  @Test
  @Order(2)
  void aValueByHandStandsBesideTheMachinesAndIsTakenBack() {
    go("inventory/a-cta00000000001a");
    text("main h1", "CTA-BLOC-1").waitFor();
    page.keyboard().press("e");
    page.locator("dialog input[name=model]").fill("ECB-650");
    page.locator("dialog input[name=room]").fill("B-112");
    page.locator("dialog select[name=care]").selectOption("5");
    keep("asset-correct");
    page.locator("dialog button.main").click();
    text("#by-hand", "ECB-650").waitFor();
    assertThat(page.locator("#by-hand").textContent()).contains("Machine : ECB-600").contains("ASHRAE 135-2020 §12.11.9").contains("B-112")
        .contains("La machine n’en sait rien");
    keep("asset-by-hand");
    page.locator("#by-hand .trait", new Page.LocatorOptions().setHasText("ECB-650")).getByText("Reprendre la valeur de la machine").click();
    page.locator("#by-hand .trait", new Page.LocatorOptions().setHasText("ECB-650")).waitFor(
        new Locator.WaitForOptions().setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
  }

  @Test
  @Order(3)
  void whatChangedSinceTheReviewIsShownBesideIt() throws Exception {
    sample.picture("a-ddc00000000001a", "DDC-7", "5.0");
    sample.estate.show();
    go("inventory/a-ddc00000000001a");
    text("main h1", "DDC-7").waitFor();
    page.keyboard().press("a");
    page.locator("dialog button.main").click();
    page.locator("main .badge[data-r=approved]").first().waitFor();
    sample.picture("a-ddc00000000001a", "DDC-7", "5.1");
    text("#since", "5.1").waitFor();
    page.locator("main .badge[data-r=to-review]").first().waitFor();
    assertThat(page.locator("#since").textContent()).contains("Approuvé par admin").contains("Micrologiciel").contains("5.0").contains("L’approbation reste inscrite");
    keep("asset-since");
  }

  @Test
  @Order(4)
  void aCampaignIsOpenedWorkedThroughAndClosesByItself() {
    go("campaigns");
    text("main", "Aucune campagne").waitFor();
    keep("campaigns-none");
    page.keyboard().press("n");
    page.locator("dialog input[name=name]").fill("Froid du printemps");
    page.locator("dialog select[name=zone]").selectOption("froid");
    page.locator("dialog input[name=due]").fill("2026-01-31");
    page.locator("dialog button.main").click();
    text(".campaign", "Froid du printemps").waitFor();
    assertThat(page.locator(".campaign").textContent()).contains("En retard").contains("0 sur 2").contains("0 %");
    keep("campaigns-late");
    text(".campaign a", "Voir les 2 qui restent").click();
    text(".inventory a", "GF-TOITURE").waitFor();
    page.keyboard().press("j");
    page.keyboard().press("r");
    page.locator("dialog button.main").click();
    page.locator(".toast").waitFor();
    go("campaigns");
    text(".campaign", "1 sur 2").waitFor();
    text(".campaign a", "Voir celui qui reste").click();
    page.locator(".inventory tbody tr").first().waitFor();
    page.keyboard().press("j");
    page.keyboard().press("d");
    page.locator("dialog button.main").click();
    page.locator(".toast").waitFor();
    go("campaigns");
    text(".campaign", "close par vigie").waitFor();
    keep("campaigns-done");
  }

  @Test
  @Order(5)
  void twoDatesAreCompared() {
    go("past");
    text("[data-list=arrived]", "DDC 3").waitFor();
    assertThat(page.locator(".past-table tbody tr").count()).isEqualTo(3);
    page.locator("input[name=from]").fill("2026-03-10T10:30");
    page.locator("input[name=to]").fill("2026-03-10T13:30");
    page.getByText("Comparer").click();
    text("[data-list=changed]", "5.1").waitFor();
    assertThat(page.locator("[data-list=changed]").textContent()).contains("DDC 2").contains("5.0").contains("important");
    keep("past");
    page.getByText("English").first().click();
    text("h1", "What changed").waitFor();
    page.getByText("Français").first().click();
    text("h1", "Ce qui a changé").waitFor();
  }

  @Test
  @Order(6)
  void twoThatSayOneSerialNumberAreMergedAfterAPreviewAndUndone() throws Exception {
    go("identity");
    text(".proposal", "numéro de série").waitFor();
    keep("identity");
    page.locator(".proposal button").first().click();
    text("dialog", "Ensuite").waitFor();
    assertThat(page.locator("dialog .parties").nth(1).locator(".party").count()).isEqualTo(1);
    keep("identity-preview");
    page.locator("dialog button.main").click();
    text("main", "Ce qui a été décidé").waitFor();
    page.getByText("Défaire").first().click();
    page.locator("dialog button.main").click();
    text("main .chip", "défait par admin").waitFor();
    assertThat(sample.journal.entries()).extracting(fr.vigie.inventory.store.Journal.Entry::kind).contains("asset.merge", "asset.undo");
  }

  @Test
  @Order(7)
  void onASmallScreenEveryPageCanBeReachedAndNothingIsWider() {
    page.setViewportSize(390, 844);
    for (String where : List.of("inventory", "campaigns", "past", "identity", "inventory/a-cta00000000001a")) {
      go(where);
      page.locator("main h1").first().waitFor();
      page.locator("main .loading").waitFor(new Locator.WaitForOptions().setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
      keep("small-" + where.replace('/', '-'));
      Object wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table'))"
          + ".map(e => e.tagName + '.' + e.className).slice(0, 6).join(' ')");
      assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as(where + " at 390 px: " + wide).isTrue();
    }
    page.getByText("Plus").first().click();
    page.locator(".rail nav a[data-page=capture]").click();
    text("h1", "Capture").waitFor();
    page.getByText("Plus").first().click();
    page.locator(".rail nav a[data-page=help]").click();
    text("h1", "Aide").waitFor();
    page.setViewportSize(1280, 800);
  }

  @Test
  @Order(8)
  void nothingBroke() {
    assertThat(errors).isEmpty();
  }
}
