package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.live.FourEyes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * Incidents, exceptions and decisions for four eyes as a person meets them. Skipped by name where there is no Chromium; {@code
 * -Dvigie.pictures=FOLDER} keeps a picture of each page.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TriageInBrowserTest {
  private static final List<String> granted = new ArrayList<>();

  @TempDir static Path folder;
  private static @Nullable Visit visit;
  private static SampleEstate sample;
  private static Console console;
  private static Page page;
  private static List<String> errors;

  @BeforeAll
  static void start() throws Exception {
    Visit opened = new Visit(folder, SampleEstate::fill, 1440, 900, "triage was");
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

  private static String asked(String who) throws Exception {
    return java.util.Objects.requireNonNull(sample.estate.approvals().ask("trial", who, FourEyes.said("Accepter une écriture apprise", "Accept a learned write"),
        List.of(FourEyes.said("SRV-GTB-01 écrit analog-value,3 de CTA-BLOC-1", "SRV-GTB-01 writes analog-value,3 of CTA-BLOC-1"),
            FourEyes.said(SampleEstate.SCRIPT, SampleEstate.SCRIPT)), JsonNodeFactory.instance.objectNode(), "vu avec l’exploitant")).path("id").asText();
  }

  @Test
  @Order(1)
  void whatAnotherAskedIsApprovedByKeyboardAndOnesOwnIsNot() throws Exception {
    go("approvals");
    text("main", "Rien n’attend").waitFor();
    sample.estate.approvals().on("trial", Role.ANALYST, (asked, grant) -> granted.add(asked.author() + " " + grant.author()));
    asked("anne");
    asked("admin");
    text(".approval", "Demandé par anne").waitFor();
    text(".approval", "une autre personne doit l’approuver").waitFor();
    keep("approvals");
    page.keyboard().press("j");
    page.keyboard().press("a");
    page.locator("dialog textarea").fill("d’accord");
    page.locator("dialog button.main").click();
    text("main", "approuvé par admin").waitFor();
    assertThat(granted).containsExactly("anne admin");
    page.keyboard().press("r");
    text("dialog", "Retirer la demande").waitFor();
    page.locator("dialog button.main").click();
    text("main", "retiré par admin").waitFor();
    keep("approvals-answered");
  }

  @Test
  @Order(2)
  void incidentsAreTriagedByKeyboardAlone() throws Exception {
    go("incidents");
    page.locator(".alert-row").first().waitFor();
    assertThat(page.locator(".alert-row").count()).as("seven alerts are two incidents").isEqualTo(2);
    page.keyboard().press("j");
    text(".detail h2", "un seul incident").waitFor();
    assertThat(page.locator(".folds").textContent()).contains("ouvre l’incident").contains("le même acteur");
    keep("incident");
    page.keyboard().press("a");
    text(".detail .badge", "Prise en charge").waitFor();
    page.keyboard().press("w");
    text(".detail .timeline", "confié à admin").waitFor();
    page.keyboard().press("m");
    page.locator("dialog textarea").fill("Appelé les services techniques");
    page.locator("dialog button.main").click();
    text(".detail .timeline", "Appelé les services techniques").waitFor();
    page.keyboard().press("c");
    page.locator("dialog input[value=true]").check();
    keep("incident-close");
    page.locator("dialog textarea").fill("Poste débranché");
    page.locator("dialog button.main").click();
    text(".detail .badge", "Clos : avéré").waitFor();
    keep("incident-closed");
    sample.alert("BAC-02", "C", "2026-03-10T08:50:00.000000000Z", "10.20.10.199", "10.20.20.21", List.of("a-unknown0000001", "a-cta00000000001a"), "", "encore", "again");
    text(".detail .badge", "Rouvert").waitFor();
    assertThat(page.locator(".detail .timeline").textContent()).contains("la cause a frappé de nouveau (BAC-02)").contains("vigie");
    keep("incident-reopened");
  }

  @Test
  @Order(3)
  void severalAreChosenAssignedAndClosedTogether() throws Exception {
    go("incidents");
    page.locator(".alert-row").first().waitFor();
    page.keyboard().press("X");
    text(".decide", "2 incidents choisis").waitFor();
    page.keyboard().press("i");
    page.locator("dialog select[name=assignee]").selectOption("admin");
    page.locator("dialog input[name=due]").fill("2027-01-31T12:00");
    keep("incident-assign");
    page.locator("dialog button.main").click();
    text(".toast", "Décidé pour 2 incidents").waitFor();
    assertThat(sample.estate.incidents().incidents(new fr.vigie.web.api.Search("assignee:admin", Map.of(), "", 0, 9)).items())
        .hasSize(2).allMatch(i -> i.path("due").asText().equals("2027-01-31T11:00:00Z"), "in the site's time zone");
    page.keyboard().press("X");
    page.keyboard().press("c");
    page.locator("dialog input[value=accepted]").check();
    page.locator("dialog button.main").click();
    text(".toast", "Décidé pour 2 incidents").waitFor();
    text(".alert-row .badge", "Clos : accepté").first().waitFor();
    keep("incidents-closed");
  }

  @Test
  @Order(4)
  void anExceptionIsPreviewedMadeFromAnAlertAndEndedEarly() throws Exception {
    go("exceptions");
    text("main", "Aucune exception").waitFor();
    keep("exceptions-none");
    go("alerts?q=rule:NET-01");
    page.locator(".alert-row").first().waitFor();
    page.keyboard().press("j");
    text(".detail h1", "Équipement nouveau").waitFor();
    page.keyboard().press("e");
    text("dialog .note", "Aurait tu 1 alerte").waitFor();
    page.locator("dialog textarea").fill("Scanner de vulnérabilités du service informatique");
    keep("exception-ask");
    page.locator("dialog button.main").click();
    page.locator(".toast").waitFor();
    go("exceptions");
    text(".exception", "Scanner de vulnérabilités").waitFor();
    keep("exceptions");
    page.keyboard().press("j");
    page.keyboard().press("e");
    text("dialog", "est de nouveau signalé").waitFor();
    keep("exception-end");
    page.locator("dialog textarea").fill("plus de scanner");
    page.locator("dialog button.main").click();
    text(".exception", "fin par admin").waitFor();
    page.keyboard().press("z");
    text(".toast", "de nouveau en vigueur").waitFor();
    assertThat(sample.estate.exceptions().list().path("items").get(0).path("state").asText()).isEqualTo("active");
    page.getByText("Mettre une règle hors service").click();
    page.locator("dialog input[name=rule]").fill("BAC-09");
    page.locator("dialog textarea").fill("essais de recette");
    text("dialog .note", "Ceci demande une seconde personne").waitFor();
    keep("rule-off");
    page.locator("dialog button.main").click();
    text(".toast", "seconde personne").waitFor();
    go("approvals");
    text(".approval", "Mettre hors service la règle BAC-09").waitFor();
    keep("approvals-rule");
  }

  @Test
  @Order(5)
  void anAlertSaysWhatItRestsOn() {
    go("alerts?q=rule:BAC-02");
    page.locator(".alert-row").last().waitFor();
    page.locator(".alert-row").last().click();
    text("#incident", "incident").waitFor();
    assertThat(page.locator("#values").textContent()).contains("analog-output,3/present-value").contains("21.5").contains("35");
    assertThat(page.locator("#writers").textContent()).contains("10.20.10.10").contains("l’acteur de cette alerte");
    page.locator("#rule summary").click();
    assertThat(page.locator("#rule pre").textContent()).contains("rule \"BAC-02").contains("report(");
    page.locator("main h1").first().focus();
    page.keyboard().press("d");
    page.locator(".messages summary").first().click();
    assertThat(page.locator(".messages").textContent()).contains("writeProperty").contains("<script>");
    keep("alert-explained");
  }

  @Test
  @Order(20)
  void onASmallScreenEveryPageCanBeReachedAndNothingIsWider() {
    page.setViewportSize(390, 844);
    for (String where : List.of("incidents", "approvals", "exceptions", "alerts/" + worst(), "incidents/" + first())) {
      go(where);
      page.locator("main h1").first().waitFor();
      page.locator("main .loading").first().waitFor(new Locator.WaitForOptions().setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
      keep("small-" + where.replace('/', '-'));
      Object wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.table'))"
          + ".map(e => e.tagName + '.' + e.className).slice(0, 6).join(' ')");
      assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as(where + " at 390 px: " + wide).isTrue();
    }
    page.setViewportSize(1440, 900);
  }

  private static String worst() {
    try {
      return sample.estate.incidents().incidents(new fr.vigie.web.api.Search("", Map.of(), "", 0, 9)).items().getFirst().path("severityBy").asText();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String first() {
    try {
      return sample.estate.incidents().incidents(new fr.vigie.web.api.Search("", Map.of(), "", 0, 9)).items().getFirst().path("id").asText();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Order(21)
  void nothingBroke() {
    assertThat(errors).isEmpty();
  }
}
