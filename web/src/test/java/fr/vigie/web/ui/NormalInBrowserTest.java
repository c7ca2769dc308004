package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.TimeoutError;
import fr.vigie.rules.baseline.Known;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.SampleEstate;
import fr.vigie.web.live.LearnedSample;
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

/** The learned normal as a person meets it. Skipped by name where there is no Chromium; {@code -Dvigie.pictures=FOLDER} keeps a picture of each page. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NormalInBrowserTest {
  private static final Path CHROMIUM = Path.of(System.getProperty("vigie.chromium", "/usr/bin/chromium"));
  private static final String PICTURES = System.getProperty("vigie.pictures", "");
  private static final String PASSWORD = "une phrase assez longue";
  private static final List<String> errors = new ArrayList<>();

  @TempDir static Path folder;
  private static LearnedSample learned;
  private static SampleEstate sample;
  private static Console console;
  private static Playwright playwright;
  private static Page page;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM + ": the learned normal was not tried in a browser");
    sample = new SampleEstate(folder);
    learned = new LearnedSample();
    learned.normal(sample.journal, sample.estate);
    Path home = folder.resolve("home");
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM).setHeadless(true)
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
    enter();
    logIn("admin", Files.readString(home.resolve("first-password.txt")).strip());
  }

  private static void logIn(String name, String oneTime) {
    page.getByLabel("Nom").fill(name);
    page.getByLabel("Mot de passe").fill(oneTime);
    page.keyboard().press("Enter");
    page.locator("input[name=old]").fill(oneTime);
    page.locator("input[name=new]").fill(PASSWORD);
    page.locator("input[name=again]").fill(PASSWORD);
    page.keyboard().press("Enter");
    page.locator(".rail").waitFor();
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
    keep("normal");
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
    page.locator("main h1").waitFor();
    go("normal");
    text(".learnt", "Lit").waitFor();
    keep("small-normal");
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
    logIn("vera", password);
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
