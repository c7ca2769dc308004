package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import fr.vigie.web.api.SampleEstate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The advisories as a person meets them, in the real console. Skipped by name where there is no Chromium. */
final class AdvisoriesInBrowserTest {
  @TempDir Path folder;

  @Test
  void anAdvisoryIsFoundReadDecidedAndStated() throws Exception {
    Visit visit = new Visit(folder, SampleEstate::fill, 1280, 800, "the advisories were");
    Page page = visit.page;
    try {
      page.keyboard().press("g");
      page.keyboard().press("v");
      page.locator("tbody tr").first().waitFor();
      assertThat(page.locator("tbody tr")).isNotNull();
      assertThat(page.locator("main").textContent()).contains("Touché").contains("Exploité").contains("CVSS 10").contains("1 fichier refusé")
          .contains("<b>now</b>");
      page.locator("details.note summary").click();
      assertThat(page.locator("details.note").textContent()).contains("broken.json").contains("ligne 2").contains("must be an object");
      visit.keep("advisories");

      page.keyboard().press("j");
      page.keyboard().press("Enter");
      page.locator("main h2", new Page.LocatorOptions().setHasText("4 équipements concernés")).waitFor();
      Locator first = page.locator("main ul.facts > li.stack").first();
      first.locator("summary").click();
      assertThat(first.textContent()).contains("Toutes les versions sont touchées").contains("ASHRAE 135-2020 §12.11.9").contains("hopital.pcapng");
      visit.keep("advisory");
      Download packets = page.waitForDownload(() -> first.getByText("Télécharger les trames").click());
      assertThat(packets.suggestedFilename()).endsWith(".pcapng");

      first.locator("button", new Locator.LocatorOptions().setHasText("Décider")).click();
      page.locator("dialog select[name=status]").selectOption("not-affected");
      page.locator("dialog select[name=justification]").selectOption("vulnerable_code_not_in_execute_path");
      visit.keep("advisory-decide");
      page.locator("dialog button.main").click();
      first.locator(".badge", new Locator.LocatorOptions().setHasText("Non touché")).waitFor();
      assertThat(Files.readString(folder.resolve("journal.ndjson"))).contains("advisory.decision").contains("vulnerable_code_not_in_execute_path");

      page.navigate(visit.console.uri() + "#/inventory/a-ups0000000000001");
      page.locator("#advisories ul.facts > li").first().waitFor();
      assertThat(page.locator("#advisories").textContent()).contains("Possible").contains("SAMPLE-26-001").contains("L’équipement n’a pas dit sa version");
      visit.keep("asset-advisories");

      page.setViewportSize(390, 800);
      page.navigate(visit.console.uri() + "#/advisories");
      page.locator("tbody tr").first().waitFor();
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      visit.keep("advisories-390");
      Download vex = page.waitForDownload(() -> page.getByText("Déclaration VEX").click());
      assertThat(Files.readString(vex.path())).contains("csaf_vex").contains("vulnerable_code_not_in_execute_path").contains("under_investigation");
      page.navigate(visit.console.uri() + "#/advisories/SAMPLE-26-001");
      page.locator("main h1").first().waitFor();
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      visit.keep("advisory-390");
      page.navigate(visit.console.uri() + "#/advisories/none");
      page.locator("main .note").waitFor();
      assertThat(page.locator("main").textContent()).contains("Réessayer");
      page.navigate(visit.console.uri() + "#/advisories?q=nothing-like-it");
      page.locator(".empty").waitFor();
      assertThat(visit.errors).isEmpty();
    } finally {
      visit.close();
    }
  }
}
