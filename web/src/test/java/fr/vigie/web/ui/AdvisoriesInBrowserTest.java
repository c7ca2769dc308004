package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The advisories as a person meets them, in the real console. Skipped by name where there is no Chromium. */
final class AdvisoriesInBrowserTest {
  private static final Path CHROMIUM = Path.of(System.getProperty("vigie.chromium", "/usr/bin/chromium"));
  private static final String PASSWORD = "une phrase assez longue";

  @TempDir Path folder;
  private final List<String> errors = new ArrayList<>();

  private static void picture(Page page, String name) {
    String where = System.getProperty("vigie.pictures");
    if (where != null) {
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(where, name)).setFullPage(true));
    }
  }

  @Test
  void anAdvisoryIsFoundReadDecidedAndStated() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM + ": the advisories were not tried in a browser");
    Path home = folder.resolve("home");
    try (SampleEstate sample = new SampleEstate(folder);
        Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Console console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
            new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
        Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setHeadless(true)
            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--no-first-run", "--disable-dev-shm-usage")))) {
      sample.fill();
      Page page = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setViewportSize(1280, 800)
          .setColorScheme(ColorScheme.LIGHT)).newPage();
      page.setDefaultTimeout(120_000);
      page.onConsoleMessage(m -> {
        if (m.type().equals("error") && !m.text().startsWith("Failed to load resource")) {
          errors.add(m.text());
        }
      });
      page.onPageError(errors::add);
      enter(page, console, Files.readString(home.resolve("first-password.txt")).strip());

      page.keyboard().press("g");
      page.keyboard().press("v");
      page.locator("tbody tr").first().waitFor();
      assertThat(page.locator("tbody tr")).isNotNull();
      assertThat(page.locator("main").textContent()).contains("Touché").contains("Exploité").contains("CVSS 10").contains("1 fichier refusé")
          .contains("<b>now</b>");
      page.locator("details.note summary").click();
      assertThat(page.locator("details.note").textContent()).contains("broken.json").contains("ligne 2").contains("must be an object");
      picture(page, "advisories.png");

      page.keyboard().press("j");
      page.keyboard().press("Enter");
      page.locator("main h2", new Page.LocatorOptions().setHasText("4 équipements concernés")).waitFor();
      Locator first = page.locator("main ul.facts > li.stack").first();
      first.locator("summary").click();
      assertThat(first.textContent()).contains("Toutes les versions sont touchées").contains("ASHRAE 135-2020 §12.11.9").contains("hopital.pcapng");
      picture(page, "advisory.png");
      Download packets = page.waitForDownload(() -> first.getByText("Télécharger les trames").click());
      assertThat(packets.suggestedFilename()).endsWith(".pcapng");

      first.locator("button", new Locator.LocatorOptions().setHasText("Décider")).click();
      page.locator("dialog select[name=status]").selectOption("not-affected");
      page.locator("dialog select[name=justification]").selectOption("vulnerable_code_not_in_execute_path");
      picture(page, "advisory-decide.png");
      page.locator("dialog button.main").click();
      first.locator(".badge", new Locator.LocatorOptions().setHasText("Non touché")).waitFor();
      assertThat(Files.readString(folder.resolve("journal.ndjson"))).contains("advisory.decision").contains("vulnerable_code_not_in_execute_path");

      page.navigate(console.uri() + "#/inventory/a-ups0000000000001");
      page.locator("#advisories ul.facts > li").first().waitFor();
      assertThat(page.locator("#advisories").textContent()).contains("Possible").contains("SAMPLE-26-001").contains("L’équipement n’a pas dit sa version");
      picture(page, "asset-advisories.png");

      page.setViewportSize(390, 800);
      page.navigate(console.uri() + "#/advisories");
      page.locator("tbody tr").first().waitFor();
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      picture(page, "advisories-390.png");
      Download vex = page.waitForDownload(() -> page.getByText("Déclaration VEX").click());
      assertThat(Files.readString(vex.path())).contains("csaf_vex").contains("vulnerable_code_not_in_execute_path").contains("under_investigation");
      page.navigate(console.uri() + "#/advisories/SAMPLE-26-001");
      page.locator("main h1").waitFor();
      assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
      picture(page, "advisory-390.png");
      page.navigate(console.uri() + "#/advisories/none");
      page.locator("main .note").waitFor();
      assertThat(page.locator("main").textContent()).contains("Réessayer");
      page.navigate(console.uri() + "#/advisories?q=nothing-like-it");
      page.locator(".empty").waitFor();
      assertThat(errors).isEmpty();
    }
  }

  private static void enter(Page page, Console console, String oneTime) {
    page.navigate(console.uri().toString());
    page.getByLabel("Nom").fill("admin");
    page.getByLabel("Mot de passe").fill(oneTime);
    page.locator("button.main").click();
    page.locator("input[name=old]").fill(oneTime);
    page.locator("input[name=new]").fill(PASSWORD);
    page.locator("input[name=again]").fill(PASSWORD);
    page.locator("button.main").click();
    page.locator("h1", new Page.LocatorOptions().setHasText("Situation")).waitFor();
  }
}
