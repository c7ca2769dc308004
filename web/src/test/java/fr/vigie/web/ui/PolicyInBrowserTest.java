package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.FilePayload;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
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
  private static final Path CHROMIUM = Path.of(System.getProperty("vigie.chromium", "/usr/bin/chromium"));
  private static final String PICTURES = System.getProperty("vigie.pictures", "");
  private static final String PASSWORD = "une phrase assez longue";
  private static final List<String> errors = new ArrayList<>();

  @TempDir static Path folder;
  private static SampleEstate sample;
  private static Console console;
  private static Playwright playwright;
  private static Browser browser;
  private static Page page;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM + ": the policy was not tried in a browser");
    sample = new SampleEstate(folder);
    sample.fill();
    Path home = folder.resolve("home");
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setHeadless(true)
        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--no-first-run", "--disable-dev-shm-usage")));
    BrowserContext context = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setViewportSize(1440, 900));
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.onPageError(errors::add);
    page.onConsoleMessage(m -> {
      if (m.type().equals("error") && !m.text().startsWith("Failed to load resource")) {
        errors.add(m.text());
      }
    });
    String oneTime = Files.readString(home.resolve("first-password.txt")).strip();
    enter();
    page.getByLabel("Nom").fill("admin");
    page.getByLabel("Mot de passe").fill(oneTime);
    page.keyboard().press("Enter");
    page.locator("input[name=old]").fill(oneTime);
    page.locator("input[name=new]").fill(PASSWORD);
    page.locator("input[name=again]").fill(PASSWORD);
    page.keyboard().press("Enter");
    page.locator(".severities a").first().waitFor();
  }

  /** The first page of a browser that has just been started: on a machine with too much to do it may stall, and is asked for again. */
  private static void enter() {
    for (int left = 3; ; left--) {
      try {
        page.navigate(console.uri().toString());
        return;
      } catch (TimeoutError e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (playwright != null) {
      playwright.close();
    }
    if (console != null) {
      console.close();
      sample.close();
    }
  }

  private static void keep(String name) {
    if (!PICTURES.isEmpty()) {
      page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(PICTURES, name + ".png")).setFullPage(true));
    }
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
  void aWrongTableIsRefusedWithLineAndColumnAndASoundOneIsTriedThenTaken() {
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
    text(".toast", "En vigueur : jeu 1").waitFor();
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
