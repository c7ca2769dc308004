package fr.vigie.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console as a person meets it: Debian's Chromium, the real server, the real estate. Skipped by name where there is no Chromium. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConsoleInBrowserTest {
  private static final String PASSWORD = "une phrase assez longue";
  private static final List<String> errors = new ArrayList<>();
  private static final List<String> foreign = new ArrayList<>();

  @TempDir static Path folder;
  private static SampleEstate sample;
  private static Console console;
  private static Playwright playwright;
  private static Browser browser;
  private static BrowserContext context;
  private static Page page;
  private static String oneTime;

  @BeforeAll
  static void start() throws Exception {
    Visit.assume("the console was");
    sample = new SampleEstate(folder);
    sample.fill();
    Path home = folder.resolve("home");
    console = Console.open(new Console.Settings("127.0.0.1", 0, home, Set.of()), sample.rooms(), () -> {}, Clock.systemUTC(),
        new PrintStream(System.out, true, StandardCharsets.UTF_8), false);
    oneTime = Files.readString(home.resolve("first-password.txt")).strip();
    playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser = Visit.chromium(playwright);
    context = context(ColorScheme.LIGHT, 1280, 800);
    page = listenTo(context.newPage());
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

  private static BrowserContext context(ColorScheme scheme, int width, int height) {
    return browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setViewportSize(width, height)
        .setColorScheme(scheme));
  }

  private static Page listenTo(Page page) {
    page.setDefaultTimeout(15_000);
    page.onConsoleMessage(m -> {
      // an answer that refuses is logged by the browser itself, with its address; everything else is ours
      if (m.type().equals("error") && !m.text().startsWith("Failed to load resource")) {
        errors.add(m.text());
      }
    });
    page.onPageError(errors::add);
    page.onRequest(r -> {
      if (!r.url().startsWith(console.uri().toString()) && !r.url().startsWith("data:")) {
        foreign.add(r.url());
      }
    });
    return page;
  }

  private static Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^" + name)));
  }

  @Test
  @Order(1)
  void theFirstAdministratorLogsInAndChoosesAPassword() {
    page.navigate(console.uri().toString());
    page.getByLabel("Nom").fill("admin");
    page.getByLabel("Mot de passe").fill("certainement pas");
    button("Se connecter").click();
    page.getByRole(AriaRole.ALERT).waitFor();
    assertThat(page.getByRole(AriaRole.ALERT).textContent()).contains("faux");
    page.getByLabel("Mot de passe").fill(oneTime);
    button("Se connecter").click();
    page.locator("input[name=old]").fill(oneTime);
    page.locator("input[name=new]").fill(PASSWORD);
    page.locator("input[name=again]").fill(PASSWORD);
    button("Enregistrer").click();
    page.locator("h1", new Page.LocatorOptions().setHasText("Situation")).waitFor();
    page.locator(".severities a").first().waitFor();
    assertThat(page.locator(".severities a").first().textContent()).isEqualTo("2Critique");
    assertThat(page.locator(".brand").textContent()).contains("CHU Saint-Éloi");
  }

  @Test
  @Order(2)
  void anAlertIsOpenedItsEvidenceReadAndItIsAcknowledged() throws Exception {
    page.locator(".rail nav a[data-page=alerts]").click();
    page.locator(".alert-row").first().waitFor();
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    Locator detail = page.locator(".detail");
    detail.locator("h1").waitFor();
    assertThat(detail.locator(".explain").textContent()).contains("CTA-BLOC");
    assertThat(detail.locator("#evidence").textContent()).contains("hopital.pcapng").contains("10 442".replace(' ', '\u202f'));
    detail.locator("#evidence .account").getByText("contenu clinique").waitFor();
    assertThat(detail.locator("#evidence .account").textContent()).contains("2 000".replace(' ', '\u202f')).contains("un secret a été masqué")
        .contains("l’enregistreur les avait déjà effacées");
    if (System.getProperty("vigie.pictures") != null) {
      detail.locator("#evidence").screenshot(new Locator.ScreenshotOptions().setPath(Path.of(System.getProperty("vigie.pictures"), "evidence.png")));
    }
    var packets = page.waitForDownload(() -> detail.getByText("Télécharger les trames").click());
    assertThat(packets.suggestedFilename()).endsWith(".pcapng");
    detail.locator("h1").click();
    page.keyboard().press("a");
    page.locator(".detail .badge", new Page.LocatorOptions().setHasText("Prise en charge")).waitFor();
    assertThat(detail.locator(".timeline").textContent()).contains("admin");
    page.keyboard().press("c");
    page.locator("dialog textarea").fill("Vu avec la maintenance.");
    page.locator("dialog button.main").click();
    page.locator(".timeline blockquote", new Page.LocatorOptions().setHasText("Vu avec la maintenance.")).waitFor();
    assertThat(Files.readString(folder.resolve("journal.ndjson"))).contains("alert.acknowledge").contains("Vu avec la maintenance.");
  }

  @Test
  @Order(3)
  void theLanguageChangesAndStays() {
    button("English").click();
    page.locator("h1", new Page.LocatorOptions().setHasText("Alerts")).waitFor();
    assertThat(page.locator("html").getAttribute("lang")).isEqualTo("en");
    page.reload();
    page.locator("h1", new Page.LocatorOptions().setHasText("Alerts")).waitFor();
    page.locator(".detail h1").waitFor();
    assertThat(page.locator("body").textContent()).doesNotContain("Prendre en charge").contains("Acknowledged");
    button("Français").click();
    page.locator("h1", new Page.LocatorOptions().setHasText("Alertes")).waitFor();
  }

  @Test
  @Order(4)
  void whatPacketsSayIsInert() {
    page.navigate(console.uri() + "#/alerts?q=rule%3AWEB-01");
    page.locator(".alert-row").first().click();
    page.locator(".detail .explain").waitFor();
    assertThat(page.locator(".detail .explain").textContent()).contains("<img src=x onerror=").contains("U+202E").contains("U+0007");
    page.navigate(console.uri() + "#/inventory/a-hostile0000001");
    page.locator("main h1").first().waitFor();
    assertThat(page.locator("main h1").textContent()).contains("<script>");
    assertThat(page.title()).doesNotContain("owned");
    assertThat(page.locator("main img, main script, main iframe").count()).isZero();
  }

  @Test
  @Order(5)
  void aNewAlertAppearsByItself() throws Exception {
    page.navigate(console.uri() + "#/alerts");
    page.locator(".alert-row").first().waitFor();
    int before = page.locator(".alert-row").count();
    page.locator(".watch[data-live=yes]").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
    sample.alert("UPS-01", "C", "2026-03-10T08:30:00.000000000Z", "10.20.10.199", "10.20.40.5", List.of("a-unknown0000001", "a-ups0000000000001"),
        "T0813", "Un poste inconnu a commandé l’arrêt de l’onduleur du bloc par SNMP.", "An unknown machine ordered the theatre's UPS to stop, by SNMP.");
    page.locator(".alert-row", new Page.LocatorOptions().setHasText("ONDULEUR-BLOC")).waitFor();
    assertThat(page.locator(".alert-row").count()).isEqualTo(before + 1);
  }

  @Test
  @Order(5)
  void aDeviceIsApprovedWithAComment() {
    page.navigate(console.uri() + "#/inventory/a-cta00000000001a");
    page.locator("main h1").first().waitFor();
    assertThat(page.locator(".trait .proof").first().textContent()).contains("ASHRAE 135-2020");
    page.keyboard().press("a");
    page.locator("dialog textarea").fill("Fiche GMAO 1234");
    page.locator("dialog button.main").click();
    page.locator("main .badge[data-r=approved]").first().waitFor();
    page.navigate(console.uri() + "#/inventory?f.review=approved");
    page.locator(".inventory tbody tr").first().waitFor();
    assertThat(page.locator(".inventory tbody tr").count()).isEqualTo(1);
  }

  @Test
  @Order(5)
  void aPartOfTheConsoleThatDoesNotArriveIsAskedForAgain() {
    try (BrowserContext other = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR"))) {
      java.util.concurrent.atomic.AtomicInteger lost = new java.util.concurrent.atomic.AtomicInteger();
      other.route("**/ui/js/time.js", route -> {
        if (lost.incrementAndGet() <= 2) {
          route.abort();
        } else {
          route.resume();
        }
      });
      Page eye = other.newPage();
      eye.navigate(console.uri().toString());
      eye.getByLabel("Mot de passe").waitFor();
      assertThat(lost.get()).isEqualTo(3);
    }
  }

  @Test
  @Order(5)
  void theMapShowsWhoSpeaksWithWhomAndLeadsToTheDevice() {
    page.navigate(console.uri() + "#/map");
    page.locator(".map .zone").first().waitFor();
    assertThat(page.locator(".map .device").count()).isEqualTo(12);
    assertThat(page.locator(".map .conduit").count()).isEqualTo(1);
    page.locator(".map .zone").first().focus();
    page.keyboard().press("ArrowRight");
    page.locator(".map .device[data-on=yes]").waitFor();
    assertThat(page.locator(".map-side").textContent()).contains("CTA-BLOC-1");
    page.keyboard().press("Enter");
    page.locator("main h1").first().waitFor();
    page.locator("section h2", new Page.LocatorOptions().setHasText("Voisins")).waitFor();
    page.navigate(console.uri() + "#/inventory/a-cta00000000001a");
    page.locator("section", new Page.LocatorOptions().setHasText("Modifications")).locator("td", new Locator.LocatorOptions().setHasText("writeProperty")).first().waitFor();
    page.locator("a", new Page.LocatorOptions().setHasText("semblables")).click();
    page.locator(".inventory tbody tr").first().waitFor();
    assertThat(page.locator(".inventory tbody tr").first().textContent()).contains("CTA-BLOC-2");
  }

  @Test
  @Order(5)
  void aReportIsMade() {
    page.navigate(console.uri() + "#/reports");
    page.getByLabel("Référentiel").selectOption("nis2");
    button("Établir et signer").click();
    page.locator("a", new Page.LocatorOptions().setHasText("Télécharger")).waitFor();
  }

  @Test
  @Order(5)
  void aSelectionOfTheInventoryIsTakenAsATable() throws Exception {
    page.navigate(console.uri() + "#/inventory?f.zone=cvc");
    page.locator(".inventory tbody tr").first().waitFor();
    int shown = page.locator(".inventory tbody tr").count();
    page.getByText("Exporter ou importer").click();
    page.locator("#exports li").first().waitFor();
    assertThat(page.locator("#exports [role=status]").textContent()).contains(shown + " équipement").contains("Traitement d’air");
    var table = page.waitForDownload(() -> page.locator("#exports a[href*='format=csv']").click());
    assertThat(table.suggestedFilename()).matches("vigie-chu-selection.*\\.csv");
    assertThat(Files.readString(table.path()).lines().count()).isEqualTo(shown + 1L);
    var book = page.waitForDownload(() -> page.locator("#exports a[href*='format=xlsx']").click());
    assertThat(Files.size(book.path())).isGreaterThan(2_000);
    page.locator("#exports").getByText("tout prendre").click();
    page.locator("#exports a[href$='format=csv&limit=1']").waitFor();
    var filter = page.waitForDownload(() -> page.locator("a[href*='conduits/export?format=cisco-ios']").click());
    assertThat(Files.readString(filter.path())).contains("ip access-list extended VIGIE-GTB-IN");
    page.navigate(console.uri() + "#/inventory/a-cta00000000001a");
    var profile = page.waitForDownload(() -> page.getByText("Profil MUD").click());
    assertThat(Files.readString(profile.path())).contains("ietf-mud:mud");
  }

  @Test
  @Order(6)
  void aTableIsTriedMendedTakenAndTakenBack() throws Exception {
    page.navigate(console.uri() + "#/exchange");
    page.locator("#exports li").first().waitFor();
    Path table = folder.resolve("contexte.csv");
    Files.writeString(table, "id;building;room;zone;contract\na-cta00000000001a;B;LT-302;nulle part;=1+1\n");
    page.locator("input[name=table]").setInputFiles(table);
    button("Essayer").click();
    page.locator("#refusals tbody tr").first().waitFor();
    assertThat(page.locator("#refusals").textContent()).contains("formule").contains("contract");
    assertThat(page.locator("#take").count()).isZero();
    Files.writeString(table, "id;building;room;zone;contract\na-cta00000000001a;B;LT-302;cvc;C-12\na-gtbserver0000001;B;LT-1;;\n");
    page.locator("input[name=table]").setInputFiles(table);
    button("Essayer").click();
    page.locator(".tried tbody tr").first().waitFor();
    assertThat(page.locator(".tried").textContent()).contains("LT-302").contains("Bâtiment");
    if (System.getProperty("vigie.pictures") != null) {
      page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(System.getProperty("vigie.pictures"), "import-plan.png")));
      page.setViewportSize(390, 844);
      page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(System.getProperty("vigie.pictures"), "import-plan-390.png")));
      page.setViewportSize(1280, 800);
    }
    page.locator("#take").click();
    page.locator("#taken li").first().waitFor();
    assertThat(Files.readString(folder.resolve("journal.ndjson"))).contains("asset.import").contains("LT-302");
    page.navigate(console.uri() + "#/inventory/a-cta00000000001a");
    page.locator("main h1").first().waitFor();
    page.getByText("LT-302").first().waitFor();
    page.navigate(console.uri() + "#/exchange");
    page.locator("#taken button").first().click();
    page.locator("#taken li", new Page.LocatorOptions().setHasText("repris par admin")).first().waitFor();
    page.navigate(console.uri() + "#/inventory/a-gtbserver0000001");
    page.locator("main h1").first().waitFor();
    assertThat(page.locator("dl.pairs").first().textContent()).doesNotContain("LT-1");
  }

  @Test
  @Order(5)
  void everyPageHasAHeadingAndNamesForEveryControl() {
    for (String where : List.of("overview", "alerts", "inventory", "inventory/a-cta00000000001a", "map", "exchange", "reports", "users", "help")) {
      page.navigate(console.uri() + "#/" + where);
      page.locator("main h1, main h2").first().waitFor();
      assertThat(page.locator("main h1").count()).as(where).isPositive();
      Object nameless = page.evaluate("[...document.querySelectorAll('button,a,input,select,textarea')].filter(e => e.offsetParent && !(e.textContent.trim() || "
          + "e.getAttribute('aria-label') || e.labels?.length)).map(e => e.outerHTML)");
      assertThat((List<?>) nameless).as(where).isEmpty();
      Object raw = page.evaluate("[...document.body.innerText.matchAll(/\\b(?:alert|alerts|asset|nav|map|relations|overview|exchange|format|import|trouble|do|reports|users|help|key|evidence|col)\\.[a-z-]+/g)].map(m => m[0])");
      assertThat((List<?>) raw).as(where + ": words without a text").isEmpty();
    }
  }

  /** Writes the pictures to look at when {@code -Dvigie.pictures=DIR} names a folder. */
  @Test
  @Order(8)
  void picturesForPeople() {
    String to = System.getProperty("vigie.pictures", "");
    Assumptions.assumeFalse(to.isEmpty(), "no folder for pictures given (-Dvigie.pictures=DIR)");
    String state = context.storageState();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : new int[] {1280, 390}) {
        BrowserContext look = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setStorageState(state)
            .setViewportSize(width, width == 390 ? 844 : 800).setColorScheme(scheme));
        Page eye = listenTo(look.newPage());
        String tone = scheme == ColorScheme.DARK ? "dark" : "light";
        for (String where : List.of("overview", "alerts", "inventory", "inventory/a-cta00000000001a", "inventory/a-hostile0000001", "map", "capture", "exchange", "reports", "users", "help")) {
          eye.navigate(console.uri() + "#/" + where);
          eye.locator("main h1").first().waitFor();
          eye.waitForTimeout(400);
          if (where.equals("alerts") && eye.locator(".alert-row").count() > 0) {
            if (width == 390) {
              shoot(eye, to, "alerts-list-" + tone + "-" + width);
            }
            eye.locator(".alert-row").first().click();
            eye.locator(".detail h1").waitFor();
            eye.waitForTimeout(300);
          }
          shoot(eye, to, where.replace('/', '-') + "-" + tone + "-" + width);
        }
        look.close();
      }
    }
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      BrowserContext english = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("en-GB").setStorageState(state)
          .setViewportSize(1280, 800).setColorScheme(scheme));
      Page eye = listenTo(english.newPage());
      String tone = scheme == ColorScheme.DARK ? "dark" : "light";
      eye.navigate(console.uri() + "#/overview");
      eye.locator("main h1").first().waitFor();
      if (eye.getByText("English").count() > 0) {
        eye.getByText("English").first().click();
        eye.getByText("The building").waitFor();
      }
      shoot(eye, to, "en-overview-" + tone);
      eye.navigate(console.uri() + "#/alerts?q=rule%3ABAC-*%20OR%20rule%3AKNX-06%20OR%20rule%3AMOD-01");
      eye.locator(".alert-row").nth(1).click();
      eye.locator(".detail h1").waitFor();
      eye.waitForTimeout(300);
      shoot(eye, to, "en-alert-" + tone);
      eye.navigate(console.uri() + "#/capture");
      eye.locator(".traffic tbody tr").first().waitFor();
      shoot(eye, to, "en-capture-" + tone);
      english.close();
    }
    BrowserContext outside = context(ColorScheme.LIGHT, 1280, 800);
    Page door = listenTo(outside.newPage());
    door.navigate(console.uri().toString());
    door.getByLabel("Nom").waitFor();
    shoot(door, to, "login-light-1280");
    outside.close();
  }

  /** The same for the outputs of a real replay: {@code -Dvigie.pictures=DIR -Dvigie.replayed=OUT -Dvigie.site=FILE}. */
  @Test
  @Order(8)
  void picturesOfAReplayForTheReadme() throws Exception {
    String to = System.getProperty("vigie.pictures", "");
    String outputs = System.getProperty("vigie.replayed", "");
    Assumptions.assumeFalse(to.isEmpty() || outputs.isEmpty(), "no folders for pictures of a replay given (-Dvigie.pictures=DIR -Dvigie.replayed=OUT)");
    Path own = Files.createDirectory(folder.resolve("readme"));
    try (SampleEstate real = new SampleEstate(own,
            fr.vigie.web.live.LiveEstate.describe(fr.vigie.inventory.site.SiteFile.read(Path.of(System.getProperty("vigie.site")))));
        Console second = Console.open(new Console.Settings("127.0.0.1", 0, own.resolve("home"), Set.of()), real.rooms(), () -> {}, Clock.systemUTC(),
            new PrintStream(System.out, true, StandardCharsets.UTF_8), false)) {
      real.load(Path.of(outputs));
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        String tone = scheme == ColorScheme.DARK ? "-dark" : "";
        BrowserContext english = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("en-GB")
            .setViewportSize(1280, 800).setColorScheme(scheme));
        Page eye = english.newPage();
        eye.navigate(second.uri().toString());
        eye.locator("input[name=name]").fill("admin");
        Path once = own.resolve("home/first-password.txt");
        eye.locator("input[name=password]").fill(scheme == ColorScheme.LIGHT ? Files.readString(once).strip() : PASSWORD);
        eye.locator("button.main").click();
        if (scheme == ColorScheme.LIGHT) {
          eye.locator("input[name=old]").fill(Files.readString(once).strip());
          eye.locator("input[name=new]").fill(PASSWORD);
          eye.locator("input[name=again]").fill(PASSWORD);
          eye.locator("button.main").click();
          eye.getByText("English").first().click();
        }
        eye.getByText("The building").waitFor();
        eye.waitForTimeout(500);
        shoot(eye, to, "console-overview" + tone);
        eye.navigate(second.uri() + "#/alerts?f.rule=BAC-02&f.rule=BAC-01&f.rule=BAC-09&f.rule=KNX-01&f.rule=UPS-01&f.rule=MOD-01");
        eye.locator(".alert-row").first().click();
        eye.locator(".detail h1").waitFor();
        eye.waitForTimeout(400);
        shoot(eye, to, "console-alert" + tone);
        eye.navigate(second.uri() + "#/inventory?f.kind=ahu-cta&f.kind=cold-room-sensor&f.kind=ups-onduleur&f.kind=bms-supervisor");
        eye.locator(".inventory tbody tr").first().waitFor();
        eye.waitForTimeout(400);
        shoot(eye, to, "console-inventory" + tone);
        eye.locator(".inventory tbody tr a").first().click();
        eye.locator(".trait").first().waitFor();
        eye.waitForTimeout(300);
        shoot(eye, to, "console-device" + tone);
        eye.navigate(second.uri() + "#/map");
        eye.locator(".map .zone").first().waitFor();
        eye.waitForTimeout(300);
        shoot(eye, to, "console-map" + tone);
        english.close();
      }
    }
  }

  /** A large hospital on the map: 2,000 devices in eight zones, one zone with half of them. */
  @Test
  @Order(7)
  void theMapStaysReadableWithTwoThousandDevices() throws Exception {
    Path own = Files.createDirectory(folder.resolve("large"));
    try (SampleEstate large = new SampleEstate(own);
        Console second = Console.open(new Console.Settings("127.0.0.1", 0, own.resolve("home"), Set.of()), large.rooms(), () -> {}, Clock.systemUTC(),
            new PrintStream(System.out, true, StandardCharsets.UTF_8), false);
        BrowserContext other = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true).setLocale("fr-FR").setViewportSize(1280, 1100))) {
      large.crowd(2_000);
      Page eye = other.newPage();
      eye.navigate(second.uri().toString());
      String once = Files.readString(own.resolve("home/first-password.txt")).strip();
      eye.locator("input[name=name]").fill("admin");
      eye.locator("input[name=password]").fill(once);
      eye.locator("button.main").click();
      eye.locator("input[name=old]").fill(once);
      eye.locator("input[name=new]").fill(PASSWORD);
      eye.locator("input[name=again]").fill(PASSWORD);
      eye.locator("button.main").click();
      eye.locator("h1", new Page.LocatorOptions().setHasText("Situation")).waitFor();
      eye.navigate(second.uri() + "#/map");
      eye.locator(".map .zone").first().waitFor();
      assertThat(eye.locator(".map .device").count()).isEqualTo(2_000);
      Object over = eye.evaluate("(() => { const b = [...document.querySelectorAll('.map .zone rect')].map(r => r.getBoundingClientRect()); let n = 0;"
          + " for (let i = 0; i < b.length; i++) for (let j = 0; j < i; j++) if (b[i].left < b[j].right && b[j].left < b[i].right && b[i].top < b[j].bottom"
          + " && b[j].top < b[i].bottom) n++; return n; })()");
      assertThat(over).as("boxes that cover each other").isEqualTo(0);
      Object wide = eye.evaluate("document.querySelector('.map svg').getBoundingClientRect().width <= document.querySelector('.map').clientWidth");
      assertThat(wide).as("the whole map is in its frame").isEqualTo(true);
      eye.locator(".map .device").nth(1_200).click();
      eye.locator(".map .link").first().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
      if (!System.getProperty("vigie.pictures", "").isEmpty()) {
        shoot(eye, System.getProperty("vigie.pictures"), "map-2000");
      }
    }
  }

  private static void shoot(Page eye, String to, String name) {
    eye.screenshot(new Page.ScreenshotOptions().setPath(Path.of(to, name + ".png")));
  }

  @Test
  @Order(6)
  void theNetworkTeamSeesWhatTheMirrorDoesNotDeliverAndCopiesTheCommand() {
    page.locator("h1").first().click();
    page.keyboard().press("g");
    page.keyboard().press("c");
    page.locator("main h1", new Page.LocatorOptions().setHasText("Capture")).waitFor();
    Locator first = page.locator(".finding").first();
    first.waitFor();
    assertThat(first.textContent()).contains("Un sens des échanges manque").contains("VLAN 60").contains("≈ 37").contains("118 dialogues");
    assertThat(first.locator(".commands").textContent()).contains("monitor session 1 source interface SOURCE both");
    first.locator("select").selectOption("Juniper EX");
    assertThat(first.locator(".commands").textContent()).contains("set forwarding-options analyzer vigie");
    page.locator("h1").first().click();
    page.keyboard().press("j");
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    Locator second = page.locator(".finding").nth(1);
    assertThat(second.locator(".commands").isVisible()).isTrue();
    assertThat(second.locator(".commands").textContent()).as("the family once chosen, the VLAN filled in").contains("show vlans 50");
    page.keyboard().press("c");
    page.locator(".toast").waitFor();
    assertThat(page.locator(".traffic tbody tr").count()).as("three networks and the losses").isEqualTo(4);
    assertThat(page.locator(".past").textContent()).contains("La carte perd des trames");
    page.getByText("English").first().click();
    page.locator(".finding", new Page.LocatorOptions().setHasText("One direction is missing")).waitFor();
    assertThat(page.locator(".finding").nth(1).textContent()).contains("The site file names VLAN 50");
    page.getByText("Français").first().click();
    page.locator(".finding", new Page.LocatorOptions().setHasText("Un sens des échanges manque")).waitFor();
  }

  @Test
  @Order(6)
  void anAdministratorKeepsSecretsWholeWithAReasonThatEverybodySees() throws Exception {
    page.navigate(console.uri() + "#/capture");
    Locator card = page.locator(".recorder");
    card.getByText("L’anneau est vide.").waitFor();
    assertThat(card.textContent()).contains("coupés ou masqués avant le disque").contains("sur 4,2 Mo");
    card.getByText("Choisir ce qui est conservé en entier").click();
    card.getByLabel("Mots de passe, communautés et clés").check();
    card.getByText("Enregistrer").click();
    assertThat(card.locator("textarea:invalid").count()).as("without a reason nothing is sent").isEqualTo(1);
    card.getByLabel("Motif").fill("Incident 42 " + SampleEstate.SCRIPT);
    card.getByText("Enregistrer").click();
    card.getByText("Conservé en entier :").waitFor();
    assertThat(card.textContent()).contains("Mots de passe, communautés et clés").contains("admin").contains("Incident 42 <img src=x");
    assertThat(sample.journal.entries()).filteredOn(e -> e.kind().equals("recording.keep")).singleElement()
        .satisfies(e -> assertThat(e.author()).isEqualTo("admin"))
        .satisfies(e -> assertThat(e.body().path("secrets").asBoolean()).isTrue());
    card.getByText("Choisir ce qui est conservé en entier").click();
    card.getByLabel("Mots de passe, communautés et clés").uncheck();
    card.getByLabel("Motif").fill("Incident 42 clos");
    card.getByText("Enregistrer").click();
    card.getByText("coupés ou masqués avant le disque").waitFor();
    assertThat(page.title()).doesNotContain("owned");
  }

  @Test
  @Order(7)
  void anAddressThatLeadsNowhereSaysSoWithTheWayBack() {
    for (String address : List.of("nope", "constructor")) {
      page.navigate(console.uri() + "#/" + address);
      page.locator(".empty", new Page.LocatorOptions().setHasText("Il n’y a pas de page « " + address + " ».")).waitFor();
    }
    page.getByText("Aller à la situation").click();
    page.locator("h1", new Page.LocatorOptions().setHasText("Situation")).waitFor();
  }

  @Test
  @Order(7)
  void lossesHaveWordsAndWhatTheServerTurnedAwayIsNone() {
    page.navigate(console.uri() + "#/overview");
    Locator losses = page.locator("section", new Page.LocatorOptions().setHasText("Qualité de l’écoute")).locator("> dl");
    losses.getByText("Trames perdues par le système").waitFor();
    assertThat(losses.textContent()).doesNotContain("dropped_kernel").doesNotContain("web_refused");
  }

  @Test
  @Order(7)
  void aMenuOfFiltersStaysOnANarrowScreen() {
    page.setViewportSize(390, 800);
    page.navigate(console.uri() + "#/inventory");
    page.locator(".facet").first().waitFor();
    int menus = page.locator(".facet").count();
    for (int i = 0; i < menus; i++) {
      page.locator(".facet > summary").nth(i).click();
      Locator menu = page.locator(".facet[open] .menu");
      menu.waitFor();
      var box = menu.boundingBox();
      assertThat(box.x).isNotNegative();
      assertThat(box.x + box.width).isLessThanOrEqualTo(390);
      assertThat(box.y).isGreaterThanOrEqualTo(page.locator(".facet[open] > summary").boundingBox().y);
      page.locator(".facet[open] > summary").click();
    }
    page.setViewportSize(1280, 800);
  }

  @Test
  @Order(9)
  void nothingEverLeavesTheMachineAndNothingBreaks() {
    assertThat(foreign).isEmpty();
    assertThat(errors).isEmpty();
  }
}
